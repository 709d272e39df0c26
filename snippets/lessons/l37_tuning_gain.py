"""Lesson L37: how much does tuning the hyperparameters give?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import (
    load_breast_cancer,
    load_digits,
    load_wine,
    make_moons,
)
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import (
    Change,
    Condition,
    Held,
    Registration,
)
from snippets.validation import folds

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Set = tuple[FloatArray, IntArray]

LESSON = Lesson(
    "L37",
    "Tuning sometimes improves a model by 1 to 5 per cent",
    "S3-H1",
    "moons, breast cancer, wine and digits, 100 training samples each",
    Registration(
        origin="source",
        quantifier="sometimes",
        primary=3,
        family="support vectors",
        made="real",
        advice=(
            "Tune where the default is far off; check by an interval on "
            "new rows."
        ),
        conditions=(
            Condition(
                "the set is moons, near the default's best", rank="limit"
            ),
            Condition("the set is breast cancer", split=(100, 300, 569)),
            Condition("the set is wine", split=(100, 78, 178)),
            Condition(
                "the set is digits, where the default does not fit",
                split=(100, 300, 1797),
            ),
            Condition(
                "the set is digits, with pixels as they are",
                split=(100, 300, 1797),
            ),
        ),
        changes=(
            Change(
                "digits with pixels as they are, too",
                "the gain was put down to standardised pixels",
            ),
        ),
        held=(
            Held("training samples", "100"),
            Held(
                "values tried",
                "4 of C from 0.1 to 100, 4 of gamma from 0.01 to 10 "
                "times the default",
            ),
        ),
    ),
)

COSTS, FACTORS = (0.1, 1.0, 10.0, 100.0), (0.01, 0.1, 1.0, 10.0)
"""Values of C, and what the default gamma is multiplied by."""
DEFAULT = (1.0, 1.0)
N_TRAIN, N_NEW, K = 100, 300, 3
RAW = "digits as they are"
"""The set whose features, which share a unit, are not standardised."""


def _moons(seed: int) -> Set:
    """Noisy half moons."""
    X, y = make_moons(N_TRAIN + N_NEW, noise=0.3, random_state=seed)
    return X, y


SETS: dict[str, Callable[[int], Set]] = {
    "moons": _moons,
    "breast cancer": lambda seed: load_breast_cancer(return_X_y=True),
    "wine": lambda seed: load_wine(return_X_y=True),
    "digits": lambda seed: load_digits(return_X_y=True),
    RAW: lambda seed: load_digits(return_X_y=True),
}


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Accuracy on new samples, each of shape (n_seeds,).

    Attributes:
        default: With the library's settings.
        tuned: With the settings that cross-validation chose.
        worst: With the settings of the grid that cross-validation liked least.
    """

    default: FloatArray
    tuned: FloatArray
    worst: FloatArray

    def gain(self) -> Interval:
        """Tuned minus default."""
        return paired_difference(self.tuned, self.default)

    def spread(self) -> Interval:
        """Tuned minus worst."""
        return paired_difference(self.tuned, self.worst)

    def level(self) -> Interval:
        """Accuracy with the library's settings."""
        return mean_interval(self.default)


# --8<-- [start:loop]
def tune(
    X: FloatArray, y: IntArray, parts: list[tuple[IntArray, IntArray]]
) -> FloatArray:
    """Score every pair of settings by cross-validation, in a nested loop.

    Args:
        X: Features on one scale, shape (n_samples, n_features).
        y: Labels, shape (n_samples,).
        parts: Rows to train on and rows held out.

    Returns:
        Mean accuracy over the parts, shape (n_costs, n_factors).
    """
    usual = 1 / (X.shape[1] * X.var())  # the library's default gamma
    scores = np.zeros((len(COSTS), len(FACTORS)))
    for row, C in enumerate(COSTS):
        for column, factor in enumerate(FACTORS):
            model = SVC(C=C, gamma=factor * usual)
            hits = [model.fit(X[a], y[a]).score(X[b], y[b]) for a, b in parts]
            scores[row, column] = np.mean(hits)
    return scores
    # --8<-- [end:loop]


def _one(seed: int, data: Set, raw: bool) -> tuple[float, float, float]:
    """Score default, tuned and worst settings on the same split."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(data[1]))
    known, new = order[:N_TRAIN], order[N_TRAIN : N_TRAIN + N_NEW]
    scaler = StandardScaler(with_mean=not raw, with_std=not raw)
    scaler.fit(data[0][known])
    X, y, B, b = (
        scaler.transform(data[0][known]),
        data[1][known],
        data[0][new],
        data[1][new],
    )
    B = scaler.transform(B)
    scores = tune(X, y, folds(N_TRAIN, K, rng)).ravel()
    pairs = list(product(COSTS, FACTORS))
    usual = 1 / (X.shape[1] * X.var())

    def score(pair: tuple[float, float]) -> float:
        model: Any = SVC(C=pair[0], gamma=pair[1] * usual)
        return float(model.fit(X, y).score(B, b))

    return (
        score(DEFAULT),
        score(pairs[scores.argmax()]),
        score(pairs[scores.argmin()]),
    )


def run(seeds: Sequence[int] = SEEDS) -> dict[str, Scores]:
    """Tune on every set; a seed is a split, and for the moons a draw.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    found = {
        name: [_one(seed, load(seed), name == RAW) for seed in seeds]
        for name, load in SETS.items()
    }
    return {name: Scores(*np.array(rows).T) for name, rows in found.items()}


def judge(result: dict[str, Scores]) -> Outcome:
    """Tuning should help on every set."""
    return LESSON.judge(
        *(
            Finding(f"tuned − default, {name}, accuracy", s.gain())
            for name, s in result.items()
        )
    )
