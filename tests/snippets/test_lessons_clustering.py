"""Lessons about clustering: claims, and scores against the library."""

from __future__ import annotations

import numpy as np
import pytest
from lesson_runs import ran, same, told
from sklearn.cluster import (
    DBSCAN,
    HDBSCAN,
    AgglomerativeClustering,
    Birch,
    KMeans,
    SpectralClustering,
)
from sklearn.datasets import load_digits, make_circles, make_swiss_roll
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KNeighborsClassifier

from data.clusters import make
from snippets.birch import fused_pair, last_step
from snippets.dbscan import three_groups, two_densities
from snippets.evidence import adjusted_rand, mean_interval, paired_difference
from snippets.gaussian_mixture import RIVAL_SETS
from snippets.lessons import l19_mixture as l19
from snippets.lessons import l20_fused as l20
from snippets.lessons import l21_density as l21
from snippets.lessons import l22_circles as l22
from snippets.lessons import l25_outlier as l25
from snippets.lessons import l41_variability as l41
from snippets.pca import hidden_factors


@pytest.fixture(scope="module")
def mixture():
    return ran(l19)


@pytest.mark.nightly
def test_l19_a_mixture_wins_where_groups_differ(mixture):
    """Three sets show a gain above the margin; iris is open, round groups tie."""
    outcome = l19.judge(mixture)
    assert told(outcome, "---?") and outcome.primary.standing == "against"
    assert all(one.margin == 0.05 for one in outcome.findings)
    places = [(0, 1), (1, 2), (2, 1), (3, 1)]
    gains = [paired_difference(mixture.ari[s, arm], mixture.ari[s, 0]) for s, arm in places]
    gains[3] = gains[3].within_draws(120, 150)
    assert same(outcome.findings, gains)
    assert abs(mixture.gain("round").mean) < 0.01
    assert mixture.gain("wine", "random starts").mean < 0


@pytest.mark.nightly
def test_l19_the_scores_are_those_of_the_library():
    """Three starts of K-means; the mixture from its default and from six random starts."""
    found = l19.run((8, 3)).ari
    for row in (1, 3):
        X, truth = list(RIVAL_SETS.values())[row](3)
        models = (
            KMeans(3, n_init=3, random_state=3),
            GaussianMixture(3, random_state=3),
            GaussianMixture(3, n_init=6, init_params="random_from_data", random_state=3),
        )
        scores = [adjusted_rand_score(truth, model.fit_predict(X)) for model in models]
        np.testing.assert_allclose(found[row, :, 1], scores)


@pytest.fixture(scope="module")
def fused():
    return ran(l20)


@pytest.mark.nightly
def test_l20_birch_is_odd_on_fused_groups_and_ward_is_to_blame(fused):
    """K-means leads while the pair is close, also on the subclusters, without their counts."""
    outcome = l20.judge(fused)
    assert told(outcome, "+++++") and outcome.primary.standing == "as claimed"
    leads = [paired_difference(fused.ari[gap, 3], fused.ari[gap, 0]) for gap in (1, 0, 2, 3)]
    assert same(outcome.findings[:4], leads)
    assert outcome.findings[3].margin == 0.02
    assert same([outcome.findings[4]], [mean_interval(fused.kept[1] - 1)])
    assert fused.lead("K-means on its subclusters", 3.0).low > 0
    assert abs(fused.counts(3.0).mean) < 0.02


def test_l20_the_scores_are_those_of_the_library():
    """A threshold of half a standard deviation, five starts of K-means, a seeded shuffle."""
    found = l20.run((6, 4))
    for row, gap in enumerate((2.0, 3.0, 4.0, 6.0)):
        X, truth = fused_pair(gap, 4)
        model = Birch(threshold=0.5, n_clusters=3).fit(X)
        plain = KMeans(3, n_init=5, random_state=4).fit_predict(X)
        last = (last_step(model, X, 3, "k-means", weighted=each) for each in (False, True))
        arms = (model.labels_, *last, plain)
        scores = [adjusted_rand_score(truth, labels) for labels in arms]
        np.testing.assert_allclose(found.ari[row, :, 1], scores)
        order = np.random.default_rng(4).permutation(300)
        again = Birch(threshold=0.5, n_clusters=3).fit_predict(X[order])
        assert found.kept[row, 1] == pytest.approx(adjusted_rand_score(arms[0][order], again))


@pytest.fixture(scope="module")
def density():
    return ran(l21)


@pytest.mark.nightly
def test_l21_close_groups_and_two_densities_defeat_dbscan(density):
    """It trails at 3 and 4 standard deviations, not at 8, and HDBSCAN leads on densities."""
    outcome = l21.judge(density)
    assert told(outcome, "++++") and outcome.primary.standing == "as claimed"
    lags = [paired_difference(density.close[g, 1], density.close[g, 0]) for g in (0, 1, 3)]
    lags.append(paired_difference(density.densities[1], density.densities[0]))
    assert same(outcome.findings, lags)
    assert outcome.findings[2].margin == 0.05


@pytest.mark.nightly
def test_l21_noise_as_one_cluster_hides_a_lost_group(density):
    """Scored so, a radius that gives up a whole group gets almost full marks."""
    own, one = density.trap
    assert mean_interval(one).low > 0.95 > mean_interval(own).high


@pytest.mark.nightly
def test_l21_the_scores_are_those_of_the_library():
    """Eight radii from 0.2 to 1.2, twelve from 0.1 to 3, and 0.35 for the dense pair."""
    found = l21.run((5, 9))
    for row, gap in enumerate((3.0, 4.0, 5.0, 8.0)):
        X, truth = three_groups(gap, 9)
        tried = [DBSCAN(eps=eps).fit_predict(X) for eps in np.linspace(0.2, 1.2, 8)]
        best = max(adjusted_rand(truth, labels) for labels in tried)
        plain = KMeans(3, n_init=3, random_state=9).fit_predict(X)
        np.testing.assert_allclose(found.close[row, :, 1], [best, adjusted_rand(truth, plain)])
    X, truth = two_densities(9)
    tried = [DBSCAN(eps=eps).fit_predict(X) for eps in 10 ** np.linspace(-1, np.log10(3), 12)]
    best = max(adjusted_rand(truth, labels) for labels in tried)
    free = HDBSCAN(min_cluster_size=15, copy=True).fit_predict(X)
    np.testing.assert_allclose(found.densities[:, 1], [best, adjusted_rand(truth, free)])
    labels = DBSCAN(eps=0.35).fit_predict(X)
    expected = [adjusted_rand(truth, labels), adjusted_rand_score(truth, labels)]
    np.testing.assert_allclose(found.trap[:, 1], expected)


@pytest.fixture(scope="module")
def circles():
    return ran(l22)


@pytest.mark.nightly
def test_l22_spectral_needs_a_fitting_graph_and_little_noise(circles):
    """Neighbours and gamma 30 find the circles, the default never does, noise defeats all."""
    outcome = l22.judge(circles)
    assert told(outcome, "+-+-") and outcome.primary.standing == "as claimed"
    places = [(0, 1), (0, 2), (1, 0), (2, 0)]
    assert same(
        outcome.findings, [mean_interval(circles.ari[arm, noise] - 0.9) for arm, noise in places]
    )
    assert all(circles.score("RBF, gamma 1", noise).high < 0.05 for noise in l22.NOISES)
    assert circles.score("single linkage", 0.06).low > 0.95


def test_l22_the_scores_are_those_of_the_library():
    """400 points on two circles, the inner one half as wide; three affinities, two rivals."""
    found = l22.run((1, 8)).ari
    for column, noise in ((1, 0.06), (3, 0.15)):
        X, truth = make_circles(400, factor=0.5, noise=noise, random_state=8)
        models = (
            SpectralClustering(2, gamma=30.0, random_state=0),
            SpectralClustering(2, random_state=0),
            AgglomerativeClustering(2, linkage="single"),
            KMeans(2, n_init=3, random_state=0),
        )
        scores = [adjusted_rand_score(truth, model.fit_predict(X)) for model in models]
        np.testing.assert_allclose(found[1:, column, 1], scores)
    assert found[0, 0].min() == 1.0  # 10 neighbours: the default of the library, at low noise


@pytest.fixture(scope="module")
def outlier():
    return ran(l25)


@pytest.mark.nightly
def test_l25_one_far_outlier_spoils_k_means_and_not_dbscan(outlier):
    """It costs much from some distance on, and nothing nearer."""
    outcome = l25.judge(outlier)
    assert told(outcome, "+++") and outcome.primary.standing == "as claimed"
    places = [(0, 7), (0, 6), (1, 7)]
    assert same(
        outcome.findings,
        [paired_difference(outlier.spoilt[arm, d], outlier.clean[arm]) for arm, d in places],
    )
    assert outcome.findings[2].margin == 0.02
    assert abs(outlier.change("K-means", 8.0).mean) < 0.01


def test_l25_the_scores_are_those_of_the_library():
    """The outlier is the last row, both coordinates alike, and is not scored."""
    found = l25.run((2, 5))
    points = make("blobs", 5)
    models = (KMeans(3, n_init=10, random_state=0), DBSCAN(eps=0.25))
    for arm, model in enumerate(models):
        score = adjusted_rand(points.truth, model.fit_predict(points.X))
        assert found.clean[arm, 1] == pytest.approx(score)
        for place, distance in enumerate((5, 8, 10, 12, 14, 16, 20, 30)):
            X = np.append(points.X, [[distance, distance]], axis=0)
            score = adjusted_rand(points.truth, model.fit_predict(X)[:300])
            assert found.spoilt[arm, place, 1] == pytest.approx(score)


def test_l25_spoiling_adds_one_row():
    """The points stay, and the new one has the same distance along each feature."""
    X = np.arange(6.0).reshape(2, 3)
    assert l25.spoil(X, 7.0).tolist() == [[0, 1, 2], [3, 4, 5], [7, 7, 7]]


@pytest.fixture(scope="module")
def variability():
    return ran(l41)


@pytest.mark.nightly
def test_l41_few_components_explain_straight_factors_only(variability):
    """Factors are flat, the roll is not, and a linear classifier pays for the loss."""
    outcome = l41.judge(variability)
    assert told(outcome, "+-??")
    assert outcome.primary.standing == "as claimed"
    assert variability.share("the same, shuffled").high < 0.3
    assert variability.change("logistic").high < 0
    expected = [mean_interval(variability.shares[row] - 0.95) for row in (0, 2)]
    assert same(outcome.findings[:2], expected)
    digits = variability.digits
    expected = [paired_difference(digits[row, 1], digits[row, 0]) for row in (1, 0)]
    assert same(outcome.findings[2:], expected)
    assert [one.margin for one in outcome.findings[2:]] == [0.01, 0.01]


def test_l41_the_scores_are_those_of_the_library():
    """PCA is fitted to 900 training digits; shares are those of 3, 3 and 2 components."""
    found = l41.run((7, 3))
    rng = np.random.default_rng(3)
    factors = hidden_factors(rng)
    sets = (factors, l41.shuffled(factors, rng), make_swiss_roll(1000, random_state=3)[0])
    for row, (X, k) in enumerate(zip(sets, (3, 3, 2), strict=True)):
        share = PCA(k, svd_solver="full").fit(X).explained_variance_ratio_.sum()
        assert found.shares[row, 1] == pytest.approx(share)
    X, y = load_digits(return_X_y=True)
    order = np.random.default_rng(3).permutation(1797)
    A, B, a, b = X[order[:900]] / 16, X[order[900:]] / 16, y[order[:900]], y[order[900:]]
    plane = PCA(20, svd_solver="full").fit(A)
    for row, model in enumerate((LogisticRegression(max_iter=300), KNeighborsClassifier(3))):
        pixels = model.fit(A, a).score(B, b)
        components = model.fit(plane.transform(A), a).score(plane.transform(B), b)
        np.testing.assert_allclose(found.digits[row, :, 1], [pixels, components], atol=0.002)


def test_l41_shuffling_keeps_each_feature_and_loses_what_they_share():
    """Every column has the same values; columns no longer correlate."""
    rng = np.random.default_rng(0)
    X = np.repeat(rng.normal(size=(500, 1)), 3, axis=1)
    Y = l41.shuffled(X, rng)
    assert np.array_equal(np.sort(Y, axis=0), np.sort(X, axis=0))
    assert np.abs(np.corrcoef(Y.T) - np.eye(3)).max() < 0.2
    assert l41.flat_share(X, 1) == pytest.approx(1)


def test_bad_input_is_refused():
    """An interval needs two seeds; an arm needs a name that is known."""
    for lesson in (l19, l20, l21, l22, l25, l41):
        with pytest.raises(ValueError, match=r"two seeds or more, got \[4\]"):
            lesson.run([4])
    for call in (lambda X: l19.groups("median", X, 2, 0), lambda X: l22.cut("median", X)):
        with pytest.raises(ValueError, match="no arm is named 'median'"):
            call(np.zeros((3, 2)))
