"""The optimisers of networks against scikit-learn's, and against their formulas."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

from snippets.descent import Adam, Optimiser, Sgd


def slopes(seed: int = 0, n: int = 20) -> np.ndarray:
    """Some gradients of five parameters, of very different lengths."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 5)) * np.array([1e-6, 0.1, 1.0, 10.0, 1e4])


def walk(optimiser: Optimiser, gradients: np.ndarray) -> np.ndarray:
    """Where the parameters are after these gradients."""
    parameters = np.arange(5.0)
    for gradient in gradients:
        optimiser.step(parameters, gradient)
    return parameters


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_sgd_equals_scikit_learn(momentum: float, seed: int) -> None:
    """With and without momentum each step is that of the library."""
    theirs, gradients = [np.arange(5.0)], slopes(seed)
    library = SGDOptimizer(theirs, 0.1, "constant", momentum, nesterov=False)
    for gradient in gradients:
        library.update_params(theirs, [gradient])
    np.testing.assert_allclose(walk(Sgd(0.1, momentum), gradients), theirs[0], rtol=1e-12)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("decays", [(0.9, 0.999), (0.0, 0.5), (0.5, 0.0)])
def test_adam_equals_scikit_learn(decays: tuple[float, float], seed: int) -> None:
    """For several decays each step is that of the library."""
    theirs, gradients = [np.arange(5.0)], slopes(seed)
    library = AdamOptimizer(theirs, 0.01, *decays)
    for gradient in gradients:
        library.update_params(theirs, [gradient])
    ours = walk(Adam(0.01, *decays), gradients)
    np.testing.assert_allclose(ours, theirs[0], rtol=1e-12, atol=1e-15)


def test_a_plain_step_is_the_rate_times_the_gradient() -> None:
    """Without momentum no step remembers another."""
    gradients = slopes()
    expected = np.arange(5.0) - 0.1 * gradients.sum(axis=0)
    np.testing.assert_allclose(walk(Sgd(0.1), gradients), expected, rtol=1e-12)


def test_momentum_goes_on_without_gradient() -> None:
    """After one gradient the later steps shrink by the momentum."""
    parameters, optimiser, places = np.zeros(1), Sgd(1.0, 0.5), []
    for gradient in (1.0, 0.0, 0.0):
        optimiser.step(parameters, np.array([gradient]))
        places.append(float(parameters[0]))
    assert places == [-1.0, -1.5, -1.75]


def test_adam_s_defaults_are_those_of_the_paper() -> None:
    """The decays are 0.9 and 0.999, the small constant 1e-8."""
    gradients = slopes()
    spelled = Adam(0.01, decay=0.9, decay_squared=0.999, tiny=1e-8)
    np.testing.assert_array_equal(walk(Adam(0.01), gradients), walk(spelled, gradients))


def test_adam_s_first_step_has_the_length_of_the_rate() -> None:
    """Whatever the size of the gradient, the first step is about the learning rate."""
    parameters = np.zeros(3)
    Adam(0.01).step(parameters, np.array([1e-3, -1.0, 1e6]))
    np.testing.assert_allclose(parameters, [-0.01, 0.01, -0.01], rtol=1e-3)


def test_adam_stands_still_without_gradient() -> None:
    """A parameter whose gradient is always 0 never moves, nor is it divided by 0."""
    np.testing.assert_array_equal(walk(Adam(0.01), np.zeros((3, 5))), np.arange(5.0))


@pytest.mark.parametrize("optimiser", [Sgd(0.1, 0.9), Adam(0.1)])
def test_parameters_change_in_place_and_gradients_do_not(optimiser: Optimiser) -> None:
    """The caller's parameters move; the caller's gradient is only read."""
    parameters, gradient = np.zeros(2), np.array([1.0, -1.0])
    optimiser.step(parameters, gradient)
    assert parameters[0] < 0 < parameters[1]
    assert gradient.tolist() == [1.0, -1.0]


@pytest.mark.parametrize("rate", [0.0, -0.1, np.inf, np.nan])
def test_a_learning_rate_is_positive(rate: float) -> None:
    """Other rates are refused by both."""
    for make in (Sgd, Adam):
        with pytest.raises(ValueError, match="learning_rate must be positive"):
            make(rate)


@pytest.mark.parametrize("share", [-0.1, 1.0])
def test_a_share_that_is_kept_is_below_1(share: float) -> None:
    """Momentum and decays lie from 0 to below 1."""
    with pytest.raises(ValueError, match=f"momentum must be from 0 to below 1, got {share}"):
        Sgd(0.1, share)
    with pytest.raises(ValueError, match=f"decay must be from 0 to below 1, got {share}"):
        Adam(0.1, decay=share)
    with pytest.raises(ValueError, match=f"decay_squared must be .*, got {share}"):
        Adam(0.1, decay_squared=share)
