"""What `notewright init` prints for the folders of newcomers, and which site they get."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from newcomer.folders import KINDS, held, make, walk
from projects import clean_environment

pytestmark = pytest.mark.gate


@pytest.mark.parametrize("kind", KINDS)
def test_init_prints_what_is_held(tmp_path: Path, kind: str) -> None:
    """`nox -s newcomer` does the same with the wheel in an empty environment."""
    root = make(kind, tmp_path)
    assert walk(kind, root, Path(sys.executable).parent, clean_environment()) == held(root)
