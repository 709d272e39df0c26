r"""Spaces of formulas, as TeX leaves them: a browser sees a sign alone, TeX what is beside it.

A minus behind a bracket, a comma or a relation is a sign of its number, and no operator between
two terms; the name of a function stands apart from its argument, but not from a bracket; and there
is no space around operators in an index or an exponent (The TeXbook, chapter 18 and appendix G,
rules 5, 6 and 20).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from itertools import pairwise
from xml.etree.ElementTree import Element

_SIGNS = frozenset("+−±∓")
"""What stands between two terms, or before one."""

_OPENING, _CLOSING = frozenset("([{⟨⌊⌈"), frozenset(")]}⟩⌋⌉!′")
_BARS = frozenset("|‖")
"""They close behind a term, and else they open."""

_LARGE = frozenset("∑∏∐∫∬∭∮⋃⋂⨁⨂")
"""Sums and the like."""

_KEPT = _OPENING | _CLOSING | _BARS | _LARGE | frozenset("⏞⏟‾")
"""Operators that have no space around them, or have it in an index, too."""

_MARKS = frozenset(":;")
"""Marks that come as letters, around which no space is left."""

_THIN, _THICK = "0.167em", "0.278em"
"""3/18 and 5/18 em."""

_ROWS = frozenset(["math", "mrow", "mtd", "msqrt", "mstyle", "mpadded", "mphantom", "menclose"])
_SCRIPTS = frozenset(["msub", "msup", "msubsup", "munder", "mover", "munderover"])


class _Kind(Enum):
    """What an element is to those beside it."""

    TERM = 1  # also what closes a bracket
    OPENING = 2
    FUNCTION = 3  # a name, or a sum
    SIGN = 4  # of the term that follows
    OTHER = 5  # an operator between terms, a relation, a comma, or nothing


def settle_spaces(element: Element, *, in_script: bool = False) -> None:
    """Give the signs in an element the spaces that TeX gives them.

    Args:
        element: A formula, or a part of one.
        in_script: Whether it stands in an index or an exponent.
    """
    if element.tag in _ROWS:
        _settle_marks(element, in_script=in_script)
        _settle_row(element)
    if element.tag == "mo" and in_script and not (element.text in _KEPT or _is_name(element)):
        element.attrib |= {"lspace": "0", "rspace": "0"}
    has_accent = "accent" in element.attrib or "accentunder" in element.attrib
    for index, each in enumerate(element[:1] if has_accent else element):
        settle_spaces(each, in_script=in_script or (element.tag in _SCRIPTS and index > 0))


def _settle_marks(row: Element, *, in_script: bool) -> None:
    """Make operators of colons and semicolons, and one sign of `:=`."""
    for mark, behind in pairwise([*row, Element("none")]):
        if mark.tag != "mi" or mark.text not in _MARKS:
            continue
        if mark.text == ":" and behind.tag == "mo" and behind.text == "=":
            row.remove(mark)
            behind.text = ":="
        elif not in_script:
            mark.tag = "mo"
            if mark.text == ":":
                mark.attrib |= {"lspace": _THICK, "rspace": _THICK}


def _settle_row(row: Element) -> None:
    """Let a sign be that of what follows, and a name stand apart, where TeX has them so."""
    shown = [each for each in row if each.tag != "mspace"]
    before = _Kind.OTHER
    for index, each in enumerate(shown):
        kind = _kind(each, before)
        if kind == _Kind.SIGN and each is not row[0]:  # the first is one for a browser, too
            each.set("form", "prefix")
        if kind == _Kind.FUNCTION and _is_name(name := _core(each)):
            behind = shown[index + 1] if index + 1 < len(shown) else Element("none")
            name.tag = "mo"
            name.set("lspace", _THIN if before in (_Kind.TERM, _Kind.SIGN) else "0")
            name.set("rspace", _THIN if _is_argument(behind) else "0")
        before = kind
    if "mtext" in {each.tag for each in shown} and _is_one_operator(shown):
        row.append(Element("mi"))


def _is_one_operator(elements: Sequence[Element]) -> bool:
    """Whether a browser takes words and an operator for one operator, with no space within it."""
    others = [_core(each) for each in elements if each.tag != "mtext"]
    return [each.tag for each in others] == ["mo"]


def _kind(element: Element, before: _Kind) -> _Kind:
    core = _core(element)
    text = core.text or ""
    if text in _BARS:
        return _Kind.TERM if before == _Kind.TERM else _Kind.OPENING
    if text in _OPENING:
        return _Kind.OPENING
    if _is_name(core) or text in _LARGE:
        return _Kind.FUNCTION
    if core.tag != "mo" or text in _CLOSING:
        return _Kind.TERM
    is_sign = element is core and text in _SIGNS and before != _Kind.TERM
    return _Kind.SIGN if is_sign else _Kind.OTHER


def _is_argument(element: Element) -> bool:
    """Whether the name of a function stands apart from what follows it: not from a bracket."""
    if element.tag == "mrow" and len(element) and element[0].get("fence"):
        return False
    kind = _kind(element, _Kind.FUNCTION)
    return element.tag != "none" and kind in (_Kind.TERM, _Kind.FUNCTION, _Kind.SIGN)


def _core(element: Element) -> Element:
    """What an element is at heart: the sum of a sum from 1 to n."""
    while element.tag in _SCRIPTS or (element.tag == "mrow" and len(element) == 1):
        element = element[0]
    return element


def _is_name(core: Element) -> bool:
    r"""Whether an element is the name of a function: `\log`, or `\operatorname{arg\,max}`."""
    text = "".join((core.text or "").split())
    if not text.isalpha() or text == "mod":
        return False
    return core.tag == "mo" or (core.tag == "mi" and len(text) > 1 and not core.attrib)
