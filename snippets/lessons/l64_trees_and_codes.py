"""Lesson L64: does one-hot encoding hurt trees, and does scaling change
nothing?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import (
    HistGradientBoostingRegressor,
    RandomForestRegressor,
)
from sklearn.model_selection import KFold
from sklearn.preprocessing import TargetEncoder

from snippets.evidence import Interval, paired_difference
from snippets.lessons.choice import chosen_elsewhere
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import (
    Change,
    Condition,
    Held,
    Part,
    Registration,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L64",
    "One-hot encoding hurts trees, and scaling changes nothing for them",
    "Hastie, Tibshirani and Friedman, 2009, section 10.7; Micci-Barreca, 2001",
    "800 samples, a category of 50 levels and three numbers, generated",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="trees",
        made="generated",
        advice=(
            "Encode many levels by means out of fold; do not scale for trees, "
            "but move a column whose values are huge beside their differences."
        ),
        conditions=(
            Condition(
                "histograms are boosted and levels have no order", part="a"
            ),
            Condition("a forest grows and levels have no order", part="a"),
            Condition(
                "histograms are boosted and means are the rival",
                rank="rival",
                part="a",
            ),
            Condition(
                "a forest grows and means are the rival", rank="rival", part="a"
            ),
            Condition(
                "histograms are boosted and the codes have an order", part="a"
            ),
            Condition(
                "a logarithm is taken before 200 samples are boosted", part="b"
            ),
            Condition("a forest gets standardised features", part="b"),
            Condition(
                "a forest gets seconds since 1970, standardised", part="b"
            ),
        ),
        held=(
            Held("largest number of stages", "24, which is chosen"),
            Held("samples for each level", "800 for 50 levels"),
            Held("trees of the forest", "8"),
            Held(
                "settings of boosting",
                "up to 24 stages of 8 leaves at a rate of 0.3",
            ),
        ),
        parts={
            "a": Part("One-hot encoding hurts trees", 0),
            "b": Part("Scaling changes nothing for trees", 6),
        },
        changes=(
            Change(
                "a logarithm of 200 samples, not of 800",
                "with more values than bins nothing can change",
            ),
        ),
    ),
)

N_TRAIN, N_NEW, N_LEVELS = 800, 1000, 50
STAGES, N_TREES, N_LEAVES, MIN_LEAF = 24, 8, 8, 5
"""Leaves and their fewest samples are those of boosting."""
N_FEW = 200
"""Samples of a histogram that has a bin for each."""
EPOCH = 1.7e9
"""Seconds since 1970 at which a minute of samples begins."""
WAYS = ("ordinal", "one-hot", "means out of fold")
MODELS = ("boosting", "forest")


# --8<-- [start:encoded]
def encoded(
    way: str, level: IntArray, y: FloatArray, new: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Encode a category for training and for new samples.

    Args:
        way: One of `WAYS`.
        level: Levels of the training samples, shape (n_samples,).
        y: Their targets, shape (n_samples,).
        new: Levels of new samples, shape (n_new,).

    Returns:
        Two arrays with a column, or with one for each level.
    """
    if way == "one-hot":
        return np.eye(N_LEVELS)[level], np.eye(N_LEVELS)[new]
    if way == "ordinal":
        return level[:, None].astype(float), new[:, None].astype(float)
    folds = KFold(5, shuffle=True, random_state=0)
    encoder = TargetEncoder(cv=folds, target_type="continuous")
    known = np.asarray(encoder.fit_transform(level[:, None], y))
    return known, np.asarray(encoder.transform(new[:, None]))
    # --8<-- [end:encoded]


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """Samples to train and new ones.

    Attributes:
        X: Three numbers of every sample, uniform from 0 to 1.
        level: Its level.
        y: Its target.
    """

    X: FloatArray
    level: IntArray
    y: FloatArray


def draw(in_order: bool, seed: int) -> Draw:
    """Draw all samples; effects of the levels rise with their codes, or not."""
    rng = np.random.default_rng(seed)
    n = N_TRAIN + N_NEW
    effects = rng.standard_normal(N_LEVELS)
    if in_order:
        effects = np.sort(effects)
    X, level = rng.random((n, 3)), rng.integers(N_LEVELS, size=n)
    smooth = 2 * np.sin(np.pi * X[:, 0] * X[:, 1]) + X[:, 2]
    y = smooth + effects[level] + 0.7 * rng.standard_normal(n)
    return Draw(X, level, y)


def r2(
    model: str, X: FloatArray, y: FloatArray, new: FloatArray, truth: FloatArray
) -> FloatArray:
    """R² of a model on new samples after each stage; a forest has one stage."""
    if model == "forest":
        grown = RandomForestRegressor(N_TREES, random_state=0).fit(X, y)
        return np.full(STAGES, grown.score(new, truth))
    boosted = HistGradientBoostingRegressor(
        learning_rate=0.3,
        max_iter=STAGES,
        max_leaf_nodes=N_LEAVES,
        min_samples_leaf=MIN_LEAF,
        early_stopping=False,
    ).fit(X, y)
    told = np.array(list(boosted.staged_predict(new)))
    return np.asarray(1 - ((told - truth) ** 2).mean(axis=1) / truth.var())


def coded(model: str, way: str, drawn: Draw) -> FloatArray:
    """R² with the numbers and the encoded category, by stage."""
    level, y = drawn.level, drawn.y
    pair = encoded(way, level[:N_TRAIN], y[:N_TRAIN], level[N_TRAIN:])
    known, new = (
        np.hstack([X, codes])
        for X, codes in zip(
            (drawn.X[:N_TRAIN], drawn.X[N_TRAIN:]), pair, strict=True
        )
    )
    return r2(model, known, y[:N_TRAIN], new, y[N_TRAIN:])


# --8<-- [start:scaled]
def standardised(X: FloatArray) -> FloatArray:
    """Each feature minus its mean, by its standard deviation (training)."""
    known = X[:N_TRAIN]
    return np.asarray((X - known.mean(axis=0)) / known.std(axis=0))


def changes(X: FloatArray) -> list[tuple[str, int, FloatArray, FloatArray]]:
    """Pairs that a tree should not tell apart.

    Of more values than bins a histogram is cut at samples, and nothing can
    change; 200 are cut halfway between two.

    Returns:
        Model, how many samples train, features before and after.
    """
    spread, times = 10.0 ** (6 * X), EPOCH + 60 * X
    return [
        ("boosting", N_FEW, spread, np.log(spread)),
        ("forest", N_TRAIN, spread, standardised(spread)),
        ("forest", N_TRAIN, times, standardised(times)),
    ]
    # --8<-- [end:scaled]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """R² on new samples, the last axis over stages; each arm has the number of
    stages that is best on the other seeds.

    Attributes:
        coded: Shape (n_seeds, n_models, n_ways, n_stages), levels without an
            order.
        ordered: Boosting by way, levels in order.
        scaled: Before and after each change, shape (n_seeds, n_changes, 2,
            n_stages).
    """

    coded: FloatArray
    ordered: FloatArray
    scaled: FloatArray

    def gain(self, model: int, rival: int) -> Interval:
        """One-hot minus a rival, levels without an order."""
        first, second = (self.best(self.coded[:, model, w]) for w in (1, rival))
        return paired_difference(first, second)

    def moved(self, place: int) -> Interval:
        """After a change minus before."""
        before, after = (self.best(self.scaled[:, place, i]) for i in (0, 1))
        return paired_difference(after, before)

    @staticmethod
    def best(rows: FloatArray) -> FloatArray:
        """R² after the chosen number of stages, shape (n_seeds,)."""
        return chosen_elsewhere(rows.T)


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Encode and scale for both models, on the same draws.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    plain, ordered, scaled = [], [], []
    for seed in seeds:
        drawn, sorted_ = draw(False, seed), draw(True, seed)
        plain.append([[coded(m, way, drawn) for way in WAYS] for m in MODELS])
        ordered.append([coded("boosting", way, sorted_) for way in WAYS[:2]])
        y = drawn.y - drawn.y.mean()
        scaled.append(
            [
                [r2(m, X[:n], y[:n], X[N_TRAIN:], y[N_TRAIN:]) for X in pair]
                for m, n, *pair in changes(drawn.X)
            ]
        )
    return Result(np.array(plain), np.array(ordered), np.array(scaled))


def judge(result: Result) -> Outcome:
    """One-hot columns should be worse, and scaling should change nothing."""
    found = [
        Finding(
            f"{MODELS[model]}: one-hot − {WAYS[rival]}, R²",
            result.gain(model, rival),
            "below",
        )
        for rival in (0, 2)
        for model in (0, 1)
    ]
    ordinal, one_hot = (result.best(result.ordered[:, way]) for way in (0, 1))
    found.append(
        Finding(
            "boosting, levels in order: one-hot − ordinal, R²",
            paired_difference(one_hot, ordinal),
            "below",
        )
    )
    names = (
        "boosting, 200 samples: after a logarithm − before, R²",
        "forest: standardised − as it is, R²",
        "forest, seconds since 1970: standardised − as it is, R²",
    )
    return LESSON.judge(
        *found,
        *(
            Finding(name, result.moved(place), "none", 0.01)
            for place, name in enumerate(names)
        ),
    )
