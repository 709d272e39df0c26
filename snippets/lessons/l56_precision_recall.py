"""Lesson L56: with rare positives, does the curve of precision and recall pick
the better classifier?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L56",
    "Where positives are rare, choose by precision and recall, not by the ROC "
    "curve",
    "Saito and Rehmsmeier, 2015",
    "classifiers with normal scores, generated",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="any",
        made="generated",
        advice=(
            "Name what a miss and a false alarm cost, and compare "
            "classifiers by that cost."
        ),
        conditions=(
            Condition(
                "one in fifty is positive and a miss costs ten alarms",
                margin=0.05,
            ),
            Condition(
                "one in fifty is positive and a miss costs fifty alarms",
                margin=0.05,
            ),
            Condition(
                "one in fifty is positive and a miss costs 250 alarms",
                margin=0.05,
            ),
            Condition(
                "half is positive and a miss costs one alarm",
                margin=0.05,
                rank="limit",
            ),
        ),
        held=(
            Held("share of positives where rare", "one in fifty"),
            Held(
                "spread of the positives' scores",
                "0.5 to 2 times that of the negatives",
            ),
            Held(
                "choice of the threshold", "the cheapest, known without error"
            ),
        ),
        reason="One pair of classifiers in twenty.",
    ),
)

N_CLASSIFIERS = 60
CASES = ((0.02, 10.0), (0.02, 50.0), (0.02, 250.0), (0.5, 1.0))
"""Share of positives, and what a miss costs in false alarms."""
CUTS = np.linspace(-6.0, 10.0, 801)
"""Thresholds, from which each classifier takes the cheapest."""


# --8<-- [start:measures]
def measures(
    shift: FloatArray, spread: FloatArray, share: float, cost: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Judge classifiers whose scores are normal, without any sampling.

    Args:
        shift: Mean score of positives, shape (n_classifiers,); of negatives 0.
        spread: Standard deviation of positives; negatives have 1.
        share: How many samples are positive.
        cost: What a miss costs, in false alarms.

    Returns:
        Area under the ROC curve, average precision, and the least cost at which
        it can be used; each of shape (n_classifiers,).
    """
    alarms = norm.sf(CUTS)  # of negatives, from 1 down to 0
    hits = norm.sf((CUTS - shift[:, None]) / spread[:, None])
    area = norm.cdf(shift / np.sqrt(1 + spread**2))
    right = share * hits
    precision = right / np.maximum(right + (1 - share) * alarms, 1e-300)
    middle = (precision[:, 1:] + precision[:, :-1]) / 2
    average = (middle * -np.diff(hits, axis=1)).sum(axis=1)
    spent = cost * share * (1 - hits) + (1 - share) * alarms
    return area, average, spent.min(axis=1)
    # --8<-- [end:measures]


def picked_right(measure: FloatArray, spent: FloatArray) -> float:
    """Share of pairs in which the higher measure is the cheaper one."""
    first, second = np.triu_indices(len(measure), 1)
    ahead = measure[first] > measure[second]
    return float((ahead == (spent[first] < spent[second])).mean())


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Share of pairs that are picked right, shape (n_cases, 2, n_seeds): by
    average precision, and by the area under the ROC curve.
    """

    right: FloatArray

    def lead(self, case: int) -> Interval:
        """Precision and recall minus ROC."""
        return paired_difference(*self.right[case])


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Draw classifiers, and compare all pairs of them.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    found = np.empty((len(CASES), 2, len(seeds)))
    for j, seed in enumerate(seeds):
        rng = np.random.default_rng(seed)
        shift = rng.uniform(0.5, 3.0, N_CLASSIFIERS)
        spread = rng.uniform(0.5, 2.0, N_CLASSIFIERS)
        for case, (share, cost) in enumerate(CASES):
            area, average, spent = measures(shift, spread, share, cost)
            found[case, 0, j] = picked_right(average, spent)
            found[case, 1, j] = picked_right(area, spent)
    return Result(found)


def judge(result: Result) -> Outcome:
    """Precision and recall should pick the cheaper one more often."""
    return LESSON.judge(
        *(
            Finding(
                f"{share:.0%} positive, a miss costs {cost:g}: PR − ROC, "
                "share of pairs",
                result.lead(case),
            )
            for case, (share, cost) in enumerate(CASES)
        )
    )
