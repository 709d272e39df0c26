"""Old addresses that lead to notes: the properties `permalink` and `redirect_from`.

mkdocs-redirects would do a part of this, but takes its list from `mkdocs.yml` only and brings
a second site generator with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from posixpath import dirname, normpath, relpath
from urllib.parse import quote

from notewright.errors import Problem, shortened
from notewright.note.note import Note
from notewright.note.properties import line_of
from notewright.vault.vault import Vault

PROPERTIES = ("permalink", "redirect_from")

LONGEST = 240
"""Most bytes of a part of an address: file systems take 255, with the suffix."""

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Redirect:
    """An address that leads to a note.

    Attributes:
        address: Path in the site, without slashes around it: `old/path`.
        note: Path of the note.
        written: The property and its value, as the note has them.
    """

    address: str
    note: str
    written: tuple[str, str] = ("", "")

    def file(self, directory_urls: bool) -> str:
        """The file of the site that stands at the address."""
        if directory_urls and not self.address.endswith(".html"):
            return f"{self.address}/index.html"
        return f"{self.address.removesuffix('.html')}.html"


def find_redirects(vault: Vault) -> tuple[list[Redirect], list[Problem]]:
    """Read the redirects of a vault, and what is wrong with them."""
    found: dict[str, Redirect] = {}
    problems: list[Problem] = []
    pages = {address_of(path): path for path in vault.notes}
    for path, note in vault.notes.items():
        for name in PROPERTIES:
            value = note.properties.get(name)
            for each in value if isinstance(value, list) else [value]:
                if each is None:
                    continue
                address = address_of(str(each).strip())
                if pages.get(address) == path:
                    continue  # the note is there already
                problem = _problem(note, name, str(each), address, pages, found)
                if problem is not None:
                    problems.append(problem)
                else:
                    found.setdefault(address, Redirect(address, path, (name, str(each))))
    return [found[address] for address in sorted(found)], problems


def address_of(path: str) -> str:
    """A path of the vault or of the site as an address, `models/index.md` as `models`."""
    path = path.strip("/").removesuffix(".md").removesuffix(".py")
    for index in ("index.html", "index", "README"):
        if path == index or path.endswith(f"/{index}"):
            path = path.removesuffix(index).rstrip("/")
    return path


def taken(note: Note, redirect: Redirect) -> Problem:
    """The problem of a redirect at whose address the site has something else."""
    name, value = redirect.written
    message = f"`{name}` is `{shortened(value, 80)}`, but the site has another file at this address"
    return Problem(
        note.file, line_of(note.text, name, note.body_line), message, "Use another address"
    )


def _can_be(address: str) -> bool:
    """Whether an address is a path inside the site, whose parts can be names of files."""
    if not address or normpath(address) != address or address.startswith("..") or "\\" in address:
        return False
    parts = address.encode("utf-8", "surrogatepass").split(b"/")
    return _UNPRINTABLE.search(address) is None and max(map(len, parts)) <= LONGEST


def _problem(
    note: Note,
    name: str,
    written: str,
    address: str,
    pages: Mapping[str, str],
    found: Mapping[str, Redirect],
) -> Problem | None:
    line = line_of(note.text, name, note.body_line)
    written = shortened(written, 80)
    if not _can_be(address):
        shown = _UNPRINTABLE.sub("\ufffd", written)
        message = f"`{name}` is `{shown}`, which is not a path inside the site"
        return Problem(note.file, line, message, "Use a path such as `old/path`")
    other = pages.get(address) or (found[address].note if address in found else note.path)
    if other != note.path:
        message = f"`{name}` is `{written}`, which is already an address of `{other}`"
        return Problem(note.file, line, message, "Use each address for one note only")
    return None


_START = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Moved</title>
"""


def is_redirect(page: str) -> bool:
    """Whether a page is a redirect, as an earlier build may have left it."""
    return page.startswith(_START)


def redirect_page(file: str, target: str) -> str:
    """The HTML of a redirect. Without a script too, it leads on; with one, it keeps `#here`.

    Args:
        file: Its path in the site.
        target: The address of the page in the site, as a URL.
    """
    address = relpath(target or ".", quote(dirname(file)) or ".")
    address += "/" if not target or target.endswith("/") else ""
    shown = escape(address, quote=True)
    return f"""{_START}\
<link rel="canonical" href="{shown}">
<meta name="robots" content="noindex">
<script>location.replace(document.querySelector("link").href + location.hash)</script>
<meta http-equiv="refresh" content="0; url={shown}">
</head>
<body>
<p>This page has moved to <a href="{shown}">{shown}</a>.</p>
</body>
</html>
"""
