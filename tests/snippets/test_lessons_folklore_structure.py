"""Rules of folklore about importances, clusters, stacks and time: the verdicts, and each part
against a library or by hand.
"""

from __future__ import annotations

import numpy as np
import pytest
from lesson_runs import ran, told
from sklearn.cluster import KMeans
from sklearn.ensemble import VotingClassifier
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LinearRegression
from sklearn.manifold import TSNE
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.naive_bayes import GaussianNB

from snippets.feature_importance import coalition_values, shapley_values
from snippets.lessons import l73_importances as l73
from snippets.lessons import l78_elbow as l78
from snippets.lessons import l79_tsne as l79
from snippets.lessons import l80_stacking as l80
from snippets.lessons import l81_last_value as l81
from snippets.unknown_k import elbow


@pytest.mark.nightly
def test_l73_rankings_agree_on_the_first_feature_and_not_on_the_rest():
    """Shapley values and LIME agree where the model is a line."""
    outcome = l73.judge(ran(l73))
    assert told(outcome, "-?-+-???+") and outcome.primary.standing == "against"


def test_l73_shapley_values_are_those_of_the_sum_over_all_sets():
    """Each sample's values, by the definition."""
    X, y = l73.draw(0.0, 60, np.random.default_rng(0))
    predict = l73.fitted("kernel", X, y, 0)
    found = l73.by_shapley(predict, X[:2], X[5:12])
    each = [shapley_values(coalition_values(predict, X[5:12], x)) for x in X[:2]]
    np.testing.assert_allclose(found, np.abs(each).mean(axis=0), atol=1e-9)


def test_l73_of_a_line_lime_tells_the_slopes():
    """Up to its small penalty."""
    X, y = l73.draw(0.0, 200, np.random.default_rng(0))
    model = LinearRegression().fit(X, y)
    found = l73.by_lime(model.predict, X[:3], X.std(axis=0), np.random.default_rng(1))
    np.testing.assert_allclose(found, np.abs(model.coef_) * X.std(axis=0), atol=0.1)


def test_l73_permutation_is_about_that_of_the_library():
    """Which draws other orders."""
    X, y = l73.draw(0.0, 400, np.random.default_rng(0))
    model = LinearRegression().fit(X, y)
    found = l73.by_permutation(model.predict, X, y, np.random.default_rng(1))
    theirs = permutation_importance(
        model, X, y, scoring="neg_mean_squared_error", n_repeats=10, random_state=0
    )
    np.testing.assert_allclose(found, theirs.importances_mean, atol=0.2)


@pytest.mark.nightly
def test_l78_the_elbow_depends_on_where_its_line_ends_and_on_the_axis():
    """Silhouette and BIC find k in the same fits, to ten and to thirty."""
    result = ran(l78)
    outcome = l78.judge(result)
    assert told(outcome, "-+-+-??+??" + "-++?++" + "--?-++")
    assert outcome.primary.standing == "against"
    for rule, sign in (("to 20", -1), ("to 30", 1), ("to 10, logarithmic", 1)):
        effect = result.right("apart", f"elbow {rule}")
        assert sign * effect.mean > effect.half_width
    for spread in l78.SPREADS:
        for rule in ("silhouette to 30", "BIC to 30"):
            assert result.right(spread, rule).low > 0


def test_l78_the_bend_of_a_curve_without_groups_moves_with_its_end():
    """On 1 / k the point farthest below the line is at the root of the last k."""
    ends = {n: elbow(1 / np.arange(1, n + 1)) for n in (9, 16, 25)}
    assert ends == {9: 3, 16: 4, 25: 5}


@pytest.mark.nightly
@pytest.mark.parametrize("spread", [0.6, 1.0])
def test_l78_drawn_to_ten_the_elbow_finds_three_and_not_seven(spread):
    """And five in a quarter of the draws at most."""
    share = {}
    for k in l78.SIZES:
        found = []
        for seed in range(10):
            rng = np.random.default_rng(seed)
            X, _ = l78.draw(k, spread, rng)
            fits = [l78.clustered(X, one, 3, rng)[0] for one in range(1, 11)]
            found.append(elbow(np.array(fits)) == k)
        share[k] = np.mean(found)
    assert share[3] == 1 and share[5] <= 0.25 and share[7] == 0


def test_l78_many_starts_at_once_are_as_one_after_the_other():
    """Inertia and labels are the library's, from the same centres."""
    X, _ = l78.draw(5, 1.0, np.random.default_rng(0))
    starts = l78.random_starts(X, 5, 6, np.random.default_rng(1))
    inertia, labels = l78.lloyd(X, starts)
    for start, mine, cluster in zip(starts, inertia, labels, strict=True):
        theirs = KMeans(5, init=start, n_init=1, tol=0).fit(X)
        assert mine == pytest.approx(theirs.inertia_)
        assert (cluster == theirs.labels_).all()


def test_l78_starts_are_different_samples_and_far_ones_are_likely():
    """Two groups that are far apart have a centre each, in nearly every start of k-means++."""
    X = np.vstack([np.zeros((50, 2)), np.full((50, 2), 100.0)])
    X += np.random.default_rng(0).standard_normal(X.shape)
    plus, plain = (
        begin(X, 2, 200, np.random.default_rng(1)) for begin in (l78.plus_plus, l78.random_starts)
    )
    assert (plus[:, :, None] == X).all(axis=3).any(axis=2).all()
    both = [((one[:, :, 0] > 50).sum(axis=1) == 1).mean() for one in (plus, plain)]
    assert both[0] > 0.95 and 0.3 < both[1] < 0.7


def test_l78_bic_and_gap_find_what_is_plain():
    """A fall that ends at four; a gap that no longer grows."""
    inertias = np.array([900.0, 400, 220, 20, 19, 18])
    assert l78.by_bic(inertias, 120, 2) == 4
    nulls = np.array([[1000.0, 500, 330, 250, 200, 165], [1010.0, 505, 335, 255, 205, 170]])
    assert l78.by_gap(inertias, nulls) == 4


@pytest.mark.parametrize("seed", range(1000, 1020))
def test_l78_every_seed_has_room_for_its_groups(seed):
    """Centres are four apart, and a square without room is begun anew."""
    X, truth = l78.draw(7, 0.0, np.random.default_rng(seed))
    centres = X[:7]
    assert (centres[truth] == X).all()
    gaps = np.linalg.norm(centres[:, None] - centres, axis=2)[np.triu_indices(7, 1)]
    assert gaps.min() >= 4


@pytest.mark.nightly
def test_l79_sizes_are_kept_in_part_and_pca_keeps_more():
    """At a larger perplexity distances are kept, too."""
    outcome = l79.judge(ran(l79))
    assert told(outcome, "??--?++")


@pytest.mark.nightly
@pytest.mark.parametrize(("arm", "perplexity"), [("narrow", 10), ("wide", 30)])
def test_l79_the_plot_is_about_as_good_as_the_library_s(arm, perplexity):
    """It leaves no more divergence between the affinities, which sum to 1."""
    X = l79.draw(5)
    P = l79.affinities(X[None], perplexity)[0]
    assert P.sum() == pytest.approx(1) and np.allclose(P, P.T) and not P.diagonal().any()

    def divergence(plane):
        near = 1 / (1 + ((plane[:, None] - plane) ** 2).sum(axis=2))
        np.fill_diagonal(near, 0)
        kept = P > 1e-12
        return (P[kept] * np.log(P[kept] / (near / near.sum())[kept])).sum()

    model = TSNE(perplexity=perplexity, method="exact", init="pca", random_state=0)
    theirs = model.fit(X).kl_divergence_
    assert divergence(l79.plotted(X[None], arm, (5,))[0]) < 1.1 * theirs


def test_l79_a_plot_that_is_a_copy_keeps_all():
    """Turned and made larger, it has the same ranks."""
    X = l79.draw(0)
    assert l79.kept(X, -3 * X[:, ::-1]) == pytest.approx([1, 1])
    assert l79.kept(X, X[::-1]) != pytest.approx([1, 1])


@pytest.mark.nightly
def test_l80_stacking_gains_little_over_a_single_model_that_is_chosen_well():
    """A vote loses where one model is much better than the others."""
    outcome = l80.judge(ran(l80))
    assert told(outcome, "--???-?-") and outcome.primary.standing == "against"


def test_l80_what_is_told_out_of_fold_and_by_vote_is_the_library_s():
    """The folds are each third sample."""
    X, y, new, _ = l80.samples("few", 0)
    folds = PredefinedSplit(np.arange(len(y)) % l80.N_FOLDS)
    theirs = cross_val_predict(GaussianNB(), X, y, cv=folds, method="predict_proba")
    np.testing.assert_allclose(l80.out_of_fold(GaussianNB(), X, y), theirs[:, 1])
    named = [(str(number), one) for number, one in enumerate(l80.models())]
    vote = VotingClassifier(named, voting="soft").fit(X, y).predict_proba(new)[:, 1]
    single, stacked, voted = l80.combined(X, y, new)
    np.testing.assert_allclose(voted, vote)
    alone = [l80.probability(one, X, y, new) for one in l80.models()]
    assert any(np.array_equal(single, one) for one in alone)
    assert stacked.min() > 0 and stacked.max() < 1


@pytest.mark.parametrize("name", l80.SETS)
def test_l80_training_samples_are_standardised_and_as_many_as_registered(name):
    """New ones are scaled alike."""
    X, y, new, truth = l80.samples(name, 0)
    assert len(X) == len(y) == (l80.SIZES.get(name) or l80.PARTS[name][0])
    assert len(new) == len(truth) and set(y) == {0, 1}
    assert np.abs(X.mean(axis=0)).max() < 1e-9


@pytest.mark.nightly
def test_l81_folds_flatter_a_forest_on_a_walk_and_are_right_elsewhere():
    """The last value is unbeaten on a walk, and beaten by a forest on a season."""
    outcome = l81.judge(ran(l81))
    assert told(outcome, "+---+--++") and outcome.primary.standing == "as claimed"


def test_l81_the_line_is_the_library_s_and_so_is_its_error_by_folds():
    """With the same folds."""
    X, y = l81.lag_table(l81.series("season", 0), l81.N_LAGS)
    mine = l81.forecast("line", X[:100], y[:100], X[100:], 0)
    np.testing.assert_allclose(mine, LinearRegression().fit(X[:100], y[:100]).predict(X[100:]))
    folds = PredefinedSplit(np.random.default_rng(7).permutation(len(y)) % 3)
    theirs = cross_val_predict(LinearRegression(), X, y, cv=folds)
    assert l81.shuffled_error("line", X, y, 7) == pytest.approx(mean_absolute_error(y, theirs))


def test_l81_a_forest_of_differences_follows_the_level_and_one_of_levels_does_not():
    """A walk that begins a hundred higher is forecast a hundred higher, or as before."""
    X, y = l81.lag_table(l81.series("walk", 0), l81.N_LAGS)
    steps, levels = (
        l81.forecast(model, X, y, X[-5:] + 100, 0) - l81.forecast(model, X, y, X[-5:], 0)
        for model in ("differences", "forest")
    )
    np.testing.assert_allclose(steps, 100)
    assert levels.max() <= np.ptp(y)
