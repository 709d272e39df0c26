"""What the tests of an exercise judge: the reader's own code, or the reference.

`pytest snippets/exercises/test_k_means.py` judges
`snippets/exercises/k_means.py`, and with `--reference` what the notes show,
`snippets/k_means.py`.
"""

from __future__ import annotations

import importlib
from types import ModuleType

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the reference be judged by the tests of the exercise."""
    help_text = "judge the code of the notes instead of the exercise"
    parser.addoption("--reference", action="store_true", help=help_text)


@pytest.fixture
def solution(request: pytest.FixtureRequest) -> ModuleType:
    """The module under test, named after the file of the tests."""
    topic = request.path.stem.removeprefix("test_")
    package = (
        "snippets"
        if request.config.getoption("--reference")
        else "snippets.exercises"
    )
    return importlib.import_module(f"{package}.{topic}")
