"""Properties that a run holds: what agrees, what does not, and what is written then."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from projects import ProjectDir

from notewright.note.held_properties import Held
from notewright.note.properties import PROPERTIES, read_properties


def told(properties: str, **got: Any) -> list[str]:
    """What is wrong with some properties, where a run gave others."""
    text = f"---\n{properties}\n---\n"
    return [f"{each.line}: {each}" for each in Held(text).differences(json.dumps(got))]


@pytest.mark.parametrize(
    ("properties", "got"),
    [
        ("a: 0.957", 0.9571),
        ("a: 0.96", 0.9571),
        ("a: 1", 0.9571),
        ("a: 12", 12),
        ("a: -0.50", -0.5),
        ("a: true", True),
        ("a: yes", True),
        ("a: k-means", "k-means"),
        ("a: '[[k-means]]'", "[[k-means]]"),
        ("a: 2024-02-29", "2024-02-29"),
        ("a: [x, 1, true]", ["x", 1, True]),
        ("a:\n- x\n- y", ["x", "y"]),
        ("a: {b: 1}", {"b": 1}),
        ("a:", None),
        ("b: 1", None),
    ],
)
def test_a_property_agrees(properties: str, got: Any) -> None:
    """A number to the digits that it is written with; all else as it is."""
    assert told(properties, a=got) == []


@pytest.mark.parametrize(
    ("properties", "got", "said"),
    [
        ("b: 1\na: 0.957", 0.9577, "3: the property `a` is 0.957, but the cell computes 0.958"),
        ("a: 0", 0.9571, "2: the property `a` is 0, but the cell computes 0.9571"),
        ("a: 1", 0.4, "2: the property `a` is 1, but the cell computes 0.4"),
        ("a: 12", 13.4, "2: the property `a` is 12, but the cell computes 13"),
        ("a: 1", 2.0, "2: the property `a` is 1, but the cell computes 2"),
        ("a: 1", 12, "2: the property `a` is 1, but the cell computes 12"),
        ("a: 1", True, "2: the property `a` is 1, but the cell computes true"),
        ("a: 'true'", True, "2: the property `a` is 'true', but the cell computes true"),
        ("a: 1.0", "1.0", "2: the property `a` is 1.0, but the cell computes '1.0'"),
        ("a: [1, 2]", [1, 3], "2: the property `a` is [1, 2], but the cell computes [1, 3]"),
        ("a:", 0.1234567, "2: the property `a` is empty, but the cell computes 0.123457"),
        ("b: 1", 2, "1: the note has no property `a`, but the cell computes 2"),
    ],
)
def test_a_property_differs(properties: str, got: Any, said: str) -> None:
    """With its line, as it is written, and as the run would have it."""
    assert told(properties, a=got) == [said]


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]),
    min_size=1,
    max_size=9,
)
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12),
)
VALUES = st.one_of(
    PLAIN, st.lists(PLAIN.filter(lambda each: not isinstance(each, float)), max_size=3)
)
BEFORE = st.sampled_from(
    ["", "# Home\n", "---\na: 1 # one\nb:\nc:\n  - x\n  - y\n'd e': \"f\"\n---\n\nText.\n"]
)


@given(BEFORE, st.dictionaries(st.one_of(NAMES, st.sampled_from(["a", "b", "c", "d e"])), VALUES))
def test_what_is_written_agrees(before: str, got: dict[str, Any]) -> None:
    """Whatever the run gives: once it is accepted, nothing differs, and other text stays."""
    result = json.dumps(got)
    after, shift = before, 0
    held = Held(before)
    for start, end, new in sorted(held.edits(held.differences(result))):
        after = after[: start + shift] + new + after[end + shift :]
        shift += len(new) - (end - start)
    _, wrong = read_properties(after, "note.md")
    assert wrong == []
    assert Held(after).differences(result) == []
    assert PROPERTIES.sub("", after).lstrip("\n") == PROPERTIES.sub("", before).lstrip("\n")


NOTE = """\
---
score: 0.94
kind: old
---

# Home

```python
#| properties:
#|   score: total / 3
#|   kind: '"new"'
total = 2.871
```
"""


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """A note with two properties that are no longer right."""
    found = ProjectDir(tmp_path)
    found.configure()
    found.write({"docs/index.md": NOTE})
    return found


@pytest.mark.nightly
def test_a_wrong_property_fails_and_is_accepted(project: ProjectDir) -> None:
    """By every command alike, with note and line; the cell does not run again for it."""
    for result in (project.build(), project.pytest(), project.notewright("check")):
        assert result.status != 0
        for said in (
            "docs/index.md:2: the property `score` is 0.94, but the cell computes 0.96",
            "docs/index.md:3: the property `kind` is old, but the cell computes new",
        ):
            assert said in result.output
    accepted = project.notewright("accept")
    assert "updated 2 places" in accepted.output
    text = (project.root / "docs/index.md").read_text("utf-8")
    assert text == NOTE.replace("0.94", "0.96").replace("kind: old", "kind: new")
    checked = project.notewright("check")
    assert (checked.status, checked.counts) == (0, (0, 1, 0))
    assert "How the numbers were computed (2)" in (project.build() and project.page("index"))


@pytest.mark.gate
def test_a_base_shows_the_number_that_is_held(project: ProjectDir) -> None:
    """It is a plain property: for Obsidian, for a base, for whoever reads the YAML."""
    project.notewright("accept")
    base = "filters: file.name == 'index'\nviews: [{order: [score, kind]}]\n"
    project.write({"docs/models.base": base})
    assert project.build().status == 0
    page = project.page("models.base")
    assert "<td>0.96</td>" in page and "<td>new</td>" in page


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("holds: 'total'", "properties must be a mapping of names to values, not float"),
        ("holds: '{\"a\": object()}'", "a property cannot be of type object"),
        ("holds: '{\"a\": 1 / 0}'", "ZeroDivisionError: division by zero"),
        (
            "holds: []",
            "invalid value for option `holds`: []. Use property names with Python expressions",
        ),
    ],
)
def test_what_cannot_be_held_is_told(project: ProjectDir, option: str, said: str) -> None:
    """At the line of the option."""
    project.write({"docs/index.md": f"# Home\n\n```python\n#| {option}\ntotal = 0.5\n```\n"})
    told = project.notewright("check")
    assert told.status == 1 and said in told.lines("docs/index.md:4: ")[0], told.output


@pytest.mark.nightly
def test_other_code_runs_the_cell_again(project: ProjectDir) -> None:
    """What the option says is a part of what runs; a notebook holds properties, too."""
    project.notewright("accept")
    text = (project.root / "docs/index.md").read_text("utf-8")
    project.write({"docs/index.md": text.replace("total / 3", "total / 2")})
    checked = project.notewright("check")
    assert checked.counts == (1, 0, 1) and "the cell computes 1.44" in checked.output
    notebook = (
        "# ---\n# score: 1\n# ---\n\n# %%\n#| properties: 'dict(score=2, kind=\"x\")'\n1 + 1\n"
    )
    project.write({"docs/index.md": "# Home\n", "docs/book.py": notebook})
    assert "docs/book.py:2: the property `score` is 1, but" in project.notewright("check").output
    project.notewright("accept")
    head = "# ---\n# score: 2\n# kind: x\n# ---\n"
    assert (project.root / "docs/book.py").read_text("utf-8").startswith(head)


@pytest.mark.nightly
def test_a_property_that_is_only_typed_is_listed(project: ProjectDir) -> None:
    """Where a run holds it in another note; nothing is told of what nobody holds."""
    project.write({"docs/other.md": "---\ntitle: Other\nauthor: me\nscore: 0.5\n---\n# Other\n"})
    project.notewright("accept")
    told = project.notewright("check")
    assert told.status == 0
    (line,) = told.lines("typed by hand")
    assert line == "`score` is computed by a cell in 1 note, but typed by hand at docs/other.md:4"


@pytest.mark.nightly
def test_several_cells_hold_properties_of_one_note(project: ProjectDir) -> None:
    """They begin the properties together; of one that two cells hold, the first writes it."""
    cell = "```python{}\n#| properties: 'dict({})'\n1\n```\n\n"
    cells = cell.format("", "a=1, b=2"), cell.format(" continuation", "b=3, c=4")
    project.write({"docs/index.md": "# Home\n\n" + "".join(cells)})
    project.notewright("accept")
    text = (project.root / "docs/index.md").read_text("utf-8")
    assert text.startswith("---\na: 1\nb: 2\nc: 4\n---\n\n# Home\n")
    told = project.notewright("check")
    assert told.lines("the property `b` is 2, but the cell computes 3")
