"""Judge probabilities, mend them, and make sets that hold the truth as often as
promised.

Sources: Murphy 1973 (parts of the Brier score), Naeini and others 2015
(expected calibration error), Platt 1999 (sigmoid), Ayer and others 1955
(pooling), Papadopoulos and others 2002 and Lei and others 2018 (split conformal
prediction).
"""

from __future__ import annotations

from math import ceil
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.ensemble import GradientBoostingClassifier

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


# --8<-- [start:bins]
class Bins(NamedTuple):
    """What was said and what happened, in each bin that is not empty.

    Attributes:
        samples: How many, shape (n_filled,).
        said: Mean probability, shape (n_filled,).
        happened: Share of positives, shape (n_filled,).
    """

    samples: FloatArray
    said: FloatArray
    happened: FloatArray


def reliability(p: FloatArray, y: IntArray, n_bins: int) -> Bins:
    """Sort probabilities into bins of equal width.

    Args:
        p: Probability of the positive class, shape (n_samples,).
        y: 1 for a positive, else 0, shape (n_samples,).
        n_bins: Bins from 0 to 1; a border belongs to the bin below it.
    """
    borders = np.linspace(0, 1, n_bins + 1)[1:-1]
    at = np.searchsorted(borders, p)
    sums = [np.bincount(at, each, n_bins) for each in (np.ones(len(p)), p, y)]
    samples, said, happened = np.array(sums)[:, sums[0] > 0]
    return Bins(samples, said / samples, happened / samples)
    # --8<-- [end:bins]


# --8<-- [start:scores]
def calibration_error(bins: Bins) -> float:
    """Expected calibration error: mean distance of said and happened.

    Args:
        bins: What was said and what happened.
    """
    gaps = np.abs(bins.said - bins.happened)
    return float(np.average(gaps, weights=bins.samples))


def brier_parts(bins: Bins) -> tuple[float, float, float]:
    """Miscalibration, resolution and uncertainty.

    Args:
        bins: What was said and what happened.

    Returns:
        Three parts; first - second + third is the mean squared error of
        probabilities that are all the same within a bin.
    """
    weights = bins.samples / bins.samples.sum()
    base = float(weights @ bins.happened)
    miscalibration = float(weights @ (bins.said - bins.happened) ** 2)
    resolution = float(weights @ (bins.happened - base) ** 2)
    return miscalibration, resolution, base * (1 - base)
    # --8<-- [end:scores]


# --8<-- [start:platt]
def platt(scores: FloatArray, y: IntArray) -> tuple[float, float]:
    """Fit a sigmoid from scores to probabilities, by Newton's method.

    The targets are not 0 and 1, but what one more positive and one more
    negative would leave open: so no slope becomes infinite.

    Args:
        scores: What the model gives held-out samples, shape (n_samples,).
        y: 1 for a positive, else 0, shape (n_samples,).

    Returns:
        Slope and offset; the probability is 1 / (1 + exp(-slope s - offset)).
    """
    ones = int(np.sum(y))
    zeros = len(y) - ones
    target = np.where(y == 1, (ones + 1) / (ones + 2), 1 / (zeros + 2))
    F = np.column_stack([scores, np.ones(len(y))])  # (n_samples, 2)

    def loss(w: FloatArray) -> float:
        return float(np.sum(np.logaddexp(0, F @ w) - target * (F @ w)))

    w = np.array([0.0, np.log((ones + 1) / (zeros + 1))])
    for _ in range(100):
        p = expit(F @ w)
        curvature = (F.T * (p * (1 - p))) @ F  # (2, 2)
        step = np.linalg.solve(curvature, F.T @ (p - target))
        while loss(w - step) > loss(w) + 1e-9:  # too far: half the way
            step /= 2
        w = w - step
        if np.abs(step).max() <= 1e-13 * np.abs(w).max():
            break
    return float(w[0]), float(w[1])
    # --8<-- [end:platt]


# --8<-- [start:isotonic]
def pool(y: FloatArray, weights: FloatArray) -> FloatArray:
    """The levels closest to `y` in squares that never fall: neighbours that
    violate this are pooled.

    Args:
        y: Values in the order of their scores, shape (n,).
        weights: Weight of each, shape (n,).
    """
    blocks: list[tuple[float, float, int]] = []  # mean, weight, members
    for value, weight in zip(y, weights, strict=True):
        mean, mass, members = float(value), float(weight), 1
        while blocks and blocks[-1][0] >= mean:
            before, more, others = blocks.pop()
            mean = (before * more + mean * mass) / (more + mass)
            mass, members = mass + more, members + others
        blocks.append((mean, mass, members))
    means, _, counts = zip(*blocks, strict=True)
    return np.repeat(np.array(means), counts)


def isotonic(scores: FloatArray, y: IntArray) -> tuple[FloatArray, FloatArray]:
    """Fit a function that never falls; `np.interp(new, *found)` applies it.

    Args:
        scores: What the model gives held-out samples, shape (n_samples,).
        y: 1 for a positive, else 0, shape (n_samples,).

    Returns:
        Different scores in order, and the level of each, shape (n_different,).
    """
    knots, at = np.unique(scores, return_inverse=True)
    counts = np.bincount(at).astype(float)
    return knots, pool(np.bincount(at, y) / counts, counts)
    # --8<-- [end:isotonic]


# --8<-- [start:conformal]
def conformal_limit(scores: FloatArray, share: float) -> float:
    """The limit below which the score of a new sample falls with a probability
    of at least `share`.

    Args:
        scores: How badly the truth fits the model, for held-out samples, shape
            (n_samples,): such as the absolute error, or 1 less the probability
            of the true class.
        share: What is promised, between 0 and 1.

    Returns:
        The k-th smallest score, k = ceil((n + 1) share); infinite if k > n.
    """
    k = ceil((len(scores) + 1) * share - 1e-9)  # 1e-9: 10 * 0.7 is 7
    return float(np.sort(scores)[k - 1]) if k <= len(scores) else np.inf


def prediction_sets(probabilities: FloatArray, limit: float) -> BoolArray:
    """Classes that fit well enough to stay.

    Args:
        probabilities: Shape (n_samples, n_classes).
        limit: Of scores that are 1 less the probability of the true class.

    Returns:
        Whether a class is in the set of a sample, shape (n_samples, n_classes).
    """
    return np.asarray(1 - probabilities <= limit)
    # --8<-- [end:conformal]


# --8<-- [start:boosted]
def boosted(seed: int) -> tuple[FloatArray, IntArray]:
    """Scores and classes of 4,800 samples, by a model of the first 400.

    Args:
        seed: Draws the samples.

    Returns:
        Log-odds of the positive class, and 1 or 0, each of shape (4800,).
    """
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((4800, 5))
    y = (rng.random(4800) < expit(X @ [1, 1, 0.5, 0, 0])).astype(int)
    model = GradientBoostingClassifier(n_estimators=150, random_state=seed)
    return model.fit(X[:400], y[:400]).decision_function(X), y
    # --8<-- [end:boosted]


# --8<-- [start:groups]
def group_coverage(seed: int) -> FloatArray:
    """Coverage by one limit and by a limit for each group.

    Of the samples 1,000 set the limits of 90 %, 3,000 are new, and 2,000 come
    later. One in five is loud, later four in five: three times the noise. The
    model knows the mean, so an error is the noise alone.

    Args:
        seed: Draws the samples.

    Returns:
        A row for each way: all new samples, quiet ones, loud ones, later ones;
        shape (2, 4).
    """
    rng = np.random.default_rng(seed)
    chance = np.repeat([0.2, 0.8], [4000, 2000])
    loud = rng.random(6000) < chance
    error = np.abs(rng.standard_normal(6000) * np.where(loud, 3.0, 1.0))
    known, group = error[:1000], loud[:1000]
    one = conformal_limit(known, 0.9)
    noisy, calm = (conformal_limit(known[group == g], 0.9) for g in (1, 0))
    found = []
    for limits in ((one, one), (noisy, calm)):
        inside = error <= np.where(loud, *limits)
        new, later, high = inside[1000:4000], inside[4000:], loud[1000:4000]
        parts = new, new[~high], new[high], later
        found.append([each.mean() for each in parts])
    return np.array(found)
    # --8<-- [end:groups]


# --8<-- [start:sets]
def class_sets(model: Any, seed: int) -> FloatArray:
    """Sets of 90 % for four classes that overlap, by features that each stand
    there four times.

    Args:
        model: A classifier of scikit-learn; it is fitted to 200 samples.
        seed: Draws these, 500 that set the limit, and 2,000 new ones.

    Returns:
        Mean of the largest probability, share of new samples in which that
        class is right, coverage, and mean size of the sets: shape (4,).
    """
    rng = np.random.default_rng(seed)
    y = rng.integers(4, size=2700)
    centres = np.array([[0.0, 0], [2, 0], [0, 2], [2, 2]])
    X = np.repeat(centres[y] + rng.standard_normal((2700, 2)), 4, axis=1)
    p = model.fit(X[:200], y[:200]).predict_proba(X)  # (2700, 4)
    scores = 1 - p[np.arange(2700), y]
    sets = prediction_sets(p[700:], conformal_limit(scores[200:700], 0.9))
    inside = sets[np.arange(2000), y[700:]]
    right = p[700:].argmax(axis=1) == y[700:]
    sure, size = p[700:].max(axis=1), sets.sum(axis=1)
    return np.array([each.mean() for each in (sure, right, inside, size)])
    # --8<-- [end:sets]
