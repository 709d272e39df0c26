"""Mixed tables for the note on feature pipelines: deliveries made by a known
process, and the cars of a real file.

Source of the cars: Quinlan 1993, as they come with mlxtend.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import as_file, files

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

VEHICLES = ("bike", "car", "truck", "van")
DISTRICTS, COURIERS = 120, 60
NOISE = 5.0
"""Standard deviation of a delivery around its expected minutes."""


@dataclass(frozen=True, slots=True, eq=False)
class Deliveries:
    """Deliveries with the time that each took.

    Attributes:
        table: What a model may see, a row a delivery.
        minutes: What the delivery took, shape (n,).
        expected: The mean of what it could have taken, by the process and all
            numbers, those that are missing too. For scoring only.
    """

    table: pd.DataFrame
    minutes: FloatArray
    expected: FloatArray


# --8<-- [start:deliveries]
def deliveries(n: int, seed: int) -> Deliveries:
    """Draw deliveries, and the districts with them.

    Args:
        n: How many.
        seed: Draws all.
    """
    rng = np.random.default_rng(seed)
    gains = rng.normal(0, 5, DISTRICTS)  # minutes that a district adds
    often = 1 / np.arange(5, 5 + DISTRICTS)  # some are rare
    district = rng.choice(DISTRICTS, n, p=often / often.sum())
    vehicle = rng.integers(4, size=n)
    late = rng.integers(60 * 24 * 364, size=n)  # minutes of a year
    hour, weekend = late / 60 % 24, late // 1440 % 7 >= 5
    km, kg = np.exp(1 + 0.8 * rng.normal(size=n)), np.exp(rng.normal(size=n))
    celsius, floor = rng.uniform(-10, 30, n), rng.integers(10, size=n)
    queue = rng.normal(10, 3, n)
    expected = (
        40
        + np.array([2, 0, 4, 1])[vehicle]
        + (6 + 4 * (vehicle == 0)) * (np.log(km) - 1)  # a bike is slow
        + 3 * np.log(kg)
        + 0.03 * (celsius - 12) ** 2
        + 5 * np.cos(2 * np.pi * (hour - 18) / 24)
        - 4 * weekend
        + gains[district]
        + 1.0 * floor
        + 1.2 * queue
    )
    unsaid = rng.random(n) < 0.15  # for no reason
    hidden = rng.random(n) < 1 / (1 + np.exp(12 - queue))  # as it is long
    monday = np.datetime64("2024-01-01T00:00")
    table = pd.DataFrame(
        {
            "km": km,
            "kg": kg,
            "celsius": celsius,
            "ordered": monday + late.astype("timedelta64[m]"),
            "vehicle": np.array(VEHICLES)[vehicle],
            "district": [f"d{each:03}" for each in district],
            "courier": [f"c{each}" for each in rng.integers(COURIERS, size=n)],
            "floor": np.where(unsaid, np.nan, floor),
            "queue": np.where(hidden, np.nan, queue),
            "width": rng.normal(40, 9, n),  # says nothing, as the courier
        }
    )
    return Deliveries(table, expected + rng.normal(0, NOISE, n), expected)
    # --8<-- [end:deliveries]


SPELLINGS = {
    "chevroelt": "chevrolet",
    "chevy": "chevrolet",
    "maxda": "mazda",
    "mercedes": "mercedes-benz",
    "toyouta": "toyota",
    "vokswagen": "volkswagen",
    "vw": "volkswagen",
}
"""Makers that the file spells in two ways or more."""


# --8<-- [start:cars]
def cars(spelled: bool = True) -> tuple[pd.DataFrame, FloatArray]:
    """392 cars sold in the USA from 1970 to 1982.

    Args:
        spelled: Whether makers are left as the file spells them.

    Returns:
        What a model may see, and miles per gallon, shape (392,).
    """
    names = ["cylinders", "displacement", "horsepower", "weight"]
    names += ["acceleration", "year", "origin", "maker", "mpg"]
    with as_file(files("mlxtend.data") / "data" / "autompg.csv.gz") as path:
        table = pd.read_csv(path, header=None, names=names)
    table["origin"] = table["origin"].map({1: "USA", 2: "Europe", 3: "Japan"})
    table["maker"] = table["maker"].str.split().str[0]  # of the car's name
    if not spelled:
        table["maker"] = table["maker"].replace(SPELLINGS)
    return table.drop(columns="mpg"), table["mpg"].to_numpy(float)
    # --8<-- [end:cars]
