"""A small transformer: a net of blocks, its loss and gradient, training with
Adam, and a cache of keys and values for writing token by token.

A net reads sequences of rows of numbers, shape (n, T, p), as that of
`snippets/rnn.py` does; a token is a row with a single 1. At every place it
gives scores of c classes.

Sources: Vaswani et al. 2017 (the transformer); Kingma and Ba 2015 (Adam).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from snippets.rnn import adam_move
from snippets.transformer import (
    Block,
    FloatArray,
    Seen,
    attention,
    block_backward,
    block_forward,
    join,
    normalise,
    normalise_back,
    over,
    split,
)

IntArray = NDArray[np.int64]
Samples = tuple[FloatArray, IntArray]
"""Sequences, shape (n, T, p), and the class asked for at each place, shape (n,
T); `NOTHING` where none is.
"""

NOTHING = -1
"""No class is asked for at this place."""


@dataclass(frozen=True)
class Net:
    """Weights of a transformer, or a gradient by each of them.

    Attributes:
        embed: From p inputs to width d, shape (p, d).
        places: What is added at each place, shape (T, d); no row, if places
            are not told apart.
        blocks: The blocks, from the first to the last.
        gain: Factor of the last normalisation, shape (d,).
        shift: What the last normalisation adds, shape (d,).
        read: From width d to the scores of c classes, shape (d, c).
        n_heads: Heads of each block.
        causal: Whether a place sees itself and earlier ones alone.
    """

    embed: FloatArray
    places: FloatArray
    blocks: tuple[Block, ...]
    gain: FloatArray
    shift: FloatArray
    read: FloatArray
    n_heads: int = 1
    causal: bool = False

    def parts(self) -> list[FloatArray]:
        """All weights, in one order."""
        inner = [part for block in self.blocks for part in block]
        ends = [self.gain, self.shift, self.read]
        return [self.embed, self.places, *inner, *ends]

    def vector(self) -> FloatArray:
        """All weights as one vector."""
        return np.concatenate([part.ravel() for part in self.parts()])

    def with_vector(self, theta: FloatArray) -> Net:
        """The same net with other weights, which are views of `theta`."""
        old, size = self.parts(), len(Block._fields)
        cuts = np.cumsum([part.size for part in old])[:-1]
        new = [
            piece.reshape(part.shape)
            for piece, part in zip(np.split(theta, cuts), old, strict=True)
        ]
        blocks = tuple(
            Block(*new[first : first + size])
            for first in range(2, len(new) - 3, size)
        )
        gain, shift, read = new[-3:]
        settings = self.n_heads, self.causal
        return Net(new[0], new[1], blocks, gain, shift, read, *settings)


def start(
    n_inputs: int,
    n_classes: int,
    rng: np.random.Generator,
    width: int = 16,
    n_heads: int = 2,
    n_blocks: int = 1,
    n_places: int = 0,
    causal: bool = False,
) -> Net:
    """Draw small weights; gains are 1, biases and shifts 0.

    Args:
        n_inputs: Inputs p of a place.
        n_classes: Classes c.
        rng: Source of the weights.
        width: Features d that a block keeps of a place.
        n_heads: Heads of each block.
        n_blocks: Blocks.
        n_places: Longest sequence that places are learned for; 0 for none.
        causal: Whether a place sees itself and earlier ones alone.

    Raises:
        ValueError: If the heads do not divide the width.
    """
    if n_heads < 1 or width % n_heads:
        raise ValueError(f"{n_heads} heads do not divide a width of {width}")

    def draw(rows: int, columns: int) -> FloatArray:
        return rng.normal(0, 1 / np.sqrt(rows), (rows, columns))

    one, zero, hidden = np.ones(width), np.zeros(width), 2 * width
    blocks = tuple(
        Block(
            gain1=one,
            shift1=zero,
            Q=draw(width, width),
            K=draw(width, width),
            V=draw(width, width),
            O=draw(width, width),
            gain2=one,
            shift2=zero,
            A=draw(width, hidden),
            a=np.zeros(hidden),
            B=draw(hidden, width),
            b=zero,
        )
        for _ in range(n_blocks)
    )
    # tokens louder than places: otherwise the first steps see places alone
    embed = rng.normal(0, 2, (n_inputs, width))
    places = rng.normal(0, 1, (n_places, width))
    read = draw(width, n_classes)
    return Net(embed, places, blocks, one, zero, read, n_heads, causal)


class Run(NamedTuple):
    """What a net computed of some sequences."""

    scores: FloatArray  # of all classes at all places, shape (n, T, c)
    normed: FloatArray  # what the last block gave, normalised, (n, T, d)
    unit: FloatArray  # the same before gain and shift, shape (n, T, d)
    scale: FloatArray  # one over the standard deviations, shape (n, T, 1)
    blocks: list[Seen]  # what each block saw


# --8<-- [start:net]
def forward(net: Net, X: FloatArray) -> Run:
    """Compute the scores of all classes at all places.

    Args:
        net: Weights.
        X: Sequences, shape (n, T, p).

    Raises:
        ValueError: If a sequence is longer than the net knows places.
    """
    x, n_places = X @ net.embed, len(net.places)
    if n_places:
        if X.shape[1] > n_places:
            raise ValueError(f"{n_places} places are known, got {X.shape[1]}")
        x = x + net.places[: X.shape[1]]
    blocks = []
    for w in net.blocks:
        x, seen = block_forward(w, x, net.n_heads, net.causal)
        blocks.append(seen)
    normed, unit, scale = normalise(x, net.gain, net.shift)
    return Run(normed @ net.read, normed, unit, scale, blocks)


def loss_and_gradient(
    net: Net, X: FloatArray, y: IntArray
) -> tuple[float, Net]:
    """Cross-entropy over the places that are asked, and its derivative.

    Args:
        net: Weights.
        X: Sequences, shape (n, T, p).
        y: Class asked for at each place, shape (n, T); -1 where none is.

    Returns:
        The loss in nats, and the gradient, in the shapes of the weights.
    """
    run = forward(net, X)
    loss, out = cross_entropy(run.scores, y)
    read = over(run.normed, out)
    back, gain, shift = normalise_back(
        out @ net.read.T, net.gain, run.unit, run.scale
    )
    slopes = []
    for w, seen in zip(net.blocks[::-1], run.blocks[::-1], strict=True):
        back, slope = block_backward(w, seen, back)
        slopes.append(slope)
    places = np.zeros_like(net.places)
    if len(places):
        places[: X.shape[1]] = back.sum(axis=0)
    parts = over(X, back), places, tuple(slopes[::-1]), gain, shift, read
    return loss, Net(*parts, net.n_heads, net.causal)
    # --8<-- [end:net]


def cross_entropy(scores: FloatArray, y: IntArray) -> tuple[float, FloatArray]:
    """Mean surprise at the classes that are asked for, and its derivative.

    Args:
        scores: Of all classes at all places, shape (n, T, c).
        y: Class asked for at each place, shape (n, T); -1 where none is.

    Returns:
        The loss in nats, and its derivative by the scores, shape (n, T, c).

    Raises:
        ValueError: If no place is asked.
    """
    asked = np.nonzero(y != NOTHING)
    if not len(asked[0]):
        raise ValueError("no place is asked for a class")
    chosen = scores[asked]
    chosen = chosen - chosen.max(axis=-1, keepdims=True)
    logs = chosen - np.log(np.exp(chosen).sum(axis=-1, keepdims=True))
    rows = np.arange(len(logs)), y[asked]
    slope = np.exp(logs)
    slope[rows] -= 1
    out = np.zeros_like(scores)
    out[asked] = slope / len(logs)
    return float(-logs[rows].mean()), out


# --8<-- [start:train]
def train(
    net: Net,
    draw: Callable[[int], Samples],
    n_steps: int,
    rate: float = 0.01,
    watch: Callable[[int, Net, float], None] | None = None,
) -> Net:
    """Follow the gradient of one batch a step with Adam.

    Args:
        net: Where to start; it is not changed.
        draw: Gives the batch of each step.
        n_steps: How many steps.
        rate: Step size of Adam at the start; it falls to 0 along a straight
            line.
        watch: Is told the number of each step, the net before it and its loss.

    Returns:
        The trained net.
    """
    theta = net.vector()
    first, second = np.zeros_like(theta), np.zeros_like(theta)
    for step in range(n_steps):
        now = net.with_vector(theta)
        loss, gradient = loss_and_gradient(now, *draw(step))
        if watch:
            watch(step, now, loss)
        slope = gradient.vector()
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope**2
        pace = rate * (1 - step / n_steps)
        theta = theta - pace * adam_move(first, second, step)
    return net.with_vector(theta)
    # --8<-- [end:train]


def predict(net: Net, X: FloatArray) -> IntArray:
    """The class with the highest score at each place, shape (n, T)."""
    return np.asarray(forward(net, X).scores.argmax(axis=-1))


Cache = list[tuple[FloatArray, FloatArray]]
"""Keys and values of each block so far, each of shape (n, heads, S, d / heads).
"""


# --8<-- [start:cache]
def advance(
    net: Net, x: FloatArray, cache: Cache | None
) -> tuple[FloatArray, Cache]:
    """Read one more place of each sequence; earlier ones are in the cache.

    Args:
        net: Weights of a causal net.
        x: Input of the new place, shape (n, 1, p).
        cache: Keys and values of the places before; None at the first.

    Returns:
        Scores at the new place, shape (n, 1, c), and the longer cache.
    """
    at = cache[0][0].shape[2] if cache else 0
    x, longer = x @ net.embed, []
    if len(net.places):
        x = x + net.places[at]
    for index, w in enumerate(net.blocks):
        normed, *_ = normalise(x, w.gain1, w.shift1)
        Q, K, V = (split(normed @ p, net.n_heads) for p in (w.Q, w.K, w.V))
        if cache:
            K = np.concatenate([cache[index][0], K], axis=2)
            V = np.concatenate([cache[index][1], V], axis=2)
        longer.append((K, V))
        x = x + join(attention(Q, K, V)[0]) @ w.O
        normed, *_ = normalise(x, w.gain2, w.shift2)
        x = x + np.maximum(normed @ w.A + w.a, 0) @ w.B + w.b
    return normalise(x, net.gain, net.shift)[0] @ net.read, longer
    # --8<-- [end:cache]


def sinusoids(n_places: int, width: int) -> FloatArray:
    """Sines and cosines of the place at frequencies that fall by powers.

    Args:
        n_places: Places, from 0.
        width: Features of each, an even number.

    Returns:
        Sines in the even columns and cosines in the odd ones, shape (n_places,
        width).

    Raises:
        ValueError: If the width is odd.
    """
    if width % 2:
        raise ValueError(f"width must be even, got {width}")
    speeds = 1 / 10000 ** (np.arange(0, width, 2) / width)
    angles = np.arange(n_places)[:, None] * speeds
    pairs = np.stack([np.sin(angles), np.cos(angles)], axis=-1)
    return pairs.reshape(n_places, width)


def n_multiplies(n_places: int, width: int, n_hidden: int) -> dict[str, int]:
    """Count the multiplications of one block for one sequence.

    Args:
        n_places: Length T of the sequence.
        width: Width d.
        n_hidden: Hidden units m of the feed-forward part.

    Returns:
        Those of the maps, which each place needs once, and those of attention
        between each two places, whatever the number of heads.
    """
    maps = n_places * (4 * width**2 + 2 * width * n_hidden)
    return {"maps": maps, "attention": 2 * n_places**2 * width}
