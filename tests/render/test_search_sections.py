"""Sections of a page, as a search index gets them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from material.plugins.search.plugin import Parser

from notewright.render.search_entries import plain
from notewright.render.search_sections import sections


def read(html: str) -> list[tuple[str, str, str]]:
    """The ids, titles and texts of the sections of a page."""
    return [(each.id, each.title, each.text) for each in sections(html)]


def test_a_title_stands_for_its_page() -> None:
    """It needs no id, where it comes first; text above it is a section of its own."""
    title, rest = '<h1 id="a">A</h1><p>Lead</p>', '<h2 id="b">B</h2>t'
    assert read(title + rest) == [("", "A", "Lead"), ("b", "B", "t")]
    assert read(f"<p>Above</p>{title}") == [("", "", "Above"), ("a", "A", "Lead")]
    assert read(rest) == [("", "", ""), ("b", "B", "t")]


def test_what_nobody_is_to_find_is_left_out() -> None:
    """A part of a section, all of it, programs, and a heading's link to itself."""
    assert read("a<div data-search-exclude><div>b</div>c</div>d<script>e</script>") == [
        ("", "", "a d")
    ]
    hidden = '<h2 id="x" data-search-exclude>X</h2><p>no</p>'
    shown = '<h2 id="y">Y <code>k</code><a class="headerlink" href="#y">#</a></h2><p>yes</p>'
    assert read(hidden + shown) == [("", "", ""), ("y", "Y <code>k</code>", "yes")]


def test_what_stands_apart_is_no_word_together() -> None:
    """Cells of a table, lines of a label; and what a reader may choose is no text."""
    table = "<table><tr><th>few<br>samples</th><td>many</td></tr></table><div>a</div><div>b</div>"
    chosen = "<select><option>all</option><option>any</option></select>"
    assert read(table + chosen) == [("", "", "few samples many a b")]


def test_the_symbols_of_a_formula_are_no_word_together() -> None:
    """They are read as they stand, and found one by one."""
    html = "<p>of <math><mi>k</mi><mo>=</mo><mi>p</mi><mi>train</mi></math></p>"
    (section,) = sections(html)
    assert (section.text, section.apart) == ("of k=ptrain", "of k = p train")


def test_a_formula_of_its_own_has_no_words() -> None:
    """Its symbols run into each other; those of a formula in a line are part of the sentence."""
    html = '<p>of <math><mi>n</mi></math>:</p><math display="block"><mi>n</mi><mi>train</mi></math>'
    assert read(f"{html}<p>rows</p>") == [("", "", "of n: rows")]


_PARTS = st.recursive(
    st.sampled_from(["words", "<!-- </div> -->", "<br>"]),
    lambda inner: st.builds(
        "<{0}{1}>{2}</{0}>".format,
        st.sampled_from(["div", "p", "li", "h2", "style", "DIV"]),
        st.sampled_from(["", " EXCLUDED", ' id="a"']),
        st.lists(inner, max_size=4).map("".join),
    ),
)


@pytest.mark.gate
@given(st.lists(_PARTS, max_size=8).map("".join))
def test_a_box_that_is_skipped_is_as_one_that_is_read_through(html: str) -> None:
    """How its mark is written decides that, and nothing else; elements of a page all end."""
    skipped = html.replace("EXCLUDED", 'data-search-exclude=""')
    assert read(skipped) == read(html.replace("EXCLUDED", "data-search-exclude"))


def test_a_heading_within_another_element_ends_with_it() -> None:
    """What follows a callout belongs to the section that the callout is in."""
    html = '<h2 id="a">A</h2>a<details><h3 id="b">B</h3>b</details>c<details>d</details>'
    assert read(html) == [("", "", ""), ("a", "A", "acd"), ("b", "B", "b")]


def test_an_element_that_nobody_closes_holds_no_heading_back() -> None:
    """As a browser reads it: what is around it ends it."""
    html = '<ul><li>a<li>b</ul><h2 id="x">X</h2><p>c<p>d'
    assert read(html) == [("", "", "a b"), ("x", "X", "c d")]


def test_a_heading_without_an_id_is_text() -> None:
    """Nothing could lead there."""
    assert read('<h3 id="a">A</h3><h3>B</h3>c')[1:] == [("a", "A", "Bc")]


def test_text_is_escaped_once() -> None:
    """However it was written."""
    assert read('<h2 id="a">1 &lt; 2 &amp; 3</h2><p>4 &gt; &#51; "</p>')[1:] == [
        ("a", "1 &lt; 2 &amp; 3", '4 &gt; 3 "')
    ]


INLINE = st.sampled_from(
    [
        *("word", " two words ", "<em>soft</em>", "<code>k &lt; 1</code>", "a<sub>i</sub>", "\n"),
        *("&amp;", "<br>", '<img src="x" alt="y">', "<script>no</script>", "é"),
        *("<span data-search-exclude>hidden</span>", '<a href="#">link</a>'),
    ]
)
TEXT = st.lists(INLINE, max_size=4).map("".join)
ID = st.integers(0, 99).map("id-{}".format)
HEADING = st.builds(
    lambda level, name, text: (
        f'<h{level} id="{name}">T{text}<a class="headerlink">#</a></h{level}>'
    ),
    st.integers(1, 6),
    ID,
    TEXT,
)
BLOCK = st.one_of(
    HEADING,
    TEXT.map("<p>w{}</p>".format),
    TEXT.map("<table><tr><td>{}</td>\n<td>c</td></tr></table>".format),
    st.lists(TEXT.map("<li>w{}</li>".format), max_size=3).map(
        lambda items: f"<ul>{''.join(items)}</ul>" if items else ""
    ),
)
PAGE = st.recursive(
    st.lists(BLOCK, max_size=6).map("\n".join),
    lambda inner: st.tuples(inner, inner).map(
        lambda two: f"{two[0]}\n<details><summary>S</summary>{two[1]}</details>\n"
    ),
    max_leaves=4,
)


@pytest.mark.gate
@given(PAGE)
def test_material_reads_the_same(html: str) -> None:
    """Of what a converter writes: whoever keeps Material's own search finds the same sections."""
    parser = Parser()
    # It would take two words for one where such an element begins.
    parser.feed(re.sub(r"<(?:br|dd|div|dt|td|th)\b", r" \g<0>", html))
    parser.close()
    theirs = [
        (each.id or "", "".join(each.title).strip(), plain("".join(each.text).strip()))
        for each in parser.data
        if not each.is_excluded()
    ]
    assert read(html) == theirs


@given(st.text(st.sampled_from("<>/ \"'=!-ahp12id&;"), max_size=60))
def test_whatever_stands_in_a_page_is_read_to_its_end(html: str) -> None:
    """Odd HTML is a strange text, and no error."""
    for each in sections(html):
        assert "<" not in each.text
