"""Lesson L26: does a forest cure the overfitting of a single tree?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import make_classification
from sklearn.tree import DecisionTreeClassifier

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration
from snippets.random_forest import grow, soft_vote

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L26",
    "Single decision trees can overfit and then are less accurate on new "
    "data; random forests address this",
    "S1-15",
    "20 features, 3 classes, a tenth of the labels drawn anew; generated",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="trees",
        made="generated",
        advice=(
            "Take a forest where a tree would do; do not judge it by its "
            "training score."
        ),
        conditions=(
            Condition("the rival is a full tree"),
            Condition("the rival is stopped at 10 rows a leaf", rank="rival"),
        ),
        held=(
            Held("leaf size of the stopped tree", "10 rows, not tuned"),
            Held("share of random labels", "0.1"),
            Held("trees of the forest", "30"),
        ),
    ),
)

ARMS = ("one tree", "one tree, 10 rows a leaf", "bagged trees", "forest")
"""Bagged trees may use every feature at each split, a forest only a few drawn
at random.
"""

N_TRAIN, N_TEST, N_TREES = 300, 300, 30


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Accuracies, each of shape (n_arms, n_seeds), in the order of `ARMS`.

    Attributes:
        training: On the samples that the arm was fitted to.
        test: On new samples.
    """

    training: FloatArray
    test: FloatArray

    def lead(self, first: str, second: str) -> Interval:
        """Test accuracy of one arm minus that of another."""
        return paired_difference(
            self.test[ARMS.index(first)], self.test[ARMS.index(second)]
        )

    def table(self) -> dict[str, dict[str, Interval]]:
        """Both accuracies of each arm."""
        return {
            arm: {"training": mean_interval(known), "test": mean_interval(new)}
            for arm, known, new in zip(
                ARMS, self.training, self.test, strict=True
            )
        }


# --8<-- [start:arms]
def answers(seed: int) -> tuple[FloatArray, FloatArray]:
    """Fit all arms to the same samples, and let them classify these and new
    ones.

    Args:
        seed: Which draw of the samples.

    Returns:
        Whether each answer is right, 0 or 1: for the training samples, shape
        (n_arms, 300), and for the test samples, shape (n_arms, 300).
    """
    shape = {
        "n_informative": 5,
        "n_redundant": 0,
        "n_classes": 3,
        "flip_y": 0.1,
    }
    X, y = make_classification(N_TRAIN + N_TEST, 20, random_state=seed, **shape)
    known, right = slice(N_TRAIN), []
    for leaf in (1, 10):
        tree = DecisionTreeClassifier(min_samples_leaf=leaf, random_state=0)
        right.append(tree.fit(X[known], y[known]).predict(X) == y)
    for n_features in (None, "sqrt"):
        forest = grow(X[known], y[known], range(N_TREES), n_features)
        right.append(soft_vote(forest.probabilities(X)).argmax(axis=1) == y)
    found = np.array(right, dtype=float)
    return found[:, :N_TRAIN], found[:, N_TRAIN:]
    # --8<-- [end:arms]


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Score all arms.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    found = np.array(
        [[part.mean(axis=1) for part in answers(seed)] for seed in seeds]
    )
    return Result(found[:, 0].T, found[:, 1].T)


def judge(result: Result) -> Outcome:
    """A forest should beat the tree, and also a tree that is stopped early."""
    rivals = ("one tree", "one tree, 10 rows a leaf")
    return LESSON.judge(
        *(
            Finding(
                f"forest − {rival}, test accuracy", result.lead("forest", rival)
            )
            for rival in rivals
        )
    )
