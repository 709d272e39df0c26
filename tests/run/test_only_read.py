"""`notewright accept --notest`: cells that fail are marked as code that is only read."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import ProjectDir

from notewright.run.engine import MANY

SHOWN = """\
# A note of somebody else

```python
x = 1
```

```python continuation
y = x + missing
```

```python continuation
z = y
```

```py title="model.py" hl_lines="1"
model.fit(X)
```

> [!tip]- Callout
> - ```{.python .no-copy}
>   for each in range(3)
>   ```

~~~ {python}
raise SystemExit
~~~

```Python
print("runs")
```

```python continuation
more
```

```pycon
>>> 1 / 0
1
```
"""
MARKED = (
    SHOWN.replace("continuation\ny", "continuation notest\ny")
    .replace("continuation\nz", "continuation notest\nz")
    .replace("```py title", "```py notest title")
    .replace("{.python .no", "{.python .notest .no")
    .replace("{python}", "{python notest}")
    .replace("continuation\nmore", "continuation notest\nmore")
    .replace("pycon", "pycon notest")
)
MARKED = MARKED.replace("python continuation notest", "python notest continuation")

OWN = """\
```python
print(1)
n = 2
```

```output
3
```

1<!--= n -->, 5<!--= nobody -->

```pycon
>>> n = 1
>>> n
2
```

```python
#| needs: not_installed_anywhere
import not_installed_anywhere
```

```python unheard
also_missing
```

```python continuation
n
```
"""


@pytest.mark.nightly
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_fails_is_marked(tmp_path: Path, end: str) -> None:
    """With what continues it, in whatever form its fence is written; then there is nothing more."""
    project = ProjectDir(tmp_path)
    project.configure()
    note = project.root / "docs/a.md"
    note.parent.mkdir(exist_ok=True)
    note.write_bytes(SHOWN.replace("\n", end).encode())
    assert project.notewright("check").status == 1
    marked = project.notewright("accept", "--notest")
    assert note.read_bytes().decode() == MARKED.replace("\n", end), marked.output
    assert marked.status == 0 and marked.lines("docs/a.md: marked 7 cells `notest`")
    again = project.notewright("accept", "--notest")
    assert (again.status, again.lines("marked")) == (0, [])
    assert project.build().status == 0
    assert project.pytest().status == 0


@pytest.mark.nightly
def test_what_was_meant_to_run_is_left_alone(tmp_path: Path) -> None:
    """What a note says otherwise, what rests here, and what is malformed: all of it is told."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/own.md": OWN, "docs/book.py": "# %%\nmissing\n"})
    before = project.notewright("check").lines("docs/")
    marked = project.notewright("accept", "--notest")
    assert marked.status == 1 and not marked.lines("marked")
    assert marked.lines("docs/") == before
    assert (project.root / "docs/own.md").read_text() == OWN
    assert (project.root / "docs/book.py").read_text() == "# %%\nmissing\n"


def test_where_nothing_runs_nothing_is_marked(tmp_path: Path) -> None:
    """What has not run has not failed."""
    project = ProjectDir(tmp_path)
    project.configure({"execute": False})
    project.write({"docs/a.md": SHOWN})
    marked = project.notewright("accept", "--notest")
    assert not marked.lines("marked")
    assert (project.root / "docs/a.md").read_text() == SHOWN


@pytest.mark.gate
def test_only_the_notes_that_are_named_are_marked(tmp_path: Path) -> None:
    """Others still fail."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/a.md": "```python\na\n```\n", "docs/b.md": "```python\nb\n```\n"})
    assert project.notewright("accept", "--notest", "a").status == 0
    assert "notest" in (project.root / "docs/a.md").read_text()
    assert "notest" not in (project.root / "docs/b.md").read_text()
    refused = project.notewright("accept", "--notest", "--digits", "5")
    assert refused.status == 2 and refused.lines("not allowed with argument")


@pytest.mark.nightly
def test_a_vault_of_code_to_be_read_is_told_how_to_say_so(tmp_path: Path) -> None:
    """Once most of many sessions fail, by build and check alike; one that fails is a mistake."""
    project = ProjectDir(tmp_path)
    project.configure()
    failing = [f"```python\nmissing_{number}\n```\n" for number in range(MANY)]
    sound = [f"```python\nx = {number}\n```\n" for number in range(MANY)]
    project.write({"docs/a.md": "\n".join([*failing, *sound])})
    hint = "notewright accept --notest"
    assert not project.notewright("check").lines(hint)
    project.write({"docs/a.md": "\n".join([*failing, *sound[1:]])})
    assert project.notewright("check").lines(f"{MANY} failed", hint)
    assert project.build().lines(f"{MANY} failed", hint)
    assert project.notewright("accept", "--notest").status == 0
    assert not project.notewright("check").lines(hint)
