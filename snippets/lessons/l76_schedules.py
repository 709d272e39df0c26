"""Lesson L76: do schedules, a warm-up and a cosine, matter more than the
optimiser?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from snippets.evidence import Interval, mean_interval
from snippets.lessons.choice import chosen_elsewhere
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Change, Condition, Held, Registration
from snippets.lessons.stacked import (
    Samples,
    accuracy,
    batches,
    begin,
    digits,
    ended,
    train,
)

FloatArray = NDArray[np.float64]
Optimiser = Literal["SGD", "Adam"]

N_TRAIN, N_NEW, BATCH, N_STEPS = 200, 1000, 20, 200
SPLIT = (N_TRAIN, N_NEW, 1797)

LESSON = Lesson(
    "L76",
    "A warm-up and a cosine matter more than the optimiser",
    "after Goyal and others, 2017, and Loshchilov and Hutter, 2017",
    "200 samples that a network labels, generated; 200 digits",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="networks",
        made="both",
        advice=(
            "Tune the rate first. Let it begin short and fall if it may be too "
            "long."
        ),
        conditions=(
            Condition("samples are generated and rates are tuned"),
            Condition("digits are told and rates are tuned", split=SPLIT),
            Condition("one label in five is wrong and rates are tuned"),
            Condition("SGD is tuned, and any gain counts"),
            Condition("Adam is tuned, and any gain counts"),
            Condition("one label in five is wrong, and any gain counts"),
            Condition("rates are the longest of four"),
            Condition("rates are the longest of four, by the warm-up alone"),
            Condition("rates are the longest of four, by the cosine alone"),
        ),
        held=(
            Held(
                "shortest rate of SGD on generated samples",
                "0.03, which is chosen",
            ),
            Held("hidden layers", "1, of 16 units"),
            Held("rates tried", "4, a factor of three or so apart"),
            Held("steps of training", "200"),
        ),
        changes=(
            Change(
                "samples that each seed draws, and fewer arms",
                "splits left it not settled",
            ),
        ),
    ),
)

DRAWS = tuple(range(22))
"""Seeds; digits have the first ten."""
FEW = 10
N_FEATURES, N_CLASSES = 10, 3
HIDDEN = 16
RATES: dict[Optimiser, FloatArray] = {
    "SGD": np.array([0.03, 0.1, 0.3, 1.0]),
    "Adam": np.array([0.003, 0.01, 0.03, 0.1]),
}
ARMS = [
    (schedule, place) for schedule in ("constant", "both") for place in range(4)
]
ARMS += [("warm-up", 3), ("cosine", 3)]
"""Schedules, and places of rates: the last two have the longest alone."""
STARTS = 2
"""Starts of each draw or split."""
TASKS = ("generated", "digits", "noisy")


def draw(seeds: Sequence[int], noise: float) -> Samples:
    """Samples that a small network with chance weights labels, by seed."""
    made: list[tuple[FloatArray, ...]] = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        first = rng.standard_normal((N_FEATURES, 8)) / np.sqrt(N_FEATURES)
        last = rng.standard_normal((8, N_CLASSES))
        X = rng.standard_normal((N_TRAIN + N_NEW, N_FEATURES))
        y = (np.tanh(2 * X @ first) @ last).argmax(axis=1)
        known = y[:N_TRAIN].copy()
        wrong = rng.random(N_TRAIN) < noise
        known[wrong] += rng.integers(1, N_CLASSES, wrong.sum())
        targets = np.eye(N_CLASSES)[known % N_CLASSES]
        made += STARTS * [(X[:N_TRAIN], targets, X[N_TRAIN:], y[N_TRAIN:])]
    return Samples(*map(np.array, zip(*made, strict=True)))


# --8<-- [start:factor]
def factor(schedule: str, n_steps: int = N_STEPS) -> FloatArray:
    """Share of the rate at each step, shape (n_steps,).

    Args:
        schedule: A warm-up rises over the first tenth; a cosine falls to 0
            from there, or from the start if there is no warm-up.
        n_steps: How many steps there are.
    """
    rise = n_steps // 10 if schedule in ("warm-up", "both") else 0
    share = np.ones(n_steps)
    share[:rise] = np.arange(1, rise + 1) / (rise + 1)
    if schedule in ("cosine", "both"):
        passed = np.arange(n_steps - rise) / (n_steps - rise)
        share[rise:] = (1 + np.cos(np.pi * passed)) / 2
    return share
    # --8<-- [end:factor]


def trained(
    optimiser: Optimiser, task: str, seeds: Sequence[int]
) -> FloatArray:
    """Accuracy by arm and seed; shape (n_arms, n_seeds)."""
    rates = RATES[optimiser]
    if task == "digits":
        drawn = digits(seeds, N_TRAIN, N_NEW, starts=STARTS)
    else:
        drawn = draw(seeds, 0.2 if task == "noisy" else 0.0)
    each = [factor(name) * rates[place] for name, place in ARMS]
    sizes = (drawn.X.shape[-1], HIDDEN, drawn.targets.shape[-1])
    steps = train(
        begin(sizes, seeds, len(ARMS), starts=STARTS),
        drawn.X,
        drawn.targets,
        batches(N_TRAIN, BATCH, N_STEPS, seeds, STARTS),
        np.array(each).T,
        optimiser,
    )
    return accuracy(ended(steps), drawn.new, drawn.truth, starts=STARTS)


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Accuracy by optimiser and task, shape (n_arms, n_seeds)."""

    told: dict[tuple[str, str], FloatArray]

    def tuned(self, optimiser: str, task: str, schedule: str) -> FloatArray:
        """At the rate that is best on the other splits."""
        rows = [i for i, (name, _) in enumerate(ARMS) if name == schedule]
        return chosen_elsewhere(self.told[optimiser, task][rows])

    def gain(self, task: str, among: Sequence[str] = ()) -> FloatArray:
        """What both schedules gain at tuned rates, mean over optimisers."""
        gains = [
            self.tuned(one, task, "both") - self.tuned(one, task, "constant")
            for one in among or RATES
        ]
        return np.asarray(np.mean(gains, axis=0))

    def longest(self, schedule: str) -> FloatArray:
        """What one gains at the longest rate, mean over optimisers."""
        first, second = ARMS.index((schedule, 3)), ARMS.index(("constant", 3))
        rows = [self.told[one, "generated"] for one in RATES]
        gains = [row[first] - row[second] for row in rows]
        return np.asarray(np.mean(gains, axis=0))

    def choice(self, task: str) -> FloatArray:
        """What the choice of the optimiser gains at constant, tuned rates: the
        better one on the other splits minus the other.
        """
        both = np.array([self.tuned(one, task, "constant") for one in RATES])
        better = chosen_elsewhere(both)
        return np.asarray(2 * better - both.sum(axis=0))

    def lead(self, task: str) -> Interval:
        """What both schedules gain minus what the choice gains."""
        return mean_interval(self.gain(task) - self.choice(task))


def run(seeds: Sequence[int] = DRAWS) -> Result:
    """Train with all schedules, optimisers and rates, on the same samples.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    few = {"digits": seeds[:FEW]}
    return Result(
        {
            (one, task): trained(one, task, few.get(task, seeds))
            for one in RATES
            for task in TASKS
        }
    )


def judge(result: Result) -> Outcome:
    """Schedules should gain, and more than the better optimiser does."""
    gains = {
        "SGD: both": result.gain("generated", among=["SGD"]),
        "Adam: both": result.gain("generated", among=["Adam"]),
        "noisy: both": result.gain("noisy"),
        "longest rate: both": result.longest("both"),
        "longest rate: warm-up": result.longest("warm-up"),
        "longest rate: cosine": result.longest("cosine"),
    }
    return LESSON.judge(
        *(
            Finding(
                f"{task}: gain of schedules − of the optimiser, accuracy",
                result.lead(task),
            )
            for task in TASKS
        ),
        *(
            Finding(f"{name} − constant, accuracy", mean_interval(rows))
            for name, rows in gains.items()
        ),
    )
