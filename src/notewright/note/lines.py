"""Lines of a text: where each of them starts."""

from __future__ import annotations

from itertools import accumulate


def line_offsets(text: str) -> list[int]:
    """Where each line starts, and one place behind the last."""
    return [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
