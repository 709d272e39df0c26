"""Lines in tables of formulas: each beside the cells between which its writer drew it."""

from __future__ import annotations

import re

import pytest

from notewright.render.formula_html import mathml


def lines(columns: str, rows: str) -> list[str]:
    """The lines at each of the four cells of a table, by their first letters."""
    html = mathml(rf"\begin{{array}}{{{columns}}} {rows} \end{{array}}", "block")
    cells = re.findall(r"<mtd[^>]*>", html)
    return ["".join(sorted(name[0] for name in re.findall(r"nw-rule-(\w+)", c))) for c in cells]


PLAIN = r"a & b \\ c & d"


@pytest.mark.parametrize(
    ("columns", "rows", "shown"),
    [
        ("cc", PLAIN, ["", "", "", ""]),
        ("c|c", PLAIN, ["r", "", "r", ""]),
        ("|c|c|", PLAIN, ["lr", "r", "lr", "r"]),
        ("|cc|", PLAIN, ["l", "r", "l", "r"]),
        ("|c|c", PLAIN, ["lr", "", "lr", ""]),
        ("cc|", PLAIN, ["", "r", "", "r"]),
        ("cc", r"a & b \\ \hline c & d", ["b", "b", "", ""]),
        ("cc", r"\hline a & b \\ \hline c & d \\ \hline", ["ab", "ab", "b", "b"]),
        ("cc", r"\hline a & b \\ c & d", ["a", "a", "", ""]),
        ("cc", r"a & b \\ c & d \\ \hline", ["", "", "b", "b"]),
        ("cc", r"\hline a & b \\ c & d \\ \hline", ["a", "a", "b", "b"]),
        ("c||c", PLAIN, ["r", "", "r", ""]),
        ("c", r"a \\ \hline b \\ c \\ \hline d", ["b", "", "b", ""]),
    ],
)
def test_lines(columns: str, rows: str, shown: list[str]) -> None:
    """Between columns and rows, and around them."""
    assert lines(columns, rows) == shown


def test_a_row_may_be_shorter_than_another() -> None:
    """It has no cell at which to draw."""
    assert lines("c|c|c", r"a & b & c \\ d") == ["r", "r", "", "r"]
