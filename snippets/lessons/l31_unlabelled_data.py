"""Lesson L31: do unlabelled samples help a classifier that has few labels?

Label spreading (Zhou et al. 2004) and self-training (Yarowsky 1995), each
against a supervised model that sees the labelled samples alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.semi_supervised import LabelSpreading, SelfTrainingClassifier
from sklearn.svm import SVC

from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L31",
    "With few labels, samples without labels help",
    "S1-08",
    "digits with 50 and 20 labels; a square without a gap",
    Registration(
        origin="sharpened",
        quantifier="usually",
        primary=0,
        family="any",
        made="both",
        advice="Compare with the model that ignores them; else label more.",
        conditions=(
            Condition(
                "labels spread over clusters of digits", split=(800, 997, 1797)
            ),
            Condition(
                "a model labels digits itself, with a weak penalty",
                split=(500, 1297, 1797),
            ),
            Condition(
                "a model labels digits itself, with the default penalty",
                split=(500, 1297, 1797),
            ),
            Condition("no gap parts the classes", rank="limit"),
        ),
        held=(
            Held("number of labels", "50 for spreading, 20 for self-training"),
            Held("confidence that self-training asks", "the default"),
            Held(
                "settings of the supervised rival",
                "SVM with C = 10 beside spreading",
            ),
        ),
    ),
)

UNLABELLED = -1
"""The target by which scikit-learn marks a sample without a label."""


ARMS = (
    "spreading, digits",
    "self-training, digits, weak penalty",
    "self-training, digits, defaults",
    "spreading, square without a gap",
)
"""What is compared: the semi-supervised model and its samples."""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Test accuracies of each arm, shape (n_arms, n_seeds), in the order of
    `ARMS`.

    Attributes:
        both: With the labelled and the unlabelled samples.
        labelled: Of the supervised rival, with the labelled samples alone: a
            support vector machine for spreading, the same logistic regression
            for self-training.
    """

    both: FloatArray
    labelled: FloatArray

    def gains(self) -> dict[str, Interval]:
        """Accuracy with the unlabelled samples minus accuracy without, paired
        by seed.
        """
        pairs = zip(ARMS, self.both, self.labelled, strict=True)
        return {
            arm: paired_difference(first, second)
            for arm, first, second in pairs
        }


# --8<-- [start:hide]
def hide_labels(
    y: IntArray, n_labels: int, rng: np.random.Generator
) -> IntArray:
    """Keep the labels of some samples, at least one a class, and hide the rest.

    Args:
        y: Labels, shape (n_samples,).
        n_labels: How many labels to keep, at least the number of classes.
        rng: Source of the choice.

    Returns:
        Labels with `UNLABELLED` where hidden, shape (n_samples,).

    Raises:
        ValueError: If `n_labels` is below the number of classes or above
            `len(y)`.
    """
    order = rng.permutation(len(y))
    _, first = np.unique(y[order], return_index=True)  # one of each class
    if not len(first) <= n_labels <= len(y):
        raise ValueError(
            f"keep {len(first)} to {len(y)} labels, got {n_labels}"
        )
    # rising, so still in random order
    others = np.setdiff1d(np.arange(len(y)), first)
    kept = order[np.concatenate([first, others])[:n_labels]]
    hidden = np.full(len(y), UNLABELLED, dtype=np.int64)
    hidden[kept] = y[kept]
    return hidden
    # --8<-- [end:hide]


def _square(n: int, rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    """Points spread evenly over a square, split by a wave that no gap
    follows.
    """
    X = rng.uniform(-1.0, 1.0, (n, 2))
    return X, (X[:, 1] > 0.5 * np.sin(3 * X[:, 0])).astype(np.int64)


def _both(
    semi: object,
    rival: object,
    data: tuple[FloatArray, IntArray],
    n_train: int,
    n_labels: int,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Score a semi-supervised model and its supervised rival on the same
    split.
    """
    X, y = data
    order = rng.permutation(len(y))
    train, test = order[:n_train], order[n_train:]
    hidden = hide_labels(y[train], n_labels, rng)
    known = hidden != UNLABELLED
    first = clone(semi).fit(X[train], hidden).score(X[test], y[test])
    second = (
        clone(rival).fit(X[train][known], hidden[known]).score(X[test], y[test])
    )
    return float(first), float(second)


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Score each pair of models on the same labelled samples.

    Args:
        seeds: Splits and choices of labels.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    X, y = load_digits(return_X_y=True)
    digits = X / 16, y
    weak, default = (
        LogisticRegression(C=C, max_iter=500) for C in (100.0, 1.0)
    )
    spreading = LabelSpreading(kernel="knn", n_neighbors=10, max_iter=100)
    scores = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        scores.append(
            [
                _both(spreading, SVC(C=10), digits, 800, 50, rng),
                _both(SelfTrainingClassifier(weak), weak, digits, 500, 20, rng),
                _both(
                    SelfTrainingClassifier(default),
                    default,
                    digits,
                    500,
                    20,
                    rng,
                ),
                _both(spreading, SVC(C=10), _square(1300, rng), 300, 20, rng),
            ]
        )
    both, labelled = np.array(scores).transpose(2, 1, 0)
    return Result(both, labelled)


def judge(result: Result) -> Outcome:
    """Each model should be better with the unlabelled samples than without."""
    return LESSON.judge(
        *(
            Finding(f"{arm}, with − without, accuracy", gain)
            for arm, gain in result.gains().items()
        )
    )
