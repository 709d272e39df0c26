"""Write `loss`, `newton` and `probability`.

Judge it with `pytest snippets/exercises/test_logistic_regression.py`.
`python -m snippets.exercises.skeletons logistic_regression` begins anew.
"""

from __future__ import annotations

from snippets.logistic_regression import FloatArray, IntArray, LogisticFit


def loss(A: FloatArray, y: IntArray, w: FloatArray, C: float) -> float:
    """C times the summed log loss, plus half the squared weights without the
    last.

    Args:
        A: Features and a last column of ones, shape (n_samples, n_features +
            1).
        y: Classes 0 or 1, shape (n_samples,).
        w: Weights and, last, the intercept, shape (n_features + 1,).
        C: Worth of the samples against the price of the weights.
    """
    raise NotImplementedError(
        "log loss from the log-odds, with np.logaddexp; then the price"
    )


def newton(
    X: FloatArray,
    y: IntArray,
    C: float = 1.0,
    tol: float = 1e-10,
    max_steps: int = 50,
) -> LogisticFit:
    """Fit by Newton's method from zero weights; the intercept is not penalised.

    Args:
        X: Features, shape (n_samples, n_features), on one scale.
        y: Classes, shape (n_samples,), both 0 and 1.
        C: Worth of the samples; a large C is a weak penalty.
        tol: A step that moves no weight by more than this is the last.
        max_steps: Most steps.

    Raises:
        ValueError: If the samples are unfit, or `C` is not positive and finite.
    """
    raise NotImplementedError(
        "gradient, Hessian, solve, halve the step while the loss rises"
    )


def probability(X: FloatArray, fit: LogisticFit) -> FloatArray:
    """Probability of class 1.

    Args:
        X: Features, shape (n_samples, n_features).
        fit: A fitted model.

    Returns:
        Shape (n_samples,), from 0 to 1, no unit.
    """
    raise NotImplementedError("the sigmoid of the log-odds")
