"""Turns LaTeX between dollar signs into MathML while the site is built.

Browsers draw MathML themselves: no script and no font is asked of anyone. What is a
formula, and what is money, is decided by pymdownx.arithmatex.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert
from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

ARITHMATEX = {
    "generic": True,
    "tex_inline_wrap": ["", ""],
    "tex_block_wrap": ["", ""],
    "block_syntax": ["dollar"],
    "inline_syntax": ["dollar"],
}


class FormulaProcessor(Treeprocessor):
    """Replaces what arithmatex found by MathML. Runs after inline patterns (20)."""

    def __init__(self, md: Markdown, report: Callable[[str, str], None]) -> None:
        super().__init__(md)
        self._report = report

    def run(self, root: Element) -> None:
        """Convert every formula of the page."""
        for element in root.iter():
            if element.get("class") != "arithmatex" or not element.text:
                continue
            tex = element.text.strip()
            try:
                formula = convert(tex, display="inline" if element.tag == "span" else "block")
            except Exception as error:  # latex2mathml raises whatever it stumbles over
                self._report(tex, str(error) or type(error).__name__)
                continue
            element.set("class", "nw-formula")
            element.text = self.md.htmlStash.store(formula)


def enable(md: Markdown, report: Callable[[str, str], None]) -> None:
    """Add formulas to a Markdown instance.

    Args:
        md: The instance.
        report: Is told the LaTeX that cannot be converted, and why.
    """
    md.registerExtensions(["pymdownx.arithmatex"], {"pymdownx.arithmatex": ARITHMATEX})
    md.treeprocessors.register(FormulaProcessor(md, report), "notewright-formulas", 16)
