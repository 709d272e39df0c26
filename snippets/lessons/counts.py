"""How many rules a page has, or all pages have, and what became of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import get_args

from snippets.lessons.findings import Verdict
from snippets.lessons.ledger import FOLDER, read

VERDICTS: tuple[str, ...] = get_args(Verdict)


# --8<-- [start:counts]
def counts(note: str) -> dict[str, int]:
    """Count the rules of a page by their verdicts in the ledger.

    A claim of several parts counts as several rules.

    Args:
        note: Name of the note in `docs/lessons`; the cells that judge its
            lessons are labelled with their numbers.

    Raises:
        ValueError: If the page has no lesson.
    """
    text = (FOLDER / f"{note}.md").read_text("utf-8")
    labels = re.findall(r"(?m)^#\| label: (l\d+\w?)$", text)
    if not labels:
        raise ValueError(f"the note {note!r} has no lesson")
    return _counted({label.replace("l", "L", 1) for label in labels})


def all_counts() -> dict[str, int]:
    """Count the rules of all pages by their verdicts."""
    return _counted({row["lesson"] for row in read()})


def _counted(lessons: Iterable[str]) -> dict[str, int]:
    wanted = set(lessons)
    words = {
        row["id"]: row["verdict"] for row in read() if row["lesson"] in wanted
    }
    found = list(words.values())
    return {
        "rules": len(found),
        **{word: found.count(word) for word in VERDICTS},
    }
    # --8<-- [end:counts]
