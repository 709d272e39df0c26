"""Tasks A and B as data, and the models of task A with their settings and
scores.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray
from sklearn.cluster import (
    DBSCAN,
    HDBSCAN,
    AgglomerativeClustering,
    Birch,
    KMeans,
    SpectralClustering,
)
from sklearn.mixture import GaussianMixture

from data.clusters import NAMES, make
from snippets.drawing import GREY, MARKERS, heat_map
from snippets.evidence import NOISE, Interval, adjusted_rand, mean_interval

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


# --8<-- [start:registry]
@dataclass(frozen=True, slots=True)
class Task:
    """What a model is asked for, and what it is told."""

    letter: str
    title: str
    description: str
    k_known: bool  # is the number of clusters given to the model?
    labels: bool  # are the true groups given to the model?


TASKS = (
    Task(
        "A",
        "Known k",
        "Cluster points into a given number of groups",
        True,
        False,
    ),
    Task(
        "B",
        "Unknown k",
        "Cluster points and find the number of groups",
        False,
        False,
    ),
)
# --8<-- [end:registry]


def task(letter: str) -> Task:
    """Look a task up by its letter.

    Raises:
        ValueError: If no task has that letter.
    """
    for one in TASKS:
        if one.letter == letter:
            return one
    known = ", ".join(one.letter for one in TASKS)
    raise ValueError(f"no task has the letter {letter!r}; there are {known}")


def task_table() -> pd.DataFrame:
    """Lay the registry out as a table, one row a task."""
    rows = [
        {
            "task": one.letter,
            "title": one.title,
            "description": one.description,
            "k given": yes_no(one.k_known),
            "labels given": yes_no(one.labels),
        }
        for one in TASKS
    ]
    return pd.DataFrame(rows).set_index("task")


def yes_no(answer: bool) -> str:
    """Write a truth value as a word."""
    return "yes" if answer else "no"


# --8<-- [start:arms]
# (k, seed) -> an estimator that is not fitted yet
Arm = Callable[[int, int], Any]

ARMS: dict[str, Arm] = {
    "K-Means": lambda k, seed: KMeans(k, n_init=10, random_state=seed),
    "Ward": lambda k, seed: AgglomerativeClustering(k, linkage="ward"),
    "Spectral, 10-NN": lambda k, seed: SpectralClustering(
        k, affinity="nearest_neighbors", n_neighbors=10, random_state=seed
    ),
    "GMM, k-means start": lambda k, seed: GaussianMixture(k, random_state=seed),
    "GMM, 10 random starts": lambda k, seed: GaussianMixture(
        k, init_params="random_from_data", n_init=10, random_state=seed
    ),
    "BIRCH": lambda k, seed: Birch(n_clusters=k, threshold=0.2),
    "DBSCAN": lambda k, seed: DBSCAN(eps=0.25),
    "HDBSCAN": lambda k, seed: HDBSCAN(min_cluster_size=15, copy=True),
}
# --8<-- [end:arms]


def told_k(arm: str) -> bool:
    """Say whether an arm's estimator has a parameter for the number of
    clusters.
    """
    return not {"n_clusters", "n_components"}.isdisjoint(
        estimator(arm, 2, 0).get_params()
    )


def estimator(arm: str, k: int, seed: int) -> Any:
    """Make the estimator of one arm, not fitted yet.

    Args:
        arm: One of `ARMS`.
        k: Number of clusters to ask for, at least 1; arms that take no k ignore
            it.
        seed: Random state; arms that draw nothing at random ignore it.

    Raises:
        ValueError: If there is no such arm, or if k is less than 1.
    """
    if arm not in ARMS:
        raise ValueError(
            f"no arm is named {arm!r}; there are {', '.join(ARMS)}"
        )
    if k < 1:
        raise ValueError(f"the number of clusters must be at least 1, got {k}")
    return ARMS[arm](k, seed)


# --8<-- [start:score]
def found_clusters(arm: str, X: FloatArray, k: int, seed: int) -> IntArray:
    """Cluster points without their truth.

    Args:
        arm: One of `ARMS`.
        X: Points, shape (n_samples, n_features), standardised.
        k: Number of clusters to ask for.
        seed: Random state.

    Returns:
        Cluster of each point, shape (n_samples,); `NOISE` marks noise.

    Raises:
        ValueError: If there is no such arm, or if k is less than 1.
    """
    with warnings.catch_warnings():
        # Groups with no edge between them are what spectral clustering looks
        # for.
        warnings.filterwarnings(
            "ignore", message="Graph is not fully connected"
        )
        return np.asarray(
            estimator(arm, k, seed).fit_predict(X), dtype=np.int64
        )


def known_k_scores(
    arm: str, name: str, seeds: Iterable[int] = range(10)
) -> list[float]:
    """Score one arm on one point set: adjusted Rand index, one value a seed."""
    drawn = [(make(name, seed), seed) for seed in seeds]
    return [
        adjusted_rand(
            points.truth, found_clusters(arm, points.X, points.k, seed)
        )
        for points, seed in drawn
    ]


# --8<-- [end:score]


def short(interval: Interval) -> str:
    """Write an interval with two decimals, as in a table."""
    # Adding 0.0 turns the minus zero that rounding leaves into zero.
    return f"{round(interval.mean, 2) + 0.0:.2f} ± {interval.half_width:.2f}"


Scores = dict[str, dict[str, list[float]]]
"""Adjusted Rand index by arm, then by point set, one value a seed."""


def score_arms(
    arms: Sequence[str], seeds: Sequence[int] = tuple(range(10))
) -> Scores:
    """Score several arms on the six point sets of `NAMES`."""
    return {
        arm: {name: known_k_scores(arm, name, seeds) for name in NAMES}
        for arm in arms
    }


def score_table(
    scores: Mapping[str, Mapping[str, Sequence[float]]],
) -> pd.DataFrame:
    """Lay scores out as "mean ± half-width", one row an arm, one column a point
    set.
    """
    rows = []
    for arm, by_set in scores.items():
        cells = {
            name: short(mean_interval(values))
            for name, values in by_set.items()
        }
        rows.append({"model": arm, "told k": yes_no(told_k(arm)), **cells})
    return pd.DataFrame(rows).set_index("model")


def draw_means(
    ax: Axes, scores: Mapping[str, Mapping[str, Sequence[float]]]
) -> pd.DataFrame:
    """Draw the mean ARI, arms down and point sets across.

    Args:
        ax: Axes to draw on.
        scores: As `score_arms` gives them.

    Returns:
        The means drawn, one row an arm, one column a point set, no unit.
    """
    rows = {
        arm: {name: float(np.mean(found)) for name, found in by_set.items()}
        for arm, by_set in scores.items()
    }
    means = pd.DataFrame.from_dict(rows, orient="index")
    heat_map(ax, means, 2, "mean ARI (no unit)")
    ax.set(xlabel="point set", ylabel="model")
    return means


def draw_grid(ax: Axes, arms: Sequence[str], seed: int) -> None:
    """Draw what each arm finds in each point set, a panel for every pair.

    A cluster has a colour and a marker, numbered from left to right by its
    mean; noise points are grey crosses; the adjusted Rand index is written
    above.

    Args:
        ax: Axes to draw on; its ticks name the arms (rows) and the sets
            (columns).
        arms: Rows, from top to bottom, each one of `ARMS`.
        seed: Seed of the points and of the arms.
    """
    across, down = 2.2, 2.75
    for column, name in enumerate(NAMES):
        points = make(name, seed)
        place = points.X / np.abs(points.X).max() + (column * across, 0.0)
        for row, arm in enumerate(arms):
            labels = found_clusters(arm, points.X, points.k, seed)
            _draw_panel(ax, place - (0.0, row * down), labels)
            score = round(adjusted_rand(points.truth, labels), 2) + 0.0
            x, y = column * across, 1.05 - row * down
            ax.text(x, y, f"{score:.2f}", ha="center", va="bottom", fontsize=8)
    columns, rows = np.arange(len(NAMES)) * across, np.arange(len(arms)) * -down
    ax.set_xticks(columns, NAMES)
    ax.set_yticks(rows, [arm.replace(", ", ",\n") for arm in arms])
    ax.set(xlim=(-1.1, columns[-1] + 1.1), ylim=(rows[-1] - 1.1, 1.8))
    ax.set(
        xlabel="point set (two standardised features a panel)", ylabel="model"
    )
    ax.tick_params(length=0, top=False, labeltop=True)
    ax.grid(False)


def _draw_panel(ax: Axes, place: FloatArray, labels: IntArray) -> None:
    """Scatter one panel; points are rasterised, for there are thousands in the
    grid.
    """
    clusters = [label for label in np.unique(labels) if label != NOISE]
    clusters.sort(key=lambda label: float(place[labels == label, 0].mean()))
    for index, label in enumerate(clusters):
        x, y = place[labels == label].T
        marker = MARKERS[index % len(MARKERS)]
        ax.scatter(
            x,
            y,
            s=4,
            marker=marker,
            color=f"C{index}",
            linewidths=0,
            rasterized=True,
        )
    x, y = place[labels == NOISE].T
    ax.scatter(
        x, y, s=4, marker="x", color=GREY, linewidths=0.5, rasterized=True
    )
