"""Digits to learn from, and digits of other hands to be judged by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.digits import Digits, load

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

N_TRAIN = 1000
"""Images to learn from, of about 1,280 on the forms that are not set aside."""

N_NEW_FORMS = 4
"""Forms of 14 that are set aside: about 510 images by hands that nobody learns
from.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Hands:
    """Images to learn from, and new ones.

    Attributes:
        X: Training images, shape (1000, 64), ink from 0 to 1.
        y: Their digits, shape (1000,).
        new: New images, shape (n_new, 64).
        truth: Their digits, shape (n_new,).
    """

    X: FloatArray
    y: IntArray
    new: FloatArray
    truth: IntArray


# --8<-- [start:draw]
def draw(seed: int, known: bool = False, digits: Digits | None = None) -> Hands:
    """Set whole forms aside for the test, or rows as they come.

    Args:
        seed: Which draw.
        known: Whether the new images are any images not learned from, so that
            their hands are known; otherwise they are all images of four forms,
            and no other.
        digits: The images, if they have been loaded already.
    """
    digits, rng = digits or load(), np.random.default_rng(seed)
    order, forms = (
        rng.permutation(len(digits.y)),
        rng.permutation(np.unique(digits.form)),
    )
    aside = np.isin(digits.form[order], forms[:N_NEW_FORMS])
    if known:
        train, new = order[:N_TRAIN], order[N_TRAIN:]
    else:
        train, new = order[~aside][:N_TRAIN], order[aside]
    return Hands(digits.X[train], digits.y[train], digits.X[new], digits.y[new])
    # --8<-- [end:draw]
