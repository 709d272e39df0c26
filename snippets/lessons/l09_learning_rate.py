"""Lesson L09: is the learning rate the hyperparameter that matters most?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.choice import chosen_elsewhere
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration
from snippets.neural_network import Options, fit

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L09",
    "In most deep networks the learning rate is the most important "
    "hyperparameter",
    "S3-H4",
    "scikit-learn's digits, random settings of a small network",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="networks",
        made="real",
        advice=(
            "Tune the learning rate first and over powers of ten; then "
            "the rest."
        ),
        conditions=(
            Condition(
                "the rate ranges over five powers of ten",
                margin=0.05,
                split=(200, 1597, 1797),
            ),
            Condition(
                "the rate ranges over one power of ten around good values",
                margin=0.05,
                split=(200, 1597, 1797),
                rank="limit",
            ),
        ),
        held=(
            Held("hidden layers", "1"),
            Held("passes of training", "6"),
            Held(
                "ranges of the other hyperparameters",
                "width and batch size 8 to 128, decay to 0.1, momentum to 0.95",
            ),
        ),
        reason="A twentieth of the variance.",
    ),
)

KNOBS = ("learning rate", "width", "batch size", "weight decay", "momentum")
WIDE, NARROW = (-4.0, 1.0), (-1.5, -0.5)
"""Powers of ten between which the learning rate is drawn."""
N_TRAIN, EPOCHS, N_SETTINGS = 200, 6, 28
N_BINS = 4


# --8<-- [start:main_effect]
def main_effect(
    values: FloatArray, scores: FloatArray, n_bins: int = N_BINS
) -> float:
    """Share of the variance of scores that one hyperparameter explains by
    itself.

    The settings are sorted by the hyperparameter and cut into bins; what the
    means of the bins explain by chance alone is taken off (epsilon squared,
    Kelley 1935).

    Args:
        values: The hyperparameter, shape (n_settings,).
        scores: Shape (n_settings,).
        n_bins: At least 2, and fewer than settings.

    Returns:
        1 if it alone decides, about 0 (or a little below) if it does nothing.

    Raises:
        ValueError: If the number of bins does not fit, or all scores are equal.
    """
    n = len(scores)
    if not 2 <= n_bins < n:
        raise ValueError(f"need 2 to {n - 1} bins, got {n_bins}")
    total = float(((scores - scores.mean()) ** 2).sum())
    if total == 0:
        raise ValueError("all scores are equal: there is nothing to explain")
    parts = np.array_split(scores[np.argsort(values, kind="stable")], n_bins)
    within = sum(float(((part - part.mean()) ** 2).sum()) for part in parts)
    return 1 - (within / (n - n_bins)) / (total / (n - 1))
    # --8<-- [end:main_effect]


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Random settings and what came of them.

    Attributes:
        knobs: Value of each hyperparameter, as drawn, shape (n_seeds,
            n_settings, 5), in the order of `KNOBS`; all but the momentum as
            powers of ten.
        scores: Accuracy on new digits, shape (n_seeds, n_settings).
    """

    knobs: FloatArray
    scores: FloatArray

    def shares(self) -> FloatArray:
        """Main effect of each hyperparameter, shape (n_seeds, 5)."""
        pairs = zip(self.knobs, self.scores, strict=True)
        return np.array(
            [
                [main_effect(v, scores) for v in knobs.T]
                for knobs, scores in pairs
            ]
        )

    def table(self) -> dict[str, Interval]:
        """Main effects over seeds."""
        return {
            knob: mean_interval(column)
            for knob, column in zip(KNOBS, self.shares().T, strict=True)
        }

    def lead(self) -> Interval:
        """Main effect of the learning rate minus that of the hyperparameter
        that has the largest besides it on the other seeds.
        """
        shares = self.shares().T
        return paired_difference(shares[0], chosen_elsewhere(shares[1:]))


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Settings with a learning rate from a wide and from a narrow range."""

    wide: Draws
    narrow: Draws


def draw_settings(
    span: tuple[float, float], rng: np.random.Generator, n: int
) -> FloatArray:
    """Draw settings at random.

    Args:
        span: Powers of ten between which the learning rate lies.
        rng: Source of the draw.
        n: How many.

    Returns:
        A row a setting, shape (n, 5), as in `Draws.knobs`.
    """
    low = [span[0], np.log10(8), np.log10(8), -6.0, 0.0]
    high = [span[1], np.log10(128), np.log10(128), -1.0, 0.95]
    return rng.uniform(low, high, (n, len(KNOBS)))


def options(setting: FloatArray) -> Options:
    """Turn a row of `draw_settings` into options."""
    rate, width, batch, decay = 10.0 ** setting[:4]
    return Options(
        hidden=(round(width),),
        epochs=EPOCHS,
        batch_size=round(batch),
        optimiser="sgd",
        learning_rate=rate,
        momentum=float(setting[4]),
        l2=decay,
    )


def _draws(span: tuple[float, float], seeds: Sequence[int], n: int) -> Draws:
    """Train all settings of one range."""
    X, y = load_digits(return_X_y=True)
    knobs, scores = [], []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        order = rng.permutation(len(y))
        known, new = order[:N_TRAIN], order[N_TRAIN:]
        settings = draw_settings(span, rng, n)
        networks = [
            fit(X[known] / 16, y[known], options(row), rng=rng)
            for row in settings
        ]
        knobs.append(settings)
        scores.append(
            [network.score(X[new] / 16, y[new]) for network in networks]
        )
    return Draws(np.array(knobs), np.array(scores))


def run(seeds: Sequence[int] = SEEDS, n_settings: int = N_SETTINGS) -> Result:
    """Train random settings; a seed is a draw of digits and of settings.

    Args:
        seeds: At least two.
        n_settings: Settings a seed and range, more than `N_BINS`.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    return Result(
        _draws(WIDE, seeds, n_settings), _draws(NARROW, seeds, n_settings)
    )


def judge(result: Result) -> Outcome:
    """The learning rate should explain more than any other, in both ranges."""
    return LESSON.judge(
        Finding(
            "rate from 0.0001 to 10: its share − the next, of variance",
            result.wide.lead(),
        ),
        Finding(
            "rate from 0.03 to 0.3: its share − the next, of variance",
            result.narrow.lead(),
        ),
    )
