"""Places in a note: each character of a parsed text is found again in the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from projects import ProjectDir
from readers import read_by_all, vault_of

from notewright.note.parse import Parse
from notewright.note.positions import Places

CELLS = st.sampled_from(
    ["", "1", "[[b]]", "`x`", r"a \| b", "**b**", "#tag", "$x$", "[l](b.md)", "é"]
)
LEADS = st.sampled_from(["", "> ", "> > ", "- ", "  ", "> - "])


@st.composite
def ragged_tables(draw: st.DrawFn) -> str:
    """A table whose rows have any number of cells, with bars at their ends or without."""
    width = draw(st.integers(1, 4))
    lead = draw(LEADS)
    inner = lead.replace("-", " ")
    rows = ["| " + " | ".join(["h"] * width) + " |", "|" + "---|" * width]
    for cells in draw(st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=4)):
        first, last = draw(st.sampled_from([("| ", " |"), ("| ", ""), ("", " |"), ("", "")]))
        blanks = draw(st.sampled_from(["", " ", "\t", "\xa0"]))
        rows.append(first + " | ".join(cells) + last + blanks)
    return "\n".join([lead + rows[0], *(inner + row for row in rows[1:])]) + "\n"


def test_text_right_below_a_table_is_its_last_row() -> None:
    """As in Obsidian; the cells that it has not are empty, at its end."""
    text = "| a | b |\n|---|---|\n| 1 | 2 |\nsee [[b]]\n"
    inlines = list(Places(Parse(text)).inlines())
    assert [each.token.content for each in inlines] == ["a", "b", "1", "2", "see [[b]]", ""]
    assert text[inlines[4].find(4) :] == "[[b]]\n"
    assert text[inlines[5].find(0) :] == "\n"


@given(ragged_tables())
def test_each_character_of_a_ragged_table_is_found_in_the_file(text: str) -> None:
    """Whatever number of cells a row has."""
    for inline in Places(Parse(text)).inlines():
        content = inline.token.content
        found = "".join(text[inline.find(offset)] for offset in range(len(content)))
        assert found == content
        assert inline.find(len(content)) <= len(text)


@given(ragged_tables())
@settings(max_examples=25)
def test_no_reader_stumbles_over_a_ragged_table(text: str) -> None:
    """Check, index, rename, page and downloads."""
    cell = "\n```python\n1\n```\n"
    vault = vault_of({"a.md": f"{text}{cell}", "b.md": "# B\n\n![[a]]\n"})
    assert read_by_all(vault, "a.md").html


@pytest.mark.gate
def test_no_command_ends_at_a_ragged_table(tmp_path: Path) -> None:
    """A site is made, and check, index and rename read the note."""
    project = ProjectDir(tmp_path)
    project.configure()
    table = "| a | b | c |\n|---|---|---|\n| 1 |\nsee [[b]]\n"
    project.write({"docs/index.md": f"# Start\n\n{table}", "docs/b.md": "# B\n"})
    built = project.build()
    assert built.status == 0, built.output
    assert 'href="b/"' in (tmp_path / "site/index.html").read_text("utf-8")
    for command in (["check"], ["index"], ["rename", "--dry-run", "b.md", "c.md"]):
        result = project.notewright(*command)
        assert result.status == 0, result.output
        assert "Traceback" not in result.output
