"""Occurrences: every place where a note names another file, with the characters that name it.

For commands that rewrite links: `rename`, and `check --fix`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

import yaml

from notewright.note.grammar import WIKILINK
from notewright.note.links import local_address, read_link
from notewright.note.note import Note
from notewright.note.positions import Inline, Places
from notewright.note.properties import PROPERTIES

_PATH = re.compile(r"!?\[\[(?P<path>[^\[\]|#\n]*)")
_DESTINATION = re.compile(
    r"\]\(\s*(?:<(?P<angle>[^<>\n]*)>|(?P<bare>(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*\))*))"
)
_DEFINITION = re.compile(
    r"^[ \t>]*\[(?!\^)[^\]\n]+\]:[ \t]*(?:<(?P<angle>[^<>\n]*)>|(?P<bare>\S+))", re.M
)
_LEAVES = frozenset({"inline", "fence", "code_block", "html_block", "math_block", "hr"})


@dataclass(frozen=True, slots=True)
class Reference:
    """One place where a note names a file.

    Attributes:
        path: The path, as `Vault.find` or `find_address` take it.
        text: What it shows, if it says so; only of wikilinks.
        fragment: Heading or `^id`, only of wikilinks.
        is_wikilink: Whether it is one; else it is an address.
        start: Offset of the path in the note's text.
        end: Offset behind it.
        write: Makes of a path what stands in its place.
        close: Offset of the brackets that close a wikilink.
        is_embed: Whether it shows the file.
        bar: What divides path and text of a wikilink here.
    """

    path: str
    text: str
    fragment: str
    is_wikilink: bool
    start: int
    end: int
    write: Callable[[str], str]
    close: int = 0
    is_embed: bool = False
    bar: str = "|"


def find_references(note: Note) -> Iterator[Reference]:
    """Yield the links and embeds of a note's text and properties that name a file."""
    if "[[" not in note.text and "](" not in note.text and "]:" not in note.text:
        return
    yield from _of_properties(note)
    places = note.places
    for inline in places.inlines():
        for token in inline.children:
            if token.type == "wikilink":
                start, end = places.span(inline, *token.meta["span"])
                bar = r"\|" if inline.is_cell else "|"
                yield from _wikilink(note.text[start:end], start, str, bar)
            elif token.type in ("link_open", "image") and "span" in token.meta:
                address = str(token.attrs.get("href") or token.attrs.get("src") or "")
                yield from _address(places, inline, token.meta["span"], address)
    yield from _definitions(places)


def _wikilink(
    written: str, start: int, write: Callable[[str], str], bar: str = "|"
) -> Iterator[Reference]:
    head, parts = _PATH.match(written), WIKILINK.match(written.replace("\\|", "|"))
    if head is None or parts is None:
        return
    link = read_link(parts.groupdict())
    shown = head["path"].rstrip("\\")
    at = start + head.start("path") + len(shown) - len(shown.lstrip())
    if link.path:
        end = at + len(shown.strip())
        close = start + len(written) - 2
        yield Reference(
            link.path, link.text, link.fragment, True, at, end, write, close, link.is_embed, bar
        )


def _address(
    places: Places, inline: Inline, span: tuple[int, int], address: str
) -> Iterator[Reference]:
    parts = local_address(address)
    if parts is None or not parts[0]:
        return
    start, end = places.span(inline, *span)
    written = places.text[start:end]
    for match in reversed(list(_DESTINATION.finditer(written))):
        reference = _destination(match, parts[0], start)
        if reference is not None:
            yield reference
            return


def _definitions(places: Places) -> Iterator[Reference]:
    """References of the form `[label]: address`, which are no block of the page."""
    if "]:" not in places.text:
        return
    taken: set[int] = set()
    for token in places.tokens:
        if token.type in _LEAVES and token.map is not None:
            taken.update(range(*token.map))
    for match in _DEFINITION.finditer(places.text):
        line = places.place(match.start()).line
        inside = any(start <= match.start() < end for start, end in places.comments)
        parts = local_address(unquote(match["angle"] or match["bare"] or ""))
        if line not in taken and not inside and parts is not None and parts[0]:
            reference = _destination(match, parts[0], 0)
            if reference is not None:
                yield reference


def _destination(match: re.Match[str], path: str, base: int) -> Reference | None:
    group = "angle" if match["angle"] is not None else "bare"
    written = match[group].partition("#")[0]
    if unquote(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", written)) != path:
        return None
    start = base + match.start(group)
    quoted = (lambda new: quote(new, safe="/")) if group == "bare" or "%" in written else _in_angles
    return Reference(path, "", "", False, start, start + len(written), quoted)


def _in_angles(path: str) -> str:
    return path.replace("%", "%25").replace("<", "%3C").replace(">", "%3E")


def _of_properties(note: Note) -> Iterator[Reference]:
    match = PROPERTIES.match(note.text)
    if match is None or "[[" not in match["yaml"] or not note.properties:
        return
    base = match.start("yaml")
    waiting = [yaml.compose(match["yaml"], Loader=yaml.SafeLoader)]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            start, end = base + node.start_mark.index, base + node.end_mark.index
            for found in WIKILINK.finditer(note.text, start, end):
                yield from _wikilink(found[0], found.start(), _WRITERS.get(node.style or "", str))
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            waiting += [value for _, value in node.value]


_WRITERS: dict[str, Callable[[str], str]] = {
    "'": lambda path: path.replace("'", "''"),
    '"': lambda path: path.replace("\\", "\\\\").replace('"', '\\"'),
}
