"""Write label propagation twice: step by step, and in closed form.

Judge it with `pytest snippets/exercises/test_label_propagation.py`.
`python -m snippets.exercises.skeletons label_propagation` begins anew.
"""

from __future__ import annotations

from snippets.label_propagation import FloatArray, IntArray


def iterate(shares: FloatArray, y: IntArray, n_steps: int) -> FloatArray:
    """The same step by step: listen, then set the given labels back."""
    raise NotImplementedError(
        "multiply by the shares, then clamp the labelled rows; repeat"
    )


def propagate(shares: FloatArray, y: IntArray) -> FloatArray:
    """Give each unlabelled sample the mean belief of those it listens to, all
    at once.

    Args:
        shares: How much each sample listens to each other one, shape
            (n_samples, n_samples), rows with sum 1.
        y: Labels from 0, `UNLABELLED` where unknown, shape (n_samples,).

    Returns:
        Beliefs, shape (n_samples, n_classes), rows with sum 1; a label that was
        given stays as it is.

    Raises:
        ValueError: If no sample has a label, or one never hears of any.
    """
    raise NotImplementedError(
        "solve (I - T_uu) F_u = T_ul Y_l for the rows without a label"
    )
