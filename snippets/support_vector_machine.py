"""The support vector machine from scratch: two kernels, and its dual solved
pair by pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SvmFit:
    """Where the pairwise optimisation stopped.

    Attributes:
        beta: Multiplier of each sample times its class, shape (n_samples,), no
            unit; it is 0 for every sample that is not a support vector.
        intercept: What is added to the weighted kernels, no unit.
        steps: Number of pairs moved.
        gap: Largest violation of the optimality conditions that is left, no
            unit.
    """

    beta: FloatArray
    intercept: float
    steps: int
    gap: float

    def decision(self, gram: FloatArray) -> FloatArray:
        """Score new samples; the sign is the class.

        Args:
            gram: Kernel of new and training samples, shape (n_new, n_samples).

        Returns:
            Scores, shape (n_new,), no unit; the margin ends at -1 and +1.
        """
        scores: FloatArray = gram @ self.beta + self.intercept
        return scores


def check_problem(gram: FloatArray, y: FloatArray, C: float) -> None:
    """Refuse what the dual problem cannot be set up from.

    Args:
        gram: Kernel of each pair of training samples, shape (n_samples,
            n_samples).
        y: Class of each sample, -1 or +1, shape (n_samples,).
        C: Upper bound of a multiplier.

    Raises:
        ValueError: If shapes do not fit, a kernel value is not finite, C is not
            positive, or the classes are not -1 and +1, both present.
    """
    if y.ndim != 1 or gram.shape != (len(y), len(y)):
        raise ValueError(
            f"{y.size} classes need a kernel of shape ({y.size}, {y.size}), "
            f"got {gram.shape}"
        )
    if not np.isfinite(gram).all():
        raise ValueError(
            "the kernel must be finite: the samples may hold NaN or infinity"
        )
    if not np.array_equal(np.unique(y), [-1, 1]):
        raise ValueError(
            f"y must hold -1 and +1, both of them, got {np.unique(y)}"
        )
    if not C > 0:
        raise ValueError(f"C must be positive, got {C}")


def rbf_kernel(A: FloatArray, B: FloatArray, gamma: float) -> FloatArray:
    """Similarity that falls with distance: 1 at the same place, 0 far away.

    Args:
        A: Samples, shape (n_a, n_features).
        B: Samples, shape (n_b, n_features).
        gamma: How fast it falls, in 1 / unit of the features squared.

    Returns:
        exp(-gamma * squared distance), shape (n_a, n_b), no unit.

    Raises:
        ValueError: If gamma is not positive.
    """
    if not gamma > 0:
        raise ValueError(f"gamma must be positive, got {gamma}")
    squared = ((A[:, None, :] - B) ** 2).sum(axis=2)  # (n_a, n_b)
    kernel: FloatArray = np.exp(-gamma * squared)
    return kernel


def squares_kernel(A: FloatArray, B: FloatArray) -> FloatArray:
    """Inner product of the squared features: a kernel whose feature space can
    be drawn.

    Args:
        A: Samples, shape (n_a, n_features).
        B: Samples, shape (n_b, n_features).

    Returns:
        Sum over the features of a² b², shape (n_a, n_b), in the unit of the
        features to the fourth power.
    """
    kernel: FloatArray = A**2 @ (B**2).T
    return kernel


# --8<-- [start:smo]
def smo(
    gram: FloatArray,
    y: FloatArray,
    C: float = 1.0,
    tol: float = 1e-6,
    max_steps: int = 100_000,
) -> SvmFit:
    """Solve the soft-margin dual, two samples at a time (Platt 1998).

    Args:
        gram: Kernel of each pair of training samples, shape (n_samples,
            n_samples).
        y: Class of each sample, -1 or +1, shape (n_samples,).
        C: Upper bound of a multiplier, no unit.
        tol: Violation of the optimality conditions at which to stop, no unit.
        max_steps: Most pairs to move.

    Raises:
        ValueError: If the problem cannot be set up (see `check_problem`).
    """
    check_problem(gram, y, C)
    # where beta = alpha * y may be
    low, high = C * np.minimum(0.0, y), C * np.maximum(0.0, y)
    # error: y minus the weighted kernels
    beta, error = np.zeros(len(y)), y.astype(float)
    for step in count():
        # gains most by rising
        i = int(np.where(beta < high, error, -np.inf).argmax())
        # gains most by falling
        j = int(np.where(beta > low, error, np.inf).argmin())
        gap = error[i] - error[j]
        if gap <= tol or step == max_steps:
            break
        curvature = gram[i, i] + gram[j, j] - 2 * gram[i, j]
        best = gap / curvature if curvature > 0 else np.inf
        move = min(best, high[i] - beta[i], beta[j] - low[j])
        beta[i] += move  # one up, one down: the sum of beta stays 0
        beta[j] -= move
        error -= move * (gram[:, i] - gram[:, j])
    free = (low < beta) & (beta < high)  # these lie on the edge of the margin
    intercept = error[free].mean() if free.any() else (error[i] + error[j]) / 2
    return SvmFit(beta, float(intercept), step, float(gap))


# --8<-- [end:smo]
