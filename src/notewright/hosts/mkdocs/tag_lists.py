"""Tag lists of Material's plugin: how it makes their ids, and in which order it takes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, MutableSet
from functools import partial
from typing import Any

from markupsafe import escape
from mkdocs.config.defaults import MkDocsConfig


class _InOrder(MutableSet[Any]):
    """A set that goes through its items in the order in which they came."""

    def __init__(self, items: Iterable[Any]) -> None:
        self._items = dict.fromkeys(items)

    def __contains__(self, item: object) -> bool:
        return item in self._items

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def add(self, value: Any) -> None:
        self._items[value] = None

    def discard(self, value: Any) -> None:
        self._items.pop(value, None)


def found_tags(config: MkDocsConfig) -> list[Any]:
    """The plugin, with the tags and lists that it found: there may be none."""
    plugin = _plugin(config)
    return [plugin] if getattr(plugin, "mappings", None) is not None else []


def forget(config: MkDocsConfig) -> None:
    """Have the plugin start again."""
    for plugin in found_tags(config):
        plugin.mappings.data, plugin.listings.data = {}, set()


def _plugin(config: MkDocsConfig) -> Any:
    return config.plugins.get("material/tags") or config.plugins.get("tags")


def tag_anchor(config: MkDocsConfig) -> Callable[[str], str] | None:
    """How Material's tags plugin makes ids of tags, if it is there to list them."""
    plugin = _plugin(config)
    options = plugin.config if plugin is not None else {}
    if not options.get("listings") or not options.get("tags"):
        return None

    def anchor(tag: str) -> str:
        tag = escape(tag)  # as the plugin gets it
        nests = options["tags_hierarchy"]
        names = tag.split(options["tags_hierarchy_separator"]) if nests else [tag]
        slugs = [options["tags_slugify"](name, options["tags_slugify_separator"]) for name in names]
        slug = options["tags_hierarchy_separator"].join(slugs)
        return str(options["tags_slugify_format"].format(slug=slug))

    return anchor


def distinct_slug(plain: Callable[[str, str], str], tag: str, separator: str) -> str:
    """The slug of a tag, other for each: `ml/ops` is not `mlops`, and each emoji is one.

    Args:
        plain: Makes a slug of letters, digits and blanks, and drops all else.
        tag: The tag.
        separator: What stands in the place of a blank.
    """
    pieces = re.split(r"([^\w\s-])", tag)
    names = [
        f".{ord(piece):x}" if at % 2 else plain(piece, separator) for at, piece in enumerate(pieces)
    ]
    return "".join(names).replace(".2f", "/")


def prepare(config: MkDocsConfig) -> None:
    """Have tags that differ stand apart, and lead to the first of several lists equally near.

    By default the plugin drops all signs of a tag, and keeps its lists in a set of texts, so that
    each build would take another one.
    """
    plugin = _plugin(config)
    lists: Any = getattr(plugin, "listings", None)
    if lists is not None and isinstance(lists.data, set):
        lists.data = _InOrder(lists.data)
    option = getattr(type(getattr(plugin, "config", None)), "tags_slugify", None)
    if option is not None and plugin.config["tags_slugify"] is option.default:
        plugin.config["tags_slugify"] = partial(distinct_slug, option.default)
