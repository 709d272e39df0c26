"""Advice of the comparison: each model has a line, and each grid can be fitted."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from snippets.comparison import ROWS, growing_sample, make_estimator, model
from snippets.comparison_advice import ADVICE, advice_table, starting_grid


def test_each_row_has_advice() -> None:
    """In the order of the table, and nothing beside."""
    table = advice_table()
    assert list(table.index) == [one.name for one in ROWS]
    assert set(ADVICE) == set(table.index)
    assert table.map(bool).all(axis=None)


@pytest.mark.parametrize("name", [name for name, one in ADVICE.items() if one.grid])
def test_both_ends_of_a_grid_are_taken(name: str) -> None:
    """No setting is misspelt, and each end of it fits."""
    X, y = growing_sample(60)
    grid = ADVICE[name].grid
    for end in (0, -1):
        chosen = {key: values[end] for key, values in grid.items()}
        estimator = make_estimator(model(name), 0).set_params(**chosen)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            warnings.simplefilter("ignore", UserWarning)  # few leaves, a graph in parts
            estimator.fit(np.abs(X), y)


def test_a_grid_is_a_line() -> None:
    """Names with their values; a dash where nothing is to be chosen."""
    assert starting_grid({"C": [0.1, 1.0], "gamma": ["scale"]}) == "C: 0.1, 1.0; gamma: scale"
    assert starting_grid({}) == "–"
