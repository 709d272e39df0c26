"""`notewright check` of some notes: these run, and what is told is theirs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from projects import ProjectDir

GOOD = """\
# Good

See [[other]], its figure ![[fig-x.svg|A line]] and [[other#^fig-x|where it is made]].

```python
print("good")
```
"""
OTHER = """\
# Other

```python
#| label: fig-x
#| fig-alt: "A line."
import matplotlib.pyplot as plt

plt.plot([1, 2]);
```

It is 12.5 % of it.
"""
BAD = """\
# Bad

See [[nowhere]], [[good]] and the good.

```python
1 / 0
```

It is 7.5 % of it.
"""


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """Two notes that are well, and one that is not."""
    made = ProjectDir(tmp_path)
    made.configure()
    made.write({"docs/good.md": GOOD, "docs/other.md": OTHER, "docs/bad.md": BAD})
    return made


@pytest.mark.gate
def test_only_what_is_named_runs_and_is_told(project: ProjectDir) -> None:
    """Faults of other notes are not its business; figures that these have not drawn are known."""
    checked = project.notewright("check", "good")
    assert checked.status == 0, checked.output
    assert checked.counts == (1, 0, 0)
    assert "bad.md" not in checked.output and "nowhere" not in checked.output


@pytest.mark.nightly
def test_each_fault_of_a_note_is_told_at_its_line(project: ProjectDir) -> None:
    """Its cell and its link; by path or by name, several at once."""
    checked = project.notewright("check", "docs/bad.md", "good")
    assert checked.status == 1
    assert checked.lines("docs/bad.md:3", "nowhere") and checked.lines("docs/bad.md:6", "Zero")
    assert checked.counts == (2, 0, 2)
    whole = project.notewright("check")
    for line in checked.lines("docs/bad.md:"):
        assert line in whole.output.split("\n")


@pytest.mark.gate
def test_a_link_to_what_another_note_lacks_is_told(project: ProjectDir) -> None:
    """The other note was never run: its headings and labels are read all the same."""
    project.write({"docs/good.md": GOOD.replace("[[other]]", "[[other#Gone]] ![[fig-y.svg]]")})
    checked = project.notewright("check", "good")
    assert checked.status == 1
    assert checked.lines("docs/good.md:3", "Gone") and checked.lines("docs/good.md:3", "fig-y")


@pytest.mark.gate
def test_results_for_machines_are_of_these_notes(project: ProjectDir) -> None:
    told = json.loads(project.notewright("check", "--json", "bad").output)
    assert {each["file"] for each in told["problems"]} == {"docs/bad.md"}
    assert [each["state"] for each in told["cells"]] == ["failed"]


@pytest.mark.nightly
def test_lists_are_of_these_notes(project: ProjectDir) -> None:
    """Numbers that no run holds, and notes named without a link."""
    checked = project.notewright("check", "other", "--unchecked-numbers", "--unlinked-mentions")
    assert checked.lines("docs/other.md:", "12.5") and "bad.md" not in checked.output
    assert project.notewright("check", "bad", "--unchecked-numbers").lines("docs/bad.md:", "7.5")


def test_links_are_rewritten_in_these_notes(project: ProjectDir) -> None:
    project.write({"docs/other.md": "---\naliases: [Else]\n---\n\n# Other\n"})
    project.write({"docs/good.md": "# Good\n\n[[Else]]\n", "docs/bad.md": "# Bad\n\n[[Else]]\n"})
    checked = project.notewright("check", "--fix", "good")
    assert checked.status == 0 and checked.lines("docs/good.md: 1 link rewritten")
    assert "[[other|Else]]" in (project.root / "docs/good.md").read_text()
    assert "[[Else]]" in (project.root / "docs/bad.md").read_text()


def test_what_is_kept_of_other_seeds_is_of_all_notes(project: ProjectDir) -> None:
    """The file would lose what is known of the others."""
    checked = project.notewright("check", "good", "--digits", "--save-ranges")
    assert checked.status == 1 and "Remove `--save-ranges`" in checked.output


def test_an_unknown_note_is_told_with_the_nearest(project: ProjectDir) -> None:
    checked = project.notewright("check", "goood")
    assert checked.status == 1 and "Did you mean `good`?" in checked.output


@pytest.mark.gate
def test_the_example_of_the_readme(tmp_path: Path) -> None:
    """Its note is fine as it is written; a wrong number gets the message that the README shows."""
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    note = readme.partition("`docs/training.md`:\n\n")[2].partition("\nThe page shows")[0]
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": "# Home\n\n[[training]]\n", "docs/training.md": note})
    assert project.notewright("check").status == 0
    project.write({"docs/training.md": note.replace("took 200", "took 201")})
    shown = readme.partition("`notewright check` says:\n\n")[2].partition("\n\n")[0]
    told = project.notewright("check")
    assert told.status == 1 and " ".join(shown.split()) in told.output, told.output
