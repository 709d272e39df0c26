"""Lesson L38: does a time series call for a recurrent net?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import (
    Change,
    Condition,
    Held,
    Registration,
)
from snippets.rnn import (
    RNN,
    Samples,
    autoregression,
    clipped_walk,
    in_turn,
    predict,
    stacked,
    start,
    train,
)

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L38",
    "Use recurrent networks for time series, because the steps depend on "
    "each other",
    "S3-M8",
    "walk between walls, linear series; generated",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="networks",
        made="generated",
        advice=(
            "Fit least squares on the last values first; go on if a state "
            "must be carried."
        ),
        conditions=(
            Condition("a state must be carried, against least squares"),
            Condition("a state must be carried, against boosted trees"),
            Condition("the series is linear, against least squares"),
            Condition("the series is linear, against boosted trees"),
        ),
        held=(
            Held("training series", "400 of 12 steps"),
            Held("steps of training", "300, with 8 hidden units"),
        ),
        changes=(
            Change(
                "five settings for the trees and for the recurrent net",
                "the trees had one, the net a rate chosen by hand",
            ),
        ),
    ),
)

SERIES = {"walk": clipped_walk, "linear": autoregression}
MODELS = ("recurrent net", "least squares", "boosted trees")

N, N_STEPS = 400, 12

RATES = (0.005, 0.01, 0.02, 0.05, 0.1)
TREES = (
    *((100, 0.1, 3), (300, 0.1, 2)),
    *((100, 0.3, 1), (300, 0.3, 1), (1200, 0.3, 1)),
)
"""What the recurrent net and boosted trees (number, rate, depth) choose from.
"""

CHOSEN = {"walk": (0.05, (300, 0.3, 1)), "linear": (0.01, (100, 0.1, 3))}
"""What `tune` chose, on draws that judge nothing."""

TUNED_ON = tuple(range(900, 903))


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """R² on new series.

    Attributes:
        r2: Shape (n_series, n_models, n_seeds), in the order of `SERIES` and
            `MODELS`.
    """

    r2: FloatArray

    def lead(self, series: str, rival: str) -> Interval:
        """R² of the recurrent net minus that of a rival, paired by seed.

        Args:
            series: A key of `SERIES`.
            rival: One of `MODELS`.
        """
        rows = self.r2[list(SERIES).index(series)]
        return paired_difference(rows[0], rows[MODELS.index(rival)])

    def table(self) -> dict[str, dict[str, Interval]]:
        """Mean and interval of every model, by series."""
        return {
            name: {
                m: mean_interval(row)
                for m, row in zip(MODELS, rows, strict=True)
            }
            for name, rows in zip(SERIES, self.r2, strict=True)
        }


# --8<-- [start:rivals]
def recurrent_answers(
    known: Samples, new: FloatArray, seeds: Sequence[int], rate: float
) -> FloatArray:
    """Train one recurrent net a seed, side by side, and let each answer for new
    series.

    Args:
        known: Series, shape (n_seeds, n, T, 1), and targets, shape (n_seeds,
            n).
        new: Series, shape (n_seeds, n_new, T, 1).
        seeds: Where each net starts.
        rate: Length of its first steps.

    Returns:
        Predictions, shape (n_seeds, n_new).
    """
    starts = [start(1, 8, np.random.default_rng(seed)) for seed in seeds]
    nets = RNN(*(np.stack(parts) for parts in zip(*starts, strict=True)))
    return predict(train(nets, in_turn(known, 100), 300, rate=rate), new)


def table_answers(model: Any, known: Samples, new: FloatArray) -> FloatArray:
    """Let a model for tables answer, with the T steps as its features; as
    above.
    """
    rows = zip(*known, new, strict=True)
    return np.array(
        [model.fit(X[..., 0], y).predict(Z[..., 0]) for X, y, Z in rows]
    )
    # --8<-- [end:rivals]


def drawn(name: str, seeds: Sequence[int]) -> tuple[Samples, Samples]:
    """Series of one kind to train on, and new ones, a draw for each seed."""
    rngs = [np.random.default_rng([seed, 1]) for seed in seeds]
    known, new = (stacked(SERIES[name], N, N_STEPS, rngs) for _ in range(2))
    return known, new


def boosted(setting: tuple[int, float, int]) -> Any:
    """Boosted trees with one of `TREES`."""
    count, rate, depth = setting
    return GradientBoostingRegressor(
        n_estimators=count, learning_rate=rate, max_depth=depth, random_state=0
    )


def tune(
    name: str, seeds: Sequence[int] = TUNED_ON
) -> tuple[float, tuple[int, float, int]]:
    """Choose the rate of the recurrent net, and a setting of the trees."""
    known, (new, truth) = drawn(name, seeds)

    def level(answers: FloatArray) -> float:
        pairs = zip(truth, answers, strict=True)
        return float(np.mean([r2_score(t, a) for t, a in pairs]))

    return (
        max(
            RATES,
            key=lambda r: level(recurrent_answers(known, new, seeds, r)),
        ),
        max(
            TREES,
            key=lambda one: level(table_answers(boosted(one), known, new)),
        ),
    )


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Score the three models on the same series.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    r2 = []
    for name, (rate, trees) in CHOSEN.items():
        known, (new, truth) = drawn(name, seeds)
        answers = (
            recurrent_answers(known, new, seeds, rate),
            table_answers(LinearRegression(), known, new),
            table_answers(boosted(trees), known, new),
        )
        r2.append(
            [
                [r2_score(t, a) for t, a in zip(truth, arm, strict=True)]
                for arm in answers
            ]
        )
    return Result(np.array(r2))


def judge(result: Result) -> Outcome:
    """The recurrent net should be ahead on both series."""
    named = {"walk": "walk between walls", "linear": "linear series"}
    return LESSON.judge(
        *(
            Finding(
                f"{named[series]}, recurrent net − {rival}, R²",
                result.lead(series, rival),
            )
            for series in SERIES
            for rival in MODELS[1:]
        )
    )
