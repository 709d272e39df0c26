"""A shared layer: its derivative, its heads, unknown labels, and the price of activations."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits

from snippets import neural_network as plain
from snippets import shared_layer as shared
from snippets.evidence import paired_difference
from snippets.neural_network import Layer, flatten, he_start, unflatten


def _setting(seed: int) -> tuple[list[Layer], np.ndarray, list[np.ndarray]]:
    """Draw a network with two heads, inputs, and targets of which some are unknown."""
    rng = np.random.default_rng(seed)
    layers = [he_start(sizes, rng)[0] for sizes in ((5, 4), (4, 3), (4, 2))]
    layers = [Layer(w, rng.normal(size=b.shape)) for w, b in layers]
    first = shared.targets_of(rng.integers(3, size=7), 3)
    second = shared.targets_of(np.array([0, 1, -1, -1, 1, -1, 0]), 2)
    return layers, rng.normal(size=(7, 5)), [first, second]


def _loss(layers: list[Layer], X: np.ndarray, targets: list[np.ndarray], activity: float) -> float:
    """Sum of mean losses over known labels, and the price of the mean activation."""
    hidden, *found = shared.forward(layers, X)
    total = activity * hidden.sum(axis=1).mean()
    for probabilities, target in zip(found, targets, strict=True):
        known = target.sum(axis=1) > 0
        total += plain.cross_entropy(probabilities[known], target[known])
    return float(total)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("activity", [0.0, 0.7])
def test_gradient_equals_differences(seed: int, activity: float) -> None:
    """Central differences of the loss in every parameter."""
    layers, X, targets = _setting(seed)
    theta = flatten(layers)
    measured = []
    for move in 1e-6 * np.eye(len(theta)):
        up, down = (
            _loss(unflatten(theta + sign * move, layers), X, targets, activity) for sign in (1, -1)
        )
        measured.append((up - down) / 2e-6)
    exact = flatten(shared.gradient(layers, X, targets, activity))
    np.testing.assert_allclose(exact, measured, rtol=0, atol=1e-7)


def test_one_head_is_the_plain_network() -> None:
    """Forward and derivative of `snippets.neural_network`."""
    layers, X, targets = _setting(3)
    one = layers[:2]
    for mine, theirs in zip(shared.forward(one, X), plain.forward(one, X)[1:], strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-12)
    mine, theirs = shared.gradient(one, X, targets[:1]), plain.gradient(one, X, targets[0])
    np.testing.assert_allclose(flatten(mine), flatten(theirs), rtol=0, atol=1e-12)


def test_a_batch_without_known_labels_leaves_the_head_alone() -> None:
    """No label, no derivative, no division by zero."""
    layers, X, targets = _setting(0)
    slopes = shared.gradient(layers, X, [targets[0], np.zeros((7, 2))])
    assert not flatten(slopes[2:]).any() and flatten(slopes[:2]).any()


def test_targets_leave_unknown_rows_empty() -> None:
    """One at the label, zeros where it is unknown."""
    assert shared.targets_of(np.array([1, -1, 0]), 2).tolist() == [[0, 1], [0, 0], [1, 0]]


def test_fit_learns_both_tasks() -> None:
    """Training accuracy of both heads on digits; the same seed gives the same network."""
    X, y = load_digits(return_X_y=True)
    X, y = X[:200] / 16, y[:200]
    layers = shared.fit(X, [y, y % 2], rng=np.random.default_rng(0))
    assert [layer.weights.shape for layer in layers] == [(64, 32), (32, 10), (32, 2)]
    assert shared.score(layers, X, y) > 0.97 and shared.score(layers, X, y % 2, task=1) > 0.97
    again = shared.fit(X, [y, y % 2], rng=np.random.default_rng(0))
    np.testing.assert_array_equal(flatten(layers), flatten(again))
    rng = np.random.default_rng(5)
    start = shared.fit(X, [y], rng=rng, n_hidden=7, epochs=0)
    expected = he_start((64, 7), np.random.default_rng(5))[0]
    np.testing.assert_array_equal(start[0].weights, expected.weights)


def test_fit_steps_through_batches_of_32() -> None:
    """One pass over 40 samples is a step on 32 and one on 8, at rate 0.01."""
    X, y = load_digits(return_X_y=True)
    X, y = X[:40] / 16, y[:40]
    layers = shared.fit(X, [y], rng=np.random.default_rng(1), n_hidden=5, epochs=1, activity=0.2)
    rng = np.random.default_rng(1)
    start = [he_start((64, 5), rng)[0], he_start((5, 10), rng)[0]]
    theta, order = flatten(start), rng.permutation(40)
    optimiser = plain.Adam(0.01)
    for rows in (order[:32], order[32:]):
        targets = [shared.targets_of(y[rows], 10)]
        slopes = shared.gradient(unflatten(theta, start), X[rows], targets, 0.2)
        optimiser.step(theta, flatten(slopes))
    np.testing.assert_allclose(flatten(layers), theta, rtol=0, atol=1e-12)


@pytest.mark.nightly
def test_sharing_hardly_matters_and_the_answer_of_the_digit_does() -> None:
    """On parity from 40 labels; the digit head is not harmed."""
    rows = [shared.digit_and_parity(seed) for seed in range(10)]
    found = {name: [row[name] for row in rows] for name in rows[0]}
    gain = paired_difference(found["parity, shared"], found["parity alone"])
    assert max(-gain.low, gain.high) < 0.02
    digit = paired_difference(found["digit, shared"], found["digit alone"])
    assert abs(digit.mean) < 0.01
    assert paired_difference(found["parity of the digit"], found["parity, shared"]).low > 0.05
    assert 0.9 < np.mean(found["digit alone"]) < 0.97
    assert 0.75 < np.mean(found["parity alone"]) < 0.92


def test_parity_labels_are_as_many_as_asked_for() -> None:
    """With all labels of parity the head for it is much better than with 40."""
    few, many = (shared.digit_and_parity(0, n_parity=n) for n in (40, 300))
    assert many["parity alone"] > few["parity alone"] + 0.04
    assert many["parity, shared"] > few["parity, shared"] + 0.04
    assert many["digit alone"] == few["digit alone"]


def test_a_price_makes_units_quiet() -> None:
    """A fair price leaves fewer units active and the accuracy as it was; a high one all at rest."""
    found = {
        price: np.mean([shared.quiet_digits(seed, price) for seed in range(3)], axis=0)
        for price in (0.0, 0.03, 3.0)
    }
    assert found[0.03][0] < 0.5 * found[0.0][0]
    assert abs(found[0.03][1] - found[0.0][1]) < 0.02 and found[0.0][1] > 0.9
    assert found[3.0][0] < 0.02


def test_bad_input_is_refused() -> None:
    """The error names the value."""
    rng = np.random.default_rng(0)
    X, y = np.ones((3, 2)), np.array([0, 1, 0])
    with pytest.raises(ValueError, match="3 unknown"):
        shared.fit(X, [np.full(3, -1)], rng=rng)
    with pytest.raises(ValueError, match="need 3 labels a task, got"):
        shared.fit(X, [y[:2]], rng=rng)
    with pytest.raises(ValueError, match="need 3 labels a task, got"):
        shared.fit(X, [], rng=rng)
    with pytest.raises(ValueError, match="got -1"):
        shared.fit(X, [y], rng=rng, activity=-1)
    with pytest.raises(ValueError, match="labels must be from 0 to 1"):
        shared.targets_of(np.array([0, 2]), 2)
