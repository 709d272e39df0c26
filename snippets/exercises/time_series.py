"""Write autocorrelation, MASE, the origins of a back-test, a table of lags, and
Holt-Winters.

Judge it with `pytest snippets/exercises/test_time_series.py`.
`python -m snippets.exercises.skeletons time_series` begins anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from snippets.time_series import FloatArray, IntArray, State


def autocorrelation(y: FloatArray, most: int) -> FloatArray:
    """How a series goes along with itself, some steps earlier.

    Args:
        y: The series, shape (n,).
        most: The longest lag, below n.

    Returns:
        One number a lag from 0, where it is 1, shape (most + 1,).
    """
    raise NotImplementedError(
        "take the mean off once; each sum of products is divided by that of "
        "lag 0"
    )


def mase(
    y: FloatArray, said: FloatArray, train: FloatArray, m: int = 1
) -> float:
    """Mean absolute error, in those that the naive forecast of one step makes
    inside the training part.

    Args:
        y: What came, shape (h,), or (n_origins, h).
        said: What was forecast, in the same shape.
        train: The training part, shape (n,).
        m: Steps of a season; 1 for the plain naive forecast.
    """
    raise NotImplementedError(
        "the mean absolute error, over that of `train[m:]` forecast by "
        "`train[:-m]`"
    )


def origins(
    n: int, first: int, h: int, gap: int = 0, window: int | None = None
) -> Iterator[tuple[IntArray, IntArray]]:
    """Training and test rows of a back-test, whose origin moves on by h.

    Args:
        n: Rows, in the order of time.
        first: Rows before the first test row, those of the gap among them.
        h: Rows of each test part.
        gap: Rows left out between training and test.
        window: Training rows to keep at most, the latest ones; None keeps all.

    Yields:
        Rows to train and rows to test, for each origin whose test part is
        complete.
    """
    raise NotImplementedError(
        "starts from `first` in steps of `h`, as long as the test part is "
        "complete; training ends `gap` before"
    )


def lag_table(y: FloatArray, lags: int, h: int = 1) -> tuple[FloatArray, ...]:
    """A series as a supervised table.

    Args:
        y: The series, shape (n,).
        lags: Values that a row knows.
        h: Steps ahead of the last of them.

    Returns:
        Features, the latest value first, shape (n - lags - h + 1, lags), and
        targets, h steps after that value.
    """
    raise NotImplementedError(
        "`sliding_window_view`, each row reversed; the target of a row stands "
        "h behind its last value"
    )


def smooth(
    y: FloatArray,
    state: State,
    alpha: FloatArray | float,
    beta: FloatArray | float = 0.0,
    gamma: FloatArray | float = 0.0,
) -> tuple[FloatArray, State]:
    """Additive Holt-Winters; without season it is Holt's, without slope simple
    exponential smoothing.

    Args:
        y: Values in time, shape (n,), or (n, n_series) for many at once.
        state: What is known before the first value.
        alpha: Weight of the news for the level, from 0 to 1; an array tries
            many at once.
        beta: That for the slope.
        gamma: That for the season.

    Returns:
        What was forecast for each value one step before, and the state after
        the last.
    """
    raise NotImplementedError(
        "forecast, then level from the value without its season, slope from "
        "the levels, season from the value without the level"
    )


def ahead(state: State, h: int) -> FloatArray:
    """Forecasts of the next h values: the line goes on, the season repeats."""
    raise NotImplementedError(
        "level + step * slope + season; the first season is that of the next "
        "value"
    )


def best_alpha(ratio: float) -> float:
    """The alpha of least error for a random walk that is seen with noise.

    Args:
        ratio: Variance of the walk's steps over that of the noise, above 0.
    """
    raise NotImplementedError(
        "alpha^2 = ratio * (1 - alpha); take the root between 0 and 1"
    )
