"""Tests for the exercise on attention, easiest first."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.preprocessing import scale

FloatArray = NDArray[np.float64]


def slopes(
    value: Callable[..., FloatArray], out: FloatArray, *given: FloatArray
) -> list[FloatArray]:
    """Central differences of the sum of value times out, by each argument."""
    found = []
    for which, part in enumerate(given):
        slope = np.zeros_like(part)
        for place in np.ndindex(part.shape):
            ends = []
            for sign in (1, -1):
                moved = [other.copy() for other in given]
                moved[which][place] += sign * 1e-6
                ends.append((value(*moved) * out).sum())
            slope[place] = (ends[0] - ends[1]) / 2e-6
        found.append(slope)
    return found


def test_attention_equals_scipy(solution: ModuleType) -> None:
    """Softmax of products over the root of d, then a mean of the values."""
    Q, K, V = np.random.default_rng(0).normal(size=(3, 2, 5, 4))
    read, weights = solution.attention(Q, K, V)
    expected = softmax(Q @ K.mT / 2, axis=-1)
    np.testing.assert_allclose(weights, expected, atol=1e-12)
    np.testing.assert_allclose(read, expected @ V, atol=1e-12)


def test_large_products_do_not_overflow(solution: ModuleType) -> None:
    """A product of a million points to one key."""
    Q, K = np.full((1, 1), 1e3), np.array([[1e3], [0.0]])
    _, weights = solution.attention(Q, K, K)
    np.testing.assert_array_equal(weights, [[1.0, 0.0]])


def test_the_mask_hides_what_comes_later(solution: ModuleType) -> None:
    """The first place reads itself; the last query stands at the last key."""
    Q, K, V = np.random.default_rng(1).normal(size=(3, 4, 2))
    read, weights = solution.attention(Q, K, V, causal=True)
    np.testing.assert_array_equal(np.triu(weights, 1), 0)
    np.testing.assert_allclose(read[0], V[0])
    last, _ = solution.attention(Q[2:], K, V, causal=True)
    np.testing.assert_allclose(last, read[2:], atol=1e-12)


def test_normalise_equals_scikit_learn(solution: ModuleType) -> None:
    """Rows are standardised, then stretched and shifted."""
    rng = np.random.default_rng(2)
    x = 1e3 * rng.normal(size=(6, 5))
    gain, shift = rng.normal(size=(2, 5))
    found, unit, _ = solution.normalise(x, gain, shift)
    np.testing.assert_allclose(unit, scale(x, axis=1), atol=1e-9)
    np.testing.assert_allclose(found, unit * gain + shift, atol=1e-12)
    # a row of equal numbers
    np.testing.assert_allclose(
        solution.normalise(np.ones((1, 5)), gain, shift)[0], [shift]
    )


def test_the_way_back_through_attention(solution: ModuleType) -> None:
    """Queries, keys and values, masked and not."""
    rng = np.random.default_rng(3)
    Q, K, V = rng.normal(size=(3, 4, 3))
    out = rng.normal(size=(4, 3))
    for causal in (False, True):
        _, weights = solution.attention(Q, K, V, causal)
        ours = solution.attention_back(out, Q, K, V, weights)
        theirs = slopes(
            lambda q, k, v, c=causal: solution.attention(q, k, v, c)[0],
            out,
            *(Q, K, V),
        )
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-8)


def test_the_way_back_through_normalisation(solution: ModuleType) -> None:
    """Rows, gain and shift."""
    rng = np.random.default_rng(4)
    x, out = rng.normal(size=(2, 3, 5))
    gain, shift = rng.normal(size=(2, 5))
    _, unit, by = solution.normalise(x, gain, shift)
    ours = solution.normalise_back(out, gain, unit, by)
    theirs = slopes(
        lambda *given: solution.normalise(*given)[0], out, x, gain, shift
    )
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-8)
