"""Measures what frames cost, and how soon the playground answers.

`python tests/benchmarks/bench_frames.py cold` runs the notes that have frames, cold, as they are
and with each cell run for its first value alone, and gives the ratio of processor time; for the
whole vault it is estimated by the times in its records, which have to be there.
`… playground` edits and runs a small cell again and again: median and 95th percentile.
`… script` weighs what a page with an interactive cell loads for it.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import os
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from io import BytesIO
from pathlib import Path

from notewright.note.cells import Cell
from notewright.note.note import Note
from notewright.note.sessions import group
from notewright.note.variations import plain
from notewright.run.cell_records import CellRecord
from notewright.run.engine import Engine
from notewright.run.playground.playground import Playground
from notewright.settings import Settings
from notewright.vault.vault import Vault

ROOT = Path(__file__).parents[2]
SMALL = "```python\nx = [1, 2]\n```\n\nBetween.\n\n```python continuation\nsum(x)\n```\n"


def main() -> int:
    """Measure what was asked for; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["cold", "playground", "script"])
    parser.add_argument("--turns", type=int, default=1, help="how often the notes are run")
    parser.add_argument("--runs", type=int, default=100, help="runs of the playground")
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors")
    if options.what == "cold":
        cold(options.turns)
    elif options.what == "playground":
        playground(options.runs)
    else:
        script()
    return 0


def notes_with_frames(root: Path) -> list[Note]:
    """The notes that have a cell with frames."""
    vault = Vault.scan(Settings.load(root))
    return [
        note
        for note in vault.notes.values()
        if any(cell.options.has_frames and cell.file == note.file for cell in note.cells)
    ]


def without_frames(note: Note) -> str:
    """The text of a note whose cells run for the value that the page shows first, alone."""
    lines = note.text.split("\n")
    for cell in reversed(note.cells):
        if not cell.options.has_frames:
            continue
        first, last = cell.source[0].origin.line, cell.source[-1].origin.line
        kept = [line for line in lines[cell.line : first - 1] if not _is_of_frames(line)]
        code = plain(cell.code, cell.options.vary, steps=cell.options.steps)
        lines[cell.line : last] = [*kept, *code.rstrip("\n").split("\n")]
    return "\n".join(lines).replace("<!--~", "<!--=")


def _is_of_frames(line: str) -> bool:
    name = line.removeprefix("#|").partition(":")[0].strip()
    return name in ("vary", "vary-default", "vary-caption", "steps", "play", "print")


def cold(turns: int) -> None:
    """Processor time of the notes with frames, and without; then of the vault, by its records."""
    notes = notes_with_frames(ROOT)
    files = [note.file for note in notes]
    frames, alone = [], []
    with tempfile.TemporaryDirectory() as scratch:
        copies = [Path(scratch, name) for name in ("frames", "alone")]
        archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True)
        for copy in copies:
            with tarfile.open(fileobj=BytesIO(archive.stdout)) as packed:
                packed.extractall(copy, filter="data")
        for note in notes:
            (copies[1] / note.file).write_text(without_frames(note), "utf-8")
        for _ in range(turns):
            frames.append(_processor_time(copies[0], files))
            alone.append(_processor_time(copies[1], files))
            print(f"{len(files)} notes: {frames[-1]:.1f} s with frames, {alone[-1]:.1f} s without")
    ratio = min(frames) / min(alone)
    print(f"ratio of processor time over these notes: {ratio:.2f}")
    _estimate()


def _processor_time(project: Path, files: list[str]) -> float:
    """Seconds of processor time that notes take whose records are not kept."""
    command = [str(Path(sys.executable).parent / "notewright"), "-C", str(project), "--state-dir"]
    with tempfile.TemporaryDirectory() as state:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command += [state, "run", *files]
        done = subprocess.run(command, cwd=project, capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        print(done.stdout[-2000:])
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _estimate() -> None:
    """Of the whole vault, by the seconds that its records say: those of frames, and of the rest."""
    settings = Settings.load(ROOT)
    vault = Vault.scan(settings)
    others = rest = 0.0
    waiting = cells = 0
    with Engine(settings) as engine:
        found = engine.run(vault).cells
    for result in itertools.chain.from_iterable(found.values()):
        record = result.record
        if record is None:
            waiting += result.cell.runs
            continue
        aside = _aside(result.cell, record)
        cells += bool(record.frames)
        others += aside
        rest += record.seconds - aside
    print(
        f"by the records: {cells} cells with frames, whose other frames took {others:.1f} s; "
        f"all the rest {rest:.1f} s; ratio {(others + rest) / rest:.2f}"
        + (f" ({waiting} cells have no record)" if waiting else "")
    )


def _aside(cell: Cell, record: CellRecord) -> float:
    """Seconds of the frames of a cell but the first; steps are those of any run."""
    if cell.options.vary is None:
        return 0.0
    numbered = enumerate(record.frames)
    return sum(each.seconds for number, each in numbered if number != record.first)


def playground(runs: int) -> None:
    """How soon a small cell answers that is edited each time."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "docs").mkdir()
        (root / "docs" / "note.md").write_text(SMALL, "utf-8")
        settings = Settings.from_options(root, root / "docs", {})
        session = group(Vault.scan(settings).notes["note.md"].cells)[0]
        asked = Playground(settings)
        began = time.perf_counter()
        asked.run(session, 1, {})
        first = time.perf_counter() - began
        took = []
        for number in range(runs):
            began = time.perf_counter()
            asked.run(session, 1, {1: f"sum(x) + {number}"})
            took.append(1000 * (time.perf_counter() - began))
        asked.close()
    took.sort()
    print(
        f"{runs} small runs: median {took[runs // 2]:.0f} ms, 95th percentile "
        f"{took[int(runs * 0.95)]:.0f} ms, longest {took[-1]:.0f} ms; the first {first:.1f} s"
    )


def script() -> None:
    """Compressed bytes of the scripts that a page loads for its interactive cells."""
    assets = ROOT / "src" / "notewright" / "render" / "assets"
    for name in ("vary.js", "vary.css"):
        path = assets / name
        if path.exists():
            print(f"{name}: {len(gzip.compress(path.read_bytes(), 9, mtime=0))} bytes, compressed")


if __name__ == "__main__":
    sys.exit(main())
