"""One harness for all lessons: paired seeds, intervals, and a verdict that follows from them.

A lesson is a claim. Its experiment yields findings, each an effect with an interval and the
side on which the claim expects it. The verdict is computed from the findings, so that a note
cannot go on saying what its own run no longer shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from snippets.evidence import RESULT, Interval, paired_difference

SEEDS = tuple(range(10))
"""Seeds of an experiment, unless its note says otherwise."""

Side = Literal["above", "below", "none"]
Verdict = Literal["confirmed", "refuted", "depends", "no difference shown"]


# --8<-- [start:finding]
@dataclass(frozen=True, slots=True)
class Finding:
    """One effect that was measured, and where the claim expects it.

    Attributes:
        what: The comparison, such as "ridge − least squares, R²"; it names the unit.
        effect: The effect over seeds, with its interval.
        claim: Whether the claim expects an effect "above" zero, "below" zero, or "none".
        margin: How far from zero still counts as none, in the unit of the effect.
    """

    what: str
    effect: Interval
    claim: Side = "above"
    margin: float = 0.0

    def __post_init__(self) -> None:
        if (self.claim == "none") != (self.margin > 0):
            raise ValueError(f"{self.what}: a margin belongs to the claim 'none', and only there")

    @property
    def supports(self) -> bool:
        """Whether the whole interval lies where the claim expects it."""
        if self.claim == "none":
            return -self.margin < self.effect.low and self.effect.high < self.margin
        return self.effect.low > 0 if self.claim == "above" else self.effect.high < 0

    @property
    def contradicts(self) -> bool:
        """Whether the whole interval lies where the claim excludes it."""
        if self.claim == "none":
            return self.effect.low >= self.margin or self.effect.high <= -self.margin
        return self.effect.high < 0 if self.claim == "above" else self.effect.low > 0


# --8<-- [end:finding]


def check_seeds(seeds: Sequence[int]) -> None:
    """Refuse an experiment whose spread could not be shown.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    if len(seeds) < 2:
        raise ValueError(f"need two seeds or more, got {list(seeds)}")


# --8<-- [start:verdict]
def verdict(findings: Iterable[Finding]) -> Verdict:
    """Judge a claim by its findings: all, none or some of them support it.

    Raises:
        ValueError: If there is no finding.
    """
    found = list(findings)
    if not found:
        raise ValueError("a verdict needs at least one finding")
    if all(finding.supports for finding in found):
        return "confirmed"
    if any(finding.supports for finding in found):
        return "depends"
    if any(finding.contradicts for finding in found):
        return "refuted"
    return "no difference shown"


# --8<-- [end:verdict]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A claim that an experiment tests.

    Attributes:
        id: Number of the experiment, such as "L05".
        claim: What the source says, in our words, as a statement that can be false.
        source: Id of the item in its source, such as "S3-M3".
        data: The data of the experiment, in a few words.
    """

    id: str
    claim: str
    source: str
    data: str

    def judge(self, *findings: Finding) -> Outcome:
        """Put the findings together; the first one is the headline.

        Raises:
            ValueError: If there is no finding.
        """
        return Outcome(self, findings, verdict(findings))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a claim; as the last value of a cell it is shown as a table."""

    lesson: Lesson
    findings: tuple[Finding, ...]
    verdict: Verdict

    def row(self) -> dict[str, str | int]:
        """The outcome as one row of the ledger."""
        headline = self.findings[0]
        return {
            "kind": "lesson",
            "id": self.lesson.id,
            "claim": self.lesson.claim,
            "source": self.lesson.source,
            "verdict": self.verdict,
            "measured": headline.what,
            "effect": signed(headline.effect),
            "seeds": headline.effect.n,
            "data": self.lesson.data,
        }

    def __str__(self) -> str:
        lines = [f"{self.lesson.id}: {self.verdict}. {self.lesson.claim}"]
        for one in self.findings:
            effect = f"{signed(one.effect)} (95 %, {one.effect.n} seeds)"
            lines.append(f"  {one.what}: {effect}; {_standing(one)}")
        return "\n".join(lines)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """The outcome as text, as a table, and as a row for the ledger (Jupyter's protocol)."""
        head = ["measured", "effect, 95 %", "seeds", "the claim expects", "so it is"]
        cells = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
        rows = "".join(
            f"<tr><td>{escape(one.what)}</td><td>{signed(one.effect)}</td><td>{one.effect.n}</td>"
            f"<td>{_expected(one)}</td><td>{_standing(one)}</td></tr>"
            for one in self.findings
        )
        table = f"<table><thead><tr>{cells}</tr></thead><tbody>{rows}</tbody></table>"
        return {"text/plain": str(self), "text/html": table, RESULT: self.row()}


def signed(interval: Interval) -> str:
    """Write an effect with its sign, such as "+0.063 ± 0.017"."""
    # Adding 0.0 turns the minus zero that rounding leaves into zero.
    mean = round(interval.mean, 3) + 0.0
    return f"{mean:+.3f} ± {interval.half_width:.3f}".replace("-", "−")


def _expected(finding: Finding) -> str:
    """Where the claim expects the effect, in words."""
    if finding.claim == "none":
        return f"less than {finding.margin:g} either way"
    return f"{finding.claim} 0"


def _standing(finding: Finding) -> str:
    """What a finding does to its claim, in a word."""
    if finding.supports:
        return "supported"
    return "contradicted" if finding.contradicts else "not shown"


# --8<-- [start:paired]
def paired(
    first: Callable[[int], float], second: Callable[[int], float], seeds: Iterable[int] = SEEDS
) -> Interval:
    """Score two arms on the same seeds: the interval of first − second.

    Args:
        first: Scores one arm with a seed, from which it draws its data and its start.
        second: The same for the other arm; a seed must give both the same data.
        seeds: At least two.
    """
    chosen = list(seeds)
    return paired_difference([first(seed) for seed in chosen], [second(seed) for seed in chosen])


# --8<-- [end:paired]
