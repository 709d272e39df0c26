"""Gated recurrent nets from scratch: LSTM and GRU, and backpropagation through
time.

Weights are those of `snippets/rnn.py`, with a block of columns in U, W and b
for each gate. Leading axes stack nets, as there.

Sources: Hochreiter and Schmidhuber 1997 (LSTM), Gers, Schmidhuber and Cummins
2000 (the forget gate), Cho and others 2014 (GRU).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from scipy.special import expit

from snippets.rnn import RNN, FloatArray, check_sequences
from snippets.rnn import start as start_plain


# --8<-- [start:lstm]
class LstmStep(NamedTuple):
    """What an LSTM has after a step.

    Attributes:
        h: State, which is read, shape (..., n, h).
        cell: Memory, which is added to, shape (..., n, h).
        entry: Input gate: how much of the candidate comes in, from 0 to 1.
        keep: Forget gate: how much of the memory stays, from 0 to 1.
        show: Output gate: how much of it is read, from 0 to 1.
        new: Candidate: what could come in, from -1 to 1.
    """

    h: FloatArray
    cell: FloatArray
    entry: FloatArray
    keep: FloatArray
    show: FloatArray
    new: FloatArray


def lstm_steps(net: RNN, X: FloatArray) -> list[LstmStep]:
    """Read the sequences from left to right: T + 1 steps.

    Args:
        net: Weights, four blocks of columns: entry, keep, show, new.
        X: Sequences, shape (..., n, T, p).
    """
    check_sequences(net, X)
    nothing = np.zeros((*X.shape[:-2], net.W.shape[-2]))
    steps = [LstmStep(*6 * [nothing])]
    for t in range(X.shape[-2]):
        before = steps[-1]
        z = X[..., t, :] @ net.U + before.h @ net.W + net.b
        *gates, new = np.split(z, 4, axis=-1)
        entry, keep, show = (expit(each) for each in gates)
        new = np.tanh(new)
        cell = keep * before.cell + entry * new
        steps.append(
            LstmStep(show * np.tanh(cell), cell, entry, keep, show, new)
        )
    return steps
    # --8<-- [end:lstm]


# --8<-- [start:lstm-back]
def lstm_slope(net: RNN, X: FloatArray, y: FloatArray) -> RNN:
    """Differentiate the mean squared error by every weight of an LSTM.

    Args:
        net: Weights.
        X: Sequences, shape (..., n, T, p).
        y: Targets, shape (..., n).
    """
    steps = lstm_steps(net, X)
    dU, dW, db = (np.zeros_like(part) for part in net[:3])
    back, dV, dc = readout(net, steps[-1].h, y)
    memory = np.zeros_like(back)  # derivative by the cell
    for t in reversed(range(X.shape[-2])):
        before, now = steps[t], steps[t + 1]
        bent = np.tanh(now.cell)
        memory = memory + back * now.show * (1 - bent**2)
        inner = np.concatenate(
            [
                memory * now.new * now.entry * (1 - now.entry),
                memory * before.cell * now.keep * (1 - now.keep),
                back * bent * now.show * (1 - now.show),
                memory * now.entry * (1 - now.new**2),
            ],
            axis=-1,
        )
        dU += X[..., t, :].mT @ inner
        dW += before.h.mT @ inner
        db += inner.sum(axis=-2, keepdims=True)
        back = inner @ net.W.mT
        memory = memory * now.keep  # no tanh, no matrix on this way
    return RNN(dU, dW, db, dV, dc)
    # --8<-- [end:lstm-back]


# --8<-- [start:gru]
class GruStep(NamedTuple):
    """What a GRU has after a step.

    Attributes:
        h: State, shape (..., n, h).
        keep: Update gate: how much of the state stays, from 0 to 1.
        look: Reset gate: how much of it the candidate sees, from 0 to 1.
        new: Candidate: what could take its place, from -1 to 1.
    """

    h: FloatArray
    keep: FloatArray
    look: FloatArray
    new: FloatArray


def gru_steps(net: RNN, X: FloatArray) -> list[GruStep]:
    """Read the sequences from left to right: T + 1 steps.

    Args:
        net: Weights, three blocks of columns: keep, look, new.
        X: Sequences, shape (..., n, T, p).
    """
    check_sequences(net, X)
    n_hidden = net.W.shape[-2]
    gates, last = slice(2 * n_hidden), slice(2 * n_hidden, None)
    steps = [GruStep(*4 * [np.zeros((*X.shape[:-2], n_hidden))])]
    for t in range(X.shape[-2]):
        h = steps[-1].h
        z = X[..., t, :] @ net.U + net.b
        both = expit(z[..., gates] + h @ net.W[..., gates])
        keep, look = np.split(both, 2, axis=-1)
        new = np.tanh(z[..., last] + (look * h) @ net.W[..., last])
        steps.append(GruStep(keep * h + (1 - keep) * new, keep, look, new))
    return steps
    # --8<-- [end:gru]


# --8<-- [start:gru-back]
def gru_slope(net: RNN, X: FloatArray, y: FloatArray) -> RNN:
    """Differentiate the mean squared error by every weight of a GRU.

    Args:
        net: Weights.
        X: Sequences, shape (..., n, T, p).
        y: Targets, shape (..., n).
    """
    steps = gru_steps(net, X)
    n_hidden = net.W.shape[-2]
    gates, last = slice(2 * n_hidden), slice(2 * n_hidden, None)
    dU, dW, db = (np.zeros_like(part) for part in net[:3])
    back, dV, dc = readout(net, steps[-1].h, y)
    for t in reversed(range(X.shape[-2])):
        h, now = steps[t].h, steps[t + 1]
        new = back * (1 - now.keep) * (1 - now.new**2)
        looked = new @ net.W[..., last].mT  # derivative by look * h
        both = np.concatenate(
            [
                back * (h - now.new) * now.keep * (1 - now.keep),
                looked * h * now.look * (1 - now.look),
            ],
            axis=-1,
        )
        inner = np.concatenate([both, new], axis=-1)
        dU += X[..., t, :].mT @ inner
        dW[..., gates] += h.mT @ both
        dW[..., last] += (now.look * h).mT @ new
        db += inner.sum(axis=-2, keepdims=True)
        back = back * now.keep + looked * now.look + both @ net.W[..., gates].mT
    return RNN(dU, dW, db, dV, dc)
    # --8<-- [end:gru-back]


# --8<-- [start:readout]
def readout(
    net: RNN, h: FloatArray, y: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Derivatives of the mean squared error by what reads the last state.

    Args:
        net: Weights.
        h: Last state, shape (..., n, h).
        y: Targets, shape (..., n).

    Returns:
        By the last state, by V and by c.
    """
    out = 2 * (h @ net.V + net.c - y[..., None]) / y.shape[-1]
    return out @ net.V.mT, h.mT @ out, out.sum(axis=-2, keepdims=True)
    # --8<-- [end:readout]


class Step(Protocol):
    """What a net of either kind has after a step; its state is read."""

    @property
    def h(self) -> FloatArray:
        """State, shape (..., n, h)."""


class Kind(NamedTuple):
    """A kind of gated net.

    Attributes:
        n_blocks: Blocks of columns: gates and candidate.
        keep: Which of them is the gate that keeps what was.
        steps: Reads sequences.
        slope: Differentiates the mean squared error.
    """

    n_blocks: int
    keep: int
    steps: Callable[[RNN, FloatArray], Sequence[Step]]
    slope: Callable[[RNN, FloatArray, FloatArray], RNN]


LSTM = Kind(4, 1, lstm_steps, lstm_slope)
GRU = Kind(3, 0, gru_steps, gru_slope)


# --8<-- [start:start]
def start(
    kind: Kind,
    n_features: int,
    n_hidden: int,
    rng: np.random.Generator,
    keep: float = 0.0,
    stack: tuple[int, ...] = (),
) -> RNN:
    """Draw the weights of each block as those of a plain net.

    Args:
        kind: LSTM or GRU.
        n_features: Features p of a step.
        n_hidden: Hidden units h.
        rng: Source of the weights.
        keep: Bias of the gate that keeps: 0 opens it by half, 4 to 0.98.
        stack: Leading axes: how many nets.
    """
    blocks = [
        start_plain(n_features, n_hidden, rng, stack)
        for _ in range(kind.n_blocks)
    ]
    U, W, b, *_ = (
        np.concatenate(each, axis=-1) for each in zip(*blocks, strict=True)
    )
    place = kind.keep * n_hidden
    b[..., place : place + n_hidden] = keep
    return RNN(U, W, b, blocks[0].V, blocks[0].c)
    # --8<-- [end:start]


def predict(kind: Kind, net: RNN, X: FloatArray) -> FloatArray:
    """Read the output off the last state, shape (..., n), in target units."""
    return np.asarray((kind.steps(net, X)[-1].h @ net.V + net.c)[..., 0])
