"""Digits to learn from, digits of other hands to be judged by, and intervals
over such draws.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.digits import Digits, load
from snippets.evidence import Interval, mean_interval, paired_difference

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

N_TRAIN = 1000
"""Images to learn from, of about 1,280 on the forms that are not set aside."""

N_NEW_FORMS = 4
"""Forms of 14 that are set aside: about 510 images by hands that nobody learns
from.
"""
N_ROWS, N_FORMS = 1797, 14
"""Images and forms of the file."""
N_HELD_FORMS = 3
"""Forms of those to learn from that are held back to choose a setting."""


@dataclass(frozen=True, slots=True, eq=False)
class Hands:
    """Images to learn from, and new ones.

    Attributes:
        X: Training images, shape (1000, 64), ink from 0 to 1.
        y: Their digits, shape (1000,).
        new: New images, shape (n_new, 64).
        truth: Their digits, shape (n_new,).
        form: The form of each training image, shape (1000,).
    """

    X: FloatArray
    y: IntArray
    new: FloatArray
    truth: IntArray
    form: IntArray


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
    return Hands(
        digits.X[train],
        digits.y[train],
        digits.X[new],
        digits.y[new],
        digits.form[train],
    )
    # --8<-- [end:draw]


# --8<-- [start:tuned]
def tuned(
    tries: Sequence[Callable[[FloatArray, IntArray], Any]],
    hands: Hands,
    seed: int,
    known: bool = False,
) -> tuple[Any, int]:
    """Choose a setting on images held back from those to learn from, and fit it
    to all of these.

    Args:
        tries: Each fits one setting to images and digits, and returns a model
            with a `score`.
        hands: Images; the new ones are not looked at.
        seed: Draws what is held back.
        known: Whether rows are held back, as in a test on known hands, or
            else whole forms.

    Returns:
        The model, and the place of its setting; the first of several that are
        as good.
    """
    rng = np.random.default_rng(seed)
    if known:
        held = rng.permutation(len(hands.y)) < len(hands.y) // 3
    else:
        forms = rng.permutation(np.unique(hands.form))[:N_HELD_FORMS]
        held = np.isin(hands.form, forms)
    scores = [
        fit(hands.X[~held], hands.y[~held]).score(hands.X[held], hands.y[held])
        for fit in tries
    ]
    best = int(np.argmax(scores))
    return tries[best](hands.X, hands.y), best
    # --8<-- [end:tuned]


def over_draws(
    scores: Sequence[float] | FloatArray,
    minus: Sequence[float] | FloatArray | None = None,
    *,
    known: bool = False,
    n_train: int = N_TRAIN,
) -> Interval:
    """Interval of scores on new images, as wide as draws from one file ask for.

    Args:
        scores: One a draw, shape (n_draws,).
        minus: Scores on the same draws, to be taken off.
        known: Whether the new images come from known hands.
        n_train: How many images a draw learns from.
    """
    n_new = N_ROWS - N_TRAIN if known else N_ROWS * N_NEW_FORMS // N_FORMS
    return _plain(scores, minus).over_splits(n_train, n_new, N_ROWS)


def within_draws(
    scores: Sequence[float] | FloatArray,
    minus: Sequence[float] | FloatArray | None = None,
) -> Interval:
    """Interval of scores on the images to learn from, such as of a grouping.

    Args:
        scores: One a draw, shape (n_draws,).
        minus: Scores on the same draws, to be taken off.
    """
    return _plain(scores, minus).within_draws(N_TRAIN, N_ROWS)


def _plain(
    scores: Sequence[float] | FloatArray,
    minus: Sequence[float] | FloatArray | None,
) -> Interval:
    if minus is None:
        return mean_interval(scores)
    return paired_difference(scores, minus)
