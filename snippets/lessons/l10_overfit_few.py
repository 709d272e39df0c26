"""Lesson L10: does it prove a network sound that it can learn a few samples by
heart?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from snippets.descent import Adam, Optimiser, Sgd
from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration
from snippets.neural_network import (
    Layer,
    flatten,
    forward,
    gradient,
    he_start,
    one_hot,
    unflatten,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L10",
    "A network with a bug cannot learn a few samples by heart, so try "
    "that first",
    "S3-T1",
    "20 of scikit-learn's digits",
    Registration(
        origin="sharpened",
        quantifier="sometimes",
        primary=0,
        family="networks",
        made="real",
        advice=(
            "Overfit twenty samples first; then check labels and inputs "
            "by eye, which it cannot."
        ),
        conditions=(
            Condition(
                "the sign of the gradient is wrong",
                margin=0.05,
                split=(20, 20, 1797),
            ),
            Condition(
                "the learning rate is far too small",
                margin=0.05,
                split=(20, 20, 1797),
            ),
            Condition(
                "all images are empty", margin=0.05, split=(20, 20, 1797)
            ),
            Condition(
                "all hidden units are dead", margin=0.05, split=(20, 20, 1797)
            ),
            Condition(
                "inputs are 255 times too large",
                margin=0.05,
                split=(20, 20, 1797),
            ),
            Condition(
                "inputs are 255 times too large and steps adapt",
                margin=0.05,
                split=(20, 20, 1797),
            ),
            Condition("labels are shuffled", fixed=True),
            Condition("pixels are scrambled", fixed=True),
        ),
        held=(
            Held("steps of training", "100"),
            Held("learning rate", "0.3 with SGD, 0.01 with Adam"),
            Held("rate that is far too small", "1e-6"),
        ),
        reason="One of the twenty digits.",
    ),
)

SEEDS = tuple(range(12))
N_SAMPLES, N_STEPS, HIDDEN = 20, 100, 64

BUGS = (
    "none",
    "sign of the gradient flipped",
    "learning rate far too small",
    "images all empty",
    "hidden units all dead",
    "inputs times 255",
    "inputs times 255, Adam",
    "labels shuffled against images",
    "pixels scrambled, image by image",
)
"""What is planted; the last two are bugs of the data. All but one use plain
steps.
"""


# --8<-- [start:rehearse]
def rehearse(
    layers: list[Layer],
    X: FloatArray,
    y: IntArray,
    optimiser: Optimiser,
    sign: float = 1.0,
) -> float:
    """Train on a few samples and score on the very same.

    Args:
        layers: The network at its start.
        X: Inputs, shape (n_samples, n_features).
        y: Labels, shape (n_samples,), 0 to 9.
        optimiser: What makes the steps.
        sign: 1 to go down the loss; -1 is a bug.

    Returns:
        Share of the samples that are recognised after 100 steps; all is what we
        hope for.
    """
    targets, theta = one_hot(y, 10), flatten(layers)
    trained = unflatten(theta, layers)  # views of theta: a step changes both
    # a bug may drive weights to infinity
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(N_STEPS):
            optimiser.step(theta, sign * flatten(gradient(trained, X, targets)))
        return float((forward(trained, X)[-1].argmax(axis=1) == y).mean())
    # --8<-- [end:rehearse]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Accuracy on the few samples, shape (n_bugs, n_seeds), in the order of
    `BUGS`.
    """

    accuracy: FloatArray

    def level(self, bug: str) -> Interval:
        """Accuracy with a bug."""
        return mean_interval(self.accuracy[BUGS.index(bug)])

    def drop(self, bug: str) -> Interval:
        """Accuracy of the healthy network minus accuracy with a bug."""
        return paired_difference(
            self.accuracy[0], self.accuracy[BUGS.index(bug)]
        )


@cache
def _shown() -> tuple[FloatArray, IntArray]:
    """All images and their digits: reading them takes longer than a network."""
    images, digits = load_digits(return_X_y=True)
    return images, digits


def plant(bug: str, seed: int) -> float:
    """Rehearse with one bug.

    Args:
        bug: One of `BUGS`.
        seed: Which samples, and which start.

    Raises:
        ValueError: If there is no such bug.
    """
    if bug not in BUGS:
        raise ValueError(
            f"there is no bug {bug!r}; there are {', '.join(BUGS)}"
        )
    rng = np.random.default_rng(seed)
    images, digits = _shown()
    rows = rng.permutation(len(digits))[:N_SAMPLES]
    X, y, layers = (
        images[rows] / 16,
        digits[rows],
        he_start((64, HIDDEN, 10), rng),
    )
    if bug == "images all empty":
        X = np.zeros_like(X)
    elif bug.startswith("inputs times 255"):
        X = 255 * X
    elif bug == "hidden units all dead":
        layers[0].biases[:] = -100.0
    elif bug == "labels shuffled against images":
        y = rng.permutation(y)
    elif bug == "pixels scrambled, image by image":
        X = rng.permuted(X, axis=1)
    optimiser = Sgd(1e-6 if bug == "learning rate far too small" else 0.3)
    sign = -1.0 if bug == "sign of the gradient flipped" else 1.0
    return rehearse(
        layers, X, y, Adam(0.01) if bug.endswith("Adam") else optimiser, sign
    )


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Rehearse with every bug; a seed is a choice of samples and a start.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    return Result(
        np.array([[plant(bug, seed) for seed in seeds] for bug in BUGS])
    )


def judge(result: Result) -> Outcome:
    """Every bug should show in a lower accuracy."""
    return LESSON.judge(
        *(
            Finding(f"no bug − {bug}, accuracy on 20 digits", result.drop(bug))
            for bug in BUGS[1:]
        )
    )
