"""Would a test notice? Small changes of snippets or of the engine, and which test fails for each.

    python tests/benchmarks/mutation.py --count 60 --seed 0 --only k_means
    python tests/benchmarks/mutation.py --of engine --tier gate --results before.jsonl
    python tests/benchmarks/mutation.py --compare before.jsonl after.jsonl

Works in a copy, one change at a time: an operator, a comparison, a number, a truth value or a
condition. A change is caught if a test fails that passes without it; the tests are those that
import the changed module, nearest first. Of snippets, the notes that use them run as well.
A test that takes too long has caught nothing, and is counted apart. Survivors are printed with
their line: some mean the same, the others are holes.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import hashlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
import venv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from import_graph import Graph  # noqa: E402  # found by the line above

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

FOLDERS = {"snippets": "snippets", "engine": "src/notewright"}
"""What is changed, by `--of`."""

TIERS = {"quick": ("gate", "nightly"), "gate": ("nightly",), "nightly": ()}
"""Markers of the tests that may not notice, by `--tier`."""

CAUGHT = ("tests", "notes")
"""Verdicts of a change that is caught. The others are `survived`, `timeout`, `untested`, where
no test of the tier reaches the module, and `broken`: what fails, fails without the change too."""

SKIPPED = (".git", ".venv", ".nox", "site", "node_modules", "__pycache__", ".*_cache")
"""What a copy needs not."""

_PROGRAM = "from notewright.hosts.cli import main; raise SystemExit(main())"
_WHERE = "import notewright; print(notewright.__file__)"
_PASSED, _FAILED, _NO_TESTS = 0, 1, 5
"""Exit statuses of pytest."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one expression, known by its place and its text.

    Attributes:
        file: The module, from the project's root.
        line: Where the expression begins, counted from 1.
        column: Its first byte in that line, counted from 0.
        old: The expression as it is.
        new: The expression as it becomes.
        end_line: Where it ends.
        end_column: The byte behind its last one.
    """

    file: str
    line: int
    column: int
    old: str
    new: str
    end_line: int
    end_column: int

    @property
    def key(self) -> str:
        """The same for two commits where the code is."""
        return f"{self.file}:{self.line}:{self.column}: `{self.old}` became `{self.new}`"

    def apply(self, source: str) -> str:
        """The source with the change; all else stays where it is."""
        start, end = self._span(source)
        content = source.encode()
        return (content[:start] + f"({self.new})".encode() + content[end:]).decode()

    def is_placed(self, source: str) -> bool:
        """Whether the expression is where it says: within f-strings, Python before 3.12 errs."""
        start, end = self._span(source)
        try:
            found = ast.parse(b"(" + source.encode()[start:end] + b")", mode="eval").body
        except (SyntaxError, ValueError):
            return False
        return ast.unparse(found) == self.old

    def _span(self, source: str) -> tuple[int, int]:
        starts = [0]
        for line in source.encode().splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        return starts[self.line - 1] + self.column, starts[self.end_line - 1] + self.end_column


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a change.

    Attributes:
        key: The change.
        verdict: One of `CAUGHT`, or why it is not caught.
        by: The test that failed, or what the command said.
        tests: How many test files might have noticed.
        seconds: How long that took.
    """

    key: str
    verdict: str
    by: str = ""
    tests: int = 0
    seconds: float = 0.0

    @property
    def is_caught(self) -> bool:
        """Whether a test or a note noticed."""
        return self.verdict in CAUGHT


def changes(file: str, source: str) -> Iterator[Change]:
    """All changes of a module, in its functions."""
    seen: set[str] = set()
    for body in ast.walk(ast.parse(source)):
        if not isinstance(body, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for statement in body.body:
            for node in _outside_messages(statement):
                for old, new in _changed(node):
                    assert old.end_lineno is not None and old.end_col_offset is not None
                    place = old.lineno, old.col_offset
                    ends = old.end_lineno, old.end_col_offset
                    change = Change(file, *place, ast.unparse(old), new, *ends)
                    if change.key not in seen and change.is_placed(source):
                        seen.add(change.key)
                        yield change


def _outside_messages(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement, but for those that only word an error."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, ast.Raise):
            yield node
            waiting += ast.iter_child_nodes(node)


def _changed(node: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """Yield each expression of a node that can be changed, and what it becomes."""
    new = copy.deepcopy(node)
    if isinstance(new, ast.If | ast.IfExp):
        assert isinstance(node, ast.If | ast.IfExp)
        yield from _negated(node.test)
    elif isinstance(new, ast.BinOp | ast.BoolOp) and type(new.op) in SWAPS:
        if isinstance(new, ast.BinOp) and _is_text(new.left, new.right):
            return  # `folder * "name"` fails wherever it runs
        new.op = SWAPS[type(new.op)]()  # type: ignore[assignment]
        yield node, ast.unparse(new)  # type: ignore[misc]
    elif isinstance(new, ast.Compare) and type(new.ops[0]) in SWAPS:
        new.ops[0] = SWAPS[type(new.ops[0])]()  # type: ignore[assignment,call-overload]
        yield node, ast.unparse(new)  # type: ignore[misc]
    elif isinstance(new, ast.Constant) and isinstance(new.value, bool):
        yield node, repr(not new.value)  # type: ignore[misc]
    elif isinstance(new, ast.Constant) and isinstance(new.value, int | float):
        more = new.value + 1 if isinstance(new.value, int) else new.value * 2 + 0.1
        yield node, repr(more)  # type: ignore[misc]


def _is_text(*nodes: ast.expr) -> bool:
    return any(
        isinstance(node, ast.JoinedStr)
        or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes))
        for node in nodes
    )


def _negated(test: ast.expr) -> Iterator[tuple[ast.expr, str]]:
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Eq | ast.NotEq):
        return  # `==` becomes `!=` anyway
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield test, ast.unparse(test.operand)
    else:
        yield test, f"not ({ast.unparse(test)})"


def sample(by_file: Mapping[str, Sequence[Change]], count: int, seed: int) -> list[Change]:
    """Choose changes evenly over modules: one of each, then a second of each, and so on.

    Each module has an order of its own, drawn by the seed: an edit of one module leaves the
    sample of the others.
    """

    def drawn(text: str) -> bytes:
        return hashlib.sha256(f"{seed}:{text}".encode()).digest()

    ranked = [
        (number, drawn(file), change)
        for file, each in by_file.items()
        for number, change in enumerate(sorted(each, key=lambda one: drawn(one.key)))
    ]
    return [change for *_, change in sorted(ranked, key=lambda row: row[:2])][:count]


def make_environment(place: Path, source: Path) -> None:
    """Make an environment with the packages of this one, and notewright from a folder.

    `PYTHONPATH` would not do: many tests start programs without it, and these would import the
    engine that is installed here.
    """
    venv.EnvBuilder(symlinks=True).create(place)
    (packages,) = place.glob("lib/python*/site-packages")
    installed = [path for path in sys.path if path.endswith("-packages")]
    (packages / "copy.pth").write_text("\n".join([str(source), *installed, ""]), "utf-8")
    here = Path(sys.prefix)
    for script in (here / "bin").iterdir():
        other = place / "bin" / script.name
        if other.exists() or script.is_dir():
            continue
        content = script.read_bytes()
        if content.startswith(b"#!") and str(here).encode() in content.partition(b"\n")[0]:
            other.write_bytes(content.replace(str(here).encode(), str(place).encode(), 1))
            other.chmod(0o755)
        else:
            other.symlink_to(script)
    for name in ("etc", "share"):  # where packages keep data
        if (here / name).exists():
            (place / name).symlink_to(here / name)


def expression(tier: str, configuration: str) -> str:
    """What `pytest -m` takes for a tier; a marker that is not registered has no tests yet."""
    options = tomllib.loads(configuration)["tool"]["pytest"]["ini_options"]
    registered = {each.partition(":")[0].strip() for each in options.get("markers", ())}
    return " and ".join(f"not {marker}" for marker in TIERS[tier] if marker in registered)


class Judge:
    """Judges changes in a copy of the project.

    Args:
        copied: The copy.
        graph: What imports what.
        options: Those of the command line.
    """

    def __init__(self, copied: Path, graph: Graph, options: argparse.Namespace) -> None:
        self._copied, self._graph, self._options = copied, graph, options
        self._selected = expression(options.tier, (ROOT / "pyproject.toml").read_text("utf-8"))
        self._python = copied.with_name(f"{copied.name}-python")
        self._environment = {
            **os.environ,
            "PATH": f"{self._python / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }

    def prepare(self) -> None:
        """Copy the project as it is now, and check that its engine is the one imported."""
        shutil.copytree(ROOT, self._copied, ignore=shutil.ignore_patterns(*SKIPPED), symlinks=True)
        for command in (("init", "--quiet"), ("add", "--all")):  # tests ask git for the files
            subprocess.run(["git", *command], cwd=self._copied, check=True)
        make_environment(self._python, self._copied / "src")
        words = [str(self._python / "bin" / "python"), "-I", "-c", _WHERE]
        imported = subprocess.check_output(words, text=True).strip()
        if not Path(imported).is_relative_to(self._copied):
            raise SystemExit(f"mutation.py: {words[0]} imports {imported} and not the copy")

    def judge(self, change: Change) -> Verdict:
        """Make a change, and see what notices."""
        started = time.perf_counter()
        reached = self._graph.reached_by([change.file])
        near = self._options.steps
        tests = [path for path, steps in reached.tests.items() if steps <= near]
        tests = tests[: self._options.files]
        notes = [path for path, steps in reached.notes.items() if steps <= near]
        path = self._copied / change.file
        source = path.read_text("utf-8")
        found = Verdict(change.key, "untested")
        try:
            path.write_text(change.apply(source), "utf-8")
            if tests:
                found = self._by_tests(change, tests, path, source)
            if notes and self._options.of == "snippets" and not found.is_caught:
                noticed = self._by_notes(change, notes, path, source)
                found = noticed if noticed.is_caught or found.verdict == "untested" else found
        finally:
            path.write_text(source, "utf-8")
        return replace(found, tests=len(tests), seconds=round(time.perf_counter() - started, 2))

    def _by_tests(self, change: Change, tests: Sequence[str], path: Path, source: str) -> Verdict:
        status, failed = self._pytest(*tests)
        if status is None:
            return Verdict(change.key, "timeout", "tests")
        if status == _NO_TESTS:
            return Verdict(change.key, "untested")
        if status == _PASSED:
            return Verdict(change.key, "survived")
        # A file that fails as a whole, or none that does, could not even be collected.
        has_run = bool(failed) and all("::" in each for each in failed)
        again = failed if has_run else [*tests, "--collect-only"]
        path.write_text(source, "utf-8")
        status, _ = self._pytest(*again)
        verdict = "tests" if status in (_PASSED, _NO_TESTS) else "broken"
        return Verdict(change.key, verdict, " ".join(failed) or "collection")

    def _by_notes(self, change: Change, notes: Sequence[str], path: Path, source: str) -> Verdict:
        status = self._run("-c", _PROGRAM, "run", *notes)
        if status is None:
            return Verdict(change.key, "timeout", "notes")
        if status == 0:
            return Verdict(change.key, "survived")
        path.write_text(source, "utf-8")
        is_sound = self._run("-c", _PROGRAM, "run", *notes) == 0
        return Verdict(change.key, "notes" if is_sound else "broken", " ".join(notes))

    def _pytest(self, *words: str) -> tuple[int | None, list[str]]:
        """Run tests up to the first that fails; returns the exit status, and what failed."""
        with tempfile.NamedTemporaryFile("r", encoding="utf-8") as failures:
            quiet = ("-q", "-x", "-p", "no:cacheprovider", "-m", self._selected)
            more = {"NOTEWRIGHT_FAILURES": failures.name}
            status = self._run("-m", "pytest", *quiet, *words, **more)
            failed = [line.rstrip() for line in failures if line.strip() and line[0] != " "]
        return status, failed

    def _run(self, *words: str, **environment: str) -> int | None:
        """Run Python in the copy; returns its exit status, and None if it takes too long."""
        process = subprocess.Popen(
            [str(self._python / "bin" / "python"), *words],
            cwd=self._copied,
            env=self._environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            return process.wait(self._options.seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:  # what the tests have started goes, too
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def known(path: Path) -> dict[str, Verdict]:
    """The verdicts in a file of results, by their changes; a last line that is cut is left out."""
    found = {}
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        with contextlib.suppress(ValueError, TypeError):
            verdict = Verdict(**json.loads(line))
            found[verdict.key] = verdict
    return found


def compared(before: Mapping[str, Verdict], after: Mapping[str, Verdict]) -> list[str]:
    """A line for each change that was caught before and is not any more."""
    return [
        f"{after[key].verdict:9s} {key}\n          was caught by {before[key].by}"
        for key in before
        if key in after and before[key].is_caught and not after[key].is_caught
    ]


def summary(verdicts: Sequence[Verdict]) -> str:
    """How many of the changes that tests could judge are caught, and what became of the others."""
    counts = Counter("caught" if each.is_caught else each.verdict for each in verdicts)
    judged = counts["caught"] + counts["survived"]
    share = f" ({counts['caught'] / judged:.1%})" if judged else ""
    rest = [f"{counts[name]} {name}" for name in ("timeout", "untested", "broken") if counts[name]]
    return ", ".join([f"{counts['caught']} of {judged} caught{share}", *rest])


def _compare(first: Path, second: Path) -> int:
    before, after = known(first), known(second)
    lines = compared(before, after)
    print(*lines, sep="\n")
    both = before.keys() & after.keys()
    print(f"{len(both)} changes in both, {len(lines)} no longer caught")
    for path, verdicts in ((first, before), (second, after)):
        print(f"{path}: {summary([verdicts[key] for key in verdicts if key in both])}")
    return 1 if lines else 0


def _judge_all(chosen: Sequence[Change], options: argparse.Namespace) -> None:
    """Judge changes in as many copies as there are workers; print and keep each verdict."""
    graph = Graph(ROOT)
    with tempfile.TemporaryDirectory() as directory:
        judges: queue.SimpleQueue[Judge] = queue.SimpleQueue()
        for number in range(options.workers):
            judge = Judge(Path(directory).resolve() / str(number), graph, options)
            judge.prepare()
            judges.put(judge)

        def judged(change: Change) -> Verdict:
            judge = judges.get()
            try:
                return judge.judge(change)
            finally:
                judges.put(judge)

        found = []
        with ThreadPoolExecutor(options.workers) as pool:
            for number, verdict in enumerate(pool.map(judged, chosen), start=1):
                found.append(verdict)
                said = verdict.verdict if verdict.is_caught else verdict.verdict.upper()
                print(f"{number:3d} {verdict.seconds:6.1f} s {said:8s} {verdict.key}", flush=True)
                if options.results:
                    with options.results.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(asdict(verdict)) + "\n")
        print(f"\n{summary(found)}")


def main() -> int:
    """Sample, change, judge and report."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--of", choices=FOLDERS, default="snippets", help="what is changed")
    parser.add_argument("--count", type=int, default=60, help="how many changes are tried")
    parser.add_argument("--seed", type=int, default=0, help="another one draws other changes")
    parser.add_argument("--only", default="", help="name of a module")
    parser.add_argument("--tier", choices=TIERS, default="nightly", help="tests that may notice")
    parser.add_argument("--steps", type=int, default=3, help="imports from a test to the module")
    parser.add_argument("--files", type=int, default=12, help="most test files for a change")
    parser.add_argument("--seconds", type=float, default=300, help="limit for a run of tests")
    parser.add_argument("--workers", type=int, default=1, help="changes judged at once")
    parser.add_argument(
        "--results", type=Path, help="file to which verdicts are added; those in it are not tried"
    )
    parser.add_argument(
        "--compare", type=Path, nargs=2, metavar=("A", "B"), help="what A caught and B did not"
    )
    options = parser.parse_args()
    if options.compare:
        return _compare(*options.compare)
    by_file = {
        path.relative_to(ROOT).as_posix(): list[Change]()
        for path in sorted((ROOT / FOLDERS[options.of]).rglob("*.py"))
        if "exercises" not in path.parts and (not options.only or path.stem == options.only)
    }
    for file in by_file:
        by_file[file] += changes(file, (ROOT / file).read_text("utf-8"))
    chosen = sample(by_file, options.count, options.seed)
    print(f"{len(chosen)} of {sum(map(len, by_file.values()))} possible changes", flush=True)
    if options.results:
        before = known(options.results)
        chosen = [each for each in chosen if each.key not in before]
        print(f"{len(chosen)} of them are not in {options.results} yet", flush=True)
    _judge_all(chosen, options)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
