"""A tree is written back as text that is read as the same tree."""

from __future__ import annotations

import pytest
from bases_trees import trees
from hypothesis import given

from notewright.bases.parser import parse
from notewright.bases.tree import Node, print_tree


@given(trees)
def test_what_is_printed_is_read_as_the_same_tree(tree: Node) -> None:
    """No bracket is missing, and no text loses a sign."""
    assert parse(print_tree(tree)) == tree


@pytest.mark.parametrize(
    "expression",
    [
        "a + b * c",
        "(a + b) * c",
        "a - (b - c)",
        "a && (b || c)",
        "!(a == b)",
        "-a.b",
        "(-a).b",
        "(2.5).round()",
        '[1, "a", null][0]',
        '{"a": {"b c": true}}.a',
        "/a/g.matches(x)",
        'note["due date"].format("YYYY")',
    ],
)
def test_brackets_stand_where_they_are_needed_and_nowhere_else(expression: str) -> None:
    """These are written as they were."""
    assert print_tree(parse(expression)) == expression
