"""Experiments on feature pipelines: the tables, the arms, and what they must show."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.feature_selection import RFE
from sklearn.linear_model import LinearRegression

from snippets.feature_pipelines import Pipeline, Ridge
from snippets.feature_pipelines_compared import (
    LEFT_OUT,
    TABLES,
    WAYS,
    blocks,
    car_errors,
    chosen,
    compete,
    derived,
    recovered,
    wide,
)
from snippets.feature_pipelines_data import NOISE, SPELLINGS, cars, deliveries
from snippets.feature_pipelines_runs import (
    CURVES,
    ENCODERS,
    LEAKS,
    MODELS,
    PENALTIES,
    SHAPES,
    TREES,
    Frequency,
    Hashed,
    Ordinal,
    curve,
    curved,
    draw_category,
    draw_curve,
    encoded,
    filled,
    judge,
    leak,
    shaped,
)


def test_deliveries_are_drawn_as_the_process_says() -> None:
    """Noise, gaps with a reason and without, and the same table from the same seed."""
    drawn = deliveries(20_000, 0)
    table, rest = drawn.table, drawn.minutes - drawn.expected
    assert rest.std() == pytest.approx(NOISE, rel=0.02)
    assert rest.mean() == pytest.approx(0, abs=0.15)
    assert table["floor"].isna().mean() == pytest.approx(0.15, abs=0.01)
    assert table["queue"].mean() < 9.2  # of 10: long ones lack
    gaps = table["queue"].isna()
    assert drawn.expected[gaps].mean() > drawn.expected[~gaps].mean() + 2
    assert table["district"].nunique() == 120 and table["courier"].nunique() == 60
    again = deliveries(20_000, 0)
    assert table.equals(again.table) and (drawn.minutes == again.minutes).all()
    assert not table.equals(deliveries(20_000, 1).table)


def test_cars_are_those_of_the_file() -> None:
    """392 of them, without gaps; spellings that are mended are fewer makers."""
    table, y = cars()
    assert table.shape == (392, 8) and len(y) == 392
    assert not table.isna().any().any()
    makers = set(table["maker"])
    assert set(SPELLINGS) <= makers
    assert set(cars(spelled=False)[0]["maker"]) == makers - set(SPELLINGS)
    assert table["origin"].value_counts().to_dict() == {"USA": 245, "Japan": 79, "Europe": 68}


@pytest.mark.parametrize("kind", LEAKS)
def test_leaks_invent_a_result_if_they_see_the_target(kind: str) -> None:
    """Inside, none finds anything in noise."""
    before, inside = np.mean([leak(kind, seed) for seed in range(20)], axis=0)
    assert inside == pytest.approx(0.5, abs=0.06)
    assert before > 0.68 if kind in ("select", "encode") else before < 0.55


def test_codes_by_hand() -> None:
    """The alphabet, shares, and one of sixteen columns that is the same each time."""
    X, y = np.array([["b"], ["a"], ["b"], ["d"]]), np.zeros(4)
    new = np.array([["a"], ["b"], ["c"]])
    assert Ordinal().fit(X, y).transform(new)[:, 0].tolist() == [0, 1, -1]
    assert Frequency().fit(X, y).transform(new)[:, 0].tolist() == [0.25, 0.5, 0]
    hashed = Hashed().fit(X, y).transform(new)
    assert hashed.shape == (3, 16) and (hashed.sum(axis=1) == 1).all()
    assert hashed.argmax(axis=1).tolist() == [3, 9, 15]


def test_held_out_rows_choose_the_setting() -> None:
    """Of four each, as the library fits them."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 4))
    y = X[:, 0] + rng.normal(size=300)
    F, V, B = (X[:150], y[:150]), (X[150:200], y[150:200]), X[200:]
    tried = [Ridge(penalty).fit(*F) for penalty in PENALTIES]
    errors = [((each.transform(V[0]) - V[1]) ** 2).mean() for each in tried]
    best = tried[int(np.argmin(errors))].transform(B)
    assert judge("ridge", F, V, B) == pytest.approx(best)
    candidates = [
        GradientBoostingRegressor(n_estimators=n, learning_rate=0.4, max_depth=2, random_state=0)
        for n in TREES
    ]
    fits = [each.fit(*F) for each in candidates]
    errors = [((each.predict(V[0]) - V[1]) ** 2).mean() for each in fits]
    best = fits[int(np.argmin(errors))].predict(B)
    assert judge("boosting", F, V, B) == pytest.approx(best)


def test_encodings_that_know_the_target_lead() -> None:
    """One-hot and target codes are near each other, the alphabet and counts behind."""
    values, x, truth, y = draw_category(40, 0)
    assert values.shape == (1200, 1) and len(set(values[:, 0])) == 40
    assert np.std(y - truth) == pytest.approx(2, rel=0.1) and len(x) == 1200
    found = np.mean([encoded(40, seed) for seed in range(6)], axis=0)
    assert found.shape == (len(ENCODERS), len(MODELS))
    names = list(ENCODERS)
    good = [names.index("one-hot"), names.index("target")]
    bad = [names.index("ordinal"), names.index("frequency")]
    assert (found[good].max(axis=0) < found[bad].min(axis=0)).all()


def test_an_indicator_helps_as_long_as_the_reason_lasts() -> None:
    """Without a reason it changes nothing; when the reason ends it harms."""
    none, large, ends = (
        np.mean([filled(reason, seed) for seed in range(10)], axis=0)
        for reason in ("none", "large", "large, then none")
    )
    assert none[0] == pytest.approx(none[1], abs=0.01)
    assert large[1] < 0.6 * large[0]
    assert ends[1] > 1.2 * ends[0]


@pytest.mark.parametrize("name", CURVES)
def test_a_linear_model_learns_curves_from_columns(name: str) -> None:
    """By formula best, a line worst."""
    found = dict(
        zip(SHAPES, np.mean([curved(name, seed) for seed in range(6)], axis=0), strict=True)
    )
    assert found["by formula"] < found["spline"] < found["bins"] < found["as it is"]
    x, y = draw_curve(name, 0, 5000)
    assert (y - curve(name, x[:, 0])).std() == pytest.approx(3, rel=0.05)


def test_the_clock_closes_at_midnight() -> None:
    """Spline and formula say the same at 0 and at 24; bins and the number do not."""
    x, y = draw_curve("hour", 0)
    ends = np.array([[0.0], [24.0]])
    gap = {}
    for shape in SHAPES:
        said = Pipeline([*shaped("hour", shape), Ridge(1e-3)]).fit(x, y).predict(ends)
        gap[shape] = abs(said[1] - said[0])
    assert gap["spline"] == pytest.approx(0, abs=1e-9)
    assert gap["by formula"] == pytest.approx(0, abs=1e-9)
    assert gap["as it is"] > 0.5 and gap["bins"] > 1e-3


def test_recursive_choice_is_that_of_the_library_where_scales_are_equal() -> None:
    """Columns that are exactly uncorrelated: the least slope is the least significant."""
    rng = np.random.default_rng(0)
    Z = np.linalg.qr(np.column_stack([np.ones(120), rng.normal(size=(120, 40))]))[0][:, 1:]
    y = Z[:, :5] @ [9.0, 8, 7, 6, 5] + 0.2 * rng.normal(size=120)
    library = RFE(LinearRegression(), n_features_to_select=5).fit(Z, y)
    assert sorted(chosen("recursive", Z, y)) == np.flatnonzero(library.support_).tolist()


@pytest.mark.parametrize("kind", TABLES)
def test_each_way_chooses_five(kind: str) -> None:
    """And all find the true ones where features are independent."""
    X, y = wide(kind, np.random.default_rng(0))
    assert X.shape == (120, 40)
    assert [len(set(chosen(way, X, y).tolist())) for way in WAYS] == [5, 5, 5]
    found = np.mean([recovered(kind, seed) for seed in range(10)], axis=0)
    assert found[2] > 0.85
    assert found.min() > 0.9 if kind == "independent" else found[0] < 0.85


def test_what_stands_before_the_split_needs_one_row() -> None:
    """A row alone has the same further columns."""
    table = deliveries(50, 0).table
    assert derived(table)[20:21].equals(derived(table[20:21]))


def test_columns_of_new_rows_learn_nothing_from_them() -> None:
    """Fewer new rows are told the same."""
    drawn = deliveries(300, 0)
    table, y = derived(drawn.table), drawn.minutes[:200]
    all_, some = blocks(table, y), blocks(table[:250], y)
    assert {*all_, "scaling"} == {*LEFT_OUT}
    for name, pair in all_.items():
        for one, other in zip(pair, some[name], strict=True):
            np.testing.assert_allclose(one[:250], other)


@pytest.mark.nightly
def test_a_linear_model_misses_its_steps() -> None:
    """All but scaling; trees miss the codes of categories."""
    found = np.mean([compete(seed) for seed in range(5)], axis=0)
    assert found.shape == (len(LEFT_OUT), len(MODELS))
    ridge, boosting = (found[1:] - found[0]).T
    assert abs(ridge[0]) < 0.1 and ridge[1:].min() > 0.1
    assert boosting[-1] > 0.2 and boosting[:2] == pytest.approx([0, 0], abs=0.02)


def test_cars_have_errors_with_the_maker_and_without() -> None:
    """Far below the spread of the target."""
    found = car_errors(0)
    assert found.shape == (2, len(MODELS))
    assert (found < 0.6 * cars()[1].std()).all()
