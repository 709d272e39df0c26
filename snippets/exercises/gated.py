"""Write the steps of an LSTM and of a GRU, and the way back through each.

Judge it with `pytest snippets/exercises/test_gated.py`.
`python -m snippets.exercises.skeletons gated` begins anew.
Given, to be called: `GruStep`, `LstmStep`, `readout`.
"""

from __future__ import annotations

from snippets.gated import GruStep, LstmStep, readout
from snippets.rnn import RNN, FloatArray

__all__ = [
    "GruStep",
    "LstmStep",
    "gru_slope",
    "gru_steps",
    "lstm_slope",
    "lstm_steps",
    "readout",
]


def lstm_steps(net: RNN, X: FloatArray) -> list[LstmStep]:
    """Read the sequences from left to right: T + 1 steps.

    Args:
        net: Weights, four blocks of columns: entry, keep, show, new.
        X: Sequences, shape (..., n, T, p).
    """
    raise NotImplementedError(
        "one product for all four blocks; `np.split`, `expit` for gates, "
        "`np.tanh` for the candidate"
    )


def lstm_slope(net: RNN, X: FloatArray, y: FloatArray) -> RNN:
    """Differentiate the mean squared error by every weight of an LSTM.

    Args:
        net: Weights.
        X: Sequences, shape (..., n, T, p).
        y: Targets, shape (..., n).
    """
    raise NotImplementedError(
        "the state has one way back, the cell another; the cell's goes on "
        "through the forget gate"
    )


def gru_steps(net: RNN, X: FloatArray) -> list[GruStep]:
    """Read the sequences from left to right: T + 1 steps.

    Args:
        net: Weights, three blocks of columns: keep, look, new.
        X: Sequences, shape (..., n, T, p).
    """
    raise NotImplementedError(
        "two gates first; the candidate sees the state through the reset gate"
    )


def gru_slope(net: RNN, X: FloatArray, y: FloatArray) -> RNN:
    """Differentiate the mean squared error by every weight of a GRU.

    Args:
        net: Weights.
        X: Sequences, shape (..., n, T, p).
        y: Targets, shape (..., n).
    """
    raise NotImplementedError(
        "the state is used four times: kept, mixed, looked at, and by both "
        "gates"
    )
