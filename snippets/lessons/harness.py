"""One harness for all lessons: paired seeds, intervals, and a verdict that
follows from them.

A lesson is a claim. Its experiment yields findings, each an effect with an
interval and the side on which the claim expects it. What each is for is
registered. The verdict is computed from all that are cases of the claim, so
that a note cannot go on saying what its own run no longer shows.
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
    as_claimed,
    between,
    directed,
    place,
    rank,
    said,
    signed,
    stands,
    unit_of,
    verdict,
)
from snippets.lessons.registry import Registration

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
        registered = self.registered
        if len(findings) != len(registered.conditions):
            raise ValueError(
                f"{self.id} registers {len(registered.conditions)} findings, "
                f"got {len(findings)}"
            )
        return Outcome(
            self,
            tuple(
                _registered(finding, registered, place)
                for place, finding in enumerate(findings)
            ),
        )


def _registered(
    finding: Finding, registered: Registration, place: int
) -> Finding:
    """A finding with its margin, and the interval that its samples allow."""
    condition = registered.conditions[place]
    if condition.fixed:
        return replace(finding, condition=condition)
    margin = condition.margin_of(finding.what)
    if finding.margin not in (0.0, margin):
        raise ValueError(
            f"{finding.what}: the margin {finding.margin:g} is not the "
            f"registered {margin:g}"
        )
    effect = judged_interval(finding.effect, registered, place)
    return replace(finding, effect=effect, margin=margin, condition=condition)


def judged_interval(
    effect: Interval, registered: Registration, place: int = 0
) -> Interval:
    """The interval by which a finding is judged.

    It is wider than Student's where samples may share the rows of a file, and
    where more samples were drawn after a first look.

    Args:
        effect: Student's interval over seeds.
        registered: Says what the samples are.
        place: Which of its conditions they are those of.
    """
    condition = registered.conditions[place]
    if condition.split:
        effect = effect.over_splits(*condition.split)
    elif condition.drawn:
        effect = effect.within_draws(*condition.drawn)
    return effect.at_level(registered.level)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a claim; as the last value of a cell it is shown as a
    table.
    """

    lesson: Lesson
    findings: tuple[Finding, ...]

    @property
    def primary(self) -> Finding:
        """The finding that decides where the others are not settled."""
        return self.findings[self.lesson.registered.primary]

    @property
    def parts(self) -> tuple[Outcome, ...]:
        """What became of each part of the claim; of the whole if it has one."""
        parts = self.lesson.registered.parts
        return tuple(self._part(one) for one in parts) if parts else (self,)

    def _part(self, letter: str) -> Outcome:
        registered = self.lesson.registered
        part = registered.parts[letter]
        own = [
            (number, replace(condition, part=""))
            for number, condition in enumerate(registered.conditions)
            if condition.part == letter
        ]
        numbers = [number for number, _ in own]
        conditions = tuple(condition for _, condition in own)
        has_margin = any(one.margin is not None for one in conditions)
        lesson = replace(
            self.lesson,
            id=f"{self.lesson.id}{letter}",
            claim=part.claim,
            registered=replace(
                registered,
                primary=numbers.index(part.primary),
                conditions=conditions,
                parts={},
                reason=registered.reason if has_margin else "",
            ),
        )
        return Outcome(lesson, tuple(self.findings[one] for one in numbers))

    @property
    def verdict(self) -> Verdict:
        """The word, which follows from all findings of the claim.

        Raises:
            ValueError: If the claim has parts, each with a word of its own.
        """
        if self.lesson.registered.parts:
            raise ValueError(
                f"{self.lesson.id} has parts; ask each of `parts` for its word"
            )
        return verdict(self.primary, self.findings)

    @property
    def said(self) -> str:
        """The verdict with its conditions; of each part, by its number."""
        if self.lesson.registered.parts:
            told = (f"{one.lesson.id}: {one.said}" for one in self.parts)
            return ". ".join(told)
        return said(self.primary, self.findings)

    def row(self) -> dict[str, str | int | float]:
        """The outcome of a claim without parts as one row of the ledger."""
        registered, primary = self.lesson.registered, self.primary
        return {
            "kind": "lesson",
            "id": self.lesson.id,
            "claim": self.lesson.claim,
            "origin": registered.origin,
            "source": self.lesson.source,
            "quantifier": registered.quantifier,
            "verdict": self.verdict,
            "counted": as_claimed(self.findings),
            "holds": _holds(self),
            "advice": registered.advice,
            "measured": primary.what,
            "effect": directed(primary),
            "unit": unit_of(primary),
            "margin": primary.margin,
            "seeds": primary.effect.n,
            "samples": primary.effect.kind,
            "data": self.lesson.data,
            "made": registered.made,
            "models": registered.family,
            "findings": "; ".join(
                _turned(one) for one in self.findings if one.judges
            ),
            "opened": _opened(self),
            "held": held(self.lesson.registered),
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
                "level": one.effect.level,
                "standing": one.standing if one.judges else "fixed by algebra",
                "finding": _turned(one),
            }
            for one in self.findings
        ]

    def rows(self) -> list[dict[str, str | int | float]]:
        """A row for each part of the claim, each followed by its findings."""
        return [
            row
            for part in self.parts
            for row in (part.row(), *part.finding_rows())
        ]

    def __str__(self) -> str:
        lines = []
        for part in self.parts:
            lines += [f"{part.lesson.id}: {part.said}. {part.lesson.claim}"]
            for one in part.findings:
                level = f"{100 * one.effect.level:g} %"
                effect = f"{signed(one.effect)} ({level}, {_samples(one)})"
                lines.append(f"  {one.what}: {effect}; {_stands(part, one)}")
        return "\n".join(lines)

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> dict[str, Any]:
        """The outcome as text, as a table, and as rows for the ledger
        (Jupyter's protocol).
        """
        level = f"{100 * self.lesson.registered.level:g} %"
        head = [
            "where",
            "measured",
            f"effect, {level}",
            "samples",
            "the claim expects",
            "so it is",
        ]
        cells = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
        rows = "".join(
            f"<tr><td>{escape(place(one))}</td>"
            f"<td>{escape(one.what)}</td><td>{signed(one.effect)}</td>"
            f"<td>{_samples(one)}</td>"
            f"<td>{_expected(one)}</td><td>{_stands(part, one)}</td></tr>"
            for part in self.parts
            for one in part.findings
        )
        top = f"<thead><tr>{cells}</tr></thead>"
        table = f"<table>{top}<tbody>{rows}</tbody></table>"
        kept = escape(held(self.lesson.registered))
        return {
            "text/plain": str(self),
            "text/html": f"{table}<p>Held fixed: {kept}.</p>",
            RESULT: self.rows(),
        }


def _rounded(number: float) -> float:
    """A number with four digits, so that rounding noise is not written."""
    return float(f"{number:.4g}") + 0.0


def held(registered: Registration) -> str:
    """What was not varied, in words: "steps of training (120); rate (0.1)"."""
    return "; ".join(
        f"{one.what} ({'; '.join((one.value, *one.tried))})"
        for one in registered.held
    )


def _role(outcome: Outcome, finding: Finding) -> str:
    """What a finding is for; "primary" where it decides."""
    return "primary" if finding is outcome.primary else rank(finding)


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
        "as claimed": "supported",
        "against": "contradicted",
        "not settled": "not shown",
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
    """What a finding says of its claim, and what it is for."""
    told = stands(finding)
    if finding.judges and finding.standing == "not settled":
        told += f": {between(finding)}"
    role = _role(outcome, finding)
    return told if role in ("claim", "check") else f"{told} ({role})"


def _opened(outcome: Outcome) -> str:
    """All findings, a line each, below a line that says how many there are."""
    count = len(outcome.findings)
    lines = [f"{count} findings" if count > 1 else "1 finding"]
    for one in outcome.findings:
        role = _role(outcome, one)
        note = "" if role in ("claim", "check") else f" ({role})"
        lines.append(f"{place(one)}: {directed(one)}{note}")
    return "\n".join(lines)


def _holds(outcome: Outcome) -> str:
    """When the claim holds, in a sentence."""
    told, primary = outcome.said, outcome.primary
    if outcome.verdict == "not settled":
        told += (
            f". Where {place(primary)} the effect is {between(primary)}; "
            f"{_settled_by(primary)}"
        )
    elif ": " not in told:
        told += f", as where {place(primary)}"
    return told[0].upper() + told[1:] + "."


def _settled_by(finding: Finding) -> str:
    """How many more samples would settle a finding, if its mean stayed."""
    effect = finding.effect
    if effect.kind == "splits":
        return (
            f"± {finding.decided_by:.2g} would settle it, which more splits of "
            "one file may never reach"
        )
    more = effect.n * ((effect.half_width / finding.decided_by) ** 2 - 1)
    return f"about {max(1, round(more)):,} more draws would settle it"


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
