"""Lets long names in inline code go on in the next line where a reader would cut them.

A browser cuts `sklearn.cluster.KMeans` anywhere in a narrow column, or lets it run out of it.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement

from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

LONG = 20
"""Signs from which on a name may be cut: a shorter one finds room in most columns."""

_CUT = re.compile(r"(?<=[\w)\]][./])(?=[A-Za-z_])")


class LongNames(Treeprocessor):
    """Puts a place for a line break behind each dot and slash of a long name.

    Register it after all that reads inline code.
    """

    def run(self, root: Element) -> None:
        """Put them in; a name that has some, as that of an embedded note, is left alone."""
        for code in root.iter("code"):
            text = code.text or ""
            if len(text) < LONG or len(code) or any(map(str.isspace, text)):
                continue
            first, *others = _CUT.split(text)
            code.text = AtomicString(first)
            for part in others:
                SubElement(code, "wbr").tail = AtomicString(part)
