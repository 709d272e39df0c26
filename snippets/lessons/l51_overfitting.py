"""Lesson L51: which remedies help a model that overfits?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import make_moons
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L51",
    "A model that has overfitted: reduce its complexity, gather more "
    "data, augment or regularise",
    "S3-B1",
    "two moons, overlapping, generated",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="trees",
        made="generated",
        advice=(
            "Prune first; more rows help a full tree only where classes "
            "hardly overlap."
        ),
        conditions=(
            Condition("complexity is reduced"),
            Condition("the tree is pruned"),
            Condition("data are seven times as many and classes overlap"),
            Condition("copies move by 0.1"),
            Condition("copies move by 0.3"),
            Condition(
                "data are seven times as many and classes hardly overlap",
                unit="accuracy",
            ),
        ),
        held=(
            Held("model that overfits", "a full decision tree"),
            Held("growth of the data", "7 times, from 200 samples"),
            Held(
                "strength of both simplifications",
                "depth 4, penalty 0.01 a leaf",
            ),
        ),
    ),
)

ARMS = (
    "full tree",
    "depth 4",
    "pruned",
    "average of 25 trees",
    "7 × the data",
    "noisy copies, 0.1",
    "noisy copies, 0.3",
    "7 × the data, pruned",
)
"""The tree that overfits, its remedies one by one, and two of them together."""

N_TRAIN, N_TEST, TIMES = 200, 1000, 7
OVERLAP, APART = 0.35, 0.15
"""Noise of the moons: with the first the classes overlap, with the second
hardly.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Accuracies of every arm.

    Attributes:
        train: On the arm's training samples, shape (n_arms, n_seeds), in the
            order of `ARMS`.
        test: On new samples, the same shape.
        apart: On new samples of moons that hardly overlap, the full tree with
            its samples and with seven times as many, shape (2, n_seeds).
    """

    train: FloatArray
    test: FloatArray
    apart: FloatArray

    def gain(self, arm: str, over: str = "full tree") -> Interval:
        """Test accuracy of one arm minus that of another."""
        return paired_difference(
            self.test[ARMS.index(arm)], self.test[ARMS.index(over)]
        )

    def gap(self, arm: str) -> Interval:
        """Training accuracy of an arm minus its test accuracy."""
        return paired_difference(
            self.train[ARMS.index(arm)], self.test[ARMS.index(arm)]
        )

    def level(self, arm: str) -> Interval:
        """Test accuracy of an arm."""
        return mean_interval(self.test[ARMS.index(arm)])

    def gain_apart(self) -> Interval:
        """What seven times the data gives the full tree where classes hardly
        overlap.
        """
        return paired_difference(self.apart[1], self.apart[0])


# --8<-- [start:copies]
def noisy_copies(
    X: FloatArray,
    y: IntArray,
    times: int,
    spread: float,
    rng: np.random.Generator,
) -> tuple[FloatArray, IntArray]:
    """Augment: every sample, and copies of it that are moved a little, with its
    label.

    Args:
        X: Samples, shape (n_samples, n_features).
        y: Labels, shape (n_samples,).
        times: How many times as many samples to return, at least 1.
        spread: Standard deviation of the moves, in the unit of the features.
        rng: Source of the moves.

    Raises:
        ValueError: If there are to be fewer samples, or the spread is negative.
    """
    if times < 1 or spread < 0:
        raise ValueError(
            f"need times of at least 1 and no negative spread, got {times}, "
            f"{spread}"
        )
    copies = [X + rng.normal(0, spread, X.shape) for _ in range(times - 1)]
    return np.vstack([X, *copies]), np.tile(y, times)
    # --8<-- [end:copies]


def _one(seed: int) -> list[tuple[float, float]]:
    """Training and test accuracy of each arm."""
    X, y = make_moons(
        N_TRAIN * TIMES + N_TEST, noise=OVERLAP, random_state=seed
    )
    few = X[:N_TRAIN], y[:N_TRAIN]
    many = X[: N_TRAIN * TIMES], y[: N_TRAIN * TIMES]
    test = X[N_TRAIN * TIMES :], y[N_TRAIN * TIMES :]
    rng = np.random.default_rng(seed)
    near, far = (
        noisy_copies(*few, TIMES, spread, rng) for spread in (0.1, 0.3)
    )
    full = DecisionTreeClassifier(random_state=seed)
    pruned = DecisionTreeClassifier(ccp_alpha=0.01, random_state=seed)
    shallow = DecisionTreeClassifier(max_depth=4, random_state=seed)
    forest = RandomForestClassifier(25, random_state=seed)
    arms = [
        (full, few),
        (shallow, few),
        (pruned, few),
        (forest, few),
        (full, many),
        (full, near),
        (full, far),
        (pruned, many),
    ]
    return [
        (model.fit(*known).score(*known), model.score(*test))
        for model, known in arms
    ]


def _apart(seed: int) -> list[float]:
    """Test accuracy of the full tree on moons that hardly overlap, few and many
    samples.
    """
    n = N_TRAIN * TIMES
    X, y = make_moons(n + N_TEST, noise=APART, random_state=seed)
    full = DecisionTreeClassifier(random_state=seed)
    return [full.fit(X[:m], y[:m]).score(X[n:], y[n:]) for m in (N_TRAIN, n)]


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Try every remedy; a seed is a draw of samples.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    train, test = np.moveaxis(
        np.array([_one(seed) for seed in seeds]), 0, -1
    ).swapaxes(0, 1)
    return Result(train, test, np.array([_apart(seed) for seed in seeds]).T)


def judge(result: Result) -> Outcome:
    """Every remedy that the source names should gain, for itself."""
    return LESSON.judge(
        Finding("depth 4 − full tree, accuracy", result.gain("depth 4")),
        Finding("pruned − full tree, accuracy", result.gain("pruned")),
        Finding(
            "7 × the data − full tree, accuracy", result.gain("7 × the data")
        ),
        Finding(
            "copies moved by 0.1 − full tree, accuracy",
            result.gain("noisy copies, 0.1"),
        ),
        Finding(
            "copies moved by 0.3 − full tree, accuracy",
            result.gain("noisy copies, 0.3"),
        ),
        Finding(
            "7 × the data − full tree, classes that hardly overlap",
            result.gain_apart(),
        ),
    )
