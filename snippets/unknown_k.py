"""Task B: rules that choose the number of clusters without the truth, and how
often they are right.

Sources of the rules: Rousseeuw 1987 (silhouette); Schwarz 1978 (BIC); von
Luxburg 2007 (eigenvalues of a graph); Ester et al. 1996 (k-distance); Campello
et al. 2013 (HDBSCAN).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.linalg import eigh
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import cdist
from sklearn.cluster import DBSCAN, HDBSCAN, KMeans
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import kneighbors_graph

from data.clusters import NAMES, make
from snippets.dbscan import core_distances, knee
from snippets.drawing import GREY, heat_map
from snippets.evidence import NOISE, adjusted_rand, mean_interval
from snippets.tasks import short, yes_no

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

K_MAX = 6
"""Most clusters that a rule may choose; the densities of DBSCAN and HDBSCAN
have no limit.
"""
MIN_SAMPLES = 5
"""Points, itself included, that make a core point of DBSCAN, as in
scikit-learn.
"""
SETS = (*NAMES, "square")
"""The six sets with groups, and the square that has none."""


# --8<-- [start:silhouette]
def silhouette(distances: FloatArray, labels: IntArray) -> float:
    """Mean over the points of (b - a) / max(a, b).

    Here a is a point's mean distance to the others of its cluster, b that to
    the points of the nearest other cluster. A point that is alone in its
    cluster counts 0.

    Args:
        distances: Between all pairs of points, shape (n, n), in the unit of the
            points.
        labels: Cluster of each point, shape (n,).

    Returns:
        From -1 to 1, high if clusters are tight and apart, no unit.

    Raises:
        ValueError: If there is one cluster, which has no other one to be apart
            from.
    """
    clusters, own = np.unique(labels, return_inverse=True)
    if len(clusters) < 2:
        raise ValueError("a silhouette needs at least two clusters, got 1")
    members = np.eye(len(clusters))[own]  # (n, k), 1 where a point belongs
    sums, sizes = distances @ members, members.sum(axis=0)  # (n, k), (k,)
    rows = np.arange(len(own))
    # the point itself is no other
    within = sums[rows, own] / np.maximum(sizes[own] - 1, 1)
    others = sums / sizes
    others[rows, own] = np.inf
    between = others.min(axis=1)
    widths = (between - within) / np.maximum(
        np.maximum(within, between), np.finfo(float).tiny
    )
    return float(np.where(sizes[own] > 1, widths, 0.0).mean())


# --8<-- [end:silhouette]


# --8<-- [start:choices]
def elbow(inertias: FloatArray) -> int:
    """Find the k whose inertia is farthest below the line through the first and
    the last.

    Args:
        inertias: For k = 1, 2, ..., falling, shape (k_max,), with k_max at
            least 3.

    Raises:
        ValueError: If there are fewer than three values: two ends have no bend
            between.
    """
    if len(inertias) < 3:
        raise ValueError(
            f"an elbow needs at least three values of k, got {len(inertias)}"
        )
    line = np.linspace(inertias[0], inertias[-1], len(inertias))
    return 1 + int((line - inertias).argmax())


def eigengap(eigenvalues: FloatArray) -> int:
    """Count the eigenvalues below the largest gap between neighbours; ascending
    values.
    """
    return 1 + int(np.diff(eigenvalues).argmax())


def zero_eigenvalues(eigenvalues: FloatArray) -> int:
    """Count the eigenvalues that are 0 up to rounding: the pieces of the
    graph.
    """
    return int((np.abs(eigenvalues) < 1e-9).sum())


def dendrogram_gap(heights: FloatArray) -> int:
    """Cut where the tree has the longest stretch without a merge.

    Args:
        heights: Of the last merges, ascending, shape (k_max,), in the unit of
            the points.

    Returns:
        Clusters below the gap, at least 2: above the last merge there is
            nothing to compare.
    """
    return len(heights) - int(np.diff(heights).argmax())


# --8<-- [end:choices]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a rule makes of points: how many clusters, and which point is in
    which.

    Attributes:
        k: Number of clusters; noise is none.
        labels: Cluster of each point, shape (n,); `NOISE` marks noise.
    """

    k: int
    labels: IntArray


def _found(labels: NDArray[Any]) -> Found:
    """Count the clusters of some labels, without noise."""
    return Found(
        len(np.setdiff1d(labels, [NOISE])), np.asarray(labels, dtype=np.int64)
    )


@dataclass(frozen=True, eq=False)
class Fits:
    """Points and what the rules need of them, each computed once and when it is
    asked for.

    Attributes:
        X: Points, shape (n, d), standardised, with n above 10.
        seed: Random state of the models.
    """

    X: FloatArray
    seed: int = 0

    @cached_property
    def distances(self) -> FloatArray:
        """Between all pairs of points, shape (n, n)."""
        return cdist(self.X, self.X)

    @cached_property
    def k_means(self) -> list[KMeans]:
        """K-Means for k = 1, ..., `K_MAX`."""
        ks = range(1, K_MAX + 1)
        return [
            KMeans(k, n_init=3, random_state=self.seed).fit(self.X) for k in ks
        ]

    @cached_property
    def mixtures(self) -> list[GaussianMixture]:
        """A Gaussian mixture for k = 1, ..., `K_MAX`, from its default
        start.
        """
        ks = range(1, K_MAX + 1)
        return [
            GaussianMixture(k, random_state=self.seed).fit(self.X) for k in ks
        ]

    @cached_property
    def graph(self) -> FloatArray:
        """Affinities of 10 nearest neighbours, as in SpectralClustering, shape
        (n, n).
        """
        directed = kneighbors_graph(self.X, 10, include_self=True).toarray()
        both: FloatArray = (directed + directed.T) / 2
        return both

    @cached_property
    def spectrum(self) -> tuple[FloatArray, FloatArray]:
        """Smallest eigenvalues of the graph's normalised Laplacian, and the
        embedding.

        Ascending eigenvalues, shape (K_MAX + 1,), and eigenvectors over the
        square roots of the degrees, shape (n, K_MAX + 1), no units.
        """
        weights = self.graph - np.diag(self.graph.diagonal())
        root = np.sqrt(weights.sum(axis=1))
        laplacian = np.eye(len(root)) - weights / np.outer(root, root)
        values, vectors = eigh(laplacian, subset_by_index=[0, K_MAX])
        return values, vectors / root[:, None]

    @cached_property
    def tree(self) -> FloatArray:
        """Ward's merges as SciPy writes them, shape (n - 1, 4); the third
        column is the height.
        """
        return linkage(self.X, "ward")

    @cached_property
    def k_distances(self) -> FloatArray:
        """Radius at which each point becomes a core point, ascending, shape
        (n,).
        """
        return np.sort(core_distances(self.X, MIN_SAMPLES))


# --8<-- [start:rules]
def by_silhouette(fits: Fits) -> Found:
    """K-Means with the k of the highest silhouette; it has none for k = 1."""
    labels = [fit.labels_ for fit in fits.k_means[1:]]
    return _found(
        max(labels, key=lambda each: silhouette(fits.distances, each))
    )


def by_elbow(fits: Fits) -> Found:
    """K-Means with the k at the bend of the inertia."""
    k = elbow(np.array([fit.inertia_ for fit in fits.k_means]))
    return _found(fits.k_means[k - 1].labels_)


def by_bic(fits: Fits) -> Found:
    """A Gaussian mixture with the k of the lowest BIC."""
    best = min(fits.mixtures, key=lambda fit: float(fit.bic(fits.X)))
    return _found(best.predict(fits.X))


def by_dendrogram(fits: Fits) -> Found:
    """Ward, cut in the longest stretch without a merge."""
    k = dendrogram_gap(fits.tree[-K_MAX:, 2])
    return _found(fcluster(fits.tree, k, "maxclust"))


def by_eigengap(fits: Fits) -> Found:
    """Spectral clustering with as many clusters as eigenvalues before the
    largest gap.
    """
    values, embedding = fits.spectrum
    k = eigengap(values)
    model = KMeans(k, n_init=3, random_state=fits.seed)
    return _found(model.fit_predict(embedding[:, :k]))


def by_zero_eigenvalues(fits: Fits) -> Found:
    """The pieces of the graph: there are as many as eigenvalues 0."""
    return _found(connected_components(fits.graph, directed=False)[1])


def by_knee(fits: Fits) -> Found:
    """DBSCAN with the radius at the knee of the sorted k-distances."""
    eps = fits.k_distances[knee(fits.k_distances)]
    return _found(DBSCAN(eps=eps, min_samples=MIN_SAMPLES).fit_predict(fits.X))


def by_hdbscan(fits: Fits) -> Found:
    """HDBSCAN, which is told the least size of a cluster in place of their
    number.
    """
    return _found(HDBSCAN(min_cluster_size=15, copy=True).fit_predict(fits.X))


# --8<-- [end:rules]


RULES: dict[str, Callable[[Fits], Found]] = {
    "K-Means, silhouette": by_silhouette,
    "K-Means, elbow": by_elbow,
    "GMM, lowest BIC": by_bic,
    "Ward, dendrogram gap": by_dendrogram,
    "Spectral, eigengap": by_eigengap,
    "Spectral, zero eigenvalues": by_zero_eigenvalues,
    "DBSCAN, k-distance knee": by_knee,
    "HDBSCAN": by_hdbscan,
}


def apply_rule(rule: str, fits: Fits) -> Found:
    """Let one rule choose k and cluster.

    Raises:
        ValueError: If there is no such rule.
    """
    if rule not in RULES:
        raise ValueError(
            f"no rule is named {rule!r}; there are {', '.join(RULES)}"
        )
    return RULES[rule](fits)


# --8<-- [start:score]
@dataclass(frozen=True, slots=True)
class Trial:
    """One rule on one draw of a point set, with the truth opened afterwards."""

    k: int  # clusters that the rule chose
    true_k: int  # groups that made the points
    score: float  # adjusted Rand index of the clusters against the groups

    @property
    def error(self) -> int:
        """Clusters too many; negative if there are too few."""
        return self.k - self.true_k


def try_on(name: str, seed: int, rules: Sequence[str]) -> list[Trial]:
    """Draw a point set, let rules work on it without the truth, then
    compare.
    """
    points = make(name, seed)
    fits = Fits(points.X, seed)
    found = [apply_rule(rule, fits) for rule in rules]
    return [
        Trial(one.k, points.k, adjusted_rand(points.truth, one.labels))
        for one in found
    ]


# --8<-- [end:score]


Trials = dict[str, dict[str, list[Trial]]]
"""Trials by rule, then by point set, one a seed."""


def try_rules(
    rules: Sequence[str] = tuple(RULES),
    names: Sequence[str] = SETS,
    seeds: Sequence[int] = tuple(range(10)),
) -> Trials:
    """Try rules on point sets, one trial a seed."""
    trials: Trials = {rule: {name: [] for name in names} for rule in rules}
    for name in names:
        for seed in seeds:
            for rule, trial in zip(
                rules, try_on(name, seed, rules), strict=True
            ):
                trials[rule][name].append(trial)
    return trials


def share_right(trials: Sequence[Trial]) -> float:
    """Share of the trials in which the chosen k is the true one, from 0 to
    1.
    """
    return float(np.mean([trial.error == 0 for trial in trials]))


def _table(
    trials: Trials, cell: Callable[[Sequence[Trial]], str]
) -> pd.DataFrame:
    """Write each rule and point set as a cell; rules are rows."""
    return pd.DataFrame(
        {
            rule: {name: cell(found) for name, found in by_set.items()}
            for rule, by_set in trials.items()
        }
    ).T.rename_axis("rule")


def chosen_table(trials: Trials) -> pd.DataFrame:
    """Which k each rule chose: the most frequent, and in how many draws of how
    many.
    """

    def cell(found: Sequence[Trial]) -> str:
        values, counts = np.unique(
            [trial.k for trial in found], return_counts=True
        )
        return f"{values[counts.argmax()]} ({counts.max()} of {len(found)})"

    return _table(trials, cell)


def error_table(trials: Trials) -> pd.DataFrame:
    """Clusters too many or too few: mean ± half-width of the 95 % interval over
    seeds.
    """
    return _table(
        trials,
        lambda found: short(mean_interval([trial.error for trial in found])),
    )


def with_groups(trials: Trials) -> Trials:
    """Leave the square out: against one group the index is 1 or 0, as
    `share_right` says.
    """
    return {
        rule: {
            name: found for name, found in by_set.items() if name != "square"
        }
        for rule, by_set in trials.items()
    }


def ari_table(trials: Trials) -> pd.DataFrame:
    """Adjusted Rand index of the clusters found: mean ± half-width, 95 %, over
    seeds, on the sets that have groups.
    """
    return _table(
        with_groups(trials),
        lambda found: short(mean_interval([trial.score for trial in found])),
    )


def overall_table(trials: Trials) -> pd.DataFrame:
    """How often k is right, and how good the clusters are, over all sets that
    have groups, with as many seeds each.
    """
    rows = {}
    for rule, by_set in with_groups(trials).items():
        right = np.mean([share_right(found) for found in by_set.values()])
        scores = [[trial.score for trial in found] for found in by_set.values()]
        rows[rule] = {
            "k right (share)": f"{right:.2f}",
            "ARI": short(mean_interval(np.mean(scores, axis=0))),
        }
    return pd.DataFrame(rows).T.rename_axis("rule")


def one_table(
    trials: Mapping[str, Mapping[str, Sequence[Trial]]],
) -> pd.DataFrame:
    """What each rule says of the square: whether it ever says 1, and what it
    says.
    """
    rows = {}
    for rule, by_set in trials.items():
        said = [trial.k for trial in by_set["square"]]
        rows[rule] = {
            "ever says 1": yes_no(1 in said),
            "says 1 in": f"{said.count(1)} of {len(said)}",
            "says": ", ".join(map(str, sorted(set(said)))),
        }
    return pd.DataFrame(rows).T.rename_axis("rule")


def draw_shares(ax: Axes, trials: Trials) -> pd.DataFrame:
    """Draw how often each rule chose the true k, rules down and point sets
    across.

    Args:
        ax: Axes to draw on.
        trials: As `try_rules` gives them.

    Returns:
        The shares drawn, from 0 to 1, no unit.
    """
    rows = {
        rule: {n: share_right(found) for n, found in by.items()}
        for rule, by in trials.items()
    }
    shares = pd.DataFrame(rows).T
    heat_map(ax, shares, 1, "share of seeds with k right (no unit)")
    ax.set(xlabel="point set", ylabel="rule")
    return shares


def draw_evidence(axes: Sequence[Axes], fits: Fits) -> list[int]:
    """Draw what six rules look at, and mark the k or the radius that each
    takes.

    Args:
        axes: Six axes.
        fits: Points and models.

    Returns:
        The k that each panel marks: silhouette, elbow, BIC, dendrogram gap,
            zero
        eigenvalues, and that of DBSCAN at the knee.
    """
    ks = np.arange(1, K_MAX + 1)
    widths = [
        silhouette(fits.distances, fit.labels_) for fit in fits.k_means[1:]
    ]
    inertias = [fit.inertia_ for fit in fits.k_means]
    bics = [fit.bic(fits.X) for fit in fits.mixtures]
    heights, values, steps = (
        fits.tree[-K_MAX:, 2],
        fits.spectrum[0],
        fits.k_distances,
    )
    rules = list(RULES)
    shown = [
        *rules[:4],
        "Spectral, zero eigenvalues",
        "DBSCAN, k-distance knee",
    ]
    picks = [apply_rule(rule, fits).k for rule in shown]
    panels: list[tuple[Any, Any, str, str, str, float]] = [
        (ks[1:], widths, "silhouette", "k (clusters)", "mean width", picks[0]),
        (ks, inertias, "elbow", "k (clusters)", "inertia", picks[1]),
        (ks, bics, "BIC of the mixture", "k (clusters)", "BIC", picks[2]),
        (
            ks + 1,
            heights[::-1],
            "dendrogram gap",
            "clusters merged",
            "height",
            picks[3] + 0.5,
        ),
        (
            np.arange(1, K_MAX + 2),
            values,
            "eigenvalues",
            "number",
            "eigenvalue",
            picks[4],
        ),
        (
            np.arange(1, len(steps) + 1),
            steps,
            "k-distance",
            "point, sorted",
            "4th neighbour",
            0,
        ),
    ]
    for ax, (x, y, title, across, up, pick) in zip(axes, panels, strict=True):
        ax.plot(x, y, marker="o" if len(x) <= K_MAX + 1 else None, markersize=4)
        ax.set(title=title, xlabel=across, ylabel=up)
        if pick:
            ax.set_xticks(x)
            ax.axvline(pick, color=GREY, linestyle="--")
    axes[5].axhline(steps[knee(steps)], color=GREY, linestyle="--")
    return picks
