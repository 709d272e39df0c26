"""Habits of the project: what is said in two places is the same in both, and forms are valid."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from notewright import __version__

ROOT = Path(__file__).parents[1]
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
TEXTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *(ROOT / "docs" / "engine").glob("*.md"),
    *(ROOT / ".github").rglob("*.yml"),
]


def read(path: str) -> Any:
    """A YAML file of the project."""
    return yaml.safe_load((ROOT / path).read_text("utf-8"))


def sessions() -> set[str]:
    """Names of the sessions in `noxfile.py`."""
    tree = ast.parse((ROOT / "noxfile.py").read_text("utf-8"))
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any("nox.session" in ast.unparse(each) for each in node.decorator_list)
    }


def jobs() -> dict[str, dict[str, Any]]:
    """Jobs of the workflow, by name."""
    found: dict[str, dict[str, Any]] = read(".github/workflows/ci.yml")["jobs"]
    return found


def steps() -> Iterator[dict[str, Any]]:
    """All steps of the workflow."""
    for job in jobs().values():
        yield from job["steps"]


def test_the_version_is_the_same_wherever_it_stands() -> None:
    """Package, citation and the newest section of the changelog."""
    text = (ROOT / "docs" / "engine" / "changelog.md").read_text("utf-8")
    newest = re.search(r"(?m)^## (\S+), (?:unreleased|\d{4}-\d\d-\d\d)$", text)
    assert newest is not None and newest[1] == __version__
    assert read("CITATION.cff")["version"] == __version__


def test_each_version_of_the_changelog_has_its_day_and_lines_of_three_kinds() -> None:
    """Only the newest may be unreleased; older ones stand below newer ones."""
    text = (ROOT / "docs" / "engine" / "changelog.md").read_text("utf-8")
    heads = re.findall(r"(?m)^## (.+)$", text)
    told = [re.fullmatch(r"(\d+)\.(\d+)\.(\d+), (\S+)", head) for head in heads]
    found = [each.groups() for each in told if each]
    assert len(found) == len(heads)
    assert [day for *_, day in found[1:] if not re.fullmatch(r"\d{4}-\d\d-\d\d", day)] == []
    numbers = [tuple(map(int, number)) for *number, _ in found]
    assert numbers == sorted(set(numbers), reverse=True)
    lines = re.findall(r"(?m)^[-*+] .+", text)
    assert [line for line in lines if not re.match(r"- (?:BREAK|NEW|FIX): \S", line)] == []


def test_licence_and_citation_agree() -> None:
    """Who holds the rights, and under which licence the code is."""
    licence = (ROOT / "LICENSE").read_text("utf-8")
    citation = read("CITATION.cff")
    (author,) = citation["authors"]
    assert licence.startswith("MIT License\n") and citation["license"] == "MIT"
    assert author["name"] in licence
    for path in ("README.md", "docs/about/licences.md"):
        text = (ROOT / path).read_text("utf-8")
        assert "MIT" in text and "CC BY 4.0" in text, path


def test_a_licence_is_found_for_each_file() -> None:
    """The page of licences names its folder, and the nearest one counts; what is on top is code."""
    page = (ROOT / "docs/about/licences.md").read_text("utf-8")
    rows = re.findall(r"(?m)^\| (.+?) \| (MIT|CC BY 4\.0)\b", page)
    named = {folder: one for what, one in rows for folder in re.findall(r"`([^`]+)/`", what)}
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = [Path(name) for name in listed.stdout.decode().split("\0") if "/" in name]
    assert len(paths) > 100
    parents = {path: [each.as_posix() for each in path.parents] for path in paths}
    licences = {
        path.as_posix(): next((named[each] for each in above if each in named), None)
        for path, above in parents.items()
    }
    assert [path for path, licence in licences.items() if licence is None] == []
    assert {licences["docs/index.md"], licences["docs/engine/trust.md"]} == {"CC BY 4.0"}
    assert {licences["docs/assets/look.css"], licences["src/notewright/errors.py"]} == {"MIT"}


def test_each_session_that_a_text_names_exists() -> None:
    """What a newcomer is told to type is there, and every session is told."""
    known = sessions()
    named = {
        name
        for path in TEXTS
        for name in re.findall(r"nox (?:-s|--session) (\w+)", path.read_text("utf-8"))
    }
    assert sorted(named - known) == []
    told = (ROOT / "docs" / "engine" / "contributing.md").read_text("utf-8")
    assert [name for name in sorted(known) if f"nox -s {name}" not in told] == []
    varied = jobs()["versions"]["strategy"]["matrix"]["session"]
    assert set(varied) <= known


def test_each_file_that_the_daily_commands_name_exists() -> None:
    """A file that moved is noticed before its session is needed."""
    text = (ROOT / "noxfile.py").read_text("utf-8")
    paths = re.findall(r"(?:tests|\.ci)/[\w./]+", text)
    assert paths and [path for path in paths if not (ROOT / path).exists()] == []
    assert list((ROOT / "tests").rglob("test_*browser*.py"))


def test_checks_before_a_commit_fetch_nothing() -> None:
    """All hooks are local and use what is installed."""
    repos = read(".pre-commit-config.yaml")["repos"]
    assert [each["repo"] for each in repos] == ["local"]
    hooks = repos[0]["hooks"]
    assert {hook["language"] for hook in hooks} == {"system"}
    installed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    tools = {hook["entry"].split()[0] for hook in hooks}
    assert tools == {"ruff", "mypy", *installed["project"]["scripts"]}


def test_the_workflow_gives_each_job_no_more_than_it_needs() -> None:
    """Code of strangers runs in it: no token to write with, and none lying about."""
    workflow = read(".github/workflows/ci.yml")
    triggers = workflow[True]  # YAML 1.1 reads `on` as a truth value
    assert "pull_request_target" not in triggers
    assert workflow["permissions"] == {}
    writing = {name for name, job in jobs().items() if "write" in job["permissions"].values()}
    assert writing == {"publish"}
    assert not any("run" in step for step in jobs()["publish"]["steps"])
    for step in steps():
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
    assert all(job["timeout-minutes"] for job in jobs().values())


def test_each_night_all_runs_and_lessons_have_other_seeds() -> None:
    """A workflow of its own, that may only read, and keeps what it found."""
    workflow = read(".github/workflows/nightly.yml")
    assert workflow[True]["schedule"] and workflow["permissions"] == {}
    for each in workflow["jobs"].values():
        assert each["permissions"] == {"contents": "read"} and each["timeout-minutes"]
        assert each["steps"][0]["with"]["persist-credentials"] is False
    assert workflow["jobs"]["whole"]["steps"][-1]["run"] == "NOTEWRIGHT_WHOLE=1 .ci/run"
    job = workflow["jobs"]["robustness"]
    ran = " ".join(step.get("run", "") for step in job["steps"])
    named = set(re.findall(r"nox --session (\w+)", ran))
    assert named == {"robustness"} and named <= sessions()
    kept = [step["with"]["path"] for step in job["steps"] if "upload-artifact" in str(step)]
    assert kept and all("ledger-other-seeds" in path for path in kept)


@pytest.mark.parametrize("name", ["ci", "nightly", "release"])
def test_each_action_is_pinned_to_a_commit(name: str) -> None:
    """A tag can be moved by whoever takes over an action; the comment says the version."""
    text = (ROOT / f".github/workflows/{name}.yml").read_text("utf-8")
    used = re.findall(r"uses: (.*)", text)
    pinned = r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+"
    assert used and [each for each in used if not re.fullmatch(pinned, each)] == []


def test_a_release_is_built_by_a_tag_after_all_checks() -> None:
    """Only the job that uploads can prove to PyPI who it is, and no job has a stored secret."""
    workflow = read(".github/workflows/release.yml")
    assert workflow[True] == {"push": {"tags": ["v*"]}} and workflow["permissions"] == {}
    jobs = workflow["jobs"]
    assert any(step.get("run") == ".ci/run" for step in jobs["checks"]["steps"])
    assert any("--session release" in step.get("run", "") for step in jobs["build"]["steps"])
    assert set(jobs["publish"]["needs"]) == {"checks", "build"}
    assert jobs["publish"]["environment"] == "pypi" and jobs["announce"]["needs"] == "publish"
    trusted = [name for name, job in jobs.items() if "id-token" in job["permissions"]]
    assert trusted == ["publish", "announce"]
    assert "secrets." not in (ROOT / ".github/workflows/release.yml").read_text("utf-8")


def test_the_workflow_runs_what_decides() -> None:
    """The checks are those of `.ci/run`."""
    assert any(step.get("run") == ".ci/run" for step in jobs()["checks"]["steps"])
    needed = {name for job in jobs().values() for name in [job.get("needs")] if name}
    assert needed <= jobs().keys()


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_for_issues_is_valid(path: Path) -> None:
    """It has what the code host asks for, and each field its own id and label."""
    form = yaml.safe_load(path.read_text("utf-8"))
    if path.stem == "config":
        assert form == {"blank_issues_enabled": False}
        return
    assert form["name"] and form["description"]
    fields = [each for each in form["body"] if each["type"] != "markdown"]
    ids = [each["id"] for each in fields]
    assert ids and len(set(ids)) == len(ids)
    assert all(each["attributes"]["label"] for each in fields)
    assert {each["type"] for each in form["body"]} <= {"markdown", "textarea", "input"}


def test_no_test_looks_at_a_page_after_a_pause() -> None:
    """It waits for what is to come: however long the pause, some day a machine is slower.

    A pause shows only that nothing comes; then its line says so.
    """
    pauses = [
        f"{path.name}:{number}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if "page.wait_for_timeout(" in line and "  # nothing " not in line
    ]
    assert pauses == []


@pytest.mark.gate
def test_examples_of_properties_are_the_same_whatever_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a property that holds in one order of the tests fails in another."""

    def drawn() -> list[str]:
        found: list[str] = []

        @settings(max_examples=500)
        @given(st.text())
        def draw(text: str) -> None:
            found.append(text)

        draw()
        return found

    words = ", ".join(f"'word{number}'" for number in range(200))
    (tmp_path / "says_words.py").write_text(f"WORDS = [{words}]\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    before = drawn()
    importlib.import_module("says_words")
    assert drawn() == before


@pytest.mark.gate
def test_no_test_draws_from_what_another_drew_from() -> None:
    """A generator of a whole file gives a test other numbers if one before it is left out."""
    shared = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        made = {
            ast.unparse(each.targets[0])
            for each in tree.body
            if isinstance(each, ast.Assign)
            and isinstance(each.value, ast.Call)
            and ast.unparse(each.value.func) == "np.random.default_rng"
        }
        named = {
            name.id
            for each in tree.body
            if isinstance(each, ast.FunctionDef)
            for name in ast.walk(each)
            if isinstance(name, ast.Name)
        }
        shared += [f"{path.relative_to(ROOT)}: {name}" for name in sorted(made & named)]
    assert not shared
