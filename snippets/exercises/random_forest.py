"""Write a random forest around the library's trees: the draws, the average, the
out-of-bag answer.

Judge it with `pytest snippets/exercises/test_random_forest.py`.
`python -m snippets.exercises.skeletons random_forest` begins anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from snippets.random_forest import FloatArray, Forest, IntArray


def soft_vote(probabilities: FloatArray) -> FloatArray:
    """Average the probabilities of the trees, shape (n_samples, n_classes)."""
    raise NotImplementedError("average over the trees, the first axis")


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
    raise NotImplementedError(
        "find which tree missed which row, then average those trees"
    )


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
    raise NotImplementedError(
        "for each seed draw rows (`bootstrap`) and fit a tree weighted by them"
    )
