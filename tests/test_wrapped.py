"""Wikilinks that a line break has made into text."""

from __future__ import annotations

from pathlib import Path

import pytest

from notewright.cells import find_cells
from notewright.errors import Problem
from notewright.strays import strays

NOWHERE = Path("/nowhere")


def told(text: str) -> list[Problem]:
    cells = find_cells(text, "docs/a.md", includes=NOWHERE, root=NOWHERE)
    return list(strays(text, "docs/a.md", cells))


@pytest.mark.parametrize(
    ("text", "line", "link"),
    [
        ("See [[b|the\nbee]].", 1, "[[b|the bee]]"),
        ("---\na: 1\n---\n\nOne [[b]] line,\nanother [[a\nb]] line.\n", 6, "[[a b]]"),
        ("- item\n    - [[b|one\n      two]]\n", 2, "[[b|one two]]"),
        ("> [!note] T\n> A [[b#c\n> d]].\n", 2, "[[b#c d]]"),
        ("`x` and [[b|the `code`\nof]] it", 1, "[[b|the `code` of]]"),
        ("%%\n[[a\nb]]\n%%\n\nA ![[figure\none.svg]]", 6, "[[figure one.svg]]"),
    ],
)
def test_a_link_over_two_lines_is_told(text: str, line: int, link: str) -> None:
    """With its line, and what to do."""
    (problem,) = told(text)
    assert problem.line == line
    assert problem.message == f"`{link}` is broken over two lines, and so no link"
    assert problem.remedy == "Write it on one line"


@pytest.mark.parametrize(
    "text",
    [
        "```text\n[[a\nb]]\n```\n",
        "    [[a\n    b]]\n",
        "`[[a\nb]]` and ``[[``\n and `]]`",
        "%%[[a\nb]]%% <!-- [[a\nb]] -->",
        "<pre>\n[[a\nb]]\n</pre>\n",
        "$[[a\nb]]$ and\n\n$$\n[[a\nb]]\n$$\n",
        "---\na: '[[a\n  b]]'\n---\n",
        "An array, [[1, 2],\n[3, 4]], [[[a\n]]] and [[1,\n2]].",
        "Escaped \\[[a\nb]] and [[a\n\nb]].",
        "A [[b]]\n[[b]] [[b|c]],\n[[ and ]]\nalone: ]] [[",
        "[[one\ntwo]](https://example.org/)",
    ],
)
def test_what_is_no_wrapped_link_is_not_told(text: str) -> None:
    """Code, comments, formulas, arrays, and brackets that mean nothing."""
    assert told(text) == []
