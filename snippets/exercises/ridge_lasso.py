"""Write `ridge`, `soft_threshold` and `lasso`.

Judge it with `pytest snippets/exercises/test_ridge_lasso.py`.
`python -m snippets.exercises.skeletons ridge_lasso` begins anew.
"""

from __future__ import annotations

from snippets.ridge_lasso import FloatArray


def ridge(
    X: FloatArray, y: FloatArray, penalty: float
) -> tuple[FloatArray, float]:
    """Minimise squared error + penalty * squared slopes, in closed form.

    Args:
        X: Features, shape (n_samples, n_features), on one scale.
        y: Targets, shape (n_samples,).
        penalty: Penalty of a squared slope, in squared feature units.

    Returns:
        Slopes, shape (n_features,), and the intercept, which is not penalised.

    Raises:
        ValueError: If the samples are unfit, or `penalty` is not positive and
            finite.
    """
    raise NotImplementedError(
        "centre, add the penalty to the diagonal of Z'Z, solve"
    )


def soft_threshold(value: float, cut: float) -> float:
    """Move a number towards 0 by `cut`, and stop at 0.

    Args:
        value: Any number.
        cut: How far to move, in the unit of `value`, not negative.
    """
    raise NotImplementedError(
        "shrink the absolute value, at most to 0, and keep the sign"
    )


def lasso(
    X: FloatArray,
    y: FloatArray,
    penalty: float,
    tol: float = 1e-12,
    max_sweeps: int = 20_000,
) -> tuple[FloatArray, float]:
    """Minimise half the mean squared error + penalty * absolute slopes, one
    slope at a time.

    Args:
        X: Features, shape (n_samples, n_features), on one scale.
        y: Targets, shape (n_samples,).
        penalty: Penalty of a slope, in target units times feature units.
        tol: A sweep that moves no slope by more than this, in units of a slope,
            is the last.
        max_sweeps: Most sweeps over all slopes.

    Returns:
        Slopes, shape (n_features,), many exactly 0, and the unpenalised
        intercept.

    Raises:
        ValueError: If the samples are unfit, or `penalty` is not positive and
            finite.
        RuntimeError: If `max_sweeps` sweeps were not enough.
    """
    raise NotImplementedError(
        "centre, then soft-threshold one slope after another"
    )
