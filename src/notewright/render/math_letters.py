r"""Letters of formulas in bold, script and the like: each style has characters of its own.

Browsers know no attribute for it any more: `\mathbb R` was a plain R in Chromium.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from xml.etree.ElementTree import Element

_STYLES = {
    "bold": "BOLD",
    "bold-fraktur": "BOLD FRAKTUR",
    "bold-italic": "BOLD ITALIC",
    "bold-sans-serif": "SANS-SERIF BOLD",
    "bold-script": "BOLD SCRIPT",
    "double-struck": "DOUBLE-STRUCK",
    "fraktur": "FRAKTUR",
    "italic": "ITALIC",
    "monospace": "MONOSPACE",
    "sans-serif": "SANS-SERIF",
    "sans-serif-bold-italic": "SANS-SERIF BOLD ITALIC",
    "sans-serif-italic": "SANS-SERIF ITALIC",
    "script": "SCRIPT",
}
_GREEK_CAPITAL = re.compile("[\u0391-\u03a9]")
_NAME = re.compile(r"(?:LATIN |GREEK )?(?P<kind>CAPITAL|SMALL|DIGIT)(?: LETTER)? (?P<letter>\w+)")


def style_letters(element: Element) -> None:
    """Write the letters of an element in the style that it names; words stay text.

    TeX has Greek capitals upright, and browsers all single letters slanted.
    """
    if element.tag == "mi" and _GREEK_CAPITAL.fullmatch(element.text or ""):
        element.attrib.setdefault("mathvariant", "normal")
    style = _STYLES.get(element.get("mathvariant", ""))
    if style is None or element.tag == "mtext" or not element.text:
        return
    styled = "".join(_styled(sign, style) for sign in element.text)
    if styled != element.text:
        element.text = styled
        del element.attrib["mathvariant"]


@cache
def _styled(sign: str, style: str) -> str:
    """A sign in a style; itself, if that has none such."""
    match = _NAME.fullmatch(unicodedata.name(sign, ""))
    if match is None:
        return sign
    name = f"{match['kind']} {match['letter']}"
    older = style.replace("FRAKTUR", "BLACK-LETTER")  # Unicode had a few of them before
    for each in (f"MATHEMATICAL {style} {name}", f"{older} {name}"):
        try:
            return unicodedata.lookup(each)
        except KeyError:
            continue
    return "\u210e" if (sign, style) == ("h", "ITALIC") else sign
