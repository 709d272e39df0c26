"""Compare models at an equal budget: each arm has as many tries, chosen inside
the training part.

A verdict that one model beats another says little if one was tuned and the
other was not. Each comparison of the notes stands in `COMPARISONS`, with the
settings that its arms may choose from; a test reads them all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import (
    GridSearchCV,
    ParameterGrid,
    ShuffleSplit,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from snippets.evidence import Interval, paired_difference

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Arm:
    """One side of a comparison: a model and what it may choose from."""

    model: Any
    grid: Mapping[str, Sequence[Any]]

    @property
    def tries(self) -> int:
        """How many settings are tried."""
        return len(ParameterGrid(dict(self.grid)))


# --8<-- [start:tuned]
def tuned(arm: Arm, seed: int) -> Any:
    """A model that chooses its settings on a third of what it is given to fit.

    Args:
        arm: Model and grid; both sides of a comparison have as many tries.
        seed: Draws the third.
    """
    inner = ShuffleSplit(1, test_size=1 / 3, random_state=seed)
    return GridSearchCV(clone(arm.model), dict(arm.grid), cv=inner)


def scores(arm: Arm, draws: Sequence[Any], n_train: int) -> FloatArray:
    """Score an arm on each draw: tuned and fitted on its first rows, judged on
    the others.

    Args:
        arm: Model and grid.
        draws: Features and targets, a pair for each seed.
        n_train: How many rows are for fitting, the choice included.

    Returns:
        Accuracy or R², shape (n_draws,).
    """
    found = [
        tuned(arm, seed)
        .fit(X[:n_train], y[:n_train])
        .score(X[n_train:], y[n_train:])
        for seed, (X, y) in enumerate(draws)
    ]
    return np.array(found)
    # --8<-- [end:tuned]


def splits(
    X: FloatArray, y: NDArray[Any], n: int = 10, rows: int | None = None
) -> list[Any]:
    """Order the rows of one file anew for each seed, and keep the first of
    them.
    """
    orders = [
        np.random.default_rng(seed).permutation(len(X)) for seed in range(n)
    ]
    return [(X[order[:rows]], y[order[:rows]]) for order in orders]


def lead(
    first: Sequence[float] | FloatArray,
    second: Sequence[float] | FloatArray,
    parts: tuple[int, int, int] | None = None,
) -> Interval:
    """First minus second, paired; wider where the draws are splits of one file.

    Args:
        first: Scores of one arm, shape (n_draws,).
        second: Scores of the other arm on the same draws.
        parts: Rows to train, rows to test and rows of the file, if the draws
            are splits of one.
    """
    difference = paired_difference(first, second)
    return difference.over_splits(*parts) if parts else difference


def _scaled(model: Any) -> Any:
    return make_pipeline(StandardScaler(), model)


_LOGISTIC = Arm(
    _scaled(LogisticRegression(max_iter=500)),
    {"logisticregression__C": [0.01, 0.1, 1.0, 10.0]},
)
_KERNEL = Arm(
    _scaled(SVC()), {"svc__C": [1.0, 10.0], "svc__gamma": ["scale", 0.01]}
)
_FOREST = Arm(
    RandomForestClassifier(50, random_state=0),
    {"max_features": ["sqrt", 0.5], "min_samples_leaf": [1, 3]},
)
_BOOSTING = Arm(
    GradientBoostingClassifier(
        n_estimators=20, learning_rate=0.3, max_depth=2, random_state=0
    ),
    {"subsample": [0.5, 1.0], "max_features": [None, "sqrt"]},
)

COMPARISONS: Mapping[str, tuple[Arm, Arm]] = {
    "boosting or a line, Friedman": (
        Arm(
            GradientBoostingRegressor(learning_rate=0.3, random_state=0),
            {"n_estimators": [30, 60], "max_depth": [2, 3]},
        ),
        Arm(_scaled(Ridge()), {"ridge__alpha": [0.01, 0.1, 1.0, 10.0]}),
    ),
    "boosting or logistic, wine": (_BOOSTING, _LOGISTIC),
    "boosting or kernel, Hastie": (
        Arm(
            GradientBoostingClassifier(learning_rate=0.3, random_state=0),
            {"n_estimators": [100, 400], "max_depth": [1, 2]},
        ),
        _KERNEL,
    ),
    "kernel or logistic": (_KERNEL, _LOGISTIC),
    "kernel or forest": (_KERNEL, _FOREST),
    "neighbours or logistic": (
        Arm(KNeighborsClassifier(), {"n_neighbors": [1, 3, 5, 10]}),
        Arm(
            LogisticRegression(max_iter=300),
            {"C": [0.01, 0.1, 1.0, 10.0]},
        ),
    ),
}
"""What each comparison of the notes lets its two arms choose from."""
