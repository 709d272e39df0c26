"""The nu support vector classifier from scratch, and the two shares that nu
bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class NuFit:
    """Where the pairwise optimisation stopped, before it is scaled.

    Attributes:
        beta: Multiplier of each sample times its class, from -1 to 1, shape
            (n_samples,).
        offset: What is subtracted from the weighted kernels, in units of the
            kernel.
        rho: Margin in units of the kernel; dividing by it brings the margin to
            -1 and +1.
        steps: Number of pairs moved.
    """

    beta: FloatArray
    offset: float
    rho: float
    steps: int

    def decision(self, gram: FloatArray) -> FloatArray:
        """Score samples; the sign is the class and the margin ends at -1 and
        +1.

        Args:
            gram: Kernel of new and training samples, shape (n_new, n_samples).

        Returns:
            Scores, shape (n_new,), no unit.
        """
        scores: FloatArray = (gram @ self.beta - self.offset) / self.rho
        return scores


def largest_nu(y: FloatArray) -> float:
    """Compute the limit that the sizes of two classes set to nu (Chang & Lin
    2001).

    Args:
        y: Class of each sample, two values, shape (n_samples,).

    Returns:
        Twice the share of the smaller class, no unit.

    Raises:
        ValueError: If there are not exactly two classes.
    """
    classes, counts = np.unique(y, return_counts=True)
    if len(classes) != 2:
        raise ValueError(f"two classes are needed, got {classes}")
    return float(2 * counts.min() / counts.sum())


def feasible_start(y: FloatArray, nu: float) -> FloatArray:
    """Give each class half of the total weight nu * n_samples, first samples
    first.

    Args:
        y: Class of each sample, -1 or +1, shape (n_samples,).
        nu: Share, above 0 and below `largest_nu`: there every sample of a class
            would be used fully, and nothing would mark the edge of its margin.

    Returns:
        Multiplier of each sample times its class, shape (n_samples,).

    Raises:
        ValueError: If the classes are not -1 and +1, or nu asks for more than a
            class has.
    """
    if not np.array_equal(np.unique(y), [-1, 1]):
        raise ValueError(
            f"y must hold -1 and +1, both of them, got {np.unique(y)}"
        )
    if not 0 < nu < largest_nu(y):
        raise ValueError(
            f"nu must be above 0 and below {largest_nu(y):.3g}, got {nu}"
        )
    beta = np.zeros(len(y))
    for side in (-1, 1):
        # first sample of the class: 0
        rank = np.arange(np.count_nonzero(y == side))
        beta[y == side] = side * np.clip(nu * len(y) / 2 - rank, 0.0, 1.0)
    return beta


# --8<-- [start:nu_smo]
def nu_smo(
    gram: FloatArray,
    y: FloatArray,
    nu: float,
    tol: float = 1e-6,
    max_steps: int = 100_000,
) -> NuFit:
    """Solve the dual of nu-SVC, two samples of one class at a time (Chang & Lin
    2001).

    Args:
        gram: Kernel of each pair of training samples, shape (n_samples,
            n_samples).
        y: Class of each sample, -1 or +1, shape (n_samples,).
        nu: Half the total weight of each class, as a share of the samples, no
            unit.
        tol: Violation of the optimality conditions at which to stop, in units
            of the kernel.
        max_steps: Most pairs to move.

    Raises:
        ValueError: If shapes do not fit, or nu does not fit the classes (see
            `feasible_start`).
    """
    if gram.shape != (len(y), len(y)):
        raise ValueError(
            f"{len(y)} classes need a square kernel of that size, got "
            f"{gram.shape}"
        )
    beta, low, high = (
        feasible_start(y, nu),
        np.minimum(0.0, y),
        np.maximum(0.0, y),
    )
    score = gram @ beta
    for step in count():
        pairs, edges = [], []
        # a pair of one class keeps the weight of both classes
        for side in (-1, 1):
            rises = np.where((y == side) & (beta < high), score, np.inf)
            falls = np.where((y == side) & (beta > low), score, -np.inf)
            pairs.append(
                (falls.max() - rises.min(), rises.argmin(), falls.argmax())
            )
            # where the margin of the class ends
            edges.append((falls.max() + rises.min()) / 2)
        gap, i, j = max(pairs)
        if gap <= tol or step == max_steps:
            break
        # positive: the scores differ
        best = gap / (gram[i, i] + gram[j, j] - 2 * gram[i, j])
        move = min(best, high[i] - beta[i], beta[j] - low[j])
        beta[i] += move
        beta[j] -= move
        score += move * (gram[:, i] - gram[:, j])
    minus, plus = edges
    return NuFit(beta, float(plus + minus) / 2, float(plus - minus) / 2, step)


# --8<-- [end:nu_smo]


# --8<-- [start:shares]
def shares(
    scores: FloatArray, y: FloatArray, beta: FloatArray
) -> tuple[float, float, float]:
    """Count what nu bounds, and what it does not.

    Args:
        scores: Decision values of the training samples, shape (n_samples,), no
            unit.
        y: Class of each sample, -1 or +1, shape (n_samples,).
        beta: Multiplier of each sample, shape (n_samples,).

    Returns:
        Shares of margin errors, of support vectors and of misclassified
        samples.
    """
    margin = y * scores
    inside = margin < 1 - 1e-4  # on the edge, rounding must not count
    return (
        float(inside.mean()),
        float((beta != 0).mean()),
        float((margin < 0).mean()),
    )


# --8<-- [end:shares]
