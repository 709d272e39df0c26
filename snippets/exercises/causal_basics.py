"""Write estimates of an effect, d-separation, the backdoor criterion and the
E-value.

Judge it with `pytest snippets/exercises/test_causal_basics.py`.
`python -m snippets.exercises.skeletons causal_basics` begins anew.
Given, to be called: `Estimate`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from snippets.causal_basics import (
    BoolArray,
    Estimate,
    FloatArray,
    Graph,
    IntArray,
)

__all__ = [
    "Estimate",
    "ancestors",
    "backdoor",
    "difference",
    "doubly_robust",
    "e_value",
    "effective_size",
    "inverse_weights",
    "most_confounding",
    "separated",
    "stratify",
    "weighted_difference",
]


def difference(a: BoolArray, y: FloatArray) -> Estimate:
    """Mean of the treated less mean of the others.

    Args:
        a: Whether a sample is treated, shape (n,), at least two of each.
        y: Outcomes, shape (n,).

    Returns:
        The difference; its error is the root of the sum of both variances of
        a mean.
    """
    raise NotImplementedError(
        "the variance of a mean is `var(ddof=1)` over its number; add both"
    )


def stratify(a: BoolArray, strata: IntArray, y: FloatArray) -> Estimate:
    """The difference within each stratum, averaged by the size of the strata.

    Args:
        a: Whether a sample is treated, shape (n,).
        strata: Stratum of each sample, shape (n,).
        y: Outcomes, shape (n,).

    Raises:
        ValueError: If a stratum has fewer than two treated or two others.
    """
    raise NotImplementedError(
        "`difference` in each stratum, times its share of all samples; errors "
        "add as squares"
    )


def inverse_weights(a: BoolArray, e: FloatArray) -> FloatArray:
    """One over the probability of the treatment that a sample had.

    Args:
        a: Whether a sample is treated, shape (n,).
        e: Propensity scores, shape (n,), between 0 and 1 and neither.

    Raises:
        ValueError: If a score is 0 or below, or 1 or above: such a sample has
            nobody to be compared with.
    """
    raise NotImplementedError("`np.where`: one over e, or over 1 - e")


def weighted_difference(a: BoolArray, y: FloatArray, w: FloatArray) -> float:
    """Weighted mean of the treated less weighted mean of the others.

    Args:
        a: Whether a sample is treated, shape (n,).
        y: Outcomes, shape (n,).
        w: Weights, shape (n,), above 0.
    """
    raise NotImplementedError("`np.average` with weights, in each arm")


def effective_size(w: FloatArray) -> float:
    """How many samples of equal weight have a mean that is as sure.

    Args:
        w: Weights, shape (n,), above 0.
    """
    raise NotImplementedError("the squared sum over the sum of squares")


def doubly_robust(
    a: BoolArray, y: FloatArray, e: FloatArray, m0: FloatArray, m1: FloatArray
) -> Estimate:
    """The effect that two models of the outcome say, mended by what they miss.

    Args:
        a: Whether a sample is treated, shape (n,).
        y: Outcomes, shape (n,).
        e: Propensity scores, shape (n,).
        m0: Outcomes that are predicted without treatment, shape (n,).
        m1: Outcomes that are predicted with it, shape (n,).
    """
    raise NotImplementedError(
        "m1 - m0, plus the weighted miss of the arm that was seen, with its "
        "sign"
    )


def ancestors(parents: Graph, nodes: Iterable[str]) -> set[str]:
    """The nodes, and all from which arrows lead to them."""
    raise NotImplementedError(
        "a list of nodes that wait; add parents until it is empty"
    )


def separated(
    parents: Graph, first: str, second: str, given: Collection[str] = ()
) -> bool:
    """Whether a set d-separates two nodes: blocks each path between them.

    Of the two nodes, the set and their ancestors, parents of one child are
    joined and arrows become lines. The set separates if each way along the
    lines leads through it (Lauritzen and others 1990).

    Raises:
        ValueError: If one of the two nodes is in the set.
    """
    raise NotImplementedError(
        "keep ancestors, join parents of one child, walk without stepping into "
        "the set"
    )


def backdoor(
    parents: Graph, treatment: str, outcome: str, given: Collection[str] = ()
) -> bool:
    """Whether a set meets the backdoor criterion (Pearl 2009, 3.3.1).

    Nothing in it follows from the treatment, and it blocks each path between
    the two that begins with an arrow into the treatment.
    """
    raise NotImplementedError(
        "no descendants in the set; cut the arrows that leave the treatment, "
        "then `separated`"
    )


def most_confounding(with_treatment: float, with_outcome: float) -> float:
    """The factor by which a hidden confounder can at most move a risk ratio
    (Ding and VanderWeele 2016).

    Args:
        with_treatment: How many times as common a level of it is among one
            arm as among the other, 1 or above.
        with_outcome: By what it multiplies the risk at most, 1 or above.
    """
    raise NotImplementedError("the product over the sum less 1")


def e_value(ratio: float) -> float:
    """How strong both ties of a hidden confounder must be to explain a risk
    ratio away (VanderWeele and Ding 2017).

    Args:
        ratio: Risk of the treated over that of the others, above 0.

    Raises:
        ValueError: If the ratio is not above 0.
    """
    raise NotImplementedError("below 1, invert first")
