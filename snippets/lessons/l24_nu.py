"""Lesson L24: does a nu of 10 % mean that 10 % of the samples are
misclassified?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import make_blobs
from sklearn.svm import NuSVC

from snippets.evidence import Interval, mean_interval
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration
from snippets.nu_svc import shares

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L24",
    "If nu is 10 %, then 10 % of the data will be misclassified",
    "S1-19",
    "two round groups, 200 samples, generated",
    Registration(
        origin="source",
        quantifier="always",
        primary=0,
        family="support vectors",
        made="generated",
        advice=(
            "Read nu as a bound on margin errors and support vectors; "
            "measure the error."
        ),
        conditions=(
            Condition(
                "groups are apart and nu is 0.1", margin=0.03, unit="share"
            ),
            Condition(
                "groups are apart and nu is 0.4", margin=0.03, unit="share"
            ),
            Condition(
                "groups overlap and nu is 0.1", margin=0.03, unit="share"
            ),
            Condition(
                "groups overlap and nu is 0.6", margin=0.03, unit="share"
            ),
        ),
        held=(
            Held("kernel of the machine", "linear"),
            Held("training samples", "200"),
            Held("share of each class", "half"),
        ),
        reason=(
            "Three in a hundred: the test error of 1,000 new samples is "
            "known to about that."
        ),
    ),
)

SETTINGS = ((4.0, 0.1), (4.0, 0.4), (2.0, 0.1), (2.0, 0.6))
"""Distance of the centres in standard deviations of a group, and nu."""

COUNTS = ("margin errors", "support vectors", "misclassified", "test error")

NEAR = 0.03
"""How far a share may be from nu and still count as equal to it."""

N_TRAIN, N_TEST = 200, 1000


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Shares of samples, shape (n_settings, n_seeds, n_counts), as `SETTINGS`
    and `COUNTS`.
    """

    shares: FloatArray

    def share(self, setting: int, count: str) -> Interval:
        """One share over seeds."""
        return mean_interval(self.shares[setting, :, COUNTS.index(count)])

    def beyond_nu(self, setting: int, count: str) -> Interval:
        """The same, minus nu."""
        found = self.shares[setting, :, COUNTS.index(count)]
        return mean_interval(found - SETTINGS[setting][1])


# --8<-- [start:count]
def count(
    distance: float, nu: float, seed: int
) -> tuple[float, float, float, float]:
    """Fit a nu support vector classifier and count.

    Args:
        distance: Between the centres of two groups, in standard deviations of a
            group.
        nu: Share that the classifier is told.
        seed: Which draw.

    Returns:
        Shares of margin errors, of support vectors and of misclassified samples
        in training, and of misclassified new samples.
    """
    centers = [[0, 0], [distance, 0]]
    X, classes = make_blobs(
        N_TRAIN + N_TEST, centers=centers, random_state=seed
    )
    A, a, B, b = X[:N_TRAIN], classes[:N_TRAIN], X[N_TRAIN:], classes[N_TRAIN:]
    model = NuSVC(nu=nu, kernel="linear", tol=1e-5).fit(A, a)
    # 1: support vector
    used = np.isin(np.arange(N_TRAIN), model.support_).astype(float)
    return *shares(
        model.decision_function(A), 2 * a - 1, used
    ), 1 - model.score(B, b)
    # --8<-- [end:count]


def run(seeds: Sequence[int] = tuple(range(12))) -> Result:
    """Count at every setting; a seed gives the same draws of noise to all.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    return Result(
        np.array(
            [[count(*setting, seed) for seed in seeds] for setting in SETTINGS]
        )
    )


def judge(result: Result) -> Outcome:
    """The share of misclassified new samples should be nu."""
    return LESSON.judge(
        *(
            Finding(
                f"centres {distance:g} sd apart, nu {nu:g}: test error − nu",
                result.beyond_nu(setting, "test error"),
                "none",
                NEAR,
            )
            for setting, (distance, nu) in enumerate(SETTINGS)
        )
    )
