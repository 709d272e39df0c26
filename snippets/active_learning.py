"""Choose whose label to ask for.

Sources: Lewis and Gale 1994 (least confident), Scheffer and others 2001
(margin), Seung and others 1992 (committees), Houlsby and others 2011 (what a
label would tell), Gonzalez 1985 (farthest first).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from scipy.special import digamma, entr

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


# --8<-- [start:doubts]
def least_confident(P: FloatArray) -> FloatArray:
    """Doubt: what the best class lacks to 1.

    Args:
        P: Probabilities of the classes, shape (n_samples, n_classes).
    """
    doubt: FloatArray = 1 - P.max(axis=1)
    return doubt


def small_margin(P: FloatArray) -> FloatArray:
    """Doubt: how near the second class comes to the best, at most 0.

    Args:
        P: Probabilities of the classes, shape (n_samples, n_classes).
    """
    best = np.sort(P, axis=1)[:, -2:]  # (n_samples, 2)
    doubt: FloatArray = best[:, 0] - best[:, 1]
    return doubt


def entropy(P: FloatArray) -> FloatArray:
    """Doubt: how evenly the probability lies on all classes, in nats.

    Args:
        P: Probabilities of the classes, shape (n_samples, n_classes).
    """
    doubt: FloatArray = entr(P).sum(axis=1)
    return doubt
    # --8<-- [end:doubts]


# --8<-- [start:told]
def told_by_a_label(P: FloatArray) -> FloatArray:
    """What a label would tell about which member of a committee is right.

    It is the doubt of the committee less the mean doubt of its members, in
    nats: 0 where all say the same, though all be unsure.

    Args:
        P: What each member says, shape (n_members, n_samples, n_classes).
    """
    together = entropy(P.mean(axis=0))
    alone = np.mean([entropy(each) for each in P], axis=0)
    told: FloatArray = together - alone
    return told


def told_by_a_draw(ones: FloatArray, zeros: FloatArray) -> FloatArray:
    """The same for a share that follows a beta distribution, in closed form.

    Args:
        ones: First parameter: positives seen, and one; shape (n_places,).
        zeros: Second parameter, the same of negatives.
    """
    n = ones + zeros
    together = entr(ones / n) + entr(zeros / n)
    alone = (
        digamma(n + 1)
        - (ones * digamma(ones + 1) + zeros * digamma(zeros + 1)) / n
    )
    told: FloatArray = together - alone
    return told
    # --8<-- [end:told]


# --8<-- [start:far]
def farthest_first(X: FloatArray, known: FloatArray, n_asked: int) -> IntArray:
    """Samples one after the other, each the farthest from all before it.

    Args:
        X: The pool, shape (n_samples, n_features).
        known: Samples that have a label, shape (n_known, n_features).
        n_asked: How many to choose.

    Returns:
        Their rows in the pool, shape (n_asked,).
    """
    far = cdist(X, known, "sqeuclidean").min(axis=1)
    rows = np.empty(n_asked, dtype=np.int64)
    for place in range(n_asked):
        rows[place] = row = far.argmax()
        far = np.minimum(far, ((X - X[row]) ** 2).sum(axis=1))
    return rows
    # --8<-- [end:far]


# --8<-- [start:halve]
def halve(n: int, label: Callable[[int], int]) -> tuple[int, list[int]]:
    """Find where labels along a line turn from 0 to 1.

    Args:
        n: Samples, in their order; the first is 0, the last is 1.
        label: Gives the label of a sample.

    Returns:
        The first sample that is 1, and whose labels were asked for.
    """
    zero, one, asked = 0, n - 1, []
    while one - zero > 1:
        middle = (zero + one) // 2
        asked.append(middle)
        if label(middle):
            one = middle
        else:
            zero = middle
    return one, asked
    # --8<-- [end:halve]


# --8<-- [start:choose]
def choose(
    doubt: FloatArray, X: FloatArray, known: FloatArray, n_asked: int
) -> IntArray:
    """Samples that are in doubt, and not all in the same: half of the rule of
    each.

    Args:
        doubt: Of each sample of the pool, shape (n_samples,).
        X: The pool, shape (n_samples, n_features).
        known: Samples that have a label, shape (n_known, n_features).
        n_asked: How many to choose.

    Returns:
        Of the five times as many that are most in doubt, those that lie
        farthest apart; rows of the pool, shape (n_asked,).
    """
    most = np.argsort(-doubt, kind="stable")[: 5 * n_asked]
    return most[farthest_first(X[most], known, n_asked)]
    # --8<-- [end:choose]
