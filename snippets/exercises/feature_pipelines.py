"""Write the place of categories, shrunken means with their best strength,
cross-fitting, the way through a pipeline, and what is wrong with a new table.

Judge it with `pytest snippets/exercises/test_feature_pipelines.py`.
`python -m snippets.exercises.skeletons feature_pipelines` begins anew.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from snippets.feature_pipelines import (
    FloatArray,
    IntArray,
    Rows,
    Step,
    ValueArray,
)


def places(values: ValueArray, known: ValueArray) -> IntArray:
    """Where each value stands among the known ones, which are sorted; -1 if it
    is not among them.
    """
    raise NotImplementedError(
        "`np.searchsorted` among the known, at most the last; then see whether "
        "it is the same"
    )


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
    raise NotImplementedError(
        "`np.bincount` for rows and sums; a weighted mean of two means, by n / "
        "(n + smooth)"
    )


def best_smooth(at: IntArray, y: FloatArray) -> float:
    """Variance within categories over that between true means, by moments;
    `inf` if nothing is left between, or no category has two rows.

    Args:
        at: Category of each row, shape (n_rows,).
        y: Targets, shape (n_rows,).
    """
    raise NotImplementedError(
        "squares around the means over n - k; squares between, less k - 1 of "
        "those, over n less the mean size of a row's category"
    )


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
    raise NotImplementedError(
        "for each pair fit on the one, transform the other"
    )


def through(
    steps: Sequence[Step], X: Rows, y: FloatArray | None = None
) -> FloatArray:
    """Rows through steps, one after another, which learn if `y` is there."""
    raise NotImplementedError(
        "`fit_transform` if `y` is there, else `transform`; each takes what "
        "the last gave"
    )


def complaints(table: pd.DataFrame, known: pd.DataFrame) -> list[str]:
    """What of a new table the training part did not have, in words.

    Args:
        table: New rows.
        known: The training part.
    """
    raise NotImplementedError(
        "names that lack, names that are new, then kind, new values or range "
        "of those in both"
    )
