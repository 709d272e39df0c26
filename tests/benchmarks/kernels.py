"""Runs the notes as processors of other kinds would, and says what they show otherwise.

OpenBLAS computes in another order on each kind of processor; which one it takes for ours can be
said. Each kind keeps its records in a state directory of its own, so that a second run is short.
`python tests/benchmarks/kernels.py` fails when a cell, a checked value or a test of what the notes
import fails under any of them, or when a verdict changes; with `--write`, the table of the
documentation is made anew.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from notewright.run.comparison import ORDER, Comparison, NoteChange, compare
from notewright.run.manifest import Manifest

UNPINNED = "unpinned"
OLD = {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL"}
KERNELS = {
    "SkylakeX": {"OPENBLAS_CORETYPE": "SkylakeX"},
    "Haswell": {"OPENBLAS_CORETYPE": "Haswell"},
    "Sandybridge": {"OPENBLAS_CORETYPE": "Sandybridge", **OLD},
    UNPINNED: {},
}
"""Kinds of processor, from that of a server of today to one of 2011, and how they are asked for.
The first is what the others are compared with."""

STATES = Path(".notewright", "kernels")
TABLE = Path("data", "machines", "kernels.csv")
TESTS = Path("tests", "snippets")
"""The tests of what the notes import."""
COLUMNS = ("kernel", "note", "cells", "differ", *ORDER, "largest")

ASK = """
import sys
from notewright.run.worker.numpy_private import libraries
import numpy as np
np.linalg.svd(np.eye(300) @ np.eye(300))  # else a processor that lacks its instructions dies later
print(libraries().get("blas", ""))
"""


def main() -> int:
    """Run, compare and tell; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kernels", nargs="*", default=list(KERNELS), metavar="KERNEL")
    parser.add_argument("--write", action="store_true", help=f"write {TABLE}")
    parser.add_argument("--tests-only", action="store_true", help="run no notes")
    options = parser.parse_args()
    failed = False
    made: dict[str, Manifest] = {}
    for kernel in options.kernels:
        if not works(kernel):
            print(f"{kernel}: this processor cannot work so")
            failed |= options.write
            continue
        if TESTS.is_dir():
            print(f"{kernel}: tests", flush=True)
            failed |= run(kernel, "pytest", "-q", "-p", "no:cacheprovider", str(TESTS)) != 0
        if options.tests_only:
            continue
        file = STATES / f"{kernel}.json.gz"
        words = ["--state-dir", str(STATES / kernel), "manifest", str(file)]
        failed |= run(kernel, "notewright", *words) != 0
        made[kernel] = Manifest.read(file)
    base, *others = made or [""]
    found = {kernel: compare(made[base], made[kernel]) for kernel in others}
    for kernel, comparison in found.items():
        print(f"{kernel} beside {base}: {comparison.cells} cells differ")
        for change in changed_words(comparison):
            print(f"{kernel}: {change}")
            failed = True
    if options.write and made and not failed:
        TABLE.parent.mkdir(parents=True, exist_ok=True)
        with TABLE.open("w", encoding="utf-8", newline="") as file_:
            write = csv.writer(file_, lineterminator="\n")
            write.writerow(COLUMNS)
            write.writerows(rows(made, found))
    return 1 if failed else 0


def run(kernel: str, module: str, *words: str) -> int:
    """Run a module as on a kind of processor; returns its exit status."""
    command = [sys.executable, "-m", module, *words]
    return subprocess.run(command, env=environment(kernel), check=False).returncode


def environment(kernel: str) -> dict[str, str]:
    """Variables under which NumPy and OpenBLAS work as on a kind of processor."""
    pinned = {name for asked in KERNELS.values() for name in asked}
    return {k: v for k, v in os.environ.items() if k not in pinned} | KERNELS[kernel]


def works(kernel: str) -> bool:
    """Whether this machine can work as that kind of processor."""
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        env=environment(kernel),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0 and (kernel == UNPINNED or done.stdout.strip().endswith(kernel))


def changed_words(found: Comparison) -> Iterator[str]:
    """Yield the values in prose that are words, such as a verdict, and are others now."""
    for note in found.notes:
        for cell in note.cells:
            for part in cell.parts:
                old, new = part.old, part.new
                if old and new and old.kind == "value" and not re.search(r"\d", old.text):
                    yield f"{note.note}: `{old.name}` was {old.text} and is {new.text}"


def rows(made: dict[str, Manifest], found: dict[str, Comparison]) -> Iterator[list[object]]:
    """Yield the rows of the table: what is the same in a line for each kind, then what is not."""
    for kernel, comparison in found.items():
        cells = sum(map(len, made[kernel].notes.values()))
        yield [kernel, "", cells, comparison.cells, *_counts(*comparison.notes), ""]
        for note in comparison.notes:
            yield [kernel, note.note, note.total, len(note.cells), *_counts(note), _largest(note)]


def _counts(*notes: NoteChange) -> list[int]:
    """How many cells differ by how much, in the order of `ORDER`."""
    most = Counter(
        max((part.amount.kind for part in cell.parts), key=ORDER.index)
        for note in notes
        for cell in note.cells
    )
    return [most[kind] for kind in ORDER]


def _largest(note: NoteChange) -> str:
    """The largest difference of a note, as it is told."""
    parts = [part for cell in note.cells for part in cell.parts]
    most = max(parts, key=lambda part: (ORDER.index(part.amount.kind), _percent(part.amount.words)))
    return re.sub(r"^\d+ of \d+ numbers?, ", "", most.amount.words)


def _percent(words: str) -> float:
    share = re.search(r"by up to ([\d.e+-]+) %", words)
    return float(share[1]) if share else 0.0


if __name__ == "__main__":
    sys.exit(main())
