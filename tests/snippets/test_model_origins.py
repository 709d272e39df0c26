"""Years of methods: read from the list of works, and cited where they are said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from snippets import comparison
from snippets.model_origins import ORIGINS, WORKS, year_introduced, year_of

MODELS = Path(__file__).parents[2] / "docs" / "models"


@pytest.mark.parametrize("note", ORIGINS)
def test_the_note_cites_its_work_and_says_its_year(note: str) -> None:
    """A reader finds the work under "Further", and Obsidian the year among the properties."""
    text = (MODELS / f"{note}.md").read_text("utf-8")
    assert re.search(rf"@{ORIGINS[note]}\b", text.partition("\n## Further\n")[2])
    assert f"\nyear: {year_of(ORIGINS[note])}\n" in text.partition("\n---\n")[0] + "\n"


def test_notes_without_a_year_are_named() -> None:
    """The page of models says of which methods the year is open."""
    text = (MODELS / "index.md").read_text("utf-8").partition("\n## A history\n")[2]
    without = {one.note for one in comparison.MODELS} - ORIGINS.keys()
    told = text.partition("A dash stands")[2].partition(". Of notes")[0]
    assert set(re.findall(r"\[\[([a-z-]+)\|", told)) == without
    assert all(year_introduced(note) is None for note in without)


def test_each_work_is_one_of_the_list() -> None:
    """Its key ends in its year, as the list has it."""
    keys = re.findall(r"(?m)^@\w+\{([^,]+),", WORKS.read_text("utf-8"))
    assert keys == sorted(set(keys))
    for key in keys:
        assert key.endswith(str(year_of(key)))


def test_a_key_without_a_work_is_refused(tmp_path: Path) -> None:
    """And a work without a year."""
    works = tmp_path / "works.bib"
    works.write_text("@book{a1900,\n  title = {A},\n}\n\n@book{b,\n  year = {1901},\n}\n", "utf-8")
    assert year_of("b", works) == 1901
    with pytest.raises(ValueError, match="the work 'a1900' has no year"):
        year_of("a1900", works)
    with pytest.raises(ValueError, match="no work has the key 'c'"):
        year_of("c", works)
