"""Inserts computed values into the text of a page, and removes the expressions of checked ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from notewright.markdown.shown_values import Follows, given_value, said_value
from notewright.note.values import Value
from notewright.render.cell_html import without_controls
from notewright.render.provenance import anchor_of
from notewright.run.verdicts import CellResult, givers, paired, spreads_of

_PLAIN = re.compile(r"[^\w ]|_")  # everything that could be Markdown, including line breaks


def with_values(
    text: str, values: Sequence[Value], shift: int, results: Sequence[CellResult]
) -> str:
    """Put computed values into the prose, and take the expressions of checked ones out.

    Args:
        text: The text of a page.
        values: The values of the note.
        shift: Where the text begins in the visible text of the note.
        results: The results of the note's cells.
    """
    is_waiting = any(result.waits_for for result in results)
    followed = dict(_followed(results))
    told = zip(
        paired(values, results),
        givers(values, results),
        spreads_of(values, results),
        strict=False,
    )
    for (value, result), giver, spread in reversed(list(told)):
        line = giver.cell.line if giver is not None else 0
        start, end = value.visible - shift, value.visible_end - shift
        shown, follows = text[start:end], followed.get(value)
        if value.is_checked:
            # Otherwise the text around it could become a fence that never ran.
            joins = text[start - 1 : start] in ("`", "~") and text[end : end + 1] in ("`", "~")
            shown = "<!-- -->" if joins else ""
            said = said_value(value, result, text[:start], line, follows, spread)
            if said is not None:
                start, shown = said[0], said[1] + shown
        elif result is not None:
            shown = without_controls(result)
            shown = _PLAIN.sub(lambda match: f"&#{ord(match[0])};", shown)
            shown = given_value(shown, text[:start], line, follows, spread)
        elif is_waiting:
            shown = "…"
        # Line breaks stay, so that cells below are still found at their lines.
        shown += "\n" * (text.count("\n", start, end) - shown.count("\n"))
        text = text[:start] + shown + text[end:]
    return text


def _followed(results: Sequence[CellResult]) -> Iterator[tuple[Value, Follows]]:
    """Yield each value that follows frames, with the cell's id and its index among them."""
    for number, result in enumerate(results, start=1):
        following = [each for each in result.cell.values if each.follows]
        if not result.problems:
            for place, value in enumerate(following):
                yield value, (anchor_of(result.cell, number), place)
