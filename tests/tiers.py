"""Choose the tests of a run by their tier.

A test without a marker is quick. `pytest` runs the quick tests; `pytest -m gate` and `-m nightly`
run the later tiers. A file or a test that is named on the command line runs whole, whatever its
tier. `markers` in `pyproject.toml` describes the tiers.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

LATER = ("gate", "nightly")
"""The tiers that plain `pytest` does not run."""

_MODULE_MARKS = re.compile(r"(?m)^pytestmark = .*(?:\n[ \])].*)*")
_MARK = re.compile(r"\bpytest\.mark\.(gate|nightly)\b")
_EXPRESSION = re.compile(r"(?:\s|[()]|\b(?:gate|nightly|not|and|or)\b)+")


def is_left_out(path: Path, config: pytest.Config) -> bool:
    """Whether no test of a file can be selected, so that it need not be imported.

    A tier decides that only where `-m` names nothing else.
    """
    expression = config.option.markexpr or "not gate and not nightly"
    if path.suffix != ".py" or not path.name.startswith("test_") or _is_named(path, config):
        return False
    if not _EXPRESSION.fullmatch(expression):
        return False
    return not any(_selects(expression, marks) for marks in _marks_in(path))


def deselect(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests of later tiers to those who ask for them."""
    if config.option.markexpr:
        return
    later = [item for item in items if tier(item) != "quick" and not _is_named(item.path, config)]
    if later:
        config.hook.pytest_deselected(items=later)
        dropped = set(map(id, later))
        items[:] = [item for item in items if id(item) not in dropped]


def tier(item: pytest.Item) -> str:
    """The tier of a test: the latest one that marks it."""
    found = [name for name in LATER if item.get_closest_marker(name)]
    return found[-1] if found else "quick"


def _marks_in(path: Path) -> Sequence[frozenset[str]]:
    """The sets of tier markers that the tests of a file can have, by its text."""
    text = path.read_text("utf-8")
    whole = frozenset(mark for each in _MODULE_MARKS.findall(text) for mark in _MARK.findall(each))
    return [whole, *(whole | {mark} for mark in set(_MARK.findall(text)) - whole)]


@functools.cache
def _selects(expression: str, marks: frozenset[str]) -> bool:
    """Whether an expression of `-m` selects a test with these markers."""
    return bool(eval(expression, {"__builtins__": {}}, {name: name in marks for name in LATER}))


def _is_named(path: Path, config: pytest.Config) -> bool:
    """Whether the command line names the file, or a test in it."""
    return path in _named(config)


def _named(config: pytest.Config) -> frozenset[Path]:
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        return frozenset()
    words = tuple(config.args)
    return _files(config.invocation_params.dir, words)


@functools.cache
def _files(directory: Path, words: tuple[str, ...]) -> frozenset[Path]:
    named = (Path(directory, word.partition("::")[0]) for word in words)
    return frozenset(path.resolve() for path in named if path.is_file())
