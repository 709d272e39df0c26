"""Write `softmax`, `descend`, `probabilities`.

Judge it with `pytest snippets/exercises/test_softmax_regression.py`.
`python -m snippets.exercises.skeletons softmax_regression` begins anew.
"""

from __future__ import annotations

from snippets.softmax_regression import FloatArray, IntArray, SoftmaxFit


def softmax(logits: FloatArray) -> FloatArray:
    """Turn logits into probabilities, row by row.

    Args:
        logits: Any finite numbers, shape (n_samples, n_classes).

    Returns:
        Positive numbers with row sums of 1, same shape.
    """
    raise NotImplementedError(
        "take away each row's maximum, exponentiate, divide by the sum"
    )


def descend(
    X: FloatArray,
    y: IntArray,
    C: float = 1.0,
    tol: float = 1e-9,
    max_steps: int = 50_000,
) -> SoftmaxFit:
    """Fit by gradient descent from zero weights; the bias is not penalised.

    Args:
        X: Features, shape (n_samples, n_features), on one scale and near 0.
        y: Classes, shape (n_samples,), numbered from 0.
        C: Worth of the samples against the price of the weights.
        tol: Descent stops when no entry of the gradient exceeds this.
        max_steps: Most steps.

    Raises:
        ValueError: If the samples are unfit, or `C` is not positive and finite.
    """
    raise NotImplementedError(
        "loss and gradient from the logits, a safe step, until it is flat"
    )


def probabilities(X: FloatArray, fit: SoftmaxFit) -> FloatArray:
    """Probability of each class.

    Args:
        X: Features, shape (n_samples, n_features).
        fit: A fitted model.

    Returns:
        Shape (n_samples, n_classes), row sums of 1.
    """
    raise NotImplementedError("the softmax of the logits")
