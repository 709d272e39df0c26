"""Rules of folklore about samples and targets: verdicts, and each part against a library."""

from __future__ import annotations

import numpy as np
import pytest
from lesson_runs import ran, told
from scipy.stats import ttest_1samp
from sklearn.ensemble import AdaBoostClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import HuberRegressor, LinearRegression, LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from snippets.lessons import l66_gaps as l66
from snippets.lessons import l67_log_target as l67
from snippets.lessons import l68_remove_outliers as l68
from snippets.lessons import l71_wrong_labels as l71
from snippets.lessons import l72_rules_of_size as l72


@pytest.mark.nightly
def test_l66_a_hundredth_is_lost_and_a_slope_is_wrong():
    """Independent features lose nothing; the slope is a fifth too small or more."""
    outcome = l66.judge(ran(l66))
    assert told(outcome, "?+?++?-")
    assert -0.02 < outcome.primary.effect.mean < -0.005
    assert outcome.findings[6].effect.mean < -0.15


@pytest.mark.parametrize("reason", l66.REASONS)
def test_l66_gaps_have_their_reason(reason):
    """Samples with a gap have a larger cause; other features are whole."""
    X, _ = l66.draw(4000, 0.0, np.random.default_rng(0))
    holes = l66.gaps(X, reason, np.random.default_rng(1))
    assert not holes[:, 2:].any() and 0.2 < holes[:, :2].mean() < 0.4
    cause = X[:, 0] if reason == l66.REASONS[1] else X[:, -1]
    other = X[:, -1] if reason == l66.REASONS[1] else X[:, 0]
    assert cause[holes[:, 0]].mean() > cause.mean() + 0.3
    assert abs(other[holes[:, 0]].mean() - other.mean()) < 0.15


def test_l66_the_median_is_the_library_s_and_looks_at_training_rows_alone():
    """Indicators come last."""
    X, _ = l66.draw(50, 0.5, np.random.default_rng(0))
    X[l66.gaps(X, l66.REASONS[0], np.random.default_rng(1))] = np.nan
    found = l66.filled(X, "median and indicator", 30)
    theirs = SimpleImputer(strategy="median").fit(X[:30]).transform(X)
    np.testing.assert_allclose(found[:, :5], theirs)
    np.testing.assert_array_equal(found[:, 5:], np.isnan(X[:, :2]))
    assert not np.isnan(l66.filled(X, "model", 30)).any()


@pytest.mark.nightly
def test_l67_the_logarithm_tells_medians():
    """It saves absolute error and is too low in total; a line runs away where effects add up."""
    outcome = l67.judge(ran(l67))
    assert told(outcome, "??+-?+-")
    assert outcome.primary.effect.mean < 0.02


def test_l67_duan_s_factor_makes_a_mean():
    """Of a constant logarithm with normal errors it is exp(variance / 2)."""
    rng = np.random.default_rng(0)
    residuals = 0.8 * rng.standard_normal(200_000)
    told_back = l67.transformed_back(np.zeros(3), residuals, True)
    np.testing.assert_allclose(told_back, np.exp(0.32), rtol=0.02)
    assert l67.transformed_back(np.log([2.0]), residuals, False) == pytest.approx(2)


def test_l67_residuals_are_out_of_bag():
    """They are longer than those of samples learned by heart, and a line's are the library's."""
    drawn = l67.draw(True, 0)
    X, y = drawn.X[:300], np.log(drawn.y[:300])
    fitted, residuals = l67.forest(X, y, X, 1, 0)
    assert residuals.std() > 1.5 * (y - fitted).std()
    told_by, rest = l67.line(X, y, drawn.X[300:])
    model = LinearRegression().fit(X, y)
    np.testing.assert_allclose(told_by, model.predict(drawn.X[300:]))
    np.testing.assert_allclose(rest, y - model.predict(X))


@pytest.mark.nightly
def test_l68_removing_gains_and_huber_gains_more():
    """Long features that are true are better kept."""
    outcome = l68.judge(ran(l68))
    assert told(outcome, "+--+-?") and outcome.primary.standing == "as claimed"


def test_l68_huber_is_about_the_library_s():
    """Which estimates the deviation jointly, so that slopes differ a little."""
    X, y, _, _ = l68.draw("gross", 0)
    A = np.column_stack([np.ones(len(X)), X])
    theirs = HuberRegressor(epsilon=1.345, alpha=0).fit(X, y)
    np.testing.assert_allclose(l68.huber(A, y)[1:], theirs.coef_, atol=0.1)
    weight = np.arange(1.0, len(y) + 1)
    found = l68.line(A, y, weight)
    np.testing.assert_allclose(found[1:], LinearRegression().fit(X, y, weight).coef_)


def test_l68_what_is_far_is_an_outlier():
    """Three deviations, by column."""
    values = np.append(np.tile([-1.0, 1.0], 50), 30.0)
    assert l68.usual(values).tolist() == [True] * 100 + [False]


@pytest.mark.nightly
def test_l71_adaboost_loses_more_and_one_side_costs_all():
    """One neighbour loses most; no model is spared."""
    outcome = l71.judge(ran(l71))
    assert told(outcome, "????---")
    assert outcome.primary.effect.mean > 0
    assert all(one.effect.mean > 0 for one in outcome.findings[2:])


def test_l71_stages_are_those_of_the_library():
    """The library's AdaBoost, with the same trees, has the same answers at each stage."""
    rng = np.random.default_rng(0)
    X, y = l71.draw(200, rng)
    new, _ = l71.draw(300, rng)
    labels = l71.wrong(y, "both ways", np.random.default_rng(1))
    votes = l71.adaboost(X, labels, new)
    tree = DecisionTreeClassifier(max_depth=2)
    model = AdaBoostClassifier(tree, n_estimators=l71.N_STAGES, random_state=0).fit(X, labels)
    for stage, answer in enumerate(list(model.staged_predict(new))[:10]):
        assert ((votes[stage] > 0) == answer).mean() > 0.97


@pytest.mark.parametrize("noise", l71.NOISES)
def test_l71_a_tenth_is_wrong(noise):
    """Exactly; to one side only positives turn; the input stays."""
    y = np.arange(200) % 2
    labels = l71.wrong(y, noise, np.random.default_rng(0))
    assert (labels != y).sum() == (0 if noise == "none" else 20)
    assert ((labels > y).any()) == (noise == "both ways") and y.sum() == 100


@pytest.mark.nightly
def test_l72_tails_need_more_than_thirty_and_pairs_do_not():
    """Ten events cover the slopes, and leave the model too sure."""
    outcome = l72.judge(ran(l72))
    assert told(outcome, "--??+?-") and outcome.primary.standing == "against"


def test_l72_the_interval_is_student_s():
    """It holds the truth where the library's test has p above 0.05."""
    scores = np.random.default_rng(0).standard_normal((500, 12))
    p = ttest_1samp(scores, 0.3, axis=1).pvalue
    assert l72.covered(scores, 0.3) == pytest.approx((p >= 0.05).mean())
    many = np.random.default_rng(1).standard_normal((20_000, 5))
    assert abs(l72.covered(many, 0.0) - 0.95) < 0.01


def test_l72_the_logistic_models_are_the_library_s():
    """All at once as one by one; standard errors are from the curvature."""
    X, y = l72.samples(400, np.random.default_rng(0))
    found, error = l72.logistic(X[:3], y[:3])
    for each in range(3):
        model = LogisticRegression(C=1e10, tol=1e-8, max_iter=500)
        model.fit(X[each][:, 1:], y[each])
        np.testing.assert_allclose(found[each, 1:], model.coef_[0], atol=1e-3)
        p = model.predict_proba(X[each][:, 1:])[:, 1]
        bent = X[each].T @ (X[each] * (p * (1 - p))[:, None])
        wanted = np.sqrt(np.diagonal(np.linalg.inv(bent)))
        np.testing.assert_allclose(error[each], wanted, rtol=1e-2)
