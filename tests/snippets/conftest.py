"""Fixtures for tests of snippets."""

from __future__ import annotations

import lesson_runs
import pytest


@pytest.fixture(scope="session", autouse=True)
def _each_lesson_runs_once(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With `-n`, processes share what a lesson gave, below the folder that all of them have."""
    if hasattr(request.config, "workerinput"):
        lesson_runs.shared = tmp_path_factory.getbasetemp().parent / "lessons"
        lesson_runs.shared.mkdir(exist_ok=True)
