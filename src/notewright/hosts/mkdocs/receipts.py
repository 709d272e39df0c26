"""Receipts of builds: what one read and wrote, by which the next one tells that nothing changed.

All that a build reads is looked at as it is now: files of the vault and of the site by their
stamps, what cells read by content, and whatever converts pages by the stamps of where it is
installed. Nothing heavy is imported here: where nothing changed, MkDocs loads no more than this.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import click

from notewright import files
from notewright.files import replace_file
from notewright.hosts.mkdocs.hearing import Hearing, Said
from notewright.run.inputs import digest_input
from notewright.run.worker.digests import digest_bytes
from notewright.settings import STATE_DIR

NAME = "receipt.json"
LIBRARIES = ("jinja2", "markdown", "material", "mkdocs", "pymdownx", "yaml")
"""What makes pages beside us; it is known by where it is installed, and changes only there."""

_WORD = re.compile(r"\w+")
_VARIABLES = re.compile(r"NOTEWRIGHT_\w+|CI|SOURCE_DATE_EPOCH")
_OWN = Path(__file__).parents[2]
_SLOW = 3.0
"""Seconds that may pass between MkDocs' look at its configuration and ours."""


@dataclass(frozen=True)
class Request:
    """A `mkdocs build` on the command line.

    Attributes:
        file: Its configuration.
        options: What else the command line says.
        is_strict: Whether a warning ends it.
    """

    file: Path
    options: Mapping[str, Any]
    is_strict: bool = False

    @classmethod
    def now(cls) -> Request | None:
        """That which this process was started for; None if it does more, or something else."""
        context = click.get_current_context(silent=True)
        if context is None or context.command.name != "build":
            return None
        given = dict(context.params)
        file = getattr(given.pop("config_file", None), "name", None) or _default()
        if not given.pop("clean", False) or not isinstance(file, str) or not Path(file).is_file():
            return None
        return cls(Path(file).absolute(), given, bool(given.get("strict")))

    @property
    def place(self) -> Path:
        """Where its receipt is."""
        return self.file.parent / STATE_DIR / NAME


def _default() -> str:
    return next((name for name in ("mkdocs.yml", "mkdocs.yaml") if Path(name).is_file()), "")


@dataclass(frozen=True)
class Given:
    """What is given to a build.

    Attributes:
        base: All that no patch of a site can follow: programs, options, the configuration.
        read: Digests of the folders that it reads, by their paths.
        is_settled: Whether all of it changed long enough ago to be told from a later change.
    """

    base: str
    read: Mapping[str, str] = field(default_factory=dict)
    is_settled: bool = field(default=True, compare=False)

    @classmethod
    def now(
        cls, request: Request, folders: Iterable[str], made: Collection[str] = ()
    ) -> Given | None:
        """What is given now.

        Args:
            request: What is asked for.
            folders: Those that the build reads.
            made: Those within them that it writes.

        Returns:
            All of it; None if not all can be told.
        """
        now = time.time_ns()
        try:
            text = request.file.read_text("utf-8")
            programs = _programs()
            is_settled = now - request.file.stat().st_mtime_ns >= _SLOW * 1e9
            listed = {folder: _listing(folder, made) for folder in sorted(folders)}
        except (OSError, ValueError):
            return None
        read = {folder: digest for folder, (digest, _) in listed.items()}
        if "INHERIT" in text or "" in read.values():
            return None
        is_settled = is_settled and all(files.is_settled(last, now) for _, last in listed.values())
        words = {*_WORD.findall(text), *filter(_VARIABLES.fullmatch, os.environ)}
        known = {word: os.environ[word] for word in sorted(words) if word in os.environ}
        base = [programs, str(request.file), dict(request.options), known, text]
        digest = digest_bytes(json.dumps(base, default=str).encode("utf-8", "replace"))
        return cls(digest, read, is_settled)


@cache  # they are those with which the process began
def _programs() -> Any:
    """What makes pages: Python, this package, and where the others are installed."""
    places = [Path(path) for path in sys.path if path.endswith("-packages")]
    stamps = [(str(path), path.stat().st_mtime_ns) for path in places if path.is_dir()]
    return sys.version, stamps, listing(str(_OWN))


def are_installed() -> bool:
    """Whether what makes pages stands where it changes only when it is installed."""
    found = (getattr(sys.modules.get(name), "__file__", None) for name in LIBRARIES)
    return all(re.search(r"-packages[\\/]", str(file)) for file in found if file)


def listing(folder: str, without: Collection[str] = ()) -> str:
    """Digest of all files below a folder by their stamps; "" if a link stands among them.

    Args:
        folder: The folder.
        without: Folders in it that are left out.
    """
    return _listing(folder, without)[0]


def _listing(folder: str, without: Collection[str] = ()) -> tuple[str, int]:
    """The digest, and the last time at which one of them changed."""
    found: list[str] = []
    waiting, last = [folder], 0
    while waiting:
        place = waiting.pop()
        if place in without:
            continue
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    if entry.is_symlink():
                        return "", last
                    if entry.is_dir():
                        if entry.name != "__pycache__":
                            waiting.append(entry.path)
                        continue
                    at = entry.stat(follow_symlinks=False)
                    times = f"{at.st_mtime_ns} {at.st_ctime_ns} {at.st_ino}"
                    found.append(f"{entry.path}\0{at.st_size} {times} {at.st_mode}")
                    last = max(last, at.st_mtime_ns, at.st_ctime_ns)
        except FileNotFoundError:
            found.append(f"{place}\0none")
    found.sort()
    return digest_bytes("\n".join(found).encode("utf-8", "surrogateescape")), last


@dataclass
class Receipt:
    """What one build read and wrote.

    Attributes:
        given: What was given to it.
        inputs: Digests of what its cells read.
        made: By each folder that it writes, the digest of what it left there.
        pages: How many pages the site has.
        said: Its warnings.
        kept: Digest of the kept site, from which the next build goes on; "" if there is none.
        since: Paths of the pages and files that were made after that was kept.
        failures: How many problems were told as errors. Then the next build looks at all again,
            if only to tell them; cells that failed are to run once more.
    """

    given: Given
    inputs: Mapping[str, str]
    made: Mapping[str, str]
    pages: int
    said: Said = field(default_factory=list)
    kept: str = ""
    since: Collection[str] = ()
    failures: int = 0

    @classmethod
    def load(cls, place: Path) -> Receipt | None:
        """The one of the last build."""
        try:
            found = json.loads(place.read_bytes())
            return cls(Given(**found.pop("given")), **found)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def keep(self, place: Path) -> None:
        """Write it."""
        given = {"base": self.given.base, "read": self.given.read}
        content = json.dumps(vars(self) | {"given": given})
        try:
            place.parent.mkdir(exist_ok=True)
            replace_file(place, content.encode(), follows=False)
        except OSError:
            forget(place)

    def still_holds(self, request: Request) -> bool:
        """Whether a build would read and write the same once more."""
        if self.failures or (self.said and (request.is_strict or os.environ.get("CI"))):
            return False
        given = Given.now(request, self.given.read, self.made)
        return given == self.given and self.is_whole() and self._has_inputs(request.file.parent)

    def is_whole(self) -> bool:
        """Whether all that it wrote is as it left it."""
        return written(self.made) == self.made

    def _has_inputs(self, root: Path) -> bool:
        return all(digest_input(name, root) == old for name, old in self.inputs.items())


def written(folders: Iterable[str]) -> Mapping[str, str]:
    """Digests of what stands in folders that a build writes."""
    return {folder: listing(folder) for folder in folders}


def forget(place: Path) -> None:
    """Remove a receipt, before anything of what it tells becomes untrue."""
    try:
        place.unlink(missing_ok=True)
    except OSError:
        pass


def end_if_unchanged(listen: Callable[[], Hearing] = Hearing) -> None:
    """End the process if it was to build a site of which nothing changed.

    Raises:
        SystemExit: If so.
    """
    request = Request.now()
    log = logging.getLogger("mkdocs.plugins.notewright")
    if request is None or log.isEnabledFor(logging.DEBUG):
        return
    receipt = Receipt.load(request.place)
    if receipt is not None and receipt.still_holds(request):
        for name, level, message in receipt.said:
            logging.getLogger(name).log(level, message)
        log.info(f"notewright: nothing changed: 0 pages built, {receipt.pages:,} reused")
        raise SystemExit(0)
    listen().start()
