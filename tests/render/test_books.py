"""Books: several notes in one file, whose links lead within it."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from hypothesis import given
from hypothesis import strategies as st

from notewright.render.articles import Article
from notewright.render.books import Chapter, Source, book
from notewright.render.unique_ids import ids

FIGURE = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
SOURCE = Source(
    {
        "assets/fig.svg": FIGURE,
        "assets/a.css": b'.a { src: url("fonts/f.woff2"); b: url(data:,x) }',
        "assets/fonts/f.woff2": b"font",
        "data/x.csv": b"1",
    },
    ["assets/a.css"],
)


def chapter(url: str, html: str, title: str = "") -> Chapter:
    """A note whose page has an address."""
    return Chapter(title or url, Article(f"{url.strip('/') or 'index'}.md", url, title, html))


def made(*chapters: Chapter, source: Source = SOURCE, style: str = "") -> str:
    """A book of some notes."""
    return book("A & B", chapters, source, style)


def links(html: str) -> list[str]:
    """Where links lead, in order."""
    return re.findall(r'<a[^>]*\shref="([^"]*)"', html)


def test_links_among_its_notes_lead_within_it() -> None:
    """To the note, to a heading of it, to a part of the same page; whatever form they have."""
    one = chapter("a/", '<h1 id="x">A</h1><a href="../b/">b</a> <a href="../b/#x">part</a>')
    two = chapter("b/", '<h1 id="x">B</h1><a href="#x">here</a> <a href="../a/index.html">a</a>')
    found = made(one, two)
    assert links(found)[2:] == ["#note-2", "#note-2-x", "#note-2-x", "#note-1"]
    assert links(found)[:2] == ["#note-1", "#note-2"]  # of the contents
    flat = made(
        chapter("a.html", '<h1>A</h1><a href="f/b.html#y">b</a>'),
        chapter("f/b.html", '<h1 id="y">B</h1><a href="../a.html">a</a>'),
    )
    assert links(flat)[2:] == ["#note-2-y", "#note-1"]


def test_other_links_lead_to_the_site_or_nowhere() -> None:
    """Those to other sites stay; without an address of the site its own lead nowhere."""
    note = chapter(
        "a/", '<h1>A</h1><a href="../c/#z">c</a> <a href="https://b.org/?a=1&amp;b">o</a>'
    )
    assert links(made(note)) == ["https://b.org/?a=1&amp;b"] and "<a>c</a>" in made(note)
    online = Source({}, address="https://notes.org/ml/")
    assert links(made(note, source=online))[0] == "https://notes.org/ml/c/#z"


def test_images_and_fonts_are_in_the_file() -> None:
    """A figure once, in light colours; no file is asked for."""
    light, dark = '<img src="../assets/fig.svg#only-light" alt="F">', "../assets/fig.svg#only-dark"
    note = chapter("a/", f'<h1>A</h1>{light}<img src="{dark}" alt="F">')
    found = made(note)
    (image,) = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]*)"', found)
    assert image == "PHN2ZyB4bWxucz0naHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmcnLz4="
    assert unquote_to_bytes("") == b"" and "url(data:font/woff2;base64,Zm9udA==)" in found
    assert "url(data:,x)" in found
    assert not re.search(r'(?:src|href)="(?!data:|#|https:)[^"]', found)


def test_what_stands_around_a_page_is_left_out() -> None:
    """Backlinks and graph at its foot, the signs behind headings; folded answers are open."""
    foot = '<aside aria-label="Related" class="nw-web"><p>Foot</p></aside>'
    sign = '<a class="headerlink" href="#x" title="Permanent link">&para;</a>'
    folded = '<details class="note" data-callout="note"><summary>S</summary>T</details>'
    tags = '<nav class="md-tags" aria-label="Tags"><a href="../t/">tag</a></nav>\n'
    found = made(chapter("a/", f'{tags}<h1 id="x">A{sign}</h1>{folded}<p>End</p>{foot}'))
    assert "<p>End</p>" in found and not re.search("Foot|md-tags|&para;", found)
    assert '<details open class="note"' in found


def test_parts_have_their_notes_below_them() -> None:
    """In the contents; a note without a heading gets its title."""
    part = Chapter("Models & more", None, [chapter("a/", "<p>a</p>", "<A>"), chapter("b/", "b")])
    found = made(chapter("", "<h1>Home</h1>", "Home"), part)
    listed = re.search(r'aria-label="Contents">(.*)</nav>', found)
    assert listed is not None
    assert listed[1] == (
        '<ul><li><a href="#note-1">Home</a></li><li>Models &amp; more<ul>'
        '<li><a href="#note-2">&lt;A&gt;</a></li><li><a href="#note-3">b/</a></li></ul></li></ul>'
    )
    assert "<h1>&lt;A&gt;</h1>" in found


def test_nothing_of_a_note_runs() -> None:
    """The file forbids scripts and requests; titles and styles end nothing."""
    note = chapter("a/", "<h1>A</h1>", "</title><script>1</script>")
    styled = Source({"s.css": b"</style><script>2</script>"}, ["s.css"], language='"><script>')
    found = made(note, note, source=styled)
    assert "default-src 'none'" in found and "script-src" not in found
    assert "<script" not in re.sub(r"<style>.*?</style>", "", found, flags=re.S)
    assert found.count("</style>") == 1


_NAMES = st.sampled_from(["x", "y", "note-1", "note-1-x", "part"])
_PAGES = st.lists(
    st.lists(st.tuples(_NAMES, st.integers(0, 3), _NAMES), max_size=4), min_size=1, max_size=4
)


@given(_PAGES)
def test_each_link_within_it_finds_what_it_found_on_the_site(
    pages: list[list[tuple[str, int, str]]],
) -> None:
    """Ids stay unique, and a link that led to an element leads to that element."""
    has = [{name for name, _, _ in page} for page in pages]
    chapters = []
    for number, page in enumerate(pages):
        named = "".join(f'<p id="{name}">{number} {name}</p>' for name in sorted(has[number]))
        linked = "".join(
            f'<a href="{f"../p{to}/" if to != number else ""}#{name}">{to} {name}</a>'
            for _, to, name in page
            if to < len(pages) and name in has[to]
        )
        chapters.append(chapter(f"p{number}/", f"<h1>T</h1>{named}{linked}"))
    found = made(*chapters)
    every = re.findall(r'\sid="([^"]*)"', found)
    assert len(every) == len(set(every)) and set(ids(found)) == set(every)
    texts = dict(re.findall(r'<p id="([^"]*)">([^<]*)</p>', found))
    for target, text in re.findall(r'<a href="#([^"]*)">(\d [^<]*)</a>', found):
        assert texts[target] == text
