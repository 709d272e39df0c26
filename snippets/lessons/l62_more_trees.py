"""Lesson L62: do more trees never hurt a forest, and more stages hurt
boosting?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import make_friedman1
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.tree import DecisionTreeRegressor

from snippets.evidence import Interval, paired_difference
from snippets.lessons.choice import chosen_elsewhere
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import (
    Change,
    Condition,
    Held,
    Part,
    Registration,
)

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L62",
    "More trees never hurt a forest, and more stages hurt boosting",
    "Hastie, Tibshirani and Friedman, 2009, sections 10.12 and 15.3",
    "Friedman's function, 150 samples, generated",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="trees",
        made="generated",
        advice=(
            "Give a forest the trees you can pay for; choose the stages of "
            "boosting where noise is large or steps are long."
        ),
        conditions=(
            Condition("stages of rate 0.5 meet much noise", part="b"),
            Condition("stages of rate 0.1 meet much noise", part="b"),
            Condition(
                "stages of rate 0.1 meet little noise", rank="limit", part="b"
            ),
            Condition(
                "a forest grows from 20 to 60 trees, much noise", part="a"
            ),
        ),
        parts={
            "a": Part("More trees never hurt a forest", 3),
            "b": Part("More stages hurt boosting", 0),
        },
        held=(
            Held("largest number of stages", "100"),
            Held("depth of the boosted trees", "the default"),
            Held("training samples", "150"),
        ),
        changes=(
            Change("a condition", "it said something else than the claim"),
        ),
    ),
)

N_TRAIN, N_NEW, N_TREES, N_STAGES = 150, 500, 60, 100
NOISE = 4.0
"""Standard deviation of much noise; the truth has about 5."""
RATES = (0.1, 0.5)
CASES = ((4.0, 0.5), (4.0, 0.1), (1.0, 0.1))
"""Noise and rate of what is boosted."""


def draw(noise: float, seed: int) -> tuple[FloatArray, ...]:
    """Draw training samples, and new ones without noise."""
    X, y = make_friedman1(N_TRAIN, noise=noise, random_state=seed)
    new, truth = make_friedman1(N_NEW, noise=0.0, random_state=seed + 10**6)
    return X, y, new, truth


def r2(told: FloatArray, truth: FloatArray) -> FloatArray:
    """R² of each row of predictions."""
    missed = ((told - truth) ** 2).mean(axis=1)
    return np.asarray(1 - missed / truth.var())


# --8<-- [start:forest]
def forest(
    X: FloatArray, y: FloatArray, new: FloatArray, seed: int
) -> FloatArray:
    """Predictions of a forest of one tree, of two, and so on.

    Returns:
        Running means over trees, shape (n_trees, n_new).
    """
    rng, told = np.random.default_rng(seed), []
    for tree in range(N_TREES):
        rows = rng.integers(len(y), size=len(y))
        model = DecisionTreeRegressor(max_features=4, random_state=tree)
        told.append(model.fit(X[rows], y[rows]).predict(new))
    counts = np.arange(1, N_TREES + 1)[:, None]
    return np.asarray(np.cumsum(told, axis=0) / counts)
    # --8<-- [end:forest]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """R² on new samples.

    Attributes:
        boosted: By case, seed and stage, as `CASES`.
        grown: By seed and number of trees, with much noise.
    """

    boosted: FloatArray
    grown: FloatArray

    def lost(self, case: int) -> Interval:
        """The best number of stages, by the other seeds, minus all stages."""
        rows = self.boosted[case]
        return paired_difference(chosen_elsewhere(rows.T), rows[:, -1])

    def gained(self, first: int = 20) -> Interval:
        """A forest of all trees minus one of some."""
        return paired_difference(self.grown[:, -1], self.grown[:, first - 1])


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Boost with little noise and with much, and grow a forest.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    boosted = np.empty((len(CASES), len(seeds), N_STAGES))
    grown = []
    for j, seed in enumerate(seeds):
        for case, (noise, rate) in enumerate(CASES):
            X, y, new, truth = draw(noise, seed)
            model = GradientBoostingRegressor(
                n_estimators=N_STAGES, learning_rate=rate, random_state=0
            ).fit(X, y)
            told = np.array(list(model.staged_predict(new)))
            boosted[case, j] = r2(told, truth)
        X, y, new, truth = draw(NOISE, seed)
        grown.append(r2(forest(X, y, new, seed), truth))
    return Result(boosted, np.array(grown))


def judge(result: Result) -> Outcome:
    """All stages should lose to the best number, and all trees gain."""
    found = [
        Finding(
            f"noise {noise:g}, rate {rate:g}: best number of stages − all, R²",
            result.lost(case),
        )
        for case, (noise, rate) in enumerate(CASES)
    ]
    trees = Finding("forest, 60 trees − 20, R²", result.gained())
    return LESSON.judge(*found, trees)
