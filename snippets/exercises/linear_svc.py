"""Write the loss with its gradient.

Judge it with `pytest snippets/exercises/test_linear_svc.py`.
`python -m snippets.exercises.skeletons linear_svc` begins anew.
"""

from __future__ import annotations

from snippets.linear_svc import FloatArray, LinearFit


def loss_and_gradient(
    w: FloatArray, A: FloatArray, y: FloatArray, C: float
) -> tuple[float, FloatArray]:
    """Compute half the squared norm plus C times the squared hinge (Fan et al.
    2008).

    Args:
        w: Weights, shape (p,), no unit.
        A: Samples, shape (n_samples, p), no unit.
        y: Class of each sample, -1 or +1, shape (n_samples,).
        C: Weight of the misses against the penalty, no unit.

    Returns:
        The loss, no unit, and its gradient, shape (p,).
    """
    raise NotImplementedError(
        "square what each sample lacks to margin 1; add half of w @ w"
    )


def linear_svc(X: FloatArray, y: FloatArray, C: float = 1.0) -> LinearFit:
    """Minimise the loss of LinearSVC, which penalises the intercept too.

    Args:
        X: Samples, shape (n_samples, n_features), no unit.
        y: Class of each sample, -1 or +1, shape (n_samples,).
        C: Weight of the misses against the penalty, no unit.

    Raises:
        ValueError: If the samples do not fit (see `check_samples`).
    """
    raise NotImplementedError(
        "append a column of ones and give the loss to SciPy's L-BFGS-B"
    )
