"""Lesson L50: should the capacity of a model match its task?

Polynomials by least squares on training sets that differ in task and size.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from snippets.bias_variance import (
    Draws,
    draw,
    errors,
    polynomial,
    predict_all,
    sine,
)
from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L50",
    "The effective capacity of a model should match the complexity of the task",
    "S3-M7",
    "polynomials on a line and a sine, generated",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="linear models",
        made="generated",
        advice=(
            "Draw the error against capacity; take the smallest within "
            "the noise."
        ),
        conditions=(
            Condition("the sine gets six degrees too many", margin=0.0009),
            Condition("the sine gets two degrees too few", margin=0.0009),
            Condition("the line gets two degrees too many", margin=0.0009),
            Condition("the line gets one degree too few", margin=0.0009),
        ),
        held=(
            Held("training samples", "30"),
            Held("noise of the targets", "standard deviation 0.3"),
            Held(
                "spacing of the features",
                "spread over 30 equal parts",
                why="with gaps left to chance, high degrees would miss "
                "by factors of a million",
            ),
        ),
        reason="A hundredth of the variance of the noise, 0.09, is 0.0009.",
    ),
)

SETTINGS = ("line, 30 samples", "sine, 30 samples", "sine, 300 samples")
DEGREES = tuple(range(10))


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Errors against the noiseless truth.

    Attributes:
        mse: Shape (n_settings, n_degrees, n_draws), in the order of `SETTINGS`
            and `DEGREES`, in squared target units.
    """

    mse: FloatArray

    def cost(self, setting: str, degree: int, best: int) -> Interval:
        """Error of one degree minus error of another, on the same training
        sets.

        Args:
            setting: One of `SETTINGS`.
            degree: One of `DEGREES`.
            best: The degree to compare with.
        """
        rows = self.mse[SETTINGS.index(setting)]
        return paired_difference(
            rows[DEGREES.index(degree)], rows[DEGREES.index(best)]
        )

    def best(self) -> dict[str, int]:
        """Degree of the least mean error, by setting."""
        lowest = self.mse.mean(axis=2).argmin(axis=1)
        return {
            name: DEGREES[place]
            for name, place in zip(SETTINGS, lowest, strict=True)
        }


# --8<-- [start:straighten]
def straighten(draws: Draws) -> Draws:
    """Make the task simple: a line in place of the sine, with the same noise.

    Args:
        draws: Training sets and targets around a sine.

    Returns:
        The same features and noise around the line through 0 of slope 1.
    """
    return replace(
        draws,
        y=draws.y - sine(draws.x) + draws.x,
        truth=draws.at,
        fresh=draws.fresh - sine(draws.at) + draws.at,
    )
    # --8<-- [end:straighten]


def run(n_draws: int = 200) -> Result:
    """Fit every degree to every training set.

    Args:
        n_draws: Training sets of each setting.

    Raises:
        ValueError: If there are fewer than two draws.
    """
    if n_draws < 2:
        raise ValueError(f"an interval needs at least two draws, got {n_draws}")
    few = draw(n_draws, 30, 0.3, np.random.default_rng(0))
    many = draw(n_draws, 300, 0.3, np.random.default_rng(1))
    mse = [
        [
            errors(predict_all(draws, polynomial(degree)), draws.truth)
            for degree in DEGREES
        ]
        for draws in (straighten(few), few, many)
    ]
    return Result(np.array(mse))


def judge(result: Result) -> Outcome:
    """On each task, less and more capacity than the task asks for should
    cost.
    """
    line, sines, _ = SETTINGS
    return LESSON.judge(
        Finding("sine, degree 9 − degree 3, MSE", result.cost(sines, 9, 3)),
        Finding("sine, degree 1 − degree 3, MSE", result.cost(sines, 1, 3)),
        Finding("line, degree 3 − degree 1, MSE", result.cost(line, 3, 1)),
        Finding("line, degree 0 − degree 1, MSE", result.cost(line, 0, 1)),
    )
