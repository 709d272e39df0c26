"""Write who is at risk, the curve, its mean, several causes, the log-rank test,
the slope of Cox's loss and the concordance.

Judge it with `pytest snippets/exercises/test_survival.py`.
`python -m snippets.exercises.skeletons survival` begins anew.
Given, to be called: `Counts`, `Curve`, `Durations`.
"""

from __future__ import annotations

from snippets.survival import BoolArray, Counts, Curve, Durations, FloatArray

__all__ = [
    "Counts",
    "Curve",
    "Durations",
    "concordance",
    "count",
    "incidence",
    "kaplan_meier",
    "log_rank",
    "mean_until",
    "slope",
]


def count(d: Durations) -> Counts:
    """Who is at risk at each moment: has entered, and has not gone before.

    Args:
        d: When each was watched.
    """
    raise NotImplementedError(
        "times of events as a column against entries and times as a row"
    )


def kaplan_meier(d: Durations) -> Curve:
    """The share that has not ended: at each moment, times those who stay.

    Args:
        d: When each was watched.
    """
    raise NotImplementedError(
        "`np.cumprod` of the shares that stay; for the error `np.cumsum`"
    )


def mean_until(curve: Curve, end: float) -> float:
    """The mean duration, where those that last longer count as an end: the
    area below a survival curve.

    Args:
        curve: The survival curve.
        end: Up to where.
    """
    raise NotImplementedError(
        "the area below steps: widths times heights, the first height is 1"
    )


def incidence(d: Durations, cause: BoolArray) -> tuple[FloatArray, FloatArray]:
    """The share that one cause has ended, where others end samples, too.

    Args:
        d: When each was watched; any cause is an event.
        cause: Whom the one ended, shape (n_samples,).

    Returns:
        The times of events, and the share from there on, shape (n_moments,).
    """
    raise NotImplementedError(
        "the share of the cause among those at risk, times the curve just "
        "before"
    )


def log_rank(d: Durations, group: BoolArray) -> float:
    """How far the events of a group are from its share of those at risk.

    Args:
        d: When each was watched.
        group: Who belongs to it, shape (n_samples,).

    Returns:
        A number that is standard normal where both end alike; positive if the
        group ends sooner.
    """
    raise NotImplementedError(
        "events of the group, less its share of those at risk times all events"
    )


def slope(
    X: FloatArray, counts: Counts, beta: FloatArray
) -> tuple[float, FloatArray, FloatArray]:
    """The partial log likelihood, its gradient and what it curves by.

    Args:
        X: Features, shape (n_samples, n_features).
        counts: Who is at risk, and who ends.
        beta: Log hazard ratios, shape (n_features,).

    Returns:
        A number, shape (n_features,), and shape (n_features, n_features).
    """
    raise NotImplementedError(
        "weights at each moment sum to 1; the mean and the variance of X under "
        "them"
    )


def concordance(risk: FloatArray, d: Durations) -> float:
    """Of all pairs whose order is known, how many a risk puts in order.

    The order is known where the one that was watched for less ended. A tie of
    risks counts half. All are watched from their beginning on.

    Args:
        risk: Higher for whoever is to end sooner, shape (n_samples,).
        d: When each was watched.
    """
    raise NotImplementedError("compare all with all: a column against a row")
