"""Lessons: the claims that their notes make, with the sign of each interval."""

from __future__ import annotations

import numpy as np
import pytest
from lesson_runs import ran, same, told
from sklearn.datasets import load_diabetes, load_digits, make_friedman1
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import LinearRegression, RidgeCV
from sklearn.model_selection import train_test_split

from snippets.lessons import l02_correlated_features as l02
from snippets.lessons import l04_linear_first as l04
from snippets.lessons import l05_seed_averaging as l05
from snippets.lessons import l31_unlabelled_data as l31
from snippets.linear_regression import xor_blocks


@pytest.fixture(scope="module")
def boosted():
    return ran(l05)


@pytest.fixture(scope="module")
def unlabelled_run():
    return ran(l31)


@pytest.fixture(scope="module")
def unlabelled(unlabelled_run):
    return unlabelled_run.gains()


@pytest.mark.nightly
def test_l02_ridge_helps_when_features_share_their_effect():
    """With equal true slopes ridge lowers the test error at every high correlation."""
    gains = l02.compare().gains()
    assert all(gain.low > 0 for gain in gains[1:])
    assert gains[-1].mean > gains[0].mean


def test_l02_correlation_leaves_the_error_of_least_squares_alone():
    """Mixing features changes slopes, not predictions, of least squares."""
    result = l02.compare(seeds=range(10))
    np.testing.assert_allclose(result.ols_error, result.ols_error[:1].repeat(4, 0), rtol=1e-10)
    assert np.all(np.diff(result.ols_spread()) > 0)
    assert np.all(result.ridge_spread() < result.ols_spread())


@pytest.mark.nightly
def test_l02_gain_vanishes_when_slopes_oppose_each_other():
    """When the truth lies where the features differ, at 0.99 it is a fiftieth of the error."""
    result = ran(l02)
    gain = result.oppose.gains()[2]
    assert max(-gain.low, gain.high) < 0.2 < 0.05 * result.oppose.ols_error.mean()
    assert np.array_equal(l02.OPPOSED, [30.0, -30.0] * 5)
    outcome = l02.judge(result)
    assert told(outcome, "++??") and outcome.primary.standing == "as claimed"
    assert same([outcome.findings[0]], [result.agree.gains()[2]])
    assert outcome.findings[3].effect.half_width == 0
    saved = np.array([gain.mean for gain in result.agree.gains()])
    assert outcome.findings[1].effect.mean == pytest.approx(saved[2] - saved[0])


def test_l02_the_errors_are_those_of_the_library():
    """A draw is 530 mixed normal rows with noise of 2; ridge picks from 13 penalties."""
    found = l02.compare(l02.OPPOSED, (0.9,), (4, 7))
    for column, seed in enumerate((4, 7)):
        rng = np.random.default_rng(seed)
        X = rng.standard_normal((530, 10)) @ l02.mixing(0.9)
        y = X @ np.array([30.0, -30.0] * 5) + 2 * rng.standard_normal(530)
        ridge = RidgeCV(alphas=10.0 ** np.linspace(-3, 3, 13)).fit(X[:30], y[:30])
        assert found.ridge_error[0, column] == pytest.approx(
            ((ridge.predict(X[30:]) - y[30:]) ** 2).mean()
        )
        np.testing.assert_allclose(found.ridge_slopes[0, column], ridge.coef_)


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.999])
def test_l02_mixing_gives_the_correlation_asked_for(correlation):
    """The covariance of mixed standard normals has ones and the correlation."""
    mix = l02.mixing(correlation)
    wanted = np.full((10, 10), correlation) + (1 - correlation) * np.eye(10)
    np.testing.assert_allclose(mix.T @ mix, wanted, atol=1e-12)


def test_l02_bad_input_is_refused():
    """The error names the value."""
    with pytest.raises(ValueError, match=r"got 1\.0"):
        l02.mixing(1.0)
    with pytest.raises(ValueError, match=r"got \(3,\)"):
        l02.compare(np.ones(3))
    with pytest.raises(ValueError, match="two seeds"):
        l02.run(seeds=(0,))


@pytest.fixture(scope="module")
def first():
    return ran(l04)


@pytest.mark.nightly
@pytest.mark.parametrize("rival", ["forest", "boosting"])
def test_l04_linear_is_not_behind_where_effects_add_up(first, rival):
    """On diabetes it leads both ensembles, by less than splits of one file part from zero."""
    lead = first.lead("diabetes", rival).over_splits(265, 177, 442)
    assert lead.mean > 0 > lead.low


@pytest.mark.nightly
def test_l04_linear_loses_on_curves_and_is_useless_on_blocks(first):
    """Boosting wins on Friedman's function; on blocks the line is no better than the mean."""
    assert first.lead("Friedman", "boosting").high < 0
    assert first.table()["blocks"]["linear"].high < 0.05
    assert first.table()["blocks"]["forest"].low > 0.5


@pytest.mark.nightly
def test_l04_the_scores_are_those_of_the_library():
    """40 % are held out; seeds draw the generated sets, split, and start the models."""
    found = l04.run((5, 2)).r2
    for row, draw in enumerate(
        (
            lambda: load_diabetes(return_X_y=True),
            lambda: make_friedman1(300, noise=1.0, random_state=2),
            lambda: xor_blocks(300, 0.3, np.random.default_rng(2)),
        )
    ):
        A, B, a, b = train_test_split(*draw(), test_size=0.4, random_state=2)
        models = (
            LinearRegression(),
            RandomForestRegressor(20, random_state=2),
            GradientBoostingRegressor(n_estimators=40, random_state=2),
        )
        scores = [model.fit(A, a).score(B, b) for model in models]
        np.testing.assert_allclose(found[row, :, 1], scores)


@pytest.mark.nightly
def test_l04_the_line_is_first_on_one_set_of_three(first):
    """It leads on diabetes, trails on curves and blocks, and no use is shown on blocks."""
    outcome = l04.judge(first)
    assert told(outcome, "?---")
    effects = [first.lead("diabetes", "boosting"), first.lead("Friedman", "boosting")]
    effects += [first.lead("blocks", "forest"), first.table()["blocks"]["linear"]]
    assert same(outcome.findings, effects)


def test_l04_bad_input_is_refused():
    """The error names the set, or asks for seeds."""
    with pytest.raises(ValueError, match="no set is named 'moons'"):
        l04.draw("moons", 0)
    with pytest.raises(ValueError, match="two seeds"):
        l04.run((0,))


@pytest.mark.nightly
def test_l05_averaging_helps_a_random_learner(boosted):
    """Six models that draw rows and features are better averaged than alone."""
    assert boosted.random.gain().low > 0


@pytest.mark.nightly
def test_l05_a_fixed_learner_has_almost_nothing_to_average(boosted):
    """Without random draws the models hardly differ, and the gain is far smaller."""
    assert boosted.fixed.gain().high < 0.1 * boosted.random.gain().low
    assert boosted.fixed.spread.max() < boosted.random.spread.min()


@pytest.mark.nightly
def test_l05_gain_is_the_spread_of_the_models(boosted):
    """For squared error the gain of averaging equals the variance over seeds."""
    for arm in (boosted.random, boosted.fixed):
        gain = arm.single.mean(axis=1) - arm.averaged[:, -1]
        np.testing.assert_allclose(gain, arm.spread, atol=1e-10)


@pytest.mark.nightly
def test_l05_one_long_model_does_as_well(boosted):
    """Equal cost spent on one slow model: within a twentieth of the error."""
    gain, level = boosted.slow_gain(), boosted.random.averaged[:, -1].mean()
    assert max(-gain.low, gain.high) < 0.05 * level


@pytest.mark.nightly
def test_l05_one_long_model_costs_as_much_as_the_average():
    """It has six times the trees, a sixth of the rate, and the same draws of rows."""
    found = l05.run((3, 8), n_models=2)
    for column, seed in enumerate((3, 8)):
        X, y = make_friedman1(450, noise=1.0, random_state=seed)
        options = {"subsample": 0.5, "max_features": 0.5, "random_state": 0}
        long = GradientBoostingRegressor(n_estimators=100, learning_rate=0.05, **options)
        one = GradientBoostingRegressor(n_estimators=50, learning_rate=0.1, **options)
        for model, error in ((long, found.slow[column]), (one, found.random.single[column, 0])):
            missed = model.fit(X[:150], y[:150]).predict(X[150:]) - y[150:]
            assert error == pytest.approx((missed**2).mean())


@pytest.mark.nightly
def test_l05_the_gain_must_be_worth_its_cost(boosted):
    """One per cent of the error is asked of both learners; only the random one has it."""
    outcome = l05.judge(boosted)
    assert told(outcome, "?+-?") and outcome.primary.standing == "as claimed"
    for arm, place in ((boosted.random, 1), (boosted.fixed, 2)):
        asked = arm.gain().mean - 0.01 * arm.single.mean()
        assert outcome.findings[place].effect.mean == pytest.approx(asked)
    gain = boosted.slow.mean() - boosted.random.averaged[:, -1].mean()
    assert outcome.findings[3].effect.mean == pytest.approx(gain)


def test_l05_averages_are_running_means():
    """The k-th score is that of the mean of the first k models."""
    predictions, y = np.array([[0.0, 2.0], [2.0, 2.0]]), np.array([1.0, 2.0])
    assert l05.averaged_errors(predictions, y).tolist() == [0.5, 0.0]


def test_l05_bad_input_is_refused():
    """The error names the value."""
    with pytest.raises(ValueError, match="one prediction a target"):
        l05.averaged_errors(np.zeros((2, 3)), np.zeros(4))
    with pytest.raises(ValueError, match="two seeds and two models"):
        l05.run(n_models=1)
    with pytest.raises(ValueError, match="two seeds and two models"):
        l05.run((0,))


@pytest.mark.nightly
def test_l31_spreading_helps_where_classes_are_clusters(unlabelled):
    """On digits, label spreading beats the supervised model with the same labels."""
    assert unlabelled[l31.ARMS[0]].low > 0


@pytest.mark.nightly
def test_l31_self_training_can_hurt(unlabelled):
    """With default settings self-training is worse than ignoring unlabelled samples."""
    assert unlabelled[l31.ARMS[2]].high < 0


@pytest.mark.nightly
def test_l31_no_gain_without_a_gap(unlabelled):
    """On a square without a gap, spreading shows no gain."""
    assert unlabelled[l31.ARMS[3]].low < 0


def test_l31_the_wave_has_no_gap():
    """Points fill the square, and the border between the classes is where the wave is."""
    X, y = l31._square(4000, np.random.default_rng(0))
    crest = np.abs(X[:, 0] - np.pi / 6) < 0.05  # there the wave is at 0.5
    assert y[crest & (X[:, 1] > 0.52)].all() and not y[crest & (X[:, 1] < 0.47)].any()
    assert np.abs(np.histogram2d(*X.T, bins=4)[0] - 250).max() < 75


@pytest.mark.nightly
def test_l31_the_verdict_depends(unlabelled_run):
    """Each arm is a finding, in its order: only the first supports, the third contradicts."""
    outcome = l31.judge(unlabelled_run)
    assert told(outcome, "+?-?") and outcome.primary.standing == "as claimed"
    assert same(outcome.findings, list(unlabelled_run.gains().values()))


def test_l31_hiding_keeps_one_label_of_each_class():
    """Each class keeps a label, the rest are hidden, and no label changes."""
    y = load_digits().target
    for n_labels in (10, 25):
        hidden = l31.hide_labels(y, n_labels, np.random.default_rng(0))
        known = hidden != l31.UNLABELLED
        assert known.sum() == n_labels
        assert set(hidden[known]) == set(range(10))
        assert np.array_equal(hidden[known], y[known])


@pytest.mark.parametrize("n_labels", [1, 4])
def test_l31_bad_input_is_refused(n_labels):
    """There must be a label a class, and not more labels than samples."""
    with pytest.raises(ValueError, match=f"got {n_labels}"):
        l31.hide_labels(np.array([0, 1, 1]), n_labels, np.random.default_rng(0))
    with pytest.raises(ValueError, match="two seeds"):
        l31.run((0,))
