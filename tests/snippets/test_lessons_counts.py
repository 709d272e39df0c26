"""Counts of a page's lessons, against the ledger."""

from __future__ import annotations

import pytest

from snippets.lessons.counts import VERDICTS, counts
from snippets.lessons.ledger import read


def test_a_page_of_one_lesson_has_its_verdict() -> None:
    """The others are none."""
    verdict = next(row["verdict"] for row in read() if row["lesson"] == "L42")
    found = counts("nlp")
    assert found["lessons"] == found[verdict] == 1
    assert sum(found[word] for word in VERDICTS) == 1


def test_a_page_without_lessons_is_refused() -> None:
    """With its name."""
    with pytest.raises(ValueError, match="the note 'rule' has no lesson"):
        counts("rule")
