"""Watches what cells read, wherever it lies, while notes are served."""

from __future__ import annotations

import glob
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from notewright.run.engine import Engine, Run
from notewright.settings import Settings

POLL = 0.5
"""Seconds after which inputs are looked at again; MkDocs takes as long."""
IN_A_ROW = 5
"""Most builds for an input that changes again and again: a cell may write what another reads."""


class Inputs(threading.Thread):
    """Asks `serve` for a build when something changes that cells read and MkDocs doesn't watch.

    MkDocs can watch only what is there when it starts, and gives up what is removed, even if it
    comes back. Here an input may be absent, and each is looked at by its name.

    Args:
        ask: Asks for a build.
        engine: Knows the digests of inputs.
        watched: Files and directories that MkDocs watches.
        run: The first pass, whose inputs are looked at from now on.
    """

    def __init__(
        self, ask: Callable[[], None], engine: Engine, watched: Iterable[Path], run: Run
    ) -> None:
        super().__init__(daemon=True)
        self._ask = ask
        self._root = engine.settings.root
        self._digest = engine.records.digest
        self._watched = list(watched)
        self._is_watched: dict[str, bool] = {}
        self._known: dict[str, str] = {}
        self._stamps: dict[str, Any] = {}
        self._is_building = self._has_ended = False
        self._in_a_row: Counter[str] = Counter()
        self._left: set[str] = set()  # what changed so often that nobody was asked
        self._asked: set[str] = set()  # of those, what was asked for in the end
        self._is_over = threading.Event()
        self.watch(run)
        self.start()

    def watch(self, run: Run) -> None:
        """Look from now on for changes of what the sessions of a pass read."""
        self._known.update(run.inputs)

    def begin_build(self) -> None:
        """A build begins: what changes until all cells have run may be their work."""
        self._is_building, self._has_ended = True, False

    def end_build(self) -> None:
        """It has ended."""
        self._has_ended = True

    def run(self) -> None:
        """Look again and again, until nobody serves any more."""
        while not self._is_over.wait(POLL):
            had_ended = self._has_ended  # then what changed before is seen only now
            changed = self._changed()
            if self._is_building:
                self._in_a_row.update(changed)
                self._left |= {name for name in changed if self._in_a_row[name] > IN_A_ROW}
                changed -= self._left
            if changed:
                self._ask()
            if had_ended and self._has_ended:
                self._rest()

    def end(self) -> None:
        """Nothing is served any more."""
        self._is_over.set()

    def _rest(self) -> None:
        """Nothing runs any more. What changed too often may have been edited at last."""
        self._is_building = self._has_ended = False
        restless, self._left = self._left, set()
        self._in_a_row = Counter(dict.fromkeys(restless, IN_A_ROW))
        if restless - self._asked:
            self._ask()
        self._asked = restless

    def _changed(self) -> set[str]:
        # A directory that was gone for a while is one that MkDocs has given up.
        still = [each for each in self._watched if each.exists()]
        if still != self._watched:
            self._watched, self._is_watched = still, {}
        return {name for name in list(self._known) if self._is_new(name)}

    def _is_new(self, name: str) -> bool:
        """Whether an input is not what it was; its content is read only if its stamp changed."""
        kind, _, path = name.partition(":")
        if name not in self._is_watched:
            around = {self._root / path, *(self._root / path).parents}
            self._is_watched[name] = not around.isdisjoint(self._watched)
        if self._is_watched[name]:
            return False
        known = self._known[name]
        found = [path]
        if kind == "glob":  # not Path's, which goes through `.venv` and the like
            found = sorted(glob.glob(path, root_dir=self._root, recursive=True))  # noqa: PTH207
        stamp = known, [(each, _stamp(self._root / each)) for each in found]
        if self._stamps.get(name) == stamp:
            return False
        now = self._digest(name)
        self._stamps[name] = now, stamp[1]
        self._known[name] = now
        return now != known


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def watched_folders(settings: Settings, site_dir: Path) -> Iterator[Path]:
    """Folders beside the vault that its cells may read, and that MkDocs is to watch.

    What a build or a test run writes is none of them, nor are installed packages: MkDocs
    polls each file of a watched folder.
    """
    if settings.docs_dir == settings.root:  # nothing is beside it
        return
    written = [site_dir.resolve(), Path(tempfile.gettempdir()).resolve()]
    skipped = {settings.docs_dir, settings.root / "tests"}
    for path in sorted(settings.root.iterdir()):
        if not path.is_dir() or path.resolve() in skipped or _is_made(path):
            continue
        if not any(each.is_relative_to(path.resolve()) for each in written):
            yield path


def _is_made(path: Path) -> bool:
    """Whether a folder holds packages or a site, or is hidden, as caches and repositories are.

    While MkDocs serves, its `site_dir` is a temporary folder, and not that of `mkdocs build`.
    """
    signs = ("pyvenv.cfg", "conda-meta", "sitemap.xml")
    is_known = path.name == "node_modules" or path.name.startswith(".")
    return is_known or any((path / each).exists() for each in signs)
