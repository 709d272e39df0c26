import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components
from sklearn.cluster import DBSCAN, HDBSCAN, KMeans
from sklearn.datasets import load_iris
from sklearn.metrics import adjusted_rand_score

from data.clusters import NAMES, make
from snippets.dbscan import (
    FloatArray,
    core_distances,
    dbscan,
    hdbscan,
    knee,
    merge_heights,
    merge_tree,
    mutual_reachability,
    on_bridge,
    three_groups,
    two_densities,
)
from snippets.evidence import NOISE, adjusted_rand, mean_interval

SETS = {name: make(name, seed=1).X for name in (*NAMES, "square")} | {"iris": load_iris().data}


@pytest.mark.parametrize(("eps", "min_samples"), [(0.26, 5), (0.17, 5), (0.31, 10), (0.41, 1)])
@pytest.mark.parametrize("X", SETS.values(), ids=SETS)
def test_equals_scikit_learn(X: FloatArray, eps: float, min_samples: int) -> None:
    """Labels, their numbers, noise and core points are the library's, exactly."""
    labels, core = dbscan(X, eps, min_samples)
    theirs = DBSCAN(eps=eps, min_samples=min_samples).fit(X)
    np.testing.assert_array_equal(labels, theirs.labels_)
    np.testing.assert_array_equal(core, theirs.core_sample_indices_)


def test_one_sample_is_noise_unless_one_is_enough() -> None:
    """A lone point is noise, and a cluster of its own if `min_samples` is 1."""
    X = np.array([[3.0, 4.0]])
    assert dbscan(X, 1.0, 2)[0].tolist() == [NOISE]
    assert dbscan(X, 1.0, 1)[0].tolist() == [0]


def test_equal_points_are_one_cluster() -> None:
    """A constant data set is one cluster, all of it core."""
    labels, core = dbscan(np.ones((6, 2)), 0.1, 4)
    assert labels.tolist() == [0] * 6 and core.tolist() == list(range(6))


def test_all_noise_below_every_distance() -> None:
    """No point has a neighbour: all noise, no core."""
    labels, core = dbscan(SETS["blobs"], 1e-9, 2)
    assert (labels == NOISE).all() and len(core) == 0


def test_a_neighbour_at_exactly_eps_counts() -> None:
    """The ball is closed."""
    assert dbscan(np.array([[0.0], [1.0]]), 1.0, 2)[0].tolist() == [0, 0]
    assert dbscan(np.array([[0.0], [1.0]]), np.nextafter(1.0, 0), 2)[0].tolist() == [NOISE] * 2


def test_border_point_goes_to_the_cluster_found_first() -> None:
    """Of the three kinds of point only a border point depends on the order of the rows."""
    X = np.array([[0.0], [0.2], [0.4], [1.0], [1.6], [1.8], [2.0]])
    labels, core = dbscan(X, 0.65, 4)
    assert core.tolist() == [2, 4]
    assert labels.tolist() == [0, 0, 0, 0, 1, 1, 1]
    labels, core = dbscan(X[::-1], 0.65, 4)
    assert labels.tolist() == [0, 0, 0, 0, 1, 1, 1]  # of the reversed rows


@pytest.mark.parametrize("name", ["moons", "varied", "close"])
def test_core_points_and_noise_do_not_depend_on_order(name: str) -> None:
    """After a shuffle the core points are grouped alike, and the noise is the same."""
    X = SETS[name]
    order = np.random.default_rng(0).permutation(len(X))
    labels, core = dbscan(X, 0.2, 5)
    again, core_again = dbscan(X[order], 0.2, 5)
    back = np.empty_like(again)
    back[order] = again
    np.testing.assert_array_equal(np.sort(order[core_again]), core)
    np.testing.assert_array_equal(labels == NOISE, back == NOISE)
    assert adjusted_rand(labels[core], back[core]) == 1.0


@pytest.mark.parametrize(("eps", "min_samples"), [(0.0, 5), (-1.0, 5), (0.5, 0)])
def test_bad_settings_are_refused(eps: float, min_samples: int) -> None:
    """A radius is positive, a crowd has at least one point."""
    with pytest.raises(ValueError, match=r"eps|min_samples"):
        dbscan(SETS["blobs"], eps, min_samples)


@pytest.mark.parametrize("X", SETS.values(), ids=SETS)
def test_core_distance_is_where_a_point_becomes_core(X: FloatArray) -> None:
    """At its core distance a point is core, just below it is not."""
    radii = core_distances(X, 5)
    for row in (0, 50, 100):
        radius = radii[row]
        if radius > 0:
            assert row in dbscan(X, radius * (1 + 1e-9), 5)[1]
            assert row not in dbscan(X, radius * (1 - 1e-9), 5)[1]


@pytest.mark.parametrize("min_samples", [0, 301])
def test_core_distance_needs_enough_points(min_samples: int) -> None:
    """There is no 301st neighbour among 300 points."""
    with pytest.raises(ValueError, match="from 1 to 300"):
        core_distances(SETS["blobs"], min_samples)


@pytest.mark.parametrize("name", NAMES)
def test_cut_of_the_mutual_reachability_graph_is_dbscan_on_core_points(name: str) -> None:
    """Three ways to the same grouping of core points: ours, the graph, HDBSCAN's tree."""
    X, eps = SETS[name], 0.2
    labels, core = dbscan(X, eps, 5)
    _, parts = connected_components(mutual_reachability(X, 5) <= eps)
    tree = HDBSCAN(min_samples=5, copy=True).fit(X).dbscan_clustering(eps, min_cluster_size=1)
    assert len(core) > 0
    assert adjusted_rand(labels[core], parts[core]) == 1.0
    assert adjusted_rand(labels[core], tree[core]) == 1.0


@pytest.mark.parametrize("name", NAMES)
def test_merge_heights_count_the_parts_at_every_radius(name: str) -> None:
    """Below each height there is one part more than above it."""
    X = SETS[name]
    heights = merge_heights(X, 5)
    graph = mutual_reachability(X, 5)
    assert len(heights) == len(X) - 1 and (np.diff(heights) >= 0).all()
    for eps in (0.1, 0.2, 0.5):
        parts, _ = connected_components(graph <= eps)
        assert parts == 1 + (heights > eps).sum()


def test_equal_points_have_no_tree() -> None:
    """An edge of length 0 is refused, not lost; a core distance above 0 repairs it."""
    X = np.array([[0.0], [0.0], [1.0], [2.0]])
    with pytest.raises(ValueError, match="equal"):
        merge_heights(X, 2)
    assert len(merge_heights(X, 3)) == 3


def test_knee_is_the_corner_of_a_bent_line() -> None:
    """On two straight pieces the knee is where they meet."""
    assert knee(np.array([0.0, 1.0, 2.0, 3.0, 13.0, 23.0])) == 3


@pytest.mark.parametrize("values", [[1.0, 2.0], [1.0, 1.0, 1.0], [1.0, 3.0, 2.0]])
def test_knee_refuses_what_has_none(values: list[float]) -> None:
    """Too few, all equal, or falling."""
    with pytest.raises(ValueError, match="ascending"):
        knee(np.array(values))


def test_generators_follow_their_seed_and_refuse_a_negative_gap() -> None:
    """The same seed draws the same points."""
    for draw in (two_densities, lambda seed: three_groups(4.0, seed)):
        X, truth = draw(5)
        np.testing.assert_array_equal(X, draw(5)[0])
        assert not np.array_equal(X, draw(6)[0])
        assert np.bincount(truth).tolist() == [100, 100, 100]
    with pytest.raises(ValueError, match="negative"):
        three_groups(-1.0, 0)


@pytest.mark.parametrize("min_cluster_size", [2, 5, 15, 40])
@pytest.mark.parametrize("min_samples", [1, 2])
@pytest.mark.parametrize("name", [*NAMES, "square"])
def test_hdbscan_equals_scikit_learn_where_no_merges_tie(
    name: str, min_samples: int, min_cluster_size: int
) -> None:
    """With distinct heights clusters and noise are the library's, exactly."""
    for seed in (0, 1):
        X = make(name, seed).X
        ours = hdbscan(X, min_samples, min_cluster_size)
        options = {"min_samples": min_samples, "min_cluster_size": min_cluster_size}
        theirs = HDBSCAN(**options, copy=True).fit_predict(X)
        assert adjusted_rand_score(theirs, ours) == 1.0
        np.testing.assert_array_equal(ours == NOISE, theirs == NOISE)


@pytest.mark.parametrize("name", ["blobs", "moons", "circles", "varied"])
def test_hdbscan_is_close_to_scikit_learn_where_merges_tie(name: str) -> None:
    """Equal heights may be taken in another order: a few points may differ, no more."""
    X = make(name, seed=0).X
    theirs = HDBSCAN(min_samples=5, min_cluster_size=15, copy=True).fit_predict(X)
    assert adjusted_rand_score(theirs, hdbscan(X, 5, 15)) > 0.97


def test_hdbscan_keeps_two_crowds_and_loses_the_stray_point() -> None:
    """Two crowds far apart are clusters by first appearance, a point far from both is noise."""
    crowd = np.array([0.0, 0.11, 0.23, 0.36])
    X = np.concatenate([10 + crowd, [30.0], crowd])[:, None]
    assert hdbscan(X, 1, 3).tolist() == [0, 0, 0, 0, NOISE, 1, 1, 1, 1]


def test_hdbscan_prefers_children_only_if_they_are_more_stable() -> None:
    """A pair of halves that hardly part is one cluster; halves that part early are two."""
    for gap, clusters in ((0.25, 2), (4.0, 3)):
        half = np.array([0.0, 0.2, 0.41, 0.63, 0.86])
        X = np.concatenate([half, half + 0.86 + gap, half + 40.0])[:, None]
        assert hdbscan(X, 1, 4).max() + 1 == clusters


@pytest.mark.parametrize("scale", [1e-3, 1e3])
@pytest.mark.parametrize("name", ["varied", "square"])
def test_hdbscan_does_not_depend_on_the_unit(name: str, scale: float) -> None:
    """Densities change with the unit of the points, their order and the clusters do not."""
    X = make(name, 1).X
    np.testing.assert_array_equal(hdbscan(scale * X, 2, 10), hdbscan(X, 2, 10))


def test_hdbscan_never_answers_one_cluster() -> None:
    """The whole set is no cluster: without a split into two all is noise, as in the library."""
    X = make("close", 1).X
    assert (HDBSCAN(min_samples=10, min_cluster_size=30, copy=True).fit_predict(X) == NOISE).all()
    assert (hdbscan(X, 10, 30) == NOISE).all()
    assert hdbscan(np.array([[0.0], [1.0]]), 1, 2).tolist() == [NOISE, NOISE]


def test_merge_tree_has_the_heights_of_the_spanning_tree() -> None:
    """Single linkage walks the edges of the minimum spanning tree in order."""
    for name in ("moons", "varied"):
        merges = merge_tree(SETS[name], 5)
        np.testing.assert_allclose(merges[:, 2], merge_heights(SETS[name], 5), rtol=1e-12)
        assert merges[-1, 3] == len(SETS[name])


def test_trees_that_cannot_be_built_are_named() -> None:
    """One point, equal points, and clusters of one point are refused."""
    with pytest.raises(ValueError, match="at least two points, got 1"):
        merge_tree(np.zeros((1, 1)), 1)
    with pytest.raises(ValueError, match="two points are equal"):
        hdbscan(np.array([[0.0], [0.0], [1.0]]), 2, 2)
    with pytest.raises(ValueError, match="at least 2 points, got 1"):
        hdbscan(SETS["blobs"], 2, 1)


def test_a_bridge_is_in_the_middle_of_a_gap() -> None:
    """Two strips along the line of the centres, wherever a point is across it."""
    X = np.array([[0.0, 0.0], [1.6, 9.0], [3.0, 0.0], [4.1, -1.0], [5.2, 0.0]])
    assert on_bridge(X, 3.0).tolist() == [False, True, False, True, False]


@pytest.mark.nightly
@pytest.mark.parametrize("gap", [3.0, 4.0])
def test_without_the_bridge_dbscan_is_on_par(gap: float) -> None:
    """As many random points less change little; HDBSCAN stays behind by less than half."""
    leads: dict[str, list[tuple[float, float]]] = {}
    for seed in range(10):
        X, truth = three_groups(gap, seed)
        bridge = on_bridge(X, gap)
        some = np.random.default_rng(seed).permutation(bridge)
        for name, rows in (("all", bridge | True), ("bridge", ~bridge), ("some", ~some)):
            P, t = X[rows], truth[rows]
            means = adjusted_rand(t, KMeans(3, n_init=3, random_state=seed).fit_predict(P))
            best = max(
                adjusted_rand(t, DBSCAN(eps=eps).fit_predict(P)) for eps in np.linspace(0.2, 1.2, 8)
            )
            tree = adjusted_rand(t, HDBSCAN(min_cluster_size=15, copy=True).fit_predict(P))
            leads.setdefault(name, []).append((means - best, means - tree))
    first = {name: mean_interval([each[0] for each in found]) for name, found in leads.items()}
    second = {name: mean_interval([each[1] for each in found]) for name, found in leads.items()}
    assert first["bridge"].high < 0.02 < min(first["all"].low, first["some"].low)
    assert second["bridge"].low > 0 and second["bridge"].mean < second["all"].mean / 2
