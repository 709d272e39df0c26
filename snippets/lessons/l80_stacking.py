"""Lesson L80: does stacking beat the best single model, and is a soft vote
enough?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn import config_context
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Part, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

PARTS = {"digits": (200, 400, 1797), "breast cancer": (200, 300, 569)}
"""Rows that train, that test, and that the file has."""

LESSON = Lesson(
    "L80",
    "Stacking beats the best single model, and a soft vote is enough",
    "after Wolpert, 1992, and Breiman, 1996",
    "two classes, generated; digits, odd or even; breast cancer",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="any",
        made="both",
        advice=(
            "Stack models that err in different places; never vote with models "
            "of which some are much worse."
        ),
        conditions=(
            Condition("each model sees a part of what matters", part="a"),
            Condition("a line is all there is", rank="limit", part="a"),
            Condition(
                "digits are odd or even", split=PARTS["digits"], part="a"
            ),
            Condition(
                "breast cancer is told", split=PARTS["breast cancer"], part="a"
            ),
            Condition("there are 60 samples", rank="limit", part="a"),
            Condition(
                "each model sees a part, and a soft vote is the rival of "
                "stacking",
                0.01,
                part="b",
            ),
            Condition(
                "a line is all there is, and a soft vote is the rival of "
                "stacking",
                0.01,
                part="b",
            ),
            Condition(
                "digits are odd or even, and a soft vote is the rival of "
                "stacking",
                0.01,
                PARTS["digits"],
                part="b",
            ),
        ),
        parts={
            "a": Part("Stacking beats the best single model", 0),
            "b": Part("A soft vote does as well as stacking", 5),
        },
        held=(
            Held("settings of the four models", "not tuned"),
            Held(
                "strength of the three parts",
                "slopes 1 and 0.5, squares 0.7, step 1.5",
            ),
            Held("number of folds", "3"),
        ),
        reason="A soft vote is enough if it loses less than the margin of all "
        "accuracies: one sample in a hundred.",
    ),
)

DRAWS = tuple(range(20))
FEW = 10
"""Splits of each file."""
SIZES = {"parts": 300, "line": 300, "few": 60}
N_NEW, N_FEATURES, N_FOLDS = 1000, 8, 3
SETS = (*SIZES, *PARTS)
ARMS = ("single", "stacking", "soft vote")


def models() -> list[Any]:
    """Four models of different kinds, without tuning."""
    return [
        LogisticRegression(),
        KNeighborsClassifier(10),
        GaussianNB(),
        DecisionTreeClassifier(min_samples_leaf=5, random_state=0),
    ]


def made(name: str, rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    """Two classes: by a slope alone; or by a slope, a distance from the middle
    and a step as well. One label in ten or so is chance.
    """
    n = SIZES[name] + N_NEW
    X = rng.standard_normal((n, N_FEATURES))
    score = X[:, 0] + 0.5 * X[:, 1]
    if name != "line":
        score += 0.7 * (X[:, 2] ** 2 + X[:, 3] ** 2 - 2)
        score += 1.5 * ((X[:, 4] > 0) & (X[:, 5] > 0)) - 0.4
    noise = rng.logistic(0, 0.3, n)
    return X, (score + noise > 0).astype(np.int64)


def samples(
    name: str, seed: int
) -> tuple[FloatArray, IntArray, FloatArray, IntArray]:
    """Samples to train and new ones, standardised by the first."""
    rng = np.random.default_rng(seed)
    if name in SIZES:
        (X, y), n = made(name, rng), SIZES[name]
    else:
        load = load_digits if name == "digits" else load_breast_cancer
        X, y = load(return_X_y=True)
        y = y % 2
        n, n_new, _ = PARTS[name]
        order = rng.permutation(len(X))[: n + n_new]
        X, y = X[order], y[order]
    centre, size = X[:n].mean(axis=0), X[:n].std(axis=0)
    X = (X - centre) / np.where(size > 0, size, 1)
    return X[:n], y[:n], X[n:], y[n:]


# --8<-- [start:stacked]
def probability(
    model: Any, X: FloatArray, y: IntArray, new: FloatArray
) -> FloatArray:
    """Probability of class 1 by a model that is fitted anew."""
    return np.asarray(clone(model).fit(X, y).predict_proba(new)[:, 1])


def out_of_fold(model: Any, X: FloatArray, y: IntArray) -> FloatArray:
    """Probability of each sample by models that have not seen it."""
    fold, found = np.arange(len(y)) % N_FOLDS, np.empty(len(y))
    for k in range(N_FOLDS):
        out = fold == k
        found[out] = probability(model, X[~out], y[~out], X[out])
    return found


def logit(p: FloatArray) -> FloatArray:
    """Logarithm of the odds, cut at 1 in 100 either way."""
    cut = np.clip(p, 0.01, 0.99)
    return np.asarray(np.log(cut / (1 - cut)))


def combined(X: FloatArray, y: IntArray, new: FloatArray) -> list[FloatArray]:
    """Probability of class 1 for new samples in three ways, as `ARMS`.

    By the single model that is best out of fold; by a logistic regression on
    what all tell out of fold; by the mean of all.

    Args:
        X: Samples, shape (n_samples, n_features).
        y: Classes 0 and 1, shape (n_samples,).
        new: Samples to classify, shape (n_new, n_features).
    """
    known = np.array([out_of_fold(one, X, y) for one in models()])
    told = np.array([probability(one, X, y, new) for one in models()])
    best = int(((known > 0.5) == y).mean(axis=1).argmax())
    above = LogisticRegression()
    stacked = probability(above, logit(known).T, y, logit(told).T)
    return [told[best], stacked, told.mean(axis=0)]
    # --8<-- [end:stacked]


def trial(name: str, seed: int) -> list[float]:
    """Accuracy on new samples by arm."""
    X, y, new, truth = samples(name, seed)
    return [float(((p > 0.5) == truth).mean()) for p in combined(X, y, new)]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Accuracy by set, shape (n_seeds, 3), as `ARMS`."""

    told: dict[str, FloatArray]

    def lead(self, name: str, first: str, second: str) -> Interval:
        """One arm minus another."""
        rows = self.told[name].T
        return paired_difference(
            rows[ARMS.index(first)], rows[ARMS.index(second)]
        )


def run(seeds: Sequence[int] = DRAWS) -> Result:
    """Combine the same models in all ways, on the same samples.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    few = dict.fromkeys(PARTS, seeds[:FEW])
    with config_context(assume_finite=True, skip_parameter_validation=True):
        return Result(
            {
                name: np.array(
                    [trial(name, seed) for seed in few.get(name, seeds)]
                )
                for name in SETS
            }
        )


def judge(result: Result) -> Outcome:
    """Stacking should gain, and a vote should do as well."""
    order = ("parts", "line", "digits", "breast cancer", "few")
    return LESSON.judge(
        *(
            Finding(
                f"{name}: stacking − best single, accuracy",
                result.lead(name, "stacking", "single"),
            )
            for name in order
        ),
        *(
            Finding(
                f"{name}: soft vote − stacking, accuracy",
                result.lead(name, "soft vote", "stacking"),
                "none",
                0.01,
            )
            for name in order[:3]
        ),
    )
