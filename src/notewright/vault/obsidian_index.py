"""The vault as data, in the shape and with the names of Obsidian's metadata cache.

`docs/engine/index-json.md` describes it. It comes from the parse that makes the pages.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from markdown_it.token import Token

from notewright.note.anchors import BLOCK_ID
from notewright.note.grammar import WIKILINK
from notewright.note.links import local_address, read_link
from notewright.note.note import Note
from notewright.note.positions import Places
from notewright.note.properties import PROPERTIES
from notewright.vault.canvases import cards, read_canvases
from notewright.vault.links import find_address
from notewright.vault.vault import Vault

Entry = dict[str, Any]
Targets = tuple[Counter[str], Counter[str]]
"""How often something links to each file, and to each name without a file."""

_TASK = re.compile(r"\[(?P<state>[^\n])\](?:[ \t]|$)", re.M)
_MARKER = re.compile(r"[-*+]|\d{1,9}[.)]")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:")
_SECTIONS = {
    "blockquote_open": "blockquote",
    "bullet_list_open": "list",
    "code_block": "code",
    "fence": "code",
    "heading_open": "heading",
    "hr": "thematicBreak",
    "html_block": "html",
    "math_block": "math",
    "ordered_list_open": "list",
    "paragraph_open": "paragraph",
    "table_open": "table",
}
DEPTH = 20
"""How deep properties are followed; deeper ones are nobody's."""


def write_index(vault: Vault, write: Callable[[str], object]) -> None:
    """Write the index as JSON: the same text for the same vault, in the order of paths.

    Note by note, since the index of a large vault is larger than the vault.

    Raises:
        EngineError: If a canvas cannot be read.
    """
    write('{"notes": {')
    targets = {path: _targets_of_cards(vault, each) for path, each in read_canvases(vault).items()}
    for number, (path, entry, found) in enumerate(_indexed(vault)):
        write(f"{',' if number else ''}\n{_json(path)}: {_json(entry)}")
        targets[path] = found
    write("\n}")
    for index, name in enumerate(("resolvedLinks", "unresolvedLinks")):
        lines = ",\n".join(
            f"{_json(path)}: {_json(dict(sorted(counts[index].items())))}"
            for path, counts in sorted(targets.items())
        )
        write(f",\n{_json(name)}: {{\n{lines}\n}}")
    write("}\n")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _indexed(vault: Vault) -> Iterator[tuple[str, Entry, Targets]]:
    notes = {path: note for path, note in vault.notes.items() if path.endswith(".md")}
    for path, note in sorted(notes.items()):  # of notebooks and bases, Obsidian keeps no metadata
        with note.reading():
            entry = index_note(note, line_ends(vault.settings.docs_dir / path, note))
            yield path, entry, _targets(vault, note, entry)


def index_note(note: Note, returns: Sequence[int] = ()) -> Entry:
    """The metadata of one note; as in Obsidian's cache, what it does not hold has no key.

    Args:
        note: The note.
        returns: Offsets in its text of line ends that are two characters in the file.
    """
    places = Places(note.parse, returns)
    sections, blocks = _sections(places), _blocks(places)
    ids = {_offsets(block): block["id"] for block in blocks.values()}
    for section in sections:
        if _offsets(section) in ids:
            section["id"] = ids[_offsets(section)]
    found: Entry = {
        "headings": list(_headings(places)),
        **_references(places),
        "tags": list(_tags(places)),
        "listItems": _list_items(places, ids),
        "sections": sections,
        "blocks": blocks,
    }
    match = PROPERTIES.match(note.text)
    if match is not None:
        found["frontmatter"] = _plain(note.properties)
        found["frontmatterPosition"] = _position(places, 0, len(match[0].rstrip("\n")))
        found["frontmatterLinks"] = list(_property_links("", note.properties))
    return {key: value for key, value in found.items() if value}


def line_ends(path: Path, note: Note) -> list[int]:
    """Offsets in a note's text of the line ends that are two characters in its file."""
    try:
        content = path.read_bytes()
        if b"\r\n" not in content:
            return []
        whole = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return []
    return [match.start() - n for n, match in enumerate(re.finditer("\r\n", whole))]


def _position(places: Places, start: int, end: int) -> Entry:
    return {"start": asdict(places.place(start)), "end": asdict(places.place(end))}


def _headings(places: Places) -> Iterator[Entry]:
    tokens = places.tokens
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.map is not None:
            yield {
                "heading": tokens[index + 1].content.strip(),
                "level": int(token.tag[1]),
                "position": _position(places, *places.block(*token.map)),
            }


def _references(places: Places) -> dict[str, list[Entry]]:
    """The links and the embeds."""
    found: dict[str, list[Entry]] = {"links": [], "embeds": []}
    for inline in places.inlines():
        children = inline.children
        for index, child in enumerate(children):
            entry = _reference(children, index)
            if entry is not None:
                start, end = places.span(inline, *child.meta["span"])
                entry["original"] = places.text[start:end]
                entry["position"] = _position(places, start, end)
                is_embed = child.type == "image" or child.meta.get("embed") == "!"
                found["embeds" if is_embed else "links"].append(entry)
    return found


def _reference(children: Sequence[Token], index: int) -> Entry | None:
    """Target and text of a token that leads into the vault."""
    token = children[index]
    if token.type == "wikilink":
        link = read_link(token.meta)
        target = link.path + (f"#{link.fragment}" if link.fragment else "")
        return {"link": target, "displayText": link.text or link.label, "original": ""}
    address = token.attrs.get("href") or token.attrs.get("src")
    if token.type not in ("link_open", "image") or not address or "span" not in token.meta:
        return None
    parts = local_address(str(address))
    if parts is None:
        return None
    shown = token.content if token.type == "image" else _text_of_link(children, index)
    target = parts[0] + (f"#{parts[1]}" if parts[1] else "")
    return {"link": target, "displayText": shown, "original": ""}


def _text_of_link(children: Sequence[Token], index: int) -> str:
    shown = ""
    for number in range(index + 1, len(children)):
        token = children[number]
        if token.type == "link_close" and token.level == children[index].level:
            break
        shown += " " if token.type in ("softbreak", "hardbreak") else token.content
    return shown


def _tags(places: Places) -> Iterator[Entry]:
    for inline in places.inlines():
        for child in inline.children:
            if child.type == "hashtag":
                start, _ = child.meta["span"]
                span = places.span(inline, start, start + 1 + len(child.content))
                yield {"tag": f"#{child.content}", "position": _position(places, *span)}


def _sections(places: Places) -> list[Entry]:
    """The blocks at the top of the note, its properties and its comments."""
    found: list[tuple[int, int, str]] = []
    match = PROPERTIES.match(places.text)
    if match is not None:
        found.append((0, len(match[0].rstrip("\n")), "yaml"))
    for index, token in enumerate(places.tokens):
        if token.level == 0 and token.map is not None and token.type in _SECTIONS:
            inner = [each.content for each in places.tokens[index + 1 : index + 3]]
            kind = _SECTIONS[token.type]
            if kind == "blockquote" and inner[-1].startswith("[!"):
                kind = "callout"
            elif kind == "paragraph" and _FOOTNOTE.match(inner[0]):
                kind = "footnoteDefinition"
            found.append((*places.block(*token.map), kind))
    for start, end in places.comments:
        if _stands_alone(places.text, start, end):
            while places.text[end - 1].isspace():
                end -= 1
            found.append((start, end, "comment"))
    return [
        {"type": kind, "position": _position(places, start, end)}
        for start, end, kind in sorted(found)
    ]


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether nothing but blanks is beside a comment, on the lines of its start and end."""
    while start and text[start - 1] != "\n":  # no copy of a line, which may hold thousands
        start -= 1
        if not text[start].isspace():
            return False
    while end < len(text) and text[end] != "\n":
        if not text[end].isspace():
            return False
        end += 1
    return True


def _offsets(entry: Entry) -> tuple[int, int]:
    position = entry["position"]
    return position["start"]["offset"], position["end"]["offset"]


def _list_items(places: Places, ids: Mapping[tuple[int, int], str]) -> list[Entry]:
    found: list[Entry] = []
    lists: list[int] = []
    items: list[int] = []
    for index, token in enumerate(places.tokens):
        if token.type in ("bullet_list_open", "ordered_list_open") and token.map is not None:
            lists.append(token.map[0])
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "list_item_open" and token.map is not None:
            entry: Entry = {"parent": items[-1] if items else -(lists[0] or 1)}
            first = places.tokens[min(index + 2, len(places.tokens) - 1)]
            task = _TASK.match(first.content) if first.type == "inline" else None
            if task is not None:
                entry["task"] = task["state"]
            entry["position"] = _position(places, *item_span(places, index))
            if _offsets(entry) in ids:
                entry["id"] = ids[_offsets(entry)]
            found.append(entry)
            items.append(token.map[0])
        elif token.type == "list_item_close":
            items.pop()
    return found


def item_span(places: Places, index: int) -> tuple[int, int]:
    """Start and end of the list item that a token opens, without the lists in it."""
    token = places.tokens[index]
    assert token.map is not None
    first, end = token.map
    for number in range(index + 1, len(places.tokens)):
        inner = places.tokens[number]
        if inner.level == token.level + 1 and inner.type.endswith("_list_open") and inner.map:
            end = max(inner.map[0], first + 1)
            break
        if inner.level == token.level and inner.type == "list_item_close":
            break
    depth = sum(
        1
        for outer in places.tokens[max(index - 40, 0) : index]
        if outer.type == "list_item_open"
        and outer.map
        and outer.map[0] == first
        and outer.level < token.level
    )
    line = places.lines[first]
    markers = [match.start() for match in _MARKER.finditer(line)]
    col = markers[min(depth, len(markers) - 1)] if markers else 0
    return places.line_start(first) + col, max(places.block(first, end)[1], 0)


def _blocks(places: Places) -> dict[str, Entry]:
    """The blocks that have an id: `^id` at their end, or alone below them."""
    found: dict[str, Entry] = {}
    outer: list[int] = []  # tokens that are open
    previous: dict[int, int] = {}  # by level, the block before
    cells = {id(inline.token) for inline in places.inlines() if inline.is_cell}
    tokens = places.tokens
    for index, token in enumerate(tokens):
        match = None
        if token.type == "inline" and id(token) not in cells:
            match = BLOCK_ID.search(token.content)
        if match is not None:
            alone = not token.content[: match.start()].strip()
            owner = outer[-1]
            if alone and tokens[owner].level in previous:
                owner = previous[tokens[owner].level]
            elif len(outer) > 1 and tokens[outer[-2]].type == "list_item_open":
                owner = outer[-2]
            _add_block(found, places, owner, match["id"])
        if token.nesting > 0:
            outer.append(index)
        elif token.nesting < 0:
            opened = outer.pop()
            previous[token.level] = opened
            for level in [level for level in previous if level > token.level]:
                del previous[level]
        elif token.type != "inline":
            previous[token.level] = index
    return found


def _add_block(found: dict[str, Entry], places: Places, owner: int, name: str) -> None:
    token = places.tokens[owner]
    if token.map is None:
        return
    is_item = token.type == "list_item_open"
    span = item_span(places, owner) if is_item else places.block(*token.map)
    found.setdefault(name.lower(), {"id": name, "position": _position(places, *span)})


def _property_links(key: str, value: Any, depth: int = 0) -> Iterator[Entry]:
    """The properties whose whole value is a wikilink."""
    if depth > DEPTH:
        return
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _property_links(f"{key}.{name}" if key else str(name), each, depth + 1)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _property_links(f"{key}.{number}", each, depth + 1)
    elif isinstance(value, str):
        match = WIKILINK.fullmatch(value.strip())
        if match is not None:
            link = read_link(match.groupdict())
            target = link.path + (f"#{link.fragment}" if link.fragment else "")
            shown = link.text or link.label
            yield {"key": key, "link": target, "displayText": shown, "original": match[0]}


def _plain(value: Any, depth: int = 0) -> Any:
    """A value of the properties as JSON can say it."""
    if depth > DEPTH:
        return None
    if isinstance(value, Mapping):
        return {str(name): _plain(each, depth + 1) for name, each in value.items()}
    if isinstance(value, (list, tuple, set)):
        each_plain = [_plain(each, depth + 1) for each in value]
        return sorted(each_plain, key=str) if isinstance(value, set) else each_plain
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def _targets(vault: Vault, note: Note, entry: Entry) -> Targets:
    resolved: Counter[str] = Counter()
    unresolved: Counter[str] = Counter()
    for key in ("links", "embeds", "frontmatterLinks"):
        for link in entry.get(key, []):
            path = link["link"].partition("#")[0]
            if not path:
                resolved[note.path] += 1  # a place in the note itself
                continue
            is_wikilink = WIKILINK.fullmatch(link["original"].replace("\\|", "|"))
            found = vault.find(path, note) if is_wikilink else find_address(vault, path, note)
            if found is None:
                unresolved[path.removesuffix(".md")] += 1
            else:
                resolved[found.path] += 1
    return resolved, unresolved


def _targets_of_cards(vault: Vault, canvas: Note) -> Targets:
    """The same for a canvas, of which Obsidian records nothing else."""
    resolved: Counter[str] = Counter()
    unresolved: Counter[str] = Counter()
    for card in cards(canvas):
        if isinstance(card, Note):
            for total, more in zip(
                (resolved, unresolved), _targets(vault, card, index_note(card)), strict=True
            ):
                total.update(more)
        elif card in vault.notes or card in vault.attachments:
            resolved[card] += 1
        else:
            unresolved[card.removesuffix(".md")] += 1
    return resolved, unresolved
