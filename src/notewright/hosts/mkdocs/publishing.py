"""Publishing of a site: it is built beside the old one, and takes its place when it is whole."""

from __future__ import annotations

import logging
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.utils import CountHandler

from notewright.errors import EngineError

if TYPE_CHECKING:
    from filelock import BaseFileLock

_FOLDER = ".notewright-site-"
"""Starts the names of folders in which sites are built. MkDocs reads no hidden ones."""

_SAYS_WHERE = "mkdocs.commands.build"
"""Its log names the folder that is built in."""


class Publishing:
    """Has MkDocs write a site into a folder beside its own, until it is published.

    MkDocs empties the folder of the site before it reads the first note: a build that fails or
    is killed would leave no site, or half of one.

    Attributes:
        is_part: Whether it is a part of a site, which joins the old one.
        gone: Files of the old one that no page has any more.
    """

    is_part = False
    gone: Sequence[Path] = ()

    def __init__(self, config: MkDocsConfig) -> None:
        """Begin: from now on the configuration names the new folder.

        What a killed build left beside the site is put back or removed.

        Args:
            config: MkDocs' configuration, when all plugins have changed it.
        """
        self._config = config
        self._site = Path(config.site_dir)
        self._warnings = CountHandler(level=logging.WARNING)
        logging.getLogger("mkdocs").addHandler(self._warnings)
        self._place = self._new_place()
        if self._place is not None:
            new = self._place.new
            config.site_dir = str(new)
            self._words = _Words(str(new), str(self._site))
            logging.getLogger(_SAYS_WHERE).addFilter(self._words)

    def _new_place(self) -> _Place | None:
        site = self._site
        if site.is_symlink() or site.is_mount() or (site.exists() and not site.is_dir()):
            return None  # nothing else can take its place
        try:
            site.parent.mkdir(parents=True, exist_ok=True)
            _recover(site.parent)
            place = _Place(site.parent)
            place.new.mkdir()
            if site.exists():
                place.new.chmod(stat.S_IMODE(site.stat().st_mode))
        except OSError:
            return None  # there is no room beside it: it is built where it is, as MkDocs would
        return place

    @property
    def site(self) -> Path:
        """The folder of the site, once it is published."""
        return self._site

    @property
    def folder(self) -> Path:
        """The folder in which the site is built."""
        return self._place.new if self._place is not None else self._site

    def moved(self) -> Publishing:
        """The same for the folder that another plugin has chosen since, such as one of a version.

        That may be below the folder in which the site is built, which the plugin took for its own.
        """
        chosen = Path(self._config.site_dir)
        if chosen == self.folder:
            return self
        if chosen.is_relative_to(self.folder):
            chosen = self._site / chosen.relative_to(self.folder)
        self.end()
        self._config.site_dir = str(chosen)
        return Publishing(self._config)

    @property
    def has_warnings(self) -> bool:
        """Whether anything was told so far on which a strict build ends."""
        return bool(self._warnings.get_counts())

    def publish(self) -> None:
        """Let the new site take the place of the old one.

        Raises:
            EngineError: If the system does not allow it; the old site is then as it was.
        """
        if self._place is None:
            return
        if self.is_part:
            self._join(self._place.new)
            return
        old = self._place.old / self._site.name
        try:
            old.parent.mkdir()
            if self._site.exists():
                self._site.rename(old)
            self._place.new.rename(self._site)
        except OSError as error:
            _put_back(old, self._site)
            raise EngineError(
                f"cannot replace {self._site} with the new site: {error.strerror}. "
                "The old site is unchanged"
            ) from None
        _put_back(old, self._site)

    def _join(self, new: Path) -> None:
        """Let new files take the places of those of the same names; the others stay."""
        try:
            for path in sorted(new.rglob("*")):
                if path.is_file():
                    target = self._site / path.relative_to(new)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    path.replace(target)
            for path in self.gone:
                path.unlink(missing_ok=True)
        except OSError as error:
            name = error.filename2 or error.filename or self._site
            raise EngineError(f"cannot write {name}: {error.strerror}") from None

    @property
    def is_beside(self) -> bool:
        """Whether the new site has a folder of its own."""
        return self._place is not None

    def end(self, error: Exception | None = None) -> None:
        """End, published or not: the configuration names the site's folder again.

        Args:
            error: What ended the build; None if it ended well.

        Raises:
            Abort: If that is that the system does not let the site be written.
        """
        logging.getLogger("mkdocs").removeHandler(self._warnings)
        if self._place is not None:
            logging.getLogger(_SAYS_WHERE).removeFilter(self._words)
            self._config.site_dir = str(self._site)
            self._place.remove()
            self._place = None
        name = error.filename if isinstance(error, OSError) else None
        if isinstance(error, OSError) and name and Path(str(name)).is_relative_to(self._site):
            said = f"cannot write {name}: {error.strerror}"
            remedy = "Grant write access, or choose another folder with `--site-dir`"
            raise Abort(f"notewright: {said}. {remedy}")


class _Place:
    """A folder for one build, that says by a lock whether the build is still alive.

    Attributes:
        new: Where the site is built.
        old: Where the old site is while both change places.
    """

    def __init__(self, parent: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix=_FOLDER, dir=parent))
        self._lock = _lock(self._folder)
        self._lock.acquire()
        (self._folder / ".gitignore").write_text("*\n", "utf-8")
        self.new, self.old = self._folder / "new", self._folder / "old"

    def remove(self) -> None:
        """Remove all of it, then the lock."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._lock.release()
        shutil.rmtree(self._folder, ignore_errors=True)


class _Words(logging.Filter):
    """Has a log say the folder of the site where it would say that of the build."""

    def __init__(self, new: str, site: str) -> None:
        super().__init__()
        self._new, self._site = new, site

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the words, and let them be told."""
        record.msg = str(record.msg).replace(self._new, self._site)
        return True


def _lock(folder: Path) -> BaseFileLock:
    from filelock import FileLock  # `serve` needs none

    return FileLock(folder / "lock", timeout=0)


def _recover(parent: Path) -> None:
    """Put sites back that a killed build had taken away, and remove what it left."""
    from filelock import Timeout

    for folder in sorted(parent.glob(f"{_FOLDER}*")):
        if not (folder / "lock").exists():
            continue  # another build is about to begin
        try:
            with _lock(folder):
                for old in _entries(folder / "old"):
                    _put_back(old, parent / old.name)
        except (Timeout, OSError):  # it is alive, or somebody else's
            continue
        shutil.rmtree(folder, ignore_errors=True)


def _put_back(old: Path, site: Path) -> None:
    """Put an old site back if there is none, else what MkDocs would not touch: hidden files."""
    if old.is_symlink() or not old.is_dir():
        return
    if not site.exists():
        old.rename(site)
        return
    for entry in _entries(old):
        if entry.name.startswith(".") and not (site / entry.name).exists():
            entry.rename(site / entry.name)


def _entries(folder: Path) -> Iterator[Path]:
    is_own = folder.is_dir() and not folder.is_symlink()
    return iter(sorted(folder.iterdir()) if is_own else [])
