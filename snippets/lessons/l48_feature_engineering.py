"""Lesson L48: does a feature made by hand help, and whom?

Two tasks are decided by the ratio of two features: on one side of a line, where
a linear model needs no ratio, and inside a band, where it cannot do without.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L48",
    "A feature made by hand raises the accuracy of whatever model gets it",
    "S3-K2",
    "labels by the ratio of two features, generated",
    Registration(
        origin="folklore",
        quantifier="always",
        primary=0,
        family="any",
        made="generated",
        advice=(
            "Add ratios and differences for trees; ask what the model can "
            "already say."
        ),
        conditions=(
            Condition("boosting must build a slanted line"),
            Condition("a forest must build a slanted line"),
            Condition("a logistic model has the line already", margin=0.0),
            Condition("a logistic model meets a band"),
        ),
        held=(
            Held("training samples", "200"),
            Held("trees of boosting and forest", "30 and 20"),
            Held("range of the features", "1 to 3"),
        ),
        reason=(
            "One in a hundred is taken off beforehand where the note says "
            "so; what is left counts from zero on."
        ),
    ),
)

N_TRAIN, N_NEW = 200, 1000
WORTH = 0.01
"""A gain of accuracy below this is not worth the work on a feature."""
TASKS = ("line", "band")
ARMS = ("raw", "ratio", "other ratio")
"""What a model gets: five features; beside them the one that decides; or one of
no use.
"""


# --8<-- [start:data]
def draw(task: str, seed: int) -> tuple[FloatArray, IntArray]:
    """Draw five features between 1 and 3, of which the first two decide by
    their ratio.

    Args:
        task: "line" for x0/x1 > 1, or "band" for a ratio between 2/3 and 3/2.
        seed: Which draw.

    Raises:
        ValueError: If there is no such task.
    """
    if task not in TASKS:
        raise ValueError(
            f"no task is named {task!r}; there are {', '.join(TASKS)}"
        )
    X = np.random.default_rng(seed).uniform(1, 3, (N_TRAIN + N_NEW, 5))
    ratio = X[:, 0] / X[:, 1]
    inside = ratio > 1 if task == "line" else (ratio > 2 / 3) & (ratio < 3 / 2)
    return X, inside.astype(np.int64)


def with_feature(X: FloatArray, task: str, arm: str) -> FloatArray:
    """Add the feature of an arm: for the band it is the distance of log x0/x1
    from 0.
    """
    ratio = X[:, 0] / X[:, 1]
    made = ratio if task == "line" else np.abs(np.log(ratio))
    column = {"ratio": made, "other ratio": X[:, 2] / X[:, 3]}
    return X if arm == "raw" else np.column_stack([X, column[arm]])
    # --8<-- [end:data]


MODELS: dict[str, Callable[[int], ClassifierMixin]] = {
    "boosting": lambda seed: GradientBoostingClassifier(
        n_estimators=30, random_state=seed
    ),
    "forest": lambda seed: RandomForestClassifier(20, random_state=seed),
    "logistic": lambda seed: make_pipeline(
        StandardScaler(), LogisticRegression()
    ),
}


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Accuracy on new samples.

    Attributes:
        accuracy: Shape (2 tasks, 3 models, 3 arms, n_seeds), in the order of
            `TASKS`, `MODELS` and `ARMS`.
    """

    accuracy: FloatArray

    def scores(self, task: str, model: str, arm: str) -> FloatArray:
        """Accuracy a seed, shape (n_seeds,)."""
        place = TASKS.index(task), list(MODELS).index(model), ARMS.index(arm)
        return np.asarray(self.accuracy[place])

    def gain(self, task: str, model: str, arm: str = "ratio") -> Interval:
        """With the feature of an arm minus without."""
        return paired_difference(
            self.scores(task, model, arm), self.scores(task, model, "raw")
        )

    def surplus(self, task: str, model: str) -> Interval:
        """Gain of the ratio, minus what it must gain to be worth the work."""
        raw = self.scores(task, model, "raw")
        return paired_difference(self.scores(task, model, "ratio") - WORTH, raw)

    def table(self) -> dict[str, dict[str, str]]:
        """Accuracy without, and both gains, for each task and model."""
        found = {}
        for task in TASKS:
            for model in MODELS:
                found[f"{task}, {model}"] = {
                    "five features": str(
                        mean_interval(self.scores(task, model, "raw"))
                    ),
                    "gain of the ratio": str(self.gain(task, model)),
                    "gain of another ratio": str(
                        self.gain(task, model, "other ratio")
                    ),
                }
        return found


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Fit every model on every task with and without; a seed is a draw of
    samples.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    found = np.empty((len(TASKS), len(MODELS), len(ARMS), len(seeds)))
    for column, seed in enumerate(seeds):
        for i, task in enumerate(TASKS):
            X, y = draw(task, seed)
            for k, arm in enumerate(ARMS):
                A = with_feature(X, task, arm)
                for j, start in enumerate(MODELS.values()):
                    model = start(seed).fit(A[:N_TRAIN], y[:N_TRAIN])
                    found[i, j, k, column] = model.score(
                        A[N_TRAIN:], y[N_TRAIN:]
                    )
    return Result(found)


def judge(result: Result) -> Outcome:
    """The feature that decides should help all on the line, and the linear
    model in the band.
    """
    return LESSON.judge(
        Finding(
            "line, boosting: with ratio − without, accuracy",
            result.gain("line", "boosting"),
        ),
        Finding(
            "line, forest: with ratio − without, accuracy",
            result.gain("line", "forest"),
        ),
        Finding(
            "line, logistic: gain beyond 0.01, accuracy",
            result.surplus("line", "logistic"),
        ),
        Finding(
            "band, logistic: with ratio − without, accuracy",
            result.gain("band", "logistic"),
        ),
    )
