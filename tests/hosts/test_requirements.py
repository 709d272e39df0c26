"""What `notewright init` lists for installation."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path

import pytest

from notewright.hosts import requirements
from notewright.hosts.starting import look, plan, told

CONFIG = "site_name: T\ntheme: material\nplugins: [search, tags, mkdocs-jupyter, nobody]\n"


def write_project(root: Path, config: str = CONFIG, **files: str) -> Path:
    """Write an MkDocs project with some files beside it."""
    (root / "docs").mkdir()
    (root / "mkdocs.yml").write_text(config, "utf-8")
    for name, text in files.items():
        (root / name.replace("__", "/")).write_text(text, "utf-8")
    return root


def test_packages_of_the_plugins_are_listed(tmp_path: Path) -> None:
    """A plugin that is not installed here has no package that could be listed, which is said."""
    made = plan(look(write_project(tmp_path)))
    assert made.files["requirements.txt"].splitlines() == [requirements.own(), "mkdocs-jupyter"]
    said = [*told(made)]
    assert "  not installed here, so not in requirements.txt: nobody" in said
    assert "  `mkdocs get-deps` lists the packages that your plugins need" in said
    assert any("4 plugins, 0 extensions: `notewright init --check`" in line for line in said)


@pytest.mark.parametrize("named", ["notewright[site,test]==1", "Notewright", "notewright @ git+x"])
def test_a_package_that_is_listed_is_not_asked_for_again(tmp_path: Path, named: str) -> None:
    """Whichever version or address it has."""
    made = plan(look(write_project(tmp_path, **{"requirements.txt": f"mkdocs\n{named}\n"})))
    assert "requirements.txt" in made.left and made.requirements == "requirements.txt"


def test_requirements_are_looked_for_where_projects_have_them(tmp_path: Path) -> None:
    """No second file is written beside those of the documentation."""
    made = plan(look(write_project(tmp_path, **{"docs__requirements.txt": "mkdocs\n"})))
    assert made.lines["docs/requirements.txt"] == f"{requirements.own()}\n"
    assert "requirements.txt" not in made.files and made.command == ""


@pytest.mark.parametrize(
    ("given", "address"),
    [
        (None, ""),
        ("broken", ""),
        ({"url": "file:///home/me/notewright", "dir_info": {"editable": True}}, ""),
        (
            {
                "url": "https://example.org/n.git",
                "vcs_info": {"vcs": "git", "commit_id": "abc", "requested_revision": "main"},
            },
            " @ git+https://example.org/n.git@abc",
        ),
        ({"url": "https://example.org/n.whl", "archive_info": {}}, " @ https://example.org/n.whl"),
        ({"url": "https://me:secret@example.org/n.whl", "archive_info": {}}, ""),
    ],
)
def test_the_address_of_notewright_is_that_of_its_installation(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: object, address: str
) -> None:
    """A folder of one machine is of no use on another one, and a password is not written down."""
    folder = tmp_path / "notewright-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Name: notewright\nVersion: 1\n", "utf-8")
    if given is not None:
        text = given if isinstance(given, str) else json.dumps(given)
        (folder / "direct_url.json").write_text(text, "utf-8")
    monkeypatch.setattr(metadata, "distribution", lambda _: metadata.Distribution.at(folder))
    assert requirements.own() == f"notewright[site,test]{address}"


@pytest.mark.parametrize(
    ("lock", "command"),
    [("uv.lock", "uv add --group docs"), ("poetry.lock", "poetry add --group docs")],
)
def test_a_command_adds_it_where_a_tool_keeps_the_list(
    tmp_path: Path, lock: str, command: str
) -> None:
    """Only the tool can write its lock."""
    made = plan(look(write_project(tmp_path, **{lock: "", "pyproject.toml": ""})))
    assert made.command == f"{command} '{requirements.own()}'"
    assert made.requirements == "" and "requirements.txt" not in made.files


def test_fences_of_markdown_exec_are_left_to_it(tmp_path: Path) -> None:
    """Which is said."""
    project = write_project(tmp_path, "site_name: T\nplugins: [search, markdown-exec]\n")
    assert "  markdown-exec runs the fences with `exec=`; notewright does not run them" in [
        *told(plan(look(project)))
    ]
