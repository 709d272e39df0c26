"""Citations as Pandoc writes them: which are found, where they stand, and what they name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.note.citations import Cited, read_citation
from notewright.note.note import Note

KEYS = st.from_regex(r"[a-z]\w{0,8}(?:[:.-]\w{1,4})?", fullmatch=True)
WORDS = st.sampled_from(["", "see", "see also", "compare with"])
PLACES = st.sampled_from(
    [
        *(("", "page", ""), ("p. 5", "page", "5"), ("pp. 5--8", "page", "5–8")),
        *(("12", "page", "12"), ("ch. 3", "chapter", "3"), ("§ 2.1", "section", "2.1")),
        ("fig. A3", "figure", "A3"),
    ]
)
AFTER = st.sampled_from(["", "and more", "among others"])


@st.composite
def works(draw: st.DrawFn) -> tuple[str, Cited]:
    """A work within a citation, as a note writes it and as it is read."""
    key, before, after = draw(KEYS), draw(WORDS), draw(AFTER)
    written, kind, place = draw(PLACES)
    bare = draw(st.booleans())
    text = f"{before} {'-' * bare}@{key}".strip()
    text += "".join(f", {each}" for each in (written, after) if each)
    return text, Cited(key, before, kind, place, after, bare)


@given(st.lists(works(), min_size=1, max_size=4))
def test_what_is_written_is_read(given: list[tuple[str, Cited]]) -> None:
    """Each work with its words, its place and its author."""
    citation = read_citation(f"[{'; '.join(text for text, _ in given)}]")
    assert citation is not None and not citation.is_narrative
    assert list(citation.works) == [work for _, work in given]


@given(st.text(st.sampled_from("@[]();,-.: aβ9{}\\`_*\n"), max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    """Each citation stands where it is found, and is read the same by itself."""
    note = Note("a.md", "docs/a.md", text)
    lines = text.split("\n")
    for citation in note.citations:
        start = citation.text.partition("\n")[0].rstrip()
        assert lines[citation.line - 1].startswith(start, citation.column - 1)
        assert read_citation(citation.text) == citation and citation.works


FOUND = """\
---
by: "[@properties]"
---
# On @title and [@heading]

See [@one, p. 5; see @two; -@three], and @four. Address <me@example.org>, me@example.org,
[mail](mailto:a@example.org), [a@example.org], a handle in a [link @five](x.md) and in `[@code]`.
Escaped \\@six; @{https://example.org/7}: so it is. [@two
lines] %% [@comment] %% $[@formula]$ [[@wikilink]] ^[A note [@eight].]

> - quoted [@nine]

| a      | b                |
|--------|------------------|
| [@ten] | x \\| y [@eleven] |

```python
"[@fence]"
```

[@defined] is a link.

[@defined]: https://example.org
[^1]: In a footnote [@twelve].
"""


def test_citations_are_found_where_they_stand() -> None:
    """Not in code, formulas, links, comments and properties, nor in addresses of people."""
    note = Note("a.md", "docs/a.md", FOUND)
    keys = [work.key for citation in note.citations for work in citation.works]
    assert keys == [
        *("title", "heading", "one", "two", "three", "four", "https://example.org/7", "two"),
        *("eight", "nine", "ten", "eleven", "twelve"),
    ]
    places = {each.works[0].key: (each.line, each.column) for each in note.citations}
    assert places["one"] == (6, 5) and places["nine"] == (11, 12)
    assert places["eleven"] == (15, 19), "behind an escaped bar of a table"
    assert [each.text for each in note.citations if each.is_narrative] == [
        *("@title", "@four", "@{https://example.org/7}"),
    ]


@pytest.mark.parametrize("text", ["[a@b]", "[@]", "[@ key]", "[x@y; @z]", "[@a;]", "@", "@.", "[]"])
def test_what_is_no_citation(text: str) -> None:
    assert read_citation(text) is None


@pytest.mark.gate
@pytest.mark.parametrize("text", ["[" * 20_000, "[@" * 20_000, "@" * 40_000, "[@a;" * 10_000 + "]"])
def test_long_texts_take_no_long_time(text: str) -> None:
    """Nothing is read again from each sign on: the pattern ends at the next bracket or word."""
    note = Note("a.md", "docs/a.md", text)
    assert len(note.citations) <= 10_000
