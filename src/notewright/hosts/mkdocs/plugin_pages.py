"""Report pages that plugins add: they are not notes, so their cells do not run."""

from __future__ import annotations

from collections.abc import Iterator

from mkdocs.structure.files import Files, InclusionLevel

from notewright.errors import LISTED
from notewright.note.note import Note
from notewright.vault.vault import Vault


def plugin_page_notices(files: Files, vault: Vault) -> Iterator[str]:
    """Yield one line that lists these pages, if they have cells or wikilinks.

    Args:
        files: The files of the site, without our own generated pages.
        vault: All notes, with the hidden ones.
    """
    found: list[str] = []
    for file in files.documentation_pages(inclusion=InclusionLevel.is_included):
        path = file.src_uri
        if path in vault.notes or not path.endswith(".md") or path in vault.excluded:
            continue
        try:
            text = file.content_string
        except (OSError, ValueError):
            continue  # MkDocs reports it
        settings = vault.settings
        note = Note(
            path,
            path,
            text,
            includes=vault.includes,
            reads_as_mkdocs=settings.reads_as_mkdocs,
            must_ask=settings.only_asked,
        )
        counts = (
            (len(note.cells) if settings.execute else 0, "cell"),
            (len(note.wikilinks), "wikilink"),
        )
        said = [f"{count} {what}{'s' if count > 1 else ''}" for count, what in counts if count]
        if said:
            found.append(f"`{path}` ({', '.join(said)})")
    if found:
        more = f" and {len(found) - LISTED} more" if len(found) > LISTED else ""
        yield (
            "notewright: pages that a plugin adds are not notes, so their cells do not run and "
            "are not tested, and their wikilinks are shown as text: "
            f"{', '.join(found[:LISTED])}{more}. "
            "To use them as notes, write them into the documentation folder before the build"
        )
