"""Districts of a coast that does not exist, with prices made by a known
formula.

`docs/data/housing-data.md` describes them. Because the formula and the noise
are known, so is the error that no model can go below.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

FloatArray = NDArray[np.float64]

NOISE = 30.0
"""Standard deviation of a price around the formula, in thousand crowns."""
CAP = 400.0
"""Prices above this are recorded as this, in thousand crowns."""
MISSING = 0.1
"""Chance that the rooms of a district were not recorded."""
COASTS = ("inland", "island", "near", "shore")
SURPLUS = {"inland": 0.0, "island": 80.0, "near": 25.0, "shore": 60.0}
"""What the coast class adds to a price, in thousand crowns."""
TOWNS = ((41.2, 1.8, 70.0), (43.0, 2.0, 50.0))
"""Latitude, longitude (degrees) and what a price gains in the middle (thousand
crowns).
"""
REACH = 0.4
"""How far a town reaches: standard deviation of its bell, in degrees."""


@dataclass(frozen=True, slots=True, eq=False)
class Districts:
    """Districts with their prices.

    Attributes:
        table: What a model may see, a row a district: `latitude`, `longitude`
            (degrees), `income` (thousand crowns a year), `rooms` (of a
            dwelling, NaN where missing), `household` (persons), `population`
            (thousands), `coast` (one of `COASTS`).
        price: Median price of a dwelling, shape (n_districts,), in thousand
            crowns.
        expected: Mean of all prices that the formula, its noise and the cap
            could give this district, same shape and unit. For scoring only: no
            model can predict better.
    """

    table: pd.DataFrame
    price: FloatArray
    expected: FloatArray


def coastline(latitude: FloatArray) -> FloatArray:
    """Longitude of the shore, in degrees; land lies east of it.

    Args:
        latitude: In degrees, any shape.
    """
    return 0.8 + 0.4 * np.sin(1.5 * (latitude - 40.0))


def formula(table: pd.DataFrame) -> FloatArray:
    """Price without noise and cap.

    Args:
        table: Districts as in `Districts.table`, with all rooms known.

    Returns:
        Prices in thousand crowns, shape (n_districts,).
    """
    column = {
        name: table[name].to_numpy(dtype=float)
        for name in table
        if name != "coast"
    }
    price = (
        65.0
        + 2.6 * column["income"]
        + table["coast"].map(SURPLUS).to_numpy(dtype=float)
    )
    price += 12.0 * (column["rooms"] - 5.5) - 15.0 * (column["household"] - 2.8)
    for latitude, longitude, gain in TOWNS:
        away = (column["latitude"] - latitude) ** 2 + (
            column["longitude"] - longitude
        ) ** 2
        price += gain * np.exp(-away / (2 * REACH**2))
    return np.asarray(price)


def capped_mean(price: FloatArray) -> FloatArray:
    """Mean of min(price + noise, cap) over the noise.

    Args:
        price: Prices by the formula, in thousand crowns, any shape.

    Returns:
        Same shape and unit: c (1 - F(z)) + m F(z) - s f(z), with z = (c - m) /
            s, the
        distribution F and the density f of the standard normal.
    """
    z = (CAP - price) / NOISE
    return np.asarray(
        CAP * norm.sf(z) + price * norm.cdf(z) - NOISE * norm.pdf(z)
    )


def draw(n_districts: int = 1200, seed: int = 0) -> Districts:
    """Draw districts and their prices.

    Args:
        n_districts: How many, at least 1.
        seed: Which draw; the same seed gives the same districts.

    Raises:
        ValueError: If there is not one district.
    """
    if n_districts < 1:
        raise ValueError(f"need at least one district, got {n_districts}")
    rng = np.random.default_rng(seed)
    latitude = rng.uniform(40.0, 44.0, n_districts)
    # degrees east of the shore, dense near it
    inland = 3.0 * rng.beta(1.0, 2.0, n_districts)
    is_island = rng.random(n_districts) < 0.01
    east = np.where(is_island, -0.1 - 0.4 * rng.random(n_districts), inland)
    income = 45.0 * np.exp(0.4 * rng.standard_normal(n_districts))
    rooms = (
        5.5 + 0.02 * (income - 45.0) + 0.7 * rng.standard_normal(n_districts)
    )
    table = pd.DataFrame(
        {
            "latitude": latitude,
            "longitude": coastline(latitude) + east,
            "income": income,
            "rooms": np.maximum(rooms, 1.0),
            "household": np.maximum(
                2.8 + 0.5 * rng.standard_normal(n_districts), 1.0
            ),
            "population": 1.2 * np.exp(0.6 * rng.standard_normal(n_districts)),
            "coast": np.select(
                [east < 0, east < 0.3, east < 1],
                ["island", "shore", "near"],
                "inland",
            ),
        }
    )
    plain = formula(table)
    price = np.minimum(plain + NOISE * rng.standard_normal(n_districts), CAP)
    table["rooms"] = table["rooms"].mask(rng.random(n_districts) < MISSING)
    return Districts(table, price, capped_mean(plain))
