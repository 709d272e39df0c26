"""CommonMark's blocks: what markdown-it-py makes of a text, compared with our page.

`python tests/commonmark.py [spec.txt]` prints the share that agrees, group by group: of the
examples here, or of a CommonMark specification, such as that of `npm pack commonmark-spec`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from converted import Node, convert, read
from markdown_it import MarkdownIt

ORACLE = MarkdownIt("commonmark").enable("table")

_INLINE = frozenset({"a", "br", "code", "em", "img", "span", "strong"})
_KEPT = frozenset({"start", "style"})
_RAW = frozenset({"pre", "script", "style", "textarea"})

Skeleton = tuple[str, tuple[tuple[str, str], ...], tuple["Skeleton | str", ...]]
"""An element: its name, the attributes that count, and the text and elements in it."""


def skeleton(html: str) -> Skeleton:
    """The blocks of a page with their text: where lists start, and whether they are tight."""
    return _skeleton(read(html))


def _skeleton(node: Node) -> Skeleton:
    parts: list[Skeleton | str] = []
    for each in _flat(node.children):
        if isinstance(each, Node):
            parts.append(_skeleton(each))
        elif parts and isinstance(parts[-1], str):
            parts[-1] += each
        else:
            parts.append(each)
    texts = (part if not isinstance(part, str) else _text(part, node.name) for part in parts)
    kept = sorted((name, value) for name, value in node.attributes.items() if name in _KEPT)
    return node.name, tuple(kept), tuple(part for part in texts if part)


def _flat(children: Iterable[Node | str]) -> Iterator[Node | str]:
    """Leave out inline elements, and what only highlights code or links to headings."""
    for each in children:
        if isinstance(each, str):
            yield each
        elif each.name == "br":
            yield "\n"
        elif "headerlink" in each.attributes.get("class", ""):
            continue
        elif each.name in _INLINE or "highlight" in each.attributes.get("class", "").split():
            yield from _flat(each.children)
        else:
            yield each


def _text(text: str, name: str) -> str:
    return text.strip("\n") if name in _RAW else " ".join(text.split())


def ours(text: str) -> Skeleton:
    """The blocks that a note has in our page."""
    return skeleton(convert(text).html)


def theirs(text: str) -> Skeleton:
    """The blocks that CommonMark finds."""
    return skeleton(ORACLE.render(text))


def read_examples(spec: str) -> dict[str, list[tuple[str, str]]]:
    """The examples of a specification by section: Markdown and HTML."""
    found: dict[str, list[tuple[str, str]]] = {}
    section, fence = "", "`" * 32
    lines = iter(spec.replace("\u2192", "\t").split("\n"))
    for line in lines:
        if line.startswith(f"{fence} example"):
            parts: list[list[str]] = [[], []]
            for inner in lines:
                if inner == fence:
                    break
                if inner == "." and not parts[1]:
                    parts[1].append("")
                else:
                    parts[1 if parts[1] else 0].append(inner)
            pair = "\n".join([*parts[0], ""]), "\n".join(parts[1][1:])
            found.setdefault(section, []).append(pair)
        elif line.startswith("#"):
            section = line.strip("# ")
    return found


GROUPS: dict[str, list[str]] = {
    "paragraphs": [
        "a",
        "a\nb",
        "a\n\nb",
        "a\n\n\n\nb",
        "  a\n b",
        "   a",
        "a\n        b",
        "a  \nb",
        "a\\\nb",
        "\n\na\n",
        "a\n\t\nb",
        "a\u00a0b\n\u00e9",
    ],
    "headings": [
        "# a",
        "## a ##",
        "###### a",
        "####### a",
        "#a",
        "#5 bolt\n\n#hash",
        "#\n\n##\ttab",
        "   # a",
        "    # a",
        "a\n    # b",
        "# a \\#",
        "### a ### b",
        "a\n# b\nc",
        "a\n===",
        "a\n---\nb",
        "a\nb\n---",
        "a\n=\n\nb",
        "   a\n   ===",
        "a\n    ===",
        "> a\n---",
        "- a\n---",
        "a\n= =",
        "===\na",
        "# a\n## b\n# c",
    ],
    "rulers": [
        "a\n\n---\n\nb",
        "***",
        "___",
        "* * *",
        "_ _ _ _",
        " ***",
        "    ***",
        "- - -",
        "+++",
        "a\n***\nb",
        "- a\n***\n- b",
        "- a\n- * * *",
        "--\n**\n__",
    ],
    "code": [
        "    a\n    b",
        "    a\n\n    b",
        "a\n    b",
        "    a\nb",
        "\ta",
        "        a\n    b",
        "    a  ",
        "```\na\n```",
        "~~~\na\n~~~",
        "```\na\n~~~\n```",
        "````\n```\n````",
        "```\na",
        "```\n\n  \n```",
        "```\n```",
        " ```\n a\n  b\n```",
        "   ```\n   a\n  ```",
        "    ```\n    a\n    ```",
        "```\na\n    ```",
        "a\n```\nb\n```\nc",
        "# a\n~~~\nb\n~~~\n# c",
        "``` text\na\n```",
        "~~~~    text  more\na\n~~~~~~",
        "``` a`b\nc",
        "```\na\n``` b",
        "> ```\n> a\n\nb",
        "```\n<b>&amp;\n```",
    ],
    "lists": [
        "- a\n- b",
        "* a\n* b",
        "+ a\n+ b",
        "- a\n+ b\n* c",
        "1. a\n2. b",
        "1) a\n2) b",
        "1. a\n2) b",
        "3. a\n7. b",
        "0. a",
        "003. a",
        "123456789. a",
        "1234567890. a",
        "-1. a",
        "a\n- b",
        "a\n1. b",
        "a\n2. b",
        "a\n-\nb",
        "- a\n\n- b",
        "- a\n- b\n\n- c",
        "- a\n\n\n- b",
        "-a\n\n1.b",
        "- a\n b",
        "- a\nb",
        "-\n- a\n-",
        "- \n  a",
        "-\n\n  a",
        "1. a\n\n2. b\n\n    c",
        "- a\n\nb\n\n- c",
        "- a\n\n<!-- -->\n\n- b",
        "- a\n - b\n  - c\n   - d",
        "1. a\n\n  2. b\n\n    3. c",
        "* a\n*\n\n* c",
        "1986\\. a",
        "\\- a",
    ],
    "nested lists": [
        "- a\n  - b",
        "- a\n  - b\n    - c",
        "- a\n    - b",
        "- a\n\t- b\n\t\t- c",
        "- a\n - b",
        "- a\n   - b",
        "1. a\n   - b\n   - c\n2. d",
        "1. a\n  - b",
        "10. a\n    - b",
        "10) a\n   - b",
        "- - a",
        "1. - 2. a",
        "- # a\n- b\n  ---\n  c",
        "- a\n  - b\n\n    c",
        "- a\n  - b\n\n  c",
        "- a\n  > b\n  > c\n- d",
        "* a\n  > b\n  ```\n  c\n  ```\n* d",
        "- a\n\n  1. b\n\n  2. c",
        "- a\n  1) b\n  2) c\n- d",
        "- a\n    b\n      - c",
    ],
    "blocks in items": [
        "- a\n\n  b",
        "- a\n\n b",
        "- a\n\n      b",
        "-     a\n\n  b",
        "- ```\n  a\n  ```",
        "- a\n  ```\n  b\n  ```\n- c",
        "- a\n\n  ```\n  b\n\n  c\n  ```",
        "1. a\n\n   ```\n   b\n   ```\n\n   > c",
        "1.  a\n\n        b",
        "- a\n  # b",
        "- | a |\n  |---|\n  | b |",
        "- a\n\n  | b |\n  |---|\n  | c |",
        "- <div>\n  a\n  </div>",
        "1. ~~~\n   a\n   ~~~\n2. b",
        "- a\n  ```\nb\n```",
    ],
    "quotes": [
        "> a",
        ">a",
        "   > a\n > b",
        "    > a",
        "> a\nb",
        "> a\n\nb",
        "> a\n>\n> b",
        "> a\n\n> b",
        ">\n> a\n>",
        ">",
        "a\n> b",
        "> a\n> # b\n> c",
        "> - a\n- b",
        "> - a\n> - b\nc",
        "> 1. a\nb",
        "> > > a\nb",
        ">>> a\n> b\n>>c",
        ">     a\n\n>    b",
        ">\ta\n>\t\tb",
        "> ```\na\n```",
        "> a\n***\n> b",
        "> | a |\n> |---|\n> | b |",
        "- > a\n  > b\n\n  c",
        "> a\n    - b",
    ],
    "HTML": [
        "<div>\na\n</div>",
        "<div>\n\na\n\n</div>",
        " <div>\n  a",
        "a\n<div>b</div>\nc",
        "a <b>c</b>",
        "<b>\na\n</b>",
        "<b>\n\na\n\n</b>",
        "<pre>\na\n\nb\n</pre>\nc",
        "<style>\na\n\nb\n</style>",
        "<!-- a\n\nb -->\nc",
        "<table>\n<tr>\n<td>\n\na\n\n</td>\n</tr>\n</table>",
        "</div>\na",
        "> <div>\n> a\n\nb",
        "- <div>\n- a",
        "    <div>",
        "<div></div>\n# a",
        "<details>\n<summary>a</summary>\n\n- b\n\n</details>",
    ],
    "tables": [
        "| a | b |\n|---|---|\n| c | d |",
        "a | b\n- | -\nc | d",
        "| a |\n|---|",
        "| a | b |\n|:--|--:|\n| c |\n| d | e | f |",
        "text\n| a |\n|---|\n| b |",
        "| a |\n|---|\n| b |\ntext",
        "| a |\n|---|\n| b |\n\ntext",
        "| a |\n|---|\n| b |\n> c",
        "| a \\| b |\n|---|",
        "| a |\n|---|---|",
        "    | a |\n    |---|",
        "| a |\n| b |",
    ],
    "definitions of links": [
        "[a]: /u\n\n[a]",
        "[a]",
        "[a]: <>\n\n[a]",
        "[a]:\n/u\n\n[a]",
        "[a]: /u 'b\nc'\n\n[a]",
        "[a]: /u b\n\n[a]",
        "a\n[b]: /u",
        "    [a]: /u\n\n[a]",
        "```\n[a]: /u\n```\n\n[a]",
        "# [a]\n[a]: /u\n> b",
        "[a]: /u\n[b]: /v\n\n[a] [B]",
        "> [a]: /u\n\n[a]",
        "[a]: /u\n===\n[a]",
    ],
    "tabs": [
        "\ta\tb",
        "  \ta",
        "- a\n\n\tb",
        "- a\n\n\t\tb",
        ">\t\ta",
        "-\t\ta",
        "- a\n  - b\n\t - c",
        "#\ta",
        "*\t*\t*\t",
        "1.\ta\n\n\tb",
    ],
}
"""Texts by group; what is right is what the oracle says."""


def shares(spec: str | None) -> Iterator[tuple[str, int, int]]:
    """Yield each group with how many of its examples agree, and how many there are."""
    if spec is None:
        for group, texts in GROUPS.items():
            yield group, sum(ours(text) == theirs(text) for text in texts), len(texts)
        return
    for section, examples in read_examples(spec).items():
        agreeing = sum(ours(text) == skeleton(html) for text, html in examples)
        yield section, agreeing, len(examples)


if __name__ == "__main__":
    total = [0, 0]
    for name, right, count in shares(Path(sys.argv[1]).read_text() if sys.argv[1:] else None):
        print(f"{name:42}{right:4} of {count}")
        total = [total[0] + right, total[1] + count]
    print(f"{'all':42}{total[0]:4} of {total[1]}: {total[0] / total[1]:.1%}")
