"""Remedies: what to do about a cell that failed, where its error tells that."""

from __future__ import annotations

import re

from notewright.note import percent
from notewright.note.cells import Cell

_MISSING = re.compile(r"ModuleNotFoundError: No module named '(?P<name>\w+)[\w.]*'")
_TYPED = {
    "00A0": "a space",
    **dict.fromkeys(("200B", "FEFF"), ""),
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
    unread = (
        f"To show the code without running it, use `{'# %%' if is_notebook else 'python'} notest`"
    )
    missing = _MISSING.fullmatch(message)
    if missing is not None:
        needs = f"To skip the cell where it is missing, add `#| needs: {missing['name']}`"
        return f"Install the package that provides `{missing['name']}`. {needs}. {unread}"
    if _UNKNOWN.fullmatch(message) and is_first and not is_notebook:
        return f"If a cell above defines it, write `python continuation`. {unread}"
    if message.startswith("EOFError: EOF when reading a line"):
        return f"A cell cannot read input: replace `input()` with a value. {unread}"
    if message.startswith("SystemExit"):
        return "Remove the call, or add `#| error: SystemExit` to the cell"
    if message == "SyntaxError: 'await' outside function":
        return "Wrap it in `asyncio.run(…)`: a cell runs as a script, without an event loop"
    if pasted := _PASTED.fullmatch(message):
        typed = _TYPED[pasted["code"]]
        return f"It was copied from a page. {f'Replace it with {typed}' if typed else 'Delete it'}"
    if message.startswith("SyntaxError") and _is_console(cell):
        return "The code has console prompts. Write `pycon` instead of `python` on the fence"
    return ""


def _is_console(cell: Cell) -> bool:
    return any(each.text.lstrip().startswith(">>> ") for each in cell.source)
