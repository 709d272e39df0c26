"""Lesson L22: is spectral clustering very good on nested circles?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.datasets import make_circles

from snippets.evidence import Interval, adjusted_rand, mean_interval
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration
from snippets.spectral import library_labels

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L22",
    "Spectral clustering is very good on nested circles",
    "S0-09",
    "two circles, one half as wide as the other; generated",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="clustering",
        made="generated",
        advice=(
            "Use neighbours as affinity, never the default gamma; look at "
            "the noise first."
        ),
        conditions=(
            Condition("affinity is by neighbours and noise is low", margin=0.0),
            Condition("affinity is by neighbours and noise is 0.1", margin=0.0),
            Condition("the kernel's gamma fits and noise is low", margin=0.0),
            Condition(
                "the kernel has its default gamma", margin=0.0, rank="limit"
            ),
        ),
        held=(
            Held("number of neighbours", "10"),
            Held("points on both circles", "400"),
            Held("radius of the inner circle", "0.5 of the outer one"),
        ),
        reason=(
            "An ARI of 0.9 is asked beforehand; what is above it counts "
            "from zero on."
        ),
    ),
)

NOISES = (0.03, 0.06, 0.10, 0.15)
"""Standard deviations of the noise; the outer circle has radius 1."""

ARMS = (
    "10 neighbours",
    "RBF, gamma 30",
    "RBF, gamma 1",
    "single linkage",
    "K-means",
)

GOOD = 0.9
"""The ARI from which we call a result very good."""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Adjusted Rand indices.

    Attributes:
        ari: Shape (n_arms, n_noises, n_seeds), in the order of `ARMS` and
            `NOISES`.
    """

    ari: FloatArray

    def score(self, arm: str, noise: float) -> Interval:
        """ARI of one arm at one noise."""
        return mean_interval(self.ari[ARMS.index(arm), NOISES.index(noise)])

    def above_good(self, arm: str, noise: float) -> Interval:
        """The same, minus `GOOD`."""
        return mean_interval(
            self.ari[ARMS.index(arm), NOISES.index(noise)] - GOOD
        )


# --8<-- [start:cut]
def cut(arm: str, X: FloatArray) -> IntArray:
    """Part the points in two.

    Args:
        arm: One of `ARMS`; the first three are spectral clustering with three
            affinities, and gamma 1 is the library's default.
        X: Points, shape (n_samples, 2).

    Returns:
        Labels, shape (n_samples,).

    Raises:
        ValueError: If there is no arm of that name.
    """
    if arm == "10 neighbours":
        return library_labels(X, 2, affinity="nearest_neighbors")
    if arm.startswith("RBF"):
        return library_labels(X, 2, gamma=float(arm.split()[-1]))
    if arm == "single linkage":
        return np.asarray(
            AgglomerativeClustering(2, linkage="single").fit_predict(X)
        )
    if arm == "K-means":
        return np.asarray(KMeans(2, n_init=3, random_state=0).fit_predict(X))
    raise ValueError(f"no arm is named {arm!r}; there are {', '.join(ARMS)}")
    # --8<-- [end:cut]


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Score all arms on the same circles.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    ari = np.empty((len(ARMS), len(NOISES), len(seeds)))
    for i, noise in enumerate(NOISES):
        for j, seed in enumerate(seeds):
            X, truth = make_circles(
                400, factor=0.5, noise=noise, random_state=seed
            )
            ari[:, i, j] = [adjusted_rand(truth, cut(arm, X)) for arm in ARMS]
    return Result(ari)


def judge(result: Result) -> Outcome:
    """Spectral clustering should be above `GOOD` whatever its affinity and the
    noise.
    """
    places = [("10 neighbours", 0.06), ("10 neighbours", 0.10)]
    places += [("RBF, gamma 30", 0.03), ("RBF, gamma 1", 0.03)]
    return LESSON.judge(
        *(
            Finding(
                f"{arm}, noise {noise:g}, ARI − {GOOD:g}",
                result.above_good(arm, noise),
            )
            for arm, noise in places
        )
    )
