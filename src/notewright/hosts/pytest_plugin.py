"""Pytest plugin that sleeps, and wakes `pytest_notes` in a project that names notewright.

Pytest loads it in every project of an environment. So it imports nothing of the engine, nor of
pytest-markdown-docs, before it knows that it is wanted; and a mistake in the `mkdocs.yml` of a
project that does not name notewright is none of its business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from notewright.settings import Settings

_COMMENT = re.compile(r"(?m)(?:^|\s)#.*$")
_NAMED = re.compile(
    r"""(?m)^\s*(?:-\s*)?["']?notewright["']?\s*(?::|$)|^plugins:\s*[\[{].*\bnotewright\b"""
)
"""Where a file that is no YAML most likely names the plugin: in a list, a mapping, or a line."""


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Import nothing of a vault of which nothing may run."""
    settings = _settings(early_config)
    if settings is not None and not settings.execute:
        from notewright.hosts.pytest_untrusted import Untrusted, leave_out_conftest

        leave_out_conftest(early_config, settings)
        early_config.pluginmanager.register(Untrusted(settings), "notewright-untrusted")


def _settings(config: pytest.Config) -> Settings | None:
    """The settings of the nearest project, if its `mkdocs.yml` names the plugin `notewright`."""
    path = _nearest(config.rootpath)
    text = _COMMENT.sub("", path.read_text("utf-8", "replace")) if path is not None else ""
    if path is None or not ("notewright" in text or "INHERIT" in text):
        return None

    from notewright.configuration import names_notewright
    from notewright.errors import VaultError
    from notewright.settings import Settings

    try:
        return Settings.load(path.parent) if names_notewright(path.parent) else None
    except VaultError as error:
        if not _NAMED.search(text):
            return None
        raise pytest.UsageError(str(error)) from None


def pytest_configure(config: pytest.Config) -> None:
    """Wake up if the nearest `mkdocs.yml` names the plugin `notewright`."""
    settings = _settings(config)
    if settings is None:
        return

    from notewright.errors import EngineError

    try:
        from notewright.hosts import pytest_notes
    except EngineError as error:  # tests of anything else are not stopped by it
        remedy = "To run pytest without notes, use `-p no:notewright`"
        refusal = _Refusal(settings.docs_dir, f"cannot test notes: {error}. {remedy}")
        config.pluginmanager.register(refusal, "notewright-notes")
    else:
        config.pluginmanager.register(pytest_notes, "notewright-notes")


def _nearest(start: Path) -> Path | None:
    """The `mkdocs.yml` of a directory or of one above it, if it can be read."""
    for directory in (start, *start.parents):
        path = directory / "mkdocs.yml"
        try:
            if path.is_file():
                with path.open("rb"):
                    return path
        except OSError:  # another user's
            return None
    return None


class _Refusal:
    """Fails once, at the first note, where notes cannot be tested."""

    def __init__(self, docs_dir: Path, message: str) -> None:
        self._docs_dir = docs_dir
        self._message = message
        self._is_said = False

    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Say it in place of a note's tests."""
        is_note = file_path.suffix == ".md" and file_path.is_relative_to(self._docs_dir)
        if self._is_said or not is_note:
            return None
        self._is_said = True
        refused = _Refused.from_parent(parent, path=file_path)
        refused.message = self._message
        return refused


class _Refused(pytest.File):
    """A note whose tests cannot be collected."""

    message = ""

    def collect(self) -> Iterator[pytest.Item]:
        """Say why."""
        raise self.CollectError(self.message)
