"""How many lessons a page has, and what became of them, as its properties."""

from __future__ import annotations

import re

from snippets.lessons.ledger import FOLDER, read

VERDICTS = ("confirmed", "refuted", "open")


# --8<-- [start:counts]
def counts(note: str) -> dict[str, int]:
    """Count the lessons of a page by their verdicts in the ledger.

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
    words = {row["lesson"]: row["verdict"] for row in read()}
    found = [words[label.replace("l", "L", 1)] for label in labels]
    return {
        "lessons": len(found),
        **{word: found.count(word) for word in VERDICTS},
    }
    # --8<-- [end:counts]
