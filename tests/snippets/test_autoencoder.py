"""The autoencoder against scikit-learn, finite differences and PCA."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris, load_wine
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import StandardScaler

from snippets.autoencoder import (
    Autoencoder,
    descend,
    fit,
    gradient,
    reconstruct,
    start_layers,
    through,
)
from snippets.neural_network import Layer, flatten, unflatten
from snippets.pca import pca, principal_cosines, reconstruction_error

# Measured against scikit-learn: 0 in a reconstruction, 2e-16 in a weight.
TOLERANCE = 1e-12


def standard(load: Any) -> np.ndarray:
    """Standardised features of one of scikit-learn's sets."""
    return np.asarray(StandardScaler().fit_transform(load().data))


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    """Return 400 digits from 0 to 1, in a random order."""
    X = load_digits().data / 16
    return X[np.random.default_rng(0).permutation(len(X))[:400]]


@pytest.mark.parametrize("load", [load_iris, load_wine])
@pytest.mark.parametrize("width", [1, 3])
def test_a_linear_one_equals_scikit_learn(load: Any, width: int) -> None:
    """Reconstructions and weights after some steps are those of the library."""
    X = standard(load)
    model = MLPRegressor(
        hidden_layer_sizes=(width,), activation="identity", solver="sgd", momentum=0, alpha=0,
        batch_size=len(X), learning_rate_init=0.05, random_state=0,
    ).partial_fit(X, X)  # fmt: skip
    pairs = zip(model.coefs_, model.intercepts_, strict=True)
    layers = [Layer(weights.copy(), biases.copy()) for weights, biases in pairs]
    back = reconstruct(layers, X)[1][-1]
    np.testing.assert_allclose(back, model.predict(X), rtol=0, atol=TOLERANCE)
    for _ in range(5):
        model.partial_fit(X, X)
    ours = descend(layers, X, 0.05, 5)
    for layer, weights, biases in zip(ours, model.coefs_, model.intercepts_, strict=True):
        np.testing.assert_allclose(layer.weights, weights, rtol=0, atol=TOLERANCE)
        np.testing.assert_allclose(layer.biases, biases, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("sizes", [(4, 2, 4), (4, 5, 2, 5, 4), (4, 6, 5, 1, 3, 5, 4)])
def test_gradient_equals_central_differences(sizes: tuple[int, ...]) -> None:
    """The derivative is right in every parameter, also for targets other than the inputs."""
    rng = np.random.default_rng(1)
    start = start_layers(sizes, rng)
    X, targets = rng.normal(size=(2, 9, 4))
    theta = flatten(start) + 0.2 * rng.normal(size=len(flatten(start)))

    def loss(moved: np.ndarray) -> float:
        back = reconstruct(unflatten(moved, start), X)[1][-1]
        return float(((back - targets) ** 2).sum() / 2 / 9)

    steps = 1e-6 * np.eye(len(theta))
    slopes = np.array([loss(theta + s) - loss(theta - s) for s in steps]) / 2e-6
    exact = flatten(gradient(unflatten(theta, start), X, targets))
    np.testing.assert_allclose(exact, slopes, rtol=0, atol=5e-8)


@pytest.mark.parametrize(("load", "k"), [(load_wine, 2), (load_wine, 3), (load_iris, 1)])
def test_the_linear_one_spans_the_plane_of_pca(load: Any, k: int) -> None:
    """Gradient descent ends on the principal subspace, with the error of PCA."""
    X = standard(load)
    start = start_layers((X.shape[1], k, X.shape[1]), np.random.default_rng(0))
    layers = descend(start, X, 0.1, 4000)
    plane, model = pca(X, k), Autoencoder(layers, np.array([]))
    assert principal_cosines(layers[-1].weights, plane.components).min() > 1 - 1e-8
    assert principal_cosines(layers[0].weights.T, plane.components).min() > 1 - 1e-8
    assert model.errors(X).mean() == pytest.approx(reconstruction_error(plane, X), rel=1e-8)


def test_descend_leaves_its_start_alone() -> None:
    """No steps give the start, and steps change a copy."""
    X = standard(load_iris)
    start = start_layers((4, 2, 4), np.random.default_rng(0))
    before = flatten(start)
    np.testing.assert_array_equal(flatten(descend(start, X, 0.1, 0)), before)
    assert not np.array_equal(flatten(descend(start, X, 0.1, 2)), before)
    np.testing.assert_array_equal(flatten(start), before)


def test_through_is_linear_at_both_ends() -> None:
    """Only what lies between layers is cut off at 0."""
    layers = [Layer(np.array([[1.0, -1.0]]), np.array([0.5, 0.0])), Layer(-np.eye(2), np.zeros(2))]
    inputs, hidden, last = through(layers, np.array([[-2.0], [1.0]]))
    assert inputs.tolist() == [[-2.0], [1.0]]
    assert hidden.tolist() == [[0.0, 2.0], [1.5, 0.0]]
    assert last.tolist() == [[0.0, -2.0], [-1.5, 0.0]]


def test_the_code_is_in_the_middle(digits: np.ndarray) -> None:
    """Encode and decode are the two halves of a reconstruction; errors measure it."""
    model = fit(digits[:50], (7, 3, 7), rng=np.random.default_rng(0), epochs=2)
    coding, building = reconstruct(model.layers, digits)
    assert model.encode(digits).shape == (400, 3)
    np.testing.assert_array_equal(model.encode(digits), coding[-1])
    np.testing.assert_array_equal(model.decode(coding[-1]), building[-1])
    assert model.encode(digits).min() < 0 < model.encode(digits).max()
    squares = ((digits - building[-1]) ** 2).sum(axis=1)
    np.testing.assert_array_equal(model.errors(digits), squares)


def test_start_has_the_variance_of_glorot() -> None:
    """Weights have mean 0 and variance 2 / (n_in + n_out), biases are 0."""
    first, second = start_layers((300, 100, 300), np.random.default_rng(0))
    for layer in (first, second):
        assert layer.weights.var() == pytest.approx(2 / 400, rel=0.03)
        assert abs(layer.weights.mean()) < 0.002
        assert not layer.biases.any()
    assert (first.weights.shape, second.weights.shape) == ((300, 100), (100, 300))
    assert (first.biases.shape, second.biases.shape) == ((100,), (300,))


@pytest.mark.parametrize("sizes", [(4, 4), (4, 2, 3, 4), (4, 2, 5), (4, 0, 4), (4,)])
def test_start_needs_a_middle(sizes: tuple[int, ...]) -> None:
    """The code is one layer, and the ends have one width."""
    with pytest.raises(ValueError, match="need n_features"):
        start_layers(sizes, np.random.default_rng(0))


def test_beats_pca_on_digits() -> None:
    """On a code of two numbers it rebuilds new digits better."""
    X = load_digits().data / 16
    X = X[np.random.default_rng(0).permutation(len(X))]
    model = fit(X[:800], (64, 2, 64), rng=np.random.default_rng(0))
    assert model.errors(X[800:]).mean() < reconstruction_error(pca(X[:800], 2), X[800:]) - 0.3
    assert model.losses[-1] == pytest.approx(model.errors(X[:800]).mean(), rel=1e-12)
    assert len(model.losses) == 41
    assert model.losses[-1] < model.losses[10] < model.losses[0]


def test_noise_makes_a_wide_code_useful(digits: np.ndarray) -> None:
    """Trained against noise it removes some; trained to copy it passes most of it on."""
    rng = np.random.default_rng(1)
    noisy = digits[300:] + 0.25 * rng.normal(size=(100, 64))
    nothing = ((noisy - digits[300:]) ** 2).sum(axis=1).mean()
    left = []
    for noise in (0.0, 0.25):
        model = fit(digits[:300], (64,), rng=np.random.default_rng(0), epochs=20, noise=noise)
        back = model.decode(model.encode(noisy))
        left.append(((back - digits[300:]) ** 2).sum(axis=1).mean() / nothing)
    assert left[0] > 0.75
    assert left[1] < 0.5


def test_the_learning_rate_falls_to_0(digits: np.ndarray) -> None:
    """One epoch has the full rate; late epochs of a long training change little."""
    one = fit(digits[:32], (3,), rng=np.random.default_rng(0), epochs=1, learning_rate=0.01)
    start = start_layers((64, 3, 64), np.random.default_rng(0))
    assert np.abs(flatten(one.layers) - flatten(start)).max() == pytest.approx(0.01, rel=1e-3)
    two = fit(digits[:32], (3,), rng=np.random.default_rng(0), epochs=2, learning_rate=0.01)
    second = np.abs(flatten(two.layers) - flatten(one.layers)).max()
    assert 0.003 < second < 0.0075  # half the rate, times what is left of the momentum


def test_the_seed_decides(digits: np.ndarray) -> None:
    """The same generator state gives the same layers, another one others."""
    a, b, c = (
        flatten(fit(digits[:64], (3,), rng=np.random.default_rng(s), epochs=2, noise=0.1).layers)
        for s in (0, 0, 1)
    )
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, c)


def test_noise_is_added_to_the_inputs_and_not_to_the_targets(digits: np.ndarray) -> None:
    """The first step goes against the gradient for noisy inputs and clean targets."""
    X: np.ndarray = digits[:30]
    options: dict[str, Any] = {"epochs": 1, "batch_size": 30, "noise": 0.5}
    model = fit(X, (3,), rng=np.random.default_rng(0), **options)
    rng = np.random.default_rng(0)
    start = start_layers((64, 3, 64), rng)
    clean = X[rng.permutation(30)]
    slopes = flatten(gradient(start, clean + 0.5 * rng.normal(size=(30, 64)), clean))
    moved = flatten(start) - flatten(model.layers)
    large = np.abs(slopes) > 1e-4
    np.testing.assert_array_equal(np.sign(moved[large]), np.sign(slopes[large]))


def test_what_is_left_out(digits: np.ndarray) -> None:
    """The defaults are 40 epochs, batches of 32, a rate of 0.01 and no noise."""
    spelled: dict[str, Any] = {"epochs": 40, "batch_size": 32, "learning_rate": 0.01, "noise": 0.0}
    a = fit(digits[:70], (2,), rng=np.random.default_rng(0))
    b = fit(digits[:70], (2,), rng=np.random.default_rng(0), **spelled)
    np.testing.assert_array_equal(flatten(a.layers), flatten(b.layers))


def test_no_epochs_give_the_start(digits: np.ndarray) -> None:
    """Then there is one loss, that of the start."""
    model = fit(digits, (3,), rng=np.random.default_rng(0), epochs=0)
    start = start_layers((64, 3, 64), np.random.default_rng(0))
    np.testing.assert_array_equal(flatten(model.layers), flatten(start))
    assert model.losses.tolist() == [model.errors(digits).mean()]


def test_one_sample_is_learned_by_heart() -> None:
    """One sample with a constant feature is rebuilt nearly exactly."""
    X = np.array([[1.0, 0.0, -2.0]])
    model = fit(X, (1,), rng=np.random.default_rng(0), epochs=400, batch_size=1)
    assert model.errors(X)[0] < 1e-3


@pytest.mark.parametrize(
    ("X", "options", "message"),
    [
        (np.zeros(3), {}, "finite table"),
        (np.zeros((0, 3)), {}, "finite table"),
        (np.array([[np.nan]]), {}, "finite table"),
        (np.eye(3), {"epochs": -1}, "got -1, 0.0 and 32"),
        (np.eye(3), {"batch_size": 0}, "got 40, 0.0 and 0"),
        (np.eye(3), {"noise": -0.5}, "got 40, -0.5 and 32"),
        (np.eye(3), {"learning_rate": 0.0}, "learning_rate must be positive"),
    ],
)
def test_bad_input_is_named(X: np.ndarray, options: dict[str, Any], message: str) -> None:
    """What cannot be trained raises ValueError and says why."""
    with pytest.raises(ValueError, match=message):
        fit(X, (2,), rng=np.random.default_rng(0), **options)
