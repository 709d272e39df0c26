"""Write three fits of a line.

Judge it with `pytest snippets/exercises/test_linear_regression.py`.
`python -m snippets.exercises.skeletons linear_regression` begins anew.
Given, to be called: `check_design`.
"""

from __future__ import annotations

import numpy as np

from snippets.linear_regression import FloatArray, check_design

__all__ = [
    "check_design",
    "gradient_descent",
    "least_squares",
    "stochastic_descent",
]


def least_squares(X: FloatArray, y: FloatArray) -> tuple[FloatArray, float]:
    """Minimise the squared error in closed form.

    Args:
        X: Features, shape (n_samples, n_features), any units.
        y: Targets, shape (n_samples,), any unit.

    Returns:
        Slopes, shape (n_features,), in target units per feature unit, and the
        intercept in target units. With singular features, the shortest slopes.

    Raises:
        ValueError: If the shapes disagree, there is no sample, or a value is
            not finite.
    """
    raise NotImplementedError(
        "centre, then let np.linalg.lstsq solve; the intercept makes the means "
        "fit"
    )


def gradient_descent(
    X: FloatArray, y: FloatArray, step: float, n_steps: int
) -> FloatArray:
    """Walk down the mean squared error, all samples a step, from zero slopes.

    Args:
        X: Centred features, shape (n_samples, n_features).
        y: Centred targets, shape (n_samples,).
        step: Length of a step per unit of gradient; it must be below 1 /
            (largest eigenvalue of X'X / n) for certain descent without
            overshoot.
        n_steps: How many steps.

    Returns:
        Slopes after 0, 1, ... steps, shape (n_steps + 1, n_features).

    Raises:
        ValueError: If the shapes disagree, or `step` is not positive.
    """
    raise NotImplementedError("step against X'(Xw - y) / n, and keep each w")


def stochastic_descent(
    X: FloatArray,
    y: FloatArray,
    step: float,
    n_passes: int,
    decay: float,
    rng: np.random.Generator,
) -> FloatArray:
    """Take one step after each sample, in a new order every pass.

    Args:
        X: Centred features, shape (n_samples, n_features).
        y: Centred targets, shape (n_samples,).
        step: Length of the first step per unit of gradient.
        n_passes: How often each sample is seen.
        decay: 0 keeps the step constant; otherwise the step after `t` passes is
            `step / (1 + decay * t)`.
        rng: Source of the order.

    Returns:
        Slopes after 0, 1, ... passes, shape (n_passes + 1, n_features).

    Raises:
        ValueError: If the shapes disagree, `step` is not positive or `decay` is
            negative.
    """
    raise NotImplementedError(
        "as gradient_descent, but a step after each sample, in a new order "
        "every pass"
    )
