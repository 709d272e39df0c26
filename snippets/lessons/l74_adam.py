"""Lesson L74: does Adam generalise worse than SGD?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from snippets.evidence import Interval, paired_difference
from snippets.lessons.choice import picks
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Change, Condition, Held, Registration
from snippets.lessons.stacked import (
    accuracy,
    batches,
    begin,
    digits,
    ended,
    train,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

N_TRAIN, N_NEW, BATCH, N_STEPS = 200, 1000, 20, 200
SPLIT = (N_TRAIN, N_NEW, 1797)

LESSON = Lesson(
    "L74",
    "Adam generalises worse than SGD",
    "after Wilson and others, 2017",
    "200 digits; 60 samples of 1,303 features, generated",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="networks",
        made="both",
        advice=(
            "Take either, and tune its rate: six rates, a factor of three "
            "apart, so that the best is not at an end."
        ),
        conditions=(
            Condition("labels are clean and both rates are tuned", split=SPLIT),
            Condition(
                "one label in five is wrong and both rates are tuned",
                split=SPLIT,
            ),
            Condition(
                "there is a quarter of the steps", split=SPLIT, rank="limit"
            ),
            Condition("rates are 0.01 and 0.001, untuned", split=SPLIT),
            Condition(
                "the gap between training and new digits is what counts",
                split=SPLIT,
            ),
            Condition(
                "a linear model has a feature for each sample, as Wilson and "
                "others draw them"
            ),
        ),
        held=(
            Held("size of the network", "one hidden layer of 32 units"),
            Held("momentum of SGD", "0.9"),
        ),
        changes=(
            Change(
                "several starts for each split",
                "other seeds left it not settled, or nearly so",
            ),
            Change(
                "a shorter rate for each optimiser",
                "the shortest was SGD's best where labels are wrong",
            ),
        ),
    ),
)

HIDDEN = 32
RATES = {
    "SGD": np.array([0.003, 0.01, 0.03, 0.1, 0.3, 1.0]),
    "Adam": np.array([0.0003, 0.001, 0.003, 0.01, 0.03, 0.1]),
}
"""Six rates each; the second is where texts begin."""
STARTS = {0.0: 4, 0.2: 2}
"""Starts of each split, by share of wrong labels: with one, and twenty splits,
the primary hung on which."""


def trained(
    optimiser: str, noise: float, seeds: Sequence[int]
) -> list[FloatArray]:
    """Accuracy by rate and split: new digits after a quarter of the steps and
    after all, and the training digits after all.
    """
    rates, starts = RATES[optimiser], STARTS[noise]
    drawn = digits(seeds, N_TRAIN, N_NEW, noise, starts)
    steps = train(
        begin((64, HIDDEN, 10), seeds, len(rates), starts=starts),
        drawn.X,
        drawn.targets,
        batches(N_TRAIN, BATCH, N_STEPS, seeds, starts),
        np.tile(rates, (N_STEPS, 1)),
        "Adam" if optimiser == "Adam" else "SGD",
    )
    for _ in range(N_STEPS // 4):
        stack = next(steps)
    early = accuracy(stack, drawn.new, drawn.truth, starts=starts)
    stack = ended(steps)
    known = drawn.targets.argmax(axis=-1)
    return [
        early,
        accuracy(stack, drawn.new, drawn.truth, starts=starts),
        accuracy(stack, drawn.X, known, starts=starts),
    ]


# --8<-- [start:wide]
def wide(
    n: int, n_new: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Samples of Wilson and others (2017), with labels −1 and 1.

    The first feature is the label, the next two are 1, and each sample has one
    feature of its own if it is positive, five if not. Three in five are
    positive.

    Returns:
        Features and labels to train, shape (n, n_features) and (n,), and new
        ones, whose own features no training sample has.
    """
    total = n + n_new
    y = np.where(rng.random(total) < 0.6, 1.0, -1.0)
    X = np.zeros((total, 3 + 5 * total))
    X[:, 0], X[:, 1:3] = y, 1
    for row, label in enumerate(y):
        X[row, 3 + 5 * row : 4 + 5 * row + (4 if label < 0 else 0)] = 1
    return X[:n], y[:n], X[n:], y[n:]


def line(X: FloatArray, y: FloatArray, adam: bool, rate: float) -> FloatArray:
    """Slopes of least squares after 300 steps from zero, all samples at once.

    Shape (n_features,).
    """
    w, m, v = (np.zeros(X.shape[1]) for _ in range(3))
    for t in range(1, 301):
        g = X.T @ (X @ w - y) / len(y)
        if not adam:
            m = 0.9 * m - rate * g
            w = w + m
            continue
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        size = np.sqrt(v / (1 - 0.999**t)) + 1e-8
        w = w - rate / (1 - 0.9**t) * m / size
    return w
    # --8<-- [end:wide]


def on_wide(seed: int) -> list[float]:
    """Accuracy on new samples of the wide table: SGD, then Adam."""
    X, y, new, truth = wide(60, 200, np.random.default_rng(seed))
    told = [new @ line(X, y, adam, 0.03) for adam in (False, True)]
    return [float((np.sign(one) == truth).mean()) for one in told]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What came of all arms.

    Attributes:
        told: Accuracy by optimiser and share of wrong labels: early, at the
            end, on training digits, shape (3, n_rates, n_seeds).
        wide: With a feature for each sample, shape (n_seeds, 2).
    """

    told: dict[tuple[str, float], FloatArray]
    wide: FloatArray

    def tuned(self, optimiser: str, noise: float, kind: int = 1) -> FloatArray:
        """Accuracy at the rate that is best on the other splits: early (0), at
        the end (1), or on training digits (2).
        """
        scores = self.told[optimiser, noise]
        rates = picks(scores[min(kind, 1)])
        return np.asarray(scores[kind][rates, np.arange(len(rates))])

    def lead(self, noise: float, kind: int = 1) -> Interval:
        """SGD minus Adam, at tuned rates."""
        sgd, adam = (self.tuned(one, noise, kind) for one in RATES)
        return paired_difference(sgd, adam)

    def gap(self, optimiser: str) -> FloatArray:
        """Accuracy on training digits minus that on new ones."""
        return self.tuned(optimiser, 0.0, 2) - self.tuned(optimiser, 0.0)


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Train with both optimisers at all rates, on the same splits.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    told = {
        (one, noise): np.array(trained(one, noise, seeds))
        for one in RATES
        for noise in STARTS
    }
    return Result(told, np.array([on_wide(seed) for seed in seeds]))


def judge(result: Result) -> Outcome:
    """SGD should tell more."""
    untuned = [result.told[one, 0.0][1, 1] for one in RATES]
    effects = {
        "clean, tuned": result.lead(0.0),
        "noisy, tuned": result.lead(0.2),
        "clean, a quarter of the steps": result.lead(0.0, 0),
        "clean, untuned": paired_difference(*untuned),
    }
    return LESSON.judge(
        *(
            Finding(f"{name}: SGD − Adam, accuracy", effect)
            for name, effect in effects.items()
        ),
        Finding(
            "training − new digits: Adam − SGD, accuracy",
            paired_difference(result.gap("Adam"), result.gap("SGD")),
        ),
        Finding(
            "wide: SGD − Adam, accuracy", paired_difference(*result.wide.T)
        ),
    )
