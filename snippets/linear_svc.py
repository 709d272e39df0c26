"""The linear support vector classifier from scratch: its loss, its gradient,
and L-BFGS.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LinearFit:
    """Where L-BFGS stopped.

    Attributes:
        coef: Weight of each feature, shape (n_features,), in 1 / unit of the
            feature.
        intercept: Score at the origin, no unit.
        evaluations: How often the loss and its gradient were computed.
    """

    coef: FloatArray
    intercept: float
    evaluations: int

    def decision(self, X: FloatArray) -> FloatArray:
        """Score samples of shape (n, n_features); the sign is the class.

        Returns:
            Scores, shape (n,), no unit.
        """
        scores: FloatArray = X @ self.coef + self.intercept
        return scores


def check_samples(X: FloatArray, y: FloatArray, C: float) -> None:
    """Refuse samples that no boundary can be fitted to.

    Args:
        X: Samples, shape (n_samples, n_features).
        y: Class of each sample, -1 or +1, shape (n_samples,).
        C: Weight of the misses against the penalty.

    Raises:
        ValueError: If shapes do not fit, a value is not finite, C is not
            positive, or the classes are not -1 and +1, both present.
    """
    if X.ndim != 2 or y.shape != X.shape[:1]:
        raise ValueError(
            f"X must have one row a class of y, got shapes {X.shape} and "
            f"{y.shape}"
        )
    if not np.isfinite(X).all():
        raise ValueError(
            "X must be finite: a boundary has no place for NaN or infinity"
        )
    if not np.array_equal(np.unique(y), [-1, 1]):
        raise ValueError(
            f"y must hold -1 and +1, both of them, got {np.unique(y)}"
        )
    if not C > 0:
        raise ValueError(f"C must be positive, got {C}")


# --8<-- [start:linear_svc]
def loss_and_gradient(
    w: FloatArray, A: FloatArray, y: FloatArray, C: float
) -> tuple[float, FloatArray]:
    """Compute half the squared norm plus C times the squared hinge (Fan et al.
    2008).

    Args:
        w: Weights, shape (p,), no unit.
        A: Samples, shape (n_samples, p), no unit.
        y: Class of each sample, -1 or +1, shape (n_samples,).
        C: Weight of the misses against the penalty, no unit.

    Returns:
        The loss, no unit, and its gradient, shape (p,).
    """
    # how far inside the margin, or beyond it
    miss = np.maximum(0.0, 1 - y * (A @ w))
    return float(w @ w / 2 + C * miss @ miss), w - 2 * C * A.T @ (y * miss)


def linear_svc(X: FloatArray, y: FloatArray, C: float = 1.0) -> LinearFit:
    """Minimise the loss of LinearSVC, which penalises the intercept too.

    Args:
        X: Samples, shape (n_samples, n_features), no unit.
        y: Class of each sample, -1 or +1, shape (n_samples,).
        C: Weight of the misses against the penalty, no unit.

    Raises:
        ValueError: If the samples do not fit (see `check_samples`).
    """
    check_samples(X, y, C)
    # the intercept is one weight more
    A = np.column_stack([X, np.ones(len(X))])
    end = minimize(
        loss_and_gradient,
        np.zeros(A.shape[1]),
        (A, y, C),
        jac=True,
        method="L-BFGS-B",
        options={"ftol": 0.0, "gtol": 1e-10},
    )
    return LinearFit(end.x[:-1], float(end.x[-1]), int(end.nfev))


# --8<-- [end:linear_svc]
