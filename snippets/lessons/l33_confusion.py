"""Lesson L33: do 8s cause the most confusion among handwritten digits?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from data.mnist import SIDE, draw, load
from snippets.evidence import Interval, paired_difference
from snippets.lessons.choice import chosen_elsewhere
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L33",
    "8s cause the most confusion among handwritten digits",
    "S2-13",
    "MNIST digits, 1,000 for training, 1,500 new, 14 × 14 pixels",
    Registration(
        origin="source",
        quantifier="sometimes",
        primary=0,
        family="any",
        made="real",
        advice=(
            "Draw rows and columns of the confusion matrix apart, and "
            "over several splits."
        ),
        conditions=(
            Condition(
                "the source's model misses 8s, beside the mean digit",
                margin=1.0,
                split=(1000, 1500, 5000),
                unit="images a hundred",
            ),
            Condition(
                "the source's model answers 8, beside the mean digit",
                margin=1.0,
                split=(1000, 1500, 5000),
                unit="images a hundred",
            ),
            Condition(
                "the source's model misses 8s, beside the worst digit",
                margin=1.0,
                split=(1000, 1500, 5000),
                unit="images a hundred",
            ),
            Condition(
                "logistic regression misses 8s, beside the worst digit",
                margin=1.0,
                split=(1000, 1500, 5000),
                unit="images a hundred",
            ),
            Condition(
                "the vote of neighbours misses 8s, beside the worst digit",
                margin=1.0,
                split=(1000, 1500, 5000),
                unit="images a hundred",
            ),
            Condition(
                "a forest misses 8s, beside the worst digit",
                margin=1.0,
                split=(1000, 1500, 5000),
                unit="images a hundred",
            ),
            Condition(
                "a support vector machine misses 8s, beside the worst digit",
                margin=1.0,
                split=(1000, 1500, 5000),
                unit="images a hundred",
            ),
            Condition(
                "the source's model answers 8, beside the worst digit",
                margin=1.0,
                split=(1000, 1500, 5000),
                unit="images a hundred",
            ),
            Condition(
                "logistic regression answers 8, beside the worst digit",
                margin=1.0,
                split=(1000, 1500, 5000),
                unit="images a hundred",
            ),
            Condition(
                "the vote of neighbours answers 8, beside the worst digit",
                margin=1.0,
                split=(1000, 1500, 5000),
                unit="images a hundred",
            ),
            Condition(
                "a forest answers 8, beside the worst digit",
                margin=1.0,
                split=(1000, 1500, 5000),
                unit="images a hundred",
            ),
            Condition(
                "a support vector machine answers 8, beside the worst digit",
                margin=1.0,
                split=(1000, 1500, 5000),
                unit="images a hundred",
            ),
        ),
        held=(
            Held(
                "training images",
                "1,000",
                why="the source has 60 times as many, too many to run here",
            ),
            Held("size of the images", "14 × 14 pixels", why="to save time"),
            Held("passes of the linear model", "15"),
        ),
        reason="One image in a hundred.",
    ),
)

ARMS = ("linear, SGD", "logistic", "neighbours", "forest", "SVM")

WAYS = ("missed", "false")
"""Rows of the confusion matrix, images of a digit that are called another; and
its columns, images of others that are called this digit.
"""

N_TRAIN, N_TEST = 1000, 1500


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Wrong images a hundred, shape (n_ways, n_arms, n_seeds, 10), as `WAYS`
    and `ARMS`.
    """

    wrong: FloatArray

    def of(self, way: str, arm: str) -> FloatArray:
        """Wrong images a hundred, shape (n_seeds, 10)."""
        return np.asarray(self.wrong[WAYS.index(way), ARMS.index(arm)])

    def worst(self, way: str, arm: str) -> int:
        """The digit with most wrong images, mean over seeds."""
        return int(self.of(way, arm).mean(axis=0).argmax())

    def lead(self, way: str, arm: str, digit: int = 8) -> Interval:
        """A digit minus the one of the others that is worst on the other seeds,
        in images a hundred.
        """
        found = self.of(way, arm)
        rival = chosen_elsewhere(np.delete(found, digit, axis=1).T)
        return paired_difference(found[:, digit], rival)

    def above_mean(self, way: str, arm: str, digit: int = 8) -> Interval:
        """A digit minus the mean of the others, in images a hundred."""
        found = self.of(way, arm)
        return paired_difference(
            found[:, digit], np.delete(found, digit, axis=1).mean(axis=1)
        )

    def times_worst(self, way: str, arm: str, digit: int = 8) -> int:
        """In how many splits a digit has the most wrong images."""
        return int((self.of(way, arm).argmax(axis=1) == digit).sum())


# --8<-- [start:wrong]
def wrong_images(truth: IntArray, answer: IntArray) -> FloatArray:
    """Count mistakes by the true digit and by the digit that was answered.

    Args:
        truth: Digits, shape (n_samples,), each of the ten at least once.
        answer: What the model said, shape (n_samples,).

    Returns:
        Shape (2, 10), images a hundred of each true digit. First the row sums:
        images of a digit that are called another. Then the column sums: images
        of the others that are called this digit.

    Raises:
        ValueError: If a digit is missing from the truth.
    """
    confusion = np.zeros((10, 10))
    np.add.at(confusion, (truth, answer), 1)
    if not confusion.any(axis=1).all():
        raise ValueError(
            "every digit must occur, or its share of mistakes is not defined"
        )
    confusion *= 100 / confusion.sum(axis=1, keepdims=True)
    np.fill_diagonal(confusion, 0)
    return np.array([confusion.sum(axis=1), confusion.sum(axis=0)])
    # --8<-- [end:wrong]


def halve(images: FloatArray) -> FloatArray:
    """Average blocks of two by two pixels.

    Args:
        images: One row an image of 28 × 28 pixels, shape (n_samples, 784).

    Returns:
        Images of 14 × 14 pixels, shape (n_samples, 196).
    """
    half = SIDE // 2
    blocks = images.reshape(-1, half, 2, half, 2)
    return np.asarray(blocks.mean(axis=(2, 4)).reshape(len(images), half**2))


def models(seed: int) -> list[Any]:
    """Build one model for each of `ARMS`; the seed is for those that draw."""
    return [
        SGDClassifier(max_iter=15, tol=None, random_state=seed),
        LogisticRegression(max_iter=100),
        KNeighborsClassifier(3),
        RandomForestClassifier(20, random_state=seed),
        SVC(C=5),
    ]


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Count the mistakes of all models on the same splits.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    images = load()
    found = np.empty((len(WAYS), len(ARMS), len(seeds), 10))
    for j, seed in enumerate(seeds):
        drawn = draw(N_TRAIN + N_TEST, seed, images)
        X, y = halve(drawn.X), drawn.y
        for arm, model in enumerate(models(seed)):
            answer = model.fit(X[:N_TRAIN], y[:N_TRAIN]).predict(X[N_TRAIN:])
            found[:, arm, j] = wrong_images(y[N_TRAIN:], answer)
    return Result(found)


def judge(result: Result) -> Outcome:
    """8 should have more mistakes than other digits do, and than any of them,
    either way.
    """
    eights = {"missed": "8s missed", "false": "false 8s"}
    own = ARMS[0]  # the model of the source
    return LESSON.judge(
        *(
            Finding(
                f"{own}, {eights[way]} − mean of the other digits, images a "
                "hundred",
                result.above_mean(way, own),
            )
            for way in WAYS
        ),
        *(
            Finding(
                f"{arm}, {eights[way]} − the worst other digit, images a "
                "hundred",
                result.lead(way, arm),
            )
            for way in WAYS
            for arm in ARMS
        ),
    )
