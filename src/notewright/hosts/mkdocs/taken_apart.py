"""Pages of MkDocs that are converted, taken apart into plain values and put together again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, get_toc

from notewright.render.page_cache import Made


def taken_apart(page: Page) -> Made:
    """What the conversion gave a page, as values of JSON."""
    links = page.links_to_anchors or {}
    return {
        "content": page.content,
        "toc": _tokens(page.toc),
        "title": page._title_from_render,
        "ids": sorted(page.present_anchor_ids or ()),
        "links": {file.src_uri: dict(anchors) for file, anchors in links.items()},
    }


def put_together(page: Page, made: Made, files: Files) -> None:
    """Give a page what its conversion would give it."""
    page.content = made["content"]
    page.toc = get_toc(made["toc"])
    page._title_from_render = made["title"]
    page.present_anchor_ids = set(made["ids"])
    links: Mapping[str, dict[str, str]] = made["links"]
    found = ((files.src_uris.get(path), anchors) for path, anchors in links.items())
    page.links_to_anchors = {file: anchors for file, anchors in found if file is not None}


def _token(link: AnchorLink) -> Any:
    return {
        "name": link.title,
        "id": link.id,
        "level": link.level,
        "children": _tokens(link.children),
    }


def _tokens(links: Iterable[AnchorLink]) -> list[Any]:
    return [_token(each) for each in links]
