"""Measure which models depend on the scale of features or the order of rows."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial.distance import pdist
from sklearn.datasets import load_diabetes, load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import r2_score
from sklearn.preprocessing import StandardScaler
from sklearn.utils import get_tags

from data.clusters import make
from snippets.comparison import (
    ABSENT,
    ROWS,
    SENSITIVE,
    TRIALS,
    Model,
    load,
    make_estimator,
    model,
)
from snippets.evidence import NOISE, Interval, adjusted_rand, mean_interval
from snippets.tasks import found_clusters, short

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SEEDS = tuple(range(10))
FACTORS = {"× 1000": 1000.0, "× 0.001": 0.001}
"""By how much a feature is multiplied in each trial of the scale."""
CHANGES = {"scale": "aniso", "order": "close"}
"""The point set on which each change is tried with a clusterer; see
`same_after`.
"""


def agreement(first: IntArray, second: IntArray) -> float:
    """Compare two clusterings: 1 if they are the same up to the cluster
    numbers.

    Args:
        first: Cluster of each sample, shape (n_samples,).
        second: The same from another run, shape (n_samples,).

    Returns:
        Adjusted Rand index, no unit, with each noise point a cluster of its own
        on either side.
    """
    alone = np.array(first, dtype=np.int64)
    noise = alone == NOISE
    alone[noise] = alone.max() + 1 + np.arange(int(noise.sum()))
    return adjusted_rand(alone, second)


def estimator_kind(one: Model) -> str | None:
    """What the library calls the model: "classifier", "regressor", ..., None
    for PCA.
    """
    kind: str | None = get_tags(make_estimator(one, 0)).estimator_type
    return kind


def points_of(change: str, seed: int) -> tuple[FloatArray, int]:
    """Draw the point set on which a change is tried with clusterers, and its k.

    Raises:
        ValueError: If there is no such change.
    """
    if change not in CHANGES:
        raise ValueError(
            f"no change is named {change!r}; there are {', '.join(CHANGES)}"
        )
    points = make(CHANGES[change], seed)
    return points.X, points.k


def halves(one: Model, seed: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Split wine, or the diabetes patients for a regressor: half to fit, half
    to answer for.

    Args:
        one: Model with a class, which is no clusterer.
        seed: Which split; and, for label propagation, which ten labels are
            left.

    Returns:
        Features to fit, standardised, or divided by their deviation alone if
        the model takes nothing below 0; their targets; features to answer for.
    """
    rng = np.random.default_rng(seed)
    X, y = (load_diabetes if estimator_kind(one) == "regressor" else load_wine)(
        return_X_y=True
    )
    rows = rng.permutation(len(X))
    fit, new = rows[: len(X) // 2], rows[len(X) // 2 :]
    # sizes of what may not be below 0 keep their zero
    tags = get_tags(make_estimator(one, 0)).input_tags
    scaler = StandardScaler(with_mean=not tags.positive_only).fit(X[fit])
    targets = y[fit].astype(float)
    if one.note == "label-propagation":
        targets[10:] = -1  # ten labels are left
    elif one.note == "logistic-regression":
        # two classes; its twin row has three
        targets = np.minimum(targets, 1.0)
    return scaler.transform(X[fit]), targets, scaler.transform(X[new])


def answer(
    one: Model, X: FloatArray, y: FloatArray, new: FloatArray, seed: int
) -> FloatArray:
    """Fit a model and return the numbers behind its answer for new samples.

    Predictions of a regressor, probabilities of a classifier or else its
    decision values, scores of outliers, and the first coordinate of a
    transformer.
    """
    fitted = make_estimator(one, seed).fit(X, y)
    kind = estimator_kind(one)
    if kind is None:
        return np.asarray(fitted.transform(new)[:, 0])
    names = {"regressor": ["predict"], "outlier_detector": ["score_samples"]}
    for name in names.get(kind, ["predict_proba", "decision_function"]):
        if hasattr(fitted, name):
            # A sample that no label reaches has no shares: 0 divided by 0.
            return np.nan_to_num(
                np.asarray(getattr(fitted, name)(new), dtype=np.float64)
            )
    raise ValueError(f"{one.name} gives no numbers to compare")


# --8<-- [start:same]
def rescaled(X: FloatArray, factor: float) -> FloatArray:
    """Multiply the last feature but one; it matters in each of the data sets.

    A penalty on weights needs a small factor to show: a large one makes the
    weight of the feature small, and small weights cost nothing.
    """
    X = X.copy()
    X[:, -2] *= factor
    return X


def same_clusters(
    arm: str, change: str, seed: int, factor: float = 1000.0
) -> float:
    """Say how far a clusterer's answer stays the same: `agreement`, 1 for the
    same clusters.
    """
    X, k = points_of(change, seed)
    before = found_clusters(arm, X, k, seed)
    if change == "scale":
        return agreement(
            before, found_clusters(arm, rescaled(X, factor), k, seed)
        )
    order = np.random.default_rng(seed).permutation(len(X))
    return agreement(before[order], found_clusters(arm, X[order], k, seed))


def same_map(
    one: Model, change: str, seed: int, factor: float = 1000.0
) -> float:
    """Say how far a map of samples stays the same: the squared correlation of
    all distances on it, since a map may be turned.
    """
    X, _, _ = halves(one, seed)
    order = np.arange(len(X))
    if change == "order":
        order = np.random.default_rng(seed).permutation(len(X))
    changed = rescaled(X, factor) if change == "scale" else X[order]
    before = answer_before(one.name, seed)[order]
    after = make_estimator(one, seed).fit_transform(changed)
    return float(np.corrcoef(pdist(before), pdist(after))[0, 1] ** 2)


def same_after(
    one: Model, change: str, seed: int, factor: float = 1000.0
) -> float:
    """Say how far a model's answer stays the same when its input is rewritten.

    Args:
        one: Model to fit.
        change: "scale" rescales a feature everywhere; "order" shuffles the rows
            to fit.
        seed: Draws the samples, the order of the rows and the model's random
            state.
        factor: By how much "scale" multiplies the feature.

    Returns:
        1 for the same answer: `same_clusters`, `same_map` where no new sample
        can be placed, or R² of the new answer against the old one; for
        coordinates their squared correlation, since a sign says nothing.
    """
    if one.arm:
        return same_clusters(one.arm, change, seed, factor)
    if not has_answers(one):
        return same_map(one, change, seed, factor)
    X, y, new = halves(one, seed)
    before = answer_before(one.name, seed)
    if change == "scale":
        changed, asked = rescaled(X, factor), rescaled(new, factor)
        after = answer(one, changed, y, asked, seed)
    else:
        order = np.random.default_rng(seed).permutation(len(X))
        after = answer(one, X[order], y[order], new, seed)
    if estimator_kind(one) is None:
        return float(np.corrcoef(before, after)[0, 1] ** 2)
    return float(r2_score(before.ravel(), after.ravel()))


@cache
def answer_before(name: str, seed: int) -> FloatArray:
    """What a model says of samples as they are, for all changes once."""
    one = model(name)
    X, y, new = halves(one, seed)
    if has_answers(one):
        return answer(one, X, y, new, seed)
    return np.asarray(make_estimator(one, seed).fit_transform(X))
    # --8<-- [end:same]


def has_answers(one: Model) -> bool:
    """Whether new samples can be placed, once the model was fitted."""
    return estimator_kind(one) is not None or hasattr(
        load(str(one.path)), "transform"
    )


def changes_answer(same: Interval, margin: float = 0.001) -> bool:
    """Say whether an interval of `same_after` lies below 1, by more than a
    margin, as a whole.
    """
    return same.high < 1.0 - margin


UNTRIED = (
    "Multinomial naive Bayes",
    "Latent Dirichlet allocation",
    "Mini-batch K-Means",
    "HDBSCAN",
)
"""Variants whose features are counts, or that have no settings in task A."""

TRIED = tuple(one for one in ROWS if one.name not in UNTRIED)


@cache
def same(
    name: str, change: str, seeds: tuple[int, ...], factor: float = 1000.0
) -> Interval:
    """Measure over seeds how far the answer of a model stays the same."""
    one = model(name)
    with warnings.catch_warnings():
        # Large numbers stop a network early, and leave a sample without any
        # label.
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        return mean_interval(
            [same_after(one, change, seed, factor) for seed in seeds]
        )


def tried(
    name: str, change: str, seeds: tuple[int, ...]
) -> dict[str, Interval]:
    """Measure each way in which a change is tried; see `TRIALS`."""
    return {
        trial: same(name, change, seeds, FACTORS.get(trial, 1000.0))
        for trial in TRIALS[change]
    }


def is_sensitive(
    one: Model, change: str, seeds: tuple[int, ...] = SEEDS
) -> str:
    """Say in a word whether a change of the input changes the answer; a dash
    if the model has no class.
    """
    if one.path is None:
        return ABSENT
    found = tried(one.name, change, seeds).values()
    return "yes" if any(map(changes_answer, found)) else "not shown"


def sensitivity_table(
    seeds: Sequence[int] = SEEDS, models: Iterable[Model] = TRIED
) -> pd.DataFrame:
    """Measure which models depend on a feature's scale or on the order of
    the rows.
    """
    rows = []
    for one in models:
        row = {"model": one.name}
        for change in CHANGES:
            word = is_sensitive(one, change, tuple(seeds))
            row[SENSITIVE[change]] = word
            for trial in TRIALS[change]:
                row[f"same after {trial}"] = ABSENT
            if word != ABSENT:
                for trial, found in tried(
                    one.name, change, tuple(seeds)
                ).items():
                    row[f"same after {trial}"] = short(found)
        rows.append(row)
    return pd.DataFrame(rows).set_index("model")
