"""Write three doubts, what a label tells, farthest first, and the search that
halves.

Judge it with `pytest snippets/exercises/test_active_learning.py`.
`python -m snippets.exercises.skeletons active_learning` begins anew.
Given, to be called: `choose`.
"""

from __future__ import annotations

from collections.abc import Callable

from snippets.active_learning import FloatArray, IntArray, choose

__all__ = [
    "choose",
    "entropy",
    "farthest_first",
    "halve",
    "least_confident",
    "small_margin",
    "told_by_a_draw",
    "told_by_a_label",
]


def least_confident(P: FloatArray) -> FloatArray:
    """Doubt: what the best class lacks to 1.

    Args:
        P: Probabilities of the classes, shape (n_samples, n_classes).
    """
    raise NotImplementedError("`max` over the classes")


def small_margin(P: FloatArray) -> FloatArray:
    """Doubt: how near the second class comes to the best, at most 0.

    Args:
        P: Probabilities of the classes, shape (n_samples, n_classes).
    """
    raise NotImplementedError("`np.sort` along the classes; the last two")


def entropy(P: FloatArray) -> FloatArray:
    """Doubt: how evenly the probability lies on all classes, in nats.

    Args:
        P: Probabilities of the classes, shape (n_samples, n_classes).
    """
    raise NotImplementedError("`scipy.special.entr` knows that 0 ln 0 is 0")


def told_by_a_label(P: FloatArray) -> FloatArray:
    """What a label would tell about which member of a committee is right.

    It is the doubt of the committee less the mean doubt of its members, in
    nats: 0 where all say the same, though all be unsure.

    Args:
        P: What each member says, shape (n_members, n_samples, n_classes).
    """
    raise NotImplementedError(
        "the entropy of the mean, less the mean of the entropies"
    )


def told_by_a_draw(ones: FloatArray, zeros: FloatArray) -> FloatArray:
    """The same for a share that follows a beta distribution, in closed form.

    Args:
        ones: First parameter: positives seen, and one; shape (n_places,).
        zeros: Second parameter, the same of negatives.
    """
    raise NotImplementedError(
        "the entropy of the mean share; the mean entropy has three `digamma`"
    )


def farthest_first(X: FloatArray, known: FloatArray, n_asked: int) -> IntArray:
    """Samples one after the other, each the farthest from all before it.

    Args:
        X: The pool, shape (n_samples, n_features).
        known: Samples that have a label, shape (n_known, n_features).
        n_asked: How many to choose.

    Returns:
        Their rows in the pool, shape (n_asked,).
    """
    raise NotImplementedError(
        "keep the distance to the nearest that is known; each choice makes it "
        "smaller"
    )


def halve(n: int, label: Callable[[int], int]) -> tuple[int, list[int]]:
    """Find where labels along a line turn from 0 to 1.

    Args:
        n: Samples, in their order; the first is 0, the last is 1.
        label: Gives the label of a sample.

    Returns:
        The first sample that is 1, and whose labels were asked for.
    """
    raise NotImplementedError(
        "two rows that are known to differ, and the one between them"
    )
