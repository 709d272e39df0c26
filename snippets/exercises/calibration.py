"""Write a reliability diagram's bins, what is read from them, Platt's sigmoid,
isotonic regression and the limit of conformal prediction.

Judge it with `pytest snippets/exercises/test_calibration.py`.
`python -m snippets.exercises.skeletons calibration` begins anew.
Given, to be called: `Bins`.
"""

from __future__ import annotations

from snippets.calibration import Bins, BoolArray, FloatArray, IntArray

__all__ = [
    "Bins",
    "brier_parts",
    "calibration_error",
    "conformal_limit",
    "isotonic",
    "platt",
    "pool",
    "prediction_sets",
    "reliability",
]


def reliability(p: FloatArray, y: IntArray, n_bins: int) -> Bins:
    """Sort probabilities into bins of equal width.

    Args:
        p: Probability of the positive class, shape (n_samples,).
        y: 1 for a positive, else 0, shape (n_samples,).
        n_bins: Bins from 0 to 1; a border belongs to the bin below it.
    """
    raise NotImplementedError(
        "`np.searchsorted` among the inner borders; `np.bincount` with "
        "weights; drop what is empty"
    )


def calibration_error(bins: Bins) -> float:
    """Expected calibration error: mean distance of said and happened.

    Args:
        bins: What was said and what happened.
    """
    raise NotImplementedError(
        "`np.average` of the distances, weighed by samples"
    )


def brier_parts(bins: Bins) -> tuple[float, float, float]:
    """Miscalibration, resolution and uncertainty.

    Args:
        bins: What was said and what happened.

    Returns:
        Three parts; first - second + third is the mean squared error of
        probabilities that are all the same within a bin.
    """
    raise NotImplementedError(
        "weights of the bins times squares: said less happened, happened less "
        "base"
    )


def conformal_limit(scores: FloatArray, share: float) -> float:
    """The limit below which the score of a new sample falls with a probability
    of at least `share`.

    Args:
        scores: How badly the truth fits the model, for held-out samples, shape
            (n_samples,): such as the absolute error, or 1 less the probability
            of the true class.
        share: What is promised, between 0 and 1.

    Returns:
        The k-th smallest score, k = ceil((n + 1) share); infinite if k > n.
    """
    raise NotImplementedError(
        "sort; the k-th is at k - 1; `np.inf` if there are too few"
    )


def prediction_sets(probabilities: FloatArray, limit: float) -> BoolArray:
    """Classes that fit well enough to stay.

    Args:
        probabilities: Shape (n_samples, n_classes).
        limit: Of scores that are 1 less the probability of the true class.

    Returns:
        Whether a class is in the set of a sample, shape (n_samples, n_classes).
    """
    raise NotImplementedError("compare 1 less the probability with the limit")


def pool(y: FloatArray, weights: FloatArray) -> FloatArray:
    """The levels closest to `y` in squares that never fall: neighbours that
    violate this are pooled.

    Args:
        y: Values in the order of their scores, shape (n,).
        weights: Weight of each, shape (n,).
    """
    raise NotImplementedError(
        "a list of blocks; while the last is not above the one before, pool "
        "the two"
    )


def isotonic(scores: FloatArray, y: IntArray) -> tuple[FloatArray, FloatArray]:
    """Fit a function that never falls; `np.interp(new, *found)` applies it.

    Args:
        scores: What the model gives held-out samples, shape (n_samples,).
        y: 1 for a positive, else 0, shape (n_samples,).

    Returns:
        Different scores in order, and the level of each, shape (n_different,).
    """
    raise NotImplementedError(
        "`np.unique` with its inverse: the mean and the number for each score, "
        "then `pool`"
    )


def platt(scores: FloatArray, y: IntArray) -> tuple[float, float]:
    """Fit a sigmoid from scores to probabilities, by Newton's method.

    The targets are not 0 and 1, but what one more positive and one more
    negative would leave open: so no slope becomes infinite.

    Args:
        scores: What the model gives held-out samples, shape (n_samples,).
        y: 1 for a positive, else 0, shape (n_samples,).

    Returns:
        Slope and offset; the probability is 1 / (1 + exp(-slope s - offset)).
    """
    raise NotImplementedError(
        "the gradient is F.T @ (p - target), the curvature F.T @ diag(p (1 - "
        "p)) @ F; solve, halve a step that is too long"
    )
