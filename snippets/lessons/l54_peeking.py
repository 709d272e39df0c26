"""Lesson L54: is the best of many models on one test set too good?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from snippets.evidence import Interval, mean_interval
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.nearest_means import nearest_means
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

N_TRAIN, N_MODELS, N_PIXELS, N_ALL = 200, 200, 16, 1797
SMALL, LARGE = 200, 800
"""Digits of a test."""

LESSON = Lesson(
    "L54",
    "A test set by which the best of many models is picked flatters the winner",
    "Hastie, Tibshirani and Friedman, 2009, section 7.2",
    "scikit-learn's digits, nearest means on 16 of 64 pixels",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="any",
        made="real",
        advice=(
            "Pick on validation samples, and open the test set once; if you "
            "peeked, say how often."
        ),
        conditions=(
            Condition(
                "200 models are compared on 200 samples",
                split=(N_TRAIN, SMALL, N_ALL),
            ),
            Condition(
                "10 models are compared on 200 samples",
                split=(N_TRAIN, SMALL, N_ALL),
            ),
            Condition(
                "200 models are compared on 800 samples",
                split=(N_TRAIN, LARGE, N_ALL),
            ),
        ),
        held=(
            Held("features of each model", "16 of 64 pixels"),
            Held("kind of the models", "nearest class means"),
            Held("training samples", "200"),
        ),
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Which answers are right, by split, model and digit of the rest.

    Attributes:
        right: Shape (n_seeds, n_models, n_rest); the rest is in random order.
    """

    right: FloatArray

    # --8<-- [start:flattery]
    def flattery(self, n_models: int, n_test: int) -> FloatArray:
        """Accuracy of the winner on the test that picked it, minus its accuracy
        on digits that had no part in that.

        Args:
            n_models: How many of the models are compared.
            n_test: How many digits the test has.

        Returns:
            Shape (n_seeds,).
        """
        test = self.right[:, :n_models, :n_test].mean(axis=2)
        new = self.right[:, :n_models, n_test:].mean(axis=2)
        seeds, winner = np.arange(len(test)), test.argmax(axis=1)
        # a test that is easy for all models is no flattery
        easy = (test - new).mean(axis=1)
        return np.asarray(test[seeds, winner] - new[seeds, winner] - easy)
        # --8<-- [end:flattery]

    def effect(self, n_models: int, n_test: int) -> Interval:
        """The flattery with its interval."""
        return mean_interval(self.flattery(n_models, n_test))

    def lead(self, n_models: int, n_test: int) -> Interval:
        """The winner minus the mean model, on digits that are new."""
        test = self.right[:, :n_models, :n_test].mean(axis=2)
        new = self.right[:, :n_models, n_test:].mean(axis=2)
        won = new[np.arange(len(new)), test.argmax(axis=1)]
        return mean_interval(won - new.mean(axis=1))


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Train many models a split, each on its own pixels.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    X, y = load_digits(return_X_y=True)
    found = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        order = rng.permutation(len(y))
        known, rest = order[:N_TRAIN], order[N_TRAIN:]
        right = []
        for _ in range(N_MODELS):
            pixels = rng.choice(64, N_PIXELS, replace=False)
            A, B = X[np.ix_(known, pixels)], X[np.ix_(rest, pixels)]
            right.append(nearest_means(A, y[known], B, 10) == y[rest])
        found.append(right)
    return Result(np.array(found, dtype=float))


def judge(result: Result) -> Outcome:
    """The winner should have been flattered, however many there are."""
    return LESSON.judge(
        *(
            Finding(
                f"best of {models} on {test} samples − on new ones, accuracy",
                result.effect(models, test),
            )
            for models, test in ((200, SMALL), (10, SMALL), (200, LARGE))
        )
    )
