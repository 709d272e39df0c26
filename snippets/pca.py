"""Principal component analysis by the singular value decomposition."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Pca:
    """A mean and the directions of largest variance around it.

    Attributes:
        mean: Mean of the samples, shape (n_features,), in the unit of X.
        components: Directions of length 1, at right angles, shape (k,
            n_features), no unit.
        variances: Variance along each direction (division by n - 1), shape
            (k,), in the unit of X squared, in falling order.
        ratios: Share of the total variance, shape (k,), no unit.
    """

    mean: FloatArray
    components: FloatArray
    variances: FloatArray
    ratios: FloatArray

    def transform(self, X: FloatArray) -> FloatArray:
        """Coordinates along the components, shape (n_samples, k), in the unit
        of X.
        """
        return np.asarray((X - self.mean) @ self.components.T)

    def inverse_transform(self, Z: FloatArray) -> FloatArray:
        """Points at these coordinates, shape (n_samples, n_features), in the
        unit of X.
        """
        return np.asarray(self.mean + Z @ self.components)


def check_samples(X: FloatArray, k: int) -> None:
    """Refuse samples that have no k directions.

    Args:
        X: Samples, shape (n_samples, n_features).
        k: Number of components.

    Raises:
        ValueError: If X is no finite table of at least two samples, or k does
            not fit.
    """
    if X.ndim != 2 or len(X) < 2 or not X.size:
        raise ValueError(
            f"X must be a table of at least two samples, got shape {X.shape}"
        )
    if not np.isfinite(X).all():
        raise ValueError(
            "X must be finite: a mean has no place for NaN or infinity"
        )
    if not 1 <= k <= min(X.shape):
        raise ValueError(
            f"k must be from 1 to {min(X.shape)} for shape {X.shape}, got {k}"
        )


# --8<-- [start:pca]
def pca(X: FloatArray, k: int) -> Pca:
    """Find the k directions along which the samples vary most.

    Args:
        X: Samples, shape (n_samples, n_features).
        k: Number of components, at most the smaller side of X.

    Returns:
        Mean, components, their variances, and their shares of the total
        variance.

    Raises:
        ValueError: If X and k do not fit (see `check_samples`).
    """
    check_samples(X, k)
    mean = X.mean(axis=0)
    _, lengths, directions = np.linalg.svd(X - mean, full_matrices=False)
    # -v is as good as v: let the entry of largest size be positive, as the
    # library does.
    largest = np.abs(directions).argmax(axis=1)
    directions *= np.sign(directions[np.arange(len(directions)), largest])[
        :, None
    ]
    variances = lengths**2 / (len(X) - 1)
    total = variances.sum()
    ratios = variances / total if total > 0 else np.zeros_like(variances)
    return Pca(mean, directions[:k], variances[:k], ratios[:k])
    # --8<-- [end:pca]


def reconstruction_error(model: Pca, X: FloatArray) -> float:
    """Mean over samples of the squared distance to the plane, in the unit of X
    squared.
    """
    back = model.inverse_transform(model.transform(X))
    return float(((X - back) ** 2).sum(axis=1).mean())


def components_for(ratios: FloatArray, share: float) -> int:
    """Count the first components that together explain a share of the variance.

    Args:
        ratios: Share of each component in falling order, shape (n_components,).
        share: Share to reach, above 0 and at most 1.

    Raises:
        ValueError: If all components together do not reach the share, or it is
            no share.
    """
    if not 0 < share <= 1:
        raise ValueError(f"share must be above 0 and at most 1, got {share}")
    reached = np.flatnonzero(ratios.cumsum() >= share - 1e-12)
    if not len(reached):
        raise ValueError(
            f"{len(ratios)} components explain {ratios.sum():.3f}, not {share}"
        )
    return int(reached[0]) + 1


def principal_cosines(A: FloatArray, B: FloatArray) -> FloatArray:
    """Cosines of the principal angles between two subspaces (Björck & Golub
    1973).

    Args:
        A: Directions that span the first, one a row, shape (k, n_features);
            they need not be at right angles.
        B: The same for the second, with as many features.

    Returns:
        In falling order, shape (smaller k,); all 1 if one subspace holds the
        other.

    Raises:
        ValueError: If the numbers of features disagree.
    """
    if A.ndim != 2 or B.ndim != 2 or A.shape[1] != B.shape[1]:
        raise ValueError(
            f"need rows of one length, got shapes {A.shape} and {B.shape}"
        )
    bases = [np.linalg.qr(side.T)[0] for side in (A, B)]
    return np.asarray(np.linalg.svd(bases[0].T @ bases[1], compute_uv=False))


def hidden_factors(
    rng: np.random.Generator,
    n: int = 300,
    n_factors: int = 3,
    n_features: int = 50,
) -> FloatArray:
    """Draw samples that vary in a few directions, seen through many noisy
    features.

    Args:
        rng: Source of factors, directions and noise.
        n: Number of samples.
        n_factors: Number of directions; each factor has variance 1.
        n_features: Number of features; each gets noise of standard deviation
            0.1.

    Raises:
        ValueError: If a number is below 1.
    """
    if min(n, n_factors, n_features) < 1:
        raise ValueError(
            f"need numbers of at least 1, got {n}, {n_factors}, {n_features}"
        )
    factors = rng.normal(size=(n, n_factors))
    loadings = rng.normal(size=(n_factors, n_features))
    return np.asarray(
        factors @ loadings + 0.1 * rng.normal(size=(n, n_features))
    )
