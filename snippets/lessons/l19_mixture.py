"""Lesson L19: where is a Gaussian mixture better than K-means?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture

from snippets.evidence import Interval, adjusted_rand, paired_difference
from snippets.gaussian_mixture import RIVAL_ROWS, RIVAL_SETS
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L19",
    "It is hard to see where a Gaussian mixture is better than K-means",
    "S0-10",
    "three generated sets with unequal groups; iris",
    Registration(
        origin="sharpened",
        quantifier="always",
        primary=0,
        family="clustering",
        made="both",
        advice=(
            "Try a mixture where groups are long, or differ in width or "
            "size; give it random starts."
        ),
        conditions=(
            Condition("groups are sheared"),
            Condition("widths are unequal"),
            Condition("sizes are unequal"),
            Condition("the groups are those of iris", drawn=RIVAL_ROWS["iris"]),
        ),
        held=(
            Held("form of the covariances", "full, the default"),
            Held("number of groups", "the true one, given to both"),
            Held("starts of K-means", "3, against 1 or 6 of the mixture"),
        ),
    ),
)

ARMS = ("K-means", "default start", "random starts")

WORTH = 0.05
"""A gain in ARI below this is not worth a change of model."""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Adjusted Rand indices.

    Attributes:
        ari: Shape (n_sets, n_arms, n_seeds), in the order of `RIVAL_SETS` and
            `ARMS`.
    """

    ari: FloatArray

    def gain(self, name: str, start: str = "default start") -> Interval:
        """ARI of the mixture minus that of K-means, paired by seed.

        Args:
            name: A key of `RIVAL_SETS`.
            start: Which start of the mixture, one of `ARMS`.
        """
        rows = self.ari[list(RIVAL_SETS).index(name)]
        return paired_difference(rows[ARMS.index(start)], rows[0])


# --8<-- [start:groups]
def groups(arm: str, X: FloatArray, k: int, seed: int) -> IntArray:
    """Cluster by one of three arms.

    Args:
        arm: One of `ARMS`.
        X: Points, shape (n_samples, n_features), standardised.
        k: Number of groups, given to all arms.
        seed: Of the starts.

    Returns:
        Labels, shape (n_samples,).

    Raises:
        ValueError: If there is no arm of that name.
    """
    if arm == "K-means":
        model = KMeans(k, n_init=3, random_state=seed)
    elif arm == "default start":  # begins with the labels of K-means
        model = GaussianMixture(k, random_state=seed)
    elif arm == "random starts":  # keeps the likeliest of six fits
        many = {"n_init": 6, "init_params": "random_from_data"}
        model = GaussianMixture(k, random_state=seed, **many)
    else:
        raise ValueError(
            f"no arm is named {arm!r}; there are {', '.join(ARMS)}"
        )
    return np.asarray(model.fit_predict(X))
    # --8<-- [end:groups]


def run(seeds: Sequence[int] = tuple(range(12))) -> Result:
    """Score the three arms on the same draws of six sets.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    ari = np.empty((len(RIVAL_SETS), len(ARMS), len(seeds)))
    for i, draw in enumerate(RIVAL_SETS.values()):
        for j, seed in enumerate(seeds):
            X, truth = draw(seed)
            k = int(truth.max()) + 1
            ari[i, :, j] = [
                adjusted_rand(truth, groups(arm, X, k, seed)) for arm in ARMS
            ]
    return Result(ari)


def judge(result: Result) -> Outcome:
    """Where groups differ in shape, width or size, no gain should show."""
    places = [("sheared", "default start"), ("unequal widths", "random starts")]
    places += [("unequal sizes", "default start"), ("iris", "default start")]
    return LESSON.judge(
        *(
            Finding(
                f"{name}, mixture ({start}) − K-means, ARI",
                result.gain(name, start),
                "none",
                WORTH,
            )
            for name, start in places
        )
    )
