"""Notes below a text: numbered as one reads, with blocks in them."""

from __future__ import annotations

import pytest
from converted import Node, convert, read
from hypothesis import example, given
from hypothesis import strategies as st


def notes(text: str) -> tuple[list[str], list[str]]:
    """Numbers of the references, in their order, and the texts of the notes."""
    page = read(convert(text).html)
    references = [node.text for node in page.all("a", "footnote-ref")]
    (block,) = page.all("div", "footnote") or [Node("", {}, [])]
    items = [item for ol in block.all("ol")[:1] for item in ol.children if isinstance(item, Node)]
    return references, [item.text.split("\xa0")[0].strip() for item in items]


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("a^[one]", ["one"]),
        ("a^[one] b^[two]", ["one", "two"]),
        ("a^[see [x](u) and [y]]", ["see x and [y]"]),
        ("a^[with `]` code]", ["with ] code"]),
        ("a^[**bold** ==mark==]", ["bold mark"]),
        ("# a^[in a heading]", ["in a heading"]),
        ("- a^[in an item]", ["in an item"]),
        ("> a^[in a quote]", ["in a quote"]),
        ("| a^[in a cell] |\n|---|", ["in a cell"]),
        ("a^[b](c)", ["b"]),
        ("a[^1] b^[two] c[^x]\n\n[^x]: three\n[^1]: one", ["one", "two", "three"]),
        ("a[^w]\n\n[^w]: word", ["word"]),
        ("a[^1]\n[^1]: directly below", ["directly below"]),
    ],
)
def test_notes_are_numbered_as_one_reads(text: str, texts: list[str]) -> None:
    """Notes in the text and notes below it are one list."""
    references, found = notes(text)
    assert references == [str(number) for number in range(1, len(texts) + 1)]
    assert found == texts


@pytest.mark.parametrize(
    "text", ["a\\^[b]", "`a^[b]`", "$a^[b]$", "a^ [b]", "a^[]", "a^[b", "a^[ ]"]
)
def test_what_only_looks_like_a_note_is_none(text: str) -> None:
    """Code, mathematics and escaped signs are left alone."""
    assert notes(text) == ([], [])


def test_a_note_below_the_text_holds_blocks() -> None:
    """What is indented below it belongs to it: lists by CommonMark's rules, code byte for byte."""
    html = convert(
        "a[^1]\n\n[^1]: one\n    goes on\n    - b\n      - c\n\n    ```text\n    %%x\n    ```"
    ).html
    (item,) = (node for node in read(html).all("li") if node.attributes.get("id") == "fn:1")
    assert [node.text.split() for node in item.all("ul")] == [["b", "c"], ["c"]]
    assert [node.text for node in item.all("code")] == ["%%x\n"]


def test_comments_in_a_note_are_not_published() -> None:
    """Also where the note looks like indented code to CommonMark."""
    html = convert("a[^1]\n\n[^1]: one\n\n    two %%secret%%\n\n    %%secret%% three").html
    assert "secret" not in html
    assert "three" in html


TREE = st.recursive(
    st.text("ab ", min_size=1, max_size=3).filter(str.strip),
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(
        lambda parts: "x " + " ".join(f"^[{part}]" for part in parts)
    ),
    max_leaves=8,
)


@pytest.mark.gate
@example("^[n]", "^[e]")
@given(TREE, TREE)
def test_a_note_may_stand_in_a_note(text: str, below: str) -> None:
    """Each is shown, in the text and below it, however deep."""
    references, found = notes(f"{text}[^1]\n\n[^1]: {below}\n")
    count = 1 + text.count("^[") + below.count("^[")
    assert (len(references), len(found)) == (count, count)
    assert set(references) == {str(number) for number in range(1, count + 1)}
