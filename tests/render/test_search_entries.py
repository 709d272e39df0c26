"""Entries of a small search index: what a page says, without code and outputs."""

from __future__ import annotations

import re
from html import unescape
from html.entities import codepoint2name
from importlib import resources

from hypothesis import given
from hypothesis import strategies as st

from notewright.render.search_entries import (
    NO_WORDS,
    SHOWN,
    figures,
    joined,
    labels,
    named,
    plain,
    put_back,
    set_aside,
    shortened,
)
from notewright.render.search_sections import sections

CELL = '<div class="nw-cell" id="fig-a"><div class="highlight">code <div>in</div></div>{}</div>'
FIGURE = (
    '<figure class="nw-figure"><img class="nw-svg" src="../x.svg#only-light" alt="">'
    "<figcaption>Lines <em>rise</em> &amp; fall.</figcaption></figure>"
)


def test_cells_and_blocks_of_code_are_taken_out_whole() -> None:
    """With all that is in them; what stands around them stays."""
    cell, block = CELL.format(FIGURE), '<div class="highlight"><pre>x = 1</pre></div>'
    left, taken = set_aside(f"<p>a</p>{cell}<p>b</p>{block}<p>c</p>")
    assert re.sub("<!--.*?-->", "", left) == "<p>a</p><p>b</p><p>c</p>"
    assert taken == [cell, block]


def test_notes_on_code_are_text() -> None:
    """They are no code; the figure of their cell is still its own."""
    noted = CELL.format(f"<!--nw-notes--><ol><li>Why</li></ol><!--/nw-notes-->{FIGURE}")
    html = f"<p>a</p>{noted}<p>b</p>"
    left, taken = set_aside(html)
    assert re.sub("<!--.*?-->", "", left) == "<p>a</p><ol><li>Why</li></ol><p>b</p>"
    assert put_back(left, taken) == html
    assert list(labels(taken)) == [(0, "fig-a")]
    assert [entry["location"] for entry in figures(taken, "page/")] == ["page/#fig-a"]


PIECES = st.sampled_from(
    [
        *('<div class="nw-cell"', '<div class="nw-cell" id="a"', ">", "</div>", "<div>", "text"),
        *('<div class="highlight">', "<!--nw-aside-0-->", "<!--nw-aside-9-->", "<h2 id=", '"x">'),
        *("<!--nw-notes-->", "<!--/nw-notes-->"),
        *("</div", "<p>", "\n"),
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_what_is_taken_out_comes_back(html: str) -> None:
    """Of each page the same, whatever it holds: it is read by others meanwhile, and then shown."""
    left, taken = set_aside(html)
    if "<!--nw-aside-" not in html:  # which a note may hold, too
        assert put_back(left, taken) == html
    put_back(html, taken)


def test_a_figure_is_an_entry_of_its_own() -> None:
    """Its caption, its place in the page, and its picture if that is a file."""
    _, taken = set_aside(CELL.format(FIGURE) + CELL.format("").replace("fig-a", "none"))
    (entry,) = figures(taken, "models/a/")
    assert entry == {
        "location": "models/a/#fig-a",
        "title": "Lines rise &amp; fall.",
        "text": "",
        "kind": "Figures",
        "image": "../x.svg#only-light",
    }


def test_a_long_caption_is_cut_and_found_by_all_its_words() -> None:
    """As a text is: a result shows its first words."""
    caption = f"{'Lines rise and fall, ' * 6}at convergence."
    _, taken = set_aside(CELL.format(FIGURE.replace("Lines <em>rise</em> &amp; fall.", caption)))
    (entry,) = figures(taken, "")
    assert entry["title"].endswith(" …") and len(entry["title"]) <= SHOWN + 2
    assert caption.startswith(entry["title"].removesuffix(" …"))
    assert f"{entry['title']} {entry['words']}".count("convergence") == 1


def test_a_cell_belongs_to_the_heading_above() -> None:
    """The last one before it; above the first heading, to the title."""
    cell = CELL.format("")
    left, taken = set_aside(f'{cell}<h2 id="one">One</h2><p>t</p>{cell}<h3 id="two">Two</h3>{cell}')
    assert [(each.id, each.asides) for each in sections(left)] == [
        ("", [0]),
        ("one", [1]),
        ("two", [2]),
    ]
    assert list(labels(taken)) == [(0, "fig-a"), (1, "fig-a"), (2, "fig-a")]


@given(st.text(st.sampled_from("abc xyzé<>&'. ñß汉"), max_size=400), st.text(max_size=20))
def test_a_short_entry_still_has_each_word_once(text: str, title: str) -> None:
    """Those of the beginning as they stand, the others in any order; markup is no word."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    entry = shortened({"location": "a/", "title": title, "text": escaped})
    assert len(entry["text"]) <= SHOWN + 2
    rest = entry.get("words", "").split()
    assert len(rest) == len(set(rest))
    said = unescape(f"{entry['text']} {title} {' '.join(rest)}").casefold()
    for word in re.findall(r"[a-zéñß]{2,}", unescape(plain(escaped)).casefold()):
        assert word in NO_WORDS or word in said


def test_a_plural_is_found_by_its_singular() -> None:
    """It is left out where that is in the entry: the script gives both one stem."""
    text = f"{'Seen at first. ' * 9}cluster clusters bosses boss means ties tie analysis analysi"
    entry = shortened({"location": "a/", "title": "Mean", "text": text})
    assert entry["words"] == "analysi analysis boss bosses cluster tie ties"
    assert "means" in shortened({**entry, "title": "A", "text": text})["words"].split()


def test_a_greek_letter_is_found_by_its_name() -> None:
    """Where it stands alone, in whatever form; the script calls it the same."""
    text = f"{'Seen at first. ' * 9}λ ΣX 2ρ ϵ, Ω ηθ"
    entry = shortened({"location": "a/", "title": "A", "text": text, "apart": f"{text} Σ"})
    assert entry["words"] == "epsilon lambda omega sigma ηθ σx"
    script = resources.files("notewright.render").joinpath("assets/search-worker.js")
    listed = re.search(r"GREEK = `([^`]*)`", script.read_text("utf-8"))
    names = [codepoint2name[code] for code in range(ord("α"), ord("ω") + 1)]
    assert listed and [each.replace("sigmaf", "sigma") for each in names] == listed[1].split()


def test_a_title_that_stands_below_something_is_one_entry() -> None:
    """A page whose heading does not come first is found once, at its beginning."""
    title = {"location": "a/", "title": "A", "text": ""}
    rest = {"location": "a/#a", "title": "A", "text": "t"}
    part = {"location": "a/#b", "title": "B", "text": ""}
    assert joined([title, rest, part], "a/") == [{**rest, "location": "a/"}, part]
    assert joined([title, part], "a/") == [title, part]


def test_a_symbol_is_found_by_its_name_alone() -> None:
    """Who uses it is told on its page."""
    entry = {"location": "code/a/#a.b", "title": "<code>a.b</code>", "text": "x", "tags": ["y"]}
    kept = {"location": "code/a/#a.b", "title": "a.b", "text": "", "kind": "Code"}
    assert named(entry) == kept


ODD = st.sampled_from(
    [
        *(
            '<img alt="a > b">',
            "<a title='x > y'>",
            "</a>",
            "<br/>",
            "<!-- no > word -->",
            "<p",
            ">",
        ),
        *(
            "a < b",
            "&lt;p&gt;",
            "&amp;",
            "&",
            "&#39;",
            "<b data-x=1>",
            "</b>",
            "< ",
            "<3",
            "</",
            "\n",
        ),
    ]
)


@given(st.lists(st.one_of(ODD, st.integers(0, 9).map("word{}".format)), max_size=30))
def test_no_word_is_lost_to_odd_html(parts: list[str]) -> None:
    """Whatever stands in attributes and comments, or escaped: text stays, and no mark is text."""
    closed = [each for each in parts if each not in ("<p", "</", "< ", "a < b", "<3")]
    said = plain(" ".join(closed))
    words = [each for each in closed if each.startswith("word")]
    assert [each for each in said.split() if each.startswith("word")] == words
    assert "title=" not in said and "alt=" not in said and "no > word" not in said


@given(st.lists(st.one_of(ODD, st.just("word")), max_size=30))
def test_open_tags_take_no_other_text_than_a_browser_leaves_out(parts: list[str]) -> None:
    """A tag that is never closed ends nothing: what stands before it is kept, and all is read."""
    html = " ".join(parts)
    before = html.partition("<")[0]
    assert plain(html).split()[: len(before.split())] == before.split()


def test_captions_and_headings_are_read_as_a_browser_reads_them() -> None:
    """An attribute with a sign of markup, single quotes, and none at all."""
    figure = (
        "<figure class='nw-figure'><img alt=\"1 > 0\" src='../y.svg'>"
        '<figcaption title="a > b">What <b title="x>y">rises</b></figcaption></figure>'
    )
    left, taken = set_aside(f'<h2 title="a > b" id=odd>Odd</h2>{CELL.format(figure)}')
    (entry,) = figures(taken, "a/")
    assert (entry["title"], entry["image"]) == ("What rises", "../y.svg")
    assert [(each.id, each.asides) for each in sections(left)] == [("", []), ("odd", [0])]


def test_what_the_index_leaves_out_is_left_out_of_what_is_asked_for() -> None:
    """Else a question would be for a word that no entry has."""
    script = resources.files("notewright.render").joinpath("assets/search-worker.js")
    listed = re.search(r"NO_WORDS = new Set\(`([^`]*)`", script.read_text("utf-8"))
    assert listed and set(listed[1].split()) >= NO_WORDS


@given(st.text(st.sampled_from("ab3_'-. Z&;"), max_size=60))
def test_words_are_the_same_beside_a_sign_of_no_alphabet(text: str) -> None:
    """Texts that are all ASCII are read in another way, which is faster."""
    start = "x " * SHOWN
    one, other = (
        shortened({"title": "", "text": f"{start}{each}"}) for each in (text, f"{text} –")
    )
    assert one.get("words") == other.get("words")
