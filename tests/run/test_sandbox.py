"""Cells write where the settings let them, and are told where they may not, by note and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from projects import ProjectDir

from notewright.errors import VaultError
from notewright.run.worker.confinement import is_possible
from notewright.settings import Settings

needs_landlock = pytest.mark.skipif(not is_possible(), reason="needs Landlock: Linux 5.19 or later")

WRITES = {
    "a note": "open('docs/index.md', 'w')",
    "a record": "open('.notewright/records/0.json', 'w')",
    "the configuration": "open('mkdocs.yml', 'a')",
    "beside the project": "open('../beside', 'w')",
    "a new file": "from pathlib import Path\nPath('made.csv').write_text('1')",
    "a folder": "import os\nos.makedirs('made/deep')",
    "a name": "import os\nos.rename('docs/index.md', 'docs/other.md')",
    "the end of a note": "import os\nos.truncate('docs/index.md', 0)",
    "nothing any more": "import os\nos.remove('docs/index.md')",
    "a link": "import os\nos.symlink('/', 'made')",
    "an array": "import numpy\nnumpy.save('made', [1])",
    "a database": "import sqlite3\nsqlite3.connect('made.db').execute('CREATE TABLE t (a)')",
}
"""What a cell may not write, and how it tries."""


def vault(place: Path, codes: dict[str, str], options: dict[str, Any]) -> ProjectDir:
    """A vault with a note for each code, at whose third line it begins."""
    project = ProjectDir(place / "vault")
    project.configure({"memory": 8192, **options})
    project.write({"docs/index.md": "# Home\n"})
    for name, code in codes.items():
        project.write({f"docs/{name}.md": f"# N\n\n```python\n{code}\n```\n"})
    return project


def content(root: Path) -> dict[str, bytes]:
    """All that stands in a vault but what notewright keeps."""
    found = (path for path in root.rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in found if ".notewright" not in path.parts}


@pytest.mark.gate
@needs_landlock
@pytest.mark.parametrize("spawn", ["0", "1"])
def test_a_cell_writes_no_note_no_record_and_no_file_of_the_repository(
    tmp_path: Path, spawn: str
) -> None:
    """Each attempt fails at its line, and the message says what to do."""
    names = {name.replace(" ", "-"): code for name, code in WRITES.items()}
    project = vault(tmp_path, names, {})
    project.write({".notewright/records/README": ""})
    before = content(tmp_path)
    told = project.notewright("run", NOTEWRIGHT_SPAWN=spawn)
    assert told.counts == (len(WRITES), 0, len(WRITES)), told.output
    assert content(tmp_path) == before
    for name, code in names.items():
        line = 4 + code.count("\n")
        said = told.lines(f"docs/{name}.md:{line}: ", "`writable`")
        assert len(said) == 1, told.output


@pytest.mark.gate
@needs_landlock
def test_what_cells_do_with_their_own_folder_works(tmp_path: Path) -> None:
    """Temporary files, shared memory, children, databases, pools of processes, and what libraries
    keep for later.
    """
    codes = {
        "files": (
            "import os, tempfile\nd = tempfile.mkdtemp()\nopen(d + '/a', 'w').close()\n"
            "os.mkdir(d + '/b')\nos.rename(d + '/a', d + '/b/a')\nos.listdir(d + '/b')"
        ),
        "memory": (
            "from multiprocessing import Pool\n"
            "with Pool(2) as pool:\n    found = pool.map(abs, [-1, -2])\nprint(found)"
        ),
        "shared": (
            "from multiprocessing.shared_memory import SharedMemory\n"
            "m = SharedMemory(create=True, size=10)\nm.close()\nm.unlink()"
        ),
        "database": (
            "import sqlite3, tempfile\nc = sqlite3.connect(tempfile.mkdtemp() + '/x.db')\n"
            "c.execute('CREATE TABLE t (a)')\nc.commit()"
        ),
        "child": "import subprocess\nsubprocess.run('mktemp >/dev/null', shell=True, check=True)",
        "cache": "from pathlib import Path\n(Path.home() / '.cache/some').mkdir()",
        "read": "import sqlite3\nsqlite3.connect('data.db').execute('SELECT * FROM t').fetchall()",
    }
    project = vault(tmp_path, codes, {})
    make = "import sqlite3; c = sqlite3.connect('data.db'); c.execute('CREATE TABLE t (a)')"
    assert project.command("-c", make).status == 0
    told = project.notewright("run", HOME=str(tmp_path))
    assert told.counts == (len(codes), 0, 0), told.output
    assert "was not written" not in told.output


@pytest.mark.gate
@needs_landlock
def test_a_refusal_that_a_cell_does_not_notice_is_told(tmp_path: Path) -> None:
    """Such as that of a program, or of a library that only returns false."""
    codes = {
        "child": "import os\nos.system('echo 1 > made.txt')",
        "quiet": "try:\n    open('made.csv', 'w')\nexcept OSError:\n    pass",
    }
    project = vault(tmp_path, codes, {})
    told = project.notewright("run").output
    assert "docs/child.md:3: the sandbox blocked writing to made.txt" in told
    assert "docs/quiet.md:3: the sandbox blocked writing to made.csv" in told


@pytest.mark.gate
@needs_landlock
def test_a_folder_that_is_declared_is_open(tmp_path: Path) -> None:
    """It is made if need be; what two sessions write there is told as before."""
    codes = {"a": "print(open('out/deep/a', 'w').write('1'))", "b": "open('other', 'w').write('1')"}
    project = vault(tmp_path, codes, {"writable": ["out/deep"]})
    told = project.notewright("run")
    assert told.counts == (2, 0, 1) and told.lines("docs/b.md:4: ", "`writable`"), told.output
    assert (project.root / "out/deep/a").read_text() == "1"


@pytest.mark.nightly
@needs_landlock
def test_with_the_sandbox_off_cells_write_as_they_like(tmp_path: Path) -> None:
    """And what they wrote then is no record once it is on; nor the other way round."""
    quiet = "try:\n    n = open('other', 'w').write('1')\nexcept OSError:\n    n = 0\nn"
    project = vault(tmp_path, {"b": quiet}, {})
    assert project.notewright("run").counts == (1, 0, 0)
    project.configure({"memory": 8192, "sandbox": False})
    assert "the sandbox now allows it to write other" in project.notewright("why", "b").output
    project.write({"docs/a.md": "# A\n\n```python\nopen('made', 'w').write('1')\n```\n"})
    assert project.notewright("run").counts == (2, 0, 0)
    assert project.notewright("run").counts == (0, 2, 0)
    project.configure({"memory": 8192})
    assert "it wrote made, which the sandbox now blocks" in project.notewright("why", "a").output
    assert project.notewright("run").counts == (1, 1, 1), "the record of before is still there"
    project.configure({"memory": 8192, "writable": ["."]})
    assert "invalid folder in notewright option `writable`: '.'" in project.notewright("run").output


@pytest.mark.gate
@needs_landlock
def test_a_file_that_could_not_be_written_is_still_an_input(tmp_path: Path) -> None:
    """The session tried to replace it, in vain, and read it then."""
    code = "try:\n    open('data', 'w')\nexcept OSError:\n    print(open('data').read())"
    project = vault(tmp_path, {"a": code}, {})
    project.write({"data": "1"})
    assert project.notewright("run").counts == (1, 0, 0)
    project.write({"data": "2"})
    assert project.notewright("run").counts == (1, 0, 0)


@given(st.lists(st.sampled_from(["..", ".", "a", ".notewright", "~", "/", ""]), max_size=4))
def test_no_declared_folder_holds_the_records(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    """However it is spelled."""
    root = tmp_path_factory.mktemp("vault")
    name = "/".join(parts)
    try:
        found = Settings.from_options(root, root / "docs", {"writable": [name]})
    except VaultError as error:
        assert "`writable`" in str(error)
    else:
        kept = (root / ".notewright/records").resolve()
        assert all(not kept.is_relative_to(path.resolve()) for path in found.writable_paths)
