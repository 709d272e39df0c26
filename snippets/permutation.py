"""Permutation test: would the score be as good if the labels had nothing to do
with the data?
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def held_out(model: Any, X: FloatArray) -> Callable[[IntArray], float]:
    """Make a score of labels: train on the first half of the samples, test on
    the second.

    Args:
        model: A classifier of scikit-learn; it stays as it is.
        X: Samples in random order, shape (n_samples, n_features).

    Returns:
        A function from labels, shape (n_samples,), to the share of the second
        half that is predicted.
    """
    half = len(X) // 2

    def score(y: IntArray) -> float:
        return float(
            clone(model).fit(X[:half], y[:half]).score(X[half:], y[half:])
        )

    return score


def permuted_scores(
    score: Callable[[IntArray], float],
    y: IntArray,
    n: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Score again and again with the labels dealt out anew.

    Args:
        score: Fits and scores a model on new samples, given all labels.
        y: True labels, shape (n_samples,).
        n: How many times to deal, at least 1.
        rng: Source of the order.

    Returns:
        Scores, shape (n,): what the model reaches without information.

    Raises:
        ValueError: If `n` is below 1.
    """
    if n < 1:
        raise ValueError(f"need at least one permutation, got {n}")
    return np.array([score(rng.permutation(y)) for _ in range(n)])


# --8<-- [start:p-value]
def p_value(observed: float, permuted: FloatArray) -> float:
    """Share of the scores that are at least as good as the observed one, itself
    included.

    Args:
        observed: Score with the true labels; more is better.
        permuted: Scores with permuted labels, shape (n,), at least one.

    Returns:
        The p-value, from 1 / (n + 1) to 1 (Phipson and Smyth 2010; never 0).

    Raises:
        ValueError: If there is no permuted score.
    """
    if not len(permuted):
        raise ValueError("a p-value needs at least one permuted score")
    return float((1 + np.sum(permuted >= observed)) / (1 + len(permuted)))
    # --8<-- [end:p-value]
