"""A recurrent net from scratch: states, backpropagation through time, clipping,
three tasks.

Every array may carry leading axes: nets that are stacked so, one a seed, are
run and trained side by side, each on its own samples. It saves time and changes
no number.

Sources: Elman 1990 (the net); Werbos 1990 (backpropagation through time);
Pascanu, Mikolov and Bengio 2013 (clipping by the norm); Kingma and Ba 2015
(Adam).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Samples = tuple[FloatArray, FloatArray]
"""Sequences, shape (..., n, T, p), and a target for each, shape (..., n)."""

AR_NOISE = 0.2 * (1.8**2 - 1.6**2) / 1.8
"""Variance of the noise under which the series of `autoregression` has variance
1.
"""


class RNN(NamedTuple):
    """Weights of a recurrent net with h hidden units, or a gradient by each of
    them.
    """

    U: FloatArray  # input to state, shape (..., p, h)
    W: FloatArray  # state to next state, shape (..., h, h)
    b: FloatArray  # bias of the state, shape (..., 1, h)
    V: FloatArray  # last state to output, shape (..., h, 1)
    c: FloatArray  # bias of the output, shape (..., 1, 1)


def check_sequences(net: RNN, X: FloatArray) -> None:
    """Refuse sequences that do not fit the net.

    Args:
        net: Weights.
        X: Sequences, shape (..., n, T, p).

    Raises:
        ValueError: If X has fewer than three axes, no sequence, no step, or
            another number of features than the net, or is not finite.
    """
    if X.ndim < 3 or not X.size:
        raise ValueError(
            f"X must have shape (..., n, T, p), none of them 0, got {X.shape}"
        )
    if X.shape[-1] != net.U.shape[-2]:
        raise ValueError(
            f"the net reads {net.U.shape[-2]} features a step, got "
            f"{X.shape[-1]}"
        )
    if not np.isfinite(X).all():
        raise ValueError(
            "X must be finite: one NaN would spread to every later state"
        )


# --8<-- [start:forward]
def states(net: RNN, X: FloatArray) -> list[FloatArray]:
    """Read the sequences from left to right: T + 1 states, each of shape (...,
    n, h).
    """
    check_sequences(net, X)
    H = [np.zeros((*X.shape[:-2], net.W.shape[-1]))]
    for t in range(X.shape[-2]):
        H.append(np.tanh(X[..., t, :] @ net.U + H[-1] @ net.W + net.b))
    return H


def predict(net: RNN, X: FloatArray) -> FloatArray:
    """Read the output off the last state, shape (..., n), in target units."""
    return np.asarray((states(net, X)[-1] @ net.V + net.c)[..., 0])
    # --8<-- [end:forward]


# --8<-- [start:bptt]
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
    H = states(net, X)
    # (..., n, 1)
    out = 2 * (H[-1] @ net.V + net.c - y[..., None]) / y.shape[-1]
    dU, dW, db = (
        np.zeros_like(net.U),
        np.zeros_like(net.W),
        np.zeros_like(net.b),
    )
    back = out @ net.V.mT  # derivative by the state, (..., n, h)
    for t in reversed(range(X.shape[-2])):
        inner = back * (1 - H[t + 1] ** 2)  # through tanh
        dU += X[..., t, :].mT @ inner
        dW += H[t].mT @ inner
        db += inner.sum(axis=-2, keepdims=True)
        back = inner @ net.W.mT  # one step further into the past
    return RNN(dU, dW, db, H[-1].mT @ out, out.sum(axis=-2, keepdims=True))
    # --8<-- [end:bptt]


# --8<-- [start:clip]
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
    if limit <= 0:
        raise ValueError(f"limit must be positive, got {limit}")
    norm = np.sqrt(
        sum((part**2).sum(axis=(-2, -1), keepdims=True) for part in gradient)
    )
    return RNN(
        *(
            part * np.minimum(1, limit / np.maximum(norm, 1e-300))
            for part in gradient
        )
    )
    # --8<-- [end:clip]


def start(
    n_features: int,
    n_hidden: int,
    rng: np.random.Generator,
    stack: tuple[int, ...] = (),
) -> RNN:
    """Draw small weights; the states' own matrix starts as an orthogonal one.

    An orthogonal W keeps the length of what it carries, so that the start
    neither fades nor explodes.

    Args:
        n_features: Features p of a step.
        n_hidden: Hidden units h.
        rng: Source of the weights.
        stack: Leading axes: how many nets.

    Returns:
        Weights with biases of 0.

    Raises:
        ValueError: If there is no feature or no hidden unit.
    """
    if n_features < 1 or n_hidden < 1:
        raise ValueError(
            f"need a feature and a unit, got {n_features} and {n_hidden}"
        )
    W, _ = np.linalg.qr(rng.normal(size=(*stack, n_hidden, n_hidden)))
    U = rng.normal(size=(*stack, n_features, n_hidden)) / np.sqrt(n_features)
    V = rng.normal(size=(*stack, n_hidden, 1)) / np.sqrt(n_hidden)
    return RNN(
        U, W, np.zeros((*stack, 1, n_hidden)), V, np.zeros((*stack, 1, 1))
    )


def adam_move(first: FloatArray, second: FloatArray, step: int) -> FloatArray:
    """Divide the mean gradient by its mean size, both freed of their start at
    0.

    Args:
        first: Decaying mean of the gradient, decay 0.9.
        second: Decaying mean of its square, decay 0.999.
        step: Number of the step, from 0.

    Returns:
        The move for a rate of 1, to be subtracted.
    """
    mean, square = (
        first / (1 - 0.9 ** (step + 1)),
        second / (1 - 0.999 ** (step + 1)),
    )
    return np.asarray(mean / (np.sqrt(square) + 1e-8))


def train(
    net: RNN,
    draw: Callable[[int], Samples],
    n_steps: int,
    rate: float | FloatArray = 0.01,
    limit: float = 1.0,
    slope: Callable[[RNN, FloatArray, FloatArray], RNN] = bptt,
) -> RNN:
    """Follow the clipped gradient with Adam.

    Args:
        net: Where to start; it is not changed.
        draw: Gives the samples of each step.
        n_steps: How many steps.
        rate: Step size of Adam at the start; it falls to 0 along a straight
            line. One for all nets, or an array that broadcasts to their
            weights.
        limit: Largest norm of a gradient, see `clip`.
        slope: Differentiates the loss; another kind of net has its own.

    Returns:
        The trained weights.

    Raises:
        ValueError: If the rate or the limit is not positive.
    """
    if np.min(rate) <= 0:
        raise ValueError(f"rate must be positive, got {rate}")
    first = [np.zeros_like(part) for part in net]
    second = [np.zeros_like(part) for part in net]
    for step in range(n_steps):
        gradient = clip(slope(net, *draw(step)), limit)
        first = [
            0.9 * m + 0.1 * g for m, g in zip(first, gradient, strict=True)
        ]
        second = [
            0.999 * s + 0.001 * g**2
            for s, g in zip(second, gradient, strict=True)
        ]
        now = rate * (1 - step / n_steps)
        moves = [
            now * adam_move(m, s, step)
            for m, s in zip(first, second, strict=True)
        ]
        net = RNN(*(part - move for part, move in zip(net, moves, strict=True)))
    return net


def gradient_by_lag(net: RNN, X: FloatArray) -> FloatArray:
    """Ask how much the output still depends on the state some steps ago.

    Args:
        net: Weights of one net.
        X: Sequences, shape (n, T, p).

    Returns:
        Norm of the derivative of the output by the state 0, 1, ... T - 1 steps
        before the last, mean over the sequences, shape (T,).
    """
    H = states(net, X)
    back = np.broadcast_to(net.V.mT, H[-1].shape)
    norms = []
    for t in range(X.shape[-2], 0, -1):
        norms.append(np.linalg.norm(back, axis=-1).mean())
        back = (back * (1 - H[t] ** 2)) @ net.W.mT
    return np.array(norms)


def clipped_walk(n: int, n_steps: int, rng: np.random.Generator) -> Samples:
    """Walk on a line between two walls; the target is where the walk ends.

    A step that would pass a wall at -1 or +1 ends at the wall.

    Args:
        n: Number of walks.
        n_steps: Steps T of each.
        rng: Source of the steps, normal with standard deviation 0.5.

    Returns:
        Steps, shape (n, T, 1), and final places, shape (n,), both in half
        widths.
    """
    X = rng.normal(0.0, 0.5, (n, n_steps, 1))
    place = np.zeros(n)
    for t in range(n_steps):
        place = np.clip(place + X[:, t, 0], -1.0, 1.0)
    return X, place


def autoregression(n: int, n_steps: int, rng: np.random.Generator) -> Samples:
    """Follow x_t = 1.6 x_(t-1) - 0.8 x_(t-2) + noise; the target is the next
    value.

    Args:
        n: Number of series.
        n_steps: Values T that are shown of each.
        rng: Source of the noise.

    Returns:
        Values, shape (n, T, 1), and the next ones, shape (n,), in standard
        deviations of the series.
    """
    # the first 50 let the start be forgotten
    x = np.zeros((n, 50 + n_steps + 1))
    noise = rng.normal(0.0, np.sqrt(AR_NOISE), x.shape)
    for t in range(2, x.shape[1]):
        x[:, t] = 1.6 * x[:, t - 1] - 0.8 * x[:, t - 2] + noise[:, t]
    return x[:, 50:-1, None], x[:, -1]


def one_token(
    n: int, n_steps: int, rng: np.random.Generator, place: int = 0
) -> Samples:
    """Show a row of signs; the target is one of them.

    Args:
        n: Number of rows.
        n_steps: Tokens T of each.
        rng: Source of the tokens, -1 or +1 with equal chance.
        place: Which token is asked for: 0 is the first, -1 the last.

    Returns:
        Tokens, shape (n, T, 1), and the one asked for, shape (n,), no unit.

    Raises:
        ValueError: If the row has no such place.
    """
    if not -n_steps <= place < n_steps:
        raise ValueError(f"a row of {n_steps} tokens has no place {place}")
    X = rng.choice([-1.0, 1.0], (n, n_steps, 1))
    return X, X[:, place, 0]


def stacked(
    task: Callable[[int, int, np.random.Generator], Samples],
    n: int,
    n_steps: int,
    rngs: Sequence[np.random.Generator],
) -> Samples:
    """Draw the samples of a task once a generator, and stack them.

    Args:
        task: Such as `clipped_walk`.
        n: Sequences of each draw.
        n_steps: Steps T of each sequence.
        rngs: One generator a draw.

    Returns:
        Sequences, shape (n_draws, n, T, p), and targets, shape (n_draws, n).
    """
    draws = [task(n, n_steps, rng) for rng in rngs]
    return np.stack([X for X, _ in draws]), np.stack([y for _, y in draws])


def in_turn(samples: Samples, size: int) -> Callable[[int], Samples]:
    """Cut samples into batches that come one after the other, again and again.

    Args:
        samples: Sequences, shape (..., n, T, p), and targets, shape (..., n).
        size: Samples of a batch; n must be a multiple of it.

    Returns:
        A function from the number of the step to its batch.

    Raises:
        ValueError: If the batches would not use all samples equally.
    """
    X, y = samples
    n = y.shape[-1]
    if size < 1 or n % size:
        raise ValueError(f"{n} samples cannot be cut into batches of {size}")

    def draw(step: int) -> Samples:
        batch = slice(first := step * size % n, first + size)
        return X[..., batch, :, :], y[..., batch]

    return draw
