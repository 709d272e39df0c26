"""The pytest plugin sleeps where nobody asked for it, and says plainly what is wrong where one did.

It is loaded by every pytest of an environment: those of other projects must not notice it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from projects import ProjectDir, Result

pytestmark = pytest.mark.gate

TEST = "def test_of_an_unrelated_project() -> None:\n    assert True\n"
AWAKE = """\
import sys

def test_nothing_of_the_engine_is_loaded() -> None:
    loaded = {name for name in sys.modules if name.startswith("notewright")}
    assert loaded <= {"notewright", "notewright.hosts", "notewright.hosts.pytest_plugin"}
"""
CELL = "# A\n\n```python\nassert 1\n```\n"


def run_pytest(project: ProjectDir, *arguments: str, **environment: str) -> Result:
    """Run pytest as anybody would type it."""
    return project.command("-m", "pytest", "-p", "no:cacheprovider", *arguments, **environment)


FOREIGN = {
    "no YAML": "site_name: x\nplugins: [\ndocs_dir: }",
    "another plugin's mistakes": "docs_dir: [a]\nplugins: 3",
    "no mapping": "- a\n- b",
    "a name in a comment": "plugins: [search] # not notewright\n# nor notewright",
    "a name in an address": "site_url: https://example.org/notewright\ndocs_dir: [a]",
    "plugins of any kind": "plugins: [[notewright], {1: x}, 3]",
    "no YAML, and a name in an address": "site_url: https://example.org/notewright\nx: [",
    "a missing parent": "INHERIT: nowhere.yml",
    "its own parent": "INHERIT: mkdocs.yml",
    "a parent of another kind": "INHERIT: [a]\nplugins: x",
    "nothing": "",
    "control characters": "site_name: \x07",
}


@pytest.mark.nightly
@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN.keys())
def test_a_foreign_project_is_left_alone(tmp_path: Path, text: str) -> None:
    """Whatever stands in the `mkdocs.yml` above it, its one test passes."""
    project = ProjectDir(tmp_path / "inner")
    project.write({"test_a.py": TEST, "pytest.ini": ""})
    (tmp_path / "mkdocs.yml").write_text(text, "utf-8")
    said = run_pytest(project, "-q")
    assert said.lines("1 passed") and said.status == 0, said.output


def test_nothing_is_loaded_for_a_foreign_project(tmp_path: Path) -> None:
    """Who does not want us pays for reading one file."""
    project = ProjectDir(tmp_path)
    project.write({"test_a.py": AWAKE, "mkdocs.yml": "plugins: [search] # not notewright\n"})
    assert run_pytest(project, "-q").lines("1 passed")


def test_a_directory_or_bytes_for_a_configuration_are_left_alone(tmp_path: Path) -> None:
    """A file that is no text, and a directory of the name, are no project of ours."""
    project = ProjectDir(tmp_path)
    project.write({"test_a.py": TEST, "mkdocs.yml/x": ""})
    assert run_pytest(project, "-q").lines("1 passed")
    (tmp_path / "mkdocs.yml/x").unlink()
    (tmp_path / "mkdocs.yml").rmdir()
    (tmp_path / "mkdocs.yml").write_bytes(b"\xff\xfe\x00notes\x00")
    assert run_pytest(project, "-q").lines("1 passed")


def test_the_entry_point_imports_nothing_but_pytest() -> None:
    """A library of ours that cannot be imported cannot end the tests of others."""
    code = "import sys, pytest; before = set(sys.modules); "
    code += "import notewright.hosts.pytest_plugin; print(*set(sys.modules) - before)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) == {
        "notewright",
        "notewright.hosts",
        "notewright.hosts.pytest_plugin",
    }


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("text", "where"),
    [
        (
            "site_name: x\nplugins: [notewright]\ndocs_dir: [a]\n",
            "mkdocs.yml:3: invalid value for `docs_dir`:",
        ),
        (
            "plugins:\n  - search\n  - notewright: [a]\n",
            ("mkdocs.yml:3: invalid options for notewright"),
        ),
        ("plugins:\n  - notewright:\n      3: x\n", "mkdocs.yml:3: unknown notewright option `3`"),
        (
            "plugins:\n  - notewright:\n      workers: 1.5\n",
            "mkdocs.yml:3: invalid value for notewright option `workers`",
        ),
        (
            'plugins: [notewright]\ndocs_dir: "a\\0b"\n',
            "mkdocs.yml:2: invalid value for `docs_dir`:",
        ),
        ("plugins: [notewright\n", "mkdocs.yml:2: not valid YAML"),
        ("plugins:\n  - notewright\nx: [\n", "mkdocs.yml:4: not valid YAML"),
        ("x: [\nplugins:\n  notewright: {}\n", "mkdocs.yml:3: not valid YAML"),
        ("INHERIT: a/b.yml\nplugins: [notewright]\n", "mkdocs.yml:1: cannot read a/b.yml"),
        ("INHERIT: base.yml\nplugins: [notewright]\n", "base.yml:2: invalid value for `docs_dir`:"),
    ],
)
def test_a_mistake_in_a_project_of_ours_names_its_line(
    tmp_path: Path, text: str, where: str
) -> None:
    """In pytest and on the command line, and never with a traceback."""
    project = ProjectDir(tmp_path)
    project.write({"mkdocs.yml": text, "base.yml": "x: 1\ndocs_dir: 3\n", "docs/a.md": CELL})
    for said in (run_pytest(project, "docs"), project.notewright("run")):
        assert said.lines(where), said.output
        assert not said.lines("Traceback") and not said.lines("INTERNALERROR"), said.output
        assert said.status in (1, 4)


def test_an_inherited_configuration_names_notewright(tmp_path: Path) -> None:
    """The name need not stand in `mkdocs.yml` itself."""
    project = ProjectDir(tmp_path)
    project.write({"base.yml": "plugins: [notewright]\n", "mkdocs.yml": "INHERIT: base.yml\n"})
    project.write({"docs/a.md": CELL})
    assert run_pytest(project, "docs", "-q").lines("2 passed")


def test_without_a_name_the_stock_runner_judges(tmp_path: Path) -> None:
    """`--markdown-docs` in a project of others is pytest-markdown-docs, as if we were not there."""
    project = ProjectDir(tmp_path)
    project.write({"mkdocs.yml": "site_name: x\n", "docs/a.md": CELL, "docs/test_a.py": AWAKE})
    assert run_pytest(project, "--markdown-docs", "-q", "docs").lines("2 passed")


HIDDEN = """\
import sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "pytest_markdown_docs":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Hidden())
"""
HIDE = ("-p", "hidden", "-p", "no:pytest_markdown_docs")
"""As where pytest-markdown-docs is not installed: its entry point is not there either."""


@pytest.mark.nightly
def test_without_pytest_markdown_docs_notes_fail_and_nothing_else(tmp_path: Path) -> None:
    """Notes that nobody judged do not look green; tests of anything else run as ever."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/a.md": CELL, "docs/b.md": CELL, "tests/test_a.py": TEST})
    project.write({"hidden.py": HIDDEN})

    def said(*arguments: str) -> Result:
        return run_pytest(project, "-q", *HIDE, *arguments, PYTHONPATH=str(tmp_path))

    assert said("tests").lines("1 passed")
    notes = said("docs")
    assert notes.lines("cannot test notes", "pytest-markdown-docs"), notes.output
    assert notes.lines("1 error") and not notes.lines("Traceback"), notes.output
    assert said("-p", "no:notewright", "docs", "tests").lines("1 passed")
