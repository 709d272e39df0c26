"""Tests of the exercise, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from sklearn.datasets import load_iris, load_wine
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import StandardScaler

from snippets.autoencoder import start_layers
from snippets.neural_network import Layer, flatten, unflatten


def test_through(solution: ModuleType) -> None:
    """Hidden outputs are cut off at 0, inputs and the last outputs are not."""
    layers = [
        Layer(np.array([[1.0, -1.0]]), np.array([0.5, 0.0])),
        Layer(-np.eye(2), np.zeros(2)),
    ]
    inputs, hidden, last = solution.through(layers, np.array([[-2.0], [1.0]]))
    assert inputs.tolist() == [[-2.0], [1.0]]
    assert hidden.tolist() == [[0.0, 2.0], [1.5, 0.0]]
    assert last.tolist() == [[0.0, -2.0], [-1.5, 0.0]]


def test_reconstruct(solution: ModuleType) -> None:
    """The code ends the first list and begins the second; it may be
    negative.
    """
    layers = [
        Layer(np.array([[-1.0], [0.0]]), np.zeros(1)),
        Layer(np.array([[2.0, 3.0]]), np.ones(2)),
    ]
    coding, building = solution.reconstruct(layers, np.array([[4.0, 5.0]]))
    assert coding[-1].tolist() == building[0].tolist() == [[-4.0]]
    assert building[-1].tolist() == [[-7.0, -11.0]]


def test_gradient(solution: ModuleType) -> None:
    """Each derivative is what a small move of its parameter does to the
    loss.
    """
    rng = np.random.default_rng(0)
    start = start_layers((4, 5, 2, 5, 4), rng)
    X, targets = rng.normal(size=(2, 8, 4))
    theta = flatten(start) + 0.1 * rng.normal(size=len(flatten(start)))

    def loss(theta: np.ndarray) -> float:
        back = solution.reconstruct(unflatten(theta, start), X)[1][-1]
        return float(((back - targets) ** 2).sum() / 2 / 8)

    moves = 1e-6 * np.eye(len(theta))
    measured = (
        np.array([loss(theta + move) - loss(theta - move) for move in moves])
        / 2e-6
    )
    exact = flatten(solution.gradient(unflatten(theta, start), X, targets))
    np.testing.assert_allclose(exact, measured, rtol=0, atol=5e-8)


@pytest.mark.parametrize("load", [load_iris, load_wine])
def test_equals_scikit_learn(solution: ModuleType, load: object) -> None:
    """Without hidden layers: the library's predictions, and its weights after
    one step.
    """
    X = StandardScaler().fit_transform(load().data)  # type: ignore[operator]
    model = MLPRegressor(
        hidden_layer_sizes=(2,),
        activation="identity",
        solver="sgd",
        momentum=0,
        alpha=0,
        batch_size=len(X),
        learning_rate_init=0.1,
        random_state=0,
    ).partial_fit(X, X)
    pairs = zip(model.coefs_, model.intercepts_, strict=True)
    layers = [Layer(weights.copy(), biases.copy()) for weights, biases in pairs]
    back = solution.reconstruct(layers, X)[1][-1]
    np.testing.assert_allclose(back, model.predict(X), rtol=0, atol=1e-12)
    slopes = solution.gradient(layers, X, X)
    model.partial_fit(X, X)
    for layer, slope, weights in zip(layers, slopes, model.coefs_, strict=True):
        stepped = layer.weights - 0.1 * slope.weights
        np.testing.assert_allclose(stepped, weights, rtol=0, atol=1e-12)
