"""A page of a project of MkDocs is what Python-Markdown and the project's extensions make of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from converted import page_of
from markdown import Markdown

from notewright.markdown.extension import NotewrightExtension
from notewright.markdown.page import Page
from notewright.note.note import Note
from notewright.run.engine import Run
from notewright.run.verdicts import CellResult

BUILT_IN = ("toc", "tables", "fenced_code")
"""Extensions that MkDocs always adds."""


def page(text: str, **given: Any) -> Page:
    """What is known of a note of a project, whose cells have not run."""
    made = page_of(text, **given)
    vault = made.vault
    notes = {path: _as_mkdocs(note) for path, note in vault.notes.items()}
    names = replace(made.names, vault=replace(vault, notes=notes))
    run = Run(
        {path: [CellResult(cell, None, ()) for cell in each.cells] for path, each in notes.items()}
    )
    return replace(made, names=names, note=notes[made.note.path], run=run)


def _as_mkdocs(note: Note) -> Note:
    return replace(note, reads_as_mkdocs=True, must_ask=True)


def both(text: str, *extensions: str, configs: dict[str, Any] | None = None) -> tuple[str, str]:
    """The HTML of a text without notewright, and with it."""
    named = [*BUILT_IN, *extensions]
    configs = configs or {}
    alone = Markdown(extensions=named, extension_configs=configs).convert(text)
    own = NotewrightExtension(page(text), named, configs)
    return alone, Markdown(extensions=[*named, own], extension_configs=configs).convert(text)


PLAIN = {
    "line ends": "A paragraph that is\nwrapped by its writer.\n",
    "comment signs": "Up by 50%% now.\n\nMore text, %%here%% too.\n",
    "headings without a blank": "#No space\n\n##Nor here\n\nText\n",
    "a bar in code": "| a | b |\n|---|---|\n| `x|y` | z |\n",
    "signs of tags": "Colour #fff and #include\n",
    "block ids": "Ends in ^abc\n\n- item ^def\n",
    "double brackets": "TOML's [[tool.x]], an array [[1, 2], [3]], [[a](b.md)]\n",
    "how a value is written": (
        "Write `{python} 1 + 1`, or 3<!--= 1 + 2 --> and an output:\n\n```output\n3\n```\n"
    ),
    "raw HTML": (
        '<iframe src="https://example.org/v"></iframe>\n\n<script>f()</script>\n\n'
        "<button onclick=\"f()\">Press</button> <my-element a='1'>x</my-element>\n"
    ),
    "a script as address": "[run](javascript:f())\n",
    "lists": "Text\n- no list\n\n1. one\n- two\n3. three\n\n* a\n  * b\n    * c\n",
    "indented code": "- item\n\n        code\n\n    text\n\n\tTab\n",
    "escapes": "\\*a\\* \\# \\[[b]] \\\n and a`` ` ``b <https://a.b> [x] [y]\n\n[x]: /u\n",
    "a fence": "```python\nprint(1)\n```\n\n~~~ pycon\n>>> 1\n~~~\n",
    "mathematics": "It costs $5 and $6. $$x^2$$\n\n\\(a\\)\n",
    "dollars and citations": "Ask @someone [@key] about it.\n",
    "a base": "```base\nfilters: x\n```\n\n```dataview\nlist\n```\n\n```mermaid\ngraph TD\n```\n",
    "marks": "==marked== ~~gone~~ text\n",
    "strange signs": "a \ue000nw-cell-0\ue001 b\n",
}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_plain_markdown_is_what_it_was(text: str) -> None:
    """Whatever Obsidian or CommonMark would make of it."""
    alone, beside = both(text)
    assert beside == alone


EXTENSIONS: dict[str, str] = {
    "abbr": "The HTML text.\n\n*[HTML]: Hyper Text\n",
    "admonition": (
        '!!! note "Title"\n    Text\n\n    ```python\n    print(1)\n    ```\n\n!!! tip ""\n    x\n'
    ),
    "attr_list": (
        'Text\n{: data-x="1" .c }\n\n## T { data-y="2" #own }\n\n[a](b.md){ data-preview="" }\n'
    ),
    "codehilite": "    #!python\n    print(1)\n",
    "def_list": "Term\n:   What it means\n\n    more\n",
    "extra": "*[A]: B\n\nA[^1]\n\n[^1]: note\n\n<div markdown>\n*x*\n</div>\n",
    "footnotes": "Text[^b] and[^a]\n\n[^a]: First\n[^b]: Second\n\n    more\n",
    "legacy_attrs": "# T {@id=x}\n",
    "legacy_em": "_one_two_\n",
    "md_in_html": (
        '<figure markdown>\n![a](a.png){ width="20" }\n</figure>\n\n'
        '<div class="grid" markdown="1">\n**b** [r]\n</div>\n\n'
        "<table><tr><td markdown>*x*</td></tr></table>\n\n[r]: /r\n"
    ),
    "meta": "Text\n",
    "nl2br": "one\ntwo\n",
    "sane_lists": "1. one\n\n* two\n\n4. four\n",
    "smarty": "\"quoted\" -- and --- 'so' ...\n",
    "wikilinks": "[[A page]]\n",
    "pymdownx.arithmatex": "$x^2$ and \\(y\\)\n\n$$\na\n$$\n\n\\[ b \\]\n",
    "pymdownx.betterem": "**a**b** _c_d_ ***e***\n",
    "pymdownx.blocks.admonition": "/// note | Title\nText\n\n- item\n///\n",
    "pymdownx.blocks.caption": "![a](a.png)\n/// caption\nSays *so*\n///\n",
    "pymdownx.blocks.definition": "/// define\nTerm\n\n- Meaning\n///\n",
    "pymdownx.blocks.details": "/// details | More\n    open: True\n\nText\n///\n",
    "pymdownx.blocks.html": "/// html | div.c\nText\n///\n",
    "pymdownx.blocks.tab": "/// tab | One\na\n///\n\n/// tab | Two\nb\n///\n",
    "pymdownx.caret": "^^inserted^^ and x^2^\n",
    "pymdownx.critic": "{++added++} {--gone--} {~~old~>new~~} {==m==}{>>why<<}\n\n- {++x++}\n",
    "pymdownx.details": '??? note "More"\n    Text\n\n???+ tip\n    ```python\n    1\n    ```\n',
    "pymdownx.escapeall": "\\a \\ b\n",
    "pymdownx.fancylists": "a. one\nb. two\n\ni) one\nii) two\n",
    "pymdownx.highlight": "    :::python\n    print(1)\n",
    "pymdownx.inlinehilite": "`#!python print(1)` and `:::py x`\n",
    "pymdownx.keys": "++ctrl+alt+del++\n",
    "pymdownx.magiclink": "https://example.org and a@example.org\n",
    "pymdownx.mark": "==marked== text\n",
    "pymdownx.progressbar": '[=65% "65 %"]\n',
    "pymdownx.quotes": "> [!note] Title\n",
    "pymdownx.saneheaders": "#No space\n\n# Space\n",
    "pymdownx.smartsymbols": "(c) --> 1/2 +/-\n\n- (tm)\n\n> =/=\n\n| (r) |\n|---|\n| 1st |\n",
    "pymdownx.striphtml": "a <!-- gone --> b\n",
    "pymdownx.superfences": (
        '- item\n\n    ```python title="x" hl_lines="1"\n    print(1)\n    ```\n\n'
        "```{.yaml .annotate}\na: 1 # (1)!\n```\n\n1. Note\n"
    ),
    "pymdownx.tabbed": '=== "One"\n\n    ```python\n    1\n    ```\n\n=== "Two"\n\n    - b\n',
    "pymdownx.tasklist": "- [x] done\n- [ ] open\n",
    "pymdownx.tilde": "~~gone~~ H~2~O\n",
}


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_an_extension_does_its_part_as_before(extension: str) -> None:
    """Its own forms, alone and beside its usual neighbours."""
    text = EXTENSIONS[extension]
    quotes = {"pymdownx.quotes": {"callouts": True}}
    for others in ((), ("pymdownx.superfences", "admonition", "attr_list")):
        named = [each for each in others if each != extension]
        alone, beside = both(text, extension, *named, configs=quotes)
        assert beside == alone


def test_what_only_notewright_knows_is_shown() -> None:
    """Wikilinks, callouts and embeds are text to MkDocs, so nothing is lost by them."""
    text = "See [[b]].\n\n> [!tip]+ Try *it*\n> Text\n\n![[b#Part]]\n\n[[no such]]\n"
    own = page(text, others={"b.md": "# Bee\n\n## Part\n\nOf it.\n"})
    html = Markdown(extensions=[*BUILT_IN, NotewrightExtension(own, BUILT_IN)]).convert(text)
    assert '<a class="nw-wikilink" href="b.md">Bee</a>' in html
    assert '<details class="tip" data-callout="tip" open="open">' in html
    assert "<summary>Try <em>it</em></summary>" in html
    assert "<p>Of it.</p>" in html and "[[no such]]" in html


PLACES = {
    "alone": "{}",
    "below a paragraph": "Text\n{}\n\nmore\n",
    "a list": "- item\n\n{}",
    "an admonition": "!!! note\n\n{}",
    "a tab in an admonition": '!!! note\n\n    === "One"\n\n{}',
    "HTML": '<div markdown="1">\n\n{}\n\n</div>',
}
INDENTS = {"a list": 4, "an admonition": 4, "a tab in an admonition": 8}


@pytest.mark.parametrize("place", PLACES)
def test_a_cell_runs_and_is_shown_wherever_a_fence_may_stand(place: str) -> None:
    """The fence beside it that does not ask is code as before."""
    lines = ["```python run", "x = 1", "", "y = 2", "```", "", "```python", "plain", "```"]
    blank = " " * INDENTS.get(place, 0)
    text = PLACES[place].format("\n".join(f"{blank}{line}".rstrip() for line in lines))
    own = page(text)
    assert [cell.code for cell in own.note.cells] == ["x = 1\n\ny = 2\n"]
    assert own.note.unasked == 1
    named = [*BUILT_IN, "admonition", "md_in_html", "pymdownx.superfences", "pymdownx.tabbed"]
    configs = {"pymdownx.tabbed": {"alternate_style": True}}
    made = NotewrightExtension(own, named, configs)
    html = Markdown(extensions=[*named, made], extension_configs=configs).convert(text)
    assert html.count('class="nw-cell"') == 1
    assert "\ue000" not in html and "python run" not in html
    assert not own.problems
    assert '<p><div class="nw-cell"' not in html


def test_a_page_that_notewright_stumbles_over_is_shown_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The fault is told at the note; its text is there as MkDocs alone shows it."""

    def fail(*given: object) -> list[str]:
        raise RuntimeError("ours")

    monkeypatch.setattr("notewright.markdown.project_notes.ProjectCells.run", fail)
    text = "# Title\n\nText *here*\n"
    own = page(text)
    md = Markdown(extensions=[*BUILT_IN, NotewrightExtension(own, BUILT_IN)])
    assert "<p>Text <em>here</em></p>" in md.convert(text)
    assert [each.file for each in own.problems] == ["docs/a.md"]
    assert [each["name"] for each in md.toc_tokens] == ["Title"]  # type: ignore[attr-defined]


def test_what_an_extension_converts_within_a_page_has_no_foot_and_no_cells() -> None:
    """mkdocstrings converts each docstring with a copy of the page's converter."""
    text = "Text\n"
    own = page(text)
    extension = NotewrightExtension(own, BUILT_IN)
    md = Markdown(extensions=[*BUILT_IN, extension])
    inner: list[str] = []

    class Inner:
        def run(self, lines: list[str]) -> list[str]:
            other = Markdown(extensions=[*BUILT_IN, extension])
            inner.append(other.convert("[[a]]\n\n```python run\n1\n```\n"))
            return lines

    md.preprocessors.register(Inner(), "inner", 1)  # type: ignore[arg-type]
    md.convert(text)
    assert "nw-" not in inner[0] and "[[a]]" in inner[0]
