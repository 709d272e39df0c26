"""Write both passes, smoothing, the trellis and its best path, and a step of
Baum-Welch.

Judge it with `pytest snippets/exercises/test_hidden_markov.py`.
`python -m snippets.exercises.skeletons hidden_markov` begins anew.
Given, to be called: `HMM`, `Shares`, `check`, `log`, `log_sum`, `rows_of`.
"""

from __future__ import annotations

from snippets.hidden_markov import (
    HMM,
    FloatArray,
    IntArray,
    Series,
    Shares,
    check,
    log,
    log_sum,
    rows_of,
)

__all__ = [
    "HMM",
    "Shares",
    "backward",
    "check",
    "em_step",
    "forward",
    "log",
    "log_sum",
    "rows_of",
    "share_out",
    "smooth",
    "trellis",
    "viterbi",
]


def forward(model: HMM, x: Series) -> FloatArray:
    """Log chance of all that was seen up to a step, and a state at that step.

    Args:
        model: The model, or a stack.
        x: Series, shape (..., n, T).

    Returns:
        Shape (..., n, T, k).
    """
    raise NotImplementedError(
        "`log_sum` over the rows of the last alpha plus the logarithms of the "
        "moves, then add what is seen"
    )


def backward(model: HMM, x: Series) -> FloatArray:
    """Log chance of all that is seen after a step, given a state at that step.

    Args:
        model: The model, or a stack.
        x: Series, shape (..., n, T).

    Returns:
        Shape (..., n, T, k).
    """
    raise NotImplementedError(
        "from the last step, where it is 0; what is seen at the next step and "
        "its beta, over the columns"
    )


def smooth(model: HMM, x: Series) -> FloatArray:
    """Chance of each state at each step, given the whole series.

    Args:
        model: The model, or a stack.
        x: Series, shape (..., n, T).

    Returns:
        Shape (..., n, T, k), each last axis sums to 1.
    """
    raise NotImplementedError(
        "the sum of both passes, less its `log_sum` over the states, "
        "exponentiated"
    )


def trellis(model: HMM, x: Series) -> tuple[FloatArray, IntArray]:
    """Find the best way to each state at each step.

    Args:
        model: The model, or a stack.
        x: Series, shape (..., n, T).

    Returns:
        Log chance of the best path that ends there, with what was seen so far,
        and the state that it came from (0 at the first step), both of shape
        (..., n, T, k).
    """
    raise NotImplementedError(
        "as forward, with the maximum over rows, and where it was"
    )


def viterbi(model: HMM, x: Series) -> tuple[IntArray, FloatArray]:
    """The most likely path of states, given the whole series.

    Args:
        model: The model, or a stack.
        x: Series, shape (..., n, T).

    Returns:
        States, shape (..., n, T), and the log chance of each path together
        with its series, shape (..., n).
    """
    raise NotImplementedError(
        "the best end, then from each state to where it came from"
    )


def share_out(model: HMM, x: Series) -> Shares:
    """The E-step: share out each step, and each move, among the states.

    Args:
        model: The model, or a stack.
        x: Series, shape (..., n, T).
    """
    raise NotImplementedError(
        "states as in `smooth`; moves from alpha, move, what is seen next and "
        "its beta, less the log likelihood, summed over steps and series"
    )


def em_step(model: HMM, x: Series) -> tuple[HMM, FloatArray]:
    """One step of Baum-Welch: share out, then count.

    Args:
        model: The model, or a stack.
        x: Series, shape (..., n, T); all of them fit one model.

    Returns:
        The next model, and the log likelihood of the one that came in, in nats,
        shape (...).
    """
    raise NotImplementedError(
        "the mean of the first step, rows of the moves, and the emission's "
        "`refit`"
    )
