"""Rules of the repository: what imports what, what has a test, what is written nowhere."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from notewright.cells import _OPTIONS
from notewright.records import _WORKER_PARTS

ROOT = Path(__file__).parents[1]
ENGINE = ROOT / "src" / "notewright"
SNIPPETS = ROOT / "snippets"

# A module may import those above it only: data goes one way.
ORDER = [
    "errors",
    "settings",
    "files",
    "plain_yaml",
    "intake",
    "accepted",
    "doctests",
    "syntax",
    "places",
    "nearest",
    "outline",
    "includes",
    "values",
    "cells",
    "percent",
    "vault",
    "edits",
    "sessions",
    "symbols",
    "printed",
    "outputs",
    "reporter",
    "statements",
    "echoes",
    "tracing",
    "ink",
    "figures",
    "matplotlib_backend",
    "records",
    "review",
    "imports",
    "events",
    "messages",
    "processes",
    "preload",
    "zygote",
    "runner",
    "limits",
    "strays",
    "verdicts",
    "accept",
    "engine",
    "code_index",
    "links",
    "references",
    "rename",
    "new",
    "fixes",
    "names",
    "web",
    "graphs",
    "linked",
    "redirects",
    "feed",
    "webpages",
    "search",
    "tags",
    "fingerprints",
    "publishing",
    "index",
    "report",
    "theme",
    "downloads",
    "figure_files",
    "rendering",
    "diagrams",
    "formulas",
    "progress",
    "callouts",
    "footnotes",
    "tasks",
    "inline",
    "blocks",
    "context",
    "results",
    "wikilinks",
    "block_ids",
    "siblings",
    "fragments",
    "embeds",
    "safety",
    "pages",
    "kept",
    "watching",
    "mkdocs_pages",
    "plugin",
    "cli",
    "pytest_plugin",
]

MODULES = sorted(path.stem for path in ENGINE.glob("*.py") if path.stem != "__init__")


def imported(path: Path, *, lazy: bool = True) -> Iterator[str]:
    """Full names of the modules that a file imports; without `lazy`, only when it is loaded."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree) if lazy else _at_load(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name}:{node.lineno} imports relatively"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _at_load(tree: ast.Module) -> Iterator[ast.stmt]:
    """Statements that run when a module is imported, for type checkers or not."""
    waiting: list[ast.stmt] = list(tree.body)
    while waiting:
        statement = waiting.pop()
        yield statement
        if isinstance(statement, ast.If):
            waiting += [] if "TYPE_CHECKING" in ast.dump(statement.test) else statement.body
            waiting += statement.orelse
        elif isinstance(statement, ast.Try):
            waiting += statement.body + statement.orelse + statement.finalbody
            waiting += [each for handler in statement.handlers for each in handler.body]
        elif isinstance(statement, (ast.With, ast.ClassDef)):
            waiting += statement.body


def own(path: Path, *, lazy: bool = True) -> set[str]:
    """Modules of the engine that a file imports."""
    names = {
        name.split(".")[1]
        for name in imported(path, lazy=lazy)
        if name.count(".") and name.startswith("notewright.")
    }
    return names & set(MODULES)


def foreign(path: Path, *, lazy: bool = True) -> set[str]:
    """Top-level packages that a file imports."""
    return {name.partition(".")[0] for name in imported(path, lazy=lazy)}


def test_every_module_has_its_place() -> None:
    """The order of the modules is the design: a new one is given its place in `ORDER`."""
    assert set(MODULES) - {"worker"} == set(ORDER)


@pytest.mark.parametrize("module", ORDER)
def test_data_goes_one_way(module: str) -> None:
    """A module imports only modules before it, inside functions too."""
    before = set(ORDER[: ORDER.index(module)])
    above = own(ENGINE / f"{module}.py") - before
    assert above <= ({"worker"} if module == "zygote" else set())


def test_only_the_zygote_starts_a_worker_and_only_when_it_forked() -> None:
    """Code of notes never runs in the process of the build."""
    assert [name for name in MODULES if "worker" in own(ENGINE / f"{name}.py")] == ["zygote"]
    assert "worker" not in own(ENGINE / "zygote.py", lazy=False)


def test_the_worker_starts_light() -> None:
    """A session does not pay for the site, the tests or the parser."""
    assert own(ENGINE / "worker.py") <= {
        "accepted",
        "doctests",
        "echoes",
        "figures",
        "ink",
        "outputs",
        "printed",
        "reporter",
        "statements",
        "tracing",
    }
    assert not foreign(ENGINE / "worker.py", lazy=False) & {"IPython", "matplotlib", "numpy"}


def test_all_that_a_worker_loads_counts_for_its_records() -> None:
    """A record is stale once the code that made it changed."""
    loaded, waiting = set(), {"worker", "matplotlib_backend"}
    while waiting:
        loaded.add(name := waiting.pop())
        waiting |= own(ENGINE / f"{name}.py") - loaded
    assert {f"{name}.py" for name in loaded} <= set(_WORKER_PARTS)


@pytest.mark.parametrize(
    ("package", "users"),
    [
        ("mkdocs", {"mkdocs_pages", "plugin"}),
        (
            "markdown",
            {
                "block_ids",
                "blocks",
                "embeds",
                "footnotes",
                "formulas",
                "inline",
                "linked",
                "links",
                "pages",
                "safety",
                "siblings",
                "results",
                "wikilinks",
            },
        ),
        ("pymdownx", {"pages"}),
        ("latex2mathml", {"formulas"}),
        ("igraph", {"graphs"}),
        ("pytest", {"pytest_plugin"}),
        ("pytest_markdown_docs", {"pytest_plugin"}),
        ("sklearn", set()),
        ("pandas", set()),
    ],
)
def test_a_package_is_known_to_few_modules(package: str, users: set[str]) -> None:
    """The engine is a plain library: a site generator or a learning library is exchangeable."""
    assert {name for name in MODULES if package in foreign(ENGINE / f"{name}.py")} <= users


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        (
            "notewright.engine",
            (
                "mkdocs",
                "markdown",
                "pymdownx",
                "matplotlib",
                "IPython",
                "sklearn",
                "numpy",
                "pytest",
            ),
        ),
        ("notewright.worker", ("mkdocs", "markdown", "markdown_it", "matplotlib", "yaml", "numpy")),
        ("notewright.zygote", ("mkdocs", "markdown", "markdown_it", "matplotlib", "yaml", "numpy")),
        ("notewright.pages", ("mkdocs", "matplotlib", "IPython", "pytest")),
    ],
)
def test_nothing_heavy_is_imported(module: str, unwanted: tuple[str, ...]) -> None:
    """A build in which all is fresh starts at once, and the engine works without MkDocs."""
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & set(unwanted)


def snippets() -> list[str]:
    """All modules of snippets, as they are imported."""
    return sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in SNIPPETS.rglob("*.py")
        if path.name != "__init__.py" and path.parent.name != "exercises"  # these have their own
    )


@pytest.fixture(scope="module")
def tested() -> set[str]:
    """Modules that the tests of the snippets import."""
    files = sorted((ROOT / "tests" / "snippets").glob("test_*.py"))
    return {name for path in files for name in imported(path)}


@pytest.mark.parametrize("module", snippets())
def test_every_snippet_has_a_test(module: str, tested: set[str]) -> None:
    """Code that notes show is checked against something that is trusted."""
    assert module in tested


@pytest.mark.parametrize("module", snippets())
def test_snippets_know_nothing_of_the_engine(module: str) -> None:
    """A snippet can be copied out of the vault and works."""
    assert "notewright" not in foreign(ROOT.joinpath(*module.split(".")).with_suffix(".py"))


def texts() -> Iterator[Path]:
    """Text files of the project that a reader gets."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        path = ROOT / name
        if path.is_file() and b"\0" not in path.read_bytes()[:8192]:
            yield path


def test_no_path_of_a_machine_is_written_down() -> None:
    """What is published works elsewhere, and says nothing about where it was written."""
    private = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+|tmp/venv)/")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in texts()
        if path.relative_to(ROOT).parts[0] != "tests"
        for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1)
        if private.search(line)
    ]
    assert found == []


def test_there_are_files_to_look_at() -> None:
    """The rule above looks at the engine, at least where the project is a repository."""
    if (ROOT / ".git").exists():
        assert ENGINE / "engine.py" in set(texts())


@pytest.mark.parametrize("option", sorted(_OPTIONS))
def test_every_option_is_documented(option: str) -> None:
    """What a writer can put behind `#|` is found in the notes on the format."""
    text = (ROOT / "docs" / "engine" / "note-format.md").read_text("utf-8")
    assert re.search(rf"`(?:#\| )?{option}\b|^#\| {option}:", text, re.M)
