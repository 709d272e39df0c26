"""Lesson L67: is a skewed target better predicted by its logarithm?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn import config_context
from sklearn.tree import DecisionTreeRegressor

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.choice import chosen_elsewhere
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Change, Condition, Held, Registration

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L67",
    "A skewed target is predicted better by its logarithm",
    "after Box and Cox, 1964",
    "300 samples of four features, a positive target, generated",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="any",
        made="generated",
        advice=(
            "Ask whether means or medians are wanted; after a logarithm "
            "multiply by the mean residual factor if it is means."
        ),
        conditions=(
            Condition("a forest tells means", margin=0.02),
            Condition("a forest tells means, with Duan's factor", margin=0.02),
            Condition("a forest tells medians", margin=0.01),
            Condition(
                "totals are wanted of a forest, without Duan's factor",
                margin=0.05,
                rank="rival",
            ),
            Condition(
                "totals are wanted of a forest, with Duan's factor",
                margin=0.05,
                rank="rival",
            ),
            Condition("a line tells means, with Duan's factor", margin=0.02),
            Condition(
                "a line tells means, with Duan's factor, and effects add up",
                margin=0.02,
            ),
        ),
        held=(
            Held("most rows in a leaf", "20, which is chosen"),
            Held("noise of the logarithm", "standard deviation 0.8"),
            Held("trees of the forest", "10"),
            Held("leaf size for the totals", "5 samples"),
        ),
        changes=(
            Change(
                "more draws", "other seeds left it not settled, or nearly so"
            ),
            Change(
                "squared error in powers of ten",
                "one exponential outweighed all other draws",
            ),
        ),
        reason=(
            "A fiftieth of a power of ten is a twentieth of the error; one per "
            "cent of the mean target is noticed, five make a total wrong."
        ),
    ),
)

DRAWS = tuple(range(50))
"""Seeds: with twenty the primary hung on which. The error is counted in powers
of ten, since one exponential of a line outweighs all other draws otherwise.
"""
N_TRAIN, N_NEW, N_FEATURES, SPREAD, N_TREES = 300, 2000, 4, 0.8, 10
LEAVES = (1, 5, 20)
"""Samples of a leaf of the forest; each arm gets what is best elsewhere."""
UNIT = "powers of ten of the excess error"
ARMS = ("as it is", "logarithm", "logarithm, smeared")


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """Samples, their targets, and the mean target that features leave open."""

    X: FloatArray
    y: FloatArray
    mean: FloatArray


def draw(multiplied: bool, seed: int) -> Draw:
    """Draw targets whose effects multiply, or add up and are skewed."""
    rng = np.random.default_rng(seed)
    n = N_TRAIN + N_NEW
    X, e = rng.standard_normal((n, N_FEATURES)), rng.standard_normal(n)
    if multiplied:
        log = 0.6 * X[:, 0] + 0.4 * X[:, 1] + 0.3 * X[:, 2]
        mean = np.exp(log + SPREAD**2 / 2)
        return Draw(X, np.exp(log + SPREAD * e), mean)
    X = rng.exponential(size=(n, N_FEATURES))
    mean = 1 + 3 * X[:, 0] + X[:, 1] + X[:, 2]
    return Draw(X, mean + rng.uniform(-1, 1, n), mean)


# --8<-- [start:smeared]
def transformed_back(
    told: FloatArray, residuals: FloatArray, smear: bool
) -> FloatArray:
    """Targets from predicted logarithms.

    The exponential of a mean logarithm is a median, if errors are symmetric.
    Duan (1983) multiplies it by the mean of the exponential residuals, which
    makes it a mean whatever law the errors have.

    Args:
        told: Predicted logarithms, shape (n_new,).
        residuals: Logarithms minus predictions, of samples that the model has
            not learned by heart, shape (n_samples,).
        smear: Whether to multiply.
    """
    factor = np.exp(residuals).mean() if smear else 1.0
    return np.asarray(np.exp(told) * factor)
    # --8<-- [end:smeared]


def forest(
    X: FloatArray, y: FloatArray, new: FloatArray, leaf: int, seed: int
) -> tuple[FloatArray, FloatArray]:
    """Predictions of a forest, and its residuals out of bag."""
    rng, told = np.random.default_rng(seed), np.zeros(len(new))
    known, count = np.zeros(len(X)), np.zeros(len(X))
    both = np.vstack([X, new]).astype(np.float32)
    for number in range(N_TREES):
        rows = rng.integers(len(X), size=len(X))
        tree = DecisionTreeRegressor(min_samples_leaf=leaf, random_state=number)
        tree.fit(both[rows], y[rows], check_input=False)
        every = tree.predict(both, check_input=False)
        told += every[len(X) :] / N_TREES
        out = np.setdiff1d(np.arange(len(X)), rows)
        known[out] += every[out]
        count[out] += 1
    seen = count > 0
    return told, y[seen] - known[seen] / count[seen]


def line(
    X: FloatArray, y: FloatArray, new: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Predictions of a line, and its residuals."""
    A, B = (np.column_stack([np.ones(len(Z)), Z]) for Z in (X, new))
    slopes, *_ = np.linalg.lstsq(A, y, rcond=None)
    return B @ slopes, y - A @ slopes


def scores(told: FloatArray, drawn: Draw) -> list[float]:
    """Squared error from the mean target in powers of ten, absolute error and
    bias by the mean.
    """
    mean, y = drawn.mean[N_TRAIN:], drawn.y[N_TRAIN:]
    excess = np.log10(((told - mean) ** 2).mean())
    absolute = np.abs(told - y).mean() / mean.mean()
    return [
        float(excess),
        float(absolute),
        float(told.mean() / mean.mean() - 1),
    ]


def trial(leaf: int, multiplied: bool, seed: int) -> list[list[float]]:
    """Scores by arm; leaf 0 is a line."""
    drawn, found = draw(multiplied, seed), []
    X, y, new = drawn.X[:N_TRAIN], drawn.y[:N_TRAIN], drawn.X[N_TRAIN:]
    for log in (False, True):
        target = np.log(y) if log else y
        told, residuals = (
            forest(X, target, new, leaf, seed) if leaf else line(X, target, new)
        )
        if not log:
            found.append(scores(told, drawn))
            continue
        for smear in (False, True):
            back = transformed_back(told, residuals, smear)
            found.append(scores(back, drawn))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Scores by seed, arm and kind: squared error, absolute error, bias.

    Attributes:
        forest: Shape (n_leaves, n_seeds, n_arms, 3).
        line: Effects multiply or add up, shape (2, n_seeds, n_arms, 3).
    """

    forest: FloatArray
    line: FloatArray

    def best(self, arm: int, kind: int) -> FloatArray:
        """Of the forest, with the leaf that is best for it elsewhere."""
        rows = self.forest[:, :, arm, kind]
        if kind == 2:
            return np.asarray(rows[1])
        return -chosen_elsewhere(-rows)

    def gain(self, arm: int, kind: int = 0) -> Interval:
        """Error of the forest that an arm saves."""
        return paired_difference(self.best(0, kind), self.best(arm, kind))


def run(seeds: Sequence[int] = DRAWS) -> Result:
    """Fit both models to the target and to its logarithm, on the same draws.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    with config_context(assume_finite=True, skip_parameter_validation=True):
        grown = [[trial(leaf, True, seed) for seed in seeds] for leaf in LEAVES]
    lines = [[trial(0, kind, seed) for seed in seeds] for kind in (True, False)]
    return Result(np.array(grown), np.array(lines))


def judge(result: Result) -> Outcome:
    """The logarithm should predict better, and without bias."""
    lines = [
        Finding(
            f"line, effects {name}: {ARMS[0]} − {ARMS[2]}, {UNIT}",
            paired_difference(rows[:, 0, 0], rows[:, 2, 0]),
        )
        for name, rows in zip(("multiply", "add up"), result.line, strict=True)
    ]
    biases = [
        Finding(
            f"forest, {ARMS[arm]}: bias, share of the mean target",
            mean_interval(result.best(arm, 2)),
            "none",
            0.05,
        )
        for arm in (1, 2)
    ]
    return LESSON.judge(
        Finding(f"forest: {ARMS[0]} − {ARMS[1]}, {UNIT}", result.gain(1)),
        Finding(f"forest: {ARMS[0]} − {ARMS[2]}, {UNIT}", result.gain(2)),
        Finding(
            "forest: absolute error saved, share of the mean target",
            result.gain(1, 1),
        ),
        *biases,
        *lines,
    )
