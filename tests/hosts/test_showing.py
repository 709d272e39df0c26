"""`notewright show`: what the cells of a note gave when they last ran, and whether that holds."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from projects import ProjectDir

ROOT = Path(__file__).parents[2]
NOTE = """\
# A

```python
print(open("data/x.txt").read())
```

```python continuation
#| label: fig-line
#| fig-alt: "A line."
#| fig-cap: "It rises."
import matplotlib.pyplot as plt

plt.plot([1, 2]);
```

It is `{python} 6 * 7`, and 5<!--= 2 + 2 -->.

```python
#| labl: x
```
"""


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """A note that reads a file, draws a figure, and has two mistakes."""
    made = ProjectDir(tmp_path)
    made.configure()
    made.write({"docs/a.md": NOTE, "data/x.txt": "one"})
    return made


def asked(project: ProjectDir) -> list[dict[str, Any]]:
    """The cells, as an editor is told of them."""
    said = project.notewright("show", "a", "--json")
    assert said.status == 0, said.output
    found = json.loads(said.output)
    assert found["file"] == "docs/a.md" and found["execute"] is True
    cells: list[dict[str, Any]] = found["cells"]
    return cells


@pytest.mark.nightly
def test_nothing_runs(project: ProjectDir) -> None:
    """Cells without a record are stale, and say so; no record is made."""
    for _ in range(2):
        states = [(cell["line"], cell["last_line"], cell["state"]) for cell in asked(project)]
        assert states == [(3, 5, "stale"), (7, 14, "stale"), (18, 20, "broken")]
    assert not list((project.root / ".notewright").glob("records/*"))


@pytest.mark.nightly
def test_what_cells_gave_is_there_for_an_editor(project: ProjectDir) -> None:
    """Outputs in the form of notebooks, figures in colours, values, alt text and captions."""
    project.notewright("run")
    printed, drawn, broken = asked(project)
    assert printed["outputs"] == [{"name": "stdout", "output_type": "stream", "text": "one\n"}]
    assert (drawn["label"], drawn["alt"], drawn["captions"]) == (
        "fig-line",
        ["A line."],
        ["It rises."],
    )
    (figure,) = drawn["outputs"]
    assert list(figure["data"]) == ["image/svg+xml"]
    assert 'style="background: #fff"' in figure["data"]["image/svg+xml"]
    assert drawn["values"] == [{"line": 16, "expression": "6 * 7", "text": "42"}]
    assert drawn["state"] == "failed" and drawn["reasons"][0].startswith(
        "the note says 5, but the cell"
    )
    assert broken["outputs"] == [] and "`label`" in broken["reasons"][0]


@pytest.mark.nightly
def test_the_plugin_knows_each_part_of_it(project: ProjectDir) -> None:
    """Its types name what is printed, and what the plugin itself adds."""
    source = (ROOT / "src/obsidian/cells.ts").read_text("utf-8")
    named = re.findall(r"export interface (\w+) \{(.*?)\n\}", source, re.S)
    fields = {name: set(re.findall(r"^  (\w+)\??:", text, re.M)) for name, text in named}
    project.notewright("run")
    cells = asked(project)
    assert fields["Cell"] - {"fence"} == set(cells[0])
    assert fields["Value"] == set(cells[1]["values"][0])
    assert fields["Output"] >= set(cells[0]["outputs"][0])


@pytest.mark.nightly
def test_what_an_input_made_stale_is_shown_as_such(project: ProjectDir) -> None:
    """With what it gave before, since that is what there is."""
    project.notewright("run")
    (project.root / "data/x.txt").write_text("two", "utf-8")
    first = asked(project)[0]
    assert first["state"] == "stale" and "data/x.txt" in first["reasons"][0]
    assert first["outputs"][0]["text"] == "one\n"


@pytest.mark.nightly
def test_a_person_reads_it_as_text(project: ProjectDir) -> None:
    """Place, label, state, reasons and outputs of each cell."""
    project.notewright("run")
    lines = project.notewright("show", "a").output.split("\n")
    assert lines[:2] == ["docs/a.md:3: fresh", "one"]
    assert lines[2] == "docs/a.md:7: `fig-line` failed"
    assert "(a figure, shown on the site)" in lines
    assert project.notewright("show", "nothing").status == 1


@pytest.mark.gate
def test_an_error_that_is_meant_is_shown_as_the_page_shows_it(tmp_path: Path) -> None:
    """By its name and message; one without a message by its name."""
    project = ProjectDir(tmp_path)
    project.configure()
    cells = {"ZeroDivisionError": "1 / 0", "KeyError": "raise KeyError"}
    fences = [f"```python\n#| error: {name}\n{code}\n```\n" for name, code in cells.items()]
    project.write({"docs/a.md": "\n".join(fences)})
    assert project.build().status == 0
    told = project.notewright("show", "a").output.split("\n")
    assert told[1::2][:2] == ["ZeroDivisionError: division by zero", "KeyError"]
    for text in told[1::2][:2]:
        assert f">{text}" in project.page("a")
