"""Random thoughts: explanations, curves drawn on, chosen steps, and practice in a simulator."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine
from sklearn.decomposition import PCA
from sklearn.inspection import partial_dependence as theirs_dependence
from sklearn.inspection import permutation_importance as theirs_importance
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from data.mnist import draw, load
from snippets import black_box
from snippets.adversarial import moved, nearest_rival
from snippets.evidence import mean_interval, paired_difference
from snippets.explanation import (
    blank,
    partial_dependence,
    permutation_importance,
    saliency,
    two_best,
)
from snippets.extrapolation import SIZES, PowerLaw, digit_errors, fit_power_law
from snippets.gridworld import Grid, q_learning, value_iteration
from snippets.neural_network import Layer, Options, fit, forward, he_start
from snippets.simulation import FLAWED, WORLD, arrivals, practice

# Explanations


def sklearn_orders(n_samples, n_repeats, seed):
    """The orders that scikit-learn deals for every column, given its random state."""
    state = np.random.RandomState(seed)
    state = np.random.RandomState(state.randint(np.iinfo(np.int32).max + 1))
    rows, orders = np.arange(n_samples), [np.arange(n_samples)]
    for _ in range(n_repeats):
        state.shuffle(rows)
        orders.append(orders[-1][rows])  # it deals out what is already dealt out
    return np.array(orders[1:])


@pytest.mark.parametrize(
    ("data", "model"),
    [(load_wine, DecisionTreeClassifier(random_state=0)), (load_diabetes, LinearRegression())],
)
def test_permutation_importance_is_that_of_the_library(data, model):
    """For every column and every order, on a classifier and on a regressor."""
    X, y = data(return_X_y=True)
    model.fit(X, y)
    expected = theirs_importance(model, X, y, n_repeats=3, random_state=0).importances
    orders, before = sklearn_orders(len(y), 3, 0), X.copy()
    for column in range(X.shape[1]):
        found = permutation_importance(lambda A: model.score(A, y), X, [column], orders)
        np.testing.assert_allclose(found, expected[column], atol=1e-12)
    np.testing.assert_array_equal(X, before)


def test_columns_of_a_group_are_dealt_out_in_one_order():
    """Their rows stay together: a score that needs both columns to agree does not fall."""
    X = np.repeat(np.arange(20.0)[:, None], 3, axis=1)
    orders = np.array([np.random.default_rng(0).permutation(20)])
    agree = lambda A: float((A[:, 0] == A[:, 1]).mean())  # noqa: E731
    assert permutation_importance(agree, X, [0, 1], orders)[0] == 0
    assert permutation_importance(agree, X, [0], orders)[0] > 0.8


@pytest.mark.parametrize("data", [load_wine, load_diabetes])
def test_partial_dependence_is_that_of_the_library(data):
    """Brute force, for a probability and for a prediction."""
    X, y = data(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    if data is load_wine:
        model = LogisticRegression().fit(X, y == 0)
        predict, method = lambda A: model.predict_proba(A)[:, 1], "predict_proba"
    else:
        model = LinearRegression().fit(X, y)
        predict, method = model.predict, "auto"
    for column in (0, 4):
        expected = theirs_dependence(
            model, X, [column], grid_resolution=7, method="brute", response_method=method
        )
        found = partial_dependence(predict, X, column, expected["grid_values"][0])
        np.testing.assert_allclose(found, expected["average"][0], atol=1e-12, rtol=1e-12)


def test_saliency_is_the_derivative_of_the_lead():
    """Central differences of logit minus logit, for every input."""
    rng = np.random.default_rng(0)
    layers = he_start((5, 7, 6, 4), rng)
    X, this, other = rng.normal(size=(3, 5)), np.array([0, 1, 3]), np.array([2, 3, 1])

    def lead(inputs):
        logs = np.log(forward(layers, inputs)[-1])  # softmax shifts all logits alike
        return logs[np.arange(3), this] - logs[np.arange(3), other]

    found, h = saliency(layers, X, this, other), 1e-6
    for j in range(5):
        step = h * np.eye(5)[j]
        expected = (lead(X + step) - lead(X - step)) / (2 * h)
        np.testing.assert_allclose(found[:, j], expected, atol=1e-7)


def test_blank_takes_the_highest_first():
    """As many as asked for, ties from the left; the inputs stay as they are."""
    X = np.array([[1.0, 2, 3, 4], [5, 6, 7, 8]])
    rank = np.array([[0.0, 9, 1, 5], [3, 3, 3, 0]])
    np.testing.assert_array_equal(blank(X, rank, 2), [[1, 0, 3, 0], [0, 0, 7, 8]])
    np.testing.assert_array_equal(blank(X, rank, 0), X)
    assert X.min() == 1 and not blank(X, rank, 4).any()


def test_two_best_classes():
    """The first and the second, ties in the order of the classes; one class is refused."""
    this, other = two_best(np.array([[0.2, 0.5, 0.3], [0.4, 0.2, 0.4]]))
    assert this.tolist() == [1, 0] and other.tolist() == [2, 2]
    assert [row.tolist() for row in two_best(np.array([[0.3, 0.7]]))] == [[1], [0]]
    with pytest.raises(ValueError, match=r"got \(2, 1\)"):
        two_best(np.ones((2, 1)))
    with pytest.raises(ValueError, match=r"got \(2,\)"):
        two_best(np.ones(2))


# Two networks


@pytest.fixture(scope="module")
def importances():
    return black_box.importances(range(10))


def test_size_matters_together_and_can_be_replaced(importances):
    """No single feature comes near the group, and a network without it loses little."""
    together = mean_interval(importances.together)
    best = importances.single[:, importances.single.mean(axis=0).argmax()]
    assert together.low > 3 * mean_interval(best).high
    loss = paired_difference(importances.accuracy, importances.without)
    assert loss.high < 0.5 * together.low and mean_interval(importances.accuracy).low > 0.95
    assert importances.single.shape == (10, 30) and importances.names[0] == "mean radius"


def test_features_of_size_are_nine():
    """Mean, error and worst of radius, perimeter and area."""
    names = [name for name in load_breast_cancer().feature_names if black_box.is_size(name)]
    words = [f"{kind} {name}" for kind in ("mean", "worst") for name in ("radius", "area")]
    assert len(names) == 9 and set(words) <= set(names) and "area error" in names


def test_tumours_are_standardised_by_training_samples():
    """400 of a random order train a network of 16 hidden units for 20 epochs."""
    X, y = load_breast_cancer(return_X_y=True)
    rng = np.random.default_rng(4)
    rows = rng.permutation(569)
    scaler = StandardScaler().fit(X[rows[:400]])
    options = Options(hidden=(16,), epochs=20)
    expected = fit(scaler.transform(X[rows[:400]]), y[rows[:400]], options, rng=rng)
    case = black_box.tumours(4)
    np.testing.assert_allclose(case.X, scaler.transform(X[rows[400:]]), atol=1e-12)
    np.testing.assert_array_equal(case.y, y[rows[400:]])
    np.testing.assert_allclose(case.mean, scaler.mean_)
    np.testing.assert_allclose(case.spread, scaler.scale_)
    shares = expected.predict_proba(case.X)
    np.testing.assert_allclose(case.benign(case.X), shares[:, 1], atol=1e-6)
    assert case.score(case.X) == pytest.approx((shares.argmax(axis=1) == case.y).mean(), abs=0.01)
    few = black_box.tumours(4, [3, 7])
    np.testing.assert_allclose(few.X, case.X[:, [3, 7]])


def test_importances_are_means_over_five_orders(importances):
    """For seed 1: the same orders for each feature and for the group."""
    case, rng = black_box.tumours(1), np.random.default_rng(1)
    orders = np.array([rng.permutation(169) for _ in range(5)])
    size = [i for i, name in enumerate(importances.names) if black_box.is_size(name)]
    rest = [i for i in range(30) if i not in size]
    one = permutation_importance(case.score, case.X, [21], orders)
    group = permutation_importance(case.score, case.X, size, orders)
    assert importances.single[1, 21] == pytest.approx(one.mean())
    assert importances.together[1] == pytest.approx(group.mean())
    assert importances.accuracy[1] == case.score(case.X)
    other = black_box.tumours(1, rest)
    assert importances.without[1] == other.score(other.X)
    with pytest.raises(ValueError, match="got none"):
        black_box.importances(())


@pytest.mark.nightly
def test_pixels_that_contribute_matter_more_than_dark_ones():
    """And dark ones more than random ones with ink."""
    changed = black_box.changed_answers(range(10))
    assert changed.shape == (3, 10) and black_box.RANKS == ("contribution", "ink", "random")
    assert paired_difference(changed[0], changed[1]).low > 0.4
    assert paired_difference(changed[1], changed[2]).low > 0.1


def test_changed_answers_of_one_seed():
    """The network of 1,000 digits is asked about the others, with five pixels blanked."""
    images, digits = load_digits(return_X_y=True)
    rng = np.random.default_rng(6)
    rows = rng.permutation(1797)
    options = Options(hidden=(32,), epochs=10, learning_rate=0.01)
    expected = fit(images[rows[:1000]] / 16, digits[rows[:1000]], options, rng=rng)
    network, X = black_box.digit_network(6)
    np.testing.assert_array_equal(X, images[rows[1000:]] / 16)
    np.testing.assert_array_equal(network.layers[1].weights, expected.layers[1].weights)
    this, other = two_best(network.predict_proba(X))
    chance = np.random.default_rng(6).random(X.shape)
    chance[X == 0] = -1
    ranks = saliency(network.layers, X, this, other) * X, X, chance
    shares = [(network.predict(blank(X, rank, 5)) != this).mean() for rank in ranks]
    np.testing.assert_array_equal(black_box.changed_answers((6,))[:, 0], shares)


# Learning curves


@pytest.mark.parametrize("law", [(0.1, 0.4, 0.5), (0.0, 0.3, 0.25), (0.2, 0.0, 0.05)])
def test_a_power_law_is_found_again(law):
    """From its own points, and drawn on; a level curve has a floor and nothing else."""
    truth = PowerLaw(*law, 50)
    errors = np.array([truth.error(n) for n in (50, 100, 200, 400)])
    found = fit_power_law((50, 100, 200, 400), errors)
    assert found.start == 50 and found.error(5000) == pytest.approx(truth.error(5000))
    if law[1]:
        np.testing.assert_allclose([found.floor, found.room, found.rate], law, atol=1e-9)


def test_power_law_by_hand():
    """Floor plus room times the rate-th power of what the samples have grown."""
    assert PowerLaw(0.1, 0.4, 0.5, 100).error(400) == pytest.approx(0.1 + 0.4 / 2)
    assert PowerLaw(0.1, 0.4, 1.0, 100).error(100) == pytest.approx(0.5)


def test_fastest_and_slowest_rates_are_tried():
    """Rates from 0.05 to 2 in steps of 0.05; floor and room are not negative."""
    n = np.array([10, 20, 40, 80])
    for rate in (0.05, 1.35, 2.0):
        found = fit_power_law(n.tolist(), 0.01 + 0.5 * (n / 10.0) ** -rate)
        assert found.rate == pytest.approx(rate)
    rising = fit_power_law(n.tolist(), np.array([0.1, 0.2, 0.3, 0.4]))
    assert rising.room == 0 and rising.floor == pytest.approx(0.25)


def test_bad_curves_are_refused():
    """Two points, or points without an error: the error names the shapes."""
    with pytest.raises(ValueError, match=r"got \(2,\) and \(2,\)"):
        fit_power_law((1, 2), np.array([0.2, 0.1]))
    with pytest.raises(ValueError, match=r"got \(3,\) and \(4,\)"):
        fit_power_law((1, 2, 3), np.ones(4))
    assert fit_power_law((1, 2, 3), np.array([0.3, 0.2, 0.15])).error(10) < 0.15


@pytest.fixture(scope="module")
def curves():
    return digit_errors(range(10))


def test_curves_drawn_on_tell_who_needs_data(curves):
    """Class means are at their floor, neighbours are not, and the promise holds to 0.02."""
    assert curves.shape == (2, 10, len(SIZES) + 1)
    saved = [paired_difference(runs[:, -2], runs[:, -1]) for runs in curves]
    assert saved[0].high < 0.02 < saved[1].low
    for runs in curves:
        promised = [fit_power_law(SIZES, run[:-1]).error(3200) for run in runs]
        assert abs(paired_difference(promised, runs[:, -1]).mean) < 0.02
    assert paired_difference(curves[0, :, 0], curves[1, :, 0]).high < 0  # with 50, means lead


def test_errors_of_one_seed(curves):
    """Components of the last 800 images, the first n train, the 1,000 after 3,200 test."""
    drawn = draw(5000, 2, load())
    pca = PCA(30, svd_solver="randomized", random_state=0).fit(drawn.X[4200:])
    Z = pca.transform(drawn.X[:4200])
    for i, n in enumerate((50, 100, 200, 400, 800, 3200)):
        means = NearestCentroid().fit(Z[:n], drawn.y[:n])
        near = KNeighborsClassifier(3, algorithm="brute").fit(Z[:n], drawn.y[:n])
        expected = [1 - m.score(Z[3200:], drawn.y[3200:4200]) for m in (means, near)]
        np.testing.assert_allclose(curves[:, 2, i], expected, atol=1e-12)


# A chosen step


@pytest.mark.parametrize("seed", range(3))
def test_the_least_step_is_that_of_a_linear_program(seed):
    """No smaller change of every pixel lets any rival draw level."""
    rng = np.random.default_rng(seed)
    model, X = Layer(rng.normal(size=(6, 4)), rng.normal(size=4)), rng.normal(size=(5, 6))
    size, directions = nearest_rival(model, X)
    for x, found, direction in zip(X, size, directions, strict=True):
        logits = x @ model.weights + model.biases
        answer, least = int(logits.argmax()), np.inf
        for rival in set(range(4)) - {answer}:
            slope = model.weights[:, rival] - model.weights[:, answer]
            # smallest t with |step| <= t and slope · step >= lead
            lead = logits[answer] - logits[rival]
            bounds = np.block(
                [[np.eye(6), -np.ones((6, 1))], [-np.eye(6), -np.ones((6, 1))], [-slope, 0.0]]
            )
            done = linprog(
                np.eye(7)[6], bounds, np.append(np.zeros(12), -lead), bounds=(None, None)
            )
            least = min(least, done.fun)
        assert found == pytest.approx(least, abs=1e-8)
        before, after = (
            (x + f * found * direction) @ model.weights + model.biases for f in (0.999, 1.001)
        )
        assert before.argmax() == answer != after.argmax()


def test_pixels_without_weight_stay():
    """A pixel that no class uses gets no direction; rivals with equal weights are none."""
    model = Layer(np.array([[1.0, -1.0, 1.0], [0, 0, 0]]), np.array([0.0, 0.0, -1.0]))
    size, direction = nearest_rival(model, np.array([[2.0, 5.0]]))
    assert size.tolist() == [2.0] and direction.tolist() == [[-1.0, 0.0]]


def test_moved_images_keep_to_the_range_of_ink():
    """A step in each direction, cut at no ink and at full ink; none backwards."""
    X, signs = np.array([[0.0, 0.5, 1.0, 0.05]]), np.array([[-1.0, 1, 1, -1]])
    np.testing.assert_allclose(moved(X, signs, 0.1), [[0, 0.6, 1, 0]])
    np.testing.assert_array_equal(moved(X, signs, 0), X)
    with pytest.raises(ValueError, match=r"got -0\.1"):
        moved(X, signs, -0.1)


@pytest.mark.nightly
def test_chosen_signs_fool_what_random_signs_do_not():
    """A tenth of full ink, on MNIST digits, ten seeds."""
    images, gaps = load(), []
    for seed in range(10):
        drawn, rng = draw(1300, seed, images), np.random.default_rng(seed)
        net = fit(drawn.X[:1000], drawn.y[:1000], Options(hidden=(), epochs=10), rng=rng)
        X, y = drawn.X[1000:], drawn.y[1000:]
        signs = rng.choice([-1.0, 1.0], X.shape), nearest_rival(net.layers[0], X)[1]
        chance, chosen = (net.score(moved(X, one, 0.1), y) for one in signs)
        gaps.append(chance - chosen)
    assert mean_interval(gaps).low > 0.5


# A simulator


def test_planned_policy_arrives_from_everywhere():
    """And one that always goes up only from below the goal."""
    assert arrivals(WORLD, value_iteration(WORLD, 0.9)) == 1
    column = Grid(4, 2, goal=(0, 1))
    assert arrivals(column, np.zeros((4, 2, 4))) == pytest.approx(3 / 7)


def test_a_walk_may_take_as_many_steps_as_there_are_cells_and_no_more():
    """Through a long corridor, from its end too; a circle is left."""
    corridor = Grid(1, 9, goal=(0, 8))
    right = np.zeros((1, 9, 4))
    right[..., 1] = 1
    assert arrivals(corridor, right) == 1
    assert arrivals(corridor, -right) == 0


def test_the_flawed_simulator_lacks_one_wall_beside_the_goal():
    """All else is the same."""
    assert WORLD.walls - FLAWED.walls == {(0, 4)} and FLAWED.walls < WORLD.walls
    assert (WORLD.height, WORLD.width, WORLD.goal) == (FLAWED.height, FLAWED.width, FLAWED.goal)
    assert WORLD.walls == {(0, 4), (1, 1), (1, 2), (2, 4)} and WORLD.goal == (0, 5)


@pytest.mark.nightly
def test_practice_helps_as_far_as_the_simulator_is_true():
    """All cells arrive after ten true walks; of the flawed ones many never do."""
    true, flawed = (practice(world, (1, 10, 30), range(10)) for world in (WORLD, FLAWED))
    assert true.shape == (10, 3) and true[:, 1:].min() == 1 and true[:, 0].max() < 0.5
    assert paired_difference(true[:, 2], flawed[:, 2]).low > 0.3


def test_practice_is_learned_there_and_walked_here():
    """Q-learning in the simulator, with its rate and discount; the walk is in the world."""
    q = q_learning(FLAWED, 0.9, 4, 0.5, np.random.default_rng(8))
    assert practice(FLAWED, (4,), (8,)).tolist() == [[arrivals(WORLD, q)]]
