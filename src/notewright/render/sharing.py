"""Sharing: what the head of a page tells those who show a link to it, and search engines.

OpenGraph for a link in a message, JSON-LD in the words of schema.org for a search engine. Both
name whole addresses, so a page has them where the site has an address. No clock is asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any


@dataclass(frozen=True)
class Place:
    """The site of a page.

    Attributes:
        name: Its name.
        url: Its whole address.
        description: What it is about; may be empty.
        language: The language of its pages, as HTML names it.
    """

    name: str
    url: str
    description: str = ""
    language: str = "en"


@dataclass(frozen=True)
class Card:
    """A picture that stands for a page.

    Attributes:
        url: Its whole address.
        alt: What is seen in it; may be empty.
        size: Its width and height.
    """

    url: str
    alt: str
    size: tuple[int, int]


@dataclass(frozen=True)
class Shared:
    """What is told of a page.

    Attributes:
        site: Its site.
        url: Its whole address.
        title: Its title.
        description: What it is about; may be empty.
        is_home: Whether it is the site's first page.
        tags: What it is filed under.
        way: Names and whole addresses of the pages that lead to it, the outermost first.
        written: When its note was written, if the note says so.
        changed: When it was last changed.
        card: A picture that stands for it.
    """

    site: Place
    url: str
    title: str
    description: str = ""
    is_home: bool = False
    tags: Sequence[str] = ()
    way: Sequence[tuple[str, str]] = ()
    written: datetime | None = None
    changed: datetime | None = None
    card: Card | None = None


def head(page: Shared) -> str:
    """The elements for the head of a page."""
    return "".join([*_graph(page), structured(page)])


def _graph(page: Shared) -> Iterator[str]:
    """Yield OpenGraph's elements, and the one that X asks for beside them."""
    yield _property("og:type", "website" if page.is_home else "article")
    yield _property("og:site_name", page.site.name)
    yield _property("og:title", page.title)
    if page.description:
        yield _property("og:description", page.description)
    yield _property("og:url", page.url)
    yield _property("og:locale", page.site.language.replace("-", "_"))
    if not page.is_home:
        for name, when in (("published", page.written), ("modified", page.changed)):
            if when is not None:
                yield _property(f"article:{name}_time", when.isoformat())
        yield from (_property("article:tag", tag) for tag in page.tags)
    if page.card is not None:
        yield _property("og:image", page.card.url)
        for name, size in zip(("width", "height"), page.card.size, strict=True):
            yield _property(f"og:image:{name}", str(size))
        if page.card.alt:
            yield _property("og:image:alt", page.card.alt)
    kind = "summary_large_image" if page.card else "summary"
    yield f'<meta name="twitter:card" content="{kind}">'


def _property(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{escape(content, quote=True)}">'


def structured(page: Shared) -> str:
    """The element of JSON-LD: a block of data, which no content security policy forbids."""
    told: dict[str, Any] = {"@context": "https://schema.org", "@graph": list(_things(page))}
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    # Within a script, HTML looks for nothing but its end and the start of a comment.
    safe = text.replace("<", "\\u003c")
    return f'<script type="application/ld+json">{safe}</script>'


def _things(page: Shared) -> Iterator[dict[str, Any]]:
    """Yield the site, or the article and the way to it."""
    site = {"@type": "WebSite", "name": page.site.name, "url": page.site.url}
    if page.is_home:
        said = page.description or page.site.description
        yield _told(site | {"description": said, "inLanguage": page.site.language})
        return
    yield _told(
        {
            "@type": "TechArticle",
            "@id": page.url,
            "url": page.url,
            "headline": page.title,
            "description": page.description,
            "inLanguage": page.site.language,
            "keywords": list(page.tags),
            "image": page.card.url if page.card else "",
            "datePublished": page.written.isoformat() if page.written else "",
            "dateModified": page.changed.isoformat() if page.changed else "",
            "isPartOf": site,
        }
    )
    if page.way:
        steps = [*page.way, (page.title, page.url)]
        items = [
            {"@type": "ListItem", "position": number, "name": name, "item": url}
            for number, (name, url) in enumerate(steps, start=1)
        ]
        yield {"@type": "BreadcrumbList", "itemListElement": items}


def _told(thing: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in thing.items() if value}
