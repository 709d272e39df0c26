"""Write the bins of a feature, and the search for a split among them.

Judge it with `pytest snippets/exercises/test_histogram_boosting.py`.
`python -m snippets.exercises.skeletons histogram_boosting` begins anew.
Given, to be called: `Split`.
"""

from __future__ import annotations

from snippets.histogram_boosting import BoolArray, FloatArray, IntArray, Split

__all__ = ["Split", "best_split", "find_cuts", "to_bins"]


def find_cuts(values: FloatArray, max_bins: int = 255) -> FloatArray:
    """Where one feature is cut: halfway between its values, or at quantiles if
    there are more values than bins.

    Args:
        values: One feature, shape (n_samples,), NaN where it is missing.
        max_bins: The most bins, without the one for missing values.
    """
    raise NotImplementedError(
        "halves between distinct values; `np.percentile` with "
        "averaged_inverted_cdf if there are too many"
    )


def to_bins(values: FloatArray, cuts: FloatArray) -> IntArray:
    """Number of the bin of each value; missing ones have a last bin of their
    own.

    Args:
        values: One feature, shape (n_samples,).
        cuts: Its cuts, shape (n_cuts,); a value at a cut belongs below it.
    """
    raise NotImplementedError(
        "`np.searchsorted`; missing values get the number behind the last bin"
    )


def best_split(
    bins: IntArray,
    gradient: FloatArray,
    n_bins: IntArray,
    has_missing: BoolArray,
    min_leaf: int = 20,
) -> Split | None:
    """Sum gradients and samples in each bin, and try each border between bins.

    Args:
        bins: Bins of the samples of one leaf, shape (n_samples, n_features).
        gradient: Prediction minus target, shape (n_samples,).
        n_bins: Bins of each feature, without the missing, shape (n_features,).
        has_missing: Whether a feature has missing values anywhere.
        min_leaf: The fewest samples on either side.

    Returns:
        The split with the largest gain above 0, or none. Of equals it is the
        one found first: from the left if missing values go right, and else
        from the right.
    """
    raise NotImplementedError(
        "`np.bincount` sums by bin, `np.cumsum` from the left; missing values "
        "on either side"
    )
