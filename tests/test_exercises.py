"""Exercises: the skeleton fails, the reference passes, and both promise the same."""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from projects import clean_environment

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "snippets" / "exercises"
TOPICS = sorted(path.stem.removeprefix("test_") for path in FOLDER.glob("test_*.py"))
SKELETONS = sorted(path.stem for path in FOLDER.glob("*.py") if path.name[0] != "_")
# What the words of an outcome are in the last line of pytest.
FAILED, PASSED = "failed", "passed"


def judge(*arguments: str) -> tuple[int, str]:
    """Run the tests of the exercises as a reader does; return status and output."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=line", "-rN"]
    done = subprocess.run(
        [*command, *arguments], cwd=ROOT, env=clean_environment(), capture_output=True, text=True
    )
    return done.returncode, done.stdout


def test_each_exercise_has_tests() -> None:
    """A file to fill in comes with the tests to fill it in by, and the other way round."""
    assert [name for name in SKELETONS if name[:5] != "test_" and name != "conftest"] == TOPICS
    assert TOPICS


def test_the_skeletons_fail() -> None:
    """No test passes before the reader has written anything, each for that reason."""
    status, output = judge("snippets/exercises")
    assert status == 1
    summary = output.splitlines()[-1]
    assert PASSED not in summary and "error" not in summary
    told = re.findall(r"(?m)^/\S+:\d+: NotImplementedError: \S", output)
    assert summary.startswith(f"{len(told)} {FAILED}")


def test_the_reference_passes() -> None:
    """What the notes show passes the tests that the reader is given."""
    status, output = judge("--reference", "snippets/exercises")
    assert status == 0, output
    assert FAILED not in output.splitlines()[-1]


@pytest.mark.parametrize("topic", TOPICS)
def test_skeleton_and_reference_promise_the_same(topic: str) -> None:
    """Signature and docstring of what is to be written are those of the reference."""
    skeleton = importlib.import_module(f"snippets.exercises.{topic}")
    reference = importlib.import_module(f"snippets.{topic}")
    open_parts = [
        (name, value)
        for name, value in vars(skeleton).items()
        if inspect.isfunction(value) and value.__module__ == skeleton.__name__
    ]
    assert open_parts
    for name, value in open_parts:
        original = getattr(reference, name)
        assert inspect.signature(value) == inspect.signature(original)
        assert value.__doc__ == original.__doc__
        assert "raise NotImplementedError(" in inspect.getsource(value)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_note_offers_the_exercise(topic: str) -> None:
    """Some note says where the exercise is, and the command that judges it."""
    command = f"pytest snippets/exercises/test_{topic}.py"
    notes = (ROOT / "docs").rglob("*.md")
    assert any(command in note.read_text("utf-8") for note in notes)
