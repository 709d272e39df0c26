"""Lesson L06: is more training data worth more than a better model?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import SVC

from data.mnist import Images, draw, load
from snippets.evidence import Interval, paired_difference
from snippets.lessons.harness import SEEDS, Finding, Lesson, Outcome, check_seeds

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L06",
    "More training data is worth more than a better model",
    "S3-D8",
    "MNIST sample, 30 principal components",
)

SIZES = (100, 200, 400, 800, 1600, 3200)
"""Training images for naive Bayes; the support vector machine stops one short, for time."""

N_TEST, N_COMPONENTS = 1000, 30


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Test accuracies by number of training images, a column a seed.

    Attributes:
        simple: Of Gaussian naive Bayes, shape (6, n_seeds), in the order of `SIZES`.
        better: Of a support vector machine, shape (5, n_seeds), for `SIZES[:-1]`.
    """

    simple: FloatArray
    better: FloatArray

    def lead(self, n_better: int, n_simple: int) -> Interval:
        """Simple model with `n_simple` images minus better model with `n_better`."""
        return paired_difference(
            self.simple[SIZES.index(n_simple)], self.better[SIZES.index(n_better)]
        )

    def images_to_match(self) -> int:
        """Fewest images with which the better model is, on average, level with all images."""
        level = self.better.mean(axis=1) >= self.simple[-1].mean()
        return SIZES[int(level.argmax())]


# --8<-- [start:curve]
def learning_curves(images: Images) -> tuple[list[float], list[float]]:
    """Score both models on the same test images, with more and more training images.

    The first images train, the next 1,000 test; the rest teach the principal
    components, so that no test image has a part in any fit.
    """
    n = SIZES[-1]
    Z = PCA(N_COMPONENTS, svd_solver="randomized", random_state=0)
    Z = Z.fit(images.X[n + N_TEST :]).transform(images.X)
    test, digits = Z[n : n + N_TEST], images.y[n : n + N_TEST]
    simple = [GaussianNB().fit(Z[:m], images.y[:m]).score(test, digits) for m in SIZES]
    better = [SVC(C=10).fit(Z[:m], images.y[:m]).score(test, digits) for m in SIZES[:-1]]
    return simple, better
    # --8<-- [end:curve]


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Draw the learning curves of both models; a seed is an order of the 5,000 images.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    images = load()
    curves = [learning_curves(draw(len(images.y), seed, images)) for seed in seeds]
    simple, better = zip(*curves, strict=True)
    return Result(np.array(simple).T, np.array(better).T)


def judge(result: Result) -> Outcome:
    """Eight times the images should beat the better model, and should help at all."""
    simple, better = result.simple, result.better
    few, many = SIZES.index(400), SIZES.index(1600)
    return LESSON.judge(
        Finding("naive Bayes with 3,200 − SVM with 400 images, accuracy", result.lead(400, 3200)),
        Finding(
            "naive Bayes, 3,200 − 400 images, accuracy", paired_difference(simple[-1], simple[few])
        ),
        Finding("SVM, 1,600 − 400 images, accuracy", paired_difference(better[many], better[few])),
    )
