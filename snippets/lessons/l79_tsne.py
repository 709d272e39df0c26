"""Lesson L79: do sizes and distances of clusters in a t-SNE plot mean
nothing?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import pdist
from scipy.stats import spearmanr

from snippets.evidence import mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import (
    Change,
    Condition,
    Held,
    Part,
    Registration,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LITTLE = 0.3
"""Rank correlation below which a plot says next to nothing."""

LESSON = Lesson(
    "L79",
    "Cluster sizes in a t-SNE plot mean nothing, nor do the distances between "
    "clusters",
    "after Wattenberg, Viégas and Johnson, 2016",
    "96 points in eight groups of ten features, generated",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="dimension reduction",
        made="generated",
        advice=(
            "Read from t-SNE who is beside whom; take sizes and distances from "
            "the features themselves."
        ),
        conditions=(
            Condition(
                "sizes are asked, at a perplexity of 10", LITTLE, part="a"
            ),
            Condition(
                "distances are asked, at a perplexity of 10", LITTLE, part="b"
            ),
            Condition(
                "sizes are asked, at a perplexity of 30", LITTLE, part="a"
            ),
            Condition(
                "distances are asked, at a perplexity of 30", LITTLE, part="b"
            ),
            Condition(
                "distances are asked, and the start is random and not PCA",
                LITTLE,
                part="b",
            ),
            Condition(
                "sizes are asked, and PCA is the rival",
                0.1,
                rank="rival",
                part="a",
            ),
            Condition(
                "distances are asked, and PCA is the rival",
                0.1,
                rank="rival",
                part="b",
            ),
        ),
        held=(
            Held("number of points", "96, in groups of 12"),
            Held("range of the group sizes", "a factor of four"),
            Held("steps of t-SNE", "600, with early exaggeration in 50"),
        ),
        parts={
            "a": Part("Cluster sizes in a t-SNE plot mean nothing", 0),
            "b": Part(
                "Distances between clusters in a t-SNE plot mean nothing", 1
            ),
        },
        changes=(
            Change(
                "a shorter beginning of t-SNE", "some plots had not settled"
            ),
        ),
        reason="With a rank correlation of 0.3 three of five pairs stand in "
        "the right order, with none half; a tenth is visible beside a rival.",
    ),
)

DRAWS = tuple(range(24))
N_GROUPS, N_EACH, N_FEATURES = 8, 12, 10
ARMS = ("narrow", "wide", "random start", "PCA")
TRUTH = np.repeat(np.arange(N_GROUPS), N_EACH)


def draw(seed: int) -> FloatArray:
    """Draw groups that differ in size by up to four, and lie near and far."""
    rng = np.random.default_rng(seed)
    centres = 5 * rng.standard_normal((N_GROUPS, N_FEATURES))
    size = 2.0 ** rng.uniform(-1, 1, N_GROUPS)
    noise = rng.standard_normal((len(TRUTH), N_FEATURES))
    return np.asarray(centres[TRUTH] + size[TRUTH][:, None] * noise)


# --8<-- [start:read]
def sizes(points: FloatArray) -> FloatArray:
    """Root mean squared distance of each group's points from their mean, shape
    (n_groups,).
    """
    groups = points.reshape(N_GROUPS, N_EACH, -1)
    away = groups - groups.mean(axis=1, keepdims=True)
    return np.asarray(np.sqrt((away**2).sum(axis=2).mean(axis=1)))


def distances(points: FloatArray) -> FloatArray:
    """Distance between the means of each pair of groups, shape (n_pairs,)."""
    means = points.reshape(N_GROUPS, N_EACH, -1).mean(axis=1)
    return np.asarray(pdist(means))


def kept(X: FloatArray, plot: FloatArray) -> list[float]:
    """Rank correlation of what a plot shows with what is so: sizes, then
    distances.
    """
    return [
        float(spearmanr(read(X), read(plot)).statistic)
        for read in (sizes, distances)
    ]
    # --8<-- [end:read]


# --8<-- [start:tsne]
def affinities(X: FloatArray, perplexity: float) -> FloatArray:
    """How near each point is to each other one, as t-SNE has it.

    Args:
        X: Points of several sets, shape (n_sets, n, n_features).
        perplexity: About how many neighbours count; a bell around each point is
            made as wide as that takes.

    Returns:
        Shape (n_sets, n, n), symmetric; each set sums to 1.
    """
    n, sums = X.shape[1], (X**2).sum(axis=2)
    far = sums[:, :, None] + sums[:, None] - 2 * X @ X.swapaxes(1, 2)
    far[:, range(n), range(n)] = np.inf
    far -= far.min(axis=2, keepdims=True)  # the nearest counts 1
    low = np.full((*X.shape[:2], 1), -15.0)
    high = -low
    finite = np.where(np.isfinite(far), far, 0)
    for _ in range(30):  # halves the range of the bell's logarithm
        middle = (low + high) / 2
        near = np.exp(-far * np.exp(middle))
        total = near.sum(axis=2, keepdims=True)
        mean = (near * finite).sum(axis=2, keepdims=True) / total
        entropy = np.log(total) + np.exp(middle) * mean
        wide = entropy > np.log(perplexity)
        low, high = np.where(wide, middle, low), np.where(wide, high, middle)
    share = near / total
    return np.asarray((share + share.swapaxes(1, 2)) / (2 * n))


def tsne(
    P: FloatArray, start: FloatArray, n_steps: int = 600, early: int = 50
) -> FloatArray:
    """Move points of a plane until they are as near as they should be
    (van der Maaten and Hinton, 2008), for several sets at once.

    Args:
        P: Affinities of each set, shape (n_sets, n, n).
        start: Where the points begin, shape (n_sets, n, 2).
        n_steps: How many steps.
        early: Steps in which affinities count twelve times.

    Returns:
        Shape (n_sets, n, 2).
    """
    Y, moved, gains = start.copy(), np.zeros_like(start), np.ones_like(start)
    own = np.arange(P.shape[1])
    for step in range(n_steps):
        sums = (Y**2).sum(axis=2)
        near = 1 + sums[:, :, None] + sums[:, None] - 2 * Y @ Y.swapaxes(1, 2)
        np.divide(1, near, out=near)
        near[:, own, own] = 0
        pull = near / -near.sum(axis=(1, 2), keepdims=True)
        pull += 12 * P if step < early else P
        pull *= near
        slope = 4 * (pull.sum(axis=2, keepdims=True) * Y - pull @ Y)
        same = (slope > 0) == (moved > 0)
        gains = np.maximum(np.where(same, gains * 0.8, gains + 0.2), 0.01)
        moved = (0.5 if step < early else 0.8) * moved - 50 * gains * slope
        Y += moved
    return Y
    # --8<-- [end:tsne]


def principal(X: FloatArray) -> FloatArray:
    """The first two principal components of each set, shape (n_sets, n, 2)."""
    centred = X - X.mean(axis=1, keepdims=True)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    return np.asarray(centred @ axes[:, :2].swapaxes(1, 2))


def plotted(X: FloatArray, arm: str, seeds: Sequence[int]) -> FloatArray:
    """Planes of all sets, shape (n_sets, n_points, 2)."""
    plane = principal(X)
    if arm == "PCA":
        return plane
    start = 1e-4 * plane / plane[:, :, :1].std(axis=1, keepdims=True)
    if arm == "random start":
        rngs = [np.random.default_rng([seed, 1]) for seed in seeds]
        start = 1e-4 * np.array(
            [r.standard_normal(plane[0].shape) for r in rngs]
        )
    return tsne(affinities(X, 30 if arm == "wide" else 10), start)


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Rank correlations, shape (n_seeds, n_arms, 2): sizes, then distances."""

    told: FloatArray

    def of(self, arm: str, what: int) -> FloatArray:
        """Those of one arm, by seed."""
        return np.asarray(self.told[:, ARMS.index(arm), what])


def run(seeds: Sequence[int] = DRAWS) -> Result:
    """Plot in all ways, on the same draws.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    X = np.array([draw(seed) for seed in seeds])
    planes = [plotted(X, arm, seeds) for arm in ARMS]
    found = [
        [kept(*pair) for pair in zip(X, plane, strict=True)] for plane in planes
    ]
    return Result(np.array(found).swapaxes(0, 1))


def judge(result: Result) -> Outcome:
    """t-SNE should say next to nothing, and less than PCA."""
    asked = (
        ("narrow", 0),
        ("narrow", 1),
        ("wide", 0),
        ("wide", 1),
        ("random start", 1),
    )
    names = ("sizes", "distances")
    return LESSON.judge(
        *(
            Finding(
                f"{arm}, {names[what]}: plot with features, rank correlation",
                mean_interval(result.of(arm, what)),
                "none",
                LITTLE,
            )
            for arm, what in asked
        ),
        *(
            Finding(
                f"{name}: t-SNE − PCA, rank correlation",
                paired_difference(
                    result.of("narrow", what), result.of("PCA", what)
                ),
                "below",
            )
            for what, name in enumerate(names)
        ),
    )
