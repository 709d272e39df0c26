"""SARIF: what the standard asks for is there, and places and words are those of `check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from projects import ProjectDir

from notewright.errors import Problem
from notewright.hosts.sarif import as_sarif

FIELD = st.text(st.characters(exclude_categories=()), max_size=8)
PROBLEMS = st.lists(
    st.builds(
        Problem,
        FIELD,
        st.integers(0, 99),
        FIELD,
        FIELD,
        FIELD,
        st.integers(0, 99),
    ),
    max_size=6,
)


def results(text: str) -> list[dict[str, Any]]:
    """The results of a log that has what 2.1.0 asks for (its sections 3.13 to 3.30)."""
    log = json.loads(text)
    assert log["version"] == "2.1.0" and log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] and driver["semanticVersion"].count(".") == 2
    identifiers = [rule["id"] for rule in driver["rules"]]
    assert len(identifiers) == len(set(identifiers))
    assert run["columnKind"] == "utf16CodeUnits"  # as columns of links are counted
    (invocation,) = run["invocations"]
    assert isinstance(invocation["executionSuccessful"], bool)
    told = [*invocation["toolExecutionNotifications"], *run["results"]]
    assert all(each["level"] in ("none", "note", "warning", "error") for each in told)
    assert all(isinstance(each["message"]["text"], str) for each in told)
    for result in run["results"]:
        assert identifiers[result["ruleIndex"]] == result["ruleId"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"]["uri"].isascii()
        assert all(count >= 1 for count in place["region"].values())
        assert all(isinstance(each, str) for each in result["partialFingerprints"].values())
    marks = [each["partialFingerprints"]["notewright/v1"] for each in run["results"]]
    assert len(marks) == len(set(marks))
    found: list[dict[str, Any]] = run["results"]
    return found


@given(PROBLEMS)
def test_any_problem_is_valid_sarif(problems: list[Problem]) -> None:
    """Whatever a note holds: odd names of files, no column, half of a surrogate pair."""
    text = as_sarif(problems, ["a notice"])
    found = results(text)
    assert len(found) == len(problems) and text == as_sarif(problems, ["a notice"])
    for problem, result in zip(problems, found, strict=True):
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region.get("startColumn", 0) == problem.column
        assert problem.message in result["message"]["text"]


@pytest.mark.gate
def test_check_writes_it(tmp_path: Path) -> None:
    """Cells and links, in a file with a blank in its name; the status is that of `check`."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/a ä.md": "# A\n\n🎲 [[gone]].\n\n```python\n1 / 0\n```\n"})
    checked = project.notewright("check", "--sarif")
    places = [each["locations"][0]["physicalLocation"] for each in results(checked.output)]
    assert checked.status == 1
    assert {unquote(each["artifactLocation"]["uri"]) for each in places} == {"docs/a ä.md"}
    assert [each["region"] for each in places] == [
        {"startLine": 3, "startColumn": 4},
        {"startLine": 6},
    ]
    assert project.notewright("check", "--sarif", "--json").status == 2
    project.write({"docs/a ä.md": "# A\n"})
    well = project.notewright("check", "--sarif")
    assert well.status == 0 and results(well.output) == []
