"""Project of chapter 8: how many numbers does a digit need, on a plane that
looks or is blind?

A random plane is drawn without a look at the samples (Johnson and Lindenstrauss
1984).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.random_projection import GaussianRandomProjection

from data.digits import load
from snippets.pca import pca
from snippets.projects.hands import draw, tuned

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

COUNTS = (2, 5, 10, 20, 29, 40)
"""Numbers of dimensions that are tried."""
PLANES = ("PCA", "random")
MODELS = ("neighbours", "logistic")
FORMS = ("pixels", *PLANES)
"""What a classifier is given: all pixels, or coordinates on a plane."""


# --8<-- [start:rebuild]
def rebuild(
    directions: FloatArray, mean: FloatArray, X: FloatArray
) -> FloatArray:
    """Put each sample on its nearest point of the plane through the mean.

    Args:
        directions: What spans the plane, one a row, shape (k, n_features); they
            need not be at right angles.
        mean: A point of the plane, shape (n_features,).
        X: Samples, shape (n_samples, n_features).

    Returns:
        Shape of X, in its unit.
    """
    basis, _ = np.linalg.qr(directions.T)  # (n_features, k), at right angles
    return np.asarray(mean + (X - mean) @ basis @ basis.T)


def share_kept(
    directions: FloatArray, mean: FloatArray, X: FloatArray
) -> float:
    """Share of the squared distances to the mean that the plane keeps, 0
    to 1.
    """
    lost = ((X - rebuild(directions, mean, X)) ** 2).sum()
    return float(1 - lost / ((X - mean) ** 2).sum())
    # --8<-- [end:rebuild]


def random_plane(
    k: int, n_features: int, rng: np.random.Generator
) -> FloatArray:
    """Draw directions that keep squared distances right on average.

    Args:
        k: Dimensions of the plane.
        n_features: Length of a direction.
        rng: Source of the draw.

    Returns:
        Normal numbers of variance 1 / k, shape (k, n_features), no unit.

    Raises:
        ValueError: If there is no dimension, or more than features.
    """
    if not 1 <= k <= n_features:
        raise ValueError(f"k must be from 1 to {n_features} features, got {k}")
    return np.asarray(rng.normal(size=(k, n_features)) / np.sqrt(k))


def components_needed(X: FloatArray, new: FloatArray, share: float) -> int:
    """Count the components of X that keep a share of the squared distances of
    new samples.

    Args:
        X: Samples that give the components, shape (n_samples, n_features).
        new: Samples that are put on their plane, shape (n_new, n_features).
        share: Share to keep, above 0 and at most 1.

    Raises:
        ValueError: If all components together do not keep the share, or it is
            none.
    """
    if not 0 < share <= 1:
        raise ValueError(f"share must be above 0 and at most 1, got {share}")
    plane = pca(X, min(X.shape))
    squared = (plane.transform(new) ** 2).sum(axis=0)  # (k,)
    kept = squared.cumsum() / ((new - plane.mean) ** 2).sum()
    reached = np.flatnonzero(kept >= share - 1e-12)
    if not len(reached):
        raise ValueError(
            f"{len(kept)} components keep {kept[-1]:.3f}, not {share}"
        )
    return int(reached[0]) + 1


def distance_ratios(X: FloatArray, Z: FloatArray) -> FloatArray:
    """Distance in Z over distance in X, of each sample to the next one.

    Args:
        X: Samples, shape (n_samples, n_features), neighbours in the table all
            different.
        Z: Their coordinates, shape (n_samples, k).

    Returns:
        Shape (n_samples - 1,), no unit; 1 where a distance is kept.

    Raises:
        ValueError: If the tables differ in length, or two neighbours are equal.
    """
    if len(X) != len(Z):
        raise ValueError(
            f"need coordinates of each sample, got {len(Z)} for {len(X)}"
        )
    before, after = (
        np.linalg.norm(np.diff(table, axis=0), axis=1) for table in (X, Z)
    )
    if (before == 0).any():
        raise ValueError(
            "two neighbouring samples are equal: their distance has no ratio"
        )
    return np.asarray(after / before)


@dataclass(frozen=True, slots=True, eq=False)
class Race:
    """Both planes on images of hands that they have not seen.

    Attributes:
        kept: Share of the squared distances, shape (2 planes, n_counts,
            n_seeds).
        accuracy: Of three neighbours, shape (2 planes, n_counts, n_seeds).
        pixels: Of three neighbours on all 64 pixels, shape (n_seeds,).
    """

    kept: FloatArray
    accuracy: FloatArray
    pixels: FloatArray


def race(seeds: Sequence[int], counts: Sequence[int] = COUNTS) -> Race:
    """Fit planes and neighbours once a seed.

    Args:
        seeds: Which draws.
        counts: Numbers of dimensions.
    """
    digits, model = load(), KNeighborsClassifier(3)
    kept = np.empty((len(PLANES), len(counts), len(seeds)))
    accuracy, pixels = np.empty(kept.shape), np.empty(len(seeds))
    for s, seed in enumerate(seeds):
        hands, rng = draw(seed, digits=digits), np.random.default_rng(seed)
        plane = pca(hands.X, max(counts))
        pixels[s] = model.fit(hands.X, hands.y).score(hands.new, hands.truth)
        for c, k in enumerate(counts):
            planes = (
                plane.components[:k],
                random_plane(k, hands.X.shape[1], rng),
            )
            for p, directions in enumerate(planes):
                kept[p, c, s] = share_kept(directions, plane.mean, hands.new)
                Z, new = (
                    (side - plane.mean) @ directions.T
                    for side in (hands.X, hands.new)
                )
                accuracy[p, c, s] = model.fit(Z, hands.y).score(
                    new, hands.truth
                )
    return Race(kept, accuracy, pixels)


# --8<-- [start:tries]
DIMENSIONS = (20, 29)
"""What an arm with a plane may choose from, beside two settings of its
classifier.
"""
SETTINGS: Mapping[str, tuple[Any, tuple[Any, ...], tuple[Any, ...]]] = {
    "neighbours": (
        KNeighborsClassifier,
        (1, 3),
        (1, 2, 3, 5),
    ),
    "logistic": (
        lambda C: LogisticRegression(C=C, max_iter=300),
        (1.0, 10.0),
        (0.1, 1.0, 10.0, 100.0),
    ),
}
# --8<-- [end:tries]
"""A classifier, its settings on a plane, and those on all pixels."""


def tries(model: str, form: str, seed: int) -> list[Any]:
    """What an arm may choose from: four pipelines, not yet fitted.

    Args:
        model: One of `MODELS`.
        form: One of `FORMS`.
        seed: Draws the random planes, one for each number of dimensions.
    """
    build, few, many = SETTINGS[model]
    if form == "pixels":
        return [make_pipeline(build(each)) for each in many]
    found = list[Any]()
    for k in DIMENSIONS:
        step = (
            PCA(k, svd_solver="full")
            if form == "PCA"
            else GaussianRandomProjection(k, random_state=seed)
        )
        found += [make_pipeline(step, build(each)) for each in few]
    return found


def tuned_race(
    seeds: Sequence[int],
) -> dict[tuple[str, str], tuple[FloatArray, list[int]]]:
    """Let each classifier choose on each form, and judge it on new hands.

    Args:
        seeds: Which draws.

    Returns:
        By model and form: accuracies, shape (n_seeds,), and the places of what
        was chosen among the tries.
    """
    digits = load()
    drawn = [(seed, draw(seed, digits=digits)) for seed in seeds]
    found = {}
    for model in MODELS:
        for form in FORMS:
            chosen = [
                tuned(
                    [each.fit for each in tries(model, form, seed)], hands, seed
                )
                for seed, hands in drawn
            ]
            scores = [
                best.score(hands.new, hands.truth)
                for (best, _), (_, hands) in zip(chosen, drawn, strict=True)
            ]
            found[model, form] = (
                np.array(scores),
                [place for _, place in chosen],
            )
    return found
