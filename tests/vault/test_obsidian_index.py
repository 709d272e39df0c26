"""The vault as data: names and shape of Obsidian's metadata cache, and places that are true."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from converted import convert
from hypothesis import given
from hypothesis import strategies as st

from notewright.errors import EngineError
from notewright.note.note import Note
from notewright.vault.obsidian_index import _stands_alone, index_note, line_ends, write_index
from notewright.vault.vault import Vault

Scan = Callable[[Mapping[str, str | bytes]], Vault]


def indexed(text: str, **properties: Any) -> dict[str, Any]:
    return index_note(Note("a.md", "docs/a.md", text, properties))


def whole(vault: Vault) -> dict[str, Any]:
    written: list[str] = []
    write_index(vault, written.append)
    found: dict[str, Any] = json.loads("".join(written))
    return found


def cut(text: str, entry: Mapping[str, Any]) -> str:
    """The text at a position, cut out by UTF-16 code units as a tool in JavaScript would."""
    start, end = entry["position"]["start"]["offset"], entry["position"]["end"]["offset"]
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def entries(value: Any) -> Iterator[dict[str, Any]]:
    """All parts of an index that have a position."""
    if isinstance(value, dict):
        if "position" in value:
            yield value
        for each in value.values():
            yield from entries(each)
    elif isinstance(value, list):
        for each in value:
            yield from entries(each)


NOTE = """\
---
up: "[[b]]"
related: ["[[c|C]]", plain]
---
# Head 😀 [[b#Part|p]] #

Text %% [[hidden]] %% ![[i.png|300]] #tag/x [m *k*](a%20b.md#P) [out](https://example.org) ^blk

> [!tip] T
> - one [[b]]

| a [[b]] | c |
|---|---|
| [[b\\|c]] | `x \\| y` [[b\\|d]] |

^tab

- [ ] todo
  more ^it
  - [x] sub
- last

```python
[[code]]
```
"""


def test_links_have_target_text_and_what_is_written() -> None:
    """Each is found with its own characters: behind wide letters, comments, and in tables."""
    found = indexed(NOTE)
    assert [(each["link"], each["displayText"], each["original"]) for each in found["links"]] == [
        ("b#Part", "p", "[[b#Part|p]]"),
        ("a b.md#P", "m k", "[m *k*](a%20b.md#P)"),
        ("b", "b", "[[b]]"),
        ("b", "b", "[[b]]"),
        ("b", "c", "[[b\\|c]]"),
        ("b", "d", "[[b\\|d]]"),
    ]
    assert [each["original"] for each in found["embeds"]] == ["![[i.png|300]]"]
    for each in (*found["links"], *found["embeds"]):
        assert cut(NOTE, each) == each["original"]


def test_columns_and_offsets_count_code_units_from_zero() -> None:
    """An emoji is two, as in Obsidian and in all of JavaScript."""
    (link,) = indexed("x\n😀 [[b]]")["links"]
    assert link["position"] == {
        "start": {"line": 1, "col": 3, "offset": 5},
        "end": {"line": 1, "col": 8, "offset": 10},
    }


def test_offsets_are_those_of_the_file(vault: Scan) -> None:
    """Line ends of two characters count as two."""
    scanned = vault({"a.md": b"x\r\ny [[b]]\r\n"})
    (link,) = whole(scanned)["notes"]["a.md"]["links"]
    assert link["position"]["start"] == {"line": 1, "col": 2, "offset": 5}
    assert line_ends(scanned.settings.docs_dir / "a.md", scanned.notes["a.md"]) == [1, 9]


def test_headings_tags_and_properties() -> None:
    """Headings keep their Markdown, tags their `#`; links in properties have a key."""
    found = indexed(NOTE, up="[[b]]", related=["[[c|C]]", "plain"])
    assert [(each["heading"], each["level"]) for each in found["headings"]] == [
        ("Head 😀 [[b#Part|p]]", 1)
    ]
    assert [each["tag"] for each in found["tags"]] == ["#tag/x"]
    assert cut(NOTE, found["tags"][0]) == "#tag/x"
    assert found["frontmatter"] == {"up": "[[b]]", "related": ["[[c|C]]", "plain"]}
    assert found["frontmatterLinks"] == [
        {"key": "up", "link": "b", "displayText": "b", "original": "[[b]]"},
        {"key": "related.0", "link": "c", "displayText": "C", "original": "[[c|C]]"},
    ]


def test_sections_are_the_blocks_at_the_top() -> None:
    """Each has Obsidian's name of its type, and ends where its text ends."""
    sections = indexed(NOTE)["sections"]
    assert [each["type"] for each in sections] == [
        "yaml",
        "heading",
        "paragraph",
        "callout",
        "table",
        "paragraph",
        "list",
        "code",
    ]
    assert cut(NOTE, sections[-1]) == "```python\n[[code]]\n```"
    assert cut(NOTE, sections[3]) == "> [!tip] T\n> - one [[b]]"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("> a", "blockquote"),
        ("    a", "code"),
        ("<div>\n</div>", "html"),
        ("***", "thematicBreak"),
        ("$$\nx\n$$", "math"),
        ("%%\nx\n%%", "comment"),
        ("[^1]: a", "footnoteDefinition"),
        ("1. a", "list"),
        ("a\n===", "heading"),
    ],
)
def test_each_kind_of_block_has_its_type(text: str, kind: str) -> None:
    """Further types than those that the notes above hold."""
    (section,) = indexed(text)["sections"]
    assert section["type"] == kind
    assert cut(text, section) == text.strip()


def test_list_items_know_their_parents_and_tasks() -> None:
    """A parent is a line; without one, the negative line at which the list starts."""
    items = indexed(NOTE)["listItems"]
    assert [(each["parent"], each.get("task"), each.get("id")) for each in items] == [
        (-9, None, None),
        (-17, " ", "it"),
        (17, "x", None),
        (-17, None, None),
    ]
    assert [cut(NOTE, each) for each in items] == [
        "- one [[b]]",
        "- [ ] todo\n  more ^it",
        "- [x] sub",
        "- last",
    ]


def test_blocks_are_what_their_ids_name() -> None:
    """An id at the end names its block, or its list item; one alone names the block above."""
    blocks = indexed(NOTE)["blocks"]
    assert cut(NOTE, blocks["tab"]).startswith("| a [[b]] | c |\n|---|---|\n")
    assert cut(NOTE, blocks["blk"]).startswith("Text %% [[hidden]]")
    assert cut(NOTE, blocks["it"]) == "- [ ] todo\n  more ^it"


def test_what_a_note_does_not_hold_has_no_key() -> None:
    """As in Obsidian's cache."""
    assert indexed("") == {}
    assert indexed("a").keys() == {"sections"}


def test_the_vault_counts_links_by_their_files(vault: Scan) -> None:
    """Every note has its counts, of links, embeds and properties, found and missing."""
    scanned = vault(
        {
            "a.md": '---\nup: "[[b]]"\n---\n[[b]] ![[b]] [x](sub/c.md) [[gone#X]] [[#Here]]',
            "b.md": "",
            "sub/c.md": "[b](../b.md)",
        }
    )
    found = whole(scanned)
    assert found["resolvedLinks"] == {
        "a.md": {"a.md": 1, "b.md": 3, "sub/c.md": 1},
        "b.md": {},
        "sub/c.md": {"b.md": 1},
    }
    assert found["unresolvedLinks"] == {"a.md": {"gone": 1}, "b.md": {}, "sub/c.md": {}}
    assert list(found["notes"]) == ["a.md", "b.md", "sub/c.md"]


def test_cards_of_a_canvas_link(vault: Scan) -> None:
    """As Obsidian counts them: files and texts of cards, by the path of the canvas, not its edges.

    It keeps no metadata of a canvas, and counts one without links, too.
    """
    cards = [
        {"type": "file", "file": "sub/c.md", "subpath": "#H"},
        {"type": "file", "file": "gone.png"},
        {"type": "text", "text": 'See "[[c]]", ![[b#X|b]], [x](../b.md)\n`[[b]]` [[nowhere]]'},
        {"type": "link", "url": "b.md"},
    ]
    canvas = json.dumps({"nodes": cards, "edges": [{"label": "[[b]]"}]})
    found = whole(
        vault(
            {
                "b.md": "[[board.canvas]]",
                "sub/c.md": "",
                "sub/board.canvas": canvas,
                "new.canvas": "",
            }
        )
    )
    assert found["resolvedLinks"] == {
        "b.md": {"sub/board.canvas": 1},
        "new.canvas": {},
        "sub/board.canvas": {"b.md": 2, "sub/c.md": 2},
        "sub/c.md": {},
    }
    assert found["unresolvedLinks"]["sub/board.canvas"] == {"gone.png": 1, "nowhere": 1}
    assert list(found["notes"]) == ["b.md", "sub/c.md"]


@pytest.mark.parametrize("text", ["{", r'{"nodes": [{"text": "[[\ud800]]"}]}'])
def test_an_unreadable_canvas_is_no_index_without_its_links(vault: Scan, text: str) -> None:
    """Nothing is printed; the error names the file."""
    with pytest.raises(EngineError, match=r"docs/b\.canvas"):
        whole(vault({"a.md": "", "b.canvas": text}))


def test_properties_of_any_kind_are_json(vault: Scan) -> None:
    """Dates, numbers that JSON does not know, sets and keys that are no text."""
    text = "---\nday: 2024-01-02\nn: .nan\n1: yes\ns: !!set {b, a}\n---\n"
    found = whole(vault({"a.md": text}))["notes"]["a.md"]["frontmatter"]
    assert found == {"day": "2024-01-02", "n": None, "1": True, "s": ["a", "b"]}


ATOMS = st.sampled_from(
    [
        "[[b]]",
        "[[b|t]]",
        "![[b]]",
        "é",
        "😀",
        "`[[c]]`",
        "%% h %%",
        "#t",
        "*x*",
        "[m](b.md)",
        "word",
    ]
)
SHAPES = st.sampled_from(
    [
        "{}",
        "# {} #",
        "> {}",
        "- {}",
        "  1. {}",
        "> - {}\n>   {}",
        "| {} | {} |\n|---|---|\n| {} | {} |",
        "> | {} |\n> |---|\n> | {} |",
        "{}\n===",
        "\t- {}",
        "- - {}",
    ]
)


@given(st.lists(st.tuples(SHAPES, st.lists(ATOMS, min_size=1, max_size=4)), max_size=6))
def test_each_place_is_where_the_text_stands(blocks: list[tuple[str, list[str]]]) -> None:
    """In any container, each position holds what its entry says, and columns fit offsets."""
    text = "\n\n".join(
        shape.replace("{}", " ".join(atoms).replace("|t", "\\|t" if "|" in shape else "|t"))
        for shape, atoms in blocks
    )
    found = indexed(text)
    for name in ("links", "embeds"):
        for each in found.get(name, []):
            assert cut(text, each) == each["original"]
            assert each["link"] in ("b", "b.md")
    for each in found.get("tags", []):
        assert cut(text, each) == each["tag"]
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line.encode("utf-16-le")) // 2 + 1)
    for each in entries(found):
        for place in each["position"].values():
            assert starts[place["line"]] + place["col"] == place["offset"]
    note = Note("a.md", "docs/a.md", text)
    count = sum(
        each["original"].removeprefix("!").startswith("[[")
        for name in ("links", "embeds")
        for each in found.get(name, [])
    )
    assert count == len(list(note.wikilinks))


def test_twice_the_columns_take_twice_the_calls() -> None:
    """In a row of hundreds of cells, none looks for the others."""

    def calls(columns: int) -> int:
        rows = ["|" + cell * columns for cell in ("a|", "-|", "[[b]] #t|", "1|")]
        count = 0

        def look(frame: object, event: str, argument: object) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        sys.setprofile(look)
        try:
            indexed("\n".join(rows))
        finally:
            sys.setprofile(None)
        return count

    calls(10)  # what is made once
    assert calls(200) < 2.2 * calls(100)


def test_the_index_is_the_same_each_time(vault: Scan, tmp_path: Path) -> None:
    """Two scans of one vault give the same characters."""
    notes: dict[str, str | bytes] = {"b.md": NOTE, "a.md": NOTE, "z/c.md": NOTE}
    assert json.dumps(whole(vault(notes))) == json.dumps(whole(vault(notes)))


def test_a_quote_that_a_comment_leaves_empty_is_a_section() -> None:
    """Nothing stands in it, and nothing behind it."""
    (section,) = indexed("> %% h %%")["sections"]
    assert section["type"] == "blockquote"


def test_a_list_on_the_first_line_has_a_parent_before_it() -> None:
    """A tool that follows parents of 0 or more comes to an end."""
    parents = [item["parent"] for item in indexed("- a\n  - b\n")["listItems"]]
    assert parents == [-1, 0]


def test_links_to_places_in_the_same_note_are_resolved(vault: Scan) -> None:
    """As in Obsidian: wikilinks, Markdown links, embeds and properties."""
    text = '---\nup: "[[#H]]"\n---\n# H\n\n[[#H]] [x](#H) ![[#^b]] [[a]]\n\nt ^b\n'
    assert whole(vault({"a.md": text}))["resolvedLinks"] == {"a.md": {"a.md": 5}}


@pytest.mark.parametrize("text", ["[[]]", "[[ ]]", "[[|alias]]", "[[|]]", "![[]]", "![[|100]]"])
def test_a_wikilink_that_names_nothing_is_none(text: str) -> None:
    """Here as in Obsidian, it is text: in the index, among the links and on the page."""
    assert "links" not in indexed(text)
    assert "embeds" not in indexed(text)
    assert Note("a.md", "docs/a.md", text).wikilinks == []
    html = convert(f"x {text}").html
    assert text in html
    assert "<a" not in html


def test_a_list_ends_before_the_comment_below_it() -> None:
    """As in the files of Obsidian's Kanban, whose settings stand in a comment."""
    sections = indexed("- a\n- b\n\n%% kanban:settings\n{}\n%%\n")["sections"]
    found = [(s["type"], s["position"]["end"]["line"]) for s in sections]
    assert found == [("list", 1), ("comment", 5)]


@pytest.mark.parametrize("text", ["> quote\n\n>", "```\n```\n> ", ">", "> ", "- >\n"])
def test_an_empty_quote_at_the_end_is_a_section(text: str) -> None:
    """And no error."""
    assert indexed(text)["sections"][-1]["type"] in ("blockquote", "list")


@given(st.text("a \n\t\u2028", max_size=8), st.text("a \n\t\u2028", max_size=8))
def test_a_comment_stands_alone_where_only_blanks_are_beside_it(before: str, behind: str) -> None:
    """On its own lines: what stands on others does not count."""
    beside = before.rpartition("\n")[2] + behind.partition("\n")[0]
    start, end = len(before), len(before) + len("%%b%%")
    assert _stands_alone(f"{before}%%b%%{behind}", start, end) == (not beside.strip())


def test_a_line_of_comments_is_not_copied_for_each() -> None:
    """A megabyte of `%%` took half a minute."""

    class Whole(str):
        def __getitem__(self, key: Any) -> str:
            assert not isinstance(key, slice)
            return super().__getitem__(key)

    assert not _stands_alone(Whole("%%b%%" * 9), 10, 15)
