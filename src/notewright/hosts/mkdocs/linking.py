"""Linking: the notes of which a build must look again whether their links lead somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notewright.hosts.mkdocs.build import Build
    from notewright.note.note import Note


def linking(old: Build, new: Build) -> list[Note] | None:
    """The notes of which it is not known that nothing is wrong with their links.

    Where all names are the same, links of a note lead where they led unless it was edited, or a
    note to which it links: that may have lost a heading. Of others nothing was said, or they are
    looked at again, as it is said in each build.

    Args:
        old: The build before.
        new: A build of the same site, of other texts.

    Returns:
        These notes; None for all.
    """
    before, now = old.whole, new.whole
    if old.spoken is None or before.names_digest != now.names_digest:
        return None
    edited = {path for path, note in now.notes.items() if note.text != before.notes[path].text}
    if old.run.labels.keys() != new.run.labels.keys() or not edited <= new.vault.notes.keys():
        return None  # which links lead to a note without a page, the web does not know
    web = new.linked.web
    near = edited.union(*map(web.neighbours, edited))
    return [
        note
        for path, note in now.notes.items()
        if path in near or note.file in old.spoken or path not in new.vault.notes
    ]
