"""Rollout of a new model: what shadow and canary learn of it, and from how many
requests.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from snippets.evidence import Interval, mean_interval

BoolArray = NDArray[np.bool_]


# --8<-- [start:judge]
def shadow_gap(old: BoolArray, new: BoolArray) -> tuple[float, float]:
    """Both models answer each request, users see the old one.

    Args:
        old: Whether the old model was right, shape (n_requests,).
        new: The same of the new one, for the same requests.

    Returns:
        Accuracy of the new model minus that of the old, and the standard
        error of this difference of pairs.
    """
    gaps = new.astype(float) - old
    return float(gaps.mean()), float(gaps.std() / np.sqrt(len(gaps)))


def canary_gap(
    old: BoolArray, new: BoolArray, share: float, rng: np.random.Generator
) -> tuple[float, float]:
    """Each request is answered by one model, by the new one with a chance.

    Args:
        old: Whether the old model would be right, shape (n_requests,).
        new: The same of the new one.
        share: Chance that the new one is asked.
        rng: Chooses.

    Returns:
        The same as `shadow_gap`, of two groups that share no request.
    """
    asked = rng.random(len(old)) < share
    a, b = old[~asked], new[asked]
    if not len(a) or not len(b):
        return 0.0, float("inf")
    variance = a.var() / len(a) + b.var() / len(b)
    return float(b.mean() - a.mean()), float(np.sqrt(variance))
    # --8<-- [end:judge]


def answers(
    n_requests: int,
    old: float,
    new: float,
    both: float,
    rng: np.random.Generator,
) -> tuple[BoolArray, BoolArray]:
    """Whether each of two models is right, for each request.

    Args:
        n_requests: How many requests.
        old: Chance that the old model is right.
        new: Chance that the new one is.
        both: Chance that both are, at most the smaller of the two.
        rng: Draws.

    Raises:
        ValueError: If no two models can have these chances.
    """
    only_old, only_new = old - both, new - both
    rest = 1 - both - only_old - only_new
    if min(only_old, only_new, both, rest) < -1e-12:
        raise ValueError(
            f"no two models are right with chance {old} and {new}, and both "
            f"with {both}"
        )
    place = rng.random(n_requests)
    in_both, in_old = place < both, place < both + only_old
    return in_old, in_both | (~in_old & (place < both + only_old + only_new))


def detection(
    n_requests: int,
    share: float,
    seeds: Sequence[int],
    n_rollouts: int = 50,
    new: float = 0.88,
) -> Interval:
    """Share of rollouts that show the new model to be worse.

    It is shown where the difference is below zero by 1.96 standard errors.

    Args:
        n_requests: Requests until somebody looks.
        share: Chance of a request to be answered by the new model; 0 for a
            shadow.
        seeds: Each gives one share of `n_rollouts` rollouts.
        n_rollouts: Rollouts a seed.
        new: Accuracy of the new model; that of the old is 0.90, and of 100
            requests that the worse of them has right, the other has 99.
    """
    shares: list[float] = []
    for seed in seeds:
        rng = np.random.default_rng([seed, n_requests])
        found = 0
        for _ in range(n_rollouts):
            both = answers(n_requests, 0.9, new, 0.99 * min(0.9, new), rng)
            gap, error = (
                canary_gap(*both, share, rng) if share else shadow_gap(*both)
            )
            found += gap < -1.96 * error
        shares.append(found / n_rollouts)
    return mean_interval(shares)
