"""Remedies: what to do about a cell that failed, where its error tells that."""

from __future__ import annotations

import ast
import builtins
import contextlib
import re
import sys
import typing
from collections.abc import Iterator
from pathlib import Path

from notewright.errors import nearest
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
_ABSENT = re.compile(r"FileNotFoundError: \[Errno 2\] .*: '(?P<path>[^']+)'")
_UNKNOWN = re.compile(r"NameError: name '(?P<name>\w+)' is not defined")
_UNPICKLED = re.compile(r"Can't get attribute '\w+' on <module '(?:__main__|[\w.]+spawned_main)'")
_UNFOUND = (
    "A new process cannot find functions that are defined inside `if`, `try` or a loop. Put the "
    "function into a module, such as one in `snippets/`, and import it"
)
_COMMAND = re.compile(
    r"[ \t]*(?:(?P<magic>%%?[a-z]\w*)|(?P<shell>!)|(?P<help>\?[\w.]+|[\w.]+\?\??)[ \t]*$)"
)
"""A line that IPython reads, and Python does not."""
_TIMES = ("%time", "%%time", "%timeit", "%%timeit", "%prun", "%%prun")
_SHELLS = ("%pip", "%conda", "%cd", "%env", "%%bash", "%%sh", "%%script", "%system", "%sx")
_USUAL = {
    "np": "import numpy as np",
    "pd": "import pandas as pd",
    "plt": "import matplotlib.pyplot as plt",
    "sns": "import seaborn as sns",
}
"""Names under which nearly everybody imports a package."""


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
        needs = f"To skip the cell where the package is missing, add `#| needs: {missing['name']}`"
        return f"Install the package that provides `{missing['name']}`. {needs}. {unread}"
    unknown = _UNKNOWN.fullmatch(message)
    if unknown is not None and unknown["name"] == "__file__":
        return "A cell has no file of its own. Use a path relative to the project's root instead"
    if unknown is not None and (usual := _import_of(unknown["name"], cell)):
        return f"Add `{usual}` to the cell"
    if unknown is not None and (near := nearest(unknown["name"], _names(cell))):
        return f"Did you mean `{near}`?"
    if unknown is not None and is_first and not is_notebook:
        above = "If a cell above defines the name, write `python continuation` on the fence"
        return f"{above}. {unread}"
    if message.startswith("BrokenProcessPool") or _UNPICKLED.search(message):
        return _UNFOUND
    if message.startswith("ImportError: IProgress not found"):
        return "Import `tqdm` from `tqdm.auto`, which needs no widgets"
    absent = _ABSENT.fullmatch(message)
    if absent is not None and not Path(absent["path"]).is_absolute():
        return "Paths are relative to the project's root, the folder that contains `mkdocs.yml`"
    if message.startswith("BdbQuit"):
        return "Remove `breakpoint()` or `pdb.set_trace()`: a build has no debugger prompt"
    if message.startswith("EOFError: EOF when reading a line"):
        return f"A cell cannot read input: replace `input()` with a value. {unread}"
    if message.startswith("SystemExit"):
        return "Remove the call, or add `#| error: SystemExit` to the cell"
    if message.startswith("SyntaxError: 'await' outside"):
        return "Wrap it in `asyncio.run(…)`: cells with frames and values cannot use `await`"
    if pasted := _PASTED.fullmatch(message):
        typed = _TYPED[pasted["code"]]
        change = f"Replace it with {typed}" if typed else "Delete it"
        return f"The character was copied from a page. {change}"
    if message.startswith("SyntaxError") and (command := _command(cell)):
        return command
    if message.startswith("SyntaxError") and _is_console(cell):
        return "The code has console prompts. Write `pycon` instead of `python` on the fence"
    return ""


def wait_remedy(printed: str) -> str:
    """The remedy for a cell that waited too long.

    Args:
        printed: The output of the cell and its processes.
    """
    usual = "Remove the wait, or raise `timeout`: a cell may wait three times as long"
    return _UNFOUND if _UNPICKLED.search(printed) else usual


def _names(cell: Cell) -> Iterator[str]:
    """Yield the names that a cell could mean: built-in names, and the names that it assigns."""
    yield from (name for name in dir(builtins) if not name.startswith("_"))
    with contextlib.suppress(SyntaxError, ValueError, RecursionError):
        for node in ast.walk(ast.parse(cell.code)):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                yield node.name
            elif isinstance(node, ast.alias):
                yield (node.asname or node.name).partition(".")[0]


def _import_of(name: str, cell: Cell) -> str:
    """The usual import of a name; empty if it could be anything."""
    if name in typing.__all__ and name[:1].isupper():
        return f"from typing import {name}"
    if not re.search(rf"\b{name}\.\w", cell.code):
        return ""  # a variable, rather than a module
    return _USUAL.get(name, f"import {name}" if name in sys.stdlib_module_names else "")


def _command(cell: Cell) -> str:
    """What to do about the first line of IPython in a cell; or an empty text."""
    found = (_COMMAND.match(line.text) for line in cell.source)
    match = next((each for each in found if each is not None), None)
    if match is None:
        return ""
    said = f"`{match.string.strip()[:40]}` is an IPython command, not Python"
    if match["magic"] in _TIMES:
        return f"{said}. Remove it: `notewright list --slowest` shows how long cells take"
    if match["shell"] or match["magic"] in _SHELLS:
        return f"{said}. Remove it, or call `subprocess.run` if the note needs the command"
    if match["help"]:
        return f"{said}. Write `help(…)` instead"
    return f"{said}. Remove it: figures are shown without it"


def _is_console(cell: Cell) -> bool:
    return any(each.text.lstrip().startswith(">>> ") for each in cell.source)
