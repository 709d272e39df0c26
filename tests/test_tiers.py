"""The tiers of tests: what plain pytest runs, and what `-m` and names on the command line add."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from projects import clean_environment

HERE = Path(__file__).parent
CONFIG = "[pytest]\naddopts = --strict-markers\nmarkers =\n    gate: a\n    nightly: b\n"
CONFTEST = """
import tiers

def pytest_ignore_collect(collection_path, config):
    return True if tiers.is_left_out(collection_path, config) else None

def pytest_collection_modifyitems(config, items):
    tiers.deselect(config, items)
"""
FILES = {
    "test_mixed.py": (
        "import pytest\n\ndef test_quick(): pass\n\n"
        "@pytest.mark.gate\ndef test_gate(): pass\n\n"
        "@pytest.mark.nightly\ndef test_nightly(): pass\n"
    ),
    "test_whole_gate.py": (
        "import pytest\n\npytestmark = pytest.mark.gate\nprint('imported: gate')\n\n"
        "def test_in_gate(): pass\n\n"
        "@pytest.mark.nightly\ndef test_later(): pass\n"
    ),
    "test_whole_nightly.py": (
        "import pytest\n\npytestmark = [pytest.mark.filterwarnings('error'), pytest.mark.nightly]\n"
        "print('imported: nightly')\n\ndef test_by_night(): pass\n"
    ),
}


@pytest.mark.parametrize(
    ("arguments", "ran", "imported"),
    [
        ([], "quick", ""),
        (["-m", "gate"], "gate in_gate later", "gate"),
        (["-m", "gate and not nightly"], "gate in_gate", "gate"),
        (["-m", "nightly"], "nightly later by_night", "gate nightly"),
        (["-m", "gate or nightly"], "gate nightly in_gate later by_night", "gate nightly"),
        (["-m", "not nightly"], "quick gate in_gate", "gate"),
        (["test_whole_gate.py"], "in_gate later", "gate"),
        (["test_mixed.py::test_nightly", "."], "quick gate nightly", ""),
        (["-m", "gate and not nightly", "test_mixed.py"], "gate", ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_run_takes_the_tests_of_its_tier(
    arguments: list[str], ran: str, imported: str, tmp_path: Path
) -> None:
    """Files of which it takes none are not even imported; what is named runs, whatever its tier."""
    (tmp_path / "pytest.ini").write_text(CONFIG)
    (tmp_path / "conftest.py").write_text(CONFTEST)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    words = ["-m", "pytest", "-v", "-s", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"]
    done = subprocess.run(
        [sys.executable, *words, *arguments],
        cwd=tmp_path,
        env=clean_environment() | {"PYTHONPATH": str(HERE), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    passed = [line.partition("::test_")[2].split()[0] for line in lines if "PASSED" in line]
    assert sorted(passed) == sorted(ran.split()), done.stdout
    assert [line.split()[-1] for line in lines if "imported:" in line] == imported.split()
