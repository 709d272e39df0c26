"""Tag lists of Material's plugin: how it makes their ids, and in which order it takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, MutableSet
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
    """Have the plugin begin anew."""
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


def keep_order(config: MkDocsConfig) -> None:
    """Have tags lead to the first of several lists that are equally near.

    The plugin keeps its lists in a set of texts, so that each build would take another one.
    """
    lists: Any = getattr(_plugin(config), "listings", None)
    if lists is not None and isinstance(lists.data, set):
        lists.data = _InOrder(lists.data)
