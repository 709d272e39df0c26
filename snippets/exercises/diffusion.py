"""Write the schedule, the loss of a guess of noise, and both ways back.

Judge it with `pytest snippets/exercises/test_diffusion.py`.
`python -m snippets.exercises.skeletons diffusion` begins anew.
Given, to be called: `time_features`, `clean_guess`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from snippets.diffusion import (
    FloatArray,
    Guess,
    IntArray,
    Spots,
    clean_guess,
    time_features,
)
from snippets.neural_network import Layer

__all__ = [
    "add_noise",
    "best_noise",
    "clean_guess",
    "cosine_schedule",
    "ddim",
    "ddpm",
    "loss_and_slope",
    "posterior",
    "time_features",
]


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
    raise NotImplementedError(
        "angles from 0 to `np.arccos(np.sqrt(last))`, evenly; their cosines, "
        "squared"
    )


def add_noise(
    x: FloatArray, noise: FloatArray, share: FloatArray | float
) -> FloatArray:
    """Jump to a step at once.

    Args:
        x: Clean points, shape (n, d).
        noise: Standard normal, same shape.
        share: Share of the signal at the step, a number or shape (n, 1).
    """
    raise NotImplementedError(
        "root of the share times the points, root of the rest times the noise"
    )


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
    raise NotImplementedError(
        "`add_noise`, then `through`; the gap over the number of points goes "
        "into `backward`"
    )


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
    raise NotImplementedError(
        "two pulls: to the clean place and to the later one; kept = share / "
        "before"
    )


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
    raise NotImplementedError(
        "`clean_guess`, then a draw from the `posterior`; yield after each step"
    )


def ddim(
    guess: Guess, x: FloatArray, signal: FloatArray, times: Sequence[int]
) -> Iterator[FloatArray]:
    """Go back without chance: guessed place and guessed noise, mixed anew."""
    raise NotImplementedError(
        "`clean_guess` and the same noise, mixed by `add_noise` with the "
        "earlier share"
    )


def best_noise(spots: Spots, x: FloatArray, share: float) -> FloatArray:
    """Mean of the noise, given where a point is seen: nobody guesses better.

    Args:
        spots: What the clean points are drawn from.
        x: Points with noise, shape (n, d).
        share: Share of the signal, below 1.
    """
    raise NotImplementedError(
        "chances of the spots by a softmax of distances; then where their mean "
        "pulls"
    )
