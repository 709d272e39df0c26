"""Offline: a site that opens from a disk, without a server, and the archive that brings it there.

Browsers let no page of a disk fetch a file or start a worker from one, so what a page would ask
for comes as a script, and a worker as a frame that nobody sees (`offline.js`). Material's own
plugin does the first for the search, and has each page ask a third party for the second.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from functools import partial
from html import escape, unescape
from pathlib import Path
from posixpath import dirname, normpath, relpath
from posixpath import join as join_paths
from urllib.parse import quote, unquote

from mkdocs.config.defaults import MkDocsConfig

from notewright.files import replace_file
from notewright.render.cell_html import ASSETS

SCRIPT = f"{ASSETS}/offline.js"
"""What stands for workers; before the theme's own script."""

INDEX = "search/search_index.json"

_DAY = (1980, 1, 1, 0, 0, 0)  # the first that an archive can tell
_HREF = re.compile(r'\bhref="(?P<path>(?![a-z]+:|/)[^"#?]*/)(?=["#?])')
_PLAIN = (".gz", ".png", ".jpg", ".webp", ".woff2", ".zip")
"""Files that nothing makes smaller."""


def join(config: MkDocsConfig) -> None:
    """Have pages be files with names, to which a link from a disk leads."""
    config.use_directory_urls = False
    if config.theme.name == "material":
        config.extra.setdefault("polyfills", []).append(SCRIPT)


def finish(config: MkDocsConfig, site: Path) -> None:
    """Complete a site that is built, and write its archive beside it.

    Args:
        config: MkDocs' configuration; it names the folder where the site was built.
        site: The folder that it will be in, by which the archive is named.
    """
    folder = Path(config.site_dir)
    index = folder / INDEX
    if index.is_file():
        text = index.read_text("utf-8")
        index.with_suffix(".js").write_text(f"var __index = {_of_script(text)}", "utf-8")
    for path in sorted(folder.glob(f"{ASSETS}/**/*.json")):
        script = f"window.nwFile = {_of_script(path.read_text('utf-8'))}"
        path.with_name(f"{path.name}.js").write_text(script, "utf-8")
    for path in sorted(folder.rglob("*.html")):
        html = path.read_text("utf-8")
        led = _HREF.sub(partial(_led, folder, path), html)
        if led != html:
            path.write_text(led, "utf-8")
    name = re.sub(r"[^\w-]+", "-", config.site_name or "").strip("-").lower() or "site"
    replace_file(site.with_name(f"{site.name}.zip"), archive(folder, name))


def _led(folder: Path, page: Path, link: re.Match[str]) -> str:
    """A link to a folder as one to the file of its page: what cells and themes write themselves."""
    path, place = unquote(unescape(link["path"])), page.relative_to(folder).as_posix()
    if (page.parent / path / "index.html").is_file():
        target = normpath(join_paths(dirname(place), path, "index.html"))
    else:  # as it leads from the page's address where that is one of a folder
        own = place.removesuffix("index.html").removesuffix(".html")
        target = f"{normpath(join_paths(own, path))}.html"
        if not (folder / target).is_file():
            target = f"{target.removesuffix('.html')}/index.html"
    if target.startswith("..") or not (folder / target).is_file():
        return link[0]
    return f'href="{escape(quote(relpath(target, dirname(place) or ".")))}'


def _of_script(text: str) -> str:
    """JSON as a script can hold it: on one line, in ASCII."""
    return json.dumps(json.loads(text), separators=(",", ":"))


def archive(folder: Path, name: str) -> bytes:
    """A folder as an archive, the same bytes each time.

    Args:
        folder: The folder.
        name: What it is called in the archive.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as writer:
        for path in _files(folder):
            entry = zipfile.ZipInfo(f"{name}/{path.relative_to(folder).as_posix()}", _DAY)
            entry.create_system = 3  # what the next line means is Unix', on all systems
            entry.external_attr = 0o100644 << 16
            is_plain = path.suffix in _PLAIN
            entry.compress_type = zipfile.ZIP_STORED if is_plain else zipfile.ZIP_DEFLATED
            writer.writestr(entry, path.read_bytes(), compresslevel=9)
    return file.getvalue()


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder, in order of their names as text."""
    found = (path for path in folder.rglob("*") if path.is_file())
    yield from sorted(found, key=lambda path: path.relative_to(folder).as_posix())
