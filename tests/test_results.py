"""Tables of results: what cells of other notes gave, collected while the page is made."""

from __future__ import annotations

from pathlib import Path

import pytest
from converted import convert, read
from projects import ProjectDir

HELPER = '''
class Result(dict):
    """A result that the site collects."""

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": "a result", "application/vnd.notewright.result+json": dict(self)}
'''
CELL = """
```python
#| label: {label}
from helper import Result

Result(kind="lesson", id="{label}", verdict="{verdict}", seeds={seeds})
```
"""
LEDGER = """
# Ledger

```results
from: lessons/*
where: {kind: lesson}
columns: {id: Lesson, verdict: Verdict, seeds: Seeds}
sort: seeds
totals: verdict
```
"""


@pytest.fixture
def ledger(tmp_path: Path) -> ProjectDir:
    """A ledger over the results of two notes."""
    project = ProjectDir(tmp_path)
    project.configure()
    one = CELL.format(label="L1", verdict="confirmed", seeds=12)
    two = CELL.format(label="L2", verdict="<b>refuted</b>", seeds=9)
    project.write(
        {
            "helper.py": HELPER,
            "docs/index.md": LEDGER,
            "docs/lessons/a.md": "# A\n" + one + two + "\n```python\n1\n```\n",
            "docs/lessons/b.md": "# B\n" + CELL.format(label="L3", verdict="confirmed", seeds=10),
            "docs/other.md": "# O\n" + CELL.format(label="L4", verdict="confirmed", seeds=10),
        }
    )
    return project


def rows(project: ProjectDir) -> list[list[str]]:
    """The texts of the table's rows."""
    (around,) = read(project.page("index")).all("div", "nw-results")
    return [[cell.text for cell in row.all("td")] for row in around.all("tbody")[0].all("tr")]


def test_a_table_collects_the_results_of_the_notes_it_names(ledger: ProjectDir) -> None:
    """Rows are sorted, counted, escaped, and lead to their cells; numbers sort as numbers."""
    result = ledger.build()
    assert result.status == 0, result.output
    assert rows(ledger) == [
        ["L2", "<b>refuted</b>", "9"],
        ["L3", "confirmed", "10"],
        ["L1", "confirmed", "12"],
    ]
    (around,) = read(ledger.page("index")).all("div", "nw-results")
    assert [head.text for head in around.all("th")] == ["Lesson", "Verdict", "Seeds"]
    assert around.all("p")[0].text == "confirmed: 2, <b>refuted</b>: 1; in all 3"
    links = [link.attributes["href"] for link in around.all("a")]
    assert links == ["lessons/a/#L2", "lessons/b/#L3", "lessons/a/#L1"]
    assert "results" not in ledger.page("lessons/a").partition("<article")[2]


def test_a_table_follows_its_cells_and_runs_nothing(ledger: ProjectDir) -> None:
    """An edited cell changes the table of another note; only its own session runs."""
    assert ledger.build().status == 0
    ledger.write({"docs/lessons/b.md": CELL.format(label="L3", verdict="depends", seeds=10)})
    result = ledger.build()
    assert result.status == 0, result.output
    assert "1 run, 4 fresh" in result.output
    assert ["L3", "depends", "10"] in rows(ledger)


@pytest.mark.parametrize(
    ("fence", "message", "remedy"),
    [
        (
            "from: lesson/*\ncolumns: {id: Id}",
            "no cell of `lesson/*` gives such a result",
            "`from`",
        ),
        ("from: lessons/*\ncolumns: {verdic: V}", "no result has a `verdic`", "`verdict`"),
        ("from: lessons/*\ncolums: {id: Id}", "there is no key `colums`", "`columns`"),
        ("from: lessons/*", "`columns` is missing", "columns: {name: Heading}"),
        ("columns: {id: Id}", "`from` is missing", "from: lessons/*"),
        ("from: [a", "it is no YAML", ""),
        ("lessons", "it is no mapping", "from: folder/*"),
        ("from: a\ncolumns: {a: b}\nwhere: 1", "`where` is no mapping", "{name: value}"),
    ],
)
def test_a_table_that_cannot_be_made_ends_the_build(
    ledger: ProjectDir, fence: str, message: str, remedy: str
) -> None:
    """The error names the note and the line, what is wrong and what to do."""
    ledger.write({"docs/index.md": f"# Ledger\n\n```results\n{fence}\n```\n"})
    result = ledger.build()
    assert result.status == 1
    assert "docs/index.md:4: the table of results cannot be shown" in result.output
    assert message in result.output
    assert remedy in result.output


def test_another_fence_is_left_alone() -> None:
    """Only the language `results` asks for a table, and code stays code."""
    page = convert("```result\nfrom: x\n```\n\n````text\n```results\n```\n````\n")
    assert page.problems == []
    assert not read(page.html).all("div", "nw-results")
