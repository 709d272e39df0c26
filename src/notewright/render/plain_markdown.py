"""Plain Markdown of a note: what stands elsewhere in the place of values, links and marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from urllib.parse import quote

from notewright.bases.yaml_nodes import BaseError
from notewright.note.cells import Cell
from notewright.note.indented_comments import indented_comments
from notewright.note.lines import line_offsets
from notewright.note.links import figure_label, read_link
from notewright.note.note import Note
from notewright.render.source_pages import Sources
from notewright.run.verdicts import CellResult, paired
from notewright.vault.base_checks import is_base
from notewright.vault.links import is_image
from notewright.vault.names import Names
from notewright.vault.occurrences import find_references
from notewright.vault.vault import Vault

Change = tuple[int, int, str]
"""Start and end of a part of the note's text, and what stands in its place."""

_CALLOUT = re.compile(r"^(?P<quote>[ \t]*(?:>[ \t]*)+)\[!(?P<kind>[\w-]+)\][+-]?[ \t]*", re.M)
_BLOCK_ID = re.compile(r"(?:^[ \t>]*|(?<![ \t])[ \t]+|(?<=\]\]))\^[A-Za-z][\w-]*[ \t]*$", re.M)


@dataclass(frozen=True)
class Source:
    """What a download is made of.

    Attributes:
        names: What names stand for in the vault.
        note: The note.
        results: What its cells showed, in order.
        title: Its title.
        addresses: The whole address of each page of the site, by its note's path; empty if
            nobody says where the site is published.
        sources: The project's own modules, if their source is published.
    """

    names: Names
    note: Note
    results: Sequence[CellResult]
    title: str
    addresses: Mapping[str, str] = field(default_factory=dict)
    sources: Sources | None = None

    @property
    def vault(self) -> Vault:
        """The vault."""
        return self.names.vault


def body_start(note: Note) -> int:
    """Where the text behind the properties begins."""
    return line_offsets(note.text)[note.body_line]


def changed(text: str, start: int, end: int, changes: Sequence[Change]) -> str:
    """A part of a text with the changes that lie in it.

    Of two that overlap, the first; but what the other takes away is taken away, all of it.
    """
    parts, reached = [], start
    for first, last, new in sorted(changes):
        if first >= reached and last <= end:
            parts += [text[reached:first], new]
            reached = last
        elif not new.strip() and first < end and last > reached:
            parts.append(text[reached : max(reached, first)])
            reached = min(last, end)
    return "".join([*parts, text[reached:end]])


def without_comments(note: Note) -> Iterator[Change]:
    """Yield the comments, of which only the line breaks stay."""
    for start, end in note.places.comments:
        yield start, end, "\n" * note.text.count("\n", start, end)
    yield from ((start, end, "") for start, end in indented_comments(note.parse))


def with_includes(note: Note, cells: Sequence[Cell]) -> Iterator[Change]:
    """Yield the included lines in the place of each `--8<--`."""
    lines, starts = note.text.split("\n"), line_offsets(note.text)
    for cell in cells:
        prefix = re.match(r"[\s>]*", lines[cell.last_line - 1])
        assert prefix is not None
        for number, group in groupby(cell.source, key=lambda line: line.origin.note_line):
            found = list(group)
            if found[0].origin.file != cell.file:
                start = starts[number - 1]
                text = "\n".join(f"{prefix[0]}{line.text}".rstrip() for line in found)
                yield start, start + len(lines[number - 1]), text


def with_blank_lines(note: Note, cells: Sequence[Cell]) -> Iterator[Change]:
    """Yield blank lines above the fences of a notebook, where its marks stood."""
    lines, starts = note.text.split("\n"), line_offsets(note.text)
    for cell in cells if note.is_notebook else ():
        if lines[cell.line - 2].strip():
            start = starts[cell.line - 1]
            yield start, start, "\n"


def with_values(source: Source) -> Iterator[Change]:
    """Yield results in the place of computed values; of checked ones, the text stays."""
    for value, result in paired(source.note.values, source.results):
        if value.is_checked:
            yield value.start, value.end, ""
        elif result is not None:
            yield value.start, value.end, result


def with_plain_links(source: Source) -> Iterator[Change]:
    """Yield plain links, or texts, in the place of wikilinks."""
    note = source.note
    if "[[" not in note.text:
        return
    places = note.places
    for inline in places.inlines():
        for token in inline.children:
            if token.type == "wikilink" and token.meta:
                yield *places.span(inline, *token.meta["span"]), _link(source, token.meta)


def with_copied_addresses(source: Source) -> Iterator[Change]:
    """Replace the addresses in Markdown links to notes by the addresses of their copies."""
    for each in find_references(source.note):
        target = None if each.is_wikilink else source.names.address(each.path, source.note)
        if address := _address(source, target):
            yield each.start, each.end, address


def _link(source: Source, parts: Mapping[str, Any]) -> str:
    link = read_link(parts)
    label = figure_label(link)
    maker = source.names.maker(label) if link.is_embed and label else None
    if maker is not None:
        return f"*{_linked(f'Figure: {link.alt or label}', _address(source, maker), label)}*"
    target = source.names.resolve(link.path, source.note)
    address = _address(source, target)
    if target is not None and link.is_embed and is_image(target):
        return f"![{link.alt}]({address})" if address else f"*{link.alt}*"
    shown = link.text or source.names.label(link, target)
    return _linked(shown, address, _anchor(source, target, link.fragment))


def _address(source: Source, path: str | None) -> str:
    """The whole address of a page; empty if it has none."""
    if path is not None:
        source.names.file(path)
    return source.addresses.get(path or "", "")


def _anchor(source: Source, target: str | None, fragment: str) -> str:
    """The id of a place in a page, as far as it is known without making the page."""
    if fragment.startswith("^"):
        return fragment.removeprefix("^")
    if not target or not fragment or not source.names.has_heading(target, fragment):
        return ""
    words = re.sub(r"[^\w\s-]", "", fragment.rpartition("#")[2]).strip().lower()
    return re.sub(r"[-\s]+", "-", words)


def _linked(text: str, address: str, anchor: str) -> str:
    shown = f"{address}#{quote(anchor)}" if anchor else address
    return f"[{text}]({shown})" if address else text


def without_tables(source: Source) -> Iterator[Change]:
    """Yield words in the place of tables and questions that the page alone collects.

    Bases are tables of Markdown.
    """
    text = source.note.text
    starts = line_offsets(text)
    shown = _linked("the page", source.addresses.get(source.note.path, ""), "")

    def linked(words: str, path: str) -> str:
        return _linked(words, source.addresses.get(path, ""), "")

    for token in source.note.parse.blocks:
        language = token.info.split()[:1] if token.type == "fence" and token.map else []
        if token.map and language in (["results"], ["questions"]):
            what = "A table" if language == ["results"] else "Questions"
            yield starts[token.map[0]], starts[token.map[1]] - 1, f"*{what}: see {shown}.*"
        elif token.map and is_base(token.info):
            from notewright.render.base_tables import tables

            with suppress(BaseError):  # which the page tells; its YAML stays
                _, results = source.names.base(token.content, source.note)
                yield starts[token.map[0]], starts[token.map[1]] - 1, tables(results, linked)


def without_marks(note: Note) -> Iterator[Change]:
    """Yield what only Obsidian reads: marks of callouts, and ids of blocks."""
    code: set[int] = set()
    for token in note.parse.blocks:
        if token.type in ("fence", "code_block", "math_block") and token.map:
            code.update(range(*token.map))
    start = 0
    for number, line in enumerate(note.text.split("\n")):
        if number not in code:
            callout = _CALLOUT.match(line)
            if callout is not None:
                marked = start + len(callout["quote"])
                if line[callout.end() :].strip():
                    yield marked, start + callout.end(), "**"
                    yield start + len(line.rstrip()), start + len(line), "**  "
                else:
                    yield marked, start + len(line), f"**{callout['kind'].capitalize()}**  "
            block_id = _BLOCK_ID.search(line)
            if block_id is not None:
                yield start + block_id.start(), start + len(line), ""
        start += len(line) + 1
