"""Lesson L58: how much of a score is the luck of the seed that was picked?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from snippets.evidence import Interval, mean_interval
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

N_TRAIN, N_STARTS, N_ALL = 200, 20, 1797
SMALL, LARGE = 300, 1000
"""Digits of a test."""
WIDTHS = (64, 256)
PENALTY = 1e-2

LESSON = Lesson(
    "L58",
    "The best of several seeds is a point or more ahead of a usual one by luck "
    "alone",
    "Reimers and Gurevych, 2017",
    "scikit-learn's digits, networks with a random first layer",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="networks",
        made="real",
        advice=(
            "Report the mean over seeds and its interval; a seed is no "
            "hyperparameter."
        ),
        conditions=(
            Condition(
                "20 starts of 64 units meet a test of 300",
                split=(N_TRAIN, SMALL, N_ALL),
            ),
            Condition(
                "3 starts of 64 units meet a test of 300",
                split=(N_TRAIN, SMALL, N_ALL),
            ),
            Condition(
                "20 starts of 64 units meet a test of 1,000",
                split=(N_TRAIN, LARGE, N_ALL),
            ),
            Condition(
                "20 starts of 256 units meet a test of 300",
                split=(N_TRAIN, SMALL, N_ALL),
            ),
        ),
        held=(
            Held("training of the first layer", "none"),
            Held("training samples", "200"),
            Held("penalty of the last layer", "0.01"),
        ),
    ),
)


def answers(
    X: FloatArray, y: IntArray, new: FloatArray, width: int, start: int
) -> IntArray:
    """What a network says whose first layer stays as the start drew it."""
    rng = np.random.default_rng(start)
    W = rng.standard_normal((X.shape[1], width)) / np.sqrt(X.shape[1])
    H, H_new = (np.maximum(A @ W, 0) for A in (X, new))
    fitted = np.linalg.solve(
        H.T @ H + PENALTY * len(X) * np.eye(width), H.T @ np.eye(10)[y]
    )
    return np.asarray((H_new @ fitted).argmax(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Which answers are right, shape (n_widths, n_seeds, n_starts, n_rest)."""

    right: FloatArray

    # --8<-- [start:luck]
    def leads(
        self, width: int, n_starts: int, n_test: int
    ) -> tuple[FloatArray, FloatArray]:
        """By how much the start that is best on the test leads the mean one:
        on the test, and on digits that are new.

        Args:
            width: Units of the network.
            n_starts: How many starts are tried.
            n_test: Digits of the test.

        Returns:
            Two arrays of shape (n_seeds,).
        """
        right = self.right[WIDTHS.index(width), :, :n_starts]
        test, new = (
            part.mean(axis=2) - part.mean(axis=(1, 2))[:, None]
            for part in (right[..., :n_test], right[..., n_test:])
        )
        best = np.arange(len(test)), test.argmax(axis=1)
        return test[best], new[best]

    def luck(self, width: int, n_starts: int, n_test: int) -> Interval:
        """The part of the lead that new digits do not show."""
        told, kept = self.leads(width, n_starts, n_test)
        return mean_interval(told - kept)
        # --8<-- [end:luck]


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Train each split from the same twenty starts.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    X, y = load_digits(return_X_y=True)
    found = np.empty((len(WIDTHS), len(seeds), N_STARTS, N_ALL - N_TRAIN))
    for j, seed in enumerate(seeds):
        order = np.random.default_rng(seed).permutation(len(y))
        known, rest = order[:N_TRAIN], order[N_TRAIN:]
        for place, width in enumerate(WIDTHS):
            for k in range(N_STARTS):
                start = N_STARTS * seed + k
                told = answers(
                    X[known] / 16, y[known], X[rest] / 16, width, start
                )
                found[place, j, k] = told == y[rest]
    return Result(found)


def judge(result: Result) -> Outcome:
    """The lead of the best start should be luck, a point of it or more."""
    cases = (
        (64, N_STARTS, SMALL),
        (64, 3, SMALL),
        (64, N_STARTS, LARGE),
        (256, N_STARTS, SMALL),
    )
    return LESSON.judge(
        *(
            Finding(
                f"{width} units, best of {starts} on {test} digits: lead on "
                "the test − on new digits, accuracy",
                result.luck(width, starts, test),
            )
            for width, starts, test in cases
        )
    )
