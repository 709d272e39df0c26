"""From `notewright new` to green: the steps that the command prints are taken, one by one."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from projects import ProjectDir

pytestmark = pytest.mark.gate

ROOT = Path(__file__).parents[2]

SNIPPET = '''\
"""K-medoids: groups around samples."""

from __future__ import annotations

import numpy as np


# --8<-- [start:medoid]
def medoid(x: np.ndarray) -> int:
    """The sample that is nearest to all others."""
    return int(np.abs(x[:, None] - x[None]).sum(axis=(1, 2)).argmin())


# --8<-- [end:medoid]
'''
TEST = """\
import numpy as np

from snippets.k_medoids import medoid


def test_the_medoid_is_a_sample() -> None:
    assert medoid(np.array([[0.0], [1.0], [5.0]])) == 1
"""
FIGURE = """\
**Works when** groups are few.

```python
#| label: fig-k-medoids
#| fig-cap: "Three samples on a line."
#| fig-alt: "Three dots at 0, 1 and 5."
import matplotlib.pyplot as plt

plt.plot([0, 1, 5], [0, 0, 0], "o");
```
"""
CORE = """\
```python
import numpy as np

--8<-- "k_medoids.py:medoid"
```

```python
import numpy as np

from snippets.k_medoids import medoid

assert medoid(np.array([[0.0], [1.0], [5.0]])) == 1
```

**Rebuild it yourself**: `pytest snippets/exercises/test_k_medoids.py`.
"""
BELOW = {
    "From scratch": CORE,
    "In practice": FIGURE,
    "Struggles when": "```python\nprint(1 - 1)\n```\n",
}
"""What the comments of the template ask for below its headings."""


@pytest.fixture
def clone(tmp_path: Path) -> ProjectDir:
    """This repository as a newcomer has it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if not name.startswith(("src/", "tests/whole/")) and (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, tmp_path / name)
    return ProjectDir(tmp_path)


def commands(step: str) -> list[list[str]]:
    """The pytest commands that a step names, as words."""
    return [line.split()[1:] for line in re.findall(r"`(pytest [^`]+)`", step)]


def run(clone: ProjectDir, step: str) -> tuple[int, str]:
    """Type the commands of a step; their worst status, and what they said."""
    done = [clone.command("-m", "pytest", "-q", *words) for words in commands(step)]
    return max(each.status for each in done), "\n".join(each.output for each in done)


@pytest.mark.nightly
def test_a_model_note_is_led_to_green_by_its_steps(clone: ProjectDir) -> None:
    """Each step is red before it is taken, says file, line and what to do, and is green after."""
    made = clone.notewright("new", "note", "K-medoids", "--template", "model")
    assert made.status == 0, made.output
    steps = dict(re.findall(r"(?m)^(\d)\. (.+)$", made.output))
    assert list(steps) == list("1234567"), made.output
    assert "{{" not in made.output and "docs/models/k-medoids.md" in steps["1"]
    note = clone.root / "docs/models/k-medoids.md"
    text = note.read_text("utf-8")
    assert "%% Steps" not in text and text.startswith('---\ntitle: "K-medoids"\n')
    status, said = run(clone, steps["4"])
    assert status == 1 and re.search(r"docs/models/k-medoids.md:\d+: .+\. \w+", said), said
    assert "Begin a paragraph with `**Works when**`" in said
    for heading, body in BELOW.items():
        text = re.sub(rf"(?m)^## {heading}\n", lambda head, b=body: f"{head[0]}\n{b}", text)
    note.write_text(text, "utf-8")
    clone.write({"snippets/k_medoids.py": SNIPPET, "tests/snippets/test_k_medoids.py": TEST})
    for number in "34":
        status, said = run(clone, steps[number])
        assert status == 0, said


@pytest.mark.nightly
def test_what_lies_beside_the_note_is_named_by_its_step(clone: ProjectDir) -> None:
    """Row, links and exercise: the step names the files, and its tests name the note."""
    made = clone.notewright("new", "model", "K-medoids")
    steps = dict(re.findall(r"(?m)^(\d)\. (.+)$", made.output))
    for name in re.findall(r"(?:snippets|docs|tests)/[\w./-]+\w", made.output):
        assert (clone.root / name).exists() or "k_medoids" in name, name
    words = commands(steps["6"])[0]
    said = clone.command("-m", "pytest", "-q", *words, "-k", "every_model_note").output
    assert "k-medoids" in said and "1 failed" in said and "Model" in said, said
