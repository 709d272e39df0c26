"""Requests of pages about exercises: their text, their tests, names, and what is saved."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from notewright.errors import EngineError
from notewright.hosts.playground import exercises, saving
from notewright.hosts.playground.exercises import Exercise
from notewright.note.note import Note
from notewright.run.playground.playground import Playground
from notewright.run.worker.outputs import plain_text

Answer = Callable[[Playground, Path, Exercise, Mapping[str, Any]], Mapping[str, Any]]


def told(note: Note, root: Path) -> list[Mapping[str, Any]]:
    """The exercises of a page, each with the command by which it is found there, and its text."""
    return [
        {
            "exercise": number,
            "command": each.command,
            "file": each.file,
            "code": exercises.without_hints((root / each.file).read_text("utf-8")),
        }
        for number, each in enumerate(exercises.exercises_of(note, root), 1)
    ]


def find(note: Note, root: Path, number: Any) -> Exercise:
    """The exercise of a note with a number.

    Raises:
        EngineError: If there is none.
    """
    found = exercises.exercises_of(note, root)
    if not isinstance(number, int) or not 0 < number <= len(found):
        raise EngineError("this exercise is no longer in the note. Reload the page")
    return found[number - 1]


def _check(
    playground: Playground, root: Path, exercise: Exercise, asked: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What became of each test, with hints for those that fail."""
    code = _code(asked)
    wrong = exercises.wrong_in(code)
    if wrong is not None:
        return {"tests": [], "said": wrong[0], "line": wrong[1]}
    shown = playground.run(exercises.session_of(exercise, code, root), 1, {})
    if shown.result.problems:
        said = "Stopped" if shown.is_stopped else shown.result.problems[0].message
        return {"tests": [], "said": said, "line": 0, "stopped": shown.is_stopped}
    found = json.loads(plain_text(shown.result.outputs))
    file, tests = ((root / each).read_text("utf-8") for each in (exercise.file, exercise.tests))
    judged = [
        {**test, "hints": [] if test["passed"] else exercises.hints_for(test, tests, file)}
        for test in found["tests"]
    ]
    return {"tests": judged, "said": found["wrong"], "line": 0}


def _stop(
    playground: Playground, root: Path, exercise: Exercise, asked: Mapping[str, Any]
) -> Mapping[str, Any]:
    playground.stop(exercises.session_of(exercise, "", root))
    return {}


def _ask(
    playground: Playground, root: Path, exercise: Exercise, asked: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Names that can follow, or help: of what the tests import, and of the code itself."""
    line, column, wants = asked["line"], asked["column"], asked["wants"]
    if not isinstance(line, int) or not isinstance(column, int):
        raise TypeError
    session = exercises.session_of(exercise, "", root)
    question = {"code": _code(asked), "line": line, "column": column, "wants": wants}
    said = playground.ask(session, 1, {}, question)  # type: ignore[arg-type]
    try:
        found = json.loads(said)
    except ValueError:  # what it imports fails, or it took too long
        return {}
    return found if isinstance(found, dict) else {}


def _difference(
    playground: Playground, root: Path, exercise: Exercise, asked: Mapping[str, Any]
) -> Mapping[str, Any]:
    change = exercises.change(exercise, _code(asked), root)
    return {"file": exercise.file, "difference": change.difference, "digest": change.digest}


def _save(
    playground: Playground, root: Path, exercise: Exercise, asked: Mapping[str, Any]
) -> Mapping[str, Any]:
    digest = asked["digest"]
    if not isinstance(digest, str):
        raise TypeError
    change = exercises.change(exercise, _code(asked), root)
    saving.save(change, digest, root / exercise.file, exercise.file)
    return {"file": exercise.file}


def _code(asked: Mapping[str, Any]) -> str:
    found = asked["code"]
    if not isinstance(found, str):
        raise TypeError
    return found


KINDS: Mapping[str, Answer] = {
    "check": _check,
    "stop": _stop,
    "names": _ask,
    "help": _ask,
    "difference": _difference,
    "save": _save,
}
"""What can be asked of an exercise."""
