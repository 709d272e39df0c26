from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from data.housing import draw
from snippets.projects.ch02_regression import (
    INCOMES,
    TEST,
    WIDTH,
    candidates,
    nearness,
    preparation,
    repeat,
    rmse,
    split,
    strata,
    top_share,
)

NAMES = ["mean", "linear", "tree", "forest", "boosting", "linear + places"]


def test_strata_begin_where_the_one_before_ends() -> None:
    """A stratum holds its lower end and not its upper."""
    assert strata([29.9, 30, 39.9, 40, 50, 64.9, 65, 500]).tolist() == [0, 1, 1, 2, 3, 3, 4, 4]
    assert INCOMES == (30, 40, 50, 65)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_stratified_split_keeps_the_shares(seed: int) -> None:
    """Each row is in one part; a fifth tests; no stratum is off by a whole district."""
    income = draw(500, 7).table["income"].to_numpy()
    train, test = split(income, seed)
    assert sorted([*train, *test]) == list(range(500))
    assert len(test) == 100 == TEST * len(income)
    expected = np.bincount(strata(income)) * TEST
    assert np.abs(np.bincount(strata(income[test])) - expected).max() < 1
    np.testing.assert_array_equal(test, split(income, seed)[1])
    assert not np.array_equal(test, split(income, seed + 1)[1])


def test_a_split_by_chance_does_not() -> None:
    """Its share of the richest wanders; that of the stratified split stays."""
    income = draw(500, 7).table["income"].to_numpy()
    kept, wandering = (top_share(by, range(5), income) for by in (True, False))
    assert kept.shape == wandering.shape == (5,)
    assert np.ptp(kept) == 0 < np.ptp(wandering)
    _, test = split(income, 3, stratified=False)
    assert wandering[3] == np.mean(income[test] >= INCOMES[-1])


def test_nearness_is_one_in_a_place() -> None:
    """It falls as a bell of the stated width."""
    near = nearness(np.array([0.0, WIDTH, 2 * WIDTH]))
    np.testing.assert_allclose(near, np.exp([0, -0.5, -2]), rtol=1e-12)
    assert WIDTH == 0.4


@pytest.mark.parametrize("n_places", [0, 4])
def test_preparation_fills_scales_and_encodes(n_places: int) -> None:
    """Six scaled numbers, a column a coast class, a nearness a place; nothing is missing."""
    table = draw(400, 1).table
    steps = preparation(n_places).fit(table)
    found = steps.transform(table)
    assert found.shape == (400, 6 + 4 + n_places)
    np.testing.assert_allclose(found[:, :6].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(found[:, :6].std(axis=0), 1, rtol=1e-12)
    np.testing.assert_array_equal(found[:, 6:10].sum(axis=1), 1)
    assert steps.named_transformers_["numbers"][0].statistics_[3] == table["rooms"].median()
    gaps = table["rooms"].isna().to_numpy()
    assert len(set(found[gaps, 3])) == 1
    if n_places:
        centres = steps.named_transformers_["places"][0].cluster_centers_
        away = np.linalg.norm(
            table[["latitude", "longitude"]].to_numpy()[:, None] - centres, axis=2
        )
        np.testing.assert_allclose(found[:, 10:], nearness(away), atol=1e-9)


def test_an_unknown_coast_is_no_error() -> None:
    """A class that was not seen gets zeros in all columns of the coast."""
    table = draw(300, 0).table
    seen = table[table["coast"] != "island"]
    found = preparation().fit(seen).transform(table[table["coast"] == "island"])
    assert found.shape[1] == 9
    assert not found[:, 6:].any()


def test_candidates_are_fresh_and_draw_by_the_seed() -> None:
    """Six pipelines; those that draw know the seed; only the last has a map."""
    models = candidates(7)
    assert list(models) == NAMES
    states = [models[name][-1].random_state for name in ("tree", "forest", "boosting")]
    assert states == [7, 7, 7]
    assert models["forest"][-1].n_estimators == 40
    assert [len(model[0].transformers) for model in models.values()] == [2] * 5 + [3]
    assert models["linear + places"][0].transformers[-1][1][0].n_clusters == 15
    assert isinstance(models["linear + places"][-1], LinearRegression)


def test_rmse_by_hand() -> None:
    """Errors 3, 4 and 0 give the root of 25 thirds."""
    assert rmse(np.array([3.0, 0.0, 1.0]), np.array([0.0, 4.0, 1.0])) == np.sqrt(25 / 3)


def test_repeating_draws_splits_fits_and_tests() -> None:
    """A column a seed; the linear one is what one gets by hand, and so is the floor."""
    errors = repeat((3, 4), 300)
    assert list(errors) == [*NAMES, "floor"]
    assert all(found.shape == (2,) for found in errors.values())
    drawn = draw(300, 4)
    train, test = split(drawn.table["income"].to_numpy(), 4)
    model = candidates(4)["linear"].fit(drawn.table.iloc[train], drawn.price[train])
    by_hand = rmse(model.predict(drawn.table.iloc[test]), drawn.price[test])
    assert errors["linear"][1] == pytest.approx(by_hand, abs=1e-9)
    floor = rmse(drawn.expected[test], drawn.price[test])
    assert errors["floor"][1] == pytest.approx(floor, abs=1e-9)


def test_one_seed_is_refused() -> None:
    """One seed shows no spread."""
    with pytest.raises(ValueError, match=r"two seeds or more, got \[5\]"):
        repeat([5])
