"""A contract for data: each promise alone, kept and broken."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from snippets.data_contract import breaches, contract_of


def good() -> pd.DataFrame:
    """A table with a key, a number with a gap, and a text."""
    return pd.DataFrame(
        {
            "id": range(10),
            "weight": [*np.linspace(1, 5, 9), np.nan],
            "kind": ["bike", "van"] * 5,
        }
    )


def test_the_table_that_a_contract_came_from_keeps_it():
    """And so does any part of it, whose share of missing values is not larger."""
    contract = contract_of(good(), keys=["id"])
    assert breaches(good(), contract) == []
    assert breaches(good().iloc[:9], contract) == []
    assert [column.name for column in contract] == ["id", "weight", "kind"]
    assert (contract[1].low, contract[1].high, contract[1].missing) == (-1.0, 7.0, 0.2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.assign(weight=1000 * t["weight"]), "weight: a value is out of range"),
        (lambda t: t.assign(weight=t["weight"].astype(str)), "weight: holds what is no number"),
        (lambda t: t.assign(weight=np.nan), "weight: 100% of the values are missing"),
        (lambda t: t.assign(kind=t["kind"].str.title()), "kind: 'Bike' is new"),
        (lambda t: t.assign(kind=t["kind"].where(t.index > 0)), "kind: 10% of the values"),
        (lambda t: pd.concat([t, t]), "id: values come twice"),
        (lambda t: t.drop(columns="kind"), "kind: is missing"),
        (lambda t: t.assign(colour="red"), "colour: is not expected"),
    ],
)
def test_each_promise_can_be_broken(change, said):
    """With a sentence that names the column."""
    found = breaches(change(good()), contract_of(good(), keys=["id"]))
    assert any(each.startswith(said) for each in found), found


def test_an_id_beyond_those_that_were_seen_is_no_breach():
    """The next batch goes on counting."""
    later = good().assign(id=range(10, 20))
    assert breaches(later, contract_of(good(), keys=["id"])) == []


def test_all_breaches_are_told():
    """Not the first alone."""
    bad = good().assign(weight=99.0, kind="ship").drop(columns="id")
    assert len(breaches(bad, contract_of(good(), keys=["id"]))) == 3
