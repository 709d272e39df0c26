"""Backlinks: which note links to which, in which sentence. Data only, no HTML."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import pairwise
from typing import Any

from markdown_it.token import Token

from notewright.note.grammar import WIKILINK, parse_inline
from notewright.note.links import figure_label, local_address, read_link
from notewright.note.note import Note
from notewright.vault.links import find_address, shown_label
from notewright.vault.vault import Vault

AROUND = 140
"""Most characters of a sentence that are kept before a link, and after it."""
LONGEST = 300
"""Most characters of a first sentence: who shows one has room for no more."""

_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|etc|approx|fig|eq|dr|mr|mrs|no)|\b\w)\.$", re.I
)
_BLOCK_ID = re.compile(r"(?:^|(?<!\s)\s+)\^[\w-]+\s*$")
_CALLOUT = re.compile(r"^\[![^\]\n]+\][+-]?[ \t]*")
_TASK = re.compile(r"^\[.\][ \t]+")
_MARK = re.compile(r"(?<!\w)==(?=[^\s=]|$)|(?:^|(?<=[^\s=]))==(?!\w)")
_COMMAND = re.compile(r"[\\{}]")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Reference:
    """One link from a note to another, in its sentence.

    Attributes:
        source: Path of the note that links.
        target: Path of the note that it links to.
        line: Line of the link.
        before: The sentence up to the link.
        shown: What the link shows.
        after: The sentence behind it.
    """

    source: str
    target: str
    line: int
    before: str
    shown: str
    after: str


@dataclass(frozen=True)
class Web:
    """All links between the notes of a vault.

    Attributes:
        titles: Title of each note by its path.
        references: Every link from one note to another, in order of place.
        leads: The first sentence of each note by its path; empty if it begins with no text.
    """

    titles: Mapping[str, str]
    references: Sequence[Reference]
    leads: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, vault: Vault, figures: Mapping[str, str] | None = None) -> Web:
        """Read the links of a vault.

        Args:
            vault: The vault.
            figures: By label, the path of the note whose cell makes that figure.
        """
        titles: dict[str, str] = {}
        leads: dict[str, str] = {}
        references: list[Reference] = []
        known = [[path, note.title] for path, note in vault.notes.items()]
        labels = json.dumps([vault.names_digest, known, sorted((figures or {}).items())])
        given = hashlib.sha256(labels.encode()).hexdigest()
        for path, note in vault.notes.items():
            read = partial(_read, vault, note, figures or {})
            heading, leads[path], found = note.remembered("links", given, read)
            references += found
            title = str(note.properties.get("title") or heading or note.name)
            titles[path] = note.title if note.is_base else title
        return cls(titles, references, leads)

    def description(self, note: Note) -> str:
        """What a note is about, in a sentence: by its property, else its first one."""
        said = note.properties.get("description")
        return said.strip() if isinstance(said, str) and said.strip() else self.leads[note.path]

    def backlinks(self, path: str) -> Sequence[Reference]:
        """Links to a note, in order of the notes that make them."""
        return self._backlinks.get(path, ())

    def outgoing(self, path: str) -> Sequence[str]:
        """Paths of the notes that a note links to, in the order of its first links."""
        return list(dict.fromkeys(each.target for each in self._from.get(path, ())))

    def neighbours(self, path: str) -> Set[str]:
        """Paths of the notes that a note links to, or that link to it."""
        return self._neighbours.get(path, frozenset())

    @cached_property
    def _neighbours(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for first, second in self.edges:
            found.setdefault(first, set()).add(second)
            found.setdefault(second, set()).add(first)
        return found

    @cached_property
    def edges(self) -> Sequence[tuple[str, str]]:
        """Pairs of notes that are linked, each once, in order."""
        pairs = {tuple(sorted((each.source, each.target))) for each in self.references}
        return sorted((first, second) for first, second in pairs)

    @cached_property
    def top_folders(self) -> Mapping[str, int]:
        """The first folder of each note, "" for none, with how many pairs of linked notes have it.

        Asked by each page, and so counted once.
        """
        found = dict.fromkeys(map(_top_folder, self.titles), 0)
        for edge in self.edges:
            for folder in set(map(_top_folder, edge)):
                found[folder] += 1
        return found

    @cached_property
    def _backlinks(self) -> dict[str, list[Reference]]:
        found: dict[str, list[Reference]] = {}
        for each in self.references:
            found.setdefault(each.target, []).append(each)
        return found

    @cached_property
    def _from(self) -> dict[str, list[Reference]]:
        found: dict[str, list[Reference]] = {}
        for each in self.references:
            found.setdefault(each.source, []).append(each)
        return found


def _top_folder(path: str) -> str:
    return path.partition("/")[0] if "/" in path else ""


@dataclass(frozen=True, slots=True)
class _Span:
    """A link in the text of a block."""

    start: int
    end: int
    line: int
    target: str


def around(old: Web, new: Web) -> set[str]:
    """Paths of the notes around which some link changed, or a sentence with one.

    A note's graph shows the links between its neighbours, too.
    """
    found: set[str] = set()
    for path in old.titles.keys() | new.titles.keys():
        before, after = old._from.get(path, []), new._from.get(path, [])
        if before != after:
            found |= {path, *(each.target for each in (*before, *after))}
            found |= old.neighbours(path) | new.neighbours(path)
    return found


def _read(
    vault: Vault, note: Note, figures: Mapping[str, str]
) -> tuple[str, str, Sequence[Reference]]:
    """The first heading of a note, its first sentence, and its links."""
    reader = _Reader(vault, note, figures)
    found: list[Reference] = []
    lead = ""
    with note.reading():
        found += reader.references()
        lead = reader.lead()
    return reader.heading, lead, found


class _Reader:
    """Reads the links of one note."""

    def __init__(self, vault: Vault, note: Note, figures: Mapping[str, str]) -> None:
        self._vault = vault
        self._note = note
        self._figures = figures
        self.heading = ""

    def references(self) -> Iterator[Reference]:
        """Yield the note's links to other notes; sets its first heading."""
        yield from self._in_properties()
        parse = self._note.parse
        tokens, references = parse.blocks, parse.references
        for number, token in enumerate(tokens):
            if token.type != "inline" or token.map is None:
                continue
            is_heading = not self.heading and tokens[number - 1].tag == "h1"
            mark = "]" if references else "[["
            if not is_heading and mark not in token.content and "](" not in token.content:
                continue  # without the parse of its text, which is the slow one
            children = parse.children(token)
            if is_heading:
                self.heading, _ = self._block(children, 0)
            yield from self._in_block(children, token.map[0] + 1)
            for child in children:
                if child.type == "inline_note":
                    note = parse_inline(child.content, references)
                    yield from self._in_block(note, token.map[0] + 1)

    def lead(self) -> str:
        """The first sentence that stands in no list, quotation or table."""
        tokens = self._note.parse.blocks
        for before, token in pairwise(tokens):
            if before.type == "paragraph_open" and not before.level and token.type == "inline":
                children = self._note.parse.children(token)
                if any(_is_read(child) for child in children):
                    read = [_as_read(child) for child in children]
                    return _first_sentence(self._block(read, 0)[0])
        return ""

    def _in_block(self, children: Sequence[Token], line: int) -> Iterator[Reference]:
        text, spans = self._block(children, line)
        for span in spans:
            before, after = _sentence(text, span.start, span.end)
            shown = text[span.start : span.end]
            yield Reference(self._note.path, span.target, span.line, before, shown, after)

    def _in_properties(self) -> Iterator[Reference]:
        """Links in properties: values that are a wikilink and nothing else."""
        for name, value in self._note.properties.items():
            for each in value if isinstance(value, list) else [value]:
                match = WIKILINK.fullmatch(each.strip()) if isinstance(each, str) else None
                target = self._wikilink(match.groupdict()) if match else None
                if match is not None and target is not None:
                    link = read_link(match.groupdict())
                    shown = match["text"] or shown_label(self._vault, link, target)
                    yield Reference(self._note.path, target, 1, f"{name}: ", shown, "")

    def _block(self, children: Sequence[Token], line: int) -> tuple[str, list[_Span]]:
        """The visible text of a block, and its links to other notes."""
        text = ""
        spans: list[_Span] = []
        opened: tuple[int, str | None] = (0, None)
        for child in children:
            if child.type == "wikilink":
                start, target = len(text), self._wikilink(child.meta)
                link = read_link(child.meta)
                is_block = link.is_embed or link.fragment.startswith("^")
                label = shown_label(self._vault, link, self._vault.resolve(link.path, self._note))
                text += link.alt or (link.path if is_block else label)
                if target is not None:
                    spans.append(_Span(start, len(text), line, target))
            elif child.type == "link_open":
                opened = (len(text), self._markdown_link(str(child.attrs.get("href", ""))))
            elif child.type == "link_close" and opened[1] is not None:
                spans.append(_Span(opened[0], len(text), line, opened[1]))
            elif child.type in ("softbreak", "hardbreak"):
                line += 1
                text = _joined(text, " ")
            else:
                text = _joined(text, _plain(child))
        return _strip_marks(text, spans)

    def _wikilink(self, meta: Mapping[str, Any]) -> str | None:
        link = read_link(meta)
        maker = self._figures.get(figure_label(link)) if link.is_embed else None
        return self._other_note(maker or self._vault.resolve(link.path, self._note))

    def _markdown_link(self, href: str) -> str | None:
        """The note that `[text](other%20note.md)` leads to."""
        parts = local_address(href)
        found = find_address(self._vault, parts[0], self._note) if parts and parts[0] else None
        return self._other_note(found.path if found else None)

    def _other_note(self, path: str | None) -> str | None:
        return path if path in self._vault.notes and path != self._note.path else None


def _is_read(token: Token) -> bool:
    """Whether an inline token is text of the note itself, and no picture or part of another."""
    if token.type == "wikilink":
        return not read_link(token.meta).is_embed
    return token.type != "image" and bool(_plain(token).strip())


def _joined(text: str, more: str) -> str:
    """Put texts together; where a comment or a tag stood between them, with one space."""
    return text + (more.lstrip(" ") if text.endswith(" ") else more)


def _as_read(token: Token) -> Token:
    """A token where no formula can be drawn: one of more than a few signs is left out."""
    if token.type != "formula" or not _COMMAND.search(token.content):
        return token
    return Token("text", "", 0, content="…")


def _plain(token: Token) -> str:
    """The text of an inline token as a reader sees it."""
    if token.type == "formula":
        return token.content.strip("$")
    if token.type == "code_inline":
        return "…" if token.content.startswith(("{python}", "{python~}")) else token.content
    if token.type == "hashtag":
        return f"#{token.content}"
    if token.type in ("html_inline", "inline_note"):
        return ""
    return _SPACES.sub(" ", _MARK.sub("", token.content))


def _strip_marks(text: str, spans: list[_Span]) -> tuple[str, list[_Span]]:
    """Take off what no reader sees: what opens a callout or a task, and a block id."""
    match = _BLOCK_ID.search(text)
    if match and all(span.end <= match.start() for span in spans):
        text = text[: match.start()]
    match = _CALLOUT.match(text) or _TASK.match(text)
    cut = match.end() if match and all(span.start >= match.end() for span in spans) else 0
    moved = [_Span(each.start - cut, each.end - cut, each.line, each.target) for each in spans]
    return text[cut:], moved


def _sentence(text: str, start: int, end: int) -> tuple[str, str]:
    """The parts of a sentence before and after a link."""
    first, last = 0, len(text)
    for match in _END.finditer(text):
        if _goes_on(text, match):
            continue
        if match.end() <= start:
            first = match.end()
        elif match.start() >= end:
            last = match.end()
            break
    return _cut_left(text[first:start].lstrip()), _cut_right(text[end:last].rstrip())


def _first_sentence(text: str) -> str:
    """What stands before the first end of a sentence, or as much of it as is told."""
    text = text.strip()
    ends = (match.end() for match in _END.finditer(text) if not _goes_on(text, match))
    text = text[: next(ends, len(text))]
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST - 1].rpartition(" ")[0].rstrip(" ,;:–") + " …"


def _goes_on(text: str, match: re.Match[str]) -> bool:
    """Whether a full stop ends no sentence: an abbreviation, or a small letter follows."""
    if match[0] == "." and _ABBREVIATION.search(text, max(0, match.start() - 8), match.end()):
        return True
    following = text[match.end() :].lstrip()
    return following[:1].islower() and match[0][0] != "?"


def _cut_left(text: str) -> str:
    if len(text) <= AROUND:
        return text
    return "… " + text[-AROUND:].partition(" ")[2]


def _cut_right(text: str) -> str:
    if len(text) <= AROUND:
        return text
    return text[:AROUND].rpartition(" ")[0] + " …"
