"""No output of the notes shows a digit that is only rounding, or a warning of a library."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from rounding_noise import noise

from notewright.run.engine import Engine, Run
from notewright.run.manifest import Part, of_records
from notewright.settings import Settings
from notewright.vault.vault import Vault

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("103 parameters, largest difference 6e-10", ["6e-10"]),
        ("aniso   1.776357e-15", ["1.776357e-15"]),
        ("outputs differ by 0e+00", ["0e+00"]),
        ("−6e-17 and .00000000002", ["6e-17", ".00000000002"]),
        ("largest difference below 1e-9", []),
        ("threshold 1e-12: 300 subclusters", []),
        ("0.638 ± .072, 5e-04, 0.0 and 0", []),
        ("id 6e-10a", []),
    ],
)
def test_rounding_is_found(text: str, found: list[str]) -> None:
    """A bound, a real difference and what the cell chose itself are none."""
    assert list(noise("Birch(threshold=1e-12)", [Part("text", text)])) == found


def recorded() -> Run:
    """What the cells that have run showed."""
    settings = Settings.load(ROOT)
    vault = Vault.scan(settings)
    with Engine(settings, runs=False) as engine:
        run = engine.run(vault)
    if os.environ.get("NOTEWRIGHT_RECORDS") == "all":
        assert not run.problems
    return run


@pytest.mark.nightly
def test_no_output_shows_rounding() -> None:
    """Of what has run: `NOTEWRIGHT_RECORDS=all` asks for the record of every cell."""
    run = recorded()
    shown = of_records(run.cells).notes
    found = []
    for results in filter(None, run.cells.values()):
        cells = shown[results[0].cell.file]
        for result, cell in zip(results, cells, strict=True):
            parts = cell.parts if result.record else ()
            place = f"{result.cell.file}:{result.cell.line}"
            found += [f"{place}: {number}" for number in noise(result.cell.code, parts)]
    assert found == []


@pytest.mark.gate
def test_no_output_shows_a_warning() -> None:
    """A reader can do nothing about it; whoever wrote the cell can."""
    found = [
        f"{result.cell.file}:{result.cell.line}: {output['text']}"
        for results in recorded().cells.values()
        for result in results
        for output in result.outputs
        if output.get("name") == "stderr" and "Warning" in output["text"]
    ]
    assert found == []
