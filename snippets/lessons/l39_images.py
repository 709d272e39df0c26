"""Lesson L39: does a convolutional network beat a plain one on images, and why?

Judged against a plain network with as many parameters, against one with as many
multiplications, and on the same images with their pixels shuffled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from snippets import neural_network
from snippets.cnn import duel, moved_digits, n_multiplies
from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L39",
    "Use a convolutional network for tasks on images: it takes advantage "
    "of what is special about them",
    "S3-C1",
    "digits 8 × 8 moved by up to a pixel, 300 training images",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="networks",
        made="real",
        advice=(
            "Convolve where neighbouring pixels belong together; count "
            "multiplications."
        ),
        conditions=(
            Condition("sizes are equal", split=(300, 1497, 1797)),
            Condition("work is equal", split=(300, 1497, 1797)),
            Condition(
                "pixels are shuffled, which should cost the gain",
                split=(300, 1497, 1797),
                rank="control",
            ),
        ),
        held=(
            Held("passes of training", "20 at a rate of 0.02"),
            Held("training images", "300"),
            Held("hidden layers of the rivals", "1"),
        ),
    ),
)

N_TRAIN, SHAPE, N_CLASSES, N_FILTERS, N_HIDDEN = 300, (8, 8), 10, 16, 24
N_PIXELS = SHAPE[0] * SHAPE[1]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Test accuracies, each of shape (n_seeds,).

    Attributes:
        conv: Of the convolutional network.
        plain: Of a plain network with a few parameters more.
        wide: Of a plain network with as many multiplications.
        conv_shuffled: Of the convolutional network after its pixels were
            shuffled.
        plain_shuffled: Of the first plain network on the same shuffled images.
    """

    conv: FloatArray
    plain: FloatArray
    wide: FloatArray
    conv_shuffled: FloatArray
    plain_shuffled: FloatArray

    def gain(self) -> Interval:
        """Convolutional minus plain network of as many parameters."""
        return paired_difference(self.conv, self.plain)

    def shuffled_gain(self) -> Interval:
        """The same on images whose pixels are shuffled."""
        return paired_difference(self.conv_shuffled, self.plain_shuffled)

    def wide_gain(self) -> Interval:
        """Convolutional minus plain network of as many multiplications."""
        return paired_difference(self.conv, self.wide)

    def lost(self) -> Interval:
        """The part of the gain that goes when the pixels are shuffled."""
        return paired_difference(
            self.conv - self.plain,
            np.asarray(self.conv_shuffled - self.plain_shuffled),
        )


# --8<-- [start:cost]
def plain_cost(n_hidden: int) -> tuple[int, int]:
    """Count parameters and multiplications of a plain network with one hidden
    layer.

    Args:
        n_hidden: Hidden units, at least 1.

    Returns:
        Number of parameters, and of multiplications for the prediction of one
        digit.

    Raises:
        ValueError: If there is no hidden unit.
    """
    if n_hidden < 1:
        raise ValueError(f"need a hidden unit, got {n_hidden}")
    multiplies = N_PIXELS * n_hidden + n_hidden * N_CLASSES
    # parameters: weights and biases
    return multiplies + n_hidden + N_CLASSES, multiplies


def same_work() -> int:
    """Hidden units of the largest plain network that costs no more than the
    filters.
    """
    return n_multiplies(SHAPE, N_FILTERS, N_CLASSES) // (N_PIXELS + N_CLASSES)
    # --8<-- [end:cost]


def _one(seed: int) -> tuple[float, ...]:
    """Score the five networks with one seed."""
    images, y = moved_digits(seed)
    a, b = slice(None, N_TRAIN), slice(N_TRAIN, None)
    X = images.reshape(len(images), -1)
    options = neural_network.Options(
        hidden=(same_work(),), epochs=20, learning_rate=0.02
    )
    wide = neural_network.fit(
        X[a], y[a], options, rng=np.random.default_rng(seed)
    )
    shuffled = duel(*moved_digits(seed, shuffled=True), seed, N_TRAIN)
    return (*duel(images, y, seed, N_TRAIN), wide.score(X[b], y[b]), *shuffled)


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Train the five networks; a seed is an order, moves, a shuffle and a
    start.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    return Result(*np.array([_one(seed) for seed in seeds]).T)


def judge(result: Result) -> Outcome:
    """It should win at equal size and at equal work, and owe that to the
    neighbours.
    """
    return LESSON.judge(
        Finding(
            "convolutional − plain, as many parameters, accuracy", result.gain()
        ),
        Finding(
            "convolutional − plain, as many multiplications, accuracy",
            result.wide_gain(),
        ),
        Finding(
            "part of the gain that goes with shuffled pixels, accuracy",
            result.lost(),
        ),
    )
