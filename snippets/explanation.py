"""Three looks into a model that is said to be a black box, and a check of the
third.

Sources: Breiman 2001 (permutation importance), Friedman 2001 (partial
dependence), Simonyan, Vedaldi and Zisserman 2014 (saliency).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from snippets.neural_network import Layer, backward, forward

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


# --8<-- [start:global]
def permutation_importance(
    score: Callable[[FloatArray], float],
    X: FloatArray,
    columns: Sequence[int],
    orders: IntArray,
) -> FloatArray:
    """Measure how much a score falls when columns lose their meaning.

    Args:
        score: Score of the fitted model on samples, given their features.
        X: Features, shape (n_samples, n_features).
        columns: Features that are dealt out anew among the samples, all in one
            order.
        orders: The orders, shape (n_repeats, n_samples), each a permutation of
            the rows.

    Returns:
        Score as it is minus score after dealing, shape (n_repeats,).
    """
    whole, drops, broken = score(X), [], X.copy()
    for order in orders:
        broken[:, columns] = X[order][:, columns]
        drops.append(whole - score(broken))
    return np.array(drops)


def partial_dependence(
    predict: Callable[[FloatArray], FloatArray],
    X: FloatArray,
    column: int,
    values: FloatArray,
) -> FloatArray:
    """Average what a model predicts if one feature had the same value in all
    samples.

    Args:
        predict: Prediction of the fitted model for each sample, given their
            features.
        X: Features, shape (n_samples, n_features).
        column: The feature that is set.
        values: What it is set to, shape (n_values,).

    Returns:
        Mean prediction at each value, shape (n_values,).
    """
    changed = [
        np.where(np.arange(X.shape[1]) == column, value, X) for value in values
    ]
    return np.array([predict(samples).mean() for samples in changed])
    # --8<-- [end:global]


# --8<-- [start:saliency]
def saliency(
    layers: Sequence[Layer], X: FloatArray, this: IntArray, other: IntArray
) -> FloatArray:
    """Derive how much a network prefers one class to another by each of its
    inputs.

    Args:
        layers: The network.
        X: Inputs, shape (n_samples, n_in).
        this: Class that is preferred, shape (n_samples,).
        other: Class that it is compared with, shape (n_samples,).

    Returns:
        Derivative of logit of `this` minus logit of `other`, shape (n_samples,
        n_in).
    """
    classes = np.eye(len(layers[-1].biases))
    return backward(layers, forward(layers, X), classes[this] - classes[other])[
        1
    ]


def blank(X: FloatArray, rank: FloatArray, n: int) -> FloatArray:
    """Set to 0 the `n` inputs of each sample that rank highest.

    Args:
        X: Inputs, shape (n_samples, n_in).
        rank: The higher, the earlier it is blanked, shape (n_samples, n_in).
        n: How many, from 0 to n_in.
    """
    chosen = np.argsort(-rank, axis=1, kind="stable")[:, :n]
    blanked = X.copy()
    np.put_along_axis(blanked, chosen, 0.0, axis=1)
    return blanked
    # --8<-- [end:saliency]


def two_best(probabilities: FloatArray) -> tuple[IntArray, IntArray]:
    """Most probable class of each sample, and the second.

    Args:
        probabilities: Shape (n_samples, n_classes), at least two classes.

    Returns:
        Two rows of classes, each of shape (n_samples,).

    Raises:
        ValueError: If there is one class alone.
    """
    if probabilities.ndim != 2 or probabilities.shape[1] < 2:
        raise ValueError(
            f"need a row a sample and two classes, got {probabilities.shape}"
        )
    order = np.argsort(-probabilities, axis=1, kind="stable")
    return order[:, 0], order[:, 1]
