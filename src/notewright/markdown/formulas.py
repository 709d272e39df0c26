"""Formulas: turns LaTeX between dollar signs into MathML while the site is built.

Formulas on lines of their own are found by pymdownx.arithmatex. In the text, Obsidian's rule is
stricter: a figure behind the closing dollar means that both dollars are money. A site that names
arithmatex itself has formulas in brackets, too, as that reads them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from notewright.markdown.pymdownx_private import arithmatex_of
from notewright.markdown.python_markdown_private import ETX, STX, code_escape, only_at
from notewright.note import bracketed
from notewright.render.formula_html import FormulaError, mathml
from notewright.render.latex_macros import Macros

ARITHMATEX = {
    "generic": True,
    "tex_inline_wrap": ["", ""],
    "tex_block_wrap": ["", ""],
    "block_syntax": ["dollar"],
    "inline_syntax": ["dollar"],
}
_INLINE = "arithmatex-inline"

_FORMULA = (
    r"(?<!\\)(?P<escapes>(?:\\\\)+)(?=\$)"
    r"|(?<!\\)\$\$(?P<display>(?:\\.|[^\\$\x02\x03])+?)\$\$"
    r"|(?<!\\)\$(?!\s)(?P<tex>(?:\\.|[^\\$\x02\x03])+?)(?<!\s)\$(?!\d)"
)
_BLOCK = r"\$\$(?P<math>(?:\\.|[^\\$]|\$(?!\$))+?)\$\$[ ]*\Z"
"""A paragraph that is a formula; arithmatex takes all from its first dollars to its last."""
_BACKSLASH = f"{STX}{ord(chr(92))}{ETX}"
"""What Python-Markdown writes for a backslash that is none of its own."""


class FormulaPattern(InlineProcessor):
    """Finds formulas in the text, in the place of arithmatex's own pattern.

    Args:
        md: The instance.
        in_brackets: Whether those in brackets are some; see `note/bracketed.py`.
    """

    def __init__(self, md: Markdown, *, in_brackets: bool) -> None:
        super().__init__(f"{_FORMULA}|{bracketed.INLINE}" if in_brackets else _FORMULA, md)
        only_at(self, "$", *(["\\("] if in_brackets else []))

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | str, int, int]:
        """Make the element that the tree processor looks for."""
        kind, found = m.lastgroup, m[m.lastgroup or 0]
        if kind in ("escapes", "before"):
            return found.replace("\\\\", _BACKSLASH), m.start(0), m.end(0)
        element = Element("span", {"class": "arithmatex"})
        if kind == "display":
            element.set("display", "block")
        element.text = AtomicString(found.strip())
        return element, m.start(0), m.end(0)


class FormulaProcessor(Treeprocessor):
    """Replaces what arithmatex found by MathML. Runs after inline patterns (20)."""

    def __init__(self, md: Markdown, report: Callable[[str, str], None], macros: Macros) -> None:
        super().__init__(md)
        self._report = report
        self._macros = macros

    def run(self, root: Element) -> None:
        """Convert every formula of the page."""
        for element in root.iter():
            if element.get("class") != "arithmatex" or not element.text:
                continue
            tex = element.text.strip()
            shown = element.attrib.pop("display", "inline" if element.tag == "span" else "block")
            try:
                expanded = self._macros.expand(tex).strip()
                formula = mathml(expanded, shown) if expanded else ""
            except FormulaError as error:
                self._report(tex, str(error))
                _show_source(element, tex)
                continue
            if not formula:  # macros are defined, and nothing is shown
                element.attrib, element.text = {"hidden": ""}, None
                continue
            element.set("class", "nw-formula")
            element.text = self.md.htmlStash.store(formula)


def _show_source(element: Element, tex: str) -> None:
    """Show a formula that cannot be shown as code, which fits wherever it stands."""
    element.attrib, element.text = {}, None
    is_block = element.tag == "div"
    element.tag = "pre" if is_block else "code"
    (SubElement(element, "code") if is_block else element).text = AtomicString(code_escape(tex))


def prepare(md: Markdown) -> None:
    """Have a Markdown instance find formulas, unless it does."""
    if _INLINE in md.inlinePatterns and isinstance(md.inlinePatterns[_INLINE], FormulaPattern):
        return
    given = arithmatex_of(md) or {"block_syntax": (), "inline_syntax": ()}
    md.registerExtensions(["pymdownx.arithmatex"], {"pymdownx.arithmatex": ARITHMATEX})
    block: Any = md.parser.blockprocessors["arithmatex-block"]
    block.generic_output = _add_block
    others = bracketed.block_pattern(given["block_syntax"])
    block.pattern = re.compile(f"{_BLOCK}|{others.pattern}", re.S)
    in_brackets = bracketed.ROUND in given["inline_syntax"]
    # Below code (190): a dollar in code is code.
    md.inlinePatterns.register(FormulaPattern(md, in_brackets=in_brackets), _INLINE, 189.9)


def enable(md: Markdown, report: Callable[[str, str], None], macros: Macros) -> None:
    """Have a Markdown instance show the formulas that it finds.

    Args:
        md: The instance.
        report: Is told the LaTeX that cannot be converted, and why.
        macros: Those that hold where a text begins; its own are added.
    """
    md.treeprocessors.register(FormulaProcessor(md, report, macros), "notewright-formulas", 16)


def _add_block(parent: Element, tex: str) -> None:
    """Add a formula on a line of its own as it is written: arithmatex escapes its `<` and `&`."""
    SubElement(parent, "div", {"class": "arithmatex"}).text = AtomicString(tex)
