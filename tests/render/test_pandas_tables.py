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
