"""Checks of a note: what no cell goes with, and links that a line break has made into text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.errors import Problem
from notewright.note.checks import check_note
from notewright.note.note import Note

CELL = "```python\nx\n```\n"
NOWHERE = Path("/nowhere")


def found(text: str) -> list[Problem]:
    return list(check_note(Note("a.md", "docs/a.md", text)))


def told(text: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.message) for problem in found(text)]


@pytest.mark.parametrize(
    "text",
    [
        f"{CELL}\n```output\na\n```\n",
        f"{CELL}```output\na\n```\n",
        f"{CELL}~~~output\na\n~~~\n",
        "- ```python\n  x\n  ```\n\n  ```output\n  a\n  ```\n",
        "> ```python\n> x\n> ```\n>\n> ```output\n> a\n> ```\n",
        f"{CELL}\n1<!--= x --> and `{{python}} x`\n",
        f"%%\n```output\na\n```\n1<!--= x -->\n%%\n\n{CELL}",
        "---\na: 1<!--= x -->\n---\n",
        "````text\n```output\na\n```\n1<!--= x -->\n````\n",
        "<!--\n```output\na\n```\n-->\n",
        "<!-- of <!--= x -->\n",
        "```sh\necho a\n```\n\n```output\na\n```\n",
        "- ```c\n  x\n  ```\n\n  ```output\n  a\n  ```\n",
    ],
)
def test_what_belongs_to_a_cell_is_no_stray(text: str) -> None:
    """Where a cell is directly above, or nobody reads, nothing is wrong."""
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("```output\na\n```\n", 1),
        ("```\na\n```\n\n```output\na\n```\n", 5),
        ("```sh\na\n```\n\n```output\na\n```\n\n```output\na\n```\n", 9),
        ("```sh\na\n```\n\nText.\n\n```output\na\n```\n", 7),
        (f"{CELL}\nText.\n\n```output\na\n```\n", 7),
        (f"{CELL}\n```output\na\n```\n\n```output\nb\n```\n", 9),
        (f"{CELL}\n^label\n\n```output\na\n```\n", 7),
        ("- ```python\n  x\n  ```\n\n```output\na\n```\n", 5),
        (f"---\na: 1\n---\n%%\nhidden\n%%\n> [!note]\n> ```output\n> a\n> ```\n\n{CELL}", 8),
    ],
)
def test_an_output_under_no_cell_is_told(text: str, line: int) -> None:
    """Output that nobody checks must not look as if it were checked."""
    assert told(text) == [(line, "this output does not belong to a cell")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("of 1<!--= x -->\n", 1),
        ("`{python} x`\n", 1),
        ("```python notest\nx\n```\n\n- of `{python} x`\n", 5),
        (f"---\na: 1\n---\n%%\nhidden\n%%\n\n| a |\n|---|\n| 1<!--= x --> |\n\n{CELL}", 10),
    ],
)
def test_a_value_above_all_cells_is_told(text: str, line: int) -> None:
    """A number that no run could give is not left unchecked in silence."""
    assert told(text) == [(line, "no cell above computes the value `x`")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"{CELL}\n<div>\n0.94<!--= x -->\n</div>\n", 6),
        (f"{CELL}\n<!--= x -->\n", 5),
        (f"{CELL}\n<p>a <!-- b\n--> 1<!--= x --></p>\n", 6),
        (f"%%\n%%\n{CELL}\n> <td>0.94<!--= x --></td>\n", 7),
    ],
)
def test_a_value_in_html_is_told(text: str, line: int) -> None:
    """Raw HTML is not read for values: one that stands there would never be checked."""
    assert told(text) == [(line, "this value is inside HTML, where it is not checked")]


def test_twin_labels_are_told() -> None:
    """A label names one cell of a note, whichever way it is written."""
    first = "```python\n#| label: a\nx\n```\n"
    second = "> ```python\n> x\n> ```\n> ^a\n"
    (problem,) = found(f"{first}\n{second}\n{CELL}\n{CELL}")
    assert problem.line == 6
    assert problem.message == "the label `a` is already used by the cell at line 1"


def test_one_cell_has_one_label() -> None:
    """Of two names for one cell, the second would lead nowhere."""
    text = "```python\n#| label: {}\nx\n```\n\n^b\n"
    assert told(text.format("b")) == []
    assert told(text.format("a")) == [(6, "the cell has two labels, `a` and `b`")]


SHOWN = "this cell would be shown, but never run or tested"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("!!! note\n    ```python\n    x\n    ```\n", 2),
        ('??? note "Title"\n\n    ```python\n    x\n    ```\n', 3),
        ("???+ note\n\n    Text.\n\n    ```pycon\n    >>> 1\n    ```\n", 5),
        ('=== "Tab"\n\n    ~~~ {.python}\n    x\n    ~~~\n', 3),
        ('<div markdown="1">\n```python\nx\n```\n</div>\n', 2),
        ("%%\n%%\n<div class='a' markdown>\n```py\nx\n```\n</div>\n", 4),
    ],
)
def test_a_fence_that_only_the_site_would_see_is_told(text: str, line: int) -> None:
    """Code that is published must be code that was tested."""
    assert told(text) == [(line, SHOWN)]


@pytest.mark.parametrize(
    "text",
    [
        "!!! note\n    ```text\n    x\n    ```\n",
        "!!! note\n    ```python notest\n    x\n    ```\n",
        "<div>\n```python\nx\n```\n</div>\n",
        "Text.\n\n    ```python\n    x\n    ```\n",
        "- item\n\n  ```python\n  x\n  ```\n",
        "> [!note]\n> ```python\n> x\n> ```\n",
        "````markdown\n!!! note\n    ```python\n    x\n    ```\n````\n",
        "%%\n!!! note\n    ```python\n    x\n    ```\n%%\n",
        '<div markdown="1">\n\n```python\nx\n```\n\n</div>\n',
    ],
)
def test_fences_that_all_or_no_readers_see_are_no_strays(text: str) -> None:
    """Lists, callouts and blank lines after a tag are read alike by the site and the tests."""
    assert told(text) == []


PIECES = [
    "```python",
    "```output",
    "~~~",
    "```",
    "> [!note]",
    "!!! note",
    "<div markdown>",
    "-->",
    "<!--",
    "%%",
    "1<!--= x -->",
    "^a",
    "#| label: a",
    "- a",
    "",
]


@given(st.lists(st.tuples(st.sampled_from(["", "  ", "    ", "> "]), st.sampled_from(PIECES))))
def test_any_note_can_be_searched(lines: list[tuple[str, str]]) -> None:
    """Half-written notes are judged on every save: each problem lies in the note."""
    text = "\n".join(indent + piece for indent, piece in lines)
    for problem in found(text):
        assert 1 <= problem.line <= len(lines)


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
    (problem,) = found(text)
    assert problem.line == line
    assert problem.message == f"`{link}` is not a link, because it spans two lines"
    assert problem.remedy == "Put it on one line"


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
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"> [!predict] What?\n\n{CELL}", []),
        (f"> [!predict]- What?\n> - [ ] a\n> - [x] b\n\n{CELL}", []),
        ("> [!predict] What?\n\n```python notest\nx\n```\n", []),
        ("> [!note] A\n> > [!predict] What?\n>\n> ```python\n> x\n> ```\n", []),
        ("> [!question] What?\n> Text.\n", []),
        ("````text\n> [!predict] What?\n````\n", []),
        (f"Text.\n\n> [!predict] What?\n\nText.\n\n{CELL}", [3]),
        ("> [!Predict]\n> What?\n", [1]),
        ("> [!predict] What?\n\n```text\nno cell\n```\n", [1]),
        ("> [!predict] What?\n\n```python\n#| include: false\nx\n```\n", [1]),
        (f"> [!note] A\n> > [!predict] What?\n\n{CELL}", [2]),
    ],
)
def test_a_prediction_stands_right_above_a_cell(text: str, lines: list[int]) -> None:
    """Every command tells one of nothing; the build alone did."""
    assert [problem.line for problem in found(text)] == lines
    assert all("must be directly above the cell" in problem.message for problem in found(text))
