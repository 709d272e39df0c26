"""Write the interval of paired differences, McNemar's test and Holm's
correction.

Judge it with `pytest snippets/exercises/test_comparing_models.py`.
`python -m snippets.exercises.skeletons comparing_models` begins anew.
"""

from __future__ import annotations

from snippets.comparing_models import FloatArray


def split_interval(
    differences: FloatArray, share: float = 0.0
) -> tuple[float, float]:
    """Mean and half-width of a 95 % interval of paired differences.

    Args:
        differences: One a draw or split, shape (n,), n at least 2.
        share: 0 if each comes of new samples. For splits of one file, test
            rows over training rows: what the splits share.
    """
    raise NotImplementedError(
        "the variance with ddof=1, times (1 / n + share); "
        "`student_t.ppf(0.975, n - 1)`"
    )


def mcnemar(first: int, second: int) -> float:
    """How likely a split as uneven as this is, if both models are as good.

    Args:
        first: Test samples that only the first model gets right.
        second: Test samples that only the second gets right.

    Returns:
        The two-sided p-value of the binomial distribution with one half.
    """
    raise NotImplementedError(
        "`math.comb`: sum up to the smaller count, twice, and at most 1"
    )


def holm(p_values: FloatArray) -> FloatArray:
    """Correct p-values for their number: the smallest is multiplied by all, the
    next by one less, and none falls below one before it.

    Args:
        p_values: Shape (n_tests,).
    """
    raise NotImplementedError(
        "sort, multiply by n, n - 1, ..., 1, `np.maximum.accumulate`, back to "
        "the old order"
    )
