"""Standalone code: runs without the project, and does the same as with it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import note_records
import pytest

from notewright.render.cell_code import sessions_of
from notewright.render.own_modules import OwnModules
from notewright.render.source_pages import Sources
from notewright.render.standalone import helpers_of
from notewright.run.engine import Engine
from notewright.vault.vault import Vault

ROOT = Path(__file__).parents[2]
ALL = os.environ.get("NOTEWRIGHT_STANDALONE") == "all"

BASE = {
    "own/__init__.py": "",
    "own/numbers.py": '"""Numbers."""\n\nfrom __future__ import annotations\n\nimport math\n\n'
    "FACTOR = 3\nUNUSED = 1 / 1\n\n\ndef times(x: Later) -> float:\n"
    '    """Many."""\n    return math.floor(x) * FACTOR\n\n\n'
    'class Later:\n    pass\n\n\nif __name__ == "__main__":\n    raise SystemExit(3)\n',
    "own/more.py": "from own.numbers import times\n\n\ndef twice(x):\n    return times(times(x))\n",
    "own/other.py": "def times(x):\n    return -x\n\n\ndef run(x):\n    return times(x)\n",
    "own/place.py": "from pathlib import Path\n\nHERE = Path(__file__).parent\n",
}
CASES = {
    "from": ["from own.numbers import times\nprint(times(2.5))\n"],
    "passed on": ["from own.more import times, twice\nprint(times(1), twice(2))\n"],
    "as": ["from own.numbers import times as many\nprint(many(2))\n"],
    "module": ["from own import numbers\nprint(numbers.times(2), numbers.FACTOR)\n"],
    "import": ["import own.other\nimport own.more as m\nprint(own.other.run(1), m.twice(1))\n"],
    "two meanings": [
        "from own.more import twice\nfrom own.other import run\nprint(twice(1), run(1))"
    ],
    "rebound": ["from own.numbers import times\nFACTOR = 100\nprint(times(2), FACTOR)\n"],
    "builtin": ["from own.numbers import times\nmath = None\nprint(times(2))\n"],
    "inside": ["def f():\n    from own.other import run\n    return run(1)\n\n\nprint(f())\n"],
    "two cells": ["from own.numbers import times\n", "n = times(4)\n", "print(n)\n"],
    "star": ["from own.other import *\nprint(run(2))\n"],
    "none": ["print(1)\n"],
}


def run(
    code: str, folder: Path, *, alone: bool = True, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run code in a folder; alone, Python finds nothing but libraries."""
    flags = ["-I"] if alone else []
    environment = dict(os.environ) | environment
    return subprocess.run(
        [sys.executable, *flags, "-c", code],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


def whole(helpers: str, cells: Sequence[str]) -> str:
    """What a reader copies."""
    return "\n\n".join([helpers, *cells])


def write(folder: Path, files: Mapping[str, str]) -> OwnModules:
    """Write the modules of a project."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return OwnModules(folder)


@pytest.mark.parametrize("case", CASES)
def test_it_prints_the_same_without_the_project(tmp_path: Path, case: str) -> None:
    """However a helper is imported, and whatever names it shares with others."""
    own = write(tmp_path / "project", BASE)
    made = helpers_of(CASES[case], own)
    assert made is not None
    (tmp_path / "empty").mkdir()
    within = run(whole("", CASES[case]), tmp_path / "project", alone=False)
    without = run(whole(*made), tmp_path / "empty")
    assert within.returncode == 0, within.stderr
    assert (without.stdout, without.returncode) == (within.stdout, 0), without.stderr


def test_helpers_stand_as_a_reader_would_write_them(tmp_path: Path) -> None:
    """Where no name means two things: definitions in one row, and nothing that is not needed."""
    made = helpers_of(CASES["from"], write(tmp_path, BASE))
    assert made is not None
    helpers, (cell,) = made
    assert "def times(x: Later) -> float:" in helpers and "FACTOR = 3" in helpers
    assert "UNUSED" not in helpers and "__main__" not in helpers and "own" not in helpers + cell


@pytest.mark.parametrize(
    "code",
    [
        "from own.place import HERE\nprint(HERE)\n",
        'import importlib\nprint(importlib.import_module("own.other"))\n',
        'print(open("table.csv").read())\n',
    ],
)
def test_what_needs_files_is_not_offered(tmp_path: Path, code: str) -> None:
    """It would fail wherever a reader puts it."""
    assert helpers_of([code], write(tmp_path, BASE)) is None


def standalone(vault: Vault) -> list[tuple[str, str]]:
    """The place of each session of a vault, and its standalone code, all cells of it."""
    own, found = OwnModules(ROOT), []
    for note in vault.notes.values():
        for session in sessions_of(note.cells):
            raises = any(cell.options.error for cell in session)
            if raises or any(cell.is_doctest for cell in session):
                continue
            made = helpers_of([cell.plain_code for cell in session], own)
            if made is not None:
                found.append((f"{note.file}:{session[0].line}", whole(*made)))
    return found


def bound(vault: Vault, places: Collection[str]) -> Collection[str]:
    """Those of some sessions that read files of the project: their page offers no such code."""
    files = {place.rpartition(":")[0] for place in places}
    with Engine(vault.settings) as engine:
        run = engine.run(vault, [note for note in vault.notes.values() if note.file in files])
    return Sources(ROOT, (), run.shared.readers).bound


@pytest.mark.nightly
def test_the_cells_of_the_vault_run_without_it(tmp_path: Path) -> None:
    """A few in the gate, all of them each night: `NOTEWRIGHT_STANDALONE=all`."""
    vault = note_records.vault()
    found = standalone(vault)
    codes = dict(found if ALL else found[7::120])
    offered = codes.keys() - bound(vault, codes)
    failed = []
    for place in sorted(offered):
        done = run(codes[place], tmp_path, MPLBACKEND="agg")
        if done.returncode:
            failed.append((place, done.stderr[-300:]))
    assert offered and failed == []
