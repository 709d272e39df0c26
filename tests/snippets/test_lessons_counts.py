"""Counts of rules by their verdicts: of a page, and of all pages."""

from __future__ import annotations

import pytest

from snippets.lessons.counts import VERDICTS, all_counts, counts
from snippets.lessons.ledger import FOLDER, read


def test_a_page_of_one_lesson_has_its_verdict() -> None:
    """The others are none."""
    verdict = next(row["verdict"] for row in read() if row["lesson"] == "L42")
    found = counts("nlp")
    assert found["rules"] == found[verdict] == 1
    assert sum(found[word] for word in VERDICTS) == 1


def test_a_page_without_lessons_is_refused() -> None:
    """With its name."""
    with pytest.raises(ValueError, match="the note 'rule' has no lesson"):
        counts("rule")


def test_pages_add_up_to_the_ledger() -> None:
    """Each rule stands on one page, with the verdict that the ledger has."""
    pages = [
        path.stem for path in FOLDER.glob("*.md") if "\n#| label: l" in path.read_text("utf-8")
    ]
    found = [counts(page) for page in pages]
    total = {word: sum(each[word] for each in found) for word in ("rules", *VERDICTS)}
    assert total == all_counts()
    assert total["rules"] == len({row["id"] for row in read()})
