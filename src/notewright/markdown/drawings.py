"""Drawings of Excalidraw: the picture that was exported is shown where the drawing is embedded."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from notewright.note.note import Note
from notewright.vault.links import relative
from notewright.vault.names import Names

_MISSING = (
    "This drawing has no exported image, so only its text is shown. To add one, turn on "
    "“Auto-export SVG” in the Excalidraw settings, and save the drawing."
)


def picture(
    names: Names,
    drawing: str | None,
    note: Note,
    alt: str = "",
    size: Mapping[str, str] | None = None,
) -> Element | None:
    """The picture of a drawing; None if a file is none, or has no picture.

    Args:
        names: What names stand for.
        drawing: The path of the file.
        note: The note that shows it.
        alt: What it shows, as its writer says; the name of the drawing without that.
        size: Its width and height, as attributes.
    """
    found = names.pictures(drawing) if drawing is not None else ()
    schemes = ("#only-light", "#only-dark") if len(found) > 1 else ("",)
    images = [
        Element(
            "img",
            {
                "src": quote(relative(path, note.path)) + scheme,
                "alt": alt or names.vault.notes[str(drawing)].title,
                **(size or {}),
            },
        )
        for path, scheme in zip(found, schemes, strict=False)
    ]
    if len(images) < 2:
        return images[0] if images else None
    both = Element("span")
    both.extend(images)
    return both


class DrawingPage(Treeprocessor):
    """Shows the picture of a drawing on its own page, above its texts.

    Register it below what looks for the files of the note's own images (18).
    """

    def __init__(self, md: Markdown, names: Names, note: Note) -> None:
        super().__init__(md)
        self._names, self._note = names, note

    def run(self, root: Element) -> None:
        """Put it in front of all but the title."""
        shown = Element("p")
        found = picture(self._names, self._note.path, self._note)
        if found is not None:
            shown.append(found)
        else:
            shown.attrib.update({"class": "nw-embed-end", "role": "note"})
            shown.text = _MISSING
        root.insert(1 if len(root) and root[0].tag == "h1" else 0, shown)
