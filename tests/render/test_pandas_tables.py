"""Tables of pandas: without styles, and with heads that say something."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from notewright.render.pandas_tables import plain

FRAME = pd.DataFrame({"a": [1, 2], "b": [3.5, 4.5]}, index=["x", "y"])
FRAMES = {
    "plain": FRAME,
    "named": FRAME.rename_axis("name"),
    "levels": FRAME.groupby("a").agg(["min", "max"]),
    "names of columns": FRAME.rename_axis(columns="kind"),
    "both": FRAME.rename_axis("name").rename_axis(columns="kind"),
    "rows of levels": FRAME.set_index(["a", "b"], append=True).assign(c=1),
    "empty": FRAME.iloc[:0],
}


@pytest.mark.parametrize("name", FRAMES)
def test_a_table_keeps_its_words_and_loses_its_styles(name: str) -> None:
    """All of them, in order; and no head is without one."""
    html = str(FRAMES[name]._repr_html_())  # type: ignore[operator]
    found = plain(html)
    words = re.compile(r"<t[dh][^>]*>([^<]+)</t[dh]>")
    assert "style" not in found and not re.search(r"<th[^>]*></th>", found)
    assert sorted(words.findall(found)) == sorted(words.findall(html))
    assert words.findall(found.partition("<tbody>")[2]) == words.findall(
        html.partition("<tbody>")[2]
    )
    counts = [len(re.findall(r"<t[dh]", row)) for row in found.split("<tr")[1:]]
    assert name in ("levels", "rows of levels") or len(set(counts)) == 1


def test_the_name_of_an_index_is_the_head_of_its_column() -> None:
    """Not of a row of its own, which pandas leaves empty otherwise."""
    head = plain(str(FRAMES["named"]._repr_html_())).partition("</thead>")[0]  # type: ignore[operator]
    assert re.findall("<th>(.*?)</th>", head) == ["name", "a", "b"] and head.count("<tr") == 1


@pytest.mark.parametrize("html", ["", "<p style='a'>dataframe</p>", "<table><thead></table>"])
def test_other_html_is_left_as_it_is(html: str) -> None:
    """Also tables of other libraries, whose styles may be meant."""
    assert plain(html) == html


COLUMNS = {
    "numbers": ([1.5, None], False),
    "intervals": (["0.9 ± 0.1", "−0.2"], False),
    "counts": (["2 of 9", "all"], False),
    "bounds": (["&lt; 0.01", "<b>5</b>"], False),
    "nothing": (["", "nan"], False),
    "words": (["not used", None], True),
    "links": (['<a href="9">LIME</a>', '<a href="8">Ray</a>'], True),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_of_words_is_marked_to_begin_at_the_left(name: str) -> None:
    """And no other: numbers stay at the right, where their digits stand below each other."""
    column, is_text = COLUMNS[name]
    frame = pd.DataFrame({"before": [1, 2], name: column, "after": [1, 2]}, index=["x", "y"])
    table = plain(frame.to_html(escape=False)).partition(">")[0]
    assert ("nw-words-3" in table) == is_text
    assert "nw-words-2" not in table and "nw-words-4" not in table


def test_columns_of_a_table_whose_cells_take_several_places_are_not_counted() -> None:
    """A place in a row is no column there."""
    frame = pd.DataFrame({"word": ["a", "b"]}, index=pd.MultiIndex.from_product([["x"], [1, 2]]))
    assert "nw-words" not in plain(frame.to_html())
