"""Write the fits and log joints of naive Bayes.

Judge it with `pytest snippets/exercises/test_naive_bayes.py`.
`python -m snippets.exercises.skeletons naive_bayes` begins anew.
Given, to be called: `check_samples`.
"""

from __future__ import annotations

from snippets.naive_bayes import (
    FloatArray,
    GaussianBayes,
    IntArray,
    MultinomialBayes,
    check_samples,
)

__all__ = [
    "check_samples",
    "fit_gaussian",
    "fit_multinomial",
    "gaussian_log_joint",
    "multinomial_log_joint",
]


def fit_gaussian(
    X: FloatArray, y: IntArray, smoothing: float = 1e-9
) -> GaussianBayes:
    """Estimate a share of each class, and a mean and variance of each of its
    features.

    Args:
        X: Features, shape (n_samples, n_features), any units.
        y: Labels, shape (n_samples,).
        smoothing: Part of the largest variance of a feature that every variance
            gets on top, no unit.

    Returns:
        The fitted model.

    Raises:
        ValueError: If samples do not fit (see `check_samples`) or smoothing is
            negative.
    """
    raise NotImplementedError(
        "for each class: log share, mean and smoothed variance"
    )


def gaussian_log_joint(model: GaussianBayes, X: FloatArray) -> FloatArray:
    """Add the log prior and one log density a feature: log p(class, x)."""
    raise NotImplementedError(
        "log prior + sum of log normal densities, (n_samples, n_classes)"
    )


def fit_multinomial(
    X: FloatArray, y: IntArray, alpha: float = 1.0
) -> MultinomialBayes:
    """Estimate a share of each class, and of each word among all words of a
    class.

    Args:
        X: Counts of words, shape (n_samples, n_words), not negative.
        y: Labels, shape (n_samples,).
        alpha: Count that every word gets on top in every class, positive.

    Returns:
        The fitted model.

    Raises:
        ValueError: If samples do not fit (see `check_samples`), a count is
            negative or alpha is not positive.
    """
    raise NotImplementedError(
        "for each class: log share, and log share of each word"
    )


def multinomial_log_joint(model: MultinomialBayes, X: FloatArray) -> FloatArray:
    """Add the log prior and, for each word, its count times the log of its
    share.
    """
    raise NotImplementedError(
        "log prior + counts times log shares, (n_samples, n_classes)"
    )
