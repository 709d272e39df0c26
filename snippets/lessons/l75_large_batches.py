"""Lesson L75: do large batches generalise worse?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from snippets.evidence import Interval, paired_difference
from snippets.lessons.choice import chosen_elsewhere
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Change, Condition, Held, Registration
from snippets.lessons.stacked import (
    accuracy,
    batches,
    begin,
    digits,
    ended,
    train,
)

FloatArray = NDArray[np.float64]

SMALL, LARGE = 8, 64
N_TRAIN, N_NEW, PASSES = 128, 1000, 16
SPLIT = (N_TRAIN, N_NEW, 1797)

LESSON = Lesson(
    "L75",
    "Large batches generalise worse",
    "after Keskar and others, 2017",
    "128 digits in batches of 8 or of 64",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="networks",
        made="real",
        advice=(
            "With a larger batch raise the rate, or give it more passes; then "
            "take the size that is quick."
        ),
        conditions=(
            Condition(
                "steps are as many and both rates are tuned", split=SPLIT
            ),
            Condition(
                "passes are as many and both rates are tuned", split=SPLIT
            ),
            Condition("passes are as many and the rate is one", split=SPLIT),
            Condition(
                "passes are as many and the rate grows with the batch",
                split=SPLIT,
            ),
            Condition(
                "steps are as many, both rates are tuned, and one label in "
                "five is wrong",
                split=SPLIT,
            ),
            Condition(
                "passes are as many, both rates are tuned, and one label in "
                "five is wrong",
                split=SPLIT,
            ),
        ),
        held=(
            Held("passes of training", "16 for batches of 8"),
            Held("shortest rate of the list", "0.05"),
            Held("size of the large batches", "64 of 128 digits"),
        ),
        changes=(
            Change(
                "several starts for each split",
                "other seeds left it not settled, or nearly so",
            ),
        ),
    ),
)

HIDDEN = 16
RATES = 0.05 * 8 ** (np.arange(5) / 2)
"""Two further is eight times the rate, as the batch is eight times as large."""
USUAL, SCALED = 0, 2
STEPS = {SMALL: PASSES * N_TRAIN // SMALL, LARGE: PASSES * N_TRAIN // LARGE}
"""Steps of as many passes, by size of the batch."""
STARTS = {0.0: 4, 0.2: 2}
"""Starts of each split, by share of wrong labels: with one, and twenty splits,
the primary hung on which."""


# --8<-- [start:trained]
def trained(size: int, noise: float, seeds: Sequence[int]) -> list[FloatArray]:
    """Accuracy on new digits by rate and split: after as many passes as the
    small batches have, and after as many steps.

    Args:
        size: Samples in a batch.
        noise: Share of wrong labels.
        seeds: A split each; start and samples are the same for both sizes.
    """
    n_steps, starts = STEPS[SMALL], STARTS[noise]
    drawn = digits(seeds, N_TRAIN, N_NEW, noise, starts)
    steps = train(
        begin((64, HIDDEN, 10), seeds, len(RATES), starts=starts),
        drawn.X,
        drawn.targets,
        batches(N_TRAIN, size, n_steps, seeds, starts),
        np.tile(RATES, (n_steps, 1)),
        momentum=0.0,
    )
    for _ in range(STEPS[size]):
        stack = next(steps)
    passes = accuracy(stack, drawn.new, drawn.truth, starts=starts)
    # the small batches have no step left
    stack = ended(steps) or stack
    return [passes, accuracy(stack, drawn.new, drawn.truth, starts=starts)]
    # --8<-- [end:trained]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Accuracy by size of the batch and share of wrong labels, shape (2,
    n_rates, n_seeds): after as many passes, after as many steps.
    """

    told: dict[tuple[int, float], FloatArray]

    def tuned(self, size: int, noise: float, equal: int) -> FloatArray:
        """At the rate that is best on the other splits; passes (0) or steps (1)
        are equal.
        """
        return chosen_elsewhere(self.told[size, noise][equal])

    def lead(self, noise: float, equal: int) -> Interval:
        """Small batches minus large ones, each at its tuned rate."""
        return paired_difference(
            self.tuned(SMALL, noise, equal), self.tuned(LARGE, noise, equal)
        )

    def untuned(self, rate: int) -> Interval:
        """Small batches at the usual rate minus large ones at another."""
        return paired_difference(
            self.told[SMALL, 0.0][0, USUAL], self.told[LARGE, 0.0][0, rate]
        )


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Train with both sizes at all rates, on the same splits.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    return Result(
        {
            (size, noise): np.array(trained(size, noise, seeds))
            for size in (SMALL, LARGE)
            for noise in STARTS
        }
    )


def judge(result: Result) -> Outcome:
    """Small batches should tell more."""
    effects = {
        "equal steps, tuned": result.lead(0.0, 1),
        "equal passes, tuned": result.lead(0.0, 0),
        "equal passes, one rate": result.untuned(USUAL),
        "equal passes, scaled rate": result.untuned(SCALED),
        "equal steps, tuned, noisy": result.lead(0.2, 1),
        "equal passes, tuned, noisy": result.lead(0.2, 0),
    }
    return LESSON.judge(
        *(
            Finding(f"{name}: batch of 8 − of 64, accuracy", effect)
            for name, effect in effects.items()
        )
    )
