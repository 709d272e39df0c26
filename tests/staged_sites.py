"""What programs make of a stage: whether its articles are in their pages, and links lead on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

_EXCLUDED = re.compile(r' data-search-exclude(?:="")?')
"""An attribute that Zensical takes away once it has obeyed it."""

_TAGS = re.compile(r'<nav class="md-tags".*?</nav>', re.S)
_ADDRESS = re.compile(r'\b(href|src)="([^"]*)"')


def articles(stage: Path) -> dict[str, str]:
    """The HTML of the articles of a stage, by the paths of their stubs."""
    found = {}
    for stub in sorted((stage / "docs").rglob("*.md")):
        digest = re.findall(r"^<!-- notewright: (\w+) -->$", stub.read_text("utf-8"), re.M)[-1]
        stored = (stage / "articles" / f"{digest}.html").read_bytes().decode()
        found[stub.relative_to(stage / "docs").as_posix()] = stored.partition("\n")[2]
    return found


def page_of(path: str) -> str:
    """Where a site has the page of a stub."""
    folder, _, name = path.removesuffix(".md").rpartition("/")
    inner = "" if name in ("index", "README") else name
    return "/".join(filter(None, [folder, inner, "index.html"]))


def differing(stage: Path, site: Path) -> list[str]:
    """Paths of the articles that a site does not have as they stand on the stage."""
    found = []
    for path, html in articles(stage).items():
        if _EXCLUDED.sub("", html) not in _EXCLUDED.sub("", _page(site, path)):
            found.append(path)
    return found


def differing_from_ours(stage: Path, site: Path) -> list[str]:
    """Paths of the articles that the plugin's site does not have as they stand on the stage.

    What the plugin leaves to the theme is passed over: the tags of a page, and the pages that list
    them. So is how a link is written; and a download of Markdown has another ending on a stage.
    """
    found = []
    for path, html in articles(stage).items():
        lists_tags = "<!-- material/tags" in html or ' id="tag:' in html
        if not lists_tags and _told(path, html).strip() not in _told(path, _page(site, path)):
            found.append(path)
    return found


def _page(site: Path, path: str) -> str:
    """The page of a stub in a site; nothing if there is none."""
    page = site / page_of(path)
    return page.read_bytes().decode() if page.is_file() else ""


def _told(path: str, html: str) -> str:
    """What a page tells, however it is written."""
    base = "http://site/" + page_of(path).removesuffix("index.html")
    html = _TAGS.sub("", _EXCLUDED.sub("", html)).replace('.md.txt"', '.md"')
    html = _ADDRESS.sub(lambda found: f'{found[1]}="{urljoin(base, found[2])}"', html)
    return re.sub(r">\s+<", "><", html)


class _Links(HTMLParser):
    """The addresses that the article of a page names, and the ids that the page has."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("id", "name") and value:
                self.ids.add(value)
            if name in ("href", "src") and value is not None:
                self.links.append(value)


def dead_links(site: Path) -> Iterator[str]:
    """Yield each address in a site that leads to no file or anchor of it, with its page."""
    pages: dict[str, _Links] = {}
    for file in sorted(site.rglob("*.html")):
        links = _Links()
        links.feed(file.read_bytes().decode())
        pages[file.relative_to(site).as_posix()] = links
    for path, links in pages.items():
        if path == "404.html":
            continue  # it is shown at any address
        base = "http://site/" + path.removesuffix("index.html")
        for link in dict.fromkeys(links.links):
            where, anchor = urldefrag(urljoin(base, link))
            if not where.startswith("http://site/"):
                continue
            target = unquote(where.removeprefix("http://site/").partition("?")[0])
            target += "index.html" if target == "" or target.endswith("/") else ""
            wanted = unescape(unquote(anchor))
            is_there = not anchor or target not in pages or wanted in pages[target].ids
            if not (site / target).is_file() or not is_there:
                yield f"{path}: {link}"
