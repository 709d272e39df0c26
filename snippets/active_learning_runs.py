"""Runs of active learning: who asks for which labels, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import entr, expit
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, cross_val_score

from snippets.active_learning import (
    FloatArray,
    IntArray,
    choose,
    entropy,
    farthest_first,
    least_confident,
    small_margin,
    told_by_a_draw,
)

START = 20
"""Digits whose labels everybody has, drawn by chance."""

DOUBTS = {
    "least confident": least_confident,
    "small margin": small_margin,
    "entropy": entropy,
}


class Digits(NamedTuple):
    """A pool to ask in, and digits that judge.

    Attributes:
        pool: Images, shape (997, 64), in an order of chance.
        labels: Their digits, shape (997,): the answers.
        test: Other images, shape (800, 64).
        truth: Their digits, shape (800,).
    """

    pool: FloatArray
    labels: IntArray
    test: FloatArray
    truth: IntArray


def digits(seed: int) -> Digits:
    """Draw a pool and a test set.

    Args:
        seed: Decides which image is where.
    """
    X, y = load_digits(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(y))
    X, y = X[order] / 16, y[order]
    return Digits(X[800:], y[800:], X[:800], y[:800])


class Asked(NamedTuple):
    """What came of a row of questions.

    Attributes:
        rows: The rows of the pool that have a label in the end.
        right: Accuracy on the test set before each round and after the last.
    """

    rows: IntArray
    right: FloatArray


# --8<-- [start:ask]
def ask(data: Digits, rule: str, step: int, n_labels: int) -> Asked:
    """Fit, choose, ask; again until there are enough labels.

    Args:
        data: Pool and test set.
        rule: Whom to ask: a doubt, "farthest first", "spread margin", or
            "chance".
        step: Labels that are asked for in a round.
        n_labels: Labels in the end.
    """
    has = np.arange(START)
    right = []
    while True:
        model = LogisticRegression().fit(data.pool[has], data.labels[has])
        right.append(model.score(data.test, data.truth))
        if len(has) >= n_labels:
            return Asked(has, np.array(right))
        open_rows = np.setdiff1d(np.arange(len(data.pool)), has)
        X, known = data.pool[open_rows], data.pool[has]
        if rule == "chance":
            chosen = np.arange(step)  # the pool is in an order of chance
        elif rule == "farthest first":
            chosen = farthest_first(X, known, step)
        elif rule == "spread margin":
            doubt = small_margin(model.predict_proba(X))
            chosen = choose(doubt, X, known, step)
        else:
            doubt = DOUBTS[rule](model.predict_proba(X))
            chosen = np.argsort(-doubt, kind="stable")[:step]
        has = np.append(has, open_rows[chosen])
        # --8<-- [end:ask]


def own_judgement(data: Digits, rows: IntArray) -> float:
    """Accuracy that cross-validation finds on the labels that are there.

    Args:
        data: Pool and test set.
        rows: Rows of the pool that have a label.
    """
    model = LogisticRegression()
    X, y = data.pool[rows], data.labels[rows]
    folds = KFold(5, shuffle=True, random_state=0)  # a class may be rare
    return float(cross_val_score(model, X, y, cv=folds).mean())


# --8<-- [start:streets]
def streets(
    rule: str, seed: int, n_asked: int = 200, n_clear: int = 20
) -> Mapping[str, float]:
    """Ask on forty streets: some vote nine to one, the others flip coins.

    Args:
        rule: "chance", "doubt" (entropy), or "told".
        seed: Decides the streets and the answers.
        n_asked: Questions in all.
        n_clear: Streets that vote nine to one; they come first.

    Returns:
        The share of these whose majority is known, and that of the questions
        that went to the others.
    """
    rng = np.random.default_rng(seed)
    clear = rng.choice([0.1, 0.9], n_clear)
    share = np.append(clear, np.full(40 - n_clear, 0.5))
    ones, zeros = np.ones(40), np.ones(40)  # before any answer
    to_coins = 0
    for _ in range(n_asked):
        worth = np.zeros(40)
        if rule == "doubt":
            p = ones / (ones + zeros)
            worth = entr(p) + entr(1 - p)
        elif rule == "told":
            worth = told_by_a_draw(ones, zeros)
        at = rng.choice(np.flatnonzero(worth >= worth.max() - 1e-12))
        answer = rng.random() < share[at]
        ones[at] += answer
        zeros[at] += not answer
        to_coins += at >= n_clear
    found = np.sign(ones - zeros)[:n_clear] * np.sign(clear - 0.5)
    known = float(np.mean((found + 1) / 2))  # a draw is half a hit
    return {"known": known, "to coins": to_coins / n_asked}
    # --8<-- [end:streets]


class Groups(NamedTuple):
    """Points in three groups on a line, of which the outer two are one class.

    Attributes:
        X: Points, shape (n_samples, 2).
        y: 0 for the first and the third group, shape (n_samples,).
        group: 0, 1 or 2, shape (n_samples,).
    """

    X: FloatArray
    y: IntArray
    group: IntArray


def groups(n: int, rng: np.random.Generator) -> Groups:
    """Draw them: nine in twenty, nine in twenty, and two in twenty.

    Args:
        n: Points.
        rng: The source of chance.
    """
    group = rng.choice(3, n, p=[0.45, 0.45, 0.1])
    centres = np.array([[-2.0, 0.0], [2.0, 0.0], [7.0, 0.0]])
    X = centres[group] + 0.9 * rng.standard_normal((n, 2))
    return Groups(X, np.array([0, 1, 0])[group], group)


class Search(NamedTuple):
    """How a search for labels in three groups ended.

    Attributes:
        has: Rows that were asked for, in their order.
        right: Accuracy on other points of the third group.
    """

    has: IntArray
    right: float


def boundaries(F: FloatArray, y: IntArray) -> FloatArray:
    """Fit logistic regressions of one shape at once, by Newton's method: those
    of `LogisticRegression()`, with its penalty on all weights but the offset.

    Args:
        F: Features of each, shape (n_fits, n_samples, n_features).
        y: Classes, 0 or 1, shape (n_fits, n_samples).

    Returns:
        Weights, the offset last, shape (n_fits, n_features + 1).
    """
    A = np.concatenate([F, np.ones_like(F[..., :1])], axis=-1)
    penalty = np.append(np.ones(F.shape[-1]), 0.0)
    weights, signs = np.zeros((len(F), A.shape[-1])), 2.0 * y - 1

    def loss(weights: FloatArray) -> FloatArray:
        margins = signs * (A @ weights[..., None])[..., 0]
        price = (penalty * weights**2).sum(axis=-1) / 2
        return np.asarray(np.logaddexp(0, -margins).sum(axis=-1) + price)

    now = loss(weights)
    for _ in range(50):
        share = expit((A @ weights[..., None])[..., 0])
        slope = ((share - y)[..., None] * A).sum(axis=-2) + penalty * weights
        curve = (share * (1 - share))[..., None] * A
        bend = A.mT @ curve + np.diag(penalty)
        step = np.linalg.solve(bend, slope[..., None])[..., 0]
        length = np.ones((len(F), 1))
        for _ in range(20):  # shorter where it would go too far
            ahead = loss(weights - length * step)
            if not (far := ahead > now + 1e-12).any():
                break
            length[far] /= 2
        weights, now = weights - length * step, ahead
        if np.abs(length * step).max() < 1e-6:
            break
    return weights


# --8<-- [start:missed]
def searches(
    by_chance: int, seeds: Sequence[int], n_asked: int = 30
) -> list[Search]:
    """Begin with a label in each of two groups; the third nobody knows of.

    Args:
        by_chance: Each so-many-th question goes to a point drawn by chance,
            the others to the nearest to the boundary; 0 for none, 1 for all.
        seeds: Each decides points and chance of a search of its own; all
            searches ask a question at a time.
        n_asked: Questions in all.
    """
    rngs = [np.random.default_rng(seed) for seed in seeds]
    pools, tests = zip(
        *((groups(600, rng), groups(2000, rng)) for rng in rngs), strict=True
    )
    F = np.array([curved(pool.X) for pool in pools])  # (n_seeds, 600, 4)
    y, each = np.array([pool.y for pool in pools]), np.arange(len(rngs))
    has = np.array(
        [
            [rng.choice(np.flatnonzero(pool.group == k)) for k in (0, 1)]
            for rng, pool in zip(rngs, pools, strict=True)
        ]
    )
    at = each[:, None]
    while has.shape[1] < n_asked + 2:
        if by_chance and has.shape[1] % by_chance == 0:
            asked = [
                rng.choice(np.setdiff1d(np.arange(600), known))
                for rng, known in zip(rngs, has, strict=True)
            ]
        else:
            line = boundaries(F[at, has], y[at, has])
            far = np.abs((F * line[:, None, :-1]).sum(-1) + line[:, -1:])
            far[at, has] = np.inf
            asked = list(far.argmin(axis=1))
        has = np.column_stack([has, asked])
    found = []
    for test, rows, line in zip(
        tests, has, boundaries(F[at, has], y[at, has]), strict=True
    ):
        third = test.group == 2
        said = curved(test.X[third]) @ line[:-1] + line[-1] > 0
        found.append(Search(rows, float((said == test.y[third]).mean())))
    return found


def search(by_chance: int, seed: int, n_asked: int = 30) -> Search:
    """One of the searches; for the arguments see `searches`."""
    return searches(by_chance, [seed], n_asked)[0]


def curved(X: FloatArray) -> FloatArray:
    """Points with their squares: a boundary may bend around both ends."""
    return np.column_stack([X, X**2])
    # --8<-- [end:missed]
