"""Costs of cells: which are listed, which lack a reason, and which notes are above their budget."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from projects import ProjectDir

from notewright.hosts.costs import CELL, DEAREST, cost_notices, cost_table, costs
from notewright.note.cells import Cell, Options
from notewright.run.cell_records import CellRecord
from notewright.run.engine import Run
from notewright.run.verdicts import CellResult


def cells(path: str, *spent: float | None, why: str = "") -> dict[str, list[CellResult]]:
    """A note whose cells took so many seconds of processor time; None for one that never ran."""
    return {
        path: [
            CellResult(
                Cell(f"docs/{path}", 10 * number, 10 * number + 2, options=Options(cost=why)),
                None if seconds is None else CellRecord([], processor=seconds),
            )
            for number, seconds in enumerate(spent, start=1)
        ]
    }


def test_the_dearest_cells_come_first_with_their_reasons() -> None:
    """A dear cell without a reason says so; a cheap one needs none."""
    run = Run(cells("a.md", 0.5, 3.5, None) | cells("b.md", 4.0, why="Sixty starts."))
    assert cost_table(costs(run)).split("\n") == [
        "    4.00 s  docs/b.md:10  Sixty starts.",
        "    3.50 s  docs/a.md:20  no reason given",
        "    0.50 s  docs/a.md:10",
        "    8.00 s  total processor time of all 3 cells",
    ]
    assert list(cost_notices(costs(run))) == [
        "docs/a.md:20: the cell takes 3.5 s of processor time, but no reason is given. "
        "Make it faster, or give the reason with `#| cost: …`"
    ]


def test_a_few_cheap_cells_are_listed_and_all_dear_ones() -> None:
    """The list is short where all is cheap, and names each cell that should say why."""
    cheap = costs(Run(cells("a.md", *[0.1] * 2 * DEAREST)))
    assert cost_table(cheap).count("docs/a.md") == DEAREST
    dear = costs(Run(cells("projects/a.md", *[CELL + 0.1] * 2 * DEAREST)))
    assert cost_table(dear).count("docs/projects/a.md:") == 2 * DEAREST
    assert len(list(cost_notices(dear))) == 2 * DEAREST + 1


def test_a_project_has_more_time_than_a_note() -> None:
    """What counts is the folder, wherever it is, and not a name that begins so."""
    names = ("a.md", "projects/b.md", "two/projects/c.md", "projects.md")
    run = Run({path: each for name in names for path, each in cells(name, *[2.4] * 5).items()})
    said = list(cost_notices(costs(run)))
    assert [each.partition(":")[0] for each in said] == ["docs/a.md", "docs/projects.md"]
    assert "take 12.0 s of processor time, more than the limit of 10 s per note" in said[0]
    assert "12.00 s  docs/a.md, above the limit of 10 s per note" in cost_table(costs(run))


def test_nothing_costs_nothing() -> None:
    """A vault without cells has a table, too."""
    assert cost_table(costs(Run())) == "    0.00 s  total processor time of all 0 cells"
    assert list(cost_notices([])) == []


@pytest.mark.gate
def test_costs_are_reported_and_fail_nothing(tmp_path: Path) -> None:
    """The table comes from the records, and programs get the same in the cells of the JSON."""
    project = ProjectDir(tmp_path)
    project.configure()
    spin = "import time\nend = time.process_time() + 3.2\nwhile time.process_time() < end: pass\n"
    project.write(
        {
            "docs/index.md": f"# Home\n\n```python\n{spin}```\n",
            "docs/why.md": "# Why\n\n```python\n#| cost: It shows the option.\nprint(1)\n```\n",
        }
    )
    said = project.notewright("check", "--costs")
    assert said.status == 0
    (row,) = said.lines("docs/index.md:3  no reason given")
    assert float(row.split()[0]) > 3
    assert said.lines("docs/why.md:3  It shows the option.")
    assert said.lines("total processor time of all 2 cells")
    assert said.lines("docs/index.md:3: the cell takes 3.")
    found = json.loads(project.notewright("check", "--costs", "--json").output)
    assert (found["ran"], found["problems"]) == (0, [])
    assert any("give the reason with `#| cost: …`" in notice for notice in found["notices"])
    assert not project.notewright("check").lines("#| cost")
    assert project.build().status == 0
    assert "shows the option" not in project.page("why")
