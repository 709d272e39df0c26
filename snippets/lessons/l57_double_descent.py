"""Lesson L57: does the test error fall again beyond as many parameters as
samples?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from snippets.evidence import Interval, paired_difference
from snippets.lessons.choice import chosen_elsewhere
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import (
    Change,
    Condition,
    Held,
    Part,
    Registration,
)

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L57",
    "The test error peaks at as many parameters as samples, and falls below "
    "its first minimum beyond",
    "Belkin et al., 2019",
    "100 samples of 10 features, random ReLU features, generated",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="networks",
        made="generated",
        advice=(
            "Tune a penalty, which takes the peak away, and take the width "
            "you can pay for."
        ),
        conditions=(
            Condition(
                "the widest is set against the best narrow",
                margin=0.02,
                part="b",
            ),
            Condition(
                "the peak is set against the best narrow", margin=0.02, part="a"
            ),
            Condition(
                "the peak is set against the widest, with tuned penalties",
                margin=0.02,
                rank="limit",
                part="a",
            ),
            Condition(
                "the widest is set against the best narrow, with tuned "
                "penalties",
                margin=0.02,
                rank="limit",
                part="b",
            ),
        ),
        parts={
            "a": Part(
                "The test error peaks at as many parameters as samples", 1
            ),
            "b": Part("Beyond that it falls below its first minimum", 0),
        },
        held=(
            Held("largest of the narrow widths", "60, which is chosen"),
            Held("noise of the targets", "standard deviation 0.5"),
            Held(
                "first layer",
                "random and not trained",
                why="so that nothing hangs on how long a network trains",
            ),
            Held("largest width", "1,000 units for 100 samples"),
        ),
        changes=(
            Change(
                "more draws", "other seeds left it not settled, or nearly so"
            ),
        ),
        reason="A fiftieth of a power of ten is a twentieth of the error.",
    ),
)

N_TRAIN, N_NEW, N_INPUTS, NOISE = 100, 1000, 10, 0.5
WIDTHS = (5, 10, 20, 40, 60, 80, 100, 120, 160, 320, 1000)
NARROW = WIDTHS.index(80)
"""Widths before this one count as narrow."""
PEAK = WIDTHS.index(100)
DRAWS = tuple(range(20))
PENALTIES = (1e-9, 1e-3, 1e-2, 1e-1, 1.0, 10.0)
"""The first is as good as none."""


def draw(
    n: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Draw inputs, their noisy targets, and the targets without noise."""
    X = rng.standard_normal((n, N_INPUTS))
    truth = X[:, 0] + np.sin(2 * X[:, 1]) + np.abs(X[:, 2])
    return X, truth + NOISE * rng.standard_normal(n), truth


# --8<-- [start:errors]
def errors(width: int, seed: int) -> FloatArray:
    """Test error of a layer of random units, for each penalty.

    The first layer stays as it was drawn; the second is fitted by ridge
    regression, so that nothing hangs on how long a network trains.

    Args:
        width: How many units, which are the parameters that are fitted.
        seed: Draws samples and units.

    Returns:
        Mean squared error on new samples, shape (n_penalties,).
    """
    rng = np.random.default_rng(seed)
    (X, y, _), (new, _, truth) = draw(N_TRAIN, rng), draw(N_NEW, rng)
    W = rng.standard_normal((N_INPUTS, width)) / np.sqrt(N_INPUTS)
    shift = rng.standard_normal(width)
    H, H_new = (np.maximum(A @ W + shift, 0) for A in (X, new))
    U, s, Vt = np.linalg.svd(H / np.sqrt(width), full_matrices=False)
    found = []
    for penalty in PENALTIES:
        slopes = Vt.T @ (s / (s**2 + penalty) * (U.T @ (y - y.mean())))
        told = H_new @ slopes / np.sqrt(width) + y.mean()
        found.append(np.mean((told - truth) ** 2))
    return np.array(found)
    # --8<-- [end:errors]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Power of ten of the test error, shape (n_widths, n_penalties,
    n_seeds).
    """

    error: FloatArray

    def plain(self) -> FloatArray:
        """Without a penalty, shape (n_widths, n_seeds)."""
        return np.asarray(self.error[:, 0])

    def tuned(self) -> FloatArray:
        """With the penalty that is best on the other seeds."""
        return np.array([-chosen_elsewhere(-rows) for rows in self.error])


def against(first: FloatArray, second: FloatArray) -> Interval:
    """First minus second, in powers of ten of the error."""
    return paired_difference(first, second)


def best_narrow(error: FloatArray) -> FloatArray:
    """The narrow width that is best on the other seeds."""
    return -chosen_elsewhere(-error[:NARROW])


def run(seeds: Sequence[int] = DRAWS) -> Result:
    """Fit all widths with all penalties to the same samples.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    found = [[errors(width, seed) for seed in seeds] for width in WIDTHS]
    return Result(np.log10(np.array(found)).transpose(0, 2, 1))


def judge(result: Result) -> Outcome:
    """The widest should beat the best narrow one, and the peak be a peak."""
    plain, tuned = result.plain(), result.tuned()
    unit = "powers of ten of the test error"
    return LESSON.judge(
        Finding(
            f"no penalty: best narrow − widest, {unit}",
            against(best_narrow(plain), plain[-1]),
        ),
        Finding(
            f"no penalty: peak − best narrow, {unit}",
            against(plain[PEAK], best_narrow(plain)),
        ),
        Finding(
            f"tuned penalty: peak − widest, {unit}",
            against(tuned[PEAK], tuned[-1]),
        ),
        Finding(
            f"tuned penalty: best narrow − widest, {unit}",
            against(best_narrow(tuned), tuned[-1]),
        ),
    )
