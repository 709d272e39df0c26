"""Nearest means: a classifier so quick that an experiment can fit thousands."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


# --8<-- [start:means]
def nearest_means(
    X: FloatArray, y: IntArray, new: FloatArray, n_classes: int = 2
) -> IntArray:
    """Give each new sample the class whose mean is nearest.

    Args:
        X: Training samples, shape (n_samples, n_features).
        y: Their classes, 0 to `n_classes` − 1, shape (n_samples,). A class
            without a sample is never the answer.
        new: Samples to classify, shape (n_new, n_features).
        n_classes: How many classes there may be.

    Returns:
        Shape (n_new,).
    """
    member = np.eye(n_classes)[y]
    counts = member.sum(axis=0)
    means = member.T @ X / np.maximum(counts, 1)[:, None]
    far = (means**2).sum(axis=1) - 2 * new @ means.T
    return np.asarray(np.where(counts > 0, far, np.inf).argmin(axis=1))
    # --8<-- [end:means]
