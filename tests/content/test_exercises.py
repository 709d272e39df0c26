"""Exercises: the skeleton fails, the reference passes, and both promise the same."""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from projects import clean_environment

from snippets.exercises.skeletons import exercises, skeleton

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "snippets" / "exercises"
TOPICS = sorted(path.stem.removeprefix("test_") for path in FOLDER.glob("test_*.py"))
NO_EXERCISES = ("__init__", "conftest", "skeletons")
SKELETONS = sorted(
    path.stem
    for path in FOLDER.glob("*.py")
    if path.name[:5] != "test_" and path.stem not in NO_EXERCISES
)
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
    assert SKELETONS == TOPICS
    assert TOPICS


@pytest.mark.nightly
def test_the_skeletons_fail() -> None:
    """No test passes before the reader has written anything, each for that reason."""
    status, output = judge("snippets/exercises")
    assert status == 1
    summary = output.splitlines()[-1]
    assert PASSED not in summary and "error" not in summary
    told = re.findall(r"(?m)^/\S+:\d+: NotImplementedError: \S", output)
    assert summary.startswith(f"{len(told)} {FAILED}")


@pytest.mark.nightly
def test_the_reference_passes() -> None:
    """What the notes show passes the tests that the reader is given."""
    status, output = judge("--reference", "snippets/exercises")
    assert status == 0, output
    assert FAILED not in output.splitlines()[-1]


def test_a_skeleton_is_what_is_made_of_its_reference() -> None:
    """Nobody keeps a signature or a docstring twice: the files are made, byte for byte."""
    made = exercises()
    assert list(made) == TOPICS
    changed = [
        topic
        for topic, exercise in made.items()
        if skeleton(topic, exercise) != FOLDER.joinpath(f"{topic}.py").read_text("utf-8")
    ]
    assert changed == [], "`python -m snippets.exercises.skeletons --all` makes them anew"


def open_parts(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """The functions and methods that stand in a module, by their names."""
    found = {}
    for name, value in vars(module).items():
        if getattr(value, "__module__", "") == module.__name__:
            if inspect.isfunction(value):
                found[name] = value
            elif inspect.isclass(value):
                methods = inspect.getmembers(value, inspect.isfunction)
                found |= {f"{name}.{each}": method for each, method in methods}
    return found


def test_skeleton_and_reference_promise_the_same() -> None:
    """Signature and docstring of what is to be written are those of the reference."""
    different = []
    for topic in TOPICS:
        reference = open_parts(importlib.import_module(f"snippets.{topic}"))
        skeletons = open_parts(importlib.import_module(f"snippets.exercises.{topic}"))
        assert skeletons, topic
        different += [
            f"{topic}.{name}"
            for name, value in skeletons.items()
            if inspect.signature(value) != inspect.signature(reference[name])
            or value.__doc__ != reference[name].__doc__
            or "raise NotImplementedError(" not in inspect.getsource(value)
        ]
    assert different == []


def test_notes_offer_the_exercises() -> None:
    """Some note says where an exercise is, and the command that judges it."""
    text = "\n".join(note.read_text("utf-8") for note in (ROOT / "docs").rglob("*.md"))
    missing = [each for each in TOPICS if f"pytest snippets/exercises/test_{each}.py" not in text]
    assert missing == []
