"""Tests of the exercise, easiest first; scikit-learn has no such network, SciPy
judges.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from scipy.signal import correlate2d
from sklearn.datasets import load_digits

from snippets.cnn import start_layers
from snippets.neural_network import (
    Layer,
    cross_entropy,
    flatten,
    one_hot,
    unflatten,
)


def test_im2col(solution: ModuleType) -> None:
    """A patch is read row by row; patches lie where they were in the image."""
    patches = solution.im2col(np.arange(12.0).reshape(1, 3, 4), side=2)
    assert patches.shape == (1, 2, 3, 4)
    assert patches[0, 0, 0].tolist() == [0.0, 1.0, 4.0, 5.0]
    assert patches[0, 1, 2].tolist() == [6.0, 7.0, 10.0, 11.0]
    with pytest.raises(ValueError):
        solution.im2col(np.zeros((1, 2, 2)))


def test_forward(solution: ModuleType) -> None:
    """Negative sums become 0, a block keeps its largest, the last layer gives
    probabilities.
    """
    filters = Layer(np.array([[1.0, -1.0]] * 9), np.zeros(2))
    patches = solution.im2col(np.arange(16.0).reshape(1, 4, 4))
    dense = Layer(np.array([[0.0, np.log(3.0) / 90], [1.0, 0.0]]), np.zeros(2))
    seen = solution.forward([filters, dense], patches)
    assert seen.maps[0, :, :, 0].tolist() == [[45.0, 54.0], [81.0, 90.0]]
    assert not seen.maps[0, :, :, 1].any()
    assert seen.pooled.tolist() == [[[[90.0, 0.0]]]]
    np.testing.assert_allclose(seen.probabilities, [[0.25, 0.75]])


def test_gradient(solution: ModuleType) -> None:
    """Each derivative is what a small move of its parameter does to the
    loss.
    """
    rng, digits = np.random.default_rng(0), load_digits()
    patches = solution.im2col(digits.images[:6] / 16)
    start, targets = (
        start_layers((8, 8), 2, 10, rng),
        one_hot(digits.target[:6], 10),
    )
    theta = flatten(start) + 0.1 * rng.normal(size=len(flatten(start)))

    def loss(theta: np.ndarray) -> float:
        return cross_entropy(
            solution.forward(unflatten(theta, start), patches).probabilities,
            targets,
        )

    moves = 1e-6 * np.eye(len(theta))
    measured = (
        np.array([loss(theta + move) - loss(theta - move) for move in moves])
        / 2e-6
    )
    exact = flatten(
        solution.gradient(unflatten(theta, start), patches, targets)
    )
    np.testing.assert_allclose(exact, measured, rtol=0, atol=6e-8)


@pytest.mark.parametrize("shape", [(8, 8), (5, 11)])
def test_equals_scipy(solution: ModuleType, shape: tuple[int, int]) -> None:
    """Every map is SciPy's `correlate2d`, plus the bias."""
    rng = np.random.default_rng(0)
    images, filters = (
        rng.normal(size=(4, *shape)),
        Layer(rng.normal(size=(9, 3)), np.arange(3.0)),
    )
    maps = solution.convolve(solution.im2col(images), filters)
    for i, k in np.ndindex(4, 3):
        weights = filters.weights[:, k].reshape(3, 3)
        expected = correlate2d(images[i], weights, "valid") + filters.biases[k]
        np.testing.assert_allclose(
            maps[i, :, :, k], expected, rtol=0, atol=1e-12
        )
