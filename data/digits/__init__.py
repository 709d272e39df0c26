"""The 1,797 small digits of scikit-learn, with the form on which each was
written.

`docs/data/digits-data.md` describes them. Digits of one form come from one
hand, and stand next to each other in the file: a random split of the rows has
the same hands on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SIDE = 8
"""Height and width of an image in pixels."""

FIRST_ROWS = (
    0,
    130,
    256,
    386,
    516,
    646,
    776,
    906,
    1029,
    1157,
    1287,
    1415,
    1545,
    1667,
)
"""First row of each form in the file."""


@dataclass(frozen=True, slots=True, eq=False)
class Digits:
    """Images with their digits and their forms.

    Attributes:
        X: One row an image, shape (n_samples, 64), ink from 0 (none) to 1
            (full); the pixels of an image run along its rows, from the top
            left.
        y: Digit of each image, shape (n_samples,), 0 to 9.
        form: Form on which it was written, shape (n_samples,), 0 to 13.
    """

    X: FloatArray
    y: IntArray
    form: IntArray


def load() -> Digits:
    """Read all 1,797 images in the order of the file: form by form."""
    ink, y = load_digits(return_X_y=True)
    form = np.searchsorted(FIRST_ROWS, np.arange(len(y)), side="right") - 1
    return Digits(ink / 16, y.astype(np.int64), form.astype(np.int64))
