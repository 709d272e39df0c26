from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine, make_moons
from sklearn.naive_bayes import GaussianNB, MultinomialNB

from snippets.naive_bayes import (
    WORDS,
    fit_gaussian,
    fit_multinomial,
    gaussian_log_joint,
    messages,
    multinomial_log_joint,
    posterior,
    repeat_columns,
    two_normals,
    word_shares,
)

# Measured against scikit-learn: 0 in a Gaussian parameter, 9e-16 in a log share.
TOLERANCE = 1e-12

TABLES = {
    "iris": load_iris(return_X_y=True),
    "wine": load_wine(return_X_y=True),
    "breast cancer": load_breast_cancer(return_X_y=True),
    "moons": make_moons(90, noise=0.2, random_state=0),
    "uneven classes": tuple(part[:110] for part in load_iris(return_X_y=True)),
}


@pytest.mark.parametrize("name", TABLES)
def test_gaussian_equals_scikit_learn(name: str) -> None:
    """Priors, means, variances and probabilities are those of the library."""
    X, y = TABLES[name]
    ours, theirs = fit_gaussian(X, y), GaussianNB().fit(X, y)
    np.testing.assert_array_equal(ours.classes, theirs.classes_)
    np.testing.assert_allclose(np.exp(ours.log_prior), theirs.class_prior_, rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(ours.means, theirs.theta_, rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(ours.variances, theirs.var_, rtol=TOLERANCE, atol=0)
    joint = gaussian_log_joint(ours, X)
    np.testing.assert_allclose(joint, theirs.predict_joint_log_proba(X), rtol=1e-11)
    np.testing.assert_allclose(posterior(joint), theirs.predict_proba(X), rtol=0, atol=TOLERANCE)


def test_gaussian_smoothing_equals_scikit_learn() -> None:
    """Smoothing adds its part of the largest variance to every variance."""
    X, y = TABLES["wine"]
    ours = fit_gaussian(X, y, smoothing=0.1)
    theirs = GaussianNB(var_smoothing=0.1).fit(X, y)
    np.testing.assert_allclose(ours.variances, theirs.var_, rtol=TOLERANCE)
    added = ours.variances - fit_gaussian(X, y, smoothing=0).variances
    np.testing.assert_allclose(added, 0.1 * X.var(axis=0).max(), rtol=1e-9)


@pytest.mark.parametrize("alpha", [1.0, 0.1, 5.0])
@pytest.mark.parametrize("name", ["digits", "messages"])
def test_multinomial_equals_scikit_learn(name: str, alpha: float) -> None:
    """Log shares of words and probabilities are those of the library."""
    digits = load_digits(return_X_y=True)
    X, y = digits if name == "digits" else messages(31, np.random.default_rng(0))
    ours, theirs = fit_multinomial(X, y, alpha), MultinomialNB(alpha=alpha).fit(X, y)
    np.testing.assert_array_equal(ours.classes, theirs.classes_)
    np.testing.assert_allclose(ours.log_prior, theirs.class_log_prior_, rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(ours.log_words, theirs.feature_log_prob_, rtol=0, atol=TOLERANCE)
    found = posterior(multinomial_log_joint(ours, X))
    np.testing.assert_allclose(found, theirs.predict_proba(X), rtol=0, atol=1e-11)


def test_labels_need_not_be_numbers_from_zero() -> None:
    """Classes are listed in rising order, whatever the labels are."""
    X, y = TABLES["moons"]
    assert fit_gaussian(X, y * 7 - 3).classes.tolist() == [-3, 4]
    assert fit_multinomial(np.abs(X), 5 - y).classes.tolist() == [4, 5]


def test_one_class_is_certain() -> None:
    """With a single class every sample belongs to it."""
    X = load_iris().data
    model = fit_gaussian(X, np.zeros(150, dtype=int))
    np.testing.assert_array_equal(posterior(gaussian_log_joint(model, X)), np.ones((150, 1)))


def test_constant_feature_is_saved_by_smoothing() -> None:
    """A feature that never changes gets a small variance, and changes no probability."""
    X, y = TABLES["iris"]
    wide = np.column_stack([X, np.full(150, 3.0)])
    with_it = posterior(gaussian_log_joint(fit_gaussian(wide, y), wide))
    without = posterior(gaussian_log_joint(fit_gaussian(X, y), X))
    np.testing.assert_allclose(with_it, without, atol=1e-9)


def test_a_word_unseen_in_a_class_keeps_a_share() -> None:
    """With alpha 1 an unseen word counts as seen once."""
    model = fit_multinomial(np.array([[3.0, 0.0], [1.0, 2.0]]), np.array([0, 1]))
    np.testing.assert_allclose(np.exp(model.log_words), [[4 / 5, 1 / 5], [2 / 5, 3 / 5]])


def test_posterior_does_not_underflow() -> None:
    """Only differences of logarithms count, even where each probability rounds to 0."""
    found = posterior(np.array([[-5000.0, -5000.0 + np.log(3)]]))
    np.testing.assert_allclose(found, [[0.25, 0.75]])


def test_words_tilt_from_honest_to_spam() -> None:
    """Log ratios rise in equal steps from -2 to 2, and each row is a distribution."""
    honest, spam = word_shares()
    np.testing.assert_allclose(np.log(spam / honest), np.linspace(-2, 2, len(WORDS)), atol=1e-12)
    assert honest.sum() == pytest.approx(1)
    assert spam.sum() == pytest.approx(1)
    assert (WORDS[0], WORDS[-1], len(WORDS)) == ("minutes", "prize", 12)


def test_messages_follow_their_shares() -> None:
    """Classes take turns, lengths are kept, and words come with the true shares."""
    X, y = messages(20_000, np.random.default_rng(0))
    assert y[:4].tolist() == [0, 1, 0, 1]
    assert (X.sum(axis=1) == 5).all()
    for label in (0, 1):
        share = X[y == label].mean(axis=0) / 5
        np.testing.assert_allclose(share, word_shares()[label], atol=0.01)
    short, _ = messages(3, np.random.default_rng(0), length=1)
    assert short.sum(axis=1).tolist() == [1, 1, 1]
    assert messages(1, np.random.default_rng(0))[0].shape == (1, 12)


def test_two_normals_have_the_means_promised() -> None:
    """Every feature has mean +shift in class 1, -shift in class 0, and deviation 1."""
    for shift, given in ((0.45, {}), (1.5, {"shift": 1.5})):
        X, y = two_normals(40_000, np.random.default_rng(0), **given)
        assert X.shape == (40_000, 3)
        assert y.mean() == pytest.approx(0.5, abs=0.02)
        np.testing.assert_allclose(X[y == 1].mean(axis=0), shift, atol=0.03)
        np.testing.assert_allclose(X[y == 0].mean(axis=0), -shift, atol=0.03)
        np.testing.assert_allclose(X[y == 0].std(axis=0), 1, atol=0.03)
    assert two_normals(1, np.random.default_rng(0))[0].shape == (1, 3)


def test_repeat_columns_appends_copies() -> None:
    """Copies stand to the right; once changes nothing."""
    X = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(repeat_columns(X, [0], 1), X)
    np.testing.assert_array_equal(repeat_columns(X, [0], 3)[1], [3, 4, 3, 3])
    np.testing.assert_array_equal(repeat_columns(X, [0, 1], 2)[0], [1, 2, 1, 2])


def test_copying_everything_changes_no_label() -> None:
    """With equal priors, copies of the whole table move probabilities only."""
    y = np.arange(100) % 2  # equal priors
    X = np.random.default_rng(0).normal(size=(100, 3)) + y[:, None]
    once = gaussian_log_joint(fit_gaussian(X, y), X)
    wide = repeat_columns(X, [0, 1, 2], 4)
    often = gaussian_log_joint(fit_gaussian(wide, y), wide)
    np.testing.assert_array_equal(once.argmax(axis=1), often.argmax(axis=1))
    assert posterior(often).max(axis=1).mean() > posterior(once).max(axis=1).mean()


@pytest.mark.parametrize("fit", [fit_gaussian, fit_multinomial])
def test_a_fitted_model_cannot_be_changed(fit) -> None:
    """What was learned is fixed, and two fits are two models."""
    X, y = messages(10, np.random.default_rng(0))
    model = fit(X, y)
    with pytest.raises(FrozenInstanceError):
        model.classes = y
    assert not hasattr(model, "__dict__")
    assert model != fit(X, y)


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (np.zeros(3), np.zeros(3), r"got \(3,\)"),
        (np.zeros((3, 2)), np.zeros(2), r"\(3, 2\) and \(2,\)"),
        (np.zeros((0, 2)), np.zeros(0), "a sample and a feature"),
        (np.zeros((2, 0)), np.zeros(2), "a sample and a feature"),
        (np.array([[np.nan]]), np.zeros(1), "finite"),
    ],
)
@pytest.mark.parametrize("fit", [fit_gaussian, fit_multinomial])
def test_bad_samples_are_named(fit, X, y, message: str) -> None:
    """What cannot be fitted raises ValueError and says why."""
    with pytest.raises(ValueError, match=message):
        fit(X, y)


def test_bad_settings_are_named() -> None:
    """So do settings out of range, and the range includes what it should."""
    X, y = TABLES["moons"]
    with pytest.raises(ValueError, match=r"smoothing must not be negative, got -0\.1"):
        fit_gaussian(X, y, -0.1)
    with pytest.raises(ValueError, match=r"alpha > 0, got 0\.0 and 0"):
        fit_multinomial(np.zeros((90, 2)), y, 0)
    with pytest.raises(ValueError, match="counts must be >= 0"):
        fit_multinomial(np.full((90, 2), -0.5), y)
    with pytest.raises(ValueError, match="got 0 and 5"):
        messages(0, np.random.default_rng(0))
    with pytest.raises(ValueError, match="got 3 and 0"):
        messages(3, np.random.default_rng(0), length=0)
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        two_normals(0, np.random.default_rng(0))
    with pytest.raises(ValueError, match="at least once, got 0"):
        repeat_columns(X, [0], 0)
