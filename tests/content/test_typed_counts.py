"""A count that a registry knows is computed: prose that types it is out of date some day."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    "|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|dozens"
)
NUMBER = rf"(?:\d[\d,]*|{WORDS})"
COUNTED = r"(?:rules of thumb|rules|lessons|verdicts|findings|claims)"
TYPED = re.compile(
    rf"(?i)\b{NUMBER}(?:\s+of\s+(?:the\s+|these\s+|all\s+|our\s+)?(?:{NUMBER}\s+)?|\s+){COUNTED}\b"
    rf"|\b(?:one|{WORDS})\s+(?:of them\s+|others?\s+)?(?:holds?|fails?|depends?)\b"
    rf"|\bnone of {NUMBER}\b"
)
SITE = re.compile(
    rf"(?i)\b{NUMBER}\s+(?:kinds of models|models|notes|projects|tasks|types of learning)\b"
)


def prose(text: str) -> str:
    """A note without code, comments and properties; lines stay where they are."""
    kept = re.compile(r"(?ms)^---\n.*?^---\n|^(`{3,}|~{3,}).*?^\1|<!--.*?-->|%%.*?%%")
    return kept.sub(lambda found: "\n" * found[0].count("\n"), text)


def typed(text: str, *patterns: re.Pattern[str]) -> list[str]:
    """The typed counts of a text, each with its line."""
    lines = prose(text).split("\n")
    return [
        f"{number}: {found[0]}"
        for number, line in enumerate(lines, start=1)
        for pattern in patterns
        for found in pattern.finditer(line)
    ]


LESSONS = sorted((ROOT / "docs" / "lessons").glob("*.md"))
OVERVIEWS = [
    ROOT / "docs" / name
    for name in ("index.md", "comparison.md", "verdicts.md", "learn/path.md", "models/index.md")
]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_page_of_lessons_types_no_count_of_rules(path):
    """Its properties have the counts, from the ledger."""
    assert typed(path.read_text("utf-8"), TYPED) == []


@pytest.mark.parametrize("path", OVERVIEWS, ids=lambda path: path.stem)
def test_an_overview_types_no_count_of_what_the_site_has(path):
    """The number of models, notes and rules changes with each that is added."""
    assert typed(path.read_text("utf-8"), TYPED, SITE) == []


@pytest.mark.parametrize(
    "text",
    [
        "Two of seven rules do not survive.",
        "One holds as it stands.",
        "The other four hold under a condition.",
        "None of four rules holds.",
        "82 lessons",
    ],
)
def test_a_typed_count_is_found(text):
    """Whatever the form, if it counts rules."""
    assert typed(text, TYPED)
    assert not typed(f"```python\n{text}\n```", TYPED)
