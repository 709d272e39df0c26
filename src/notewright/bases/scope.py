"""The scope of an evaluation: the vault it may ask, the moment it stands in, and its budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from notewright.bases.files import File, Files
from notewright.bases.mistakes import BudgetError, ExpressionError
from notewright.bases.values import Date, Fields, Items, Value

MOST_STEPS = 100_000
"""Steps of one evaluation: some tenths of a second."""


class Budget:
    """Steps that are left for an evaluation, and for all of which it is one."""

    def __init__(self, steps: int = MOST_STEPS, whole: Budget | None = None) -> None:
        self._most = self._left = steps
        self._whole = whole

    @property
    def left(self) -> int:
        """How many there are; below nothing once one was asked for too much."""
        return self._left

    def spend(self, steps: int = 1) -> None:
        """Take steps.

        Raises:
            BudgetError: If there are no more.
        """
        budget: Budget | None = self
        while budget is not None:
            budget._left -= steps
            if budget._left < 0:
                raise BudgetError(
                    f"evaluating this takes more than {budget._most} steps", "Simplify it"
                )
            budget = budget._whole

    def pay_for(self, value: Value) -> None:
        """Take the steps that it costs to look through a value: it may be long.

        Raises:
            BudgetError: If there are no more.
        """
        if isinstance(value, str):
            self.spend(len(value) // 256)
        elif isinstance(value, Items | Fields):
            self.spend(value.weight // 16)


@dataclass(frozen=True, slots=True)
class World:
    """What all evaluations of one shown base share.

    Attributes:
        files: The vault.
        this: The file in which the base is shown.
        now: The moment for `now()`, `today()` and `relative()`; None if the host names none.
    """

    files: Files
    this: File | None = None
    now: datetime | None = None


@dataclass(slots=True)
class Scope:
    """What functions may ask while one expression is evaluated.

    Attributes:
        world: What all evaluations share.
        file: The file of the row; None in a summary.
        budget: What is left of steps.
    """

    world: World
    file: File | None = None
    budget: Budget = field(default_factory=Budget)

    @property
    def source(self) -> str:
        """Path of the file from which links are followed."""
        file = self.file or self.world.this
        return file.path if file is not None else ""

    @property
    def now(self) -> Date:
        """This moment.

        Raises:
            ExpressionError: If the host names none.
        """
        if self.world.now is None:
            raise ExpressionError(
                "the current time is not available, because pages must be reproducible",
                "Commit the notes, or set `SOURCE_DATE_EPOCH`",
            )
        return Date(plain_moment(self.world.now), True)


class Expression(Protocol):
    """An argument that a function evaluates as often as it needs."""

    def __call__(self, names: Mapping[str, Value] = ...) -> Value:
        """Its value, with these names known inside."""


def plain_moment(moment: datetime) -> datetime:
    """A moment without zone, to the millisecond: all that dates of the language know."""
    return moment.replace(tzinfo=None, microsecond=moment.microsecond // 1000 * 1000)
