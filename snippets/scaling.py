"""Scaling of features: the z-score, and how much a unit changes each model."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MODELS: Mapping[str, Any] = MappingProxyType(
    {
        "neural network": MLPClassifier(
            (16,), learning_rate_init=0.01, max_iter=60, random_state=0
        ),
        "support vectors": SVC(),
        "nearest neighbours": KNeighborsClassifier(),
        "logistic": LogisticRegression(solver="newton-cholesky"),
        "naive Bayes": GaussianNB(),
        "decision tree": DecisionTreeClassifier(random_state=0),
        "random forest": RandomForestClassifier(20, random_state=0),
    }
)
"""Classifiers to compare, not fitted."""


# --8<-- [start:scaler]
def fit_scale(X: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Learn the mean and the spread of each feature.

    Args:
        X: Training samples, shape (n_samples, n_features).

    Returns:
        Means and standard deviations, shape (n_features,) each, in the
        features' units; a spread of 0 counts as 1, so that a constant feature
        becomes 0 and not NaN.

    Raises:
        ValueError: If there is no sample, or a value is not finite.
    """
    if X.ndim != 2 or not len(X) or not np.isfinite(X).all():
        raise ValueError(
            f"X must be a finite table with a sample, got shape {X.shape}"
        )
    spread = X.std(axis=0)
    return X.mean(axis=0), np.where(spread > 0, spread, 1.0)


def scale(X: FloatArray, mean: FloatArray, spread: FloatArray) -> FloatArray:
    """Subtract the mean and divide by the spread: the z-score, without a unit.

    Args:
        X: Any samples, shape (n_samples, n_features).
        mean: Means of the training samples, shape (n_features,).
        spread: Their standard deviations, shape (n_features,).
    """
    return (X - mean) / spread
    # --8<-- [end:scaler]


def scaling_scores(
    models: Mapping[str, Any],
    X: FloatArray,
    y: IntArray,
    seeds: range = range(10),
) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Score each model on raw and on standardised features (lesson L01).

    Args:
        models: Classifiers by name; they stay as they are.
        X: Samples, shape (n_samples, n_features).
        y: Classes, shape (n_samples,).
        seeds: One split a seed, 40 % of the samples held out, the same for both
            arms.

    Returns:
        By model the accuracies on raw and on standardised features, shape
        (n_seeds,).
    """
    found = {}
    splits = [
        train_test_split(X, y, test_size=0.4, stratify=y, random_state=s)
        for s in seeds
    ]
    for name, model in models.items():
        arms = [clone(model), make_pipeline(StandardScaler(), clone(model))]
        # the network stops after a fixed number of passes
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            raw, scaled = (
                [arm.fit(A, a).score(B, b) for A, B, a, b in splits]
                for arm in arms
            )
        found[name] = (np.array(raw), np.array(scaled))
    return found


def changed_by_unit(
    model: Any, X: FloatArray, y: NDArray[Any], factor: float = 1000.0
) -> float:
    """Share of predictions that change when one feature at a time gets another
    unit.

    Args:
        model: An estimator of scikit-learn; it stays as it is.
        X: Samples, shape (n_samples, n_features).
        y: Targets, shape (n_samples,).
        factor: How many small units make a large one.

    Returns:
        The share, mean over the features, from 0 to 1. A number predicted has
        changed if it moved by more than a thousandth of the spread of the
        targets.
    """
    before = clone(model).fit(X, y).predict(X)
    shares = []
    for j in range(X.shape[1]):
        other = X.copy()
        other[:, j] *= factor
        after = clone(model).fit(other, y).predict(other)
        shares.append(np.mean(np.abs(after - before) > 1e-3 * np.std(y)))
    return float(np.mean(shares))
