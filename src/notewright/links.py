"""Links of a note: found in its text, resolved in the vault, and checked."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from posixpath import commonprefix, dirname, join, normpath
from typing import Any
from urllib.parse import unquote, urlsplit

from notewright.errors import LISTED, Problem, did_you_mean
from notewright.nearest import Nearest
from notewright.outline import heading_index
from notewright.vault import Found, Note, Vault

IMAGES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".bmp"})

SIZE = re.compile(r"(?P<width>\d+)(?:x(?P<height>\d+))?")


@dataclass(frozen=True, slots=True)
class Link:
    """One link or embed of a note.

    Attributes:
        line: The note's line.
        path: What it names; empty for the note itself.
        fragment: Heading, or `^id`; empty for the whole note.
        text: What it shows instead; for an image its alt text or its size, or both.
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


def find_links(note: Note) -> Iterator[Link]:
    """Yield the wikilinks of a note; those in code are none."""
    if "[[" in note.text:  # else without the parse of its inline text, which is the slow one
        yield from _all_links(note)[0]


def find_markdown_links(note: Note) -> Iterator[Link]:
    """Yield the Markdown links and images of a note that lead into the vault."""
    if "](" in note.text or "]:" in note.text:
        yield from _all_links(note)[1]


def _all_links(note: Note) -> tuple[list[Link], list[Link]]:
    """Wikilinks and Markdown links of a note, found once: many parts of a build ask for them."""
    kept: Any = note.__dict__.get("_links")
    if kept is None:
        kept = note.__dict__["_links"] = ([], [])
        places = note.places
        cut = len("# ") if note.is_notebook else 0
        for inline in places.inlines():
            for token in inline.token.children or []:
                if token.type not in ("wikilink", "link_open", "image") or not token.meta:
                    continue
                place = places.place(places.span(inline, *token.meta["span"])[0])
                line, column = place.line + 1, place.col + 1 + cut
                address = str(token.attrs.get("href") or token.attrs.get("src") or "")
                parts = local_address(address) if address else None
                if token.type == "wikilink":
                    kept[0].append(read_link(token.meta, line, column))
                elif parts is not None:
                    kept[1].append(Link(line, *parts, "", token.type == "image", column))
    return kept[0], kept[1]


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


def find_address(vault: Vault, path: str, note: Note) -> Found | None:
    """Find the file of the vault that a Markdown link leads to.

    A path from the note's own folder comes first: that is what Markdown means elsewhere.
    Then the whole vault is searched, as Obsidian does, except for aliases.
    """
    whole = path.lstrip("/") if path.startswith("/") else join(dirname(note.path), path)
    whole = normpath(whole) if path else note.path
    if whole in vault.notes or whole in vault.attachments:
        return Found(whole)
    found = vault.find(path, note)
    return None if found is None or found.is_alias else found


def find_heading(note: Note, fragment: str) -> int | None:
    """Which heading of a note the fragment of a link names."""
    return heading_index(note.outline, fragment)


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
    nearest = Nearest(vault.names())
    for note, link in links:
        for problem in _check(vault, note, link, labels, nearest):
            places = users[f"{link.path}#{link.fragment}"]
            others = [place for place in places[: LISTED + 1] if place != problem.where][:LISTED]
            more = f" and {len(places) - LISTED} more" if len(places) > LISTED + 1 else ""
            detail = f"  also used at {', '.join(others)}{more}" if others else ""
            yield replace(problem, detail=detail)


def _check(
    vault: Vault, note: Note, link: Link, labels: Collection[str], nearest: Nearest
) -> Iterator[Problem]:
    if link.is_embed and figure_label(link) in labels:
        return
    target = vault.resolve(link.path, note)
    if target is None:
        message = f"`{link.path}` names no note and no file of the vault"
        remedy = nearest.remedy(link.path, (f"{each}.svg" for each in labels if link.is_embed))
        yield Problem(note.file, link.line, message, remedy, column=link.column)
    elif link.fragment and target in vault.notes:
        yield from _check_fragment(vault.notes[target], link, note)
    elif link.is_embed and is_image(target) and not link.alt:
        message = f"the image `{link.path}` has no alt text"
        remedy = f"Say what is seen: `![[{link.path}|what is seen]]`"
        yield Problem(note.file, link.line, message, remedy, column=link.column)


def check_markdown_links(vault: Vault) -> Iterator[Problem]:
    """Yield the Markdown links of a vault that lead nowhere; a site generator finds them too."""
    nearest = Nearest(vault.names())
    for note in vault.notes.values():
        for link in find_markdown_links(note):
            if link.path and find_address(vault, link.path, note) is None:
                message = f"`{link.path}` is no file of the vault"
                remedy = nearest.remedy(link.path)
                yield Problem(note.file, link.line, message, remedy, column=link.column)


def link_notices(vault: Vault) -> Iterator[Problem]:
    """Yield what a writer should know of links that work: aliases and names of several files."""
    for note in vault.notes.values():
        for link in find_links(note):
            found = vault.find(link.path, note)
            if found is None:
                continue
            name = vault.link_name(found.path)
            if found.is_alias:
                message = f"`{link.path}` is an alias of `{found.path}`; Obsidian finds no alias"
                remedy = f"Write `[[{PurePosixPath(name).name}|{link.text or link.path}]]`"
                yield Problem(note.file, link.line, message, remedy, column=link.column)
            elif found.others:
                others = ", ".join(f"`{path}`" for path in found.others)
                message = f"`{link.path}` means `{found.path}` here, and could mean {others}"
                path = name if "/" in name else f"/{name}"
                remedy = f"Write the path: `[[{path}]]`"
                yield Problem(note.file, link.line, message, remedy, column=link.column)
        yield from _notices_of_addresses(vault, note)


def _notices_of_addresses(vault: Vault, note: Note) -> Iterator[Problem]:
    """Markdown links that lead elsewhere in Obsidian, which starts at the vault's root."""
    for link in find_markdown_links(note):
        found = find_address(vault, link.path, note)
        obsidian = vault.find(link.path, note)
        if found and obsidian and found.path != obsidian.path:
            message = f"`{link.path}` leads to `{found.path}`, in Obsidian to `{obsidian.path}`"
            remedy = f"Begin it with `./`, or write `/{obsidian.path}`"
            yield Problem(note.file, link.line, message, remedy, column=link.column)


def figure_label(link: Link) -> str:
    """The label whose figure an embed shows, if it names one: `![[fig-roc.svg]]`."""
    return link.path.removesuffix(".svg") if link.path.endswith(".svg") else ""


def _check_fragment(target: Note, link: Link, note: Note) -> Iterator[Problem]:
    if link.fragment.startswith("^"):
        wanted, what = link.fragment[1:], "block or label"
        if target.block_id(wanted) is not None:
            return
        known = list(target.block_ids)
    else:
        wanted, what = link.fragment.rpartition("#")[2].strip(), "heading"
        if find_heading(target, link.fragment) is not None:
            return
        known = target.headings
    message = f"`{target.name}` has no {what} `{link.fragment}`"
    remedy = did_you_mean(wanted, known) if known else f"It has no {what} at all"
    yield Problem(note.file, link.line, message, remedy, column=link.column)


def is_image(path: str) -> bool:
    """Whether a file is an image, by its name."""
    return PurePosixPath(path).suffix.lower() in IMAGES


def relative(target: str, source: str) -> str:
    """The path of one file of the vault as another one links to it."""
    # Not `posixpath.relpath`, which asks for the working directory: a page has hundreds of links.
    there, here = target.split("/"), source.split("/")[:-1]
    shared = len(commonprefix([there[:-1], here]))
    return "/".join([*([".."] * (len(here) - shared)), *there[shared:]])
