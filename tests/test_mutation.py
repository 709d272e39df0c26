"""Changes that `benchmarks/mutation.py` makes, how it chooses them, and what it says of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmarks.mutation import (
    Change,
    Verdict,
    changes,
    compared,
    expression,
    known,
    main,
    sample,
    summary,
)

SOURCE = '''\
"""A module."""

LIMIT = 3


def first(x: int, names: list[str]) -> bool:
    """Say whether x is 1."""
    if names and x > 1:
        raise ValueError(f"{x + 1} is too much")
    é = "é" if not names else f"{x * 2}" + "a"
    if x == 1:
        return True
    return len(é) > 1.5
'''


def test_each_kind_of_change_is_made_once() -> None:
    """Operators, comparisons, numbers, truth values and conditions; no texts of errors."""
    made = {(each.line, each.old, each.new) for each in changes("a.py", SOURCE)}
    assert made == {
        (8, "names and x > 1", "names or x > 1"),
        (8, "names and x > 1", "not (names and x > 1)"),
        (8, "x > 1", "x >= 1"),
        (8, "1", "2"),
        (10, "not names", "names"),
        (10, "x * 2", "x / 2"),
        (10, "2", "3"),
        (11, "x == 1", "x != 1"),
        (11, "1", "2"),
        (12, "True", "False"),
        (13, "len(é) > 1.5", "len(é) >= 1.5"),
        (13, "1.5", "3.1"),
    }


def test_a_change_leaves_all_else_where_it_is() -> None:
    """Columns count bytes, so letters of two bytes are in nobody's way."""
    for change in changes("a.py", SOURCE):
        lines = change.apply(SOURCE).splitlines()
        before = SOURCE.splitlines()
        assert [n for n in range(len(before)) if lines[n] != before[n]] == [change.line - 1]
        assert f"({change.new})" in lines[change.line - 1]
        compile("\n".join(lines), "a.py", "exec")


def a_change(file: str, line: int) -> Change:
    return Change(file, line, 0, "1", "2", line, 1)


def test_a_sample_is_even_over_modules_and_an_edit_leaves_the_others() -> None:
    """A long module is not asked more often, and two commits are asked the same."""
    files = {f"{name}.py": [a_change(f"{name}.py", n) for n in range(9)] for name in "abc"}
    files["d.py"] = [a_change("d.py", 1)]
    chosen = sample(files, 7, 0)
    counts = {name: sum(each.file == name for each in chosen) for name in files}
    assert counts == {"a.py": 2, "b.py": 2, "c.py": 2, "d.py": 1}
    edited = files | {"c.py": [a_change("c.py", n) for n in range(20, 30)]}
    assert [each for each in sample(edited, 7, 0) if each.file != "c.py"] == [
        each for each in chosen if each.file != "c.py"
    ]
    assert sample(files, 7, 1) != chosen
    assert len(sample(files, 99, 0)) == 28


def test_a_timeout_is_no_catch() -> None:
    """Nobody waits for a test that hangs and calls it a failure; nor does the share count it."""
    verdicts = [
        Verdict(str(number), verdict)
        for number, verdict in enumerate(
            ["tests", "notes", "survived", "timeout", "untested", "broken"]
        )
    ]
    assert [each.is_caught for each in verdicts] == [True, True, False, False, False, False]
    assert summary(verdicts) == "2 of 3 caught (66.7%), 1 timeout, 1 untested, 1 broken"
    assert summary([]) == "0 of 0 caught"


def test_results_are_compared_by_their_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What both tried and only the first caught is named, with the test that caught it."""
    first = [Verdict("a", "tests", "tests/test_a.py::test_a"), Verdict("b", "tests", "x")]
    first += [Verdict("c", "survived"), Verdict("gone", "tests", "x")]
    second = [Verdict("a", "timeout"), Verdict("b", "notes", "x"), Verdict("c", "tests", "x")]
    files = []
    for name, verdicts in (("one", first), ("other", second)):
        files.append(tmp_path / f"{name}.jsonl")
        rows = [
            json.dumps({name: getattr(each, name) for name in Verdict.__slots__})
            for each in verdicts
        ]
        files[-1].write_text("\n".join([*rows, '{"key": "cut'] if name == "one" else rows))
    assert list(known(files[0])) == ["a", "b", "c", "gone"]
    (line,) = compared(known(files[0]), known(files[1]))
    assert line.split() == ["timeout", "a", "was", "caught", "by", "tests/test_a.py::test_a"]
    monkeypatch.setattr("sys.argv", ["mutation.py", "--compare", *map(str, files)])
    assert main() == 1
    said = capsys.readouterr().out
    assert "3 changes in both, 1 no longer caught" in said
    assert "one.jsonl: 2 of 3 caught" in said and "other.jsonl: 2 of 2 caught" in said


def test_a_tier_leaves_out_the_tests_of_later_ones() -> None:
    """As far as there are any: an older commit does not know the markers."""
    markers = '[tool.pytest.ini_options]\nmarkers = ["gate: later", "nightly"]\n'
    asked = [expression(tier, markers) for tier in ("quick", "gate", "nightly")]
    assert asked == ["not gate and not nightly", "not nightly", ""]
    assert expression("quick", "[tool.pytest.ini_options]\n") == ""
