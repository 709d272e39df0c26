"""Exact t-SNE from scratch: neighbours as probabilities, in the features and on
a map, and the descent that makes the two alike.

Formulas: van der Maaten and Hinton 2008; steps and their defaults as in
scikit-learn, so that the two can be compared.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

TINY = 1e-300
"""What a share or a distance is at least, so that its logarithm is a number."""


def check_perplexity(X: FloatArray, perplexity: float) -> None:
    """Refuse samples that are none, and a perplexity that they cannot have.

    Raises:
        ValueError: If the samples have not two axes, a value is not finite, or
            the perplexity is not above 1 and below the number of the others.
    """
    if X.ndim != 2 or not np.isfinite(X).all():
        raise ValueError(
            f"X must be a finite table, got the shape {X.shape} or nan or inf"
        )
    if not 1 < perplexity < len(X) - 1:
        raise ValueError(
            f"perplexity must be between 1 and {len(X) - 1}, got {perplexity}"
        )


def check_map(P: FloatArray, Y: FloatArray) -> None:
    """Refuse affinities and a map that do not match.

    Raises:
        ValueError: If the affinities are not of all pairs of the map's points.
    """
    if Y.ndim != 2 or P.shape != (len(Y), len(Y)):
        raise ValueError(
            f"P must be ({len(Y)}, {len(Y)}) for {len(Y)} points, got {P.shape}"
        )


# --8<-- [start:affinities]
def squared_distances(X: FloatArray) -> FloatArray:
    """Squared distance of each pair, shape (n_samples, n_samples), in the unit
    of the features squared.
    """
    sums = (X**2).sum(axis=1)
    far = X @ (-2 * X.T)
    far += sums
    far += sums[:, None]
    np.maximum(far, 0, out=far)  # rounding may leave less
    np.fill_diagonal(far, 0)
    return np.asarray(far)


def conditional(X: FloatArray, perplexity: float) -> FloatArray:
    """How likely each sample takes each other one for its neighbour.

    The bell around each sample gets the precision at which its perplexity is
    the one that is asked for, found by halving an interval of its logarithm.

    Args:
        X: Samples, shape (n_samples, n_features).
        perplexity: Number of neighbours that are looked at, above 1.

    Returns:
        Shape (n_samples, n_samples), 0 on the diagonal; each row sums to 1.
    """
    check_perplexity(X, perplexity)
    far = squared_distances(X)
    far /= np.maximum(far.mean(axis=1, keepdims=True), TINY)  # no unit
    own = np.eye(len(X), dtype=np.bool_)
    nearest = np.where(own, np.inf, far).min(axis=1, keepdims=True)
    far -= nearest  # shares stay the same, and the nearest has weight 1
    low, high = np.full((len(X), 1), -30.0), np.full((len(X), 1), 30.0)
    for _ in range(50):
        precision = np.exp((low + high) / 2)
        weights = np.where(own, 0, np.exp(-precision * np.where(own, 0, far)))
        total = weights.sum(axis=1, keepdims=True)
        mean = (weights * far).sum(axis=1, keepdims=True) / total
        entropy = np.log(total) + precision * mean  # in nats
        wide = entropy > np.log(perplexity)
        low = np.where(wide, np.log(precision), low)
        high = np.where(wide, high, np.log(precision))
    return np.asarray(weights / total)


def affinities(X: FloatArray, perplexity: float) -> FloatArray:
    """Share of each pair in all nearness, the same both ways, shape
    (n_samples, n_samples); all together sum to 1.
    """
    P = conditional(X, perplexity)
    return np.asarray((P + P.T) / (2 * len(P)))
    # --8<-- [end:affinities]


# --8<-- [start:loss]
def student(Y: FloatArray) -> FloatArray:
    """Weight of each pair on the map, 1 / (1 + squared distance), shape
    (n_samples, n_samples), 0 on the diagonal.
    """
    weights = squared_distances(Y)
    weights += 1
    np.divide(1, weights, out=weights)
    np.fill_diagonal(weights, 0)
    return np.asarray(weights)


def divergence(P: FloatArray, Y: FloatArray) -> float:
    """Divergence of Kullback and Leibler of the map's shares from those of the
    features, in nats.
    """
    check_map(P, Y)
    weights = student(Y)
    Q = np.maximum(weights / weights.sum(), TINY)
    return float((P * np.log(np.maximum(P, TINY) / Q)).sum())


def gradient(P: FloatArray, Y: FloatArray) -> FloatArray:
    """Slope of the divergence by each place on the map, shape (n_samples, 2).

    Each pair is a spring: it pulls where it is nearer in the features than on
    the map, and pushes where it is farther.
    """
    weights = student(Y)
    springs = weights / -weights.sum()
    springs += P
    springs *= weights
    pulls = springs.sum(axis=1, keepdims=True) * Y - springs @ Y
    return np.asarray(4 * pulls)
    # --8<-- [end:loss]


# --8<-- [start:descent]
def walk(
    P: FloatArray,
    start: FloatArray,
    n_steps: int = 1000,
    early: int = 250,
    exaggeration: float = 12.0,
    rate: float | None = None,
) -> Iterator[FloatArray]:
    """Go downhill with momentum, and with a gain for each coordinate.

    A gain grows by 0.2 while its coordinate keeps its direction, and shrinks
    by a fifth when it turns. Both begin anew when the exaggeration ends.

    Args:
        P: Affinities, shape (n_samples, n_samples).
        start: Where the points begin, shape (n_samples, 2).
        n_steps: How many steps.
        early: Steps in which the affinities count `exaggeration` times.
        exaggeration: That factor.
        rate: Length of a step; None for n_samples / (4 exaggeration), and 50
            at least.

    Yields:
        The map after each step, shape (n_samples, 2).
    """
    check_map(P, start)
    rate = max(len(P) / exaggeration / 4, 50.0) if rate is None else rate
    Y = start.copy()
    moved, gains = np.zeros_like(Y), np.ones_like(Y)
    for step in range(n_steps):
        if step == early:
            moved, gains = np.zeros_like(Y), np.ones_like(Y)
        slope = gradient(exaggeration * P if step < early else P, Y)
        onward = slope * moved < 0
        gains = np.maximum(np.where(onward, gains + 0.2, gains * 0.8), 0.01)
        momentum = 0.5 if step < early else 0.8
        moved = momentum * moved - rate * gains * slope
        Y = Y + moved
        yield Y
        # --8<-- [end:descent]


# --8<-- [start:start]
def plane_start(X: FloatArray) -> FloatArray:
    """Principal components, made so small that the first has a deviation of
    1e-4, shape (n_samples, 2).
    """
    centred = X - X.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    largest = np.abs(axes[:2]).argmax(axis=1)
    signs = np.sign(axes[[0, 1], largest])  # one sign of two
    plane = centred @ (axes[:2] * signs[:, None]).T
    return np.asarray(1e-4 * plane / plane[:, 0].std())


def random_start(n: int, rng: np.random.Generator) -> FloatArray:
    """Places with a deviation of 1e-4, shape (n, 2)."""
    return np.asarray(1e-4 * rng.standard_normal((n, 2)))


def t_sne(
    X: FloatArray,
    perplexity: float = 30.0,
    start: FloatArray | None = None,
    n_steps: int = 1000,
    early: int = 250,
) -> FloatArray:
    """Draw a map of samples.

    Args:
        X: Samples, shape (n_samples, n_features), of comparable units.
        perplexity: Number of neighbours that each sample looks at.
        start: Where the points begin, shape (n_samples, 2); None for the plane
            of principal components.
        n_steps: Steps of the descent.
        early: How many of them exaggerate.

    Returns:
        Places, shape (n_samples, 2), without a unit.
    """
    P = affinities(X, perplexity)
    Y = plane_start(X) if start is None else start
    for after in walk(P, Y, n_steps, early):
        Y = after
    return Y
    # --8<-- [end:start]
