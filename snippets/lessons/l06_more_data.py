"""Lesson L06: is more training data worth more than a better model?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from data.mnist import Images, draw, load
from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L06",
    "Never underestimate the power of more training data",
    "S3-D8",
    "MNIST sample, 30 principal components",
    Registration(
        origin="source",
        quantifier="usually",
        primary=1,
        family="any",
        made="real",
        advice=(
            "Draw the learning curve of your best model; buy data while "
            "it rises."
        ),
        conditions=(
            Condition(
                "more data must make up for naive Bayes, which has its ceiling",
                split=(3200, 1000, 5000),
                rank="rival",
            ),
            Condition(
                "naive Bayes gets eight times the images",
                split=(3200, 1000, 5000),
            ),
            Condition(
                "the machine gets four times the images",
                split=(1600, 1000, 5000),
            ),
            Condition(
                "more data must make up for neighbours, which go on learning",
                split=(3200, 1000, 5000),
                rank="rival",
            ),
        ),
        held=(
            Held("images of the rival SVM", "400, against 3,200"),
            Held("principal components kept", "30"),
            Held("images that choose the settings", "400"),
        ),
    ),
)

SIZES = (100, 200, 400, 800, 1600, 3200)
"""Training images; the support vector machine stops one short, for time."""

N_TEST, N_COMPONENTS, N_TUNED = 1000, 30, 400

MODELS: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "naive Bayes": tuple(GaussianNB(var_smoothing=s) for s in (1e-9, 0.01)),
        "neighbours": tuple(KNeighborsClassifier(k) for k in (1, 3, 5)),
        "support vectors": tuple(SVC(C=C) for C in (1, 10)),
    }
)
"""Settings of each model; it gets the one that does best on held-out images."""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Test accuracies by number of training images, a column a seed.

    Attributes:
        simple: Of Gaussian naive Bayes, shape (6, n_seeds), in the order of
            `SIZES`.
        near: Of nearest neighbours, likewise.
        better: Of a support vector machine, shape (5, n_seeds), for
            `SIZES[:-1]`.
    """

    simple: FloatArray
    near: FloatArray
    better: FloatArray

    def lead(
        self, n_better: int, n_simple: int, simple: FloatArray
    ) -> Interval:
        """A simple model with `n_simple` images minus the better model with
        `n_better`.
        """
        return paired_difference(
            simple[SIZES.index(n_simple)], self.better[SIZES.index(n_better)]
        )


# --8<-- [start:curve]
def tuned(settings: Sequence[Any], Z: FloatArray, y: IntArray) -> Any:
    """Choose a setting by the last quarter of some training images."""
    n = len(Z) * 3 // 4
    scores = [one.fit(Z[:n], y[:n]).score(Z[n:], y[n:]) for one in settings]
    return settings[int(np.argmax(scores))]


def learning_curves(images: Images) -> list[list[float]]:
    """Score all models on the same test images, with more and more training
    images.

    The first images train, the next 1,000 test; the rest teach the principal
    components, so that no test image has a part in any fit. The first 400 also
    choose the setting of each model.

    Returns:
        A list for each of `MODELS`.
    """
    n = SIZES[-1]
    Z = PCA(N_COMPONENTS, svd_solver="randomized", random_state=0)
    Z = Z.fit(images.X[n + N_TEST :]).transform(images.X)
    test, digits = Z[n : n + N_TEST], images.y[n : n + N_TEST]
    known, y = Z[:n], images.y[:n]
    chosen = [
        tuned(settings, known[:N_TUNED], y[:N_TUNED])
        for settings in MODELS.values()
    ]
    sizes = (SIZES, SIZES, SIZES[:-1])
    return [
        [model.fit(known[:m], y[:m]).score(test, digits) for m in some]
        for model, some in zip(chosen, sizes, strict=True)
    ]
    # --8<-- [end:curve]


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Draw the learning curves of all models; a seed is an order of the 5,000
    images.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    images = load()
    curves = [
        learning_curves(draw(len(images.y), seed, images)) for seed in seeds
    ]
    return Result(*(np.array(scores).T for scores in zip(*curves, strict=True)))


def judge(result: Result) -> Outcome:
    """Eight times the images should beat the better model, and should help at
    all.
    """
    simple, better = result.simple, result.better
    few, many = SIZES.index(400), SIZES.index(1600)
    return LESSON.judge(
        Finding(
            "naive Bayes with 3,200 − SVM with 400 images, accuracy",
            result.lead(400, 3200, simple),
        ),
        Finding(
            "naive Bayes, 3,200 − 400 images, accuracy",
            paired_difference(simple[-1], simple[few]),
        ),
        Finding(
            "SVM, 1,600 − 400 images, accuracy",
            paired_difference(better[many], better[few]),
        ),
        Finding(
            "neighbours with 3,200 − SVM with 400 images, accuracy",
            result.lead(400, 3200, result.near),
        ),
    )
