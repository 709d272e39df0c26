"""One harness for all lessons: paired seeds, intervals, and a verdict that
follows from them.

A lesson is a claim. Its experiment yields findings, each an effect with an
interval and the side on which the claim expects it. Which of them decides is
registered before the run. The verdict is computed, so that a note cannot go on
saying what its own run no longer shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from snippets.evidence import RESULT, Interval, paired_difference
from snippets.lessons.findings import (
    Finding,
    Verdict,
    between,
    place,
    said,
    signed,
    unit_of,
)
from snippets.lessons.registry import Condition, Registration

SEEDS = tuple(range(10))
"""Seeds of an experiment, unless its note says otherwise."""


def check_seeds(seeds: Sequence[int]) -> None:
    """Refuse an experiment whose spread could not be shown.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    if len(seeds) < 2:
        raise ValueError(f"need two seeds or more, got {list(seeds)}")


@dataclass(frozen=True, slots=True)
class Lesson:
    """A claim that an experiment tests.

    Attributes:
        id: Number of the experiment, such as "L05".
        claim: What is judged, as a statement that can be false: what the source
            says, if that is its origin.
        source: Id of the item in its source, such as "S3-M3".
        data: The data of the experiment, in a few words.
        registered: What is fixed before the run.
    """

    id: str
    claim: str
    source: str
    data: str
    registered: Registration

    def judge(self, *findings: Finding) -> Outcome:
        """Put the findings together, each with what was registered for it.

        Raises:
            ValueError: If there are more findings or fewer than registered, or
                one was given another margin.
        """
        conditions = self.registered.conditions
        if len(findings) != len(conditions):
            raise ValueError(
                f"{self.id} registers {len(conditions)} findings, got "
                f"{len(findings)}"
            )
        return Outcome(
            self,
            tuple(map(_registered, findings, conditions)),
        )


def _registered(finding: Finding, condition: Condition) -> Finding:
    """A finding with its margin, and the interval that its samples allow."""
    if condition.fixed:
        return replace(finding, condition=condition)
    margin = condition.margin_of(finding.what)
    if finding.margin not in (0.0, margin):
        raise ValueError(
            f"{finding.what}: the margin {finding.margin:g} is not the "
            f"registered {margin:g}"
        )
    effect = over_rows(finding.effect, condition)
    return replace(finding, effect=effect, margin=margin, condition=condition)


def over_rows(effect: Interval, condition: Condition) -> Interval:
    """The interval that samples allow which may share the rows of a file."""
    if condition.split:
        return effect.over_splits(*condition.split)
    if condition.drawn:
        return effect.within_draws(*condition.drawn)
    return effect


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a claim; as the last value of a cell it is shown as a
    table.
    """

    lesson: Lesson
    findings: tuple[Finding, ...]

    @property
    def primary(self) -> Finding:
        """The finding that decides."""
        return self.findings[self.lesson.registered.primary]

    @property
    def verdict(self) -> Verdict:
        """The word, which follows from the primary finding alone."""
        return self.primary.standing

    @property
    def said(self) -> str:
        """The verdict with its conditions."""
        others = [one for one in self.findings if one is not self.primary]
        return said(self.primary, others)

    def row(self) -> dict[str, str | int | float]:
        """The outcome as one row of the ledger."""
        registered, primary = self.lesson.registered, self.primary
        return {
            "kind": "lesson",
            "id": self.lesson.id,
            "claim": self.lesson.claim,
            "origin": registered.origin,
            "source": self.lesson.source,
            "quantifier": registered.quantifier,
            "verdict": self.verdict,
            "holds": _holds(self),
            "advice": registered.advice,
            "measured": primary.what,
            "effect": signed(primary.effect),
            "unit": unit_of(primary),
            "margin": primary.margin,
            "seeds": primary.effect.n,
            "samples": primary.effect.kind,
            "data": self.lesson.data,
            "made": registered.made,
            "models": registered.family,
            "findings": "; ".join(map(_turned, self.findings)),
            "opened": _opened(self),
        }

    def finding_rows(self) -> list[dict[str, str | int | float]]:
        """Each finding as a row, with its numbers."""
        return [
            {
                "kind": "finding",
                "lesson": self.lesson.id,
                "measured": one.what,
                "where": place(one),
                "role": _role(self, one),
                "unit": unit_of(one),
                "expects": one.claim,
                "mean": _rounded(one.effect.mean),
                "low": _rounded(one.effect.low),
                "high": _rounded(one.effect.high),
                "margin": one.margin,
                "seeds": one.effect.n,
                "samples": one.effect.kind,
                "standing": one.standing if one.judges else "fixed by algebra",
                "finding": _turned(one),
            }
            for one in self.findings
        ]

    def __str__(self) -> str:
        lines = [f"{self.lesson.id}: {self.said}. {self.lesson.claim}"]
        for one in self.findings:
            effect = f"{signed(one.effect)} (95 %, {_samples(one)})"
            lines.append(f"  {one.what}: {effect}; {_stands(self, one)}")
        return "\n".join(lines)

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> dict[str, Any]:
        """The outcome as text, as a table, and as rows for the ledger
        (Jupyter's protocol).
        """
        head = [
            "where",
            "measured",
            "effect, 95 %",
            "samples",
            "the claim expects",
            "so it is",
        ]
        cells = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
        rows = "".join(
            f"<tr><td>{escape(place(one))}</td>"
            f"<td>{escape(one.what)}</td><td>{signed(one.effect)}</td>"
            f"<td>{_samples(one)}</td>"
            f"<td>{_expected(one)}</td><td>{_stands(self, one)}</td></tr>"
            for one in self.findings
        )
        top = f"<thead><tr>{cells}</tr></thead>"
        table = f"<table>{top}<tbody>{rows}</tbody></table>"
        result = [self.row(), *self.finding_rows()]
        return {"text/plain": str(self), "text/html": table, RESULT: result}


def _rounded(number: float) -> float:
    """A number with four digits, so that rounding noise is not written."""
    return float(f"{number:.4g}") + 0.0


def _role(outcome: Outcome, finding: Finding) -> str:
    """What a finding is for."""
    if finding is outcome.primary:
        return "primary"
    return "condition" if finding.judges else "check"


def _samples(finding: Finding) -> str:
    """How many samples an interval has, and of which kind."""
    return f"{finding.effect.n} {finding.effect.kind}"


def _turned(finding: Finding) -> str:
    """A finding turned so that right of zero is where the claim expects it, for
    a drawing: "+0.063 ± 0.017 supported".
    """
    sign = -1.0 if finding.claim == "below" else 1.0
    mean = sign * finding.effect.mean + 0.0
    margin = f" within {finding.margin:.4g}" if finding.margin else ""
    shown = f"{mean:+.4g} ± {finding.effect.half_width:.4g}{margin}"
    word = {
        "confirmed": "supported",
        "refuted": "contradicted",
        "open": "not shown",
    }
    return f"{shown} {word[finding.standing]}".replace("-", "−")


def _expected(finding: Finding) -> str:
    """Where the claim expects the effect, in words."""
    if not finding.judges:
        return "what algebra gives"
    if finding.claim == "none":
        return f"less than {finding.margin:g} either way"
    if not finding.margin:
        return f"{finding.claim} 0"
    least = finding.margin * (-1 if finding.claim == "below" else 1)
    return f"{finding.claim} 0, by {least:g} or more".replace("-", "−")


def _stands(outcome: Outcome, finding: Finding) -> str:
    """What a finding does to its claim, in words."""
    if not finding.judges:
        return "fixed by algebra"
    told: str = finding.standing
    if told == "open":
        told += f": {between(finding)}"
    elif told == "refuted" and finding.claim != "none":
        told += ": too little to count" if sum(finding.ends) > 0 else ""
    return f"{told} (primary)" if finding is outcome.primary else told


def _opened(outcome: Outcome) -> str:
    """All findings, a line each, below a line that says how many there are."""
    count = len(outcome.findings)
    lines = [f"{count} findings" if count > 1 else "1 finding"]
    for one in outcome.findings:
        stands = _stands(outcome, one)
        lines.append(f"{place(one)}: {signed(one.effect)}, {stands}")
    return "\n".join(lines)


def _holds(outcome: Outcome) -> str:
    """When the claim holds, in a sentence."""
    told = outcome.said
    if outcome.verdict == "open":
        primary = outcome.primary
        told += (
            f"; {between(primary)}, and ± {primary.decided_by:.2g} would "
            "decide it"
        )
    elif told == outcome.verdict:
        told += f" where {place(outcome.primary)}"
    return told[0].upper() + told[1:] + "."


# --8<-- [start:paired]
def paired(
    first: Callable[[int], float],
    second: Callable[[int], float],
    seeds: Iterable[int] = SEEDS,
) -> Interval:
    """Score two arms on the same seeds: the interval of first − second.

    Args:
        first: Scores one arm with a seed, from which it draws its data and its
            start.
        second: The same for the other arm; a seed must give both the same data.
        seeds: At least two.
    """
    chosen = list(seeds)
    return paired_difference(
        [first(seed) for seed in chosen], [second(seed) for seed in chosen]
    )


# --8<-- [end:paired]
