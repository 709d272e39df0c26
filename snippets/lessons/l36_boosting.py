"""Lesson L36: is gradient boosting the best model for most tasks?

Boosting is scikit-learn's (Friedman 2001), not XGBoost: the idea is the same,
the regularisation is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_wine, make_friedman1, make_hastie_10_2
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import (
    Change,
    Condition,
    Held,
    Registration,
)
from snippets.linear_regression import xor_blocks

FloatArray = NDArray[np.float64]
Samples = tuple[FloatArray, NDArray[Any]]

LESSON = Lesson(
    "L36",
    "Boosted trees are one of the best models for many tasks",
    "S3-M2",
    "Friedman's function, blocks, wine, Hastie's ball",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="trees",
        made="both",
        advice=(
            "Try a linear model, a kernel machine and boosting on the "
            "same splits."
        ),
        conditions=(
            Condition("the truth is Friedman's, against the line"),
            Condition("the truth is Friedman's, against a kernel machine"),
            Condition("two features interact, on the blocks"),
            Condition(
                "a plane parts the classes, on wine",
                split=(107, 71, 178),
                rank="limit",
            ),
            Condition(
                "the boundary is round and smooth, on Hastie's ball",
                rank="limit",
            ),
        ),
        held=(
            Held("training samples", "107 to 300"),
            Held(
                "settings on wine",
                "30 trees at a rate of 0.3, C = 1",
                why="wine has no other rows to choose on",
            ),
        ),
        changes=(
            Change(
                "nine settings for boosting and for the kernel machine",
                "three, of trees and rate or of C, left out stumps, longer "
                "boosting and wider kernels",
            ),
        ),
    ),
)

TASKS = ("Friedman", "blocks", "wine", "Hastie")
MODELS = ("boosting", "forest", "linear", "support vectors")

N_TRAIN = {"Friedman": 200, "blocks": 200, "wine": 107, "Hastie": 300}

Stages = tuple[int, float, int]
"""Trees, rate and depth."""
STAGES: tuple[Stages, ...] = (
    *((30, 0.3, 3), (60, 0.2, 3), (80, 0.15, 3)),
    *((150, 0.1, 2), (300, 0.1, 2), (600, 0.1, 2)),
    *((200, 1.0, 1), (400, 1.0, 1), (800, 1.0, 1)),
)
KERNELS = tuple(product((10.0, 100.0, 1000.0), (0.1, 0.3, 1.0)))
"""What support vectors choose from: C, and gamma times the features."""

CHOSEN: dict[str, tuple[Stages, tuple[float, float]]] = {
    "Friedman": ((300, 0.1, 2), (100.0, 0.3)),
    "blocks": ((80, 0.15, 3), (100.0, 1.0)),
    "wine": ((30, 0.3, 3), (1.0, 1.0)),
    "Hastie": ((400, 1.0, 1), (100.0, 0.1)),
}
"""What `tune` chose, on draws that judge nothing. Wine has no other rows to
choose on; its settings are a guess and the library's.
"""

TUNED_ON = tuple(range(900, 903))
"""Draws on which both are tuned."""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Scores on new samples.

    Attributes:
        scores: R² on Friedman's function, accuracy elsewhere, shape (n_tasks,
            n_models, n_seeds), in the order of `TASKS` and `MODELS`.
    """

    scores: FloatArray

    def lead(self, task: str, rival: str) -> Interval:
        """Score of boosting minus that of a rival, paired by seed.

        Args:
            task: One of `TASKS`.
            rival: One of `MODELS`.
        """
        rows = self.scores[TASKS.index(task)]
        return paired_difference(rows[0], rows[MODELS.index(rival)])

    def table(self) -> dict[str, dict[str, Interval]]:
        """Mean and interval of every model, by task."""
        return {
            task: {
                m: mean_interval(row)
                for m, row in zip(MODELS, rows, strict=True)
            }
            for task, rows in zip(TASKS, self.scores, strict=True)
        }


# --8<-- [start:draw]
def draw(task: str, seed: int) -> Samples:
    """Draw the samples of one task, those to train on first.

    Args:
        task: One of `TASKS`.
        seed: Which draw; for wine, which order.

    Returns:
        Features, shape (n_samples, n_features), and targets or classes,
        (n_samples,).

    Raises:
        ValueError: If there is no task of that name.
    """
    rng = np.random.default_rng(seed)
    if task == "Friedman":  # a product, a square and two straight effects
        X, y = make_friedman1(500, noise=1.0, random_state=seed)
    # a checkerboard of two features, each tenth label turned
    elif task == "blocks":
        X, height = xor_blocks(500, 0.0, rng)
        y = (height > 0.5) ^ (rng.random(500) < 0.1)
    elif task == "wine":
        order = rng.permutation(178)
        X, y = (part[order] for part in load_wine(return_X_y=True))
    elif task == "Hastie":  # is a sum of ten squares above a limit?
        X, y = make_hastie_10_2(500, random_state=seed)
    else:
        raise ValueError(
            f"no task is named {task!r}; there are {', '.join(TASKS)}"
        )
    return X, y
    # --8<-- [end:draw]


def _models(task: str, seed: int) -> list[Any]:
    """The four models in the form that the task asks for, in the order of
    `MODELS`.
    """
    (count, rate, depth), kernel = CHOSEN[task]
    trees = {"n_estimators": 20}
    stages = {
        "n_estimators": count,
        "learning_rate": rate,
        "max_depth": depth,
    }
    if task == "Friedman":
        return [
            GradientBoostingRegressor(**stages, random_state=seed),
            RandomForestRegressor(**trees, random_state=seed),
            LinearRegression(),
            machine(SVR, task, kernel),
        ]
    return [
        GradientBoostingClassifier(**stages, random_state=seed),
        RandomForestClassifier(**trees, random_state=seed),
        make_pipeline(StandardScaler(), LogisticRegression()),
        machine(SVC, task, kernel),
    ]


def machine(kind: Any, task: str, kernel: tuple[float, float]) -> Any:
    """Support vectors with a C, and a gamma in shares of the default."""
    C, share = kernel
    gamma = share / draw(task, 0)[0].shape[1]  # of standardised features
    return make_pipeline(StandardScaler(), kind(C=C, gamma=gamma))


# --8<-- [start:tune]
def tune(
    task: str, seeds: Sequence[int] = TUNED_ON
) -> tuple[Stages, tuple[float, float]]:
    """Choose the setting of boosting, and that of the support vectors.

    Args:
        task: One that is drawn: on the rows of a file, choosing would be
            judging.
        seeds: Draws to choose on.
    """
    n, regression = N_TRAIN[task], task == "Friedman"
    boosting = (
        GradientBoostingRegressor if regression else GradientBoostingClassifier
    )
    kind = SVR if regression else SVC

    def level(model: Any) -> float:
        drawn = [draw(task, seed) for seed in seeds]
        scores = [model.fit(X[:n], y[:n]).score(X[n:], y[n:]) for X, y in drawn]
        return float(np.mean(scores))

    return (
        max(
            STAGES,
            key=lambda one: level(
                boosting(
                    n_estimators=one[0],
                    learning_rate=one[1],
                    max_depth=one[2],
                    random_state=0,
                )
            ),
        ),
        max(KERNELS, key=lambda one: level(machine(kind, task, one))),
    )
    # --8<-- [end:tune]


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Score the four models on the same draws of each task.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    scores = np.empty((len(TASKS), len(MODELS), len(seeds)))
    for i, task in enumerate(TASKS):
        n = N_TRAIN[task]
        for j, seed in enumerate(seeds):
            X, y = draw(task, seed)
            for m, model in enumerate(_models(task, seed)):
                scores[i, m, j] = model.fit(X[:n], y[:n]).score(X[n:], y[n:])
    return Result(scores)


def judge(result: Result) -> Outcome:
    """Boosting should be ahead of each of the others, on each task."""
    unit = {task: "R²" if task == "Friedman" else "accuracy" for task in TASKS}
    pairs = [
        ("Friedman", "linear"),
        ("Friedman", "support vectors"),
        ("blocks", "linear"),
    ]
    pairs += [("wine", "linear"), ("Hastie", "support vectors")]
    return LESSON.judge(
        *(
            Finding(
                f"{task}, boosting − {rival}, {unit[task]}",
                result.lead(task, rival),
            )
            for task, rival in pairs
        )
    )
