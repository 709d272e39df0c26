"""`check --digits --save-ranges` saves ranges across seeds, and pages show them while they hold."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from pathlib import Path

import pytest
from converted import read
from projects import ProjectDir

from notewright.errors import EngineError
from notewright.run.kept_spreads import KeptSpreads
from notewright.settings import Settings

SNIPPET = "import random\n\n\ndef drawn(seed):\n    return random.Random(seed).random()\n"
NOTE = """\
# Luck

```python
from snippets.drawing import drawn
x = drawn(0)
```

It is 0.00<!--= f"{x:.2f}" --> by luck, and 0.50<!--= f"{1 / 2:.2f}" --> for sure.

```python continuation
y = 2 * x
```

The double is 0.0<!--= f"{y:.1f}" -->.
"""
SPREADS = "data/seed-ranges.json"
SETTLED = 0.15
"""Seconds after which what was written counts as standing; see `hosts/mkdocs/receipts.py`."""
RANGE = re.compile(r"line 3: (0\.\d\d) to (0\.\d\d) across \d seeds")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A note whose numbers scatter, with what other seeds gave for them, and its page."""
    root = tmp_path_factory.mktemp("spreads") / "project"
    project = ProjectDir(root)
    project.configure({"seed_ranges": SPREADS}, theme={"name": "material"})
    project.write({"docs/index.md": NOTE, "snippets/drawing.py": SNIPPET, "data/a.txt": "a"})
    assert project.notewright("accept").status == 0
    kept = project.notewright("check", "--digits", "--save-ranges")
    assert kept.status == 0, kept.output
    assert "seeds" in titles(project)[0]
    return root


@pytest.fixture
def project(made: Path, tmp_path: Path) -> ProjectDir:
    """A copy of it, as it was built."""
    return ProjectDir(shutil.copytree(made, tmp_path, dirs_exist_ok=True))


def titles(project: ProjectDir) -> list[str]:
    """What a pointer is told that rests on the numbers of the page."""
    result = project.build()
    assert result.status == 0, result.output
    return [
        each.attributes["title"] for each in read(project.page("index")).all("span", "nw-value")
    ]


def test_a_page_tells_what_other_seeds_gave(project: ProjectDir) -> None:
    """Over the number, and in the list at the foot, where a keyboard comes to it."""
    lucky, sure, double = titles(project)
    said = RANGE.search(lucky)
    assert said is not None and float(said[1]) < float(said[2])
    assert sure == "Checked by the build, line 3: the same across 2 seeds"
    assert " to " in double
    (listed,) = read(project.page("index")).all("details", "nw-values")
    assert f"{said[1]} to {said[2]} across" in listed.text and "the same across 2" in listed.text


def test_what_is_kept_is_not_tried_again(project: ProjectDir, tmp_path: Path) -> None:
    """The file says what the seeds would say; who asks for more seeds has these run alone."""
    before = (tmp_path / SPREADS).read_text()
    told = project.notewright("check", "--digits", "--save-ranges").output
    assert (tmp_path / SPREADS).read_text() == before
    content = json.loads(before)
    lucky = next(each for each in content["index.md"] if "x:.2f" in each["value"])
    lucky["numbers"][1:] = ["0.01", "0.99", "0.02"]
    (tmp_path / SPREADS).write_text(json.dumps(content))
    changed = project.notewright("check", "--digits").output
    assert changed != told and "across 4 seeds" in changed


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("docs/index.md", "x = drawn(0)", "x = 0 + drawn(0)"),
        ("snippets/drawing.py", ".random()", ".random() + 0"),
        ("docs/index.md", ":.2f}", ":.02f}"),
    ],
    ids=["the cell", "what it imports", "what the number is"],
)
def test_what_was_made_otherwise_is_not_told(
    project: ProjectDir, tmp_path: Path, file: str, old: str, new: str
) -> None:
    """The same number may scatter otherwise once its code is another."""
    path = tmp_path / file
    path.write_text(path.read_text().replace(old, new))
    assert titles(project)[0] == "Checked by the build, line 3"


def test_prose_and_cells_below_may_change(project: ProjectDir, tmp_path: Path) -> None:
    """They do not make the number."""
    path = tmp_path / "docs/index.md"
    path.write_text(
        path.read_text().replace("y = 2 * x", "y = x + x").replace("# Luck", "# L\n\nA")
    )
    lucky, sure, double = titles(project)
    assert "seeds" in lucky and "seeds" in sure
    assert double == "Checked by the build, line 12"


@pytest.mark.gate
def test_a_file_that_changes_makes_the_page_anew(project: ProjectDir, tmp_path: Path) -> None:
    """A kept page would tell what is no longer kept; without the file, nothing is told."""
    content = json.loads((tmp_path / SPREADS).read_text())
    content["index.md"][0]["numbers"] = [content["index.md"][0]["numbers"][0], "0.98", "0.01"]
    (tmp_path / SPREADS).write_text(json.dumps(content))
    assert titles(project)[0].endswith("line 3: 0.01 to 0.98 across 3 seeds")
    # A build goes on from the last one where nothing else was written a moment ago.
    os.utime(tmp_path / "mkdocs.yml", (1e9, 1e9))
    time.sleep(SETTLED)
    assert "seeds" in titles(project)[0]
    time.sleep(SETTLED)
    (tmp_path / SPREADS).unlink()
    assert titles(project)[0] == "Checked by the build, line 3"


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        '{"index.md": 3}',
        '{"index.md": [{}]}',
        '{"index.md": [{"value": "x", "key": "1", "numbers": ["0.5", "\\"><script>"]}]}',
        '{"index.md": [{"value": "x", "key": "1", "numbers": ["0.5", "nan"]}]}',
        '{"index.md": [{"value": "x", "key": "1", "numbers": [0.5, 0.6]}]}',
        '{"index.md": [{"value": "x", "key": "1", "numbers": ["0.5"]}]}',
    ],
)
def test_what_nobody_kept_is_refused(tmp_path: Path, content: str) -> None:
    """What comes from the file is a number, and comes into a page as one."""
    (tmp_path / "spreads.json").write_text(content)
    settings = Settings(tmp_path, tmp_path / "docs", seed_ranges="spreads.json")
    with pytest.raises(EngineError, match=r"spreads.json is not a valid file of seed ranges"):
        KeptSpreads.read(settings)


def test_a_damaged_file_is_named(project: ProjectDir, tmp_path: Path) -> None:
    """With what writes it; it is not published and has no page."""
    (tmp_path / SPREADS).write_text("{")
    for result in (project.build(), project.notewright("check")):
        assert result.status != 0
        assert f"{SPREADS} is not a valid file of seed ranges" in result.output
        assert "To regenerate it, run `notewright check --digits --save-ranges`" in result.output
        assert "Traceback" not in result.output


@pytest.mark.nightly
def test_who_names_no_file_is_told(tmp_path: Path) -> None:
    """And a name outside of the project is refused."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": "# A\n"})
    result = project.notewright("check", "--save-ranges")
    assert result.status == 1 and "Add `seed_ranges: data/seed-ranges.json`" in result.output
    for name in ("../spreads.json", "/spreads.json", "spreads.txt"):
        project.configure({"seed_ranges": name})
        result = project.notewright("check")
        assert result.status == 1 and "Use a file inside the project" in result.output, name
