"""Lesson L32: does reshuffling the rows of an official split flatter the score?

scikit-learn's digits come in the order of their file, in which neighbours are
alike as if one hand had written them (the file does not name its writers). Ten
stretches of the file are the units: one half of a stretch is tested, and the
other half trains or does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Case = tuple[IntArray, IntArray, IntArray]

LESSON = Lesson(
    "L32",
    "Recombining and reshuffling the official split gives results that "
    "cannot be compared",
    "S2-14",
    "scikit-learn's digits, ten stretches of the file",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="any",
        made="real",
        advice="Keep the split, or split by writer.",
        conditions=(
            Condition(
                "the model is nearest neighbours", split=(600, 180, 1797)
            ),
            Condition(
                "the model is a support vector machine", split=(600, 180, 1797)
            ),
            Condition(
                "the model is logistic regression", split=(600, 180, 1797)
            ),
        ),
        held=(
            Held(
                "data set",
                "scikit-learn's digits",
                why="the MNIST images at hand do not tell writers apart",
            ),
            Held("number of stretches", "10"),
            Held("training rows", "600"),
        ),
    ),
)

MODELS = ("nearest neighbours", "support vectors", "logistic regression")
STRETCHES = tuple(range(10))
N_TRAIN = 600


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Test accuracies, shape (2, n_models, n_stretches), in the order of
    `MODELS`.

    The first row trains on other stretches alone, the second also on the other
    half of the tested stretch.

    Attributes:
        file: The stretches are parts of the file.
        mixed: Control: the file was shuffled before it was cut.
    """

    file: FloatArray
    mixed: FloatArray

    def gain(self, model: str, mixed: bool = False) -> Interval:
        """What the other half of the tested stretch adds to the score of a
        model.
        """
        apart, leaked = (self.mixed if mixed else self.file)[
            :, MODELS.index(model)
        ]
        return paired_difference(leaked, apart)

    def level(self, model: str) -> Interval:
        """Accuracy on stretches of the file of which no row was trained on."""
        return mean_interval(self.file[0, MODELS.index(model)])


def models() -> list[Any]:
    """The classifiers, in the order of `MODELS`."""
    return [
        KNeighborsClassifier(3),
        SVC(C=10),
        LogisticRegression(C=0.1, tol=1e-3),
    ]


# --8<-- [start:rows]
def cases(n: int, stretch: int, rng: np.random.Generator) -> list[Case]:
    """Choose rows to test, and two sets of rows to train on; each half is
    tested once.

    Args:
        n: Number of rows of the file.
        stretch: Which tenth of the file is tested, 0 to 9.
        rng: Source of the choice.

    Returns:
        For each half of the stretch: its rows, to test; 600 rows of other
            stretches; and
        600 rows again, of which the other half of the stretch replaces the last
        ones.

    Raises:
        ValueError: If there is no such stretch.
    """
    if stretch not in STRETCHES:
        raise ValueError(f"stretch must be from 0 to 9, got {stretch}")
    here = np.array_split(np.arange(n), len(STRETCHES))[stretch]
    halves = np.array_split(rng.permutation(here), 2)
    apart = rng.permutation(np.setdiff1d(np.arange(n), here))[:N_TRAIN]
    return [
        (test, apart, np.concatenate([apart[: N_TRAIN - len(twin)], twin]))
        for test, twin in (halves, halves[::-1])
    ]
    # --8<-- [end:rows]


def _scores(X: FloatArray, y: IntArray, stretch: int) -> FloatArray:
    """Score all models without and with the other half, shape (2, n_models)."""
    scores = [
        [
            [
                model.fit(X[rows], y[rows]).score(X[test], y[test])
                for model in models()
            ]
            for rows in sets
        ]
        for test, *sets in cases(
            len(y), stretch, np.random.default_rng(stretch)
        )
    ]
    return np.asarray(np.mean(scores, axis=0))


def run(stretches: Sequence[int] = STRETCHES) -> Result:
    """Score on each stretch, of the file and of the shuffled file.

    Raises:
        ValueError: If there are fewer than two stretches.
    """
    if len(stretches) < 2:
        raise ValueError(f"need two stretches or more, got {list(stretches)}")
    images, y = load_digits(return_X_y=True)
    X, mix = images / 16, np.random.default_rng(0).permutation(len(y))
    found = [
        [_scores(X, y, one), _scores(X[mix], y[mix], one)] for one in stretches
    ]
    file, mixed = np.moveaxis(np.array(found), 0, -1)
    return Result(file, mixed)


def judge(result: Result) -> Outcome:
    """The other half of a stretch should raise the score of every model."""
    return LESSON.judge(
        *(
            Finding(
                f"{model}, reshuffled − kept apart, accuracy",
                result.gain(model),
            )
            for model in MODELS
        )
    )
