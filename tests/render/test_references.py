"""References: what styles of CSL make of citations, and what no work can bring into a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.errors import VaultError
from notewright.note.citations import read_citation
from notewright.render.references import Piece, Shown, Style, StyleError
from notewright.settings import CITATION_STYLE
from notewright.vault.bibliography import Work
from notewright.vault.bibtex import read_bibtex

BIB = """
@article{breiman, author={Breiman, Leo}, title={Random Forests}, journal={Machine Learning},
  year=2001, volume=45, pages={5--32}, doi={10.1023/A:1010933404324}}
@article{cultures, author={Breiman, Leo}, title={The Two Cultures}, year=2001}
@book{hastie, author={Hastie, T. and Tibshirani, R. and Friedman, J.}, title={Elements}, year=2009}
@misc{two, author={One, A. and Two, B.}, title={Pair}, year=2010}
@misc{bare}
"""
NUMERIC = Path(__file__).parents[1] / "markdown" / "numbers.csl"


def works(bib: str = BIB) -> dict[str, Work]:
    entries, _ = read_bibtex(bib)
    return {key: Work(key, "refs.bib", line, entry) for key, (line, entry) in entries.items()}


def show(*texts: str, style: str = CITATION_STYLE, bib: str = BIB) -> Shown:
    citations = [found for found in map(read_citation, texts) if found is not None]
    assert len(citations) == len(texts)
    named = {work.key for each in citations for work in each.works}
    found = {key: work for key, work in works(bib).items() if key in named}
    return Style(style).show(citations, found)


def plain(html: str) -> str:
    return re.sub(r"<[^<>]*>", "", html)


def said(pieces: Sequence[Piece]) -> str:
    return plain("".join(html for _, html in pieces))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[@hastie]", "(Hastie, Tibshirani and Friedman, 2009)"),
        ("[see @two, pp. 3--4, and more]", "(see One and Two, 2010, pp. 3–4, and more)"),
        ("[@two; @hastie, ch. 3]", "(Hastie, Tibshirani and Friedman, 2009, chap. 3; One and Two"),
        ("@hastie", "Hastie et al. (2009)"),
        ("@two", "One and Two (2010)"),
        ("[-@two, p. 5]", "(2010, p. 5)"),
        ("[as in -@two; @breiman]", "(Breiman, 2001; as in 2010)"),
        ("[@bare]", "(no date)"),
    ],
)
def test_authors_and_years(text: str, words: str) -> None:
    """The style has an order of its own; what stands before a work goes with it."""
    assert said(show(text).citations[0]).startswith(words)


def test_keys_may_have_any_letters() -> None:
    """Large ones, umlauts and signs; two that differ in case alone are two works."""
    bib = "@book{Ünal:A+b, title={One}, year=2001}\n@book{ünal:a+B, title={Two}, year=2002}\n"
    shown = show("[@Ünal:A+b; @ünal:a+B]", bib=bib)
    assert list(shown.references) == ["Ünal:A+b", "ünal:a+B"]
    assert said(shown.citations[0]) == "(One, 2001; Two, 2002)"


def test_works_of_one_author_and_year_have_letters() -> None:
    """In the order of the list, in the sentence and in the list alike."""
    shown = show("[@cultures; @hastie; @breiman, p. 2001]", "@cultures")
    assert list(shown.references) == ["breiman", "cultures", "hastie"]
    words = dict(shown.citations[0])
    assert words["breiman"] == "Breiman, 2001a, p. 2001" and words["cultures"] == "Breiman, 2001b"
    assert "2009" in words["hastie"], "each piece has the key of its work, whatever their order"
    assert said(shown.citations[1]) == "Breiman (2001b)"
    assert "(2001a)" in shown.references["breiman"] and "(2001b)" in shown.references["cultures"]


def test_addresses_are_links() -> None:
    """A DOI as well."""
    address = "https://doi.org/10.1023/A:1010933404324"
    assert f'<a href="{address}">{address}</a>.' in show("[@breiman]").references["breiman"]


def test_numbers_are_those_of_the_page() -> None:
    """Each work has the number of its place in the list; a sentence names the author, too."""
    shown = show("[@two]", "[@hastie; @two]", "@hastie", "[-@two]", style=str(NUMERIC))
    assert list(map(said, shown.citations)) == ["[1]", "[1, 2]", "Hastie et al. [2]", "[1]"]
    assert [plain(each) for each in shown.references.values()] == ["[1] Pair", "[2] Elements"]


@pytest.mark.parametrize("style", ["no-such-style", "broken.csl", "empty.csl", "gone.csl"])
def test_a_style_that_cannot_be_read_is_told(tmp_path: Path, style: str) -> None:
    (tmp_path / "broken.csl").write_text("<style>", "utf-8")
    (tmp_path / "empty.csl").write_text("<a/>", "utf-8")
    name = str(tmp_path / style) if style.endswith(".csl") else style
    with pytest.raises(StyleError, match=f"cannot read the citation style `{style}`"):
        Style(name)


class Elements(HTMLParser):
    """The elements that a browser would make."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


HOSTILE = st.lists(
    st.sampled_from(
        [
            *("<script>", "</i>", "<b onclick='x'>", "&", "&lt;", '"', "'", ">", "<", "<!--"),
            *("javascript:x", "\ue000", "\ue001", "\ue010", "\ue100", "https://a.org/?b=1&c='"),
            *("]]>", "&#60;", "2001", "é", " ", "\0", "\x0b", "\ud800", "\uffff"),
        ]
    ),
    max_size=12,
).map("".join)


@pytest.mark.nightly
@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_work_brings_an_element_into_the_page(title: str, name: str, address: str) -> None:
    """Whatever it says of itself: emphasis and links to http alone, and all of it well-formed."""
    item = {"id": "a", "type": "book", "title": title, "URL": address, "publisher": name}
    item |= {"author": [{"family": name, "given": title}], "issued": {"date-parts": [[2001]]}}
    citation = read_citation("[see <b> @a, p. 3, <i>x</i>]")
    assert citation is not None
    work = Work("a", "refs.json", 1, item, is_csl=True)
    shown = Style(CITATION_STYLE).show([citation, citation], {"a": work})
    pieces = [html for each in shown.citations for _, html in each]
    for html in (*pieces, *shown.references.values()):
        fromstring(f"<p>{html}</p>")
        for tag, attributes in Elements(html).found:
            assert tag in ("a", "i", "b", "sup", "sub")
            assert attributes.keys() <= {"href"}
            assert str(attributes.get("href", "http")).startswith("http")


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-1, 9999), st.sampled_from(["", "a", "2001"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(st.sampled_from(["date-parts", "family", "raw", "id"]), inner, max_size=2),
    ),
    max_leaves=5,
)
NAMES = ("title", "author", "issued", "page", "volume", "URL", "type", "container-title", "note")


@pytest.mark.gate
@given(st.dictionaries(st.sampled_from(NAMES), JSON))
def test_a_work_that_is_odd_is_shown_or_told(values: dict[str, object]) -> None:
    """At its place; nothing else comes of it."""
    item = {"type": "book", **values, "id": "a"}
    citation = read_citation("[@a]")
    assert citation is not None
    try:
        shown = Style(CITATION_STYLE).show(
            [citation], {"a": Work("a", "r.json", 7, item, is_csl=True)}
        )
        assert said(shown.citations[0])
    except VaultError as error:
        assert error.problem.where == "r.json:7" and "the work `a`" in str(error)
