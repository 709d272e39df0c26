"""Experiments of the note on feature pipelines: leaks, encodings, missing
values, curves, selection, and a comparison that leaves one step out at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from zlib import crc32

import numpy as np
from sklearn import config_context
from sklearn.base import clone
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.preprocessing import KBinsDiscretizer, SplineTransformer

from snippets.feature_pipelines import (
    Fill,
    FloatArray,
    Learned,
    OneHot,
    Pipeline,
    Ridge,
    Scale,
    Step,
    TargetMean,
    ValueArray,
    places,
    splits,
)


# --8<-- [start:select]
@dataclass
class Select(Step):
    """The numbers that go along with the target best, each by itself.

    Attributes:
        k: How many to keep.
    """

    k: int = 10

    def learn(self, X: FloatArray, y: FloatArray) -> Learned:
        """Which columns, in their order, shape (k,)."""
        d = X - X.mean(axis=0)
        r = np.abs((y - y.mean()) @ d) / np.sqrt((d**2).sum(axis=0))
        return {"kept": np.sort(r.argsort(kind="stable")[-self.k :])}

    def transform(self, X: FloatArray) -> FloatArray:
        """Shape (n_rows, k)."""
        return np.asarray(X[:, self.learned["kept"]])
        # --8<-- [end:select]


class NearestMean(Step):
    """The class, 0 or 1, whose mean is nearer, as a last step."""

    def learn(self, X: FloatArray, y: FloatArray) -> Learned:
        """Mean of each class, shape (2, n_features)."""
        return {"means": np.array([X[y == one].mean(axis=0) for one in (0, 1)])}

    def transform(self, X: FloatArray) -> FloatArray:
        """Classes, shape (n_rows,)."""
        far = ((X[:, None] - self.learned["means"]) ** 2).sum(axis=-1)
        return np.asarray(far.argmin(axis=1), dtype=float)


# --8<-- [start:leak]
LEAKS = ("scale", "fill", "select", "encode")


def noise(kind: str, rng: np.random.Generator) -> tuple[Any, Step]:
    """Eighty rows that say nothing, and a step that learns from them."""
    if kind == "encode":
        values = rng.integers(40, size=(80, 1)).astype(str)
        return values, TargetMean(smooth=1.0, folds=1)
    X = rng.standard_normal((80, 500 if kind == "select" else 8))
    if kind == "scale":
        return X * 10.0 ** np.arange(-4, 4), Scale()
    if kind == "fill":
        return np.where(rng.random(X.shape) < 0.3, np.nan, X), Fill()
    return X, Select(10)


def leak(kind: str, seed: int) -> FloatArray:
    """Cross-validate the nearest mean behind a step that saw all rows, or only
    those that train.

    Args:
        kind: One of `LEAKS`.
        seed: Draws rows, classes and five folds.

    Returns:
        Accuracy with the step before the split and inside, shape (2,); the
        truth is 0.5.
    """
    rng = np.random.default_rng(seed)
    X, step = noise(kind, rng)
    y = rng.permutation(np.arange(80) % 2).astype(float)
    before, right = step.fit_transform(X, y), np.empty((2, 80))
    for rest, part in splits(80, 5, seed):
        said = NearestMean().fit(before[rest], y[rest]).transform(before[part])
        right[0, part] = said == y[part]
        inside = Pipeline([step, NearestMean()]).fit(X[rest], y[rest])
        right[1, part] = inside.predict(X[part]) == y[part]
    return np.asarray(right.mean(axis=1))
    # --8<-- [end:leak]


class Ordinal(Step):
    """The place of a category in the alphabet; -1 for a new one."""

    def learn(self, X: ValueArray, y: FloatArray) -> Learned:
        """The categories, sorted."""
        return {"known": np.unique(X[:, 0].astype(str))}

    def transform(self, X: ValueArray) -> FloatArray:
        """Shape (n_rows, 1)."""
        at = places(X[:, 0].astype(str), self.learned["known"])
        return np.asarray(at[:, None], dtype=float)


class Frequency(Ordinal):
    """The share of training rows that have a category; 0 for a new one."""

    def learn(self, X: ValueArray, y: FloatArray) -> Learned:
        """The categories, sorted, and their shares."""
        known, n = np.unique(X[:, 0].astype(str), return_counts=True)
        return {"known": known, "share": np.append(n / len(X), 0)}

    def transform(self, X: ValueArray) -> FloatArray:
        """Shape (n_rows, 1)."""
        at = super().transform(X).astype(int)
        return np.asarray(self.learned["share"][at])


# --8<-- [start:hash]
class Hashed(Step):
    """One of sixteen columns for each category, by a hash that is the same in
    each process; Python's own `hash` of a text is not.
    """

    def learn(self, X: ValueArray, y: FloatArray) -> Learned:
        """Nothing: the column follows from the name."""
        return {}

    def transform(self, X: ValueArray) -> FloatArray:
        """Shape (n_rows, 16)."""
        at = [crc32(str(each).encode()) % 16 for each in X[:, 0]]
        return np.eye(16)[at]
        # --8<-- [end:hash]


# --8<-- [start:judge]
MODELS = ("ridge", "boosting")
PENALTIES, TREES = (0.1, 1.0, 10.0, 100.0), (4, 8, 12, 16)
MANY_TREES = (20, 40, 80, 160)
"""For a whole table: of `TREES` every fit of it would choose the last."""


def judge(
    model: str,
    fit: tuple[FloatArray, FloatArray],
    held: tuple[FloatArray, FloatArray],
    new: FloatArray,
    trees: tuple[int, ...] = TREES,
    rate: float = 0.4,
) -> FloatArray:
    """Fit four settings of a model; held-out rows choose the one that predicts.

    Args:
        model: One of `MODELS`.
        fit: Features and targets to fit.
        held: Those that choose.
        new: Features to predict for.
        trees: Numbers of trees of the boosted model, rising.
        rate: Its learning rate.
    """
    if model == "ridge":
        fitted = [Ridge(penalty).fit(*fit) for penalty in PENALTIES]
        said = [
            (each.transform(held[0]), each.transform(new)) for each in fitted
        ]
    else:
        boosted = GradientBoostingRegressor(
            n_estimators=trees[-1],
            learning_rate=rate,
            max_depth=2,
            random_state=0,
        )
        # of small trees, checks would take a third of the time
        with config_context(assume_finite=True, skip_parameter_validation=True):
            boosted.fit(*fit)
            stages = [boosted.staged_predict(X) for X in (held[0], new)]
            said = list(zip(*stages, strict=True))
        said = [said[n - 1] for n in trees]
    errors = [((each - held[1]) ** 2).mean() for each, _ in said]
    return np.asarray(said[int(np.argmin(errors))][1])
    # --8<-- [end:judge]


# --8<-- [start:encoded]
ENCODERS: dict[str, Callable[[], Step]] = {
    "ordinal": Ordinal,
    "frequency": Frequency,
    "hashing": Hashed,
    "one-hot": partial(OneHot, "zeros"),
    "target": TargetMean,
}


def draw_category(k: int, seed: int) -> tuple[Any, ...]:
    """1,200 rows of a category of k values, each of which adds its own N(0, 1)
    to the target, and of a number; the noise is N(0, 2).

    Returns:
        Categories, shape (1200, 1), numbers, expected targets, targets.
    """
    rng = np.random.default_rng(seed)
    at, x = rng.integers(k, size=1200), rng.standard_normal(1200)
    truth = x + rng.standard_normal(k)[at]
    y = truth + 2 * rng.standard_normal(1200)
    return at[:, None].astype(str), x, truth, y


def encoded(k: int, seed: int) -> FloatArray:
    """Learn from a number and a category of k values, encoded in five ways.

    Args:
        k: Values of the category; see `draw_category`.
        seed: Draws 400 rows to fit, 200 to choose and 600 to judge.

    Returns:
        Root mean squared distance to the expected target, shape (5, 2): each
        of `ENCODERS`, each of `MODELS`.
    """
    values, x, truth, y = draw_category(k, seed)
    found = np.empty((len(ENCODERS), len(MODELS)))
    for row, make in enumerate(ENCODERS.values()):
        step = make()
        made = step.fit_transform(values[:400], y[:400])
        made = np.vstack([made, step.transform(values[400:])])
        F, V, B = np.split(np.column_stack([x, made]), [400, 600])
        for column, model in enumerate(MODELS):
            said = judge(model, (F, y[:400]), (V, y[400:600]), B)
            found[row, column] = np.sqrt(((said - truth[600:]) ** 2).mean())
    return found
    # --8<-- [end:encoded]


# --8<-- [start:filled]
REASONS = ("none", "large", "large, then none")


def filled(reason: str, seed: int) -> FloatArray:
    """Fill missing values of one number of two, and fit least squares.

    Args:
        reason: Why 30 % are missing: for none, as they are large, or as they
            are large in the training part and for none later.
        seed: Draws 400 rows to fit and 2,000 to judge.

    Returns:
        Root mean squared distance to the expected target, shape (2,): mean,
        mean and indicator.
    """
    rng = np.random.default_rng(seed)
    full = rng.standard_normal((2400, 2))
    truth = full @ [2.0, 1.0]
    y, chance = truth + rng.standard_normal(2400), np.full(2400, 0.3)
    if reason != "none":
        stop = 400 if reason.endswith("none") else 2400
        chance[:stop] = 1 / (1 + np.exp(3 - 3 * full[:stop, 0]))
    full[rng.random(2400) < chance, 0] = np.nan
    errors = []
    for indicator in (False, True):
        pipeline = Pipeline([Fill(indicator), Ridge(1e-6)])
        said = pipeline.fit(full[:400], y[:400]).predict(full[400:])
        errors.append(np.sqrt(((said - truth[400:]) ** 2).mean()))
    return np.array(errors)
    # --8<-- [end:filled]


@dataclass
class Library(Step):
    """A transformer of scikit-learn as a step.

    Attributes:
        transformer: It stays as it is; a copy learns.
    """

    transformer: Any

    def learn(self, X: FloatArray, y: FloatArray) -> Learned:
        """The copy."""
        return {"fitted": clone(self.transformer).fit(X, y)}

    def transform(self, X: FloatArray) -> FloatArray:
        """What the copy gives."""
        return np.asarray(self.learned["fitted"].transform(X))


# --8<-- [start:curves]
CURVES = ("distance", "temperature", "hour")
SHAPES = ("as it is", "by formula", "bins", "spline")


def curve(name: str, x: FloatArray) -> FloatArray:
    """What one number does to the minutes; compare `deliveries`."""
    if name == "distance":
        return np.asarray(6 * np.log(x))
    if name == "temperature":
        return np.asarray(0.03 * (x - 12) ** 2)
    return np.asarray(5 * np.cos(2 * np.pi * (x - 18) / 24))


def shaped(name: str, shape: str) -> list[Step]:
    """Steps that make columns for a linear model of one number."""
    if shape == "bins":
        return [Library(KBinsDiscretizer(8, encode="onehot-dense"))]
    if shape == "spline":
        turn = name == "hour"
        knots = np.linspace(0, 24, 6)[:, None] if turn else "quantile"
        ends = "periodic" if turn else "linear"
        return [Library(SplineTransformer(6, knots=knots, extrapolation=ends))]
    return [] if shape == "as it is" else [Formula(name)]


@dataclass
class Formula(Step):
    """What somebody who knows the process would do with a number."""

    name: str

    def learn(self, X: FloatArray, y: FloatArray) -> Learned:
        """Nothing: each row by itself."""
        return {}

    def transform(self, X: FloatArray) -> FloatArray:
        """Logarithm, square, or sine and cosine of the day."""
        if self.name == "distance":
            return np.asarray(np.log(X))
        if self.name == "temperature":
            return np.hstack([X, X**2])
        angle = 2 * np.pi * X / 24
        return np.hstack([np.sin(angle), np.cos(angle)])


def draw_curve(name: str, seed: int, n: int = 300) -> tuple[FloatArray, ...]:
    """A number as `deliveries` has it, and targets with noise of N(0, 3)."""
    rng = np.random.default_rng(seed)
    x = {
        "distance": np.exp(1 + 0.8 * rng.standard_normal(n)),
        "temperature": rng.uniform(-10, 30, n),
        "hour": rng.uniform(0, 24, n),
    }[name]
    return x[:, None], curve(name, x) + 3 * rng.standard_normal(n)


def curved(name: str, seed: int) -> FloatArray:
    """Distance to the true curve of a linear model, for each of `SHAPES`."""
    x, y = draw_curve(name, seed)
    new = draw_curve(name, seed + 1000, 1000)[0]
    return np.array(
        [
            np.sqrt(((said - curve(name, new[:, 0])) ** 2).mean())
            for said in (
                Pipeline([*shaped(name, each), Ridge(1e-3)])
                .fit(x, y)
                .predict(new)
                for each in SHAPES
            )
        ]
    )
    # --8<-- [end:curves]
