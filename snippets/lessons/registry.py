"""What a lesson registers before its run, and the margins by which it is
judged.

The registration stands in the module of the experiment, as `LESSON`. Nothing in
it depends on a result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Origin = Literal["source", "sharpened", "folklore"]
Quantifier = Literal["always", "usually", "sometimes", "there is a case"]
Made = Literal["generated", "real", "both"]
Rank = Literal["claim", "limit", "rival", "control"]
"""What a finding is for: a case that the claim covers; a case where its reason
is absent, so that it is not expected to hold; another method than the one that
the claim speaks of; a check that an arm works, or of the reason given."""
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

TWO_LOOKS = 0.975
"""The level of an interval that is looked at twice, so that both looks together
err in at most 5 of 100 cases (Bonferroni), however few samples the first had.
"""


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
        rank: What the finding is for. The word of the verdict counts those of
            rank "claim"; a "limit" only keeps it from "holds".
        part: The part of a claim of several parts, by its letter.
    """

    where: str
    margin: float | None = None
    split: Split | None = None
    drawn: tuple[int, int] | None = None
    unit: str = ""
    fixed: bool = False
    rank: Rank = "claim"
    part: str = ""

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
class Held:
    """A setting that was not varied, and that might matter.

    Attributes:
        what: The setting, such as "steps of training".
        value: What it was, such as "120".
        why: Why it was held there.
        tried: Other values that were tried apart from the lesson, each with
            what came of it.
    """

    what: str
    value: str
    why: str = ""
    tried: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What was changed after the lesson had run: samples, an arm or a setting.

    Attributes:
        what: The change.
        why: The reason for it.
    """

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Part:
    """One of several claims that are handed on in one sentence.

    Attributes:
        claim: The part as a statement that can be false by itself.
        primary: Place of the finding that decides, among all of the lesson.
    """

    claim: str
    primary: int


@dataclass(frozen=True, slots=True)
class Registration:
    """What is fixed before a lesson runs.

    Attributes:
        origin: Who makes the claim: a "source" in these words; we, who
            "sharpened" what it says so that it can be false; or "folklore".
        quantifier: How often the claim says that it holds.
        primary: Place of the finding that decides where others disagree.
        family: The models that it is about.
        made: Whether the samples are "generated", "real" or "both".
        advice: What to do, in a sentence.
        conditions: One for each finding, in their order.
        held: What was not varied and might matter, at least one setting.
        reason: Why a margin is not that of its unit.
        parts: The claims, by their letters, if the sentence makes several.
        changes: What was changed after a look at the results.
    """

    origin: Origin
    quantifier: Quantifier
    primary: int
    family: str
    made: Made
    advice: str
    conditions: tuple[Condition, ...]
    held: tuple[Held, ...]
    reason: str = ""
    parts: Mapping[str, Part] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()

    @property
    def level(self) -> float:
        """How often an interval of the lesson holds what it estimates."""
        return TWO_LOOKS if self.changes else 0.95

    def __post_init__(self) -> None:
        if not self.held:
            raise ValueError("name a setting that was not varied, in `held`")
        own = any(one.margin is not None for one in self.conditions)
        if own != bool(self.reason):
            raise ValueError(
                "a margin of its own needs a reason, and only that"
            )
        letters = {one.part for one in self.conditions}
        if letters != (set(self.parts) or {""}):
            raise ValueError(
                "the parts of the claim are not those of the conditions"
            )
        self._check(self.primary, None)
        for letter, part in self.parts.items():
            self._check(part.primary, letter)

    def _check(self, place: int, letter: str | None) -> None:
        """Refuse a finding that cannot decide.

        Raises:
            ValueError: If there is no such finding, or it is none of the claim.
        """
        if not 0 <= place < len(self.conditions):
            raise ValueError(
                f"there is no finding {place} among {len(self.conditions)}"
            )
        found = self.conditions[place]
        if found.fixed:
            raise ValueError("algebra fixes the primary finding")
        if found.rank != "claim":
            raise ValueError(f"the primary finding has the rank {found.rank!r}")
        if letter is not None and found.part != letter:
            raise ValueError(f"the finding {place} is not of part {letter!r}")
        # --8<-- [end:condition]
