"""Naive Bayes from scratch: Gaussian features, word counts, and data that break
the rule.

Formulas: Hastie, Tibshirani and Friedman, "The Elements of Statistical
Learning", section 6.6.3; the smoothing of variances and counts is that of
scikit-learn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

WORDS = (
    "minutes",
    "report",
    "lunch",
    "thanks",
    "office",
    "team",
    "week",
    "today",
    "free",
    "offer",
    "click",
    "prize",
)
"""The vocabulary of `messages`, from the most honest word to the most
suspicious.
"""


@dataclass(frozen=True, slots=True, eq=False)
class GaussianBayes:
    """A normal distribution for each class and feature.

    Attributes:
        classes: Labels in rising order, shape (n_classes,).
        log_prior: Logarithm of each class's share, shape (n_classes,).
        means: Mean of each feature in each class, shape (n_classes,
            n_features).
        variances: Variance with the smoothing added, shape (n_classes,
            n_features), in the unit of the feature squared.
    """

    classes: IntArray
    log_prior: FloatArray
    means: FloatArray
    variances: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class MultinomialBayes:
    """A distribution over words for each class.

    Attributes:
        classes: Labels in rising order, shape (n_classes,).
        log_prior: Logarithm of each class's share, shape (n_classes,).
        log_words: Logarithm of each word's share in each class, shape
            (n_classes, n_words).
    """

    classes: IntArray
    log_prior: FloatArray
    log_words: FloatArray


def check_samples(X: FloatArray, y: IntArray) -> None:
    """Refuse samples that naive Bayes cannot be fitted to.

    Args:
        X: Features, shape (n_samples, n_features).
        y: Labels, shape (n_samples,).

    Raises:
        ValueError: If the shapes disagree, there is no sample or no feature, or
            a value is not finite.
    """
    if X.ndim != 2 or y.shape != X.shape[:1]:
        raise ValueError(
            f"X must be (n, p) and y (n,), got {X.shape} and {y.shape}"
        )
    if not X.size:
        raise ValueError(
            f"there must be a sample and a feature, got shape {X.shape}"
        )
    if not np.isfinite(X).all():
        raise ValueError("X must be finite, got nan or inf")


# --8<-- [start:gaussian]
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
    check_samples(X, y)
    if smoothing < 0:
        raise ValueError(f"smoothing must not be negative, got {smoothing}")
    classes, counts = np.unique(y, return_counts=True)
    means = np.array([X[y == c].mean(axis=0) for c in classes])
    variances = np.array([X[y == c].var(axis=0) for c in classes])
    extra = smoothing * X.var(axis=0).max()
    return GaussianBayes(
        classes, np.log(counts / len(y)), means, variances + extra
    )


def gaussian_log_joint(model: GaussianBayes, X: FloatArray) -> FloatArray:
    """Add the log prior and one log density a feature: log p(class, x)."""
    centred = X[:, None, :] - model.means  # (n_samples, n_classes, n_features)
    terms = -0.5 * (
        np.log(2 * np.pi * model.variances) + centred**2 / model.variances
    )
    # (n_samples, n_classes)
    return np.asarray(model.log_prior + terms.sum(axis=2))
    # --8<-- [end:gaussian]


# --8<-- [start:multinomial]
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
    check_samples(X, y)
    if X.min() < 0 or alpha <= 0:
        raise ValueError(
            f"counts must be >= 0 and alpha > 0, got {X.min()} and {alpha}"
        )
    classes, counts = np.unique(y, return_counts=True)
    words = np.array([X[y == c].sum(axis=0) for c in classes]) + alpha
    log_words = np.log(words / words.sum(axis=1, keepdims=True))
    return MultinomialBayes(classes, np.log(counts / len(y)), log_words)


def multinomial_log_joint(model: MultinomialBayes, X: FloatArray) -> FloatArray:
    """Add the log prior and, for each word, its count times the log of its
    share.
    """
    # (n_samples, n_classes)
    return np.asarray(model.log_prior + X @ model.log_words.T)
    # --8<-- [end:multinomial]


def posterior(log_joint: FloatArray) -> FloatArray:
    """Turn log p(class, x) into p(class | x), without underflow.

    Args:
        log_joint: Shape (n_samples, n_classes); may lack a constant per sample.

    Returns:
        Probabilities, shape (n_samples, n_classes), each row summing to 1.
    """
    return np.asarray(
        np.exp(log_joint - logsumexp(log_joint, axis=1, keepdims=True))
    )


def word_shares() -> FloatArray:
    """Give the true share of each word, first in honest messages, then in spam.

    Returns:
        Shares, shape (2, n_words), each row summing to 1. The log ratio of spam
        to honest rises in equal steps from -2 to 2 along `WORDS`.
    """
    tilt = np.linspace(-1.0, 1.0, len(WORDS))
    weights = np.exp(np.outer([-1.0, 1.0], tilt))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def messages(
    n: int, rng: np.random.Generator, length: int = 5
) -> tuple[FloatArray, IntArray]:
    """Draw messages whose words are independent given the class.

    Args:
        n: How many messages; honest and spam take turns.
        rng: Source of the words.
        length: Words in a message.

    Returns:
        Counts of `WORDS`, shape (n, n_words), and labels, shape (n,), 1 for
        spam.

    Raises:
        ValueError: If n or length is below 1.
    """
    if n < 1 or length < 1:
        raise ValueError(
            f"n and length must be at least 1, got {n} and {length}"
        )
    spam = np.arange(n) % 2
    return rng.multinomial(length, word_shares()[spam]).astype(np.float64), spam


def two_normals(
    n: int, rng: np.random.Generator, shift: float = 0.45
) -> tuple[FloatArray, IntArray]:
    """Draw two classes of three normal features, independent given the class.

    Args:
        n: How many samples.
        rng: Source of labels and features.
        shift: Mean of every feature in class 1, and its negative in class 0, in
            standard deviations.

    Returns:
        Features, shape (n, 3), no unit, and labels 0 or 1, shape (n,).

    Raises:
        ValueError: If n is below 1.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    y = rng.integers(2, size=n)
    return rng.normal(size=(n, 3)) + np.where(y == 1, shift, -shift)[:, None], y


def repeat_columns(X: FloatArray, columns: list[int], times: int) -> FloatArray:
    """Put copies of some features beside the table, as if they were new
    evidence.

    Args:
        X: Features, shape (n_samples, n_features).
        columns: Which features to copy.
        times: How often each of them occurs in the result; 1 changes nothing.

    Returns:
        Shape (n_samples, n_features + (times - 1) * len(columns)).

    Raises:
        ValueError: If times is below 1.
    """
    if times < 1:
        raise ValueError(f"a feature must occur at least once, got {times}")
    return np.hstack([X, *[X[:, columns]] * (times - 1)])
