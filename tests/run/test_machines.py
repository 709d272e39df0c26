"""A record says on what it was made; that decides nothing, and stands in no page."""

from __future__ import annotations

import json
import platform
import re
import sys
from pathlib import Path

import pytest
from projects import ProjectDir

from notewright.run.machines import in_words, is_elsewhere, this_machine
from notewright.run.worker.numpy_private import libraries

NOTES = {
    "docs/plain.md": "# Plain\n\n```python\nprint(1)\n```\n",
    "docs/numbers.md": (
        "# Numbers\n\n```python\nimport numpy as np\n\nprint(np.ones(3) @ np.ones(3))\n```\n"
    ),
}


def project_of_two(tmp_path: Path) -> ProjectDir:
    project = ProjectDir(tmp_path, warm=False)
    project.configure()
    project.write(NOTES)
    return project


def records_of(project: ProjectDir) -> list[dict[str, object]]:
    folder = project.root / ".notewright" / "records"
    return [json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))]


@pytest.mark.gate
def test_why_says_on_what_a_record_was_made(tmp_path: Path) -> None:
    """System, Python, NumPy, and the kind of processor that its linear algebra works for."""
    project = project_of_two(tmp_path)
    assert project.notewright("run", OPENBLAS_CORETYPE="Nehalem").status == 0
    said = project.notewright("why", "numbers").output
    assert re.search(rf"made on {platform.system()} .*; Python {platform.python_version()}", said)
    assert re.search(r"; NumPy [\d.]+( \(\w+\))?; OpenBLAS [\d.]+ Nehalem\n", said)


@pytest.mark.nightly
def test_another_kind_of_processor_leaves_records_fresh(tmp_path: Path) -> None:
    """What a record says of its machine is no part of what decides."""
    project = project_of_two(tmp_path)
    assert project.notewright("run", OPENBLAS_CORETYPE="Nehalem").counts == (2, 0, 0)
    assert project.notewright("run", OPENBLAS_CORETYPE="Haswell").counts == (0, 2, 0)
    assert "Nehalem" in project.notewright("why", "numbers").output


@pytest.mark.nightly
def test_a_session_without_numpy_says_nothing_of_it(tmp_path: Path) -> None:
    """Neither is it loaded for that."""
    project = project_of_two(tmp_path)
    assert project.notewright("run").status == 0
    assert "NumPy" not in project.notewright("why", "plain").output
    (plain,) = (each for each in records_of(project) if "numpy" not in str(each["packages"]))
    assert plain["machine"] == dict(this_machine())


@pytest.mark.nightly
def test_no_page_names_the_machine(tmp_path: Path) -> None:
    """Two machines that agree in their results make the same site."""
    project = project_of_two(tmp_path)
    sites = []
    for kind in ("Nehalem", "Haswell"):
        assert project.notewright("run", OPENBLAS_CORETYPE=kind).status == 0
        assert project.build().status == 0
        files = sorted((project.root / "site").rglob("*"))
        sites.append({path.name: path.read_bytes() for path in files if path.is_file()})
        for path in (project.root / ".notewright" / "records").iterdir():
            path.unlink()
    assert sites[0] == sites[1]
    assert not any(b"Nehalem" in content for content in sites[0].values())


def test_a_machine_in_words() -> None:
    """What is not known is left out."""
    assert in_words({"system": "Linux", "blas": "OpenBLAS 0.3 Zen"}) == "Linux; OpenBLAS 0.3 Zen"
    assert in_words({}) == "an unknown machine"
    assert not is_elsewhere(this_machine())
    assert is_elsewhere({**this_machine(), "system": "Plan 9"})


def test_odd_modules_in_the_place_of_numpy_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell may put anything there, and its session ends well."""
    monkeypatch.setitem(sys.modules, "numpy", object())
    assert libraries() == {}
