"""Draws on which discriminant analysis is tried: classes whose best border is
known, rules whose error is known exactly, and what more features do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm
from scipy.stats import t as student_t
from sklearn.discriminant_analysis import (
    LinearDiscriminantAnalysis,
    QuadraticDiscriminantAnalysis,
)
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from snippets.calibration import calibration_error, reliability
from snippets.discriminant_analysis import (
    fisher_axes,
    fit,
    log_joint,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

KINDS = ("normal", "heavy tails", "far, yet right")
"""Kinds of draws: Gaussians; Student's t with 2 degrees of freedom; and
Gaussians of which a tenth of class 1 lies `FAR` farther on its own side.
"""
FAR, FAR_SHARE, DEGREES = 10.0, 0.1, 2


# --8<-- [start:draw]
def draw(
    kind: str,
    n: int,
    rng: np.random.Generator,
    distance: float = 3.0,
    n_features: int = 5,
) -> tuple[FloatArray, IntArray]:
    """Draw two classes, n / 2 samples each, whose means are `distance` apart
    along the first feature, in standard deviations.

    Args:
        kind: One of `KINDS`.
        n: How many samples, an even number.
        rng: Source of the samples.
        distance: Between the means.
        n_features: How many; all but the first say nothing.
    """
    y = np.repeat([0, 1], n // 2)
    X = rng.standard_normal((n, n_features))
    if kind == "heavy tails":
        X /= np.sqrt(rng.chisquare(DEGREES, (n, 1)) / DEGREES)
    X[:, 0] += distance * (y - 0.5)
    if kind == "far, yet right":
        X[(rng.random(n) < FAR_SHARE) & (y == 1), 0] += FAR
    return X, y
    # --8<-- [end:draw]


def rule_error(
    kind: str, weights: FloatArray, offset: float, distance: float = 3.0
) -> float:
    """Exact error, on new draws, of saying 1 where X @ weights + offset > 0.

    Args:
        kind: One of `KINDS`.
        weights: Shape (n_features,), not all 0.
        offset: A number.
        distance: Between the means of the draws.
    """
    size = float(np.linalg.norm(weights))
    first, cut = float(weights[0]) / size, offset / size
    low, high = cut - first * distance / 2, cut + first * distance / 2
    if kind == "heavy tails":  # a sum of them is Student's t again
        tail = student_t(DEGREES).cdf
        return float(tail(low) + tail(-high)) / 2
    missed = norm.cdf(-high)
    if kind == "far, yet right":
        farther = norm.cdf(-high - first * FAR)
        missed = (1 - FAR_SHARE) * missed + FAR_SHARE * farther
    return float(norm.cdf(low) + missed) / 2


def rival_errors(
    kind: str, sizes: Sequence[int], seeds: Sequence[int]
) -> FloatArray:
    """Exact errors of LDA and of a nearly unpenalised logistic regression,
    fitted to the same draws.

    Returns:
        Shape (n_sizes, n_seeds, 2).
    """
    errors = np.empty((len(sizes), len(seeds), 2))
    free = LogisticRegression(C=1e3, solver="newton-cholesky")
    arms = (LinearDiscriminantAnalysis(), free)
    for i, n in enumerate(sizes):
        for j, seed in enumerate(seeds):
            X, y = draw(kind, n, np.random.default_rng([seed, n]))
            for k, arm in enumerate(arms):
                found: Any = arm.fit(X, y)
                errors[i, j, k] = rule_error(
                    kind, found.coef_[0], float(found.intercept_[0])
                )
    return errors


def efficiency(distance: float) -> float:
    """How much the error of LDA exceeds the best one, as a share of what it is
    for logistic regression: Efron's limit for many samples, even classes.

    Args:
        distance: Between the means of two Gaussians, in standard deviations.
    """
    x = np.linspace(-12, 12, 4801)
    height = np.exp(-(x**2) / 2) / np.cosh(distance * x / 2)
    area = float(height.sum() * (x[1] - x[0]))
    level = np.exp(-(distance**2) / 8) / np.sqrt(2 * np.pi)
    return float((1 + distance**2 / 4) * level * area)


def unlike(
    n: int, rng: np.random.Generator, n_features: int = 8
) -> tuple[FloatArray, IntArray]:
    """Draw two Gaussian classes, n / 2 samples each, whose covariances differ:
    neighbouring features have the correlation 0.8 in class 0 and 0.5 in 1.

    Args:
        n: How many samples, an even number.
        rng: Source of the samples.
        n_features: How many.
    """
    y = np.repeat([0, 1], n // 2)
    place = np.arange(n_features)
    X = rng.standard_normal((n, n_features))
    for k, bond in enumerate((0.8, 0.5)):
        covariance = bond ** np.abs(place[:, None] - place)
        root = np.linalg.cholesky(covariance)
        X[y == k] = X[y == k] @ root.T + k - 0.5
    return X, y


def growth_errors(
    sizes: Sequence[int], seeds: Sequence[int], n_new: int = 2000
) -> dict[str, FloatArray]:
    """Share of new samples of `unlike` misclassified, by model.

    Returns:
        For each model shape (n_sizes, n_seeds).
    """
    arms: dict[str, Any] = {
        "naive Bayes": GaussianNB(),
        "LDA": LinearDiscriminantAnalysis(),
        "QDA": QuadraticDiscriminantAnalysis(),
    }
    names = (*arms, "halfway")
    errors = {name: np.empty((len(sizes), len(seeds))) for name in names}
    for j, seed in enumerate(seeds):
        new, truth = unlike(n_new, np.random.default_rng([seed, 0]))
        for i, n in enumerate(sizes):
            X, y = unlike(n, np.random.default_rng([seed, n]))
            for name, arm in arms.items():
                wrong = arm.fit(X, y).predict(new) != truth
                errors[name][i, j] = wrong.mean()
            said = log_joint(fit(X, y, alpha=0.5), new).argmax(axis=1)
            errors["halfway"][i, j] = (said != truth).mean()
    return errors


def wide(
    n: int, rng: np.random.Generator, n_features: int
) -> tuple[FloatArray, IntArray]:
    """Draw two Gaussian classes with one covariance, n / 2 samples each.

    Neighbouring features have the correlation 0.7. The means differ in every
    other feature, by half a standard deviation; the rest tells what is shared.
    """
    y = np.repeat([0, 1], n // 2)
    X = rng.standard_normal((n, n_features))
    for j in range(1, n_features):
        X[:, j] = 0.7 * X[:, j - 1] + np.sqrt(1 - 0.7**2) * X[:, j]
    X[:, ::2] += np.where(y == 1, 0.25, -0.25)[:, None]
    return X, y


def wide_errors(
    widths: Sequence[int], seeds: Sequence[int], n: int = 40
) -> dict[str, FloatArray]:
    """Share of 1000 new samples of `wide` misclassified, by model, where n
    samples train.

    Returns:
        For each model shape (n_widths, n_seeds).
    """
    arms: dict[str, Any] = {
        "as it is": LinearDiscriminantAnalysis(),
        "Ledoit-Wolf": LinearDiscriminantAnalysis("lsqr", shrinkage="auto"),
        "naive Bayes": GaussianNB(),
    }
    errors = {name: np.empty((len(widths), len(seeds))) for name in arms}
    for i, width in enumerate(widths):
        for j, seed in enumerate(seeds):
            rng = np.random.default_rng([seed, width])
            (X, y), (new, truth) = wide(n, rng, width), wide(1000, rng, width)
            for name, arm in arms.items():
                wrong = arm.fit(X, y).predict(new) != truth
                errors[name][i, j] = wrong.mean()
    return errors


def clouds(
    what: str, n: int, rng: np.random.Generator
) -> tuple[FloatArray, IntArray]:
    """Draw two classes of two features, n / 2 samples each.

    Args:
        what: "means": two long clouds side by side; "spread": one mean, and
            class 1 is long where class 0 is round.
        n: How many samples, an even number.
        rng: Source of the samples.
    """
    y = np.repeat([0, 1], n // 2)
    X = rng.standard_normal((n, 2))
    if what == "means":
        X = X * [4.0, 0.6] + np.outer(y - 0.5, [0.0, 2.4])
    else:
        X[y == 1, 0] *= 5.0
    turn = np.sqrt(0.5) * np.array([[1.0, 1.0], [-1.0, 1.0]])
    return X @ turn, y


def axis_errors(what: str, seeds: Sequence[int]) -> FloatArray:
    """Share of new samples of `clouds` misclassified by QDA on one axis: that
    of PCA, and that of Fisher.

    Returns:
        Shape (n_seeds, 2).
    """
    errors = np.empty((len(seeds), 2))
    for i, seed in enumerate(seeds):
        rng = np.random.default_rng(seed)
        (X, y), (new, truth) = clouds(what, 200, rng), clouds(what, 2000, rng)
        first = np.linalg.svd(X - X.mean(axis=0))[2][:1].T
        for j, axis in enumerate((first, fisher_axes(X, y)[0])):
            model = fit(X @ axis, y, alpha=1.0)
            said = log_joint(model, new @ axis).argmax(axis=1)
            errors[i, j] = (said != truth).mean()
    return errors


def skewed_scores(seeds: Sequence[int]) -> dict[tuple[str, str], FloatArray]:
    """Calibration error and share misclassified on 8000 new samples, after 400
    to train on, of Gaussian classes and of the exponentials of their features.

    Returns:
        For each kind of features and each model shape (n_seeds, 2).
    """
    arms: dict[str, Any] = {
        "LDA": LinearDiscriminantAnalysis(),
        "QDA": QuadraticDiscriminantAnalysis(),
        "logistic": LogisticRegression(C=1e3, solver="newton-cholesky"),
    }
    kinds: dict[str, Any] = {"Gaussian": np.asarray, "skewed": np.exp}
    found = {
        (kind, name): np.empty((len(seeds), 2))
        for kind in kinds
        for name in arms
    }
    for i, seed in enumerate(seeds):
        rng = np.random.default_rng(seed)
        y, truth = rng.integers(2, size=400), rng.integers(2, size=8000)
        drawn = [
            rng.standard_normal((len(each), 3))
            + np.outer(each - 0.5, [1.0, 1.0, 0.0])
            for each in (y, truth)
        ]
        for kind, change in kinds.items():
            X, new = (change(each) for each in drawn)
            for name, arm in arms.items():
                p = arm.fit(X, y).predict_proba(new)[:, 1]
                error = calibration_error(reliability(p, truth, 10))
                wrong = ((p > 0.5) != truth).mean()
                found[kind, name][i] = error, wrong
    return found
