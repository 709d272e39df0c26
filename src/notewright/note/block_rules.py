"""Rules for the blocks of notes that CommonMark does not have, or reads otherwise."""

from __future__ import annotations

import re

from markdown_it import rules_block
from markdown_it.rules_block import StateBlock

OPEN_FORMULA = "notewright_open_formula"
"""Where the environment of a parse notes the first line that more text could make a formula."""

CONTAINER = re.compile(r"(?:!{3}|\?{3}\+?|={3}[!+]*)[ \t]+\S")

_CALLOUT = re.compile(r"\[![^\]|\n]+(?:\|[^\]\n]*)?\]")
_UNDERLINE = re.compile(r"(?:-+|=+)[ \t]*")
_LAZY = -1
"""The indentation of a line of a quote that has no mark: it goes on with what stands above."""


def reference(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """A link's definition, as CommonMark has it; `[^1]: …` is a footnote's."""
    start = state.bMarks[first] + state.tShift[first]
    if not state.src.startswith("[", start) or state.src.startswith("[^", start):
        return False
    # The rule reads to the end of the paragraph, which may hold a thousand definitions: it sees
    # some lines first, and more where these leave open how the definition ends.
    whole, known, seen = state.lineMax, state.env.pop("references", {}), 8
    while True:
        state.lineMax = min(first + seen, whole)
        found = rules_block.reference(state, first, last, silent)
        added = state.env.pop("references", {})
        is_sure = state.lineMax == whole or (found and _ends_before(state, state.lineMax - 1))
        state.lineMax = whole
        if is_sure or silent:
            break
        state.line, seen = first, seen * 8
    for label, definition in added.items():
        known.setdefault(label, definition)  # the first counts
    if known:
        state.env["references"] = known
    return found


def _ends_before(state: StateBlock, line: int) -> bool:
    """Whether a definition ended before a line, and the one below it does not begin a title."""
    below = state.bMarks[state.line] + state.tShift[state.line]
    return state.line < line and state.src[below : below + 1] not in ('"', "'", "(")


def container(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """The first line of `!!! note` and its like: what is indented below it is no part of it."""
    start = state.bMarks[first] + state.tShift[first]
    indented = first + 1 < last and state.sCount[first + 1] - state.blkIndent >= 4
    is_container = CONTAINER.match(state.src, start, state.eMarks[first]) is not None
    if not is_container or not indented or state.isEmpty(first + 1) or state.is_code_block(first):
        return False
    return silent or _paragraph(state, first, first + 1)


def callout_title(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """The first line of a callout, where a line below it would make all above it a heading."""
    start = state.bMarks[first] + state.tShift[first]
    is_first = bool(state.tokens) and state.tokens[-1].type == "blockquote_open"
    if not is_first or not _CALLOUT.match(state.src, start, state.eMarks[first]):
        return False
    for line in range(first + 1, last):
        if state.isEmpty(line) or state.sCount[line] < state.blkIndent:
            return False
        if _UNDERLINE.fullmatch(state.getLines(line, line + 1, state.blkIndent, False).strip()):
            return silent or _paragraph(state, first, first + 1)
    return False


def _paragraph(state: StateBlock, first: int, end: int) -> bool:
    """Take lines for a paragraph, whatever they look like."""
    state.line = end
    state.push("paragraph_open", "p", 1).map = [first, end]
    text = state.push("inline", "", 0)
    text.content, text.children = state.getLines(first, end, state.blkIndent, False).strip(), []
    text.map = [first, end]
    state.push("paragraph_close", "p", -1)
    return True


def math_block(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """A formula on lines of its own, which elsewhere could be lists or headings."""
    opening = state.getLines(first, first + 1, state.blkIndent, False).strip()
    if not opening.startswith("$$") or "$$" in opening[2:] or state.is_code_block(first):
        return False
    indent = min(state.blkIndent, state.sCount[first])  # below an item, it ends it as a fence does
    for line in range(first + 1, last):
        if _LAZY < state.sCount[line] < indent and not state.isEmpty(line):
            return False  # the list item ends before the formula
        text = state.getLines(line, line + 1, state.blkIndent, False).rstrip()
        if text.endswith("$$") and "$$" not in text[:-2]:
            break
        if "$$" in text:  # it ends within a line: the lines are a paragraph
            return silent or _paragraph(state, first, line + 1)
    else:
        state.env.setdefault(OPEN_FORMULA, first)
        return False
    if not silent:
        content = state.getLines(first, line + 1, state.blkIndent, False)
        token = state.push("math_block", "math", 0)
        token.content = content.strip().removeprefix("$$").removesuffix("$$").strip()
        token.map = [first, line + 1]
        state.line = line + 1
    return True
