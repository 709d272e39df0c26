"""Write the search for a cut, and the growth.

Judge it with `pytest snippets/exercises/test_decision_tree.py`.
`python -m snippets.exercises.skeletons decision_tree` begins anew.
Given, to be called: `Internal`, `Leaf`, `gini`, `halfway`.
"""

from __future__ import annotations

from snippets.decision_tree import (
    FloatArray,
    Internal,
    Leaf,
    Split,
    Tree,
    gini,
    halfway,
)

__all__ = ["Internal", "Leaf", "best_split", "gini", "grow", "halfway"]


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
    raise NotImplementedError(
        "sort a feature, count classes left and right of each cut, compare"
    )


def grow(X: FloatArray, member: FloatArray, max_depth: int) -> Tree:
    """Cut the samples by the best question, then each side, until pure or too
    deep.
    """
    raise NotImplementedError(
        "a Leaf if pure or too deep, else an Internal of two grown sides"
    )
