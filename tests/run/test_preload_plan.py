"""Which modules are warmed up: what cells import, through the project's own modules too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.run.preload_plan import Plan

Project = Callable[..., Path]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import numpy as np", ["numpy"]),
        ("import numpy, pandas.io", ["numpy", "pandas.io"]),
        (
            "from sklearn.cluster import KMeans, DBSCAN as D",
            ["sklearn.cluster:DBSCAN", "sklearn.cluster:KMeans"],
        ),
        ("from numpy import *", []),
        ("def f():\n    import scipy", ["scipy"]),
        ("try:\n    import torch\nexcept ImportError:\n    pass", ["torch"]),
        ("import os, json\nfrom pathlib import Path", []),
        ("from . import x\nfrom .y import z", []),
        ("import = 3", []),
        ("x = '\x00'", []),
        ("'import numpy'\n# import numpy", []),
    ],
)
def test_installed_modules_are_found_in_the_code(
    tmp_path: Path, code: str, found: list[str]
) -> None:
    """Imports anywhere in a cell are warmed up; broken cells don't matter."""
    assert Plan(tmp_path).installed([code]) == found


def test_imports_of_the_projects_modules_are_followed(project: Project) -> None:
    """A cell that imports a snippet starts as warm as one that imports the library."""
    root = project(
        {
            "snippets/__init__.py": "import pandas",
            "snippets/a.py": "from snippets import b\nimport scipy.stats",
            "snippets/b.py": "import snippets.a\nimport sklearn",
            "alone.py": "import numpy",
        }
    )
    found = Plan(root).installed(["from snippets.a import f", "import alone"])
    assert found == ["numpy", "pandas", "scipy.stats", "sklearn"]


def test_the_projects_own_modules_are_never_warmed_up(project: Project) -> None:
    """They are code of the session: imported there, followed there."""
    root = project({"snippets/a.py": "x = 1", "tool.py": "x = 1", "space/b.py": "x = 1"})
    codes = ["import snippets.a", "from tool import x", "from space import b", "import space.c"]
    assert Plan(root).installed(codes) == []


def test_relative_imports_are_followed(project: Project) -> None:
    """What a package imports from itself may import NumPy, whose random state starts at 0."""
    root = project(
        {
            "pack/__init__.py": "from .core import draw\nfrom . import other",
            "pack/core.py": "import numpy\nfrom .deep.leaf import *",
            "pack/other.py": "import scipy",
            "pack/deep/__init__.py": "",
            "pack/deep/leaf.py": "from ..other import x\nimport pandas",
        }
    )
    assert Plan(root).installed(["import pack"]) == ["numpy", "pandas", "scipy"]


def test_a_package_of_the_project_elsewhere_is_not_warmed_up(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Installed to be edited, from `src/`: a warm parent would keep its old code."""
    root = project({"src/edited_one/__init__.py": "import numpy\nfrom . import core"})
    project({"src/edited_one/core.py": "import scipy"})
    monkeypatch.syspath_prepend(root / "src")
    assert Plan(root).installed(["import edited_one.core"]) == ["numpy", "scipy"]


def test_a_module_that_cannot_be_read_counts_for_nothing(project: Project) -> None:
    """The cell that imports it will say what is wrong with it."""
    root = project({"snippets/a.py": b"caf\xe9 = 1", "snippets/b.py": "def"})
    assert Plan(root).installed(["import snippets.a, snippets.b, numpy"]) == ["numpy"]


@given(st.lists(st.text("import numpyfrs.*\n ,as", max_size=30), max_size=3))
def test_any_code_can_be_searched(codes: list[str]) -> None:
    """Half-written cells are searched on each save under `serve`."""
    found = Plan(Path("/nowhere")).installed(codes)
    assert found == sorted(set(found))
