"""Entries of a search index that is small: by what a page is found, without code and outputs.

A page of a search site is asked for by a few words. So an entry has its heading, the first words
of its text, which a reader sees, and of the rest each word once. What `set_aside` takes out of a
page is in no entry: code of cells and what they showed. Their captions are entries of their own.

What writers wrote is read by a parser. Only cells and blocks of code, which we write, are found by
how they begin: a parser would read all that stands in them, a tenth of a second for a page.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import lru_cache
from html import escape, unescape
from html.entities import codepoint2name
from html.parser import HTMLParser
from typing import Any
from unicodedata import normalize

from notewright.render.cell_html import NOTES, NOTES_END
from notewright.vault.backlinks import Web
from notewright.vault.vault import Vault

SHOWN = 120
"""Characters of a section that a result shows, and the index therefore holds as they are."""

_LISTED = """
a about above add adds after again against all alone along also among an and another any apart are
around as ask asks at away be because been before behind being below beside best better between
both but by can cannot come comes could did do does doing down during each either else every far
few find finds first five for found four fourth from further get gets give given gives go goes
gone had half has have having here how however if in into is it its itself just keep keeps kept
know known knows last lead leads least leave left less let like little look looks made make makes
many may me might mind more most much must my nearly need needs neither never new next no nobody
none nor not nothing now of off often on once one ones only or other others our out over own per
place put puts right same say says second see seen several shall she should shown shows since six
so some stand stands stay stays still such take taken takes tell tells ten than that the their
them then there these they third this those three through thus to together told too two under
until up upon us use used uses using very want wants was way we well were what whatever when where
whether which while who whole whom whose why will with within without would wrong yet you your
yourself
"""
NO_WORDS = frozenset(_LISTED.split())
"""Words that tell no two texts apart. `search-worker.js` leaves them out of what is asked for."""

_CELL = '<div class="nw-cell"'
_BLOCK = '<div class="highlight"'
_NOTES = re.compile(f"(?<={re.escape(NOTES)})(.*)(?={re.escape(NOTES_END)})", re.S)
_DIV = re.compile(r"<(/?)div\b")
_PLACE = re.compile(r"<!--nw-aside-(\d+)-->")
_ASIDE = re.compile(r"nw-aside-(\d+)")
_TAG = re.compile(r"</?[a-z]+>")
_UNREAD = ("script", "style")
_WORD = re.compile(r"[^\W\d_][^\W_]+(?:['’][^\W_]+)?|(?<![^\W_])[α-ωϑϕϖϰϱϵ]")
"""A word; a Greek letter alone is one, too, by its name."""
_ASCII_WORD = re.compile(r"[a-z][a-z0-9]+(?:'[a-z0-9]+)?")
"""The same in a text without capitals that holds nothing else: found in half the time."""

Entry = dict[str, Any]


def set_aside(html: str) -> tuple[str, list[str]]:
    """Take cells and blocks of code out of a page, and leave a comment in the place of each."""
    parts: list[str] = []
    taken: list[str] = []
    end = 0
    while (start := _next(html, end)) >= 0:
        depth = 0
        for tag in _DIV.finditer(html, start):
            depth += -1 if tag[1] else 1
            if not depth:
                break
        stop = html.find(">", tag.end()) + 1
        if depth or not stop:
            break
        parts.append(html[end:start])
        before, *notes = _NOTES.split(html[start:stop], maxsplit=1)  # notes on code are prose
        for kept, part in zip(["", *notes[:1]], [before, *notes[1:]], strict=True):
            parts += [kept, f"<!--nw-aside-{len(taken)}-->"]
            taken.append(part)
        end = stop
    return "".join([*parts, html[end:]]), taken


def put_back(html: str, taken: Sequence[str]) -> str:
    """Put back what was taken out of a page."""

    def part(match: re.Match[str]) -> str:
        number = int(match[1])
        return taken[number] if number < len(taken) else match[0]

    return _PLACE.sub(part, html)


def _next(html: str, start: int) -> int:
    found = [html.find(each, start) for each in (_CELL, _BLOCK)]
    return min((each for each in found if each >= 0), default=-1)


def aside(comment: str) -> int | None:
    """The number of what was taken out of a page, by the comment in its place; else None."""
    found = _ASIDE.fullmatch(comment)
    return int(found[1]) if found else None


def labels(taken: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the numbers of the parts that are cells with a label, and these labels."""
    for number, part in enumerate(taken):
        if part.startswith(_CELL):
            opening = _read(part[: part.find(">") + 1])
            if opening.label:
                yield number, opening.label


def figures(taken: Sequence[str], url: str) -> Iterator[Entry]:
    """Yield an entry for each figure of a labelled cell that has a caption.

    Args:
        taken: What was taken out of a page.
        url: The address of the page.
    """
    for number, label in labels(taken):
        part = taken[number]
        if part.endswith(NOTES):
            part += taken[number + 1]
        start, stop = part.find("<figure"), part.find("</figure>")
        if start < 0 or stop < start:
            continue
        figure = _read(part[start:stop])
        text = _line(figure.caption)
        if text:
            title, words = _cut(text)
            entry = {"location": f"{url}#{label}", "title": title, "text": "", "kind": "Figures"}
            yield entry | words | ({"image": figure.source} if figure.source else {})


def untagged(title: str) -> str:
    """A heading, still escaped, without the tags that titles keep: a result shows it as text."""
    return _TAG.sub("", title)


def are_same(one: str, other: str) -> bool:
    """Whether two titles, which are escaped, say the same words."""
    said, too = (re.findall(r"[^\W_]+", unescape(each).casefold()) for each in (one, other))
    return said == too


def plain(html: str) -> str:
    """The text of a part of a page, still escaped, on one line."""
    return _line(_read(html).text)


def _line(parts: Sequence[str]) -> str:
    return " ".join("".join(parts).split())


class _Part(HTMLParser):
    """What a part of a page says.

    Attributes:
        text: Its text, still escaped; a space for each tag.
        caption: What of it stands in a caption.
        source: The address of its first image.
        label: The id of its first element.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.text: list[str] = []
        self.caption: list[str] = []
        self.source = self.label = ""
        self._open: str | None = None  # the caption, or the element that nobody reads
        self._tags = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if not self._tags:
            self.label = given.get("id") or ""
        if tag == "img" and not self.source:
            self.source = given.get("src") or ""
        if tag == "figcaption" or tag in _UNREAD:
            self._open = tag
        self._tags += 1
        self._add(" ")

    def handle_endtag(self, tag: str) -> None:
        self._add(" ")
        if tag == self._open:
            self._open = None

    def handle_data(self, data: str) -> None:
        self._add(data)

    def handle_entityref(self, name: str) -> None:
        self._add(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._add(f"&#{name};")

    def _add(self, text: str) -> None:
        if self._open in _UNREAD:
            return
        self.text.append(text)
        if self._open:
            self.caption.append(text)


def _read(html: str) -> _Part:
    part = _Part()
    part.feed(html)
    part.close()
    return part


def shortened(entry: Entry) -> Entry:
    """An entry with the first words of its text, and of the others each one once.

    Args:
        entry: An entry; its text is escaped, on one line, without markup. The same as `apart` has
            the symbols of formulas apart.
    """
    text = str(entry["text"])
    shown, words = _cut(text, str(entry["title"]), str(entry.get("apart", text)))
    return {key: each for key, each in entry.items() if key != "apart"} | {"text": shown} | words


def _cut(text: str, known: str = "", apart: str | None = None) -> tuple[str, Entry]:
    """The first words of a text, and of the others each one once that is not known already."""
    shown = text[:SHOWN].rpartition(" ")[0] if len(text) > SHOWN else text
    told = _words(known)
    found = _words(text if apart is None else apart) | told
    rest = sorted(word for word in found - _words(shown) - told if not _is_plural(word, found))
    more = f"{shown} …" if len(shown) < len(text) else shown
    return more, {"words": " ".join(rest)} if rest else {}


def _is_plural(word: str, found: Set[str]) -> bool:
    """Whether a word is the plural of another that is found, which a query for it finds as well."""
    has_ending = word.endswith("s") and not word.endswith(("ies", "is", "ss", "us"))
    return has_ending and word[:-1] in found


def _words(text: str) -> set[str]:
    """The words by which a text can be found; of a plural, the script finds the singular."""
    said = (unescape(text) if "&" in text else text).casefold()
    words = _ASCII_WORD if said.isascii() else _WORD
    found = {_form(word) for word in set(words.findall(said))}
    found.discard("")
    return found


@lru_cache(maxsize=1 << 14)  # a vault says the same words over and over
def _form(word: str) -> str:
    """The word by which another is found; empty if nobody looks for it."""
    if len(word) == 1:  # Greek; `ϵ` and `ε` are one letter
        return codepoint2name[ord(normalize("NFKC", word))]
    return "" if word in NO_WORDS else escape(word.removesuffix("'s").removesuffix("’s"))


def joined(read: Sequence[Entry], url: str) -> Sequence[Entry]:
    """The entries of a page; its title and the text below that are one, whatever stands between."""
    if len(read) > 1 and not read[0]["text"] and read[0]["title"] == read[1]["title"]:
        return [{**read[1], "location": url}, *read[2:]]
    return read


def named(entry: Entry) -> Entry:
    """An entry that is found by its name alone, such as a symbol of a library."""
    named = {key: each for key, each in entry.items() if key not in ("tags", "apart")}
    return named | {"title": plain(str(entry["title"])), "text": "", "kind": "Code"}


POPULAR = 5
"""Notes that are offered before anything is typed: those to which most others link."""


def is_list(path: str) -> bool:
    """Whether a note is the index of a folder, which names the notes that say more."""
    return posixpath.basename(path).lower() in ("index.md", "readme.md")


def popular(vault: Vault, web: Web, addresses: Mapping[str, str]) -> Sequence[str]:
    """The addresses of the notes to which most others link, those first.

    Lists are none, nor notes that their property `search` puts behind others or leaves out.
    """
    links = {
        path: len({each.source for each in web.backlinks(path)})
        for path, note in vault.notes.items()
        if path in addresses and not is_list(path) and not note.properties.get("search")
    }
    most = sorted(links, key=lambda path: (-links[path], path))[:POPULAR]
    return [addresses[path] for path in most if links[path]]
