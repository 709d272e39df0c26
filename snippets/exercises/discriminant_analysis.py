"""Write the fit of a Gaussian to each class, its scores, and Fisher's axes.

Judge it with `pytest snippets/exercises/test_discriminant_analysis.py`.
`python -m snippets.exercises.skeletons discriminant_analysis` begins anew.
Given, to be called: `Gaussians`, `check_samples`, `check_share`.
"""

from __future__ import annotations

from snippets.discriminant_analysis import (
    FloatArray,
    Gaussians,
    IntArray,
    check_samples,
    check_share,
)

__all__ = [
    "Gaussians",
    "check_samples",
    "check_share",
    "fisher_axes",
    "fit",
    "ledoit_wolf",
    "linear_form",
    "log_joint",
    "posterior",
]


def posterior(scores: FloatArray) -> FloatArray:
    """Softmax of each row, shape (n_samples, n_classes)."""
    raise NotImplementedError(
        "exponentials, divided by their sum; first take off the row's maximum"
    )


def fit(
    X: FloatArray,
    y: IntArray,
    alpha: float = 0.0,
    shrink: float = 0.0,
    prior: FloatArray | None = None,
) -> Gaussians:
    """Estimate share, mean and covariance of each class.

    Args:
        X: Features, shape (n_samples, n_features).
        y: Labels, shape (n_samples,).
        alpha: How much of its own covariance a class keeps: 0 is linear, 1 is
            quadratic discriminant analysis.
        shrink: How much of each covariance is replaced by a sphere of the same
            mean variance.
        prior: Share of each class where the model is used, shape (n_classes,);
            without it, that of the samples.
    """
    raise NotImplementedError(
        "a mean and a covariance for each class; mix with their weighted mean, "
        "then with a sphere of the same trace"
    )


def log_joint(model: Gaussians, X: FloatArray) -> FloatArray:
    """Logarithm of prior times density, shape (n_samples, n_classes)."""
    raise NotImplementedError(
        "`np.linalg.cholesky`; its solution for the centred samples, squared "
        "and summed; the logarithm of its diagonal"
    )


def linear_form(model: Gaussians) -> tuple[FloatArray, FloatArray]:
    """Weights and intercepts of the scores, if the covariance is shared.

    Returns:
        Weights, shape (n_classes, n_features), and intercepts, shape
        (n_classes,). X @ weights.T + intercepts differs from the log joint by
        a number that is the same for all classes.
    """
    raise NotImplementedError(
        "solve the shared covariance for the means; half of the product of "
        "both comes off the log prior"
    )


def ledoit_wolf(X: FloatArray) -> float:
    """The share of a sphere that brings a covariance nearest to the truth, as
    estimated from the samples themselves.

    Args:
        X: Samples of one class, shape (n_samples, n_features).
    """
    raise NotImplementedError(
        "the scatter of products around the covariance, over n, against the "
        "distance to the sphere"
    )


def fisher_axes(X: FloatArray, y: IntArray) -> tuple[FloatArray, FloatArray]:
    """Directions that separate the means most, in units of the spread within.

    Returns:
        Axes as columns, shape (n_features, k), k the smaller of n_classes - 1
        and n_features, along which the spread within is 1; and the spread of
        the means along each, squared, shape (k,), the largest first.
    """
    raise NotImplementedError(
        "from both sides solve the root within for the spread between; "
        "`np.linalg.eigh`; back by the root's transpose"
    )
