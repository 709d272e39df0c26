"""What a lesson found: effects with intervals, what each says of its claim, and
the verdict that follows from the primary finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from snippets.evidence import Interval
from snippets.lessons.registry import Condition

Side = Literal["above", "below", "none"]
Verdict = Literal["confirmed", "refuted", "open"]


# --8<-- [start:finding]
@dataclass(frozen=True, slots=True)
class Finding:
    """One effect that was measured, and where the claim expects it.

    Attributes:
        what: The comparison, such as "ridge − least squares, R²"; it names the
            unit.
        effect: The effect over seeds, with its interval.
        claim: Whether the claim expects an effect "above" zero, "below" zero,
            or "none".
        margin: The smallest effect that counts, in the unit of the effect: an
            effect wholly short of it is none.
        condition: What was registered for it; None outside a lesson.
    """

    what: str
    effect: Interval
    claim: Side = "above"
    margin: float = 0.0
    condition: Condition | None = None

    def __post_init__(self) -> None:
        if self.margin < 0 or (self.claim == "none" and self.margin == 0):
            raise ValueError(
                f"{self.what}: the claim 'none' needs a margin, and none is "
                "below 0"
            )

    @property
    def ends(self) -> tuple[float, float]:
        """The interval, turned so that right of zero is as claimed."""
        low, high = self.effect.low, self.effect.high
        return (-high, -low) if self.claim == "below" else (low, high)

    @property
    def standing(self) -> Verdict:
        """What the interval says of the claim.

        An effect is confirmed if all of its interval is on the side that was
        claimed, unless all of it is short of the margin; that refutes it. No
        effect is confirmed if all of the interval is within the margin, and
        refuted if all of it is beyond. Anything else is open.
        """
        low, high = self.ends
        if self.claim == "none":
            if -self.margin < low and high < self.margin:
                return "confirmed"
            beyond = low >= self.margin or high <= -self.margin
            return "refuted" if beyond else "open"
        if high < self.margin:
            return "refuted"
        return "confirmed" if low > 0 else "open"

    @property
    def supports(self) -> bool:
        """Whether it confirms the claim."""
        return self.standing == "confirmed"

    @property
    def contradicts(self) -> bool:
        """Whether it refutes the claim."""
        return self.standing == "refuted"

    @property
    def judges(self) -> bool:
        """Whether it is more than a check of what algebra fixes."""
        return self.condition is None or not self.condition.fixed

    # --8<-- [end:finding]

    @property
    def decided_by(self) -> float:
        """Half the width that would decide it, if the mean stayed."""
        low, high = self.ends
        mean = (low + high) / 2
        if self.claim == "none":
            return abs(self.margin - abs(mean))
        return max(mean, self.margin - mean)


# --8<-- [start:verdict]
def said(primary: Finding, others: Iterable[Finding]) -> str:
    """The word of the primary finding, and where another finding says
    otherwise.

    Whatever the others say, the word stays; they only say where.
    """
    word: Verdict = primary.standing
    elsewhere: dict[Verdict, list[str]] = {"confirmed": [], "refuted": []}
    for one in others:
        if one.judges and one.standing not in ("open", word):
            elsewhere[one.standing].append(place(one))
    if not any(elsewhere.values()):
        return word
    parts = [f"{word} where {place(primary)}"]
    for standing, places in elsewhere.items():
        # the same place may be looked at twice
        if unique := list(dict.fromkeys(places)):
            parts.append(f"{standing} where {_listed(unique)}")
    return ", and ".join(parts)
    # --8<-- [end:verdict]


def place(finding: Finding) -> str:
    """Where a finding looks, in the words that were registered."""
    return finding.condition.where if finding.condition else finding.what


def _listed(places: Sequence[str]) -> str:
    """The first two of some places, and how many there are beside."""
    shown = " or where ".join(places[:2])
    more = len(places) - 2
    return f"{shown}, and in {more} more" if more > 0 else shown


def signed(interval: Interval) -> str:
    """Write an effect with its sign, such as "+0.063 ± 0.017"."""
    # Adding 0.0 turns the minus zero that rounding leaves into zero.
    mean = round(interval.mean, 3) + 0.0
    return f"{mean:+.3f} ± {interval.half_width:.3f}".replace("-", "−")


def between(finding: Finding) -> str:
    """An interval by its ends, such as "between −0.02 and +0.01"."""
    low, high = finding.effect.low, finding.effect.high
    digits = 2 if min(abs(low), abs(high)) >= 0.01 else 3
    ends = (f"{round(end, digits) + 0.0:+.{digits}f}" for end in (low, high))
    return "between {} and {}".format(*ends).replace("-", "−")


def unit_of(finding: Finding) -> str:
    """The unit of a finding."""
    if finding.condition is None:
        return finding.what.rpartition(", ")[2]
    return finding.condition.unit_of(finding.what)
