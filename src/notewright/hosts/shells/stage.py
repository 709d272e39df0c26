"""Stages: a folder from which MkDocs, ProperDocs or Zensical makes the site, and runs nothing.

    DIR/articles/DIGEST.html   what a page shows, made by us
    DIR/docs/                  a stub for each page, which names its article; and all other files
    DIR/mkdocs.yml             a configuration, made of the vault's own

What is not in the list of articles and files is not in the stage: so nothing private is.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from notewright.errors import EngineError
from notewright.files import read_own, refuse_links, remove_unfinished, replace_file
from notewright.hosts.shells.configurations import configurations
from notewright.render.articles import Article

_LIST = ".notewright-stage.json"
"""Names the files of a stage: no other is ours to remove."""

ARTICLES, NOTES, THEME = "articles", "docs", "overrides"


@dataclass(frozen=True)
class Given:
    """All that a site shows, for any program that puts pages into a theme.

    Attributes:
        articles: What its pages show.
        files: Its other files, by their paths in it.
        navigation: As in `nav` of a configuration.
        options: What the vault's own configuration says of the site.
        theme: Files that change the theme, by their paths in the folder that they stand in.
    """

    articles: Sequence[Article]
    files: Mapping[str, bytes]
    navigation: Sequence[Any]
    options: Mapping[str, Any]
    theme: Mapping[str, bytes]


@dataclass(frozen=True)
class Change:
    """What became of a stage.

    Attributes:
        pages: How many pages it has.
        made: Paths of the files that were written.
        gone: Paths of those that were removed.
    """

    pages: int
    made: Sequence[str]
    gone: Sequence[str]


def write_stage(folder: Path, given: Given) -> Change:
    """Bring a stage up to date: only what differs is written, and what is gone removed.

    A program that watches the folder then finds each article before the stub that names it.

    Args:
        folder: The stage; made if there is none.
        given: What the site shows.

    Raises:
        EngineError: If the folder holds something else, or cannot be written.
    """
    files = _files(given)
    try:
        before = staged(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for parent in {PurePosixPath(path).parent for path in (*before, *files)}:
            remove_unfinished(folder / parent)
        _keep_list(folder, {*before, *files})  # whoever comes after a kill knows what is ours
        gone = sorted(before - files.keys())
        in_the_way = set(_in_the_way(gone, files))
        for path in in_the_way:
            _remove(folder, path)
        made = [path for path, content in files.items() if _write(folder / path, content)]
        for path in gone:
            if path not in in_the_way:
                _remove(folder, path)
        _keep_list(folder, files)
    except OSError as error:
        named = f"{error.filename or folder}: {error.strerror}"
        message = (
            f"cannot write the staging folder: {named}. Free some space, or choose another folder"
        )
        raise EngineError(message) from None
    return Change(len(given.articles), made, gone)


def _files(given: Given) -> dict[str, bytes]:
    """All files of a stage, in the order in which they are written."""
    stored = {f"{ARTICLES}/{each.digest}.html": each.stored for each in given.articles}
    others = {f"{NOTES}/{path}": content for path, content in given.files.items()}
    theme = {f"{THEME}/{path}": content for path, content in given.theme.items()}
    configured = configurations(given.options, given.navigation, THEME if theme else "")
    stubs = {f"{NOTES}/{each.path}": _stub(each) for each in given.articles}
    return {**stored, **others, **theme, **configured, **stubs}


def _stub(article: Article) -> bytes:
    """What stands for a note: its properties, and which article it has."""
    properties = {**article.properties, **({"title": article.title} if article.title else {})}
    front = yaml.safe_dump(properties, allow_unicode=True, sort_keys=True, width=1000)
    return f"---\n{front}---\n\n<!-- notewright: {article.digest} -->\n".encode()


def staged(folder: Path) -> set[str]:
    """The files of the stage that a folder holds; none if it is empty or new.

    Raises:
        EngineError: If it holds something else.
    """
    refuse_links(folder)
    remove_unfinished(folder)
    kept = read_own(folder / _LIST) if folder.is_dir() else None
    if kept is None:
        if folder.is_dir() and any(folder.iterdir()):
            raise EngineError(f"{folder} contains other files. Choose an empty or new folder")
        return set()
    try:
        paths = json.loads(kept)
    except ValueError:
        paths = None
    if not isinstance(paths, list) or not all(isinstance(each, str) for each in paths):
        raise EngineError(
            f"{folder / _LIST} is damaged, or was not written by notewright. Remove {folder}"
        )
    return {path for path in paths if _is_inside(path)}


def _in_the_way(gone: Sequence[str], files: Mapping[str, bytes]) -> Iterator[str]:
    """Yield files that are gone where a folder is to be now, or in a folder where a file is."""
    folders = {parent.as_posix() for path in files for parent in PurePosixPath(path).parents}
    for path in gone:
        parents = {parent.as_posix() for parent in PurePosixPath(path).parents}
        if path in folders or not parents.isdisjoint(files):
            yield path


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and not PurePosixPath(path).is_absolute() and ".." not in parts


def _keep_list(folder: Path, paths: Sequence[str] | set[str] | Mapping[str, bytes]) -> None:
    _write(folder / _LIST, f"{json.dumps(sorted(paths), indent=0)}\n".encode())


def _write(path: Path, content: bytes) -> bool:
    """Write a file if it holds anything else; returns whether it did."""
    if read_own(path) == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, content, follows=False)
    return True


def _remove(folder: Path, path: str) -> None:
    """Remove a file that the stage has no more, and the folders that are empty then."""
    target = folder / path
    for parent in [*target.parents][: len(PurePosixPath(path).parts) - 1]:
        if parent.is_symlink():
            return  # somebody else's
    target.unlink(missing_ok=True)
    for parent in [*target.parents][: len(PurePosixPath(path).parts) - 1]:
        with contextlib.suppress(OSError):  # it is not empty
            parent.rmdir()
