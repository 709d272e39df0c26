"""Values that a run gave stand on its paper, and nothing that a person typed does."""

from __future__ import annotations

import json
from pathlib import Path

from converted import read
from projects import ProjectDir

NOTE = """\
# Values

```python
x, name = 0.5, "confirmed"
```

A typed 0.5 is plain, a checked 0.5<!--= x --> is not, nor is `{python} x + 1`, nor
**confirmed**<!--= name -->.

- [0.5<!--= x -->](index.md) in a link

| a | b |
|---|---|
| 0.5<!--= x --> | 0.5 |

## A heading with 0.5<!--= x -->

> 0.5<!--= x --> begins a quote

It is a half.<!--! x == 0.5 -->
"""


def test_what_a_run_gave_is_marked_and_nothing_else_is(tmp_path: Path) -> None:
    """A number that is only typed, or that stands in a heading, has no mark."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": NOTE})
    assert project.build().status == 0
    page = read(project.page("index"))
    marked = [each.text for each in page.all("span", "nw-value")]
    assert marked == ["0.5", "1.5", "confirmed", "0.5", "0.5", "0.5"]
    (strong,) = [each for each in page.all("strong") if each.text == "confirmed"]
    assert strong.all("span", "nw-value")
    assert not any(each.all("span", "nw-value") for each in page.all("h2"))
    (listed,) = page.all("details", "nw-values")
    assert listed.all("summary")[0].text == "How the numbers were computed (7)"
    assert [each.text for each in listed.all("b")] == [*marked[:5], "0.5", "0.5"]
    assert {each.attributes["href"] for each in listed.all("a")} == {"#nw-cell-1"}
    assert "It is a half." in [each.text for each in page.all("p")]
    assert "name" in [each.text for each in listed.all("code")]


def test_a_value_that_disagrees_is_not_marked(tmp_path: Path) -> None:
    """What the run did not give is no result of it."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": "# A\n\n```python\nx = 1\n```\n\nIt is 2<!--= x -->.\n"})
    project.command("-m", "mkdocs", "build")
    assert "nw-value" not in project.page("index")


FRAMES = """\
# Frames

```python
#| label: powers
#| vary: {k: [2, 3]}
#| vary-caption: "{k} squared is {k**2}"
print(k)
```

Of 2<!--~ k --> the square is `{python~} k**2`, and of the first `{python} k**2`.
"""


def test_a_computed_value_follows_frames(tmp_path: Path) -> None:
    """If it says so, as a checked one does; a notebook has it for the first frame."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": FRAMES})
    assert project.build().status == 0
    page = read(project.page("index"))
    assert [each.text for each in page.all("span", "nw-value")] == ["2", "4", "4"]
    followed = [each.attributes for each in page.all("span", "nw-follows")]
    assert [each["data-nw-value"] for each in followed] == ["0", "1"]
    assert {each["data-nw-follows"] for each in followed} == {"powers"}
    told = [path.read_text("utf-8") for path in project.root.glob("site/assets/notewright/*.json")]
    frames = [json.loads(each).get("follows") for each in told if '"follows"' in each]
    assert frames == [[["2", "4"], ["3", "9"]]]
    (notebook,) = project.root.glob("site/*.ipynb")
    assert "the square is 4, and of the first 4." in notebook.read_text("utf-8")
