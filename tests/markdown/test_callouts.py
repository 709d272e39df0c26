"""Callouts: Obsidian's thirteen types, in the form that Material styles."""

from __future__ import annotations

import pytest
from converted import Node, convert, read

from notewright.markdown.callouts import ALIASES, KINDS


def callout(text: str) -> Node:
    """The one callout that a note begins with."""
    (node,) = (each for each in read(convert(text).html).children if isinstance(each, Node))
    return node


def title(node: Node) -> str:
    first = node.children[1] if isinstance(node.children[0], str) else node.children[0]
    assert isinstance(first, Node)
    return first.text


def test_there_are_thirteen_types() -> None:
    """Those of Obsidian's help, and its fourteen further names."""
    assert len(KINDS) == 13
    assert len(ALIASES) == 14
    assert set(ALIASES.values()) <= KINDS


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_type_has_its_style_and_its_name_for_a_title(kind: str) -> None:
    """A callout without a title is called what it is."""
    node = callout(f"> [!{kind}]\n> text")
    assert node.attributes["class"] == f"admonition {kind}"
    assert title(node) == kind.capitalize()
    assert [each.text for each in node.all("p")] == [kind.capitalize(), "text"]


@pytest.mark.parametrize(("alias", "kind"), sorted(ALIASES.items()))
def test_another_name_has_the_style_of_its_type(alias: str, kind: str) -> None:
    """`[!faq]` looks like `[!question]`, and is called Faq."""
    node = callout(f"> [!{alias}]")
    assert node.attributes["class"] == f"admonition {kind}"
    assert title(node) == alias.capitalize()


@pytest.mark.parametrize("written", ["NOTE", "Note", "nOtE", " note "])
def test_case_does_not_matter(written: str) -> None:
    """As in Obsidian, and as code hosts write it."""
    node = callout(f"> [!{written}]\n> text")
    assert node.attributes["class"] == "admonition note"
    assert title(node) == "Note"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**Bold** and *more*", "<strong>Bold</strong> and <em>more</em>"),
        ("`code` ==mark==", "<code>code</code> <mark>mark</mark>"),
        ("$x^2$", "<math"),
        ("[text](https://example.org)", '<a href="https://example.org">text</a>'),
        ("a^[note]", 'class="footnote-ref"'),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
        ("#tag", '<span class="nw-tag">#tag</span>'),
    ],
)
def test_a_title_has_markup(written: str, shown: str) -> None:
    """What text can hold, a title can hold."""
    html = convert(f"> [!tip] {written}\n> text").html
    head = html.split("</p>")[0]
    assert head.startswith('<div class="admonition tip"')
    assert shown in head


@pytest.mark.parametrize(("fold", "is_open"), [("+", True), ("-", False)])
def test_a_callout_folds(fold: str, is_open: bool) -> None:
    """`+` is open at first, `-` closed; both work without a script."""
    node = callout(f"> [!faq]{fold} Why?\n> Because.")
    assert node.name == "details"
    assert node.attributes["class"] == "question"
    assert ("open" in node.attributes) is is_open
    assert [each.text for each in node.all("summary")] == ["Why?"]
    assert [each.text for each in node.all("p")] == ["Because."]


@pytest.mark.parametrize(
    ("body", "tags"),
    [("-", ["ul", "li"]), ("- ", ["ul", "li"]), ("---", ["hr"]), ("text\n> ---", ["h2"])],
)
def test_a_line_below_a_title_makes_no_heading_of_it(body: str, tags: list[str]) -> None:
    """A template whose list was never filled leaves a dash; CommonMark takes it for a rule."""
    node = callout(f"> [!tip] Title\n> {body}\n")
    assert node.attributes["data-callout"] == "tip"
    assert [each.text for each in node.all("p")] == ["Title"]
    assert [name for name in tags if not list(node.all(name))] == []


def test_callouts_stand_in_callouts() -> None:
    """At any depth, each with its own type."""
    node = callout("> [!question] A\n> > [!todo] B\n> > > [!example]- C\n> > > deep\n> end")
    assert [each.attributes["data-callout"] for each in node.all("div")] == ["todo"]
    (deepest,) = node.all("details")
    assert deepest.attributes["class"] == "example"
    assert [each.text for each in deepest.all("p")] == ["deep\nend"]  # lazily, as CommonMark has it


@pytest.mark.parametrize(
    ("body", "tags"),
    [
        ("- a\n  - b\n- c", ["ul", "li", "ul", "li", "li"]),
        ("1. a\n2. b", ["ol", "li", "li"]),
        ("```text\n[[a]]\n```", ["div", "pre", "span", "code"]),
        ("| a |\n|---|\n| b |", ["table", "thead", "tr", "th", "tbody", "tr", "td"]),
        ("$$\nx\n$$", ["div", "math"]),
        ("# Heading", ["h1"]),
        ("one\n\ntwo", ["p", "p"]),
        ("> quote", ["blockquote", "p"]),
        ("- [ ] task", ["ul", "li"]),
        ("    code", ["p"]),  # goes on the line of the title, as in CommonMark
    ],
)
def test_any_block_stands_in_a_callout(body: str, tags: list[str]) -> None:
    """Right below the title, without a blank line."""
    quoted = "> " + body.replace("\n", "\n> ")
    node = callout(f"> [!note] Title\n{quoted}")
    inner = [each for each in names(node) if each not in ("label", "input", "mrow", "mi", "br")]
    assert [name for name in inner if not (name == "span" and tags[0] == "ul")] == ["p", *tags]


def names(node: Node) -> list[str]:
    """Names of all elements in an element, each before what stands in it."""
    found = []
    for each in node.children:
        if isinstance(each, Node):
            found += [each.name, *names(each)]
    return found


@pytest.mark.parametrize("place", ["- a\n\n  ", "1. ", "> ", "- "])
def test_a_callout_stands_in_any_block(place: str) -> None:
    """In items and quotes too."""
    text = place + "> [!bug] B\n> text".replace("\n", "\n" + " " * len(place.rpartition("\n")[2]))
    if place == "> ":
        text = "> > [!bug] B\n> > text"
    (node,) = read(convert(text).html).all("div", "admonition")
    assert node.attributes["class"] == "admonition bug"
    assert [each.text for each in node.all("p")] == ["B", "text"]


@pytest.mark.parametrize(
    ("kind", "classes"),
    [
        ("recipe", "admonition note recipe"),
        ("my-type", "admonition note my-type"),
        ("two words", "admonition note two-words"),
        ("a<b>\"c'", "admonition note a-b-c-"),
    ],
)
def test_an_unknown_type_looks_like_a_note(kind: str, classes: str) -> None:
    """With a class of its own, for a style of one's own."""
    node = callout(f"> [!{kind}] T\n> text")
    assert node.attributes["class"] == classes
    assert node.attributes["data-callout"] == kind
    assert title(node) == "T"


@pytest.mark.parametrize(("kind", "name"), [("my-type", "My type"), ("recipe", "Recipe")])
def test_an_unknown_type_is_a_title_too(kind: str, name: str) -> None:
    """Its name stands where no title does."""
    assert title(callout(f"> [!{kind}]")) == name


def test_what_is_behind_a_bar_is_no_part_of_the_type() -> None:
    """Obsidian keeps it for styles."""
    node = callout("> [!note|right small] T")
    assert node.attributes["class"] == "admonition note"
    assert title(node) == "T"


@pytest.mark.parametrize(
    "text", ["> text\n> [!note]", "> \\[!note] a", "> [! note", "> [!]", "> [note]", "[!note] a"]
)
def test_what_only_looks_like_a_callout_is_none(text: str) -> None:
    """The mark stands first in a quote, or is text."""
    assert "admonition" not in convert(text).html


@pytest.mark.parametrize("kind", sorted({*KINDS, *ALIASES.values()}))
def test_material_or_we_have_a_style_for_each_type(kind: str) -> None:
    """No type falls back to another one's colour without saying so."""
    from importlib import resources

    import material

    (sheet,) = (
        path
        for path in resources.files(material).joinpath("templates/assets/stylesheets").iterdir()
        if path.name.startswith("main.") and path.name.endswith(".min.css")
    )
    own = resources.files("notewright").joinpath("render/assets/notewright.css")
    assert f".{kind}" in sheet.read_text("utf-8") + own.read_text("utf-8")
