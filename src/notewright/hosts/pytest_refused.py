"""What stands in the vault and cannot be read, in pytest: it fails there, as everywhere.

Pytest passes over links that lead nowhere, and over what is neither a file nor a folder; into
other links it would go; and a folder that it cannot read ends its whole collection.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import pytest

from notewright.errors import Problem
from notewright.settings import Settings
from notewright.vault.found_files import is_closed, refusal
from notewright.vault.vault import Vault

Make = Callable[[pytest.Collector, Path], pytest.Collector]


class Notes(Protocol):
    """What is known of the notes of a test run."""

    @property
    def settings(self) -> Settings:
        """Where they are."""
        ...

    @property
    def vault(self) -> Vault:
        """All of them."""
        ...

    def holds(self, path: Path) -> bool:
        """Whether a file is one of them."""
        ...

    def unreadable(self, path: Path) -> Sequence[Problem]:
        """Why a file or folder is no note that anything can read; nothing where it is set aside."""
        ...


class Refused:
    """The hooks that see to it.

    Args:
        notes: The notes of the test run.
        make: Makes the collector of a file or folder that fails.
    """

    def __init__(self, notes: Notes, make: Make) -> None:
        self._notes = notes
        self._make = make

    @property
    def _docs_dir(self) -> Path:
        return self._notes.settings.docs_dir

    @pytest.hookimpl(tryfirst=True)
    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Keep away from links out of the vault, and from closed folders that are set aside."""
        if not collection_path.is_relative_to(self._docs_dir):
            return None
        if collection_path.is_symlink():
            is_note = collection_path.suffix in (".md", ".py") and not collection_path.is_dir()
            return (not is_note and bool(refusal(collection_path, self._docs_dir))) or None
        return (is_closed(collection_path) and not self._is_told(collection_path)) or None

    @pytest.hookimpl(tryfirst=True)
    def pytest_collect_directory(
        self, path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Have a folder that cannot be read fail, and nothing else."""
        if path.is_relative_to(self._docs_dir) and is_closed(path) and self._is_told(path):
            return self._make(parent, path)
        return None

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Add to what a folder holds what pytest would pass over."""
        report = yield
        # Without the plugin that tests notes, none is.
        is_wanted = collector.config.getoption("markdowndocs", None) is not None
        if is_wanted and report.passed and isinstance(collector, pytest.Directory):
            known = {each.path for each in report.result if not isinstance(each, pytest.Directory)}
            made = (each for each in self._in(collector) if each not in known)
            report.result += [self._make(collector, path) for path in made]
        return report

    def _in(self, folder: pytest.Directory) -> Iterator[Path]:
        """Yield what stands in a folder and is told, unless somebody else wants it ignored."""
        if not folder.path.is_relative_to(self._docs_dir):
            return
        config = folder.config
        ignored = config.pluginmanager.subset_hook_caller("pytest_ignore_collect", [self])
        vault: Vault = self._notes.vault
        for path in {Path(vault.settings.root, each.file): None for each in vault.problems}:
            is_here = path.parent == folder.path and not self._notes.holds(path)
            if is_here and not ignored(collection_path=path, config=config):
                yield path

    def _is_told(self, path: Path) -> bool:
        return bool(self._notes.unreadable(path))
