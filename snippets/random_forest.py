"""Random forest from scratch: bootstrap, random features, averaging, out-of-bag
score.

The trees themselves are scikit-learn's; what is written here is all that a
forest adds to them. Source: Breiman 2001, "Random Forests"; the average of
probabilities in place of votes is scikit-learn's choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeClassifier

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Trees and the rows that each of them was grown on.

    Attributes:
        trees: Fitted classifiers with the same classes.
        rows: Row numbers drawn for each tree, shape (n_trees, n_samples), with
            repetitions.
    """

    trees: list[Any]
    rows: IntArray

    def probabilities(self, X: FloatArray) -> FloatArray:
        """Ask each tree.

        Args:
            X: Samples, shape (n_samples, n_features).

        Returns:
            Class shares in the leaf that each sample falls in, shape (n_trees,
            n_samples, n_classes), no unit.
        """
        return np.array([tree.predict_proba(X) for tree in self.trees])


def check_samples(X: FloatArray, y: IntArray, seeds: Sequence[int]) -> None:
    """Refuse samples and seeds from which no forest can be grown.

    Args:
        X: Samples, shape (n_samples, n_features).
        y: Classes from 0, shape (n_samples,).
        seeds: One a tree.

    Raises:
        ValueError: If the shapes disagree, there is no sample, a class is
            missing below the highest one, or there is no seed.
    """
    if X.ndim != 2 or y.ndim != 1 or len(X) != len(y):
        raise ValueError(
            f"X must be (n, p) and y (n,), got {X.shape} and {y.shape}"
        )
    if len(X) == 0:
        raise ValueError("a forest needs at least one sample, got 0")
    found = np.unique(y)
    if not np.array_equal(found, np.arange(len(found))):
        raise ValueError(
            f"classes must be 0, 1, 2, ... without a gap, got {found.tolist()}"
        )
    if len(seeds) == 0:
        raise ValueError("a forest needs at least one seed, got none")


# --8<-- [start:grow]
def bootstrap(n: int, seed: int) -> IntArray:
    """Draw n of n row numbers with replacement, by scikit-learn's generator."""
    return np.random.RandomState(seed).randint(0, n, n)


def grow(
    X: FloatArray,
    y: IntArray,
    seeds: Sequence[int],
    max_features: int | float | str | None = "sqrt",
    min_samples_leaf: int = 1,
) -> Forest:
    """Grow one tree a seed, each on its own bootstrap sample.

    Args:
        X: Samples, shape (n_samples, n_features).
        y: Classes 0, 1, ..., shape (n_samples,).
        seeds: Seed of each tree, for its rows and its features.
        max_features: How many features each split may choose from; None is all.
        min_samples_leaf: Fewest distinct rows in a leaf.

    Raises:
        ValueError: If samples or seeds do not fit (see `check_samples`).
    """
    check_samples(X, y, seeds)
    # (n_trees, n_samples)
    rows = np.array([bootstrap(len(X), seed) for seed in seeds])
    trees = []
    for seed, drawn in zip(seeds, rows, strict=True):
        options = {
            "max_features": max_features,
            "min_samples_leaf": min_samples_leaf,
        }
        tree = DecisionTreeClassifier(random_state=seed, **options)
        # a row drawn twice weighs twice
        times = np.bincount(drawn, minlength=len(X))
        trees.append(tree.fit(X, y, sample_weight=times))
    return Forest(trees, rows)
    # --8<-- [end:grow]


# --8<-- [start:votes]
def soft_vote(probabilities: FloatArray) -> FloatArray:
    """Average the probabilities of the trees, shape (n_samples, n_classes)."""
    return np.asarray(probabilities.mean(axis=0))


def hard_vote(probabilities: FloatArray) -> FloatArray:
    """Share of trees for which a class is the likeliest; a tie goes to the
    first.
    """
    chosen = probabilities.argmax(axis=2)  # (n_trees, n_samples)
    return np.asarray(np.eye(probabilities.shape[2])[chosen].mean(axis=0))
    # --8<-- [end:votes]


# --8<-- [start:oob]
def out_of_bag(probabilities: FloatArray, rows: IntArray) -> FloatArray:
    """Average, for each training sample, only the trees that never saw it.

    Args:
        probabilities: Answers for the training samples, shape (n_trees,
            n_samples, n_classes).
        rows: Row numbers drawn for each tree, shape (n_trees, n_samples).

    Returns:
        Shape (n_samples, n_classes); NaN for a sample that every tree saw.

    Raises:
        ValueError: If the shapes disagree: only training samples can be out of
            bag.
    """
    if rows.shape != probabilities.shape[:2]:
        raise ValueError(
            f"need rows of shape {probabilities.shape[:2]}, got {rows.shape}"
        )
    n = rows.shape[1]
    unseen = np.array([np.bincount(drawn, minlength=n) == 0 for drawn in rows])
    # (n_samples, n_classes)
    total = (probabilities * unseen[:, :, None]).sum(axis=0)
    count = unseen.sum(axis=0)[:, None]
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def oob_accuracy(
    probabilities: FloatArray, rows: IntArray, y: IntArray
) -> float:
    """Share of the samples with an out-of-bag answer whose answer is right."""
    answers = out_of_bag(probabilities, rows)
    known = ~np.isnan(answers[:, 0])
    return float((answers[known].argmax(axis=1) == y[known]).mean())
    # --8<-- [end:oob]


def mean_correlation(answers: FloatArray) -> float:
    """Average the correlation between the answers of two trees over all pairs.

    Args:
        answers: One number a tree and sample, shape (n_trees, n_samples).

    Returns:
        From -1 to 1, no unit.

    Raises:
        ValueError: If there are fewer than two trees.
    """
    n_trees = len(answers)
    if n_trees < 2:
        raise ValueError(f"a pair needs two trees, got {n_trees}")
    above = np.triu_indices(n_trees, k=1)
    return float(np.asarray(np.corrcoef(answers))[above].mean())
