"""Gated nets: states against ONNX Runtime, gradients against their definition, runs as told."""

from __future__ import annotations

import numpy as np
import pytest

from snippets.gated import GRU, LSTM, Kind, lstm_steps, predict, start
from snippets.gated_runs import (
    RATES,
    explained,
    latch,
    marked,
    memory_by_lag,
    onnx_states,
    trained,
)
from snippets.rnn import RNN, clipped_walk, one_token
from snippets.rnn import start as start_plain

KINDS = pytest.mark.parametrize("kind", [LSTM, GRU], ids=["LSTM", "GRU"])


@KINDS
@pytest.mark.parametrize("seed", range(3))
def test_states_are_those_of_the_library(kind: Kind, seed: int) -> None:
    """With biases of all blocks, to what 32 bits can tell."""
    pytest.importorskip("onnxruntime", reason="the extra `practice`: pip install -e '.[practice]'")
    rng = np.random.default_rng(seed)
    net = start(kind, 2, 5, rng)
    net = net._replace(b=rng.normal(size=net.b.shape))
    X = rng.normal(size=(20, 30, 2))
    np.testing.assert_allclose(onnx_states(kind, net, X), kind.steps(net, X)[-1].h, atol=1e-6)


@KINDS
def test_a_gradient_is_the_slope_of_the_loss(kind: Kind) -> None:
    """Along a line through any weights, in a stack of two nets."""
    rng = np.random.default_rng(0)
    net = start(kind, 1, 4, rng, keep=1.0, stack=(2,))
    X, y = (np.stack(each) for each in zip(*(clipped_walk(6, 9, rng) for _ in "ab"), strict=True))
    way = RNN(*(rng.normal(size=part.shape) for part in net))

    def loss(move: float) -> float:
        moved = RNN(*(part + move * step for part, step in zip(net, way, strict=True)))
        return float(((predict(kind, moved, X) - y) ** 2).mean(axis=-1).sum())

    slope = kind.slope(net, X, y)
    found = sum(float((part * step).sum()) for part, step in zip(slope, way, strict=True))
    assert found == pytest.approx((loss(1e-5) - loss(-1e-5)) / 2e-5, rel=1e-6)


@KINDS
def test_a_start_opens_the_gate_that_keeps(kind: Kind) -> None:
    """And no other; each block is drawn as a plain net's weights are."""
    net = start(kind, 1, 4, np.random.default_rng(0), keep=4.0)
    assert net.b.sum() == 16 and (net.b[0, 4 * kind.keep : 4 * kind.keep + 4] == 4).all()
    for block in np.split(net.W, kind.n_blocks, axis=1):
        np.testing.assert_allclose(block @ block.T, np.eye(4), atol=1e-12)
    X, _ = one_token(30, 20, np.random.default_rng(1))
    assert (kind.steps(net, X)[-1].keep > 0.7).all()  # type: ignore[attr-defined]


def test_a_latch_set_by_hand_holds_what_was_marked() -> None:
    """Small numbers exactly, larger ones bent by a tanh; the last mark counts."""
    X, y = marked(200, 40, np.random.default_rng(0))
    np.testing.assert_allclose(predict(LSTM, latch(), X / [10, 1]), y / 10, atol=0.002)
    X[:, -1] = [0.5, 1]
    np.testing.assert_allclose(predict(LSTM, latch(), X), 0.5, atol=0.01)


def test_what_is_left_in_a_memory_is_a_product_of_gates() -> None:
    """Without weights all gates say the same; nothing is lost in no step."""
    net = start(LSTM, 1, 3, np.random.default_rng(0), keep=1.5)
    net = net._replace(U=0 * net.U, W=0 * net.W)
    X = np.zeros((2, 6, 1))
    gate = 1 / (1 + np.exp(-1.5))
    np.testing.assert_allclose(memory_by_lag(net, X), gate ** np.arange(6))
    net = start(LSTM, 1, 3, np.random.default_rng(0))
    X = np.random.default_rng(1).normal(size=(4, 6, 1))
    last = lstm_steps(net, X)[-1].keep
    assert memory_by_lag(net, X)[1] == pytest.approx(last.mean())


@pytest.mark.nightly
def test_a_memory_is_learnt_where_its_gate_starts_open() -> None:
    """Twenty signs, of which the first is asked for; no rate helps a gate that starts half open."""
    settings = [*((rate, 0.0) for rate in RATES[1:]), (RATES[1], 4.0)]
    *half_open, opened = trained(LSTM, one_token, 20, settings)
    for nets in half_open:
        assert (explained(nets, one_token, 20, 3) < 0.1).all()
    assert (explained(opened, one_token, 20, 3) > 0.9).all()


@pytest.mark.nightly
def test_a_plain_net_learns_the_marked_number_in_ten_times_as_many_batches() -> None:
    """With as many weights as an LSTM, all seeds; the rate is the best on rows of its own."""
    sizes = [
        sum(part.size for part in net)
        for net in (
            start_plain(2, 17, np.random.default_rng(0)),
            start(LSTM, 2, 8, np.random.default_rng(0)),
        )
    ]
    assert sizes == [358, 361]
    tries = trained(None, marked, 30, [(rate, 0.0) for rate in RATES], 3000, n_hidden=17)
    means = [explained(each, marked, 30, 2).mean() for each in tries]
    assert np.argmax(means) == 0
    assert (explained(tries[0], marked, 30, 3) > 0.9).all()


def test_the_units_of_a_net_are_set() -> None:
    """Of a plain one and a gated one; eight without a word."""
    for kind in (None, GRU):
        ((net, _),) = trained(kind, marked, 5, [(0.01, 0.0)], 1, n_hidden=3)
        assert net.W.shape[-2] == 3
        ((net, _),) = trained(kind, marked, 5, [(0.01, 0.0)], 1)
        assert net.W.shape[-2] == 8


@pytest.mark.parametrize("kind", [LSTM, GRU, None], ids=["LSTM", "GRU", "plain"])
def test_settings_trained_together_are_those_alone(kind: Kind | None) -> None:
    """Bit by bit: each setting has the same start and the same rows."""
    settings = [(0.005, 0.0), (0.06, 4.0)]
    for together, each in zip(trained(kind, marked, 6, settings, 20), settings, strict=True):
        ((alone, _),) = trained(kind, marked, 6, [each], 20)
        for ours, theirs in zip(together[0], alone, strict=True):
            np.testing.assert_array_equal(ours, theirs)
