"""Messages of MkDocs about links: each has the line of its note, and none is told twice."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Collection, Set
from urllib.parse import unquote

from notewright.note.links import Link, local_address
from notewright.note.note import Note
from notewright.vault.links import dead_fragment, dead_links_of
from notewright.vault.vault import Vault

_LINK = re.compile(
    r"Doc file '(?P<page>[^']*)' contains (?:a|an unrecognized relative) link '(?P<url>[^']*)', "
    r"(?:but )?(?P<why>.*)",
    re.S,
)
_ANCHOR = re.compile(
    r"there is no such anchor on this page|the doc '.*' does not contain an anchor"
)


def hush(vault: Vault, others: Collection[str], edit: object) -> None:
    """Keep MkDocs from telling twice, or without a line, which links lead nowhere.

    Args:
        vault: The vault.
        others: Paths of further files that the site has.
        edit: The same object for all builds that follow one edit.
    """
    if edit is not _messages.edit:
        _messages.edit, _messages.told = edit, set()
    _messages.vault, _messages.others = vault, others


class _Messages(logging.Filter):
    """Takes up what MkDocs tells of links; see `hush`."""

    vault: Vault | None = None
    others: Collection[str] = ()
    edit: object = None

    def __init__(self) -> None:
        super().__init__()
        self.told: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a message of MkDocs is told; one about an anchor gets its line."""
        found = _LINK.match(record.getMessage())
        if found is None:
            return True
        page, url = found["page"], found["url"]
        note = self.vault.notes.get(page) if self.vault else None
        if self.vault is None or note is None:
            return True
        if note.reads_as_mkdocs:  # its Markdown links are MkDocs' own
            return not (_ANCHOR.match(found["why"]) and _is_told(self.vault, note, url))
        path = unquote(url.partition("#")[0])
        if any(link.path == path for link in dead_links_of(note, self.vault, self.others)):
            return False
        if not _ANCHOR.match(found["why"]):
            return True
        if found[0] in self.told:
            return False
        self.told.add(found[0])
        link = _link(note, url)
        if link is not None:
            place = f"{note.file}:{link.line}:{link.column}"
            record.msg, record.args = f"{place}: dead link `{url}`: {found['why']}", ()
        elif _is_told(self.vault, note, url):
            return False
        return True


def _link(note: Note, url: str) -> Link | None:
    """The link of a note with an address, as MkDocs was given it.

    It is a Markdown link, or a wikilink to a page that is no note: to a notebook.
    """
    path, fragment = local_address(url) or ("", "")
    found = [each for each in note.markdown_links if each.fragment == fragment]
    name, heading = path.rpartition("/")[2], _letters(fragment)
    found += [
        each
        for each in note.wikilinks
        if name
        and not name.endswith(".md")
        and each.path.rpartition("/")[2] == name
        and heading & _letters(each.fragment.rpartition("#")[2])
    ]
    return next((each for each in found if each.path == path), next(iter(found), None))


def _is_told(vault: Vault, note: Note, url: str) -> bool:
    """Whether the address is that of a wikilink whose dead heading or block is told with its line.

    It may stand in another note, of which the page shows a part.
    """
    wanted = _letters(unquote(url.partition("#")[2]))
    others = (each for each in vault.notes.values() if each is not note)
    return any(
        wanted & _letters(link.fragment.rpartition("#")[2]) and dead_fragment(vault, link, each)
        for each in (note, *others)
        for link in each.wikilinks
        if link.fragment
    )


def _letters(text: str) -> Set[str]:
    """What is left of a heading in an anchor, with accents and without; each may leave nothing."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return {re.sub(r"[\W_]+", "", each.casefold()) for each in (text, plain)} - {""}


_messages = _Messages()
logging.getLogger("mkdocs.structure.pages").addFilter(_messages)
