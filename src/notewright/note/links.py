"""Links of a note: wikilinks, embeds and Markdown links, as its text writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any
from urllib.parse import unquote, urlsplit

from markdown_it.token import Token

from notewright.note.compact import Compact
from notewright.note.positions import Places

NOWHERE = ("attachment", "file", "sandbox")
"""Schemes of addresses that no reader can open: attachments of a notebook, files of a machine."""

_PLAYERS = {"youtube.com", "youtu.be", "twitter.com", "x.com"}

SIZE = re.compile(r"(?P<width>\d+)(?:x(?P<height>\d+))?")


@dataclass(frozen=True, slots=True)
class Link(Compact):
    """One link or embed of a note.

    Attributes:
        line: The note's line.
        path: What it names; empty for the note itself.
        fragment: Heading, or `^id`; empty for the whole note.
        text: What it shows instead, or what stands between the brackets of a Markdown link; for an
            image its alt text or its size, or both.
        is_embed: Whether it shows the target here.
        column: The line's column, counted from 1; 0 if it is not known.
    """

    line: int
    path: str
    fragment: str
    text: str
    is_embed: bool
    column: int = field(default=0, compare=False)

    @property
    def label(self) -> str:
        """What it shows if it says nothing else: `Note > Heading`."""
        parts = [self.path, *self.fragment.split("#")]
        return " > ".join(part.strip() for part in parts if part.strip())

    @property
    def alt(self) -> str:
        """Its text without the size: what is seen in an image."""
        before, _, last = self.text.rpartition("|")
        return before.strip() if SIZE.fullmatch(last.strip()) else self.text

    @property
    def size(self) -> dict[str, str]:
        """Width, and perhaps height, that it gives to what it embeds."""
        match = SIZE.fullmatch(self.text.rpartition("|")[2].strip())
        return {key: value for key, value in match.groupdict().items() if value} if match else {}


def find_links(places: Places, cut: int) -> tuple[Sequence[Link], Sequence[Link]]:
    """Find the wikilinks of a note, and its Markdown links that lead into the vault.

    Args:
        places: The places of its text.
        cut: Characters in front of each line that the file has and the text has not.
    """
    wikilinks: list[Link] = []
    others: list[Link] = []
    for inline in places.inlines():
        if "[" not in inline.token.content:
            continue
        for number, token in enumerate(inline.children):
            if token.type not in ("wikilink", "link_open", "image") or not token.meta:
                continue
            place = places.place(places.span(inline, *token.meta["span"])[0])
            line, column = place.line + 1, place.col + 1 + cut
            address = str(token.attrs.get("href") or token.attrs.get("src") or "")
            parts = local_address(address) if address else None
            if token.type == "wikilink":
                wikilinks.append(read_link(token.meta, line, column))
                continue
            if parts is None and address.partition(":")[0].lower() in NOWHERE:
                parts = address, ""
            if parts is not None:
                is_image = token.type == "image"
                text = token.content if is_image else _text_behind(inline.children[number + 1 :])
                others.append(Link(line, *parts, text, is_image, column))
    return wikilinks, others


def _text_behind(tokens: Iterable[Token]) -> str:
    """The text of a link, of which the tokens are given that stand behind its beginning."""
    inner = takewhile(lambda token: token.type != "link_close", tokens)
    return "".join(token.content for token in inner).strip()


def find_unseen_images(places: Places, cut: int) -> list[Link]:
    """Find the Markdown images of a note, also of elsewhere, that have no alt text.

    Args:
        places: The places of its text.
        cut: Characters in front of each line that the file has and the text has not.
    """
    found = []
    for inline in places.inlines():
        if "![" not in inline.token.content:
            continue
        for token in inline.children:
            if token.type != "image" or not token.meta:
                continue
            if is_player(str(token.attrs.get("src") or "")):
                continue  # it is shown as a link
            alt = token.content.rpartition("|")
            if token.content.strip() and not (
                not alt[0].strip() and SIZE.fullmatch(alt[2].strip())
            ):
                continue
            place = places.place(places.span(inline, *token.meta["span"])[0])
            path = unquote(str(token.attrs.get("src") or ""))
            found.append(Link(place.line + 1, path, "", "", True, place.col + 1 + cut))
    return found


def is_player(address: str) -> bool:
    """Whether Obsidian shows a player or a post where a note embeds an address."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return False
    return host.removeprefix("www.").removeprefix("m.") in _PLAYERS


def read_link(parts: Mapping[str, Any], line: int = 0, column: int = 0) -> Link:
    """Make a link of the groups of `WIKILINK`."""
    return Link(
        line,
        (parts["path"] or "").strip().rstrip("\\"),
        (parts["fragment"] or "").lstrip("#").strip().rstrip("\\"),
        (parts["text"] or "").replace("\\|", "|").strip(),
        bool(parts["embed"]),
        column,
    )


def local_address(address: str) -> tuple[str, str] | None:
    """Path and fragment, in plain letters, of an address in the vault; None of one outside."""
    try:
        parts = urlsplit(address)
    except ValueError:  # such as a host of unpaired brackets
        return None
    if parts.scheme or parts.netloc or parts.query or "\x02" in address:
        return None
    return unquote(parts.path), unquote(parts.fragment)


def figure_label(link: Link) -> str:
    """The label whose figure an embed shows, if it names one: `![[fig-roc.svg]]`."""
    return link.path.removesuffix(".svg") if link.path.endswith(".svg") else ""
