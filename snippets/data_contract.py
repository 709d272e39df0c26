"""A contract for data: what each column of a batch must be, and what a batch
breaks of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True)
class Column:
    """What a column must be.

    Attributes:
        name: Its name.
        low: Smallest number in it; None for a column of texts.
        high: Largest number in it.
        allowed: The texts that may stand in it.
        missing: Largest share of missing values.
        is_key: Whether no value may come twice.
    """

    name: str
    low: float | None = None
    high: float | None = None
    allowed: frozenset[str] = frozenset()
    missing: float = 0.0
    is_key: bool = False


def contract_of(
    table: pd.DataFrame, keys: Collection[str] = (), room: float = 0.5
) -> list[Column]:
    """Draft a contract from a table that is known to be good.

    Ranges are widened on either side, and the share of missing values may
    double: a draft, which somebody who knows the data has to read.

    Args:
        table: The table.
        keys: Columns in which no value may come twice; their range is free.
        room: By how much of its width a range is widened.
    """
    found = []
    for name, values in table.items():
        missing = min(1.0, 2 * float(values.isna().mean()))
        if name in keys:
            found.append(Column(str(name), is_key=True))
        elif pd.api.types.is_numeric_dtype(values):
            low, high = float(values.min()), float(values.max())
            more = room * (high - low)
            column = Column(str(name), low - more, high + more, missing=missing)
            found.append(column)
        else:
            allowed = frozenset(values.dropna())
            found.append(Column(str(name), allowed=allowed, missing=missing))
    return found


# --8<-- [start:breaches]
def breaches(batch: pd.DataFrame, contract: Sequence[Column]) -> list[str]:
    """Say all that a batch breaks of a contract; an empty list lets it in."""
    names = {column.name for column in contract}
    found = [f"{name}: is not expected" for name in batch if name not in names]
    for column in contract:
        if column.name not in batch:
            found.append(f"{column.name}: is missing")
            continue
        values = batch[column.name]
        share, known = float(values.isna().mean()), values.dropna()
        if share > column.missing:
            found.append(
                f"{column.name}: {share:.0%} of the values are missing"
            )
        if column.is_key:
            if known.duplicated().any():
                found.append(f"{column.name}: values come twice")
        elif column.low is None or column.high is None:
            new = sorted(set(map(str, known)) - column.allowed)
            found += [f"{column.name}: {value!r} is new" for value in new]
        elif not pd.api.types.is_numeric_dtype(known):
            found.append(f"{column.name}: holds what is no number")
        elif not known.between(column.low, column.high).all():
            found.append(f"{column.name}: a value is out of range")
    return found
    # --8<-- [end:breaches]
