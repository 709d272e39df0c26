"""The scratch directory of a session is its own, and gone when the session is."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import ProjectDir

from notewright.run.worker import scratch

SAME = """
import pathlib, tempfile, time
place = pathlib.Path(tempfile.gettempdir())
(place / "same").write_text("{0}")
time.sleep(0.2)
print((place / "same").read_text(), len(list(place.iterdir())))
"""


@pytest.mark.gate
def test_each_session_has_a_folder_for_temporary_files(tmp_path: Path) -> None:
    """Two that write the same name there read their own, and nothing of it is left."""
    project = ProjectDir(tmp_path / "vault")
    project.configure({"memory": 8192, "workers": 4})
    for number in range(4):
        code = SAME.format(number).strip()
        text = f"# N\n\n```python\n{code}\n```\n\n```output\n{number} 1\n```\n"
        project.write({f"docs/n{number}.md": text})
    child = "import os, subprocess\nsubprocess.check_output('echo $TMPDIR', shell=True, text=True)"
    child += ".strip() == __import__('tempfile').gettempdir() != os.environ['OUTER']"
    project.write({"docs/index.md": f"# Home\n\n```python\n{child}\n```\n\n```output\nTrue\n```\n"})
    outer = tmp_path / "outer"
    outer.mkdir()
    for spawn in ("0", "1"):
        result = project.notewright(
            "run", TMPDIR=str(outer), OUTER=str(outer), NOTEWRIGHT_SPAWN=spawn
        )
        assert result.counts == (5, 0, 0), result.output
        assert list(outer.iterdir()) == []
        for record in (project.root / ".notewright/records").iterdir():
            record.unlink()


@pytest.mark.nightly
def test_what_a_killed_session_left_is_gone(tmp_path: Path) -> None:
    """Also in folders without rights, and behind links nothing is touched."""
    project = ProjectDir(tmp_path / "vault")
    project.configure({"memory": 8192, "timeout": 1})
    code = "import os, tempfile\nd = tempfile.mkdtemp()\nopen(d + '/x', 'w').close()\n"
    code += f"os.symlink('{tmp_path}', d + '/link')\nos.chmod(d, 0)\nwhile True: pass"
    project.write({"docs/index.md": f"# Home\n\n```python\n{code}\n```\n"})
    outer = tmp_path / "outer"
    outer.mkdir()
    assert "was stopped after" in project.notewright("run", TMPDIR=str(outer)).output
    assert list(outer.iterdir()) == []
    assert (tmp_path / "vault/mkdocs.yml").exists()


def test_one_that_cannot_be_made_is_none(tmp_path: Path) -> None:
    """A full disk ends no warm parent."""
    assert scratch.make(str(tmp_path / "missing"), 1) == ""
    assert scratch.make(str(tmp_path), 1) == scratch.make(str(tmp_path), 1) == str(tmp_path / "1")
