"""Lesson L59: do forests and naive Bayes need calibration, and logistic
regression none?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Part, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L59",
    "The probabilities of a forest need calibration; those of logistic "
    "regression do not",
    "Niculescu-Mizil and Caruana, 2005",
    "two classes of 10 features that share directions, generated",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="any",
        made="generated",
        advice=(
            "Calibrate what votes or multiplies, by a sigmoid; by steps only "
            "with many samples."
        ),
        conditions=(
            Condition(
                "a forest gets a sigmoid from 500 samples",
                margin=0.01,
                part="a",
            ),
            Condition(
                "a forest gets steps from 500 samples", margin=0.01, part="a"
            ),
            Condition(
                "a forest gets steps from 50 samples",
                margin=0.01,
                rank="limit",
                part="a",
            ),
            Condition(
                "naive Bayes gets a sigmoid from 500 samples",
                margin=0.01,
                rank="rival",
                part="a",
            ),
            Condition(
                "logistic regression gets a sigmoid from 500 samples",
                margin=0.01,
                part="b",
            ),
        ),
        parts={
            "a": Part("The probabilities of a forest need calibration", 0),
            "b": Part("Those of logistic regression need none", 4),
        },
        held=(
            Held("overlap of the classes", "log-odds with slopes 1.5 and 1"),
            Held("trees of the forest", "40, full"),
            Held(
                "limit of the probabilities",
                "0.001",
                why="a single surprise would cost all",
            ),
        ),
        reason="A hundredth of a nat is one per cent of a probability.",
    ),
)

N_TRAIN, N_NEW, N_FEATURES = 500, 4000, 10
LARGE, SMALL = 500, 50
"""Samples that calibrate."""
MODELS = ("forest", "naive Bayes", "logistic")
WAYS = ("as it is", "sigmoid, 500", "steps, 500", "steps, 50")
LIMIT = 1e-3
"""No probability is nearer to 0 or to 1: a single surprise would cost all."""


def draw(n: int, rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    """Draw samples whose features repeat four hidden directions."""
    hidden = rng.standard_normal((n, 4))
    mix = np.random.default_rng(12345).standard_normal((4, N_FEATURES))
    X = hidden @ mix + 0.5 * rng.standard_normal((n, N_FEATURES))
    p = 1 / (1 + np.exp(-1.5 * hidden[:, 0] - hidden[:, 1]))
    return X, (rng.random(n) < p).astype(np.int64)


def limited(p: FloatArray) -> FloatArray:
    """Probabilities that are never quite sure."""
    return np.clip(p, LIMIT, 1 - LIMIT)


# --8<-- [start:calibrate]
def sigmoid(p: FloatArray, y: IntArray, new: FloatArray) -> FloatArray:
    """Platt's way: logistic regression on the log-odds that a model gives."""
    odds, odds_new = (
        np.log(limited(each) / (1 - limited(each)))[:, None]
        for each in (p, new)
    )
    fitted = LogisticRegression(C=1e4).fit(odds, y)
    return np.asarray(fitted.predict_proba(odds_new)[:, 1])


def steps(p: FloatArray, y: IntArray, new: FloatArray) -> FloatArray:
    """Isotonic regression: any function that does not fall, as steps."""
    fitted = IsotonicRegression(out_of_bounds="clip").fit(p, y)
    return np.asarray(fitted.predict(new))
    # --8<-- [end:calibrate]


def loss(p: FloatArray, y: IntArray) -> float:
    """Cross-entropy in nats."""
    q = limited(p)
    return float(-np.mean(np.where(y == 1, np.log(q), np.log(1 - q))))


def losses(seed: int) -> list[list[float]]:
    """Loss on new samples by model and way, as `MODELS` and `WAYS`."""
    rng = np.random.default_rng(seed)
    (X, y), (C, c), (T, t) = (draw(n, rng) for n in (N_TRAIN, LARGE, N_NEW))
    models = (
        RandomForestClassifier(40, random_state=seed),
        GaussianNB(),
        LogisticRegression(),
    )
    found = []
    for model in models:
        model.fit(X, y)
        p, new = (model.predict_proba(each)[:, 1] for each in (C, T))
        told = (
            new,
            sigmoid(p, c, new),
            steps(p, c, new),
            steps(p[:SMALL], c[:SMALL], new),
        )
        found.append([loss(each, t) for each in told])
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Loss in nats, shape (n_seeds, n_models, n_ways)."""

    loss: FloatArray

    def saved(self, model: str, way: str) -> Interval:
        """Loss as it is minus loss after calibration."""
        rows = self.loss[:, MODELS.index(model)]
        return paired_difference(rows[:, 0], rows[:, WAYS.index(way)])


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Train three models a draw, and calibrate each in three ways.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    return Result(np.array([losses(seed) for seed in seeds]))


def judge(result: Result) -> Outcome:
    """Calibration should save loss, but for logistic regression."""
    cases = (
        ("forest", WAYS[1]),
        ("forest", WAYS[2]),
        ("forest", WAYS[3]),
        ("naive Bayes", WAYS[1]),
    )
    found = [
        Finding(
            f"{model}, {way.replace(', ', ' from ')}: as it is − "
            "calibrated, loss in nats",
            result.saved(model, way),
        )
        for model, way in cases
    ]
    none = Finding(
        "logistic, sigmoid from 500: as it is − calibrated, loss in nats",
        result.saved("logistic", WAYS[1]),
        "none",
        0.01,
    )
    return LESSON.judge(*found, none)
