"""Two sites are compared by what readers meet: each kind of loss is found, and only losses are."""

from __future__ import annotations

from pathlib import Path

import pytest

from notewright.hosts.site_comparison import KINDS, Loss, compare, features

PAGE = """<html><head><title>Guide</title></head><body>
<nav><a href="../">Home</a></nav>
<article>{}</article></body></html>"""


def losses(tmp_path: Path, before: str, after: str) -> list[Loss]:
    """What the article of a page loses."""
    for name, text in (("before", before), ("after", after)):
        folder = tmp_path / name / "guide"
        folder.mkdir(parents=True)
        (folder / "index.html").write_text(PAGE.format(text), "utf-8")
    pages = {"guide/index.html": "guide.md"}
    return list(compare(tmp_path / "before", tmp_path / "after", pages).losses)


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("words", "<p>One, <em>two</em></p>", "<p>One</p>"),
        ("headings", '<h2 id="a">A</h2>', '<h3 id="a">A</h3>'),
        ("code", "<pre><code>x = 1</code></pre>", "<p>x = 1</p>"),
        ("images", '<img src="a.png" alt="A">', '<img src="a.png">'),
        ("links", '<p><a href="../b/">B</a></p>', "<p>B</p>"),
        ("ids", '<p id="part">A</p>', "<p>A</p>"),
        (
            "tables",
            "<table><tr><td>1</td><td>2</td></tr></table>",
            "<table><tr><td>1</td></tr><tr><td>2</td></tr></table>",
        ),
        (
            "lists",
            "<ul><li>a</li><ul><li>b</li></ul></ul>",
            "<ul><li>a</li></ul><ul><li>b</li></ul>",
        ),
        (
            "admonitions",
            '<div class="admonition note"><p class="admonition-title">N</p></div>',
            "<p>N</p>",
        ),
        (
            "tabs",
            '<div class="tabbed-labels"><label>A</label><label>B</label></div>',
            '<div class="tabbed-labels"><label>A</label></div>',
        ),
        ("formulas", '<span class="arithmatex">x</span>', "<span>x</span>"),
        ("embedded content", '<iframe src="https://example.org/"></iframe>', ""),
        ("attributes", '<p data-x="1">A</p>', "<p>A</p>"),
        ("line breaks added", "<p>a b</p>", "<p>a<br> b</p>"),
    ],
)
def test_each_kind_of_loss_is_found(tmp_path: Path, kind: str, before: str, after: str) -> None:
    """With its page."""
    found = losses(tmp_path, before, after)
    assert kind in {loss.kind for loss in found}
    assert {loss.page for loss in found} == {"guide/index.html"}
    assert kind in KINDS


def test_what_is_added_is_no_loss(tmp_path: Path) -> None:
    """Other markup around the same text, and content of our own beside it."""
    before = '<h2 id="a">A<a class="headerlink" href="#a">¶</a></h2><p>Some <b>words</b>.</p>'
    after = (
        "<svg><title>A drawing</title></svg>"
        '<div class="nw-note"><h2 id="a">A</h2><p>Some <strong>words</strong>.</p></div>'
        '<aside class="nw-web"><h2 id="more">Related</h2><ul><li>B</li></ul></aside>'
    )
    assert losses(tmp_path, before, after) == []


def test_pages_files_and_titles_are_compared(tmp_path: Path) -> None:
    """What is gone whole, and what stands in the head of a page."""
    for name in ("before", "after"):
        (tmp_path / name).mkdir()
    (tmp_path / "before" / "index.html").write_text(PAGE.format("<p>A</p>"), "utf-8")
    (tmp_path / "before" / "gone.html").write_text(PAGE.format("<p>B</p>"), "utf-8")
    (tmp_path / "before" / "data.csv").write_text("1", "utf-8")
    other = PAGE.replace("<title>Guide", "<title>Home").replace('href="../"', 'href="../x/"')
    (tmp_path / "after" / "index.html").write_text(other.format("<p>A</p>"), "utf-8")
    pages = {"index.html": "index.md", "gone.html": "gone.md"}
    found = compare(tmp_path / "before", tmp_path / "after", pages)
    assert {(loss.kind, loss.page) for loss in found.losses} == {
        ("pages", "gone.html"),
        ("files", "data.csv"),
        ("titles", "index.html"),
        ("navigation", "index.html"),
    }
    assert (found.pages, found.identical) == (2, 0)


def test_links_are_compared_by_where_they_lead() -> None:
    """However they are written."""
    one = features('<article><a href="../b/index.html#x">B</a></article>', "a/index.html")
    other = features('<article><a href="/b/#x">B</a></article>', "a/index.html")
    assert one["links"] == other["links"] == {"B → /b#x": 1}


def test_a_link_of_the_navigation_is_lost_only_if_no_page_has_it(tmp_path: Path) -> None:
    """A page may fetch the far parts of its navigation."""
    both = '<nav><a href="/a/">A</a><a href="/b/">B</a></nav><article></article>'
    one = '<nav><a href="/{0}/">{1}</a></nav><article></article>'
    pages = {"a/index.html": "a.md", "b/index.html": "b.md"}
    for name in ("a", "b"):
        for site, text in (("before", both), ("after", one.format(name, name.upper()))):
            (tmp_path / site / name).mkdir(parents=True)
            (tmp_path / site / name / "index.html").write_text(text, "utf-8")
    assert not compare(tmp_path / "before", tmp_path / "after", pages).losses
    (tmp_path / "after" / "b" / "index.html").write_text("<article></article>", "utf-8")
    lost = compare(tmp_path / "before", tmp_path / "after", pages).losses
    assert {(loss.kind, loss.value) for loss in lost} == {("navigation", "B \u2192 /b")}
