"""What a lesson found: effects with intervals, what each says of its claim, and
the word that follows from all findings that are cases of the claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from snippets.evidence import Interval
from snippets.lessons.registry import Condition

Side = Literal["above", "below", "none"]
Standing = Literal["as claimed", "against", "not settled"]
"""What one finding says of the claim."""
Verdict = Literal[
    "holds", "holds in part", "depends", "does not hold", "not settled"
]
"""What all findings together say of the claim."""


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
    def standing(self) -> Standing:
        """What the interval says of the claim.

        An effect is as claimed if all of its interval is on the side that was
        claimed, and against the claim if all of it is short of the margin. "No
        effect" is as claimed if all of the interval is within the margin, and
        against if all of it is beyond. Anything else is not settled.
        """
        low, high = self.ends
        if self.claim == "none":
            if -self.margin < low and high < self.margin:
                return "as claimed"
            beyond = low >= self.margin or high <= -self.margin
            return "against" if beyond else "not settled"
        if high < self.margin:
            return "against"
        return "as claimed" if low > 0 else "not settled"

    @property
    def supports(self) -> bool:
        """Whether it is as claimed."""
        return self.standing == "as claimed"

    @property
    def contradicts(self) -> bool:
        """Whether it is against the claim."""
        return self.standing == "against"

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
def verdict(primary: Finding, findings: Sequence[Finding]) -> Verdict:
    """The word for a claim, from its findings.

    Args:
        primary: The finding that decides where the others are not settled.
        findings: All findings of the claim, the primary one among them.
    """
    cases = [one.standing for one in findings if rank(one) == "claim"]
    limits = [one.standing for one in findings if rank(one) == "limit"]
    if "as claimed" in cases and "against" in cases:
        return "depends"
    if primary.standing == "not settled":
        return "not settled"
    if primary.standing == "against":
        return "does not hold"
    if set(cases) == {"as claimed"} and "against" not in limits:
        return "holds"
    return "holds in part"
    # --8<-- [end:verdict]


def said(primary: Finding, findings: Sequence[Finding]) -> str:
    """The word, how many findings are as claimed, and where it holds and
    fails.

    Args:
        primary: The finding that decides.
        findings: All findings of the claim.
    """
    word = verdict(primary, findings)
    told = f"{word}, {as_claimed(findings)}"
    if word in ("holds", "does not hold"):
        return told
    telling = [primary] + [
        one
        for one in findings
        if one is not primary and rank(one) in ("claim", "limit")
    ]
    parts = [
        f"{verb} where {_listed(unique)}"
        for standing, verb in _VERBS.items()
        if standing != word
        and (
            unique := dict.fromkeys(
                place(one) for one in telling if one.standing == standing
            )
        )
    ]
    return f"{told}: {'; '.join(parts)}" if parts else told


def as_claimed(findings: Iterable[Finding]) -> str:
    """How many findings are as claimed, of all that judge: "3 of 5 as
    claimed".
    """
    judging = [one for one in findings if one.judges]
    count = sum(one.supports for one in judging)
    return f"{count} of {len(judging)} as claimed"


_VERBS: Mapping[Standing, str] = MappingProxyType(
    {
        "as claimed": "holds",
        "against": "fails",
        "not settled": "is not settled",
    }
)


def rank(finding: Finding) -> str:
    """What a finding is for; "check" if algebra fixes it."""
    if not finding.judges:
        return "check"
    return finding.condition.rank if finding.condition else "claim"


def place(finding: Finding) -> str:
    """Where a finding looks, in the words that were registered."""
    return finding.condition.where if finding.condition else finding.what


def _listed(places: Iterable[str]) -> str:
    """The first two of some places, and how many there are beside."""
    first, *others = places
    if not others:
        return first
    shown = f"{first} or where {others[0]}"
    return f"{shown}, and in {len(others) - 1} more" if others[1:] else shown


def directed(finding: Finding) -> str:
    """Write an effect by its size and direction, and what it says of the claim,
    such as "0.365 ± 0.089 lower, as claimed".
    """
    effect = finding.effect
    size, half = f"{abs(effect.mean):.3f}", f"{effect.half_width:.3f}"
    way = "lower" if effect.mean < 0 else "higher"
    shown = f"{size} ± {half} {way}" if float(size) else f"{size} ± {half}"
    return f"{shown}, {stands(finding)}"


def stands(finding: Finding) -> str:
    """What a finding says of the claim, in words."""
    if not finding.judges:
        return "fixed by algebra"
    if finding.contradicts and finding.claim != "none":
        if sum(finding.ends) > 0:
            return "too little to count"
        return "not as claimed"
    if finding.contradicts:
        return "too large for none"
    return finding.standing


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
