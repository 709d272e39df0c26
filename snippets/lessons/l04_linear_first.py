"""Lesson L04: should linear regression be the first choice for a number?

Linear regression against a random forest and gradient boosting on three kinds
of data: one nearly linear, one curved (Friedman 1991), and one that no plane
can follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_diabetes, make_friedman1
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration
from snippets.linear_regression import xor_blocks

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L04",
    "To predict a number, linear regression should be tried first, "
    "because it is accurate on many data sets; which model is best "
    "depends on the data",
    "S3-M1",
    "diabetes, Friedman's function, blocks",
    Registration(
        origin="source",
        quantifier="sometimes",
        primary=0,
        family="linear models",
        made="both",
        advice=(
            "Fit the line beside the mean and one forest; keep it if it "
            "is near the forest."
        ),
        conditions=(
            Condition("effects add up, as on diabetes", split=(265, 177, 442)),
            Condition("effects bend, as in Friedman's function", rank="limit"),
            Condition("features interact, as on the blocks", rank="limit"),
            Condition("the rival is the mean, on the blocks", rank="rival"),
        ),
        held=(
            Held(
                "trees of boosting and forest",
                "40 and 20, other settings at their defaults",
            ),
            Held("training samples", "265 of diabetes, 180 generated"),
            Held(
                "noise of the generated targets",
                "standard deviation 1 for Friedman, 0.3 for blocks",
            ),
        ),
    ),
)

SETS = ("diabetes", "Friedman", "blocks")
MODELS = ("linear", "forest", "boosting")


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Coefficients of determination on held-out samples.

    Attributes:
        r2: Shape (n_sets, n_models, n_seeds), in the order of `SETS` and
            `MODELS`.
    """

    r2: FloatArray

    def table(self) -> dict[str, dict[str, Interval]]:
        """Mean and interval of every model, by set."""
        return {
            name: {
                m: mean_interval(row)
                for m, row in zip(MODELS, rows, strict=True)
            }
            for name, rows in zip(SETS, self.r2, strict=True)
        }

    def lead(self, name: str, rival: str) -> Interval:
        """R² of the linear model minus that of a rival, paired by seed.

        Args:
            name: One of `SETS`.
            rival: One of `MODELS`.
        """
        rows = self.r2[SETS.index(name)]
        return paired_difference(rows[0], rows[MODELS.index(rival)])


# --8<-- [start:draw]
def draw(name: str, seed: int) -> tuple[FloatArray, FloatArray]:
    """Make one set of samples.

    Args:
        name: One of `SETS`.
        seed: Which draw; diabetes is the same for every seed.

    Raises:
        ValueError: If there is no set of that name.
    """
    if name == "diabetes":
        X, y = load_diabetes(return_X_y=True)
    elif name == "Friedman":
        X, y = make_friedman1(300, noise=1.0, random_state=seed)
    elif name == "blocks":
        X, y = xor_blocks(300, 0.3, np.random.default_rng(seed))
    else:
        raise ValueError(
            f"no set is named {name!r}; there are {', '.join(SETS)}"
        )
    return X, y
    # --8<-- [end:draw]


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Score the three models on the same splits, 40 % held out.

    Args:
        seeds: Splits, and draws of the generated sets.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    r2 = np.empty((len(SETS), len(MODELS), len(seeds)))
    for i, name in enumerate(SETS):
        for column, seed in enumerate(seeds):
            split = train_test_split(
                *draw(name, seed), test_size=0.4, random_state=seed
            )
            X_train, X_test, y_train, y_test = split
            models = (
                LinearRegression(),
                RandomForestRegressor(20, random_state=seed),
                GradientBoostingRegressor(n_estimators=40, random_state=seed),
            )
            for j, model in enumerate(models):
                r2[i, j, column] = model.fit(X_train, y_train).score(
                    X_test, y_test
                )
    return Result(r2)


def judge(result: Result) -> Outcome:
    """The line should be ahead of trees on each set, and better than the mean
    on all.
    """
    rivals = (
        ("diabetes", "boosting"),
        ("Friedman", "boosting"),
        ("blocks", "forest"),
    )
    leads = (
        Finding(f"{name}, linear − {rival}, R²", result.lead(name, rival))
        for name, rival in rivals
    )
    useful = mean_interval(result.r2[SETS.index("blocks"), 0])
    return LESSON.judge(
        *leads, Finding("blocks, linear − predicting the mean, R²", useful)
    )
