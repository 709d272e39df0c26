"""Explain a fitted model: impurity importance of a tree, curves of one feature,
and exact Shapley values.

Permutation, of one feature or a group, stands in `explanation.py`. Sources:
Breiman and others 1984 (impurity), Goldstein and others 2015 (individual
curves), Shapley 1953, Lundberg and Lee 2017 (Shapley values of a prediction).
"""

from __future__ import annotations

from collections.abc import Callable
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression

from snippets.explanation import partial_dependence, permutation_importance

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Predict = Callable[[FloatArray], FloatArray]
Tree = Any
"""The `tree_` of scikit-learn, which has no types."""


# --8<-- [start:impurity]
def impurity_importance(tree: Tree) -> FloatArray:
    """Sum for each feature how much its splits lower the impurity.

    Args:
        tree: The `tree_` of a fitted decision tree of scikit-learn.

    Returns:
        Shares that sum to 1, shape (n_features,); zeros for a tree of one leaf.
    """
    falls = np.zeros(tree.n_features)
    # the impurity of a node, weighed by the samples that reach it
    mass = tree.weighted_n_node_samples * tree.impurity  # (n_nodes,)
    for node, left in enumerate(tree.children_left):
        if left >= 0:  # not a leaf
            right = tree.children_right[node]
            fall = mass[node] - mass[left] - mass[right]
            falls[tree.feature[node]] += fall
    total = falls.sum()
    return falls / total if total > 0 else falls
    # --8<-- [end:impurity]


# --8<-- [start:curves]
def individual_curves(
    predict: Predict, X: FloatArray, column: int, values: FloatArray
) -> FloatArray:
    """What the model would say of each sample, had it another value of one
    feature.

    Args:
        predict: Prediction of the fitted model for each sample.
        X: Features, shape (n_samples, n_features).
        column: The feature that is set.
        values: What it is set to, shape (n_values,).

    Returns:
        A curve a sample, shape (n_samples, n_values); their mean is the partial
        dependence.
    """
    curves = np.empty((len(X), len(values)))
    changed = X.astype(float)
    for at, value in enumerate(values):
        changed[:, column] = value
        curves[:, at] = predict(changed)
    return curves
    # --8<-- [end:curves]


# --8<-- [start:shapley]
def coalition_values(
    predict: Predict, X: FloatArray, x: FloatArray
) -> FloatArray:
    """Mean prediction when some features are those of one sample, the others
    those of the background.

    Args:
        predict: Prediction of the fitted model for each sample.
        X: Background, shape (n_samples, n_features).
        x: The sample to explain, shape (n_features,).

    Returns:
        One value for each set of features, shape (2 ** n_features,). Feature j
        belongs to set s if bit j of s is 1: set 0 is empty, the last has all.
    """
    n = X.shape[1]
    inside = np.arange(2**n)[:, None] >> np.arange(n) & 1  # (2 ** n, n)
    return np.array([predict(np.where(s, x, X)).mean() for s in inside])


def shapley_values(values: FloatArray) -> FloatArray:
    """Share the value of all features among them, by what each adds to every
    set of the others.

    Args:
        values: Value of each set, shape (2 ** n_features,), in the order of
            `coalition_values`.

    Returns:
        One number a feature, shape (n_features,). They sum to the last value
        less the first.
    """
    n = (len(values) - 1).bit_length()
    shares = np.zeros(n)
    for s in range(len(values)):
        size = s.bit_count()
        for j in range(n):
            if not s >> j & 1:  # feature j is not in the set
                weight = factorial(size) * factorial(n - size - 1)
                shares[j] += weight * (values[s | 1 << j] - values[s])
    return shares / factorial(n)
    # --8<-- [end:shapley]


# --8<-- [start:values]
VALUES = (2, 4, 8, 16, 64, 256)


def noise_of_values(seed: int) -> FloatArray:
    """Importance of a coin that tells the class in seven cases of ten, and of
    six columns of noise.

    Args:
        seed: Draws 300 samples to train, 1,000 new ones, and a forest.

    Returns:
        By impurity, permuted in training samples and in new ones: shape (3, 7),
        the coin first.
    """
    rng = np.random.default_rng(seed)
    coin = rng.integers(2, size=1300)
    y = np.where(rng.random(1300) < 0.7, coin, 1 - coin)
    noise = [rng.integers(v, size=1300) for v in VALUES]
    X = np.column_stack([coin, *noise]).astype(float)
    forest = RandomForestClassifier(20, random_state=seed).fit(X[:300], y[:300])
    found = [forest.feature_importances_]
    for A, b in ((X[:300], y[:300]), (X[300:], y[300:])):

        def score(Q: FloatArray, truth: Any = b) -> float:
            return float(forest.score(Q, truth))

        orders = np.array([rng.permutation(len(b)) for _ in range(2)])
        drops = [
            permutation_importance(score, A, [j], orders) for j in range(7)
        ]
        found.append(np.mean(drops, axis=1))
    return np.array(found)
    # --8<-- [end:values]


# --8<-- [start:twins]
def twins(seed: int) -> FloatArray:
    """Rise of a forest's squared error when features are dealt out, with a twin
    of the first and without.

    Args:
        seed: Draws 300 samples to train, 600 new ones, and the forests.

    Returns:
        Rise for the first and second feature without the twin; for the first,
        its twin and both with it; and the errors of both forests, shape (7,).
    """
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((900, 3))
    y = X[:, 0] + 0.7 * X[:, 1] + 0.3 * rng.standard_normal(900)
    X[:, 2] = X[:, 0] + 0.05 * X[:, 2]
    orders = np.array([rng.permutation(600) for _ in range(2)])
    rises, errors = [], []
    for width, groups in ((2, ([0], [1])), (3, ([0], [2], [0, 2]))):
        forest = RandomForestRegressor(
            15, min_samples_leaf=3, max_features=1, random_state=seed
        ).fit(X[:300, :width], y[:300])
        new = X[300:, :width]

        def score(A: FloatArray, model: Any = forest) -> float:
            return -float(np.mean((model.predict(A) - y[300:]) ** 2))

        errors.append(-score(new))
        for group in groups:
            drops = permutation_importance(score, new, group, orders)
            rises.append(drops.mean())
    return np.array([*rises, *errors])
    # --8<-- [end:twins]


# --8<-- [start:umbrellas]
def town(
    rng: np.random.Generator, banned: bool = False
) -> tuple[FloatArray, FloatArray]:
    """Umbrellas and accidents of 500 days; rain causes both.

    Args:
        rng: Draws the days.
        banned: Whether umbrellas are; it rains all the same.

    Returns:
        Umbrellas a day, shape (500, 1), and accidents, shape (500,).
    """
    rain = rng.exponential(2.0, 500)
    umbrellas = 0 * rain if banned else 5 * rain + rng.normal(0, 2, 500)
    return umbrellas[:, None], 10 + 3 * rain + rng.normal(0, 1, 500)


def ban(seed: int) -> FloatArray:
    """Fit a line from umbrellas to accidents, explain it, and ban umbrellas.

    Args:
        seed: Draws days to train, new days, and days under the ban.

    Returns:
        Loss of R² when umbrellas are dealt out; change of accidents that the
        curve promises; change that the ban brings: shape (3,).
    """
    rng = np.random.default_rng(seed)
    line = LinearRegression().fit(*town(rng))
    X, y = town(rng)
    orders = np.array([rng.permutation(500) for _ in range(3)])
    lost = permutation_importance(
        lambda A: float(line.score(A, y)), X, [0], orders
    )
    promised = partial_dependence(line.predict, X, 0, np.zeros(1))[0]
    happened = town(rng, banned=True)[1].mean()
    return np.array([lost.mean(), promised - y.mean(), happened - y.mean()])
    # --8<-- [end:umbrellas]
