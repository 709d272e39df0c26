"""Tests for the exercise on recurrent nets, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
from sklearn.neural_network import MLPRegressor

from snippets.rnn import RNN, clipped_walk, start


def net_of(n_features: int, n_hidden: int, seed: int) -> RNN:
    """Weights none of which is 0."""
    rng = np.random.default_rng(seed)
    net = start(n_features, n_hidden, rng)
    return RNN(*(part + rng.normal(0, 0.3, part.shape) for part in net))


def test_states_and_output_by_hand(solution: ModuleType) -> None:
    """The state before the first step is 0; W carries it on; only the last
    state is read.
    """
    one = np.ones((1, 1))
    net = RNN(2 * one, 0.5 * one, 0.1 * one, 3 * one, -1 * one)
    X = np.array([[[0.3], [-0.2]]])
    first = np.tanh(2 * 0.3 + 0.1)
    second = np.tanh(2 * -0.2 + 0.5 * first + 0.1)
    found = [float(h[0, 0]) for h in solution.states(net, X)]
    np.testing.assert_allclose(found, [0, first, second], rtol=1e-12)
    np.testing.assert_allclose(
        solution.predict(net, X), [3 * second - 1], rtol=1e-12
    )


def test_clipping(solution: ModuleType) -> None:
    """All parts shrink by one factor, and only if their common norm is above
    the limit.
    """
    net = net_of(1, 3, seed=0)
    norm = float(np.sqrt(sum((part**2).sum() for part in net)))
    for part, half, same in zip(
        net,
        solution.clip(net, norm / 2),
        solution.clip(net, 2 * norm),
        strict=True,
    ):
        np.testing.assert_allclose(half, part / 2, rtol=1e-12)
        np.testing.assert_allclose(same, part, rtol=1e-12)


def test_gradient_equals_central_differences(solution: ModuleType) -> None:
    """Move one weight a little up and down: the loss must change as the
    gradient says.
    """
    X, y = clipped_walk(6, 5, np.random.default_rng(1))
    net = net_of(1, 3, seed=1)
    gradient = solution.bptt(net, X, y)
    for which, part in enumerate(net):
        for place in np.ndindex(part.shape):
            ends = []
            for sign in (1, -1):
                moved = [other.copy() for other in net]
                moved[which][place] += sign * 1e-5
                ends.append(
                    ((solution.predict(RNN(*moved), X) - y) ** 2).mean()
                )
            np.testing.assert_allclose(
                gradient[which][place], (ends[0] - ends[1]) / 2e-5, atol=2e-8
            )


def test_one_step_of_time_is_scikit_learns_net(solution: ModuleType) -> None:
    """With T = 1, prediction and one step of descent are those of
    MLPRegressor.
    """
    rng = np.random.default_rng(2)
    X, y, net = (
        rng.normal(size=(40, 1, 3)),
        rng.normal(size=40),
        net_of(3, 4, seed=2),
    )
    model = MLPRegressor(
        hidden_layer_sizes=(4,),
        activation="tanh",
        solver="sgd",
        alpha=0.0,
        momentum=0.0,
        learning_rate_init=0.1,
        batch_size=40,
        random_state=0,
    ).partial_fit(X[:, 0], y)
    model.coefs_ = [net.U.copy(), net.V.copy()]
    model.intercepts_ = [net.b[0].copy(), net.c[0].copy()]
    np.testing.assert_allclose(
        solution.predict(net, X), model.predict(X[:, 0]), atol=1e-12
    )
    gradient = solution.bptt(net, X, y)
    # its loss is half of ours, and so is its gradient
    model.partial_fit(X[:, 0], y)
    np.testing.assert_allclose(
        net.U - 0.05 * gradient.U, model.coefs_[0], atol=1e-12
    )
    np.testing.assert_allclose(
        net.V - 0.05 * gradient.V, model.coefs_[1], atol=1e-12
    )
