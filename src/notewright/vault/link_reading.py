"""Links of one note, each in its sentence, and what the vault said of their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from markdown_it.token import Token

from notewright.note.compact import Compact
from notewright.note.grammar import WIKILINK, parse_inline
from notewright.note.links import Link, figure_label, local_address, read_link
from notewright.note.note import Note
from notewright.note.visible import BLOCK_ID, BLOCK_SYNTAX, plain, without_extensions
from notewright.vault.links import find_address, label_of
from notewright.vault.sentences import Sentences, first_sentence
from notewright.vault.vault import Vault

_CALLOUT = re.compile(r"^\[![^\]\n]+\][+-]?[ \t]*")
_TASK = re.compile(r"^\[.\][ \t]+")
_FOOTNOTE = re.compile(r"^\[\^[^\]\s]+\]:[ \t]*")
_COMMAND = re.compile(r"[\\{}]")


@dataclass(frozen=True, slots=True)
class Reference(Compact):
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


@dataclass(frozen=True, slots=True)
class _Span:
    """A link in the text of a block."""

    start: int
    end: int
    line: int
    target: str


@dataclass(frozen=True, slots=True)
class Links(Compact):
    """What was read of the links of a note.

    Attributes:
        heading: Its first heading; empty if it has none.
        lead: Its first sentence.
        references: Its links.
        asked: What the vault said to each question about a name.
    """

    heading: str
    lead: str
    references: Sequence[Reference]
    asked: Mapping[tuple[str, ...], str | None]


def read_links(vault: Vault, note: Note, figures: Mapping[str, str]) -> Links:
    """Read the links of a note, unless the vault says the same of its names as it did before."""
    names = _Names(vault, note, figures)
    _, last = note.memory.get("links", ("", None))
    if isinstance(last, Links) and all(names.ask(*each) == was for each, was in last.asked.items()):
        return last
    reader = _Reader(names, note)
    found: list[Reference] = []
    lead = ""
    with note.reading():
        found += reader.references()
        lead = reader.lead()
    return Links(reader.heading, lead, found, names.asked)


class _Names:
    """What the names in a note's links stand for.

    Attributes:
        asked: What was answered to each question.
    """

    def __init__(self, vault: Vault, note: Note, figures: Mapping[str, str]) -> None:
        self._vault, self._note, self._figures = vault, note, figures
        self.asked: dict[tuple[str, ...], str | None] = {}

    def ask(self, what: str, name: str) -> str | None:
        """Ask what a name stands for.

        Args:
            what: For a `figure`, the note of the cell that makes it; for the words of a `wikilink`
                or the `address` of a Markdown link, the path of a file; for the path of a note,
                its `name` or its `title`.
            name: The name.
        """
        question = what, name
        if question not in self.asked:
            self.asked[question] = self._answer(what, name)
        return self.asked[question]

    def _answer(self, what: str, name: str) -> str | None:
        match what:
            case "figure":
                return self._figures.get(name)
            case "wikilink":
                return self._vault.resolve(name, self._note)
            case "address":
                found = find_address(self._vault, name, self._note)
                return found.path if found else None
        note = self._vault.notes.get(name)
        if note is None:
            return None
        return note.title if what == "title" else note.name


class _Reader:
    """Reads the links of one note."""

    def __init__(self, names: _Names, note: Note) -> None:
        self._names = names
        self._note = note
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
                if self._note.reads_as_mkdocs and BLOCK_SYNTAX.match(token.content):
                    continue
                children = self._note.parse.children(token)
                if any(_is_read(child) for child in children):
                    read = [_as_read(child) for child in children]
                    return first_sentence(self._block(read, 0)[0])
        return ""

    def _in_block(self, children: Sequence[Token], line: int) -> Iterator[Reference]:
        text, spans = self._block(children, line)
        sentences = Sentences(text)
        for span in spans:
            before, after = sentences.around(span.start, span.end)
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
                    shown = match["text"] or self._label(link, target)
                    yield Reference(self._note.path, target, 1, f"{name}: ", shown, "")

    def _block(self, children: Sequence[Token], line: int) -> tuple[str, list[_Span]]:
        """The visible text of a block, and its links to other notes."""
        text = _Text()
        spans: list[_Span] = []
        opened: tuple[int, str | None] = (0, None)
        for child in children:
            if child.type == "wikilink":
                start, target = text.length, self._wikilink(child.meta)
                link = read_link(child.meta)
                is_block = link.is_embed or link.fragment.startswith("^")
                label = self._label(link, self._names.ask("wikilink", link.path))
                text.add(link.alt or (link.path if is_block else label))
                if target is not None:
                    spans.append(_Span(start, text.length, line, target))
            elif child.type == "link_open":
                opened = (text.length, self._markdown_link(str(child.attrs.get("href", ""))))
            elif child.type == "link_close" and opened[1] is not None:
                spans.append(_Span(opened[0], text.length, line, opened[1]))
            elif child.type in ("softbreak", "hardbreak"):
                line += 1
                text.join(" ")
            elif child.type == "text" and self._note.reads_as_mkdocs:
                text.join(plain(replace(child, content=without_extensions(child.content))))
            else:
                text.join(plain(child))
        return _strip_marks(str(text), spans)

    def _label(self, link: Link, target: str | None) -> str:
        name = self._names.ask("name", target) if target else None
        if target is None or name is None:
            return link.label
        return label_of(link, name, self._names.ask("title", target) or "")

    def _wikilink(self, meta: Mapping[str, Any]) -> str | None:
        link = read_link(meta)
        maker = self._names.ask("figure", figure_label(link)) if link.is_embed else None
        return self._other_note(maker or self._names.ask("wikilink", link.path))

    def _markdown_link(self, href: str) -> str | None:
        """The note that `[text](other%20note.md)` leads to."""
        parts = local_address(href)
        found = self._names.ask("address", parts[0]) if parts and parts[0] else None
        return self._other_note(found)

    def _other_note(self, path: str | None) -> str | None:
        is_note = path and path != self._note.path and self._names.ask("name", path) is not None
        return path if is_note else None


def _is_read(token: Token) -> bool:
    """Whether an inline token is text of the note itself, and no picture or part of another."""
    if token.type == "wikilink":
        return not read_link(token.meta).is_embed
    return token.type != "image" and bool(plain(token).strip())


class _Text:
    """A text that grows part by part; put together once, at its end.

    Attributes:
        length: How many characters it has.
    """

    def __init__(self) -> None:
        self.length = 0
        self._parts: list[str] = []

    def __str__(self) -> str:
        return "".join(self._parts)

    def add(self, more: str) -> None:
        """Put a text behind it."""
        if more:
            self._parts.append(more)
            self.length += len(more)

    def join(self, more: str) -> None:
        """Put a text behind it; where a comment or a tag stood between them, with one space."""
        is_apart = bool(self._parts) and self._parts[-1].endswith(" ")
        self.add(more.lstrip(" ") if is_apart else more)


def _as_read(token: Token) -> Token:
    """A token where no formula can be drawn: one of more than a few signs is left out."""
    if token.type != "formula" or not _COMMAND.search(token.content):
        return token
    return Token("text", "", 0, content="…")


def _strip_marks(text: str, spans: list[_Span]) -> tuple[str, list[_Span]]:
    """Take off what no reader sees: what opens a callout, a task or a footnote; a block id."""
    match = BLOCK_ID.search(text) if "^" in text else None
    if match and all(span.end <= match.start() for span in spans):
        text = text[: match.start()]
    match = _CALLOUT.match(text) or _TASK.match(text) or _FOOTNOTE.match(text)
    cut = match.end() if match and all(span.start >= match.end() for span in spans) else 0
    moved = [_Span(each.start - cut, each.end - cut, each.line, each.target) for each in spans]
    return text[cut:], moved
