"""Write the forward pass of a recurrent net, its gradient through time, and
clipping.

Judge it with `pytest snippets/exercises/test_rnn.py`.
`python -m snippets.exercises.skeletons rnn` begins anew.
"""

from __future__ import annotations

from snippets.rnn import RNN, FloatArray


def states(net: RNN, X: FloatArray) -> list[FloatArray]:
    """Read the sequences from left to right: T + 1 states, each of shape (...,
    n, h).
    """
    raise NotImplementedError(
        "start from zeros; each state is tanh of input, last state and bias"
    )


def predict(net: RNN, X: FloatArray) -> FloatArray:
    """Read the output off the last state, shape (..., n), in target units."""
    raise NotImplementedError(
        "last state times V plus c, without the last axis"
    )


def bptt(net: RNN, X: FloatArray, y: FloatArray) -> RNN:
    """Differentiate the mean squared error by every weight, back through time.

    Args:
        net: Weights, used again at every step.
        X: Sequences, shape (..., n, T, p).
        y: Targets, shape (..., n).

    Returns:
        The gradient, in the shapes of the weights.

    Raises:
        ValueError: If the sequences do not fit the net.
    """
    raise NotImplementedError(
        "from the last step to the first, add up what each use of W gives"
    )


def clip(gradient: RNN, limit: float) -> RNN:
    """Shorten a gradient that is longer than `limit`; its direction stays.

    Args:
        gradient: Gradient of one net, or of stacked nets, each judged by
            itself.
        limit: Largest allowed norm of all weights of a net together.

    Returns:
        The gradient, times limit over norm where the norm is above the limit.

    Raises:
        ValueError: If the limit is not positive.
    """
    raise NotImplementedError(
        "one norm over all five parts, then one factor for all of them"
    )
