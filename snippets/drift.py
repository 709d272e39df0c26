"""Has the data changed since the model was trained? The Kolmogorov-Smirnov
test, and its errors.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import ks_2samp

from snippets.evidence import Interval, mean_interval

FloatArray = NDArray[np.float64]


# --8<-- [start:gap]
def largest_gap(reference: FloatArray, current: FloatArray) -> float:
    """Largest difference between the shares of samples below a value, over all
    values.

    This is the statistic of Kolmogorov and Smirnov: 0 for equal samples, 1 for
    samples that do not overlap.

    Args:
        reference: Values of one feature at training time, shape (n_reference,).
        current: Its values now, shape (n_current,).

    Raises:
        ValueError: If one of them is empty.
    """
    if not len(reference) or not len(current):
        raise ValueError(
            f"need samples then and now, got {len(reference)} and "
            f"{len(current)}"
        )
    values = np.concatenate([reference, current])
    then = np.searchsorted(np.sort(reference), values, side="right") / len(
        reference
    )
    now = np.searchsorted(np.sort(current), values, side="right") / len(current)
    return float(np.abs(then - now).max())
    # --8<-- [end:gap]


# --8<-- [start:alarm]
def alarm(
    reference: FloatArray, current: FloatArray, level: float = 0.01
) -> bool:
    """Say whether one feature has drifted.

    Args:
        reference: Its values at training time, shape (n_reference,).
        current: Its values now, shape (n_current,).
        level: Share of false alarms that we accept.

    Raises:
        ValueError: If the level is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level}")
    return bool(ks_2samp(reference, current, method="asymp").pvalue < level)


def alarm_rate(
    shift: float,
    n_samples: int,
    seeds: Sequence[int],
    n_looks: int = 100,
    level: float = 0.01,
) -> Interval:
    """Share of looks that raise the alarm when the mean has moved.

    Args:
        shift: How far, in standard deviations; 0 for data that did not drift.
        n_samples: Samples then, and as many now.
        seeds: Each gives one share, over `n_looks` draws of normal samples.
        n_looks: Looks a seed.
        level: Share of false alarms that we accept.
    """
    shares: list[float] = []
    for seed in seeds:
        draws = np.random.default_rng(seed).standard_normal(
            (n_looks, 2, n_samples)
        )
        alarms = [alarm(then, now + shift, level) for then, now in draws]
        shares.append(sum(alarms) / n_looks)
    return mean_interval(shares)
    # --8<-- [end:alarm]
