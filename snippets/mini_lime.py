"""Explain one prediction of any classifier by a linear model around it.

The idea of LIME (Ribeiro, Singh and Guestrin 2016) for a table of numbers: ask
the model about neighbours of the sample, weigh each by its nearness, and fit a
ridge regression to the answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Probability = Callable[[FloatArray], FloatArray]
"""Takes samples, shape (n_samples, n_features); returns a probability each,
(n_samples,).
"""


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """A linear model that holds near one sample.

    Attributes:
        slopes: Change of the probability when a feature rises by one scale,
            (n_features,).
        level: Probability of the linear model at the sample itself.
        fidelity: Weighted R² of the linear model over the neighbours: 1 says
            that it answers as the classifier does, about 0 that the slopes mean
            nothing.
    """

    slopes: FloatArray
    level: float
    fidelity: float


# --8<-- [start:ridge]
def weighted_ridge(
    Z: FloatArray, p: FloatArray, weights: FloatArray, penalty: float
) -> tuple[FloatArray, float]:
    """Fit p by a linear function of Z; the intercept is not penalised.

    Args:
        Z: Samples, shape (n_samples, n_features).
        p: Targets, shape (n_samples,).
        weights: How much each sample counts, shape (n_samples,), not negative.
        penalty: Weight of the squared norm of the slopes.

    Returns:
        Slopes, shape (n_features,), and intercept.
    """
    share = weights / weights.sum()
    centre, mean = share @ Z, share @ p
    A = (Z - centre) * weights[:, None]  # (n_samples, n_features)
    gram = A.T @ (Z - centre) + penalty * np.eye(Z.shape[1])
    slopes = np.linalg.solve(gram, A.T @ (p - mean))
    return slopes, float(mean - centre @ slopes)
    # --8<-- [end:ridge]


# --8<-- [start:explain]
def explain(
    probability: Probability,
    sample: FloatArray,
    scale: FloatArray,
    rng: np.random.Generator,
    n_neighbours: int = 500,
    width: float = 1.0,
    penalty: float = 1.0,
) -> Explanation:
    """Fit a linear model to the answers for neighbours of one sample.

    Args:
        probability: The classifier's probability of the class to be explained.
        sample: The sample, shape (n_features,).
        scale: What counts as one step of each feature, shape (n_features,),
            such as its standard deviation in the training samples.
        rng: Source of the neighbours.
        n_neighbours: How many neighbours to ask about, more than there are
            features.
        width: Distance, in scales, at which a neighbour's weight has fallen to
            1/e.
        penalty: Weight of the squared norm of the slopes.

    Raises:
        ValueError: If a scale is not positive, or there are too few neighbours.
    """
    if not (scale > 0).all():
        raise ValueError(f"each scale must be positive, got {scale.tolist()}")
    if n_neighbours <= len(sample):
        raise ValueError(
            f"need more than {len(sample)} neighbours, got {n_neighbours}"
        )
    # steps away from the sample
    Z = rng.standard_normal((n_neighbours, len(sample)))
    p = probability(sample + Z * scale)
    weights = np.exp(-(Z**2).sum(axis=1) / width**2)
    slopes, level = weighted_ridge(Z, p, weights, penalty)
    missed = weights @ (p - level - Z @ slopes) ** 2
    spread = weights @ (p - np.average(p, weights=weights)) ** 2
    return Explanation(
        slopes, level, float(1 - missed / spread) if np.ptp(p) else 1.0
    )
    # --8<-- [end:explain]
