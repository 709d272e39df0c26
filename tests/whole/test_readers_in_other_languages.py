"""Readers in C, C++ and Rust that notes often use: what they read is an input, what they may not
write is told. Where a package is not installed, its ways are left out.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from projects import ProjectDir

from notewright.run.worker.confinement import is_possible

pytestmark = [
    pytest.mark.gate,
    pytest.mark.skipif(sys.platform != "linux", reason="the system is asked on Linux"),
]

H5, PL, PQ = "import h5py as h\n", "import polars as p\n", "import pyarrow.parquet as p\n"
READS = {
    "h5py": H5 + "print(h.File('data/a.h5')['x'][:])",
    "polars csv": PL + "print(p.read_csv('data/a.csv').to_dicts())",
    "polars parquet": PL + "print(p.read_parquet('data/a.parquet').to_dicts())",
    "polars lazy": PL + "print(p.scan_parquet('data/many/*.parquet').sum().collect().to_dicts())",
    "pyarrow": PQ + "print(p.read_table('data/a.parquet').to_pylist())",
    "pyarrow mapped": PQ + "print(p.read_table('data/a.parquet', memory_map=True).to_pylist())",
    "pyarrow dataset": (
        "import pyarrow.dataset as d\nprint(d.dataset('data/many').to_table().num_rows)"
    ),
}
GROW = ("polars lazy", "pyarrow dataset")
"""These read a folder: a file that comes is an input, too."""
WRITES = {
    "h5py": H5 + "h.File('no.h5', 'w')",
    "polars": PL + "p.DataFrame({'x': [1]}).write_csv('no.csv')",
    "pyarrow": "import pyarrow as a\n" + PQ + "p.write_table(a.table({'x': [1]}), 'no.parquet')",
}
MAKE = """
import os, sys
value = int(sys.argv[1])
os.makedirs("data/many", exist_ok=True)
open("data/a.csv", "w").write(f"x\\n{value}\\n")
for package in sys.argv[2:]:
    if package == "h5py":
        import h5py
        with h5py.File("data/a.h5", "w") as file:
            file["x"] = [value]
    elif package == "pyarrow":
        import pyarrow as pa, pyarrow.parquet as pq
        for name in ("data/a.parquet", "data/many/one.parquet"):
            pq.write_table(pa.table({"x": [value]}), name)
    else:
        import polars as pl
        for name in ("data/a.parquet", "data/many/one.parquet"):
            pl.DataFrame({"x": [value]}).write_parquet(name)
"""


def installed(ways: dict[str, str]) -> dict[str, str]:
    """The ways whose package is here; a test is skipped if none is."""
    found = {name: ways[name] for name in ways if find_spec(name.split()[0]) is not None}
    if not found:
        pytest.skip("needs h5py, polars or pyarrow: `pip install h5py polars pyarrow`")
    return found


def vault(place: Path, codes: dict[str, str]) -> ProjectDir:
    """A vault with a note for each way."""
    project = ProjectDir(place, warm=False)
    project.configure({"memory": 16384})
    project.write({"docs/index.md": "# Home\n"})
    for name, code in codes.items():
        project.write({f"docs/{name.replace(' ', '-')}.md": f"# N\n\n```python\n{code}\n```\n"})
    return project


def test_what_they_read_is_an_input(tmp_path: Path) -> None:
    """Each is stale once its file has changed, or one has come to its folder."""
    codes = installed(READS)
    project = vault(tmp_path, codes)
    packages = sorted({name.split()[0] for name in codes})
    assert project.command("-c", MAKE, "1", *packages).status == 0
    assert project.notewright("run").counts == (len(codes), 0, 0)
    assert project.notewright("run").counts == (0, len(codes), 0)
    assert project.command("-c", MAKE, "2", *packages).status == 0
    assert project.notewright("run").counts == (len(codes), 0, 0)
    more = project.root / "data/many/more.parquet"
    first = more.with_name("one.parquet")
    if first.exists():
        more.write_bytes(first.read_bytes())
    growing = sum(name in GROW for name in codes)
    assert project.notewright("run").counts == (growing, len(codes) - growing, 0)


@pytest.mark.skipif(not is_possible(), reason="needs Landlock: Linux 5.19 or later")
def test_what_they_may_not_write_is_told(tmp_path: Path) -> None:
    """With what to do, whatever kind of error they raise."""
    codes = installed(WRITES)
    said = vault(tmp_path, codes).notewright("run")
    assert said.counts == (len(codes), 0, len(codes))
    for name in codes:
        assert said.lines(f"docs/{name}.md:", "`writable`"), said.output
