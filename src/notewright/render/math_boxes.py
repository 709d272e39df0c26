"""Boxes of formulas: frames, strokes and the labels of arrows, as browsers draw them.

Chromium draws no `menclose`, and takes a width that grows (`+0.8em`) for the width itself.
`formulas.css` draws by the classes.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

_NOTATIONS = {
    "box": "nw-box",
    "downdiagonalstrike": "nw-strike-down",
    "horizontalstrike": "nw-strike",
    "updiagonalstrike": "nw-strike-up",
}
_AROUND = "0.4em"
"""Room on either side of what stands above an arrow."""


def settle_box(element: Element) -> None:
    """Make a row of what is framed, stroked out or stands above an arrow."""
    notations = element.get("notation", "").split() if element.tag == "menclose" else []
    classes = [_NOTATIONS[each] for each in notations if each in _NOTATIONS]
    if classes:
        element.tag = "mrow"
        element.attrib = {"class": " ".join(classes)}
    if element.tag in ("mover", "munder", "munderover"):
        labels = [each for each in element[1:] if each.get("width", "").startswith("+")]
        for label in labels:
            label.tag, label.attrib = "mrow", {}
            label[:] = [_space(), label[0], _space()]
        if labels and element[0].tag == "mstyle" and len(element[0]) == 1:
            element[0] = element[0][0]
            element[0].set("stretchy", "true")


def _space() -> Element:
    return Element("mspace", {"width": _AROUND})
