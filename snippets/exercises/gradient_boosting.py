"""Write gradient boosting: the squared error, and the loop that adds trees to
what is left.

Judge it with `pytest snippets/exercises/test_gradient_boosting.py`.
`python -m snippets.exercises.skeletons gradient_boosting` begins anew.
Given, to be called: `LogLoss`.
"""

from __future__ import annotations

from snippets.gradient_boosting import Boosted, FloatArray, LogLoss, Loss

__all__ = ["LogLoss", "SquaredError", "boost"]


class SquaredError:
    """Half the squared error; raw predictions are in target units."""

    def start(self, y: FloatArray) -> float:
        """Mean of the targets."""
        raise NotImplementedError("the constant with the least squared error")

    def residual(self, y: FloatArray, raw: FloatArray) -> FloatArray:
        """What is missing to the targets."""
        raise NotImplementedError(
            "the negative gradient of (y - raw)^2 / 2 by raw"
        )

    def leaf(self, y: FloatArray, residual: FloatArray) -> float:
        """Mean of what is missing."""
        raise NotImplementedError(
            "the constant that fits the residuals of one leaf"
        )


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
    raise NotImplementedError(
        "start with a constant; then fit a tree to the residual, and add it"
    )
