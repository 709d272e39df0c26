"""What can be wrong, and how it is said.

NotewrightError
├── VaultError    a mistake in the vault that its writer can correct
└── EngineError   the machine or the installation refuses
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

LISTED = 12
"""Most names that a message lists."""


@dataclass(frozen=True, slots=True, order=True)
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
        return f"{self.message}. {self.remedy}" if self.remedy else self.message

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


class EngineError(NotewrightError):
    """The machine or the installation does not allow what was asked."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Suggest the nearest known name, or list the known ones when none is near.

    Case does not matter. Where there are too many to list, or none, nothing is suggested.
    """
    names = {each.casefold(): each for each in sorted(set(known), reverse=True)}
    near = difflib.get_close_matches(name.casefold(), names, n=1, cutoff=0.6)
    if near:
        return f"Did you mean `{names[near[0]]}`?"
    if not 0 < len(names) <= LISTED:
        return ""
    return f"There are: {', '.join(f'`{each}`' for each in sorted(names.values()))}"
