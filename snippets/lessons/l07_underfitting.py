"""Lesson L07: does more data cure a model that underfits?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import LinearRegression

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]
Samples = tuple[FloatArray, FloatArray]

LESSON = Lesson(
    "L07",
    "A model that underfits is not helped by more data; make it more complex",
    "S3-B2",
    "a sine and a step, generated",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="linear models",
        made="generated",
        advice=(
            "If the training score is poor, change the model before you "
            "collect rows."
        ),
        conditions=(
            Condition("data grow to 25 times as many", margin=0.05),
            Condition("complexity grows, with 200 samples"),
            Condition("complexity grows, with 5,000 samples"),
        ),
        held=(
            Held("noise of the target", "standard deviation 0.2"),
            Held("smallest number of samples compared", "200"),
            Held(
                "settings of boosting", "40 trees of depth 2 at a rate of 0.2"
            ),
        ),
        reason=(
            "A gap of 0.05 of R² is an eighth of what a fitting model "
            "gains here."
        ),
    ),
)

SEEDS = tuple(range(12))
SIZES = (50, 200, 1000, 5000)
N_TEST = 1000
LEVEL = 0.05
"""A change of R² below this is no cure: boosting gains several times as much.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """R² of least squares and of boosting by number of training samples.

    Attributes:
        line: On training and on test samples, shape (2, n_sizes, n_seeds).
        boosted: The same of boosting.
        noisy: Test R² of the line and of boosting with 200 samples of a target
            that is a line under heavy noise, shape (2, n_seeds).
        noisy_train: R² of the line on those training samples, shape (n_seeds,).
    """

    line: FloatArray
    boosted: FloatArray
    noisy: FloatArray
    noisy_train: FloatArray

    def more_data(self, few: int = 200, many: int = 5000) -> Interval:
        """Test R² of the line with many samples minus that with few."""
        test = self.line[1]
        return paired_difference(
            test[SIZES.index(many)], test[SIZES.index(few)]
        )

    def more_complexity(self, n: int) -> Interval:
        """Test R² of boosting minus that of the line, with as many samples."""
        return paired_difference(
            self.boosted[1, SIZES.index(n)], self.line[1, SIZES.index(n)]
        )

    def gap(self, n: int) -> Interval:
        """R² of the line on training samples minus R² on test samples."""
        return paired_difference(*self.line[:, SIZES.index(n)])

    def noise_verdict(self) -> Interval:
        """Boosting minus line where the training score is poor because of
        noise.
        """
        return paired_difference(self.noisy[1], self.noisy[0])

    def noise_level(self) -> Interval:
        """Training R² of the line under heavy noise."""
        return mean_interval(self.noisy_train)


# --8<-- [start:draw]
def draw(n: int, rng: np.random.Generator, noise: float = 0.2) -> Samples:
    """Draw a sine of one feature plus a step of another, with noise.

    Args:
        n: Number of samples.
        rng: Source of the draw.
        noise: Standard deviation of the noise, in target units.

    Returns:
        Features, shape (n, 2), evenly spread from −1 to 1, and targets, shape
        (n,).
    """
    X = rng.uniform(-1, 1, (n, 2))
    y = np.sin(np.pi * X[:, 0]) + (X[:, 1] > 0) + rng.normal(0, noise, n)
    return X, y
    # --8<-- [end:draw]


def draw_noisy_line(n: int, rng: np.random.Generator) -> Samples:
    """Draw a line under noise of twice its spread, as `draw` does."""
    X = rng.uniform(-1, 1, (n, 2))
    slopes = np.ones(2)
    return X, X @ slopes + rng.normal(0, 2 * np.sqrt(2 / 3), n)


def _boosting(seed: int) -> GradientBoostingRegressor:
    return GradientBoostingRegressor(
        n_estimators=40, learning_rate=0.2, max_depth=2, random_state=seed
    )


def _scores(seed: int) -> list[list[list[float]]]:
    """R² of both models, on training and test samples, by size: shape (2, 2,
    n_sizes).
    """
    rng = np.random.default_rng(seed)
    X, y = draw(SIZES[-1], rng)
    new = draw(N_TEST, rng)
    found = []
    for model in (LinearRegression(), _boosting(seed)):
        fitted = [
            (model.fit(X[:n], y[:n]).score(X[:n], y[:n]), model.score(*new))
            for n in SIZES
        ]
        found.append([list(column) for column in zip(*fitted, strict=True)])
    return found


def _noisy(seed: int) -> tuple[float, float, float]:
    """Test R² of line and boosting under heavy noise, and training R² of the
    line.
    """
    rng = np.random.default_rng(seed)
    known, new = draw_noisy_line(200, rng), draw_noisy_line(N_TEST, rng)
    line, boosted = LinearRegression().fit(*known), _boosting(seed).fit(*known)
    return line.score(*new), boosted.score(*new), line.score(*known)


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Draw the learning curves; a seed is a draw of training and test samples.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    line, boosted = np.moveaxis(
        np.array([_scores(seed) for seed in seeds]), 0, -1
    )
    *noisy, train = np.array([_noisy(seed) for seed in seeds]).T
    return Result(line, boosted, np.array(noisy), train)


def judge(result: Result) -> Outcome:
    """Data should change nothing, and complexity should help at every size."""
    return LESSON.judge(
        Finding(
            "line, 5,000 − 200 samples, test R²",
            result.more_data(),
            "none",
            LEVEL,
        ),
        Finding(
            "boosting − line, 200 samples, test R²", result.more_complexity(200)
        ),
        Finding(
            "boosting − line, 5,000 samples, test R²",
            result.more_complexity(5000),
        ),
    )
