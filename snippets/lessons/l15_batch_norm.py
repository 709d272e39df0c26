"""Lesson L15: does batch normalisation speed up a deep network, and does it
regularise?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from snippets import neural_network
from snippets.evidence import Interval, paired_difference
from snippets.lessons import batch_norm, regularisers
from snippets.lessons.choice import chosen_elsewhere
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome
from snippets.lessons.registry import (
    Change,
    Condition,
    Held,
    Part,
    Registration,
)
from snippets.lessons.regularisers import Runs
from snippets.neural_network import Options

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L15",
    "Batch normalisation makes deep networks train faster, and "
    "regularises a little",
    "S3-T3",
    "600 of scikit-learn's digits, six hidden layers; 300, one hidden layer",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="networks",
        made="real",
        advice=(
            "Use it to train deep networks; do not count on it against "
            "noisy labels."
        ),
        conditions=(
            Condition(
                "the network is deep and each arm has its best rate",
                split=(600, 1197, 1797),
                part="a",
            ),
            Condition(
                "the network is deep and the rate is 0.02",
                split=(600, 1197, 1797),
                part="a",
            ),
            Condition(
                "the network is deep and the rate is 0.1",
                split=(600, 1197, 1797),
                part="a",
            ),
            Condition(
                "the network is deep and the rate is 0.5",
                split=(600, 1197, 1797),
                part="a",
            ),
            Condition(
                "the network is shallow and a fifth of the labels is wrong",
                split=(300, 1000, 1797),
                part="b",
            ),
            Condition(
                "the network is shallow and labels are right",
                split=(300, 1000, 1797),
                rank="limit",
                part="b",
            ),
            Condition(
                "the network is deep and the rate is 2",
                split=(600, 1197, 1797),
                part="a",
            ),
        ),
        changes=(
            Change(
                "a longer rate, of 2",
                "the longest, of 0.5, was the normalised network's best",
            ),
        ),
        parts={
            "a": Part(
                "Batch normalisation makes deep networks train faster", 0
            ),
            "b": Part("Batch normalisation regularises a little", 4),
        },
        held=(
            Held("passes of training, deep network", "5"),
            Held("batch size", "32"),
        ),
    ),
)

RATES = (0.02, 0.1, 0.5, 2.0)
N_TRAIN = 600
DEEP = Options(hidden=(32,) * 6, epochs=5, batch_size=32, optimiser="sgd")
NAMES = ("plain", "normalised")


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Both experiments.

    Attributes:
        deep: Accuracy on new digits after a few epochs, shape (2, n_rates,
            n_seeds), in the order of `NAMES` and `RATES`.
        shallow: A network of one hidden layer, plain and normalised.
    """

    deep: FloatArray
    shallow: Runs

    def lead(self, rate: float) -> Interval:
        """Normalised minus plain at one learning rate."""
        plain, normalised = self.deep[:, RATES.index(rate)]
        return paired_difference(normalised, plain)

    def lead_at_best(self) -> Interval:
        """Normalised minus plain, each at the rate that suits it best on the
        other seeds.
        """
        plain, normalised = map(chosen_elsewhere, self.deep)
        return paired_difference(normalised, plain)


def _one(seed: int, X: FloatArray, y: NDArray[np.int64]) -> list[list[float]]:
    """Accuracy of both networks at each rate, on the same digits."""
    order = np.random.default_rng(seed).permutation(len(y))
    known, new = order[:N_TRAIN], order[N_TRAIN:]
    scores: list[list[float]] = []
    for trainer in (neural_network.fit, batch_norm.fit):
        networks = [
            trainer(
                X[known],
                y[known],
                Options(DEEP.hidden, DEEP.epochs, DEEP.batch_size, "sgd", rate),
                rng=np.random.default_rng(seed),
            )
            for rate in RATES
        ]
        scores.append([network.score(X[new], y[new]) for network in networks])
    return scores


def run_deep(seeds: Sequence[int] = SEEDS) -> FloatArray:
    """Train deep networks at several rates; a seed is a draw of digits and a
    start.

    Returns:
        Accuracy on new digits, shape (2, n_rates, n_seeds), as in
        `Result.deep`.
    """
    X, y = load_digits(return_X_y=True)
    return np.moveaxis(
        np.array([_one(seed, X / 16, y) for seed in seeds]), 0, -1
    )


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Train deep networks at several rates, and shallow ones on clean and noisy
    labels.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    shallow = regularisers.run(("none", "batch normalisation"), seeds)
    return Result(run_deep(seeds), shallow)


def judge(result: Result) -> Outcome:
    """Faster at every rate and at the best of each; and better on noisy
    labels.
    """
    arm = "batch normalisation"
    return LESSON.judge(
        Finding(
            "each at its best rate, deep, accuracy after 5 epochs",
            result.lead_at_best(),
        ),
        *(
            Finding(
                f"rate {rate}, deep, accuracy after 5 epochs", result.lead(rate)
            )
            for rate in RATES[:3]
        ),
        Finding(
            "one hidden layer, noisy labels, accuracy",
            result.shallow.gain(arm, "noisy"),
        ),
        Finding(
            "one hidden layer, clean labels, accuracy",
            result.shallow.gain(arm, "clean"),
        ),
        Finding(
            f"rate {RATES[3]:g}, deep, accuracy after 5 epochs",
            result.lead(RATES[3]),
        ),
    )
