"""Rules of folklore about models: the verdicts, and each part against a library or by hand."""

from __future__ import annotations

import numpy as np
import pytest
from lesson_runs import ran, told
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import f1_score, log_loss

from snippets.lessons import l52_oversampling as l52
from snippets.lessons import l57_double_descent as l57
from snippets.lessons import l59_calibration as l59
from snippets.lessons import l60_target_encoding as l60
from snippets.lessons import l61_many_values as l61
from snippets.lessons import l62_more_trees as l62
from snippets.lessons import l63_stopped_ridge as l63


@pytest.mark.nightly
def test_l52_what_oversampling_gains_a_threshold_gains():
    """F1 rises at one half only; probabilities are spoilt."""
    result = ran(l52)
    outcome = l52.judge(result)
    assert told(outcome, "-+--?") and outcome.primary.standing == "against"
    half = result.of("logistic", "class weights", "F1 at one half")
    assert half.mean() > result.of("logistic", "as it is", "F1 at one half").mean()


def test_l52_smote_stays_between_neighbours():
    """Each new sample is on a line between two samples that are near each other."""
    rng = np.random.default_rng(0)
    rare = np.vstack([rng.random((8, 2)), 100 + rng.random((8, 2))])
    made = l52.smote(rare, 500, rng)
    assert made.shape == (500, 2)
    assert ((made < 1).all(axis=1) | (made > 100).all(axis=1)).all()
    with pytest.raises(ValueError, match="two rare samples"):
        l52.smote(rare[:1], 3, rng)


@pytest.mark.parametrize("arm", l52.ARMS)
def test_l52_classes_are_even_after_the_arms_that_add(arm):
    """Copies and SMOTE add positives; the others leave the samples alone."""
    X, y = l52.draw(400, np.random.default_rng(0))
    more, labels = l52.balanced(X, y, arm, np.random.default_rng(1))
    adds = arm in ("copies", "SMOTE")
    assert (labels.mean() == 0.5) == adds and np.array_equal(more[: len(X)], X)
    if arm == "copies":
        assert {tuple(row) for row in more[len(X) :]} <= {tuple(row) for row in X[y == 1]}


def test_l52_the_threshold_has_the_highest_f1():
    """No other threshold among the scores is better."""
    rng = np.random.default_rng(0)
    y, p = rng.integers(2, size=60), rng.random(60)
    best = f1_score(y, p >= l52.best_threshold(p, y))
    assert best == pytest.approx(max(f1_score(y, p >= cut) for cut in p))


@pytest.mark.nightly
def test_l57_the_error_descends_twice_and_a_penalty_takes_the_peak_away():
    """The peak is ten times and more the best; tuned, it is near it."""
    outcome = l57.judge(ran(l57))
    assert told(outcome, "++??") and outcome.primary.standing == "as claimed"
    plain, tuned = outcome.findings[1], outcome.findings[2]
    assert plain.effect.mean > 1 > 0.2 > abs(tuned.effect.mean)


def test_l57_the_errors_are_those_of_the_library():
    """Ridge regression on the random units, its penalty counted a unit."""
    rng = np.random.default_rng(3)
    (X, y, _), (new, _, truth) = l57.draw(100, rng), l57.draw(1000, rng)
    W = rng.standard_normal((10, 40)) / np.sqrt(10)
    shift = rng.standard_normal(40)
    H, H_new = (np.maximum(A @ W + shift, 0) for A in (X, new))
    model = Ridge(alpha=40 * l57.PENALTIES[3], fit_intercept=False).fit(H, y - y.mean())
    wanted = ((model.predict(H_new) + y.mean() - truth) ** 2).mean()
    assert l57.errors(40, 3)[3] == pytest.approx(wanted)


@pytest.mark.nightly
def test_l59_a_forest_gains_by_a_sigmoid_and_logistic_regression_does_not():
    """Naive Bayes gains most, and steps from fifty samples are no gain."""
    result = ran(l59)
    outcome = l59.judge(result)
    assert outcome.findings[3].effect.mean > outcome.findings[0].effect.mean
    assert outcome.findings[4].standing == "as claimed"
    assert result.saved("forest", "steps, 50").mean < result.saved("forest", "steps, 500").mean


def test_l59_the_loss_is_the_library_s():
    """But for probabilities that are all too sure."""
    rng = np.random.default_rng(0)
    p, y = rng.uniform(0.01, 0.99, 50), rng.integers(2, size=50)
    assert l59.loss(p, y) == pytest.approx(log_loss(y, p))
    assert l59.loss(np.array([1.0]), np.array([0])) == pytest.approx(-np.log(1e-3))


def test_l59_a_sigmoid_never_changes_the_order():
    """What is surer before is surer after; steps may tie."""
    rng = np.random.default_rng(0)
    p, new = rng.random(300), np.linspace(0.01, 0.99, 20)
    y = (rng.random(300) < p**2).astype(int)
    assert (np.diff(l59.sigmoid(p, y, new)) > 0).all()
    assert (np.diff(l59.steps(p, y, new)) >= 0).all()


@pytest.mark.nightly
def test_l60_means_in_sample_leak_where_categories_are_many():
    """Out of fold is better with noise; five categories have too many samples to leak."""
    result = ran(l60)
    outcome = l60.judge(result)
    assert outcome.primary.standing == "as claimed" and outcome.findings[2].standing == "against"
    seen, new = result.r2[0, 0].mean(axis=0)
    assert seen > new + 0.1


def test_l60_means_are_those_of_the_groups():
    """A category without a sample has the mean of all; a weight draws small groups to it."""
    group, y = np.array([0, 0, 2]), np.array([1.0, 3.0, 8.0])
    np.testing.assert_allclose(l60.means(group, y, 3), [2, 4, 8])
    np.testing.assert_allclose(l60.means(group, y, 3, 1.0), [8 / 3, 4, 6])


def test_l60_no_sample_is_encoded_by_its_own_target():
    """To change a target changes the code of others, never its own."""
    rng = np.random.default_rng(0)
    group, y = rng.integers(3, size=40), rng.random(40)
    before = l60.out_of_fold(group, y, 3)
    y[7] += 100
    after = l60.out_of_fold(group, y, 3)
    assert after[7] == before[7] and (after != before).any()


def test_l60_the_scores_are_those_of_the_library():
    """A line on the number and the encoded category."""
    rng = np.random.default_rng(5)
    effects = 0.5 * rng.standard_normal(200)
    group, x = rng.integers(200, size=4600), rng.standard_normal(4600)
    y = x + effects[group] + rng.standard_normal(4600)
    A = np.column_stack([x, l60.means(group[:600], y[:600], 200)[group]])
    model = LinearRegression().fit(A[:600], y[:600])
    missed = y[600:] - model.predict(A[600:])
    found = l60.score("in sample", 200, 0.5, 5)
    assert found[0] == pytest.approx(model.score(A[:600], y[:600]))
    assert found[1] == pytest.approx(1 - missed.var() / y[600:].var())


@pytest.mark.nightly
def test_l61_noise_of_many_values_is_ranked_above_a_true_coin():
    """In full trees; permuted in new samples it is worth nothing."""
    result = ran(l61)
    outcome = l61.judge(result)
    assert outcome.primary.standing == "as claimed"
    assert outcome.findings[3].standing == "against"
    np.testing.assert_allclose(result.full.sum(axis=1), 1)
    assert result.permuted[:, 0].min() > result.permuted[:, 3].max()


@pytest.mark.nightly
def test_l62_stages_overfit_noise_and_trees_do_not():
    """Long steps and much noise lose most."""
    result = ran(l62)
    outcome = l62.judge(result)
    assert outcome.primary.standing == "as claimed" and outcome.findings[3].standing == "as claimed"
    assert outcome.findings[0].effect.mean > outcome.findings[1].effect.mean


def test_l62_a_forest_is_the_running_mean_of_its_trees():
    """One tree more is the next row, and all rows are of one forest."""
    X, y, new, _ = l62.draw(1.0, 0)
    told_by = l62.forest(X, y, new[:20], 3)
    single = np.diff(np.arange(1, 61)[:, None] * told_by, axis=0, prepend=0)
    assert told_by.shape == (60, 20)
    assert np.isclose(single[:, :, None], y, atol=1e-8).any(axis=2).all()  # a leaf is a target


def test_l62_r2_is_of_each_row():
    """The truth has 1, its mean has 0."""
    truth = np.array([1.0, 2.0, 3.0])
    assert l62.r2(np.array([truth, [2.0] * 3]), truth).tolist() == [1, 0]


def test_l63_the_paths_are_descent_and_ridge():
    """Many short steps are the flow; ridge is the library's, its penalty one over the time."""
    rng = np.random.default_rng(0)
    X, y, start = rng.standard_normal((30, 4)), rng.standard_normal(30), rng.standard_normal(4)
    stopped, shrunk = l63.paths(X, y, start)
    place = 20
    slopes, step = start.copy(), l63.TIMES[place] / 20_000
    for _ in range(20_000):
        slopes -= step * X.T @ (X @ slopes - y) / 30
    np.testing.assert_allclose(stopped[place], slopes, atol=1e-3)
    model = Ridge(alpha=30 / l63.TIMES[place], fit_intercept=False).fit(X, y)
    np.testing.assert_allclose(shrunk[place], model.coef_)


@pytest.mark.nightly
def test_l63_both_are_near_and_least_squares_is_not():
    """A tuned stop is within a tenth of the error; the end is far off."""
    outcome = l63.judge(ran(l63))
    assert abs(outcome.primary.effect.mean) < 0.04
    assert outcome.findings[3].standing == "against"
