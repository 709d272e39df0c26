"""The code behind a result: the project's own modules whose names its cell uses."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from notewright.markdown.page import Page
from notewright.vault.links import relative


def modules_of(page: Page, note: str, label: str) -> Sequence[str]:
    """Paths of the pages of the own modules that a cell uses; none without a label.

    Args:
        page: The page on which they are shown.
        note: Path of the cell's note.
        label: Its label.
    """
    linked = page.linked
    if linked is None or linked.sources is None:
        return ()
    used = map(linked.sources.place, linked.code.by_cell.get((note, label), ()))
    return sorted({place[0] for place in used if place is not None})


def in_words(modules: Sequence[str]) -> str:
    """The short names of modules, by the paths of their pages."""
    return ", ".join(PurePosixPath(path).stem for path in modules)


def add_links(parent: Element, page: Page, modules: Sequence[str]) -> None:
    """Show modules by their short names, with links to their pages."""
    last: Element | None = None
    for path in modules:
        if last is not None:
            last.tail = ", "
        last = SubElement(parent, "a", {"href": relative(path, page.note.path)})
        SubElement(last, "code").text = AtomicString(in_words([path]))
