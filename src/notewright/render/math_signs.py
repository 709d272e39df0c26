r"""Signs of formulas: which of them stand between others, and which stand on a letter.

latex2mathml writes some relations and operators as letters, around which no space is left, and some
names, such as that of infinity, as operators. Browsers know no signs any more that are accents by
themselves: one that is not said to be an accent is set small, far above its letter.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

_ARROWS = frozenset(map(chr, (*range(0x27F0, 0x2800), *range(0x2900, 0x2980))))
_BETWEEN = frozenset("+<=>±⟂⟕⟖⟗▷◁⌢⌣") | _ARROWS
"""Signs that TeX sets with space on both sides, of those that come as letters."""

_NAMES = frozenset("∞∅⊤⊥∠∡∢♭♮")
"""Signs that stand for something, as letters do, of those that come as operators."""

_ACCENTS = {"^": "ˆ", "~": "˜"} | {each: each for each in "ˆ˜¯˙¨ˇ˘´`"}
"""Signs on letters; a hat is as high as an accent, not as the sign of a power."""

_LINE = "\u2015"
_OVER = "\u203e"
"""The line over a term, which fonts for formulas can make as long as that is."""


_LIMITS = frozenset(["lim", "max", "min", "sup", "inf"])
_BELOW = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
"""What stands below such a name where a formula has lines of its own, and beside it in the text."""


def settle_sign(element: Element) -> None:
    r"""Make a sign what it is for TeX: `\pm`, `\sim` and long arrows, hats, lines and limits."""
    if element.tag == "mi" and element.text == "~":
        element.text = "\u223c"
        element.tag = "mo"
    if element.tag == "mi" and element.text in _BETWEEN:
        element.tag = "mo"
    if element.tag == "mo" and element.text in _NAMES:
        element.tag = "mi"
    if element.tag in ("mover", "munder") and len(element) == 2 and element[1].tag == "mo":
        _settle_accent(element, element[1])
    if element.tag in _BELOW and element[0].tag == "mo":
        name = element[0]
        if name.text in _LIMITS or name.get("movablelimits") == "true":
            element.tag = _BELOW[element.tag]
            name.set("movablelimits", "true")


def _settle_accent(whole: Element, accent: Element) -> None:
    sign = accent.text or ""
    if sign != _LINE and (whole.tag == "munder" or sign not in _ACCENTS):
        return
    accent.text = _ACCENTS.get(sign, _OVER)
    accent.attrib.pop("accent", None)
    accent.set("stretchy", "true" if sign == _LINE else "false")
    whole.set("accent" if whole.tag == "mover" else "accentunder", "true")
