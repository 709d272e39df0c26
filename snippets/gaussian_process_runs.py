"""Trials of the Gaussian process: coverage with right and wrong kernels, local
optima, many features, inducing points, seasons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from snippets.gaussian_process import (
    condition,
    draw,
    fit,
    inducing,
    predict,
)
from snippets.gaussian_process_kernels import (
    PROFILES,
    linear,
    periodic,
    rbf,
    stationary,
)

FloatArray = NDArray[np.float64]

NOISE = 0.2
"""Standard deviation of the noise in all simulated draws."""

TOL = 1e-4
"""Share of the marginal likelihood at which a climb ends: far below what the
samples can tell.
"""

WORLDS: Mapping[str, tuple[str, float]] = {
    "smooth": ("RBF", 0.15),
    "rough": ("Matérn 1/2", 0.4),
}
"""Functions that a kernel describes, with their length scales; the third
world, "steps", has none.
"""


# --8<-- [start:world]
def world(name: str, x: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Draw a function of standard deviation 1, at places from 0 to 1.

    Args:
        name: "smooth", "rough" or "steps".
        x: Places, shape (n,).
        rng: Source of the function.

    Returns:
        Its values, shape (n,).
    """
    if name == "steps":  # three levels, 1.2 apart and 0 on average
        cuts = np.sort(rng.uniform(0.1, 0.9, 2))
        levels = rng.permutation([-1.2, 0.0, 1.2])
        return np.asarray(levels[np.searchsorted(cuts, x)])
    shape, length = WORLDS[name]
    kernel = stationary(PROFILES[shape])
    theta = np.log([1.0, length])
    covariance = kernel(x[:, None], x[:, None], theta)
    return draw(np.zeros(len(x)), covariance, 1, rng).ravel()
    # --8<-- [end:world]


# --8<-- [start:coverage]
def coverage(
    name: str, shapes: Sequence[str], seeds: Sequence[int], n: int = 30
) -> dict[str, FloatArray]:
    """Share of new places at which a 95 % interval holds the function, and the
    share at which one for a new target holds that.

    Args:
        name: The world.
        shapes: Kernels to fit, or "known": the right one, with its parameters.
        seeds: Each draws a function, n samples and 60 new ones.
        n: How many samples.

    Returns:
        By kernel: both shares and the mean deviation, shape (n_seeds, 3).
    """
    found = {shape: np.empty((len(seeds), 3)) for shape in shapes}
    for i, seed in enumerate(seeds):
        rng = np.random.default_rng(seed)
        x = rng.uniform(size=(n + 60, 1))
        f = world(name, x[:, 0], rng)
        y = f + NOISE * rng.standard_normal(n + 60)
        for shape in shapes:
            right, length = WORLDS.get(name, ("RBF", 0.15))
            known = shape == "known"
            kernel = stationary(PROFILES[right if known else shape])
            if known:
                theta = np.log([1.0, length, NOISE])
                process = condition(kernel, theta, x[:n], y[:n])
            else:
                start = np.log([1.0, 0.2, 0.3])
                process = fit(kernel, x[:n], y[:n], [start], TOL)[0]
            mean, sd = predict(process, x[n:])
            both = np.hypot(sd, np.exp(process.theta[-1]))
            found[shape][i] = (
                (np.abs(f[n:] - mean) < 1.96 * sd).mean(),
                (np.abs(y[n:] - mean) < 1.96 * both).mean(),
                sd.mean(),
            )
    return found
    # --8<-- [end:coverage]


def ten_samples(seed: int) -> tuple[FloatArray, FloatArray]:
    """Places (10, 1) and noisy targets (10,) of a smooth function."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(size=(10, 1))
    y = world("smooth", x[:, 0], rng) + NOISE * rng.standard_normal(10)
    return x, y


# --8<-- [start:optima]
def optima(seed: int) -> FloatArray:
    """How high climbs of the marginal likelihood end, from three starts.

    Args:
        seed: Draws ten samples of a smooth function.

    Returns:
        Log marginal likelihoods, the highest first, shape (3,).
    """
    x, y = ten_samples(seed)
    grid = [[1.0, 0.2, 0.1], [1.0, 1.0, 1.0], [1.0, 0.02, 0.1]]
    ends = fit(stationary(rbf), x, y, np.log(grid), TOL)
    return np.array([each.log_marginal for each in ends])
    # --8<-- [end:optima]


# --8<-- [start:empty]
def left_to_learn(n_features: int, rng: np.random.Generator) -> float:
    """Error that 100 samples leave if kernel and parameters are known.

    Args:
        n_features: Of a cube with edges of 1; the length scale is 0.3.
        rng: Draws samples and 100 new places.

    Returns:
        Root mean square of the posterior's deviation, 1 before any sample.
    """
    X = rng.uniform(size=(200, n_features))
    theta = np.log([1.0, 0.3, NOISE])
    process = condition(stationary(rbf), theta, X[:100], np.zeros(100))
    return float(np.sqrt((predict(process, X[100:])[1] ** 2).mean()))
    # --8<-- [end:empty]


# --8<-- [start:thinned]
def thinned(
    sizes: Sequence[int], seed: int, n: int = 400
) -> dict[str, FloatArray]:
    """Error of the mean with m inducing points, with m rows alone, with all.

    Args:
        sizes: Values of m.
        seed: Draws a smooth function, n samples and 100 new places.
        n: How many samples.

    Returns:
        By way, root mean squared errors, shape (n_sizes,).
    """
    rng = np.random.default_rng(seed)
    x = rng.uniform(size=(n + 100, 1))
    f = world("smooth", x[:, 0], rng)
    y = f[:n] + NOISE * rng.standard_normal(n)
    kernel, theta = stationary(rbf), np.log([1.0, WORLDS["smooth"][1], NOISE])
    new, truth = x[n:], f[n:]
    means: dict[str, list[FloatArray]] = {"inducing points": [], "rows": []}
    for m in sizes:
        chosen, few = np.linspace(0, 1, m)[:, None], slice(m)
        means["inducing points"].append(
            inducing(kernel, theta, (x[:n], y), chosen, new)[0]
        )
        part = condition(kernel, theta, x[few], y[few])
        means["rows"].append(predict(part, new)[0])
    exact = predict(condition(kernel, theta, x[:n], y), new)[0]
    means["all rows"] = [exact] * len(sizes)
    return {
        way: np.sqrt(((np.array(each) - truth) ** 2).mean(axis=1))
        for way, each in means.items()
    }
    # --8<-- [end:thinned]


# --8<-- [start:season]
def season(
    n: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """A trend and a wave of period 1 that is no sine, with noise.

    Args:
        n: How many places from 0 to 5; another n go on to 7.
        rng: Source of the draw.

    Returns:
        Places (2 n, 1), noisy targets and the truth, both (2 n,).
    """
    x = np.append(np.sort(rng.uniform(0, 5, n)), np.linspace(5, 7, n))
    truth = (
        0.3 * (x - 2.5) + np.exp(np.sin(2 * np.pi * (x - rng.random()))) - 1.3
    )
    return x[:, None], truth + NOISE * rng.standard_normal(2 * n), truth
    # --8<-- [end:season]


SEASONAL = linear() + periodic()
"""A line and what repeats itself."""


def season_errors(seed: int, n: int = 30) -> tuple[float, float]:
    """Root mean squared error beyond the samples: of the seasonal kernel, of
    RBF.
    """
    x, y, truth = season(n, np.random.default_rng(seed))
    errors = []
    for kernel, start in (
        (SEASONAL, [1.0, 0.5, 1.0, 1.0, 1.02, 0.3]),
        (stationary(rbf), [1.0, 0.3, 0.3]),
    ):
        process = fit(kernel, x[:n], y[:n], [np.log(start)], TOL)[0]
        gap = predict(process, x[n:])[0] - truth[n:]
        errors.append(float(np.sqrt((gap**2).mean())))
    return errors[0], errors[1]
