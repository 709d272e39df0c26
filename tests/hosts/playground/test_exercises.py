"""Exercises in a page: what a note offers, their hints, and the tests that judge them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from notewright.hosts.playground import exercise_requests, exercises
from notewright.note.note import Note
from notewright.run.playground.playground import Playground
from notewright.run.worker import confinement
from notewright.settings import Settings
from notewright.vault.vault import Vault

ROOT = Path(__file__).parents[3]
NOTE = "# Sums\n\nUntil `pytest work/test_sums.py` passes. It is `pytest work/test_sums.py`.\n"
FILE = '''\
def total(numbers):
    """The sum, größer or not."""
    größe = "ü"; raise NotImplementedError("add " "each")


class Sums:
    def mean(self, numbers):
        if numbers:
            raise NotImplementedError("the total first")
'''
TESTS = '''\
from work import sums


def test_total():
    """Of one and two it is three."""
    assert sums.total([1, 2]) == 3


def test_mean():
    """It is one and a half."""
    assert sums.Sums().mean([1, 2]) == 1.5
'''


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with an exercise."""
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "sums.py").write_text(FILE, "utf-8")
    (tmp_path / "work" / "test_sums.py").write_text(TESTS, "utf-8")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "note.md").write_text(NOTE, "utf-8")
    return tmp_path


@pytest.fixture
def playground(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Playground]:
    """The playground of that project."""
    monkeypatch.delenv("NOTEWRIGHT_EXECUTE", raising=False)
    made = Playground(Settings.from_options(root, root / "docs", {}))
    yield made
    made.close()


def note(root: Path) -> Note:
    """The note that names the exercise."""
    return Vault.scan(Settings.from_options(root, root / "docs", {})).notes["note.md"]


def ask(playground: Playground, root: Path, what: str, **asked: object) -> Any:
    """What is said to a request about the exercise."""
    found = exercise_requests.find(note(root), root, 1)
    return exercise_requests.KINDS[what](playground, root, found, {"wants": what, **asked})


def test_a_note_offers_what_it_names(root: Path) -> None:
    """Once, and if both files are there, within the project."""
    told = exercise_requests.told(note(root), root)
    assert [each["command"] for each in told] == ["pytest work/test_sums.py"]
    assert "add" not in told[0]["code"] and "raise NotImplementedError\n" in told[0]["code"]
    (root.parent / "test_sums.py").write_text(TESTS, "utf-8")
    (root.parent / "sums.py").write_text(FILE, "utf-8")
    elsewhere = Note("note.md", "docs/note.md", "`pytest ../test_sums.py` `pytest test_none.py`")
    assert exercises.exercises_of(elsewhere, root) == []


def test_each_exercise_is_offered() -> None:
    """By the note that names its command; what is shown and saved is its file but for the hints."""
    texts = (path.read_text("utf-8") for path in sorted(ROOT.glob("docs/*/*.md")))
    notes = [Note("a.md", "docs/a.md", text) for text in texts]
    found = [each for note in notes for each in exercises.exercises_of(note, ROOT)]
    wanted = sorted(ROOT.glob("snippets/exercises/test_*.py"))
    assert sorted({ROOT / each.tests for each in found}) == wanted  # one may stand in two notes
    for each in found:
        text = (ROOT / each.file).read_text("utf-8")
        shown = exercises.without_hints(text)
        assert exercises.gaps(text) and all(gap.hint for gap in exercises.gaps(text))
        assert not any(gap.hint for gap in exercises.gaps(shown))
        assert exercises.with_hints(shown, text) == text


def test_hints_stand_where_they_stood(root: Path) -> None:
    """Also on lines with letters of several bytes; what is written has none."""
    assert [(gap.name, gap.hint) for gap in exercises.gaps(FILE)] == [
        ("total", "add each"),
        ("Sums.mean", "the total first"),
    ]
    shown = exercises.without_hints(FILE)
    assert exercises.with_hints(shown, FILE) == FILE
    written = shown.replace("raise NotImplementedError", "return sum(numbers)", 1)
    saved = exercises.with_hints(written, FILE)
    assert "add" not in saved and "the total first" in saved
    assert exercises.gaps("def total(:\n") == []


@pytest.mark.nightly
def test_its_tests_judge_what_is_not_saved(playground: Playground, root: Path) -> None:
    """Each passes or fails with its reason, its line and hints; nothing is written."""
    code = (
        "def total(numbers):\n    print('seen', numbers)\n    return 4\n\n\nclass Sums:\n    pass\n"
    )
    told = ask(playground, root, "check", code=code)
    assert [each["passed"] for each in told["tests"]] == [False, False], told
    first, second = told["tests"]
    assert first["hints"][0] == "Of one and two it is three."
    assert first["hints"][1].startswith("assert 4 == 3")
    assert first["hints"][2:] == ["total: add each"]
    assert first["printed"] == "seen [1, 2]\n"
    assert second["hints"][-1] == "Sums.mean: the total first"
    right = "total = sum\n\n\nclass Sums:\n    def mean(self, numbers):\n        return 1 / 0\n"
    told = ask(playground, root, "check", code=right)
    assert [each["passed"] for each in told["tests"]] == [True, False]
    assert told["tests"][1]["line"] == 6 and "ZeroDivisionError" in told["tests"][1]["said"]
    assert ask(playground, root, "check", code="def (") == {
        "tests": [],
        "said": "SyntaxError: invalid syntax",
        "line": 1,
    }
    assert "ImportError" in json.dumps(ask(playground, root, "check", code="import nothing_such"))
    assert (root / "work" / "sums.py").read_text("utf-8") == FILE
    assert sorted(path.name for path in (root / "work").iterdir()) == ["sums.py", "test_sums.py"]


@pytest.mark.gate
def test_it_has_the_limits_of_a_cell(playground: Playground, root: Path) -> None:
    """Where it may write, and that its process is its own."""
    told = ask(playground, root, "check", code="import os\nos._exit(3)")
    assert told["tests"] == [] and told["said"]
    if confinement.is_possible():
        code = "def total(numbers):\n    open('docs/note.md', 'w').write('x')"
        told = ask(playground, root, "check", code=code)
        assert "PermissionError" in told["tests"][0]["said"]
        assert (root / "docs" / "note.md").read_text("utf-8") == NOTE


@pytest.mark.nightly
def test_names_are_known_and_it_is_saved(playground: Playground, root: Path) -> None:
    """By what is written; and the file is written only if it is what it was."""
    code = "import math\n\nmath.hyp"
    told = ask(playground, root, "names", code=code, line=3, column=8)
    assert told["names"][0]["name"] == "hypot"
    shown = exercises.without_hints(FILE)
    code = shown.replace("raise NotImplementedError", "return 3", 1)
    digest = ask(playground, root, "difference", code=code)["digest"]
    assert ask(playground, root, "save", code=code, digest=digest) == {"file": "work/sums.py"}
    assert (root / "work" / "sums.py").read_text("utf-8") == exercises.with_hints(code, FILE)
    from notewright.errors import EngineError

    with pytest.raises(EngineError, match="has changed since the diff was shown"):
        ask(playground, root, "save", code=code, digest=digest)
