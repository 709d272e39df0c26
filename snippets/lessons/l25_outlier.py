"""Lesson L25: does K-means falter with outliers?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import DBSCAN, KMeans

from data.clusters import make
from snippets.evidence import Interval, adjusted_rand, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L25",
    "K-means is weak to outliers",
    "S1-20",
    "three round groups of 100, and one point far away",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="clustering",
        made="generated",
        advice=(
            "Look for points far away before K-means, or use a model that "
            "may call them noise."
        ),
        conditions=(
            Condition("a point is 30 sd away"),
            Condition("a point is 20 sd away"),
            Condition(
                "DBSCAN groups the same points", margin=0.02, rank="rival"
            ),
        ),
        held=(
            Held("number of clusters", "3, none for the outlier"),
            Held("number of outliers", "1"),
            Held("points of a group", "100"),
        ),
        reason="An ARI of 0.02 is one point in two hundred on the other side.",
    ),
)

DISTANCES = (5.0, 8.0, 10.0, 12.0, 14.0, 16.0, 20.0, 30.0)
"""Both coordinates of the outlier, in standard deviations of a feature."""

ARMS = ("K-means", "DBSCAN")


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Adjusted Rand indices; the outlier itself is not scored.

    Attributes:
        clean: Without an outlier, shape (n_arms, n_seeds), in the order of
            `ARMS`.
        spoilt: With one, shape (n_arms, n_distances, n_seeds).
    """

    clean: FloatArray
    spoilt: FloatArray

    def change(self, arm: str, distance: float) -> Interval:
        """ARI with the outlier minus ARI without.

        Args:
            arm: One of `ARMS`.
            distance: One of `DISTANCES`.
        """
        row = ARMS.index(arm)
        return paired_difference(
            self.spoilt[row, DISTANCES.index(distance)], self.clean[row]
        )


# --8<-- [start:spoil]
def spoil(X: FloatArray, distance: float) -> FloatArray:
    """Add one point as the last row, `distance` away along each feature."""
    return np.vstack([X, np.full(X.shape[1], distance)])
    # --8<-- [end:spoil]


def run(seeds: Sequence[int] = tuple(range(12))) -> Result:
    """Score both models without and with the outlier, at each distance.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    models = (KMeans(3, n_init=10, random_state=0), DBSCAN(eps=0.25))
    clean = np.empty((len(ARMS), len(seeds)))
    spoilt = np.empty((len(ARMS), len(DISTANCES), len(seeds)))
    for j, seed in enumerate(seeds):
        points = make("blobs", seed)
        for a, model in enumerate(models):
            clean[a, j] = adjusted_rand(
                points.truth, model.fit_predict(points.X)
            )
            for d, distance in enumerate(DISTANCES):
                labels = model.fit_predict(spoil(points.X, distance))[:-1]
                spoilt[a, d, j] = adjusted_rand(points.truth, labels)
    return Result(clean, spoilt)


def judge(result: Result) -> Outcome:
    """K-means should lose by a far outlier; that DBSCAN does not shows the
    model's part.
    """
    return LESSON.judge(
        Finding(
            "outlier at 30 sd, K-means with − without, ARI",
            result.change(ARMS[0], 30),
            "below",
        ),
        Finding(
            "outlier at 20 sd, K-means with − without, ARI",
            result.change(ARMS[0], 20),
            "below",
        ),
        Finding(
            "outlier at 30 sd, DBSCAN with − without, ARI",
            result.change(ARMS[1], 30),
            "none",
            0.02,
        ),
    )
