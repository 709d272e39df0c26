"""What t-SNE is tried on: groups of known width and distance, noise, digits,
and what its maps keep of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull
from scipy.spatial.distance import pdist
from scipy.stats import spearmanr
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits
from sklearn.manifold import trustworthiness
from sklearn.metrics import adjusted_rand_score, silhouette_score

from snippets.t_sne import (
    FloatArray,
    affinities,
    divergence,
    plane_start,
    random_start,
    squared_distances,
    t_sne,
)

IntArray = NDArray[np.int64]
Seeds = Iterable[int]

STEPS, EARLY = 400, 100
"""Steps of each map here, and those that exaggerate: less than the library's
1000 and 250, and enough for 200 points.
"""


def draw_map(
    X: FloatArray, perplexity: float, start: FloatArray | None = None
) -> FloatArray:
    """Our map in the steps of this page, shape (n_samples, 2)."""
    return t_sne(X, perplexity, start, STEPS, EARLY)


# --8<-- [start:kept]
def neighbours(X: FloatArray, k: int) -> IntArray:
    """The k nearest others of each point, shape (n_points, k)."""
    far = squared_distances(X)
    np.fill_diagonal(far, np.inf)
    return np.asarray(np.argsort(far, axis=1, kind="stable")[:, :k])


def kept(X: FloatArray, Y: FloatArray, k: int = 10) -> float:
    """Share of the k nearest neighbours that are among the k nearest on a map
    too; k / (n - 1) by chance.
    """
    before, after = neighbours(X, k)[:, :, None], neighbours(Y, k)[:, None]
    return float((before == after).any(axis=2).mean())


def order_of_distances(X: FloatArray, Y: FloatArray) -> float:
    """Rank correlation of all distances with those on a map."""
    return float(spearmanr(pdist(X), pdist(Y)).statistic)
    # --8<-- [end:kept]


def plane(X: FloatArray, k: int = 2) -> FloatArray:
    """The first k principal components, shape (n_samples, k)."""
    centred = X - X.mean(axis=0)
    U, s, _ = np.linalg.svd(centred, full_matrices=False)
    return np.asarray(U[:, :k] * s[:k])


def width(points: FloatArray) -> float:
    """Root mean squared distance from the mean."""
    away = points - points.mean(axis=0)
    return float(np.sqrt((away**2).sum(axis=1).mean()))


# --8<-- [start:widths]
def two_widths(rng: np.random.Generator, ratio: float = 10.0) -> FloatArray:
    """Two groups of 50 in ten features: the second is wider by a ratio, and
    far enough to stand apart, shape (100, 10).
    """
    X = rng.standard_normal((100, 10))
    X[50:] *= ratio
    X[50:, 0] += 60
    return X


def width_ratios(perplexities: Sequence[float], seeds: Seeds) -> FloatArray:
    """How many times as wide the wide group is: in the features, and on a map
    at each perplexity, shape (n_seeds, 1 + n_perplexities).
    """
    found = []
    for seed in seeds:
        X = two_widths(np.random.default_rng(seed))
        maps = [X, *(draw_map(X, each) for each in perplexities)]
        found.append([width(Y[50:]) / width(Y[:50]) for Y in maps])
    return np.array(found)
    # --8<-- [end:widths]


# --8<-- [start:three]
def three_groups(rng: np.random.Generator) -> FloatArray:
    """Three round groups of 30 in ten features, whose means are 10, 20 and 26
    apart, shape (90, 10).
    """
    X = rng.standard_normal((90, 10))
    X[30:60, 0] += 10
    X[60:, 0] -= 8.8
    X[60:, 1] += 17.96
    return X


def order_survives(
    perplexities: Sequence[float], seeds: Seeds
) -> dict[str, IntArray]:
    """Whether the three distances between the groups stand in their order on
    the map, by the start: shape (n_perplexities, n_seeds), 1 for yes.
    """
    found: dict[str, list[list[int]]] = {"PCA": [], "random": []}
    for seed in seeds:
        rng = np.random.default_rng(seed)
        X = three_groups(rng)
        starts = {"PCA": plane_start(X), "random": random_start(90, rng)}
        for name, start in starts.items():
            maps = [draw_map(X, each, start) for each in perplexities]
            means = [Y.reshape(3, 30, -1).mean(axis=1) for Y in (X, *maps)]
            truth, *shown = (pdist(each).argsort().tolist() for each in means)
            found[name].append([int(each == truth) for each in shown])
    return {name: np.array(each).T for name, each in found.items()}
    # --8<-- [end:three]


# --8<-- [start:noise]
def evenness(points: FloatArray) -> float:
    """Mean distance to the nearest other point, in units of what a random
    scatter over the same area has (Clark and Evans 1954): below 1 are clumps.

    The area is that of the convex hull of the points, shape (n_points, 2).
    """
    far = squared_distances(points)
    np.fill_diagonal(far, np.inf)
    density = len(points) / ConvexHull(points).volume
    return float(2 * np.sqrt(density) * np.sqrt(far.min(axis=1)).mean())


def apart(points: FloatArray, k: int = 10) -> float:
    """Silhouette of k groups by K-means: how clear they seem to be."""
    return float(silhouette_score(points, labels_of(points, k, 0)))


def noise_maps(perplexities: Sequence[float], seeds: Seeds) -> FloatArray:
    """Evenness and silhouette of one Gaussian of 150 points and ten features:
    in the plane of PCA, and on a map at each perplexity.

    Returns:
        Shape (2, 1 + n_perplexities, n_seeds).
    """
    found = []
    for seed in seeds:
        X = np.random.default_rng(seed).standard_normal((150, 10))
        maps = [plane(X), *(draw_map(X, each) for each in perplexities)]
        found.append([[evenness(Y), apart(Y)] for Y in maps])
    return np.array(found).T
    # --8<-- [end:noise]


# --8<-- [start:start]
def bent_row(rng: np.random.Generator) -> FloatArray:
    """Eight groups of 20 in ten features, in a row that swings like a sine,
    shape (160, 10).
    """
    X = rng.standard_normal((160, 10))
    place = np.repeat(np.arange(8), 20)
    X[:, 0] += 6 * place
    X[:, 1] += 6 * np.sin(place)
    return X


def by_start(seeds: Seeds) -> dict[str, FloatArray]:
    """What a map of the bent row keeps, by its start, at a perplexity of 15.

    Returns:
        Divergence, share of kept neighbours and rank correlation of distances,
        shape (3, n_seeds).
    """
    found: dict[str, list[list[float]]] = {}
    for seed in seeds:
        rng = np.random.default_rng(seed)
        X = bent_row(rng)
        P = affinities(X, 15)
        starts = {"PCA": plane_start(X), "random": random_start(len(X), rng)}
        for name, start in starts.items():
            Y = draw_map(X, 15, start)
            told = [divergence(P, Y), kept(X, Y), order_of_distances(X, Y)]
            found.setdefault(name, []).append(told)
    return {name: np.array(each).T for name, each in found.items()}


def alike(maps: Sequence[FloatArray]) -> FloatArray:
    """Compare each pair of maps: share of ten neighbours in common, and rank
    correlation of distances, shape (2, n_pairs).
    """
    pairs = [(a, b) for i, a in enumerate(maps) for b in maps[:i]]
    return np.array(
        [(kept(*each), order_of_distances(*each)) for each in pairs]
    ).T
    # --8<-- [end:start]


# --8<-- [start:digits]
N_PART = 150


@cache
def digits_part(part: int) -> tuple[FloatArray, IntArray]:
    """One of ten parts of the digits that share no row: grey values from 0 to
    1, shape (150, 64), and the digits.

    Raises:
        ValueError: If there is no such part.
    """
    if not 0 <= part < 10:
        raise ValueError(f"there are parts 0 to 9, got {part}")
    X, y = load_digits(return_X_y=True)
    rows = np.random.default_rng(0).permutation(len(X))
    chosen = rows[part * N_PART : (part + 1) * N_PART]
    return X[chosen] / 16, y[chosen]


@cache
def digits_map(part: int, perplexity: float) -> FloatArray:
    """Map of a part of the digits, from PCA, shape (150, 2)."""
    return draw_map(digits_part(part)[0], perplexity)


def digits_kept(
    components: Sequence[int], perplexities: Sequence[float], parts: Seeds
) -> dict[str, FloatArray]:
    """What PCA and maps of the digits keep.

    Returns:
        Share of kept neighbours, trustworthiness and rank correlation of
        distances, shape (3, n_parts).
    """
    found: dict[str, list[list[float]]] = {}
    for part in parts:
        X, _ = digits_part(part)
        shown = {f"PCA, {k} components": plane(X, k) for k in components}
        for each in perplexities:
            shown[f"t-SNE, perplexity {each:g}"] = digits_map(part, each)
        for name, Y in shown.items():
            trusted = float(trustworthiness(X, Y, n_neighbors=10))
            told = [kept(X, Y), trusted, order_of_distances(X, Y)]
            found.setdefault(name, []).append(told)
    return {name: np.array(each).T for name, each in found.items()}
    # --8<-- [end:digits]


# --8<-- [start:cluster]
def unlike_groups(rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    """Two groups in ten features, of 130 and of 20 points, shape (150, 10),
    and the group of each.
    """
    X = rng.standard_normal((150, 10))
    truth = np.repeat([0, 1], [130, 20])
    X[truth == 1, 0] += 5
    return X, truth


def labels_of(points: FloatArray, k: int, seed: int) -> IntArray:
    """Groups by K-means, best of five starts, shape (n_points,)."""
    model = KMeans(k, n_init=5, random_state=seed)
    return np.asarray(model.fit_predict(points), dtype=np.int64)


def clustered(kind: str, seeds: Seeds, perplexity: float = 30.0) -> FloatArray:
    """Adjusted Rand index of K-means, told the number of groups, among the
    features and on a map, shape (2, n_seeds).

    Args:
        kind: "digits", or "unlike" for `unlike_groups`.
        seeds: Parts of the digits, or seeds of draws.
        perplexity: Of the map.
    """
    found = []
    for seed in seeds:
        if kind == "digits":
            X, truth = digits_part(seed)
            Y = digits_map(seed, perplexity)
        else:
            X, truth = unlike_groups(np.random.default_rng(seed))
            Y = draw_map(X, perplexity)
        k = len(np.unique(truth))
        found.append(
            [
                float(adjusted_rand_score(truth, labels_of(each, k, seed)))
                for each in (X, Y)
            ]
        )
    return np.array(found).T
    # --8<-- [end:cluster]


# --8<-- [start:tree]
def push_by_tree(Y: FloatArray, angle: float = 0.5) -> tuple[FloatArray, int]:
    """Sum of the pushes on each point by a tree of squares (Barnes and Hut
    1986; for t-SNE, van der Maaten 2014).

    A square whose side is less than `angle` times its distance pushes as one
    point in its mean; a larger one is cut into four.

    Args:
        Y: Map, shape (n_points, 2), without two points at one place.
        angle: Below 0.7, so that no square that holds a point pushes it.

    Returns:
        Sums of w² (y_i − y_j), w the weight of `student`, shape (n_points, 2),
        and how often a point was compared with a square.
    """
    push, asked = np.zeros_like(Y), 0
    everyone = np.arange(len(Y))
    corner, side = Y.min(axis=0), float(np.ptp(Y, axis=0).max())
    stack = [(everyone, corner, side, everyone)]
    while stack:
        inside, corner, side, askers = stack.pop()
        away = Y[askers] - Y[inside].mean(axis=0)
        far = (away**2).sum(axis=1)
        asked += len(askers)
        done = (side**2 < angle**2 * far) | (len(inside) == 1)
        weights = len(inside) / (1 + far[done, None]) ** 2
        push[askers[done]] += weights * away[done]
        if done.all():
            continue
        middle = corner + side / 2
        quarter = (middle < Y[inside]) @ np.array([1, 2])
        for each in np.unique(quarter):
            shift = side / 2 * np.array([each % 2, each // 2])
            part = inside[quarter == each]
            stack.append((part, corner + shift, side / 2, askers[~done]))
    return push, asked
    # --8<-- [end:tree]
