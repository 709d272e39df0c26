"""Code is never touched: what looks like a vault's syntax in code is shown byte for byte."""

from __future__ import annotations

import html

import pytest
from converted import convert, read

pytestmark = pytest.mark.gate

CONSTRUCTS = [
    # wikilinks and embeds
    'df[["a", "b"]]',
    "np.array([[1, 2], [3, 4]])",
    "x = [[1, 2], [3, 4]]",
    "[[Note]]",
    "[[Note|text]]",
    "[[Note#Heading#Part]]",
    "![[x]]",
    "![[x.png|300]]",
    "![[a.md#^block]]",
    "a[[0]][[1]]",
    "if [[ -f file && $x == y ]]; then",
    "[[nodiscard]] int f();",
    "matrix[[i]] <- 1",
    r"\[[x]]",
    # comments
    "%%timeit",
    "%%time",
    "%%",
    "# %% cell [markdown]",
    "%% not a comment %%",
    "x %% y",
    "print('100%%')",
    "'%%s' % '%%d'",
    "<!-- not a comment -->",
    "x = 1  # <!--= x -->",
    # marks, emphasis
    "a == b == c",
    "a==b==c",
    "==mark==",
    "======",
    "x === y",
    "*a, **k = b",
    "__init__",
    "_a_ * _b_ * c",
    "~~gone~~",
    "2 ** 3 ** 4",
    # footnotes, block ids, superscripts
    "x ^ y",
    "x^[1]",
    "^[not a note]",
    "[^1]",
    "[^1]: text",
    "re.match('[^a-z]', s)",
    "end ^block-id",
    "^block",
    # tags, headings, includes, rulers
    "#include <stdio.h>",
    "#tag",
    "#tag/nested",
    "# heading",
    "#!/bin/sh",
    "color: #ff0000;",
    "x  # type: ignore",
    "#123",
    "---",
    "***",
    # money and mathematics
    "$5",
    "costs $5 or $6",
    "$x$",
    "$$x^2$$",
    "echo $HOME $PATH$",
    r"r'\(x\) \[y\]'",
    r"\$x\$",
    # tables, lists, tasks, quotes, callouts
    "a | b | c",
    "|---|---|",
    "- [ ] task",
    "- [x] done",
    "1. one",
    "* item",
    "> [!note] Title",
    "> quote",
    ">>> 1 + 1",
    # extensions
    "!!! note",
    "??? note",
    '=== "Tab"',
    "/// note",
    ": definition",
    "*[HTML]: text",
    "{: .class #id }",
    "{.class}",
    "[TOC]",
    ":smile:",
    "{{ variable }}",
    "{% raw %}",
    "`{python} 1 + 1`",
    # addresses, HTML, entities
    "https://example.org/#tag",
    "<https://example.org>",
    "<b>bold</b>",
    "<div>",
    "</pre></code>",
    "<script>alert(1)</script>",
    "&amp; &lt; &#35; &nbsp;",
    "a < b > c & d",
    "[text](url)",
    "[ref]: https://example.org",
    "![alt](image.png)",
    "a\\\\b \\n \\* \\`",
    "'\"quotes\"' \u201ctypographic\u201d",
    "\u00e9\u4e2d\u0627\U0001f600",
    "tab\tin\tcode",
]


def fence(*lines: str, mark: str = "````", info: str = "text") -> str:
    return "\n".join([mark + info, *lines, mark])


def behind(first: str, rest: str, text: str) -> str:
    """Put one sign before the first line and another before the others."""
    return first + text.replace("\n", f"\n{rest}")


BLOCKS = {
    "fence": lambda code: fence(*code),
    "fence of a cell that never runs": lambda code: fence(*code, info="python notest"),
    "fence without a language": lambda code: fence(*code, info=""),
    "tildes": lambda code: fence(*code, mark="~~~~"),
    "right below text": lambda code: f"text\n{fence(*code)}\ntext",
    "list": lambda code: behind("- ", "  ", f"item\n{fence(*code)}\nmore"),
    "numbered list": lambda code: behind("10. ", "    ", f"item\n\n{fence(*code)}"),
    "nested list": lambda code: f"- a\n{behind('  - ', '    ', fence(*code))}",
    "quote": lambda code: behind("> ", "> ", fence(*code)),
    "callout": lambda code: behind("> ", "> ", f"[!note] Title\n{fence(*code)}"),
    "folded callout": lambda code: behind("> ", "> ", f"[!tip]- Title\ntext\n{fence(*code)}"),
    "callout in a callout": lambda code: behind(
        "> ", "> ", behind("[!note]\n> ", "> ", f"[!tip]\n{fence(*code)}")
    ),
    "callout in a list": lambda code: behind(
        "- a\n\n  ", "  ", behind("> ", "> ", f"[!note]\n{fence(*code)}")
    ),
    "list in a callout": lambda code: behind(
        "> ", "> ", f"[!note]\n{behind('- ', '  ', fence(*code))}"
    ),
    "admonition": lambda code: f"!!! note\n{behind('    ', '    ', fence(*code))}",
    "folded admonition": lambda code: f"??? note\n\n{behind('    ', '    ', fence(*code))}",
    "tab": lambda code: f'=== "Tab"\n\n{behind("    ", "    ", fence(*code))}',
    "block of pymdownx": lambda code: f"/// note | Title\n\n{fence(*code)}\n\n///",
    "footnote": lambda code: f"a[^n]\n\n[^n]: note\n\n{behind('    ', '    ', fence(*code))}",
    "definition": lambda code: f"Term\n\n:   text\n\n{behind('    ', '    ', fence(*code))}",
    "indented": lambda code: "text\n\n" + behind("    ", "    ", "\n".join(code)),
    "indented by a tab": lambda code: "text\n\n" + behind("\t", "\t", "\n".join(code)),
    "indented in a list": lambda code: behind("- a\n\n      ", "      ", "\n".join(code)),
    "HTML": lambda code: f"<pre><code>{html.escape(chr(10).join(code))}</code></pre>",
    "HTML in a list": lambda code: behind(
        "- a\n\n  ", "  ", f"<pre><code>{html.escape(chr(10).join(code))}</code></pre>"
    ),
}
SPANS = {
    "text": "before {} after",
    "alone": "{}",
    "heading": "# About {}",
    "list": "- a {} b",
    "task": "- [ ] a {} b",
    "quote": "> a {}",
    "callout": "> [!note] Title\n> a {} b",
    "title of a callout": "> [!note] Title {}\n> text",
    "emphasis": "**a {} b**",
    "mark": "==a {} b==",
    "link": "[a {} b](https://example.org)",
    "note in the text": "a^[see {} there]",
    "footnote": "a[^n]\n\n[^n]: see {} there",
    "admonition": "!!! note\n    a {} b",
    "definition": "Term\n:   a {} b",
}


def codes(page: str) -> list[str]:
    """The text of each piece of code in a page, as a browser shows it."""
    return [node.text for node in read(page).all("code")]


@pytest.mark.parametrize("place", BLOCKS)
def test_blocks_of_code_are_shown_byte_for_byte(place: str) -> None:
    """Wherever a block of code may stand, each construct in it stays as the writer wrote it."""
    for construct in CONSTRUCTS:
        code = ["first", construct, f"    {construct}", "", f"{construct}  ", "last"]
        if place.startswith("HTML"):
            code.remove("")  # a blank line in a list's HTML ends nothing, and is its own
        page = convert(BLOCKS[place](code))
        assert page.problems == [], construct
        assert [each.rstrip("\n") for each in codes(page.html)] == ["\n".join(code)], construct


@pytest.mark.parametrize("place", SPANS)
def test_spans_of_code_are_shown_byte_for_byte(place: str) -> None:
    """The same holds between backticks."""
    for construct in CONSTRUCTS:
        if construct == "`{python} 1 + 1`":
            continue  # between backticks it is a computed value
        span = f"```` {construct} ````" if "`" in construct else f"`{construct}`"
        page = convert(SPANS[place].format(span))
        assert page.problems == [], construct
        assert codes(page.html) == [construct], construct


@pytest.mark.parametrize("construct", [each for each in CONSTRUCTS if "|" not in each])
def test_code_in_the_cell_of_a_table_is_shown_byte_for_byte(construct: str) -> None:
    """A table leaves code alone; only a pipe in it needs a backslash."""
    if construct == "`{python} 1 + 1`":
        return
    span = f"```` {construct} ````" if "`" in construct else f"`{construct}`"
    assert codes(convert(f"| {span} | b |\n|---|---|\n| a | {span} |").html) == [construct] * 2


def test_a_pipe_in_the_code_of_a_table_needs_a_backslash_and_loses_it() -> None:
    """As in Obsidian: `a \\| b` in a cell shows `a | b`."""
    page = convert("| `a \\| b` | `[[N\\|t]]` |\n|---|---|\n").html
    assert codes(page) == ["a | b", "[[N|t]]"]


def test_all_code_of_a_note_at_once() -> None:
    """One piece of code doesn't change what the next one is."""
    note = "\n\n".join(fence(each) for each in CONSTRUCTS)
    assert [each.rstrip("\n") for each in codes(convert(note).html)] == CONSTRUCTS


def test_there_are_many_constructs() -> None:
    """The suite looks at no fewer than sixty different ones."""
    assert len(set(CONSTRUCTS)) == len(CONSTRUCTS) >= 60
