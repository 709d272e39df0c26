"""Lesson L78: does the elbow find k, and does k-means++ beat random starts?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from snippets.evidence import (
    Interval,
    adjusted_rand,
    mean_interval,
    paired_difference,
)
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import (
    Change,
    Condition,
    Held,
    Part,
    Registration,
)
from snippets.unknown_k import elbow, silhouette

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

WANTED = 0.9
"""Share of right answers at which a rule finds k."""

LOOKS = (
    "elbow to 20",
    "elbow to 30",
    "elbow to 10, logarithmic",
    "elbow to 30, logarithmic",
    "silhouette to 30",
    "BIC to 30",
)
"""Rules that look farther than to ten, or at the logarithm of the inertia."""

LESSON = Lesson(
    "L78",
    "The elbow finds k, and k-means++ needs no restarts",
    "after Thorndike, 1953, and Arthur and Vassilvitskii, 2007; Schubert, "
    "2023, doubts the elbow",
    "120 points in three, five or seven round groups, generated",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="clustering",
        made="generated",
        advice=(
            "Choose k by the silhouette or BIC; draw an elbow to several ends "
            "before you believe it; begin with k-means++, ten times."
        ),
        conditions=(
            Condition("groups are apart, by the elbow", 0.1, part="a"),
            Condition(
                "groups are apart, by the silhouette",
                0.1,
                rank="rival",
                part="a",
            ),
            Condition(
                "groups are apart, by the gap", 0.1, rank="rival", part="a"
            ),
            Condition("groups are apart, by BIC", 0.1, rank="rival", part="a"),
            Condition("groups touch, by the elbow", 0.1, part="a"),
            Condition(
                "groups touch, by the silhouette", 0.1, rank="rival", part="a"
            ),
            Condition("groups touch, by BIC", 0.1, rank="rival", part="a"),
            Condition(
                "k-means++ and random samples begin once",
                rank="rival",
                part="b",
            ),
            Condition(
                "k-means++ and random samples begin ten times",
                rank="rival",
                part="b",
            ),
            Condition(
                "k-means++ begins once, and its rival ten times", part="b"
            ),
            *(
                Condition(
                    f"groups {spread}, by the {look}",
                    0.1,
                    rank="claim" if "elbow" in look else "rival",
                    part="a",
                )
                for spread in ("are apart", "touch")
                for look in LOOKS
            ),
        ),
        held=(Held("shape and size of the groups", "round and of equal size"),),
        parts={
            "a": Part("The elbow finds k", 0),
            "b": Part("k-means++ needs no restarts", 9),
        },
        changes=(
            Change(
                "squares with room for their groups", "one draw did not end"
            ),
            Change(
                "the largest k and the logarithm of the inertia are varied",
                "the verdict on the elbow hung on both",
            ),
        ),
        reason="A rule finds k if it is right in nine of ten; one in ten is "
        "what a user would notice.",
    ),
)

DRAWS = tuple(range(20))
N, K_MAX, N_STARTS, N_NULL, SIZES = 120, 10, 10, 5, (3, 5, 7)
K_FAR = 30
RULES = ("elbow", "silhouette", "gap", "BIC")
SPREADS = {"apart": 0.6, "touch": 1.0}
"""Standard deviation of the groups, whose centres are 4 or more apart."""


def draw(
    k: int, spread: float, rng: np.random.Generator
) -> tuple[FloatArray, IntArray]:
    """Draw k round groups in a square, with centres that are not too near."""
    side, tries = 4.0 * np.sqrt(k), 0
    centres = np.empty((0, 2))
    while len(centres) < k:
        if tries % 50 == 0:  # the square may have no room left
            centres = rng.random((1, 2)) * side
        new, tries = rng.random((1, 2)) * side, tries + 1
        if cdist(centres, new).min() >= 4:
            centres = np.vstack([centres, new])
    truth = np.arange(N) % k
    return centres[truth] + spread * rng.standard_normal((N, 2)), truth


# --8<-- [start:starts]
def plus_plus(
    X: FloatArray, k: int, n: int, rng: np.random.Generator
) -> FloatArray:
    """Starts of k-means++ (Arthur and Vassilvitskii, 2007): each next centre is
    a sample, drawn by its squared distance to the nearest one so far.

    Args:
        X: Samples, shape (n_samples, n_features).
        k: Centres of a start.
        n: How many starts.
        rng: Draws them.

    Returns:
        Shape (n, k, n_features).
    """
    chosen = [X[rng.integers(len(X), size=n)]]
    near = np.full((n, len(X)), np.inf)
    for _ in range(k - 1):
        last = ((X - chosen[-1][:, None]) ** 2).sum(axis=2)
        near = np.minimum(near, last)
        total = near.cumsum(axis=1)
        place = rng.random((n, 1)) * total[:, -1:]
        chosen.append(X[(total < place).sum(axis=1)])
    return np.stack(chosen, axis=1)


def random_starts(
    X: FloatArray, k: int, n: int, rng: np.random.Generator
) -> FloatArray:
    """Starts of k different samples, shape (n, k, n_features)."""
    return X[rng.random((n, len(X))).argsort(axis=1)[:, :k]]


def lloyd(X: FloatArray, centres: FloatArray) -> tuple[FloatArray, IntArray]:
    """Lloyd's iteration from several starts at once, until no label changes.

    Args:
        X: Samples, shape (n_samples, n_features), or (n, n_samples, n_features)
            if each start has its own.
        centres: Starts, shape (n, k, n_features). A centre that loses all its
            samples stays where it is.

    Returns:
        Inertia, shape (n,), and labels, shape (n, n_samples).
    """
    k, own = centres.shape[1], np.broadcast_to(X, (len(centres), *X.shape[-2:]))
    size, labels = (own**2).sum(axis=2), np.zeros(own.shape[:2], dtype=int)
    for step in range(100):
        far = (centres**2).sum(axis=2)[:, None]
        far = far - 2 * own @ centres.swapaxes(1, 2)
        before, labels = labels, far.argmin(axis=2)
        if step and (before == labels).all():
            break
        member = np.eye(k)[labels].swapaxes(1, 2)
        count = member.sum(axis=2, keepdims=True)
        means = member @ own / np.maximum(count, 1)
        centres = np.where(count > 0, means, centres)
    inertia = (far.min(axis=2) + size).sum(axis=1)
    return np.asarray(inertia), labels
    # --8<-- [end:starts]


def clustered(
    X: FloatArray, k: int, n: int, rng: np.random.Generator, plus: bool = True
) -> tuple[float, IntArray]:
    """The lowest inertia of several starts, and its labels."""
    begin = plus_plus if plus else random_starts
    inertia, labels = lloyd(X, begin(X, k, n, rng))
    best = int(inertia.argmin())
    return float(inertia[best]), labels[best]


# --8<-- [start:rules]
def by_bic(inertias: FloatArray, n: int, d: int) -> int:
    """The k of the lowest BIC: round groups of one variance, after Pelleg and
    Moore (2000), each with as many samples.
    """
    k = np.arange(1, len(inertias) + 1)
    variance = inertias / (d * (n - k))
    fit = n * d * np.log(variance) + 2 * n * np.log(k)
    return int(k[(fit + k * (d + 1) * np.log(n)).argmin()])


def by_gap(inertias: FloatArray, nulls: FloatArray) -> int:
    """The first k whose gap is no more than an error below the next
    (Tibshirani, Walther and Hastie, 2001).

    Args:
        inertias: For k = 1, 2, …, shape (k_max,).
        nulls: The same of points without groups, shape (n_draws, k_max).
    """
    logs = np.log(nulls)
    gap = logs.mean(axis=0) - np.log(inertias)
    error = logs.std(axis=0) * np.sqrt(1 + 1 / len(nulls))
    right = gap[:-1] >= gap[1:] - error[1:]
    return 1 + int(right.argmax()) if right.any() else len(gap)
    # --8<-- [end:rules]


def null_inertias(X: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Inertias of points that are spread evenly over the box of the samples,
    shape (N_NULL, K_MAX).
    """
    low, high = X.min(axis=0), X.max(axis=0)
    boxes = low + rng.random((N_NULL, *X.shape)) * (high - low)
    found = []
    for k in range(1, K_MAX + 1):
        starts = [plus_plus(box, k, 1, rng)[0] for box in boxes]
        found.append(lloyd(boxes, np.array(starts))[0])
    return np.array(found).T


Fits = list[tuple[float, IntArray]]
"""Inertia and labels for k = 1, 2, …"""


def by_silhouette(X: FloatArray, fits: Fits) -> int:
    """The k of the highest silhouette."""
    distances = cdist(X, X)
    widths = [silhouette(distances, labels) for _, labels in fits[1:]]
    return 2 + int(np.argmax(widths))


def chosen(X: FloatArray, fits: Fits, rng: np.random.Generator) -> list[int]:
    """The k of each of the rules, from the same fits up to ten."""
    inertias = np.array([inertia for inertia, _ in fits])
    return [
        elbow(inertias),
        by_silhouette(X, fits),
        by_gap(inertias, null_inertias(X, rng)),
        by_bic(inertias, *X.shape),
    ]


def farther(X: FloatArray, fits: Fits, rng: np.random.Generator) -> list[int]:
    """The k of each of `LOOKS`: the fits up to ten, and as many beyond."""
    more = [clustered(X, k, 3, rng) for k in range(len(fits) + 1, K_FAR + 1)]
    inertias = np.array([inertia for inertia, _ in fits + more])
    return [
        elbow(inertias[:20]),
        elbow(inertias),
        elbow(np.log(inertias[:K_MAX])),
        elbow(np.log(inertias)),
        by_silhouette(X, fits + more),
        by_bic(inertias, *X.shape),
    ]


def trial(spread: float, seed: int) -> FloatArray:
    """Score all rules and starts on one draw of each size.

    Returns:
        Share of the sizes whose k each rule finds; then the index of k-means++
        and of random starts with the true k, once and ten times; then the share
        of each of `LOOKS`. Shape (14,).
    """
    rng, found = np.random.default_rng(seed), []
    for k in SIZES:
        X, truth = draw(k, spread, rng)
        fits = [clustered(X, one, 3, rng) for one in range(1, K_MAX + 1)]
        right = [float(one == k) for one in chosen(X, fits, rng)]
        for plus in (True, False):
            for n in (1, N_STARTS):
                _, labels = clustered(X, k, n, rng, plus)
                right.append(adjusted_rand(truth, labels))
        looks = farther(X, fits, np.random.default_rng([seed, k]))
        found.append(right + [float(one == k) for one in looks])
    return np.asarray(np.mean(found, axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What came of all rules and starts.

    Attributes:
        told: By spread, shape (n_seeds, 14), with columns as `trial` has them.
    """

    told: dict[str, FloatArray]

    def shares(self, spread: str, rule: str) -> FloatArray:
        """Share of right answers of one of `RULES` or `LOOKS`, by seed."""
        column = (*RULES, *[""] * 4, *LOOKS).index(rule)
        return np.asarray(self.told[spread][:, column])

    def right(self, spread: str, rule: str) -> Interval:
        """Share of right answers beyond nine in ten."""
        return mean_interval(self.shares(spread, rule) - WANTED)

    def lead(self, first: int, second: int) -> Interval:
        """Index of one way to begin minus that of another, groups apart."""
        rows = self.told["apart"][:, 4:]
        return paired_difference(rows[:, first], rows[:, second])


def run(seeds: Sequence[int] = DRAWS) -> Result:
    """Apply all rules and starts to the same points.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    return Result(
        {
            name: np.array([trial(spread, seed) for seed in seeds])
            for name, spread in SPREADS.items()
        }
    )


def judge(result: Result) -> Outcome:
    """Rules should find k, and k-means++ should need no restart."""
    cases = [("apart", rule) for rule in RULES]
    cases += [("touch", rule) for rule in ("elbow", "silhouette", "BIC")]
    pairs = {
        "once: k-means++ − random": (0, 2),
        "ten times: k-means++ − random": (1, 3),
    }
    return LESSON.judge(
        *(
            Finding(
                f"{spread}: right by the {rule} − 0.9, share",
                result.right(spread, rule),
            )
            for spread, rule in cases
        ),
        *(
            Finding(f"{name}, ARI", result.lead(*pair))
            for name, pair in pairs.items()
        ),
        Finding(
            "k-means++: once − ten times, ARI", result.lead(0, 1), "none", 0.05
        ),
        *(
            Finding(
                f"{spread}: right by the {rule} − 0.9, share",
                result.right(spread, rule),
            )
            for spread in SPREADS
            for rule in LOOKS
        ),
    )
