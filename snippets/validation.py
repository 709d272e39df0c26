"""Validation: folds, a choice among many tries, and a leak through feature
selection.

Sources: Stone 1974 (cross-validation); the leak follows Hastie, Tibshirani and
Friedman, "The Elements of Statistical Learning", section 7.10.2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Fold = tuple[IntArray, IntArray]
Fit = Callable[[FloatArray, IntArray], Callable[[FloatArray], IntArray]]


# --8<-- [start:folds]
def folds(
    n_samples: int, k: int, rng: np.random.Generator | None = None
) -> list[Fold]:
    """Cut the rows into k parts; each is held out once while the others train.

    Args:
        n_samples: Number of rows.
        k: Number of parts, from 2 to `n_samples`; sizes differ by one at most.
        rng: Shuffles the rows first; without it the parts are runs of the file.

    Returns:
        Rows to train on and rows held out, k times.

    Raises:
        ValueError: If k does not fit the number of rows.
    """
    if not 2 <= k <= n_samples:
        raise ValueError(f"k must be from 2 to {n_samples} rows, got {k}")
    order = np.arange(n_samples) if rng is None else rng.permutation(n_samples)
    parts = np.array_split(order, k)
    return [
        (np.concatenate(parts[:i] + parts[i + 1 :]), parts[i]) for i in range(k)
    ]


def cross_validate(
    fit: Fit, X: FloatArray, y: IntArray, parts: list[Fold]
) -> FloatArray:
    """Fit on each training part and score on the part held out.

    Args:
        fit: Takes samples and labels, and returns the function that predicts.
            All that is learned from data, scaling and choice of features too,
            must happen in it.
        X: Samples, shape (n_samples, n_features).
        y: Labels, shape (n_samples,).
        parts: Rows to train on and rows held out.

    Returns:
        Accuracy of each part, shape (k,).
    """
    return np.array([np.mean(fit(X[a], y[a])(X[b]) == y[b]) for a, b in parts])
    # --8<-- [end:folds]


def best_features(X: FloatArray, y: IntArray, n: int) -> IntArray:
    """Find the features that go along with the label most.

    Args:
        X: Samples, shape (n_samples, n_features).
        y: Labels 0 and 1, both present, shape (n_samples,).
        n: How many features to keep, from 1 to n_features.

    Returns:
        Columns with the largest absolute correlation, best first, shape (n,).

    Raises:
        ValueError: If a class is missing, or n does not fit the number of
            features.
    """
    if set(np.unique(y)) != {0, 1}:
        raise ValueError(
            f"labels must be 0 and 1, both present, got {np.unique(y)}"
        )
    if not 1 <= n <= X.shape[1]:
        raise ValueError(f"n must be from 1 to {X.shape[1]} features, got {n}")
    centred = X - X.mean(axis=0)
    size = np.sqrt((centred**2).sum(axis=0))
    along = np.abs(centred.T @ (y - y.mean())) / np.where(size > 0, size, 1.0)
    return np.asarray(np.argsort(-along, kind="stable")[:n])


def nearest_mean(
    X: FloatArray, y: IntArray
) -> Callable[[FloatArray], IntArray]:
    """Learn the mean of each class, and predict the class whose mean is
    nearest.

    Args:
        X: Samples, shape (n_samples, n_features).
        y: Labels, shape (n_samples,).

    Returns:
        Function from samples, shape (n, n_features), to labels, shape (n,).
    """
    classes = np.unique(y)
    means = np.array([X[y == c].mean(axis=0) for c in classes])

    def predict(new: FloatArray) -> IntArray:
        squared = ((new[:, None, :] - means) ** 2).sum(axis=2)  # (n, n_classes)
        return np.asarray(classes[squared.argmin(axis=1)])

    return predict


def selecting(n: int) -> Fit:
    """Choose the n best features and fit the class means, both from the same
    samples.

    Args:
        n: How many features to keep.
    """

    def fit(X: FloatArray, y: IntArray) -> Callable[[FloatArray], IntArray]:
        columns = best_features(X, y, n)
        predict = nearest_mean(X[:, columns], y)
        return lambda new: predict(new[:, columns])

    return fit


@dataclass(frozen=True, slots=True, eq=False)
class Leak:
    """Accuracy on labels that are pure chance, one value a seed, shape
    (n_seeds,).

    Attributes:
        outside: Features chosen on all samples, then cross-validation.
        inside: Features chosen in each fold, on its training part alone.
    """

    outside: FloatArray
    inside: FloatArray


def leak(
    n_samples: int = 50, n_features: int = 1000, n_seeds: int = 10
) -> Leak:
    """Cross-validate a choice of 20 features among noise, outside and inside
    the folds.

    Args:
        n_samples: Rows, half of each label.
        n_features: Columns of standard normal noise, at least 20.
        n_seeds: Number of draws.

    Raises:
        ValueError: If there are fewer than 20 rows or columns, or fewer than
            two seeds.
    """
    if min(n_samples, n_features) < 20 or n_seeds < 2:
        raise ValueError(
            f"need 20, 20 and 2, got {n_samples}, {n_features}, {n_seeds}"
        )
    outside, inside = [], []
    for seed in range(n_seeds):
        rng = np.random.default_rng(seed)
        X = rng.standard_normal((n_samples, n_features))
        y = rng.permutation(np.arange(n_samples) % 2)
        parts = folds(n_samples, 5, rng)
        chosen = X[:, best_features(X, y, 20)]
        outside.append(cross_validate(nearest_mean, chosen, y, parts).mean())
        inside.append(cross_validate(selecting(20), X, y, parts).mean())
    return Leak(np.array(outside), np.array(inside))


def best_of(
    n_tries: int, n_samples: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Try rules that guess, keep the one that validates best, and score it on
    new samples.

    Args:
        n_tries: Number of rules; each answers every sample by a coin.
        n_samples: Samples to validate on, and as many new ones.
        rng: Source of the labels and of the coins.

    Returns:
        Accuracy of the chosen rule on the samples that chose it, and on new
        ones.

    Raises:
        ValueError: If there is no rule or no sample.
    """
    if n_tries < 1 or n_samples < 1:
        raise ValueError(
            f"need a rule and a sample, got {n_tries} and {n_samples}"
        )
    y = rng.integers(0, 2, 2 * n_samples)
    right = rng.integers(0, 2, (n_tries, 2 * n_samples)) == y
    validated = right[:, :n_samples].mean(axis=1)
    best = int(validated.argmax())
    return float(validated[best]), float(right[best, n_samples:].mean())
