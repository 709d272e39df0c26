"""Daily commands, each a session: `nox -l` lists them, `nox -s tests -- PATH` runs one.

Most use the environment that nox itself stands in, so that they start at once and need no
network. Sessions that need other versions, or a bare environment, make one of their own.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nox

# Sessions without an environment of their own find the tools beside our interpreter, also where
# the environment is not activated.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

nox.options.sessions = ["lint", "tests", "build"]

CONSTRAINTS = Path(".ci/constraints.txt")

VARIED = (
    *("markdown", "markdown-it-py", "mkdocs", "mkdocs-material"),
    *("pymdown-extensions", "pytest-markdown-docs"),
)
"""Libraries whose inner parts the engine uses: each release of theirs may break it."""

AFFECTED = ("tests", "--ignore=tests/snippets")
"""What such a release may break: all but the code that notes show."""

UNWANTED = {
    *("hypothesis", "igraph", "mkdocs-jupyter", "mlxtend"),
    *("pandas", "pytest-xdist", "scikit-learn", "scipy"),
}
"""What the notes and the site of this repository need, and a bare `notewright` does not."""

LATER = ("pytest", "-n", "auto", "-m", "nightly", "--ignore-glob=*browser*")
NIGHTLY: dict[str, tuple[Any, ...]] = {
    "gate": ({"NOTEWRIGHT_WHOLE": "1"}, (".ci/run",)),
    "snippets": ({}, (*LATER, "tests/snippets")),
    "engine": (
        {"NOTEWRIGHT_DOWNLOADS": "all", "NOTEWRIGHT_STANDALONE": "all"},
        (*LATER, "tests", "--ignore=tests/snippets", "--ignore=tests/whole"),
    ),
    "whole": ({}, (*LATER, "tests/whole")),
    "many examples": (
        {"NOTEWRIGHT_EXAMPLES": "many"},
        ("pytest", "-n", "auto", "-m", "hypothesis", "tests"),
    ),
    "late pages": ({"NOTEWRIGHT_LATE": "0.2"}, ("nox", "-s", "browser")),
    "kills": ({}, ("python", "tests/benchmarks/kill_commands.py", "--count", "500")),
    "random notes": ({}, ("python", "tests/benchmarks/fuzz_notes.py", "--count", "10000")),
    "random properties": (
        {},
        ("python", "tests/benchmarks/fuzz_properties.py", "--count", "10000"),
    ),
    "random examples": ({}, ("nox", "-s", "fuzz", "--", "30")),
    "digits": ({}, ("notewright", "check", "--digits")),
    "networks": ({}, ("nox", "-s", "networks")),
    "clocks": ({}, ("nox", "-s", "clocks")),
    "kernels": ({}, ("nox", "-s", "kernels")),
    "newcomer": ({}, ("nox", "-s", "newcomer")),
    "shells": ({}, ("nox", "-s", "shells")),
    "editors": ({}, ("nox", "-s", "vscode")),
    "robustness": ({}, ("nox", "-s", "robustness")),
}
"""The parts of `nightly`: variables, then commands."""

_VALIDATE = """
import sys
from pathlib import Path
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

fault = JsonStrictValidator(SchemaVersion.V1_7).validate_str(Path(sys.argv[1]).read_text())
sys.exit(str(fault) if fault else print("the SBOM is valid CycloneDX 1.7"))
"""

NOTE = "# Sum\n\n```python\nprint(1 + 1)\n```\n"


@nox.session(venv_backend="none")
def tests(session: nox.Session) -> None:
    """Test the engine, the snippets and every cell; or what is named behind `--`."""
    session.run("pytest", *(session.posargs or ["-n", "auto"]))


@nox.session(venv_backend="none")
def quick(session: nox.Session) -> None:
    """Check style and types, then run the tests that your change can break; a minute."""
    lint(session)
    session.run("python", "tests/quick.py", *session.posargs)


@nox.session(venv_backend="none")
def lint(session: nox.Session) -> None:
    """Check style, types, and the workflows of the code host."""
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")
    session.run("zizmor", "--offline", "--quiet", ".")


@nox.session(venv_backend="none")
def format(session: nox.Session) -> None:
    """Format the code, and the cells of the notes to the width that a page shows."""
    session.run("ruff", "format")
    session.run("notewright", "format", "--config", "snippets/ruff.toml")


@nox.session(venv_backend="none")
def build(session: nox.Session) -> None:
    """Build the site, where each warning counts."""
    session.run("mkdocs", "build", "--strict", *session.posargs)


@nox.session(venv_backend="none")
def serve(session: nox.Session) -> None:
    """Serve the site; a saved note shows its fresh outputs."""
    session.run("mkdocs", "serve", *session.posargs)


@nox.session(venv_backend="none")
def check(session: nox.Session) -> None:
    """Run the stale cells, and check every link."""
    session.run("notewright", "check", *session.posargs)


@nox.session(venv_backend="none")
def browser(session: nox.Session) -> None:
    """Look at the site in a real browser: needs `chromium-headless-shell` or `chromium`."""
    files = sorted(map(str, Path("tests").rglob("test_*browser*.py")))
    session.run("pytest", *files, *session.posargs, env={"NOTEWRIGHT_BROWSER": "1"})


@nox.session(venv_backend="none")
def lighthouse(session: nox.Session) -> None:
    """Measure pages of the built site: needs Chromium, and `npx`, which fetches Lighthouse."""
    session.run("python", "tests/benchmarks/lighthouse.py", *session.posargs)


@nox.session(venv_backend="none")
def offline(session: nox.Session) -> None:
    """Build the site to be opened from a disk, into `site-offline.zip`."""
    command = ("mkdocs", "build", "--strict", "--site-dir", "site-offline")
    session.run(*command, *session.posargs, env={"OFFLINE": "true"})


@nox.session(venv_backend="none")
def bench(session: nox.Session) -> None:
    """Time sites of 100 to 5,000 notes beside other tools; `cells` behind `--`: of few with cells.

    Needs a quiet machine and the packages of `bench`.
    """
    first, *rest = session.posargs or [""]
    if first == "cells":
        session.run("python", "tests/benchmarks/bench_builds.py", *rest)
    else:
        session.run("python", "tests/benchmarks/bench_notes.py", *session.posargs)


@nox.session(venv_backend="none")
def clocks(session: nox.Session) -> None:
    """Run the tests that a clock judges, one at a time: their verdict hangs on the machine."""
    session.run("pytest", "-m", "clock", *session.posargs, env={"NOTEWRIGHT_CLOCKS": "1"})


@nox.session(venv_backend="none")
def kernels(session: nox.Session) -> None:
    """Run the notes as four kinds of processor would, and compare; takes most of an hour."""
    session.run("python", "tests/benchmarks/kernels.py", *session.posargs)


@nox.session(venv_backend="none")
def networks(session: nox.Session) -> None:
    """Run sessions on workers in a network of their own, and cut it; as root on Linux.

    The network of this machine changes for a moment: nothing else is to use it meanwhile.
    """
    tests = "tests/whole/test_cluster_networks.py"
    session.run("pytest", "-ra", tests, *session.posargs, env={"NOTEWRIGHT_NETWORKS": "1"})


@nox.session(venv_backend="venv")
def shells(session: nox.Session) -> None:
    """Have four programs make this vault, three of one stage, and compare the articles; minutes.

    ProperDocs comes into an environment of its own, beside notewright alone. Then the site is
    compared with the one that MkDocs makes in its own way.
    """
    session.install("properdocs", "mkdocs-materialx", "pip>=25.1")
    session.install("--no-deps", "--editable", ".")
    words = ["tests/benchmarks/shells.py", "--properdocs", f"{session.bin}/python"]
    session.run(sys.executable, *words, *session.posargs, external=True)
    session.run(sys.executable, "tests/benchmarks/same_as_mkdocs.py", external=True)


@nox.session(venv_backend="none")
def editors(session: nox.Session) -> None:
    """Check, test and build the plugins for Obsidian and VS Code, into `dist/` of each.

    Needs Node with `npm`, which fetches what they are made with. Folders behind `--` are vaults
    of Obsidian that get the plugin.
    """
    program = shutil.which("notewright") or session.error("notewright is not installed")
    scratch = Path(session.create_tmp())
    for name in ("obsidian", "vscode"):
        here, there = Path("src", name), scratch / name
        shutil.copytree(here, there, dirs_exist_ok=True)
        with session.chdir(there):
            words = ("--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error")
            session.run("npm", "install", *words, external=True)
            session.run("npm", "run", "types", external=True)
            session.run("npm", "test", env={"NOTEWRIGHT_PROGRAM": program}, external=True)
            session.run("npm", "run", "build", external=True)
        shutil.copytree(there / "dist", here / "dist", dirs_exist_ok=True)
    for vault in session.posargs:
        place = Path(vault, ".obsidian", "plugins", "notewright")
        shutil.copytree(Path("src", "obsidian", "dist"), place, dirs_exist_ok=True)


CODE_SERVER = "4.100.3"


@nox.session(venv_backend="none")
def vscode(session: nox.Session) -> None:
    """Test the VS Code extension in code-server, with the folder behind `--` to prepare it in.

    Needs what `editors` needs, Chromium, ripgrep, and a C++ compiler with the headers of Node.
    """
    place = Path(session.posargs[0] if session.posargs else session.create_tmp()).resolve()
    words = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    server = place / "node_modules" / "code-server"
    if not (place / "ready").exists():
        place.mkdir(parents=True, exist_ok=True)
        with session.chdir(place):
            session.run("npm", "install", *words, f"code-server@{CODE_SERVER}", external=True)
        editor = server / "lib" / "vscode"
        with session.chdir(editor):
            session.run("npm", "install", *words, "--omit=dev", external=True)
        for module in ("@vscode/spdlog", "node-pty", "native-watchdog"):
            with session.chdir(editor / "node_modules" / module):
                session.run("npx", "--yes", "node-gyp", "rebuild", "--nodedir=/usr", external=True)
        finder = shutil.which("rg") or session.error("ripgrep (`rg`) is not installed")
        (editor / "node_modules/@vscode/ripgrep/bin").mkdir(exist_ok=True)
        shutil.copy(finder, editor / "node_modules/@vscode/ripgrep/bin/rg")
        # It hashes passwords, needs to be compiled, and is not used with `--auth none`.
        (place / "node_modules/argon2/argon2.js").write_text("module.exports = {}\n", "utf-8")
        (place / "ready").touch()
    session.run("nox", "-s", "editors")
    shutil.rmtree(place / "extensions", ignore_errors=True)
    built = Path("src", "vscode", "dist", "notewright.vsix").resolve()
    entry, extensions = str(server / "out/node/entry.js"), str(place / "extensions")
    install = ("--install-extension", str(built), "--extensions-dir", extensions)
    session.run("node", entry, *install, "--user-data-dir", str(place / "data"), external=True)
    session.run(
        *("pytest", "-m", "nightly", "tests/editors"), env={"NOTEWRIGHT_CODE_SERVER": str(place)}
    )


@nox.session(venv_backend="none")
def fuzz(session: nox.Session) -> None:
    """Search for examples that no test holds, for as many minutes as stand behind `--`.

    The tests take the same examples each time; this draws new ones until one fails, and prints
    its seed and the `@example` to paste.
    """
    ends = time.monotonic() + 60 * float((session.posargs or ["10"])[0])
    while time.monotonic() < ends:
        seed = secrets.randbelow(2**32)
        session.log(f"seed {seed}")
        with tempfile.NamedTemporaryFile("r", encoding="utf-8") as failures:
            session.run(
                *("pytest", "-q", "-n", "auto", "-m", "hypothesis", f"--hypothesis-seed={seed}"),
                *("-p", "no:cacheprovider", "tests"),
                env={"NOTEWRIGHT_EXAMPLES": "search", "NOTEWRIGHT_FAILURES": failures.name},
                success_codes=[0, 1],
            )
            if told := failures.read():
                session.error(f"seed {seed}:\n{told}")


@nox.session(venv_backend="none")
def nightly(session: nox.Session) -> None:
    """Run everything, in parts that are resumed: those that did not pass yet on this commit.

    Before a release, and each night on the code host. Behind `--`: names of parts to run whether
    they passed or not, or `list`.
    """
    commit = str(session.run("git", "rev-parse", "HEAD", silent=True, external=True)).strip()
    book = Path(session.create_tmp(), "passed.json").resolve()
    passed = json.loads(book.read_text("utf-8")) if book.exists() else {}
    if session.posargs == ["list"]:
        for name in NIGHTLY:
            session.log(f"{'passed' if passed.get(name) == commit else 'to run':6}  {name}")
        return
    if unknown := set(session.posargs) - set(NIGHTLY):
        session.error(f"no part is called {', '.join(sorted(unknown))}: {', '.join(NIGHTLY)}")
    failed = []
    for name in session.posargs or [each for each in NIGHTLY if passed.get(each) != commit]:
        session.log(f"part {name}")
        variables, *commands = NIGHTLY[name]
        try:
            for words in commands:
                session.run(*words, env=variables, external=True)
        except nox.command.CommandFailed:
            failed.append(name)
        else:
            passed[name] = commit
            book.write_text(json.dumps(passed, indent=1) + "\n", "utf-8")
    if failed:
        session.error(f"failed: {', '.join(failed)}. `nox -s nightly` runs what has not passed")


@nox.session(venv_backend="none")
def robustness(session: nox.Session) -> None:
    """Run the lessons with other seeds, and tell which words and findings change; minutes."""
    session.run("python", "-m", "snippets.lessons.ledger", "--others", *session.posargs)


@nox.session(venv_backend="venv")
def oldest(session: nox.Session) -> None:
    """Test with the oldest versions that pyproject.toml allows of what varies."""
    _test_with(session, [f"{name}=={_oldest(name)}" for name in VARIED])


@nox.session(venv_backend="venv")
def newest(session: nox.Session) -> None:
    """Test with the newest versions of what varies, whatever the constraints say."""
    _test_with(session, [])


@nox.session(venv_backend="venv")
def wheel(session: nox.Session) -> None:
    """Build the wheel twice, check it, run a vault with nothing else, and begin one by `init`."""
    with tempfile.TemporaryDirectory() as name:
        built = _wheel(session, Path(name))
        _try_wheel(session, built)
        _distributions(session, Path(name, "checked"))  # last: its tools bring much


@nox.session(venv_backend="venv")
def release(session: nox.Session) -> None:
    """Build what a release uploads, into `dist/`, with its notes from the changelog.

    Behind `--`: the tag, such as v0.2.0. Needs what `editors` needs. It uploads nothing.
    """
    (tag,) = session.posargs or session.error("name the tag: `nox -s release -- v0.2.0`")
    source = Path("src/notewright/__init__.py").read_text("utf-8")
    version = re.findall(r'(?m)^__version__ = "(.+)"$', source)[0]
    if tag != f"v{version}":
        session.error(f"the tag is {tag}, but the version in src/notewright is {version}")
    notes = _release_notes(session, version)
    shutil.rmtree("dist", ignore_errors=True)
    _distributions(session, Path("dist"))
    session.run("nox", "-s", "editors", external=True)
    plugins = [*Path("src/obsidian/dist").iterdir(), Path("src/vscode/dist/notewright.vsix")]
    for file in plugins:
        shutil.copy(file, "dist")
    Path("dist", "notes.md").write_text(notes, "utf-8")
    session.run("ls", "-l", "dist", external=True)


@nox.session(venv_backend="venv")
def rehearsal(session: nox.Session) -> None:
    """Upload the package to an index on this machine, install it by name, do the tutorial."""
    with tempfile.TemporaryDirectory() as name:
        built = Path(name, "dist")
        _distributions(session, built)
        session.install("pypiserver", "uv")
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            address = f"http://127.0.0.1:{found.getsockname()[1]}"
        served = Path(name, "index")
        served.mkdir()
        port = address.rpartition(":")[2]
        words = ["run", "-i", "127.0.0.1", "-p", port, "-P", ".", "-a", ".", "--disable-fallback"]
        command = [f"{session.bin}/pypi-server", *words, str(served)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _answers(session, f"{address}/simple/")
            files = map(str, sorted(built.iterdir()))
            who = ("--username", "any", "--password", "any")
            session.run("twine", "upload", *who, "--repository-url", address, *files)
            index = {"UV_INDEX": f"{address}/simple/", "UV_INDEX_STRATEGY": "unsafe-best-match"}
            program = ("uvx", "--no-cache", "--python", sys.executable, "notewright", "--version")
            session.run(*program, env=index)
            index = {"NOTEWRIGHT_INDEX": f"{address}/simple/"}
            # In the folder of nox, pytest would take this project for that of the tutorial.
            words = ["-rA", "-m", "nightly", "--basetemp", str(Path(name, "tutorial"))]
            tutorial = ("pytest", *words, "tests/whole/test_tutorial.py")
            session.run(*tutorial, env=index, external=True)
        finally:
            server.terminate()
            server.wait()


@nox.session(venv_backend="none")
def pythons(session: nox.Session) -> None:
    """Run the engine's tests, twenty notes and a first site with each Python; an hour in all.

    Behind `--`: versions, such as 3.14. Those that are not on this machine come from Debian, if
    you are root and have `debootstrap`.
    """
    versions = session.posargs or ["3.11", "3.12", "3.13", "3.14"]
    session.run("python", "tests/benchmarks/pythons.py", *versions)


@nox.session(venv_backend="venv")
def newcomer(session: nox.Session) -> None:
    """Type `notewright init` in each kind of folder, with the wheel in an empty environment.

    `tests/whole/test_tutorial.py` types the tutorial.
    """
    with tempfile.TemporaryDirectory() as name:
        built = _wheel(session, Path(name))
        session.install("--constraint", str(CONSTRAINTS), f"{built}[site,test]", "matplotlib")
        session.install("--constraint", str(CONSTRAINTS), "mkdocs-jupyter")
        session.run("python", "tests/newcomer/folders.py")


def _wheel(session: nox.Session, folder: Path) -> Path:
    """Build the wheel into a folder."""
    session.run("pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), ".")
    (built,) = folder.glob("*.whl")
    return built


def _distributions(session: nox.Session, folder: Path) -> None:
    """Build the wheel and the source archive into a folder, and check all that can be checked.

    Two builds give the same bytes, and so does the wheel that the source archive gives.
    """
    session.install("--constraint", str(CONSTRAINTS), *_group("release"))
    again = Path(session.create_tmp(), "again").resolve()
    shutil.rmtree(again, ignore_errors=True)
    for place in (folder, again):
        # `build` makes the archive first, and then the wheel from it.
        session.run("python", "-m", "build", "--outdir", str(place), ".", silent=True)
    session.run(
        "python", "-m", "build", "--wheel", "--outdir", str(again / "direct"), ".", silent=True
    )
    built = sorted(folder.iterdir())
    for file in built:
        for other in again.rglob(file.name):
            if file.read_bytes() != other.read_bytes():
                session.error(f"two builds of {file.name} differ")
    (ours,) = folder.glob("*.whl")
    session.run("twine", "check", "--strict", *map(str, built))
    session.run("check-wheel-contents", str(ours))
    with zipfile.ZipFile(ours) as archive:
        (name,) = (each for each in archive.namelist() if "/sboms/" in each)
        Path(session.create_tmp(), "sbom.json").write_bytes(archive.read(name))
    session.run("python", "-c", _VALIDATE, str(Path(session.create_tmp(), "sbom.json").resolve()))


def _answers(session: nox.Session, address: str) -> None:
    """Wait until a server answers, a minute at most."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(OSError), urllib.request.urlopen(address):
            return
        time.sleep(0.1)
    session.error(f"nothing answers at {address}")


def _release_notes(session: nox.Session, version: str) -> str:
    """The changelog of a version."""
    text = Path("docs/engine/changelog.md").read_text("utf-8")
    found = re.search(rf"(?ms)^## {re.escape(version)}(, [^\n]+)?\n+(.*?)(?=^## |\Z)", text)
    if not found or found[1] == ", unreleased":
        session.error(f"docs/engine/changelog.md: give {version} the date of its release")
    return found[2]


def _try_wheel(session: nox.Session, built: Path) -> None:
    """Run a vault of one note with nothing but the wheel, then begin one by `notewright init`."""
    scratch = built.parent
    name = str(scratch)
    session.install("--constraint", str(CONSTRAINTS), str(built))
    if found := sorted(_installed(session) & UNWANTED):
        session.error(f"the wheel brings {', '.join(found)}: move them to an extra or a group")
    (scratch / "docs").mkdir()
    (scratch / "docs" / "sum.md").write_text(NOTE, "utf-8")
    (scratch / "mkdocs.yml").write_text("site_name: One\nplugins: [notewright]\n", "utf-8")
    said = str(session.run("notewright", "-C", name, "run", silent=True))
    session.log(said.strip())
    if "1 run, 0 fresh, 0 failed" not in said:
        session.error("the note did not run")
    session.install("--constraint", str(CONSTRAINTS), f"{built}[site,test]", "matplotlib")
    (scratch / "own").mkdir()
    with session.chdir(scratch / "own"):  # as a stranger would
        session.run("notewright", "init")
        session.run("mkdocs", "build", "--strict")
        session.run("pytest", "-q")
    if "<figure" not in (scratch / "own/site/first-run/index.html").read_text("utf-8"):
        session.error("the first note shows no figure")


def _installed(session: nox.Session) -> set[str]:
    """Packages of the session's environment."""
    listed = session.run("pip", "list", "--format", "freeze", silent=True)
    return {_plain(line.partition("==")[0]) for line in str(listed).split()}


def _test_with(session: nox.Session, versions: list[str]) -> None:
    """Install the project with some versions of what varies, and run the tests it may break."""
    # Not in `session.create_tmp()`: tests would then write their projects into this one.
    constraints = Path(session.virtualenv.location) / "constraints.txt"
    kept = [
        line
        for line in CONSTRAINTS.read_text("utf-8").splitlines()
        if _plain(line.partition("==")[0]) not in VARIED
    ]
    constraints.write_text("\n".join([*kept, *versions, ""]), "utf-8")
    session.install("--constraint", str(constraints), *_development(), *VARIED)
    session.run("pip", "list")
    session.run("pytest", "-n", "auto", *(session.posargs or AFFECTED))


def _development() -> list[str]:
    """What pip installs for a change of the project: its extras, and the packages of `dev`."""
    extras = nox.project.load_toml("pyproject.toml")["project"]["optional-dependencies"]
    return ["--editable", f".[{','.join(extras)}]", *_group("dev")]


def _group(name: str) -> Sequence[str]:
    """What pip installs for a group of pyproject.toml."""
    return nox.project.dependency_groups(nox.project.load_toml("pyproject.toml"), name)


def _oldest(package: str) -> str:
    """The lowest version of a package that pyproject.toml allows."""
    project = nox.project.load_toml("pyproject.toml")["project"]
    extras = project.get("optional-dependencies", {}).values()
    for requirement in [*project["dependencies"], *(each for extra in extras for each in extra)]:
        found = re.match(r"([\w.-]+)>=([\w.]+)", requirement)
        if found and _plain(found[1]) == package:
            return found[2]
    raise LookupError(f"pyproject.toml names no lowest version of {package}")


def _plain(name: str) -> str:
    """A package's name in the one spelling that all tools agree on."""
    return re.sub(r"[-_.]+", "-", name).lower()
