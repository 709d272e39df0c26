"""Shows Markdown that a cell made: text with tables and formulas, as a notebook does."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from notewright.note.grammar import formula_parser
from notewright.render.formula_html import FormulaError, mathml


def html(markdown: str) -> str:
    """The HTML of Markdown; HTML in it is shown as text."""
    return str(_parser().render(markdown))


def inline(markdown: str) -> str:
    """The HTML of a line of Markdown, such as a caption."""
    return str(_parser().renderInline(markdown))


def formulas(markdown: str) -> Sequence[tuple[str, str]]:
    """The formulas in Markdown: the LaTeX of each, and how it is displayed."""
    found: list[tuple[str, str]] = []
    waiting = list(_parser().parse(markdown))
    while waiting:
        token = waiting.pop(0)
        if token.type in ("formula", "math_block"):
            found.append(formula_of(token))
        waiting[:0] = token.children or []
    return found


def formula_of(token: Token) -> tuple[str, str]:
    """The LaTeX of a formula that the grammar of notes found, and how it is displayed."""
    tex = token.content
    if token.type == "math_block":
        return tex.strip(), "block"
    if tex.startswith("$$"):
        return tex[2:-2].strip(), "block"
    return tex[1:-1].strip(), "inline"


@cache
def _parser() -> MarkdownIt:
    parser = formula_parser().enable("strikethrough")
    parser.options["html"] = False
    for name in ("formula", "math_block"):
        parser.add_render_rule(name, _formula)
    return parser


def _formula(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any
) -> str:
    token = tokens[index]
    tag = "div" if token.type == "math_block" else "span"
    try:
        shown = mathml(*formula_of(token))
    except FormulaError:  # it is told; see `note_checks`
        shown = escape(token.content, quote=False)
    return f'<{tag} class="nw-formula">{shown}</{tag}>'
