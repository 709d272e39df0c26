"""Keeps pytest away from Python of a vault that is not trusted: nothing of it is imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from notewright.note.percent import is_notebook
from notewright.settings import Settings

_UNLOADED = pytest.StashKey[str]()


def leave_out_conftest(config: pytest.Config, settings: Settings) -> None:
    """Load no `conftest.py` where the vault has one.

    pytest has no way to leave out some of them: then none is loaded, as with `--noconftest`.
    """
    found = next(settings.docs_dir.rglob("conftest.py"), None)
    if found is not None and not config.known_args_namespace.noconftest:
        config.known_args_namespace.noconftest = True
        config.stash[_UNLOADED] = settings.relative(found)


class Untrusted:
    """The hooks of a test run in which nothing of the vault may run."""

    def __init__(self, settings: Settings) -> None:
        self._docs_dir = settings.docs_dir

    def pytest_report_header(self, config: pytest.Config) -> str | None:
        """Say that no `conftest.py` was loaded."""
        found = config.stash.get(_UNLOADED, "")
        said = "notewright: execution is off, so no conftest.py is loaded"
        return f"{said}: {found}" if found else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Look into no Python; a notebook is read, and not imported."""
        if collection_path.suffix != ".py" or is_notebook(collection_path):
            return None
        return collection_path.is_relative_to(self._docs_dir) or None

    @pytest.hookimpl(tryfirst=True)
    def pytest_collect_directory(
        self, path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Take no folder for a package, whose `__init__.py` would be imported."""
        if path.is_relative_to(self._docs_dir):
            return pytest.Dir.from_parent(parent, path=path)
        return None
