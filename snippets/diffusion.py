"""A diffusion model: noise step by step, a network that guesses it, and two
ways back.

Sources: Sohl-Dickstein and others 2015 (the model), Ho, Jain and Abbeel 2020
(the loss and DDPM), Song, Meng and Ermon 2021 (DDIM), Nichol and Dhariwal 2021
(the cosine schedule), Vincent 2011 (noise and score).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from snippets.autoencoder import through
from snippets.descent import Adam
from snippets.neural_network import (
    Layer,
    backward,
    flatten,
    he_start,
    unflatten,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Guess = Callable[[FloatArray, int], FloatArray]
"""Guesses the noise in points of a step; shape unchanged, no unit."""


# --8<-- [start:forward]
def cosine_schedule(n_steps: int, last: float = 0.001) -> FloatArray:
    """Share of the variance that is still signal after 0, 1, ... steps.

    Its root is the cosine of an angle that grows by the same at each step, and
    the root of the rest the sine.

    Args:
        n_steps: Steps T, at least 1.
        last: Share that is left after the last step.

    Returns:
        Shares, from 1 down to `last`, shape (T + 1,).

    Raises:
        ValueError: If there is no step, or `last` is no share.
    """
    if n_steps < 1 or not 0 < last < 1:
        raise ValueError(
            f"need a step or more, and a share left, got {n_steps}, {last}"
        )
    angles = np.linspace(0, np.arccos(np.sqrt(last)), n_steps + 1)
    return np.asarray(np.cos(angles) ** 2)


def add_noise(
    x: FloatArray, noise: FloatArray, share: FloatArray | float
) -> FloatArray:
    """Jump to a step at once.

    Args:
        x: Clean points, shape (n, d).
        noise: Standard normal, same shape.
        share: Share of the signal at the step, a number or shape (n, 1).
    """
    return np.asarray(np.sqrt(share) * x + np.sqrt(1 - share) * noise)
    # --8<-- [end:forward]


# --8<-- [start:loss]
def time_features(t: IntArray, n_steps: int) -> FloatArray:
    """Describe a step by waves of three lengths, shape (n, 6)."""
    turns = np.pi / 2 * t[:, None] / n_steps * np.array([1.0, 2.0, 4.0])
    return np.hstack([np.sin(turns), np.cos(turns)])


def loss_and_slope(
    layers: Sequence[Layer],
    x: FloatArray,
    t: IntArray,
    noise: FloatArray,
    signal: FloatArray,
) -> tuple[float, list[Layer]]:
    """How badly a network guesses the noise, and the derivatives of that.

    Args:
        layers: The network: points and features of the step in, noise out.
        x: Clean points, shape (n, d).
        t: Step of each, from 1 to T, shape (n,).
        noise: What is added to each, standard normal, shape (n, d).
        signal: Share of the signal after each step, shape (T + 1,).

    Returns:
        Half the squared distance to the noise, mean over the points, and its
        derivatives in the shapes of the layers.
    """
    seen = add_noise(x, noise, signal[t][:, None])
    outputs = through(
        layers, np.hstack([seen, time_features(t, len(signal) - 1)])
    )
    gap = outputs[-1] - noise
    slopes, _ = backward(layers, outputs, gap / len(x))
    return float((gap**2).sum(axis=1).mean() / 2), slopes
    # --8<-- [end:loss]


# --8<-- [start:fit]
@dataclass(frozen=True, slots=True, eq=False)
class Denoiser:
    """A network that guesses noise.

    Attributes:
        layers: From points and features of the step to the noise.
        signal: Share of the signal after each step, shape (T + 1,).
    """

    layers: list[Layer]
    signal: FloatArray

    def __call__(self, x: FloatArray, t: int) -> FloatArray:
        """Guess the noise in points of step t, shape (n, d), no unit."""
        steps = time_features(np.full(len(x), t), len(self.signal) - 1)
        return through(self.layers, np.hstack([x, steps]))[-1]


def fit_path(
    X: FloatArray,
    signal: FloatArray,
    *,
    rng: np.random.Generator,
    hidden: tuple[int, ...] = (64, 64),
    n_updates: int = 2500,
    batch: int = 128,
    rate: float = 0.01,
    n_kept: int = 1,
) -> Iterator[Denoiser]:
    """Train by Adam; each update draws points, steps and noise anew.

    Args:
        X: Points, shape (n, d), best with variance 1.
        signal: Share of the signal after each step, shape (T + 1,).
        rng: Source of start, points, steps and noise.
        hidden: Units of each hidden layer.
        n_updates: How often the weights are changed.
        batch: Points an update.
        rate: Length of the first step; it falls to 0 in a straight line.
        n_kept: How many networks to yield, at equal distances; the last is
            the end.
    """
    d = X.shape[1]
    start = he_start((d + 6, *hidden, d), rng)
    theta = flatten(start)
    moving, adam = unflatten(theta, start), Adam(rate)
    for update in range(1, n_updates + 1):
        x = X[rng.integers(len(X), size=batch)]
        t = rng.integers(1, len(signal), size=batch)
        noise = rng.normal(size=x.shape)
        _, slopes = loss_and_slope(moving, x, t, noise, signal)
        adam.learning_rate = rate * (1 - (update - 1) / n_updates)
        adam.step(theta, flatten(slopes))
        if update * n_kept % n_updates < n_kept:
            yield Denoiser(unflatten(theta.copy(), start), signal)


def fit(
    X: FloatArray,
    signal: FloatArray,
    *,
    rng: np.random.Generator,
    n_updates: int = 2500,
    batch: int = 128,
) -> Denoiser:
    """Train to the end, as `fit_path` does, and keep the end."""
    path = fit_path(X, signal, rng=rng, n_updates=n_updates, batch=batch)
    return list(path)[-1]
    # --8<-- [end:fit]


# --8<-- [start:back]
def clean_guess(x: FloatArray, noise: FloatArray, share: float) -> FloatArray:
    """Take guessed noise out of points at once."""
    return np.asarray((x - np.sqrt(1 - share) * noise) / np.sqrt(share))


def posterior(
    x: FloatArray, clean: FloatArray, share: float, before: float
) -> tuple[FloatArray, float]:
    """Where a point was at an earlier step, if its clean place is known.

    Args:
        x: Points of the later step, shape (n, d).
        clean: Their clean places, same shape.
        share: Share of the signal at the later step.
        before: The same at the earlier step, larger.

    Returns:
        Mean, shape (n, d), and variance, which all points share.
    """
    kept = share / before
    mean = (
        np.sqrt(before) * (1 - kept) * clean + np.sqrt(kept) * (1 - before) * x
    ) / (1 - share)
    return np.asarray(mean), (1 - kept) * (1 - before) / (1 - share)


def ddpm(
    guess: Guess,
    x: FloatArray,
    signal: FloatArray,
    times: Sequence[int],
    rng: np.random.Generator,
) -> Iterator[FloatArray]:
    """Go back by draws from the posterior of a guessed clean place.

    Args:
        guess: Guesses the noise.
        x: Points of the first of the times, shape (n, d).
        signal: Share of the signal after each step, shape (T + 1,).
        times: Steps to visit, falling, the last is 0.
        rng: Source of the noise that is added on the way.

    Yields:
        The points after each step back.
    """
    for t, s in pairwise(times):
        clean = clean_guess(x, guess(x, t), signal[t])
        mean, variance = posterior(x, clean, signal[t], signal[s])
        x = mean + np.sqrt(variance) * rng.normal(size=x.shape)
        yield x


def ddim(
    guess: Guess, x: FloatArray, signal: FloatArray, times: Sequence[int]
) -> Iterator[FloatArray]:
    """Go back without chance: guessed place and guessed noise, mixed anew."""
    for t, s in pairwise(times):
        noise = guess(x, t)
        x = add_noise(clean_guess(x, noise, signal[t]), noise, signal[s])
        yield x
        # --8<-- [end:back]


def way_back(n_steps: int, n_visits: int) -> list[int]:
    """Steps to visit on a way back of fewer steps, from T to 0, evenly apart.

    Args:
        n_steps: Steps T of the schedule.
        n_visits: Steps back, from 1 to T.

    Raises:
        ValueError: If there are more steps back than steps.
    """
    if not 1 <= n_visits <= n_steps:
        raise ValueError(f"need 1 to {n_steps} steps back, got {n_visits}")
    return [int(t) for t in np.linspace(n_steps, 0, n_visits + 1).round()]


# --8<-- [start:spots]
class Spots(NamedTuple):
    """A mixture of round Gaussians, all as likely and as wide.

    Attributes:
        means: Centre of each, shape (k, d).
        sd: Standard deviation of each; 0 makes points of them.
    """

    means: FloatArray
    sd: float


def best_noise(spots: Spots, x: FloatArray, share: float) -> FloatArray:
    """Mean of the noise, given where a point is seen: nobody guesses better.

    Args:
        spots: What the clean points are drawn from.
        x: Points with noise, shape (n, d).
        share: Share of the signal, below 1.
    """
    centres = np.sqrt(share) * spots.means
    width = share * spots.sd**2 + 1 - share  # variance of a spot with noise
    # log chances, but for what is the same for all spots
    scores = (x @ centres.T - (centres**2).sum(axis=1) / 2) / width
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    return np.asarray(np.sqrt(1 - share) / width * (x - chances @ centres))
    # --8<-- [end:spots]
