"""Wikilinks: found in prose only, checked with their line, and shown as links of the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from posixpath import normpath
from urllib.parse import urljoin
from xml.etree import ElementTree

import pytest
from converted import convert as converted
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown
from projects import ProjectDir, elements

from notewright.errors import Problem
from notewright.markdown.extension import NotewrightExtension, Page
from notewright.markdown.wikilinks import WikilinkProcessor
from notewright.note.links import Link
from notewright.note.note import Note
from notewright.run.engine import Run
from notewright.settings import Settings
from notewright.vault.links import (
    check_images,
    check_links,
    check_markdown_links,
    link_notices,
    relative,
)
from notewright.vault.names import Names
from notewright.vault.vault import Vault

Scan = Callable[[Mapping[str, str | bytes]], Vault]
Project = Callable[..., Path]


def found(text: str) -> list[Link]:
    return list(Note("a.md", "docs/a.md", text).wikilinks)


def problems(vault: Vault, *labels: str) -> list[Problem]:
    return [*check_links(vault, labels), *check_images(vault)]


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("[[K-means]]", Link(1, "K-means", "", "", False)),
        ("see [[K-means|the model]].", Link(1, "K-means", "", "the model", False)),
        ("[[K-means#Where it fails]]", Link(1, "K-means", "Where it fails", "", False)),
        ("[[#Here]]", Link(1, "", "Here", "", False)),
        ("[[a#One#Two|x]]", Link(1, "a", "One#Two", "x", False)),
        ("[[Forest#^fig-roc]]", Link(1, "Forest", "^fig-roc", "", False)),
        ("![[fig.svg|A curve]]", Link(1, "fig.svg", "", "A curve", True)),
        ("| a |\n|---|\n| [[b\\|c]] |", Link(3, "b", "", "c", False)),
        ("*[[b]]*", Link(1, "b", "", "", False)),
        ("# On [[b]]", Link(1, "b", "", "", False)),
        ("> [!note]\n> [[b]]", Link(2, "b", "", "", False)),
        ("- a\n  - [[b]]", Link(2, "b", "", "", False)),
        ("---\nup: '[[c]]'\n---\n\none\ntwo\n[[b]]", Link(7, "b", "", "", False)),
        ("costs $5, see [[b]], or $6", Link(1, "b", "", "", False)),
        ("a `multi\nline` b\n[[b]]", Link(3, "b", "", "", False)),
        ("a $x +\ny$ b <a\nb>\n[[b]]", Link(4, "b", "", "", False)),
        ("a  \nb\\\n[see [[b]]](url)", Link(3, "b", "", "", False)),
        ("\\![[b]]", Link(1, "b", "", "", False)),
    ],
)
def test_a_link_is_found_with_its_line(text: str, link: Link) -> None:
    """Wherever prose stands, a link in it counts."""
    assert found(text) == [link]


@pytest.mark.parametrize(
    "text",
    [
        "`[[b]]`",
        "```python\nx = [[1], [2]]\ny = [[b]]\n```",
        "    [[b]]",
        "\\[[b]]",
        "[[b]](https://example.org)",
        "<!-- [[b]] -->",
        "%% [[b]] %%",
        "---\nup: '[[b]]'\n---\n",
        "$[[b]]$ is a bracket",
        "$$\n[[b]]\n$$",
        "[[a]b]]",
        "[[a\nb]]",
        "np.array([[1, 2], [3, 4]])",
    ],
)
def test_what_is_no_link_is_left_alone(text: str) -> None:
    """Code, mathematics, comments and properties hold no links."""
    assert found(text) == []


ATOMS = st.sampled_from(
    [
        ("[[link]]", True),
        ("![[link]]", True),
        ("[[link|text]]", True),
        ("**[[link#Part]]**", True),
        ("`[[code]]`", False),
        ("``[[code]] ` ``", False),
        ("\\[[escaped]]", False),
        ("[[away]](url)", False),
        ("$[[math]]$", False),
        ("word", False),
        ("$5", False),
        ("[x](y)", False),
    ]
)
PARAGRAPHS = st.lists(st.lists(ATOMS, min_size=1, max_size=5), min_size=1, max_size=4)


@given(PARAGRAPHS)
def test_links_are_found_where_prose_holds_them(paragraphs: list[list[tuple[str, bool]]]) -> None:
    """Any mixture of links, code and mathematics: exactly the links are found, line by line."""
    text = "\n\n".join(" ".join(atom for atom, _ in line) for line in paragraphs)
    expected = [
        1 + 2 * index for index, line in enumerate(paragraphs) for _, is_link in line if is_link
    ]
    assert [link.line for link in found(text)] == expected
    assert {link.path for link in found(text)} <= {"link"}


FENCED = st.text(st.sampled_from("[]()!|#^ ab\n`%$"), max_size=40)


@given(FENCED, st.sampled_from(["`````", "~~~~"]))
def test_no_link_is_ever_found_in_a_fence(code: str, mark: str) -> None:
    """An array of arrays in a cell is never told as a broken link."""
    if mark in code:
        return
    assert found(f"a\n\n{mark}python\n{code} [[b]]\n{mark}\n") == []


@given(FENCED)
def test_no_link_is_ever_found_in_a_code_span(code: str) -> None:
    """Code in a sentence is code."""
    span = code.replace("`", "").replace("\n", " ") + "[[b]]"
    assert found(f"a `{span}` c") == []


@given(PARAGRAPHS)
def test_the_page_shows_just_the_links_that_are_checked(
    paragraphs: list[list[tuple[str, bool]]],
) -> None:
    """No link of a page escapes the check, and none is checked that is not there."""
    text = "\n\n".join(" ".join(atom for atom, _ in line) for line in paragraphs)
    note = Note("a.md", "docs/a.md", text)
    vault = Vault(NO_SETTINGS, {note.path: note}, frozenset())
    shown = convert(vault, note).count("nw-broken")
    assert shown == len(problems(vault)) == len(found(text))


NO_SETTINGS = Settings(root=Path("/project"), docs_dir=Path("/project/docs"))


def convert(vault: Vault, note: Note, text: str | None = None) -> str:
    """The HTML of a note, or of a text in its place."""
    config = {"pymdownx.arithmatex": {"generic": True}}
    md = Markdown(extensions=["tables", "toc", "pymdownx.arithmatex"], extension_configs=config)
    processor = WikilinkProcessor(md, Names(vault), note, lambda link, target: None)
    md.inlinePatterns.register(processor, "links", 185)
    return md.convert(note.text if text is None else text)


@pytest.fixture
def linked(vault: Scan) -> Vault:
    return vault(
        {
            "a.md": "",
            "models/k means.md": "# K-means\n\n## Where it fails\n\ntext ^block-1\n\n"
            '```python\n#| label: "fig-roc"\nx\n```\n',
            "models/b.md": "",
            "img/fig.svg": "<svg/>",
            "data.csv": "1",
        }
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("[[b]]", '<a class="nw-wikilink" href="models/b.md">b</a>'),
        ("[[b|B]]", '<a class="nw-wikilink" href="models/b.md">B</a>'),
        ("[[k means]]", '<a class="nw-wikilink" href="models/k%20means.md">K-means</a>'),
        (
            "[[k means#Where it fails]]",
            '<a class="nw-wikilink" href="models/k%20means.md#where-it-fails">'
            "K-means &gt; Where it fails</a>",
        ),
        (
            "[[k means#K-means#Where it fails|x]]",
            '<a class="nw-wikilink" href="models/k%20means.md#where-it-fails">x</a>',
        ),
        (
            "[[k means#^block-1|x]]",
            '<a class="nw-wikilink" href="models/k%20means.md#block-1">x</a>',
        ),
        ("[[#Here]]", '<a class="nw-wikilink" href="#here">Here</a>'),
        ("[[data.csv]]", '<a class="nw-wikilink" href="data.csv">data.csv</a>'),
        ("![[fig.svg|A curve]]", '<img alt="A curve" src="img/fig.svg" />'),
        ("![[fig.svg|300]]", '<img alt="" src="img/fig.svg" width="300" />'),
        (
            "![[fig.svg|300x200]]",
            '<img alt="" height="200" src="img/fig.svg" width="300" />',
        ),
        ("`[[b]]`", "<code>[[b]]</code>"),
        ("\\[[b]]", "[[b]]"),
        ("[[a & b]]", '<span class="nw-broken" title="broken link">a &amp; b</span>'),
    ],
)
def test_a_link_of_the_page_leads_to_the_file(linked: Vault, text: str, html: str) -> None:
    """Links are relative to the note, quoted, with `.md`: MkDocs checks them too."""
    shown = convert(linked, linked.notes["a.md"], text).removeprefix("<p>").removesuffix("</p>")
    assert _normal(shown) == _normal(html)


def _normal(html: str) -> str:
    """HTML with its attributes in order."""
    return ElementTree.canonicalize(f"<x>{html}</x>")


def test_a_link_in_the_cell_of_a_table_keeps_its_text(linked: Vault) -> None:
    """Obsidian writes `\\|` in a table; neither the table nor the link breaks."""
    text = "| a | b |\n|---|---|\n| [[b\\|B]] | c |"
    html = convert(linked, linked.notes["a.md"], text)
    assert '<td><a class="nw-wikilink" href="models/b.md">B</a></td>' in html
    assert "<td>c</td>" in html


def test_links_are_relative_to_the_note_that_holds_them(linked: Vault) -> None:
    """A note in a folder links out of it."""
    html = convert(linked, linked.notes["models/b.md"], "[[a]] [[k means]]")
    assert 'href="../a.md"' in html
    assert 'href="k%20means.md"' in html


@pytest.mark.parametrize(
    "text",
    [
        "[[b]] [[models/b]] [[k means#where IT fails]] [[k means#K-means#Where it fails]]",
        "[[k means#^block-1]] [[k means#^fig-roc]]",
        "![[fig.svg|A curve]] ![[k means]]",
        "[[#Here]]\n\n# Here",
    ],
)
def test_good_links_have_no_problem(vault: Scan, linked: Vault, text: str) -> None:
    """Headings in any case, block ids and labels of cells are all known."""
    assert problems(vault({"a.md": text})) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x\n\n[[k mean]]", "docs/a.md:3:1: no note or file called `k mean`."),
        ("[[k mean]]", "Did you mean `k means`?"),
        ("[[k means#Where it fail]]", "`k means` has no heading `Where it fail`."),
        ("[[k means#^block-2]]", "`k means` has no block or label `^block-2`. Did you mean"),
        ("[[b#Anything]]", "`b` has no heading `Anything`. It has no heading at all"),
        ("![[fig.svg]]", "the image `fig.svg` has no alt text. Describe it"),
        ("![[fig.svg|300x200]]", "the image `fig.svg` has no alt text"),
        ("![[gone.png|A]]", "no note or file called `gone.png`"),
        ("[[#Gone]]", "`a` has no heading `Gone`"),
        ("## Other [[a]]\n\n[[#Othor]]", "Did you mean `Other a`?"),
    ],
)
def test_a_broken_link_names_its_line_and_the_nearest_name(
    vault: Scan, linked: Vault, text: str, said: str
) -> None:
    """What is wrong, where, and what was probably meant."""
    (problem,) = problems(vault({"a.md": text}))
    assert said in problem.headline


def test_a_broken_link_is_told_once_at_each_place(vault: Scan) -> None:
    """No place is told by its own line and by the line of another one as well."""
    text = "[[gone]] [[gone#Part]]\n\n[[gone]]"
    found = problems(vault({"a.md": text, "b.md": "[[gone]]"}))
    assert [problem.where for problem in found] == [
        "docs/a.md:1",
        "docs/a.md:1",
        "docs/a.md:3",
        "docs/b.md:1",
    ]
    assert not any(problem.detail for problem in found)


def test_an_embedded_figure_of_a_cell_is_no_broken_link(vault: Scan) -> None:
    """`![[fig-roc.svg]]` shows the figure of a label, whether or not it has ever run."""
    scanned = vault({"a.md": "![[fig-roc.svg|A curve]]"})
    assert problems(scanned, "fig-roc") == []
    (problem,) = problems(scanned, "fig-rok")
    assert "Did you mean `fig-rok.svg`?" in problem.headline


def test_a_heading_and_its_link_get_the_same_anchor(linked: Vault) -> None:
    """A link to a heading arrives at it, punctuation and all."""
    heading = "What's new, in 3.0 (beta)?"
    note = linked.notes["a.md"]
    html = convert(linked, note, f"# {heading}\n\n[[#{heading}|x]]")
    anchor = html.partition('id="')[2].partition('"')[0]
    assert f'href="#{anchor}"' in html


EXTENSIONS = ["attr_list", "toc"]


def page_of(vault: Vault, path: str) -> str:
    """The HTML of a note, as a site has it."""
    page = Page(Names(vault), vault.notes[path], Run({name: [] for name in vault.notes}))
    md = Markdown(extensions=[*EXTENSIONS, NotewrightExtension(page, EXTENSIONS)])
    return md.convert(page.note.text)


def in_memory(texts: Mapping[str, str], *files: str) -> Vault:
    notes = {path: Note(path, f"docs/{path}", text) for path, text in texts.items()}
    return Vault(NO_SETTINGS, notes, frozenset(files))


def hrefs(html: str) -> list[str]:
    return [part.partition('"')[0] for part in html.split(' href="')[1:]]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("[[v1.2 notes]]", "v1.2%20notes.md"),
        ("[[V1.2 NOTES.md]]", "v1.2%20notes.md"),
        ("[[R & D]]", "R%20%26%20D.md"),
        ("[[a (draft)]]", "a%20%28draft%29.md"),
        ("[[list [x] 1]]", "list%20%5Bx%5D%201.md"),
        ("[[\u05e9\u05dc\u05d5\u05dd]]", "%D7%A9%D7%9C%D7%95%D7%9D.md"),
        ("[[Cafe\u0301]]", "Caf%C3%A9.md"),
        ("[[Caf\u00e9]]", "Caf%C3%A9.md"),
        ("[[e\u0301te\u0301|x]]", "e%CC%81te%CC%81.md"),
        ("[[\u00e9t\u00e9|x]]", "e%CC%81te%CC%81.md"),
        ("[[deep/Twin]]", "x/deep/Twin.md"),
        ("[[./b]]", "b.md"),
        ("[[/x/deep/Twin.md]]", "x/deep/Twin.md"),
    ],
)
def test_names_are_found_however_they_are_written(text: str, path: str) -> None:
    """Dots, brackets, ampersands, accents in either form, right-to-left scripts, any case."""
    names = ["v1.2 notes", "R & D", "a (draft)", "list [x] 1", "\u05e9\u05dc\u05d5\u05dd"]
    names += ["Caf\u00e9", "e\u0301te\u0301", "x/deep/Twin", "b"]
    vault = in_memory({"a.md": text} | {f"{name}.md": "" for name in names})
    assert hrefs(page_of(vault, "a.md")) == [path]
    assert not problems(vault)


def test_brackets_of_code_in_a_sentence_are_no_link() -> None:
    """Brackets in a name stand in pairs; an array of arrays does not."""
    for text in ("np.array([[1, 2], [3, 4]])", "x[[0, 1], [2]]", "[[a]b]]", "[[[a], [b]]]"):
        assert found(text) == []


HEADINGS = st.lists(
    st.lists(
        st.sampled_from(
            [
                "Intro",
                "`code_x`",
                "*em*",
                "**b**",
                "What's",
                "1.0",
                "(x)",
                "a & b",
                "[[a|A]]",
                "[t](a.md)",
                "\u00fcber",
                "\u05e9",
                "_u_",
                "<b>x</b>",
                "#",
                "==m==",
                "&amp;",
            ]
        ),
        min_size=1,
        max_size=3,
    ).map(" ".join),
    min_size=1,
    max_size=6,
)


@pytest.mark.gate
@given(HEADINGS)
def test_a_link_to_a_heading_has_the_id_that_the_page_has(headings: list[str]) -> None:
    """Whatever stands in a heading, and however many are the same: the link arrives."""
    pairs = [f"## {each} .{index}.\n\n## {each}" for index, each in enumerate(headings)]
    vault = in_memory({"a.md": "", "b.md": "\n\n".join(pairs)})
    note = vault.notes["b.md"]
    html = page_of(vault, "b.md")
    ids = [part.partition('id="')[2].partition('"')[0] for part in html.split("<h2")[1:]]
    assert len(ids) == len(note.outline) == 2 * len(headings)
    page = Page(Names(vault), vault.notes["a.md"], Run({"a.md": [], "b.md": []}))
    siblings = NotewrightExtension(page, EXTENSIONS)._own_siblings
    for index in range(0, len(ids), 2):
        words = note.outline[index].text.replace("#", " ").replace("[[a|A]]", "a A")
        assert siblings.anchor(page, note, words) == ids[index]


def test_twin_headings_are_told_apart_by_the_heading_above() -> None:
    """`#H1#H2` is the one below; without it the first is meant, as in Obsidian."""
    text = "# A\n\n## Part\n\n# B\n\n## Part\n\n### Part"
    vault = in_memory({"a.md": "[[b#Part]] [[b#B#Part]] [[b#B#Part#Part]]", "b.md": text})
    assert hrefs(page_of(vault, "a.md")) == ["b.md#part", "b.md#part_1", "b.md#part_2"]
    (problem,) = problems(in_memory({"a.md": "[[b#Part#A]]", "b.md": text}))
    assert "has no heading `Part#A`" in problem.headline


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("[t](Note%20name.md)", "Note%20name.md"),
        ("[t](<Note name.md>)", "Note%20name.md"),
        ("[t](Note%20name)", "Note%20name.md"),
        ("[t](note%20NAME.md#The%20heading)", "Note%20name.md#the-heading"),
        ("[t](<Note name.md#The heading>)", "Note%20name.md#the-heading"),
        ("[t](Note%20name.md#the-heading)", "Note%20name.md#the-heading"),
        ("[t](Note%20name.md#^B)", "Note%20name.md#b"),
        ("[t](deep/twin.md)", "x/deep/twin.md"),
        ("[t](twin.md)", "x/deep/twin.md"),
        ("[t](pic.png)", "x/pic.png"),
        ("[t](#Own%20heading)", "#own-heading"),
        ("[t][r]\n\n[r]: <Note name.md#The heading>", "Note%20name.md#the-heading"),
        ("[t](https://e.org/a%20b#C)", "https://e.org/a%20b#C"),
        ("[t](mailto:a@e.org)", "mailto:a@e.org"),
        ("[t](?q=1)", "?q=1"),
    ],
)
def test_a_markdown_link_leads_where_obsidian_leads_it(text: str, href: str) -> None:
    """From the note's folder, or else found in the whole vault; headings in plain words."""
    vault = in_memory(
        {
            "a.md": f"{text}\n\n# Own heading",
            "Note name.md": "# The heading\n\nx ^b",
            "x/deep/twin.md": "",
        },
        "x/pic.png",
    )
    assert hrefs(page_of(vault, "a.md")) == [href]


def test_a_markdown_link_starts_at_its_own_folder() -> None:
    """As on a code host; where Obsidian means another file, the writer is told."""
    vault = in_memory({"x/a.md": "\n[t](b.md)", "x/b.md": "", "b.md": ""})
    assert hrefs(page_of(vault, "x/a.md")) == ["b.md"]
    (notice,) = link_notices(vault)
    assert notice.where == "docs/x/a.md:2"
    assert "links to `x/b.md`, but to `b.md` in Obsidian" in notice.headline


@pytest.mark.parametrize("path", ["./b.md", "../b.md", "./c/../b.md"])
def test_a_path_from_the_folder_of_the_note_is_that_in_obsidian_too(path: str) -> None:
    """Whatever has the same name elsewhere, or is written otherwise: nothing is to be told."""
    files = {"x/a.md": f"[t]({path})", "x/b.md": "", "x/B.md": "", "b.md": "", "B.md": ""}
    assert not list(link_notices(in_memory(files)))


def test_markdown_links_are_found_in_prose_only() -> None:
    """Code, images and what lies outside of the vault are told apart."""
    text = "`[a](a.md)`\n\n[b](b%20c.md#D) ![i](i.png) [w](https://e.org)\n\n    [x](x.md)\n"
    note = Note("n.md", "docs/n.md", text)
    assert list(note.markdown_links) == [
        Link(3, "b c.md", "D", "b", False),
        Link(3, "i.png", "", "i", True),
    ]


def test_a_markdown_link_that_leads_nowhere_is_told() -> None:
    """With its line and the nearest name."""
    vault = in_memory({"a.md": "\n[t](bb.md) [u](b.md) [v](#x)", "b.md": ""})
    (problem,) = check_markdown_links(vault)
    assert problem.where == "docs/a.md:2"
    assert "no file called `bb.md` in the vault" in problem.headline
    assert problem.remedy == "Did you mean `b.md`?"


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("long-nam.md", "../long-name.md"),
        ("../x/one%20tw.md", "one two.md"),
        ("pcture.png", "../p/picture.png"),
    ],
)
def test_a_markdown_link_is_answered_with_an_address(address: str, meant: str) -> None:
    """As its note would write it, and not with a name, which only a wikilink is."""
    files = {"x/a.md": f"[t]({address})", "x/one two.md": "", "long-name.md": ""}
    vault = in_memory(files, "p/picture.png")
    (problem,) = check_markdown_links(vault)
    assert problem.remedy == f"Did you mean `{meant}`?"


def test_an_alias_is_found_with_a_hint() -> None:
    """It works here; Obsidian wants it written out."""
    notes = {"a.md": Note("a.md", "docs/a.md", "\n[[Lloyd]] [[k-means|Lloyd]]")}
    notes["m/k-means.md"] = Note("m/k-means.md", "", "", {"aliases": ["Lloyd"]})
    vault = Vault(NO_SETTINGS, notes, frozenset())
    assert hrefs(page_of(vault, "a.md")) == ["m/k-means.md"] * 2
    assert not problems(vault)
    (notice,) = link_notices(vault)
    assert notice.where == "docs/a.md:2"
    assert "Write `[[k-means|Lloyd]]`" in notice.headline


@pytest.mark.parametrize(
    ("written", "advised"),
    [
        ("[[Neu]]", "[[b/alpha|Neu]]"),
        ("[[Neu#Part]]", "[[b/alpha#Part|Neu > Part]]"),
        ("[[Neu#Part|text]]", "[[b/alpha#Part|text]]"),
        ("![[Neu]]", "![[b/alpha]]"),
        ("![[Neu#Part|x]]", "![[b/alpha#Part|x]]"),
    ],
)
def test_the_advised_link_leads_to_the_note_of_the_alias(written: str, advised: str) -> None:
    """A note of the same name stood nearer, and was what the advice would have led to."""
    notes = {name: Note(name, f"docs/{name}", "# A\n") for name in ("alpha.md", "c/alpha.md")}
    notes["a.md"] = Note("a.md", "docs/a.md", f"{written}\n")
    notes["b/alpha.md"] = Note("b/alpha.md", "docs/b/alpha.md", "## Part\n", {"aliases": ["Neu"]})
    vault = Vault(NO_SETTINGS, notes, frozenset())
    (notice,) = link_notices(vault)
    assert f"Write `{advised}`" in notice.headline
    mended = Vault(
        NO_SETTINGS, notes | {"a.md": Note("a.md", "docs/a.md", f"{advised}\n")}, frozenset()
    )
    (link,) = mended.notes["a.md"].wikilinks
    assert mended.resolve(link.path, mended.notes["a.md"]) == "b/alpha.md"
    assert not list(link_notices(mended))


def test_a_heading_without_words_is_no_advice() -> None:
    """It can be linked by nothing."""
    vault = in_memory({"a.md": "[[b#Gone]] [[c#Gone]]", "b.md": "# \n\n## Other", "c.md": "# \n"})
    told = " ".join(each.headline for each in problems(vault))
    assert "Available: `Other`" in told and "It has no heading at all" in told


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("x/a.md", "x/Twin.md"),
        ("x/deep/a.md", "b/Twin.md"),
        ("a.md", "b/Twin.md"),
        ("zz/a.md", "zz/inner/Twin.md"),
    ],
)
def test_of_twins_the_one_in_the_own_folder_is_meant(source: str, target: str) -> None:
    """Then the one with the shortest path; a folder above counts for nothing."""
    twins = dict.fromkeys(("x/Twin.md", "b/Twin.md", "zz/inner/Twin.md", "long/a/Twin.md"), "")
    vault = in_memory(twins | {source: "[[Twin]] [[long/a/Twin]]"})
    assert vault.resolve("Twin", vault.notes[source]) == target
    (notice,) = link_notices(vault)
    assert f"`Twin` means `{target}` here, but could also mean" in notice.headline
    assert f"[[{target.removesuffix('.md')}]]" in notice.headline


@pytest.mark.parametrize(
    "text", ["[[../../etc/passwd]]", "[[/etc/passwd]]", "![[../../../etc/passwd]]", "[[..]]"]
)
def test_no_link_leaves_the_vault(text: str) -> None:
    """A path out of the vault names nothing."""
    assert "nw-broken" in page_of(in_memory({"x/a.md": text}), "x/a.md")
    assert len(problems(in_memory({"x/a.md": text}))) == 1


def test_a_markdown_link_to_nothing_is_marked_in_the_page_and_told_once(project: Project) -> None:
    """As a wikilink is, and an image; links to what the site has beside the vault stay links."""
    text = (
        "# A\n\n[gone *away*](Nowhere.md) and [b](b.md#Part)\n\n[graph](graph.md) [dir](sub/)\n\n"
        "[out](https://example.org/x.md) [hidden](h.md) ![no](gone.png)\n"
    )
    notes = {"docs/index.md": text, "docs/b.md": "# B\n\n## Part\n\n[[index]]\n"}
    hidden = {"docs/h.md": "---\npublish: false\n---\n[x](also-gone.md)\n"}
    site = ProjectDir(project({**notes, **hidden}))
    said = site.command("-m", "mkdocs", "build").output
    assert len(re.findall(r"Nowhere\.md", said)) == 1
    assert "docs/index.md:3:1: no file called `Nowhere.md` in the vault" in said
    assert len(re.findall(r"`h\.md`", said)) == 1
    assert len(re.findall(r"gone\.png", said)) == 1
    assert len(re.findall(r"`also-gone\.md`", said)) == 1, "a hidden note is checked, too"
    page = site.page("index")
    broken = [each.text for each in elements(page, "span", "nw-broken")]
    assert broken == ["gone away", "hidden", "no"]
    shown = {each.text: each.attributes.get("href") for each in elements(page, "a")}
    assert (shown["b"], shown["graph"], shown["dir"]) == ("b/#part", "graph/", "sub/")
    assert site.build().status == 1


def test_a_project_may_allow_links_that_lead_nowhere(project: Project) -> None:
    """By the setting of MkDocs for it."""
    site = ProjectDir(
        project({"docs/index.md": "[x](gone.md)"}, validation={"links": {"not_found": "info"}})
    )
    built = site.build()
    assert built.status == 0
    assert "docs/index.md:1:1: no file called `gone.md` in the vault" in built.output


@given(
    st.lists(st.sampled_from(["..", "a", "b"]), min_size=1, max_size=9),
    st.sampled_from(["p.md", "s/p.md", "s/t/p.md"]),
)
def test_a_relative_path_leads_there_from_anywhere(parts: list[str], source: str) -> None:
    """Also above the vault, by more folders than there are above the working directory."""
    target = normpath("/".join(parts))
    led = urljoin(f"https://e.org/{'d/' * 12}{source}", relative(target, source))
    assert led == urljoin(f"https://e.org/{'d/' * 12}", target)


@pytest.mark.parametrize("address", ["attachment:p.png", "file:///home/me/p.png", "Sandbox:/p.png"])
@pytest.mark.parametrize("sign", ["", "!"])
def test_an_address_that_no_reader_can_open_is_told(vault: Scan, address: str, sign: str) -> None:
    """Attachments of an old notebook, and files of the writer's machine."""
    (problem,) = check_markdown_links(vault({"a.md": f"Text\n\n{sign}[p]({address})\n"}))
    assert problem.line == 3 and f"readers cannot open `{address}`" in problem.message
    assert "in the vault" in problem.remedy


@pytest.mark.parametrize("address", ["nowhere", "<no where#Part>", "deep/nowhere#x", "nowhere.md"])
def test_a_link_that_is_told_to_be_dead_is_none_in_the_page(address: str) -> None:
    """Whether its address ends in `.md` or not; a folder may be an address of the site."""
    assert "nw-broken" in converted(f"[x]({address})\n").html
    assert '<a href="nowhere/">' in converted("[x](nowhere/)\n").html
    assert '<a href="LICENSE">' in converted("[x](LICENSE)\n", attachments=["LICENSE"]).html
