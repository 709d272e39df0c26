"""Rules of folklore about features: the verdicts, and each part against a library or by hand."""

from __future__ import annotations

import numpy as np
import pytest
from lesson_runs import ran, told
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.inspection import permutation_importance
from sklearn.linear_model import Lasso, LinearRegression
from sklearn.metrics import f1_score
from sklearn.naive_bayes import GaussianNB

from snippets.lessons import l64_trees_and_codes as l64
from snippets.lessons import l65_twins as l65
from snippets.lessons import l69_lasso_truth as l69
from snippets.lessons import l70_pca_first as l70


@pytest.mark.nightly
def test_l64_one_hot_is_between_codes_and_means():
    """Arbitrary codes are worse, means and codes in order are better; seconds need a start."""
    outcome = l64.judge(ran(l64))
    assert told(outcome, "--+++??-") and outcome.primary.standing == "against"


@pytest.mark.parametrize(("way", "columns"), [("ordinal", 1), ("one-hot", 50), (l64.WAYS[2], 1)])
def test_l64_each_way_encodes_training_and_new_samples(way, columns):
    """New samples of one level have one code, whatever the way."""
    drawn = l64.draw(False, 0)
    known, new = l64.encoded(way, drawn.level[:300], drawn.y[:300], np.array([7, 3, 7]))
    assert known.shape == (300, columns) and new.shape == (3, columns)
    assert (new[0] == new[2]).all() and (new[0] != new[1]).any()


def test_l64_means_are_out_of_fold():
    """A sample's own target, however large, is not in its code."""
    drawn = l64.draw(False, 0)
    level, y = drawn.level[:300], drawn.y[:300].copy()
    before, _ = l64.encoded(l64.WAYS[2], level, y, level[:1])
    y[7] += 1000
    after, _ = l64.encoded(l64.WAYS[2], level, y, level[:1])
    assert abs(after[7] - before[7]).max() < abs(after - before).max()


def test_l64_no_rising_function_moves_a_cut_at_a_sample():
    """With more values than bins predictions of new samples are the same, bit by bit."""
    rng = np.random.default_rng(0)
    x, y, new = rng.random((800, 1)), rng.standard_normal(800), rng.random((200, 1))
    first, second = (
        HistGradientBoostingRegressor(max_iter=5, early_stopping=False).fit(f(x), y).predict(f(new))
        for f in (np.asarray, np.exp)
    )
    assert np.mean(first == second) > 0.95


def test_l64_single_precision_makes_ties_of_seconds():
    """A minute of 2023 has one value; minus its start it has all."""
    times = l64.EPOCH + 60 * np.linspace(0, 1, 100)
    assert len(np.unique(times.astype(np.float32))) <= 2
    assert len(np.unique((times - l64.EPOCH).astype(np.float32))) == 100


@pytest.mark.nightly
def test_l65_twins_spoil_the_ranking_and_not_the_prediction():
    """To drop measurements costs; to drop near copies moves R² by less than two hundredths."""
    outcome = l65.judge(ran(l65))
    assert told(outcome, "?-?++")
    assert abs(outcome.primary.effect.mean) < 0.02


def test_l65_a_column_goes_if_an_earlier_one_is_its_twin():
    """Copies go, either sign; the first stays."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((500, 3))
    X = np.column_stack([X, -X[:, 1], X[:, 0] + 0.1 * rng.standard_normal(500)])
    assert l65.kept(X).tolist() == [0, 1, 2]
    assert l65.kept(X, limit=1.01).tolist() == [0, 1, 2, 3, 4]


def test_l65_forest_and_permutation_are_about_those_of_the_library():
    """R² and loss by permutation are near scikit-learn's, which draws other bootstraps."""
    X, y = l65.draw(0, 0.05, np.random.default_rng(0), 400)
    new, truth = l65.draw(0, 0.05, np.random.default_rng(1), 2000)
    X, new = X[:, :6], new[:, :6]
    trees = [tree for seed in range(6) for tree in l65.grow(X, y, 0.5, seed)]
    model = RandomForestRegressor(60, max_features=0.5, random_state=0).fit(X, y)
    assert l65.r2(trees, new, truth) == pytest.approx(model.score(new, truth), abs=0.05)
    lost = l65.permuted(trees, new, truth, (0, 1), np.random.default_rng(0))
    theirs = permutation_importance(model, new, truth, n_repeats=3, random_state=0)
    np.testing.assert_allclose(lost, theirs.importances_mean[:2], atol=0.15)


@pytest.mark.nightly
def test_l69_folds_choose_too_many_and_the_best_penalty_is_right():
    """Where one repeats the true ones no penalty is; scales decide where units are arbitrary."""
    outcome = l69.judge(ran(l69))
    assert told(outcome, "-+?-+?") and outcome.primary.standing == "against"


def test_l69_the_path_is_the_library_s():
    """At one penalty the slopes are those of `Lasso` on standardised features, in raw units."""
    X, y = l69.draw("scales", 0)
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    alpha = np.abs(Z.T @ (y - y.mean())).max() / len(y) * l69.PENALTIES[12]
    model = Lasso(alpha, tol=1e-8, max_iter=10**5).fit(Z, y)
    found = l69.path(X, y, True)[:, 12] * X.std(axis=0)
    np.testing.assert_allclose(found, model.coef_, atol=0.02)


def test_l69_f1_is_the_library_s():
    """Of the features with a slope, whatever its sign."""
    slopes = np.array([[1.0], [0], [-2], [0], [0], [3], [0]])
    truth = [1, 1, 1, 1, 1, 0, 0]
    assert l69.f1(slopes)[0] == pytest.approx(f1_score(truth, slopes[:, 0] != 0))


def test_l69_the_condition_is_a_regression_on_the_true_features():
    """It is the sum of slopes, with signs, of a false feature on the true ones."""
    X, _ = l69.draw("repeated", 0)
    model = LinearRegression(fit_intercept=False).fit(X[:, :5], X[:, 5])
    covariance = X[:, :6].T @ X[:, :6]
    found = l69.irrepresentable(covariance, np.ones(5))
    assert found == pytest.approx(abs(model.coef_.sum())) and found > 1


@pytest.mark.nightly
def test_l70_pca_gains_nothing_on_digits():
    """It loses a point or so; where classes are generated it gains."""
    outcome = l70.judge(ran(l70))
    assert outcome.primary.effect.mean < 0.01
    assert outcome.findings[6].standing == "as claimed"


@pytest.mark.nightly
def test_l70_naive_bayes_gains_by_what_is_dropped_and_not_by_the_turn():
    """The tree gains by both."""
    outcome = l70.judge(ran(l70))
    turn, drop = (outcome.findings[place].effect for place in (7, 8))
    assert turn.low < 0 < drop.low and drop.low > turn.high
    assert all(outcome.findings[place].effect.mean > 0.02 for place in (9, 10))


def test_l70_the_turn_drops_nothing():
    """As many components as features; cut to 0.9 there are fewer, and neighbours see no turn."""
    features, (y, *_) = l70.parts("narrow", 0)
    everything = l70.PCA(None, svd_solver="full").fit(features[0])
    assert everything.n_components_ == 60 > l70.PCA(0.9).fit(features[0]).n_components_
    model = l70.settings("neighbours")[1]
    plain = model.fit(features[0], y).predict(features[2])
    turned = model.fit(everything.transform(features[0]), y)
    assert (turned.predict(everything.transform(features[2])) == plain).all()
    assert len(l70.apart("narrow", 0)) == len(l70.TAKEN_APART)


def test_l70_samples_that_choose_do_not_score():
    """The setting with the best choice is scored on the test, be it the worst there."""
    rng = np.random.default_rng(0)
    y = np.arange(40) % 2
    good, bad = rng.standard_normal((40, 1)) + 9 * y[:, None], rng.standard_normal((40, 1))
    sets = [(good, bad, good), (good, good, 9 - good)]
    found = l70.best([GaussianNB(), GaussianNB()], sets, (y, y, y))
    assert found < 0.1


@pytest.mark.parametrize("name", l70.SETS)
def test_l70_parts_share_no_row(name):
    """Each has the size that is registered."""
    features, targets = l70.parts(name, 0)
    sizes = l70.PARTS[name][:3] if name in l70.PARTS else l70.SIZES
    assert [len(X) for X in features] == [len(y) for y in targets] == list(sizes)
    rows = {tuple(row) for X in features for row in X}
    assert len(rows) >= sum(sizes) - 2  # a file may repeat a row
