"""Lesson L63: is gradient descent that stops early as good as ridge
regression?
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
from snippets.lessons.registry import Change, Condition, Held, Registration

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L63",
    "Gradient descent that stops early predicts as well as ridge regression",
    "Ali, Kolter and Tibshirani, 2019",
    "60 samples of 40 features, least squares, generated",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="linear models",
        made="generated",
        advice=(
            "Use whichever is cheaper; stop early from zero, with all "
            "features of one scale."
        ),
        conditions=(
            Condition("both start from zero and are tuned", margin=0.02),
            Condition("features share directions", margin=0.02),
            Condition(
                "descent starts far from zero", margin=0.02, rank="limit"
            ),
            Condition(
                "neither is tuned: least squares is rival",
                margin=0.02,
                rank="rival",
            ),
        ),
        held=(
            Held(
                "spread of the true slopes",
                "standard deviation 0.5, alike for all features",
            ),
            Held("noise of the targets", "standard deviation 2"),
            Held("training samples", "60 of 40 features"),
        ),
        changes=(
            Change(
                "more draws", "other seeds left it not settled, or nearly so"
            ),
        ),
        reason="A fiftieth of a power of ten is a twentieth of the error.",
    ),
)

DRAWS = tuple(range(100))
"""Seeds: a draw costs a millisecond, and with twenty the primary was open."""
N_TRAIN, N_FEATURES, NOISE = 60, 40, 2.0
TIMES = 10.0 ** np.linspace(-2, 3, 41)
"""Steps times their length; the penalty of ridge is one over it."""
CASES = ("independent", "correlated", "far start")


# --8<-- [start:paths]
def paths(
    X: FloatArray, y: FloatArray, start: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Slopes of descent stopped at each time, and of ridge with one over it.

    With short steps the descent is a flow, whose slopes are known along each
    principal direction: after time t it has covered 1 − exp(−t s²) of its way,
    where ridge keeps t s² / (1 + t s²) of least squares.

    Args:
        X: Samples, shape (n_samples, n_features), of full rank.
        y: Targets, shape (n_samples,).
        start: Slopes from which the descent starts, shape (n_features,).

    Returns:
        Two arrays of shape (n_times, n_features).
    """
    U, s, Vt = np.linalg.svd(X / np.sqrt(len(X)), full_matrices=False)
    aim = U.T @ y / np.sqrt(len(X)) / s
    way = TIMES[:, None] * s**2
    begun = Vt @ start
    stopped = begun + (1 - np.exp(-way)) * (aim - begun)
    shrunk = way / (1 + way) * aim
    return stopped @ Vt, shrunk @ Vt
    # --8<-- [end:paths]


def errors(case: str, seed: int) -> list[FloatArray]:
    """Excess error of both paths at each time."""
    rng = np.random.default_rng(seed)
    mix = np.eye(N_FEATURES)
    if case == "correlated":
        mix = rng.standard_normal((N_FEATURES, N_FEATURES))
        mix *= 0.85 ** np.arange(N_FEATURES)[:, None]
        mix /= np.sqrt((mix**2).sum(axis=0))
    X = rng.standard_normal((N_TRAIN, N_FEATURES)) @ mix
    truth = rng.standard_normal(N_FEATURES) / 2
    y = X @ truth + NOISE * rng.standard_normal(N_TRAIN)
    far = case == "far start"
    start = 2 * rng.standard_normal(N_FEATURES) * far
    return [
        (((slopes - truth) @ mix.T) ** 2).sum(axis=1)
        for slopes in paths(X, y, start)
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Power of ten of the excess error, shape (n_cases, n_seeds, 2, n_times):
    of descent and of ridge.
    """

    error: FloatArray

    def best(self, case: str, arm: int) -> FloatArray:
        """At the time that is best on the other seeds, shape (n_seeds,)."""
        rows = self.error[CASES.index(case), :, arm]
        return -chosen_elsewhere(-rows.T)

    def gap(self, case: str) -> Interval:
        """Descent minus ridge, both tuned."""
        return paired_difference(self.best(case, 0), self.best(case, 1))

    def untuned(self) -> Interval:
        """Descent to the end minus tuned ridge."""
        return paired_difference(
            self.error[0, :, 0, -1], self.best(CASES[0], 1)
        )


def run(seeds: Sequence[int] = DRAWS) -> Result:
    """Follow both paths on the same draws.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    found = [[errors(case, seed) for seed in seeds] for case in CASES]
    return Result(np.log10(np.array(found)))


def judge(result: Result) -> Outcome:
    """Both should be within a twentieth of the error."""
    unit = "powers of ten of the excess error"
    found = [
        Finding(
            f"{case}: stopped − ridge, {unit}", result.gap(case), "none", 0.02
        )
        for case in CASES
    ]
    end = Finding(
        f"independent: to the end − ridge, {unit}",
        result.untuned(),
        "none",
        0.02,
    )
    return LESSON.judge(*found, end)
