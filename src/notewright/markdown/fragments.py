"""Fragments: cuts a part out of a note's elements, and fits it into the page of another note."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from posixpath import dirname, join, normpath
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement

from notewright.render import unique_ids
from notewright.vault.links import relative

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

ANCHOR = "nw-anchor"
"""The class of an empty element whose id is one more of what stands behind it."""

_ADDRESSES = {"a": "href", "img": "src"}
_REFERENCES = frozenset({"for", "headers", "list", "aria-labelledby", "aria-describedby"})


def cut(root: Element, element_id: str) -> Element | None:
    """Cut out what an id names: a heading with its section, or one block.

    Args:
        root: The elements of a whole note, with their ids.
        element_id: The id.

    Returns:
        An element that holds the part and the footnotes of the part; None without such an id.
    """
    place = next(
        (
            (parent, index)
            for parent in root.iter()
            for index, child in enumerate(parent)
            if child.get("id") == element_id
        ),
        None,
    )
    if place is None:
        return None
    parent, index = place
    while parent[index].get("class") == ANCHOR:
        index += 1
    part = Element("div")
    if parent[index].tag in HEADINGS:
        part.extend(_section(parent, index))
    elif parent[index].tag == "li":  # an item needs its list
        attributes = {"start": str(_number(parent, index))} if parent.tag == "ol" else {}
        SubElement(part, parent.tag, attributes).append(parent[index])
    elif parent[index].tag in ("tr", "td", "th"):
        part.append(next(each for each in root.iter("table") if parent[index] in list(each.iter())))
    else:
        part.append(parent[index])
        part[0].tail = None
    _add_footnotes(part, root)
    return part


def _section(parent: Element, index: int) -> Iterator[Element]:
    level = parent[index].tag
    yield parent[index]
    for element in parent[index + 1 :]:
        if element.tag in HEADINGS and element.tag <= level:
            return
        if element.get("class") != "footnote":
            yield element


def _number(items: Element, index: int) -> int:
    return int(items.get("start", "1")) + [each for each in items if each.tag == "li"].index(
        items[index]
    )


def _add_footnotes(part: Element, root: Element) -> None:
    """Add the footnotes that a part refers to, under the numbers that they have in their note."""
    wanted = {each.get("href", "")[1:] for each in part.iter("a")}
    for notes in root.iter("div"):
        items = notes.find("ol") if notes.get("class") == "footnote" else None
        if items is None or notes in list(part.iter()):
            continue
        kept = SubElement(Element("div"), "ol")
        for number, item in enumerate(items, start=1):
            if item.get("id") in wanted:
                item.set("value", str(number))
                _drop_ways_back(item, {each.get("id") for each in part.iter()})
                kept.append(item)
        if len(kept):
            around = SubElement(part, "div", {"class": "footnote"})
            SubElement(around, "hr")
            around.append(kept)


def _drop_ways_back(footnote: Element, ids: Collection[str | None]) -> None:
    """Take out of a footnote the links to places that are not shown."""
    for parent in list(footnote.iter()):
        for link in parent.findall("a"):
            is_back = link.get("class") == "footnote-backref"
            if is_back and link.get("href", "")[1:] not in ids:
                parent.remove(link)


def ids_of(part: Element, html: Collection[str]) -> set[str]:
    """All ids in elements, and in pieces of HTML."""
    found = {each.get("id", "") for each in part.iter()} - {""}
    return found.union(*map(unique_ids.ids, html))


def rename(part: Element, ids: Collection[str], prefix: str) -> None:
    """Put a prefix before ids, and before what refers to them in the same elements."""
    for element in part.iter():
        for name, value in element.items():
            is_group = name == "name" and element.get("type") == "radio"  # of tabs, say
            if name == "id" or is_group or (name in _REFERENCES and value in ids):
                element.set(name, prefix + value)
            elif name in ("href", "src") and value[:1] == "#" and value[1:] in ids:
                element.set(name, f"#{prefix}{value[1:]}")


def rename_html(html: str, ids: Collection[str], prefix: str) -> str:
    """Do the same to HTML that is text; its styles and scripts follow."""
    return unique_ids.renamed(html, {each: prefix + each for each in ids})


def lead_from(part: Element, source: str, page: str, ids: Collection[str]) -> None:
    """Make links that are relative to one note relative to another.

    Args:
        part: Elements of the one note.
        source: Path of that note.
        page: Path of the note that shows them.
        ids: Ids of the part; a link to another place of its own note leads to that note.
    """
    for element in part.iter():
        name = _ADDRESSES.get(element.tag, "")
        address = element.get(name)
        if address is not None:
            element.set(name, _led_from(address, source, page, ids))


def _led_from(address: str, source: str, page: str, ids: Collection[str]) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    if parts.scheme or parts.netloc or address.startswith("/") or "\x02" in address:
        return address
    if not parts.path and not parts.query:
        if not parts.fragment or parts.fragment in ids:
            return address
        return relative(source, page) + address
    path = normpath(relative(normpath(join(dirname(source), parts.path)), page))
    path += "/" if parts.path.endswith("/") else ""
    return parts._replace(path=path).geturl()


def replace_texts(part: Element, change: Callable[[str], str]) -> None:
    """Change every text and attribute of some elements."""
    for element in part.iter():
        if element.text:
            element.text = _same_kind(element.text, change)
        if element.tail:
            element.tail = _same_kind(element.tail, change)
        for name, value in element.items():
            element.set(name, _same_kind(value, change))


def _same_kind(text: str, change: Callable[[str], str]) -> str:
    """Change a text; one that Python-Markdown must not parse stays one."""
    new = change(text)
    return text if new == text else type(text)(new)
