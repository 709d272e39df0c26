"""The package: what the wheel holds and needs, and that it runs notes with no more than that."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from email.message import Message
from email.parser import Parser
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from projects import ProjectDir, clean_environment

from notewright import __version__, libraries
from notewright.errors import EngineError
from notewright.libraries import TESTED, needs, private_parts

ROOT = Path(__file__).parents[1]
EXTRAS = ("cite", "cluster", "lsp", "practice", "site", "store", "test")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

NOTE = """\
# One

```python
print(6 * 7)
{"a": 1}
```

So 42<!--= 6 * 7 -->, and [[two]].
"""
HEAVY = {
    "scikit-learn",
    "pandas",
    "scipy",
    "mlxtend",
    "numpy",
    "matplotlib",
    "hypothesis",
    "pytest",
    "pytest-xdist",
    "mkdocs",
    "mkdocs-jupyter",
    "markdown",
    "igraph",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built of this tree as `pip wheel` builds it."""
    directory = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(directory)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = directory.iterdir()
    return built


@pytest.fixture(scope="module")
def about(wheel: Path) -> Message:
    """What the wheel says of itself."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith("dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


def requirements(about: Message, extra: str = "") -> dict[str, Requirement]:
    """What the wheel requires, with an extra or with none, by name."""
    found = map(Requirement, about.get_all("Requires-Dist", []))
    return {
        canonicalize_name(each.name): each
        for each in found
        if (each.marker is None and not extra)
        or (each.marker and extra and each.marker.evaluate({"extra": extra}))
    }


def closure(names: set[str]) -> dict[str, metadata.Distribution]:
    """Distributions with all that they need, on this machine."""
    found: dict[str, metadata.Distribution] = {}
    waiting = sorted(names)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        found[name] = metadata.distribution(name)
        needed = map(Requirement, found[name].requires or [])
        waiting += [
            each.name
            for each in needed
            if each.marker is None or each.marker.evaluate({"extra": ""})
        ]
    return found


def test_the_wheel_holds_all_that_the_engine_reads(wheel: Path) -> None:
    """Each file of the package is in it, its data and `py.typed` among them; and nothing else."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "src/notewright"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    files = [path for path in listed if (ROOT / path).is_file()] or [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "src/notewright").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    with zipfile.ZipFile(wheel) as archive:
        held = [name for name in archive.namelist() if ".dist-info/" not in name]
    assert sorted(held) == sorted(path.removeprefix("src/") for path in files)
    assert {
        "notewright/py.typed",
        "notewright/run/worker/matplotlibrc",
        "notewright/render/assets/web.js",
        "notewright/render/assets/web.css",
    } <= set(held)


def test_the_wheel_lists_what_it_needs(wheel: Path, about: Message) -> None:
    """In its SBOM, where PEP 770 has it: each requirement once for each extra, nothing bundled."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (each for each in archive.namelist() if "/sboms/" in each)
        listed = json.loads(archive.read(name))
    ours = listed["metadata"]["component"]
    assert (ours["name"], ours["version"]) == ("notewright", __version__)
    assert ours["licenses"] == [{"license": {"id": about["License-Expression"]}}]
    assert all(each["isExternal"] for each in listed["components"])
    assert "timestamp" not in listed["metadata"]  # two builds give the same bytes
    needed = {each["name"] for each in listed["components"] if each["scope"] == "required"}
    assert needed == set(requirements(about))
    for extra in EXTRAS:
        of_extra = [{"name": "python:extra", "value": extra}]
        found = {
            each["name"] for each in listed["components"] if each.get("properties") == of_extra
        }
        assert found == set(requirements(about, extra))


def test_the_package_has_the_addresses_that_the_environment_names(tmp_path: Path) -> None:
    """The owner sets them once, as for the site; none is made up."""
    named = {"REPO_URL": "https://code.example/n/", "SITE_URL": "https://site.example"}
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, env=os.environ | named, check=True, capture_output=True)
    (built,) = tmp_path.iterdir()
    with zipfile.ZipFile(built) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith("dist-info/METADATA"))
        said = Parser().parsestr(archive.read(name).decode())
    assert said.get_all("Project-URL") == [
        "Documentation, https://site.example/engine/",
        "Changelog, https://site.example/engine/changelog/",
        "Source, https://code.example/n",
        "Issues, https://code.example/n/issues",
    ]


@pytest.mark.parametrize("name", ["obsidian/manifest.json", "vscode/package.json"])
def test_plugins_of_editors_have_the_version_of_the_package(name: str) -> None:
    """One number says what goes with what."""
    said = json.loads((ROOT / "src" / name).read_text("utf-8"))
    assert said["version"] == __version__


def test_the_wheel_says_whose_it_is_and_what_it_is_for(wheel: Path, about: Message) -> None:
    """An index shows it: licence with its text, authors, what to find it by."""
    assert about["License-Expression"] == "MIT"
    assert about["License-File"] == "LICENSE"
    assert about["Author"] == "The notewright authors"
    assert about.get_all("Project-URL") is None
    assert about["Keywords"] and about["Summary"] and about["Requires-Python"] == ">=3.11"
    assert "Typing :: Typed" in about.get_all("Classifier", [])
    assert set(about.get_all("Provides-Extra", [])) == {*EXTRAS}
    with zipfile.ZipFile(wheel) as archive:
        assert any(name.endswith("/licenses/LICENSE") for name in archive.namelist())


def test_the_engine_needs_nothing_heavy(about: Message) -> None:
    """Nor anything that does: what is only for sites, tests or this vault is not in it."""
    brought = set(closure(set(requirements(about))))
    assert not brought & HEAVY
    assert len(brought | {"notewright"}) <= 25, sorted(brought)
    assert {"mkdocs", "mkdocs-material", "markdown"} <= set(requirements(about, "site"))
    assert set(requirements(about, "test")) == {"pytest", "pytest-markdown-docs"}


def test_no_library_of_an_installation_is_under_the_gpl(about: Message) -> None:
    """Of the wheel and its extras: who hands on a site or an image of it owes nobody a source."""
    names = {*requirements(about), *requirements(about, "site"), *requirements(about, "test")}
    bound = []
    for name, distribution in closure(names).items():
        about_it = distribution.metadata
        said = [about_it.get("License-Expression", ""), about_it.get("License", "")]
        said = [each.partition("\n")[0] for each in said]
        said += [each for each in about_it.get_all("Classifier", []) if "License ::" in each]
        if any(re.search(r"(?<!L)GPL|General Public", each) for each in said):
            bound.append(name)
    assert bound == []


def test_bounds_are_the_versions_that_were_tried(about: Message) -> None:
    """What an error message names, and what pip is told, are one range."""
    declared = {
        name: each for extra in ("", *EXTRAS) for name, each in requirements(about, extra).items()
    }
    for library, bounds in TESTED.items():
        assert (
            declared[canonicalize_name(library)].specifier == Requirement(f"x{bounds}").specifier
        ), library


def test_lower_bounds_are_the_versions_that_are_tried(about: Message) -> None:
    """`.ci/oldest.txt` installs the oldest version of each library that pip may choose."""
    lines = (ROOT / ".ci/oldest.txt").read_text("utf-8").split("\n")
    pinned = map(Requirement, (line for line in lines if line and not line.startswith("#")))
    tried = {canonicalize_name(each.name): next(iter(each.specifier)).version for each in pinned}
    assert {
        name: Version(bound.version)
        for extra in ("", *EXTRAS)
        for name, each in requirements(about, extra).items()
        for bound in each.specifier
        if bound.operator == ">="
    } == {name: Version(version) for name, version in tried.items()}


def test_groups_hold_what_only_this_repository_needs() -> None:
    """Nothing is asked for twice, so that no two bounds can differ."""
    groups = PROJECT["dependency-groups"]
    extras = PROJECT["project"]["optional-dependencies"].values()
    asked = [*PROJECT["project"]["dependencies"], *(each for extra in extras for each in extra)]
    asked += [each for group in groups.values() for each in group if isinstance(each, str)]
    names = [canonicalize_name(Requirement(each).name) for each in asked]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.fixture(scope="module")
def light(wheel: Path, about: Message, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a virtual environment that holds the wheel and what it requires alone."""
    directory = tmp_path_factory.mktemp("light") / "venv"
    venv.create(directory, symlinks=True)
    (packages,) = directory.glob("lib/python*/site-packages")
    for distribution in closure(set(requirements(about))).values():
        for file in distribution.files or ():
            top = file.parts[0]
            if top not in ("..", "__pycache__") and not (packages / top).is_symlink():
                (packages / top).symlink_to(distribution.locate_file(top))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    return directory / "bin" / "python"


def run_light(light: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run Python in that environment."""
    return subprocess.run(
        [str(light), *arguments],
        cwd=cwd,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.gate
def test_the_wheel_alone_runs_and_judges_notes(light: Path, tmp_path: Path) -> None:
    """`run`, `check`, `accept`, `why` and `index`, with no library that no note imports."""
    listing = "import importlib.metadata as m; print(*(d.name for d in m.distributions()))"
    installed = run_light(light, "-c", listing, cwd=tmp_path).stdout.split()
    assert "notewright" in installed and not set(map(canonicalize_name, installed)) & HEAVY
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/one.md").write_text(NOTE, "utf-8")
    (tmp_path / "docs/two.md").write_text("# Two\n", "utf-8")
    told = {}
    for words in (["run"], ["check"], ["accept"], ["why", "one"], ["index"]):
        done = run_light(light, "-m", "notewright", *words, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        told[words[0]] = done.stdout
    assert "1 run, 0 fresh; no problems" in told["run"]
    assert "0 run, 1 fresh; no problems" in told["check"]
    (tmp_path / "docs/one.md").write_text(NOTE.replace("So 42", "So 43"), "utf-8")
    wrong = run_light(light, "-m", "notewright", "run", cwd=tmp_path)
    assert wrong.returncode == 1
    assert "docs/one.md:8: the note says 43, but the cell computes 42" in wrong.stderr
    missing = run_light(light, "-m", "notewright", "completion", "bash", cwd=tmp_path)
    assert missing.returncode == 1 and "Run `pip install 'notewright[lsp]'`" in missing.stderr
    option = "plugins:\n  - notewright:\n      bibliography: [refs.bib]\n"
    (tmp_path / "mkdocs.yml").write_text(option, "utf-8")
    (tmp_path / "refs.bib").write_text("@book{a, title={A}}\n", "utf-8")
    cited = run_light(light, "-m", "notewright", "check", cwd=tmp_path)
    assert cited.returncode == 1 and "mkdocs.yml:3: the bibliography needs" in cited.stderr
    assert "Run `pip install 'notewright[cite]'`" in cited.stderr


@pytest.mark.parametrize("module", ["markdown.extension", "markdown.blocks"])
def test_without_the_extra_pages_say_how_to_get_it(
    light: Path, tmp_path: Path, module: str
) -> None:
    """An import that fails names the command that fixes it."""
    done = run_light(light, "-c", f"import notewright.{module}", cwd=tmp_path)
    assert done.stderr.rstrip().endswith("Run `pip install 'notewright[site]'`")


def test_a_build_without_the_extra_says_how_to_get_it(tmp_path: Path) -> None:
    """MkDocs stops with one line, and with no traceback."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": "# A\n"})
    hide = "import sys; sys.modules['pymdownx'] = None; from mkdocs.__main__ import cli; "
    said = project.command("-c", f"{hide} cli(['build'])")
    assert said.status == 1 and not said.lines("Traceback"), said.output
    assert said.lines("needs pymdownx, which is not installed", "'notewright[site]'"), said.output


def test_a_missing_library_names_its_extra() -> None:
    """Whatever an import around a drawing does not find."""
    with (
        pytest.raises(EngineError, match=r"a graph needs no_such, .* 'notewright\[site\]'"),
        needs("site", "a graph"),
    ):
        import no_such.part  # type: ignore[import-not-found]  # noqa: F401


def test_a_library_of_another_version_is_named_with_those_that_were_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A private part that has moved says which library, which versions, and what to do."""
    monkeypatch.setattr(libraries, "version", lambda name: "99.0")
    bounds = re.escape(TESTED["Markdown"])
    with (
        pytest.raises(
            EngineError, match=rf"Markdown 99\.0 is not compatible .*pip install 'Markdown{bounds}'"
        ),
        private_parts("Markdown", "site"),
    ):
        from markdown.util import NoSuchPart  # type: ignore[attr-defined]  # noqa: F401


def test_a_library_that_is_not_there_is_named_with_its_extra() -> None:
    """Where nothing of it is installed, no version is spoken of."""
    with (
        pytest.raises(EngineError, match=r"no-such is not installed.*'notewright\[test\]'"),
        private_parts("no-such", "test"),
    ):
        import no_such  # noqa: F401
