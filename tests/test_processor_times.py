"""The processor time of tests: what is recorded, what is named, and the first line of a run."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import forecast
import pytest
from forecast import Row
from projects import clean_environment

from tests.benchmarks import test_times as comparing

CONFTEST = """
import processor_times

def pytest_configure(config):
    processor_times.register(config)
"""
TESTS = """
import subprocess, sys
import pytest

WORK = "sum(number * number for number in range(3_000_000))"

def test_in_this_process():
    exec(WORK)

@pytest.mark.gate
def test_in_a_child():
    subprocess.run([sys.executable, "-c", WORK], check=True)

def test_nothing(): pass
"""


def test_the_work_of_a_test_and_of_its_processes_is_recorded(tmp_path: Path) -> None:
    """As a multiple of a loop of a million steps, with the tier of the test."""
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    gate: a\n    nightly: b\n")
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_work.py").write_text(TESTS)
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env=clean_environment()
        | {"PYTHONPATH": os.pathsep.join(map(str, (Path(__file__).parent, *sys.path)))}
        | {"NOTEWRIGHT_TIMES": "times.csv", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        check=True,
        capture_output=True,
    )
    with (tmp_path / "times.csv").open(newline="") as file:
        rows = {row["test"].partition("::test_")[2]: row for row in csv.DictReader(file)}
    assert {name: row["tier"] for name, row in rows.items()} == {
        "in_this_process": "quick",
        "in_a_child": "gate",
        "nothing": "quick",
    }
    if sys.platform == "linux":  # elsewhere nothing tells of other processes
        assert all(1 < float(rows[name]["call"]) < 30 for name in ("in_this_process", "in_a_child"))
    assert float(rows["nothing"]["call"]) < 1


def test_a_test_above_its_budget_is_named() -> None:
    """Each tier has its own; cells of notes have none here."""
    tests = [
        ("tests/test_a.py::test_cheap", "quick", 9.0, 50.0),
        ("tests/test_a.py::test_dear", "quick", 11.0, 0.0),
        ("tests/test_a.py::test_dearer", "quick", 21.0, 0.0),
        ("tests/test_a.py::test_real", "gate", 99.0, 0.0),
        ("tests/test_a.py::test_at_night", "nightly", 9000.0, 0.0),
        ("docs/a.md::[CodeFence#1][line:3]", "quick", 500.0, 0.0),
    ]
    assert comparing.above(tests) == [
        "tests/test_a.py::test_dearer",
        "tests/test_a.py::test_dear",
    ]


def test_a_file_that_grew_by_half_is_named() -> None:
    """One of little work may grow as it likes."""

    def row(file: str, work: float) -> Row:
        return Row(file, "quick", 1, 0, work)

    kept = [row("a", 100.0), row("b", 100.0), row("c", 1.0)]
    now = [row("a", 149.0), row("b", 151.0), row("c", 19.0), row("d", 500.0)]
    assert comparing.grown(now, kept) == ["b (quick): 100, now 151"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "7 sessions and 1,200 tests; about"),
        ({"markexpr": "gate"}, None),
        ({"keyword": "k_means"}, None),
    ],
)
def test_a_run_of_all_tests_says_first_how_many_there_are(
    options: dict[str, str], said: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part of them says nothing: the table has no figures for it."""
    rows = [Row("a", "quick", 1000, 7, 60.0), Row("b", "quick", 200, 0, 1.0)]
    monkeypatch.setattr(forecast, "read", lambda: [*rows, Row("c", "gate", 900, 0, 1.0)])
    config = SimpleNamespace(
        args_source=pytest.Config.ArgsSource.TESTPATHS,
        option=SimpleNamespace(**{"markexpr": "", "keyword": ""} | options),
        getoption=lambda name, default: 2,
    )
    line = forecast.line(config)  # type: ignore[arg-type]
    assert line is None if said is None else line is not None and line.startswith(said)
