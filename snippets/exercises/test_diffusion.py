"""Tests of the exercise on diffusion models, easiest first; each docstring is a
hint.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from snippets.diffusion import Spots
from snippets.diffusion_runs import draw, ring
from snippets.neural_network import Layer, flatten, he_start, unflatten

SHARES = np.array([1.0, 0.64, 0.36])


def test_a_schedule_is_a_turn(solution: ModuleType) -> None:
    """With a quarter left the angle is 60 degrees; half way it is 30."""
    np.testing.assert_allclose(
        solution.cosine_schedule(2, last=0.25), [1, 0.75, 0.25], atol=1e-12
    )
    for wrong in ((0, 0.1), (5, 0.0)):
        with pytest.raises(ValueError, match="need"):
            solution.cosine_schedule(*wrong)


def test_noise_is_mixed_by_roots(solution: ModuleType) -> None:
    """0.6 of the point, 0.8 of the noise; or a share for each row."""
    x, noise = np.array([[1.0], [2.0]]), np.array([[0.5], [-1.0]])
    np.testing.assert_allclose(
        solution.add_noise(x, noise, 0.36), [[1.0], [0.4]], atol=1e-12
    )
    mixed = solution.add_noise(x, noise, np.array([[1.0], [0.64]]))
    np.testing.assert_allclose(mixed, [[1.0], [1.0]], atol=1e-12)


def test_the_loss_of_a_guess_of_nothing(solution: ModuleType) -> None:
    """Weights of 0 guess 0; half the squared length of the noise is left."""
    start = he_start((1 + 6, 3, 1), np.random.default_rng(0))
    nothing = unflatten(0 * flatten(start), start)
    noise = np.array([[1.0], [-3.0]])
    loss, slopes = solution.loss_and_slope(
        nothing, np.ones((2, 1)), np.array([1, 2]), noise, SHARES
    )
    assert loss == pytest.approx(2.5)
    assert slopes[-1].biases[0] == pytest.approx(1.0)


def test_the_slope_is_that_of_the_loss(solution: ModuleType) -> None:
    """Of each weight, moved a little up and down."""
    rng = np.random.default_rng(0)
    start = he_start((2 + 6, 4, 2), rng)
    theta = flatten(start) + 0.1
    x, noise = rng.normal(size=(2, 10, 2))
    t = rng.integers(1, 3, size=10)

    def both(theta: np.ndarray) -> tuple[float, list[Layer]]:
        layers = unflatten(theta, start)
        found = solution.loss_and_slope(layers, x, t, noise, SHARES)
        return found[0], found[1]

    for place, slope in enumerate(flatten(both(theta)[1])):
        move = np.zeros_like(theta)
        move[place] = 1e-6
        ends = both(theta + move)[0] - both(theta - move)[0]
        assert slope == pytest.approx(ends / 2e-6, abs=1e-7)


def test_the_posterior_lies_between(solution: ModuleType) -> None:
    """At the very start it is the clean place; else both pull."""
    seen, clean = np.array([[2.0]]), np.array([[1.0]])
    mean, variance = solution.posterior(seen, clean, 0.36, 1.0)
    assert (mean[0, 0], variance) == pytest.approx((1.0, 0.0))
    mean, variance = solution.posterior(seen, clean, 0.36, 0.64)
    kept = 0.36 / 0.64
    gain = np.sqrt(kept) * 0.36 / 0.64
    assert mean[0, 0] == pytest.approx(0.8 + gain * (2 - 0.6))
    assert variance == pytest.approx(0.36 - gain**2 * 0.64)


def test_the_best_guess_of_two_points(solution: ModuleType) -> None:
    """Noise 0.5 with chance 0.867, noise 2 else; large numbers overflow not."""
    two = Spots(np.array([[-1.0], [1.0]]), 0.0)
    noise = solution.best_noise(two, np.array([[1.0]]), 0.36)
    chance = 1 / (1 + np.exp(-1.875))
    assert noise[0, 0] == pytest.approx(chance * 0.5 + (1 - chance) * 2)
    far = solution.best_noise(two, np.array([[1e4]]), 0.36)
    assert far[0, 0] == pytest.approx((1e4 - 0.6) / 0.8)
    wide = solution.best_noise(
        Spots(np.zeros((1, 2)), 2.0), np.ones((1, 2)), 0.36
    )
    np.testing.assert_allclose(wide, 0.8 / (0.36 * 4 + 0.64))


def test_ddim_goes_back_by_hand(solution: ModuleType) -> None:
    """A guess that is right leads to the clean place, whatever the steps."""
    clean, noise = np.array([[1.0, -2.0]]), np.array([[0.5, 0.3]])
    x = 0.6 * clean + 0.8 * noise
    stop, end = solution.ddim(lambda x, t: noise, x, SHARES, [2, 1, 0])
    np.testing.assert_allclose(stop, 0.8 * clean + 0.6 * noise, atol=1e-12)
    np.testing.assert_allclose(end, clean, atol=1e-12)


def test_ddpm_draws_from_the_posterior(solution: ModuleType) -> None:
    """The same generator draws the same; the last step adds nothing."""
    clean = np.array([[1.0, -2.0]])
    x, rng = np.array([[0.3, 0.4]]), np.random.default_rng(0)

    def right(x: np.ndarray, t: int) -> np.ndarray:
        gap = x - np.sqrt(SHARES[t]) * clean
        return np.asarray(gap / np.sqrt(1 - SHARES[t]))

    stop, end = solution.ddpm(right, x, SHARES, [2, 1, 0], rng)
    mean, variance = solution.posterior(x, clean, 0.36, 0.64)
    drawn = np.random.default_rng(0).normal(size=(1, 2))
    np.testing.assert_allclose(stop, mean + np.sqrt(variance) * drawn)
    np.testing.assert_allclose(end, clean, atol=1e-12)


def test_a_ring_comes_out_of_noise(solution: ModuleType) -> None:
    """All parts together: samples lie on the eight Gaussians."""
    signal, rng = solution.cosine_schedule(50), np.random.default_rng(0)
    *_, end = solution.ddpm(
        lambda x, t: solution.best_noise(ring(), x, signal[t]),
        rng.normal(size=(400, 2)),
        signal,
        range(50, -1, -1),
        rng,
    )
    gaps = np.linalg.norm(end[:, None] - ring().means, axis=2).min(axis=1)
    true = draw(ring(), 400, rng)
    expected = np.linalg.norm(true[:, None] - ring().means, axis=2).min(axis=1)
    assert gaps.mean() == pytest.approx(expected.mean(), abs=0.03)
