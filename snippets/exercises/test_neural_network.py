"""Tests of the exercise, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris
from sklearn.neural_network import MLPClassifier

from snippets.neural_network import (
    Layer,
    cross_entropy,
    flatten,
    he_start,
    one_hot,
    unflatten,
)


def test_softmax(solution: ModuleType) -> None:
    """Rows sum to 1, e to the difference of two scores is the ratio, 1000 does
    not overflow.
    """
    odds = solution.softmax(np.array([[0.0, np.log(3.0)], [1000.0, 1000.0]]))
    np.testing.assert_allclose(odds, [[0.25, 0.75], [0.5, 0.5]])


def test_forward(solution: ModuleType) -> None:
    """Inputs first, probabilities last; a hidden unit is never negative; a mask
    multiplies.
    """
    layers = [
        Layer(np.array([[1.0, -1.0]]), np.array([0.5, 0.0])),
        Layer(np.eye(2), np.zeros(2)),
    ]
    X = np.array([[2.0]])
    inputs, hidden, odds = solution.forward(layers, X)
    np.testing.assert_array_equal(inputs, X)
    np.testing.assert_allclose(hidden, [[2.5, 0.0]])
    np.testing.assert_allclose(
        odds, [[1 / (1 + np.exp(-2.5)), 1 / (1 + np.exp(2.5))]]
    )
    thinned = solution.forward(layers, X, [np.array([[2.0, 0.0]])])
    np.testing.assert_allclose(thinned[1], [[5.0, 0.0]])


def test_backward(solution: ModuleType) -> None:
    """Each derivative is what a small move of its parameter does to the
    loss.
    """
    rng = np.random.default_rng(0)
    layers = [
        Layer(w, rng.normal(size=b.shape))
        for w, b in he_start((3, 5, 4, 2), rng)
    ]
    X, targets = rng.normal(size=(9, 3)), one_hot(rng.integers(0, 2, 9), 2)
    activations = solution.forward(layers, X)
    slopes, on_inputs = solution.backward(
        layers, activations, (activations[-1] - targets) / 9
    )

    def loss(theta: np.ndarray) -> float:
        return cross_entropy(
            solution.forward(unflatten(theta, layers), X)[-1], targets
        )

    theta = flatten(layers)
    moves = 1e-6 * np.eye(len(theta))
    measured = (
        np.array([loss(theta + move) - loss(theta - move) for move in moves])
        / 2e-6
    )
    np.testing.assert_allclose(flatten(slopes), measured, rtol=0, atol=1e-8)
    assert on_inputs.shape == X.shape


@pytest.mark.parametrize("load", [load_iris, load_digits])
def test_equals_scikit_learn(solution: ModuleType, load: object) -> None:
    """Same probabilities, and after one step on all samples the same
    weights.
    """
    X, y = load(return_X_y=True)  # type: ignore[operator]
    X = X / X.max()
    model = MLPClassifier(
        (8, 6), solver="sgd", momentum=0, alpha=0, batch_size=len(X)
    )
    model.set_params(random_state=0, learning_rate_init=0.5).partial_fit(
        X, y, classes=np.unique(y)
    )
    pairs = zip(model.coefs_, model.intercepts_, strict=True)
    layers = [Layer(weights.copy(), biases.copy()) for weights, biases in pairs]
    activations = solution.forward(layers, X)
    np.testing.assert_allclose(
        activations[-1], model.predict_proba(X), rtol=0, atol=1e-12
    )
    delta = (activations[-1] - one_hot(y, len(model.classes_))) / len(X)
    slopes, _ = solution.backward(layers, activations, delta)
    model.partial_fit(X, y)
    for layer, slope, weights in zip(layers, slopes, model.coefs_, strict=True):
        np.testing.assert_allclose(
            layer.weights - 0.5 * slope.weights, weights, rtol=0, atol=1e-12
        )
