from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score
from sklearn.neural_network import MLPRegressor

from snippets.rnn import (
    AR_NOISE,
    RNN,
    adam_move,
    autoregression,
    bptt,
    clip,
    clipped_walk,
    gradient_by_lag,
    in_turn,
    one_token,
    predict,
    stacked,
    start,
    states,
    train,
)

TASKS = {
    "walk": clipped_walk,
    "series": autoregression,
    "first": one_token,
}


def some_net(seed: int, n_features: int = 1, n_hidden: int = 4) -> RNN:
    """Weights none of which is 0."""
    rng = np.random.default_rng(seed)
    net = start(n_features, n_hidden, rng)
    return RNN(*(part + rng.normal(0, 0.3, part.shape) for part in net))


def loss(net: RNN, X: np.ndarray, y: np.ndarray) -> float:
    return float(((predict(net, X) - y) ** 2).mean())


def by_differences(net: RNN, X: np.ndarray, y: np.ndarray, width: float = 1e-5) -> RNN:
    """Gradient by central differences, one weight at a time."""
    found = [np.zeros_like(part) for part in net]
    for which, part in enumerate(net):
        for place in np.ndindex(part.shape):
            ends = []
            for sign in (1, -1):
                moved = [other.copy() for other in net]
                moved[which][place] += sign * width
                ends.append(loss(RNN(*moved), X, y))
            found[which][place] = (ends[0] - ends[1]) / (2 * width)
    return RNN(*found)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_gradient_equals_central_differences(task, seed: int) -> None:
    """Backpropagation through time is the derivative, weight by weight."""
    X, y = task(7, 6, np.random.default_rng(seed))
    net = some_net(seed)
    for ours, theirs in zip(bptt(net, X, y), by_differences(net, X, y), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=2e-8)


def test_gradient_equals_central_differences_with_three_features_a_step() -> None:
    """The same holds where a step has several features."""
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(5, 3, 3)), rng.normal(size=5)
    net = some_net(4, n_features=3)
    for ours, theirs in zip(bptt(net, X, y), by_differences(net, X, y), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=2e-8)


def library(net: RNN, X: np.ndarray, y: np.ndarray, rate: float) -> MLPRegressor:
    """Scikit-learn's net of one hidden tanh layer, with our weights."""
    options = {"solver": "sgd", "alpha": 0.0, "momentum": 0.0, "shuffle": False}
    model = MLPRegressor(
        hidden_layer_sizes=(net.W.shape[-1],),
        activation="tanh",
        learning_rate_init=rate,
        batch_size=len(X),
        random_state=0,
        **options,
    ).partial_fit(X[:, 0], y)
    model.coefs_ = [net.U.copy(), net.V.copy()]
    model.intercepts_ = [net.b[0].copy(), net.c[0].copy()]
    return model


@pytest.mark.parametrize("n_features", [1, 3])
def test_one_step_of_time_is_scikit_learns_net(n_features: int) -> None:
    """With T = 1 prediction and one step of descent are those of MLPRegressor."""
    rng = np.random.default_rng(n_features)
    X, y = rng.normal(size=(50, 1, n_features)), rng.normal(size=50)
    net, rate = some_net(1, n_features), 0.1
    model = library(net, X, y, rate)
    np.testing.assert_allclose(predict(net, X), model.predict(X[:, 0]), rtol=0, atol=1e-12)
    gradient = bptt(net, X, y)
    model.partial_fit(X[:, 0], y)  # its loss is half the mean square, so half our gradient
    for part, step, theirs in (
        (net.U, gradient.U, model.coefs_[0]),
        (net.V, gradient.V, model.coefs_[1]),
        (net.b[0], gradient.b[0], model.intercepts_[0]),
        (net.c[0], gradient.c[0], model.intercepts_[1]),
    ):
        np.testing.assert_allclose(part - rate / 2 * step, theirs, rtol=0, atol=1e-12)


def test_states_by_hand() -> None:
    """Each state is tanh of input, last state and bias; the first state is 0."""
    one = np.ones((1, 1))
    net = RNN(2 * one, 0.5 * one, 0.1 * one, 3 * one, -1 * one)
    X = np.array([[[0.3], [-0.2]]])
    first = np.tanh(2 * 0.3 + 0.1)
    second = np.tanh(2 * -0.2 + 0.5 * first + 0.1)
    assert [float(h[0, 0]) for h in states(net, X)] == pytest.approx([0, first, second])
    assert predict(net, X) == pytest.approx([3 * second - 1])
    assert [h.shape for h in states(some_net(0), np.zeros((7, 2, 1)))] == [(7, 4)] * 3


def test_a_stack_is_its_nets_one_by_one() -> None:
    """Predictions, gradients, clipping and training of a stack are those of each net alone."""
    X, y = stacked(clipped_walk, 20, 5, [np.random.default_rng(s) for s in range(3)])
    nets = [some_net(seed) for seed in range(3)]
    pile = RNN(*(np.stack(parts) for parts in zip(*nets, strict=True)))
    np.testing.assert_allclose(predict(pile, X)[1], predict(nets[1], X[1]), rtol=0, atol=1e-14)
    gradient = clip(bptt(pile, X, y), 0.5)
    trained = train(pile, in_turn((X, y), 10), 6)
    for seed, net in enumerate(nets):
        alone = clip(bptt(net, X[seed], y[seed]), 0.5)
        for ours, theirs in zip(gradient, alone, strict=True):
            np.testing.assert_allclose(ours[seed], theirs, rtol=0, atol=1e-14)
        last = train(net, in_turn((X[seed], y[seed]), 10), 6)
        for ours, theirs in zip(trained, last, strict=True):
            np.testing.assert_allclose(ours[seed], theirs, rtol=0, atol=1e-12)


def test_clip_shortens_and_never_turns() -> None:
    """A long gradient gets the norm of the limit and keeps its direction; a short one stays."""
    net = some_net(2)
    norm = np.sqrt(sum(float((part**2).sum()) for part in net))
    half = clip(net, norm / 2)
    for part, short in zip(net, half, strict=True):
        np.testing.assert_allclose(short, part / 2, rtol=1e-14)
    for part, same in zip(net, clip(net, norm * 1.01), strict=True):
        np.testing.assert_array_equal(same, part)
    zero = RNN(*(0 * part for part in net))
    for part in clip(zero, 1.0):
        assert not part.any()


def test_clip_judges_each_net_of_a_stack_by_itself() -> None:
    """A long gradient in the stack does not shorten the others."""
    small, large = some_net(0), RNN(*(1e3 * part for part in some_net(1)))
    pile = RNN(*(np.stack(parts) for parts in zip(small, large, strict=True)))
    short = clip(pile, 100.0)
    np.testing.assert_array_equal(short.W[0], small.W)
    assert np.sqrt(sum((part[1] ** 2).sum() for part in short)) == pytest.approx(100)


@pytest.mark.parametrize("scale", [0.5, 1.0, 1.5])
def test_without_input_the_gradient_by_lag_is_a_power(scale: float) -> None:
    """At rest tanh is straight, so an orthogonal W times s gives |V| s^lag, exactly."""
    net = start(1, 5, np.random.default_rng(0))
    net = net._replace(W=scale * net.W)
    found = gradient_by_lag(net, np.zeros((2, 8, 1)))
    np.testing.assert_allclose(found, np.linalg.norm(net.V) * scale ** np.arange(8), rtol=1e-12)


def test_gradient_by_lag_is_what_the_input_feels() -> None:
    """Two steps back it is the derivative by the state there, by central differences."""
    net = some_net(3)
    X = clipped_walk(1, 4, np.random.default_rng(3))[0]
    middle, tail = states(net, X)[2], X[0, 2:, 0]
    slopes = []
    for unit in range(4):
        ends = []
        for sign in (1, -1):
            h = middle.copy()
            h[0, unit] += sign * 1e-5
            for x in tail:
                h = np.tanh(x * net.U + h @ net.W + net.b)
            ends.append((h @ net.V).item())
        slopes.append((ends[0] - ends[1]) / 2e-5)
    assert gradient_by_lag(net, X)[2] == pytest.approx(np.linalg.norm(slopes), abs=1e-8)


def test_gradient_by_lag_averages_over_sequences() -> None:
    """Two sequences give the mean of what each gives alone."""
    net, X = some_net(5), clipped_walk(2, 4, np.random.default_rng(5))[0]
    alone = [gradient_by_lag(net, X[i : i + 1]) for i in range(2)]
    np.testing.assert_allclose(gradient_by_lag(net, X), np.mean(alone, axis=0), rtol=1e-12)


def test_start_is_orthogonal_and_without_bias() -> None:
    """W keeps lengths, biases are 0, inputs and outputs are scaled by the width."""
    net = start(400, 300, np.random.default_rng(0))
    np.testing.assert_allclose(net.W @ net.W.T, np.eye(300), atol=1e-12)
    assert not net.b.any() and not net.c.any()
    assert net.U.std() == pytest.approx(1 / 20, rel=0.02)
    assert net.V.std() == pytest.approx(1 / np.sqrt(300), rel=0.15)
    shapes = [part.shape for part in start(2, 3, np.random.default_rng(0), (4,))]
    assert shapes == [(4, 2, 3), (4, 3, 3), (4, 1, 3), (4, 3, 1), (4, 1, 1)]


def test_first_moves_of_adam() -> None:
    """Freed of its start, Adam's first move is the sign, and a steady gradient keeps it so."""
    gradient = np.array([3.0, -0.2])
    np.testing.assert_allclose(adam_move(0.1 * gradient, 0.001 * gradient**2, 0), [1, -1])
    first, second = (0.1 + 0.09) * gradient, (0.001 + 0.000999) * gradient**2
    np.testing.assert_allclose(adam_move(first, second, 1), [1, -1], rtol=1e-6)
    assert adam_move(np.array([1e-9]), np.array([1e-21]), 0)[0] < 1  # the small term below


def test_two_steps_of_training_by_hand() -> None:
    """Each step is Adam on the clipped gradient, at a rate that falls along a line."""
    samples = clipped_walk(10, 4, np.random.default_rng(1))
    net = some_net(1)
    first = [0.1 * part for part in clip(bptt(net, *samples), 0.7)]
    second = [0.001 * part**2 for part in clip(bptt(net, *samples), 0.7)]
    once = RNN(*(w - 0.05 * adam_move(m, s, 0) for w, m, s in zip(net, first, second, strict=True)))
    again = clip(bptt(once, *samples), 0.7)
    first = [0.9 * m + 0.1 * g for m, g in zip(first, again, strict=True)]
    second = [0.999 * s + 0.001 * g**2 for s, g in zip(second, again, strict=True)]
    twice = [w - 0.025 * adam_move(m, s, 1) for w, m, s in zip(once, first, second, strict=True)]
    found = train(net, lambda step: samples, 2, rate=0.05, limit=0.7)
    for ours, theirs in zip(found, twice, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-14)


def test_training_uses_its_defaults_and_leaves_the_start_alone() -> None:
    """A rate of 0.01, a limit of 1, and the start is not written to."""
    samples = clipped_walk(10, 4, np.random.default_rng(1))
    net = RNN(*(3 * part for part in some_net(1)))
    kept = [part.copy() for part in net]
    found = train(net, lambda step: samples, 3)
    same = train(net, lambda step: samples, 3, rate=0.01, limit=1.0)
    np.testing.assert_array_equal(found.W, same.W)
    for part, before in zip(net, kept, strict=True):
        np.testing.assert_array_equal(part, before)


def test_it_learns_the_walk_that_a_line_cannot() -> None:
    """On a walk between walls a few hundred steps beat least squares on all steps."""
    rngs = [np.random.default_rng(s) for s in range(2)]
    X, y = stacked(clipped_walk, 400, 12, rngs)
    new_X, new_y = stacked(clipped_walk, 400, 12, rngs)
    net = train(start(1, 8, np.random.default_rng(0), (2,)), in_turn((X, y), 100), 300, 0.02)
    for s in range(2):
        line = LinearRegression().fit(X[s, :, :, 0], y[s])
        straight = r2_score(new_y[s], line.predict(new_X[s, :, :, 0]))
        assert r2_score(new_y[s], predict(net, new_X)[s]) > 0.95 > straight + 0.05


def test_the_walk_ends_where_its_steps_lead() -> None:
    """Replayed by hand, with walls at -1 and +1 and steps of sd 0.5."""
    X, y = clipped_walk(500, 9, np.random.default_rng(0))
    for steps, end in zip(X[:50, :, 0], y[:50], strict=True):
        place = 0.0
        for step in steps:
            place = min(max(place + step, -1.0), 1.0)
        assert end == pytest.approx(place, abs=1e-12)
    assert X.shape == (500, 9, 1) and X.std() == pytest.approx(0.5, rel=0.05)
    assert y.min() == -1.0 and y.max() == 1.0


def test_the_series_obeys_its_recurrence_and_has_variance_1() -> None:
    """What is left after both lags is the noise it was made with, to the target included."""
    X, y = autoregression(2000, 10, np.random.default_rng(3))
    noise = np.random.default_rng(3).normal(0, np.sqrt(AR_NOISE), (2000, 61))
    x = np.column_stack([X[:, :, 0], y])
    left = x[:, 2:] - 1.6 * x[:, 1:-1] + 0.8 * x[:, :-2]
    np.testing.assert_allclose(left, noise[:, 52:], rtol=0, atol=1e-12)
    assert X.shape == (2000, 10, 1)
    assert x.std(axis=0) == pytest.approx(np.ones(11), rel=0.06)
    assert pytest.approx(0.2 * 0.68 / 1.8) == AR_NOISE


def test_the_series_starts_from_0_fifty_steps_before() -> None:
    """Rebuilt from its noise, the series is the same to the last value."""
    X, y = autoregression(3, 2, np.random.default_rng(9))
    noise = np.random.default_rng(9).normal(0, np.sqrt(AR_NOISE), (3, 53))
    x = [np.zeros(3), np.zeros(3)]
    for t in range(2, 53):
        x.append(1.6 * x[-1] - 0.8 * x[-2] + noise[:, t])
    np.testing.assert_allclose(np.column_stack([X[:, :, 0], y]), np.array(x[50:]).T, atol=1e-12)


@pytest.mark.parametrize("place", [0, 3, -1, -6])
def test_the_token_asked_for_is_the_target(place: int) -> None:
    """Tokens are signs, and the target is the one at the place."""
    X, y = one_token(200, 6, np.random.default_rng(0), place)
    np.testing.assert_array_equal(y, X[:, place, 0])
    assert sorted(set(X.ravel())) == [-1.0, 1.0] and abs(X.mean()) < 0.1
    assert X.shape == (200, 6, 1)


def test_batches_come_in_turn() -> None:
    """Every sample is used once a round, in order, in a stack too."""
    X, y = stacked(clipped_walk, 6, 3, [np.random.default_rng(s) for s in range(2)])
    draw = in_turn((X, y), 2)
    for step, first in enumerate([0, 2, 4, 0]):
        got_X, got_y = draw(step)
        np.testing.assert_array_equal(got_X, X[:, first : first + 2])
        np.testing.assert_array_equal(got_y, y[:, first : first + 2])
    assert in_turn((X, y), 1)(7)[1].shape == (2, 1)


def test_stacked_draws_one_set_a_generator() -> None:
    """Each draw is that of its generator alone."""
    X, y = stacked(one_token, 5, 4, [np.random.default_rng(s) for s in (8, 9)])
    alone_X, alone_y = one_token(5, 4, np.random.default_rng(9), 0)
    np.testing.assert_array_equal(X[1], alone_X)
    np.testing.assert_array_equal(y[1], alone_y)
    assert X.shape == (2, 5, 4, 1)


def test_one_sequence_of_one_step_is_enough() -> None:
    """The smallest input has a prediction and a gradient."""
    net, X = some_net(0), np.array([[[0.5]]])
    assert predict(net, X).shape == (1,)
    assert not bptt(net, X, np.zeros(1)).W.any()  # the state before the first step is 0


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.zeros((3, 1)), "shape"),
        (np.zeros((0, 3, 1)), "none of them 0"),
        (np.zeros((2, 0, 1)), "none of them 0"),
        (np.zeros((2, 3, 2)), "reads 1 features a step, got 2"),
        (np.full((2, 3, 1), np.nan), "finite"),
    ],
)
def test_bad_sequences_are_named(X: np.ndarray, message: str) -> None:
    """What the net cannot read raises ValueError and says why."""
    with pytest.raises(ValueError, match=message):
        predict(some_net(0), X)
    with pytest.raises(ValueError, match=message):
        bptt(some_net(0), X, np.zeros(len(X)))


def test_bad_settings_are_named() -> None:
    """Sizes, rates, limits, batches and places that make no sense are refused."""
    rng, net = np.random.default_rng(0), some_net(0)
    samples = clipped_walk(6, 3, rng)
    for n_features, n_hidden in ((0, 1), (1, 0)):
        with pytest.raises(ValueError, match=f"got {n_features} and {n_hidden}"):
            start(n_features, n_hidden, rng)
    for limit in (0.0, -1.0):
        with pytest.raises(ValueError, match="limit must be positive"):
            clip(net, limit)
    for rate in (0.0, -1.0):
        with pytest.raises(ValueError, match="rate must be positive"):
            train(net, lambda step: samples, 1, rate=rate)
    for size in (0, 4, 12):
        with pytest.raises(ValueError, match=f"batches of {size}"):
            in_turn(samples, size)
    for place in (3, -4):
        with pytest.raises(ValueError, match=f"no place {place}"):
            one_token(2, 3, rng, place)


def test_one_feature_and_one_unit_make_a_net() -> None:
    """The smallest net has a state that keeps its length; less than that is refused."""
    net = start(1, 1, np.random.default_rng(0))
    assert abs(net.W[0, 0]) == pytest.approx(1)
    for n_features, n_hidden in [(0, 1), (1, 0)]:
        with pytest.raises(ValueError, match=f"got {n_features} and {n_hidden}"):
            start(n_features, n_hidden, np.random.default_rng(0))


def test_larger_inputs_make_a_gradient_fade_faster() -> None:
    """At scale 1 it does not fade at rest, a little with a tenth of the input, most with all."""
    walks, _ = clipped_walk(50, 40, np.random.default_rng(0))
    net = start(1, 8, np.random.default_rng(0))
    lost = []
    for size in (0, 0.1, 0.3, 1):
        norms = gradient_by_lag(net, size * walks)
        lost.append(norms[39] / norms[0])
    assert lost[0] == pytest.approx(1) and lost == sorted(lost, reverse=True)
    assert 0.2 < lost[1] < 0.6 and lost[3] < 1e-3
