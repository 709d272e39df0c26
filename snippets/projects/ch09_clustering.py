"""Project of chapter 9: groups of digits, what they save in labels, and what is
odd to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.mixture import GaussianMixture
from sklearn.semi_supervised import LabelSpreading

from data.digits import SIDE, load
from snippets.k_means import assign
from snippets.outlier_detection import centre_distance, reconstruction_error
from snippets.pca import pca
from snippets.projects.hands import Hands, draw, tuned

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

N_LABELS = 50
"""Labels that we can afford, five for each digit."""
N_DIGITS = 10
ARMS = (
    "at random",
    "at random, to the nearest",
    "5 of each digit",
    "representatives",
    "representatives, to the group",
    "representatives, spread",
    "all 1,000 labels",
)
"""Which images are labelled, and how far their labels are passed on."""
PENALTIES = (0.1, 1.0, 10.0, 100.0)
"""Values of C that fifty labels may try to choose from."""

ODD = ("mirrored", "faded", "three pixels inverted")
DETECTORS = ("distance to a centre", "PCA error", "density of a mixture")


# --8<-- [start:together]
def together(y: IntArray, labels: IntArray) -> FloatArray:
    """Chance that an image of one digit and an image of another, both drawn at
    random, are in the same group.

    Args:
        y: Digits, shape (n_samples,), all ten among them.
        labels: Group of each image, from 0 on, shape (n_samples,).

    Returns:
        Shape (10, 10), symmetric, no unit.
    """
    counts = np.zeros((10, labels.max() + 1))
    np.add.at(counts, (y, labels), 1)
    shares = counts / counts.sum(axis=1, keepdims=True)
    return np.asarray(shares @ shares.T)
    # --8<-- [end:together]


# --8<-- [start:representatives]
@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Groups of images, and the image that speaks for each.

    Attributes:
        rows: Of each group, the image nearest to its centre, shape (k,).
        labels: Group of each image, shape (n_samples,).
    """

    rows: IntArray
    labels: IntArray

    def passed_on(self, y: IntArray) -> IntArray:
        """Give each image the label of its group's representative, shape
        (n_samples,).
        """
        return np.asarray(y[self.rows][self.labels])


def represent(X: FloatArray, k: int, seed: int) -> Groups:
    """Group images by K-Means and choose one representative a group.

    Args:
        X: Images, shape (n_samples, n_pixels).
        k: How many groups, and so labels.
        seed: Random state of K-Means.
    """
    model = KMeans(k, n_init=3, random_state=seed).fit(X)
    outside = model.labels_[:, None] != np.arange(k)  # (n_samples, k)
    # to the centre of its group
    distances = np.where(outside, np.inf, model.transform(X))
    return Groups(distances.argmin(axis=0), model.labels_)
    # --8<-- [end:representatives]


def balanced(y: IntArray, per_class: int, rng: np.random.Generator) -> IntArray:
    """Choose as many rows of each class; who has no labels cannot do this.

    Args:
        y: Labels, shape (n_samples,).
        per_class: Rows of each class.
        rng: Source of the choice.

    Raises:
        ValueError: If a class has fewer rows.
    """
    classes, counts = np.unique(y, return_counts=True)
    if not 1 <= per_class <= counts.min():
        raise ValueError(
            f"choose 1 to {counts.min()} of each class, got {per_class}"
        )
    rows = [
        rng.choice(np.flatnonzero(y == one), per_class, replace=False)
        for one in classes
    ]
    return np.concatenate(rows)


def classify(C: float, X: FloatArray, y: IntArray) -> LogisticRegression:
    """Fit logistic regression with one penalty."""
    return LogisticRegression(C=C, max_iter=500).fit(X, y)


def taught(
    X: FloatArray, y: IntArray, rows: IntArray | slice, hands: Hands
) -> float:
    """Accuracy on new hands of logistic regression that learns from some
    rows.
    """
    model = classify(10, X[rows], y[rows])
    return float(model.score(hands.new, hands.truth))


def label_arms(seed: int, hands: Hands) -> tuple[list[float], list[float]]:
    """Spend 50 labels in each of the ways of `ARMS`.

    Args:
        seed: Of the choice of rows, and of K-Means.
        hands: Images.

    Returns:
        Accuracy on new hands, one an arm; and the share of the training images
        to which the right label is passed on, for the arms that pass labels on.
    """
    X, y, rng, every = (
        hands.X,
        hands.y,
        np.random.default_rng(seed),
        slice(None),
    )
    some, groups = (
        rng.choice(len(y), N_LABELS, replace=False),
        represent(X, N_LABELS, seed),
    )
    hidden = np.full(len(y), -1)
    hidden[groups.rows] = y[groups.rows]
    spreading = LabelSpreading(kernel="knn", n_neighbors=10, max_iter=100).fit(
        X, hidden
    )
    nearest = y[some][assign(X, X[some])[0]]
    grouped, spread = groups.passed_on(y), np.asarray(spreading.transduction_)
    scores = [
        taught(X, y, some, hands),
        taught(X, nearest, every, hands),
        taught(X, y, balanced(y, N_LABELS // N_DIGITS, rng), hands),
        taught(X, y, groups.rows, hands),
        taught(X, grouped, every, hands),
        taught(X, spread, every, hands),
        taught(X, y, every, hands),
    ]
    return scores, [
        float((passed == y).mean()) for passed in (nearest, grouped, spread)
    ]


def spend(
    seeds: Sequence[int],
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Accuracies by arm, and shares of right labels by the arms that pass them
    on.

    Args:
        seeds: Draws of hands and of labels; each array has shape (n_seeds,).
    """
    digits = load()
    found = [label_arms(seed, draw(seed, digits=digits)) for seed in seeds]
    scores, right = (np.array(part).T for part in zip(*found, strict=True))
    passing = [ARMS[1], ARMS[4], ARMS[5]]
    return dict(zip(ARMS, scores, strict=True)), dict(
        zip(passing, right, strict=True)
    )


def penalties(
    seeds: Sequence[int],
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Fifty labels at random and fifty at representatives, with each of
    `PENALTIES`, and with that which the labels choose for themselves.

    Args:
        seeds: Draws of hands and of labels, the same as those of `spend`.

    Returns:
        By arm, accuracies on new hands, shape (n_penalties + 1, n_seeds), the
        last row with the choice; and what was chosen, shape (n_seeds,).
    """
    digits, tries = load(), [partial(classify, C) for C in PENALTIES]
    arms = ARMS[0], ARMS[3]
    scores = np.empty((len(arms), len(tries) + 1, len(seeds)))
    chosen = np.empty((len(arms), len(seeds)))
    for s, seed in enumerate(seeds):
        hands, rng = draw(seed, digits=digits), np.random.default_rng(seed)
        labelled = (
            rng.choice(len(hands.y), N_LABELS, replace=False),
            represent(hands.X, N_LABELS, seed).rows,
        )
        for a, rows in enumerate(labelled):
            few = replace(
                hands, X=hands.X[rows], y=hands.y[rows], form=hands.form[rows]
            )
            own, place = tuned(tries, few, seed)
            models = [*(fit(few.X, few.y) for fit in tries), own]
            scores[a, :, s] = [
                model.score(hands.new, hands.truth) for model in models
            ]
            chosen[a, s] = PENALTIES[place]
    return dict(zip(arms, scores, strict=True)), dict(
        zip(arms, chosen, strict=True)
    )


# --8<-- [start:spoil]
def spoil(X: FloatArray, how: str, rng: np.random.Generator) -> FloatArray:
    """Make images odd.

    Args:
        X: Images, shape (n_samples, 64), ink from 0 to 1.
        how: One of `ODD`.
        rng: Source of the pixels that are inverted.

    Raises:
        ValueError: If there is no such way.
    """
    if how == "mirrored":
        return X.reshape(-1, SIDE, SIDE)[:, :, ::-1].reshape(X.shape)
    if how == "faded":
        return X / 2
    if how == "three pixels inverted":
        odd, chosen = X.copy(), rng.random(X.shape).argsort(axis=1)[:, :3]
        np.put_along_axis(
            odd, chosen, 1 - np.take_along_axis(X, chosen, axis=1), axis=1
        )
        return odd
    raise ValueError(f"how is one of {', '.join(ODD)}, got {how!r}")
    # --8<-- [end:spoil]


def detect(seeds: Sequence[int]) -> dict[str, dict[str, list[float]]]:
    """Score good and spoiled images of new hands by how odd they are.

    Args:
        seeds: Which draws.

    Returns:
        By kind of spoiling, then by detector: the share of pairs of a good and
            a spoiled
        image in which the spoiled one is the odder (area under ROC), one a
        seed.
    """
    digits = load()
    areas: dict[str, dict[str, list[float]]] = {
        how: {name: [] for name in DETECTORS} for how in ODD
    }
    for seed in seeds:
        hands, rng = draw(seed, digits=digits), np.random.default_rng(seed)
        centres = (
            KMeans(N_LABELS, n_init=1, random_state=seed)
            .fit(hands.X)
            .cluster_centers_
        )
        plane = pca(hands.X, 20)
        mixture = GaussianMixture(N_DIGITS, reg_covar=1e-3, random_state=seed)
        mixture.fit(plane.transform(hands.X))
        for how in ODD:
            both = np.concatenate([hands.new, spoil(hands.new, how, rng)])
            odd = np.arange(len(both)) >= len(hands.new)
            scores = (
                centre_distance(centres, both),
                reconstruction_error(hands.X, both, 20),
                -mixture.score_samples(plane.transform(both)),
            )
            for name, score in zip(DETECTORS, scores, strict=True):
                areas[how][name].append(float(roc_auc_score(odd, score)))
    return areas
