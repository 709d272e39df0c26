"""Experiments of the note on time series: a shuffled split against a back-test,
lags forecast directly and step by step, and a comparison with equal budgets.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.cbook import get_sample_data
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import Ridge

from snippets.time_series import (
    FloatArray,
    ahead,
    ar1,
    fit_smoothing,
    lag_table,
    mase,
    origins,
    smooth,
)

IntArray = NDArray[np.int64]
Fit = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
"""Takes features and targets to train on and new features; gives forecasts."""


def nearest(X: FloatArray, y: FloatArray, new: FloatArray) -> FloatArray:
    """The mean target of the three nearest training rows."""
    far = ((new[:, None] - X) ** 2).sum(axis=-1)
    return np.asarray(y[far.argpartition(3, axis=1)[:, :3]].mean(axis=1))


def least_squares(X: FloatArray, y: FloatArray, new: FloatArray) -> FloatArray:
    """A linear regression with intercept."""
    weights = np.linalg.lstsq(np.column_stack([np.ones(len(X)), X]), y)[0]
    return np.asarray(weights[0] + new @ weights[1:])


# --8<-- [start:leak]
KNOWN, LATER, H = 240, 60, 5
TABLES = ("walk", "AR(1)", "noise", "lags")


def table(name: str, rng: np.random.Generator) -> tuple[Any, ...]:
    """Rows in time, with the model to fit and the gap that the target needs."""
    n = KNOWN + LATER
    if name in ("walk", "AR(1)"):  # the date tells the value
        y = ar1(n, 1.0 if name == "walk" else 0.9, rng)[:, 0]
        return np.arange(float(n))[:, None], y, nearest, 0
    if name == "lags":
        return *lag_table(ar1(n + 3, 0.9, rng)[:, 0], 3), least_squares, 0
    sums = np.append(0, rng.standard_normal(n + 60).cumsum())
    at = np.arange(48, 48 + n)  # noise: what was says nothing
    X = [(sums[at] - sums[at - w]) / np.sqrt(w) for w in (6, 12, 24, 48)]
    return np.column_stack(X), sums[at + 12] - sums[at], nearest, 11


def claimed(name: str, seed: int) -> FloatArray:
    """What three ways to validate claim of a model, and what comes.

    Args:
        name: One of `TABLES`.
        seed: Draws the rows and the folds.

    Returns:
        Mean absolute errors, shape (4,): in five shuffled folds, in a
        back-test, in one with a gap, and later.
    """
    rng = np.random.default_rng(seed)
    X, y, model, gap = table(name, rng)
    folds = np.array_split(rng.permutation(KNOWN), 5)
    shuffled = [(np.setdiff1d(np.arange(KNOWN), each), each) for each in folds]
    ways = (
        shuffled,
        origins(KNOWN, KNOWN // 2, H),
        origins(KNOWN, KNOWN // 2, H, gap=gap),
        origins(KNOWN + LATER, KNOWN, H, gap=gap),
    )

    def error(fit: IntArray, new: IntArray) -> float:
        return float(np.abs(y[new] - model(X[fit], y[fit], X[new])).mean())

    return np.array([np.mean([error(*rows) for rows in way]) for way in ways])
    # --8<-- [end:leak]


# --8<-- [start:windows]
def windows(change: bool, seed: int) -> FloatArray:
    """Forecast an AR(1) series from all that was, or from the last 60 values.

    Args:
        change: Whether phi turns from 0.8 to -0.8 halfway.
        seed: Draws 400 values; least squares on one lag forecasts the last 200.

    Returns:
        Mean squared errors, shape (2,): all that was, the last 60.
    """
    noise, y = np.random.default_rng(seed).standard_normal(400), np.zeros(400)
    for t in range(1, 400):
        phi = -0.8 if change and t >= 200 else 0.8
        y[t] = phi * y[t - 1] + noise[t]
    X, target = lag_table(y, 1)
    found = []
    for window in (None, 60):
        errors = [
            target[new] - least_squares(X[fit], target[fit], X[new])
            for fit, new in origins(len(X), 199, H, window=window)
        ]
        found.append(np.mean(np.square(errors)))
    return np.array(found)
    # --8<-- [end:windows]


# --8<-- [start:spurious]
def said_related(x: FloatArray, y: FloatArray) -> float:
    """The share of pairs whose slope is "significant": a t value beyond 1.96.

    Args:
        x: Series, one a column, shape (n, n_pairs).
        y: Their partners, in the same shape.
    """
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    r = (x * y).sum(axis=0)
    r /= np.sqrt((x**2).sum(axis=0) * (y**2).sum(axis=0))
    t = r * np.sqrt((len(x) - 2) / (1 - r**2))
    return float((np.abs(t) > 1.96).mean())
    # --8<-- [end:spurious]


# --8<-- [start:direct]
def direct_and_recursive(lags: int, h: int, seed: int) -> FloatArray:
    """Forecast an AR(2) series with least squares on its last values.

    Args:
        lags: Values that the model knows; two are right.
        h: The longest horizon.
        seed: Draws 100 values to train on and 1,000 to test on.

    Returns:
        Mean squared errors by horizon, of a model for each horizon and of one
        model whose forecasts are fed back, shape (2, h).
    """
    train, test = np.split(ar2(1100, np.random.default_rng(seed)), [100])
    found = np.empty((2, h))
    known, _ = lag_table(test, lags)
    for step in range(1, h + 1):
        new, truth = lag_table(test, lags, step)
        X, y = lag_table(train, lags, step)
        direct = least_squares(X, y, new)
        X, y = lag_table(train, lags)
        said = least_squares(X, y, known)
        known = np.column_stack([said, known[:, :-1]])  # becomes a value
        found[:, step - 1] = (
            ((direct - truth) ** 2).mean(),
            ((said[: len(truth)] - truth) ** 2).mean(),
        )
    return found
    # --8<-- [end:direct]


def ar2(n: int, rng: np.random.Generator) -> FloatArray:
    """y_t = 1.4 y_{t-1} - 0.7 y_{t-2} + noise of variance 1, shape (n,)."""
    noise, y = rng.standard_normal(n + 50), np.zeros(n + 50)
    for t in range(2, n + 50):
        y[t] = 1.4 * y[t - 1] - 0.7 * y[t - 2] + noise[t]
    return y[50:]


# --8<-- [start:series]
SEASON = 12
SERIES = ("trend and season", "AR(2)", "threshold", "walk")


def series(name: str, n: int, seed: int) -> FloatArray:
    """A series of a known process, one of `SERIES`, shape (n,)."""
    rng = np.random.default_rng(seed)
    if name == "AR(2)":
        return ar2(n, rng)
    if name == "walk":
        return ar1(n, 1.0, rng)[:, 0]
    if name == "threshold":
        y = np.zeros(n + 50)
        for t in range(1, n + 50):
            y[t] = (3 if y[t - 1] < 0 else -2) + 0.5 * y[t - 1]
            y[t] += 0.5 * rng.standard_normal()
        return y[50:]
    turn = 2 * np.pi * np.arange(n) / SEASON
    wave = 3 * np.sin(turn) + np.cos(2 * turn)
    return np.asarray(0.1 * np.arange(n) + wave + ar1(n, 0.5, rng)[:, 0])
    # --8<-- [end:series]


# --8<-- [start:compete]
METHODS = ("naive", "Holt-Winters", "ridge", "boosting")
SETTINGS: dict[str, tuple[tuple[Any, ...], ...]] = {
    "naive": (("last",), ("season",), ("drift",), ("mean",)),
    "Holt-Winters": ((1, False), (1, True), (SEASON, False), (SEASON, True)),
    "ridge": ((1.0, False), (1.0, True), (100.0, False), (100.0, True)),
    "boosting": ((8, False), (8, True), (24, False), (24, True)),
}
"""Four each: a rule; season and trend; penalty or number of trees, and whether
the model learns steps from the last value in place of values.
"""
LAGS = SEASON + 1


def features(known: FloatArray, at: IntArray, steps: bool) -> FloatArray:
    """Lags, or how far they are from the last value, and the calendar.

    Args:
        known: The latest values, the last first, shape (n_rows, LAGS).
        at: When the target comes, shape (n_rows,).
        steps: Whether lags are told from the last value.

    Returns:
        Shape (n_rows, LAGS + 2), or one column less if `steps`.
    """
    lags = known[:, 1:] - known[:, :1] if steps else known
    angle = 2 * np.pi * at / SEASON
    return np.column_stack([lags, np.sin(angle), np.cos(angle)])


def learner(method: str, setting: float) -> Any:
    """A model to fit."""
    if method == "ridge":
        return Ridge(setting)
    return GradientBoostingRegressor(
        n_estimators=int(setting),
        learning_rate=0.25,
        max_depth=2,
        random_state=0,
    )


def by_lags(
    method: str,
    setting: tuple[float, bool],
    y: FloatArray,
    end: int,
    at: IntArray,
    h: int = H,
) -> FloatArray:
    """Fit a learner to lags and feed its forecasts back; see `forecasts`."""
    size, steps = setting
    known, truth = lag_table(y[:end], LAGS)
    X = features(known, np.arange(LAGS, end), steps)
    model = learner(method, size).fit(X, truth - steps * known[:, 0])
    known = np.array([y[origin - LAGS : origin][::-1] for origin in at])
    found = []
    for step in range(h):
        said = model.predict(features(known, at + step, steps))
        found.append(said + steps * known[:, 0])
        known = np.column_stack([found[-1], known[:, :-1]])
    return np.array(found).T


def by_smoothing(
    setting: tuple[int, bool], y: FloatArray, end: int, at: IntArray
) -> FloatArray:
    """Fit Holt-Winters, and let its state follow; see `forecasts`."""
    weights, state = fit_smoothing(y[:end], *setting)
    found, now = [], end
    for origin in at.tolist():
        _, state = smooth(y[now:origin], state, *weights)
        found.append(ahead(state, H))
        now = origin
    return np.array(found)


def by_rule(how: str, train: FloatArray, known: FloatArray) -> FloatArray:
    """Forecasts that need no fit, shape (H,)."""
    if how == "season":
        return known[-SEASON:][:H]
    if how == "mean":
        return np.full(H, train.mean())
    drift = (train[-1] - train[0]) / (len(train) - 1) if how == "drift" else 0
    return np.asarray(known[-1] + drift * np.arange(1, H + 1))


def forecasts(
    method: str, setting: Any, y: FloatArray, end: int, at: IntArray
) -> FloatArray:
    """Fit the first values, then forecast H steps from each origin.

    Args:
        method: One of `METHODS`.
        setting: One of its `SETTINGS`.
        y: The series, shape (n,).
        end: How many values are fitted. Later ones are known as they come, as
            lags or by a state that follows them.
        at: Origins, rising, none before `end`.

    Returns:
        Shape (n_origins, H).
    """
    if method == "naive":
        rows = [by_rule(setting[0], y[:end], y[:origin]) for origin in at]
        return np.array(rows)
    if method == "Holt-Winters":
        return by_smoothing(setting, y, end, at)
    return by_lags(method, setting, y, end, at)


def compete(y: FloatArray, fit: int, end: int) -> FloatArray:
    """Choose one of four settings for each method, then judge it.

    Args:
        y: The series, shape (n,).
        fit: How many values the candidates are fitted to; a back-test from
            there to `end` chooses.
        end: How many the chosen one is fitted to; a back-test from there on
            judges.

    Returns:
        MASE of each of `METHODS`, shape (4,).
    """

    def score(method: str, setting: Any, end: int, stop: int) -> float:
        at = np.arange(end, stop - H + 1, H)
        truth = np.array([y[origin : origin + H] for origin in at])
        said = forecasts(method, setting, y, end, at)
        return mase(truth, said, y[:end])

    found = []
    for method in METHODS:
        tried = [score(method, each, fit, end) for each in SETTINGS[method]]
        chosen = SETTINGS[method][int(np.argmin(tried))]
        found.append(score(method, chosen, end, len(y)))
    return np.array(found)
    # --8<-- [end:compete]


def real_series() -> dict[str, FloatArray]:
    """What ships with matplotlib: logarithms of a share index by months, and as
    many first readings of the four channels of an EEG.
    """
    path = str(get_sample_data("Stocks.csv", asfileobj=False))
    table = pd.read_csv(path, comment="#")
    index = np.log(table["^GSPC"].dropna().to_numpy(float))
    eeg = np.fromfile(get_sample_data("eeg.dat", asfileobj=False)).reshape(
        -1, 4
    )
    channels = {f"EEG {i + 1}": eeg[: len(index), i] for i in range(4)}
    return {"share index": index, **channels}
