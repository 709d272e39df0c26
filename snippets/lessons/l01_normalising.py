"""Lesson L01: which models gain from z-scores, and do networks gain less than
linear models?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_diabetes, load_wine
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome
from snippets.lessons.registry import Condition, Held, Registration
from snippets.neural_network import Options, fit
from snippets.scaling import MODELS, fit_scale, scale, scaling_scores

FloatArray = NDArray[np.float64]
Split = tuple[FloatArray, FloatArray, NDArray[np.int64], NDArray[np.int64]]

LESSON = Lesson(
    "L01",
    "Normalising will likely help linear models, and help neural networks less",
    "S3-D1",
    "wine, and diabetes for least squares",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="linear models",
        made="real",
        advice=(
            "Normalise for gradient descent, the more so if training is "
            "short; leave least squares alone."
        ),
        conditions=(
            Condition(
                "the network trains for a hundred passes", split=(107, 71, 178)
            ),
            Condition(
                "the network trains for ten passes", split=(107, 71, 178)
            ),
            Condition(
                "the linear model is logistic regression", split=(107, 71, 178)
            ),
            Condition("the linear model is least squares", fixed=True),
        ),
        held=(
            Held("learning rate of the network", "0.005 with Adam"),
            Held("data set of the classifiers", "wine, 178 samples"),
            Held("hidden units of the network", "16"),
        ),
    ),
)

PASSES = (1, 3, 10, 30, 100)
"""Passes over the training samples that the network is given."""

OTHERS = (
    "logistic",
    "nearest neighbours",
    "support vectors",
    "naive Bayes",
    "decision tree",
)
"""Models of `snippets.scaling` to compare."""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Test scores on raw features and on z-scores, a column a seed.

    Attributes:
        network: Accuracies after each number of passes, shape (2, n_passes,
            n_seeds): raw first, then z-scored.
        others: By model, accuracies of shape (2, n_seeds).
        least_squares: R² on diabetes, shape (2, n_seeds).
    """

    network: FloatArray
    others: dict[str, FloatArray]
    least_squares: FloatArray

    def gains(self) -> dict[str, Interval]:
        """What z-scores gain in accuracy, by model; the network after all its
        passes.
        """
        arms = {"neural network": self.network[:, -1], **self.others}
        return {
            name: paired_difference(scaled, raw)
            for name, (raw, scaled) in arms.items()
        }

    def network_lead(self, passes: int) -> Interval:
        """Gain of the network after so many passes minus gain of logistic
        regression.

        Raises:
            ValueError: If the network was not scored after that many passes.
        """
        if passes not in PASSES:
            raise ValueError(
                f"the network is scored after {PASSES} passes, got {passes}"
            )
        raw, scaled = self.network[:, PASSES.index(passes)]
        base, other = self.others["logistic"]
        return paired_difference(scaled - raw, other - base)


# --8<-- [start:network]
def network_scores(split: Split, seed: int) -> FloatArray:
    """Score the same network on raw and on z-scored features, after more and
    more passes.

    Args:
        split: Training and test samples, training and test classes.
        seed: Start and order of the network, the same in both arms.

    Returns:
        Test accuracies, shape (2, n_passes): raw first.
    """
    train, test, y, y_test = split
    learned = fit_scale(train)
    arms = [(train, test), (scale(train, *learned), scale(test, *learned))]
    scores = [
        fit(
            A,
            y,
            Options(hidden=(16,), epochs=n),
            rng=np.random.default_rng(seed),
        ).score(B, y_test)
        for A, B in arms
        for n in PASSES
    ]
    return np.array(scores).reshape(2, -1)
    # --8<-- [end:network]


def _least_squares(seed: int) -> list[float]:
    """R² of least squares on diabetes in its own units, and z-scored."""
    X, y = load_diabetes(return_X_y=True, scaled=False)
    A, B, a, b = train_test_split(X, y, test_size=0.4, random_state=seed)
    learned = fit_scale(A)
    raw = LinearRegression().fit(A, a).score(B, b)
    scaled = (
        LinearRegression()
        .fit(scale(A, *learned), a)
        .score(scale(B, *learned), b)
    )
    # The two are equal but for rounding, which must not decide a verdict.
    return [round(raw, 9), round(scaled, 9)]


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Score all models on raw and on z-scored features; a split of wine for
    each seed.

    Raises:
        ValueError: If there are fewer than two seeds, or they are not 0, 1, 2,
            ...
    """
    if len(seeds) < 2 or list(seeds) != list(range(len(seeds))):
        raise ValueError(
            f"need seeds 0, 1, ..., at least two, got {list(seeds)}"
        )
    X, y = load_wine(return_X_y=True)
    splits = [
        train_test_split(X, y, test_size=0.4, stratify=y, random_state=s)
        for s in seeds
    ]
    network = [
        network_scores(tuple(split), s)
        for split, s in zip(splits, seeds, strict=True)
    ]
    others = scaling_scores(
        {name: MODELS[name] for name in OTHERS}, X, y, range(len(seeds))
    )
    return Result(
        np.stack(network, axis=-1),
        {name: np.array(pair) for name, pair in others.items()},
        np.array([_least_squares(s) for s in seeds]).T,
    )


def judge(result: Result) -> Outcome:
    """Linear models should gain, and the network should gain less."""
    gains = result.gains()
    raw, scaled = result.least_squares
    return LESSON.judge(
        Finding(
            "gain of a network (100 passes) − gain of logistic regression, "
            "accuracy",
            result.network_lead(100),
            "below",
        ),
        Finding(
            "gain of a network (10 passes) − gain of logistic regression, "
            "accuracy",
            result.network_lead(10),
            "below",
        ),
        Finding(
            "logistic regression, z-score − raw, accuracy", gains["logistic"]
        ),
        Finding(
            "least squares, z-score − raw, R²", paired_difference(scaled, raw)
        ),
    )
