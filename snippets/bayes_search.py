"""Bayes search: a Gaussian process guesses the score of every setting, and
names the next try.

Gaussian process regression after Rasmussen and Williams 2006, algorithm 2.1;
expected improvement after Jones, Schonlau and Welch 1998.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve, cholesky, solve_triangular
from scipy.stats import norm

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


# --8<-- [start:search]
def kernel(A: FloatArray, B: FloatArray, length: float) -> FloatArray:
    """How alike the scores of two settings are: 1 at distance 0, small beyond
    `length`.
    """
    squared = ((A[:, None] - B[None]) ** 2).sum(axis=2)  # (len(A), len(B))
    return np.asarray(np.exp(-squared / (2 * length**2)))


def posterior(
    tried: FloatArray,
    scores: FloatArray,
    places: FloatArray,
    length: float,
    noise: float,
) -> tuple[FloatArray, FloatArray]:
    """Guess the scores at other places from the scores that are known.

    Args:
        tried: Settings that were tried, shape (n_tried, n_hyperparameters).
        scores: Their scores, shape (n_tried,), not all equal.
        places: Settings to guess, shape (n_places, n_hyperparameters).
        length: Distance at which scores become unlike.
        noise: Variance of a score when it is measured again, in units of the
            scores' variance.

    Returns:
        Mean and standard deviation of each guess, shape (n_places,), in units
        of the scores.
    """
    centre, spread = scores.mean(), scores.std()
    lower = cholesky(
        kernel(tried, tried, length) + noise * np.eye(len(tried)), lower=True
    )
    across = kernel(tried, places, length)  # (n_tried, n_places)
    mean = across.T @ cho_solve((lower, True), (scores - centre) / spread)
    explained = (solve_triangular(lower, across, lower=True) ** 2).sum(axis=0)
    return centre + spread * mean, spread * np.sqrt(
        np.maximum(1 - explained, 0)
    )


def expected_improvement(
    mean: FloatArray, sd: FloatArray, best: float
) -> FloatArray:
    """Expected gain over the best score so far, if a place is tried; shape
    (n_places,).
    """
    z = (mean - best) / np.maximum(sd, 1e-12)
    return np.asarray((mean - best) * norm.cdf(z) + sd * norm.pdf(z))
    # --8<-- [end:search]


# --8<-- [start:loop]
def bayes_search(
    score: Callable[[int], float],
    places: FloatArray,
    n_tries: int,
    rng: np.random.Generator,
    n_random: int = 3,
    length: float = 0.3,
    noise: float = 1e-3,
) -> list[int]:
    """Try settings: some at random, then always where the expected improvement
    is largest.

    Args:
        score: Scores the setting in a row of `places`; more is better.
        places: All settings, each hyperparameter scaled to 0 to 1, shape
            (n_places, n_hyperparameters).
        n_tries: How many settings to try, `n_random` at least and no more than
            there are.
        rng: Source of the random tries.
        n_random: Random tries at the start.
        length: Distance at which scores become unlike.
        noise: See `posterior`.

    Returns:
        Rows that were tried, in their order, none of them twice.

    Raises:
        ValueError: If the number of tries does not fit.
    """
    if not 1 <= n_random <= n_tries <= len(places):
        raise ValueError(
            f"need 1 <= n_random <= n_tries <= {len(places)}, got {n_random} "
            f"and {n_tries}"
        )
    tried = [int(row) for row in rng.permutation(len(places))[:n_random]]
    scores = [score(row) for row in tried]
    while len(tried) < n_tries:
        known = np.array(scores)
        if np.ptp(known) == 0:  # all alike: nothing to learn from yet
            gain = rng.random(len(places))
        else:
            mean, sd = posterior(places[tried], known, places, length, noise)
            gain = expected_improvement(mean, sd, known.max())
        gain[tried] = -1
        tried.append(int(gain.argmax()))
        scores.append(score(tried[-1]))
    return tried
    # --8<-- [end:loop]


def bayes_searches(
    scores: FloatArray,
    places: FloatArray,
    n_tries: int,
    rngs: Sequence[np.random.Generator],
    n_random: int = 3,
    length: float = 0.3,
    noise: float = 1e-3,
) -> IntArray:
    """Search one table of scores from many starts: the tries of `bayes_search`
    for each source of chance, all starts a step at a time.

    The Cholesky factor of what was tried gets a row a try. A start whose scores
    are all alike so far goes on at random, as there.

    Args:
        scores: Score of each place, shape (n_places,).
        places: All settings, shape (n_places, n_hyperparameters).
        n_tries: See `bayes_search`.
        rngs: Source of the random tries, one a start.
        n_random: See `bayes_search`.
        length: See `bayes_search`.
        noise: See `bayes_search`.

    Returns:
        Rows that were tried, in their order, shape (n_starts, n_tries).
    """
    alike = kernel(places, places, length)  # (n_places, n_places)
    starts, n = np.arange(len(rngs)), len(places)
    tried = np.empty((len(rngs), n_tries), dtype=np.int64)
    tried[:, :n_random] = [rng.permutation(n)[:n_random] for rng in rngs]
    lower = np.zeros((len(rngs), n_tries, n_tries))
    solved = np.empty((len(rngs), n_tries, n))  # lower, divided into `alike`
    explained = np.zeros((len(rngs), n))
    for t in range(n_tries):
        if t >= n_random:
            known = scores[tried[:, :t]]  # (n_starts, t)
            centre = known.mean(axis=1, keepdims=True)
            spread = known.std(axis=1, keepdims=True)
            spread[np.ptp(known, axis=1) == 0] = 1
            z = (known - centre) / spread
            weights = np.linalg.solve(lower[:, :t, :t], z[..., None])
            mean = (solved[:, :t] * weights).sum(axis=1)
            sd = np.sqrt(np.maximum(1 - explained, 0))
            ahead = mean - z.max(axis=1, keepdims=True)
            gain = expected_improvement(ahead, sd, 0.0)
            for start, rng in enumerate(rngs):
                if np.ptp(known[start]) == 0:
                    gain[start] = rng.random(n)
            gain[starts[:, None], tried[:, :t]] = -1
            tried[:, t] = gain.argmax(axis=1)
        new = tried[:, t]
        before = solved[starts, :t, new]  # (n_starts, t)
        length_left = np.sqrt(1 + noise - (before**2).sum(axis=1))
        lower[:, t, :t], lower[:, t, t] = before, length_left
        rest = alike[new] - (before[..., None] * solved[:, :t]).sum(axis=1)
        solved[:, t] = rest / length_left[:, None]
        explained += solved[:, t] ** 2
    return tried
