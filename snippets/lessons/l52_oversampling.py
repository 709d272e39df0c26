"""Lesson L52: does oversampling of the rare class help?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, log_loss, roc_auc_score
from sklearn.tree import DecisionTreeClassifier

from snippets.evidence import paired_difference
from snippets.imbalanced_classes import smote
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Change, Condition, Held, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L52",
    "Oversampling the rare class, as SMOTE does, improves a classifier",
    "Chawla et al., 2002",
    "one positive in twenty, two groups of them, generated",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="any",
        made="generated",
        advice=(
            "Leave the samples as they are, and choose the threshold on "
            "validation samples."
        ),
        conditions=(
            Condition("the threshold is chosen", margin=0.01),
            Condition("the threshold stays at one half", margin=0.01),
            Condition("the order of the scores counts", margin=0.01),
            Condition("the probabilities count", margin=0.01, rank="rival"),
            Condition(
                "a tree is the model and the threshold is chosen", margin=0.01
            ),
        ),
        held=(
            Held(
                "training samples",
                "1,600, one in twenty positive",
                why="with half as many the verdict depended on the seeds",
            ),
            Held("samples that choose the threshold", "4,000"),
            Held("depth of the tree", "4"),
        ),
        changes=(
            Change(
                "more draws", "other seeds left it not settled, or nearly so"
            ),
        ),
        reason="One part in a hundred, as for the accuracy.",
    ),
)

RATE, N_TRAIN, N_VALIDATION, N_NEW, NEIGHBOURS = 0.05, 1600, 4000, 4000, 5
DRAWS = tuple(range(20))
"""Seeds: with ten draws of half as many samples the word hung on which ten."""
ARMS = ("as it is", "class weights", "copies", "SMOTE")
SCORES = ("F1 at one half", "F1 at the chosen threshold", "AUC", "log loss")


def draw(n: int, rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    """Draw samples of five features; positives are two groups."""
    y = (rng.random(n) < RATE).astype(np.int64)
    X = rng.standard_normal((n, 5))
    side = rng.choice([-1.0, 1.0], n)
    X[:, 0] += 1.5 * y
    X[:, 1] += 1.5 * side * y
    return X, y


def balanced(
    X: FloatArray, y: IntArray, arm: str, rng: np.random.Generator
) -> tuple[FloatArray, IntArray]:
    """Add rare samples until both classes are as large; or none, by arm."""
    if arm not in ("copies", "SMOTE"):
        return X, y
    rare, n = X[y == 1], int((y == 0).sum() - (y == 1).sum())
    if arm == "copies":
        more = rare[rng.integers(len(rare), size=n)]
    else:
        more = smote(rare, n, rng, NEIGHBOURS)
    return np.vstack([X, more]), np.concatenate([y, np.ones(n, dtype=int)])


def best_threshold(p: FloatArray, y: IntArray) -> float:
    """The threshold of the highest F1 on these samples."""
    order = np.argsort(-p, kind="stable")
    hits = y[order].cumsum()
    f1 = 2 * hits / (np.arange(1, len(y) + 1) + y.sum())
    return float(p[order][f1.argmax()])


def model_of(name: str, arm: str) -> Any:
    """An untrained model, with class weights if the arm is those."""
    weight = "balanced" if arm == "class weights" else None
    if name == "tree":
        return DecisionTreeClassifier(
            max_depth=4, class_weight=weight, random_state=0
        )
    return LogisticRegression(class_weight=weight)


def score(name: str, arm: str, seed: int) -> list[float]:
    """Score one arm of one model, as in `SCORES`."""
    rng = np.random.default_rng(seed)
    (X, y), (V, v), (T, t) = (
        draw(n, rng) for n in (N_TRAIN, N_VALIDATION, N_NEW)
    )
    model = model_of(name, arm).fit(*balanced(X, y, arm, rng))
    p = model.predict_proba(T)[:, 1]
    cut = best_threshold(model.predict_proba(V)[:, 1], v)
    return [
        float(f1_score(t, p >= 0.5, zero_division=0.0)),
        float(f1_score(t, p >= cut, zero_division=0.0)),
        float(roc_auc_score(t, p)),
        float(log_loss(t, p)),
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Scores by model and arm, each of shape (n_seeds, n_scores)."""

    scores: Mapping[tuple[str, str], FloatArray]

    def of(self, name: str, arm: str, what: str) -> FloatArray:
        """One score a seed, shape (n_seeds,)."""
        return np.asarray(self.scores[name, arm][:, SCORES.index(what)])


def run(seeds: Sequence[int] = DRAWS) -> Result:
    """Train on the same draws, as they are and made even.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    arms = [("logistic", arm) for arm in ARMS]
    arms += [("tree", "as it is"), ("tree", "SMOTE")]
    return Result(
        {
            pair: np.array([score(*pair, seed) for seed in seeds])
            for pair in arms
        }
    )


def judge(result: Result) -> Outcome:
    """SMOTE should gain in each score and with each model."""
    places = (
        ("logistic", SCORES[1], "F1"),
        ("logistic", SCORES[0], "F1"),
        ("logistic", SCORES[2], "AUC"),
        ("logistic", SCORES[3], "loss in nats"),
        ("tree", SCORES[1], "F1"),
    )
    found = []
    for name, what, unit in places:
        arms = [result.of(name, arm, what) for arm in ("SMOTE", "as it is")]
        told = "SMOTE − as it is"
        if what == "log loss":
            arms, told = arms[::-1], "as it is − SMOTE"
        where = f"{name}, {what.removeprefix('F1 ')}"
        if what in ("AUC", "log loss"):
            where = name
        effect = paired_difference(*arms)
        found.append(Finding(f"{where}: {told}, {unit}", effect))
    return LESSON.judge(*found)
