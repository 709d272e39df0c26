"""The tables of a search in their file are those of lesson L08."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from snippets import search_tables
from snippets.lessons import l08_random_search as l08
from snippets.search_tables import counts, tables, write

NIGHTLY = pytest.mark.nightly


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(each, marks=NIGHTLY) for each in l08.DRAWS[1:])]
)
def test_a_table_is_that_of_the_lesson(seed: int) -> None:
    """Count by count; one draw each time, all of them at night."""
    X, y = load_digits(return_X_y=True)
    expected = counts(l08.score_all(seed, X / 16, y))
    remedy = "the tables changed: run `python -m snippets.search_tables`"
    assert counts(tables()[seed]) == expected, remedy


def test_each_draw_has_a_table() -> None:
    """Of all settings, with shares of the images."""
    found = tables()
    assert len(found) == len(l08.DRAWS)
    for table in found:
        assert table.validation.shape == table.new.shape == (11, 11)
        for share in (table.validation, table.new):
            assert 0 < share.min() < share.max() < 1


def test_what_is_written_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last bit, and as the file is."""
    before = tables()
    text = search_tables.FILE.read_text("utf-8")
    monkeypatch.setattr(search_tables, "FILE", tmp_path / "tables.json")
    write(before)
    assert search_tables.FILE.read_text("utf-8") == text
    for first, second in zip(before, tables(), strict=True):
        np.testing.assert_array_equal(first.validation, second.validation)
        np.testing.assert_array_equal(first.new, second.new)
