"""Project of chapter 2: from districts to prices, with every step inside the
pipeline.

The map feature, likeness to places found by K-means, follows Géron's chapter 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    StandardScaler,
)
from sklearn.tree import DecisionTreeRegressor

from data.housing import draw

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

INCOMES = (30.0, 40.0, 50.0, 65.0)
"""Where one income stratum ends and the next begins, in thousand crowns a year.
"""
TEST = 0.2
WIDTH = 0.4
"""How far a place is felt, in degrees."""


# --8<-- [start:split]
def strata(income: Sequence[float] | FloatArray) -> IntArray:
    """Number of the income stratum of each district, from 0 (poorest) to 4.

    Args:
        income: In thousand crowns a year, shape (n_districts,).
    """
    return np.asarray(np.digitize(income, INCOMES))


def split(
    income: FloatArray, seed: int, stratified: bool = True
) -> tuple[IntArray, IntArray]:
    """Rows to train on and a fifth to test on; each stratum is in both in
    proportion.

    Args:
        income: In thousand crowns a year, shape (n_districts,).
        seed: Which split.
        stratified: Whether to keep the shares of the strata, or to leave them
            to chance.
    """
    by = strata(income) if stratified else None
    rows = np.arange(len(income))
    train, test = train_test_split(
        rows, test_size=TEST, stratify=by, random_state=seed
    )
    return train, test
    # --8<-- [end:split]


# --8<-- [start:prepare]
def nearness(distances: FloatArray) -> FloatArray:
    """Turn distances into likeness: 1 in a place, towards 0 far from it.

    Args:
        distances: In degrees, any shape.
    """
    return np.asarray(np.exp(-(distances**2) / (2 * WIDTH**2)))


def preparation(n_places: int = 0) -> ColumnTransformer:
    """Numbers filled in and scaled, the coast as one column a class, and a map
    if wanted.

    Args:
        n_places: In how many places to measure nearness; 0 leaves the map out.
    """
    numbers = [
        "latitude",
        "longitude",
        "income",
        "rooms",
        "household",
        "population",
    ]
    filled = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    # a part may have no island
    one_hot = OneHotEncoder(handle_unknown="ignore")
    steps: list[tuple[str, Any, list[str]]] = [
        ("numbers", filled, numbers),
        ("coast", one_hot, ["coast"]),
    ]
    if n_places:
        # its `transform` gives distances
        places = KMeans(n_places, random_state=0)
        near = make_pipeline(places, FunctionTransformer(nearness))
        steps.append(("places", near, ["latitude", "longitude"]))
    return ColumnTransformer(steps)
    # --8<-- [end:prepare]


# --8<-- [start:models]
def candidates(seed: int) -> dict[str, Any]:
    """Six ways to predict a price, as pipelines that have not been fitted.

    Args:
        seed: Random state of those that draw.
    """
    models = {
        "mean": DummyRegressor(),
        "linear": LinearRegression(),
        "tree": DecisionTreeRegressor(random_state=seed),
        "forest": RandomForestRegressor(40, random_state=seed),
        "boosting": GradientBoostingRegressor(random_state=seed),
    }
    pipelines = {
        name: make_pipeline(preparation(), model)
        for name, model in models.items()
    }
    return pipelines | {
        "linear + places": make_pipeline(preparation(15), LinearRegression())
    }
    # --8<-- [end:models]


def rmse(predicted: FloatArray, price: FloatArray) -> float:
    """Root mean squared error, in the unit of the prices.

    Args:
        predicted: Shape (n_districts,).
        price: Shape (n_districts,).
    """
    return float(np.sqrt(np.mean((predicted - price) ** 2)))


# --8<-- [start:repeat]
def repeat(
    seeds: Sequence[int], n_districts: int = 1200
) -> Mapping[str, FloatArray]:
    """Draw new districts, split, fit and test, once a seed.

    Args:
        seeds: At least two; a seed is a draw of districts, and its split.
        n_districts: How many in a draw.

    Returns:
        RMSE on the test part by name of the model, and of the formula as
        "floor", each of shape (n_seeds,), in thousand crowns.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    if len(seeds) < 2:
        raise ValueError(f"need two seeds or more, got {list(seeds)}")
    found: dict[str, list[float]] = {}
    for seed in seeds:
        drawn = draw(n_districts, seed)
        train, test = split(drawn.table["income"].to_numpy(), seed)
        for name, model in candidates(seed).items():
            model.fit(drawn.table.iloc[train], drawn.price[train])
            predicted = model.predict(drawn.table.iloc[test])
            found.setdefault(name, []).append(
                rmse(predicted, drawn.price[test])
            )
        found.setdefault("floor", []).append(
            rmse(drawn.expected[test], drawn.price[test])
        )
    return {name: np.array(errors) for name, errors in found.items()}
    # --8<-- [end:repeat]


def top_share(
    stratified: bool, seeds: Sequence[int], income: FloatArray
) -> FloatArray:
    """Share of the richest stratum in the test part, split by split.

    Args:
        stratified: How to split.
        seeds: Which splits.
        income: In thousand crowns a year, shape (n_districts,).

    Returns:
        Shape (n_seeds,).
    """
    tests = (split(income, seed, stratified)[1] for seed in seeds)
    top = len(INCOMES)
    return np.array(
        [float(np.mean(strata(income)[test] == top)) for test in tests]
    )
