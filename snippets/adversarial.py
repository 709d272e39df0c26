"""The smallest step that makes a linear classifier change its mind.

The step by the sign of a gradient is that of Goodfellow, Shlens and Szegedy
2015; for a linear classifier it is exact.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from snippets.neural_network import Layer

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


# --8<-- [start:step]
def nearest_rival(model: Layer, X: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Find the least change of every pixel by which a linear classifier changes
    its answer.

    Args:
        model: Weights, shape (n_in, n_classes), and biases; no two columns are
            equal.
        X: Inputs, shape (n_samples, n_in).

    Returns:
        How far each pixel must go, shape (n_samples,), in the unit of the
        inputs; and the direction of each pixel, −1, 0 or 1, shape (n_samples,
        n_in).
    """
    logits = X @ model.weights + model.biases
    rows, answer = np.arange(len(X)), logits.argmax(axis=1)
    lead = logits[rows, answer][:, None] - logits  # (n_samples, n_classes)
    # towards each rival
    slopes = model.weights.T[None] - model.weights.T[answer][:, None]
    # what a step of 1 in every pixel gains on the lead
    reach = np.abs(slopes).sum(axis=2)
    size = np.full_like(lead, np.inf)  # the answer is no rival of itself
    np.divide(lead, reach, out=size, where=reach > 0)
    rival = size.argmin(axis=1)
    return size[rows, rival], np.sign(slopes[rows, rival])
    # --8<-- [end:step]


def moved(X: FloatArray, directions: FloatArray, size: float) -> FloatArray:
    """Move every pixel by `size`, and keep it between no ink and full ink.

    Args:
        X: Images, shape (n_samples, n_in), ink from 0 to 1.
        directions: −1, 0 or 1 for each pixel, the same shape.
        size: How far, in shares of full ink.

    Raises:
        ValueError: If the size is negative.
    """
    if size < 0:
        raise ValueError(f"size must not be negative, got {size}")
    return np.clip(X + size * directions, 0.0, 1.0)
