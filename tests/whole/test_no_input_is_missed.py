"""Whatever a cell reads, by whatever means, its record is stale once that has changed.

Each way to read is a cell, a file and a change; the cell shows what it read, so that a page that
is older than its file would be seen.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from projects import ProjectDir, Result

pytestmark = [
    pytest.mark.gate,
    pytest.mark.skipif(sys.platform != "linux", reason="the system is asked on Linux"),
]

BY_C = """
import ctypes
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
libc.fgets.argtypes = [ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p]
text = ctypes.create_string_buffer(99)
libc.fgets(text, 99, libc.fopen(b"data/{name}", b"r"))
text.value
"""

NAMES_BY_C = """
import ctypes
libc = ctypes.CDLL(None)
libc.opendir.restype = libc.readdir.restype = ctypes.c_void_p
libc.readdir.argtypes = [ctypes.c_void_p]
at, count = libc.opendir(b"data/{name}.names"), 0
while libc.readdir(ctypes.c_void_p(at)):
    count += 1
count
"""

EDITABLE = """
import sys, importlib.util

class Finder:
    def find_spec(name, path=None, target=None):
        if name == "edit_{name}":
            place = sys.path[1] if "elsewhere" in sys.path[1] else sys.path[2]
            return importlib.util.spec_from_file_location(name, place + "/e/edit_{name}.py")

sys.meta_path.append(Finder)
import edit_{name}
edit_{name}.V
"""

READERS = {
    "text of C": BY_C,
    "names by C": NAMES_BY_C,
    "a child": "import subprocess\nsubprocess.check_output('cat data/{name}.p?', shell=True)",
    "a grandchild": "import os\nos.popen('sh -c \"cat < data/{name}\"').read()",
    "an attached database": (
        "import sqlite3\nc = sqlite3.connect(':memory:')\n"
        "c.execute(\"ATTACH 'data/{name}.db' AS x\")\nc.execute('SELECT * FROM x.t').fetchall()"
    ),
    "by path": (
        "import importlib.util as u\ns = u.spec_from_file_location('m', 'data/{name}.py')\n"
        "m = u.module_from_spec(s)\ns.loader.exec_module(m)\nm.V"
    ),
    "by loader": (
        "from importlib.machinery import SourceFileLoader as L\n"
        "L('q', 'data/{name}.py').load_module().V"
    ),
    "a spec": "import importlib.util as u\nu.find_spec('mod_{name}') is None",
    "a missing package": (
        "try:\n    import pkg_{name} as p\nexcept ImportError:\n    p = None\np is None"
    ),
    "a link": "import os\nos.readlink('data/{name}.link')",
    "sizes": "import os\nsorted(e.stat().st_size for e in os.scandir('data/{name}.d'))",
    "PYTHONPATH": "import path_{name}\npath_{name}.V",
    "an editable finder": EDITABLE,
}
"""By what they read with: the code of a cell, for a name of its own."""


def write(root: Path, name: str, value: int) -> None:
    """Give all that is read by a name another content, of the same size where it has one."""
    data = root / "data"
    (data / f"{name}.d").mkdir(parents=True, exist_ok=True)
    (data / name).write_text(f"{value}\n", "utf-8")
    (data / f"{name}.py").write_text(f"V = {value}\n", "utf-8")
    (data / f"{name}.d/x").write_text("x" * value, "utf-8")
    (data / f"{name}.names").mkdir(exist_ok=True)
    (data / f"{name}.names/{value}").touch()
    link = data / f"{name}.link"
    link.unlink(missing_ok=True)
    link.symlink_to(f"to{value}")
    database = data / f"{name}.db"
    database.unlink(missing_ok=True)
    make = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('CREATE TABLE t (a)');"
    make += "c.execute('INSERT INTO t VALUES (?)', sys.argv[2:]); c.commit()"
    subprocess.run([sys.executable, "-c", make, str(database), str(value)], check=True)
    elsewhere = root.parent / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    (elsewhere / "e").mkdir(exist_ok=True)
    for each in ("path", "e/edit"):
        (elsewhere / f"{each}_{name}.py").write_text(f"V = {value}\n", "utf-8")
    module, package = root / f"mod_{name}.py", elsewhere / f"pkg_{name}.py"
    if value % 2:
        module.unlink(missing_ok=True)
        package.unlink(missing_ok=True)
    else:
        module.write_text("", "utf-8")
        package.write_text("", "utf-8")


def shown(project: ProjectDir) -> dict[str, str]:
    """Bring the records up to date; what each note shows."""
    result = command(project, "run")
    assert result.status == 0, result.output
    notes = sorted((project.root / "docs").glob("r*.md"))
    return {path.stem: command(project, "why", path.stem).output for path in notes}


def command(project: ProjectDir, *words: str) -> Result:
    """Run a command; the place for temporary files, whose files do not count, is another."""
    place = project.root.parent
    (place / "scratch").mkdir(exist_ok=True)
    variables = {"PYTHONPATH": str(place / "elsewhere"), "TMPDIR": str(place / "scratch")}
    return project.notewright(*words, **variables)


def vault(place: Path, names: list[str]) -> ProjectDir:
    """A vault with a note for each of some ways to read."""
    project = ProjectDir(place / "vault")
    project.configure({"memory": 8192})
    project.write({"docs/index.md": "# Home\n"})
    for number, name in enumerate(names):
        code = READERS[name].format(name=f"n{number}").strip()
        project.write({f"docs/r{number}.md": f"# R\n\n```python\n{code}\n```\n"})
        write(project.root, f"n{number}", 1)
    return project


def check(project: ProjectDir, names: list[str], changed: list[int]) -> None:
    """Change what some notes read; those are stale, and the others are fresh."""
    before = shown(project)
    assert all("fresh" in each for each in before.values()), before
    for number in changed:
        write(project.root, f"n{number}", 2)
    for number, name in enumerate(names):
        told = command(project, "why", f"r{number}").output
        assert ("stale" in told) == (number in changed), (name, told)
    again = command(project, "run")
    assert again.counts == (len(changed), len(names) - len(changed), 0), again.output


@pytest.mark.parametrize("part", range(4))
def test_what_is_read_by_whatever_means_is_an_input(
    tmp_path_factory: pytest.TempPathFactory, part: int
) -> None:
    """C, children, attached databases, modules by path, links, sizes, packages that come."""
    names = list(READERS)[part::4]
    project = vault(tmp_path_factory.mktemp("inputs"), names)
    check(project, names, list(range(len(names))))


@pytest.mark.nightly
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(READERS)),
            st.booleans(),
        ),
        min_size=2,
        max_size=4,
    )
)
def test_what_is_not_changed_stays_fresh(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[str, bool]]
) -> None:
    """Whichever ways stand beside each other, and whichever of their files change."""
    names = [name for name, _ in drawn]
    changed = [number for number, (_, is_changed) in enumerate(drawn) if is_changed]
    check(vault(tmp_path_factory.mktemp("inputs"), names), names, changed)
