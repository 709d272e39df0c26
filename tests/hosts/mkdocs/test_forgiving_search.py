"""Whose dialog searches a site, and what its index says of a note."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from projects import ProjectDir
from search_index import unfolded

NOTE = """\
---
aliases: [Other]
tags: [model]
---

# A note

Lead of the note, with `inline` code.

## Verdict of a lesson

Said in the text.

```python
#| label: fig-line
#| fig-cap: A line that rises
#| fig-alt: one line
import matplotlib.pyplot as plt

print("printed by the cell")
plt.plot([1, 2]);
```

```python continuation
#| label: l1
class Result:
    def _repr_mimebundle_(self, include=None, exclude=None):
        kind = "application/vnd.notewright.result+json"
        return {kind: {"kind": "lesson", "verdict": "refuted"}, "text/plain": "given"}


Result()
```

```text
a block of code
```
"""


def build(tmp_path: Path, plugins: list[Any] | None = None, **theme: Any) -> ProjectDir:
    """A small site in Material."""
    project = ProjectDir(tmp_path)
    project.write({"docs/index.md": "# Home\n\n[[a]]\n", "docs/f/a.md": NOTE})
    project.configure(
        theme={"name": "material", "font": False, **theme},
        plugins=plugins or ["search", "notewright"],
    )
    done = project.build()
    assert done.status == 0, done.output
    return project


def index(project: ProjectDir) -> dict[str, Any]:
    """Its search index."""
    text = (project.root / "site/search/search_index.json").read_text("utf-8")
    read: dict[str, Any] = json.loads(text)
    return read


def entries(project: ProjectDir) -> dict[str, dict[str, Any]]:
    """The entries of its index by their addresses."""
    return {each["location"]: each for each in unfolded(index(project)["docs"])}


@pytest.mark.nightly
def test_the_index_says_what_a_note_says(tmp_path: Path) -> None:
    """Text, figures and lessons; neither code nor outputs, nor pages that nobody wrote."""
    project = build(tmp_path)
    found = entries(project)
    assert "data-nw-search" in project.page("f/a")
    note, lesson, figure = found["f/a/"], found["f/a/#verdict-of-a-lesson"], found["f/a/#fig-line"]
    assert note["text"] == "Lead of the note, with inline code."
    assert note["aliases"] == "Other" and note["popular"] == 1
    assert lesson["kind"] == "Lessons" and lesson["sign"] == "refuted"
    assert "tags" in note and "tags" not in lesson
    assert figure["kind"] == "Figures" and figure["title"] == "A line that rises"
    assert found["code/matplotlib/#matplotlib.pyplot.plot"]["kind"] == "Code"
    said = json.dumps(list(found.values()))
    assert not [each for each in ("printed", "block of code", "repr_mime", "given") if each in said]
    assert not [each for each in found if each.startswith(("graph/", "tags/")) or each == "f/"]
    assert found[""]["boost"] == 0.5
    page = project.page("f/a")
    assert "printed by the cell" in page and "a block of code" in page and "nw-aside" not in page


def test_a_heading_with_code_is_found_by_its_words(tmp_path: Path) -> None:
    """A result shows a title as text: it said `<code>fit</code>`, and `code` found each of them."""
    project = ProjectDir(tmp_path)
    parts = "## `fit()` and H<sub>2</sub>O\n\nText.\n\n## Types \\<T>, `a < b`\n\nText.\n"
    project.write({"docs/index.md": f"# `Home`\n\n{parts}"})
    project.configure(theme={"name": "material", "font": False}, plugins=["search", "notewright"])
    built = project.build()
    assert built.status == 0, built.output
    titles = [each["title"] for each in unfolded(index(project)["docs"]) if "kind" not in each]
    assert titles[:3] == ["Home", "fit() and H2O", "Types &lt;T&gt;, a &lt; b"]


def test_a_note_is_found_by_its_title_where_another_heading_stands_first(tmp_path: Path) -> None:
    """The heading of its first part is found, too; a title says its quotes as a heading does."""
    project = ProjectDir(tmp_path)
    text = "# First part\n\nSome capybara.\n\n# Second part\n\nMore.\n"
    project.write(
        {
            "docs/titled.md": f"---\ntitle: Given\n---\n\n{text}",
            "docs/same.md": "# *Same* & so\n\nWords.\n",
            'docs/Say "hi".md': "Words.\n",
        }
    )
    project.configure(theme={"name": "material", "font": False}, plugins=["search", "notewright"])
    assert project.build().status == 0
    found = entries(project)
    assert found["titled/"]["title"] == "Given"
    assert found["titled/"]["text"] == "First part. Some capybara."
    assert found["titled/#second-part"]["title"] == "Second part"
    assert (found["same/"]["title"], found["same/"]["text"]) == ("Same &amp; so", "Words.")
    assert found["Say%20%22hi%22/"]["title"] == 'Say "hi"'


@pytest.mark.gate
def test_words_of_several_entries_stand_beside_them(tmp_path: Path) -> None:
    """Below the first words of a section, which it keeps; a word of one section stays there."""
    begins = "Beginning of a section " * 6
    sections = f"## One\n\n{begins} shared lonely\n\n## Two\n\n{begins} shared\n"
    ProjectDir(tmp_path).write({"docs/b.md": f"# B\n\n{sections}"})
    project = build(tmp_path)
    found, read = entries(project), index(project)
    assert (read["words"], len(read["places"])) == ("shared", 2)
    assert found["b/#one"]["words"] == "lonely" and "words" not in found["b/#two"]


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("plugins", "theme"),
    [
        ([{"search": {"separator": r"[\s]+"}}, "notewright"], {}),
        (["search", "notewright"], {"language": "de"}),
        ([{"search": {"lang": ["en", "ja"]}}, "notewright"], {}),
        (["notewright", {"search": {"fields": {"title": {"boost": 2.0}}}}], {}),
    ],
)
def test_who_changed_materials_search_keeps_it(
    tmp_path: Path, plugins: list[Any], theme: dict[str, Any]
) -> None:
    """Another language, or an owner who says how it finds: code is found as ever."""
    project = build(tmp_path, plugins, **theme)
    assert "data-nw-search" not in project.page("f/a")
    assert "printed" in json.dumps(list(entries(project).values()))
    assert set(index(project)) == {"config", "docs"}
    assert not (project.root / "site/assets/notewright/search-dialog.js").exists()


@pytest.mark.nightly
def test_an_own_dialog_is_the_owners(tmp_path: Path) -> None:
    """A theme of the vault that has one keeps Material's index, too."""
    project = ProjectDir(tmp_path)
    project.write({"theme/partials/search.html": "<p>Mine</p>\n"})
    project = build(tmp_path, custom_dir="theme")
    assert "<p>Mine</p>" in project.page("f/a")
    assert "printed" in json.dumps(list(entries(project).values()))
