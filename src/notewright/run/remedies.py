"""Remedies: what to do about a cell that failed, where its error tells that."""

from __future__ import annotations

import re

from notewright.note import percent
from notewright.note.cells import Cell

_MISSING = re.compile(r"ModuleNotFoundError: No module named '(?P<name>\w+)[\w.]*'")
_TYPED = {
    "00A0": "a space",
    **dict.fromkeys(("200B", "FEFF"), "nothing"),
    **dict.fromkeys(("2018", "2019"), "`'`"),
    **dict.fromkeys(("201C", "201D"), '`"`'),
    **dict.fromkeys(("2013", "2014", "2212"), "`-`"),
}
"""What to type for signs that pages and word processors put in the place of others."""
_PASTED = re.compile(
    rf"SyntaxError: invalid (?:non-printable )?character .*?U\+(?P<code>{'|'.join(_TYPED)})\)?"
)
_UNKNOWN = re.compile(r"NameError: name '\w+' is not defined")


def remedy_of(message: str, cell: Cell, *, is_first: bool) -> str:
    """What to do, in a sentence; empty where the error says all that is known.

    Args:
        message: The error, in one line.
        cell: The cell that raised it.
        is_first: Whether its session begins with it.
    """
    is_notebook = cell.file.endswith(percent.SUFFIX)
    unread = f"code that is only to be read is a `{'# %%' if is_notebook else 'python'} notest`"
    missing = _MISSING.fullmatch(message)
    if missing is not None:
        needs = f"`#| needs: {missing['name']}` lets the cell rest where it is missing"
        return f"Install what holds `{missing['name']}`; {needs}; {unread}"
    if _UNKNOWN.fullmatch(message) and is_first and not is_notebook:
        return f"If a cell above defines it, this one is a `python continuation`; {unread}"
    if message.startswith("EOFError: EOF when reading a line"):
        return f"Nobody answers `input()` here: give the cell a value; {unread}"
    if message.startswith("SystemExit"):
        return "A cell ends at its last line: leave that out, or say `#| error: SystemExit`"
    if message == "SyntaxError: 'await' outside function":
        return "Give it to `asyncio.run(…)`: a cell runs as a program does, in no event loop"
    if pasted := _PASTED.fullmatch(message):
        return f"Type it anew, as {_TYPED[pasted['code']]}: it was copied from a page"
    if message.startswith("SyntaxError") and _is_console(cell):
        return "It has the prompts of a console: write `pycon` behind its backticks, not `python`"
    return ""


def _is_console(cell: Cell) -> bool:
    return any(each.text.lstrip().startswith(">>> ") for each in cell.source)
