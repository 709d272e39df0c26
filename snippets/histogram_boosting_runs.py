"""Runs of histogram boosting: a category as a number, as itself, as a mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.model_selection import KFold
from sklearn.preprocessing import TargetEncoder

FloatArray = NDArray[np.float64]

BUDGETS: Mapping[str, Mapping[str, Any]] = {
    "15 trees of 4 leaves": {
        "max_iter": 15,
        "max_leaf_nodes": 4,
        "learning_rate": 0.3,
    },
    "defaults": {},
}
PER_TOWN = (4.5, 9, 15, 30)
ARMS = ("number", "category", "mean out of fold")
N_TOWNS, N_TEST = 30, 600


# --8<-- [start:categories]
def category_errors(
    budget: str, per_town: float, seeds: Sequence[int]
) -> dict[str, FloatArray]:
    """Test errors with a town as number, as category and as mean target.

    Args:
        budget: Name of the settings in `BUDGETS`.
        per_town: Rows to train on, divided by the number of towns.
        seeds: One a draw.

    Returns:
        Mean squared error of each of `ARMS`, and of the mean of all rows as
        "no town", each of shape (n_seeds,).
    """
    errors: dict[str, list[float]] = {}
    rows = int(N_TOWNS * per_town)
    train, test = slice(rows), slice(rows, None)
    for seed in seeds:
        rng = np.random.default_rng(seed)
        level = rng.normal(0, 1, N_TOWNS)
        town = rng.integers(0, N_TOWNS, rows + N_TEST)
        y = level[town] + rng.normal(0, 0.3, rows + N_TEST)
        X = town[:, None].astype(float)
        code = TargetEncoder(target_type="continuous", cv=KFold(5))
        means = code.fit_transform(X[train], y[train])
        means = np.vstack([means, code.transform(X[test])])
        for arm in ARMS:
            seen = means if arm == ARMS[2] else X
            model = HistGradientBoostingRegressor(
                categorical_features=[0] if arm == "category" else None,
                **BUDGETS[budget],
            ).fit(seen[train], y[train])
            error = np.mean((model.predict(seen[test]) - y[test]) ** 2)
            errors.setdefault(arm, []).append(error)
        none = np.mean((y[train].mean() - y[test]) ** 2)
        errors.setdefault("no town", []).append(none)
    return {arm: np.array(found) for arm, found in errors.items()}


def thin_town(rows: int, seeds: Sequence[int]) -> FloatArray:
    """Squared error of one town of level 2 that has so many of 30 rows.

    Fifteen trees of four leaves; all other towns have 30 rows.
    """
    found = []
    for seed in seeds:
        rng, town = np.random.default_rng(seed), np.repeat(np.arange(30), 30)
        level = np.append(2.0, rng.normal(0, 1, 29))
        y = (level[town] + rng.normal(0, 0.3, 900))[30 - rows :]
        X = town[30 - rows :, None].astype(float)
        model = HistGradientBoostingRegressor(
            categorical_features=[0], **BUDGETS["15 trees of 4 leaves"]
        )
        found.append((model.fit(X, y).predict([[0.0]])[0] - level[0]) ** 2)
    return np.array(found)
    # --8<-- [end:categories]
