"""Pages that plugins add to a site, which are not notes."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import ProjectDir

HOOK = '''\
from mkdocs.structure.files import File

TEXT = """# Made

[[index]]

```python
print(1)
```

```python
print(2)
```
"""


def on_files(files, config):
    for path, text in {"made.md": TEXT, "prose.md": "# Prose"}.items():
        files.append(File.generated(config, path, content=text))
    return files
'''


@pytest.fixture
def site(tmp_path: Path) -> ProjectDir:
    """A project with one note, and a hook that adds two pages as mkdocs-gen-files does."""
    project = ProjectDir(tmp_path)
    project.configure(hooks=["hook.py"])
    project.write({"docs/index.md": "# Home\n\n```python\nprint(3)\n```\n", "hook.py": HOOK})
    return project


def test_cells_of_a_page_that_a_plugin_adds_are_told_once(site: ProjectDir) -> None:
    """They do not run: nothing that the site shows is untested in silence."""
    built = site.build()
    assert built.status == 0, built.output
    (line,) = built.lines("do not run")
    assert "`made.md` (2 cells, 1 wikilink)." in line
    assert "prose.md" not in line and "graph.md" not in line
    assert built.counts == (1, 0, 0)


def test_where_nothing_runs_their_cells_are_not_told(site: ProjectDir) -> None:
    """With execution off, a fence is code to read on every page."""
    (line,) = site.build(NOTEWRIGHT_EXECUTE="0").lines("a plugin adds")
    assert "`made.md` (1 wikilink)." in line
