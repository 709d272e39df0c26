"""What is read out of own modules is kept for the next process, while their text is the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from notewright.render import own_modules
from notewright.render.kept_modules import NAME, KeptModules
from notewright.render.own_modules import OwnModules

FIRST = (
    '"""Says twice\nwhat it is.\n\nMore."""\n\nfrom helpers.second import two\n\none = two - 1\n'
)
SECOND = "class Two:\n    def __int__(self):\n        return 2\n\n\ntwo = int(Two())\n"
SYMBOLS = ("helpers.first.one", "helpers.second.Two.__int__", "helpers.third")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two modules; a module that was read here before is not known any more."""
    (tmp_path / "helpers").mkdir()
    (tmp_path / "helpers/__init__.py").write_text("")
    (tmp_path / "helpers/first.py").write_text(FIRST)
    (tmp_path / "helpers/second.py").write_text(SECOND)
    forgetful = own_modules.OwnModule
    monkeypatch.setattr(own_modules, "_module", forgetful)
    return tmp_path


def told(root: Path) -> tuple[object, ...]:
    """All that pages ask of modules before their own pages are made, as a new process is told."""
    own = OwnModules(root, KeptModules(root))
    reached = own.reached(iter(["helpers.first"]))
    modules = [own.load(name) for name in reached]
    summaries = [each.outline.summary for each in modules if each]
    found = reached, summaries, [own.place(name) for name in SYMBOLS]
    own.keep()
    return found


def test_nothing_is_parsed_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process is told the same, without a syntax tree."""
    first = told(root)
    assert first == (
        ["helpers.second", "helpers.first"],
        ["", "Says twice what it is."],
        [("helpers.first", "one"), ("helpers.second", "Two.__int__"), ("helpers", "")],
    )

    def parse(code: str) -> None:
        raise AssertionError(code)

    monkeypatch.setattr(own_modules, "parse_code", parse)
    assert told(root) == first


def test_a_module_that_changed_is_read_anew(root: Path) -> None:
    """By its text, whatever its time."""
    told(root)
    (root / "helpers/second.py").write_text(f"import helpers.fourth\n\n\n{SECOND}")
    (root / "helpers/fourth.py").write_text("")
    reached, *_ = told(root)
    assert reached == ["helpers.fourth", "helpers.second", "helpers.first"]


@pytest.mark.parametrize(
    "name", ["cut short", "a list", "another version", "no outline", "no line"]
)
def test_what_is_damaged_is_read_anew(root: Path, name: str) -> None:
    """Nobody is told anything else for it."""
    first = told(root)
    kept = root / NAME
    stored = json.loads(kept.read_text("utf-8"))
    outlines = stored["modules"]
    damaged = {
        "cut short": kept.read_text("utf-8")[:100],
        "a list": "[]",
        "another version": json.dumps(stored | {"given": "0"}),
        "no outline": json.dumps(stored | {"modules": {key: {"imports": [1]} for key in outlines}}),
        "no line": json.dumps(
            stored
            | {"modules": {key: each | {"places": {"one": "1"}} for key, each in outlines.items()}}
        ),
    }
    kept.write_text(damaged[name], "utf-8")
    assert told(root) == first
