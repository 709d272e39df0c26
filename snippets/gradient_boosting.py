"""Gradient boosting from scratch: small trees on negative gradients, one after
another.

The trees are scikit-learn's; the loop, the losses and the leaf values are
written here. Source: Friedman 2001, "Greedy Function Approximation: A Gradient
Boosting Machine", algorithm 1, with one Newton step a leaf for the log loss.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.tree import DecisionTreeRegressor

FloatArray = NDArray[np.float64]

FLAT = 1e-150
"""A curvature below this counts as none, as in scikit-learn: the leaf then
stays at 0.
"""


class Loss(Protocol):
    """What boosting asks of a loss."""

    def start(self, y: FloatArray) -> float:
        """Constant raw prediction with the smallest loss on targets of shape
        (n,).
        """

    def residual(self, y: FloatArray, raw: FloatArray) -> FloatArray:
        """Negative gradient of the loss at raw predictions, all of shape
        (n,).
        """

    def leaf(self, y: FloatArray, residual: FloatArray) -> float:
        """What to add to the raw predictions of the samples in one leaf."""


# --8<-- [start:losses]
class SquaredError:
    """Half the squared error; raw predictions are in target units."""

    def start(self, y: FloatArray) -> float:
        """Mean of the targets."""
        return float(y.mean())

    def residual(self, y: FloatArray, raw: FloatArray) -> FloatArray:
        """What is missing to the targets."""
        return y - raw

    def leaf(self, y: FloatArray, residual: FloatArray) -> float:
        """Mean of what is missing."""
        return float(residual.mean())


class LogLoss:
    """Negative log likelihood of classes 0 and 1; raw predictions are
    log-odds.
    """

    def start(self, y: FloatArray) -> float:
        """Log-odds of class 1."""
        share = float(y.mean())
        if set(np.unique(y)) != {0, 1}:
            raise ValueError(
                f"log loss needs classes 0 and 1, got {np.unique(y).tolist()}"
            )
        return float(np.log(share / (1 - share)))

    def residual(self, y: FloatArray, raw: FloatArray) -> FloatArray:
        """Class minus probability."""
        return np.asarray(y - expit(raw))

    def leaf(self, y: FloatArray, residual: FloatArray) -> float:
        """One Newton step: slope of the loss over its curvature p (1 - p)."""
        p = y - residual
        curvature = float((p * (1 - p)).mean())
        return float(residual.mean()) / curvature if curvature >= FLAT else 0.0
        # --8<-- [end:losses]


@dataclass(frozen=True, slots=True, eq=False)
class Boosted:
    """A fitted sum of trees.

    Attributes:
        start: Raw prediction before the first tree.
        rate: Learning rate, no unit.
        trees: One regression tree a stage.
        values: For each tree what it adds, by node number, before the rate.
    """

    start: float
    rate: float
    trees: list[Any]
    values: list[FloatArray]

    def staged(self, X: FloatArray) -> FloatArray:
        """Predict after 0, 1, 2, ... stages.

        Args:
            X: Samples, shape (n_samples, n_features).

        Returns:
            Raw predictions, shape (n_stages + 1, n_samples).
        """
        raw = np.full((len(self.trees) + 1, len(X)), self.start)
        for m, (tree, values) in enumerate(
            zip(self.trees, self.values, strict=True), start=1
        ):
            raw[m] = raw[m - 1] + self.rate * values[tree.apply(X)]
        return raw


def check_task(
    X: FloatArray, y: FloatArray, n_stages: int, rate: float
) -> None:
    """Refuse what cannot be boosted.

    Args:
        X: Features, shape (n_samples, n_features).
        y: Targets, shape (n_samples,).
        n_stages: How many trees.
        rate: Learning rate, no unit.

    Raises:
        ValueError: If the shapes disagree, there is no sample, `n_stages` is
            negative or `rate` not positive.
    """
    if X.ndim != 2 or y.ndim != 1 or len(X) != len(y):
        raise ValueError(
            f"X must be (n, p) and y (n,), got {X.shape} and {y.shape}"
        )
    if len(X) == 0:
        raise ValueError("boosting needs at least one sample, got 0")
    if n_stages < 0 or rate <= 0:
        raise ValueError(
            f"n_stages must be at least 0 and rate positive, got {n_stages} "
            f"and {rate}"
        )


# --8<-- [start:boost]
def boost(
    X: FloatArray,
    y: FloatArray,
    loss: Loss,
    n_stages: int = 50,
    rate: float = 0.1,
    max_depth: int = 3,
    seed: int = 0,
) -> Boosted:
    """Add trees, each fitted to the negative gradient that the sum so far
    leaves.

    Args:
        X: Features, shape (n_samples, n_features).
        y: Targets, shape (n_samples,); classes 0 and 1 for the log loss.
        loss: `SquaredError()` or `LogLoss()`.
        n_stages: How many trees.
        rate: Learning rate, no unit.
        max_depth: Depth of each tree.
        seed: Breaks ties between equally good splits.
    """
    check_task(X, y, n_stages, rate)
    start, rng, trees, values = (
        loss.start(y),
        np.random.RandomState(seed),
        [],
        [],
    )
    raw = np.full(len(y), start)
    for _ in range(n_stages):
        residual = loss.residual(y, raw)
        tree = DecisionTreeRegressor(max_depth=max_depth, random_state=rng).fit(
            X, residual
        )
        # (n_samples,), the node number of each sample's leaf
        leaves = tree.apply(X)
        added = np.zeros(tree.tree_.node_count)
        for leaf in np.unique(leaves):
            added[leaf] = loss.leaf(y[leaves == leaf], residual[leaves == leaf])
        raw += rate * added[leaves]
        trees.append(tree)
        values.append(added)
    return Boosted(start, rate, trees, values)
    # --8<-- [end:boost]
