"""Mistakes in an expression or in the file of a base, as errors and as values."""

from __future__ import annotations

from dataclasses import dataclass, replace

from notewright.errors import NotewrightError


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong: the value of a cell that cannot be computed.

    Attributes:
        message: What is wrong, without a full stop.
        remedy: What to do about it; may be empty.
        column: Column in the expression, counted from 1; 0 if it is not known.
        is_of_data: Whether it lies in the value of one file, which others may have right.
    """

    message: str
    remedy: str = ""
    column: int = 0
    is_of_data: bool = False

    @property
    def advice(self) -> str:
        """What is wrong and what to do, without the place."""
        return f"{self.message}. {self.remedy}" if self.remedy else self.message

    def __str__(self) -> str:
        return f"column {self.column}: {self.advice}" if self.column else self.advice


class ExpressionError(NotewrightError):
    """An expression cannot be read or computed; what it says becomes the value of its cell."""

    def __init__(self, message: str, remedy: str = "", column: int = 0) -> None:
        super().__init__(message, remedy, column)
        self.mistake = Mistake(message, remedy, column)

    def __str__(self) -> str:
        return str(self.mistake)

    def at(self, column: int) -> ExpressionError:
        """The error with a place, which is this one if it has none yet."""
        known = self.mistake
        return self if known.column else type(self)(known.message, known.remedy, column)


class UnlikeError(ExpressionError):
    """Two values have types between which there is no order."""

    def __init__(self, message: str, remedy: str = "", column: int = 0) -> None:
        super().__init__(message, remedy, column)
        self.mistake = replace(self.mistake, is_of_data=True)


class BudgetError(ExpressionError):
    """An expression takes more steps or more room than it may."""

    def at(self, column: int) -> ExpressionError:
        """Itself: no single place has spent the budget."""
        return self


class FormulaError(ExpressionError):
    """A formula that an expression needs has no value; its own error is told."""
