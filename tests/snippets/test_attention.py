"""Soft reading: its limits, its derivative, and a library that reads alike."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax

from snippets.attention import attend, read, slope, unit


def _memory(seed: int, n_slots: int = 6) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw queries, keys and values."""
    rng = np.random.default_rng(seed)
    queries, keys = unit(rng.normal(size=(4, 3))), unit(rng.normal(size=(n_slots, 3)))
    return queries, keys, rng.normal(size=(n_slots, 2))


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("sharpness", [0.0, 1.0, 7.5])
def test_weights_equal_scipy(seed: int, sharpness: float) -> None:
    """Softmax of sharpness times cosine."""
    queries, keys, values = _memory(seed)
    expected = softmax(sharpness * queries @ keys.T, axis=1)
    np.testing.assert_allclose(attend(queries, keys, sharpness), expected, rtol=0, atol=1e-12)
    found = read(queries, keys, values, sharpness)
    np.testing.assert_allclose(found, expected @ values, rtol=0, atol=1e-12)


def test_limits() -> None:
    """Without sharpness the mean of all values; with much of it the value of the nearest key."""
    queries, keys, values = _memory(2)
    np.testing.assert_allclose(read(queries, keys, values, 0), [values.mean(axis=0)] * 4)
    nearest = values[(queries @ keys.T).argmax(axis=1)]
    np.testing.assert_allclose(read(queries, keys, values, 1e4), nearest, rtol=0, atol=1e-6)
    np.testing.assert_allclose(read(queries, keys[:1], values[:1], 3), [values[0]] * 4)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("sharpness", [0.0, 2.0, 9.0])
def test_slope_equals_differences(seed: int, sharpness: float) -> None:
    """Central differences in each feature of the query."""
    queries, keys, values = _memory(seed)
    moves = 1e-6 * np.eye(3)
    up, down = (read(queries[0] + sign * moves, keys, values, sharpness) for sign in (1, -1))
    measured = (up - down).T / 2e-6
    exact = slope(queries[0], keys, values, sharpness)
    assert exact.shape == (2, 3)
    np.testing.assert_allclose(exact, measured, rtol=0, atol=1e-7)


def test_unit_rows() -> None:
    """Length 1, same direction."""
    np.testing.assert_allclose(unit(np.array([[3.0, 4.0], [0.0, -2.0]])), [[0.6, 0.8], [0, -1]])


def test_bad_input_is_refused() -> None:
    """The error names the value."""
    with pytest.raises(ValueError, match="row 1 has length 0"):
        unit(np.array([[1.0, 0.0], [0.0, 0.0]]))
    with pytest.raises(ValueError, match=r"got 1, -1"):
        attend(np.ones((1, 2)), np.ones((1, 2)), -1)
    with pytest.raises(ValueError, match="got 0, 1"):
        attend(np.ones((1, 2)), np.ones((0, 2)), 1)
