"""Softmax regression: gradient descent on the cross-entropy of K classes.

Formulas: Bishop, "Pattern Recognition and Machine Learning", section 4.3.4;
Böhning 1992 (the bound of the curvature, from which the step follows).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class SoftmaxFit:
    """A fitted model.

    Attributes:
        weights: Shape (n_features, n_classes), in logits per feature unit.
        bias: Logits where all features are 0, shape (n_classes,).
        losses: Loss before the first step and after each, shape (n_steps + 1,),
            in nats.
    """

    weights: FloatArray
    bias: FloatArray
    losses: FloatArray


def check_classes(X: FloatArray, y: IntArray) -> None:
    """Refuse samples that no model of several classes can be fitted to.

    Args:
        X: Features, shape (n_samples, n_features).
        y: Classes, shape (n_samples,), numbered from 0.

    Raises:
        ValueError: If the shapes disagree, a value is not finite, there is only
            one class, or the classes are not numbered 0, 1, 2, ... without a
            gap.
    """
    if X.ndim != 2 or y.ndim != 1 or len(X) != len(y):
        raise ValueError(
            f"X must be (n, p) and y (n,), got {X.shape} and {y.shape}"
        )
    if not np.isfinite(X).all():
        raise ValueError("X must be finite, got nan or inf")
    found = np.unique(y).tolist()
    if len(found) < 2 or found != list(range(len(found))):
        raise ValueError(
            "classes must be 0, 1, ... without a gap, at least two, got "
            f"{found}"
        )


# --8<-- [start:softmax]
def softmax(logits: FloatArray) -> FloatArray:
    """Turn logits into probabilities, row by row.

    Args:
        logits: Any finite numbers, shape (n_samples, n_classes).

    Returns:
        Positive numbers with row sums of 1, same shape.
    """
    # at most 1: no overflow
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))
    # --8<-- [end:softmax]


# --8<-- [start:descend]
def descend(
    X: FloatArray,
    y: IntArray,
    C: float = 1.0,
    tol: float = 1e-9,
    max_steps: int = 50_000,
) -> SoftmaxFit:
    """Fit by gradient descent from zero weights; the bias is not penalised.

    Args:
        X: Features, shape (n_samples, n_features), on one scale and near 0.
        y: Classes, shape (n_samples,), numbered from 0.
        C: Worth of the samples against the price of the weights.
        tol: Descent stops when no entry of the gradient exceeds this.
        max_steps: Most steps.

    Raises:
        ValueError: If the samples are unfit, or `C` is not positive and finite.
    """
    check_classes(X, y)
    if not 0 < C < np.inf:
        raise ValueError(f"C must be positive and finite, got {C}")
    A = np.column_stack([X, np.ones(len(y))])
    truth = np.eye(y.max() + 1)[y]  # (n_samples, n_classes), one 1 a row
    W = np.zeros((A.shape[1], truth.shape[1]))  # last row: bias
    price = np.append(np.ones(X.shape[1]), 0.0)[:, None]  # the bias is free
    # 1 / bound of the curvature
    step = 1 / (C * np.linalg.norm(A, 2) ** 2 / 2 + 1)
    losses = []
    while True:
        logits = A @ W  # (n_samples, n_classes)
        surprise = logsumexp(logits, axis=1).sum() - (logits * truth).sum()
        losses.append(float(C * surprise + (price * W**2).sum() / 2))
        gradient = C * A.T @ (softmax(logits) - truth) + price * W
        if np.abs(gradient).max() <= tol or len(losses) > max_steps:
            break
        W = W - step * gradient
    return SoftmaxFit(W[:-1], W[-1], np.array(losses))
    # --8<-- [end:descend]


# --8<-- [start:probabilities]
def probabilities(X: FloatArray, fit: SoftmaxFit) -> FloatArray:
    """Probability of each class.

    Args:
        X: Features, shape (n_samples, n_features).
        fit: A fitted model.

    Returns:
        Shape (n_samples, n_classes), row sums of 1.
    """
    return softmax(X @ fit.weights + fit.bias)
    # --8<-- [end:probabilities]


def rings(n: int, rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    """Draw three rings around one centre, a class each.

    Args:
        n: Samples a ring.
        rng: Source of the draw.

    Returns:
        Coordinates, shape (3 n, 2), and the ring of each sample, shape (3 n,);
        the radii are 1, 2 and 3 with a standard deviation of 0.15, no unit.

    Raises:
        ValueError: If `n` is below 1.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    ring = np.repeat(np.arange(3), n)
    radius = ring + 1 + 0.15 * rng.standard_normal(3 * n)
    angle = rng.uniform(0, 2 * np.pi, 3 * n)
    return np.column_stack(
        [radius * np.cos(angle), radius * np.sin(angle)]
    ), ring
