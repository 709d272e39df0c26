"""Comparisons of the note on feature pipelines: ways to select, all steps less
one, and a real table.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.linear_model import lars_path
from sklearn.preprocessing import SplineTransformer

from snippets.feature_pipelines import (
    Columns,
    Fill,
    FloatArray,
    IntArray,
    OneHot,
    Scale,
    Step,
    TargetMean,
)
from snippets.feature_pipelines_data import cars, deliveries
from snippets.feature_pipelines_runs import (
    MODELS,
    Library,
    Ordinal,
    Select,
    judge,
)

# --8<-- [start:chosen]
TABLES = ("independent", "copies", "masked")
WAYS = ("univariate", "lasso", "recursive")


def wide(kind: str, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """120 rows of forty numbers; the first five make the target."""
    X = rng.standard_normal((120, 40))
    weights = np.array([1.0, 0.9, 0.8, 0.7, 0.6])
    if kind == "copies":  # twenty that go along with the first
        X[:, 5:25] = 0.85 * X[:, :1] + np.sqrt(1 - 0.85**2) * X[:, 5:25]
    if kind == "masked":  # what the fifth adds, the first takes away
        X[:, 4] = 0.8 * X[:, 0] + 0.6 * X[:, 4]
        weights[4] = -1.25
    y = X[:, :5] @ weights + rng.standard_normal(120)
    return X, y


def chosen(way: str, X: FloatArray, y: FloatArray) -> IntArray:
    """Five columns: by themselves, as the first on the lasso's path, or as the
    last when least squares drops the least significant, one at a time.
    """
    if way == "univariate":
        return np.asarray(Select(5).fit(X, y).learned["kept"])
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    if way == "lasso":
        _, _, path = lars_path(Z, y - y.mean(), method="lasso", max_iter=12)
        sizes = (path != 0).sum(axis=0)
        return np.flatnonzero(path[:, np.flatnonzero(sizes >= 5)[0]])
    left = np.arange(X.shape[1])
    while len(left) > 5:
        inverse = np.linalg.inv(Z[:, left].T @ Z[:, left])
        slopes = inverse @ Z[:, left].T @ (y - y.mean())
        left = np.delete(left, (slopes**2 / np.diag(inverse)).argmin())
    return left


def recovered(kind: str, seed: int) -> FloatArray:
    """The share of the five true columns that each way chooses, shape (3,)."""
    X, y = wide(kind, np.random.default_rng(seed))
    return np.array([(chosen(way, X, y) < 5).mean() for way in WAYS])
    # --8<-- [end:chosen]


# --8<-- [start:compete]
LEFT_OUT = (
    "nothing",
    "scaling",
    "logarithms",
    "spline",
    "clock",
    "product",
    "indicators",
    "target means",
)


def derived(table: pd.DataFrame) -> pd.DataFrame:
    """More columns, each row by itself: nothing is learned, so this may stand
    before the split.
    """
    hour = table["ordered"].dt.hour + table["ordered"].dt.minute / 60
    angle, log = 2 * np.pi * hour / 24, np.log(table["km"])
    return table.assign(
        hour=hour,
        sine=np.sin(angle),
        cosine=np.cos(angle),
        weekend=1.0 * (table["ordered"].dt.dayofweek >= 5),
        log_km=log,
        log_kg=np.log(table["kg"]),
        bike_km=(table["vehicle"] == "bike") * log,
    )


def features(without: str) -> Columns:
    """All steps of the deliveries but one of `LEFT_OUT`, which is replaced by
    the plainest thing that runs.
    """

    def unless(name: str, better: list[str], plain: list[str]) -> list[str]:
        return plain if without == name else better

    def scale() -> list[Step]:
        return [] if without == "scaling" else [Scale()]

    numbers = ["weekend", "width"]
    numbers += unless("logarithms", ["log_km", "log_kg"], ["km", "kg"])
    numbers += unless("clock", ["sine", "cosine"], ["hour"])
    numbers += unless("product", ["bike_km"], [])
    bent: list[Step] = [Library(SplineTransformer(4, knots="quantile"))]
    means = TargetMean, Ordinal
    encode = means[without == "target means"]
    return Columns(
        [
            (scale(), numbers),
            ([] if without == "spline" else bent, ["celsius"]),
            ([Fill(without != "indicators"), *scale()], ["floor", "queue"]),
            ([OneHot("zeros")], ["vehicle"]),
            ([encode(), *scale()], ["district"]),
            ([encode(), *scale()], ["courier"]),
        ]
    )


def compete(seed: int, models: Sequence[str] = MODELS) -> FloatArray:
    """Leave out one step at a time.

    Args:
        seed: Draws 400 deliveries to fit, 200 to choose one of four settings,
            and 1,000 to judge.
        models: Of `MODELS`.

    Returns:
        Root mean squared distance to the expected minutes, shape
        (len(LEFT_OUT), n_models).
    """
    drawn = deliveries(1600, seed)
    table, y = derived(drawn.table), drawn.minutes
    found = np.empty((len(LEFT_OUT), len(models)))
    for row, without in enumerate(LEFT_OUT):
        steps = features(without)
        F = steps.fit_transform(table[:400], y[:400])
        V, B = np.split(steps.transform(table[400:]), [200])
        for column, model in enumerate(models):
            said = judge(model, (F, y[:400]), (V, y[400:600]), B)
            far = (said - drawn.expected[600:]) ** 2
            found[row, column] = np.sqrt(far.mean())
    return found
    # --8<-- [end:compete]


# --8<-- [start:real]
MAKERS = ("left out", "one-hot", "target")


def car_errors(seed: int) -> FloatArray:
    """Predict miles per gallon of cars from the numbers, the origin, and the
    maker in three ways.

    Args:
        seed: Splits 392 cars into 200 to fit, 92 to choose and 100 to judge.

    Returns:
        Root mean squared errors, shape (3, 2): each of `MAKERS`, of `MODELS`.
    """
    table, y = cars()
    order = np.random.default_rng(seed).permutation(len(y))
    table, y = table.iloc[order], y[order]
    numbers = [str(name) for name in table.columns[:-2]]
    found = np.empty((len(MAKERS), len(MODELS)))
    for row, way in enumerate(MAKERS):
        encode = OneHot("zeros") if way == "one-hot" else TargetMean()
        parts: list[tuple[list[Step], list[str]]] = [
            ([Scale()], numbers),
            ([OneHot("zeros")], ["origin"]),
            ([encode], ["maker"]),
        ]
        steps = Columns(parts[: 2 if way == "left out" else 3])
        F = steps.fit_transform(table[:200], y[:200])
        V, B = np.split(steps.transform(table[200:]), [92])
        for column, model in enumerate(MODELS):
            said = judge(model, (F, y[:200]), (V, y[200:292]), B)
            found[row, column] = np.sqrt(((said - y[292:]) ** 2).mean())
    return found
    # --8<-- [end:real]
