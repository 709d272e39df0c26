"""Lesson L16: must samples be shuffled before batches and folds are cut?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration
from snippets.neural_network import Network, Options, fit
from snippets.validation import cross_validate, folds, nearest_mean

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Shuffle = Literal["never", "once", "each"]

LESSON = Lesson(
    "L16",
    "Always shuffle the data when you make training batches",
    "S3-A6",
    "scikit-learn's digits, sorted by class",
    Registration(
        origin="source",
        quantifier="always",
        primary=0,
        family="networks",
        made="real",
        advice="Shuffle once at least; a new order each epoch is a habit.",
        conditions=(
            Condition(
                "each epoch has its order and the rival is a sorted file",
                split=(1000, 797, 1797),
            ),
            Condition(
                "the file is shuffled once and the rival is a sorted file",
                split=(1000, 797, 1797),
            ),
            Condition(
                "one shuffle is set against one each epoch",
                margin=0.02,
                split=(1000, 797, 1797),
                rank="rival",
            ),
            Condition(
                "rows are cut into ten folds",
                split=(898, 899, 1797),
                rank="limit",
            ),
        ),
        held=(
            Held("passes of training", "5"),
            Held("learning rate", "0.1 with SGD"),
            Held("batch size", "32"),
        ),
        reason="Two samples in a hundred: below it two orders are the same.",
    ),
)

ORDERS: tuple[Shuffle, ...] = ("never", "once", "each")
N_TRAIN, N_FOLDS, LEVEL = 1000, 10, 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Accuracies of a network by order of its batches, and of folds by order of
    the rows.

    Attributes:
        by_digit: Share of each digit's test images that is recognised, shape
            (3, n_seeds, 10), in the order of `ORDERS`.
        accuracy: Share of all test images, shape (3, n_seeds).
        folds: Cross-validated accuracy of nearest class means with sorted and
            with shuffled rows, shape (2, n_seeds).
    """

    by_digit: FloatArray
    accuracy: FloatArray
    folds: FloatArray

    def level(self, order: Shuffle) -> Interval:
        """Test accuracy with one order."""
        return mean_interval(self.accuracy[ORDERS.index(order)])

    def gain(self, order: Shuffle, over: Shuffle) -> Interval:
        """Test accuracy with one order minus that with another."""
        return paired_difference(
            self.accuracy[ORDERS.index(order)],
            self.accuracy[ORDERS.index(over)],
        )


# --8<-- [start:sorted]
def train_sorted(
    X: FloatArray, y: IntArray, shuffle: Shuffle, seed: int
) -> Network:
    """Train on samples that come sorted by class.

    Args:
        X: Images, shape (n_samples, 64), ink from 0 to 1.
        y: Digits, shape (n_samples,).
        shuffle: "never" cuts the sorted file into batches of 32, "once"
            shuffles it before the first epoch, "each" before every one.
        seed: Start of the network, and order of the samples.
    """
    rows = np.argsort(y, kind="stable")  # first all zeros, at last all nines
    options = Options(
        hidden=(64,),
        epochs=5,
        optimiser="sgd",
        learning_rate=0.1,
        shuffle=shuffle,
    )
    return fit(X[rows], y[rows], options, rng=np.random.default_rng(seed))
    # --8<-- [end:sorted]


def recall_by_digit(network: Network, X: FloatArray, y: IntArray) -> FloatArray:
    """Share of each digit's images that is recognised, shape (10,)."""
    right = network.predict(X) == y
    return np.array([right[y == digit].mean() for digit in range(10)])


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Train and cross-validate with each order; a seed is a split of the
    digits.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    images, digits = load_digits(return_X_y=True)
    images = images / 16
    by_digit, accuracy, folded = [], [], []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        order = rng.permutation(len(digits))
        X, y = images[order], digits[order]
        test = X[N_TRAIN:], y[N_TRAIN:]
        networks = [
            train_sorted(X[:N_TRAIN], y[:N_TRAIN], how, seed) for how in ORDERS
        ]
        by_digit.append(
            [recall_by_digit(network, *test) for network in networks]
        )
        accuracy.append([network.score(*test) for network in networks])
        rows = np.argsort(y, kind="stable")
        cuts = [folds(len(y), N_FOLDS), folds(len(y), N_FOLDS, rng)]
        folded.append(
            [
                cross_validate(nearest_mean, X[rows], y[rows], parts).mean()
                for parts in cuts
            ]
        )
    return Result(
        np.array(by_digit).swapaxes(0, 1),
        np.array(accuracy).T,
        np.array(folded).T,
    )


def judge(result: Result) -> Outcome:
    """Shuffling should help batches and folds of a sorted file, and be no worse
    each time.
    """
    return LESSON.judge(
        Finding(
            "shuffled in each epoch − never, accuracy",
            result.gain("each", "never"),
        ),
        Finding(
            "shuffled once − never, accuracy", result.gain("once", "never")
        ),
        Finding(
            "each epoch − once, accuracy",
            result.gain("each", "once"),
            "none",
            LEVEL,
        ),
        Finding(
            "10 folds, shuffled − sorted, accuracy",
            paired_difference(result.folds[1], result.folds[0]),
        ),
    )
