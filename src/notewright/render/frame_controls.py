"""Controls of a cell with frames: a labelled slider for each name, steps, and play.

They are native elements, so keyboard, touch and screen readers know them. Without the script they
are not seen, and the first frame is all that there is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape

from notewright.note.variations import STEP
from notewright.run.verdicts import CellResult

SCRIPT = "assets/notewright/vary.js"
"""The script of all cells with frames, which a page with such a cell asks for."""


def html(result: CellResult, anchor: str, address: str, shown: str) -> str:
    """The first frame of a cell, with its controls.

    Args:
        result: The cell, and what it showed.
        anchor: Its id on the page.
        address: That of the file of its frames, from the page.
        shown: The HTML of the first frame.
    """
    record, vary = result.record, result.cell.options.vary
    assert record is not None
    names = vary.names if vary else (STEP,)
    steps = tuple(range(1, len(record.frames) + 1))
    values = vary.values if vary else (steps,)
    at = record.frames[record.first].at
    data = {
        "vary": anchor,
        "names": json.dumps(names),
        "values": json.dumps([[str(each) for each in row] for row in values]),
        "at": json.dumps(at),
        "frames": address,
        **({} if vary else {"of": f" of {len(steps)}"}),
        "session": str((result.earlier[-1] if result.earlier else result.cell).line),
    }
    told = "".join(f' data-nw-{name}="{escape(text, quote=True)}"' for name, text in data.items())
    controls = "".join(
        _control(f"{anchor}-{name}", name, [str(each) for each in row], place, data.get("of", ""))
        for name, row, place in zip(names, values, at, strict=True)
    )
    if result.cell.options.play:
        controls = (
            f'<button type="button" class="nw-play" aria-pressed="false">Play</button>{controls}'
        )
    label = escape(f"Frames by {' and '.join(names)}", quote=True)
    said = next(iter(result.said("vary-caption")), "")
    return (
        f'<div class="nw-vary" role="group" aria-label="{label}"{told}>'
        f'<div class="nw-controls" data-search-exclude>{controls}</div>'
        f'<div class="nw-outputs nw-stage">{shown}</div>{says(said)}'
        '<p class="nw-said" role="status"></p></div>'
    )


def says(text: str) -> str:
    """What is said of a frame, below it."""
    return f'<p class="nw-says">{escape(text)}</p>'


def multiples(shown: Iterable[str]) -> str:
    """Frames beside each other; a page with its script shows them in print alone."""
    each = "".join(f'<div class="nw-outputs">{html}</div>' for html in shown)
    return f'<div class="nw-multiples" data-search-exclude>{each}</div>'


def _control(name_id: str, name: str, values: list[str], at: int, of: str) -> str:
    own, shown = escape(name_id, quote=True), escape(name, quote=True)
    value = escape(values[at], quote=True)
    sign = "" if of else "= "
    return (
        f'<span class="nw-control"><label for="{own}">{shown}</label>'
        '<span class="nw-hand">'
        f'<button type="button" class="nw-back" aria-label="Previous {shown}"></button>'
        f'<input type="range" id="{own}" min="0" max="{len(values) - 1}" value="{at}" step="1" '
        f'autocomplete="off" aria-valuetext="{shown} {sign}{value}{of}">'
        f'<button type="button" class="nw-next" aria-label="Next {shown}"></button>'
        f'<output aria-hidden="true" for="{own}">{value}{of}</output></span></span>'
    )
