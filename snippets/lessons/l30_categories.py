"""Lesson L30: does it matter how categories become numbers?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeRegressor

from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L30",
    "How one turns categories into numbers is very important",
    "S3-D3",
    "12 categories with effects in no order, generated",
    Registration(
        origin="source",
        quantifier="sometimes",
        primary=0,
        family="any",
        made="generated",
        advice=(
            "Use dummies for linear models; boosting may have the plain "
            "numbers."
        ),
        conditions=(
            Condition("the model is linear"),
            Condition("the model is a tree of depth 4"),
            Condition("the model is boosting"),
        ),
        held=(
            Held("number of categories", "12"),
            Held("training samples", "200"),
            Held("settings of boosting", "the library's defaults"),
        ),
    ),
)

N_CATEGORIES, N_BINS, N_TRAIN, N_TEST = 12, 8, 200, 400

MODELS = ("linear", "tree of depth 4", "boosting")
ENCODINGS = ("number", "number in order of effect", "dummies")
SHAPES = ("straight", "curved")


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Test R².

    Attributes:
        categories: By model and encoding, shape (3, 3, n_seeds), as `MODELS`
            and `ENCODINGS`.
        bins: Of a linear model on a number and on its bins, by the shape of the
            effect, shape (2, 2, n_seeds), as `SHAPES`; the number first.
    """

    categories: FloatArray
    bins: FloatArray

    def gain(self, model: str, encoding: str = "number") -> Interval:
        """Dummies minus another encoding, with one model."""
        scores = self.categories[MODELS.index(model)]
        return paired_difference(scores[-1], scores[ENCODINGS.index(encoding)])

    def bin_gain(self, shape: str) -> Interval:
        """Bins minus the number itself, in a linear model."""
        number, bins = self.bins[SHAPES.index(shape)]
        return paired_difference(bins, number)


# --8<-- [start:dummies]
def dummies(values: IntArray, categories: IntArray) -> FloatArray:
    """Give each known category a column of its own: 1 where a sample has it,
    else 0.

    Args:
        values: Category of each sample, shape (n_samples,).
        categories: Known categories, each once, shape (n_categories,).

    Returns:
        Columns, shape (n_samples, n_categories); a category never seen is a row
        of zeros.

    Raises:
        ValueError: If a category is named twice.
    """
    if len(np.unique(categories)) < len(categories):
        raise ValueError(
            f"each category belongs in the list once, got {categories.tolist()}"
        )
    return np.asarray(values[:, None] == categories, dtype=float)
    # --8<-- [end:dummies]


def bins(x: FloatArray, edges: FloatArray) -> IntArray:
    """Say between which edges each number lies.

    Args:
        x: Numbers, shape (n_samples,).
        edges: Rising inner edges, shape (n_bins - 1,); an edge belongs to the
            bin above.

    Returns:
        Bins from 0 to n_bins - 1, shape (n_samples,); the outer bins have no
        end.

    Raises:
        ValueError: If the edges do not rise.
    """
    if np.any(np.diff(edges) <= 0):
        raise ValueError(f"edges must rise, got {edges.tolist()}")
    return np.asarray((x[:, None] >= edges).sum(axis=1))


def draw(seed: int) -> tuple[IntArray, FloatArray, FloatArray]:
    """Draw categories in no order, and targets that depend on them alone, with
    noise.

    Args:
        seed: Which draw.

    Returns:
        Category of each sample, shape (600,), effect of each category, shape
        (12,), and targets, shape (600,), no unit.
    """
    rng = np.random.default_rng(seed)
    effects = rng.normal(0.0, 1.0, N_CATEGORIES)
    values = rng.integers(N_CATEGORIES, size=N_TRAIN + N_TEST)
    return values, effects, effects[values] + rng.normal(0.0, 0.5, len(values))


def _category_scores(seed: int) -> list[list[float]]:
    """R² of each model with each encoding, for one draw of effects and
    samples.
    """
    values, effects, y = draw(seed)
    rank = effects.argsort().argsort()  # the order that nobody knows beforehand
    columns = [
        values[:, None],
        rank[values][:, None],
        dummies(values, np.arange(N_CATEGORIES)),
    ]
    models: list[Any] = [
        LinearRegression(),
        DecisionTreeRegressor(max_depth=4, random_state=0),
        GradientBoostingRegressor(random_state=0),
    ]
    return [
        [
            m.fit(X[:N_TRAIN], y[:N_TRAIN]).score(X[N_TRAIN:], y[N_TRAIN:])
            for X in columns
        ]
        for m in models
    ]


def _bin_scores(seed: int) -> list[list[float]]:
    """R² of a linear model on a number and on its bins, for both shapes of its
    effect.
    """
    rng = np.random.default_rng(seed)
    x = rng.uniform(-3.0, 3.0, N_TRAIN + N_TEST)
    noise = rng.normal(0.0, 0.3, len(x))
    edges = np.quantile(x[:N_TRAIN], np.arange(1, N_BINS) / N_BINS)
    columns = [x[:, None], dummies(bins(x, edges), np.arange(N_BINS))]
    return [
        [
            LinearRegression()
            .fit(X[:N_TRAIN], y[:N_TRAIN])
            .score(X[N_TRAIN:], y[N_TRAIN:])
            for X in columns
        ]
        for y in (x + noise, np.sin(2 * x) + noise)
    ]


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Score models on the same samples in several encodings.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    categories = np.array([_category_scores(seed) for seed in seeds])
    binned = np.array([_bin_scores(seed) for seed in seeds])
    return Result(np.moveaxis(categories, 0, -1), np.moveaxis(binned, 0, -1))


def judge(result: Result) -> Outcome:
    """Dummies should be far better than numbers, with every model."""
    return LESSON.judge(
        *(
            Finding(f"{model}, dummies − number, R²", result.gain(model))
            for model in MODELS
        )
    )
