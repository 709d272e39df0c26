"""`notewright lint`: what ruff finds in cells stands at the lines of the note."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import ProjectDir

NOTE = """\
# A

```python
import os
import sys
import json

x = 1
--8<-- "part.py"
```

```python continuation
#| label: b
print(x, undefined)
```

Here 1<!--= json.loads("1") -->.

```python
#| error: NameError
missing
```

```python
#| vary: {k: [1, 2]}
print(k)
```

> ```python
> if True: y = 1
> import re
> ```

```python notest
import ast
```
"""


@pytest.mark.gate
def test_what_is_found_has_the_lines_of_the_note(tmp_path: Path) -> None:
    """Sessions are looked at whole; includes, expected errors and names that are given are not."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/a.md": NOTE, "snippets/part.py": "import unused\n", "docs/b.md": "# B\n"})
    project.write({"ruff.toml": "lint.select = ['E7', 'F']\n"})
    found = project.notewright("lint")
    assert found.status == 1, found.output
    lines = [line for line in found.output.split("\n") if line.startswith("docs/")]
    places = sorted(" ".join(line.split()[:2]) for line in lines)
    assert places == [
        "docs/a.md:14:10: F821:",
        "docs/a.md:30:10: E701:",
        "docs/a.md:31:10: F401:",
        "docs/a.md:4:8: F401:",
        "docs/a.md:5:8: F401:",
    ], found.output
    assert project.notewright("lint", "b").status == 0
    project.write({"ruff.toml": "lint.select = ['E7']\n"})
    assert project.notewright("lint").lines("1 problem in the cells of 2 notes")
    project.write({"other.toml": "lint.select = ['W']\n"})
    assert project.notewright("lint", "--config", "other.toml").status == 0
    project.write({"bad.toml": "x = 1\n"})
    assert project.notewright("lint", "--config", "bad.toml").lines("cannot run ruff: ")
