"""A sentence that gives the cause of a result rests on an arm that shows it, or says that it does
not.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
CAUSAL = re.compile(
    r"(?i)\b(?:because|mainly|comes? from|cannot|(?:is|are) (?:not )?to blame|the cause is)\b"
)
SHOWN = re.compile(r"(?i)likely reasons?\b|<!--! ")
RESULT = re.compile(r"\*\*(?:Verdict|What to notice)\b")
VALUE = re.compile(r"<!--[=~].*?-->|\[\[[^\]]*\]\]|`[^`]*`")
SENTENCE = re.compile(r"(?<=[.!?])(?<!<!--!)\s+(?=[A-Z*`\[(])|(?<=-->)\s+|(?<=[.!?]\))\s+")
NOTES = sorted(
    path for folder in ("concepts", "lessons", "models") for path in (DOCS / folder).glob("*.md")
)


def unbacked(text: str) -> list[str]:
    """Sentences of results and captions that name a cause, and neither check nor hedge it."""
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        caption = re.match(r"#\| (?:fig|tbl)-cap: (.*)", line)
        if not (caption or RESULT.match(line)):
            continue
        for sentence in SENTENCE.split(VALUE.sub("", line)):
            if CAUSAL.search(sentence) and not SHOWN.search(sentence):
                found.append(f"{number}: {sentence}")
    return found


@pytest.mark.parametrize("path", NOTES, ids=lambda path: path.stem)
def test_a_cause_is_checked_or_called_likely(path: Path) -> None:
    """Add `<!--! comparison -->` behind the sentence, or write that the reason is likely."""
    assert unbacked(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("**Verdict:** It is ahead because it is wide.", 1),
        ("**Verdict:** It is ahead because it is wide.<!--! wide > narrow --> More.", 0),
        ("**Verdict:** A likely reason is that it is wide, because it is not deep.", 0),
        ("**What to notice.** It is 2<!--= x -->. It comes from the start.", 1),
        ('#| fig-cap: "The start cannot be the reason."', 1),
        ("It is ahead because it is wide.", 0),
    ],
)
def test_what_counts_as_a_cause(text: str, count: int) -> None:
    """Only in what says a result."""
    assert len(unbacked(text)) == count
