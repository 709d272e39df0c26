"""Base files as notes: the YAML of one stands in a fence, as it does in a note."""

from __future__ import annotations

import re

from notewright.bases.yaml_nodes import BaseError
from notewright.note.anchors import Heading

LANGUAGE = "base"
"""The word behind the backticks of a fence that holds a base."""

SHIFT = 1
"""Lines of the Markdown above the first one of the file."""


def as_markdown(source: str) -> str:
    """The Markdown of a base file: one fence."""
    longest = max(map(len, re.findall("`{3,}", source)), default=2)
    fence = "`" * (longest + 1)
    end = "" if source.endswith("\n") or not source else "\n"
    return f"{fence}{LANGUAGE}\n{source}{end}{fence}\n"


def headings(source: str) -> list[Heading]:
    """The names of the views of a base file, as the headings that links may name."""
    from notewright.bases.document import read_base

    try:
        views = read_base(source).views
    except BaseError:  # which is told where the base is checked
        return []
    return [Heading(2, view.name, view.line) for view in views if view.name]
