"""Survival analysis: how long until something ends, where many have not ended
yet.

Sources: Kaplan and Meier 1958 (the curve), Greenwood 1926 (its error), Mantel
1966 (the log-rank test), Cox 1972 and Breslow 1974 (the regression and its
ties), Aalen and Johansen 1978 (several causes), Harrell and others 1982
(concordance).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


# --8<-- [start:counts]
class Durations(NamedTuple):
    """How long each sample was watched, and what was seen at the end.

    Attributes:
        entry: From when on it was watched, shape (n_samples,).
        time: Until when, later than its entry, shape (n_samples,).
        event: Whether it ended then; else it was censored, shape (n_samples,).
    """

    entry: FloatArray
    time: FloatArray
    event: BoolArray


class Counts(NamedTuple):
    """Who is at risk whenever something ends.

    Attributes:
        moments: The times of events, rising, shape (n_moments,).
        at_risk: Who was watched then, shape (n_moments, n_samples).
        ends: Who ended then, shape (n_moments, n_samples).
    """

    moments: FloatArray
    at_risk: BoolArray
    ends: BoolArray


def count(d: Durations) -> Counts:
    """Who is at risk at each moment: has entered, and has not gone before.

    Args:
        d: When each was watched.
    """
    moments = np.unique(d.time[d.event])
    now = moments[:, None]
    return Counts(
        moments,
        (d.entry < now) & (now <= d.time),
        (d.time == now) & d.event,
    )
    # --8<-- [end:counts]


# --8<-- [start:curve]
class Curve(NamedTuple):
    """A survival curve, which is 1 until its first moment.

    Attributes:
        moments: Where it falls, shape (n_moments,).
        survival: Its height from there on, shape (n_moments,).
        error: The standard error of that, shape (n_moments,).
    """

    moments: FloatArray
    survival: FloatArray
    error: FloatArray

    def at(self, times: FloatArray) -> FloatArray:
        """Its height at some times, shape (n_times,)."""
        place = np.searchsorted(self.moments, times, side="right")
        heights: FloatArray = np.concatenate([[1.0], self.survival])[place]
        return heights


def kaplan_meier(d: Durations) -> Curve:
    """The share that has not ended: at each moment, times those who stay.

    Args:
        d: When each was watched.
    """
    moments, at_risk, ends = count(d)
    n, k = at_risk.sum(axis=1), ends.sum(axis=1)
    survival = np.cumprod(1 - k / n)
    left = np.maximum(n - k, 1)  # where none is left, the error is 0 anyway
    error = survival * np.sqrt(np.cumsum(k / (n * left)))
    return Curve(moments, survival, error)
    # --8<-- [end:curve]


# --8<-- [start:mean]
def mean_until(curve: Curve, end: float) -> float:
    """The mean duration, where those that last longer count as an end: the
    area below a survival curve.

    Args:
        curve: The survival curve.
        end: Up to where.
    """
    inside = curve.moments < end
    edges = np.concatenate([[0.0], curve.moments[inside], [end]])
    heights = np.concatenate([[1.0], curve.survival[inside]])
    return float(np.diff(edges) @ heights)
    # --8<-- [end:mean]


# --8<-- [start:causes]
def incidence(d: Durations, cause: BoolArray) -> tuple[FloatArray, FloatArray]:
    """The share that one cause has ended, where others end samples, too.

    Args:
        d: When each was watched; any cause is an event.
        cause: Whom the one ended, shape (n_samples,).

    Returns:
        The times of events, and the share from there on, shape (n_moments,).
    """
    moments, at_risk, ends = count(d)
    still = np.concatenate([[1.0], kaplan_meier(d).survival[:-1]])
    k = (ends & cause).sum(axis=1)
    return moments, np.cumsum(still * k / at_risk.sum(axis=1))
    # --8<-- [end:causes]


# --8<-- [start:test]
def log_rank(d: Durations, group: BoolArray) -> float:
    """How far the events of a group are from its share of those at risk.

    Args:
        d: When each was watched.
        group: Who belongs to it, shape (n_samples,).

    Returns:
        A number that is standard normal where both end alike; positive if the
        group ends sooner.
    """
    _, at_risk, ends = count(d)
    n, k = at_risk.sum(axis=1), ends.sum(axis=1)
    share = (at_risk & group).sum(axis=1) / n
    surplus = ((ends & group).sum(axis=1) - k * share).sum()
    spread = k * share * (1 - share) * (n - k) / np.maximum(n - 1, 1)
    return float(surplus / np.sqrt(spread.sum()))
    # --8<-- [end:test]


# --8<-- [start:cox]
class Cox(NamedTuple):
    """A fitted proportional-hazards model.

    Attributes:
        beta: Log hazard ratio of each feature, shape (n_features,).
        error: The standard error of each, shape (n_features,).
        moments: The times of events, shape (n_moments,).
        hazard: Cumulative hazard then, where all features are 0,
            shape (n_moments,).
    """

    beta: FloatArray
    error: FloatArray
    moments: FloatArray
    hazard: FloatArray

    def survival(self, X: FloatArray, times: FloatArray) -> FloatArray:
        """The share that has not ended, shape (n_samples, n_times)."""
        place = np.searchsorted(self.moments, times, side="right")
        hazard = np.concatenate([[0.0], self.hazard])[place]
        shares: FloatArray = np.exp(-np.outer(np.exp(X @ self.beta), hazard))
        return shares


def slope(
    X: FloatArray, counts: Counts, beta: FloatArray
) -> tuple[float, FloatArray, FloatArray]:
    """The partial log likelihood, its gradient and what it curves by.

    Args:
        X: Features, shape (n_samples, n_features).
        counts: Who is at risk, and who ends.
        beta: Log hazard ratios, shape (n_features,).

    Returns:
        A number, shape (n_features,), and shape (n_features, n_features).
    """
    k = counts.ends.sum(axis=1)
    weight = counts.at_risk * np.exp(X @ beta)
    total = weight.sum(axis=1)
    weight = weight / total[:, None]  # who ends, says the model
    mean = weight @ X  # (n_moments, n_features)
    chosen = counts.ends.sum(axis=0) @ X
    square = X.T @ ((k @ weight)[:, None] * X)
    return (
        float(chosen @ beta - k @ np.log(total)),
        chosen - k @ mean,
        square - mean.T @ (k[:, None] * mean),
    )


def cox(X: FloatArray, d: Durations, n_steps: int = 12) -> Cox:
    """Fit by Newton's method, from no effect at all.

    Args:
        X: Features, shape (n_samples, n_features).
        d: When each was watched.
        n_steps: Newton steps; five are enough where it has a maximum.
    """
    counts = count(d)
    beta = np.zeros(X.shape[1])
    for _ in range(n_steps):
        _, gradient, curvature = slope(X, counts, beta)
        beta = beta + np.linalg.solve(curvature, gradient)
    *_, curvature = slope(X, counts, beta)
    error = np.sqrt(np.diag(np.linalg.inv(curvature)))
    total = (counts.at_risk * np.exp(X @ beta)).sum(axis=1)
    hazard = np.cumsum(counts.ends.sum(axis=1) / total)
    return Cox(beta, error, counts.moments, hazard)
    # --8<-- [end:cox]


# --8<-- [start:concordance]
def concordance(risk: FloatArray, d: Durations) -> float:
    """Of all pairs whose order is known, how many a risk puts in order.

    The order is known where the one that was watched for less ended. A tie of
    risks counts half. All are watched from their beginning on.

    Args:
        risk: Higher for whoever is to end sooner, shape (n_samples,).
        d: When each was watched.
    """
    known = d.event[:, None] & (d.time[:, None] < d.time)
    first, second = risk[:, None], risk
    right = (known & (first > second)).sum() + (
        known & (first == second)
    ).sum() / 2
    return float(right / known.sum())
    # --8<-- [end:concordance]
