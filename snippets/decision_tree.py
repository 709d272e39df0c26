"""A classification tree from scratch, and squares cut straight, obliquely and
in blocks.

Formulas: Breiman, Friedman, Olshen and Stone, "Classification and Regression
Trees"; the order of cuts and the thresholds are those of scikit-learn.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Split:
    """One question: is the feature at most the threshold?

    Attributes:
        feature: Column of X.
        threshold: Halfway between two neighbouring values, in the unit of the
            feature.
        impurity: Mean Gini impurity of the two sides, weighted by size, no
            unit.
    """

    feature: int
    threshold: float
    impurity: float


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A part of the training samples that is cut no further.

    Attributes:
        shares: Share of each class among its samples, shape (n_classes,).
        n: Number of samples.
    """

    shares: FloatArray
    n: int


@dataclass(frozen=True, slots=True, eq=False)
class Internal:
    """A question, with the tree for the answer yes and the tree for the answer
    no.
    """

    split: Split
    yes: Tree
    no: Tree


Tree: TypeAlias = Leaf | Internal


def check_training(X: FloatArray, y: IntArray, max_depth: int) -> None:
    """Refuse samples and depths that no tree can be grown from.

    Args:
        X: Features, shape (n_samples, n_features).
        y: Labels, shape (n_samples,).
        max_depth: Most questions in a row.

    Raises:
        ValueError: If the shapes disagree, there is no sample or no feature, a
            value is not finite, or the depth is negative.
    """
    if X.ndim != 2 or y.shape != X.shape[:1]:
        raise ValueError(
            f"X must be (n, p) and y (n,), got {X.shape} and {y.shape}"
        )
    if not X.size:
        raise ValueError(
            f"there must be a sample and a feature, got shape {X.shape}"
        )
    if not np.isfinite(X).all():
        raise ValueError("X must be finite, got nan or inf")
    if max_depth < 0:
        raise ValueError(f"max_depth must not be negative, got {max_depth}")


def gini(counts: FloatArray) -> FloatArray:
    """Gini impurity: how likely two samples, drawn with replacement, differ in
    class.

    Args:
        counts: Samples of each class, shape (..., n_classes), at least one in a
            row.

    Returns:
        Impurity, shape (...), from 0 for a single class to 1 - 1 / n_classes.
    """
    shares = counts / counts.sum(axis=-1, keepdims=True)
    return np.asarray(1 - (shares**2).sum(axis=-1))


def halfway(low: float, high: float) -> float:
    """Put a threshold between two values such that low is at most it and high
    is above.

    Args:
        low: A value of the feature.
        high: The next larger value.

    Returns:
        The middle, or `low` if no number lies between the two.
    """
    middle = float(low / 2 + high / 2)
    return middle if middle < high else float(low)


# --8<-- [start:best_split]
def best_split(X: FloatArray, member: FloatArray) -> Split | None:
    """Try every cut of every feature; of equally good ones keep the first.

    Args:
        X: Features, shape (n_samples, n_features).
        member: 1 where a sample is of a class, else 0, shape (n_samples,
            n_classes).

    Returns:
        The cut of least impurity, or None if no feature has two different
        values.
    """
    best, n = None, len(X)
    for j in range(X.shape[1]):
        order = X[:, j].argsort()
        # of the samples so far
        x, counts = X[order, j], member[order].cumsum(axis=0)
        # the next value differs: we may cut here
        cuts = np.flatnonzero(np.diff(x))
        if len(cuts):
            yes, size = counts[cuts], cuts + 1
            impurity = (
                size * gini(yes) + (n - size) * gini(counts[-1] - yes)
            ) / n
            if best is None or impurity.min() < best.impurity:
                at = cuts[impurity.argmin()]
                best = Split(
                    j, halfway(x[at], x[at + 1]), float(impurity.min())
                )
    return best
    # --8<-- [end:best_split]


# --8<-- [start:grow]
def grow(X: FloatArray, member: FloatArray, max_depth: int) -> Tree:
    """Cut the samples by the best question, then each side, until pure or too
    deep.
    """
    shares = member.mean(axis=0)  # (n_classes,)
    split = (
        best_split(X, member) if max_depth > 0 and shares.max() < 1 else None
    )
    if split is None:
        return Leaf(shares, len(X))
    yes = X[:, split.feature] <= split.threshold
    sides = (grow(X[part], member[part], max_depth - 1) for part in (yes, ~yes))
    return Internal(split, *sides)
    # --8<-- [end:grow]


def fit_tree(X: FloatArray, y: IntArray, max_depth: int) -> Tree:
    """Grow a tree of at most `max_depth` questions in a row.

    Args:
        X: Features, shape (n_samples, n_features), any units.
        y: Labels, shape (n_samples,).
        max_depth: Most questions on the way to a leaf; 0 gives a single leaf.

    Returns:
        The tree; its shares are in the order of the sorted labels.

    Raises:
        ValueError: If samples or depth do not fit (see `check_training`).
    """
    check_training(X, y, max_depth)
    return grow(X, (y[:, None] == np.unique(y)).astype(np.float64), max_depth)


def class_shares(tree: Tree, X: FloatArray) -> FloatArray:
    """Send samples down the tree.

    Args:
        tree: A grown tree.
        X: Features, shape (n_samples, n_features), in the units of the
            training.

    Returns:
        Shares of the classes in each sample's leaf, shape (n_samples,
        n_classes).
    """
    if isinstance(tree, Leaf):
        return np.tile(tree.shares, (len(X), 1))
    yes = X[:, tree.split.feature] <= tree.split.threshold
    return np.where(
        yes[:, None], class_shares(tree.yes, X), class_shares(tree.no, X)
    )


def leaves(tree: Tree) -> list[Leaf]:
    """List the leaves from the left, where all answers are yes, to the
    right.
    """
    return (
        [tree] if isinstance(tree, Leaf) else leaves(tree.yes) + leaves(tree.no)
    )


def flips(
    model: Any, X: FloatArray, y: IntArray, new: FloatArray, rows: Iterable[int]
) -> FloatArray:
    """Leave out one training sample at a time and see which predictions change.

    Args:
        model: An estimator of scikit-learn; it is fitted anew.
        X: Training samples, shape (n_samples, n_features).
        y: Their labels, shape (n_samples,).
        new: Samples to be predicted, shape (n_new, n_features).
        rows: Which training samples to leave out.

    Returns:
        Share of new samples that get another label, one a row left out, no
        unit.
    """
    before = model.fit(X, y).predict(new)
    without = [
        model.fit(np.delete(X, i, 0), np.delete(y, i)).predict(new)
        for i in rows
    ]
    return np.asarray((np.array(without) != before).mean(axis=1))


def halves(
    n: int, degrees: float, rng: np.random.Generator
) -> tuple[FloatArray, IntArray]:
    """Draw samples evenly from a square that a line through its middle cuts in
    two.

    Args:
        n: How many samples.
        degrees: How far the line is turned, anticlockwise, from upright.
        rng: Source of the samples.

    Returns:
        Features from -1 to 1, shape (n, 2), no unit, and labels, shape (n,): 1
        on the right of an upright line.

    Raises:
        ValueError: If n is below 1.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    X = rng.uniform(-1.0, 1.0, (n, 2))
    angle = np.radians(degrees)
    return X, (X @ [np.cos(angle), np.sin(angle)] > 0).astype(np.int64)


def blocks(n: int, rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    """Draw samples evenly from a square of four blocks; opposite blocks share a
    class.

    Args:
        n: How many samples.
        rng: Source of the samples.

    Returns:
        Features from -1 to 1, shape (n, 2), no unit, and labels, shape (n,): 1
        where both features have the same sign.

    Raises:
        ValueError: If n is below 1.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    X = rng.uniform(-1.0, 1.0, (n, 2))
    return X, (X.prod(axis=1) > 0).astype(np.int64)
