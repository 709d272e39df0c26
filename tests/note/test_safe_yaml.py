"""YAML that a stranger may have written."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from notewright.note import safe_yaml

PIECES = [
    *("tags", "a", "b c", "é", "\U0001f600", "2024-01-02", "2024-02-31", "10:30", "1_0", "0o7"),
    *("yes", "~", "1.5e3", "[", "]", ", ", ",", ": ", ":", "- ", "-", "#", " # ", "'", '"', "\\"),
    *("\n", "\n  ", "\n- ", " ", "\t", "---\n", "...", "=", "<", "<<: ", "{", "}", "|", ">", "?"),
    *("!", "!!str ", "&x ", "*x", "%", "@", "`", "\x85", "\ufeff", "\u2028", "\r\n", "[[", "]]"),
]


def outcome(read: Any, text: str) -> str:
    """What a text gives, or why it gives nothing."""
    try:
        return repr(read(text))
    except (yaml.YAMLError, ValueError) as error:
        return f"{type(error).__name__}: {error}"


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_a_value_is_the_same_however_it_is_read(text: str) -> None:
    """Whether libyaml is there or not, and whatever else it would take."""
    assert outcome(safe_yaml.load_yaml, text) == outcome(
        lambda each: safe_yaml.load_pairs(each)[0], text
    )


@pytest.mark.gate
@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 3_000 + "]" * 3_000,
        "- " * 3_000 + "a",
        f"a: {'1' * 1_200}",
        "a: 2024-02-31",
        "a: [b",
    ],
)
def test_what_is_bounded_is_told_in_the_same_words(text: str) -> None:
    said = outcome(safe_yaml.load_yaml, text)
    assert said == outcome(lambda each: safe_yaml.load_pairs(each)[0], text)
    assert "Error" in said


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML was built without libyaml")
def test_ordinary_properties_are_read_by_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(safe_yaml, "load_pairs")
    read = safe_yaml.load_yaml("title: K-means\ntags: [a/b, c]\naliases:\n  - x\ndate: 2024-01-02")
    assert isinstance(read, dict) and read["tags"] == ["a/b", "c"] and read["date"].year == 2024
