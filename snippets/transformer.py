"""The parts of a transformer from scratch: attention, layer normalisation, and
the block, each with its backward pass by hand.

A net of such blocks, and how it is trained, is in `transformer_net.py`.

Sources: Vaswani et al. 2017 (the transformer); Ba, Kiros and Hinton 2016
(layer normalisation); Xiong et al. 2020 (normalisation before each part, as
here).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

EPSILON = 1e-5
"""Added to a variance, so that a row of equal numbers can be normalised."""


# --8<-- [start:attention]
def attention(
    Q: FloatArray, K: FloatArray, V: FloatArray, causal: bool = False
) -> tuple[FloatArray, FloatArray]:
    """Read for each query a mean of the values, weighted by how keys fit.

    Args:
        Q: Queries, shape (..., T, d).
        K: Keys, shape (..., S, d).
        V: Values, shape (..., S, e).
        causal: Whether a query sees only keys up to its own place; the last
            query stands at the last key.

    Returns:
        What is read, shape (..., T, e), and the weights, shape (..., T, S).
    """
    scores = Q @ K.mT / np.sqrt(Q.shape[-1])
    if causal:
        n_queries, n_keys = scores.shape[-2:]
        seen = np.tri(n_queries, n_keys, n_keys - n_queries, dtype=bool)
        scores = np.where(seen, scores, -np.inf)
    scores -= scores.max(axis=-1, keepdims=True)  # no overflow
    weights = np.exp(scores)
    weights /= weights.sum(axis=-1, keepdims=True)
    return weights @ V, weights
    # --8<-- [end:attention]


# --8<-- [start:attention-back]
def attention_back(
    out: FloatArray,
    Q: FloatArray,
    K: FloatArray,
    V: FloatArray,
    weights: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Carry the derivative by what was read to queries, keys and values.

    Args:
        out: Derivative by what was read, shape (..., T, e).
        Q: Queries, shape (..., T, d).
        K: Keys, shape (..., S, d).
        V: Values, shape (..., S, e).
        weights: Those that `attention` gave, shape (..., T, S).

    Returns:
        Derivatives in the shapes of Q, K and V.
    """
    slope = out @ V.mT  # by the weights
    mean = (slope * weights).sum(axis=-1, keepdims=True)
    slope = weights * (slope - mean) / np.sqrt(Q.shape[-1])  # by the products
    return slope @ K, slope.mT @ Q, weights.mT @ out
    # --8<-- [end:attention-back]


# --8<-- [start:normalise]
def normalise(
    x: FloatArray, gain: FloatArray, shift: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Bring each row to mean 0 and variance 1, then stretch and shift it.

    Args:
        x: Rows, shape (..., d).
        gain: Factor of each feature, shape (d,).
        shift: What is added to each feature, shape (d,).

    Returns:
        The new rows, shape (..., d); the rows before gain and shift, shape
        (..., d); and one over the standard deviations, shape (..., 1).
    """
    centred = x - x.mean(axis=-1, keepdims=True)
    scale = 1 / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPSILON)
    unit = centred * scale
    return unit * gain + shift, unit, scale


def normalise_back(
    out: FloatArray, gain: FloatArray, unit: FloatArray, scale: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Carry the derivative by the new rows to the old ones, gain and shift.

    Args:
        out: Derivative by what `normalise` gave, shape (..., d).
        gain: Factor of each feature, shape (d,).
        unit: Rows before gain and shift, shape (..., d).
        scale: One over the standard deviations, shape (..., 1).

    Returns:
        Derivatives in the shapes of x, gain and shift.
    """
    inner = out * gain
    along = (inner * unit).mean(axis=-1, keepdims=True)
    back = scale * (inner - inner.mean(axis=-1, keepdims=True) - unit * along)
    rows = tuple(range(out.ndim - 1))
    return back, (out * unit).sum(axis=rows), out.sum(axis=rows)
    # --8<-- [end:normalise]


class Block(NamedTuple):
    """Weights of one block of width d, or a gradient by each of them."""

    gain1: FloatArray  # normalisation before attention, shape (d,)
    shift1: FloatArray
    Q: FloatArray  # to queries, keys and values of all heads, shape (d, d)
    K: FloatArray
    V: FloatArray
    O: FloatArray  # noqa: E741 - from the heads back, shape (d, d)
    gain2: FloatArray  # normalisation before the feed-forward part, shape (d,)
    shift2: FloatArray
    A: FloatArray  # to m hidden units, shape (d, m)
    a: FloatArray  # their biases, shape (m,)
    B: FloatArray  # from the hidden units back, shape (m, d)
    b: FloatArray  # biases, shape (d,)


class Seen(NamedTuple):
    """What one block computed on its way, for the way back."""

    unit1: FloatArray  # input with mean 0 and variance 1, shape (n, T, d)
    scale1: FloatArray  # one over its standard deviations, shape (n, T, 1)
    normed1: FloatArray  # with gain and shift, shape (n, T, d)
    Q: FloatArray  # queries by head, shape (n, heads, T, d / heads)
    K: FloatArray  # keys
    V: FloatArray  # values
    weights: FloatArray  # attention, shape (n, heads, T, T)
    joined: FloatArray  # what all heads read, side by side, shape (n, T, d)
    unit2: FloatArray  # the same three before the feed-forward part
    scale2: FloatArray
    normed2: FloatArray
    hidden: FloatArray  # after ReLU, shape (n, T, m)


# --8<-- [start:heads]
def split(x: FloatArray, n_heads: int) -> FloatArray:
    """Cut the features into heads: (n, T, d) to (n, heads, T, d / heads)."""
    n, T, d = x.shape
    return x.reshape(n, T, n_heads, d // n_heads).swapaxes(1, 2)


def join(x: FloatArray) -> FloatArray:
    """Put the heads side by side again: (n, heads, T, e) to (n, T, d)."""
    n, n_heads, T, e = x.shape
    return x.swapaxes(1, 2).reshape(n, T, n_heads * e)
    # --8<-- [end:heads]


# --8<-- [start:block]
def block_forward(
    w: Block, x: FloatArray, n_heads: int, causal: bool
) -> tuple[FloatArray, Seen]:
    """Let the places read from each other, then work on each place alone.

    Args:
        w: Weights.
        x: Rows, shape (n, T, d).
        n_heads: Heads, a divisor of d.
        causal: Whether a place sees itself and earlier ones alone.

    Returns:
        New rows, shape (n, T, d), and what the way back needs.
    """
    normed1, unit1, scale1 = normalise(x, w.gain1, w.shift1)
    Q, K, V = (split(normed1 @ part, n_heads) for part in (w.Q, w.K, w.V))
    read, weights = attention(Q, K, V, causal)
    joined = join(read)
    middle = x + joined @ w.O  # residual
    normed2, unit2, scale2 = normalise(middle, w.gain2, w.shift2)
    hidden = np.maximum(normed2 @ w.A + w.a, 0)
    seen = Seen(
        *(unit1, scale1, normed1, Q, K, V, weights, joined),
        *(unit2, scale2, normed2, hidden),
    )
    return middle + hidden @ w.B + w.b, seen
    # --8<-- [end:block]


# --8<-- [start:block-back]
def block_backward(
    w: Block, seen: Seen, out: FloatArray
) -> tuple[FloatArray, Block]:
    """Carry the derivative by a block's output to its input and its weights.

    Args:
        w: Weights.
        seen: What the block computed on its way.
        out: Derivative by the new rows, shape (n, T, d).

    Returns:
        Derivative by the old rows, shape (n, T, d), and by each weight.
    """
    inner = (out @ w.B.T) * (seen.hidden > 0)
    by_middle, gain2, shift2 = normalise_back(
        inner @ w.A.T, w.gain2, seen.unit2, seen.scale2
    )
    middle = out + by_middle  # the residual adds
    heads = attention_back(
        split(middle @ w.O.T, seen.Q.shape[1]),
        *(seen.Q, seen.K, seen.V, seen.weights),
    )
    Q, K, V = (join(part) for part in heads)
    by_x, gain1, shift1 = normalise_back(
        Q @ w.Q.T + K @ w.K.T + V @ w.V.T, w.gain1, seen.unit1, seen.scale1
    )
    slopes = Block(
        gain1,
        shift1,
        over(seen.normed1, Q),
        over(seen.normed1, K),
        over(seen.normed1, V),
        over(seen.joined, middle),
        gain2,
        shift2,
        over(seen.normed2, inner),
        inner.sum(axis=(0, 1)),
        over(seen.hidden, out),
        out.sum(axis=(0, 1)),
    )
    return middle + by_x, slopes


def over(x: FloatArray, out: FloatArray) -> FloatArray:
    """Derivative by a matrix: x^T out, summed over samples and places."""
    return x.reshape(-1, x.shape[-1]).T @ out.reshape(-1, out.shape[-1])
    # --8<-- [end:block-back]
