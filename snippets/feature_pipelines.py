"""Steps of a feature pipeline: what each learns from the training part, and
what it does to other rows.

Sources: Micci-Barreca 2001 (target encoding), Efron and Morris 1975 (shrunken
means), Searle 1971 (variance between groups by the method of moments).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
ValueArray = NDArray[Any]
"""Categories, as texts."""
Rows = Any
"""A table, or an array of shape (n_rows, n_features)."""
Learned = dict[str, Any]
"""Arrays, numbers and texts by name."""


# --8<-- [start:step]
@dataclass
class Step:
    """Something that learns from training rows, then changes any rows.

    What is learned goes into `learned`, and nowhere else: it is all that has
    to be stored.
    """

    learned: Learned = field(default_factory=dict, init=False)

    def fit(self, X: Rows, y: FloatArray) -> Self:
        """Learn from training rows, and forget what was learned before."""
        self.learned = self.learn(X, y)
        return self

    def learn(self, X: Rows, y: FloatArray) -> Learned:
        """What there is to know of the training rows."""
        raise NotImplementedError

    def transform(self, X: Rows) -> FloatArray:
        """Change rows by what was learned, and by nothing else."""
        raise NotImplementedError

    def fit_transform(self, X: Rows, y: FloatArray) -> FloatArray:
        """The training rows, as the next step is to see them."""
        return self.fit(X, y).transform(X)
        # --8<-- [end:step]


# --8<-- [start:scale]
class Scale(Step):
    """Numbers less their mean, over their standard deviation."""

    def learn(self, X: FloatArray, y: FloatArray) -> Learned:
        """Mean and spread of each column, both of shape (n_features,)."""
        spread = X.std(axis=0)
        return {"mean": X.mean(axis=0), "spread": np.where(spread, spread, 1)}

    def transform(self, X: FloatArray) -> FloatArray:
        """Shape (n_rows, n_features), no unit."""
        return np.asarray((X - self.learned["mean"]) / self.learned["spread"])
        # --8<-- [end:scale]


# --8<-- [start:fill]
@dataclass
class Fill(Step):
    """The mean of what is known, where a number is missing (NaN).

    Attributes:
        indicator: Whether a column of 0 and 1 for each number says where.
    """

    indicator: bool = False

    def learn(self, X: FloatArray, y: FloatArray) -> Learned:
        """Mean of the known numbers of each column, shape (n_features,)."""
        return {"mean": np.nanmean(X, axis=0)}

    def transform(self, X: FloatArray) -> FloatArray:
        """Shape (n_rows, n_features), or twice as many with indicators."""
        lacks = np.isnan(X)
        full = np.where(lacks, self.learned["mean"], X)
        return np.hstack([full, lacks]) if self.indicator else full
        # --8<-- [end:fill]


# --8<-- [start:onehot]
def places(values: ValueArray, known: ValueArray) -> IntArray:
    """Where each value stands among the known ones, which are sorted; -1 if it
    is not among them.
    """
    at = np.searchsorted(known, values).clip(max=len(known) - 1)
    return np.where(known[at] == values, at, -1)


@dataclass
class OneHot(Step):
    """A column of 0 and 1 for each category of the training part.

    Attributes:
        unknown: "zeros" for a category that was never seen, or "error".
    """

    unknown: str = "error"

    def learn(self, X: ValueArray, y: FloatArray) -> Learned:
        """The categories of the one column, sorted."""
        return {"known": np.unique(X[:, 0].astype(str))}

    def transform(self, X: ValueArray) -> FloatArray:
        """Shape (n_rows, n_known).

        Raises:
            ValueError: If a category is new, and that is to be an error.
        """
        known, values = self.learned["known"], X[:, 0].astype(str)
        at = places(values, known)
        if self.unknown == "error" and (at < 0).any():
            new = sorted(set(values[at < 0]))
            raise ValueError(f"categories {new} were not in the training part")
        return np.asarray(at[:, None] == np.arange(len(known)), dtype=float)
        # --8<-- [end:onehot]


# --8<-- [start:shrink]
def shrunk_means(
    at: IntArray, y: FloatArray, k: int, smooth: float
) -> FloatArray:
    """Mean target of each category, drawn towards the mean of all rows.

    Args:
        at: Category of each row, 0 to k - 1, shape (n_rows,).
        y: Targets, shape (n_rows,).
        k: How many categories there are.
        smooth: As many rows of the overall mean are added to each category;
            `inf` leaves nothing else.

    Returns:
        Shape (k,), in the unit of the target; the overall mean for a category
        without rows.
    """
    n, sums = np.bincount(at, minlength=k), np.bincount(at, y, k)
    means = sums / np.maximum(n, 1)
    weight = n / np.maximum(n + smooth, 1e-300)  # 0 rows, smooth 0: weight 0
    return np.asarray(weight * means + (1 - weight) * y.mean())


def best_smooth(at: IntArray, y: FloatArray) -> float:
    """Variance within categories over that between true means, by moments;
    `inf` if nothing is left between, or no category has two rows.

    Args:
        at: Category of each row, shape (n_rows,).
        y: Targets, shape (n_rows,).
    """
    _, at, n = np.unique(at, return_inverse=True, return_counts=True)
    rows, k = len(y), len(n)
    if rows == k:
        return float("inf")
    means = np.bincount(at, y) / n
    within = ((y - means[at]) ** 2).sum() / (rows - k)
    spread = (n * (means - y.mean()) ** 2).sum() - (k - 1) * within
    if spread <= 0:
        return float("inf")
    return float(within / spread * (rows - (n**2).sum() / rows))
    # --8<-- [end:shrink]


# --8<-- [start:cross]
def splits(n: int, folds: int, seed: int) -> list[tuple[IntArray, IntArray]]:
    """Rows that are left and rows that are held out, for each of some folds;
    none for fewer than two.
    """
    order = np.random.default_rng(seed).permutation(n)
    parts = np.array_split(order, folds) if folds > 1 else []
    return [(np.setdiff1d(order, part), part) for part in parts]


def cross_fitted(
    step: Step,
    X: ValueArray,
    y: FloatArray,
    parts: Sequence[tuple[IntArray, IntArray]],
) -> FloatArray:
    """Rows as a step shows them that has learned from other rows.

    Args:
        step: Gives one column.
        X: Rows, shape (n_rows, n_features).
        y: Targets, shape (n_rows,).
        parts: See `splits`; each row is held out once.

    Returns:
        Shape (n_rows, 1).
    """
    found = np.empty((len(y), 1))
    for rest, part in parts:
        found[part] = step.fit(X[rest], y[rest]).transform(X[part])
    return found
    # --8<-- [end:cross]


# --8<-- [start:target]
@dataclass
class TargetMean(Step):
    """A category becomes the shrunken mean target of its training rows.

    Attributes:
        smooth: See `shrunk_means`; None asks `best_smooth`.
        folds: Training rows get means of the other folds; with 1 their own
            target is in the mean that encodes them.
        seed: Deals the rows to the folds.
    """

    smooth: float | None = None
    folds: int = 5
    seed: int = 0

    def learn(self, X: ValueArray, y: FloatArray) -> Learned:
        """Categories, the number of each, and the mean for a new one."""
        values = X[:, 0].astype(str)
        known, at = np.unique(values, return_inverse=True)
        smooth = best_smooth(at, y) if self.smooth is None else self.smooth
        means = shrunk_means(at, y, len(known), smooth)
        return {"known": known, "means": means, "new": float(y.mean())}

    def transform(self, X: ValueArray) -> FloatArray:
        """Shape (n_rows, 1), in the unit of the target."""
        at = places(X[:, 0].astype(str), self.learned["known"])
        means = np.append(self.learned["means"], self.learned["new"])
        return np.asarray(means[at][:, None])  # -1 is the last

    def fit_transform(self, X: ValueArray, y: FloatArray) -> FloatArray:
        """Each part by what the other parts say; then learn from all rows."""
        parts = splits(len(y), self.folds, self.seed)
        found = cross_fitted(self, X, y, parts) if parts else None
        self.fit(X, y)
        return self.transform(X) if found is None else found
        # --8<-- [end:target]


# --8<-- [start:columns]
@dataclass
class Columns(Step):
    """Steps side by side: each has columns of its own, and what they give
    stands side by side, too.

    A step stands in one place only, as it keeps what it learned.

    Attributes:
        parts: Chains of steps, with the names of their columns.
    """

    parts: list[tuple[list[Step], list[str]]]

    def learn(self, X: pd.DataFrame, y: FloatArray) -> Learned:
        """Nothing but what its steps learn."""
        self.fit_transform(X, y)
        return {}

    def transform(self, X: pd.DataFrame) -> FloatArray:
        """By name: the order of columns does not matter, others are left.

        Raises:
            KeyError: If a column lacks.
        """
        return np.hstack(
            [through(steps, X[names].to_numpy()) for steps, names in self.parts]
        )

    def fit_transform(self, X: pd.DataFrame, y: FloatArray) -> FloatArray:
        """Each chain of steps by itself."""
        return np.hstack(
            [
                through(steps, X[names].to_numpy(), y)
                for steps, names in self.parts
            ]
        )


def through(
    steps: Sequence[Step], X: Rows, y: FloatArray | None = None
) -> FloatArray:
    """Rows through steps, one after another, which learn if `y` is there."""
    for step in steps:
        X = step.transform(X) if y is None else step.fit_transform(X, y)
    return np.asarray(X, dtype=float)
    # --8<-- [end:columns]


# --8<-- [start:pipeline]
@dataclass
class Ridge(Step):
    """Least squares with a penalty on the squared slopes, as a last step.

    Attributes:
        penalty: Weight of the squared slopes, above 0.
    """

    penalty: float = 1.0

    def learn(self, X: FloatArray, y: FloatArray) -> Learned:
        """Slopes, shape (n_features,), and intercept."""
        mean, target = X.mean(axis=0), y.mean()
        gram = (X - mean).T @ (X - mean) + self.penalty * np.eye(X.shape[1])
        slopes = np.linalg.solve(gram, (X - mean).T @ (y - target))
        return {"slopes": slopes, "intercept": float(target - mean @ slopes)}

    def transform(self, X: FloatArray) -> FloatArray:
        """Predictions, shape (n_rows,)."""
        said = X @ self.learned["slopes"] + self.learned["intercept"]
        return np.asarray(said)


@dataclass
class Pipeline:
    """Steps, the last of which predicts: one thing to fit, split and store."""

    steps: list[Step]

    def fit(self, X: Rows, y: FloatArray) -> Self:
        """Each step learns from what the steps before it made."""
        through(self.steps, X, y)
        return self

    def predict(self, X: Rows) -> FloatArray:
        """Predictions, shape (n_rows,); nothing is learned from these rows."""
        return through(self.steps, X)
        # --8<-- [end:pipeline]


# --8<-- [start:complaints]
def complaints(table: pd.DataFrame, known: pd.DataFrame) -> list[str]:
    """What of a new table the training part did not have, in words.

    Args:
        table: New rows.
        known: The training part.
    """
    found = [f"{name} lacks" for name in known if name not in table]
    found += [f"{name} is new" for name in table if name not in known]
    for name in known.columns.intersection(table.columns):
        new, old = table[name].dropna(), known[name].dropna()
        if new.dtype.kind != old.dtype.kind:
            found.append(f"{name}: {new.dtype} in place of {old.dtype}")
        elif old.dtype.kind in "OU":
            if share := float(1 - new.isin(old).mean()):
                found.append(f"{name}: {share:.0%} of values were never seen")
        elif share := float(1 - new.between(old.min(), old.max()).mean()):
            found.append(f"{name}: {share:.0%} of values lie outside the range")
    return found
    # --8<-- [end:complaints]
