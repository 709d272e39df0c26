"""Chapter 7: what a majority would gain if its members erred independently of
each other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


# --8<-- [start:majority]
def majority(rates: Sequence[float]) -> float:
    """Chance that more than half of the members are right, if they err
    independently.

    Args:
        rates: How often each member is right, from 0 to 1, shape (n_members,),
            no unit; an odd number of them, so that there is no tie.

    Returns:
        Chance that the majority is right, no unit.

    Raises:
        ValueError: If the number of members is even, or a rate is no share.
    """
    if len(rates) % 2 == 0:
        raise ValueError(
            f"an odd number of members is needed, got {len(rates)}"
        )
    if not all(0 <= rate <= 1 for rate in rates):
        raise ValueError(f"rates must be from 0 to 1, got {list(rates)}")
    chance = np.ones(1)  # of 0, 1, 2, ... members being right
    for rate in rates:
        chance = np.convolve(chance, [1 - rate, rate])
    return float(chance[len(rates) // 2 + 1 :].sum())
    # --8<-- [end:majority]
