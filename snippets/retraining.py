"""Retraining in service: what a model costs that ages, and one that is trained
again by the calendar or after an alarm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

Due = Callable[[Sequence[float]], bool]
"""Says by the errors of the months since the last training whether to train."""

PER_MONTH = 200
"""Labelled samples a month, and degrees that the border turns in it."""
DEGREES = 6


@dataclass(frozen=True, slots=True)
class Service:
    """What a model in service did.

    Attributes:
        error: Share of wrong answers, mean over the months.
        trainings: Trainings a month.
    """

    error: float
    trainings: float

    def cost(self, price: float) -> float:
        """Cost of a month, in wrong answers of 100.

        Args:
            price: What one training costs, in the same unit.
        """
        return 100 * self.error + price * self.trainings


def steady(n_months: int, rng: np.random.Generator) -> FloatArray:
    """Angle of the border in each month, in degrees: a bit more each time."""
    return DEGREES * np.arange(n_months, dtype=float)


def jumps(n_months: int, rng: np.random.Generator) -> FloatArray:
    """The same turn on average, in jumps: a sixth of the months has all of
    it.
    """
    turns = 6 * DEGREES * (rng.random(n_months) < 1 / 6)
    return np.asarray(np.cumsum(turns) - turns[0])


# --8<-- [start:due]
def every(n_months: int) -> Due:
    """Train by the calendar."""
    return lambda errors: len(errors) >= n_months


def after_alarm(level: float) -> Due:
    """Train once a month had more errors than `level`."""
    return lambda errors: errors[-1] > level
    # --8<-- [end:due]


def draw(
    angle: float, rng: np.random.Generator, n_samples: int = PER_MONTH
) -> tuple[FloatArray, FloatArray]:
    """Samples of a month: two normal features, and 1 or -1 by their side of
    the border.
    """
    X = rng.standard_normal((n_samples, 2))
    turned = np.radians(angle)
    return X, np.sign(X @ [np.cos(turned), np.sin(turned)])


# --8<-- [start:serve]
def serve(angles: FloatArray, due: Due, rng: np.random.Generator) -> Service:
    """Train in the first month, serve in the others, train again when due.

    Args:
        angles: Angle of the border in each month, in degrees.
        due: Asked at the end of each month, when its labels have come.
        rng: Draws the samples.
    """
    X, y = draw(angles[0], rng)
    weights = np.linalg.lstsq(X, y)[0]
    errors: list[float] = []
    since: list[float] = []  # errors since the last training
    trainings = 0
    for angle in angles[1:]:
        X, y = draw(angle, rng)
        since.append(float((np.sign(X @ weights) != y).mean()))
        errors.append(since[-1])
        if due(since):
            weights, since = np.linalg.lstsq(X, y)[0], []
            trainings += 1
    return Service(float(np.mean(errors)), trainings / len(errors))
    # --8<-- [end:serve]


def best_interval(price: float) -> float:
    """Months from training to training by the rule of the square root.

    Error grows by the same each month, `DEGREES` of 180. An interval of k
    months then costs on average half of k such steps, and price / k for
    training: least at the root of 2 price / step.
    """
    return float(np.sqrt(2 * price / (100 * DEGREES / 180)))
