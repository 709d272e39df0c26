"""Bundles: the files of a project that a session needs elsewhere, named by their content.

Nobody can say beforehand all that a session reads. So its bundle begins with what its last run
read, or with the modules that it imports; what a run elsewhere missed is seen by the digests that
it gives of its inputs, and joins the bundle of the next try.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from notewright.run.worker.digests import digest_bytes, matching

FOLDER = "folder"
LINK = "link"
FILE = "file"

Entry = tuple[str, str]
"""What stands at a path: its kind, and the digest of a file's content or where a link leads."""


@dataclass(slots=True)
class Bundle:
    """Files of a project.

    Attributes:
        entries: What stands at each path, from the root.
        contents: Contents of the files, by their digests.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)

    def add(self, root: Path, names: Iterable[str]) -> bool:
        """Add what stands at paths now, with what stands around it in folders that are listed.

        Args:
            root: The project's root.
            names: Paths from the root.

        Returns:
            Whether anything is there that was not.
        """
        before = dict(self.entries)
        for name in names:
            self._put(root, name)
        return self.entries != before

    def _put(self, root: Path, name: str) -> None:
        path = root / name
        try:
            if path.is_symlink():
                self.entries[name] = LINK, os.fspath(path.readlink())
            elif path.is_dir():
                self.entries[name] = FOLDER, ""
            elif path.is_file():
                content = path.read_bytes()
                digest = digest_bytes(content)
                self.entries[name] = FILE, digest
                self.contents[digest] = content
        except OSError:
            return  # then a session that reads it elsewhere is told that it is not there, as here


def paths_of(inputs: Iterable[str], root: Path) -> Iterator[str]:
    """Paths from the root of all that stands behind inputs of a session.

    Args:
        inputs: Names of inputs, as `file:data/x.csv`.
        root: The project's root.
    """
    for name in inputs:
        kind, _, path = name.partition(":")
        if kind == "glob":
            yield from matching(str(root), path)
        elif kind in ("listing", "sizes") and is_inside(path):
            yield path
            folder = root / path
            if folder.is_dir() and not folder.is_symlink():
                yield from (os.path.normpath(f"{path}/{each.name}") for each in folder.iterdir())
        elif kind in ("file", "link") and is_inside(path):
            yield path


def is_inside(path: str) -> bool:
    """Whether a path from the root stays in the project, and is not one of our own files."""
    parts = PurePosixPath(path).parts
    return not path.startswith("/") and ".." not in parts and parts[:1] != (".notewright",)


def unpack(entries: Mapping[str, Entry], contents: Mapping[str, bytes], folder: Path) -> None:
    """Lay out a bundle in an empty folder.

    Args:
        entries: What stands at each path.
        contents: Contents of the files, by their digests.
        folder: The folder.

    Raises:
        ValueError: If a path leads out of the folder, or a content is not what its digest says.
        OSError: If it cannot be written.
    """
    for name, (kind, value) in sorted(entries.items()):
        if not is_inside(name):
            raise ValueError(f"a bundle contains {name}, which is outside the project")
        path = folder / name
        if not path.parent.resolve().is_relative_to(folder.resolve()):
            raise ValueError(
                f"a bundle contains {name}, which is a link to a file outside the folder"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        if kind == FOLDER:
            path.mkdir(exist_ok=True)
        elif kind == LINK:
            path.symlink_to(value)
        else:
            if digest_bytes(contents[value]) != value:
                raise ValueError(f"a file does not match its digest: {name}")
            path.write_bytes(contents[value])
