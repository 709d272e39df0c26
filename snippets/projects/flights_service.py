"""The model of flights behind an address: what a request must hold, and the
answer to it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pandas as pd
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field

from snippets.projects.flights import CATEGORIES, NUMBERS


# --8<-- [start:service]
class Flight(BaseModel):
    """What is known of a flight two hours before it is to leave.

    A reading that is missing is sent as null: the model has seen such flights.
    What is no flight of these airports is refused.
    """

    model_config = ConfigDict(extra="forbid")

    carrier: Annotated[str, Field(pattern="^[A-Z0-9]{2}$")]
    origin: Literal["EWR", "JFK", "LGA"]
    dest: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    weekday: Literal["0", "1", "2", "3", "4", "5", "6"]
    clock: Annotated[float, Field(ge=0, lt=24)]  # hours, of New York
    distance: Annotated[float, Field(gt=0, le=5500)]  # miles
    temp: Annotated[float | None, Field(ge=-40, le=120)]  # °F
    humid: Annotated[float | None, Field(ge=0, le=100)]  # %
    wind_speed: Annotated[float | None, Field(ge=0, le=150)]  # miles an hour
    wind_gust: Annotated[float | None, Field(ge=0, le=200)]
    precip: Annotated[float | None, Field(ge=0, le=5)]  # inches
    pressure: Annotated[float | None, Field(ge=900, le=1100)]  # millibar
    visib: Annotated[float | None, Field(ge=0, le=10)]  # miles
    delay_before: Annotated[float | None, Field(ge=0, le=1500)]  # minutes
    left_before: Annotated[int, Field(ge=0, le=200)]


class Advice(BaseModel):
    """What the desk is told.

    Attributes:
        chance: That the connection is lost.
        is_flagged: Whether to act now.
        build: Which model said so.
    """

    chance: float
    is_flagged: bool
    build: str


def service(model: Any, cut: float, build: str) -> FastAPI:
    """An application that answers for one flight at `/flight`.

    Args:
        model: Fitted to `NUMBERS` and `CATEGORIES`.
        cut: The chance from which a flight is flagged.
        build: Names the model in each answer.
    """
    app = FastAPI()

    @app.post("/flight")
    def advise(flight: Flight) -> Advice:
        """Answer for one flight."""
        columns = NUMBERS + CATEGORIES
        row = pd.DataFrame([flight.model_dump()])[columns]
        row[NUMBERS] = row[NUMBERS].astype(float)
        chance = float(model.predict_proba(row)[0, 1])
        return Advice(chance=chance, is_flagged=chance >= cut, build=build)

    return app
    # --8<-- [end:service]
