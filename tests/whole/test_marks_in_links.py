"""Code, formulas and other marks inside of links: they lead where they say, and read as words."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from converted import Node, convert, read
from hypothesis import example, given
from hypothesis import strategies as st

from notewright.note.note import Note
from notewright.note.properties import PROPERTIES

PLACEHOLDER = re.compile("klzzwxh|wzxhzdk|[\x02\x03]")


def page(text: str, **others: str) -> Node:
    """A page in which nothing stands for something else."""
    notes = {f"{name}.md": each for name, each in others.items()}
    html = convert(text, others=notes, attachments=["p.png"]).html
    assert not PLACEHOLDER.search(html), html
    return read(html)


def ids(node: Node) -> set[str]:
    found = {node.attributes.get("id", "")}
    return found.union(*(ids(each) for each in node.children if isinstance(each, Node)))


HEADINGS = ["Use `fit()` here", "Loss $L_2$ now", "`move`", "$x$", "A ``b`c`` d", "a\\\\`b` c"]


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_link_leads_to_a_heading_with_code_or_a_formula(heading: str) -> None:
    """In another note, and in the note itself."""
    target = f"## {heading}\n\nText.\n"
    (link,) = page(f"[[b#{heading}]]", b=target).all("a", "nw-wikilink")
    assert unquote(link.attributes["href"].partition("#")[2]) in ids(page(target))
    here = page(f"[[#{heading}|x]]\n\n{target}")
    (link,) = here.all("a", "nw-wikilink")
    assert unquote(link.attributes["href"][1:]) in ids(here)


@pytest.mark.parametrize("heading", HEADINGS)
def test_an_embed_shows_the_section_below_code_or_a_formula(heading: str) -> None:
    """As in Obsidian."""
    shown = page(f"![[b#{heading}]]", b=f"# B\n\n## {heading}\n\nThe section.\n")
    assert "The section." in shown.text
    assert not shown.all("span", "nw-broken")


def test_a_label_without_a_text_has_the_words_of_code_and_formulas() -> None:
    """Where the link says nothing else."""
    (link,) = page("[[b#Use `fit()` of $x$]]", b="# Use `fit()` of $x$\n").all("a", "nw-wikilink")
    assert link.text == "Use fit() of x > Use fit() of x"


def test_an_alt_text_has_the_words_of_code_and_formulas() -> None:
    """A screen reader speaks them."""
    for text in ("![[p.png|the `x` axis of $y$|300]]", "![the `x` axis of $y$|300](p.png)"):
        (image,) = page(text).all("img")
        assert image.attributes["alt"] == "the x axis of y"
        assert image.attributes["width"] == "300"


def test_code_and_formulas_in_the_text_of_a_link_are_shown_as_such() -> None:
    """The text of a wikilink is Markdown."""
    (link,) = page("[[b|the `x` of $y$]]", b="# B\n").all("a", "nw-wikilink")
    assert [each.text for each in link.all("code")] == ["x"]
    assert link.all("math")


PIECES = ["word", "`code`", "`a < b`", "`a & b`", "``c ` d``", "$x_1$", "**bold**", "*it*", "==m=="]
PIECES += ["~~s~~", "`f()`", "ünï", "&amp;", r"\*", "<b>h</b>", "$a < b$", "`[0]`", "(c)", "1.5"]
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map(" ".join)


@pytest.mark.gate
@given(TEXTS, TEXTS)
@example("`move`", "move")
def test_no_link_leads_astray_whatever_marks_are_in_it(heading: str, text: str) -> None:
    """Its address is that of an id of the page, and nothing stands for another thing."""
    target = f"# B\n\n## {heading}\n\nText.\n"
    links = [
        f"[[b#{heading}]]",
        f"[[b#{heading}|{text}]]",
        f"![[b#{heading}]]",
        f"![{text}](p.png)",
    ]
    links += [
        f"![[p.png|{text}]]",
        f"| [[b#{heading}\\|{text}]] |",
        f"[[{text}]]",
        f"![[b#{text}]]",
    ]
    shown = page("\n\n".join(links), b=target)
    anchors = ids(page(target))
    found = [each.attributes["href"] for each in shown.all("a") if "Text" not in each.text]
    to_b = [href for href in found if href.startswith("b.md#")]
    assert len(to_b) >= 4
    assert {unquote(href.partition("#")[2]) for href in to_b} <= anchors


def test_the_link_below_an_embedded_block_says_the_title_of_its_note() -> None:
    """An id says nothing to a reader."""
    shown = page("![[b#^b15695]]", b="# Internal links\n\nText. ^b15695\n")
    (source,) = shown.all("a", "nw-embed-source")
    assert source.text == "Internal links"


@pytest.mark.parametrize(
    ("text", "title"),
    [("---\ntitle: T\n---\n# H\n", "T"), ("# `H` *x*\n\n# No\n", "H x"), ("text\n", "a")],
)
def test_a_note_has_a_title(text: str, title: str) -> None:
    """By its properties, the heading with which it begins, or its file."""
    properties = {"title": "T"} if PROPERTIES.match(text) else {}
    assert Note("a.md", "docs/a.md", text, properties).title == title
