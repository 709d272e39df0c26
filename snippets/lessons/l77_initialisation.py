"""Lesson L77: initialisation: do zeros fail, and does He's start suit ReLU as
Xavier's suits tanh?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from snippets.evidence import Interval, paired_difference
from snippets.lessons.choice import chosen_elsewhere
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import (
    Change,
    Condition,
    Held,
    Part,
    Registration,
)
from snippets.lessons.stacked import (
    Active,
    Start,
    accuracy,
    batches,
    begin,
    digits,
    ended,
    train,
)

FloatArray = NDArray[np.float64]

N_TRAIN, N_NEW, BATCH, N_STEPS, LONG = 200, 1000, 20, 120, 480
SPLIT = (N_TRAIN, N_NEW, 1797)

LESSON = Lesson(
    "L77",
    "Zeros fail, and deep networks learn more with He's start if they have "
    "ReLU, with Xavier's if they have tanh",
    "after Glorot and Bengio, 2010, and He and others, 2015",
    "200 digits, networks of one, four or twelve hidden layers",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="networks",
        made="real",
        advice=(
            "Take He's start for ReLU and Xavier's for tanh; never zeros in "
            "two layers that follow each other."
        ),
        conditions=(
            Condition("twelve layers have ReLU", split=SPLIT, part="b"),
            Condition("four layers have ReLU", split=SPLIT, part="b"),
            Condition(
                "one layer has ReLU", split=SPLIT, rank="limit", part="b"
            ),
            Condition("twelve layers have tanh", split=SPLIT, part="c"),
            Condition("four layers have tanh", split=SPLIT, part="c"),
            Condition(
                "twelve layers have ReLU, and Adam trains",
                split=SPLIT,
                part="b",
            ),
            Condition(
                "one layer of ReLU begins with zeros", split=SPLIT, part="a"
            ),
            Condition(
                "one layer of tanh begins with zeros", split=SPLIT, part="a"
            ),
            Condition(
                "zeros in the last layer alone fail",
                split=SPLIT,
                rank="limit",
                part="a",
            ),
            Condition(
                "twelve layers have tanh, and four times the steps",
                split=SPLIT,
                part="c",
            ),
            Condition(
                "four layers have tanh, and four times the steps",
                split=SPLIT,
                part="c",
            ),
        ),
        held=(
            Held(
                "rate with one layer, or Adam",
                "an end of three, which is chosen",
            ),
            Held("steps of training, ReLU", "120"),
            Held(
                "rates tried",
                "0.01, 0.03 and 0.1 for SGD",
                tried=("0.001, 0.003 and 0.3 added: the same are chosen",),
            ),
            Held("units of a layer", "16"),
        ),
        parts={
            "a": Part("A network that starts from zeros does not learn", 6),
            "b": Part(
                "Deep networks of ReLU learn more with He's start than "
                "with Xavier's",
                0,
            ),
            "c": Part(
                "Deep networks of tanh learn more with Xavier's start "
                "than with He's",
                3,
            ),
        },
        changes=(
            Change(
                "several starts for each split",
                "other seeds left it not settled, or nearly so",
            ),
            Change(
                "four times the steps for tanh, too",
                "all arms had the same 120 steps",
            ),
        ),
    ),
)

WIDTH, STARTS = 16, 2
"""Units of a layer; starts of each split, but for Adam, which has one."""
RATES = np.array([0.01, 0.03, 0.1])
ADAM_RATES = RATES / 10


class Arm(NamedTuple):
    """One way to begin, and what it begins."""

    start: Start
    depth: int
    active: Active
    last: Start
    adam: bool = False
    steps: int = N_STEPS


def pair(
    depth: int, active: Active, adam: bool = False, steps: int = N_STEPS
) -> tuple[Arm, Arm]:
    """The start that is said to suit, and the other one."""
    he = Arm("He", depth, active, "He", adam, steps)
    xavier = Arm("Xavier", depth, active, "Xavier", adam, steps)
    return (he, xavier) if active == "relu" else (xavier, he)


PAIRS: dict[str, tuple[Arm, Arm]] = {
    "12 layers, ReLU": pair(12, "relu"),
    "4 layers, ReLU": pair(4, "relu"),
    "1 layer, ReLU": pair(1, "relu"),
    "12 layers, tanh": pair(12, "tanh"),
    "4 layers, tanh": pair(4, "tanh"),
    "12 layers, ReLU, Adam": pair(12, "relu", True),
    "1 layer, ReLU, zeros": (
        pair(1, "relu")[0],
        Arm("zeros", 1, "relu", "zeros"),
    ),
    "1 layer, tanh, zeros": (
        Arm("Xavier", 1, "tanh", "Xavier"),
        Arm("zeros", 1, "tanh", "zeros"),
    ),
    "1 layer, ReLU, zeros last": (
        pair(1, "relu")[0],
        Arm("He", 1, "relu", "zeros"),
    ),
    "12 layers, tanh, 480 steps": pair(12, "tanh", steps=LONG),
    "4 layers, tanh, 480 steps": pair(4, "tanh", steps=LONG),
}
"""The start that should do well, and its rival."""


# --8<-- [start:trained]
def trained(arm: Arm, seeds: Sequence[int]) -> FloatArray:
    """Accuracy on new digits at the rate that is best on the other splits.

    Args:
        arm: How the network begins, and what trains it.
        seeds: A split each.

    Returns:
        Shape (n_seeds,).
    """
    sizes = (64, *[WIDTH] * arm.depth, 10)
    starts = 1 if arm.adam else STARTS
    drawn = digits(seeds, N_TRAIN, N_NEW, starts=starts)
    stack = begin(sizes, seeds, len(RATES), arm.start, starts)
    stack[-1] = begin(sizes, seeds, len(RATES), arm.last, starts)[-1]
    rates = ADAM_RATES if arm.adam else RATES
    steps = train(
        stack,
        drawn.X,
        drawn.targets,
        batches(N_TRAIN, BATCH, arm.steps, seeds, starts),
        np.tile(rates, (arm.steps, 1)),
        "Adam" if arm.adam else "SGD",
        active=arm.active,
    )
    told = accuracy(ended(steps), drawn.new, drawn.truth, arm.active, starts)
    return chosen_elsewhere(told)
    # --8<-- [end:trained]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Accuracy by arm, shape (n_seeds,) each."""

    told: dict[Arm, FloatArray]

    def lead(self, name: str) -> Interval:
        """The start that should do well minus its rival."""
        first, second = PAIRS[name]
        return paired_difference(self.told[first], self.told[second])


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Train all arms on the same splits.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    arms = dict.fromkeys(arm for pair in PAIRS.values() for arm in pair)
    return Result({arm: trained(arm, seeds) for arm in arms})


def judge(result: Result) -> Outcome:
    """The start that suits should learn more, and so should any but zeros."""
    return LESSON.judge(
        *(
            Finding(
                f"{name}: {_how(first)} − {_how(second)}, accuracy",
                result.lead(name),
            )
            for name, (first, second) in PAIRS.items()
        )
    )


def _how(arm: Arm) -> str:
    """A start by its name."""
    return arm.start if arm.start == arm.last else f"{arm.start}, zeros last"
