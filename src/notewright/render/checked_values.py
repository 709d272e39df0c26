"""Lists the checked values of a page at its foot, for keyboards and those who read by ear.

In the prose a value is no Tab stop, since a note has dozens; here each has its line, its Python,
and the way to the cell that gave it.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from notewright.note.values import Value, in_cell
from notewright.render.provenance import anchor_of
from notewright.run.verdicts import CellResult, givers, paired, spreads_of


def elements(values: Sequence[Value], results: Sequence[CellResult]) -> Sequence[Element]:
    """The list of the values that a run gave or agreed with; nothing if there is none."""
    numbers = {id(result): number for number, result in enumerate(results, start=1)}
    listed = Element("ul")
    for (value, given), giver, spread in zip(
        paired(values, results), givers(values, results), spreads_of(values, results), strict=False
    ):
        if given is None or giver is None or value.is_claim:
            continue
        if not value.agrees(given) or not given.strip():
            continue
        said = value.written(given) if value.is_checked else given
        shown = given if said == in_cell(given) else said
        _entry(listed, shown, giver, numbers[id(giver)], value.expression, spread)
    _list_properties(listed, results)
    if not len(listed):
        return ()
    found = Element("details", {"class": "nw-values", "data-search-exclude": ""})
    SubElement(found, "summary").text = f"How the numbers were computed ({len(listed)})"
    found.append(listed)
    return (found,)


def _list_properties(listed: Element, results: Sequence[CellResult]) -> None:
    """Add the properties that cells hold, where the note says what the run gave."""
    for number, result in enumerate(results, start=1):
        for value, given in zip(result.cell.values, result.values, strict=True):
            if value.held is None or given is None or value.held.differences(given):
                continue
            for name, text in value.held.said(given).items():
                _entry(listed, f"{name}: {text}", result, number, value.expression)


def _entry(
    listed: Element, shown: str, giver: CellResult, number: int, python: str, spread: str = ""
) -> None:
    entry = SubElement(listed, "li")
    value = SubElement(entry, "b")
    value.text, value.tail = shown, f"{spread} " if spread else ""
    link = SubElement(entry, "a", {"href": f"#{anchor_of(giver.cell, number)}"})
    link.text = f"line {giver.cell.line}"
    link.tail = " "
    SubElement(entry, "code").text = python
