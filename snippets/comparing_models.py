"""Compare two models: intervals that know splits from draws, McNemar's test on
one test set, Holm's correction of many tests, and a simulation of coverage.

Sources: Nadeau and Bengio 2003; McNemar 1947, in its exact form; Holm 1979.
"""

from __future__ import annotations

from math import comb

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student_t

FloatArray = NDArray[np.float64]


# --8<-- [start:intervals]
def split_interval(
    differences: FloatArray, share: float = 0.0
) -> tuple[float, float]:
    """Mean and half-width of a 95 % interval of paired differences.

    Args:
        differences: One a draw or split, shape (n,), n at least 2.
        share: 0 if each comes of new samples. For splits of one file, test
            rows over training rows: what the splits share.
    """
    n = len(differences)
    variance = differences.var(ddof=1) * (1 / n + share)
    width = float(student_t.ppf(0.975, n - 1) * np.sqrt(variance))
    return float(differences.mean()), width
    # --8<-- [end:intervals]


# --8<-- [start:tests]
def mcnemar(first: int, second: int) -> float:
    """How likely a split as uneven as this is, if both models are as good.

    Args:
        first: Test samples that only the first model gets right.
        second: Test samples that only the second gets right.

    Returns:
        The two-sided p-value of the binomial distribution with one half.
    """
    n, fewer = first + second, min(first, second)
    tail = sum(comb(n, k) for k in range(fewer + 1)) / 2**n
    return float(min(1.0, 2 * tail))


def holm(p_values: FloatArray) -> FloatArray:
    """Correct p-values for their number: the smallest is multiplied by all, the
    next by one less, and none falls below one before it.

    Args:
        p_values: Shape (n_tests,).
    """
    order = np.argsort(p_values, kind="stable")
    factors = np.arange(len(p_values), 0, -1)
    raised = np.maximum.accumulate(p_values[order] * factors)
    found = np.empty(len(p_values))
    found[order] = np.minimum(raised, 1.0)
    return found
    # --8<-- [end:tests]


# --8<-- [start:simulate]
def simulate(
    n_files: int, n_splits: int, rng: np.random.Generator
) -> FloatArray:
    """Split many files of 60 rows again and again, and compare two lines.

    Each file is new: five features, all of which matter a little. The first
    line sees all five, the second the first two. Each split fits both to 40
    rows and judges them on the other 20.

    Args:
        n_files: How many files.
        n_splits: Splits of each.
        rng: Draws files and splits.

    Returns:
        Squared error of the second line minus that of the first, in squared
        target units, shape (n_files, n_splits).
    """
    slopes = np.array([1.0, 1.0, 0.3, 0.3, 0.3])
    X = rng.standard_normal((n_files, 1, 60, 5))
    y = X @ slopes + rng.standard_normal((n_files, 1, 60))
    order = rng.random((n_files, n_splits, 60)).argsort(axis=2)
    X = np.take_along_axis(X, order[..., None], axis=2)
    y = np.take_along_axis(y, order, axis=2)
    errors = []
    for width in (5, 2):
        seen, new = X[..., :40, :width], X[..., 40:, :width]
        square = seen.swapaxes(-1, -2) @ seen
        right = seen.swapaxes(-1, -2) @ y[..., :40, None]
        answer = new @ np.linalg.solve(square, right)
        errors.append(((answer[..., 0] - y[..., 40:]) ** 2).mean(axis=-1))
    return np.asarray(errors[1] - errors[0])
    # --8<-- [end:simulate]
