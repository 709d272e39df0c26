"""What a mistake says, and that its place is not lost."""

from __future__ import annotations

import pickle

from notewright.bases.mistakes import BudgetError, ExpressionError, FormulaError, Mistake


def test_a_mistake_says_where_it_is_what_it_is_and_what_to_do() -> None:
    """As much of it as is known."""
    assert str(Mistake("wrong")) == "wrong"
    assert str(Mistake("wrong", "Do this", 3)) == "column 3: wrong. Do this"
    assert Mistake("wrong", "Do this", 3).advice == "wrong. Do this"


def test_the_first_place_counts() -> None:
    """It is the innermost; and an error stays of its kind."""
    error = FormulaError("wrong", "Do this")
    placed = error.at(3)
    assert type(placed) is FormulaError and placed.mistake == Mistake("wrong", "Do this", 3)
    assert placed.at(9) is placed
    assert BudgetError("much").at(3).mistake.column == 0


def test_an_error_goes_from_one_process_to_another() -> None:
    """With all that it says."""
    error = ExpressionError("wrong", "Do this", 3)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
