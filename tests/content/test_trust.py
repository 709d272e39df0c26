"""The page on trust: each of its promises names the test that holds it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "engine" / "trust.md"


def rows() -> list[tuple[str, str]]:
    """The promises of the page, with the name of a test each."""
    holds = PAGE.read_text("utf-8").partition("## What is guaranteed")[2].partition("\n## ")[0]
    lines = [line for line in holds.split("\n") if line.startswith("| ") and "---" not in line]
    return [
        (cells[1].strip(), cells[2].strip("` "))
        for cells in (line.split("|") for line in lines)
        if cells[1].strip() != "promise"  # the head of a table
    ]


def test_each_promise_names_a_test_that_exists() -> None:
    """A line without one would be a hope."""
    tests = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.M)
    }
    found = rows()
    assert len(found) >= 12
    assert [promise for promise, test in found if test not in tests] == []


def test_no_test_is_named_twice() -> None:
    """Each promise is held by something of its own."""
    names = [test for _, test in rows()]
    assert sorted(set(names)) == sorted(names)
