"""Lesson L01b: can z-scoring make clusters worse?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.datasets import make_blobs

from snippets.evidence import Interval, adjusted_rand, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration
from snippets.scaling import fit_scale, scale

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L01b",
    "Normalising is not guaranteed to help",
    "S3-D1",
    "three groups in a row, generated",
    Registration(
        origin="source",
        quantifier="there is a case",
        primary=0,
        family="clustering",
        made="generated",
        advice=(
            "Do not normalise features that share a unit, such as "
            "coordinates or pixels."
        ),
        conditions=(
            Condition("K-means groups features of one unit"),
            Condition("Ward groups features of one unit"),
        ),
        held=(
            Held(
                "feature that separates the groups",
                "1 of 2, the other is noise",
            ),
            Held("centres of the groups", "0, 4 and 12 on the first feature"),
            Held("number of clusters", "3, the true one"),
        ),
    ),
)

FACTORS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
"""How many units of the second feature make one of the first; 1: both have the
same unit.
"""

SAME_UNIT, SMALL_UNIT = FACTORS.index(1.0), FACTORS.index(30.0)


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Adjusted Rand indices.

    Attributes:
        raw: Of K-means with each unit of the second feature, shape (n_factors,
            n_seeds).
        scaled: Of K-means on z-scores, shape (n_seeds,).
        ward: Of Ward in the same unit and on z-scores, shape (2, n_seeds).
    """

    raw: FloatArray
    scaled: FloatArray
    ward: FloatArray

    def gain(self, factor: int) -> Interval:
        """K-means on z-scores minus K-means on raw features with unit number
        `factor`.
        """
        return paired_difference(self.scaled, self.raw[factor])


# --8<-- [start:draw]
def draw(seed: int, n_samples: int = 300) -> tuple[FloatArray, IntArray]:
    """Draw three groups in a row: the first feature tells them apart, the
    second is noise.

    Args:
        seed: Which draw.
        n_samples: How many points.

    Returns:
        Points in one unit, shape (n_samples, 2), and their groups.
    """
    centres, spreads = [[0, 0], [4, 0], [12, 0]], [0.5, 0.5, 2]
    X, truth = make_blobs(
        n_samples, centers=centres, cluster_std=spreads, random_state=seed
    )
    return X, truth
    # --8<-- [end:draw]


def _k_means(X: FloatArray, truth: IntArray) -> float:
    """Adjusted Rand index of K-means that is told three groups."""
    labels = KMeans(3, n_init=5, random_state=0).fit_predict(X)
    return adjusted_rand(truth, labels)


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Cluster the same points in several units, and z-scored.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    raw, scaled, ward = [], [], []
    for seed in seeds:
        X, truth = draw(seed)
        Z = scale(X, *fit_scale(X))
        raw.append([_k_means(X * [1.0, factor], truth) for factor in FACTORS])
        scaled.append(_k_means(Z, truth))
        trees = [
            AgglomerativeClustering(3).fit_predict(points) for points in (X, Z)
        ]
        ward.append([adjusted_rand(truth, labels) for labels in trees])
    return Result(np.array(raw).T, np.array(scaled), np.array(ward).T)


def judge(result: Result) -> Outcome:
    """With both features in one unit, z-scores should cost agreement with the
    groups.
    """
    raw, scaled = result.ward
    return LESSON.judge(
        Finding("K-means, z-score − raw, ARI", result.gain(SAME_UNIT), "below"),
        Finding(
            "Ward, z-score − raw, ARI", paired_difference(scaled, raw), "below"
        ),
    )
