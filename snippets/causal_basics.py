"""Causal effects, the basics: estimates by differences, regression, strata,
weights and both at once; graphs with d-separation; sensitivity.

Sources: Rosenbaum and Rubin 1983 for the propensity score; Robins, Rotnitzky
and Zhao 1994 for the doubly robust estimate; Pearl 2009 for d-separation and
the backdoor criterion; VanderWeele and Ding 2017 for the E-value.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

Graph = Mapping[str, Collection[str]]
"""The direct causes, or parents, of each node; a node that is not a key has
none.
"""


class Estimate(NamedTuple):
    """An effect with its standard error.

    Attributes:
        effect: Outcome if treated less outcome if not, in the outcome's unit.
        error: Its standard error, in the same unit.
    """

    effect: float
    error: float

    def covers(self, truth: float) -> bool:
        """Whether the 95 % interval, 1.96 errors each way, holds the truth."""
        return abs(self.effect - truth) <= 1.96 * self.error


# --8<-- [start:plain]
def difference(a: BoolArray, y: FloatArray) -> Estimate:
    """Mean of the treated less mean of the others.

    Args:
        a: Whether a sample is treated, shape (n,), at least two of each.
        y: Outcomes, shape (n,).

    Returns:
        The difference; its error is the root of the sum of both variances of
        a mean.
    """
    arms = (y[a], y[~a])
    error = np.sqrt(sum(arm.var(ddof=1) / len(arm) for arm in arms))
    return Estimate(float(arms[0].mean() - arms[1].mean()), float(error))


def regression(
    a: BoolArray | FloatArray, given: FloatArray, y: FloatArray
) -> Estimate:
    """The slope of the treatment in a least-squares fit.

    Args:
        a: Treatment, shape (n,).
        given: What to adjust for, shape (n, k), k may be 0.
        y: Outcomes, shape (n,).

    Returns:
        The slope, with its usual error: residual variance times the diagonal
        of the inverse Gram matrix.
    """
    n, k = given.shape
    design = np.column_stack([a, np.ones(n), given]).astype(float)
    inverse = np.linalg.inv(design.T @ design)
    weights = inverse @ (design.T @ y)
    variance = ((y - design @ weights) ** 2).sum() / (n - k - 2)
    return Estimate(float(weights[0]), float(np.sqrt(variance * inverse[0, 0])))


def stratify(a: BoolArray, strata: IntArray, y: FloatArray) -> Estimate:
    """The difference within each stratum, averaged by the size of the strata.

    Args:
        a: Whether a sample is treated, shape (n,).
        strata: Stratum of each sample, shape (n,).
        y: Outcomes, shape (n,).

    Raises:
        ValueError: If a stratum has fewer than two treated or two others.
    """
    effect, variance = 0.0, 0.0
    for each in np.unique(strata):
        own = strata == each
        if min((a & own).sum(), (~a & own).sum()) < 2:
            raise ValueError(f"stratum {each} has too few of one arm")
        inside, share = difference(a[own], y[own]), own.mean()
        effect += share * inside.effect
        variance += (share * inside.error) ** 2
    return Estimate(float(effect), float(np.sqrt(variance)))
    # --8<-- [end:plain]


# --8<-- [start:weights]
def inverse_weights(a: BoolArray, e: FloatArray) -> FloatArray:
    """One over the probability of the treatment that a sample had.

    Args:
        a: Whether a sample is treated, shape (n,).
        e: Propensity scores, shape (n,), between 0 and 1 and neither.

    Raises:
        ValueError: If a score is 0 or below, or 1 or above: such a sample has
            nobody to be compared with.
    """
    if e.min() <= 0 or e.max() >= 1:
        raise ValueError("a propensity score must lie between 0 and 1")
    return np.where(a, 1 / e, 1 / (1 - e))


def weighted_difference(a: BoolArray, y: FloatArray, w: FloatArray) -> float:
    """Weighted mean of the treated less weighted mean of the others.

    Args:
        a: Whether a sample is treated, shape (n,).
        y: Outcomes, shape (n,).
        w: Weights, shape (n,), above 0.
    """
    treated = np.average(y[a], weights=w[a])
    return float(treated - np.average(y[~a], weights=w[~a]))


def effective_size(w: FloatArray) -> float:
    """How many samples of equal weight have a mean that is as sure.

    Args:
        w: Weights, shape (n,), above 0.
    """
    return float(w.sum() ** 2 / (w**2).sum())
    # --8<-- [end:weights]


# --8<-- [start:doubly]
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
    w = inverse_weights(a, e)
    missed = np.where(a, w * (y - m1), -w * (y - m0))
    each = m1 - m0 + missed
    error = each.std(ddof=1) / np.sqrt(len(y))
    return Estimate(float(each.mean()), float(error))
    # --8<-- [end:doubly]


# --8<-- [start:graph]
def ancestors(parents: Graph, nodes: Iterable[str]) -> set[str]:
    """The nodes, and all from which arrows lead to them."""
    found: set[str] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += parents.get(node, ())
    return found


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
    if first in given or second in given:
        raise ValueError("a node is not separated from itself")
    kept = ancestors(parents, {first, second, *given})
    lines: dict[str, set[str]] = {node: set() for node in kept}
    for node in kept:
        family = {node, *parents.get(node, ())}
        for one, other in combinations(family, 2):
            lines[one].add(other)
            lines[other].add(one)
    reached, waiting = {first}, [first]
    while waiting:
        fresh = lines[waiting.pop()] - reached - set(given)
        reached |= fresh
        waiting += fresh
    return second not in reached


def backdoor(
    parents: Graph, treatment: str, outcome: str, given: Collection[str] = ()
) -> bool:
    """Whether a set meets the backdoor criterion (Pearl 2009, 3.3.1).

    Nothing in it follows from the treatment, and it blocks each path between
    the two that begins with an arrow into the treatment.
    """
    if any(treatment in ancestors(parents, [node]) for node in given):
        return False
    cut = {node: set(of) - {treatment} for node, of in parents.items()}
    return separated(cut, treatment, outcome, given)
    # --8<-- [end:graph]


# --8<-- [start:linear]
def total_effects(B: FloatArray) -> FloatArray:
    """What one unit more of each variable brings in each, by all ways.

    Args:
        B: Direct effects, shape (n, n): row i has those on variable i.

    Returns:
        Shape (n, n): field (i, j) is the effect of j on i.
    """
    return np.asarray(np.linalg.inv(np.eye(len(B)) - B), dtype=float)


def implied_covariance(B: FloatArray, noise: FloatArray) -> FloatArray:
    """Covariance of the variables of a linear structural model.

    Args:
        B: Direct effects, shape (n, n).
        noise: Variance of what each variable has of its own, shape (n,).
    """
    total = total_effects(B)
    return (total * noise) @ total.T


def slope_of(
    covariance: FloatArray, a: int, y: int, given: Sequence[int] = ()
) -> float:
    """The slope of `a` in a regression of `y` on `a` and what is given, with
    endless samples.
    """
    on = [a, *given]
    return float(
        np.linalg.solve(covariance[np.ix_(on, on)], covariance[on, y])[0]
    )
    # --8<-- [end:linear]


# --8<-- [start:sensitivity]
def most_confounding(with_treatment: float, with_outcome: float) -> float:
    """The factor by which a hidden confounder can at most move a risk ratio
    (Ding and VanderWeele 2016).

    Args:
        with_treatment: How many times as common a level of it is among one
            arm as among the other, 1 or above.
        with_outcome: By what it multiplies the risk at most, 1 or above.
    """
    product = with_treatment * with_outcome
    return product / (with_treatment + with_outcome - 1)


def e_value(ratio: float) -> float:
    """How strong both ties of a hidden confounder must be to explain a risk
    ratio away (VanderWeele and Ding 2017).

    Args:
        ratio: Risk of the treated over that of the others, above 0.

    Raises:
        ValueError: If the ratio is not above 0.
    """
    if ratio <= 0:
        raise ValueError(f"a risk ratio must be above 0, got {ratio}")
    away = max(ratio, 1 / ratio)
    return float(away + np.sqrt(away * (away - 1)))
    # --8<-- [end:sensitivity]


# --8<-- [start:power]
def rows_needed(effect: float, spread: float, share: float = 0.5) -> float:
    """Samples of an experiment that finds an effect in 80 % of cases.

    From the two normal quantiles, 1.96 for an interval of 95 % and 0.84 for
    80 %; the variance of the difference is spread² / (n share (1 - share)).

    Args:
        effect: Effect to be found, in the unit of the outcome.
        spread: Standard deviation of the outcome within an arm, same unit.
        share: Which share of the samples is treated.
    """
    return (1.96 + 0.84) ** 2 * spread**2 / (effect**2 * share * (1 - share))
    # --8<-- [end:power]
