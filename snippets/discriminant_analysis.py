"""Linear and quadratic discriminant analysis from scratch: a Gaussian for each
class, one shared covariance or one each, and Fisher's axes.

Covariances divide by the number of samples, which is maximum likelihood and
what scikit-learn does. Formulas: Hastie, Tibshirani and Friedman, "The Elements
of Statistical Learning", section 4.3; shrinkage: Ledoit and Wolf 2004.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Gaussians:
    """A Gaussian for each class.

    Attributes:
        classes: Labels in rising order, shape (n_classes,).
        prior: Share of each class, shape (n_classes,).
        means: Shape (n_classes, n_features), in the units of the features.
        covariances: Shape (n_classes, n_features, n_features); all the same if
            the classes share one.
    """

    classes: IntArray
    prior: FloatArray
    means: FloatArray
    covariances: FloatArray


def check_samples(X: FloatArray, y: IntArray) -> None:
    """Refuse samples that no Gaussian can be fitted to.

    Args:
        X: Features, shape (n_samples, n_features).
        y: Labels, shape (n_samples,).

    Raises:
        ValueError: If the shapes disagree, a value is not finite, or there are
            fewer than two classes.
    """
    if X.ndim != 2 or y.shape != X.shape[:1]:
        raise ValueError(
            f"X must be (n, p) and y (n,), got {X.shape} and {y.shape}"
        )
    if not np.isfinite(X).all():
        raise ValueError("X must be finite, got nan or inf")
    if len(np.unique(y)) < 2:
        raise ValueError("there must be two classes or more")


def check_share(name: str, value: float) -> None:
    """Refuse a share outside 0 to 1.

    Raises:
        ValueError: With the name and the value.
    """
    if not 0 <= value <= 1:
        raise ValueError(f"{name} must be from 0 to 1, got {value}")


# --8<-- [start:fit]
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
    check_samples(X, y)
    check_share("alpha", alpha)
    check_share("shrink", shrink)
    classes, counts = np.unique(y, return_counts=True)
    shares, n_features = counts / len(y), X.shape[1]
    means = np.array([X[y == c].mean(axis=0) for c in classes])
    own = np.empty((len(classes), n_features, n_features))
    for k, c in enumerate(classes):
        centred = X[y == c] - means[k]
        own[k] = centred.T @ centred / counts[k]
    shared = np.tensordot(shares, own, axes=1)  # (n_features, n_features)
    mixed = alpha * own + (1 - alpha) * shared
    level = np.trace(mixed, axis1=1, axis2=2) / n_features
    sphere = level[:, None, None] * np.eye(n_features)
    covariances = (1 - shrink) * mixed + shrink * sphere
    prior = shares if prior is None else np.asarray(prior, dtype=np.float64)
    return Gaussians(classes, prior, means, covariances)


def log_joint(model: Gaussians, X: FloatArray) -> FloatArray:
    """Logarithm of prior times density, shape (n_samples, n_classes)."""
    columns = []
    for k, mean in enumerate(model.means):
        root = np.linalg.cholesky(model.covariances[k])  # lower triangle
        # a sample in standard deviations, without correlation
        z = np.linalg.solve(root, (X - mean).T)  # (n_features, n_samples)
        half_log_det = np.log(np.diag(root)).sum()
        columns.append(
            np.log(model.prior[k])
            - half_log_det
            - (z**2).sum(axis=0) / 2
            - len(mean) * np.log(2 * np.pi) / 2
        )
    return np.column_stack(columns)


def posterior(scores: FloatArray) -> FloatArray:
    """Softmax of each row, shape (n_samples, n_classes)."""
    # the largest becomes 1, so that nothing overflows
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
    # --8<-- [end:fit]


# --8<-- [start:linear]
def linear_form(model: Gaussians) -> tuple[FloatArray, FloatArray]:
    """Weights and intercepts of the scores, if the covariance is shared.

    Returns:
        Weights, shape (n_classes, n_features), and intercepts, shape
        (n_classes,). X @ weights.T + intercepts differs from the log joint by
        a number that is the same for all classes.
    """
    weights = np.linalg.solve(model.covariances[0], model.means.T).T
    offsets = np.log(model.prior) - (weights * model.means).sum(axis=1) / 2
    return weights, offsets
    # --8<-- [end:linear]


# --8<-- [start:axes]
def fisher_axes(X: FloatArray, y: IntArray) -> tuple[FloatArray, FloatArray]:
    """Directions that separate the means most, in units of the spread within.

    Returns:
        Axes as columns, shape (n_features, k), k the smaller of n_classes - 1
        and n_features, along which the spread within is 1; and the spread of
        the means along each, squared, shape (k,), the largest first.
    """
    model = fit(X, y)
    apart = model.means - model.prior @ model.means
    between = (model.prior * apart.T) @ apart
    root = np.linalg.cholesky(model.covariances[0])
    # first make the spread within a sphere; then it is PCA of the means
    left = np.linalg.solve(root, between)
    ratios, turned = np.linalg.eigh(np.linalg.solve(root, left.T))
    axes = np.linalg.solve(root.T, turned)
    k = min(len(model.classes) - 1, X.shape[1])
    return axes[:, ::-1][:, :k], ratios[::-1][:k]
    # --8<-- [end:axes]


# --8<-- [start:shrink]
def ledoit_wolf(X: FloatArray) -> float:
    """The share of a sphere that brings a covariance nearest to the truth, as
    estimated from the samples themselves.

    Args:
        X: Samples of one class, shape (n_samples, n_features).
    """
    X = X - X.mean(axis=0)
    n_samples, n_features = X.shape
    found = X.T @ X / n_samples
    level = np.trace(found) / n_features
    from_sphere = ((found - level * np.eye(n_features)) ** 2).sum()
    # how much the products of features scatter around their mean
    noise = ((X**2).T @ X**2 / n_samples - found**2).sum() / n_samples
    return float(min(noise / from_sphere, 1.0)) if from_sphere > 0 else 0.0
    # --8<-- [end:shrink]


def free_numbers(kind: str, n_classes: int, n_features: int) -> int:
    """Count what a model learns.

    Args:
        kind: "logistic", "naive Bayes", "LDA" or "QDA".
        n_classes: How many classes.
        n_features: How many features.

    Raises:
        ValueError: If the kind is another one.
    """
    free, symmetric = n_classes - 1, n_features * (n_features + 1) // 2
    counts = {
        "logistic": free * (n_features + 1),
        "naive Bayes": free + 2 * n_classes * n_features,
        "LDA": free + n_classes * n_features + symmetric,
        "QDA": free + n_classes * (n_features + symmetric),
    }
    if kind not in counts:
        raise ValueError(f"kind must be one of {list(counts)}, got {kind!r}")
    return counts[kind]
