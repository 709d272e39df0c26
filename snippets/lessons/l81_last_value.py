"""Lesson L81: time series: does a shuffled split flatter, and does the last
value beat machine learning?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn import config_context
from sklearn.tree import DecisionTreeRegressor

from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Part, Registration
from snippets.time_series import lag_table

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L81",
    "A shuffled split flatters what forecasts, and the last value beats "
    "machine learning",
    "after Bergmeir and Benítez, 2012, and Makridakis and others, 2018",
    "300 values of a walk, a season or an autoregression, generated",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="any",
        made="generated",
        advice=(
            "Test on what comes later, and beside the last value; let models "
            "learn differences if the level wanders."
        ),
        conditions=(
            Condition(
                "a forest forecasts a walk, and the split is judged",
                0.05,
                part="a",
            ),
            Condition(
                "a forest forecasts a season, and the split is judged",
                0.05,
                part="a",
            ),
            Condition(
                "a forest forecasts an autoregression, and the split is judged",
                0.05,
                part="a",
            ),
            Condition(
                "a line forecasts a walk, and the split is judged",
                0.05,
                part="a",
            ),
            Condition(
                "a forest is the last value's rival on a walk", 0.05, part="b"
            ),
            Condition(
                "a forest is the last value's rival on a season", 0.05, part="b"
            ),
            Condition(
                "a forest is the last value's rival on an autoregression",
                0.05,
                part="b",
            ),
            Condition(
                "a line is the last value's rival on a walk", 0.05, part="b"
            ),
            Condition(
                "a forest of differences is the last value's rival on a walk",
                0.05,
                part="b",
            ),
        ),
        held=(
            Held("steps ahead", "1"),
            Held("season and its noise", "amplitude 2, standard deviation 1"),
            Held("settings of the forest", "12 trees, leaves of 5 samples"),
        ),
        parts={
            "a": Part("A shuffled split flatters what forecasts", 0),
            "b": Part("The last value beats machine learning", 4),
        },
        reason="A twentieth of the error of the last value is visible.",
    ),
)

DRAWS = tuple(range(28))
N_KNOWN, N_LATER, N_LAGS, N_TREES = 200, 100, 12, 12
SERIES = ("walk", "season", "autoregression")
MODELS = ("forest", "line", "differences")
RUNS = [(name, "forest") for name in SERIES]
RUNS += [("walk", "line"), ("walk", "differences")]


def series(name: str, seed: int) -> FloatArray:
    """Draw values in time: a walk; a season of twelve steps with noise; or an
    autoregression that keeps half of its last value.
    """
    rng = np.random.default_rng(seed)
    n = N_KNOWN + N_LATER
    noise = rng.standard_normal(n)
    if name == "walk":
        return np.asarray(noise.cumsum())
    if name == "season":
        return np.asarray(2 * np.sin(np.arange(n) * np.pi / 6) + noise)
    y = np.zeros(n)
    for t in range(1, n):
        y[t] = 0.5 * y[t - 1] + noise[t]
    return y


# --8<-- [start:forecast]
def grown(
    X: FloatArray, y: FloatArray, new: FloatArray, seed: int
) -> FloatArray:
    """Forecast by a forest of trees with leaves of five samples or more."""
    rng, told = np.random.default_rng(seed), np.zeros(len(new))
    for number in range(N_TREES):
        rows = rng.integers(len(y), size=len(y))
        tree = DecisionTreeRegressor(
            max_features=0.5, min_samples_leaf=5, random_state=number
        )
        told += tree.fit(X[rows], y[rows]).predict(new)
    return told / N_TREES


def forecast(
    model: str, X: FloatArray, y: FloatArray, new: FloatArray, seed: int
) -> FloatArray:
    """Tell the next value of each row of latest values.

    Args:
        model: A "forest" or a "line" of the values; or a forest of
            "differences", to which the last value is added.
        X: Latest values of each sample, the last first, shape (n_samples,
            n_lags).
        y: What came next, shape (n_samples,).
        new: Latest values, shape (n_new, n_lags).
        seed: Draws the forest's samples.
    """
    if model == "line":
        A, B = (np.column_stack([np.ones(len(Z)), Z]) for Z in (X, new))
        return np.asarray(B @ np.linalg.lstsq(A, y, rcond=None)[0])
    if model == "differences":
        steps = grown(np.diff(X), y - X[:, 0], np.diff(new), seed)
        return steps + new[:, 0]
    return grown(X, y, new, seed)


def shuffled_error(
    model: str, X: FloatArray, y: FloatArray, seed: int
) -> float:
    """Mean absolute error by three folds of shuffled samples."""
    fold = np.random.default_rng(seed).permutation(len(y)) % 3
    missed = np.empty(len(y))
    for k in range(3):
        out = fold == k
        told = forecast(model, X[~out], y[~out], X[out], seed)
        missed[out] = np.abs(told - y[out])
    return float(missed.mean())
    # --8<-- [end:forecast]


def trial(name: str, model: str, seed: int) -> list[float]:
    """Errors in those of the last value on what comes later: that of the model,
    of the shuffled folds, and 1.
    """
    X, y = lag_table(series(name, seed), N_LAGS)
    known = N_KNOWN - N_LAGS
    X, y, new, truth = X[:known], y[:known], X[known:], y[known:]
    last = np.abs(truth - new[:, 0]).mean()
    before = np.abs(y - X[:, 0]).mean()
    told = forecast(model, X, y, new, seed)
    return [
        float(np.abs(told - truth).mean() / last),
        shuffled_error(model, X, y, seed) / float(before),
        1.0,
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Errors by series and model, shape (n_seeds, 3): later, by the shuffled
    folds, and of the last value.
    """

    told: dict[tuple[str, str], FloatArray]

    def flattered(self, name: str, model: str) -> Interval:
        """Error later minus the error that shuffled folds told."""
        rows = self.told[name, model].T
        return paired_difference(rows[0], rows[1])

    def beaten(self, name: str, model: str) -> Interval:
        """Error of the model minus that of the last value."""
        rows = self.told[name, model].T
        return paired_difference(rows[0], rows[2])


def run(seeds: Sequence[int] = DRAWS) -> Result:
    """Forecast with all models, on the same series.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    with config_context(assume_finite=True, skip_parameter_validation=True):
        return Result(
            {one: np.array([trial(*one, s) for s in seeds]) for one in RUNS}
        )


def judge(result: Result) -> Outcome:
    """Folds should flatter, and models should lose to the last value."""
    return LESSON.judge(
        *(
            Finding(
                f"{name}, {model}: later − by shuffled folds, last value's "
                "errors",
                result.flattered(name, model),
            )
            for name, model in RUNS[:4]
        ),
        *(
            Finding(
                f"{name}, {model}: its error − the last value's, last value's "
                "errors",
                result.beaten(name, model),
            )
            for name, model in RUNS
        ),
    )
