"""Rules of the repository: what imports what, what has a test, what is written nowhere."""

from __future__ import annotations

import ast
import functools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import notewright
from notewright.note.options import option_names

ROOT = Path(__file__).parents[1]
ENGINE = Path(notewright.__file__).parent
SNIPPETS = ROOT / "snippets"

RULE = {
    "": "",
    "note": "",
    "bases": "",
    "vault": "note bases",
    "run.worker": None,  # closed: itself only
    "run": "note vault run.worker run.cluster run.shared",
    "run.cluster": "note run run.worker",
    "run.shared": "note run run.worker",
    "run.playground": "note run run.worker",
    "render": "note bases vault run run.worker",
    "markdown": "note bases vault run run.worker render",
    "hosts": "note vault run run.worker run.shared render markdown hosts.mkdocs"
    " hosts.language_server hosts.shells",
    "hosts.language_server": "note vault run run.worker render markdown hosts",
    "hosts.playground": "note vault run run.worker run.playground render hosts",
    "hosts.shells": "render",
    "hosts.mkdocs": "note vault run run.worker run.playground render markdown hosts"
    " hosts.playground hosts.shells",
}
"""What the modules of each package may import, beside their own and the top level's."""

OWNERS = {
    "mkdocs": "hosts.mkdocs",
    "material": "hosts.mkdocs",
    "markdown": "markdown",
    "pymdownx": "markdown",
    "latex2mathml": "render",
    "lsprotocol": "hosts.language_server",
    "pygls": "hosts.language_server",
    "pytest": "hosts",
    "pytest_markdown_docs": "hosts",
    "matplotlib": "run.worker",
    "IPython": "run.worker",
    "jedi": "run.playground",
    "distributed": "run.cluster",
    "fsspec": "run.shared",
}
"""Libraries that one package alone imports: so each is exchangeable."""

GUEST = "hosts/shells/handover.py"
"""Runs in another program, and needs nothing of ours: neither our packages nor our libraries."""

DOOR = "__main__.py"
"""Python wants it at the top (`python -m notewright`); what it does is the hosts' business."""


PRIVATE = {
    "markdown": "markdown/python_markdown_private.py",
    "pymdownx": "markdown/pymdownx_private.py",
    "pytest_markdown_docs": "hosts/markdown_docs_private.py",
}
"""Libraries whose private parts are used, and the one module that imports these."""

PUBLIC = (
    "markdown.Markdown",
    "markdown.blockprocessors.BlockProcessor",
    "markdown.extensions.Extension",
    "markdown.inlinepatterns.InlineProcessor",
    "markdown.postprocessors.Postprocessor",
    "markdown.preprocessors.Preprocessor",
    "markdown.treeprocessors.Treeprocessor",
    "markdown.util.AtomicString",
)
"""What their documentation tells writers of extensions to import; the others tell nothing."""


def modules() -> Iterator[tuple[str, Path]]:
    """Each module of the engine, with the package to which it belongs."""
    for path in sorted(ENGINE.rglob("*.py")):
        door = path == ENGINE / DOOR
        yield "hosts" if door else ".".join(path.relative_to(ENGINE).parent.parts), path


def package_of(name: str) -> str:
    """The package of the engine that holds a module, by its full name."""
    parts = name.split(".")[1:]
    while parts and not ENGINE.joinpath(*parts).is_dir():
        parts.pop()
    return ".".join(parts)


@functools.cache
def parsed(path: Path) -> ast.Module:
    """A module, parsed once for all rules."""
    return ast.parse(path.read_text("utf-8"))


@functools.cache
def imported(path: Path, *, lazy: bool = True) -> tuple[str, ...]:
    """Full names of the modules that a file imports; without `lazy`, only when it is loaded."""
    found: list[str] = []
    for node in ast.walk(parsed(path)) if lazy else _at_load(parsed(path)):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name}:{node.lineno} imports relatively"
            found.append(str(node.module))
            found += (f"{node.module}.{alias.name}" for alias in node.names)
    return tuple(found)


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


def offences() -> Iterator[str]:
    """Imports of the engine against `RULE`, inside functions too."""
    for package, path in modules():
        allowed = RULE[package]
        for name in imported(path):
            if name.split(".")[0] != "notewright" or name == "notewright":
                continue
            target = package_of(name)
            may = [package] if allowed is None else [package, "", *allowed.split()]
            # `from notewright.run import worker`, say, names a package and then what is in it.
            if target not in may and not any(each.startswith(f"{target}.") for each in may):
                yield f"{path.relative_to(ENGINE)} imports {name}"


@pytest.mark.gate
def test_data_goes_one_way() -> None:
    """A package imports only those that `RULE` names, and the worker's none but itself."""
    assert list(offences()) == []
    assert {package for package, _ in modules()} == set(RULE)


@pytest.mark.gate
def test_a_library_is_known_to_one_package() -> None:
    """The engine is a plain library: a site generator or a test runner is exchangeable."""
    found = [
        f"{path.relative_to(ENGINE)} imports {name}"
        for package, path in modules()
        for name in imported(path)
        if package != OWNERS.get(name.split(".")[0], package)
        and (path, name.split(".")[0]) != (ENGINE / GUEST, "markdown")
    ]
    assert found == []


def test_the_hand_over_needs_python_markdown_and_nothing_else() -> None:
    """So it runs where none of our libraries is, in few lines that anyone can read."""
    roots = {name.split(".")[0] for name in imported(ENGINE / GUEST)}
    assert roots - set(sys.stdlib_module_names) == {"markdown"}
    assert (ENGINE / GUEST).read_text("utf-8").count("\n") <= 60
    ran = "import notewright.hosts.shells.handover, sys; print(*sys.modules)"
    words = subprocess.check_output([sys.executable, "-c", ran], text=True).split()
    ours = {name for name in words if name.startswith("notewright.")}
    assert ours == {
        "notewright.hosts",
        "notewright.hosts.shells",
        "notewright.hosts.shells.handover",
    }


@pytest.mark.gate
def test_private_parts_of_a_library_are_known_to_one_module() -> None:
    """A new version of it is one module to look at, and one error that says what to do."""
    found = [
        f"{path.relative_to(ENGINE)} imports {name}"
        for _, path in modules()
        for name in imported(path)
        if PRIVATE.get(name.split(".")[0], "") not in ("", path.relative_to(ENGINE).as_posix())
        and name not in PRIVATE
        and not any(f"{public}.".startswith(f"{name}.") for public in PUBLIC)
    ]
    assert found == []


@pytest.mark.gate
def test_no_circle() -> None:
    """Modules import each other in one direction, also within a package, once they are loaded."""
    edges: dict[str, set[str]] = {}
    for _, path in modules():
        name = ".".join(["notewright", *path.relative_to(ENGINE).with_suffix("").parts])
        edges[name] = {each for each in imported(path, lazy=False) if each != name}
    known = set(edges)
    edges = {name: targets & known for name, targets in edges.items()}
    while ready := [name for name, targets in edges.items() if not targets]:
        edges = {name: targets - set(ready) for name, targets in edges.items() if targets}
    assert edges == {}


@pytest.mark.gate
def test_only_the_zygote_starts_a_session_and_only_when_it_forked() -> None:
    """Code of notes never runs in the process of the build."""
    session = "notewright.run.worker.session"
    users = [path.relative_to(ENGINE) for _, path in modules() if session in imported(path)]
    inside = ["run/playground/states.py", "run/worker/entry.py", "run/worker/zygote.py"]
    assert sorted(path.as_posix() for path in users) == inside
    for path in users:
        assert session not in imported(ENGINE / path, lazy=False)
    # Nor does the program of a playground run a cell: its states are processes of their own.
    program = ENGINE / "run" / "playground" / "program.py"
    states = "notewright.run.playground.states"
    assert states in imported(program) and states not in imported(program, lazy=False)
    entry = "notewright.run.worker.entry"
    assert [path.name for _, path in modules() if entry in imported(path)] == ["zygote.py"]


def test_modules_have_one_job() -> None:
    """No module of the engine has more than 500 lines, and few stand at its top."""
    found = [path.name for _, path in modules() if path.read_text("utf-8").count("\n") > 500]
    assert found == []
    assert sum(not package for package, _ in modules()) <= 6
    assert set(imported(ENGINE / DOOR)) == {
        "sys",
        "notewright.hosts.cli",
        "notewright.hosts.cli.main",
    }
    assert (ENGINE / DOOR).read_text("utf-8").count("\n") <= 10


def test_tests_are_found_by_the_name_of_their_module() -> None:
    """`tests/note/test_cells.py` tests `note/cells.py`; what tests no module stands elsewhere."""
    packages = {path.parent.relative_to(ENGINE) for _, path in modules()}
    strangers = [
        path.relative_to(ROOT).as_posix()
        for package in packages
        for path in (ROOT / "tests" / package).glob("test_*.py")
        if package.parts  # beside the modules at the top stands what is about them all
        and not (ENGINE / package / path.name.removeprefix("test_")).exists()
    ]
    assert strangers == []


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        (
            "notewright.run.engine",
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
        (
            "notewright.run.worker.session",
            ("mkdocs", "markdown", "markdown_it", "matplotlib", "yaml", "numpy"),
        ),
        (
            "notewright.run.worker.zygote",
            ("mkdocs", "markdown", "markdown_it", "matplotlib", "yaml", "numpy"),
        ),
        ("notewright.markdown.extension", ("mkdocs", "matplotlib", "IPython", "pytest")),
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


def snippets() -> list[Path]:
    """All modules of snippets."""
    return sorted(path for path in SNIPPETS.rglob("*.py") if path.name != "__init__.py")


@pytest.mark.gate
def test_every_snippet_has_a_test() -> None:
    """Code that notes show is checked against something that is trusted."""
    files = (ROOT / "tests" / "snippets").glob("test_*.py")
    tested = {name for path in files for name in imported(path)}
    names = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in snippets()
        if path.parent.name != "exercises"  # these have their own
    }
    assert sorted(names - tested) == []


@pytest.mark.gate
def test_snippets_know_nothing_of_the_engine() -> None:
    """A snippet can be copied out of the vault and works."""
    found = [
        path.relative_to(ROOT).as_posix()
        for path in snippets()
        if any(name.split(".")[0] == "notewright" for name in imported(path))
    ]
    assert found == []


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
        assert ROOT / "README.md" in set(texts())


def test_every_option_is_documented() -> None:
    """What a writer can put behind `#|` is found in the notes on the format."""
    text = (ROOT / "docs" / "engine" / "note-format.md").read_text("utf-8")
    options = list(option_names())
    missing = [
        option
        for option in options
        if not re.search(rf"`(?:#\| )?{option}\b|^#\| {option}:", text, re.M)
    ]
    assert options and missing == []
