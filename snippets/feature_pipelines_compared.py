"""Comparisons of the note on feature pipelines: ways to select, all steps less
one, and a real table.
"""

from __future__ import annotations

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
    through,
)
from snippets.feature_pipelines_data import cars, deliveries
from snippets.feature_pipelines_runs import (
    MANY_TREES,
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
        weekend=1.0 * (table["ordered"].dt.day_of_week >= 5),
        log_km=log,
        log_kg=np.log(table["kg"]),
        bike_km=(table["vehicle"] == "bike") * log,
    )


def blocks(
    table: pd.DataFrame, y: FloatArray
) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Columns of each step of `LEFT_OUT`, made well and made plainly. No part
    of a table sees another, so each is made once.

    Args:
        table: Deliveries with more columns, see `derived`.
        y: Minutes of those that fit, which come first.

    Returns:
        Two arrays of shape (n_rows, n_columns) for each step; under "nothing"
        what is never left out.
    """

    def made(names: list[str], *steps: Step) -> FloatArray:
        X = table[names].to_numpy()
        fit = through(steps, X[: len(y)], y)
        return np.vstack([fit, through(steps, X[len(y) :])])

    codes = [
        np.hstack([made([name], make()) for name in ("district", "courier")])
        for make in (TargetMean, Ordinal)
    ]
    bent = Library(SplineTransformer(4, knots="quantile"))
    rest = np.hstack([made(["weekend", "width"]), made(["vehicle"], OneHot())])
    gaps = ["floor", "queue"]
    return {
        "nothing": (rest, rest),
        "logarithms": (made(["log_km", "log_kg"]), made(["km", "kg"])),
        "spline": (made(["celsius"], bent), made(["celsius"])),
        "clock": (made(["sine", "cosine"]), made(["hour"])),
        "product": (made(["bike_km"]), rest[:, :0]),
        "indicators": (made(gaps, Fill(indicator=True)), made(gaps, Fill())),
        "target means": (codes[0], codes[1]),
    }


def compete(seed: int) -> FloatArray:
    """Leave out one step at a time, and do the plainest thing that runs.

    Args:
        seed: Draws 400 deliveries to fit, 200 to choose one of four settings,
            and 1,000 to judge.

    Returns:
        Root mean squared distance to the expected minutes, shape
        (len(LEFT_OUT), len(MODELS)).
    """
    drawn = deliveries(1600, seed)
    y, found = drawn.minutes, np.empty((len(LEFT_OUT), len(MODELS)))
    made = blocks(derived(drawn.table), y[:400])
    for row, without in enumerate(LEFT_OUT):
        X = np.hstack([pair[name == without] for name, pair in made.items()])
        scale = Scale().fit(X[:400], y[:400])
        X = X if without == "scaling" else scale.transform(X)
        F, V, B = np.split(X, [400, 600])
        for column, model in enumerate(MODELS):
            held = V, y[400:600]
            said = judge(model, (F, y[:400]), held, B, MANY_TREES, 0.25)
            far = (said - drawn.expected[600:]) ** 2
            found[row, column] = np.sqrt(far.mean())
    return found
    # --8<-- [end:compete]


# --8<-- [start:real]
def car_errors(seed: int) -> FloatArray:
    """Predict miles per gallon of cars from the numbers and the origin, and
    with the maker beside them.

    Args:
        seed: Splits 392 cars into 200 to fit, 92 to choose and 100 to judge.

    Returns:
        Root mean squared errors, shape (2, 2): without and with the maker,
        each of `MODELS`.
    """
    table, y = cars()
    order = np.random.default_rng(seed).permutation(len(y))
    table, y = table.iloc[order], y[order]
    parts: list[tuple[list[Step], list[str]]] = [
        ([Scale()], [str(name) for name in table.columns[:-2]]),
        ([OneHot("zeros")], ["origin"]),
        ([TargetMean()], ["maker"]),
    ]
    found = np.empty((2, len(MODELS)))
    for row in (0, 1):
        steps = Columns(parts[: 2 + row])
        F = steps.fit_transform(table[:200], y[:200])
        V, B = np.split(steps.transform(table[200:]), [92])
        for column, model in enumerate(MODELS):
            held = V, y[200:292]
            said = judge(model, (F, y[:200]), held, B, MANY_TREES, 0.25)
            found[row, column] = np.sqrt(((said - y[292:]) ** 2).mean())
    return found
    # --8<-- [end:real]
