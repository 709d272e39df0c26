"""Lesson L23: is stochastic gradient descent less accurate than descent on all
samples?
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome
from snippets.lessons.registry import Condition, Held, Registration
from snippets.linear_regression import Passes, compare_passes

LESSON = Lesson(
    "L23",
    "Stochastic gradient descent is less accurate than descent on all samples",
    "S2-15",
    "least squares, 300 samples, generated",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="linear models",
        made="generated",
        advice="Use stochastic steps to get near; let them shrink to arrive.",
        conditions=(
            Condition("the step is constant, after 30 passes", margin=0.1),
            Condition("the step decays, after 30 passes", margin=0.1),
            Condition("the step decays, after 10 passes", margin=0.1),
            Condition("the step is constant, after one pass", margin=0.1),
        ),
        held=(
            Held(
                "length of the stochastic step",
                "0.02, for batch descent 1 over the largest eigenvalue",
            ),
            Held("decay of the step", "0.5 per pass"),
            Held("training samples", "300 of 10 features"),
        ),
        reason="A tenth of a power of ten is a quarter of the error.",
    ),
)

PLACES = (("constant", 30), ("decayed", 30), ("decayed", 10), ("constant", 1))
"""Which step, after how many passes over the samples."""


# --8<-- [start:gap]
def gap(result: Passes, step: str, passes: int) -> Interval:
    """Compare a stochastic arm with batch descent after as many passes.

    Args:
        result: Excess errors of all arms.
        step: "constant" or "decayed".
        passes: How often each arm has seen the samples.

    Returns:
        Log of the ratio of excess errors, in powers of ten; above 0 the
        stochastic arm is the less accurate one.
    """
    stochastic = getattr(result, step)[:, passes]
    return paired_difference(
        np.log10(stochastic), np.log10(result.batch[:, passes])
    )
    # --8<-- [end:gap]


def run(seeds: Sequence[int] = SEEDS) -> Passes:
    """Give all arms 30 passes over the same samples.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    return compare_passes(30, tuple(seeds))


def judge(result: Passes) -> Outcome:
    """Stochastic descent should be less accurate, whatever its step and its
    passes.
    """
    return LESSON.judge(
        *(
            Finding(
                f"{step} step, {passes} {'pass' if passes == 1 else 'passes'}: "
                "stochastic − batch, powers of ten of the excess error",
                gap(result, step, passes),
            )
            for step, passes in PLACES
        )
    )
