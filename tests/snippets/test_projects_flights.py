"""Flights: what is known at the time, choices in the order of time, intervals over days."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from fastapi.testclient import TestClient
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression

from data.flights import load, load_weather
from snippets.equal_budget import Arm
from snippets.evidence import mean_interval
from snippets.projects.flights import (
    AHEAD,
    ARMS,
    CATEGORIES,
    DAY,
    NUMBERS,
    WINDOW,
    boosting,
    choose,
    coded_rounds,
    delays_before,
    draw,
    features,
    forecasts,
    importance,
    linear,
    losses,
    outcome,
    over_days,
    rounds,
)
from snippets.projects.flights_service import service


@pytest.fixture(scope="module")
def flights() -> pd.DataFrame:
    """The flights of two weeks of January and of one of March."""
    table = load()
    days = table["moment"] // DAY
    return table[days.isin([*range(14), *range(66, 73)])].reset_index(drop=True)


@pytest.fixture(scope="module")
def weather() -> pd.DataFrame:
    return load_weather()


def flight(moment: int, delay: float = 0.0, origin: str = "JFK") -> dict[str, object]:
    return {"moment": moment, "dep_delay": delay, "origin": origin}


def test_what_did_not_arrive_in_time_is_trouble() -> None:
    """Half an hour is in time, a minute more is not; nor is no arrival at all."""
    table = pd.DataFrame({"arr_delay": [-20.0, 30.0, 31.0, np.nan]})
    assert outcome(table).tolist() == [0, 0, 1, 1]


def test_the_delays_before_are_those_of_departures_that_were_seen() -> None:
    """They left the same airport, up to two hours ahead, in the two hours up to then."""
    now = 1000
    looked = now - AHEAD
    table = pd.DataFrame(
        [
            flight(looked - 30, 30),  # leaves in the minute of the look
            flight(looked - 30, 31),  # a minute later: not seen
            flight(looked - WINDOW + 1, 0),  # just within the window
            flight(looked - WINDOW, 0),  # just before it
            flight(looked - 10, -5),  # early counts as in time
            flight(looked - 10, 600, "EWR"),
            flight(looked - 40, np.nan),  # cancelled: it never left
            flight(now, 99),
        ]
    )
    found = delays_before(table).iloc[-1]
    assert found.to_dict() == {"delay_before": 10.0, "left_before": 3.0}


def test_without_departures_there_is_no_delay_but_a_count() -> None:
    found = delays_before(pd.DataFrame([flight(300), flight(301)]))
    assert found["delay_before"].isna().all()
    assert found["left_before"].tolist() == [0, 0]


@pytest.mark.parametrize("seed", range(3))
def test_features_do_not_know_what_comes_after_they_are_known(
    seed: int, flights: pd.DataFrame, weather: pd.DataFrame
) -> None:
    """What happens from the minute after the look on changes nothing; all of before may."""
    rng = np.random.default_rng(seed)
    now = int(flights["moment"].sample(1, random_state=seed).iloc[0]) - AHEAD
    left = flights["moment"] + flights["dep_delay"]
    changed = flights.copy()
    late = (left > now) | left.isna()
    changed.loc[late, "dep_delay"] = np.maximum(
        now + 1 - flights["moment"][late], rng.integers(0, 500, int(late.sum()))
    )
    changed["arr_delay"] = rng.permutation(flights["arr_delay"])
    changed["tailnum"] = None
    sky = weather.copy()
    later = sky["moment"] + 60 > now
    sky.loc[later, ["temp", "wind_speed", "visib"]] += 50.0
    asked = flights["moment"] - AHEAD <= now
    before = features(flights, weather)[asked]
    after = features(changed, sky)[asked]
    pd.testing.assert_frame_equal(before, after)
    assert not features(flights, sky)[~asked].equals(features(flights, weather)[~asked])


def test_features_are_plain_and_complete(flights: pd.DataFrame, weather: pd.DataFrame) -> None:
    """One row a flight, in order; the weekday of a date that we know; calm is no gap."""
    X = features(flights, weather)
    assert list(X) == NUMBERS + CATEGORIES
    assert X.index.equals(flights.index)
    first = flights.index[(flights["month"] == 1) & (flights["day"] == 6)]
    assert set(X["weekday"][first]) == {"6"}  # 6 January 2013 was a Sunday
    np.testing.assert_allclose(X["clock"], flights["hour"] + flights["minute"] / 60)
    assert X["wind_gust"].isna().equals(X["wind_speed"].isna())
    assert (X["wind_gust"] == 0).any()


def test_a_mean_over_days_of_one_size_is_the_mean_of_their_means() -> None:
    """Then the interval is that of the days as samples."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(20, 7)) + rng.normal(size=(20, 1))
    found = over_days(values.ravel(), np.repeat(np.arange(20), 7))
    expected = mean_interval(values.mean(axis=1))
    np.testing.assert_allclose(
        [found.mean, found.half_width], [expected.mean, expected.half_width], rtol=1e-12
    )
    assert found.n == 20


def test_a_mean_over_days_counts_what_has_weight() -> None:
    """As if the others were not there, days without any among them."""
    rng = np.random.default_rng(1)
    values, day = rng.normal(size=300), rng.integers(0, 30, 300)
    kept = (rng.random(300) < 0.3) & (day != 7)
    found = over_days(values, day, kept.astype(int))
    assert found == over_days(values[kept], day[kept])
    assert found.n == len(np.unique(day[kept])) < 30
    np.testing.assert_allclose(found.mean, values[kept].mean(), rtol=1e-12)


def test_intervals_over_days_hold_what_they_promise() -> None:
    """Days share their level and differ in size: 95 % hold the truth, of flights far fewer do."""
    rng = np.random.default_rng(2)
    held = {"days": 0, "flights": 0}
    for _ in range(400):
        sizes = rng.integers(5, 40, 40)
        day = np.repeat(np.arange(40), sizes)
        values = rng.normal(size=40)[day] + rng.normal(size=len(day))
        held["days"] += abs((over := over_days(values, day)).mean) < over.half_width
        held["flights"] += abs((over := mean_interval(values)).mean) < over.half_width
    assert 0.92 * 400 <= held["days"] <= 0.98 * 400
    assert held["flights"] < 0.6 * 400


def test_one_day_is_no_interval() -> None:
    with pytest.raises(ValueError, match="needs two of them, got 1"):
        over_days(np.ones(3), np.array([4, 4, 5]), np.array([1, 1, 0]))


def test_losses_are_those_of_the_library() -> None:
    from sklearn.metrics import log_loss

    rng = np.random.default_rng(0)
    y, chance = rng.integers(0, 2, 50), rng.uniform(size=50)
    np.testing.assert_allclose(losses(y, chance).mean(), log_loss(y, chance), rtol=1e-12)
    assert np.isfinite(losses(np.array([0, 1]), np.array([1.0, 0.0]))).all()


def test_draws_keep_the_order_of_time_and_repeat() -> None:
    rows = np.arange(100, 200)
    drawn = draw(rows, 30, seed=1)
    assert len(set(drawn)) == 30 and (np.diff(drawn) > 0).all() and set(drawn) <= set(rows)
    np.testing.assert_array_equal(drawn, draw(rows, 30, seed=1))
    np.testing.assert_array_equal(draw(rows, 1000, seed=1), rows)


def test_rounds_are_of_other_days_and_learn_from_earlier_ones() -> None:
    """No day is predicted twice; all end with October."""
    day = np.repeat(np.arange(365), 50)
    seen: set[int] = set()
    for past, now in rounds(day, 300, 200):
        assert (len(past), len(now)) == (300, 200)
        assert day[past].max() < day[now].min()
        days = set(day[now])
        assert len(days) == 14 and not days & seen
        seen |= days
    assert len(seen) == 140 and max(seen) == 303  # 31 October is the 304th day


def test_coded_rounds_learn_their_code_from_the_past() -> None:
    """A column that changes its unit later is scaled as before; a new airline is no column."""
    rng = np.random.default_rng(0)
    day = np.repeat(np.arange(304), 40)
    X = pd.DataFrame(rng.normal(size=(len(day), len(NUMBERS))), columns=NUMBERS)
    X[CATEGORIES] = "A"
    X.loc[day >= 290, "temp"] = 1000.0
    X.loc[day >= 290, "carrier"] = "B"
    y = rng.integers(0, 2, len(day))
    *_, last = coded_rounds(X, y, day, 500, 100)
    known, y_known, new, y_new = last
    assert known.shape == (500, new.shape[1]) and len(new) == len(y_new) == 100
    np.testing.assert_allclose(known[:, NUMBERS.index("temp")].mean(), 0, atol=1e-12)
    assert new[:, NUMBERS.index("temp")].min() > 500
    assert len(y_known) == 500


class Spy(ClassifierMixin, BaseEstimator):
    """Predicts the share that it was fitted to, mixed with half as its setting says."""

    def __init__(self, trust: float = 1.0) -> None:
        self.trust = trust

    def fit(self, X: pd.DataFrame, y: np.ndarray) -> Spy:
        self.classes_, self.share_ = np.array([0, 1]), float(np.mean(y))
        return self

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        chance = np.full(len(X), self.trust * self.share_ + (1 - self.trust) * 0.5)
        return np.column_stack([1 - chance, chance])


def months() -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    month = np.repeat(np.arange(1, 6), 200)
    share = np.array([0.1, 0.1, 0.1, 0.5, 0.9])[month - 1]
    y = (np.tile(np.arange(200), 5) < 200 * share).astype(int)
    return pd.DataFrame({"x": np.arange(1000)}), y, month


def test_settings_are_chosen_by_the_last_month_and_fitted_to_all() -> None:
    """The fourth month is like half: who does not trust the past wins; then all months count."""
    X, y, month = months()
    arm = Arm(Spy(), {"trust": [0.0, 1.0]})
    past = month <= 4
    chosen = choose(arm, X[past], y[past], month[past], n=10_000, seed=0)
    assert chosen.trust == 0.0 and chosen.share_ == pytest.approx(0.2)
    calm = month <= 3
    assert choose(arm, X[calm], y[calm], month[calm], n=10_000, seed=0).trust == 1.0


def test_forecasts_choose_once_and_fit_each_month() -> None:
    """March is like the months before it: the past is trusted, in May too, when it misleads."""
    X, y, month = months()
    found = forecasts(Arm(Spy(), {"trust": [0.0, 1.0]}), X, y, month, (4, 5), n=10_000)
    assert np.unique(found[month == 4]) == pytest.approx([0.1])
    assert np.unique(found[month == 5]) == pytest.approx([0.2])


def test_no_forecast_knows_its_own_month_or_a_later_one() -> None:
    """April and May were all trouble: forecasts up to April are the same."""
    X, y, month = months()
    arm = Arm(Spy(), {"trust": [0.5, 1.0]})
    before = forecasts(arm, X, y, month, (3, 4, 5), n=150)
    turned = np.where(month >= 4, 1, y)
    after = forecasts(arm, X, turned, month, (3, 4, 5), n=150)
    early = month <= 4
    np.testing.assert_array_equal(before[early], after[early])
    assert np.isnan(before[month < 3]).all() and not np.isnan(before[month >= 3]).any()
    assert not np.array_equal(before[~early], after[~early])


@pytest.mark.nightly
def test_both_models_have_as_many_tries_and_take_what_they_never_saw(
    flights: pd.DataFrame, weather: pd.DataFrame
) -> None:
    """Gaps, an airline, a destination and an airport that no training row has."""
    assert len({arm.tries for arm in ARMS.values()}) == 1
    X, y = features(flights, weather), outcome(flights)
    strange = X.iloc[:2].copy()
    strange.loc[:, ["carrier", "dest", "origin"]] = "??"
    strange.iloc[0, : len(NUMBERS)] = np.nan
    for model in (linear(), boosting()):
        chance = model.fit(X, y).predict_proba(strange)[:, 1]
        assert ((chance > 0) & (chance < 1)).all()


def test_only_what_a_model_rests_on_is_missed() -> None:
    """Two columns that tell the same, and a third that tells nothing."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=1200)
    X = pd.DataFrame(
        {"a": x, "b": x + rng.normal(scale=0.01, size=1200), "c": rng.normal(size=1200)}
    )
    y = (x + rng.normal(size=1200) > 0).astype(int)
    model = LogisticRegression().fit(X[:600], y[:600])
    day = np.arange(600) // 10
    parts = {"both": ["a", "b"], "noise": ["c"]}
    found = importance(model, X[600:], y[600:], day, parts)
    assert found["both"].low > 0.1 and abs(found["noise"].mean) < 0.01
    assert found == importance(model, X[600:], y[600:], day, parts)


@pytest.fixture(scope="module")
def asked(flights: pd.DataFrame, weather: pd.DataFrame) -> tuple[TestClient, pd.DataFrame, object]:
    """A service, the features of some flights, and the model behind it."""
    X = features(flights, weather)
    model = boosting().fit(X, outcome(flights))
    return TestClient(service(model, 0.3, "abc")), X, model


def as_json(row: pd.Series) -> dict[str, object]:
    plain = pd.DataFrame([row]).infer_objects().astype(object).to_dict("records")[0]
    return {name: None if pd.isna(value) else value for name, value in plain.items()}


def test_the_service_gives_what_the_model_gives(
    asked: tuple[TestClient, pd.DataFrame, object],
) -> None:
    """Also for flights with gaps; a flag is a chance from the cut on."""
    client, X, model = asked
    rows = pd.concat([X[X["delay_before"].isna()][:3], X[1000:1010]])
    replies = [client.post("/flight", json=as_json(row)).json() for _, row in rows.iterrows()]
    expected = model.predict_proba(rows)[:, 1]  # type: ignore[attr-defined]
    np.testing.assert_allclose([each["chance"] for each in replies], expected, rtol=1e-12)
    assert [each["is_flagged"] for each in replies] == (expected >= 0.3).tolist()
    assert {each["build"] for each in replies} == {"abc"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "LAX"},
        {"clock": 24},
        {"carrier": "united"},
        {"temp": "warm"},
        {"distance": -1},
        {"weekday": 7},
        {"left_before": None},
        {"pilot": "A"},
        {"humid": 101},
    ],
    ids=str,
)
def test_what_is_no_flight_is_refused_by_name(
    wrong: dict[str, object], asked: tuple[TestClient, pd.DataFrame, object]
) -> None:
    client, X, _ = asked
    reply = client.post("/flight", json=as_json(X.iloc[1000]) | wrong)
    assert reply.status_code == 422
    assert [each["loc"][-1] for each in reply.json()["detail"]] == [*wrong]


def test_what_is_missing_is_asked_for(asked: tuple[TestClient, pd.DataFrame, object]) -> None:
    """A reading may be null, but it must be said."""
    client, X, _ = asked
    row = as_json(X.iloc[1000])
    del row["temp"], row["dest"]
    told = client.post("/flight", json=row).json()["detail"]
    assert {each["loc"][-1] for each in told} == {"temp", "dest"}
