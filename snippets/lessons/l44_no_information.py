"""Lesson L44: without information a model learns noise, and only held-out
samples tell.

After Zhang et al. 2017: a network large enough to learn random labels by heart
still generalises from true ones, without any regulariser.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration
from snippets.neural_network import Options, fit
from snippets.validation import best_of

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L44",
    "If the data do not hold the information, the model will overfit "
    "noise and learn nothing",
    "S3-D7",
    "coin labels; scikit-learn's digits with true labels and with dice",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="any",
        made="both",
        advice=(
            "Shuffle the labels once, and see what your procedure finds "
            "in them."
        ),
        conditions=(
            Condition("a forest learns coins by heart"),
            Condition("a forest guesses new coins", margin=0.05),
            Condition("the best of 200 rules is chosen"),
            Condition(
                "a network learns dice by heart", split=(200, 1000, 1797)
            ),
            Condition(
                "a network guesses new digits after dice",
                margin=0.05,
                split=(200, 1000, 1797),
            ),
            Condition(
                "labels are true", split=(200, 1000, 1797), rank="control"
            ),
            Condition(
                "weight decay is added to true labels",
                margin=0.02,
                split=(200, 1000, 1797),
                rank="control",
            ),
        ),
        held=(
            Held("weight of the decay", "0.001"),
            Held("passes of training", "40"),
            Held("training samples", "200"),
        ),
        reason=(
            "Chance is known to five in a hundred with few new samples; "
            "two for a regulariser."
        ),
    ),
)

SEEDS = tuple(range(12))
N_RULES, N_TRAIN, N_NEW = 200, 200, 1000
WIDE = Options(hidden=(100,), epochs=40, learning_rate=0.01)
PENALTY = 1e-3
ARMS = ("true", "true, weight decay", "dice", "dice, weight decay")
"""Labels, and whether there is a regulariser."""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Accuracies, one a seed.

    Attributes:
        forest: Of a forest with coin labels: training and new, shape (2,
            n_seeds).
        rule: Of the best of 200 rules: where it was chosen and new, shape (2,
            n_seeds).
        network: Training and new by `ARMS`, shape (4, 2, n_seeds).
    """

    forest: FloatArray
    rule: FloatArray
    network: FloatArray

    def level(self, arm: str) -> tuple[Interval, Interval]:
        """Accuracy of a network on training and on new digits."""
        training, new = self.network[ARMS.index(arm)]
        return mean_interval(training), mean_interval(new)

    def over(self, arm: str, part: int, rival: float | str) -> Interval:
        """Accuracy of a network minus that of a rival arm, or minus a number.

        Args:
            arm: One of `ARMS`.
            part: 0 for training digits, 1 for new ones.
            rival: One of `ARMS`, or a level.
        """
        own = self.network[ARMS.index(arm), part]
        other = (
            self.network[ARMS.index(rival), part]
            if isinstance(rival, str)
            else rival
        )
        return mean_interval(own - other)


# --8<-- [start:coin]
def coin_forest(seed: int) -> tuple[float, float]:
    """Fit a forest to coins: its accuracy on the training samples and on new
    ones.
    """
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((1200, 10)), rng.integers(0, 2, 1200)
    forest = RandomForestClassifier(30, random_state=seed).fit(X[:200], y[:200])
    return float(forest.score(X[:200], y[:200])), float(
        forest.score(X[200:], y[200:])
    )
    # --8<-- [end:coin]


def networks(seed: int) -> list[tuple[float, float]]:
    """Train with true labels and with dice, without and with weight decay.

    Returns:
        Accuracy on the training labels and on new, true ones, for each of
        `ARMS`.
    """
    rng = np.random.default_rng(seed)
    X, y = load_digits(return_X_y=True)
    X, order = X / 16, rng.permutation(len(y))
    known, new = order[:N_TRAIN], order[N_TRAIN : N_TRAIN + N_NEW]
    found = []
    for labels in (y[known], rng.integers(0, 10, N_TRAIN)):
        for l2 in (0.0, PENALTY):
            own = np.random.default_rng(seed)
            network = fit(X[known], labels, replace(WIDE, l2=l2), rng=own)
            found.append(
                (network.score(X[known], labels), network.score(X[new], y[new]))
            )
    return found


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Run all three experiments; a seed is a draw of samples, coins and dice.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    forest = [coin_forest(seed) for seed in seeds]
    rule = [
        best_of(N_RULES, 100, np.random.default_rng(seed)) for seed in seeds
    ]
    network = np.array([networks(seed) for seed in seeds])  # (n_seeds, 4, 2)
    return Result(
        np.array(forest).T, np.array(rule).T, np.moveaxis(network, 0, -1)
    )


def judge(result: Result) -> Outcome:
    """Noise is learned, new samples show it, and no regulariser is needed to
    generalise.
    """
    return LESSON.judge(
        Finding(
            "forest, coins: training − new, accuracy",
            paired_difference(*result.forest),
        ),
        Finding(
            "forest, coins: new − 0.5, accuracy",
            mean_interval(result.forest[1] - 0.5),
            "none",
            0.05,
        ),
        Finding(
            "best of 200 rules: chosen − new, accuracy",
            paired_difference(*result.rule),
        ),
        Finding(
            "network, dice: training − 0.9, accuracy",
            result.over("dice", 0, 0.9),
        ),
        Finding(
            "network, dice: new − 0.1, accuracy",
            result.over("dice", 1, 0.1),
            "none",
            0.05,
        ),
        Finding(
            "network, true labels: new − 0.9, accuracy",
            result.over("true", 1, 0.9),
        ),
        Finding(
            "network, true labels: weight decay − none, accuracy",
            result.over("true, weight decay", 1, "true"),
            "none",
            0.02,
        ),
    )
