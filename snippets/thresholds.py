"""Thresholds on scores: counts, precision and recall at each, and the cheapest
one.

Definitions: van Rijsbergen, "Information Retrieval", 1979; threshold by cost:
Elkan 2001.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def check_scores(y: IntArray, scores: FloatArray) -> None:
    """Refuse labels and scores that no threshold can be judged on.

    Args:
        y: 1 for positive samples, 0 for negative ones, shape (n_samples,).
        scores: Higher means more likely positive, shape (n_samples,).

    Raises:
        ValueError: If the shapes disagree, a label is neither 0 nor 1, there is
            no positive sample, or a score is not finite.
    """
    if y.ndim != 1 or y.shape != scores.shape:
        raise ValueError(
            f"y and scores must be (n,), got {y.shape} and {scores.shape}"
        )
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"labels must be 0 or 1, got {np.unique(y)}")
    if not y.any():
        raise ValueError("recall needs a positive sample, there is none")
    if not np.isfinite(scores).all():
        raise ValueError("scores must be finite, got nan or inf")


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """Counts at each threshold, from the lowest to the highest.

    A sample is called positive when its score is at least the threshold.

    Attributes:
        thresholds: The distinct scores, ascending, shape (n_thresholds,), unit
            of scores.
        hits: Positive samples called positive, shape (n_thresholds,).
        false_alarms: Negative samples called positive, shape (n_thresholds,).
        misses: Positive samples called negative, shape (n_thresholds,).
    """

    thresholds: FloatArray
    hits: IntArray
    false_alarms: IntArray
    misses: IntArray

    @property
    def precision(self) -> FloatArray:
        """Share of the called that are positive, shape (n_thresholds,)."""
        return self.hits / (self.hits + self.false_alarms)

    @property
    def recall(self) -> FloatArray:
        """Share of the positive that are called, shape (n_thresholds,)."""
        return self.hits / (self.hits + self.misses)


# --8<-- [start:sweep]
def sweep(y: IntArray, scores: FloatArray) -> Sweep:
    """Count hits, false alarms and misses at every threshold, in one sort.

    Args:
        y: 1 for positive samples, 0 for negative ones, shape (n_samples,).
        scores: Higher means more likely positive, shape (n_samples,), any unit.

    Raises:
        ValueError: If labels and scores do not fit (see `check_scores`).
    """
    check_scores(y, scores)
    order = np.argsort(scores)
    # ties share a threshold
    thresholds, first = np.unique(scores[order], return_index=True)
    # positives under each threshold
    below = np.concatenate([[0], y[order].cumsum()])[first]
    called = len(y) - first  # samples at or above it
    hits = y.sum() - below
    return Sweep(thresholds, hits, called - hits, below)
    # --8<-- [end:sweep]


def average_precision(found: Sweep) -> float:
    """Mean precision, each threshold weighted by the recall that it adds.

    Args:
        found: The sweep of a model's scores.

    Returns:
        1 for a perfect ranking, about the share of positive samples for a
        random one.
    """
    gained = -np.diff(found.recall, append=0.0)
    return float(gained @ found.precision)


def cheapest(found: Sweep, cost_of_alarm: float, cost_of_miss: float) -> float:
    """Find the threshold at which errors cost least; of equally cheap ones the
    lowest.

    Args:
        found: The sweep of a model's scores.
        cost_of_alarm: Cost of one false alarm, in any unit, at least 0.
        cost_of_miss: Cost of one miss, in the same unit, at least 0.

    Returns:
        One of the scores, or infinity where calling nobody positive is
        cheapest.

    Raises:
        ValueError: If a cost is negative or both are 0.
    """
    if (
        min(cost_of_alarm, cost_of_miss) < 0
        or cost_of_alarm == cost_of_miss == 0
    ):
        raise ValueError(
            f"costs must not be negative or both 0, got {cost_of_alarm}, "
            f"{cost_of_miss}"
        )
    costs = cost_of_alarm * found.false_alarms + cost_of_miss * found.misses
    nobody = cost_of_miss * (found.hits[0] + found.misses[0])
    best = int(costs.argmin())
    return (
        float(found.thresholds[best]) if costs[best] <= nobody else float("inf")
    )
