"""Wikilinks: found in a note, resolved in the vault, checked, and made links of the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
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
_LABEL = re.compile(r"^[ \t>]*#\|[ \t]*label:[ \t]*[\"']?([\w-]+)[\"']?[ \t]*(?:#.*)?$", re.M)


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
        for child in token.children or []:
            if child.type == "wikilink":
                yield _link(token.map[0] + 1 + child.meta["line"], child.meta)


def _link(line: int, parts: Mapping[str, Any]) -> Link:
    return Link(
        line,
        (parts["path"] or "").strip().rstrip("\\"),
        (parts["fragment"] or "").lstrip("#").strip().rstrip("\\"),
        (parts["text"] or "").strip(),
        bool(parts["embed"]),
    )


def check_links(vault: Vault, labels: Collection[str]) -> Iterator[Problem]:
    """Yield what is wrong with the wikilinks of a vault.

    Args:
        vault: The vault.
        labels: The labels that its cells make.
    """
    links = [(note, link) for note in vault.notes.values() for link in find_links(note)]
    users: dict[str, list[str]] = {}
    for note, link in links:
        users.setdefault(f"{link.path}#{link.fragment}", []).append(f"{note.file}:{link.line}")
    for note, link in links:
        for problem in _check(vault, note, link, labels):
            others = users[f"{link.path}#{link.fragment}"]
            others = [place for place in others if place != problem.where]
            detail = f"  also used at {', '.join(others)}" if others else ""
            yield replace(problem, detail=detail)


def _check(vault: Vault, note: Note, link: Link, labels: Collection[str]) -> Iterator[Problem]:
    if link.is_embed and figure_label(link) in labels:
        return
    target = vault.resolve(link.path, note)
    if target is None:
        message = f"`{link.path}` names no note and no file of the vault"
        names = [*vault.names(), *(f"{label}.svg" for label in labels if link.is_embed)]
        yield Problem(note.file, link.line, message, did_you_mean(link.path, names))
    elif link.fragment and target in vault.notes:
        yield from _check_fragment(vault.notes[target], link, note)
    elif link.is_embed and _is_image(target) and not _alt(link):
        message = f"the image `{link.path}` has no alt text"
        remedy = f"Say what is seen: `![[{link.path}|what is seen]]`"
        yield Problem(note.file, link.line, message, remedy)


def figure_label(link: Link) -> str:
    """The label whose figure an embed shows, if it names one: `![[fig-roc.svg]]`."""
    return link.path.removesuffix(".svg") if link.path.endswith(".svg") else ""


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


Embed = Callable[[Link, str | None], Element | None]
"""Makes the element of an embedded result; is given the link and the path of its target."""


class WikilinkProcessor(InlineProcessor):
    r"""Makes `[[…]]` a link and `![[…]]` an image or an embedded result.

    Register it at priority 185: below code spans (190) and inline mathematics (189.9),
    above backslash escapes (180), which would take the `\|` of a table's cell.
    """

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, md: Markdown, vault: Vault, note: Note, embed: Embed) -> None:
        super().__init__(r"(?<!\\)" + WIKILINK.pattern, md)
        self._vault = vault
        self._note = note
        self._embed = embed

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        """Make the element of one wikilink."""
        return self._element(_link(0, m.groupdict())), m.start(0), m.end(0)

    def _element(self, link: Link) -> Element:
        target = self._vault.resolve(link.path, self._note)
        embedded = self._embed(link, target) if link.is_embed else None
        if embedded is not None:
            return embedded
        if target is None:
            element = Element("span", {"class": "nw-broken", "title": "broken link"})
            element.text = link.text or link.path
            return element
        href = quote(relative(target, self._note.path))
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


def relative(target: str, source: str) -> str:
    """The path of one file of the vault as another one links to it."""
    return relpath(target, str(PurePosixPath(source).parent))
