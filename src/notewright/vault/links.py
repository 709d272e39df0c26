"""Links of a vault: resolved to the files that they name, and checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from posixpath import commonprefix, dirname, join, normpath
from urllib.parse import quote

from notewright.errors import Problem, did_you_mean
from notewright.note.anchors import heading_index
from notewright.note.links import NOWHERE, Link, figure_label
from notewright.note.note import Note
from notewright.vault.vault import Found, Vault

IMAGES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".bmp"})


_FORMULA = re.compile(r"\$+([^$]+)\$+")
"""A formula in a title, of which a link shows the words."""
_ASCII = re.compile(r"[\x00-\x7f]+")
_SAFE = "!$&'()*+,;=:@/?-._~"
"""ASCII that a fragment may hold as it is, and all that `slugify` leaves."""


def find_address(vault: Vault, path: str, note: Note) -> Found | None:
    """Find the file of the vault that a Markdown link leads to.

    A path from the note's own folder comes first: that is what Markdown means elsewhere.
    Then the whole vault is searched, as Obsidian does, except for aliases.
    """
    place = path, note.path
    if place not in vault.addresses:
        vault.addresses[place] = _find_address(vault, path, note)
    return vault.addresses[place]


def _find_address(vault: Vault, path: str, note: Note) -> Found | None:
    whole = path.lstrip("/") if path.startswith("/") else join(dirname(note.path), path)
    whole = normpath(whole) if path else note.path
    if whole in vault.notes or whole in vault.attachments:
        return Found(whole)
    found = vault.find(path, note)
    return None if found is None or found.is_alias else found


def shown_label(vault: Vault, link: Link, target: str | None) -> str:
    """What a wikilink shows that says nothing else: its note by its title, as readers know it."""
    note = vault.notes.get(target or "")
    return label_of(link, note.name, note.title) if note is not None else link.label


def label_of(link: Link, name: str, title: str) -> str:
    """What a wikilink shows that leads to a note and says nothing else.

    An alias is a name that the writer chose, and stays.

    Args:
        link: The link.
        name: The name of the note's file.
        title: Its title.
    """
    said = PurePosixPath(link.path.strip()).name.removesuffix(".md")
    if said.casefold() != name.casefold():
        return link.label
    return replace(link, path=_FORMULA.sub(r"\1", title)).label


def find_heading(note: Note, fragment: str) -> int | None:
    """Which heading of a note the fragment of a link names."""
    return heading_index(note.outline, fragment)


def check_links(
    vault: Vault, labels: Collection[str], among: Iterable[Note] | None = None
) -> Iterator[Problem]:
    """Yield what is wrong with the wikilinks of a vault.

    Args:
        vault: The vault.
        labels: The labels that its cells make.
        among: The notes whose links are looked at; None for all.
    """
    for note in _chosen(vault, among):
        for link in note.wikilinks:
            yield from _check(vault, note, link, labels)


def _chosen(vault: Vault, among: Iterable[Note] | None) -> Iterable[Note]:
    return vault.notes.values() if among is None else among


def _check(vault: Vault, note: Note, link: Link, labels: Collection[str]) -> Iterator[Problem]:
    if link.is_embed and figure_label(link) in labels:
        return
    target = vault.resolve(link.path, note)
    if target is None and note.reads_as_mkdocs:
        return  # it is shown as it is typed; see `link_notices`
    if target is None:
        aside = vault.set_aside(link.path)
        message = f"no note or file called `{link.path}`"
        more = (f"{each}.svg" for each in labels if link.is_embed)
        remedy = vault.nearest.remedy(link.path, more)
        if aside is not None:
            message = f"`{link.path}` links to `{aside}`, which `mkdocs.yml` or Obsidian excludes"
            remedy = "Remove the link, or the pattern that excludes the file"
        yield Problem(note.file, link.line, message, remedy, column=link.column)
    elif link.fragment and target in vault.notes:
        yield from _check_fragment(vault.notes[target], link, note)


def check_markdown_links(
    vault: Vault, others: Collection[str] = (), among: Iterable[Note] | None = None
) -> Iterator[Problem]:
    """Yield the Markdown links and images of a vault that lead nowhere.

    Args:
        vault: The vault.
        others: Paths of further files that the site has, such as pages that nobody writes.
        among: The notes whose links are looked at; None for all.
    """
    for note, link in dead_links(vault, others, among):
        message = f"no file called `{link.path}` in the vault"
        remedy = _meant(vault, note, link) or vault.nearest.remedy(link.path)
        scheme = link.path.partition(":")[0].lower()
        if scheme in NOWHERE:
            message = f"readers cannot open `{link.path[:80]}`"
            what = "the notebook's attachment as a file" if scheme == "attachment" else "the file"
            remedy = f"Save {what} in the vault, and link to it there"
        yield Problem(note.file, link.line, message, remedy, column=link.column)


def _meant(vault: Vault, note: Note, link: Link) -> str:
    """Suggest the address that a Markdown link could mean, as its note would write it."""
    path = PurePosixPath(link.path)
    name = vault.nearest.meant(path.stem if path.suffix == ".md" else link.path)
    found = vault.find(name, note) if name is not None else None
    return f"Did you mean `{relative(found.path, note.path)}`?" if found is not None else ""


def dead_links(
    vault: Vault, others: Collection[str] = (), among: Iterable[Note] | None = None
) -> Iterator[tuple[Note, Link]]:
    """Yield the Markdown links that name no file, each with its note."""
    for note in _chosen(vault, among):
        for link in dead_links_of(note, vault, others):
            yield note, link


def dead_links_of(note: Note, vault: Vault, others: Collection[str]) -> Iterator[Link]:
    """Yield the dead Markdown links of one note; MkDocs checks those of its own dialect."""
    for link in () if note.reads_as_mkdocs else note.markdown_links:
        if not link.path or link.path.endswith("/") or find_address(vault, link.path, note):
            continue  # its own note, an address of the site, or a file of the vault
        if normpath(join(dirname(note.path), link.path)) not in others:  # which the site adds
            yield link


def check_images(vault: Vault, among: Iterable[Note] | None = None) -> Iterator[Problem]:
    """Yield the images of a vault, or of some notes, that say nothing to who does not see them."""
    for note in _chosen(vault, among):
        for link in note.wikilinks:
            target = vault.resolve(link.path, note) if link.is_embed and not link.alt else None
            if target is not None and is_image(target):
                yield _unseen(note, link, f"![[{link.path}|description of the image]]")
        for link in note.unseen_images:
            yield _unseen(note, link, f"![description]({link.path})")


def _unseen(note: Note, link: Link, better: str) -> Problem:
    message = f"the image `{link.path}` has no alt text"
    remedy = f"Describe it: `{better}`"
    return Problem(note.file, link.line, message, remedy, column=link.column)


def leads_nowhere(
    vault: Vault, path: str, note: Note, place: Callable[[str], str] = lambda path: ""
) -> bool:
    """Whether a Markdown link names a file, but none of the vault or of the site.

    Args:
        vault: The vault.
        path: The path of its address. One that ends with `/` may be an address of the site, and
            what stands before a colon, or an entity for it, may be a scheme in disguise.
        note: The note that links.
        place: Where the site shows a file, by its path; empty if it has no such file.
    """
    is_file = PurePosixPath(path).suffix or not {":", "&"} & {*path.partition("/")[0]}
    if not path or path.endswith("/") or path.startswith("/") or not is_file:
        return False
    whole = normpath(join(dirname(note.path), path))
    return not place(whole) and find_address(vault, path, note) is None


def link_notices(vault: Vault, among: Iterable[Note] | None = None) -> Iterator[Problem]:
    """Yield what a writer should know of links that work: aliases and names of several files.

    Args:
        vault: The vault.
        among: The notes whose links are looked at; None for all.
    """
    for note in _chosen(vault, among):
        for link in note.wikilinks:
            found = vault.find(link.path, note)
            if found is None and note.reads_as_mkdocs:
                message = f"there is no note or file for `[[{link.path}]]`, so it is shown as typed"
                remedy = vault.nearest.remedy(link.path)
                yield Problem(note.file, link.line, message, remedy, column=link.column)
            if found is None:
                continue
            name = vault.link_name(found.path)
            if found.is_alias:
                message = (
                    f"`{link.path}` is an alias of `{found.path}`, and Obsidian does not "
                    "resolve aliases"
                )
                remedy = f"Write `{_without_alias(link, shortest_name(vault, found.path, note))}`"
                yield Problem(note.file, link.line, message, remedy, column=link.column)
            elif found.others:
                others = ", ".join(f"`{path}`" for path in found.others)
                message = (
                    f"ambiguous link: `{link.path}` means `{found.path}` here, but could "
                    f"also mean {others}"
                )
                path = name if "/" in name else f"/{name}"
                remedy = f"Write the path: `[[{path}]]`"
                yield Problem(note.file, link.line, message, remedy, column=link.column)
        yield from _notices_of_addresses(vault, note)


def shortest_name(vault: Vault, path: str, note: Note) -> str:
    """The shortest name by which a wikilink of a note means a file: a twin may be nearer to it."""
    whole = vault.link_name(path)
    for name in (whole.rpartition("/")[2], whole):
        found = vault.find(name, note)
        if found is not None and found.path == path and not found.is_alias:
            return name
    return f"/{whole}"


def _without_alias(link: Link, name: str) -> str:
    target = f"{name}#{link.fragment}" if link.fragment else name
    if link.is_embed:
        return f"![[{target}|{link.text}]]" if link.text else f"![[{target}]]"
    return f"[[{target}|{link.text or link.label}]]"


def _notices_of_addresses(vault: Vault, note: Note) -> Iterator[Problem]:
    """Markdown links that lead elsewhere in Obsidian, which starts at the vault's root."""
    for link in () if note.reads_as_mkdocs else note.markdown_links:
        if link.path.startswith(("./", "../")):
            continue  # there, too, such a link starts at the folder of its note
        found = find_address(vault, link.path, note)
        obsidian = vault.find(link.path, note)
        if found and obsidian and found.path != obsidian.path:
            message = f"`{link.path}` links to `{found.path}`, but to `{obsidian.path}` in Obsidian"
            remedy = f"Start the link with `./`, or write `/{obsidian.path}`"
            yield Problem(note.file, link.line, message, remedy, column=link.column)


def _check_fragment(target: Note, link: Link, note: Note) -> Iterator[Problem]:
    if target.is_drawing:  # `#^group=…` and the like are parts of the picture
        return
    if link.fragment.startswith("^"):
        wanted, what = link.fragment[1:], "block or label"
        if target.block_id(wanted) is not None:
            return
        known = list(target.block_ids)
    else:
        wanted = link.fragment.rpartition("#")[2].strip()
        what = "view" if target.is_base else "heading"
        if find_heading(target, link.fragment) is not None:
            return
        known = list(filter(None, target.headings))
    message = f"`{target.name}` has no {what} `{link.fragment}`"
    none = "that can be read" if target.is_base else "at all"  # of a broken one, none is known
    remedy = did_you_mean(wanted, known) if known else f"It has no {what} {none}"
    yield Problem(note.file, link.line, message, remedy, column=link.column)


def dead_fragment(vault: Vault, link: Link, note: Note) -> bool:
    """Whether a wikilink names a heading or a block that a note of the vault does not have."""
    target = vault.notes.get(vault.resolve(link.path, note) or "")
    return target is not None and any(_check_fragment(target, link, note))


def is_image(path: str) -> bool:
    """Whether a file is an image, by its name."""
    return PurePosixPath(path).suffix.lower() in IMAGES


def fragment_of(anchor: str) -> str:
    """How a link writes the id that it leads to.

    Letters stay as they are, which browsers understand: MkDocs looks for the id as it is written.
    """
    return _ASCII.sub(lambda found: quote(found[0], safe=_SAFE), anchor)


def relative(target: str, source: str) -> str:
    """The path of one file of the vault as another one links to it."""
    # Not `posixpath.relpath`, which asks for the working directory: a page has hundreds of links,
    # and an address may lead above the vault by more folders than there are above us.
    there, here = target.split("/"), source.split("/")[:-1]
    shared = len(commonprefix([there[:-1], here]))
    return "/".join([*([".."] * (len(here) - shared)), *there[shared:]])
