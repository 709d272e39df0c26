"""Owners of modules: no package is overlooked, in whatever way it says what it brings."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path

import pytest

from notewright.run.module_owners import owners


@pytest.mark.gate
def test_all_that_python_knows_to_own_a_module_are_known() -> None:
    """Those that are not would change, and the records that rest on them would stay."""
    for module, packages in importlib.metadata.packages_distributions().items():
        if module.isidentifier():
            assert set(packages) <= set(owners()[module]), module


@pytest.mark.parametrize(
    ("files", "module"),
    [
        ({"top_level.txt": "one\n_one\n", "RECORD": "two/__init__.py,,\n"}, "_one"),
        ({"RECORD": "one/__init__.py,sha256=x,3\nbin/one,,\n"}, "one"),
        ({"RECORD": '"one/a,b.py",,\n'}, "one"),
        ({"RECORD": "one/two/part.py,,\r\n"}, "one"),
        ({"RECORD": "one.py,,\n"}, "one"),
        ({"RECORD": "one.abi3.so,,\n"}, "one"),
        ({"installed-files.txt": ""}, ""),
    ],
)
def test_a_package_owns_what_it_lists(
    files: dict[str, str], module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its declared names, else by its files."""
    info = tmp_path / "Its_Name-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: Its.Name\nVersion: 1.0\n", "utf-8")
    for name, text in files.items():
        (info / name).write_text(text, "utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    found = owners.__wrapped__()
    assert found.get(module, []) == (["Its.Name"] if module else [])
    assert "two" not in found
