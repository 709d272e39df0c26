"""Lesson L70: does PCA before a classifier help?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn import config_context
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Change, Condition, Held, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

PARTS = {
    "digits": (200, 100, 400, 1797),
    "breast cancer": (200, 100, 200, 569),
    "wine": (70, 40, 60, 178),
}
"""Rows that train, that choose, that test, and that the file has."""


def _split(name: str) -> tuple[int, int, int]:
    """Rows that fit a model in any way, that test, and that the file has."""
    train, choose, test, rows = PARTS[name]
    return train + choose, test, rows


LESSON = Lesson(
    "L70",
    "PCA before a classifier makes it more accurate",
    "after Jolliffe, 2002, chapter 9",
    "digits, breast cancer and wine; two classes of 60 features, generated",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="any",
        made="both",
        advice=(
            "Try PCA as one more setting, and choose it as you choose the "
            "others; never put it before a tree by habit."
        ),
        conditions=(
            Condition(
                "digits are told, mean of four models", split=_split("digits")
            ),
            Condition(
                "breast cancer is told, mean of four models",
                split=_split("breast cancer"),
            ),
            Condition(
                "wine is told, mean of four models", split=_split("wine")
            ),
            Condition("naive Bayes tells digits", split=_split("digits")),
            Condition("a tree tells digits", split=_split("digits")),
            Condition(
                "classes differ along a direction in which each is wide"
                ", generated"
            ),
            Condition(
                "classes differ along a direction in which each is narrow"
                ", generated",
                rank="limit",
            ),
            *(
                Condition(
                    f"{model} meets the narrow direction, {step}",
                    rank="control",
                )
                for model in ("naive Bayes", "a tree")
                for step in ("turned only", "turned, then cut to 0.9")
            ),
        ),
        held=(
            Held(
                "settings that PCA met",
                "the second of the model's three",
                why="so that both sides have three settings",
            ),
            Held("shares of variance tried", "0.8, 0.9 and 0.99"),
            Held("samples that choose a setting", "40 to 100"),
        ),
        changes=(
            Change("three settings for each arm, not four", "not recorded"),
            Change(
                "an arm that turns and drops nothing",
                "PCA turns and drops, and the text named one of them",
            ),
        ),
    ),
)

LOADERS = (load_digits, load_breast_cancer, load_wine)
MADE = ("wide", "narrow")
SETS = (*PARTS, *MADE)
MODELS = ("logistic", "neighbours", "naive Bayes", "tree")
SHARES = (0.8, 0.9, 0.99)
"""Of the variance that PCA keeps: three settings, as the models have."""
TAKEN_APART = ("naive Bayes", "tree")
"""Models that a turn changes, each at its second setting."""
STEPS = ("plain", "turned", "cut")
"""Features as they are, all principal components, and 0.9 of the variance."""
SIZES = (100, 50, 500)
"""Generated samples that train, that choose, that test."""


# --8<-- [start:arms]
def settings(model: str) -> list[Any]:
    """Three settings of a model; the second is the one that PCA meets."""
    if model == "logistic":
        strengths = (0.1, 1.0, 10.0)
        return [LogisticRegression(C=c, max_iter=200) for c in strengths]
    if model == "neighbours":
        return [KNeighborsClassifier(k) for k in (1, 5, 20)]
    if model == "naive Bayes":
        least = (1e-9, 1e-3, 1e-1)
        return [GaussianNB(var_smoothing=share) for share in least]
    depths = (4, None, 8)
    return [DecisionTreeClassifier(max_depth=d, random_state=0) for d in depths]


def best(
    models: Sequence[Any],
    sets: Sequence[tuple[FloatArray, ...]],
    targets: tuple[IntArray, ...],
) -> float:
    """Accuracy on the test of the setting that is best on what chooses.

    Args:
        models: A setting each.
        sets: For each, features of the samples that train, choose and test.
        targets: Their classes.
    """
    y, chooses, truth = targets
    fitted = [one.fit(X, y) for one, (X, *_) in zip(models, sets, strict=True)]
    right = [
        (one.predict(choose) == chooses).mean()
        for one, (_, choose, _) in zip(fitted, sets, strict=True)
    ]
    place = int(np.argmax(right))
    return float((fitted[place].predict(sets[place][2]) == truth).mean())
    # --8<-- [end:arms]


def made(which: str, rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    """Two classes that differ along one of the 60 principal directions of each,
    with variances from 1 down to 1 / 60: the first or the last.
    """
    n = sum(SIZES)
    y = rng.integers(2, size=n)
    size = 1 / np.sqrt(np.arange(1, 61))
    place = 0 if which == "wide" else -1
    Z = rng.standard_normal((n, 60)) * size
    Z[:, place] += 2 * size[place] * (2 * y - 1)
    turn, _ = np.linalg.qr(rng.standard_normal((60, 60)))
    return Z @ turn, y


def parts(name: str, seed: int) -> tuple[list[FloatArray], list[IntArray]]:
    """Samples that train, choose and test, standardised by the first."""
    rng = np.random.default_rng(seed)
    if name in MADE:
        X, y = made(name, rng)
        sizes: tuple[int, ...] = SIZES
    else:
        X, y = LOADERS[SETS.index(name)](return_X_y=True)
        sizes = PARTS[name][:3]
        order = rng.permutation(len(X))
        X, y = X[order], y[order]
    ends = np.cumsum(sizes)
    cuts = [slice(end - n, end) for end, n in zip(ends, sizes, strict=True)]
    if name not in MADE:
        centre, size = X[cuts[0]].mean(axis=0), X[cuts[0]].std(axis=0)
        X = (X - centre) / np.where(size > 0, size, 1)
    return [X[cut] for cut in cuts], [y[cut] for cut in cuts]


def trial(name: str, seed: int) -> list[list[float]]:
    """Accuracy without PCA and with it, by model."""
    features, targets = parts(name, seed)
    plain = tuple(features)
    turned = []
    for share in SHARES:
        pca = PCA(share, svd_solver="full").fit(features[0])
        turned.append(tuple(pca.transform(X) for X in features))
    found = []
    for model in MODELS:
        fixed = [settings(model)[1] for _ in SHARES]
        found.append(
            [
                best(settings(model), [plain] * 3, tuple(targets)),
                best(fixed, turned, tuple(targets)),
            ]
        )
    return found


def apart(name: str, seed: int) -> list[list[float]]:
    """Accuracy after each of `STEPS`, by the models that are taken apart."""
    features, (y, _, truth) = parts(name, seed)
    known, new = features[0], features[2]
    sets = [(known, new)]
    for share in (None, 0.9):
        pca = PCA(share, svd_solver="full").fit(known)
        sets.append((pca.transform(known), pca.transform(new)))
    return [
        [
            float((settings(model)[1].fit(X, y).predict(Z) == truth).mean())
            for X, Z in sets
        ]
        for model in TAKEN_APART
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What came of all arms.

    Attributes:
        accuracy: Without PCA and with it, shape (n_sets, n_seeds, n_models, 2).
        apart: On the narrow direction, shape (n_seeds, 2, 3), by `TAKEN_APART`
            and `STEPS`.
    """

    accuracy: FloatArray
    apart: FloatArray

    def gain(self, name: str, model: str = "") -> Interval:
        """With PCA minus without, of one model or of the mean of all."""
        rows = self.accuracy[SETS.index(name)]
        chosen = rows[:, MODELS.index(model)] if model else rows.mean(axis=1)
        return paired_difference(chosen[:, 1], chosen[:, 0])

    def step(self, model: str, step: int) -> Interval:
        """Accuracy after one of `STEPS` minus that after the one before it."""
        rows = self.apart[:, TAKEN_APART.index(model)]
        return paired_difference(rows[:, step], rows[:, step - 1])


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Train all models with PCA and without, on the same samples.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    with config_context(assume_finite=True, skip_parameter_validation=True):
        found = [[trial(name, seed) for seed in seeds] for name in SETS]
        steps = [apart("narrow", seed) for seed in seeds]
    return Result(np.array(found), np.array(steps))


def judge(result: Result) -> Outcome:
    """PCA should gain everywhere."""
    cases = [(name, "") for name in PARTS]
    cases += [("digits", MODELS[2]), ("digits", MODELS[3])]
    cases += [(name, "") for name in MADE]
    return LESSON.judge(
        *(
            Finding(
                f"{name}, {model or 'four models'}: with PCA − without, "
                "accuracy",
                result.gain(name, model),
            )
            for name, model in cases
        ),
        *(
            Finding(
                f"narrow, {model}: {STEPS[step]} − {STEPS[step - 1]}, accuracy",
                result.step(model, step),
            )
            for model in TAKEN_APART
            for step in (1, 2)
        ),
    )
