"""The comparison of costs with a kept table, by `benchmarks/cell_costs.py`."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks import cell_costs
from benchmarks.cell_costs import ALL, LEAST, by_cell, grown, main, measured, read, write

from notewright.hosts.costs import Cost
from notewright.note.cells import Cell, Options
from notewright.run.engine import Run

UNIT = 0.5


def cost(note: str, line: int, seconds: float, label: str = "") -> Cost:
    return Cost(note, Cell(f"docs/{note}", line, line, options=Options(label=label)), seconds)


FOUND = [
    cost("b.md", 9, 4.0),
    cost("a.md", 20, 3.0, "fig-a"),
    cost("b.md", 3, 0.01),
    cost("a.md", 30, 0.2),
]


def test_a_cell_is_known_by_its_label_or_its_number() -> None:
    """Lines move with each edit of the prose."""
    table = by_cell(FOUND, UNIT)
    assert table == {
        ALL: pytest.approx(14.42),
        ("a.md", "fig-a"): 6.0,
        ("a.md", "cell 2"): 0.4,
        ("b.md", "cell 1"): 0.02,
        ("b.md", "cell 2"): 8.0,
    }


def test_a_table_comes_back_as_it_was_written(tmp_path: Path) -> None:
    """Without the cells that cost next to nothing; these are in the sum."""
    table = by_cell(FOUND, UNIT)
    write(tmp_path / "costs.csv", table)
    kept = {row: round(runs, 2) for row, runs in table.items() if row == ALL or runs >= LEAST}
    assert read(tmp_path / "costs.csv") == kept
    assert len(kept) == 4


def test_what_grew_is_named() -> None:
    """The sum by a tenth, a dear cell by half; a cheap one and a cheaper one are not."""
    before = by_cell(FOUND, UNIT)
    assert list(grown(before, before, UNIT)) == []
    now = {
        **before,
        ALL: 1.11 * before[ALL],
        ("a.md", "fig-a"): 9.1,
        ("a.md", "cell 2"): 1.9,
        ("b.md", "cell 2"): 4.0,
        ("c.md", "cell 1"): 2.1,
    }
    assert list(grown(before, now, UNIT)) == [
        "all cells: 14.4 runs of the reference became 16.0",
        "a.md, fig-a: 6.0 became 9.1 runs of the reference",
        "c.md, cell 1: new, or below 0.1 became 2.1 runs of the reference",
    ]


def test_the_reference_is_measured_often_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where nothing had to run, and the run is over at once."""
    monkeypatch.setattr(cell_costs, "measure", lambda: 1.0)
    with measured() as times:
        pass
    assert len(times) >= cell_costs.TIMES


@pytest.mark.parametrize(("factor", "status"), [(1.0, 0), (0.6, 0), (0.4, 1)])
def test_only_a_sum_that_doubled_fails(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    factor: float,
    status: int,
) -> None:
    """Between machines a figure may be off by half."""
    table = by_cell(FOUND, UNIT)
    write(tmp_path / "costs.csv", {row: factor * runs for row, runs in table.items()})
    monkeypatch.setattr(cell_costs, "TABLE", tmp_path / "costs.csv")
    monkeypatch.setattr(cell_costs, "run", lambda kept_in: (Run(), UNIT))
    monkeypatch.setattr(cell_costs, "costs", lambda run: FOUND)
    monkeypatch.setattr("sys.argv", ["cell_costs.py"])
    assert main() == status
    said = capsys.readouterr().out
    assert said.startswith("4 cells, 14.4 runs of the reference of 0.50 s each\n")
    assert ("all cells:" in said) == (factor < 0.9)


def test_a_missing_table_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing runs for it."""
    monkeypatch.setattr(cell_costs, "TABLE", cell_costs.ROOT / "data" / "none.csv")
    monkeypatch.setattr("sys.argv", ["cell_costs.py"])
    with pytest.raises(SystemExit, match=r"data/none\.csv is missing\. Use `--write` first"):
        main()
