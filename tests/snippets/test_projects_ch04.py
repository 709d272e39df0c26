from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Lasso, LinearRegression, Ridge
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from snippets.linear_regression import gradient_descent, least_squares, stochastic_descent
from snippets.projects.ch04_brakes import (
    PENALTIES,
    SHARES,
    STEPS,
    brakes,
    held_back,
    parts,
    reads,
    rmse,
)
from snippets.projects.ch04_training import (
    MINI,
    PROBLEMS,
    TRUTH,
    WALKS,
    bowl,
    excess,
    learning_curve,
    parabola,
    race,
    valley,
    walk,
    walks,
)
from snippets.ridge_lasso import smallest_silencing_penalty


def test_the_parabola_is_as_it_says() -> None:
    """Even features, the true coefficients, noise of standard deviation 1."""
    x, y = parabola(20_000, np.random.default_rng(0))
    assert TRUTH == (2, 1, 0.5)
    assert x.shape == y.shape == (20_000,)
    assert -3 <= x.min() < -2.99
    assert 2.99 < x.max() <= 3
    noise = y - (2 + x + x**2 / 2)
    assert abs(noise.mean()) < 0.03
    assert abs(noise.std() - 1) < 0.03
    with pytest.raises(ValueError, match="at least one sample, got 0"):
        parabola(0, np.random.default_rng(0))
    assert len(parabola(1, np.random.default_rng(0))[0]) == 1


@pytest.mark.parametrize("decay", [0.0, 0.7])
@pytest.mark.parametrize("name", PROBLEMS)
def test_batches_of_one_and_of_all_are_known_walks(name: str, decay: float) -> None:
    """With one sample a step it is stochastic descent, with all of them batch descent."""
    X, y = bowl(name, 3)
    one = walk(X, y, 1, 0.01, 3, np.random.default_rng(4), decay)
    assert one.shape == (3 * len(y) + 1, X.shape[1])
    expected = stochastic_descent(X, y, 0.01, 3, decay, np.random.default_rng(4))
    np.testing.assert_allclose(one[:: len(y)], expected, rtol=0, atol=1e-12)
    whole = walk(X, y, len(y), 0.1, 7, np.random.default_rng(4))
    np.testing.assert_allclose(whole, gradient_descent(X, y, 0.1, 7), rtol=0, atol=1e-12)


def test_a_step_shrinks_with_the_passes_and_the_last_batch_may_be_small() -> None:
    """By hand: five samples of one feature, two a step, the last step has one."""
    X, y = np.ones((5, 1)), np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    path = walk(X, y, 2, 0.5, 2, np.random.default_rng(1), decay=2.0)[:, 0]
    rng, slope, expected = np.random.default_rng(1), 0.0, [0.0]
    for epoch in range(2):
        order = rng.permutation(5)
        for done, some in ((0, order[:2]), (2, order[2:4]), (4, order[4:])):
            slope -= 0.5 / (1 + 2 * (epoch + done / 5)) * (slope - y[some].mean())
            expected.append(slope)
    np.testing.assert_allclose(path, expected, rtol=0, atol=1e-14)


@pytest.mark.parametrize("batch", [0, 6])
def test_a_batch_that_is_none_is_refused(batch: int) -> None:
    """The message names both ends."""
    with pytest.raises(ValueError, match=f"1 to 5 samples, got {batch}"):
        walk(np.ones((5, 1)), np.ones(5), batch, 0.1, 1, np.random.default_rng(0))


def test_a_walk_refuses_samples_that_do_not_fit() -> None:
    """Shapes are checked."""
    with pytest.raises(ValueError, match="X must be"):
        walk(np.ones((5, 1)), np.ones(4), 1, 0.1, 1, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("name", "shape"),
    [("parabola", (100, 2)), ("diabetes", (442, 10)), ("new patients", (442, 10))],
)
def test_bowls_are_standardised_and_drawn_by_the_seed(name: str, shape: tuple[int, int]) -> None:
    """Mean 0 and standard deviation 1 in features and targets."""
    X, y = bowl(name, 0)
    assert X.shape == shape
    for values in (X, y):
        np.testing.assert_allclose(values.mean(axis=0), 0, atol=1e-12)
        np.testing.assert_allclose(values.std(axis=0), 1, rtol=1e-12)
    assert np.array_equal(bowl(name, 1)[1], y) == (name == "diabetes")
    np.testing.assert_array_equal(bowl(name, 0)[0], X)


def test_the_bowls_hold_their_samples() -> None:
    """Slopes of the parabola are the true ones; patients keep their scores."""
    X, y = bowl("parabola", 5)
    x, raw = parabola(100, np.random.default_rng(5))
    scaled = StandardScaler().fit_transform(np.column_stack([x, x**2]))
    np.testing.assert_allclose(X, scaled, atol=1e-12)
    np.testing.assert_allclose(y, (raw - raw.mean()) / raw.std(), atol=1e-12)
    X, y = bowl("diabetes", 5)
    patients, scores = load_diabetes(return_X_y=True)
    np.testing.assert_allclose(X, StandardScaler().fit_transform(patients), atol=1e-12)
    np.testing.assert_allclose(np.corrcoef(y, scores)[0, 1], 1)


def test_new_patients_are_like_the_real_ones() -> None:
    """Many of them have the correlations, the slopes and the noise of the file."""
    X, y = valley(200_000, np.random.default_rng(0))
    patients, scores = load_diabetes(return_X_y=True)
    Z, z = StandardScaler().fit_transform(patients), (scores - scores.mean()) / scores.std()
    np.testing.assert_allclose(np.cov(X.T), np.corrcoef(Z.T), atol=0.02)
    real, drawn = LinearRegression().fit(Z, z), LinearRegression().fit(X, y)
    np.testing.assert_allclose(drawn.coef_, real.coef_, atol=0.03)
    assert drawn.score(X, y) == pytest.approx(real.score(Z, z), abs=0.01)
    X, y = bowl("new patients", 5)
    raw, target = valley(442, np.random.default_rng(5))
    np.testing.assert_allclose(X, StandardScaler().fit_transform(raw), atol=1e-12)
    np.testing.assert_allclose(np.corrcoef(y, target)[0, 1], 1)


@pytest.mark.parametrize("make", [bowl, parts])
def test_an_unknown_problem_is_refused(make) -> None:
    """The message lists what there is."""
    with pytest.raises(ValueError, match="named 'wine'; there are parabola, diabetes, new"):
        make("wine", 0)


def test_walks_differ_in_batch_step_and_decay_only() -> None:
    """Each is the walk with its batch, its share of the steepest step, and its decay."""
    X, y = bowl("diabetes", 2)
    steep = np.linalg.eigvalsh(X.T @ X / 442)[-1]
    found = walks(X, y, 2, 6)
    assert tuple(found) == WALKS
    assert MINI == 20
    plans = {"batch": (442, 1.0, 0.0), "mini-batch": (20, 0.5, 1.0), "stochastic": (1, 0.1, 1.0)}
    for name, (batch, share, decay) in plans.items():
        rng = np.random.default_rng([6, 1])
        expected = walk(X, y, batch, share / steep, 2, rng, decay)
        np.testing.assert_allclose(found[name], expected, rtol=0, atol=1e-12)


def test_excess_is_the_error_above_least_squares() -> None:
    """It equals the difference of two mean squared errors, and is 0 at the best slopes."""
    X, y = bowl("diabetes", 0)
    best, _ = least_squares(X, y)
    some = np.stack([best, np.zeros(10), np.ones(10)])
    mse = ((some @ X.T - y) ** 2).mean(axis=1)
    np.testing.assert_allclose(excess(some, X, y), mse - mse[0], atol=1e-12)


def test_a_race_takes_the_slopes_after_each_pass() -> None:
    """Row by row it is the excess of the walks at whole passes."""
    found = race("parabola", 4, (0, 9))
    X, y = bowl("parabola", 9)
    for name, path in walks(X, y, 4, 9).items():
        each = {"batch": 1, "mini-batch": 5, "stochastic": 100}[name]
        assert found[name].shape == (2, 5)
        np.testing.assert_allclose(found[name][1], excess(path[::each], X, y), atol=1e-12)
    with pytest.raises(ValueError, match=r"two seeds or more, got \[1\]"):
        race("parabola", 4, [1])


@pytest.mark.parametrize("degree", [1, 4])
def test_a_learning_curve_is_that_of_scikit_learn(degree: int) -> None:
    """Fits of growing samples, scored on themselves and on the same 1,000 others."""
    found = learning_curve(degree, (10, 150), (3, 8))
    assert found.shape == (2, 2, 2)
    rng = np.random.default_rng(8)
    (x, y), (new_x, new_y) = parabola(200, rng), parabola(1000, rng)
    powers = PolynomialFeatures(degree)
    for row, n in enumerate((10, 150)):
        model = LinearRegression().fit(powers.fit_transform(x[:n, None]), y[:n])
        for part, (at, truth) in enumerate(((x[:n], y[:n]), (new_x, new_y))):
            error = np.sqrt(np.mean((model.predict(powers.transform(at[:, None])) - truth) ** 2))
            assert found[part, row, 1] == pytest.approx(error, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "sizes", "columns", "few"),
    [
        ("parabola", (50, 50, 1000), 10, 2),
        ("diabetes", (150, 100, 192), 65, 10),
        ("new patients", (150, 100, 1000), 65, 10),
    ],
)
def test_parts_are_scaled_by_the_first(
    name: str, sizes: tuple[int, ...], columns: int, few: int
) -> None:
    """Only the first part is standardised and centred exactly; none shares a sample."""
    p = parts(name, 1)
    assert [part.shape for part in p.X] == [(n, columns) for n in sizes]
    assert tuple(len(part) for part in p.y) == sizes
    assert p.few == few
    np.testing.assert_allclose(p.X[0].mean(axis=0), 0, atol=1e-10)
    np.testing.assert_allclose(p.X[0].std(axis=0), 1, rtol=1e-10)
    assert abs(p.y[0].mean()) < 1e-10 < abs(p.y[1].mean())
    assert np.abs(p.X[1].mean(axis=0)).max() > 1e-3
    assert len(np.unique(np.concatenate(p.X)[:, :few], axis=0)) == sum(sizes)


def test_the_first_columns_are_those_of_a_plain_model() -> None:
    """Two columns span the parabola, ten the measurements; the target belongs to the row."""
    p = parts("parabola", 4)
    x, y = parabola(1100, np.random.default_rng(4))
    plain = np.column_stack([x, x**2])
    fit = LinearRegression().fit(plain[:50], y[:50])
    ours = least_squares(p.X[0][:, :2], p.y[0])[0]
    np.testing.assert_allclose(
        p.X[2][:, :2] @ ours + y[:50].mean(), fit.predict(plain[100:]), atol=1e-10
    )
    p = parts("diabetes", 4)
    patients, scores = load_diabetes(return_X_y=True)
    rows = np.random.default_rng(4).permutation(442)
    scaler = StandardScaler().fit(patients[rows[:150]])
    np.testing.assert_allclose(p.X[1][:, :10], scaler.transform(patients[rows[150:250]]))
    np.testing.assert_allclose(p.y[1], scores[rows[150:250]] - scores[rows[:150]].mean())


@pytest.mark.parametrize("name", PROBLEMS)
def test_brakes_are_those_of_scikit_learn(name: str) -> None:
    """Ridge and lasso at each price, and the steps of batch descent."""
    p = parts(name, 2)
    X, y = p.X[0], p.y[0]
    found = brakes(X, y)
    assert (PENALTIES[0], PENALTIES[-1], len(PENALTIES)) == (10, 1e-4, 26)
    assert (SHARES[0], STEPS[0], STEPS[-1]) == (1, 1, 3000)
    assert len(PENALTIES) == len(SHARES) == len(STEPS) == len(set(STEPS))
    assert SHARES[-1] == pytest.approx(1e-3)
    for at in (0, 10, 25):
        ridge = Ridge(len(y) * PENALTIES[at]).fit(X, y).coef_
        np.testing.assert_allclose(found["ridge"][at], ridge, rtol=0, atol=1e-8)
    assert found["lasso"].shape == (26, X.shape[1])
    assert not found["lasso"][0].any()
    price = smallest_silencing_penalty(X, y) * SHARES[4]
    lasso = Lasso(price, tol=1e-9, max_iter=100_000).fit(X, y)
    error = rmse(found["lasso"][4], X, y)
    assert error == pytest.approx(rmse(lasso.coef_, X, y), rel=1e-2)
    steep = np.linalg.eigvalsh(X.T @ X / len(y))[-1]
    walked = gradient_descent(X, y, 1 / steep, 3000)[STEPS]
    np.testing.assert_allclose(found["early stopping"], walked, rtol=0, atol=1e-9)


def test_rmse_of_one_fit_and_of_many() -> None:
    """By hand: residuals 1 and 3, and 0 and 4."""
    X, y = np.eye(2), np.array([1.0, 2.0])
    assert rmse(np.array([2.0, 5.0]), X, y) == np.sqrt(5)
    np.testing.assert_allclose(rmse(np.array([[2.0, 5.0], [1.0, 6.0]]), X, y), np.sqrt([5, 8]))


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_brake_is_chosen_on_the_second_part_and_judged_on_the_third(name: str) -> None:
    """Each arm is what one gets by hand."""
    found = held_back(name, (1, 2))
    p = parts(name, 2)
    assert list(found) == [
        *("none", "none, both parts", "few columns", "ridge", "lasso", "early stopping")
    ]
    both = LinearRegression().fit(np.vstack(p.X[:2]), np.concatenate(p.y[:2]))
    few = LinearRegression(fit_intercept=False).fit(p.X[0][:, : p.few], p.y[0])
    by_hand = {
        "none": rmse(least_squares(p.X[0], p.y[0])[0], p.X[2], p.y[2]),
        "none, both parts": np.sqrt(np.mean((both.predict(p.X[2]) - p.y[2]) ** 2)),
        "few columns": np.sqrt(np.mean((few.predict(p.X[2][:, : p.few]) - p.y[2]) ** 2)),
    }
    for brake, slopes in brakes(p.X[0], p.y[0]).items():
        errors = rmse(slopes, p.X[1], p.y[1])
        by_hand[brake] = rmse(slopes[np.flatnonzero(errors == errors.min())[0]], p.X[2], p.y[2])
    for arm, error in by_hand.items():
        assert found[arm].shape == (2,)
        assert found[arm][1] == pytest.approx(error, abs=1e-6)


def test_what_a_line_rests_on() -> None:
    """Slopes and refits are scikit-learn's; a feature that is dealt out costs about its slope."""
    found = reads((3, 7))
    patients, scores = load_diabetes(return_X_y=True)
    rows = np.random.default_rng(7).permutation(442)
    known, new = rows[:250], rows[250:]
    scaler = StandardScaler().fit(patients[known])
    X, Z = scaler.transform(patients[known]), scaler.transform(patients[new])
    line = LinearRegression().fit(X, scores[known])
    assert {name: each.shape for name, each in found.items()} == dict.fromkeys(
        ("slope", "dealt", "left out"), (2, 10)
    )
    np.testing.assert_allclose(found["slope"][1], line.coef_, atol=1e-8)
    errors = scores[new] - line.predict(Z)
    whole = np.sqrt(np.mean(errors**2))
    fewer = LinearRegression().fit(np.delete(X, 2, 1), scores[known])
    left = np.sqrt(np.mean((scores[new] - fewer.predict(np.delete(Z, 2, 1))) ** 2))
    assert found["left out"][1, 2] == pytest.approx(left - whole, abs=1e-8)
    # a dealt column adds twice its variance times its squared slope, on average
    change = line.coef_[4] * (Z[:, 4, None] - Z[:, 4])
    expected = np.sqrt(np.mean((errors[:, None] + change) ** 2)) - whole
    assert found["dealt"][1, 4] == pytest.approx(expected, rel=0.3)
