"""Tables in formulas: lines between their columns and rows, as classes that a style can draw.

Browsers know no attribute for them any more, nor for how columns stand: `formulas.css` reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

_ARRAY = re.compile(
    r"\\begin\s*\{array\}\s*\{(?P<columns>[lcr|\s]*)\}(?P<rows>(?:(?!\\begin|\\end).)*)", re.S
)
_RULE = re.compile(r"\s*\\h(?:dash)?line(?![a-zA-Z])")
_GROUP = re.compile(r"\{[^{}]*\}")
_LINES = ("columnlines", "rowlines")


def mark_lines(formula: Element, tex: str) -> None:
    """Name the cells of tables beside which there is a line.

    What latex2mathml says of lines does not tell where the first one is, so the LaTeX is asked.

    Args:
        formula: The formula; its tables stand in the order in which they begin.
        tex: Its LaTeX.
    """
    tables = [
        each for each in formula.iter("mtable") if any(name in each.attrib for name in _LINES)
    ]
    arrays = [each for each in _ARRAY.finditer(tex) if "|" in each["columns"] or "line" in each[0]]
    if len(tables) != len(arrays):
        return
    for table, array in zip(tables, arrays, strict=True):
        rows = [[cell for cell in row if cell.tag == "mtd"] for row in table if row.tag == "mtr"]
        for place in _columns(array["columns"]):
            _name(
                (row[max(place, 1) - 1] for row in rows if len(row) >= max(place, 1)),
                "column",
                place,
            )
        for place in _rows(array["rows"]):
            if place <= len(rows):
                _name(rows[max(place, 1) - 1], "row", place)


def _columns(columns: str) -> Iterator[int]:
    """Behind which columns there are lines; 0 is in front of the first."""
    place = 0
    for sign in columns:
        if sign == "|":
            yield place
        elif not sign.isspace():
            place += 1


def _rows(text: str) -> Iterator[int]:
    """Behind which rows there are lines; what stands in braces has rows of its own."""
    while (left := _GROUP.sub("", text)) != text:
        text = left
    yield from (place for place, row in enumerate(text.split(r"\\")) if _RULE.match(row))


_NAMES = {"column": ("nw-rule-left", "nw-rule-right"), "row": ("nw-rule-above", "nw-rule-below")}


def _name(cells: Iterable[Element], kind: str, place: int) -> None:
    name = _NAMES[kind][place > 0]
    for cell in cells:
        if name not in (names := cell.get("class", "").split()):
            cell.set("class", " ".join([*names, name]))
