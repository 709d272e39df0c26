"""Runs of diffusion models: shapes whose density is known, what is measured on
samples, and rivals with as many tries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np
from scipy.spatial.distance import cdist
from scipy.special import logsumexp
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KernelDensity

from snippets.diffusion import (
    FloatArray,
    Guess,
    Spots,
    add_noise,
    best_noise,
    cosine_schedule,
    ddim,
    ddpm,
    fit_path,
    way_back,
)

SIGNAL = cosine_schedule(100)
N_SEEDS = 10
N_ROWS = 300
N_SAMPLES = 1000
PARTS = (2, 4, 8, 12, 16)
WIDTHS = (0.05, 0.1, 0.15, 0.2, 0.3)


# --8<-- [start:shapes]
def ring() -> Spots:
    """Eight round Gaussians on a circle; each coordinate has variance 1."""
    angle = np.arange(8) * np.pi / 4
    means = 1.4 * np.column_stack([np.cos(angle), np.sin(angle)])
    return Spots(means, 0.14)


def moons() -> Spots:
    """Two half circles that reach into each other, each of 100 Gaussians."""
    angle = (np.arange(100) + 0.5) / 100 * np.pi
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    means = np.vstack([upper, [1, 0.5] - upper]) - [0.5, 0.25]
    return Spots(means / means.std(axis=0), 0.1)


def draw(spots: Spots, n: int, rng: np.random.Generator) -> FloatArray:
    """Draw points of a shape, shape (n, d)."""
    middle = spots.means[rng.integers(len(spots.means), size=n)]
    return np.asarray(middle + spots.sd * rng.normal(size=middle.shape))
    # --8<-- [end:shapes]


def exactly(spots: Spots, signal: FloatArray = SIGNAL) -> Guess:
    """The best guess of the noise, as samplers want it."""
    return lambda x, t: best_noise(spots, x, float(signal[t]))


def log_density(spots: Spots, X: FloatArray) -> FloatArray:
    """Log density of a shape at points, up to a constant, shape (n,)."""
    far = cdist(X, spots.means, "sqeuclidean")
    return np.asarray(logsumexp(-far / (2 * spots.sd**2), axis=1))


# --8<-- [start:measures]
def off_shape(spots: Spots, X: FloatArray) -> float:
    """Share of points where nearly nothing should be: the density is below
    that of all but a hundredth of true points.

    Args:
        spots: What the points should be drawn from.
        X: Points, shape (n, d).
    """
    true = draw(spots, 10_000, np.random.default_rng(0))
    limit = np.quantile(log_density(spots, true), 0.01)
    return float((log_density(spots, X) < limit).mean())


def energy_distance(X: FloatArray, Y: FloatArray) -> float:
    """Twice the mean distance between two sets, less that within each.

    It is 0 on average if both are drawn from one distribution, and larger if
    not; by chance it can be below 0.

    Args:
        X: Points, shape (n, d).
        Y: Points, shape (m, d).
    """
    within = [cdist(Z, Z).sum() / (len(Z) * (len(Z) - 1)) for Z in (X, Y)]
    return float(2 * cdist(X, Y).mean() - sum(within))


def to_nearest(X: FloatArray, rows: FloatArray) -> FloatArray:
    """Distance of each point to the nearest of some rows, shape (n,)."""
    return np.asarray(cdist(X, rows).min(axis=1))
    # --8<-- [end:measures]


def mean_loss(
    guess: Guess,
    X: FloatArray,
    rng: np.random.Generator,
    n: int = 200,
    signal: FloatArray = SIGNAL,
) -> float:
    """Half the squared distance of guessed and true noise, over all steps.

    Args:
        guess: Guesses the noise.
        X: Clean points to draw from, shape (rows, d).
        rng: Source of points and noise.
        n: Points a step.
        signal: Share of the signal after each step, shape (T + 1,).
    """
    losses = []
    for t in range(1, len(signal)):
        x = X[rng.integers(len(X), size=n)]
        noise = rng.normal(size=x.shape)
        gap = guess(add_noise(x, noise, float(signal[t])), t) - noise
        losses.append((gap**2).sum(axis=1).mean() / 2)
    return float(np.mean(losses))


def sampled(
    guess: Guess, n: int, rng: np.random.Generator, n_visits: int = 100
) -> FloatArray:
    """Draw points of the plane by DDPM from pure noise, shape (n, 2)."""
    times = way_back(len(SIGNAL) - 1, n_visits)
    start = rng.normal(size=(n, 2))
    return list(ddpm(guess, start, SIGNAL, times, rng))[-1]


def walked(
    guess: Guess, start: FloatArray, n_visits: int, signal: FloatArray = SIGNAL
) -> FloatArray:
    """Go back by DDIM from points of pure noise, shape unchanged."""
    times = way_back(len(signal) - 1, n_visits)
    return list(ddim(guess, start, signal, times))[-1]


# --8<-- [start:arms]
def split(seed: int) -> tuple[FloatArray, FloatArray]:
    """Rows of the moons to fit on, 240, and to choose settings by, 60."""
    X = draw(moons(), N_ROWS, np.random.default_rng(seed))
    return X[: N_ROWS * 4 // 5], X[N_ROWS * 4 // 5 :]


def diffusion_tries(
    seed: int, n_updates: int
) -> tuple[list[float], FloatArray]:
    """Losses at five stops of a training, and samples of the best of them."""
    rows, held_out = split(seed)
    rng = np.random.default_rng([seed, 1])
    path = fit_path(rows, SIGNAL, rng=rng, n_updates=n_updates, n_kept=5)
    nets = list(path)
    losses = [
        mean_loss(net, held_out, np.random.default_rng(0), 60) for net in nets
    ]
    best = nets[int(np.argmin(losses))]
    return losses, sampled(best, N_SAMPLES, rng)


def diffusion_arm(seed: int, n_updates: int = 7500) -> FloatArray:
    """Samples of a network, the best of five points of its training."""
    return diffusion_tries(seed, n_updates)[1]


def mixture_arm(seed: int) -> FloatArray:
    """Samples of a Gaussian mixture, the best of five numbers of parts."""
    rows, held_out = split(seed)
    tries = [
        GaussianMixture(k, n_init=3, random_state=seed).fit(rows) for k in PARTS
    ]
    best = max(tries, key=lambda each: float(each.score(held_out)))
    return np.asarray(best.sample(N_SAMPLES)[0])


def kernel_arm(seed: int) -> FloatArray:
    """Samples of a kernel density, the best of five widths."""
    rows, held_out = split(seed)
    tries = [KernelDensity(bandwidth=width).fit(rows) for width in WIDTHS]
    best = max(tries, key=lambda each: float(each.score(held_out)))
    return np.asarray(best.sample(N_SAMPLES, random_state=seed))


def copying_arm(seed: int) -> FloatArray:
    """The rows to fit on, drawn again: nothing is new."""
    rng = np.random.default_rng([seed, 2])
    return split(seed)[0][rng.integers(N_ROWS * 4 // 5, size=N_SAMPLES)]


def exact_arm(seed: int) -> FloatArray:
    """Samples by the best guess of the noise, which knows the shape."""
    rng = np.random.default_rng([seed, 3])
    return sampled(exactly(moons()), N_SAMPLES, rng)


def true_arm(seed: int) -> FloatArray:
    """Points of the shape itself."""
    return draw(moons(), N_SAMPLES, np.random.default_rng([seed, 4]))
    # --8<-- [end:arms]


Arm = Callable[[int], FloatArray]
RIVALS: Mapping[str, Arm] = {
    "mixture": mixture_arm,
    "kernel density": kernel_arm,
    "training rows again": copying_arm,
    "diffusion, exact guess": exact_arm,
    "the shape itself": true_arm,
}


@cache
def _fresh(seed: int) -> FloatArray:
    return draw(moons(), N_SAMPLES, np.random.default_rng([seed, 5]))


def score(seed: int, X: FloatArray) -> dict[str, float]:
    """Judge samples of the moons against new points of a seed.

    Args:
        seed: Of the rows that were fitted on.
        X: Samples, shape (n, 2).

    Returns:
        Energy distance, share off the shape, and median distance to the
        nearest row that was fitted on.
    """
    return {
        "energy": energy_distance(X, _fresh(seed)),
        "off": off_shape(moons(), X),
        "nearest": float(np.median(to_nearest(X, split(seed)[0]))),
    }


def scores(samples: Sequence[FloatArray]) -> dict[str, FloatArray]:
    """Judge samples of the moons as `score` does, seed by seed from 0.

    Args:
        samples: Samples of an arm by seed, from 0, each of shape (n, 2).

    Returns:
        Each score, shape (n_seeds,).
    """
    each = [score(seed, X) for seed, X in enumerate(samples)]
    return {name: np.array([one[name] for one in each]) for name in each[0]}
