"""What a pass over the vault tells: to people, to machines, and in the same words everywhere."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from projects import ProjectDir, Result

from notewright.errors import Problem
from notewright.hosts.report import SLOWEST, as_json, ci_lines, profile
from notewright.note.cells import Cell
from notewright.run.engine import Run
from notewright.run.records import CellRecord
from notewright.run.verdicts import CellResult


@pytest.fixture
def on_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests run where a code host runs them."""
    monkeypatch.setenv("CI", "true")


@pytest.mark.parametrize("value", ["", "0", "false", "False"])
def test_no_annotations_outside_of_ci(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal shows no lines for machines."""
    problem = Problem("docs/a.md", 1, "wrong")
    monkeypatch.setenv("CI", value)
    assert ci_lines([problem]) == []
    monkeypatch.delenv("CI")
    assert ci_lines([problem]) == []


def test_an_annotation_names_file_and_line(on_ci: None) -> None:
    """The code host shows message and remedy beside the line; details stay in the log."""
    problem = Problem("docs/a.md", 7, "the note says 1", "Correct it", "details\nof it")
    assert ci_lines([problem]) == [
        "::error file=docs/a.md,line=7,title=notewright::the note says 1. Correct it"
    ]


def test_what_annotations_mean_is_escaped(on_ci: None) -> None:
    """A name or a message cannot end its annotation, or begin another one."""
    problem = Problem("docs/a, b: 5%.md", 1, "100%\r\n::error file=x::y", "a, b: c")
    (line,) = ci_lines([problem])
    assert line == (
        "::error file=docs/a%2C b%3A 5%25.md,line=1,title=notewright::"
        "100%25%0D%0A::error file=x::y. a, b: c"
    )


def result(line: int, seconds: float | None, *problems: Problem, file: str = "a") -> CellResult:
    record = None if seconds is None else CellRecord([], seconds, processor=2 * seconds)
    return CellResult(Cell(f"docs/{file}.md", line, line + 2), record, problems)


def test_the_slowest_cells_come_first() -> None:
    """A profile is short: the slowest cells in order, and the time of all."""
    cells = [result(line, line / 10) for line in range(1, 2 * SLOWEST)]
    run = Run({"a.md": cells, "b.md": [result(1, 9.0, file="b"), result(4, None, file="b")]})
    lines = profile(run).split("\n")
    assert len(lines) == SLOWEST + 2
    assert lines[0].split() == ["clock", "processor", "cell"]
    assert lines[1].split() == ["9.00", "s", "18.00", "s", "docs/b.md:1"]
    assert lines[2].split() == ["1.90", "s", "3.80", "s", "docs/a.md:19"]
    assert lines[-1].split() == ["28.00", "s", "56.00", "s", "all", "20", "cells"]
    assert len({line.index("s  ") for line in lines[1:]}) == 1


def test_a_profile_of_nothing() -> None:
    """A vault without cells has a profile, too."""
    words = ["0.00", "s", "0.00", "s", "all", "0", "cells"]
    assert profile(Run()).split("\n")[1].split() == words


def test_json_is_in_the_order_of_the_notes() -> None:
    """Two passes over one vault can be compared as text."""
    wrong = Problem("docs/a.md", 3, "wrong", "mend it", "here")
    cells = {"b.md": [result(1, 0.5, file="b")], "a.md": [result(3, 1.0, wrong), result(9, None)]}
    found = json.loads(as_json(Run(cells, [wrong], ["é"], ran=1, fresh=2, failed=1)))
    assert [(cell["file"], cell["line"], cell["state"]) for cell in found["cells"]] == [
        ("docs/a.md", 3, "failed"),
        ("docs/a.md", 9, "not run"),
        ("docs/b.md", 1, "passed"),
    ]
    (problem,) = found["problems"]
    assert problem == {
        "file": "docs/a.md",
        "line": 3,
        "column": 0,
        "message": "wrong",
        "remedy": "mend it",
        "detail": "here",
    }
    assert (found["ran"], found["fresh"], found["failed"]) == (1, 2, 1)


WRONG = {
    "docs/index.md": """\
        # Home

        ```python
        #| label: first
        x = 1
        ```

        It is 2<!--= x -->.

        ```python
        y = 1 / 0
        ```

        ```python continuation
        y
        ```

        [[Nowhere]]
        """,
    "docs/a, b.md": """\
        ```python
        print("one\\ntwo")
        ```

        ```output
        one
        ```

        ```pycon
        >>> 1 + 1
        3
        ```

        ```python
        #| ehco: false
        x = 1
        ```
        """,
}

HEADLINES = [
    "docs/index.md:8: the note says 2, but the cell computes 1",
    "docs/index.md:11: ZeroDivisionError: division by zero",
    "docs/index.md:18:1: no note or file called `Nowhere`",
    "docs/a, b.md:5: the output in the note differs from the output of the cell",
    "docs/a, b.md:10: the note says 3, but the cell computes 2",
    "docs/a, b.md:15: unknown option `ehco`. Did you mean `echo`?",
]


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    """A vault with mistakes of several kinds."""
    project = ProjectDir(tmp_path_factory.mktemp("report"))
    project.configure()
    project.write(WRONG)
    return project


def _told(result: Result) -> set[str]:
    """Headlines of a reader's output, without its own decoration."""
    lines = (re.sub(r"^(ERROR|WARNING) +- +", "", line) for line in result.output.split("\n"))
    return {line.rstrip() for line in lines if re.match(r"docs/[^:]*:\d+(:\d+)?: ", line)}


def _annotated(result: Result) -> list[str]:
    return sorted(line for line in result.output.split("\n") if line.startswith("::error "))


@pytest.fixture(scope="module")
def readers(wrong: ProjectDir) -> dict[str, Result]:
    """What each of the readers says of it, on a code host."""
    return {
        "check": wrong.notewright("check", CI="true"),
        "build": wrong.build(CI="true"),
        "pytest": wrong.pytest("-q", "-rN", CI="true"),
    }


@pytest.mark.gate
def test_all_readers_use_the_same_words(readers: dict[str, Result]) -> None:
    """The site, the tests and the check tell the same mistakes, word for word."""
    for name, said in readers.items():
        assert said.status == 1, name
        for headline in HEADLINES:
            assert len(said.lines(headline)) == 1, (name, headline)
    told = _told(readers["check"])
    assert len(told) >= len(HEADLINES)
    assert {each for each in told if "not run" not in each} <= _told(readers["build"])
    assert told == _told(readers["pytest"])


def test_all_readers_annotate_the_same_lines(readers: dict[str, Result]) -> None:
    """The code host shows each mistake once beside its line, whichever command found it."""
    found = {name: _annotated(said) for name, said in readers.items()}
    assert len(found["check"]) >= len(HEADLINES)
    for headline in HEADLINES:
        found_place = re.fullmatch(r"(.*?):(\d+)(?::(\d+))?: (.*)", headline)
        assert found_place is not None
        file, line, column, message = found_place.groups()
        place = f"line={line},col={column}" if column else f"line={line}"
        start = f"::error file={file.replace(',', '%2C')},{place},title=notewright::{message}"
        for name, lines in found.items():
            assert len([each for each in lines if each.startswith(start)]) == 1, name


@pytest.mark.nightly
def test_workers_of_xdist_annotate_too(wrong: ProjectDir, readers: dict[str, Result]) -> None:
    """However many processes share the tests, each mistake is annotated once."""
    pytest.importorskip("xdist")
    alone = _annotated(readers["pytest"])
    assert _annotated(wrong.pytest("-q", "-rN", "-n", "2", CI="true")) == alone != []


def test_details_are_told_by_all(readers: dict[str, Result]) -> None:
    """The lines around the mistake, and the difference, are in every log."""
    for said in readers.values():
        assert len(said.lines(">   11 | y = 1 / 0")) == 1
        assert said.lines("+ two")


def test_what_only_the_page_can_tell_is_annotated(tmp_path: Path) -> None:
    """A formula that cannot be shown is marked at its line, too."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": "# Home\n\nThe formula $\\frac{1}{$ is broken.\n"})
    said = project.build(CI="1")
    assert said.status == 1
    assert (
        len(
            said.lines(
                "::error file=docs/index.md,line=3,title=notewright::cannot show the formula"
            )
        )
        == 1
    )


@pytest.mark.gate
def test_json_is_all_that_is_printed(wrong: ProjectDir) -> None:
    """A machine reads one object, with each cell and each mistake, and nothing else."""
    said = wrong.command(
        "-c",
        "import sys; from notewright.hosts.cli import main; sys.stderr = open('../stderr', 'w')\n"
        "sys.exit(main(['run', '--json']))",
        CI="true",
    )
    assert said.status == 1
    found: dict[str, Any] = json.loads(said.output)
    assert found["failed"] == 5
    places = {(each["file"], each["line"]) for each in found["problems"]}
    assert {("docs/index.md", 8), ("docs/index.md", 11), ("docs/a, b.md", 10)} <= places
    states = {(each["file"], each["line"]): each["state"] for each in found["cells"]}
    assert states["docs/index.md", 10] == "failed"
    assert [each["label"] for each in found["cells"] if each["label"]] == ["first"]
    times = [each[name] for each in found["cells"] for name in ("seconds", "processor")]
    assert any(times) and all(time is None or time >= 0 for time in times)


@pytest.mark.nightly
def test_json_of_a_vault_that_is_well(tmp_path: Path) -> None:
    """Nothing is wrong, and the status says so; a second time nothing runs."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": "```python\nprint('é')\n```\n\n```python notest\nx\n```\n"})
    for ran, fresh in ((1, 0), (0, 1)):
        said = project.notewright("run", "--json")
        found = json.loads(said.output)
        assert said.status == 0
        assert (found["ran"], found["fresh"], found["problems"]) == (ran, fresh, [])
        assert [each["state"] for each in found["cells"]] == ["passed", "not run"]


@pytest.mark.nightly
def test_a_profile_names_the_slow_cell(tmp_path: Path) -> None:
    """Who waits for the notes sees which cell to mend, also when nothing had to run."""
    project = ProjectDir(tmp_path)
    project.configure()
    slow = "```python\nimport time\n```\n\n```python continuation\ntime.sleep(0.3)\n```\n"
    project.write({"docs/index.md": slow})
    for _ in range(2):
        said = project.notewright("run", "--profile")
        assert said.status == 0
        first, second, *_ = said.lines("docs/index.md:")
        seconds, _, processor, _, where = first.split()
        assert where == "docs/index.md:5"
        assert float(seconds) >= 0.3 > float(processor)
        assert second.split()[4] == "docs/index.md:1"
        assert said.lines("all 2 cells")
