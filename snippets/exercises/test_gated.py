"""Tests of the exercise on LSTM and GRU, easiest first; each docstring is a
hint.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from snippets.gated import GRU, LSTM, Kind, start
from snippets.gated_runs import latch
from snippets.rnn import RNN, clipped_walk

KINDS = {"lstm": LSTM, "gru": GRU}


def test_a_latch_keeps_what_was_marked(solution: ModuleType) -> None:
    """A mark opens the input gate and shuts the forget gate."""
    X = np.array([[[0.5, 0], [-0.3, 1], [0.8, 0], [0.1, 0]]])
    steps = solution.lstm_steps(latch(), X)
    assert len(steps) == 5
    held = [10 * each.cell[0, 0] for each in steps]
    np.testing.assert_allclose(held, [0, 0, -0.3, -0.3, -0.3], atol=1e-3)


def test_a_step_of_an_lstm_by_hand(solution: ModuleType) -> None:
    """All gates half open, the candidate is tanh(1)."""
    net = RNN(
        np.array([[0.0, 0, 0, 1]]),
        np.zeros((1, 4)),
        np.zeros((1, 4)),
        np.ones((1, 1)),
        np.zeros((1, 1)),
    )
    _, first, second = solution.lstm_steps(net, np.ones((1, 2, 1)))
    cell = np.tanh(1) / 2
    assert first.cell[0, 0] == pytest.approx(cell)
    assert first.h[0, 0] == pytest.approx(np.tanh(cell) / 2)
    assert second.cell[0, 0] == pytest.approx(1.5 * cell)


def test_a_step_of_a_gru_by_hand(solution: ModuleType) -> None:
    """Half of the state stays, half is the candidate."""
    net = RNN(
        np.array([[0.0, 0, 1]]),
        np.array([[0.0, 0, 2]]),
        np.zeros((1, 3)),
        np.ones((1, 1)),
        np.zeros((1, 1)),
    )
    _, first, second = solution.gru_steps(net, np.ones((1, 2, 1)))
    h = np.tanh(1) / 2
    assert first.h[0, 0] == pytest.approx(h)
    # the candidate sees half of the state
    assert second.h[0, 0] == pytest.approx(h / 2 + np.tanh(1 + h) / 2)


@pytest.mark.parametrize("name", KINDS)
def test_the_slope_is_that_of_the_loss(solution: ModuleType, name: str) -> None:
    """Of each weight, moved a little up and down."""
    kind: Kind = KINDS[name]
    net = start(kind, 1, 3, np.random.default_rng(0), keep=0.5)
    X, y = clipped_walk(5, 4, np.random.default_rng(1))

    def loss(parts: list[np.ndarray]) -> float:
        moved = RNN(*parts)
        last = kind.steps(moved, X)[-1].h
        return float((((last @ moved.V + moved.c)[:, 0] - y) ** 2).mean())

    slope = getattr(solution, f"{name}_slope")(net, X, y)
    for place, part in enumerate(net):
        for at in np.ndindex(part.shape):
            ends = []
            for move in (1e-5, -1e-5):
                parts = [each.copy() for each in net]
                parts[place][at] += move
                ends.append(loss(parts))
            found = (ends[0] - ends[1]) / 2e-5
            assert slope[place][at] == pytest.approx(found, abs=1e-8)


@pytest.mark.parametrize("name", KINDS)
def test_stacked_nets_are_read_side_by_side(
    solution: ModuleType, name: str
) -> None:
    """Leading axes change no number."""
    kind = KINDS[name]
    nets = start(kind, 1, 3, np.random.default_rng(0), stack=(2,))
    X = np.random.default_rng(1).normal(size=(2, 4, 5, 1))
    together = getattr(solution, f"{name}_steps")(nets, X)[-1].h
    for place in range(2):
        net = RNN(*(part[place] for part in nets))
        alone = getattr(solution, f"{name}_steps")(net, X[place])[-1].h
        np.testing.assert_allclose(together[place], alone, atol=1e-12)
