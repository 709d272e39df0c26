"""Pages ahead: after an edit of prose, the note's page is shown before the vault is looked through.

To bring a whole site up to date takes longer the more notes it has. Most edits leave alone all by
which notes bear on each other: the page is made as if nothing else had changed. The patch that
follows looks at everything; it keeps the page if it would make the same, and else rebuilds it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from notewright.hosts.mkdocs.build import Build
from notewright.hosts.mkdocs.listening import LOGS, listening
from notewright.hosts.mkdocs.patch import Site
from notewright.hosts.mkdocs.unforeseen import in_frames
from notewright.note.note import Note
from notewright.run.edited import edited_run
from notewright.run.engine import Engine
from notewright.vault.link_reading import read_links
from notewright.vault.reading import read_note

MOST = 4
"""Notes that may be edited at once: who changes more of them waits for all."""


def make_ahead(
    site: Site,
    engine: Engine,
    changed: Collection[str],
    use: Callable[[Build], None],
    write: Callable[[Collection[str]], None],
) -> Sequence[str]:
    """Make the pages of edited notes ahead of a patch, as far as that can be done.

    Args:
        site: The site; it is told, so that the patch can keep them.
        engine: Ran the cells of the site's build.
        changed: The files that are said to have changed.
        use: Has MkDocs' events go to a build.
        write: Called with the paths of the notes before their pages change.

    Returns:
        Paths of the notes whose pages were made: all, or none.

    Raises:
        EngineError: If no spread can be read.
    """
    notes = {} if in_frames(site.config) else _edited(site, changed)
    files = map(site.files.get_file_from_path, notes)
    pages = [file.page for file in files if file is not None and file.page is not None]
    build = _with_edits(site.newest, engine, notes) if len(pages) == len(notes) > 0 else None
    if build is None:
        return []
    before = [dict(vars(page)) for page in pages]
    use(build)
    try:
        with _quiet() as said:
            is_made = site.convert_ahead(build, pages) and not said
            if is_made:
                write(list(notes))
                site.write_ahead(build, pages)
    finally:
        use(site.build)
    if not is_made:
        for page, parts in zip(pages, before, strict=True):
            vars(page).clear()
            vars(page).update(parts)
    if not is_made or said:  # the patch says what is to be said
        return []
    site.go_ahead(dict.fromkeys(notes, build))
    return list(notes)


def _edited(site: Site, changed: Collection[str]) -> Mapping[str, Note]:
    """The notes among changed files, as they are now; none if something else is among them."""
    build, docs_dir = site.newest, Path(site.config.docs_dir)
    found: dict[str, Note] = {}
    for name in changed:
        place = Path(name)
        path = place.relative_to(docs_dir).as_posix() if place.is_relative_to(docs_dir) else ""
        if path and path not in build.whole.stamps and not place.exists():
            continue  # an editor put it there for a moment
        old = build.vault.notes.get(path)
        is_later = path in site.postponed or path == build.tags.page
        if old is None or is_later or not path.endswith(".md"):
            return {}
        note = read_note(build.vault.settings.docs_dir / path, build.vault.settings, old)
        if note.text != old.text:
            found[path] = note
    return found if len(found) <= MOST else {}


def _with_edits(build: Build, engine: Engine, notes: Mapping[str, Note]) -> Build | None:
    """A build as if notes had been so from the start; None if others would be otherwise, too."""
    for path, note in notes.items():
        old, run = build.vault.notes[path], edited_run(engine, build.run, note)
        if (
            run is None
            or not note.text
            or note.problems
            or note.faults
            or _called(note) != _called(old)
        ):
            return None
        vault = build.vault.with_edit(note)
        links = read_links(vault, note, run.makers)
        if note.faults:
            return None
        build = build.with_edit(vault, run, build.linked.web.with_edit(path, links))
    return build if build.is_known else None


def _called(note: Note) -> Sequence[object]:
    """All by which other pages know a note, but for what they show of its text."""
    return note.title, note.properties, note.tags


@contextmanager
def _quiet() -> Iterator[list[str]]:
    """Collect what this thread says, and let nobody hear it."""
    thread = threading.get_ident()

    def is_of_others(record: logging.LogRecord) -> bool:
        return record.thread != thread

    loggers = [logging.getLogger(name) for name in ("", *LOGS)]
    handlers = [handler for logger in loggers for handler in logger.handlers]
    for handler in handlers:
        handler.addFilter(is_of_others)
    try:
        with listening() as said:
            yield said
    finally:
        for handler in handlers:
            handler.removeFilter(is_of_others)
