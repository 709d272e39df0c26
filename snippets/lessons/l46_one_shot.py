"""Lesson L46: is one example a class enough, if a network knows other classes?

Four digits are new: they are named by the nearest of four examples, one a
digit. Distances are taken between pixels, between the hidden activations of a
network that learned the six other digits, and in the metric in which the images
of each of those six lie in a round cloud. Which four are new changes from seed
to seed: one split of the classes is one sample of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Change, Condition, Held, Registration
from snippets.neural_network import Options, fit, forward, he_start

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L46",
    "What was learned on other classes makes one example of a new class enough",
    "S3-I1",
    "digits, six learned, four others named from one example each; ten such "
    "choices",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="networks",
        made="real",
        advice=(
            "Compare learned features with the raw ones, and with an "
            "untrained layer."
        ),
        conditions=(
            Condition("features are a hidden layer", split=(898, 360, 1797)),
            Condition("a metric is learned", split=(898, 360, 1797)),
            Condition(
                "the rival is an untrained layer",
                split=(898, 360, 1797),
                rank="control",
            ),
        ),
        held=(
            Held("classes learned before", "6"),
            Held(
                "layer that gives the features",
                "a single hidden one of 64 units",
            ),
            Held("passes of training", "10"),
        ),
        changes=(
            Change(
                "other new digits with each seed",
                "a review asked for it before it was run",
            ),
        ),
    ),
)

FIRST_NEW, N_HIDDEN, N_EPISODES, RIDGE = 6, 64, 10, 0.1
"""First name of a digit not learned, hidden units, draws of examples a seed,
variance added.
"""

ARMS = (
    "pixels",
    "network of six others",
    "metric of six others",
    "untrained network",
    "network of all ten",
)
"""Where distances are taken. The last one has seen labels of the new digits: a
bound.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Accuracy with one example a digit, shape (n_arms, n_seeds), as `ARMS`."""

    scores: FloatArray

    def gain(self, arm: str, over: str = "pixels") -> Interval:
        """Accuracy of an arm minus that of another."""
        return paired_difference(
            self.scores[ARMS.index(arm)], self.scores[ARMS.index(over)]
        )


# --8<-- [start:one_shot]
def nearest(examples: FloatArray, X: FloatArray) -> IntArray:
    """Name each sample by its nearest example.

    Args:
        examples: One a class, shape (n_classes, n_features).
        X: Samples, shape (n_samples, n_features).

    Returns:
        Row of the nearest example, shape (n_samples,); of equally near ones the
        first.
    """
    # less what all share: x²
    squares = (examples**2).sum(axis=1) - 2 * X @ examples.T
    return np.asarray(squares.argmin(axis=1))


def rounding_metric(X: FloatArray, y: IntArray, ridge: float) -> FloatArray:
    """Find the map after which the samples of a class lie in a round cloud.

    Args:
        X: Samples of known classes, shape (n_samples, n_features).
        y: Their classes, shape (n_samples,).
        ridge: Variance that is added in every direction, above 0, so that none
            explodes.

    Returns:
        Map to multiply samples by, shape (n_features, n_features).

    Raises:
        ValueError: If `ridge` is not above 0.
    """
    if not ridge > 0:
        raise ValueError(f"ridge must be above 0, got {ridge}")
    labels, which = np.unique(y, return_inverse=True)
    means = np.array([X[y == label].mean(axis=0) for label in labels])
    within = np.cov((X - means[which]).T, bias=True)  # one mean for each class
    spread, directions = np.linalg.eigh(within + ridge * np.eye(X.shape[1]))
    return np.asarray(directions / np.sqrt(spread))
    # --8<-- [end:one_shot]


def renamed(y: IntArray, seed: int) -> IntArray:
    """Give digits other names, so that other ones count as new.

    Ten seeds in a row turn the ring of ten names by ten different steps.
    """
    return np.asarray((y + 3 * seed) % 10)


def _one(seed: int, X: FloatArray, digits: IntArray) -> FloatArray:
    """Score all arms on the same examples, mean over the episodes."""
    rng = np.random.default_rng(seed)
    y = renamed(digits, seed)
    order = rng.permutation(len(y))
    old = order[y[order] < FIRST_NEW]
    all_known, new = order[: len(order) // 2], order[len(order) // 2 :]
    new = new[y[new] >= FIRST_NEW]  # no network has seen these images
    options = Options(hidden=(N_HIDDEN,), epochs=10)
    trained = fit(X[old], y[old], options, rng=rng).layers
    bound = fit(X[all_known], y[all_known], options, rng=rng).layers
    untrained = he_start((X.shape[1], N_HIDDEN, FIRST_NEW), rng)
    hidden = [
        forward(layers, X[new])[1] for layers in (trained, untrained, bound)
    ]
    metric = X[new] @ rounding_metric(X[old], y[old], RIDGE)
    features = (X[new], hidden[0], metric, hidden[1], hidden[2])
    truth = y[new] - FIRST_NEW
    scores = []
    for _ in range(N_EPISODES):
        drawn = rng.permutation(len(new))
        chosen = np.array(
            [drawn[truth[drawn] == label][0] for label in range(10 - FIRST_NEW)]
        )
        others = np.setdiff1d(drawn, chosen)
        scores.append(
            [
                (nearest(F[chosen], F[others]) == truth[others]).mean()
                for F in features
            ]
        )
    return np.asarray(np.mean(scores, axis=0))


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Name the new digits in every way; a seed is a choice of new digits, a
    start and ten draws of examples.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    X, y = load_digits(return_X_y=True)
    return Result(np.array([_one(seed, X / 16, y) for seed in seeds]).T)


def judge(result: Result) -> Outcome:
    """What was learned on other digits should beat the pixels, and an untrained
    network.
    """
    network, metric = ARMS[1], ARMS[2]
    return LESSON.judge(
        Finding(
            "network of other digits − pixels, accuracy", result.gain(network)
        ),
        Finding(
            "metric of other digits − pixels, accuracy", result.gain(metric)
        ),
        Finding(
            "network of other digits − untrained network, accuracy",
            result.gain(network, "untrained network"),
        ),
    )
