"""Checks what stands alone in a note: output, values and fences that no cell goes with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from markdown_it.token import Token

from notewright.errors import Problem
from notewright.note.cells import LANGUAGES, OUTPUT, Cell, parse_info
from notewright.note.container_fences import is_in_container
from notewright.note.density import dense_paragraphs
from notewright.note.note import Note
from notewright.note.parse import Parse
from notewright.note.property_checks import check_properties
from notewright.note.queries import check_queries

_FENCE = re.compile(r"[ \t]*(?:`{3,}|~{3,})[ \t]*\{?[ \t]*\.?(?P<language>\w+)")
_COMMENT = re.compile(r"<!--(?![=~]).*?-->", re.S)
_WRAPPED = re.compile(r"(?<![\\\[])\[\[(?=[^\[\]]*[^\W\d_])[^\[\]\n]*\n[^\[\]\n]*\]\](?![(\]])")
"""A wikilink that goes on in the next line; more brackets, or no letter, mean an array."""
_PREDICTS = re.compile(r"\[![ \t]*predict[ \t]*(?:\|[^\]]*)?\]", re.I)
_MARKDOWN_IN_HTML = re.compile(r"[ \t]*<\w+[^>]*\smarkdown\b")


def check_note(note: Note) -> Sequence[Problem]:
    """What is wrong with a note beside its cells: found once, and kept with the note."""
    return note.remembered("checks", "", partial(_found, note))


def _found(note: Note) -> Sequence[Problem]:
    found: list[Problem] = []
    with note.reading():
        found += _check(note)
    return found


def _check(note: Note) -> Iterator[Problem]:
    if note.cells or not note.only_asked:  # otherwise outputs and values are examples
        yield from _lone_outputs(note)
        yield from _lone_values(note)
    yield from _twin_labels(note.file, note.cells)
    if note.reads_as_mkdocs:
        return  # the checks below are about vaults
    yield from check_properties(note)
    yield from _lone_predictions(note)
    yield from check_queries(note)
    yield from _unseen_fences(note.parse, note.file)
    yield from dense_paragraphs(note.parse, note.file)
    yield from _wrapped_links(note.parse, note.file)


def _lone_outputs(note: Note) -> Iterator[Problem]:
    """Output that stands as if it were checked; that of a shell or of C claims nothing of us."""
    taken = {cell.accepted.line for cell in note.cells if cell.accepted}
    above = ""  # the language of the fence that stands directly above
    for token in note.parse.blocks:
        language = parse_info(token.info).language if token.type == "fence" else ""
        is_foreign = above not in ("", OUTPUT, *LANGUAGES)
        above = language
        if language != OUTPUT or is_foreign:
            continue
        assert token.map is not None
        if token.map[0] + 1 not in taken:
            message = "this output does not belong to a cell"
            remedy = "Move it directly below the cell's fence"
            yield Problem(note.file, token.map[0] + 1, message, remedy)


def _lone_values(note: Note) -> Iterator[Problem]:
    known = {value.start for cell in note.cells for value in cell.values}
    for value in note.values:
        if value.start not in known:
            message = f"no cell above computes the value `{value.expression}`"
            yield Problem(note.file, value.line, message, "Move it below a cell that runs")
    for cell in note.cells:
        for value in cell.values:
            if value.follows and not cell.options.has_frames and cell.problem is None:
                message = f"the value `{value.expression}` needs a cell with frames above it"
                form = "`<!--=`" if value.is_checked else "`{python}`"
                remedy = f"Move it below a cell with `vary` or `steps`, or write {form}"
                yield Problem(note.file, value.line, message, remedy)
    for token in note.parse.blocks:
        if token.type == "html_block":
            assert token.map is not None
            # Behind the last end there is no comment, and none is looked for.
            end = token.content.rfind("-->") + len("-->")
            html = _COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), token.content[:end])
            html += token.content[end:]
            for match in re.finditer("<!--[=~!]", html):
                line = token.map[0] + 1 + html.count("\n", 0, match.start())
                message = "this value is inside HTML, where it is not checked"
                yield Problem(
                    note.file, line, message, "Start its line with text instead of an HTML tag"
                )


def _lone_predictions(note: Note) -> Iterator[Problem]:
    """Callouts that ask what a cell will show, where no cell stands right below."""
    if not _PREDICTS.search(note.text):
        return
    shown = {cell.line for cell in note.cells if cell.options.include}
    for line, below in _predictions(note.parse.blocks):
        place = below.map if below is not None and below.type == "fence" else None
        if place is None or place[0] + 1 not in shown:
            message = "`[!predict]` must be directly above the cell whose output it asks about"
            remedy = "Move it directly above the cell, or use `[!question]-`"
            yield Problem(note.file, line, message, remedy)


def _predictions(blocks: Sequence[Token]) -> Iterator[tuple[int, Token | None]]:
    """Yield the lines of callouts that predict, each with what stands below; None at the end."""
    opened: list[int] = []  # the lines of the quotes around, of others 0
    for index, token in enumerate(blocks):
        if token.type == "blockquote_open":
            has_words = blocks[index + 1].type == "paragraph_open"
            asks = has_words and _PREDICTS.match(blocks[index + 2].content)
            opened.append(token.map[0] + 1 if asks and token.map is not None else 0)
        elif token.type == "blockquote_close" and (line := opened.pop()):
            yield line, blocks[index + 1] if index + 1 < len(blocks) else None


def _twin_labels(file: str, cells: Sequence[Cell]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for cell in cells:
        if cell.label in seen:
            message = (
                f"the label `{cell.label}` is already used by the cell at line {seen[cell.label]}"
            )
            yield Problem(file, cell.line, message, "Give each cell its own label")
        elif cell.label:
            seen[cell.label] = cell.line
        if cell.options.label and cell.block_id not in ("", cell.options.label):
            message = f"the cell has two labels, `{cell.options.label}` and `{cell.block_id}`"
            yield Problem(file, cell.block_id_line, message, "Remove one of them")


def _unseen_fences(parse: Parse, file: str) -> Iterator[Problem]:
    """Fences that Python-Markdown would show, in containers that CommonMark does not know."""
    lines = parse.lines
    seen: set[int] = set()
    in_html: set[int] = set()
    for token in parse.blocks:
        if token.map is not None and token.type == "fence":
            seen.update(range(*token.map))
        elif token.map is not None and token.type == "html_block":
            if _MARKDOWN_IN_HTML.match(token.content):
                in_html.update(range(*token.map))
            else:
                seen.update(range(*token.map))
    for number, line in enumerate(lines):
        match = _FENCE.match(line)
        if not match or match["language"].lower() not in LANGUAGES or "notest" in line:
            continue
        if number not in seen and (number in in_html or is_in_container(number, lines)):
            message = "this cell would be shown, but never run or tested"
            remedy = "Use a callout (`> [!note]`), or add a blank line after the HTML tag"
            yield Problem(file, number + 1, message, remedy)


def _wrapped_links(parse: Parse, file: str) -> Iterator[Problem]:
    """Wikilinks that a line break has made into text, here as in Obsidian."""
    for token in parse.blocks:
        if token.type != "inline" or token.map is None or not _WRAPPED.search(token.content):
            continue
        plain = token.content
        for child in parse.children(token):
            if child.type != "link_open" and "span" in child.meta:  # code, a formula, a tag
                start, end = child.meta["span"]
                plain = plain[:start] + re.sub(r"[^\n]", "x", plain[start:end]) + plain[end:]
        for match in _WRAPPED.finditer(plain):
            line = token.map[0] + 1 + plain.count("\n", 0, match.start())
            shown = " ".join(token.content[match.start() : match.end()].split())
            message = f"`{shown}` is not a link, because it spans two lines"
            yield Problem(file, line, message, "Put it on one line")
