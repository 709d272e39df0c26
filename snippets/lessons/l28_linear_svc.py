"""Lesson L28: is a linear support vector classifier only fit for small data
sets?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import make_circles, make_classification
from sklearn.svm import SVC, LinearSVC

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L28",
    "A linear support vector classifier is only appropriate for small "
    "data sets",
    "S1-18",
    "20 features with a tenth of the labels drawn anew, and two rings; "
    "generated",
    Registration(
        origin="source",
        quantifier="always",
        primary=0,
        family="support vectors",
        made="generated",
        advice=(
            "Take the linear one for many rows; choose a kernel by the "
            "boundary, not by the size."
        ),
        conditions=(
            Condition("steps are counted as samples grow", margin=0.1),
            Condition("its own accuracy is followed from 250 to 3,000 samples"),
            Condition("its accuracy is set against that of the kernel machine"),
            Condition("it goes on alone, from 3,000 to 32,000 samples"),
        ),
        held=(
            Held(
                "samples of the kernel machine",
                "up to 3,000",
                why="SVC would take minutes for each seed",
            ),
            Held("number of features", "20"),
            Held("penalty C of both models", "the default"),
        ),
        reason="A tenth of a power of n.",
    ),
)

SIZES = (250, 1000, 3000)
"""Numbers of training samples on which both machines are fitted."""

LARGE = 32_000
"""Training samples of LinearSVC alone: SVC would take minutes for each seed."""

ARMS = ("LinearSVC", "SVC, linear kernel")

N_NEW = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Counts and accuracies, each of shape (n_arms, n_sizes, n_seeds).

    Attributes:
        steps: Until the fit converged: Newton steps, or pairs of multipliers
            moved.
        kept: Vectors that the fitted model needs to classify a sample.
        accuracy: On new samples.
        rings: Accuracy on two rings, of LinearSVC alone, shape (n_sizes,
            n_seeds).
        large: Steps and accuracy of LinearSVC on `LARGE` samples, shape (2,
            n_seeds).
    """

    steps: FloatArray
    kept: FloatArray
    accuracy: FloatArray
    rings: FloatArray
    large: FloatArray

    def growth(self, counts: FloatArray, arm: int) -> FloatArray:
        """Exponent with which counts of an arm grow with the samples, shape
        (n_seeds,).
        """
        doublings = np.log2(SIZES[-1] / SIZES[0])
        return np.asarray(np.log2(counts[arm, -1] / counts[arm, 0]) / doublings)

    def growth_gap(self) -> Interval:
        """Exponent of the steps of LinearSVC minus that of SVC."""
        return paired_difference(
            self.growth(self.steps, 0), self.growth(self.steps, 1)
        )

    def accuracy_gap(self, size: int = -1) -> Interval:
        """Accuracy of LinearSVC minus that of SVC; without a size, with most
        samples.
        """
        return paired_difference(self.accuracy[0, size], self.accuracy[1, size])

    def change_of_gap(self) -> Interval:
        """That gap with most samples, minus with fewest."""
        gaps = self.accuracy[0] - self.accuracy[1]  # (n_sizes, n_seeds)
        return paired_difference(gaps[-1], gaps[0])

    def gain(self) -> Interval:
        """Accuracy of LinearSVC with most samples minus with fewest."""
        return paired_difference(self.accuracy[0, -1], self.accuracy[0, 0])

    def gain_alone(self) -> Interval:
        """Accuracy of LinearSVC on `LARGE` samples minus that on fewer."""
        return paired_difference(self.large[1], self.accuracy[0, -1])

    def table(self) -> dict[str, dict[str, Interval]]:
        """Exponents of both counts, and accuracy with most samples."""
        return {
            arm: {
                "steps, exponent of n": mean_interval(
                    self.growth(self.steps, row)
                ),
                "vectors kept, exponent of n": mean_interval(
                    self.growth(self.kept, row)
                ),
                f"accuracy at n = {SIZES[-1]}": mean_interval(
                    self.accuracy[row, -1]
                ),
            }
            for row, arm in enumerate(ARMS)
        }


# --8<-- [start:count]
def count(
    X: FloatArray, y: FloatArray, n: int
) -> list[tuple[float, float, float]]:
    """Fit both models to the first n samples, and count instead of looking at a
    clock.

    Args:
        X: Samples, shape (n_samples, n_features); the last 1,000 are the new
            ones.
        y: Classes, shape (n_samples,).
        n: How many samples to train on.

    Returns:
        For each of `ARMS` the steps of the fit, the vectors kept, and the
        accuracy.
    """
    linear, kernel = (
        LinearSVC().fit(X[:n], y[:n]),
        SVC(kernel="linear").fit(X[:n], y[:n]),
    )
    right = [
        float(model.score(X[-N_NEW:], y[-N_NEW:])) for model in (linear, kernel)
    ]
    return [
        (linear.n_iter_, 1, right[0]),
        (kernel.n_iter_[0], len(kernel.support_), right[1]),
    ]
    # --8<-- [end:count]


def _on_rings(n: int, seed: int) -> float:
    """Accuracy of LinearSVC on one ring inside another."""
    X, y = make_circles(n + N_NEW, factor=0.5, noise=0.1, random_state=seed)
    return float(LinearSVC().fit(X[:n], y[:n]).score(X[n:], y[n:]))


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Count at every size, on the same samples for both models.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    found = np.empty((3, len(ARMS), len(SIZES), len(seeds)))
    rings = np.empty((len(SIZES), len(seeds)))
    large = np.empty((2, len(seeds)))
    for j, seed in enumerate(seeds):
        X, y = make_classification(
            LARGE + N_NEW, 20, flip_y=0.1, random_state=seed
        )
        alone = LinearSVC().fit(X[:LARGE], y[:LARGE])
        large[:, j] = alone.n_iter_, alone.score(X[LARGE:], y[LARGE:])
        for i, n in enumerate(SIZES):
            found[:, :, i, j] = np.transpose(count(X, y, n))
            rings[i, j] = _on_rings(n, seed)
    steps, kept, accuracy = found
    return Result(steps, kept, accuracy, rings, large)


def judge(result: Result) -> Outcome:
    """With more samples, the linear classifier should cost more and be less
    accurate.
    """
    return LESSON.judge(
        Finding(
            "growth of the steps, LinearSVC − SVC, exponent of n",
            result.growth_gap(),
        ),
        Finding(
            f"{SIZES[-1]} − {SIZES[0]} training samples, LinearSVC, accuracy",
            result.gain(),
            "below",
        ),
        Finding(
            f"{SIZES[-1]} training samples, LinearSVC − SVC, accuracy",
            result.change_of_gap(),
            "below",
        ),
        Finding(
            f"{LARGE} − {SIZES[-1]} training samples, LinearSVC, accuracy",
            result.gain_alone(),
            "below",
        ),
    )
