"""Lessons: the claims that their notes make, with the sign of each interval."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits

from snippets.lessons import l02_correlated_features as l02
from snippets.lessons import l04_linear_first as l04
from snippets.lessons import l05_seed_averaging as l05
from snippets.lessons import l31_unlabelled_data as l31


@pytest.fixture(scope="module")
def boosted():
    return l05.run()


@pytest.fixture(scope="module")
def unlabelled():
    return l31.run().gains()


def test_l02_ridge_helps_when_features_share_their_effect():
    """With equal true slopes ridge lowers the test error at every high correlation."""
    gains = l02.run().gains()
    assert all(gain.low > 0 for gain in gains[1:])
    assert gains[-1].mean > gains[0].mean


def test_l02_correlation_leaves_the_error_of_least_squares_alone():
    """Mixing features changes slopes, not predictions, of least squares."""
    result = l02.run(seeds=tuple(range(10)))
    np.testing.assert_allclose(result.ols_error, result.ols_error[:1].repeat(4, 0), rtol=1e-10)
    assert np.all(np.diff(result.ols_spread()) > 0)
    assert np.all(result.ridge_spread() < result.ols_spread())


def test_l02_gain_vanishes_when_slopes_oppose_each_other():
    """When the truth lies where the features differ, no gain is shown at 0.99."""
    opposed = np.tile([30.0, -30.0], 5)
    gain = l02.run(opposed).gains()[2]
    assert gain.low < 0 < gain.high


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
        l02.run(np.ones(3))
    with pytest.raises(ValueError, match="two seeds"):
        l02.run(seeds=(0,))


@pytest.fixture(scope="module")
def first():
    return l04.run()


@pytest.mark.parametrize("rival", ["forest", "boosting"])
def test_l04_linear_wins_where_effects_add_up(first, rival):
    """On diabetes linear regression beats both ensembles."""
    assert first.lead("diabetes", rival).low > 0


def test_l04_linear_loses_on_curves_and_is_useless_on_blocks(first):
    """Boosting wins on Friedman's function; on blocks the line is no better than the mean."""
    assert first.lead("Friedman", "boosting").high < 0
    assert first.table()["blocks"]["linear"].high < 0.05
    assert first.table()["blocks"]["forest"].low > 0.5


def test_l04_bad_input_is_refused():
    """The error names the set, or asks for seeds."""
    with pytest.raises(ValueError, match="no set is named 'moons'"):
        l04.draw("moons", 0)
    with pytest.raises(ValueError, match="two seeds"):
        l04.run(1)


def test_l05_averaging_helps_a_random_learner(boosted):
    """Six models that draw rows and features are better averaged than alone."""
    assert boosted.random.gain().low > 0


def test_l05_a_fixed_learner_has_almost_nothing_to_average(boosted):
    """Without random draws the models hardly differ, and the gain is far smaller."""
    assert boosted.fixed.gain().high < 0.1 * boosted.random.gain().low
    assert boosted.fixed.spread.max() < boosted.random.spread.min()


def test_l05_gain_is_the_spread_of_the_models(boosted):
    """For squared error the gain of averaging equals the variance over seeds."""
    for arm in (boosted.random, boosted.fixed):
        gain = arm.single.mean(axis=1) - arm.averaged[:, -1]
        np.testing.assert_allclose(gain, arm.spread, atol=1e-10)


def test_l05_one_long_model_does_as_well(boosted):
    """Equal cost spent on one slow model: no difference shown."""
    gain = boosted.slow_gain()
    assert gain.low < 0 < gain.high


def test_l05_averages_are_running_means():
    """The k-th score is that of the mean of the first k models."""
    predictions, y = np.array([[0.0, 2.0], [2.0, 2.0]]), np.array([1.0, 2.0])
    assert l05.averaged_errors(predictions, y).tolist() == [0.5, 0.0]


def test_l05_bad_input_is_refused():
    """The error names the value."""
    with pytest.raises(ValueError, match="one prediction a target"):
        l05.averaged_errors(np.zeros((2, 3)), np.zeros(4))
    with pytest.raises(ValueError, match="got 1 and 10"):
        l05.run(1)


def test_l31_spreading_helps_where_classes_are_clusters(unlabelled):
    """On digits, label spreading beats the supervised model with the same labels."""
    assert unlabelled[l31.ARMS[0]].low > 0


def test_l31_self_training_can_hurt(unlabelled):
    """With default settings self-training is worse than ignoring unlabelled samples."""
    assert unlabelled[l31.ARMS[2]].high < 0


def test_l31_no_gain_without_a_gap(unlabelled):
    """On a square without a gap, spreading shows no gain."""
    assert unlabelled[l31.ARMS[3]].low < 0


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
        l31.run(1)
