"""Chapter 3, digits: confusion matrices, a threshold by promise, shifted
images, and forms.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from data.mnist import SIDE, Images, draw
from snippets.augmentation import AROUND, translate
from snippets.lessons.l17_shifts import augment
from snippets.thresholds import Sweep

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

N_DIGITS = 10


# --8<-- [start:confusion]
def confusion(
    truth: IntArray, called: IntArray, n_classes: int = N_DIGITS
) -> IntArray:
    """Count samples by class and by what they were called.

    Args:
        truth: Class of each sample, shape (n_samples,), 0 to n_classes - 1.
        called: Class that the model gave it, same shape and range.
        n_classes: How many classes there are.

    Returns:
        Counts, shape (n_classes, n_classes): a row for each class, a column for
            each call.

    Raises:
        ValueError: If the shapes disagree, or a class is out of range.
    """
    if truth.shape != called.shape or truth.ndim != 1:
        raise ValueError(
            f"truth and calls must be (n,), got {truth.shape} and "
            f"{called.shape}"
        )
    if any(
        ((labels < 0) | (labels >= n_classes)).any()
        for labels in (truth, called)
    ):
        raise ValueError(f"classes must be from 0 to {n_classes - 1}")
    counts = np.bincount(truth * n_classes + called, minlength=n_classes**2)
    return counts.reshape(n_classes, n_classes)


def error_shares(counts: IntArray) -> FloatArray:
    """Divide each row by its sum, and empty the diagonal: what is left are
    errors.

    Args:
        counts: A confusion matrix, shape (n_classes, n_classes).

    Returns:
        Share of the row's class that was called the column's, same shape, no
        unit.

    Raises:
        ValueError: If a class has no sample.
    """
    sizes = counts.sum(axis=1, keepdims=True)
    if not sizes.all():
        raise ValueError(f"no sample is of class {int(sizes.argmin())}")
    return np.asarray(counts / sizes * (1 - np.eye(len(counts))))
    # --8<-- [end:confusion]


def missed(errors: FloatArray) -> FloatArray:
    """Share of each class that was called something else: the sums of the rows.

    Args:
        errors: Error shares, shape (..., n_classes, n_classes).

    Returns:
        Shape (..., n_classes), no unit.
    """
    return np.asarray(errors.sum(axis=-1))


def falsely_called(errors: FloatArray) -> FloatArray:
    """Share of the other classes, on average, that was called this one: means
    of columns.

    Args:
        errors: Error shares, shape (..., n_classes, n_classes).

    Returns:
        Shape (..., n_classes), no unit.
    """
    return np.asarray(errors.sum(axis=-2) / (errors.shape[-1] - 1))


# --8<-- [start:promise]
def threshold_for(found: Sweep, precision: float) -> float:
    """Find the lowest threshold with at least the wanted precision.

    Args:
        found: The sweep of a model's scores.
        precision: What is wanted, above 0 and at most 1.

    Returns:
        One of the scores; recall is as high as it can be under the promise.

    Raises:
        ValueError: If no threshold reaches the precision, or it is no share.
    """
    if not 0 < precision <= 1:
        raise ValueError(
            f"precision must be above 0 and at most 1, got {precision}"
        )
    good = found.precision >= precision
    if not good.any():
        raise ValueError(
            f"no threshold reaches {precision}, the best has "
            f"{found.precision.max()}"
        )
    return float(found.thresholds[good.argmax()])
    # --8<-- [end:promise]


def classifiers(seed: int) -> dict[str, Any]:
    """Five models for all ten digits, not fitted.

    Args:
        seed: For those that draw numbers.
    """
    return {
        "linear, SGD": SGDClassifier(max_iter=8, tol=None, random_state=seed),
        "logistic": LogisticRegression(C=0.1, tol=1e-3),
        "neighbours": KNeighborsClassifier(3),
        "forest": RandomForestClassifier(20, random_state=seed),
        "PCA + SVM": make_pipeline(PCA(50, random_state=seed), SVC(C=10)),
    }


def confusions(
    images: Images,
    seeds: Sequence[int],
    n_train: int = 1000,
    n_test: int = 1000,
) -> dict[str, IntArray]:
    """Confusion matrix of each of the five models, once a seed.

    Args:
        images: What to draw from.
        seeds: Each is a draw of images.
        n_train: Training images.
        n_test: Test images.

    Returns:
        By model: counts, shape (n_seeds, 10, 10).

    Raises:
        ValueError: If there are too few images.
    """
    found: dict[str, list[IntArray]] = {name: [] for name in classifiers(0)}
    for seed in seeds:
        drawn = draw(n_train + n_test, seed, images)
        for name, model in classifiers(seed).items():
            model.fit(drawn.X[:n_train], drawn.y[:n_train])
            found[name].append(
                confusion(drawn.y[n_train:], model.predict(drawn.X[n_train:]))
            )
    return {name: np.array(counts) for name, counts in found.items()}


# --8<-- [start:jitter]
def jitter(images: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Move each image by one pixel: up, down, left or right, at random.

    Args:
        images: Ink, shape (n_images, height, width).
        rng: Source of the directions.
    """
    moved = np.stack([translate(images, *step) for step in AROUND])
    return np.asarray(
        moved[
            rng.integers(len(AROUND), size=len(images)), np.arange(len(images))
        ]
    )
    # --8<-- [end:jitter]


ARMS = ("nothing", "copies", "shifts")
"""What is added to the training images."""

TESTS = ("as they are", "moved by a pixel")
"""The test images."""


def shift_scores(
    images: Images, seeds: Sequence[int], n_train: int = 100, n_test: int = 400
) -> dict[str, FloatArray]:
    """Score two models after training on images, on copies of them, and on
    shifts of them.

    Args:
        images: What to draw from.
        seeds: Each is a draw of images.
        n_train: Training images before anything is added.
        n_test: Test images.

    Returns:
        By model: accuracy, shape (3, 2, n_seeds), in the order of `ARMS` and
            `TESTS`.

    Raises:
        ValueError: If there are too few images.
    """
    found: dict[str, list[list[list[float]]]] = {
        "logistic": [],
        "neighbours": [],
    }
    for seed in seeds:
        rng = np.random.default_rng(seed)
        drawn = draw(n_train + n_test, seed, images)
        few, test = np.split(drawn.X.reshape(-1, SIDE, SIDE), [n_train])
        labels, truth = np.split(drawn.y, [n_train])
        tests = [part.reshape(n_test, -1) for part in (test, jitter(test, rng))]
        added = [augment(few, kind, rng) for kind in ("copies", "translation")]
        for name in found:
            model = classifiers(seed)[name]
            scores = []
            for inked in (few, *added):
                model.fit(
                    inked.reshape(len(inked), -1),
                    np.tile(labels, len(inked) // n_train),
                )
                scores.append([float(model.score(X, truth)) for X in tests])
            found[name].append(scores)
    return {
        name: np.moveaxis(np.array(scores), 0, -1)
        for name, scores in found.items()
    }


# --8<-- [start:by_group]
def by_group(truth: IntArray, called: IntArray, group: IntArray) -> FloatArray:
    """Accuracy within each group.

    Args:
        truth: Class of each sample, shape (n_samples,).
        called: What the model called it, same shape.
        group: Group of each sample, same shape, 0 to n_groups - 1.

    Returns:
        Share of right calls, shape (n_groups,), no unit.

    Raises:
        ValueError: If a group below the highest has no sample.
    """
    sizes = np.bincount(group)
    if not sizes.all():
        raise ValueError(f"group {int(sizes.argmin())} has no sample")
    return np.asarray(np.bincount(group, weights=truth == called) / sizes)
    # --8<-- [end:by_group]
