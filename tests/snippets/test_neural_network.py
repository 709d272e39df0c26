"""The network against scikit-learn and finite differences, and each option of `fit`."""

from __future__ import annotations

import time
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris, load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from snippets.neural_network import (
    Layer,
    Network,
    Options,
    _batches,
    backward,
    cross_entropy,
    fit,
    flatten,
    forward,
    gradient,
    he_start,
    one_hot,
    softmax,
    unflatten,
)

# Measured against scikit-learn: 0 in a probability, below 1e-14 in a weight.
TOLERANCE = 1e-12
LOADERS = {"iris": load_iris, "wine": load_wine, "digits": load_digits}


def samples(name: str, n: int = 96) -> tuple[np.ndarray, np.ndarray]:
    """Standardised features and labels of some shuffled samples."""
    X, y = LOADERS[name](return_X_y=True)
    rows = np.random.default_rng(0).permutation(len(X))[:n]
    return StandardScaler().fit_transform(X[rows]), y[rows]


def library(X: np.ndarray, y: np.ndarray, **settings: Any) -> tuple[MLPClassifier, list[Layer]]:
    """Start scikit-learn's network, and return it with a copy of its start."""
    model = MLPClassifier(
        hidden_layer_sizes=(7, 5), random_state=0, warm_start=True, shuffle=False, max_iter=1,
        tol=0.0, n_iter_no_change=1000, nesterovs_momentum=False, learning_rate_init=1e-300,
        **settings,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, y)  # a step too short to change a weight
    return model, layers_of(model)


def layers_of(model: MLPClassifier) -> list[Layer]:
    """Copy scikit-learn's parameters into layers."""
    pairs = zip(model.coefs_, model.intercepts_, strict=True)
    return [Layer(w.copy(), b.copy()) for w, b in pairs]


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray]:
    """Return 400 handwritten digits, from 0 to 1."""
    X, y = load_digits(return_X_y=True)
    rows = np.random.default_rng(0).permutation(len(X))[:400]
    return X[rows] / 16, y[rows]


@pytest.mark.parametrize("name", LOADERS)
def test_forward_equals_predict_proba(name: str) -> None:
    """The probabilities of the library's weights are the library's, exactly or nearly."""
    X, y = samples(name)
    model = MLPClassifier((9, 4), max_iter=20, random_state=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, y)
    activations = forward(layers_of(model), X)
    np.testing.assert_allclose(activations[-1], model.predict_proba(X), rtol=0, atol=TOLERANCE)
    assert [a.shape[1] for a in activations] == [X.shape[1], 9, 4, len(np.unique(y))]


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ({"solver": "sgd", "momentum": 0.0, "batch_size": 96}, {"optimiser": "sgd"}),
        (
            {"solver": "sgd", "momentum": 0.8, "batch_size": 32},
            {"optimiser": "sgd", "momentum": 0.8},
        ),
        ({"solver": "adam", "batch_size": 24}, {"optimiser": "adam"}),
    ],
)
@pytest.mark.parametrize("epochs", [1, 5])
@pytest.mark.parametrize("l2", [0.0, 0.1])
def test_training_equals_scikit_learn(
    name: str, theirs: dict[str, Any], ours: dict[str, Any], epochs: int, l2: float
) -> None:
    """From one start, in file order, each optimiser ends at the library's weights."""
    X, y = samples(name)
    batch = theirs["batch_size"]
    model, start = library(X, y, alpha=l2 * batch, **theirs)
    model.set_params(learning_rate_init=0.05, max_iter=epochs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, y)
    options = Options(
        epochs=epochs, batch_size=batch, learning_rate=0.05, l2=l2, shuffle="never", **ours
    )
    network = fit(X, y, options, rng=np.random.default_rng(0), start=start)
    for a, b in zip(network.layers, layers_of(model), strict=True):
        np.testing.assert_allclose(a.weights, b.weights, rtol=0, atol=TOLERANCE)
        np.testing.assert_allclose(a.biases, b.biases, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("sizes", [(4, 3), (4, 6, 3), (4, 6, 5, 3)])
@pytest.mark.parametrize("l2", [0.0, 0.3])
def test_gradient_equals_central_differences(sizes: tuple[int, ...], l2: float) -> None:
    """The derivative of loss and penalty is right in every weight and bias."""
    rng = np.random.default_rng(0)
    X, targets = rng.normal(size=(11, 4)), one_hot(rng.integers(0, 3, 11), 3, 0.1)
    start = [Layer(w, rng.normal(size=b.shape)) for w, b in he_start(sizes, rng)]

    def loss(theta: np.ndarray) -> float:
        layers = unflatten(theta, start)
        squares = sum(float((layer.weights**2).sum()) for layer in layers)
        return cross_entropy(forward(layers, X)[-1], targets) + l2 / 2 * squares

    theta = flatten(start)
    steps = 1e-6 * np.eye(len(theta))
    slopes = np.array([loss(theta + s) - loss(theta - s) for s in steps]) / 2e-6
    exact = flatten(gradient(start, X, targets, l2))
    np.testing.assert_allclose(exact, slopes, rtol=0, atol=4e-9)  # 100 times the measured


def test_derivative_with_respect_to_the_inputs() -> None:
    """What `backward` returns for the inputs is right, for inputs of either sign."""
    rng = np.random.default_rng(1)
    layers, X = he_start((4, 6, 3), rng), rng.normal(size=(5, 4))
    assert X.min() < 0
    targets = one_hot(rng.integers(0, 3, 5), 3)
    activations = forward(layers, X)
    _, slopes = backward(layers, activations, activations[-1] - targets)
    for i, j in np.ndindex(X.shape):
        step = np.zeros_like(X)
        step[i, j] = 1e-6
        up, down = (5 * cross_entropy(forward(layers, X + s)[-1], targets) for s in (step, -step))
        assert slopes[i, j] == pytest.approx((up - down) / 2e-6, abs=1e-7)


def test_dropout_s_gradient_is_that_of_the_thinned_network() -> None:
    """With the same draw, the derivative equals central differences of the masked loss."""
    rng = np.random.default_rng(2)
    layers, X = he_start((4, 8, 6, 3), rng), rng.normal(size=(7, 4))
    targets = one_hot(rng.integers(0, 3, 7), 3)
    exact = flatten(gradient(layers, X, targets, dropout=0.25, rng=np.random.default_rng(5)))
    draw = np.random.default_rng(5)
    masks = [(draw.random((7, width)) < 0.75) / 0.75 for width in (8, 6)]
    theta = flatten(layers)

    def loss(moved: np.ndarray) -> float:
        return cross_entropy(forward(unflatten(moved, layers), X, masks)[-1], targets)

    steps = 1e-6 * np.eye(len(theta))
    slopes = np.array([loss(theta + s) - loss(theta - s) for s in steps]) / 2e-6
    np.testing.assert_allclose(exact, slopes, rtol=0, atol=1e-8)


def test_dropout_keeps_the_mean_of_a_unit() -> None:
    """Kept units are scaled up, so that a unit's mean over many draws stays."""
    rng = np.random.default_rng(3)
    masks = [(rng.random((40_000, 3)) < 0.6) / 0.6]
    layers = [Layer(np.eye(3), np.ones(3)), Layer(np.eye(3), np.zeros(3))]
    thinned = forward(layers, np.zeros((40_000, 3)), masks)[1]
    np.testing.assert_allclose(thinned.mean(axis=0), 1.0, atol=0.03)


def test_dropout_needs_a_source() -> None:
    """No units are dropped from an unnamed source."""
    with pytest.raises(ValueError, match="dropout needs an rng"):
        gradient(he_start((2, 2), np.random.default_rng(0)), np.eye(2), np.eye(2), dropout=0.5)


def test_softmax_does_not_overflow_and_ignores_shifts() -> None:
    """Huge scores give probabilities, and a number added to a row changes nothing."""
    logits = np.array([[1000.0, 1001.0], [-1000.0, -1000.0]])
    odds = softmax(logits)
    np.testing.assert_allclose(odds, softmax(logits - 999.0), rtol=1e-12)
    np.testing.assert_allclose(odds, [[1 / (1 + np.e), np.e / (1 + np.e)], [0.5, 0.5]])


def test_relu_is_0_below_0() -> None:
    """A unit with a negative sum is silent, one with a positive sum passes it on."""
    layers = [Layer(np.array([[1.0, -1.0]]), np.array([0.0, 0.5])), Layer(np.eye(2), np.zeros(2))]
    np.testing.assert_array_equal(forward(layers, np.array([[2.0]]))[1], [[2.0, 0.0]])


def test_one_hot_spreads_what_smoothing_takes() -> None:
    """Smoothing 0.3 over three classes leaves 0.8 for the label and 0.1 for each other."""
    np.testing.assert_array_equal(one_hot(np.array([1]), 3), [[0.0, 1.0, 0.0]])
    np.testing.assert_allclose(
        one_hot(np.array([0, 2]), 3, 0.3), [[0.8, 0.1, 0.1], [0.1, 0.1, 0.8]]
    )
    assert one_hot(np.array([], dtype=int), 3).shape == (0, 3)


@pytest.mark.parametrize(
    ("y", "smoothing", "message"),
    [
        (np.array([0.0, 1.0]), 0.0, "row of integers, got float64"),
        (np.array([[0, 1]]), 0.0, r"shape \(1, 2\)"),
        (np.array([0, 3]), 0.0, "from 0 to 2, got 0 to 3"),
        (np.array([-1, 2]), 0.0, "from 0 to 2, got -1 to 2"),
        (np.array([0]), 1.0, "smoothing must be from 0 to below 1, got 1.0"),
        (np.array([0]), -0.1, "smoothing must be from 0 to below 1, got -0.1"),
    ],
)
def test_one_hot_names_a_bad_label(y: np.ndarray, smoothing: float, message: str) -> None:
    """What is no label or no share is refused."""
    with pytest.raises(ValueError, match=message):
        one_hot(y, 3, smoothing)


def test_cross_entropy_is_the_mean_of_minus_log() -> None:
    """Two samples with 1/2 and 1/4 for their class cost 1.5 log 2 on average."""
    odds = np.array([[0.5, 0.5], [0.25, 0.75]])
    loss = cross_entropy(odds, np.array([[1.0, 0.0], [1.0, 0.0]]))
    assert loss == pytest.approx(1.5 * np.log(2))
    assert np.isfinite(cross_entropy(np.array([[0.0, 1.0]]), np.array([[1.0, 0.0]])))


def test_start_has_the_variance_of_he() -> None:
    """Weights have mean 0 and variance 2 / n_in, biases are 0, and the seed decides."""
    first, second = he_start((200, 300, 10), np.random.default_rng(0))
    assert first.weights.shape == (200, 300)
    assert second.weights.shape == (300, 10)
    assert first.weights.var() == pytest.approx(2 / 200, rel=0.03)
    assert abs(first.weights.mean()) < 0.002
    assert second.weights.var() == pytest.approx(2 / 300, rel=0.1)
    assert not first.biases.any() and not second.biases.any()
    again = he_start((200, 300, 10), np.random.default_rng(0))
    np.testing.assert_array_equal(again[0].weights, first.weights)


@pytest.mark.parametrize("sizes", [(4,), (4, 0, 2)])
def test_start_needs_sizes(sizes: tuple[int, ...]) -> None:
    """A network has inputs and classes, and no empty layer."""
    with pytest.raises(ValueError, match="need two sizes or more, each at least 1"):
        he_start(sizes, np.random.default_rng(0))


def test_flatten_and_unflatten_are_inverse_and_share_memory() -> None:
    """Layers come back as they were, and are views of the row."""
    layers = he_start((3, 4, 2), np.random.default_rng(0))
    flat = flatten(layers)
    assert flat.shape == (3 * 4 + 4 + 4 * 2 + 2,)
    back = unflatten(flat, layers)
    for a, b in zip(back, layers, strict=True):
        np.testing.assert_array_equal(a.weights, b.weights)
        np.testing.assert_array_equal(a.biases, b.biases)
    flat += 1
    assert back[1].biases.tolist() == [1.0, 1.0]
    assert layers[1].biases.tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match="need a row of 26 parameters"):
        unflatten(flat[:-1], layers)


def test_learns_digits(digits: tuple[np.ndarray, np.ndarray]) -> None:
    """The loss falls from about log 10, and new digits are recognised."""
    X, y = digits
    network = fit(X[:300], y[:300], Options(epochs=30), rng=np.random.default_rng(0))
    assert network.losses[0] == pytest.approx(np.log(10), abs=0.5)
    assert network.losses[-1] < 0.05
    assert len(network.losses) == 31 and network.epoch == 30
    assert network.score(X[300:], y[300:]) > 0.88
    assert network.n_parameters == 64 * 64 + 64 + 64 * 10 + 10
    assert network.validation_losses.size == 0


def test_score_counts_predictions() -> None:
    """`predict` takes the larger probability, `score` the share that is right."""
    layers = [Layer(np.array([[1.0, -1.0]]), np.zeros(2))]
    network = Network(layers, np.zeros(1), np.zeros(0), 0)
    X = np.array([[3.0], [-3.0], [2.0], [1.0]])
    assert network.predict(X).tolist() == [0, 1, 0, 0]
    assert network.score(X, np.array([0, 1, 1, 0])) == 0.75
    np.testing.assert_array_equal(network.activations(X)[0], X)
    np.testing.assert_allclose(network.predict_proba(X).sum(axis=1), 1.0)


def test_losses_are_those_of_the_whole_training_set(
    digits: tuple[np.ndarray, np.ndarray],
) -> None:
    """The last loss is that of the layers returned, without penalty or smoothing."""
    X, y = digits
    options = Options(epochs=3, l2=0.1, smoothing=0.2, dropout=0.3)
    network = fit(X[:100], y[:100], options, rng=np.random.default_rng(0))
    again = cross_entropy(network.predict_proba(X[:100]), one_hot(y[:100], 10))
    assert network.losses[-1] == pytest.approx(again, rel=1e-12)


def test_the_seed_decides(digits: tuple[np.ndarray, np.ndarray]) -> None:
    """The same generator state gives the same network, another one another."""
    X, y = digits[0][:60], digits[1][:60]
    options = Options(epochs=2, dropout=0.5)
    a, b, c = (flatten(fit(X, y, options, rng=np.random.default_rng(s)).layers) for s in (0, 0, 1))
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, c)


def test_the_default_is_a_net_of_64_units() -> None:
    """Left out options are those of `Options()`, and these are as documented."""
    assert Options() == Options((64,), 50, 32, "adam", 0.005, 0.0, 0.0, 0.0, 0.0, "each", None)
    X, y = samples("iris", 60)
    a = fit(X, y, rng=np.random.default_rng(0))
    b = fit(X, y, Options(), rng=np.random.default_rng(0))
    np.testing.assert_array_equal(flatten(a.layers), flatten(b.layers))
    assert [layer.weights.shape for layer in a.layers] == [(4, 64), (64, 3)]


def orders(shuffle: str) -> list[list[int]]:
    """List the rows of three epochs in the order in which steps of two see them."""
    options = Options(epochs=3, batch_size=2, shuffle=shuffle)  # type: ignore[arg-type]
    epochs = list(_batches(6, options, np.random.default_rng(0)))
    assert all(len(rows) == 2 for epoch in epochs for rows in epoch)
    return [[int(row) for rows in epoch for row in rows] for epoch in epochs]


def test_shuffle_each_once_never() -> None:
    """Each epoch holds every row once, in a new order, in one order, or in file order."""
    each, once, never = orders("each"), orders("once"), orders("never")
    assert all(sorted(order) == list(range(6)) for order in [*each, *once, *never])
    assert each[0] != each[1] != each[2]
    assert each[0] == once[0]  # the first draw orders the first epoch
    assert once[0] == once[1] == once[2] != list(range(6))
    assert never == [list(range(6))] * 3


def test_regularisers_change_what_they_should(digits: tuple[np.ndarray, np.ndarray]) -> None:
    """Weight decay shrinks the weights; smoothing makes the network less sure."""
    X, y = digits[0][:200], digits[1][:200]

    def trained(**options: Any) -> Network:
        return fit(X, y, Options(epochs=40, **options), rng=np.random.default_rng(0))

    def size(network: Network) -> float:
        return sum(float((layer.weights**2).sum()) for layer in network.layers)

    plain, decayed, smoothed = trained(), trained(l2=0.02), trained(smoothing=0.2)
    assert size(decayed) < 0.7 * size(plain)
    assert smoothed.predict_proba(X).max(axis=1).mean() < 0.9
    assert plain.predict_proba(X).max(axis=1).mean() > 0.97


def test_early_stopping_keeps_the_best_epoch(digits: tuple[np.ndarray, np.ndarray]) -> None:
    """It stops `patience` epochs after the lowest validation loss, and returns that network."""
    X, y = digits
    noisy = np.where(np.arange(400) % 3 == 0, (y + 3) % 10, y)
    options = Options(epochs=200, patience=4, learning_rate=0.01)
    validation = (X[150:], y[150:])
    network = fit(
        X[:150], noisy[:150], options, rng=np.random.default_rng(0), validation=validation
    )
    losses = network.validation_losses
    assert network.epoch == losses.argmin()
    assert len(losses) == network.epoch + 4 + 1 < 200
    assert len(network.losses) == len(losses)
    again = cross_entropy(network.predict_proba(X[150:]), one_hot(y[150:], 10))
    assert again == pytest.approx(losses.min(), rel=1e-12)


def test_an_equal_loss_is_no_progress() -> None:
    """With one class the loss is 0 throughout: the start is kept, and patience runs out."""
    X, y = np.eye(3), np.zeros(3, dtype=int)
    options = Options(epochs=9, patience=2)
    network = fit(X, y, options, rng=np.random.default_rng(0), validation=(X, y))
    assert network.epoch == 0
    assert network.validation_losses.tolist() == [0.0, 0.0, 0.0]


def test_early_stopping_may_run_out_of_epochs(digits: tuple[np.ndarray, np.ndarray]) -> None:
    """With few epochs the best of them is kept."""
    X, y = digits
    options, rng = Options(epochs=3, patience=50), np.random.default_rng(0)
    network = fit(X[:300], y[:300], options, rng=rng, validation=(X[300:], y[300:]))
    assert network.epoch == network.validation_losses.argmin() == 3


def test_validation_without_patience_only_watches(digits: tuple[np.ndarray, np.ndarray]) -> None:
    """The losses of the validation samples are kept; the network is the last one."""
    X, y = digits
    options = Options(epochs=30, learning_rate=0.02)
    noisy = np.where(np.arange(400) % 2 == 0, (y + 3) % 10, y)
    plain = fit(X[:100], noisy[:100], options, rng=np.random.default_rng(0))
    watched = fit(
        X[:100], noisy[:100], options, rng=np.random.default_rng(0), validation=(X[100:], y[100:])
    )
    np.testing.assert_array_equal(flatten(plain.layers), flatten(watched.layers))
    assert watched.epoch == 30 != watched.validation_losses.argmin()
    assert watched.validation_losses.shape == watched.losses.shape == (31,)


def test_fine_tuning_begins_where_it_is_told(digits: tuple[np.ndarray, np.ndarray]) -> None:
    """A start is taken over, keeps its widths and classes, and is itself not changed."""
    X, y = digits
    first = fit(X[:200], y[:200], Options(hidden=(20,), epochs=20), rng=np.random.default_rng(0))
    before = flatten(first.layers)
    options = Options(hidden=(5, 5), epochs=0)
    same = fit(X, y, options, rng=np.random.default_rng(1), start=first.layers)
    np.testing.assert_array_equal(flatten(same.layers), before)
    assert same.losses.shape == (1,) and same.epoch == 0
    few = y < 3
    options = replace(options, epochs=2)
    tuned = fit(X[few], y[few], options, rng=np.random.default_rng(1), start=first.layers)
    assert tuned.predict_proba(X).shape == (400, 10)
    assert tuned.losses[-1] < tuned.losses[0] < 1.0
    np.testing.assert_array_equal(flatten(first.layers), before)


def test_a_network_that_diverges_stops_at_its_last_finite_loss() -> None:
    """Raw features and a far too long step end without warning, with finite losses."""
    X, y = load_wine(return_X_y=True)
    options = Options(optimiser="sgd", learning_rate=1e6, epochs=30, hidden=(16, 16), l2=1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        network = fit(X, y, options, rng=np.random.default_rng(0))
        network.predict(X)
    assert len(network.losses) < 31
    assert np.isfinite(network.losses).all()
    assert network.epoch == len(network.losses) - 1


def test_one_sample_and_one_class() -> None:
    """One sample is learned; one class is certain from the start."""
    options = Options(batch_size=1)
    network = fit(np.ones((1, 2)), np.array([1]), options, rng=np.random.default_rng(0))
    assert network.predict(np.ones((1, 2))).tolist() == [1]
    alone = fit(np.eye(3), np.zeros(3, dtype=int), rng=np.random.default_rng(0))
    assert alone.losses[0] == 0.0
    np.testing.assert_array_equal(alone.predict_proba(np.eye(3)), np.ones((3, 1)))


def test_a_constant_feature_is_no_obstacle() -> None:
    """A feature that is 0 everywhere changes no other weight."""
    X, y = samples("iris", 60)
    start = he_start((4, 8, 3), np.random.default_rng(0))
    wide = [Layer(np.vstack([start[0].weights, np.ones((1, 8))]), start[0].biases), start[1]]
    options = Options(epochs=5, shuffle="never")
    narrow = fit(X, y, options, rng=np.random.default_rng(0), start=start)
    other = fit(
        np.column_stack([X, np.zeros(60)]), y, options, rng=np.random.default_rng(0), start=wide
    )
    np.testing.assert_allclose(other.losses, narrow.losses, rtol=1e-12)
    np.testing.assert_array_equal(other.layers[0].weights[4], np.ones(8))


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (np.zeros(3), np.array([0]), "need samples"),
        (np.zeros((0, 2)), np.array([], dtype=int), "need samples"),
        (np.eye(2), np.array([0.0, 1.0]), "integer labels"),
        (np.eye(2), np.array([0, 1, 1]), r"label a sample, got shapes \(3,\) and \(2, 2\)"),
        (np.array([[0.0], [np.nan]]), np.array([0, 1]), "finite"),
        (np.eye(2), np.array([0, -1]), "labels must be from 0"),
    ],
)
def test_bad_samples_are_named(X: np.ndarray, y: np.ndarray, message: str) -> None:
    """What cannot be learned raises ValueError and says why."""
    with pytest.raises(ValueError, match=message):
        fit(X, y, rng=np.random.default_rng(0))


def test_start_and_validation_must_fit() -> None:
    """Inputs of another width, and labels beyond the classes, are refused."""
    rng = np.random.default_rng(0)
    X, y = np.eye(3), np.array([0, 1, 2])
    with pytest.raises(ValueError, match=r"X must have shape \(n_samples, 4\), got \(3, 3\)"):
        fit(X, y, rng=rng, start=he_start((4, 3), rng))
    with pytest.raises(ValueError, match="labels must be from 0 to 1"):
        fit(X, y, rng=rng, start=he_start((3, 2), rng))
    with pytest.raises(ValueError, match="labels must be from 0 to 2"):
        fit(X, y, rng=rng, validation=(X, np.array([0, 1, 3])))
    with pytest.raises(ValueError, match=r"got \(3, 2\)"):
        fit(X, y, rng=rng, validation=(X[:, :2], y))
    with pytest.raises(ValueError, match="patience needs validation"):
        fit(X, y, Options(patience=1), rng=rng)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": -1}, "epochs of at least 0"),
        ({"batch_size": 0}, "batches of at least 1"),
        ({"l2": -0.1}, "l2 of at least 0"),
        ({"dropout": 1.0}, "dropout from 0 to below 1"),
        ({"dropout": -0.1}, "dropout from 0 to below 1"),
        ({"shuffle": "often"}, "got 'often'"),
        ({"patience": 0}, "patience must be at least 1, got 0"),
    ],
)
def test_bad_options_are_named(options: dict[str, Any], message: str) -> None:
    """Options are refused where they are made."""
    with pytest.raises(ValueError, match=message):
        Options(**options)


def test_an_unknown_optimiser_is_named() -> None:
    """There are two optimisers."""
    with pytest.raises(ValueError, match="got 'newton'"):
        fit(np.eye(2), np.array([0, 1]), Options(optimiser="newton"), rng=np.random.default_rng(0))  # type: ignore[arg-type]


@pytest.mark.clock
def test_is_fast_enough_for_lessons(digits: tuple[np.ndarray, np.ndarray]) -> None:
    """300 digits, 64 units and 50 epochs take well below a second."""
    began = time.process_time()
    fit(digits[0][:300], digits[1][:300], rng=np.random.default_rng(0))
    assert time.process_time() - began < 1.0
