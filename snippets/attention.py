"""Soft reading from a memory of keys and values.

Content-based addressing of the neural Turing machine (Graves et al. 2014): a
query is compared with every key, and what is read is a mean of all values.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from snippets.neural_network import softmax

FloatArray = NDArray[np.float64]


def unit(rows: FloatArray) -> FloatArray:
    """Scale each row to length 1, so that products of rows are cosines.

    Args:
        rows: Shape (n_rows, n_features).

    Raises:
        ValueError: If a row has no length.
    """
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not (lengths > 0).all():
        raise ValueError(
            f"row {int(lengths.argmin())} has length 0 and so no direction"
        )
    return np.asarray(rows / lengths)


# --8<-- [start:read]
def attend(
    queries: FloatArray, keys: FloatArray, sharpness: float
) -> FloatArray:
    """Say how much of each slot of the memory a query looks at.

    Args:
        queries: Rows of length 1, shape (n_queries, n_features).
        keys: Rows of length 1, shape (n_slots, n_features).
        sharpness: 0 looks at all slots alike; the larger, the more the nearest
            key counts.

    Returns:
        Weights, shape (n_queries, n_slots); each row sums to 1.

    Raises:
        ValueError: If `sharpness` is negative, or there is no slot.
    """
    if sharpness < 0 or not len(keys):
        raise ValueError(
            f"need a slot, and sharpness from 0, got {len(keys)}, {sharpness}"
        )
    return softmax(sharpness * queries @ keys.T)


def read(
    queries: FloatArray, keys: FloatArray, values: FloatArray, sharpness: float
) -> FloatArray:
    """Read the mean of all values, weighted by attention, (n_queries,
    n_values).
    """
    return np.asarray(attend(queries, keys, sharpness) @ values)


def slope(
    query: FloatArray, keys: FloatArray, values: FloatArray, sharpness: float
) -> FloatArray:
    """Derivative of what is read with respect to a query, (n_values,
    n_features).
    """
    weights = attend(query[None], keys, sharpness)[0]
    # derivative of softmax
    spread = np.diag(weights) - np.outer(weights, weights)
    return np.asarray(sharpness * values.T @ spread @ keys)
    # --8<-- [end:read]
