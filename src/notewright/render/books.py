"""Books: articles joined to one file that needs nothing beside it, to be read, printed or kept.

Figures, fonts and styles are in the file. Links among its notes lead within it, others to the
site, where it has an address. Nothing of it runs, but for the one script of slides.
"""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from posixpath import join, normpath
from urllib.parse import unquote, urljoin

from pygments.formatters.html import HtmlFormatter

from notewright.render.articles import Article
from notewright.render.page_foot import without_foot
from notewright.render.shown_tabs import one_below_the_other
from notewright.render.unique_ids import ids, renamed, with_addresses

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
"""What a document may load: nothing that is not in it."""
_TAG = re.compile(r"<[^<>]*>")
_TAGS = re.compile(r'<nav class="md-tags".*?</nav>\s*', re.S)
_DARK = re.compile(r'<img\b[^<>]*#only-dark"[^<>]*>')
_PILCROW = re.compile(r'<a class="headerlink"[^<>]*>.*?</a>', re.S)
_ANSWER = re.compile(r"<details(?=[^<>]*(?:\bdata-callout=|\bnw-answer\b))(?![^<>]*\sopen\b)")
_NOWHERE = re.compile(r"(<a\b[^<>]*?)\shref=\"\"")
_URL = re.compile(r"url\(\"?(?P<path>[^)\"]+)\"?\)")
_LOCAL = re.compile(r"#only-(?:light|dark)$")


@dataclass(frozen=True)
class Chapter:
    """A note in a book, or a part that holds some.

    Attributes:
        title: Its title, as text.
        article: What it shows; None for a part.
        chapters: What it holds, if it is a part.
    """

    title: str
    article: Article | None = None
    chapters: Sequence[Chapter] = ()

    def all(self) -> Iterator[Chapter]:
        """Yield it and what it holds, in order."""
        yield self
        for each in self.chapters:
            yield from each.all()


@dataclass(frozen=True)
class Source:
    """The site from which a book is made.

    Attributes:
        files: Its files, by their paths.
        styles: Paths of its styles that a book needs, too.
        address: Its address; empty if it has none.
        language: Its language.
    """

    files: Mapping[str, bytes] = field(repr=False)
    styles: Sequence[str] = ()
    address: str = ""
    language: str = "en"

    def embedded(self, path: str) -> str:
        """A file as an address that holds it; empty if there is none of this path."""
        content = self.files.get(path)
        if content is None:
            return ""
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return f"data:{kind};base64,{base64.b64encode(content).decode()}"

    def style(self) -> str:
        """All its styles, with the fonts that they name."""

        def font(match: re.Match[str]) -> str:
            path = normpath(join(path_of_style, "..", match["path"]))
            return f"url({self.embedded(path) or 'data:,'})"

        found = [HtmlFormatter(style="default").get_style_defs(".highlight")]
        for path_of_style in self.styles:
            text = self.files.get(path_of_style, b"").decode("utf-8", "replace")
            found.append(_URL.sub(lambda url: url[0] if ":" in url["path"] else font(url), text))
        return "\n".join(found).replace("</", "<\\/")


def book(title: str, chapters: Sequence[Chapter], source: Source, style: str) -> str:
    """One HTML document of several notes, with a table of contents.

    Args:
        title: Its title.
        chapters: What it holds, in order.
        source: The site.
        style: What it looks like, beside the site's styles.
    """
    bodies = articles(chapters, source)
    parts = [head(title, source, style)]
    notes = [each for chapter in chapters for each in chapter.all() if each.article]
    if len(notes) > 1:
        parts.append(
            f"<header><p class=nw-book>{escape(title)}</p></header>\n{_contents(chapters)}"
        )
    for number, body in enumerate(bodies, start=1):
        parts.append(f'<article class="md-typeset" id="{_name(number)}">\n{body}\n</article>')
    return "\n".join([*parts, "</body>", "</html>", ""])


def head(title: str, source: Source, style: str, policy: str = POLICY) -> str:
    """All before what a document shows.

    Args:
        title: Its title.
        source: The site.
        style: What it looks like, beside the site's styles.
        policy: What it may load.
    """
    return f"""<!doctype html>
<html lang="{escape(source.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{escape(title)}</title>
<style>
{source.style()}
{style}
</style>
</head>
<body>"""


def articles(chapters: Sequence[Chapter], source: Source) -> list[str]:
    """The HTML of the notes of a book, in order: each with ids of its own.

    Args:
        chapters: What the book holds.
        source: The site.
    """
    notes = [each for chapter in chapters for each in chapter.all() if each.article]
    numbers = {
        unquote(each.article.url): number for number, each in enumerate(notes, 1) if each.article
    }
    return [
        _body(each, number, numbers, source)
        for number, each in enumerate(notes, start=1)
        if each.article is not None
    ]


def _name(number: int) -> str:
    """The id of a note in a book."""
    return f"note-{number}"


def _body(chapter: Chapter, number: int, numbers: Mapping[str, int], source: Source) -> str:
    assert chapter.article is not None
    article = chapter.article
    before, _, after = without_foot(article.html)
    html = f"{before}{after}"
    for left_out in (_TAGS, _PILCROW, _DARK):
        html = left_out.sub("", html)
    html = one_below_the_other(_ANSWER.sub("<details open", html))
    prefix = _name(number)
    html = renamed(html, {name: f"{prefix}-{name}" for name in ids(html)})
    html = with_addresses(html, _addresses(article.url, prefix, numbers, source))
    html = _NOWHERE.sub(r"\1", html)
    return html if "<h1" in html else f"<h1>{escape(chapter.title)}</h1>\n{html}"


def _addresses(
    url: str, prefix: str, numbers: Mapping[str, int], source: Source
) -> Callable[[str], str]:
    """What becomes of the addresses of a page."""
    base = url if url.endswith("/") or not url else join(url, "..", "")

    def change(address: str) -> str:
        given = _LOCAL.sub("", unescape(address))
        target, _, fragment = given.partition("#")
        if ":" in target.partition("/")[0] or target.startswith("//"):
            return address
        if not target:  # within the page: followed by its new id, or there is no such
            return address if given.startswith(f"#{prefix}-") else f"#{prefix}"
        path = normpath(join("/", unquote(join(base, target.partition("?")[0])))).lstrip("/")
        for known in (path, f"{path}/", path.removesuffix("index.html")):
            if known in numbers:
                there = _name(numbers[known])
                return f"#{there}-{escape(fragment)}" if fragment else f"#{there}"
        kind = mimetypes.guess_type(path)[0] or ""
        if kind.startswith("image/") and path in source.files:
            return source.embedded(path)
        return escape(urljoin(urljoin(source.address, base), given)) if source.address else ""

    return change


def _contents(chapters: Sequence[Chapter]) -> str:
    """The table of contents, with numbers in the order of the notes."""
    count = 0

    def items(chapters: Sequence[Chapter]) -> str:
        nonlocal count
        lines = []
        for each in chapters:
            said = escape(each.title)
            if each.article is not None:
                count += 1
                said = f'<a href="#{_name(count)}">{said}</a>'
            lines.append(f"<li>{said}{items(each.chapters) if each.chapters else ''}</li>")
        return f"<ul>{''.join(lines)}</ul>"

    return f'<nav class="md-typeset" aria-label="Contents">{items(chapters)}</nav>'


def plain(html: str) -> str:
    """A title as text."""
    return unescape(_TAG.sub("", html)).strip()
