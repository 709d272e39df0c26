"""Embedded notes: whole, by section and by block; media; cycles; ids and links of the copy."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest
from markdown import Markdown
from projects import ProjectDir, elements

from notewright.markdown.embeds import DEPTH, LIMIT
from notewright.markdown.extension import NotewrightExtension, Page
from notewright.markdown.fragments import ids_of, rename_html
from notewright.markdown.page import makers_of
from notewright.note.note import Note
from notewright.note.properties import PROPERTIES
from notewright.render.cell_html import Renderer
from notewright.run.engine import Run
from notewright.run.records import CellRecord
from notewright.run.verdicts import CellResult
from notewright.run.worker import outputs
from notewright.settings import Settings
from notewright.vault.names import Names
from notewright.vault.vault import Vault

ROOT = Path("/project")
SETTINGS = Settings(root=ROOT, docs_dir=ROOT / "docs")
EXTENSIONS = ["attr_list", "footnotes", "pymdownx.highlight", "pymdownx.superfences", "toc"]
CONFIGS = {"toc": {"permalink": True}}


def convert(texts: Mapping[str, str], files: Collection[str] = (), path: str = "a.md") -> Page:
    """Convert one note of a vault; the page's `html` is what it became."""
    notes = {name: Note(name, f"docs/{name}", text) for name, text in texts.items()}
    vault = Vault(SETTINGS, notes, frozenset(files))
    record = CellRecord([outputs.stream("stdout", "printed\n")])
    run = Run(
        {name: [CellResult(cell, record) for cell in note.cells] for name, note in notes.items()}
    )
    page = Page(Names(vault, makers=makers_of(vault, run)), notes[path], run, Renderer("../"))
    extension = NotewrightExtension(page, EXTENSIONS, CONFIGS)
    md = Markdown(extensions=[*EXTENSIONS, extension], extension_configs=CONFIGS)
    page.html = md.convert(PROPERTIES.sub("", notes[path].text))  # type: ignore[attr-defined]
    return page


def html_of(texts: Mapping[str, str], files: Collection[str] = (), path: str = "a.md") -> str:
    return str(convert(texts, files, path).html)  # type: ignore[attr-defined]


def shown(text: str, **notes: str) -> str:
    """What `![[b…]]` in a note shows of the note `b`, without its link."""
    html = html_of({"a.md": text, **{f"{name}.md": body for name, body in notes.items()}})
    return html.partition('<div class="nw-embed-content">')[2].partition('<a class="nw-embed-s')[0]


def words(html: str) -> str:
    """The text of HTML without permalinks."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.replace("&para;", "")).split())


NOTE = """\
---
title: hidden
---
Before.

## One

First.

### Below

Deeper. ^deep

## Two

- item ^item
    - nested
- other

1. one
2. two ^second

| a |
|---|
| cell |

^table

> quoted
> text ^quote

```js
code
```

^code

> [!note] Title
> Body ^callout

## Three

^below

^again

Behind.

> twice

^first

^then
"""


@pytest.mark.parametrize(
    ("embed", "text"),
    [
        ("b#One", "One First. Below Deeper."),
        ("b#one", "One First. Below Deeper."),
        ("b#One#Below", "Below Deeper."),
        ("b#^deep", "Deeper."),
        ("b#^DEEP", "Deeper."),
        ("b#^item", "item nested"),
        ("b#^table", "a cell"),
        ("b#^quote", "quoted text"),
        ("b#^code", "code"),
        ("b#^callout", "Title Body"),
        ("b#^below", "Three Behind. twice"),
        ("b#^again", "Three Behind. twice"),
        ("b#^first", "twice"),
        ("b#^then", "twice"),
    ],
)
def test_only_the_part_that_is_named_is_shown(embed: str, text: str) -> None:
    """A section ends at the next heading of its level; a block is shown alone."""
    assert words(shown(f"![[{embed}]]", b=NOTE)) == text


def test_a_heading_with_a_block_id_keeps_the_id_of_its_words() -> None:
    """Links name it by either; an id below it took the other's place, and links to that led on."""
    html = html_of({"a.md": "## Three\n^below\n\n[[#Three]] [[#^below]]\n"})
    assert '<span class="nw-anchor" id="below"></span><h2 id="three">' in html
    assert 'href="#three"' in html and 'href="#below"' in html


def test_a_markdown_image_that_is_not_there_is_marked_as_broken() -> None:
    """Its alt text stands for it; an address of the site or of others is none of the vault's."""
    text = "![A curve|300](gone.png), ![](sub/gone.gif), ![B](b.png), ![C](/c.png)"
    html = html_of({"a.md": text}, files=["b.png"])
    broken = '<span class="nw-broken" title="broken image">'
    assert f"{broken}A curve</span>, {broken}sub/gone.gif</span>, <img" in html
    assert re.findall(r'src="([^"]*)"', html) == ["b.png", "/c.png"]


def test_a_whole_note_is_shown_without_its_properties() -> None:
    """All blocks in order, and nothing of the YAML."""
    text = words(shown("![[b]]", b=NOTE))
    assert text.startswith("Before. One First.")

    assert "hidden" not in text


def test_an_item_keeps_its_number() -> None:
    """The second item of a list is 2 where it is shown alone."""
    assert '<ol start="2"><li' in shown("![[b#^second]]", b=NOTE)


def test_the_embed_links_to_its_source() -> None:
    """A reader gets from the part to the note."""
    html = html_of({"a.md": "![[b#Two]]", "deep/b.md": NOTE})
    assert '<a class="nw-embed-source" href="deep/b.md#two">b &gt; Two</a>' in html


@pytest.mark.parametrize("around", ["![[b]]", "- item ![[b]]", "> [!tip]\n> ![[b]]", "text ![[b]]"])
def test_an_embed_never_stands_in_a_paragraph(around: str) -> None:
    """Blocks within a `p` would end it in the browser."""
    page = html_of({"a.md": around, "b.md": "Text\n\n- item"})
    (embed,) = elements(page, kind="nw-embed-note")
    assert "p." not in embed.path.replace("p.admonition-title", "")


def test_ids_are_unique_and_links_among_them_stay_together() -> None:
    """The same note twice, beside its twin headings: no id is there twice, no link is lost."""
    note = "## Part\n\n[[#Part]] and [x](#part) [^1]\n\n[^1]: Foot.\n\n"
    note += "```python\n#| label: c\n1\n```\n"
    page = convert({"a.md": f"{note}\n![[b]]\n\n![[b#Part]]\n\n![[b]]", "b.md": note})
    html = page.html  # type: ignore[attr-defined]
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert len(ids) >= 16
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)
    assert html.count(">Foot.") == 4
    assert page.embedded == {"b.md"}


def test_a_footnote_keeps_its_number_in_a_section() -> None:
    """The second footnote of a note is 2, and its text is there, alone."""
    note = "# One\n\nx[^a]\n\n# Two\n\ny[^b]\n\n[^a]: First.\n[^b]: Second.\n"
    section = shown("![[b#Two]]", b=note)
    assert "Second." in section and "First." not in section
    assert 'value="2"' in section


def test_links_of_the_copy_lead_where_they_led() -> None:
    """Relative links, images and media of a note in a folder, shown by one in another."""
    notes = {
        "x/a.md": "![[b]]",
        "y/z/b.md": "# B\n\n[[c]] [m](c.md) ![i](i.png) [up](../d.md#h) [w](https://e.org) "
        "![[s.mp3]]",
        "y/z/c.md": "",
        "y/d.md": "# H",
    }
    html = html_of(notes, ["y/z/i.png", "y/z/s.mp3"], "x/a.md")
    for address in (
        'href="../y/z/c.md">c<',
        'href="../y/z/c.md">m<',
        'src="../y/z/i.png"',
        'href="../y/d.md#h"',
        'href="https://e.org"',
        'src="../y/z/s.mp3"',
        'href="../y/z/s.mp3"',
    ):
        assert address in html


def test_an_image_for_one_scheme_stays_one() -> None:
    """Material shows it where its address ends so; any other fragment of an image says nothing."""
    html = html_of(
        {"x/a.md": "![A](i.png#only-light) ![[i.png#only-dark|B]] ![C](i.png#page)"},
        ["x/i.png"],
        "x/a.md",
    )
    assert 'src="i.png#only-light"' in html and 'src="i.png#only-dark"' in html
    assert 'src="i.png"' in html and "#page" not in html


def test_a_link_of_a_section_to_the_rest_of_its_note_leaves_the_page() -> None:
    """What the copy lacks is in the note itself."""
    html = html_of({"a.md": "![[b#One]]", "b.md": "# One\n\n[[#Two]]\n\n# Two\n"})
    assert '<a class="nw-wikilink" href="b.md#two">' in html


def test_embeds_nest() -> None:
    """A note that embeds one that embeds one shows all three."""
    html = html_of({"a.md": "A ![[b]]", "b.md": "B ![[c#C]]", "c.md": "no\n\n# C\n\nend"})
    assert len(elements(html, kind="nw-embed-note")) == 2
    assert ">end</p>" in html and ">no<" not in html


@pytest.mark.parametrize(
    "notes",
    [
        {"a.md": "A ![[a]]"},
        {"a.md": "A ![[b]]", "b.md": "B ![[a]]"},
        {"a.md": "A ![[b]]", "b.md": "B ![[c]]", "c.md": "C ![[b]]"},
        {"a.md": "# S\n\n![[#S]]"},
        {"a.md": "x ![[a#^me]] ^me"},
    ],
)
def test_a_cycle_ends_with_a_notice(notes: Mapping[str, str]) -> None:
    """A note that shows itself says where it stops, and links on."""
    html = html_of(notes)
    assert html.count('class="nw-embed-end"') == 1
    assert "it would contain itself" in html


def test_headings_link_to_headings_of_their_own_note_and_to_each_other() -> None:
    """A heading's id is made of its words, whatever ids the headings have that it links to."""
    own = "## One\n\n## Two [[#One]]\n\n## See [[#See]]\n\n## Third ![[#One]]\n"
    other = "# B\n\n## One [[a#Other x|y]]\n"
    html = html_of({"a.md": f"{own}\n## Other [[b#One y|x]]\n", "b.md": other})
    assert re.findall(r'<h2 id="([^"]*)"', html) == [
        "one", "two-one", "see-see", "third-a-one", "embed-1-one", "other-x",
    ]  # fmt: skip
    assert 'href="#see-see">See</a>' in html
    assert 'href="b.md#one-y">x</a>' in html


def test_a_chain_of_embeds_ends_at_a_depth() -> None:
    """However long the chain is, the page is finite, and says so."""
    notes = {f"n{number}.md": f"![[n{number + 1}]]" for number in range(DEPTH + 3)}
    html = html_of({**notes, f"n{DEPTH + 3}.md": "end"}, path="n0.md")
    assert html.count("nw-embed-content") == DEPTH
    assert f"is nested in {DEPTH} other embeds" in html


def test_embeds_do_not_multiply_without_end() -> None:
    """Ten embeds of ten embeds of ten: the page shows some, and says that it stops."""
    many = {f"n{number}.md": f"![[n{number + 1}]]\n\n" * 10 for number in range(4)}
    html = html_of({**many, "n4.md": "end"}, path="n0.md")
    assert html.count("nw-embed-content") == LIMIT
    assert f"the page already has {LIMIT} embeds" in html


def test_cells_of_an_embedded_note_show_what_they_showed() -> None:
    """The copy has code and output of the run; nothing is left for a second run."""
    section = shown("![[b#Run]]", b="# Run\n\n```python\nprint(1)\n```\n")
    assert "printed" in section
    assert "<code>" in section


def test_code_in_an_embedded_note_is_not_touched() -> None:
    """What looks like an id, a link or an embed in code stays as it is."""
    code = 'x = [[1]]; y = "#part"; print(\'<a id="part" href="#part">\') # ![[b]] ^id'
    section = shown("![[b]]", b=f"# Part\n\n```text\n{code}\n```\n")
    assert words(section).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"') == (
        f"Part {code}"
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "![[f.pdf#page=2]]",
            '<iframe class="nw-iframe" loading="lazy" src="../f.pdf#page=2"',
        ),
        ("![[f.pdf#page=2&height=400]]", 'height="400"'),
        (
            "![[s.mp3]]",
            '<audio class="nw-audio" controls="controls" preload="metadata" src="../s.mp3"',
        ),
        (
            "![[v.mp4|320x200]]",
            'height="200" preload="metadata" src="../v.mp4" title="v.mp4" width="320"',
        ),
        ("![[i.png|what|300]]", '<img alt="what" src="i.png" width="300" />'),
        ("![what|300x20](i.png)", '<img alt="what" height="20" src="i.png" width="300" />'),
        ("![100](i.png)", '<img alt="" src="i.png" width="100" />'),
        ("![30x20](http://a.b/i.png)", '<img alt="" height="20" src="http://a.b/i.png" width="30"'),
        (
            "![](https://youtu.be/a?t=1)",
            '<a href="https://youtu.be/a?t=1">https://youtu.be/a?t=1</a>',
        ),
        ("![a talk](https://www.youtube.com/watch?v=a) b", ">a talk</a> b"),
        ("![7](i.png)", '<img alt="7" src="i.png" />'),
        ("![](s.mp3)", '<audio class="nw-audio"'),
        ("![](b.md#Part)", 'id="embed-1-part"'),
        ("![[t.csv]]", '<a class="nw-wikilink" href="t.csv">t.csv</a>'),
        ("![[b#Gone]]", '<span class="nw-broken" title="broken embed">b &gt; Gone</span>'),
    ],
)
def test_media_are_shown_as_what_they_are(text: str, html: str) -> None:
    """PDFs at their page, sound, films and images at their size; the rest is a link."""
    files = ["f.pdf", "s.mp3", "v.mp4", "i.png", "t.csv"]
    assert html in html_of({"a.md": text, "b.md": "# Part\n"}, files)


def test_ids_of_html_are_renamed_with_all_that_refers_to_them() -> None:
    """Styles, scripts and SVG follow; text that only looks alike does not."""
    html = (
        '<style>#t td {color: #abc}</style><div id="t">#t id="t" &lt;b id="t"></div>'
        '<use xlink:href="#t"/><g clip-path="url(#t)"/><label for="t">'
        "<script>f(\"#t\", 't', t)</script>"
    )
    assert ids_of(Markdown().parser.parseDocument([""]).getroot(), [html]) == {"t"}
    assert rename_html(html, {"t"}, "p-") == (
        '<style>#p-t td {color: #abc}</style><div id="p-t">#t id="t" &lt;b id="t"></div>'
        '<use xlink:href="#p-t"/><g clip-path="url(#p-t)"/><label for="p-t">'
        "<script>f(\"#p-t\", 'p-t', t)</script>"
    )


@pytest.mark.gate
def test_a_site_builds_with_embedded_notes_and_runs_each_cell_once(tmp_path: Path) -> None:
    """End to end, strictly: MkDocs finds every link and anchor of the copies."""
    project = ProjectDir(tmp_path / "project")
    project.root.mkdir()
    project.configure(
        {"writable": ["../told"]},
        validation={"links": {"anchors": "warn", "not_found": "warn"}},
        markdown_extensions=["footnotes", {"toc": {"permalink": True}}],
    )
    runs = 'open("../told/runs", "a").write("run\\n")'
    project.write(
        {
            "docs/index.md": "![[Source]]\n\n![[Source#Part]]\n\n[[Source#Part#Part|x]]\n",
            "docs/deep/Source.md": (
                "# Source\n\n## Part\n\n[[#Part]], [[index]][^1]\n\n"
                f"```python\n#| label: c\n{runs}\nprint(12345)\n```\n\n[[#^c]]\n\n"
                "### Part\n\n![[Other]]\n\n[^1]: Foot.\n"
            ),
            "docs/deep/er/Other.md": "[home](../../index.md) [s](../Source.md#part_1)\n",
        }
    )
    built = project.build()
    assert built.status == 0, built.output
    page = project.page("index")
    assert page.count("12345") >= 2
    assert (tmp_path / "told/runs").read_text().split() == ["run"]
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
