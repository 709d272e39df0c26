"""The project from end to end: what is known two hours before a flight leaves,
models of it, choices in the order of time, and intervals over days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t as student_t
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import ParameterGrid
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from snippets.equal_budget import Arm
from snippets.evidence import Interval

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

AHEAD = 120
"""Minutes before the planned departure at which we predict."""
LATE = 30
"""Minutes of delay at the destination that cost a connection."""
WINDOW = 120
"""Minutes of departures that are looked back on."""
DAY = 24 * 60

PLAN = ["clock", "distance"]
WEATHER = ["temp", "humid", "wind_speed", "wind_gust"]
WEATHER += ["precip", "pressure", "visib"]
AIRPORT = ["delay_before", "left_before"]
NUMBERS = [*PLAN, *WEATHER, *AIRPORT]
CATEGORIES = ["carrier", "origin", "dest", "weekday"]


# --8<-- [start:outcome]
def outcome(flights: pd.DataFrame) -> IntArray:
    """Whether passengers of a flight lose their connection.

    Args:
        flights: As `data.flights.load` gives them.

    Returns:
        1 for a flight that did not arrive within `LATE` minutes of its plan:
        late, cancelled or sent elsewhere; else 0. Shape (n_flights,).
    """
    in_time = flights["arr_delay"] <= LATE  # a gap is not in time
    return np.asarray(~in_time, dtype=np.int64)
    # --8<-- [end:outcome]


# --8<-- [start:features]
def delays_before(flights: pd.DataFrame) -> pd.DataFrame:
    """How late the last departures of the same airport were.

    Only flights count that had left `AHEAD` minutes before the planned
    departure of a row, in the `WINDOW` minutes up to then.

    Args:
        flights: All flights of the airports: `moment`, `origin`, `dep_delay`.

    Returns:
        `delay_before`, their mean delay in minutes with early ones as 0, a gap
        if none had left; and `left_before`, how many they are.
    """
    found = pd.DataFrame(index=flights.index, columns=AIRPORT, dtype=float)
    for _, rows in flights.groupby("origin"):
        left = rows.dropna(subset="dep_delay")
        at = (left["moment"] + left["dep_delay"]).to_numpy()
        order = np.argsort(at, kind="stable")
        delay = left["dep_delay"].clip(lower=0).to_numpy()[order]
        sums = np.concatenate([[0], np.cumsum(delay)])
        now = rows["moment"].to_numpy() - AHEAD
        last = np.searchsorted(at[order], now, side="right")
        first = np.searchsorted(at[order], now - WINDOW, side="right")
        n = last - first
        mean = (sums[last] - sums[first]) / np.maximum(n, 1)
        found.loc[rows.index, "delay_before"] = np.where(n > 0, mean, np.nan)
        found.loc[rows.index, "left_before"] = n
    return found


def features(flights: pd.DataFrame, weather: pd.DataFrame) -> pd.DataFrame:
    """What is known of each flight `AHEAD` minutes before it is to leave.

    Args:
        flights: As `data.flights.load` gives them.
        weather: As `data.flights.load_weather` gives it.

    Returns:
        `NUMBERS` and `CATEGORIES`, in the order of the flights.
    """
    moment = flights["moment"]
    # The last hour that is over: what a station wrote in it is known.
    hour = (moment - AHEAD) // 60 * 60 - 60
    sky = weather.drop_duplicates(["origin", "moment"], keep="last")
    table = (
        flights[["carrier", "origin", "dest", "distance"]]
        .assign(
            clock=moment % DAY / 60,
            # 2013 began on a Tuesday
            weekday=((moment // DAY + 1) % 7).astype(str),
            moment=hour,
        )
        .merge(sky, on=["origin", "moment"], how="left")
    )
    table.index = flights.index
    # no gust is written as a gap, which is a gust of no speed
    calm = table["wind_gust"].isna() & table["wind_speed"].notna()
    table.loc[calm, "wind_gust"] = 0.0
    return table.join(delays_before(flights))[NUMBERS + CATEGORIES]
    # --8<-- [end:features]


# --8<-- [start:models]
def coded(numbers: Sequence[str] = tuple(NUMBERS)) -> ColumnTransformer:
    """Numbers filled in and scaled, a column a category.

    Args:
        numbers: The columns of numbers that are used.
    """
    filled = SimpleImputer(strategy="median", add_indicator=True)
    one_hot = OneHotEncoder(
        handle_unknown="ignore", min_frequency=20, sparse_output=False
    )
    return ColumnTransformer(
        [
            ("numbers", make_pipeline(filled, StandardScaler()), [*numbers]),
            ("categories", one_hot, CATEGORIES),
        ]
    )


def linear(numbers: Sequence[str] = tuple(NUMBERS)) -> Any:
    """Logistic regression of coded columns."""
    model = LogisticRegression(solver="newton-cholesky")
    return make_pipeline(coded(numbers), model)


def boosting(numbers: Sequence[str] = tuple(NUMBERS)) -> Any:
    """Histogram boosting, which takes gaps and categories as they are.

    Args:
        numbers: The columns of numbers that it uses.
    """
    # what was never seen becomes a gap
    ordinal = OrdinalEncoder(
        handle_unknown="use_encoded_value",
        unknown_value=np.nan,
        min_frequency=20,
    )
    steps = [
        ("numbers", "passthrough", [*numbers]),
        ("categories", ordinal, CATEGORIES),
    ]
    places = range(len(numbers), len(numbers) + len(CATEGORIES))
    model = HistGradientBoostingClassifier(
        max_iter=60,
        early_stopping=False,
        categorical_features=list(places),
        random_state=0,
    )
    return make_pipeline(ColumnTransformer(steps), model)


ARMS: Mapping[str, Arm] = {
    "logistic": Arm(
        linear(), {"logisticregression__C": [0.003, 0.03, 0.3, 3.0]}
    ),
    "boosting": Arm(
        boosting(),
        {
            "histgradientboostingclassifier__learning_rate": [0.05, 0.15],
            "histgradientboostingclassifier__max_leaf_nodes": [6, 20],
        },
    ),
}
# --8<-- [end:models]
"""Both models, with as many settings to choose from."""


def draw(rows: IntArray, n: int, seed: int) -> IntArray:
    """Draw some of the rows, without repetition, in the order of time."""
    chosen = np.random.default_rng(seed).permutation(len(rows))[:n]
    return np.asarray(rows[np.sort(chosen)])


# --8<-- [start:nested]
def best_setting(
    arm: Arm, X: pd.DataFrame, y: IntArray, month: IntArray, n: int, seed: int
) -> Mapping[str, Any]:
    """Choose a setting: that of the model of all months but the last which
    predicts the last month best.

    Args:
        arm: A model and its settings.
        X: Features, shape (n_flights, n_features).
        y: Outcomes, shape (n_flights,).
        month: Month of each flight.
        n: How many flights each fit sees.
        seed: Draws them.
    """
    last = month.max()
    before = draw(np.flatnonzero(month < last), n, seed)
    after = draw(np.flatnonzero(month == last), n, seed)

    def loss(setting: Mapping[str, Any]) -> float:
        model = clone(arm.model).set_params(**setting)
        model.fit(X.iloc[before], y[before])
        chances = model.predict_proba(X.iloc[after])
        return float(log_loss(y[after], chances, labels=[0, 1]))

    return min(ParameterGrid(dict(arm.grid)), key=loss)


def choose(
    arm: Arm, X: pd.DataFrame, y: IntArray, month: IntArray, n: int, seed: int
) -> Any:
    """Choose settings by the last month, then fit to all months; for the
    arguments see `best_setting`.
    """
    best = best_setting(arm, X, y, month, n, seed)
    rows = draw(np.arange(len(y)), n, seed)
    model = clone(arm.model).set_params(**best)
    return model.fit(X.iloc[rows], y[rows])


def forecasts(
    arm: Arm,
    X: pd.DataFrame,
    y: IntArray,
    month: IntArray,
    months: Sequence[int],
    n: int = 10_000,
) -> FloatArray:
    """Predict each of some months by what was known before it.

    The settings are chosen once, in the months before the first of these; then
    each month has a model of its own, fitted to all months before it.

    Returns:
        The chance of each flight, a gap outside `months`; shape (n_flights,).
    """
    found, first = np.full(len(y), np.nan), min(months)
    known = month < first
    best = best_setting(arm, X[known], y[known], month[known], n, seed=first)
    for each in months:
        past, now = draw(np.flatnonzero(month < each), n, each), month == each
        model = clone(arm.model).set_params(**best)
        model.fit(X.iloc[past], y[past])
        found[now] = model.predict_proba(X[now])[:, 1]
    return found
    # --8<-- [end:nested]


# --8<-- [start:days]
def over_days(
    values: FloatArray | IntArray,
    day: IntArray,
    weights: FloatArray | IntArray | None = None,
) -> Interval:
    """A mean over flights, with an interval for other days like these.

    Flights of a day share its weather, so they are no samples of their own: the
    days are. The mean is a ratio of two sums over days, and its spread that of
    the days' residuals (Cochran, Sampling Techniques, chapter 6).

    Args:
        values: One number a flight, shape (n_flights,).
        day: Day of each flight.
        weights: 1 for the flights that count, else 0; all count without it.

    Raises:
        ValueError: If fewer than two days have a flight that counts.
    """
    counted = np.ones(len(day)) if weights is None else np.asarray(weights)
    _, place = np.unique(day[counted > 0], return_inverse=True)
    n = len(np.bincount(place))
    if n < 2:
        raise ValueError(f"an interval over days needs two of them, got {n}")
    kept = counted[counted > 0]
    sums = np.bincount(place, np.asarray(values)[counted > 0] * kept)
    sizes = np.bincount(place, kept)
    mean = sums.sum() / sizes.sum()
    residual = sums - mean * sizes
    spread = np.sqrt(n / (n - 1) * np.sum(residual**2)) / sizes.sum()
    half = student_t.ppf(0.975, n - 1) * spread
    return Interval(float(mean), float(half), n)
    # --8<-- [end:days]


def losses(y: IntArray, chance: FloatArray) -> FloatArray:
    """Log loss of each flight, in nats."""
    kept = np.clip(chance, 1e-6, 1 - 1e-6)
    return np.asarray(-np.where(y == 1, np.log(kept), np.log(1 - kept)))


# --8<-- [start:rounds]
def rounds(
    day: IntArray, n_train: int, n_test: int
) -> Iterator[tuple[IntArray, IntArray]]:
    """Ten fortnights up to the end of October, each to be predicted.

    Args:
        day: Day of each flight.
        n_train: How many flights of all days before are learned from.
        n_test: How many flights of the fortnight are predicted.

    Yields:
        The rows of both. No day is predicted twice, so the rounds are as good
        as ten seeds.
    """
    for number in range(10):
        start = 164 + 14 * number
        now = (day >= start) & (day < start + 14)
        before = draw(np.flatnonzero(day < start), n_train, seed=number)
        yield before, draw(np.flatnonzero(now), n_test, seed=number)


def coded_rounds(
    X: pd.DataFrame, y: IntArray, day: IntArray, n_train: int, n_test: int
) -> Iterator[tuple[FloatArray, IntArray, FloatArray, IntArray]]:
    """The same rounds as tables of numbers, coded by what each learns from.

    Yields:
        Features and outcomes to learn from, then those to predict.
    """
    for past, now in rounds(day, n_train, n_test):
        code = coded().fit(X.iloc[past])
        known, new = (code.transform(X.iloc[rows]) for rows in (past, now))
        yield known, y[past], new, y[now]
    # --8<-- [end:rounds]


# --8<-- [start:importance]
def importance(
    model: Any,
    X: pd.DataFrame,
    y: IntArray,
    day: IntArray,
    groups: Mapping[str, Sequence[str]],
    seed: int = 0,
) -> dict[str, Interval]:
    """How much the loss of a fitted model grows if columns are shuffled.

    The columns of a group change places together: they stand in for each other,
    and one at a time would look as if none were needed.

    Args:
        model: Fitted.
        X: Features of flights that it has not seen.
        y: Their outcomes.
        day: Their days.
        groups: Names of columns, by the name of their group.
        seed: Decides which flights change places.
    """
    rng = np.random.default_rng(seed)
    before = losses(y, model.predict_proba(X)[:, 1])
    found = {}
    for name, columns in groups.items():
        mixed = X.copy()
        order = rng.permutation(len(X))
        for each in columns:
            mixed[each] = X[each].to_numpy()[order]
        after = losses(y, model.predict_proba(mixed)[:, 1])
        found[name] = over_days(after - before, day)
    return found
    # --8<-- [end:importance]
