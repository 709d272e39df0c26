"""Learning curves drawn on: would more data do, or does it take another model?

A power law with a floor describes many learning curves (Cortes et al. 1994).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier

from data.mnist import draw, load
from snippets.validation import nearest_mean

FloatArray = NDArray[np.float64]

SIZES = (50, 100, 200, 400, 800)
"""Training images from which the curve is drawn on."""

LATER, N_TEST, N_COMPONENTS = 3200, 1000, 30
RATES = np.arange(1, 41) / 20  # 0.05 to 2


# --8<-- [start:power]
@dataclass(frozen=True, slots=True)
class PowerLaw:
    """Error = floor + room · (n / start) ** −rate.

    Attributes:
        floor: Error that stays however many samples there are.
        room: What data can still remove, seen from `start` samples.
        rate: How fast it goes, above 0.
        start: Number of samples of the first point of the curve.
    """

    floor: float
    room: float
    rate: float
    start: int

    def error(self, n: float) -> float:
        """Error with `n` samples."""
        return self.floor + self.room * float((n / self.start) ** -self.rate)


def fit_power_law(sizes: Sequence[int], errors: FloatArray) -> PowerLaw:
    """Find the power law of least squared difference, with nothing below 0.

    Args:
        sizes: Numbers of training samples, at least three, the smallest first.
        errors: Test error with each, shape (n_sizes,).

    Raises:
        ValueError: If there are fewer than three points, or not one error a
            size.
    """
    n = np.asarray(sizes, dtype=float)
    if n.shape != errors.shape or len(n) < 3:
        raise ValueError(
            f"need three points of a curve, got {n.shape} and {errors.shape}"
        )
    fits = []
    for rate in RATES:
        shapes = np.column_stack([np.ones_like(n), (n / n[0]) ** -rate])
        (floor, room), distance = nnls(shapes, errors)
        fits.append(
            (
                float(distance),
                PowerLaw(float(floor), float(room), float(rate), sizes[0]),
            )
        )
    return min(fits, key=lambda fit: fit[0])[1]
    # --8<-- [end:power]


def digit_errors(seeds: Sequence[int]) -> FloatArray:
    """Test errors on MNIST digits of class means and of nearest neighbours.

    The components are learned on images that neither train nor test.

    Args:
        seeds: Orders of the images; the first ones train, the next 1,000 test.

    Returns:
        Shape (2, n_seeds, 6): class means, then 3 nearest neighbours, with
            `SIZES` and
        `LATER` training images.
    """
    images, found = load(), []
    for seed in seeds:
        drawn = draw(len(images.y), seed, images)
        rest = drawn.X[LATER + N_TEST :]
        pca = PCA(N_COMPONENTS, svd_solver="randomized", random_state=0).fit(
            rest
        )
        Z, y = (
            pca.transform(drawn.X[: LATER + N_TEST]),
            drawn.y[: LATER + N_TEST],
        )
        new, digits = Z[LATER:], y[LATER:]
        errors = []
        for n in (*SIZES, LATER):
            neighbours = KNeighborsClassifier(3, algorithm="brute").fit(
                Z[:n], y[:n]
            )
            means = nearest_mean(Z[:n], y[:n])(new)
            errors.append(
                [
                    np.mean(means != digits),
                    np.mean(neighbours.predict(new) != digits),
                ]
            )
        found.append(errors)
    return np.moveaxis(np.array(found), -1, 0)
