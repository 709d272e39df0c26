"""What a lesson registers before its run, and the margins by which it is
judged.

The registration stands in the module of the experiment, as `LESSON`. Nothing in
it depends on a result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Origin = Literal["source", "sharpened", "folklore"]
Quantifier = Literal["always", "usually", "sometimes", "there is a case"]
Made = Literal["generated", "real", "both"]
Split = tuple[int, int, int]
"""Rows of a file that train, rows that test, rows that it has."""

# --8<-- [start:margins]
MARGINS: Mapping[str, tuple[float, str]] = MappingProxyType(
    {
        "accuracy": (0.01, "one sample in a hundred; less is not worth a step"),
        "R²": (0.01, "a hundredth of the variance of the target"),
        "ARI": (0.05, "about one point in eighty on the other side"),
    }
)
"""The smallest effect that counts, by unit, and why.

A lesson of another unit, or with another margin, registers its own reason.
"""
# --8<-- [end:margins]


# --8<-- [start:condition]
@dataclass(frozen=True, slots=True)
class Condition:
    """Where one finding of a lesson looks.

    Attributes:
        where: Ends a sentence that begins with "where".
        margin: The smallest effect that counts, in the unit of the finding;
            None takes that of `MARGINS`.
        split: If the samples are splits of one file: its parts. None if each
            seed draws samples of its own.
        drawn: If each seed draws rows of one file and is scored on these very
            rows: how many, and rows of the file.
        unit: The unit, if what was measured does not end with it.
        fixed: Whether algebra fixes the result. It is shown as a check, and
            judges nothing.
    """

    where: str
    margin: float | None = None
    split: Split | None = None
    drawn: tuple[int, int] | None = None
    unit: str = ""
    fixed: bool = False

    def unit_of(self, what: str) -> str:
        """The unit of what was measured: what stands behind the last comma."""
        tail = what.rpartition(", ")[2]
        known = (unit for unit in MARGINS if unit in tail)
        return self.unit or next(known, tail)

    def margin_of(self, what: str) -> float:
        """The margin of what was measured.

        Raises:
            ValueError: If none is registered, for it or for its unit.
        """
        if self.margin is not None:
            return self.margin
        if (unit := self.unit_of(what)) not in MARGINS:
            raise ValueError(f"{what}: no margin is registered for {unit!r}")
        return MARGINS[unit][0]


@dataclass(frozen=True, slots=True)
class Registration:
    """What is fixed before a lesson runs.

    Attributes:
        origin: Who makes the claim: a "source" in these words; we, who
            "sharpened" what it says so that it can be false; or "folklore".
        quantifier: How often the claim says that it holds.
        primary: Place of the one finding that decides the word.
        family: The models that it is about.
        made: Whether the samples are "generated", "real" or "both".
        advice: What to do, in a sentence.
        conditions: One for each finding, in their order.
        reason: Why a margin is not that of its unit.
    """

    origin: Origin
    quantifier: Quantifier
    primary: int
    family: str
    made: Made
    advice: str
    conditions: tuple[Condition, ...]
    reason: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.primary < len(self.conditions):
            raise ValueError(
                f"there is no finding {self.primary} among "
                f"{len(self.conditions)}"
            )
        if self.conditions[self.primary].fixed:
            raise ValueError("algebra fixes the primary finding")
        own = any(one.margin is not None for one in self.conditions)
        if own != bool(self.reason):
            raise ValueError(
                "a margin of its own needs a reason, and only that"
            )
        # --8<-- [end:condition]
