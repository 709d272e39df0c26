"""Would anybody notice? Small changes in the snippets, and who catches them.

    python tests/benchmarks/mutation.py [--count 60] [--seed 0] [--only k_means]

Works in a copy. A change is caught if a test of the snippet's fails, or else a note that uses
it. Survivors are printed with their line: some mean the same, the others are holes.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
SECONDS = 120
RUN = "from notewright.hosts.cli import main; raise SystemExit(main())"


@dataclass(frozen=True)
class Change:
    """One change of one expression.

    Attributes:
        file: The snippet, from the project's root.
        node: The expression as it is.
        text: The expression as it becomes.
    """

    file: Path
    node: ast.expr
    text: str

    def __str__(self) -> str:
        old = ast.unparse(self.node)
        return f"{self.file}:{self.node.lineno}: `{old}` became `{self.text}`"

    def apply(self, source: str) -> str:
        """The source with the change; all else stays where it is."""
        lines = source.encode().splitlines(keepends=True)
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line))
        assert self.node.end_lineno is not None and self.node.end_col_offset is not None
        start = starts[self.node.lineno - 1] + self.node.col_offset
        end = starts[self.node.end_lineno - 1] + self.node.end_col_offset
        content = source.encode()
        return (content[:start] + f"({self.text})".encode() + content[end:]).decode()


def changes(file: Path) -> Iterator[Change]:
    """All changes of a snippet: operators, numbers, truth values, in its functions."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    bodies = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)]
    seen: set[tuple[int, int]] = set()
    for body in bodies:
        for statement in body.body:
            for node in ast.walk(statement):
                if not isinstance(node, ast.expr) or _in_message(node, statement):
                    continue
                for changed in _changed(node):
                    place = (node.lineno, node.col_offset)
                    if place not in seen:
                        seen.add(place)
                        yield Change(file, node, ast.unparse(changed))


def _in_message(node: ast.expr, statement: ast.stmt) -> bool:
    """Whether an expression only words an error."""
    raises = [each for each in ast.walk(statement) if isinstance(each, ast.Raise)]
    return any(node is inner for each in raises for inner in ast.walk(each))


def _changed(node: ast.expr) -> Iterator[ast.expr]:
    new = copy.deepcopy(node)
    if isinstance(new, ast.BinOp | ast.BoolOp) and type(new.op) in SWAPS:
        new.op = SWAPS[type(new.op)]()  # type: ignore[assignment]
    elif isinstance(new, ast.Compare) and type(new.ops[0]) in SWAPS:
        new.ops[0] = SWAPS[type(new.ops[0])]()  # type: ignore[assignment,call-overload]
    elif isinstance(new, ast.Constant) and isinstance(new.value, bool):
        new.value = not new.value
    elif isinstance(new, ast.Constant) and isinstance(new.value, int | float):
        new.value = new.value + 1 if isinstance(new.value, int) else new.value * 2 + 0.1
    else:
        return
    yield new


def users(copied: Path, file: Path) -> tuple[list[str], list[str]]:
    """Tests and notes that name a snippet."""
    named = re.compile(rf"\b{file.stem}\b")
    tests = sorted((copied / "tests" / "snippets").glob("test_*.py"))
    notes = [*(copied / "docs").rglob("*.md"), *(copied / "docs" / "projects").glob("*.py")]
    return (
        [str(path) for path in tests if named.search(path.read_text("utf-8"))],
        [
            str(path.relative_to(copied))
            for path in sorted(notes)
            if "engine" not in path.parts and named.search(path.read_text("utf-8"))
        ],
    )


def fails(copied: Path, *command: str) -> bool:
    """Whether a command ends with an error, or not in time."""
    environment = os.environ | {"PYTHONPATH": str(copied), "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            [sys.executable, *command],
            cwd=copied,
            env=environment,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def catcher(copied: Path, change: Change) -> str:
    """Who catches a change; "" if nobody does."""
    path = copied / change.file
    source = path.read_text("utf-8")
    tests, notes = users(copied, change.file)
    path.write_text(change.apply(source), "utf-8")
    try:
        quiet = ("-q", "-x", "-p", "no:cacheprovider", "-o", "addopts=")
        if tests and fails(copied, "-m", "pytest", *quiet, *tests):
            return "tests"
        if notes and fails(copied, "-c", RUN, "run", *notes):
            return "notes"
        return ""
    finally:
        path.write_text(source, "utf-8")


def main() -> int:
    """Sample, change, judge and report."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="name of a snippet")
    options = parser.parse_args()
    files = [
        path.relative_to(ROOT)
        for path in sorted((ROOT / "snippets").rglob("*.py"))
        if "exercises" not in path.parts and (not options.only or path.stem == options.only)
    ]
    every = [change for file in files for change in changes(file)]
    chosen = random.Random(options.seed).sample(every, min(options.count, len(every)))
    survivors = []
    with tempfile.TemporaryDirectory() as directory:
        copied = Path(directory) / "copy"
        skipped = shutil.ignore_patterns(".git", ".venv", "site", "__pycache__")
        shutil.copytree(ROOT, copied, ignore=skipped)
        for number, change in enumerate(chosen, start=1):
            by = catcher(copied, change)
            print(f"{number:3d} {by or 'SURVIVED':8s} {change}", flush=True)
            survivors += [] if by else [change]
    caught = len(chosen) - len(survivors)
    print(f"\n{caught} of {len(chosen)} caught ({caught / len(chosen):.1%}); {len(every)} possible")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
