"""The YAML at the top of a note: what is wrong with it, and on which line."""

from __future__ import annotations

import pytest

from notewright.note.properties import read_properties


@pytest.mark.parametrize(
    ("yaml", "line", "said"),
    [
        ("a: 1\ntags: [a\n", 3, "not valid YAML"),
        ("a: 1\ntags: {b: 1\nc: 2\n", 3, "not valid YAML"),
        ("a: 1\nb: : x\n", 3, "not valid YAML"),
        ('a: 1\ntitle: "\\ud800"\n', 3, "unpaired surrogate"),
        ('a: 1\nb:\n  - c: "\\udfff"\n', 4, "unpaired surrogate"),
        ("- a\n", 2, "not written as `name: value` lines"),
    ],
)
def test_a_mistake_is_told_on_its_line(yaml: str, line: int, said: str) -> None:
    """A bracket that is never closed is where it opens; half a character would end a build."""
    properties, (problem,) = read_properties(f"---\n{yaml}---\n\n# A\n", "docs/a.md")
    assert properties == {} and problem.line == line and said in problem.message


def test_whole_characters_are_properties() -> None:
    """Also as a pair of escapes, or as text that only looks like one."""
    text = '---\ntitle: "\U0001f600"\npath: C:\\udata\nother: "\\\\ud800"\n---\n'
    properties, problems = read_properties(text, "docs/a.md")
    assert properties["title"] == "\U0001f600" and properties["path"] == "C:\\udata"
    assert properties["other"] == "\\ud800" and not problems
