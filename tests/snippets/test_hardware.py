"""Counting without a clock: lines, fetches, and derivatives put together from parts."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris

from snippets import hardware
from snippets.neural_network import flatten, gradient, he_start, one_hot


@pytest.mark.parametrize("shape", [(3, 4), (1, 1), (5, 2), (0, 2)])
def test_both_products_agree(shape: tuple[int, int]) -> None:
    """The loop is the matrix product."""
    rng = np.random.default_rng(0)
    A, x = rng.normal(size=shape), rng.normal(size=shape[1])
    np.testing.assert_allclose(hardware.loop_product(A, x), A @ x, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(hardware.whole_product(A, x), A @ x)


def test_lines_of_the_loop_grow_with_the_numbers() -> None:
    """At least one line a product; doubling the columns nearly doubles them; one line at once."""
    x = np.ones(50)
    few = hardware.lines_run(hardware.loop_product, np.ones((30, 50)), x)
    many = hardware.lines_run(hardware.loop_product, np.ones((60, 50)), x)
    assert few > 30 * 50 and 1.95 < many / few < 2
    assert hardware.lines_run(hardware.whole_product, np.ones((30, 50)), x) == 1


def test_counting_leaves_the_trace_as_it_was() -> None:
    """Also when the function fails; lines of functions that it calls do not count."""

    def inner() -> int:
        a = 1
        return a + 1

    def outer() -> int:
        return inner()

    before = sys.gettrace()
    assert hardware.lines_run(outer) == 1 and hardware.lines_run(inner) == 2
    with pytest.raises(ZeroDivisionError):
        hardware.lines_run(lambda: 1 / 0)
    assert sys.gettrace() is before


def test_walks() -> None:
    """Rows side by side, columns a row apart."""
    assert list(hardware.visit((2, 3), "rows")) == [0, 1, 2, 3, 4, 5]
    assert list(hardware.visit((2, 3), "columns")) == [0, 3, 1, 4, 2, 5]
    with pytest.raises(ValueError, match="got 'diagonal'"):
        hardware.visit((2, 3), "diagonal")


def test_fetches_by_hand() -> None:
    """A held block is not fetched again; the one not used for longest goes."""
    assert hardware.fetches([0, 1, 2, 3], block=2, room=1) == 2
    assert hardware.fetches([0, 2, 0, 2], block=2, room=1) == 4
    assert hardware.fetches([0, 2, 0, 2], block=2, room=2) == 2
    # 0 is used again, so 1 goes when 2 comes; then 0 is still held and 1 is not.
    assert hardware.fetches([0, 1, 0, 2, 0], block=1, room=2) == 3
    assert hardware.fetches([0, 1, 0, 2, 1], block=1, room=2) == 4
    assert hardware.fetches([]) == 0
    assert hardware.fetches(range(16)) == 2  # blocks of eight
    assert hardware.fetches([*range(0, 128, 8), 0]) == 16  # room for sixteen
    assert hardware.fetches([*range(0, 136, 8), 0]) == 18
    for block, room in ((0, 1), (1, 0)):
        with pytest.raises(ValueError, match="need a block"):
            hardware.fetches([0], block, room)
    assert hardware.fetches([0, 1], 1, 1) == 2


@pytest.mark.parametrize("load", [load_iris, load_digits])
@pytest.mark.parametrize("ends", [[], [1], [10, 30], [5, 6, 40]])
def test_parts_give_the_derivative_of_the_whole(load, ends: list[int]) -> None:
    """However unequal the parts are."""
    X, y = load(return_X_y=True)
    rows = np.random.default_rng(0).permutation(len(y))[:50]
    X, targets = X[rows] / X.max(), one_hot(y[rows], int(y.max()) + 1)
    layers = he_start((X.shape[1], 6, targets.shape[1]), np.random.default_rng(1))
    whole = flatten(gradient(layers, X, targets))
    parts = flatten(hardware.shared_gradient(layers, X, targets, ends))
    np.testing.assert_allclose(parts, whole, rtol=0, atol=1e-12)


@pytest.mark.parametrize("ends", [[0], [2, 2], [4]])
def test_every_worker_needs_a_sample(ends: list[int]) -> None:
    """The error names the cuts."""
    layers = he_start((2, 3, 2), np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"every worker needs a sample, got cuts \["):
        hardware.shared_gradient(layers, np.ones((4, 2)), np.ones((4, 2)) / 2, ends)
