"""The web of notes: which note links to which, in which sentence. Data only, no HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markdown_it.token import Token

from notewright.links import figure_label, find_address, local_address, read_link
from notewright.syntax import (
    WIKILINK,
    parse,
    parse_inline,
    parse_references,
)
from notewright.vault import Note, Vault

AROUND = 140
"""Most characters of a sentence that are kept before a link, and after it."""

_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|etc|approx|fig|eq|dr|mr|mrs|no)|\b\w)\.$", re.I
)
_BLOCK_ID = re.compile(r"\s*(?:^|\s)\^[\w-]+\s*$")
_CALLOUT = re.compile(r"^\[![^\]\n]+\][+-]?[ \t]*")
_TASK = re.compile(r"^\[.\][ \t]+")
_MARK = re.compile(r"(?<!\w)==(?=[^\s=]|$)|(?:^|(?<=[^\s=]))==(?!\w)")
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"\w+")


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


@dataclass(frozen=True, slots=True)
class Mention:
    """A note named in the text of another one that does not link to it.

    Attributes:
        file: File of the note that names it, from the project's root.
        line: Line of the name.
        text: The name as it is written.
        target: Path of the note that is named.
    """

    file: str
    line: int
    text: str
    target: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: `{self.text}` is named without a link to {self.target}"


@dataclass(frozen=True)
class Web:
    """All links between the notes of a vault.

    Attributes:
        titles: Title of each note by its path.
        references: Every link from one note to another, in order of place.
    """

    titles: Mapping[str, str]
    references: Sequence[Reference]

    @classmethod
    def of(cls, vault: Vault, figures: Mapping[str, str] | None = None) -> Web:
        """Read the links of a vault.

        Args:
            vault: The vault.
            figures: By label, the path of the note whose cell makes that figure.
        """
        titles: dict[str, str] = {}
        references: list[Reference] = []
        for path, note in vault.notes.items():
            reader = _Reader(vault, note, figures or {})
            references += reader.references()
            titles[path] = str(note.properties.get("title") or reader.heading or note.name)
        return cls(titles, references)

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


@dataclass(frozen=True, slots=True)
class _Span:
    """A link in the text of a block."""

    start: int
    end: int
    line: int
    target: str


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
        tokens, references = parse_references(self._note.text)
        for number, token in enumerate(tokens):
            if token.type != "inline" or token.map is None:
                continue
            is_heading = not self.heading and tokens[number - 1].tag == "h1"
            mark = "]" if references else "[["
            if not is_heading and mark not in token.content and "](" not in token.content:
                continue  # without the parse of its text, which is the slow one
            children = parse_inline(token.content, references)
            if is_heading:
                self.heading, _ = self._block(children, 0)
            yield from self._in_block(children, token.map[0] + 1)
            for child in children:
                if child.type == "inline_note":
                    note = parse_inline(child.content, references)
                    yield from self._in_block(note, token.map[0] + 1)

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
                    shown = match["text"] or match["path"]
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
                text += link.alt or (link.path if is_block else link.label)
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


def _joined(text: str, more: str) -> str:
    """Put texts together; where a comment or a tag stood between them, with one space."""
    return text + (more.lstrip(" ") if text.endswith(" ") else more)


def _plain(token: Token) -> str:
    """The text of an inline token as a reader sees it."""
    if token.type == "formula":
        return token.content.strip("$")
    if token.type == "code_inline":
        return "…" if token.content.startswith("{python}") else token.content
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


def unlinked_mentions(vault: Vault, web: Web) -> Iterator[Mention]:
    """Yield where a note first names another one that it never links to.

    A name is a title, a file name or an alias of at least four letters, in any case. Code,
    formulas, headings and links are not looked at.
    """
    names = _names(vault, web)
    linked = {(each.source, each.target) for each in web.references}
    for path, note in vault.notes.items():
        told: set[str] = set()
        for line, text in _loose_text(note):
            for found, target in _names_in(text, names):
                if target != path and target not in told and (path, target) not in linked:
                    told.add(target)
                    yield Mention(note.file, line, found, target)


def mention_notices(vault: Vault, web: Web, listed: bool) -> Iterator[str]:
    """Yield every unlinked mention, or one line that says how many there are."""
    mentions = list(unlinked_mentions(vault, web))
    if listed:
        yield from map(str, mentions)
    elif mentions:
        count = f"{len(mentions)} note{'s are' if len(mentions) > 1 else ' is'}"
        yield f"{count} named without a link: `notewright check --mentions` lists them"


_Names = dict[str, list[tuple[tuple[str, ...], str]]]


def _names(vault: Vault, web: Web) -> _Names:
    """Names of notes as words, by their first word, the longest first."""
    found: dict[tuple[str, ...], str] = {}
    for path, title in web.titles.items():
        note = vault.notes[path]
        for name in (title, note.name, *note.aliases):
            words = tuple(_WORD.findall(name.casefold()))
            if sum(map(len, words)) >= 4 and words not in (("index",), ("readme",)):
                found.setdefault(words, path)
    names: _Names = {}
    for words, path in found.items():
        names.setdefault(words[0], []).append((words, path))
    for entries in names.values():
        entries.sort(key=lambda entry: (-len(entry[0]), entry))
    return names


def _names_in(text: str, names: _Names) -> Iterator[tuple[str, str]]:
    words = list(_WORD.finditer(text))
    folded = [match[0].casefold() for match in words]
    at = 0
    while at < len(words):
        for name, path in names.get(folded[at], ()):
            last = at + len(name) - 1
            if tuple(folded[at : last + 1]) == name:
                yield text[words[at].start() : words[last].end()], path
                at = last
                break
        at += 1


def _loose_text(note: Note) -> Iterator[tuple[int, str]]:
    """Runs of text outside code, formulas, headings and links, with their lines."""
    tokens = parse(note.text)
    for number, token in enumerate(tokens):
        if token.type != "inline" or token.map is None or tokens[number - 1].tag[:1] == "h":
            continue
        line, depth, text = token.map[0] + 1, 0, ""
        for child in token.children or []:
            if child.type == "text" and not depth:
                text += child.content
                continue
            depth += {"link_open": 1, "link_close": -1}.get(child.type, 0)
            if child.type in ("em_open", "em_close", "strong_open", "strong_close"):
                continue
            yield line, text
            text = ""
            line += child.type in ("softbreak", "hardbreak")
        yield line, text
