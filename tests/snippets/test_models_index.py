"""The decision paths of the page of models: drawn and written they say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from snippets.comparison import MODELS

TEXT = (Path(__file__).parents[2] / "docs/models/index.md").read_text("utf-8")
DIAGRAMS = re.findall(
    r"```mermaid\n(.*?)```\n\nThe same path as a list:\n\n(.*?)\n\n(?!-| )", TEXT, re.S
)
LINK = re.compile(r"\[\[(?:models/)?([a-z-]+)(?:\|[^\]]*)?\]\]")
NOTES = {one.note for one in MODELS}


def test_every_model_is_a_leaf_once() -> None:
    """The three paths lead to each model, and to none twice."""
    assert len(DIAGRAMS) == 3
    leaves = re.findall(r'click \w+ "([a-z-]+)/"', TEXT)
    assert len(leaves) == len(set(leaves))
    assert set(leaves) == NOTES


@pytest.mark.parametrize(("drawn", "written"), DIAGRAMS, ids=["kind", "linear", "groups"])
def test_the_list_says_what_the_drawing_says(drawn: str, written: str) -> None:
    """Leaves and items are the same notes, in the same order of the page or another."""
    leaves = re.findall(r'click \w+ "([a-z-]+)/"', drawn)
    listed = [name for name in LINK.findall(written) if name in NOTES]
    assert sorted(leaves) == sorted(listed)


@pytest.mark.parametrize(("drawn", "written"), DIAGRAMS, ids=["kind", "linear", "groups"])
def test_every_leaf_is_a_node(drawn: str, written: str) -> None:
    """What can be clicked is drawn, and every drawn leaf can be clicked; the drawing has a name."""
    clicked = set(re.findall(r'click (\w+) "', drawn))
    nodes = set(re.findall(r"\b(\w+)\[", drawn))
    assert clicked == nodes
    assert "accTitle:" in drawn
