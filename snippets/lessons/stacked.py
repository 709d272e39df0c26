"""Stacked networks: many small ones trained at once, each arm on the same
samples of each seed.

A stack has two axes in front: arms, such as rates, and runs: each seed has its
samples, and as many runs as it has starts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from snippets.lessons.regularisers import spoil

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Stack = list[list[FloatArray]]
"""Weights, shape (n_arms, n_runs, n_in, n_out), and biases, shape (n_arms,
n_runs, 1, n_out), by layer.
"""
Active = Literal["relu", "tanh"]
Start = Literal["He", "Xavier", "zeros"]


class Samples(NamedTuple):
    """Samples of each run, to train and to test.

    Attributes:
        X: Shape (n_runs, n_train, n_features).
        targets: A row for each label, wrong ones too, shape (n_runs,
            n_train, n_classes).
        new: Shape (n_runs, n_new, n_features).
        truth: Their labels, shape (n_runs, n_new).
    """

    X: FloatArray
    targets: FloatArray
    new: FloatArray
    truth: IntArray


def digits(
    seeds: Sequence[int],
    n_train: int,
    n_new: int,
    noise: float = 0.0,
    starts: int = 1,
) -> Samples:
    """Split the digits anew for each seed, and spoil a share of the labels; all
    starts of a seed have the same.
    """
    X, y = load_digits(return_X_y=True)
    rngs = [np.random.default_rng(seed) for seed in seeds]
    drawn = [rng.permutation(len(y))[: n_train + n_new] for rng in rngs]
    labels = [
        spoil(y[rows[:n_train]], noise, rng)
        for rows, rng in zip(drawn, rngs, strict=True)
    ]
    rows = np.repeat(drawn, starts, axis=0)
    known, new = rows[:, :n_train], rows[:, n_train:]
    targets = np.eye(10)[np.repeat(labels, starts, axis=0)]
    return Samples(X[known] / 16, targets, X[new] / 16, y[new])


def sources(
    seeds: Sequence[int], starts: int, what: int
) -> list[np.random.Generator]:
    """A source of chance for each run, by what it is for."""
    return [
        np.random.default_rng([seed, start, what])
        for seed in seeds
        for start in range(starts)
    ]


# --8<-- [start:begin]
def begin(
    sizes: Sequence[int],
    seeds: Sequence[int],
    n_arms: int,
    how: Start = "He",
    starts: int = 1,
) -> Stack:
    """Draw starting weights, the same for all arms, and biases of 0.

    Args:
        sizes: Inputs, units of each hidden layer, and classes.
        seeds: Whose runs these are.
        n_arms: How many networks begin with each draw.
        how: A variance of 2 / n_in (He), of 2 / (n_in + n_out) (Xavier), or 0.
        starts: Runs of each seed.
    """
    rngs = sources(seeds, starts, 0)
    stack = []
    for n, m in pairwise(sizes):
        drawn = np.array([rng.standard_normal((n, m)) for rng in rngs])
        variance = {"He": 2 / n, "Xavier": 2 / (n + m), "zeros": 0.0}[how]
        weights = np.repeat(drawn[None] * np.sqrt(variance), n_arms, axis=0)
        stack.append([weights, np.zeros((n_arms, len(rngs), 1, m))])
    return stack
    # --8<-- [end:begin]


def batches(
    n: int, size: int, n_steps: int, seeds: Sequence[int], starts: int = 1
) -> IntArray:
    """Rows of each step, in a new order for each pass.

    Returns:
        Shape (n_steps, n_runs, size).

    Raises:
        ValueError: If a pass is no whole number of batches.
    """
    if n % size:
        raise ValueError(f"{n} samples are no whole batches of {size}")
    passes = -(-n_steps * size // n)
    found = []
    for rng in sources(seeds, starts, 1):
        orders = [rng.permutation(n) for _ in range(passes)]
        found.append(np.concatenate(orders).reshape(-1, size)[:n_steps])
    return np.stack(found, axis=1)


# --8<-- [start:passes]
def forward(
    stack: Stack, X: FloatArray, active: Active = "relu"
) -> list[FloatArray]:
    """What every layer of every network puts out, up to probabilities."""
    found = [X]
    for depth, (weights, biases) in enumerate(stack):
        z = found[-1] @ weights + biases
        if depth < len(stack) - 1:
            found.append(np.maximum(z, 0) if active == "relu" else np.tanh(z))
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return [*found, powers / powers.sum(axis=-1, keepdims=True)]


def backward(
    stack: Stack,
    found: Sequence[FloatArray],
    targets: FloatArray,
    active: Active = "relu",
) -> Stack:
    """Slopes of the mean cross-entropy, in the shapes of the stack."""
    slopes: Stack = []
    delta = (found[-1] - targets) / targets.shape[-2]
    for depth in reversed(range(len(stack))):
        below = found[depth]
        slope = below.swapaxes(-1, -2) @ delta
        slopes.append([slope, delta.sum(axis=-2, keepdims=True)])
        if depth:
            bent = (below > 0) if active == "relu" else 1 - below**2
            delta = delta @ stack[depth][0].swapaxes(-1, -2) * bent
    return slopes[::-1]
    # --8<-- [end:passes]


# --8<-- [start:train]
def train(
    stack: Stack,
    X: FloatArray,
    targets: FloatArray,
    rows: IntArray,
    rates: FloatArray,
    optimiser: Literal["SGD", "Adam"] = "SGD",
    momentum: float = 0.9,
    active: Active = "relu",
) -> Iterator[Stack]:
    """Train all networks, a step at a time, and give them after each.

    Args:
        stack: Networks; they are changed in place.
        X: Samples of each run, shape (n_runs, n_samples, n_features).
        targets: A row for each, shape (n_runs, n_samples, n_classes).
        rows: Rows of each step, as `batches` gives them.
        rates: Rate of each step and arm, shape (n_steps, n_arms).
        optimiser: Steps with momentum, or Adam.
        momentum: Share of the last step that SGD repeats.
        active: What hidden units do.
    """
    flat = [part for layer in stack for part in layer]
    first = [np.zeros_like(part) for part in flat]
    second = [np.zeros_like(part) for part in flat]
    runs = np.arange(len(X))[:, None]
    for t, (batch, each) in enumerate(zip(rows, rates, strict=True), 1):
        rate = each[:, None, None, None]
        with np.errstate(over="ignore", invalid="ignore"):  # a rate too long
            found = forward(stack, X[runs, batch], active)
            layers = backward(stack, found, targets[runs, batch], active)
            slopes = [part for layer in layers for part in layer]
            for part, g, m, v in zip(flat, slopes, first, second, strict=True):
                if optimiser == "SGD":
                    m *= momentum
                    m -= rate * g
                    part += m
                    continue
                m += 0.1 * (g - m)
                v += 0.001 * (g * g - v)
                length = np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
                part -= length * rate * m / (np.sqrt(v) + 1e-8)
        yield stack
        # --8<-- [end:train]


def accuracy(
    stack: Stack,
    X: FloatArray,
    truth: IntArray,
    active: Active = "relu",
    starts: int = 1,
) -> FloatArray:
    """Share of samples that each network tells, mean over the starts of a seed,
    shape (n_arms, n_seeds).
    """
    told = []
    for run, (samples, answers) in enumerate(zip(X, truth, strict=True)):
        one = [[part[:, run] for part in layer] for layer in stack]
        with np.errstate(over="ignore", invalid="ignore"):
            found = forward(one, samples, active)[-1].argmax(axis=-1)
        told.append((found == answers).mean(axis=-1))
    by_seed = np.array(told).T.reshape(-1, len(X) // starts, starts)
    return np.asarray(by_seed.mean(axis=-1))


def ended(steps: Iterator[Stack]) -> Stack:
    """Train to the last step."""
    stack: Stack = []
    for each in steps:
        stack = each
    return stack
