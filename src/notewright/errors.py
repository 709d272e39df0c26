"""Errors: what can be wrong in a vault, and how it is said.

NotewrightError
├── VaultError    a mistake in the vault that its writer can correct
├── PageError     all that keeps a page from being made
└── EngineError   the machine or the installation refuses
"""

from __future__ import annotations

import difflib
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from reprlib import Repr
from typing import Any

LISTED = 12
"""Most names that a message lists."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in the vault: where it is, what is wrong and what to do.

    Attributes:
        file: Path from the project's root, with forward slashes.
        line: Line in that file, counted from 1.
        message: What is wrong, without a full stop.
        remedy: What to do about it; may be empty.
        detail: Further lines for the writer, such as the code around the line.
        column: Column in the line, counted from 1; 0 if it is not known.
    """

    file: str
    line: int
    message: str
    remedy: str = ""
    detail: str = ""
    column: int = 0

    def __lt__(self, other: Problem) -> bool:
        """Whether it stands before another one: a writer fixes them from the top down."""
        return self._order < other._order

    @property
    def _order(self) -> tuple[str, int, int, str, str, str]:
        return self.file, self.line, self.column, self.message, self.remedy, self.detail

    @property
    def where(self) -> str:
        """The place in the form that editors and terminals make a link of."""
        return f"{self.file}:{self.line}"

    @property
    def headline(self) -> str:
        """The problem in one line."""
        column = f":{self.column}" if self.column else ""
        return f"{self.where}{column}: {self.advice}"

    @property
    def advice(self) -> str:
        """What is wrong and what to do, without the place."""
        if not self.remedy:
            return self.message
        message = self.message.rstrip(".")
        return f"{message}{'' if message.endswith('?') else '.'} {self.remedy}"

    def __str__(self) -> str:
        return f"{self.headline}\n{self.detail}" if self.detail else self.headline


class NotewrightError(Exception):
    """Any error that notewright raises on purpose."""


class VaultError(NotewrightError):
    """A mistake in the vault that its writer can correct."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        return str(self.problem)


class PageError(NotewrightError):
    """All that keeps a page from being made, where the host knows no other way to be told."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        told = [str(problem) for problem in problems[:LISTED]]
        if len(problems) > LISTED:
            told.append(
                f"and {len(problems) - LISTED} more. Run `notewright check` to list them all"
            )
        super().__init__("\n".join(["notewright cannot build the page:", *told]))
        self.problems = tuple(problems)


class EngineError(NotewrightError):
    """The machine or the installation does not allow what was asked."""


def fault(file: str, error: Exception) -> Problem:
    """The problem of a note over which notewright itself stumbled: no mistake of its writer.

    Args:
        file: The note.
        error: What was raised while the note was read.
    """
    said = str(error).partition("\n")[0][:200]
    named = f"{type(error).__name__}: {said}" if said else type(error).__name__
    message = f"internal error ({named})"
    package = Path(__file__).parent
    places = [
        f"  raised in {Path(frame.filename).relative_to(package).as_posix()}, line {frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(package)
    ]
    remedy = (
        "This is a bug in notewright; please report it. "
        "To build without this note, add it to `exclude_docs`"
    )
    return Problem(file, 1, message, remedy, detail=places[-1] if places else "")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Suggest the nearest known name, or list the known ones when none is near.

    Case does not matter. Where there are too many to list, or none, nothing is suggested.
    """
    names = {each.casefold(): each for each in sorted(set(known), reverse=True)}
    near = nearest(name, names.values())
    if near is not None:
        return f"Did you mean `{near}`?"
    if not 0 < len(names) <= LISTED:
        return ""
    return f"Available: {', '.join(f'`{each}`' for each in sorted(names.values()))}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is nearest to another, if one is near; case does not matter."""
    names = {each.casefold(): each for each in known}
    found = _nearest(name.casefold(), names)
    return names[found] if found is not None else None


def _nearest(name: str, known: Iterable[str]) -> str | None:
    """The first of `difflib.get_close_matches`, which compares all names as if it kept several."""
    matcher = difflib.SequenceMatcher()
    matcher.set_seq2(name)
    best: tuple[float, str] | None = None
    for each in known:
        matcher.set_seq1(each)
        least = max(0.6, best[0] if best is not None else 0)
        if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least:
            found = matcher.ratio(), each
            if found[0] >= least and (best is None or found > best):
                best = found
    return best[1] if best is not None else None


def counted(number: int, name: str) -> str:
    """How many things there are, in words: `1 note`, `2 notes`."""
    return f"{number:,} {name}{'s' * (number != 1)}"


def renamed_notice(old: str, new: str) -> str:
    """What to print once when an old name is used."""
    return f"`{old}` is now called `{new}`; the old name works until 2.0"


def shown_value(value: Any) -> str:
    """A value as a message shows it: not all of a long one."""
    try:
        return _BRIEF.repr(value)
    except ValueError:  # a number with thousands of digits
        return "a very long number"


def shortened(text: str, longest: int) -> str:
    """A text as a message shows it: its first characters, if it has more than so many."""
    return text if len(text) <= longest else f"{text[:longest]}…"


_BRIEF = Repr()
_BRIEF.maxstring = _BRIEF.maxother = 60
