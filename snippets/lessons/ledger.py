"""The ledger of all lessons as a file: every finding with its numbers.

`python -m snippets.lessons.ledger` runs all lessons and writes it again;
`--others` runs them with other seeds, for the figure of robustness. Names of
lessons, such as `L06`, run these alone; the rows of the others stay. A test
holds the file against the lessons.
"""

from __future__ import annotations

import csv
import importlib
import inspect
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student_t

from snippets.evidence import Interval
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Outcome

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FOLDER = Path(__file__).parents[2] / "docs" / "lessons"
LEDGER, OTHERS = "ledger", "ledger-other-seeds"
FIRST_OTHER = 1000
"""The first of the other seeds."""

FIXED = ("l01_normalising",)
"""Experiments that share a run with another note, on seeds from 0 on."""

Row = dict[str, Any]
_NUMBERS = ("mean", "low", "high", "margin", "level", "doubt")


def modules() -> list[str]:
    """The experiments by their names, in the order of their numbers."""
    return sorted(
        path.stem for path in Path(__file__).parent.glob("l[0-9]*.py")
    )


def outcome(name: str, first: int = 0) -> Outcome | None:
    """Run one experiment.

    Args:
        name: One of `modules`.
        first: The first seed; the others follow it.

    Returns:
        What came of it; None if other seeds are asked for, and it takes none.
    """
    module: Any = importlib.import_module(f"snippets.lessons.{name}")
    taken = inspect.signature(module.run).parameters.get("seeds")
    if taken is None or name in FIXED:
        return None if first else module.judge(module.run())
    seeds = [first + seed for seed in taken.default]
    result: Outcome = module.judge(module.run(seeds=seeds))
    return result


def outcome_of(lesson: str, folder: Path = FOLDER) -> Outcome:
    """Read from the ledger what came of a lesson; the lesson does not run.

    Args:
        lesson: Its number, such as "L06".
        folder: Where the ledger is.

    Raises:
        ValueError: If no lesson has this number.
    """
    found = [row for row in read(folder=folder) if row["lesson"] == lesson]
    if not found:
        raise ValueError(f"the ledger has no lesson {lesson!r}")
    (name,) = (
        one for one in modules() if one.partition("_")[0] == lesson.lower()
    )
    module: Any = importlib.import_module(f"snippets.lessons.{name}")
    conditions = module.LESSON.registered.conditions
    if len(found) != len(conditions):
        raise ValueError(
            f"the ledger has {len(found)} findings of {lesson}, and it "
            f"registers {len(conditions)}: run "
            f"`python -m snippets.lessons.ledger {lesson}`"
        )
    ordered = sorted(
        range(len(conditions)), key=lambda place: conditions[place].part
    )
    findings = {
        place: Finding(
            row["measured"],
            Interval(
                row["mean"],
                (row["high"] - row["low"]) / 2,
                row["seeds"],
                row["samples"],
                row["level"],
            ),
            row["expects"],
            row["margin"],
            conditions[place],
        )
        for place, row in zip(ordered, found, strict=True)
    }
    return Outcome(
        module.LESSON, tuple(findings[place] for place in range(len(found)))
    )


# --8<-- [start:doubt]
def doubt(finding: Finding) -> float:
    """The p-value of what is said of a finding.

    "As claimed" denies that the effect is 0 or on the other side, "against"
    that it is as large as the margin; where no effect is claimed, they deny
    that it is beyond the margin, and within. Each is a one-sided test, and the
    smaller p-value is doubled, since either could have been said.
    """
    effect, df = finding.effect, finding.effect.n - 1
    scale = float(student_t.ppf((1 + effect.level) / 2, df))
    deviation = effect.half_width / scale
    mean = -effect.mean if finding.claim == "below" else effect.mean
    if finding.claim == "none":
        confirms = _tail(finding.margin - abs(mean), deviation, df)
        denies = _tail(abs(mean) - finding.margin, deviation, df)
    else:
        confirms = _tail(mean, deviation, df)
        denies = _tail(finding.margin - mean, deviation, df)
    both = {"as claimed": confirms, "against": denies}
    return min(1.0, 2 * both.get(finding.standing, min(confirms, denies)))


def _tail(distance: float, deviation: float, df: int) -> float:
    """How likely a mean is at least that far from what it estimates."""
    if deviation == 0:
        return 0.5 if distance == 0 else float(distance < 0)
    return float(student_t.sf(distance / deviation, df))


def survivors(p: Sequence[float], rate: float = 0.05) -> NDArray[np.bool_]:
    """Which findings stand if a share of the findings may be false.

    Benjamini and Hochberg (1995): the largest k such that k p-values are at
    most k / n of the rate.

    Args:
        p: A p-value each, shape (n,).
        rate: The share of false findings among those that stand.

    Returns:
        Whether each stands, shape (n,).
    """
    values = np.asarray(p, dtype=float)
    ordered = np.sort(values)
    below = ordered <= rate * np.arange(1, len(values) + 1) / len(values)
    limit = ordered[below].max() if below.any() else -1.0
    return np.asarray(values <= limit)
    # --8<-- [end:doubt]


def rows(found: Outcome) -> list[Row]:
    """The findings of a lesson, each with what there is to know of it.

    Those of one part of the claim stand together, and have its number.
    """
    made = []
    for part in found.parts:
        claim = part.row()
        shared = {
            "lesson": found.lesson.id,
            "id": claim["id"],
            "claim": claim["claim"],
            "origin": claim["origin"],
            "source": claim["source"],
            "quantifier": claim["quantifier"],
            "verdict": claim["verdict"],
        }
        names = ("data", "made", "models", "held")
        last = {name: claim[name] for name in names}
        for row, one in zip(part.finding_rows(), part.findings, strict=True):
            for name in ("kind", "lesson", "finding"):
                del row[name]
            p = {"doubt": float(f"{doubt(one):.3g}")}
            made.append(shared | row | p | last)
    return made


def write(name: str, found: Sequence[Row], folder: Path = FOLDER) -> None:
    """Write rows as CSV and as JSON."""
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as to:
        table = csv.DictWriter(to, list(found[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(found)
    text = json.dumps(list(found), ensure_ascii=False, indent=1)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def read(name: str = LEDGER, folder: Path = FOLDER) -> list[Row]:
    """Read the rows that were written."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        found: list[Row] = list(csv.DictReader(file))
    for row in found:
        row |= {key: float(row[key]) for key in _NUMBERS}
        row["seeds"] = int(row["seeds"])
    return found


def turned(row: Row) -> tuple[float, float, float]:
    """Low end, mean and high end, turned so that right is as claimed."""
    if row["expects"] == "below":
        return -row["high"], -row["mean"], -row["low"]
    return row["low"], row["mean"], row["high"]


def pairs(
    first: Sequence[Row], second: Sequence[Row]
) -> Iterator[tuple[Row, Row]]:
    """The findings that two runs share, those fixed by algebra left out."""
    other = {(row["lesson"], row["measured"]): row for row in second}
    for row in first:
        if row["role"] != "check" and (row["lesson"], row["measured"]) in other:
            yield row, other[row["lesson"], row["measured"]]


def changes(
    first: Sequence[Row], second: Sequence[Row]
) -> tuple[list[str], list[str]]:
    """Lessons whose word changed between two runs, and findings that did."""
    both = list(pairs(first, second))
    words = [
        f"{a['id']}: {a['verdict']}, then {b['verdict']}"
        for a, b in both
        if a["role"] == "primary" and a["verdict"] != b["verdict"]
    ]
    findings = [
        f"{a['lesson']}, {a['measured']}: {a['standing']}, then {b['standing']}"
        for a, b in both
        if a["standing"] != b["standing"]
    ]
    return words, findings


STYLES = {
    "as claimed": ("o", "C0", True),
    "against": ("X", "C3", True),
    "not settled": ("o", "C7", False),
}
"""Marker, colour and whether it is filled, by what a finding says."""


def forest(ax: Axes, found: Sequence[Row]) -> None:
    """Draw findings of one unit, those of one lesson together."""
    lessons = list(dict.fromkeys(row["lesson"] for row in found))
    for place, row in enumerate(found):
        low, mean, high = turned(row)
        marker, colour, full = STYLES[row["standing"]]
        ends = (-1, 1) if row["expects"] == "none" else (1,)
        margins = [end * row["margin"] for end in ends if row["margin"]]
        ax.plot(margins, [place] * len(margins), "|", color="0.6", ms=6)
        ax.plot([low, high], [place, place], color=colour, lw=1)
        ax.plot(
            mean,
            place,
            marker,
            color=colour,
            mfc=colour if full else "none",
            ms=6 if row["role"] == "primary" else 3.5,
        )
    starts = [
        next(i for i, row in enumerate(found) if row["lesson"] == one)
        for one in lessons
    ]
    ax.set_yticks(starts, lessons, fontsize=6)
    ax.axvline(0, color="0.5", lw=0.8)
    ax.set_ylim(len(found), -1)


# --8<-- [start:compared]
def compared(ax: Axes, both: Sequence[tuple[Row, Row]]) -> None:
    """Draw each finding of two runs as a dot, turned so that right and up are
    as claimed.

    An effect is counted in half-widths of its first interval, so that all units
    share the axes: 1 is where an interval just leaves zero. Beyond 3 the axes
    shrink. A finding without any spread has no half-width, and no dot.
    """
    for same, style in ((True, "C0o"), (False, "C3X")):
        dots = [
            (turned(a)[1] / half, turned(b)[1] / half)
            for a, b in both
            if (half := (a["high"] - a["low"]) / 2) > 0
            and (a["standing"] == b["standing"]) is same
        ]
        name = "says the same" if same else "says something else"
        label = f"{name} ({len(dots)})"
        ax.plot(*np.array(dots).reshape(-1, 2).T, style, ms=5, label=label)
    ticks = [-100, -10, -3, 0, 3, 10, 100]
    names = [str(tick).replace("-", "−") for tick in ticks]
    ax.set_xscale("symlog", linthresh=3)
    ax.set_yscale("symlog", linthresh=3)
    ax.set_xticks(ticks, names)
    ax.set_yticks(ticks, names)
    ax.axline((0, 0), (1, 1), color="0.5", lw=0.8)
    # --8<-- [end:compared]


def told(first: Sequence[Row], second: Sequence[Row]) -> str:
    """How many words and findings changed between two runs, and which."""
    words, findings = changes(first, second)
    both = list(pairs(first, second))
    claims = {a["id"] for a, _ in both}
    return "\n".join(
        "\n  ".join([f"{what} that changed: {len(each)} of {of}", *each])
        for what, each, of in (
            ("words", words, len(claims)),
            ("findings", findings, len(both)),
        )
    )


def main(arguments: Sequence[str]) -> int:
    """Run lessons, write what they found, and tell what changed.

    Args:
        arguments: `--others` for other seeds; and the lessons, all if none is
            named.
    """
    others = "--others" in arguments
    file = OTHERS if others else LEDGER
    named = {one.lower() for one in arguments if not one.startswith("-")}
    kept: dict[str, list[Row]] = {}
    for row in read(file) if named else ():
        kept.setdefault(row["lesson"], []).append(row)
    for name in modules():
        if named and name.partition("_")[0] not in named:
            continue
        result = outcome(name, FIRST_OTHER if others else 0)
        print(f"{name}: {result.said if result else 'no other seeds'}")
        if result:
            kept[result.lesson.id] = rows(result)
    write(file, [row for one in sorted(kept) for row in kept[one]])
    if others:
        print(told(read(LEDGER), read(OTHERS)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
