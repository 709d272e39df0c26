"""What properties say of a published page: `publish: false`, `draft: true` and `cssclasses`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import escape

from notewright.errors import Problem
from notewright.note.comments import Visible
from notewright.note.note import Note
from notewright.note.properties import hide_properties, line_of
from notewright.vault.links import find_address
from notewright.vault.vault import Vault

_NOT_A_NAME = re.compile(r"[^\w-]+")
_NO, _YES = ("false", "no", "off"), ("true", "yes", "on")


def is_published(note: Note) -> bool:
    """Whether a note gets a page: unless it says `publish: false`, as text or not."""
    value = note.properties.get("publish")
    return value is None or (value is not False and str(value).strip().lower() not in _NO)


def is_draft(note: Note) -> bool:
    """Whether a note says that it is a draft, as in most other tools: `draft: true`."""
    value = note.properties.get("draft")
    return value is not None and (value is True or str(value).strip().lower() in _YES)


def published(vault: Vault) -> Vault:
    """The vault that readers see: nothing can show or list what is not in it.

    Files that only hidden notes show are hidden with them.
    """
    notes = {path: note for path, note in vault.notes.items() if not is_hidden(vault, note)}
    attachments = {path for path in vault.attachments if not vault.exclusions.draft(path)}
    if len(notes) == len(vault.notes) and len(attachments) == len(vault.attachments):
        return vault
    hidden = [note for path, note in vault.notes.items() if path not in notes]
    private = files_of(vault, hidden) - files_of(vault, notes.values())
    notes = {path: note for path, note in notes.items() if not (note.is_base and path in private)}
    attachments -= private
    known = vars(vault).get("_published")
    if known is None or (known.notes, known.attachments) != (notes, attachments):
        known = replace(vault, notes=notes, attachments=frozenset(attachments))
        vars(vault)["_published"] = known
    shown: Vault = known
    return shown


def is_hidden(vault: Vault, note: Note) -> bool:
    """Whether a note has no page: it says so, or is a draft."""
    aside = vault.exclusions
    is_left_out = aside.draft(note.path) or (is_draft(note) and not aside.shows_draft(note.path))
    return is_left_out or not is_published(note)


def files_of(vault: Vault, notes: Iterable[Note]) -> set[str]:
    """The paths of the files that some notes link to or show."""
    found: set[str] = set()
    for note in notes:
        found |= {vault.resolve(link.path, note) or "" for link in note.wikilinks}
        addresses = (find_address(vault, link.path, note) for link in note.markdown_links)
        found |= {address.path for address in addresses if address is not None}
    return found


def check_publish(vault: Vault) -> Iterator[Problem]:
    """Yield properties that look like `publish: false`, and what they do: a note may be private."""
    for note in vault.notes.values():
        for name, value in note.properties.items():
            alike = str(name).strip().lower()
            is_no = value is False or value == 0 or str(value).strip().lower() in _NO
            if alike in ("publish", "published") and name != "publish" and is_no:
                message = f"`{name}: {value}` has no effect, so the note is published"
                yield Problem(
                    note.file,
                    line_of(note.text, str(name), note.body_line),
                    message,
                    "Write `publish: false`",
                )
            elif name == "publish" and not isinstance(value, bool):
                done = "not published" if is_hidden(vault, note) else "published"
                message = (
                    f"`publish: {value}` is neither `true` nor `false`, and the note is {done}"
                )
                remedy = "Write `publish: true` or `publish: false`"
                yield Problem(note.file, line_of(note.text, name, note.body_line), message, remedy)


def check_comments(vault: Vault) -> Iterator[Problem]:
    """Yield the first comment that would be published because `.obsidian` is missing.

    The folder is often not committed. CI must not publish what was hidden at home.
    """
    settings = vault.settings
    if settings.names_dialect or not settings.reads_as_mkdocs:
        return
    for note in vault.notes.values():
        comments = Visible(hide_properties(note.text)).comments if "%%" in note.text else ()
        for start, _ in comments:
            line = note.text.count("\n", 0, start) + 1
            message = "the text between `%%` is shown, because there is no `.obsidian` folder here"
            remedy = "Set `dialect` under `notewright:`: `obsidian` hides it, `mkdocs` shows it"
            yield Problem(note.file, line, message, remedy)
            return


def check_published(vault: Vault) -> Iterator[Problem]:
    """Yield the links of published notes that lead to notes without a page."""
    shown = published(vault).notes
    if len(shown) == len(vault.notes):
        return
    for note in shown.values():
        for link in (*note.wikilinks, *note.markdown_links):
            target = vault.notes.get(vault.resolve(link.path, note) or "")
            if target is not None and is_hidden(vault, target):
                why = "is a draft" if is_published(target) else "has `publish: false`"
                message = f"`{link.path}` links to a note that {why}"
                remedy = f"Publish `{target.file}`, or remove the link"
                yield Problem(note.file, link.line, message, remedy)


def css_classes(note: Note) -> list[str]:
    """The classes that the note wants for its page, without what is no name of a class."""
    found: list[str] = []
    for name in ("cssclasses", "cssclass"):
        value = note.properties.get(name)
        for each in value if isinstance(value, list) else re.split(r"[,\s]+", str(value or "")):
            found += str(each if each is not None else "").split()
    return [name for name in (_NOT_A_NAME.sub("-", each).strip("-") for each in found) if name]


def with_classes(html: str, note: Note) -> str:
    """The page's HTML in an element that has the note's classes, whatever the theme."""
    names = css_classes(note)
    return f'<div class="nw-note {escape(" ".join(names))}">\n{html}\n</div>' if names else html
