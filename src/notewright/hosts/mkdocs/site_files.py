"""Files of the site beside its pages: redirects, and figures too large for a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.utils import get_relative_url

from notewright.errors import Problem
from notewright.files import replace_file
from notewright.render import plotly_html
from notewright.render.cell_html import ASSETS
from notewright.render.made_pages import redirect_files
from notewright.render.strict_pages import strict
from notewright.vault.redirects import is_redirect, taken
from notewright.vault.vault import Vault

FEED = "feed.xml"
STRICT = f"{ASSETS}/strict"
"""Folder of the scripts and styles that were taken out of pages."""


def write_texts(texts: Mapping[str, str], site_dir: Path) -> None:
    """Write files of text by their paths in the site."""
    for path, content in sorted(texts.items()):
        target = site_dir / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if path == plotly_html.ASSET:
            content = plotly_html.script()
        target.write_text(content, "utf-8")


def strictly(html: str, url: str, config: MkDocsConfig) -> str:
    """A page whose scripts and styles are files of the site; these are written at once.

    Args:
        html: The page.
        url: Its address from the root of the site; from that of the server if it begins with `/`.
        config: MkDocs' configuration.
    """

    def write(name: str, text: str) -> str:
        path = f"{STRICT}/{name}"
        target = Path(config.site_dir, path)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            replace_file(target, text.encode("utf-8", "replace"))
        return f"{url}{path}" if url.startswith("/") else get_relative_url(path, url)

    return strict(html, write)


def write_redirects(
    vault: Vault, urls: Mapping[str, str], config: MkDocsConfig
) -> Iterator[Problem]:
    """Write them where the site has nothing else; yield each for which there is no place."""
    for redirect, path, content in redirect_files(vault, urls, config.use_directory_urls):
        target = Path(config.site_dir, path)
        try:
            is_free = not target.exists() or is_redirect(target.read_text("utf-8"))
            if is_free:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(content, "utf-8")
        except (OSError, UnicodeDecodeError):  # such as a file in the place of a folder
            is_free = False
        if not is_free:
            yield taken(vault.notes[redirect.note], redirect)
