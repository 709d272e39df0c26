"""Citations of a note: works that its text names by their keys, `[@key]`, as Pandoc writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from notewright.note.grammar import CITATION, KEY, parse_inline
from notewright.note.positions import Places

_ITEM = re.compile(rf"(?P<before>[^@]*?)(?P<bare>-?)@{KEY}(?P<after>[^@]*)", re.S)

_LABELS = {
    "page": ("p.", "pp.", "page", "pages"),
    "chapter": ("ch.", "chap.", "chapter", "chapters"),
    "section": ("sec.", "section", "sections", "§", "§§"),
    "figure": ("fig.", "figs.", "figure", "figures"),
    "paragraph": ("para.", "paragraph", "paragraphs", "¶"),
    "line": ("l.", "ll.", "line", "lines"),
    "note": ("n.", "note", "notes"),
    "volume": ("vol.", "vols.", "volume", "volumes"),
}
"""How a place in a work is named, by what CSL calls its kind."""

_KINDS = {word: kind for kind, words in _LABELS.items() for word in words}
_LOCATOR = re.compile(
    rf"\s*,?\s*(?P<word>{'|'.join(sorted(map(re.escape, _KINDS), key=len, reverse=True))})?\s*"
    r"(?P<place>[A-Z]?\d[\w.:]*(?:\s?(?:--?|–|,|&)\s?[A-Z]?\d[\w.:]*)*)(?P<rest>.*)",
    re.S,
)


@dataclass(frozen=True, slots=True)
class Cited:
    """One work within a citation.

    Attributes:
        key: Its key in the bibliography.
        before: What stands before it: `see`.
        kind: What its place is: `page`, `chapter`, … as CSL names them.
        place: The place in the work: `5–8`; empty if none is named.
        after: What else stands behind it.
        omits_author: Whether the sentence names the author itself: `[-@key]`.
    """

    key: str
    before: str = ""
    kind: str = "page"
    place: str = ""
    after: str = ""
    omits_author: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation of a note.

    Attributes:
        text: What the note writes.
        works: The works that it names.
        is_narrative: Whether it is a part of the sentence: `@key shows that …`.
        line: The note's line.
        column: The line's column, counted from 1.
        offset: Where it begins in the note's text; of one in a footnote `^[…]`, where that does.
    """

    text: str
    works: Sequence[Cited]
    is_narrative: bool = False
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)
    offset: int = field(default=0, compare=False)


def read_citation(text: str) -> Citation | None:
    """Read a citation as a note writes it; None if it is none, such as `[a@b.org]`."""
    if not text.startswith("["):
        named = re.fullmatch(rf"@{KEY}", text)
        return Citation(text, [Cited(_plain(named["key"]))], True) if named else None
    works = []
    for part in text[1:-1].split(";"):
        match = _ITEM.fullmatch(part)
        if match is None or match["before"][-1:].strip():  # a letter before it: an address
            return None
        works.append(_work(match))
    return Citation(text, works)


def _work(match: re.Match[str]) -> Cited:
    key, before, bare = _plain(match["key"]), " ".join(match["before"].split()), bool(match["bare"])
    located = _LOCATOR.fullmatch(match["after"])
    if located is None:
        return Cited(key, before, after=_said(match["after"]), omits_author=bare)
    place = re.sub(r"\s?--?\s?", "–", located["place"])
    kind = _KINDS[located["word"] or "p."]
    return Cited(key, before, kind, place, _said(located["rest"]), bare)


def _plain(key: str) -> str:
    return key.removeprefix("{").removesuffix("}")


def _said(text: str) -> str:
    """What stands behind a work, without the sign that parts them."""
    return " ".join(text.split()).removeprefix(",").strip()


def find_citations(places: Places, cut: int) -> list[Citation]:
    """Find the citations of a note.

    Args:
        places: The places of its text.
        cut: Characters in front of each line that the file has and the text has not.
    """
    found = []
    references = places.parse.references
    for inline in places.inlines():
        if "@" not in inline.token.content or not CITATION.search(inline.token.content):
            continue
        for token in inline.children:
            # Of what stands in a footnote within the text, only the place of that is known.
            is_note = token.type == "inline_note"
            tokens = parse_inline(token.content, references) if is_note else [token]
            texts = [each.content for each in tokens if each.type == "citation"]
            for citation in filter(None, map(read_citation, texts)):
                offset = places.span(inline, *token.meta["span"])[0]
                place = places.place(offset)
                line, column = place.line + 1, place.col + 1 + cut
                found.append(replace(citation, line=line, column=column, offset=offset))
    return found
