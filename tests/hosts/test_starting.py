"""`notewright init`: a project of any folder, which builds at once; nothing is overwritten."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from projects import ProjectDir, figures
from served import Served

from notewright.hosts.cli import main
from notewright.hosts.starting import look, plan, told

pytestmark = pytest.mark.gate

FILES = {
    "mkdocs.yml",
    ".gitignore",
    "requirements.txt",
    ".github/workflows/site.yml",
    ".pre-commit-config.yaml",
    ".vscode/tasks.json",
}

STRANGER = {
    ".obsidian/app.json": json.dumps(
        {
            "attachmentFolderPath": "Anhänge",
            "newLinkFormat": "relative",
            "useMarkdownLinks": True,
            "userIgnoreFilters": ["Privat/", "Vorlagen/", "/^x/"],
        }
    ),
    ".obsidian/templates.json": '{"folder": "Vorlagen"}',
    "Meine Notizen/Heute früh.md": "# Heute\n\nSiehe [[Älteres]], [[gibt es nicht]],"
    " ![[Bild 1.png]], [x](../Anhänge/nichts.png) und [y](../Älteres.md).\n\n#Tag\n",
    "Älteres.md": "Ein Text, $x^2$.\n\n![[Heute früh]]\n\n![[Heute früh#Nirgends]]\n",
    "Privat/Geheim.md": "# Geheim\n",
    "Vorlagen/neu.md": "# {{title}}\n\n[[Nix]] {{date}}\n",
}
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)


def files(root: Path) -> dict[str, bytes]:
    """All files of a folder, but for what builds leave."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not {".notewright", ".site", "site"} & {*path.relative_to(root).parts}
    }


@pytest.fixture
def stranger(tmp_path: Path) -> ProjectDir:
    """A vault as Obsidian leaves it, which was never meant to be a site."""
    vault = ProjectDir(tmp_path / "Mein Vault: Ä & [1]")
    vault.write(STRANGER)
    (vault.root / "Anhänge").mkdir()
    (vault.root / "Anhänge" / "Bild 1.png").write_bytes(PIXEL)
    return vault


@pytest.mark.nightly
def test_an_empty_folder_becomes_a_site_with_a_figure(tmp_path: Path) -> None:
    """The build is strict, the note's tests pass, and the second `init` writes nothing."""
    project = ProjectDir(tmp_path / "notes")
    project.root.mkdir()
    told = project.notewright("init", "--dry-run")
    assert told.status == 0 and files(project.root) == {}
    made = project.notewright("init")
    assert made.status == 0, made.output
    assert set(files(project.root)) == FILES | {"docs/index.md", "docs/first-run.md"}
    assert all(told.lines("write", name) for name in files(project.root))
    built = project.build()
    assert built.status == 0, built.output
    assert len(figures(project.page("first-run"))) == 1
    assert "first-run/" in project.page("index")
    fonts = project.root / "site" / "assets" / "notewright" / "fonts"
    assert not [*fonts.glob("*.woff2")]
    project.write({"docs/more.md": "# More\n\n$$\\begin{bmatrix} 1 \\\\ 2 \\end{bmatrix}$$\n"})
    assert project.build().status == 0
    assert [path.stem for path in fonts.glob("*.woff2")] == ["STIXTwoMath-Regular"]
    (project.root / "docs" / "more.md").unlink()
    assert project.command("-m", "pytest", "-p", "no:cacheprovider").status == 0
    assert project.notewright("doctor").status == 0
    before = files(project.root)
    again = project.notewright("init")
    assert again.status == 0 and again.lines("no files to write"), again.output
    assert files(project.root) == before


@pytest.mark.nightly
def test_a_vault_of_a_stranger_is_a_site_where_it_lies(stranger: ProjectDir) -> None:
    """Dead links are told and fail nothing; what Obsidian hides, and the project, stay private."""
    before = files(stranger.root)
    made = stranger.notewright("init")
    assert made.status == 0, made.output
    assert made.lines("an Obsidian vault with 2 notes"), made.output
    after = files(stranger.root)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == FILES | {"index.md", "first-run.md"}
    built = stranger.command("-m", "mkdocs", "build")
    assert built.status == 0, built.output
    assert built.lines("WARNING", "`gibt es nicht`") and built.lines("WARNING", "`Nirgends`")
    site = stranger.root / ".site"
    assert len(figures((site / "first-run/index.html").read_text("utf-8"))) == 1
    pages = {path.relative_to(site).parent.as_posix() for path in site.rglob("index.html")}
    assert {".", "Älteres", "Meine Notizen/Heute früh"} <= pages
    assert (site / "Anhänge/Bild 1.png").read_bytes() == PIXEL
    names = {path.name for path in site.rglob("*")}
    assert not names & {"mkdocs.yml", "requirements.txt", "Privat", "Vorlagen", ".obsidian"}
    assert b"Geheim" not in b"".join(p.read_bytes() for p in site.rglob("*.html"))
    stranger.root.joinpath(".venv/lib").mkdir(parents=True)  # an environment, with its link
    stranger.write({".venv/pyvenv.cfg": "home = x\n"})
    stranger.root.joinpath(".venv/lib64").symlink_to("lib")
    again = stranger.command("-m", "mkdocs", "build")
    assert again.status == 0 and not again.lines("Cleaning", ".venv"), again.output


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("name", "line"), [("Start here", "Start with [[Start here]]."), ("Starter", "")]
)
def test_the_home_of_a_vault_leads_to_its_own_beginning(
    tmp_path: Path, name: str, line: str
) -> None:
    """If its name says that it is one; no other note is named above those to which most link."""
    project = ProjectDir(tmp_path / "p")
    project.write({f"{name}.md": "[[other]]\n", "other.md": "Words.\n", "deep/Home.md": "No.\n"})
    assert project.notewright("init").status == 0
    home = (project.root / "index.md").read_text("utf-8")
    assert ("Start with" in home) is bool(line) and line in home
    assert "\n\nThe notes with the most links to them" in home
    assert project.command("-m", "mkdocs", "build", "--strict").status == 0


def test_the_home_of_a_vault_leads_to_the_notes_that_most_others_name(tmp_path: Path) -> None:
    """The first ones; it lists no picture, and not itself."""
    project = ProjectDir(tmp_path / "p")
    project.write({f"docs/{number:02}.md": f"# N{number}\n\n[[hub]]\n" for number in range(20)})
    project.write({"docs/hub.md": "# The hub\n\n[[07]]\n"})
    (project.root / "docs" / "picture.png").write_bytes(PIXEL)
    assert project.notewright("init").status == 0
    built = project.build()
    assert built.status == 0, built.output
    shown = project.page("index").partition("<h1")[2].partition("Code in notes runs")[0]
    listed = re.findall(r'href="([^"#]+)"', shown)
    assert listed[:3] == ["hub/", "07/", "00/"] and len(listed) == 12
    assert "picture" not in project.page("index")


@pytest.mark.nightly
def test_the_build_of_such_a_vault_is_the_same_twice(stranger: ProjectDir) -> None:
    """Its own site and records, which lie in it, are no part of it."""
    stranger.notewright("init")
    stranger.command("-m", "mkdocs", "build")
    site = stranger.root / ".site"
    first = {p.relative_to(site): p.read_bytes() for p in site.rglob("*") if p.is_file()}
    stranger.command("-m", "mkdocs", "build", "--clean")
    second = {p.relative_to(site): p.read_bytes() for p in site.rglob("*") if p.is_file()}
    assert first == second


def test_a_project_of_mkdocs_is_told_which_lines_to_add(tmp_path: Path) -> None:
    """Its `mkdocs.yml`, `.gitignore` and notes stay as they are."""
    project = ProjectDir(tmp_path)
    mine = {
        "mkdocs.yml": "site_name: Mine\ndocs_dir: pages\nplugins: [search]\n",
        ".gitignore": "site/\n",
        "pages/index.md": "# Mine\n",
        "requirements.txt": "notewright[site,test]\nmatplotlib\n",
    }
    project.write(mine)
    made = project.notewright("init")
    assert made.status == 0, made.output
    after = files(project.root)
    assert all(after[name].decode() == text for name, text in mine.items())
    assert not any(name.startswith("pages/") and name != "pages/index.md" for name in after)
    assert not {".github/workflows/site.yml", ".vscode/tasks.json"} & set(after)
    assert made.lines("keep", "mkdocs.yml", "Add to it")
    assert made.lines("  - notewright: {dialect: mkdocs, execute: asked}")
    assert made.lines(".notewright/") and made.lines("keep", "requirements.txt: already exists")
    project.write({"mkdocs.yml": mine["mkdocs.yml"].replace("[search]", "[search, notewright]")})
    assert project.build().status == 0
    again = project.notewright("init")
    assert again.lines("keep", "mkdocs.yml: already exists")
    more = project.notewright("init", "--all")
    assert more.lines("write", "pages/first-run.md") and more.lines("write", "site.yml")


@pytest.mark.parametrize(
    ("plugins", "lines"),
    [
        ("", ["plugins:", "  - search", "  - notewright: {dialect: mkdocs, execute: asked}"]),
        ("plugins: [search, blog]\n", ["  - notewright: {dialect: mkdocs, execute: asked}"]),
        ("plugins: {search: {}}\n", ["  notewright: {dialect: mkdocs, execute: asked}"]),
    ],
)
def test_the_lines_fit_the_plugins_that_are_there(
    tmp_path: Path, plugins: str, lines: list[str]
) -> None:
    """MkDocs has a search only where no plugin is named; they may be a mapping."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(f"site_name: T\n{plugins}", "utf-8")
    said = plan(look(tmp_path)).lines["mkdocs.yml"].splitlines()
    assert said[-len(lines) :] == lines
    assert ("  - search" in said) is (not plugins)


def test_what_runs_and_what_it_needs_is_said_before(tmp_path: Path) -> None:
    """Fences of a project stay code; its own tool adds what it depends on."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text("site_name: T\n", "utf-8")
    (tmp_path / "docs/a.md").write_text("# A\n\n```python\n1\n```\n", "utf-8")
    (tmp_path / "uv.lock").write_text("", "utf-8")
    said = "\n".join(told(plan(look(tmp_path))))
    assert "1 Python fence in 1 note will be shown but not run" in said
    assert "run    uv add --group docs 'notewright[site,test]'" in said
    assert "requirements.txt" not in said


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("given", "docs", "home"),
    [
        ({"README.md": "# A repository\n"}, "docs", True),
        ({"docs/a.md": "# A\n"}, "docs", True),
        ({"docs/README.md": "# A\n"}, "docs", False),
        (
            {"quartz.config.ts": "", "docs/q.md": "# Q\n", "content/README.md": "# A\n"},
            *("content", False),
        ),
        ({"vault/.obsidian/app.json": "[]", "vault/a.md": "# A\n"}, "vault", True),
        ({"a.md": "# A\n", "README.md": "# A\n"}, ".", False),
        ({"a.md": "# A\n", "Readme.md": "# A\n"}, ".", True),
        ({".obsidian/app.json": "{broken"}, ".", True),
        ({"x/y/note.md": "# A\n"}, ".", True),
    ],
)
def test_the_notes_are_found_where_they_are(
    tmp_path: Path, given: dict[str, str], docs: str, home: bool
) -> None:
    """A home page is made where there is none, and the build is strict."""
    project = ProjectDir(tmp_path / "p")
    project.write(given)
    made = project.notewright("init")
    assert made.status == 0, made.output
    config = yaml.safe_load((project.root / "mkdocs.yml").read_text("utf-8"))
    assert config["docs_dir"] == docs and config["site_name"] == "p"
    assert (project.root / docs / "index.md").exists() is home
    built = project.build()
    assert built.status == 0, built.output


NOTEBOOK = json.dumps(
    {
        "cells": [{"cell_type": "markdown", "metadata": {}, "source": ["# Title"]}],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
)


def test_a_folder_of_notebooks_shows_them_and_nothing_beside_them(tmp_path: Path) -> None:
    """They are pages by mkdocs-jupyter; what code reads and writes is not published."""
    project = ProjectDir(tmp_path / "p")
    notebooks = {"a.ipynb": NOTEBOOK, "deep/b.ipynb": NOTEBOOK}
    project.write({**notebooks, "data.csv": "", "deep/help.py": "", "Makefile": "", "a.png": ""})
    made = project.notewright("init")
    assert made.lines("a folder of notebooks") and made.lines("jupytext --to py:percent")
    assert made.lines("./  1 notebook, 1 other file") and made.lines("deep/  1 notebook")
    assert made.lines("*.csv, *.py, /Makefile  3 files: code and data used by notebooks")
    config = yaml.safe_load((project.root / "mkdocs.yml").read_text("utf-8"))
    assert "mkdocs-jupyter" in config["plugins"] and config["docs_dir"] == "."
    assert "mkdocs-jupyter" in (project.root / "requirements.txt").read_text("utf-8")
    built = project.build()
    assert built.status == 0, built.output
    site = files_of_site(project.root / ".site")
    assert {"a/index.html", "deep/b/index.html", "a.png"} <= site
    assert not {"data.csv", "deep/help.py", "Makefile"} & site


def files_of_site(site: Path) -> set[str]:
    """The files of a built site."""
    return {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}


def test_the_code_of_a_repository_is_not_published(tmp_path: Path) -> None:
    """Notes get a folder of their own, and no file of others is written unasked."""
    project = ProjectDir(tmp_path / "p")
    theirs = {"README.md": "# Tool\n", "src/tool/README.md": "# Part\n", "setup.ini": "KEY=1"}
    project.write({**theirs, "pyproject.toml": "[project]\nname = 'tool'\n"})
    made = project.notewright("init")
    assert made.lines("a repository without a docs/ folder"), made.output
    new = {"mkdocs.yml", ".gitignore", "requirements.txt", "docs/index.md", "docs/first-run.md"}
    assert set(files(project.root)) == new | {*theirs, "pyproject.toml"}
    assert project.build().status == 0
    site = files_of_site(project.root / "site")
    assert not any("README" in name or "tool" in name or "setup" in name for name in site)
    assert project.notewright("init", "--all").lines("write", "site.yml")


@pytest.mark.parametrize(
    ("answer", "is_written"), [("", True), ("y", True), ("n", False), (None, False)]
)
def test_a_folder_in_use_is_written_to_once_somebody_agrees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str | None, *, is_written: bool
) -> None:
    """On a terminal; `--yes` and a script are not asked."""

    def answered(question: str) -> str:
        assert question.startswith("Write ")
        if answer is None:
            raise EOFError
        return answer

    (tmp_path / "a.md").write_text("# A\n", "utf-8")
    monkeypatch.setattr("builtins.input", answered)
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    assert main(["-C", str(tmp_path), "init"]) == (0 if is_written else 1)
    assert (tmp_path / "mkdocs.yml").exists() is is_written
    monkeypatch.setattr("builtins.input", None)
    assert main(["-C", str(tmp_path), "init", "--yes"]) == 0


def test_what_cannot_be_made_is_told(tmp_path: Path) -> None:
    """Several vaults, no folder; a link in the place of a file is left alone."""
    project = ProjectDir(tmp_path / "p")
    project.write({"a/.obsidian/app.json": "{}", "b/.obsidian/app.json": "{}"})
    several = project.notewright("init")
    assert several.status == 1 and several.lines(
        "several vaults found: a/, b/. Run `notewright init` inside one of them"
    )
    none = project.notewright("-C", str(tmp_path / "none"), "init")
    assert none.status == 1 and none.lines("no folder called")
    (project.root / "c").mkdir()
    (project.root / "c" / "requirements.txt").symlink_to("elsewhere")
    linked = project.notewright("-C", "c", "init")
    assert linked.status == 0 and linked.lines("keep", "requirements.txt")
    assert not (project.root / "c" / "elsewhere").exists()


@pytest.mark.nightly
def test_what_it_writes_is_valid(tmp_path: Path) -> None:
    """Workflow, hooks and tasks can be read; the matcher finds our messages; Git ignores ours."""
    project = ProjectDir(tmp_path)
    project.notewright("init")
    workflow = yaml.safe_load((tmp_path / ".github/workflows/site.yml").read_text("utf-8"))
    assert workflow["permissions"] == {} and "pull_request_target" not in workflow[True]
    steps = workflow["jobs"]["build"]["steps"]
    assert [step["run"] for step in steps if "run" in step][1:] == [
        "pytest",
        "mkdocs build --strict",
        "notewright records export",
    ]
    page = (Path(__file__).parents[2] / "docs/engine/ci.md").read_text("utf-8")
    (recipe,) = re.findall(r"(?ms)^```yaml\n( +- uses: actions/cache.*?)```", page)
    assert recipe in (tmp_path / ".github/workflows/site.yml").read_text("utf-8")
    paths = [step.get("with", {}).get("path") for step in steps]
    assert {".notewright/records", "notewright-records.zip"} <= set(paths)
    assert any(step.get("with", {}).get("path") == "site" for step in steps)
    (hook,) = yaml.safe_load((tmp_path / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert hook["hooks"][0]["entry"] == "notewright check"
    tasks = json.loads((tmp_path / ".vscode/tasks.json").read_text("utf-8"))["tasks"]
    note = tmp_path / "docs/first-run.md"
    note.write_text(note.read_text("utf-8").replace("200<!--", "199<!--"), "utf-8")
    checked = project.notewright("check")
    pattern = tasks[0]["problemMatcher"]["pattern"]
    found = [re.search(pattern["regexp"], line) for line in checked.output.split("\n")]
    (match,) = (each for each in found if each)
    assert match[pattern["file"]] == "docs/first-run.md" and "200" in match[pattern["message"]]
    project.build()
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    listed = subprocess.run(
        ["git", "status", "--porcelain", "-uall"], cwd=tmp_path, capture_output=True, text=True
    ).stdout
    assert ".notewright" not in listed and "site/" not in listed and "figures" not in listed
    assert "docs/first-run.md" in listed


@pytest.mark.nightly
def test_a_vault_that_holds_its_project_is_served_in_peace(stranger: ProjectDir) -> None:
    """What a build writes in it begins no other build; an edit does."""
    stranger.notewright("init")
    served = Served(stranger)
    try:
        served.wait(lambda: "Serving on" in served.output)
        served.wait_for("first-run", "<figure")
        served.settle()
        assert "Detected file changes" not in served.output  # but for what fills in
        note = stranger.root / "first-run.md"
        note.write_text(
            note.read_text("utf-8").replace("The code in this note runs", "A word"), "utf-8"
        )
        served.wait_for("first-run", "A word")
        assert "Detected file changes" in served.output
    finally:
        served.kill()


@pytest.mark.parametrize("site", ["site", "x/site"])
def test_a_site_in_the_vault_is_hidden_or_refused(tmp_path: Path, site: str) -> None:
    """MkDocs' rule holds wherever the site would be copied into itself."""
    project = ProjectDir(tmp_path)
    project.configure(docs_dir=".", site_dir=site)
    project.write({"index.md": "# A\n"})
    refused = project.build()
    assert refused.status == 1 and refused.lines("should not be within the 'docs_dir'")
    project.configure(docs_dir=".", site_dir=f".{site}", exclude_docs="mkdocs.yml")
    assert project.build().status == 0
