"""The budget of an evaluation, and the moment in which it stands."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from bases_cells import DUNE, HERBERT, VAULT, WORLD

from notewright.bases.mistakes import BudgetError, ExpressionError
from notewright.bases.scope import Budget, Scope, World, plain_moment
from notewright.bases.values import Date, Items


def test_steps_are_taken_from_both_budgets() -> None:
    """Its own, and that of all evaluations."""
    whole = Budget(5)
    Budget(3, whole).spend(3)
    with pytest.raises(BudgetError, match="more than 1 steps"):
        Budget(1, whole).spend(2)
    with pytest.raises(BudgetError, match="more than 5 steps"):
        Budget(9, whole).spend(3)


def test_what_is_long_costs_more() -> None:
    """Text by its characters, a list by all that is in it; a number costs nothing."""
    budget = Budget(10)
    budget.pay_for(1.0)
    budget.pay_for("x" * 256 * 5)
    budget.pay_for(Items("x" * 79))
    with pytest.raises(BudgetError):
        budget.pay_for("x" * 256)


def test_links_are_followed_from_the_row_or_from_the_file_that_shows_the_base() -> None:
    """In a summary there is no row."""
    assert Scope(WORLD, DUNE).source == DUNE.path
    assert Scope(WORLD).source == HERBERT.path
    assert Scope(World(VAULT)).source == ""


def test_a_moment_has_no_zone() -> None:
    """It is what the clock on the wall shows, to the millisecond."""
    moment = datetime(2024, 3, 1, 12, 0, 0, 1999, timezone(timedelta(hours=5)))
    assert plain_moment(moment) == datetime(2024, 3, 1, 12, 0, 0, 1000)
    assert Scope(World(VAULT, now=moment)).now == Date(datetime(2024, 3, 1, 12, 0, 0, 1000), True)
    with pytest.raises(ExpressionError):
        _ = Scope(World(VAULT)).now
