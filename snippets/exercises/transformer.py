"""Write attention and layer normalisation, and the way back through each.

Judge it with `pytest snippets/exercises/test_transformer.py`.
`python -m snippets.exercises.skeletons transformer` begins anew.
"""

from __future__ import annotations

from snippets.transformer import FloatArray


def attention(
    Q: FloatArray, K: FloatArray, V: FloatArray, causal: bool = False
) -> tuple[FloatArray, FloatArray]:
    """Read for each query a mean of the values, weighted by how keys fit.

    Args:
        Q: Queries, shape (..., T, d).
        K: Keys, shape (..., S, d).
        V: Values, shape (..., S, e).
        causal: Whether a query sees only keys up to its own place; the last
            query stands at the last key.

    Returns:
        What is read, shape (..., T, e), and the weights, shape (..., T, S).
    """
    raise NotImplementedError(
        "products over the root of d, mask, softmax in each row, mean of the "
        "values"
    )


def normalise(
    x: FloatArray, gain: FloatArray, shift: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Bring each row to mean 0 and variance 1, then stretch and shift it.

    Args:
        x: Rows, shape (..., d).
        gain: Factor of each feature, shape (d,).
        shift: What is added to each feature, shape (d,).

    Returns:
        The new rows, shape (..., d); the rows before gain and shift, shape
        (..., d); and one over the standard deviations, shape (..., 1).
    """
    raise NotImplementedError(
        "off with the mean, over the root of variance plus EPSILON, gain, shift"
    )


def attention_back(
    out: FloatArray,
    Q: FloatArray,
    K: FloatArray,
    V: FloatArray,
    weights: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Carry the derivative by what was read to queries, keys and values.

    Args:
        out: Derivative by what was read, shape (..., T, e).
        Q: Queries, shape (..., T, d).
        K: Keys, shape (..., S, d).
        V: Values, shape (..., S, e).
        weights: Those that `attention` gave, shape (..., T, S).

    Returns:
        Derivatives in the shapes of Q, K and V.
    """
    raise NotImplementedError(
        "by the weights first; softmax takes their mean away, row by row"
    )


def normalise_back(
    out: FloatArray, gain: FloatArray, unit: FloatArray, scale: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Carry the derivative by the new rows to the old ones, gain and shift.

    Args:
        out: Derivative by what `normalise` gave, shape (..., d).
        gain: Factor of each feature, shape (d,).
        unit: Rows before gain and shift, shape (..., d).
        scale: One over the standard deviations, shape (..., 1).

    Returns:
        Derivatives in the shapes of x, gain and shift.
    """
    raise NotImplementedError(
        "what is left after the mean and what points along `unit` are gone"
    )
