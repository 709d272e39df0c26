"""Lesson L21: does DBSCAN struggle with close clusters and with unequal
densities?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import DBSCAN, HDBSCAN, KMeans
from sklearn.metrics import adjusted_rand_score

from snippets.dbscan import three_groups, two_densities
from snippets.evidence import Interval, adjusted_rand, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L21",
    "DBSCAN is good for irregular clusters of similar density, and "
    "struggles when clusters are close together",
    "S0-12",
    "three groups in a row; a dense pair and a sparse group; generated",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="clustering",
        made="generated",
        advice=(
            "Look at the distances to the k-th neighbour; with two "
            "densities use HDBSCAN."
        ),
        conditions=(
            Condition("centres are 3 sd apart"),
            Condition("centres are 4 sd apart"),
            Condition(
                "centres are 8 sd apart, where no lag is expected", rank="limit"
            ),
            Condition(
                "densities differ and HDBSCAN is the rival", rank="rival"
            ),
        ),
        held=(
            Held("points of a dense neighbourhood", "5, the default"),
            Held(
                "scoring of noise points",
                "each a cluster of its own",
                why="as one cluster, giving up the sparse group scores "
                "nearly 1",
            ),
            Held("shape of the groups", "round"),
        ),
    ),
)

GAPS = (3.0, 4.0, 5.0, 8.0)
"""Distances of neighbouring centres, in standard deviations of a group."""

RADII = np.linspace(0.2, 1.2, 8)
WIDE = np.geomspace(0.1, 3.0, 12)
"""Radii to try where groups are alike, and where their densities differ."""

PAIR_RADIUS = 0.35
"""A radius that tells the dense pair apart and takes the sparse group for
noise.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Adjusted Rand indices.

    Attributes:
        close: Of DBSCAN with its best radius and of K-means, shape (n_gaps, 2,
            n_seeds).
        densities: On two densities, of DBSCAN with its best radius and of
            HDBSCAN, shape (2, n_seeds).
        trap: On two densities, of DBSCAN with `PAIR_RADIUS`: each noise point a
            cluster of its own, then all noise as one cluster, shape (2,
            n_seeds).
    """

    close: FloatArray
    densities: FloatArray
    trap: FloatArray

    def lag(self, gap: float) -> Interval:
        """K-means minus DBSCAN at one of `GAPS`."""
        dbscan, k_means = self.close[GAPS.index(gap)]
        return paired_difference(k_means, dbscan)


# --8<-- [start:best]
def best_of(radii: FloatArray, X: FloatArray, truth: IntArray) -> float:
    """Give DBSCAN an unfair help: of all radii the one that scores best.

    Args:
        radii: Radii to try, shape (n_radii,), in the unit of X.
        X: Points, shape (n_samples, n_features).
        truth: Hidden groups, shape (n_samples,).

    Returns:
        Its adjusted Rand index, each noise point being a cluster of its own.
    """
    labels = (DBSCAN(eps=radius).fit_predict(X) for radius in radii)
    return max(adjusted_rand(truth, found) for found in labels)
    # --8<-- [end:best]


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Score the models on the same draws.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    close, densities, trap = np.empty((len(GAPS), 2, len(seeds))), [], []
    for j, seed in enumerate(seeds):
        for i, gap in enumerate(GAPS):
            X, truth = three_groups(gap, seed)
            labels = KMeans(3, n_init=3, random_state=seed).fit_predict(X)
            close[i, :, j] = (
                best_of(RADII, X, truth),
                adjusted_rand(truth, labels),
            )
        X, truth = two_densities(seed)
        labels = HDBSCAN(min_cluster_size=15, copy=True).fit_predict(X)
        densities.append(
            [best_of(WIDE, X, truth), adjusted_rand(truth, labels)]
        )
        labels = DBSCAN(eps=PAIR_RADIUS).fit_predict(X)
        trap.append(
            [adjusted_rand(truth, labels), adjusted_rand_score(truth, labels)]
        )
    return Result(close, np.array(densities).T, np.array(trap).T)


def judge(result: Result) -> Outcome:
    """DBSCAN should fall behind as groups draw near, and where densities
    differ.
    """
    dbscan, hdbscan = result.densities
    return LESSON.judge(
        Finding(
            "3 sd apart, K-means − DBSCAN at its best, ARI", result.lag(3.0)
        ),
        Finding(
            "4 sd apart, K-means − DBSCAN at its best, ARI", result.lag(4.0)
        ),
        Finding(
            "8 sd apart, K-means − DBSCAN at its best, ARI",
            result.lag(8.0),
            "none",
            0.05,
        ),
        Finding(
            "two densities, HDBSCAN − DBSCAN, ARI",
            paired_difference(hdbscan, dbscan),
        ),
    )
