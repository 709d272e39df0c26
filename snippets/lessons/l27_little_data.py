"""Lesson L27: do support vector machines work well with little data?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L27",
    "Support vector machines can work well even with a small amount of data",
    "S1-17",
    "breast cancer and digits, 20 to 50 training samples",
    Registration(
        origin="source",
        quantifier="sometimes",
        primary=6,
        family="support vectors",
        made="real",
        advice=(
            "With under fifty rows start with logistic regression; try "
            "the machine beside it."
        ),
        conditions=(
            Condition(
                "20 tumours train it, beside logistic regression",
                split=(20, 300, 569),
            ),
            Condition(
                "50 tumours train it, beside logistic regression",
                split=(50, 300, 569),
            ),
            Condition(
                "30 digits train it, beside logistic regression",
                split=(30, 300, 1797),
            ),
            Condition(
                "50 digits train it, beside logistic regression",
                split=(50, 300, 1797),
            ),
            Condition(
                "20 tumours train it, beside a forest", split=(20, 300, 569)
            ),
            Condition(
                "50 tumours train it, beside a forest", split=(50, 300, 569)
            ),
            Condition(
                "30 digits train it, beside a forest", split=(30, 300, 1797)
            ),
            Condition(
                "50 digits train it, beside a forest", split=(50, 300, 1797)
            ),
        ),
        held=(
            Held("settings of all models", "the library's defaults"),
            Held("trees of the forest", "25"),
            Held("number of data sets", "2"),
        ),
    ),
)

SIZES = (
    ("breast cancer", 20),
    ("breast cancer", 50),
    ("digits", 30),
    ("digits", 50),
)
"""Which samples, and how many of them are for training."""

ARMS = ("SVM", "logistic", "forest")

N_TEST, N_TREES = 300, 25


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Test accuracies, shape (n_sizes, n_arms, n_seeds), in the order of
    `SIZES` and `ARMS`.
    """

    accuracy: FloatArray

    def lead(self, size: int, rival: str) -> Interval:
        """Accuracy of the support vector machine minus that of a rival."""
        scores = self.accuracy[size]
        return paired_difference(scores[0], scores[ARMS.index(rival)])

    def table(self) -> dict[str, dict[str, Interval]]:
        """Accuracy of each arm at each size."""
        return {
            f"{name}, {n} samples": dict(
                zip(ARMS, map(mean_interval, scores), strict=True)
            )
            for (name, n), scores in zip(SIZES, self.accuracy, strict=True)
        }


# --8<-- [start:scores]
def scores(name: str, n_train: int, seed: int) -> list[float]:
    """Fit the support vector machine and its rivals to the same few samples.

    Args:
        name: "breast cancer" or "digits".
        n_train: How many samples to train on; the classes keep their shares.
        seed: Which split; the forest uses it too.

    Returns:
        Accuracy on new samples of each of `ARMS`; the settings are the
        library's.
    """
    loaders: dict[str, Any] = {
        "breast cancer": load_breast_cancer,
        "digits": load_digits,
    }
    X, y = loaders[name](return_X_y=True)
    scaler = StandardScaler() if name == "breast cancer" else "passthrough"
    X = X if name == "breast cancer" else X / 16
    sizes = {
        "train_size": n_train,
        "test_size": N_TEST,
        "stratify": y,
        "random_state": seed,
    }
    train, test, wanted, truth = train_test_split(X, y, **sizes)
    forest = RandomForestClassifier(N_TREES, random_state=seed)
    models = (
        make_pipeline(scaler, SVC()),
        make_pipeline(scaler, LogisticRegression()),
        forest,
    )
    return [
        float(model.fit(train, wanted).score(test, truth)) for model in models
    ]
    # --8<-- [end:scores]


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Score all models at all sizes; a seed is a split.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    found = [[scores(name, n, seed) for seed in seeds] for name, n in SIZES]
    return Result(np.array(found).swapaxes(1, 2))


def judge(result: Result) -> Outcome:
    """The support vector machine should lead both rivals at every size."""
    return LESSON.judge(
        *(
            Finding(
                f"{name}, {n} samples, SVM − {rival}, accuracy",
                result.lead(size, rival),
            )
            for rival in ARMS[1:]
            for size, (name, n) in enumerate(SIZES)
        )
    )
