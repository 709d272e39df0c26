"""Write impurity importance, individual curves and Shapley values.

Judge it with `pytest snippets/exercises/test_feature_importance.py`.
`python -m snippets.exercises.skeletons feature_importance` begins anew.
"""

from __future__ import annotations

from snippets.feature_importance import FloatArray, Predict, Tree


def impurity_importance(tree: Tree) -> FloatArray:
    """Sum for each feature how much its splits lower the impurity.

    Args:
        tree: The `tree_` of a fitted decision tree of scikit-learn.

    Returns:
        Shares that sum to 1, shape (n_features,); zeros for a tree of one leaf.
    """
    raise NotImplementedError(
        "samples times impurity of a node, less those of its children; -1 for "
        "a left child marks a leaf"
    )


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
    raise NotImplementedError(
        "copy X, set the column to each value in turn, predict"
    )


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
    raise NotImplementedError(
        "for each set, `np.where` takes x where a bit is 1, else the "
        "background; mean prediction"
    )


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
    raise NotImplementedError(
        "for each set without j: size! (n - size - 1)! / n! times what j adds"
    )
