"""Wikilinks: found in a note, resolved in the vault, checked, and made links of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from posixpath import relpath
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor

from notewright.errors import Problem, did_you_mean
from notewright.syntax import WIKILINK, parse
from notewright.vault import Note, Vault

IMAGES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif"})

_SIZE = re.compile(r"(?P<width>\d+)(?:x(?P<height>\d+))?")
_BLOCK_ID = re.compile(r"(?:^|\s)\^([\w-]+)[ \t]*$", re.M)
_LABEL = re.compile(r"^[ \t>]*#\|[ \t]*label:[ \t]*([\w-]+)[ \t]*$", re.M)


@dataclass(frozen=True, slots=True)
class Link:
    """One wikilink or embed of a note.

    Attributes:
        line: The note's line.
        path: What it names; empty for the note itself.
        fragment: Heading, or `^id`; empty for the whole note.
        text: What it shows instead; for an image its alt text or its size.
        is_embed: Whether it shows the target here.
    """

    line: int
    path: str
    fragment: str
    text: str
    is_embed: bool


def find_links(note: Note) -> Iterator[Link]:
    """Yield the wikilinks of a note; those in code are none."""
    for token in parse(note.text):
        if token.type != "inline" or token.map is None:
            continue
        line = token.map[0] + 1
        for child in token.children or []:
            if child.type in ("softbreak", "hardbreak"):
                line += 1
            elif child.type == "wikilink":
                yield _link(line, child.meta)


def _link(line: int, parts: dict[str, str | None]) -> Link:
    return Link(
        line,
        (parts["path"] or "").strip().rstrip("\\"),
        (parts["fragment"] or "").lstrip("#").strip().rstrip("\\"),
        (parts["text"] or "").strip(),
        bool(parts["embed"]),
    )


def check_links(vault: Vault, note: Note) -> Iterator[Problem]:
    """Yield what is wrong with the wikilinks of a note."""
    for link in find_links(note):
        target = vault.resolve(link.path, note)
        if target is None:
            message = f"`{link.path}` names no note and no file of the vault"
            yield Problem(note.file, link.line, message, did_you_mean(link.path, vault.names()))
        elif link.fragment and target in vault.notes:
            yield from _check_fragment(vault.notes[target], link, note)
        elif link.is_embed and _is_image(target) and not _alt(link):
            message = f"the image `{link.path}` has no alt text"
            remedy = f"Say what is seen: `![[{link.path}|what is seen]]`"
            yield Problem(note.file, link.line, message, remedy)


def _check_fragment(target: Note, link: Link, note: Note) -> Iterator[Problem]:
    if link.fragment.startswith("^"):
        known = {*_BLOCK_ID.findall(target.text), *_LABEL.findall(target.text)}
        wanted = link.fragment[1:]
        what = "block or label"
    else:
        known = {_plain(heading) for heading in target.headings}
        wanted = _plain(link.fragment.rpartition("#")[2])
        what = "heading"
    if wanted not in known:
        message = f"`{target.name}` has no {what} `{link.fragment}`"
        remedy = did_you_mean(wanted, known) if known else f"It has no {what} at all"
        yield Problem(note.file, link.line, message, remedy)


def _plain(heading: str) -> str:
    """A heading as it is compared: Obsidian ignores case and punctuation in links."""
    return re.sub(r"[^\w]+", " ", heading).strip().lower()


def _is_image(path: str) -> bool:
    return PurePosixPath(path).suffix.lower() in IMAGES


def _alt(link: Link) -> str:
    return "" if _SIZE.fullmatch(link.text) else link.text


class WikilinkProcessor(InlineProcessor):
    r"""Makes `[[…]]` a link and `![[…]]` an image.

    Register it at priority 185: below code spans (190) and inline mathematics (189.9),
    above backslash escapes (180), which would take the `\|` of a table's cell.
    """

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, md: Markdown, vault: Vault, note: Note) -> None:
        super().__init__(r"(?<!\\)" + WIKILINK.pattern, md)
        self._vault = vault
        self._note = note

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        """Make the element of one wikilink."""
        return self._element(_link(0, m.groupdict())), m.start(0), m.end(0)

    def _element(self, link: Link) -> Element:
        target = self._vault.resolve(link.path, self._note)
        if target is None:
            element = Element("span", {"class": "nw-broken", "title": "broken link"})
            element.text = link.text or link.path
            return element
        href = quote(_relative(target, self._note.path))
        if link.is_embed and _is_image(target):
            return self._image(link, href)
        if link.fragment:
            href = ("" if target == self._note.path else href) + f"#{self._anchor(link.fragment)}"
        element = Element("a", {"href": href, "class": "nw-wikilink"})
        element.text = link.text or " > ".join(filter(None, [link.path, link.fragment]))
        return element

    def _image(self, link: Link, href: str) -> Element:
        element = Element("img", {"src": href, "alt": _alt(link)})
        size = _SIZE.fullmatch(link.text)
        if size is not None:
            element.attrib.update({key: value for key, value in size.groupdict().items() if value})
        return element

    def _anchor(self, fragment: str) -> str:
        if fragment.startswith("^"):
            return fragment[1:]
        heading = fragment.rpartition("#")[2]
        toc: Any = self.md.treeprocessors["toc"]
        return str(toc.slugify(heading, toc.sep))


def _relative(target: str, source: str) -> str:
    return relpath(target, str(PurePosixPath(source).parent))
