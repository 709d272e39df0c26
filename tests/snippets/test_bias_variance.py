from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import PolynomialFeatures

from snippets.bias_variance import (
    Draws,
    decompose,
    draw,
    errors,
    polynomial,
    predict_all,
    sine,
    waves,
)


def drawn(n_samples: int = 30, noise: float = 0.3, seed: int = 0, n_draws: int = 40) -> Draws:
    return draw(n_draws, n_samples, noise, np.random.default_rng(seed))


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("degree", [0, 1, 3, 6])
def test_equals_scikit_learn(degree: int, seed: int) -> None:
    """Legendre columns span the library's powers: the predictions are the same."""
    draws = drawn(seed=seed, n_draws=3)
    powers = PolynomialFeatures(degree)
    for x, y, ours in zip(draws.x, draws.y, predict_all(draws, polynomial(degree)), strict=True):
        model = LinearRegression().fit(powers.fit_transform(x[:, None]), y)
        theirs = model.predict(powers.transform(draws.at[:, None]))
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-11)  # measured 4e-14


def test_a_curve_in_the_span_is_found_exactly() -> None:
    """Without noise, a basis that holds the truth has no error, and others have only bias."""
    draws = drawn(noise=0.0)
    assert decompose(predict_all(draws, waves), draws.truth).error < 1e-25
    line = decompose(predict_all(draws, polynomial(1)), draws.truth)
    assert line.bias2 > 0.1


def test_columns_of_the_waves() -> None:
    """One, sine and cosine of one period on -1 to 1."""
    np.testing.assert_allclose(
        waves(np.array([0.0, 0.5, 1.0])), [[1, 0, 1], [1, 1, 0], [1, 0, -1]], atol=1e-15
    )
    np.testing.assert_allclose(sine(np.array([-0.5, 0.0, 0.5])), [-1, 0, 1], atol=1e-15)


def test_a_degree_has_one_column_more() -> None:
    """A polynomial of degree d has d + 1 coefficients."""
    assert polynomial(4)(np.zeros(3)).shape == (3, 5)
    assert polynomial(0)(np.zeros(3)).tolist() == [[1.0]] * 3


@pytest.mark.parametrize("shape", [(1, 1), (7, 3), (200, 50)])
def test_bias_and_variance_add_up(shape: tuple[int, int]) -> None:
    """bias² + variance is the error, for any predictions whatever."""
    rng = np.random.default_rng(0)
    predictions, truth = rng.standard_normal(shape), rng.standard_normal(shape[1])
    parts = decompose(predictions, truth)
    assert parts.bias2 + parts.variance == pytest.approx(parts.error, rel=1e-13)
    assert parts.error == pytest.approx(errors(predictions, truth).mean(), rel=1e-13)


def test_parts_by_hand() -> None:
    """Two models say 0 and 2 where 4 is right: they average 1, so bias² 9 and variance 1."""
    parts = decompose(np.array([[0.0], [2.0]]), np.array([4.0]))
    assert (parts.bias2, parts.variance, parts.error) == (9.0, 1.0, 10.0)
    parts = decompose(np.array([[1.0, 5.0], [3.0, 5.0]]), np.array([2.0, 4.0]))
    assert (parts.bias2, parts.variance, parts.error) == (0.5, 0.5, 1.0)


def test_one_training_set_shows_no_variance() -> None:
    """A single model is its own average."""
    draws = drawn(n_draws=1)
    assert decompose(predict_all(draws, polynomial(3)), draws.truth).variance == 0.0


def test_variance_is_that_of_least_squares() -> None:
    """About (degree + 1) noise variances over n samples, a little less away from the edges."""
    draws = drawn(n_draws=2000)
    parts = decompose(predict_all(draws, polynomial(3)), draws.truth)
    assert parts.variance == pytest.approx(4 * 0.3**2 / 30, rel=0.15)


def test_features_fall_one_in_each_part() -> None:
    """Sample i lies anywhere in the i-th of n equal parts of -1 to 1."""
    draws = drawn(n_samples=10, n_draws=500)
    part = (draws.x + 1) / 0.2 - np.arange(10)
    assert draws.x.shape == (500, 10)
    assert part.min() >= -1e-12 and part.max() <= 1 + 1e-12
    assert part.min() < 0.01 and part.max() > 0.99
    assert abs(part.mean() - 0.5) < 0.02


def test_noise_is_what_was_asked_for() -> None:
    """Training and new targets lie around the sine with the asked spread, independently."""
    draws = drawn(n_samples=50, noise=0.3, n_draws=500)
    training, fresh = draws.y - sine(draws.x), draws.fresh - draws.truth
    np.testing.assert_array_equal(draws.truth, sine(draws.at))
    for residual in (training, fresh):
        assert abs(residual.mean()) < 0.01
        assert residual.std() == pytest.approx(0.3, rel=0.02)
    assert abs(np.corrcoef(training[:, 0], fresh[:, 0])[0, 1]) < 0.15
    assert (draws.at[0], draws.at[-1], len(draws.at)) == (-0.95, 0.95, 100)


def test_no_noise_gives_the_curve() -> None:
    """With noise 0 all targets lie on the sine."""
    draws = drawn(noise=0.0)
    np.testing.assert_array_equal(draws.y, sine(draws.x))
    np.testing.assert_array_equal(draws.fresh[0], draws.truth)


def test_errors_take_truth_or_fresh_targets() -> None:
    """A row of targets serves all models; a table gives each its own."""
    predictions = np.array([[1.0, 2.0], [0.0, 0.0]])
    assert errors(predictions, np.array([1.0, 0.0])).tolist() == [2.0, 0.5]
    assert errors(predictions, np.array([[1.0, 2.0], [0.0, 4.0]])).tolist() == [0.0, 8.0]


def test_one_sample_is_a_training_set() -> None:
    """The smallest draw: one set of one sample; the constant is its target."""
    draws = draw(1, 1, 0.0, np.random.default_rng(0))
    np.testing.assert_allclose(predict_all(draws, polynomial(0)), draws.y[0, 0])


@pytest.mark.parametrize("bad", [(0, 1, 0.1), (1, 0, 0.1), (1, 1, -0.1)])
def test_a_draw_needs_samples(bad: tuple[int, int, float]) -> None:
    """No draw, no sample or negative noise is refused by value."""
    with pytest.raises(ValueError, match=f"got {bad[0]}, {bad[1]}, {bad[2]}"):
        draw(*bad, np.random.default_rng(0))


def test_a_degree_is_not_negative() -> None:
    """Degree -1 has no curve."""
    with pytest.raises(ValueError, match="at least 0, got -1"):
        polynomial(-1)


@pytest.mark.parametrize("shape", [(3,), (0, 2), (2, 3), (2, 2, 2)])
def test_predictions_must_fit(shape: tuple[int, ...]) -> None:
    """Predictions without a row for each set, or of other points, are refused."""
    with pytest.raises(ValueError, match=r"need \(n_draws, 2\) predictions"):
        decompose(np.zeros(shape), np.zeros(2))


def test_noise_is_added_in_the_order_of_the_fields() -> None:
    """The same generator gives features, training noise and new noise, in this order."""
    draws, rng = draw(3, 4, 0.5, np.random.default_rng(7)), np.random.default_rng(7)
    np.testing.assert_allclose(draws.x, (np.arange(4) + rng.uniform(size=(3, 4))) / 2 - 1)
    np.testing.assert_allclose(draws.y, sine(draws.x) + 0.5 * rng.standard_normal((3, 4)))
    fresh = sine(draws.at) + 0.5 * rng.standard_normal((3, 100))
    np.testing.assert_allclose(draws.fresh, fresh)
