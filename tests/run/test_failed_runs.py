"""Failed runs: kept for editors and commands, and of no use to anything else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from projects import ProjectDir

pytestmark = pytest.mark.gate

NOTE = """# A

```python
x = 1
```

```python continuation
def f():
    return x / 0


f()
```

```python
from pathlib import Path

print(Path("data/x.txt").read_text())
```
"""


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """A note of two sessions: one divides by zero, one lacks a file."""
    made = ProjectDir(tmp_path)
    made.configure()
    made.write({"docs/a.md": NOTE})
    assert made.notewright("run").status == 1
    return made


def test_why_and_show_say_what_failed(project: ProjectDir) -> None:
    """With the lines as they are now, and only as long as code and inputs are the same."""
    project.write({"docs/a.md": NOTE.replace("# A", "# A\n\nMore.")})
    why = project.notewright("why", "a").output
    assert "docs/a.md:5: failed\n    docs/a.md:11: ZeroDivisionError: division by zero\n" in why
    assert "    >   11 |     return x / 0\n" in why and "in docs/a.md:14, <module>: f()" in why
    assert "FileNotFoundError" in why
    cells = json.loads(project.notewright("show", "a", "--json").output)["cells"]
    assert [cell["state"] for cell in cells] == ["stale", "failed", "failed"]
    assert cells[0]["reasons"] == ["its session failed at line 11"]
    (error,) = cells[1]["errors"]
    assert (error["line"], error["message"]) == (11, "ZeroDivisionError: division by zero")
    assert "return x / 0" in project.notewright("show", "a").output

    project.write({"data/x.txt": "one"})
    assert "FileNotFoundError" not in project.notewright("why", "a").output
    project.write({"docs/a.md": NOTE.replace("x / 0", "x / 1")})
    assert "ZeroDivisionError" not in project.notewright("why", "a").output
    assert project.notewright("run").status == 0
    assert "failed" not in project.notewright("show", "a").output


def test_a_failed_run_is_no_result(project: ProjectDir) -> None:
    """It is run again, and neither exported nor left by `clean`."""
    again = project.notewright("run")
    assert "2 sessions: 2 run, 0 fresh" in again.output
    assert [*(project.root / ".notewright/failures").iterdir()]
    project.notewright("records", "export")
    from zipfile import ZipFile

    archives = [*project.root.glob("*.zip")]
    names = [name for each in archives for name in ZipFile(each).namelist()]
    assert not [name for name in names if "failure" in name]
    project.notewright("clean")
    assert "ZeroDivisionError" not in project.notewright("why", "a").output


@pytest.mark.parametrize("damage", ["", "{}", '{"faults": [{"cell": 99}]}', "seal"])
def test_a_damaged_failed_run_says_nothing(project: ProjectDir, damage: str) -> None:
    """Nor does one under the key of another session."""
    files = sorted((project.root / ".notewright/failures").iterdir())
    one, two = (path.read_text("utf-8") for path in files)
    files[0].write_text(two if damage == "seal" else damage, "utf-8")
    files[1].write_text(one if damage == "seal" else damage, "utf-8")
    why = project.notewright("why", "a")
    assert why.status == 0 and "it has not run since its code changed, or it failed" in why.output
    assert "Error" not in why.output
