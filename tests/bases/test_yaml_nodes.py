"""YAML of bases: the rules of 1.2, lines, and bounds."""

from __future__ import annotations

from typing import Any

import pytest
from counted import calls
from hypothesis import given
from hypothesis import strategies as st

from notewright.bases.yaml_nodes import BaseError, Node, read_yaml


def plain(node: Node) -> Any:
    """The values without their lines."""
    if isinstance(node.value, dict):
        return {name: plain(each) for name, each in node.value.items()}
    return [plain(each) for each in node.value] if isinstance(node.value, tuple) else node.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("12:30", "12:30"),
        ("0x1F", "0x1F"),
        ("2024-02-29", "2024-02-29"),
        ("true", True),
        ("False", False),
        ("'true'", "true"),
        ("~", None),
        ("", None),
        ("007", 7),
        ("-1.5e3", -1500.0),
        ("1_000", "1_000"),
        ("|\n  a\n  b\n", "a\nb\n"),
        ("[1, a, [b]]", [1, "a", ["b"]]),
        ("on: {yes: no}", {"on": {"yes": "no"}}),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
        ("!!python/object:os.system x", "x"),
    ],
)
def test_values(text: str, value: object) -> None:
    """As the app reads them; tags mean nothing."""
    assert plain(read_yaml(text)) == value


def test_lines_count_from_1() -> None:
    """Of each value."""
    root = read_yaml("a: 1\nb:\n  - c\n  - d\n")
    assert root.value["b"].value[1] == Node("d", 4, "d")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: [1", 1),
        ("a: 1\n b: 2", 2),
        ("a: 1\na: 2", 2),
        ("? [a]\n: 1", 1),
        ("a: *x", 1),
        ("a: &x [*x]", 1),
        ("a: \x00", 1),
        (r'"\UFFFFFFFF"', 1),
        ("--- 1\n--- 2", 2),
        ("a" * 300_000, 1),
    ],
)
def test_what_cannot_be_read_has_its_line(text: str, line: int) -> None:
    """And is our own error."""
    with pytest.raises(BaseError) as caught:
        read_yaml(text)
    assert caught.value.line == line and str(caught.value).startswith(f"line {line}: ")


@pytest.mark.gate
@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_000,
        "a: " * 20_000,
        "a: &a [1]\n"
        + "".join(f"b{n}: &b{n} [*{'a' if not n else f'b{n - 1}'}, *a]\n" * 1 for n in range(70)),
        "a: &a [1, 1, 1, 1]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
        "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]\n"
        "e: [*d, *d, *d, *d, *d, *d, *d]",
    ],
)
def test_hostile_yaml_is_an_error(text: str) -> None:
    """With bounded work."""

    def refuse() -> None:
        with pytest.raises(BaseError):
            read_yaml(text)

    assert calls(refuse) < 1_000_000


@given(st.text() | st.text(alphabet="a1:-[]{}&*!|>'\"\n ,?#"))
def test_any_text_is_read_or_is_our_error(text: str) -> None:
    """Nothing else comes out."""
    try:
        read_yaml(text)
    except BaseError:
        pass  # that is the promise
