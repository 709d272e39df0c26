"""Compare the models of the notes: every cell is computed from an estimator or from runs."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray
from sklearn.cluster import SpectralClustering
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score
from sklearn.utils import get_tags

from data.clusters import NAMES, make
from snippets.evidence import NOISE, Interval, adjusted_rand, mean_interval, paired_difference
from snippets.tasks import found_clusters, known_k_scores, short, yes_no

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SEEDS = tuple(range(10))


# --8<-- [start:registry]
@dataclass(frozen=True, slots=True)
class Model:
    """One model that has a note."""

    name: str
    note: str  # name of the note in docs/models
    path: str  # where scikit-learn keeps the class
    arm: str | None = None  # its settings in task A; None if it does not cluster


MODELS = (
    Model("K-Means", "k-means", "sklearn.cluster.KMeans", "K-Means"),
    Model("Ward", "agglomerative-ward", "sklearn.cluster.AgglomerativeClustering", "Ward"),
    Model(
        "Spectral", "spectral-clustering", "sklearn.cluster.SpectralClustering", "Spectral, 10-NN"
    ),
    Model(
        "Gaussian mixture",
        "gaussian-mixture",
        "sklearn.mixture.GaussianMixture",
        "GMM, k-means start",
    ),
    Model("BIRCH", "birch", "sklearn.cluster.Birch", "BIRCH"),
    Model("DBSCAN", "dbscan", "sklearn.cluster.DBSCAN", "DBSCAN"),
    Model("Linear regression", "linear-regression", "sklearn.linear_model.LinearRegression"),
)
# --8<-- [end:registry]


def model(name: str) -> Model:
    """Look a model up by its name.

    Raises:
        ValueError: If no model has that name.
    """
    for one in MODELS:
        if one.name == name:
            return one
    known = ", ".join(one.name for one in MODELS)
    raise ValueError(f"no model is named {name!r}; there are {known}")


def load(path: str) -> Any:
    """Import a class by its dotted path.

    Raises:
        ValueError: If the path leads to nothing.
    """
    module, _, name = path.rpartition(".")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError):
        raise ValueError(f"no class can be imported from {path!r}") from None


# --8<-- [start:properties]
def properties(path: str) -> dict[str, str]:
    """Read what a model is and accepts from an estimator with default arguments."""
    estimator = load(path)()
    tags, params = get_tags(estimator), estimator.get_params()
    inductive = hasattr(estimator, "predict")
    weighted = "sample_weight" in inspect.signature(estimator.fit).parameters
    return {
        "task type": str(tags.estimator_type).replace("_", " "),
        "kind": "inductive" if inductive else "transductive",
        "needs k": yes_no("n_clusters" in params or "n_components" in params),
        "probabilities": yes_no(hasattr(estimator, "predict_proba")),
        "transform": yes_no(hasattr(estimator, "transform")),
        "streaming": yes_no(hasattr(estimator, "partial_fit")),
        "random": yes_no("random_state" in params),
        "sparse X": yes_no(tags.input_tags.sparse),
        "missing values": yes_no(tags.input_tags.allow_nan),
        "sample weights": yes_no(weighted),
    }


# --8<-- [end:properties]


IS = ("task type", "kind", "needs k", "probabilities", "transform")
ACCEPTS = ("streaming", "random", "sparse X", "missing values", "sample weights")


def class_table() -> pd.DataFrame:
    """Name the class of each model, read from the imported class itself."""
    rows = []
    for one in MODELS:
        found = load(one.path)
        package = ".".join(found.__module__.split(".")[:2])
        rows.append({"model": one.name, "library class": f"{package}.{found.__qualname__}"})
    return pd.DataFrame(rows).set_index("model")


def property_table(columns: Sequence[str]) -> pd.DataFrame:
    """Lay chosen properties out, one row a model.

    Raises:
        ValueError: If a column is not one of `IS` or `ACCEPTS`.
    """
    unknown = [column for column in columns if column not in IS + ACCEPTS]
    if unknown:
        raise ValueError(
            f"no property is named {unknown[0]!r}; there are {', '.join(IS + ACCEPTS)}"
        )
    table = pd.DataFrame([{"model": one.name, **properties(one.path)} for one in MODELS])
    return table.set_index("model")[list(columns)]


def agreement(first: IntArray, second: IntArray) -> float:
    """Compare two clusterings: 1 if they are the same up to the cluster numbers.

    Args:
        first: Cluster of each sample, shape (n_samples,).
        second: The same from another run, shape (n_samples,).

    Returns:
        Adjusted Rand index, no unit, with each noise point a cluster of its own on
        either side.
    """
    alone = np.array(first, dtype=np.int64)
    noise = alone == NOISE
    alone[noise] = alone.max() + 1 + np.arange(int(noise.sum()))
    return adjusted_rand(alone, second)


# --8<-- [start:changes]
def same_after(one: Model, change: str, seed: int) -> float:
    """Say how far a model's answer stays the same when its input is rewritten.

    Args:
        one: Model to fit, with its settings of task A.
        change: "scale" multiplies the first feature by 1000; "order" shuffles the rows.
        seed: Draws the points, the order of the rows and the model's random state.

    Returns:
        1 for the same answer: `agreement` of clusters, or R² of the new predictions
        against the old ones, no unit.
    """
    X, y, k = _drawn(one, change, seed)
    before = _answer(one, X, y, k, seed)
    if change == "scale":
        after = _answer(one, np.column_stack([X[:, 0] * 1000.0, X[:, 1:]]), y, k, seed)
    else:
        order = np.random.default_rng(seed).permutation(len(X))
        after = np.empty_like(before)
        after[order] = _answer(one, X[order], y[order], k, seed)
    return agreement(before, after) if one.arm else float(r2_score(before, after))


# --8<-- [end:changes]


CHANGES = {"scale": "aniso", "order": "close"}
"""The point set on which each change is tried; see `same_after`."""


def _drawn(one: Model, change: str, seed: int) -> tuple[FloatArray, FloatArray, int]:
    """Draw samples for a model: points of task A, or half of the diabetes patients."""
    if change not in CHANGES:
        raise ValueError(f"no change is named {change!r}; there are {', '.join(CHANGES)}")
    if one.arm:
        points = make(CHANGES[change], seed)
        return points.X, points.truth.astype(float), points.k
    X, y = load_diabetes(return_X_y=True)
    chosen = np.random.default_rng(seed).choice(len(X), len(X) // 2, replace=False)
    return X[chosen], y[chosen], 0


def _answer(one: Model, X: FloatArray, y: FloatArray, k: int, seed: int) -> Any:
    """Fit a model and return its clusters, or its predictions for the same rows."""
    if one.arm:
        return found_clusters(one.arm, X, k, seed)
    return load(one.path)().fit(X, y).predict(X)


def changes_answer(same: Interval, tolerance: float = 1e-9) -> bool:
    """Say whether an interval of `same_after` lies below 1 as a whole."""
    return same.high < 1.0 - tolerance


def sensitivity_table(seeds: Sequence[int] = SEEDS) -> pd.DataFrame:
    """Measure who minds a feature's scale and who minds the order of the rows."""
    rows = []
    for one in MODELS:
        row = {"model": one.name}
        for change in CHANGES:
            same = mean_interval([same_after(one, change, seed) for seed in seeds])
            row[f"{change} sensitive"] = "yes" if changes_answer(same) else "not shown"
            row[f"same after {change}"] = short(same)
        rows.append(row)
    return pd.DataFrame(rows).set_index("model")


# --8<-- [start:verdict]
def judge(difference: Interval, claim: str) -> str:
    """Judge a claim that a model scores "higher" or "not higher" or "lower" than another.

    Raises:
        ValueError: If the claim is none of the three.
    """
    if claim not in ("higher", "not higher", "lower"):
        raise ValueError(f"a claim is 'higher', 'not higher' or 'lower', got {claim!r}")
    if difference.low <= 0 <= difference.high:
        return "no difference shown"
    return "confirmed" if (difference.low > 0) == (claim == "higher") else "refuted"


# --8<-- [end:verdict]


def _gain(arm: str, name: str, seeds: Sequence[int]) -> Interval:
    """Paired difference in ARI of an arm and K-Means on one point set."""
    return paired_difference(
        known_k_scores(arm, name, seeds), known_k_scores("K-Means", name, seeds)
    )


def verdict_table(seeds: Sequence[int] = SEEDS) -> pd.DataFrame:
    """Set each comment of a source, in our words, beside what a run says of it."""
    rows = [
        _predicts("K-Means", "S0-07", "inductive: places new samples", claimed=True),
        _predicts("Ward", "S0-08", "transductive: no new samples", claimed=False),
        _circles(seeds),
        _against_k_means(
            "Gaussian mixture",
            "S0-10",
            "hard to see where it beats K-Means",
            ("GMM, 10 random starts", "varied", "not higher"),
            seeds,
        ),
        _against_k_means(
            "BIRCH",
            "S0-11",
            "odd results on two fused clusters",
            ("BIRCH", "close", "lower"),
            seeds,
        ),
        _against_k_means(
            "DBSCAN",
            "S0-12",
            "struggles when clusters are close",
            ("DBSCAN", "close", "lower"),
            seeds,
        ),
        _slopes(),
    ]
    return pd.DataFrame(rows).set_index("model")


def _row(name: str, source: str, comment: str, verdict: str, evidence: str) -> dict[str, str]:
    """Name the columns of the table of verdicts once."""
    return {
        "model": model(name).name,
        "source": source,
        "comment": comment,
        "verdict": verdict,
        "evidence": evidence,
    }


def _predicts(name: str, source: str, comment: str, claimed: bool) -> dict[str, str]:
    """Judge whether a model places new samples."""
    found = hasattr(load(model(name).path)(), "predict")
    verdict = "confirmed" if found is claimed else "refuted"
    return _row(name, source, comment, verdict, f"has predict: {yes_no(found)}")


def _circles(seeds: Sequence[int]) -> dict[str, str]:
    """Judge spectral clustering on nested circles: 10 neighbours, then its defaults."""
    neighbours = mean_interval(known_k_scores("Spectral, 10-NN", "circles", seeds))
    scores = []
    for seed in seeds:
        points = make("circles", seed)
        estimator = SpectralClustering(points.k, random_state=seed)
        scores.append(adjusted_rand(points.truth, estimator.fit_predict(points.X)))
    default = mean_interval(scores)
    works = [neighbours.low > 0.9, default.low > 0.9]
    verdict = "confirmed" if all(works) else "depends" if any(works) else "refuted"
    evidence = f"10-NN {short(neighbours)}, default {short(default)}"
    return _row("Spectral", "S0-09", "very good on nested circles", verdict, evidence)


def _against_k_means(
    name: str, source: str, comment: str, claim: tuple[str, str, str], seeds: Sequence[int]
) -> dict[str, str]:
    """Judge a claim (arm, point set, "higher" or "not higher" or "lower") against K-Means."""
    arm, points, kind = claim
    difference = _gain(arm, points, seeds)
    evidence = f"{points}: {short(difference)} against K-Means"
    return _row(name, source, comment, judge(difference, kind), evidence)


def _slopes() -> dict[str, str]:
    """Judge "a straight line": count the slopes of a fit on two features."""
    X, y = load_diabetes(return_X_y=True)
    slopes = LinearRegression().fit(X[:, :2], y).coef_.size
    verdict = "confirmed" if slopes == 1 else "only for one feature"
    evidence = f"2 features: {slopes} slopes, a plane"
    return _row("Linear regression", "S1-11", "fits a straight line", verdict, evidence)


def draw_heat_map(ax: Axes, seeds: Sequence[int] = SEEDS) -> pd.DataFrame:
    """Draw the mean ARI of task A, models down and point sets across.

    Args:
        ax: Axes to draw on.
        seeds: Seeds of the points and of the models.

    Returns:
        The means drawn, one row a model, one column a point set, no unit.
    """
    rows = {
        one.name: {n: mean_interval(known_k_scores(one.arm, n, seeds)).mean for n in NAMES}
        for one in MODELS
        if one.arm
    }
    means = pd.DataFrame.from_dict(rows, orient="index")
    image = ax.imshow(means, cmap="cividis", vmin=0.0, vmax=1.0, aspect="auto")
    for (row, column), value in np.ndenumerate(means.to_numpy()):
        colour = "white" if value < 0.46 else "black"  # the higher contrast with its cell
        written = f"{round(value, 2) + 0.0:.2f}"
        ax.text(column, row, written, ha="center", va="center", color=colour)
    ax.set_xticks(range(len(NAMES)), NAMES)
    ax.set_yticks(range(len(means)), means.index)
    ax.set(xlabel="point set", ylabel="model")
    ax.tick_params(length=0)
    ax.grid(False)
    ax.figure.colorbar(image, ax=ax, label="mean ARI (no unit)")
    return means
