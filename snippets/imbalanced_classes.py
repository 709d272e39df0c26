"""Rare classes: the threshold that costs imply, samples taken away or made, and
probabilities that know the true share again.

Sources: Elkan 2001 (threshold, shift of the share), Chawla and others 2002
(SMOTE), Saerens and others 2002 (correction), Hanley and McNeil 1982 (area
under the ROC curve).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.datasets import load_digits
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from snippets.thresholds import cheapest, sweep

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


# --8<-- [start:costs]
def cost_threshold(alarm: float, miss: float) -> float:
    """The probability from which calling a sample positive is the cheaper.

    Args:
        alarm: Cost of a false alarm, above 0.
        miss: Cost of a miss, above 0, in the same unit.
    """
    return alarm / (alarm + miss)


def mean_cost(
    y: IntArray, called: BoolArray, alarm: float, miss: float
) -> float:
    """What the errors cost, per sample.

    Args:
        y: 1 for a positive, else 0, shape (n_samples,).
        called: Whether a sample is called positive, shape (n_samples,).
        alarm: Cost of a false alarm.
        miss: Cost of a miss, in the same unit.
    """
    wrong = np.where(y == 1, miss * ~called, alarm * called)
    return float(wrong.mean())
    # --8<-- [end:costs]


# --8<-- [start:area]
def roc_area(y: IntArray, scores: FloatArray) -> float:
    """The share of pairs in which the positive scores above the negative; a tie
    is half.

    Args:
        y: 1 for a positive, else 0, shape (n_samples,); both are there.
        scores: Higher means more likely positive, shape (n_samples,).
    """
    ones = int(y.sum())
    ranks = rankdata(scores)[y == 1]  # from 1; ties share their mean
    above = ranks.sum() - ones * (ones + 1) / 2  # less pairs of positives
    return float(above / (ones * (len(y) - ones)))
    # --8<-- [end:area]


# --8<-- [start:prior]
def shift_share(p: FloatArray, before: float, after: float) -> FloatArray:
    """Probabilities for another share of positives, if only the share differs:
    what each class looks like stays the same.

    Args:
        p: Probability of the positive class, shape (n_samples,).
        before: Share of positives that the model was fitted to.
        after: Share of positives where it is used.

    Returns:
        Shape (n_samples,), in the same order as `p`.
    """
    positive = p * after / before
    negative = (1 - p) * (1 - after) / (1 - before)
    return positive / (positive + negative)
    # --8<-- [end:prior]


# --8<-- [start:smote]
def smote(
    rare: FloatArray, n: int, rng: np.random.Generator, k: int = 5
) -> FloatArray:
    """Make samples between rare ones and their nearest rare neighbours.

    Args:
        rare: Samples of the rare class, shape (n_rare, n_features).
        n: How many to make.
        rng: Draws the sample, its neighbour and the way between them.
        k: Neighbours to choose from; fewer if there are not so many.

    Returns:
        Shape (n, n_features).

    Raises:
        ValueError: If there are fewer than two rare samples.
    """
    if len(rare) < 2:
        raise ValueError(f"need two rare samples or more, got {len(rare)}")
    far = ((rare[:, None] - rare) ** 2).sum(axis=-1)  # (n_rare, n_rare)
    np.fill_diagonal(far, np.inf)  # none is its own neighbour
    k = min(k, len(rare) - 1)
    near = far.argsort(axis=1, kind="stable")[:, :k]
    start = rng.integers(len(rare), size=n)
    end = near[start, rng.integers(k, size=n)]
    way = rng.random((n, 1))  # one number a sample: it lies on the line
    return np.asarray(rare[start] + way * (rare[end] - rare[start]))
    # --8<-- [end:smote]


# --8<-- [start:segments]
def segments(
    made: FloatArray, rare: FloatArray, k: int = 5
) -> tuple[IntArray, IntArray, FloatArray]:
    """Find for each made sample a rare one, a neighbour of it, and how far it
    lies on the way from one to the other: what defines SMOTE.

    Args:
        made: Shape (n, n_features).
        rare: Samples of the rare class, all different.
        k: Neighbours of each that count.

    Returns:
        Rows of `rare` where the ways begin and end, and the part of the way,
        from 0 to 1; each of shape (n,).

    Raises:
        ValueError: If a made sample lies on no such way.
    """
    far = np.linalg.norm(rare[:, None] - rare, axis=-1)
    begin, end = np.nonzero(far.argsort(axis=1).argsort(axis=1) <= k)
    begin, end = begin[begin != end], end[begin != end]
    line = rare[end] - rare[begin]  # (n_ways, n_features)
    offset = made[:, None] - rare[begin]  # (n, n_ways, n_features)
    way = (offset * line).sum(-1) / (line**2).sum(-1)
    way = np.clip(way, 0, 1)
    miss = np.linalg.norm(offset - way[..., None] * line, axis=-1)
    on = miss <= 1e-9 * far.max()
    at = on.argmax(axis=1)  # the first: the nearest would be rounding's choice
    if not on.any(axis=1).all():
        raise ValueError("a made sample lies on no way to a neighbour")
    return begin[at], end[at], way[np.arange(len(made)), at]
    # --8<-- [end:segments]


# --8<-- [start:even]
def make_even(
    X: FloatArray, y: IntArray, how: str, rng: np.random.Generator
) -> tuple[FloatArray, IntArray]:
    """Take common samples away or add rare ones, until both classes are as
    large.

    Args:
        X: Samples to train, shape (n_samples, n_features).
        y: 1 for a rare one, else 0, shape (n_samples,).
        how: "fewer" drops common samples, "copies" repeats rare ones, "SMOTE"
            makes rare ones; anything else leaves the samples alone.
        rng: Draws which.
    """
    rare, common = np.flatnonzero(y == 1), np.flatnonzero(y == 0)
    lack = len(common) - len(rare)
    if how == "fewer":
        kept = rng.choice(common, len(rare), replace=False)
        rows = np.concatenate([rare, kept])
        return X[rows], y[rows]
    if how == "copies":
        more = X[rng.choice(rare, lack)]
    elif how == "SMOTE":
        more = smote(X[rare], lack, rng)
    else:
        return X, y
    return np.vstack([X, more]), np.append(y, np.ones(lack, dtype=y.dtype))
    # --8<-- [end:even]


# --8<-- [start:draw]
def draw(
    n: int, share: float, rng: np.random.Generator
) -> tuple[FloatArray, IntArray]:
    """Samples of two round clouds of four features; logistic regression is the
    right form.

    Args:
        n: How many.
        share: Of them that are positive, rounded to whole samples.
        rng: Draws the samples.
    """
    y = (np.arange(n) < round(n * share)).astype(int)
    X = rng.standard_normal((n, 4)) + np.outer(y, [1.5, 1.0, 0.5, 0.0])
    return X, y
    # --8<-- [end:draw]


# --8<-- [start:arms]
ARMS = ("as it is", "weights", "fewer", "copies", "SMOTE")


def said(seed: int) -> tuple[FloatArray, IntArray]:
    """What five models say of 6,000 new samples, of which 1 in 20 is positive.

    All are fitted to the same 4,000 samples, which are made even by weights,
    by leaving samples out, by copies or by SMOTE; or not.

    Args:
        seed: Draws the samples.

    Returns:
        Probabilities by arm, shape (5, 6000), and classes, shape (6000,).
    """
    rng = np.random.default_rng(seed)
    (X, y), (new, truth) = draw(4000, 0.05, rng), draw(6000, 0.05, rng)
    found = []
    for arm in ARMS:
        weight = "balanced" if arm == "weights" else None
        model = LogisticRegression(class_weight=weight)
        model.fit(*make_even(X, y, arm, rng))
        found.append(model.predict_proba(new)[:, 1])
    return np.array(found), truth
    # --8<-- [end:arms]


TRIED = ("as it is", "weights", "fewer", "SMOTE", "copies")
CUTS = ("one half", "by costs", "chosen")
MISSES, RARE = (2.0, 10.0, 50.0), (3, 8, 9)
SETTINGS = {
    "logistic": (0.3, 3.0),  # the inverse of the penalty
    "naive Bayes": (1e-2, 1e-1),  # what is added to the variances
}
SLOW_SETTINGS = {
    "boosting": (0.1, 0.3),  # the learning rate
    "forest": (1, 5),  # the smallest leaf
}
"""Models whose costs `imbalanced_costs` stores."""


def table_costs(name: str, seeds: Sequence[int]) -> FloatArray:
    """What errors cost per 100 new digits, the mean over those of `RARE`.

    Args:
        name: A model of `SETTINGS` or `SLOW_SETTINGS`.
        seeds: One a split.

    Returns:
        Shape (n_seeds, len(TRIED), len(CUTS), len(MISSES)).
    """
    X, digits = load_digits(return_X_y=True)
    found = [
        [split_costs(name, X / 16, 1 * (digits == one), seed) for one in RARE]
        for seed in seeds
    ]
    return np.asarray(100 * np.mean(found, axis=1))


def split_costs(name: str, X: FloatArray, y: IntArray, seed: int) -> FloatArray:
    """What errors cost in one split of a table.

    A third of the rows is new. Of the others two thirds fit two settings for
    each way to make them even, and one third chooses: the setting, and the cut
    too where it is "chosen".

    Args:
        name: A model of `SETTINGS` or `SLOW_SETTINGS`.
        X: Features, shape (n_samples, n_features).
        y: 1 for a rare one, else 0, shape (n_samples,).
        seed: Splits the rows and draws what is made or left out.

    Returns:
        Mean cost of a new sample, where an alarm costs 1 and a miss one of
        `MISSES`, shape (len(TRIED), len(CUTS), len(MISSES)).
    """
    rng = np.random.default_rng(seed)
    A, B, a, b = train_test_split(
        X, y, test_size=1 / 3, stratify=y, random_state=seed
    )
    F, V, f, v = train_test_split(
        A, a, test_size=1 / 3, stratify=a, random_state=seed
    )
    found = []
    for how in TRIED:
        rows, tries = make_even(F, f, how, rng), []
        before = f.mean() if how == "as it is" else 0.5
        for setting in (SETTINGS | SLOW_SETTINGS)[name]:
            model = model_of(name, setting, how == "weights").fit(*rows)
            held, new = (model.predict_proba(Q)[:, 1] for Q in (V, B))
            cuts = cuts_of(held, v, before, f.mean())
            tries.append([costs_at(held, v, cuts), costs_at(new, b, cuts)])
        chooses, judges = np.array(tries).swapaxes(0, 1)
        best = chooses.argmin(axis=0)[None]  # a setting for each cut and cost
        found.append(np.take_along_axis(judges, best, axis=0)[0])
    return np.array(found)


def model_of(name: str, setting: float, even: bool) -> Any:
    """A model to fit, with weights that make the classes even or without."""
    weight = "balanced" if even else None
    if name == "logistic":
        return LogisticRegression(
            C=setting, class_weight=weight, solver="newton-cholesky"
        )
    if name == "boosting":
        return HistGradientBoostingClassifier(
            max_iter=50, learning_rate=setting, class_weight=weight
        )
    if name == "forest":
        return RandomForestClassifier(
            50,
            min_samples_leaf=int(setting),
            class_weight="balanced_subsample" if even else None,
            random_state=0,
        )
    return GaussianNB(
        priors=[0.5, 0.5] if even else None, var_smoothing=setting
    )


def cuts_of(
    p: FloatArray, y: IntArray, before: float, after: float
) -> FloatArray:
    """Cuts of probabilities that were learned at another share of positives,
    shape (len(CUTS), len(MISSES)).
    """
    held = sweep(y, p)
    theory = np.array([cost_threshold(1, miss) for miss in MISSES])
    return np.array(
        [
            np.full(len(MISSES), 0.5),
            shift_share(theory, after, before),  # the cut moves, not p
            [cheapest(held, 1, miss) for miss in MISSES],
        ]
    )


def costs_at(p: FloatArray, y: IntArray, cuts: FloatArray) -> FloatArray:
    """Mean cost for each cut, in the shape of `cuts`."""
    return np.array(
        [
            [
                mean_cost(y, p >= cut, 1, miss)
                for cut, miss in zip(row, MISSES, strict=True)
            ]
            for row in cuts
        ]
    )


# --8<-- [start:leak]
def leak(how: str, first: bool, seed: int) -> float:
    """Cross-validate a tree on noise, made even before the split or inside it.

    Args:
        how: As `make_even` has it.
        first: Whether all samples are made even before they are split.
        seed: Draws 300 samples of five features, of which 1 in 10 is positive
            whatever its features, and all else.

    Returns:
        Mean area under the ROC curve over three parts; the truth is 0.5.
    """
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((300, 5)), (np.arange(300) < 30).astype(int)
    if first:
        X, y = make_even(X, y, how, rng)
    areas = []
    parts = StratifiedKFold(3, shuffle=True, random_state=seed)
    for fit, held in parts.split(X, y):
        A, a = X[fit], y[fit]
        if not first:
            A, a = make_even(A, a, how, rng)
        tree = DecisionTreeClassifier(random_state=seed).fit(A, a)
        areas.append(roc_area(y[held], tree.predict_proba(X[held])[:, 1]))
    return float(np.mean(areas))
    # --8<-- [end:leak]


# --8<-- [start:thinned]
KEPT = (1, 5, 20, 99)


def thinned(seed: int) -> FloatArray:
    """Keep some common samples for each rare one, of 10,000 at 1 in 100.

    Args:
        seed: Draws these, 20,000 new ones, and which are kept.

    Returns:
        Log loss on new samples for each number of `KEPT`, the share put right,
        shape (4,).
    """
    rng = np.random.default_rng(seed)
    (X, y), (new, truth) = draw(10000, 0.01, rng), draw(20000, 0.01, rng)
    losses = []
    for kept in KEPT:
        common = 100 + rng.permutation(9900)[: 100 * kept]
        rows = np.append(np.arange(100), common)  # the rare come first
        model = LogisticRegression().fit(X[rows], y[rows])
        p = model.predict_proba(new)[:, 1]
        p = shift_share(p, 1 / (1 + kept), 0.01)
        losses.append(log_loss(truth, p))
    return np.array(losses)
    # --8<-- [end:thinned]
