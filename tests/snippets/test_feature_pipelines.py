"""Steps of a feature pipeline: against scikit-learn, closed forms and their own promises."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sklearn.linear_model
from sklearn.compose import ColumnTransformer
from sklearn.feature_selection import SelectKBest, f_regression
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler, TargetEncoder

from snippets.feature_pipelines import (
    Columns,
    Fill,
    OneHot,
    Pipeline,
    Ridge,
    Scale,
    Step,
    TargetMean,
    best_smooth,
    complaints,
    cross_fitted,
    places,
    shrunk_means,
    splits,
    through,
)
from snippets.feature_pipelines_data import deliveries
from snippets.feature_pipelines_runs import Select
from snippets.feature_pipelines_store import KINDS, loaded, stored

DRAWN = deliveries(300, 0)
NUMBERS = ["km", "kg", "floor", "queue"]


def fitted() -> Pipeline:
    """A pipeline of every kind of step, fitted to 200 deliveries."""
    steps = Columns(
        [
            ([Fill(indicator=True), Scale()], NUMBERS),
            ([OneHot("zeros")], ["vehicle"]),
            ([TargetMean(smooth=4.0), Scale()], ["district"]),
        ]
    )
    return Pipeline([steps, Ridge(2.0)]).fit(DRAWN.table[:200], DRAWN.minutes[:200])


def test_a_pipeline_says_what_that_of_the_library_says() -> None:
    """With the same folds of the target codes; indicators in the library's order."""
    y = DRAWN.minutes[:200]
    fill = SimpleImputer(add_indicator=True)
    codes = TargetEncoder(smooth=4.0, cv=splits(200, 5, 0))
    steps = ColumnTransformer(
        [
            ("n", make_pipeline(fill, StandardScaler()), NUMBERS),
            ("v", OneHotEncoder(handle_unknown="ignore"), ["vehicle"]),
            ("d", make_pipeline(codes, StandardScaler()), ["district"]),
        ]
    )
    library = make_pipeline(steps, sklearn.linear_model.Ridge(2.0)).fit(DRAWN.table[:200], y)
    new = DRAWN.table[200:]
    assert fitted().predict(new) == pytest.approx(library.predict(new))


def test_scaling_of_a_constant_column_is_zero() -> None:
    """As the library has it."""
    X = np.column_stack([np.full(9, 3.0), np.arange(9.0)])
    ours = Scale().fit_transform(X, X[:, 0])
    assert ours == pytest.approx(StandardScaler().fit_transform(X))


def test_an_unseen_category_is_loud_or_nothing() -> None:
    """An error that names it, or a row of zeros."""
    known, new = np.array([["a"], ["b"]]), np.array([["b"], ["c"]])
    with pytest.raises(ValueError, match="'c'"):
        OneHot().fit(known, np.zeros(2)).transform(new)
    found = OneHot("zeros").fit(known, np.zeros(2)).transform(new)
    assert found.tolist() == [[0, 1], [0, 0]]


def test_places_beyond_the_last() -> None:
    """Also where only one category is known."""
    assert places(np.array(["a", "b", "c"]), np.array(["b"])).tolist() == [-1, 0, -1]


@pytest.mark.parametrize("smooth", [0.0, 1.0, 30.0])
def test_shrunken_means_are_those_of_the_library(smooth: float) -> None:
    """For each strength."""
    rng = np.random.default_rng(0)
    at, y = rng.integers(12, size=80), rng.normal(size=80)
    at[:12] = np.arange(12)
    library = TargetEncoder(smooth=smooth).fit(at[:, None], y)
    assert shrunk_means(at, y, 12, smooth) == pytest.approx(library.encodings_[0])


def test_the_library_finds_its_own_strength_by_the_variance_of_all_targets() -> None:
    """A category with one row keeps its own target, as its variance is 0."""
    rng = np.random.default_rng(0)
    n = np.array([1, 2, 5, 30])
    at, y = np.repeat(np.arange(4), n), rng.normal(size=38)
    means = np.bincount(at, y) / n
    within = np.bincount(at, (y - means[at]) ** 2) / n
    weight = n / (n + within / y.var())
    library = TargetEncoder().fit(at[:, None], y).encodings_[0]
    assert library == pytest.approx(weight * means + (1 - weight) * y.mean())
    assert library[0] == pytest.approx(y[0])


def test_ridge_on_dummies_is_target_encoding() -> None:
    """Its penalty is the smoothing, for centred targets and no intercept."""
    rng = np.random.default_rng(1)
    at, y = rng.integers(6, size=50), rng.normal(size=50)
    y -= y.mean()
    ridge = sklearn.linear_model.Ridge(3.0, fit_intercept=False).fit(np.eye(6)[at], y)
    assert ridge.coef_ == pytest.approx(shrunk_means(at, y, 6, 3.0))


@pytest.mark.parametrize("ratio", [0.5, 4.0])
def test_moments_find_the_ratio_of_variances(ratio: float) -> None:
    """Of many categories of different sizes."""
    rng = np.random.default_rng(0)
    at = np.repeat(np.arange(3000), rng.integers(1, 12, size=3000))
    y = rng.normal(size=3000)[at] + np.sqrt(ratio) * rng.normal(size=len(at))
    assert best_smooth(at, y) == pytest.approx(ratio, rel=0.06)


def test_moments_that_find_nothing_smooth_all_away() -> None:
    """Codes are then the overall mean, and finite."""
    at, y = np.array([0, 0, 1, 1]), np.array([0.0, 2, 0, 2])
    assert best_smooth(at, y) == float("inf")
    assert shrunk_means(at, y, 2, float("inf")).tolist() == [1, 1]
    assert best_smooth(np.arange(4), y) == float("inf")


def test_the_best_strength_is_the_ratio() -> None:
    """No other of a grid has a smaller error, over many categories."""
    rng = np.random.default_rng(2)
    at = np.repeat(np.arange(4000), rng.integers(1, 9, size=4000))
    truth = rng.normal(size=4000)
    y = truth[at] + 2 * rng.normal(size=len(at))
    tried = [1.0, 2.0, 4.0, 8.0, 16.0]
    errors = [((shrunk_means(at, y, 4000, m) - truth) ** 2).mean() for m in tried]
    assert tried[int(np.argmin(errors))] == 4.0


def test_parts_hold_each_row_once() -> None:
    """As parts of the library do, but shuffled by our own seed."""
    found = splits(23, 5, 3)
    sizes = [len(test) for _, test in KFold(5).split(np.zeros(23))]
    assert [len(part) for _, part in found] == sizes
    assert sorted(np.concatenate([part for _, part in found])) == list(range(23))
    assert all(len(rest) + len(part) == 23 for rest, part in found)
    assert splits(23, 1, 3) == []


def test_training_rows_are_encoded_by_others() -> None:
    """As by the library; new rows, and with one fold training rows too, by all."""
    rng = np.random.default_rng(0)
    X, y = rng.integers(9, size=(70, 1)).astype(str), rng.normal(size=70)
    library = TargetEncoder(smooth=2.0, cv=splits(70, 5, 0))
    step = TargetMean(smooth=2.0)
    assert step.fit_transform(X, y) == pytest.approx(library.fit_transform(X, y))
    assert step.transform(X) == pytest.approx(library.transform(X))
    assert TargetMean(smooth=2.0, folds=1).fit_transform(X, y) == pytest.approx(step.transform(X))
    assert step.transform(np.array([["new"]]))[0, 0] == pytest.approx(y.mean())
    direct = cross_fitted(TargetMean(smooth=2.0), X, y, splits(70, 5, 0))
    assert direct == pytest.approx(step.fit_transform(X, y))


def test_nothing_is_learned_from_new_rows() -> None:
    """A row is told the same alone, among others, and in another order of columns."""
    pipeline, new = fitted(), DRAWN.table[200:]
    said = pipeline.predict(new)
    assert pipeline.predict(new[7:8]) == pytest.approx(said[7:8])
    assert (pipeline.predict(new[new.columns[::-1]]) == said).all()
    assert (pipeline.predict(new.assign(colour="red")) == said).all()
    with pytest.raises(KeyError, match="kg"):
        pipeline.predict(new.drop(columns="kg"))


def test_through_learns_only_with_targets() -> None:
    """Without them the steps stay as they are."""
    step, X = Scale(), np.arange(6.0)[:, None]
    through([step], X, np.zeros(6))
    through([step], X + 100)
    assert step.learned["mean"] == pytest.approx([2.5])


def test_selection_is_that_of_the_library() -> None:
    """Those with the largest F, in the order of the columns."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 20))
    y = X[:, 3] + X[:, 11] + rng.normal(size=50)
    library = SelectKBest(f_regression, k=4).fit(X, y)
    assert (
        Select(4).fit(X, y).learned["kept"].tolist()
        == np.flatnonzero(library.get_support()).tolist()
    )


def test_a_stored_pipeline_says_the_same() -> None:
    """To the last bit, after any number of journeys; the text is plain JSON."""
    pipeline = fitted()
    text = stored(pipeline)
    again = loaded(text)
    new = DRAWN.table[200:]
    assert (again.predict(new) == pipeline.predict(new)).all()
    assert stored(again) == text
    assert json.loads(text)[1]["settings"] == {"penalty": 2.0}


@pytest.mark.parametrize("name", ["system", "eval", "Step", "Pipeline"])
def test_only_steps_on_the_list_are_made(name: str) -> None:
    """What is not on it is refused before anything is made."""
    assert name not in KINDS
    with pytest.raises(KeyError, match=name):
        loaded(json.dumps([{"step": name, "settings": {}, "learned": {}}]))


def test_complaints_name_column_and_reason() -> None:
    """Each kind of difference has its words; a table like the first has none."""
    known = pd.DataFrame({"km": [1.0, 9.0], "kind": ["a", "b"], "kg": [1.0, 2.0], "at": [1, 2]})
    assert complaints(known, known) == []
    assert complaints(known[::-1], known) == []
    table = pd.DataFrame(
        {"km": [1000.0, np.nan], "kind": ["a", "z"], "kg": ["1", "2"], "age": [1, 2]}
    )
    told = complaints(table, known)
    assert told[:2] == ["at lacks", "age is new"]
    assert told[2] == "km: 100% of values lie outside the range"
    assert told[3] == "kind: 50% of values were never seen"
    assert told[4].startswith("kg: ") and told[4].endswith("in place of float64")


@pytest.mark.parametrize("method", ["learn", "transform"])
def test_a_step_must_say_what_it_does(method: str) -> None:
    """The base learns nothing and changes nothing."""
    arguments: list[Any] = [np.zeros((2, 1)), np.zeros(2)]
    with pytest.raises(NotImplementedError):
        getattr(Step(), method)(*arguments[: 2 if method == "learn" else 1])
