"""Lesson L20: does BIRCH give odd results when two clusters are fused, and
why?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import Birch, KMeans

from snippets.birch import fused_pair, last_step
from snippets.evidence import (
    Interval,
    adjusted_rand,
    mean_interval,
    paired_difference,
)
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L20",
    "BIRCH seems to give some weird results with two clusters that are fused",
    "S0-11",
    "three round groups, a pair of them close; generated",
    Registration(
        origin="source",
        quantifier="sometimes",
        primary=0,
        family="clustering",
        made="generated",
        advice="Group the subclusters by K-means.",
        conditions=(
            Condition("centres are 3 sd apart"),
            Condition("centres are 2 sd apart"),
            Condition("centres are 4 sd apart"),
            Condition("centres are 6 sd apart", margin=0.02, rank="limit"),
            Condition("rows are shuffled and centres are 3 sd apart"),
        ),
        held=(
            Held("threshold of BIRCH", "0.5"),
            Held("points of a group", "100"),
            Held("last step of BIRCH", "the default, told 3 clusters"),
        ),
        reason="An ARI of 0.02 is one point in two hundred on the other side.",
    ),
)

GAPS = (2.0, 3.0, 4.0, 6.0)
"""Distances within the pair, in standard deviations of a group."""

ARMS = (
    "BIRCH",
    "K-means on its subclusters",
    "the same, with counts",
    "K-means",
)


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Adjusted Rand indices.

    Attributes:
        ari: With the true groups, shape (n_gaps, n_arms, n_seeds), in the order
            of `GAPS` and `ARMS`.
        kept: Of BIRCH with itself after the rows were shuffled, shape (n_gaps,
            n_seeds).
    """

    ari: FloatArray
    kept: FloatArray

    def lead(self, arm: str, gap: float) -> Interval:
        """ARI of an arm minus that of BIRCH, paired by seed.

        Args:
            arm: One of `ARMS`.
            gap: One of `GAPS`.
        """
        rows = self.ari[GAPS.index(gap)]
        return paired_difference(rows[ARMS.index(arm)], rows[0])

    def counts(self, gap: float) -> Interval:
        """What the counts add, where K-means groups the subclusters."""
        _, without, weighted, _ = self.ari[GAPS.index(gap)]
        return paired_difference(weighted, without)

    def change(self, gap: float) -> Interval:
        """Agreement of BIRCH with itself after a shuffle, minus 1."""
        return mean_interval(self.kept[GAPS.index(gap)] - 1)


# --8<-- [start:answers]
def answers(X: FloatArray, seed: int) -> list[IntArray]:
    """Cluster by BIRCH, by its subclusters under K-means, without their counts
    and with them, and by K-means.

    Args:
        X: Points, shape (n_samples, 2).
        seed: Of the order of the shuffled rows.

    Returns:
        Labels of the four arms, and of BIRCH that read the rows shuffled, put
        back into
        the order of X: five of shape (n_samples,).
    """
    model = Birch(threshold=0.5, n_clusters=3).fit(X)
    order = np.random.default_rng(seed).permutation(len(X))
    again = np.empty(len(X), dtype=np.int64)
    again[order] = Birch(threshold=0.5, n_clusters=3).fit_predict(X[order])
    plain = KMeans(3, n_init=5, random_state=seed).fit_predict(X)
    last = [
        last_step(model, X, 3, "k-means", weighted=weighted)
        for weighted in (False, True)
    ]
    return [model.labels_, *last, plain, again]
    # --8<-- [end:answers]


def run(seeds: Sequence[int] = tuple(range(12))) -> Result:
    """Score all arms on the same draws at each gap.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    ari = np.empty((len(GAPS), len(ARMS), len(seeds)))
    kept = np.empty((len(GAPS), len(seeds)))
    for i, gap in enumerate(GAPS):
        for j, seed in enumerate(seeds):
            X, truth = fused_pair(gap, seed)
            *arms, again = answers(X, seed)
            ari[i, :, j] = [adjusted_rand(truth, labels) for labels in arms]
            kept[i, j] = adjusted_rand(arms[0], again)
    return Result(ari, kept)


def judge(result: Result) -> Outcome:
    """BIRCH should be behind while the pair is close, and level with K-means
    when not.
    """
    near = [
        Finding(
            f"{gap:g} sd apart, K-means − BIRCH, ARI",
            result.lead("K-means", gap),
        )
        for gap in (3.0, 2.0, 4.0)
    ]
    far = Finding(
        "6 sd apart, K-means − BIRCH, ARI",
        result.lead("K-means", 6.0),
        "none",
        0.02,
    )
    moved = Finding(
        "3 sd apart, agreement with itself after a shuffle − 1, ARI",
        result.change(3.0),
        "below",
    )
    return LESSON.judge(*near, far, moved)
