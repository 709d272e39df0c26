"""Old addresses that lead to notes: the properties `permalink` and `redirect_from`.

mkdocs-redirects would do a part of this, but takes its list from `mkdocs.yml` only and brings
a second site generator with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from posixpath import dirname, normpath, relpath
from urllib.parse import quote

from notewright.errors import Problem
from notewright.vault import Note, Vault

PROPERTIES = ("permalink", "redirect_from")


@dataclass(frozen=True, slots=True)
class Redirect:
    """An address that leads to a note.

    Attributes:
        address: Path in the site, without slashes around it: `old/path`.
        note: Path of the note.
    """

    address: str
    note: str

    def file(self, directory_urls: bool) -> str:
        """The file of the site that stands at the address."""
        if directory_urls and not self.address.endswith(".html"):
            return f"{self.address}/index.html"
        return f"{self.address.removesuffix('.html')}.html"


def find_redirects(vault: Vault) -> tuple[list[Redirect], list[Problem]]:
    """Read the redirects of a vault, and what is wrong with them."""
    found: dict[str, Redirect] = {}
    problems: list[Problem] = []
    pages = {_address(path): path for path in vault.notes}
    for path, note in vault.notes.items():
        for name in PROPERTIES:
            value = note.properties.get(name)
            for each in value if isinstance(value, list) else [value]:
                if each is None:
                    continue
                address = _address(str(each).strip())
                if pages.get(address) == path:
                    continue  # the note is there already
                problem = _problem(note, name, str(each), address, pages, found)
                if problem is not None:
                    problems.append(problem)
                else:
                    found.setdefault(address, Redirect(address, path))
    return [found[address] for address in sorted(found)], problems


def _address(path: str) -> str:
    """A path of the vault or of the site as an address, `models/index.md` as `models`."""
    path = path.strip("/").removesuffix(".md").removesuffix(".py")
    for index in ("index", "README"):
        if path == index or path.endswith(f"/{index}"):
            path = path.removesuffix(index).rstrip("/")
    return path


def _problem(
    note: Note,
    name: str,
    written: str,
    address: str,
    pages: Mapping[str, str],
    found: Mapping[str, Redirect],
) -> Problem | None:
    line = _line_of(note, name)
    if not address or normpath(address) != address or address.startswith("..") or "\\" in address:
        message = f"`{name}` is `{written}`, which is no path inside the site"
        return Problem(note.file, line, message, "Write one such as `old/path`")
    other = pages.get(address) or (found[address].note if address in found else note.path)
    if other != note.path:
        message = f"`{name}` is `{written}`, which leads to `{other}` already"
        return Problem(note.file, line, message, "Give each address to one note")
    return None


def _line_of(note: Note, name: str) -> int:
    lines = note.text.split("\n")[: note.body_line]
    return next((n for n, text in enumerate(lines, start=1) if text.startswith(f"{name}:")), 1)


def redirect_page(file: str, target: str) -> str:
    """The HTML of a redirect. Without a script too, it leads on; with one, it keeps `#here`.

    Args:
        file: Its path in the site.
        target: The address of the page in the site, as a URL.
    """
    address = relpath(target or ".", quote(dirname(file)) or ".")
    address += "/" if not target or target.endswith("/") else ""
    shown = escape(address, quote=True)
    return f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Moved</title>
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
