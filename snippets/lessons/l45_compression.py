"""Lesson L45: how small can a trained network be made?

Pruning by size (Han et al. 2015) and rounding to few bits, both of weights
alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from snippets.descent import Adam
from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration
from snippets.neural_network import (
    Layer,
    Options,
    fit,
    flatten,
    forward,
    gradient,
    one_hot,
    unflatten,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L45",
    "A trained network can be made much smaller with hardly any loss, to "
    "fit a phone",
    "S3-O5",
    "scikit-learn's digits, a network 64-64-64-10",
    Registration(
        origin="sharpened",
        quantifier="there is a case",
        primary=1,
        family="networks",
        made="real",
        advice=(
            "Round to eight bits; go to four or prune half only with "
            "retraining and a test."
        ),
        conditions=(
            Condition("weights have 4 bits", split=(600, 1197, 1797)),
            Condition("weights have 8 bits", split=(600, 1197, 1797)),
            Condition(
                "weights have 3 bits", split=(600, 1197, 1797), rank="limit"
            ),
            Condition(
                "weights have 2 bits", split=(600, 1197, 1797), rank="limit"
            ),
            Condition("half is pruned", split=(600, 1197, 1797)),
            Condition(
                "half is pruned and the rest trained on",
                split=(600, 1197, 1797),
            ),
            Condition("80 % is pruned", split=(600, 1197, 1797), rank="limit"),
            Condition(
                "80 % is pruned and the rest trained on",
                split=(600, 1197, 1797),
            ),
        ),
        held=(
            Held("steps of retraining", "60 at a rate of 0.005"),
            Held("scale of the rounding", "one step for each layer"),
            Held("size of the network", "64-64-64-10"),
        ),
    ),
)

BITS, SHARES = (8, 4, 3, 2), (0.5, 0.8)
N_TRAIN, N_STEPS = 600, 60
FULL = Options(hidden=(64, 64), epochs=20)
HARDLY = 0.01
"""A loss of accuracy up to here counts as hardly any."""


# --8<-- [start:compress]
def quantise(weights: FloatArray, bits: int) -> FloatArray:
    """Round weights to whole multiples of a step, so that `bits` suffice for
    the multiple.

    Args:
        weights: Weights of one layer, any shape.
        bits: At least 2; one of the 2 ** bits numbers stays unused, so that the
            steps are the same on both sides of 0.

    Raises:
        ValueError: If there are fewer than 2 bits.
    """
    if bits < 2:
        raise ValueError(f"need at least 2 bits, got {bits}")
    largest = np.abs(weights).max()
    # all weights 0: any step will do
    step = largest / (2 ** (bits - 1) - 1) or 1.0
    return np.asarray(np.round(weights / step) * step)


def prune(weights: FloatArray, share: float) -> FloatArray:
    """Set the smallest weights of a layer to 0.

    Args:
        weights: Weights of one layer, any shape.
        share: Share of the weights that goes, from 0 to 1.

    Raises:
        ValueError: If the share is not from 0 to 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must be from 0 to 1, got {share}")
    order = np.argsort(np.abs(weights), axis=None, kind="stable")
    kept = weights.flatten()
    kept[order[: round(share * weights.size)]] = 0.0
    return kept.reshape(weights.shape)
    # --8<-- [end:compress]


def retrain(layers: Sequence[Layer], X: FloatArray, y: IntArray) -> list[Layer]:
    """Train on, and keep every weight at 0 that is 0.

    Args:
        layers: A pruned network; it is not changed.
        X: Inputs, shape (n_samples, n_features).
        y: Labels, shape (n_samples,).
    """
    masks = [
        Layer((layer.weights != 0).astype(float), np.ones(len(layer.biases)))
        for layer in layers
    ]
    kept, theta, adam = flatten(masks), flatten(layers), Adam(0.005)
    trained, targets = (
        unflatten(theta, layers),
        one_hot(y, len(layers[-1].biases)),
    )
    for _ in range(N_STEPS):
        adam.step(theta, kept * flatten(gradient(trained, X, targets)))
    return trained


def accuracy(layers: Sequence[Layer], X: FloatArray, y: IntArray) -> float:
    """Share of samples whose label is predicted."""
    return float((forward(layers, X)[-1].argmax(axis=1) == y).mean())


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Accuracy on new digits by what was done to the network, each of shape
    (n_seeds,).
    """

    scores: dict[str, FloatArray]

    def levels(self) -> dict[str, Interval]:
        """Mean accuracies."""
        return {
            name: mean_interval(values) for name, values in self.scores.items()
        }

    def change(self, name: str) -> Interval:
        """Accuracy of a compressed network minus accuracy of the full one."""
        return paired_difference(self.scores[name], self.scores["32 bits"])


def _one(seed: int, X: FloatArray, y: IntArray) -> dict[str, float]:
    """Train one network and compress it in every way."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(y))
    A, B, a, b = (
        X[order[:N_TRAIN]],
        X[order[N_TRAIN:]],
        y[order[:N_TRAIN]],
        y[order[N_TRAIN:]],
    )
    full = fit(A, a, FULL, rng=rng).layers
    small = {"32 bits": full}
    small |= {
        f"{n} bits": [Layer(quantise(w, n), c) for w, c in full] for n in BITS
    }
    for share in SHARES:
        pruned = [Layer(prune(w, share), c) for w, c in full]
        small |= {f"{share:.0%} pruned": pruned}
        small |= {f"{share:.0%} pruned, retrained": retrain(pruned, A, a)}
    return {name: accuracy(layers, B, b) for name, layers in small.items()}


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Compress a network a seed.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    X, y = load_digits(return_X_y=True)
    found = [_one(seed, X / 16, y) for seed in seeds]
    return Result(
        {
            name: np.array([scores[name] for scores in found])
            for name in found[0]
        }
    )


def judge(result: Result) -> Outcome:
    """Every way should cost hardly any accuracy; doing better is no
    objection.
    """
    names = [name for name in result.scores if name != "32 bits"]
    return LESSON.judge(
        *(
            Finding(
                f"{name} − 32 bits, accuracy",
                result.change(name),
                "none",
                HARDLY,
            )
            for name in sorted(names, key=lambda name: name != "4 bits")
        )
    )
