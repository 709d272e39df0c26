from __future__ import annotations

from dataclasses import FrozenInstanceError

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import cdist
from sklearn.cluster import DBSCAN, HDBSCAN, AgglomerativeClustering, KMeans, SpectralClustering
from sklearn.datasets import load_iris
from sklearn.metrics import silhouette_score
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import NearestNeighbors

from data.clusters import NAMES, make
from snippets import unknown_k as task_b
from snippets.evidence import adjusted_rand, mean_interval
from snippets.spectral import neighbour_affinity, spectral
from snippets.tasks import short
from snippets.unknown_k import Fits, Trial, silhouette

TOLERANCE = 1e-12


@pytest.fixture(scope="module")
def trials() -> task_b.Trials:
    """All rules on three sets and three seeds."""
    return task_b.try_rules(names=("blobs", "circles", "square"), seeds=range(3))


@pytest.mark.parametrize("k", [2, 3, 5])
@pytest.mark.parametrize("name", [*NAMES, "square", "iris"])
def test_silhouette_equals_scikit_learn(name: str, k: int) -> None:
    """The mean width is the library's, in two dimensions and in four."""
    X = load_iris().data if name == "iris" else make(name, 1).X
    labels = KMeans(k, n_init=1, random_state=0).fit_predict(X)
    ours = silhouette(cdist(X, X), labels)
    assert ours == pytest.approx(silhouette_score(X, labels), abs=TOLERANCE)


def test_silhouette_of_a_lone_point_is_zero() -> None:
    """A cluster of one counts 0, as in the library."""
    X = np.array([[0.0], [1.0], [10.0]])
    labels = np.array([0, 0, 7])
    by_hand = ((10 - 1) / 10 + (9 - 1) / 9 + 0) / 3
    assert silhouette(cdist(X, X), labels) == pytest.approx(by_hand, abs=TOLERANCE)
    assert by_hand == pytest.approx(silhouette_score(X, labels), abs=TOLERANCE)


def test_silhouette_of_equal_points_is_zero() -> None:
    """Clusters on one spot are neither near nor apart."""
    assert silhouette(np.zeros((4, 4)), np.array([0, 0, 1, 1])) == 0.0


def test_silhouette_needs_two_clusters() -> None:
    """One cluster has nothing to be apart from: k = 1 cannot be scored."""
    with pytest.raises(ValueError, match="at least two clusters, got 1"):
        silhouette(np.zeros((3, 3)), np.array([2, 2, 2]))


@pytest.mark.parametrize(
    ("inertias", "k"), [([9, 1, 0], 2), ([9, 8, 1, 0.5], 3), ([9, 1, 0.9, 0.8], 2), ([3, 2, 1], 1)]
)
def test_elbow(inertias: list[float], k: int) -> None:
    """The bend is where the curve is farthest below its chord."""
    assert task_b.elbow(np.array(inertias, dtype=float)) == k


def test_elbow_needs_three_values() -> None:
    """Two ends have no bend between."""
    with pytest.raises(ValueError, match="at least three values of k, got 2"):
        task_b.elbow(np.array([2.0, 1.0]))
    assert task_b.elbow(np.array([2.0, 0.5, 0.4])) == 2


@pytest.mark.parametrize(
    ("values", "gap", "zeros"),
    [
        ([0.0, 0.0, 0.5, 0.6], 2, 2),
        ([0.0, 0.1, 0.2, 0.9], 3, 1),
        ([-1e-15, 0.7, 0.8], 1, 1),
        ([1e-10, -1e-10, 2e-9, 1.0], 3, 2),
    ],
)
def test_eigenvalue_rules(values: list[float], gap: int, zeros: int) -> None:
    """One rule counts up to the largest gap, the other counts zeros up to rounding."""
    found = np.array(values)
    assert (task_b.eigengap(found), task_b.zero_eigenvalues(found)) == (gap, zeros)


@pytest.mark.parametrize(
    ("heights", "k"), [([1, 2, 9], 2), ([1, 8, 9], 3), ([1, 2, 3, 9, 10], 3), ([1, 1, 1, 5], 2)]
)
def test_dendrogram_gap(heights: list[float], k: int) -> None:
    """A gap below the last merge leaves two clusters, below the one before it three."""
    assert task_b.dendrogram_gap(np.array(heights, dtype=float)) == k


def test_fits_are_the_librarys() -> None:
    """Models are those of the library for k = 1 to 6, with the seed given."""
    fits = Fits(make("varied", 2).X, seed=5)
    assert [fit.n_clusters for fit in fits.k_means] == [1, 2, 3, 4, 5, 6]
    assert [fit.n_components for fit in fits.mixtures] == [1, 2, 3, 4, 5, 6]
    assert all(fit.random_state == 5 for fit in (*fits.k_means, *fits.mixtures))
    assert all(fit.n_init == 3 for fit in fits.k_means)
    assert fits.mixtures[0].init_params == GaussianMixture().init_params
    assert fits.k_means is fits.k_means  # computed once
    assert Fits(fits.X).seed == 0
    np.testing.assert_allclose(fits.distances, cdist(fits.X, fits.X))


@pytest.mark.parametrize("name", ["moons", "close"])
def test_graph_and_spectrum_are_those_of_spectral_clustering(name: str) -> None:
    """The graph is the one of the note on spectral clustering, and so are its eigenvalues."""
    fits = Fits(make(name, 1).X)
    np.testing.assert_array_equal(fits.graph, neighbour_affinity(fits.X, 10))
    whole = spectral(fits.graph, 3)
    values, embedding = fits.spectrum
    assert values.shape == (7,)
    np.testing.assert_allclose(values, whole.eigenvalues[:7], atol=TOLERANCE)
    np.testing.assert_allclose(np.abs(embedding[:, 0]), np.abs(whole.embedding[:, 0]), atol=1e-9)
    assert embedding.shape == (300, 7)


def test_tree_is_wards() -> None:
    """The heights are the library's."""
    fits = Fits(make("aniso", 1).X)
    model = AgglomerativeClustering(compute_distances=True).fit(fits.X)
    np.testing.assert_allclose(fits.tree[:, 2], model.distances_, atol=1e-12)


def test_k_distances_are_those_to_the_fourth_neighbour() -> None:
    """Sorted; a core point has five points in reach, itself included."""
    fits = Fits(make("moons", 1).X)
    nearest, _ = NearestNeighbors(n_neighbors=5).fit(fits.X).kneighbors()
    expected = np.sort(NearestNeighbors(n_neighbors=4).fit(fits.X).kneighbors()[0][:, -1])
    np.testing.assert_allclose(fits.k_distances, expected, atol=TOLERANCE)
    assert not np.allclose(fits.k_distances, np.sort(nearest[:, -1]))


@pytest.mark.parametrize("name", ["aniso", "square", "varied"])
def test_k_means_rules_take_the_best_k(name: str) -> None:
    """The silhouette's k has the highest silhouette; the elbow's clusters have its k."""
    fits = Fits(make(name, 3).X, seed=3)
    widths = {k: silhouette_score(fits.X, fits.k_means[k - 1].labels_) for k in range(2, 7)}
    found = task_b.by_silhouette(fits)
    assert found.k == max(widths, key=lambda k: widths[k])
    np.testing.assert_array_equal(found.labels, fits.k_means[found.k - 1].labels_)
    bend = task_b.by_elbow(fits)
    assert bend.k == task_b.elbow(np.array([fit.inertia_ for fit in fits.k_means]))
    np.testing.assert_array_equal(bend.labels, fits.k_means[bend.k - 1].labels_)


@pytest.mark.parametrize("name", ["close", "square"])
def test_bic_rule_takes_the_lowest(name: str) -> None:
    """The mixture's clusters are those of the fit with the lowest BIC."""
    fits = Fits(make(name, 1).X, seed=1)
    best = int(np.argmin([fit.bic(fits.X) for fit in fits.mixtures]))
    found = task_b.by_bic(fits)
    np.testing.assert_array_equal(found.labels, fits.mixtures[best].predict(fits.X))
    assert found.k == len(np.unique(found.labels)) > 1


@pytest.mark.parametrize("name", ["blobs", "close", "moons"])
def test_ward_rule_cuts_as_the_library_does(name: str) -> None:
    """The clusters are those of Ward with the k chosen, and k has the longest gap."""
    fits = Fits(make(name, 1).X)
    found = task_b.by_dendrogram(fits)
    expected = AgglomerativeClustering(found.k).fit_predict(fits.X)
    assert adjusted_rand(expected, found.labels) == 1.0
    last = fits.tree[-6:, 2]
    gaps = {k: last[len(last) + 1 - k] - last[len(last) - k] for k in range(2, 7)}
    assert found.k == max(gaps, key=lambda k: gaps[k])


def test_ward_rule_looks_at_the_last_merges_only() -> None:
    """Ten far spots have their gap beyond the largest k allowed, and the rule stays within it."""
    spots = np.repeat(np.arange(10.0) * 10.0, 5)[:, None]
    X = spots + 0.01 * np.random.default_rng(0).standard_normal((50, 1))
    assert 2 <= task_b.by_dendrogram(Fits(X)).k <= 6


def test_results_cannot_be_changed() -> None:
    """What was fitted, found and tried stays as it was."""
    found = task_b.Found(1, np.zeros(2, dtype=np.int64))
    for value, name in ((Trial(1, 1, 1.0), "k"), (Fits(np.eye(2)), "X"), (found, "k")):
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, None)


@pytest.mark.parametrize("name", ["blobs", "circles"])
def test_spectral_rules(name: str) -> None:
    """One counts pieces; the other clusters the embedding in its k."""
    fits = Fits(make(name, 0).X)
    pieces = task_b.by_zero_eigenvalues(fits)
    assert pieces.k == task_b.zero_eigenvalues(fits.spectrum[0]) == make(name, 0).k
    assert adjusted_rand(make(name, 0).truth, pieces.labels) == 1.0
    gap = task_b.by_eigengap(fits)
    assert gap.k == task_b.eigengap(fits.spectrum[0])
    assert len(np.unique(gap.labels)) == gap.k


def test_eigengap_clusters_like_spectral_clustering() -> None:
    """With the k chosen, the clusters are those of the library."""
    fits = Fits(make("aniso", 0).X, seed=0)
    found = task_b.by_eigengap(fits)
    model = SpectralClustering(found.k, affinity="nearest_neighbors", random_state=0)
    assert found.k > 2
    assert adjusted_rand(model.fit_predict(fits.X), found.labels) > 0.8
    last = KMeans(found.k, n_init=3, random_state=0)
    np.testing.assert_array_equal(found.labels, last.fit_predict(fits.spectrum[1][:, : found.k]))


@pytest.mark.parametrize("name", ["moons", "square"])
def test_density_rules(name: str) -> None:
    """DBSCAN takes a radius among the distances; noise is no cluster in either count."""
    fits = Fits(make(name, 2).X)
    near = task_b.by_knee(fits)
    line = np.linspace(fits.k_distances[0], fits.k_distances[-1], 300)
    eps = fits.k_distances[(line - fits.k_distances).argmax()]
    model = DBSCAN(eps=eps, min_samples=5).fit(fits.X)
    np.testing.assert_array_equal(near.labels, model.labels_)
    assert near.k == model.labels_.max() + 1
    other = task_b.by_hdbscan(fits)
    expected = HDBSCAN(min_cluster_size=15, copy=True).fit(fits.X).labels_
    np.testing.assert_array_equal(other.labels, expected)
    assert other.k == expected.max() + 1
    assert (expected == -1).any()


def test_unknown_rule_is_refused() -> None:
    """A wrong name is an error that lists the rules."""
    with pytest.raises(ValueError, match="no rule is named 'gap'; there are K-Means"):
        task_b.apply_rule("gap", Fits(make("blobs").X))


def test_trial_counts_from_the_truth() -> None:
    """Too many clusters is a positive error."""
    assert Trial(5, 3, 0.2).error == 2
    assert Trial(1, 3, 0.2).error == -2


def test_trials_hide_the_truth_and_score_it_after(trials: task_b.Trials) -> None:
    """One trial a seed, each on its own draw; score and k are those of the rule alone."""
    assert list(trials) == list(task_b.RULES)
    points = make("circles", 2)
    found = task_b.by_knee(Fits(points.X, 2))
    trial = trials["DBSCAN, k-distance knee"]["circles"][2]
    assert len(trials["HDBSCAN"]["square"]) == 3
    assert trial == Trial(found.k, 2, adjusted_rand(points.truth, found.labels))
    assert task_b.try_on("square", 0, ["HDBSCAN"])[0].true_k == 1


def test_seeds_reach_the_models() -> None:
    """A trial fits with the seed of its draw."""
    (trial,) = task_b.try_on("square", 4, ["K-Means, silhouette"])
    found = task_b.by_silhouette(Fits(make("square", 4).X, 4))
    assert (trial.k, trial.score) == (found.k, 0.0)


def test_share_right() -> None:
    """The share counts exact hits only."""
    found = [Trial(3, 3, 1.0), Trial(2, 3, 1.0), Trial(4, 3, 1.0), Trial(3, 3, 0.0)]
    assert task_b.share_right(found) == 0.5


SAMPLE: task_b.Trials = {
    "HDBSCAN": {
        "blobs": [Trial(3, 3, 1.0), Trial(3, 3, 0.5), Trial(4, 3, 0.0)],
        "square": [Trial(2, 1, 0.0), Trial(1, 1, 1.0), Trial(2, 1, 0.0)],
    }
}


def test_tables_say_what_was_found() -> None:
    """Most frequent k, signed error, score without the square, and what is said of it."""
    assert task_b.chosen_table(SAMPLE).loc["HDBSCAN"].tolist() == ["3 (2 of 3)", "2 (2 of 3)"]
    errors = task_b.error_table(SAMPLE).loc["HDBSCAN"]
    assert errors["blobs"].startswith("0.33 ± ") and errors["square"].startswith("0.67 ± ")
    scores = task_b.ari_table(SAMPLE)
    assert list(scores.columns) == ["blobs"]
    assert scores.loc["HDBSCAN", "blobs"].startswith("0.50 ± 1.24")
    said = task_b.one_table(SAMPLE).loc["HDBSCAN"]
    assert said.to_dict() == {"ever says 1": "yes", "says 1 in": "1 of 3", "says": "1, 2"}
    assert task_b.one_table(SAMPLE).index.name == "rule"
    never = {"HDBSCAN": {"square": [Trial(2, 1, 0.0), Trial(3, 1, 0.0)]}}
    assert task_b.one_table(never).loc["HDBSCAN"].tolist() == ["no", "0 of 2", "2, 3"]


def test_the_table_over_all_sets_weighs_each_seed_once() -> None:
    """A seed counts by its mean over the sets; the square has no groups to find."""
    sample = {
        "HDBSCAN": {
            "blobs": [Trial(3, 3, 1.0), Trial(2, 3, 0.5)],
            "moons": [Trial(2, 2, 0.2), Trial(2, 2, 0.1)],
            "square": [Trial(1, 1, 1.0), Trial(1, 1, 1.0)],
        }
    }
    table = task_b.overall_table(sample)
    by_seed = mean_interval([0.6, 0.3])
    assert table.loc["HDBSCAN"].tolist() == ["0.75", short(by_seed)]


def test_shares_are_drawn(trials: task_b.Trials) -> None:
    """Each cell of the heat map carries its share, dark on light and light on dark."""
    fig, ax = plt.subplots()
    shares = task_b.draw_shares(ax, trials)
    assert isinstance(shares, pd.DataFrame)
    assert shares.shape == (8, 3)
    assert shares.loc["Spectral, zero eigenvalues", "square"] == 1.0
    written = {text.get_position(): text for text in ax.texts}
    for (row, column), value in np.ndenumerate(shares.to_numpy(dtype=float)):
        text = written[column, row]
        assert text.get_text() == f"{value:.1f}"
        assert text.get_color() == ("white" if value < 0.46 else "#111111")
    assert [tick.get_text() for tick in ax.get_yticklabels()] == list(trials)
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["blobs", "circles", "square"]
    assert ax.images[0].get_clim() == (0.0, 1.0)
    assert ax.xaxis.get_tick_params()["length"] == 0
    plt.close(fig)


@pytest.mark.parametrize("name", ["square", "moons", "circles"])
def test_evidence_marks_what_the_rules_take(name: str) -> None:
    """Five panels mark a k, the sixth a radius; the dendrogram marks the gap, not a merge."""
    fits = Fits(make(name, 1).X, 1)
    fig, axes = plt.subplots(2, 3)
    picks = task_b.draw_evidence(axes.ravel(), fits)
    rules = [rule for rule in task_b.RULES if rule not in ("Spectral, eigengap", "HDBSCAN")]
    assert picks == [task_b.apply_rule(rule, fits).k for rule in rules]
    marks = [ax.lines[1].get_xdata()[0] for ax in axes.flat[:5]]
    assert marks == [*picks[:3], picks[3] + 0.5, picks[4]]
    starts = [ax.lines[0].get_xdata()[0] for ax in axes.flat]
    assert starts == [2, 1, 1, 2, 1, 1]
    heights = axes.flat[3].lines[0].get_ydata()
    assert heights[0] == fits.tree[-1, 2] and len(heights) == 6
    near = axes.flat[5].lines
    assert near[1].get_ydata()[0] in fits.k_distances
    assert len(near[0].get_xdata()) == 300 and len(near) == 2
    markers = [ax.lines[0].get_marker() for ax in axes.flat]
    assert markers == ["o"] * 5 + ["None"]
    plt.close(fig)


def test_what_the_note_says_of_the_rules() -> None:
    """Three rules can never say 1, and none of the eight is left out."""
    never = {"K-Means, silhouette", "Ward, dendrogram gap", "HDBSCAN"}
    for seed in range(2):
        fits = Fits(make("square", seed).X, seed)
        assert all(task_b.apply_rule(rule, fits).k > 1 for rule in never)
    assert len(task_b.RULES) == 8
    assert (*NAMES, "square") == task_b.SETS
