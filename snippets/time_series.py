"""A series in time: autocorrelation, lags, exponential smoothing, back-tests
and limits for what comes next.

Sources: Holt 1957 and Winters 1960 (smoothing), Muth 1960 (the best alpha),
Hyndman and Koehler 2006 (MASE), Gibbs and Candès 2021 (limits that adapt).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from snippets.calibration import conformal_limit

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


# --8<-- [start:autocorrelation]
def autocorrelation(y: FloatArray, most: int) -> FloatArray:
    """How a series goes along with itself, some steps earlier.

    Args:
        y: The series, shape (n,).
        most: The longest lag, below n.

    Returns:
        One number a lag from 0, where it is 1, shape (most + 1,).
    """
    d = y - y.mean()
    sums = [d[lag:] @ d[: len(d) - lag] for lag in range(most + 1)]
    return np.asarray(sums / sums[0])  # one mean and divisor for all lags
    # --8<-- [end:autocorrelation]


# --8<-- [start:mase]
def mase(
    y: FloatArray, said: FloatArray, train: FloatArray, m: int = 1
) -> float:
    """Mean absolute error, in those that the naive forecast of one step makes
    inside the training part.

    Args:
        y: What came, shape (h,), or (n_origins, h).
        said: What was forecast, in the same shape.
        train: The training part, shape (n,).
        m: Steps of a season; 1 for the plain naive forecast.
    """
    scale = np.abs(train[m:] - train[:-m]).mean()
    return float(np.abs(y - said).mean() / scale)
    # --8<-- [end:mase]


# --8<-- [start:origins]
def origins(
    n: int, first: int, h: int, gap: int = 0, window: int | None = None
) -> Iterator[tuple[IntArray, IntArray]]:
    """Training and test rows of a back-test, whose origin moves on by h.

    Args:
        n: Rows, in the order of time.
        first: Rows before the first test row, those of the gap among them.
        h: Rows of each test part.
        gap: Rows left out between training and test.
        window: Training rows to keep at most, the latest ones; None keeps all.

    Yields:
        Rows to train and rows to test, for each origin whose test part is
        complete.
    """
    for start in range(first, n - h + 1, h):
        end = start - gap
        begin = 0 if window is None else max(0, end - window)
        yield np.arange(begin, end), np.arange(start, start + h)
    # --8<-- [end:origins]


# --8<-- [start:lags]
def lag_table(y: FloatArray, lags: int, h: int = 1) -> tuple[FloatArray, ...]:
    """A series as a supervised table.

    Args:
        y: The series, shape (n,).
        lags: Values that a row knows.
        h: Steps ahead of the last of them.

    Returns:
        Features, the latest value first, shape (n - lags - h + 1, lags), and
        targets, h steps after that value.
    """
    windows = np.lib.stride_tricks.sliding_window_view(y, lags)
    rows = len(y) - lags - h + 1
    return windows[:rows, ::-1], y[lags + h - 1 :]
    # --8<-- [end:lags]


# --8<-- [start:smooth]
class State(NamedTuple):
    """What smoothing remembers; `season[0]` belongs to the next value."""

    level: FloatArray | float
    slope: FloatArray | float
    season: list[FloatArray | float]


def smooth(
    y: FloatArray,
    state: State,
    alpha: FloatArray | float,
    beta: FloatArray | float = 0.0,
    gamma: FloatArray | float = 0.0,
) -> tuple[FloatArray, State]:
    """Additive Holt-Winters; without season it is Holt's, without slope simple
    exponential smoothing.

    Args:
        y: Values in time, shape (n,), or (n, n_series) for many at once.
        state: What is known before the first value.
        alpha: Weight of the news for the level, from 0 to 1; an array tries
            many at once.
        beta: That for the slope.
        gamma: That for the season.

    Returns:
        What was forecast for each value one step before, and the state after
        the last.
    """
    level = state.level + 0.0 * alpha * y[:1].sum(axis=0)  # in the full shape
    slope, season = state.slope, list(state.season)
    m, said = len(season), []
    for t, value in enumerate(y):
        old, before = season[t % m], level
        said.append(level + slope + old)
        level = alpha * (value - old) + (1 - alpha) * (level + slope)
        slope = beta * (level - before) + (1 - beta) * slope
        season[t % m] = gamma * (value - level) + (1 - gamma) * old
    turn = len(y) % m
    return np.array(said), State(level, slope, season[turn:] + season[:turn])


def ahead(state: State, h: int) -> FloatArray:
    """Forecasts of the next h values: the line goes on, the season repeats."""
    m = len(state.season)
    return np.array(
        [
            state.level + step * state.slope + state.season[(step - 1) % m]
            for step in range(1, h + 1)
        ]
    )
    # --8<-- [end:smooth]


# --8<-- [start:fit]
ALPHAS = np.array([0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
OTHERS = np.array([0.0, 0.03, 0.1, 0.3])


class Smoothing(NamedTuple):
    """Weights of the news, and the state after the last value."""

    weights: tuple[float, float, float]
    state: State


def begin(y: FloatArray, m: int, trend: bool) -> State:
    """The state before the first value: level, slope and season that fit the
    first two seasons (ten values, if those are more) by least squares.
    """
    t = np.arange(1, max(2 * m, 10) + 1)
    phase = np.eye(m)[(t - 1) % m]
    table = np.column_stack([phase, t * trend])
    *season, slope = np.linalg.lstsq(table, y[: len(t)])[0]
    level = float(np.mean(season))  # what all of a season share
    return State(level, float(slope), [each - level for each in season])


def fit_smoothing(y: FloatArray, m: int = 1, trend: bool = False) -> Smoothing:
    """Choose the weights by the squared error one step ahead, over a grid.

    Args:
        y: The training part, shape (n,), longer than what `begin` uses.
        m: Steps of a season; 1 for none.
        trend: Whether there is a slope.
    """
    betas, gammas = OTHERS if trend else [0.0], OTHERS if m > 1 else [0.0]
    grid = [each.ravel() for each in np.meshgrid(ALPHAS, betas, gammas)]
    start = begin(y, m, trend)
    said, _ = smooth(y, start, *grid)  # (n, n_weights)
    errors = (y[:, None] - said)[max(2 * m, 10) :]  # later than the start saw
    best = int((errors**2).mean(axis=0).argmin())
    alpha, beta, gamma = (float(each[best]) for each in grid)
    return Smoothing(
        (alpha, beta, gamma), smooth(y, start, alpha, beta, gamma)[1]
    )
    # --8<-- [end:fit]


# --8<-- [start:best]
def best_alpha(ratio: float) -> float:
    """The alpha of least error for a random walk that is seen with noise.

    Args:
        ratio: Variance of the walk's steps over that of the noise, above 0.
    """
    return float((np.sqrt(ratio**2 + 4 * ratio) - ratio) / 2)
    # --8<-- [end:best]


# --8<-- [start:processes]
def ar1(
    n: int, phi: float, rng: np.random.Generator, series: int = 1
) -> FloatArray:
    """y_t = phi y_{t-1} + noise of variance 1, shape (n, series).

    If phi is below 1 the first value has the variance of all; else it is 0.
    """
    noise = rng.standard_normal((n, series))
    y = np.empty((n, series))
    y[0] = noise[0] / np.sqrt(1 - phi**2) if phi < 1 else 0.0
    for t in range(1, n):
        y[t] = phi * y[t - 1] + noise[t]
    return y


def noisy_walk(
    n: int, ratio: float, rng: np.random.Generator, series: int = 1
) -> FloatArray:
    """A random walk seen with noise of variance 1, shape (n, series).

    Args:
        n: Values of each.
        ratio: Variance of the walk's steps.
        rng: Draws both.
        series: How many.
    """
    walk = np.sqrt(ratio) * rng.standard_normal((n, series)).cumsum(axis=0)
    return np.asarray(walk + rng.standard_normal((n, series)))
    # --8<-- [end:processes]


# --8<-- [start:adapt]
def misses(
    errors: FloatArray, share: float, window: int, step: float
) -> tuple[NDArray[np.bool_], FloatArray]:
    """Promise limits for errors that come one by one.

    Args:
        errors: Absolute errors in time; the first `window` make the limit.
        share: What is promised, such as 0.9.
        window: How many errors a limit is taken from.
        step: How far a miss moves the level; 0 keeps the first limit for good,
            as split conformal prediction does.

    Returns:
        Whether each later error is above its limit, and the limits, both of
        shape (n - window,).
    """
    asked, missed, limits = share, [], []
    for t in range(window, len(errors)):
        past = errors[t - window : t] if step else errors[:window]
        limit = conformal_limit(past, asked) if asked > 0 else 0.0
        missed.append(errors[t] > limit)
        limits.append(limit)
        asked += step * (missed[-1] - (1 - share))
    return np.array(missed), np.array(limits)
    # --8<-- [end:adapt]
