"""What a writer should know of a run, though nothing failed."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import ProjectDir

pytestmark = pytest.mark.gate

WIDGET = """\
# Widget

```python
class Slider:
    def _repr_mimebundle_(self, include=None, exclude=None):
        kind = "application/vnd.jupyter.widget-view+json"
        return {"text/plain": "Slider()", kind: {"model_id": "1"}}

Slider()
```

```python
#| include: false
class tqdm:
    _repr_mimebundle_ = lambda self, **_: {
        "text/plain": "0%", "application/vnd.jupyter.widget-view+json": {}
    }

display(tqdm())
```

```python continuation
tqdm()
```
"""


def test_a_widget_is_told_each_time_with_its_way_out(tmp_path: Path) -> None:
    """The page has its text alone, and readers see nothing move."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": WIDGET})
    for said in (project.build(), project.notewright("check")):
        assert said.status == 0, said.output
        (widget,) = said.lines("docs/index.md:3: a widget needs a running kernel")
        assert "`#| vary` adds a slider" in widget
        assert not said.lines("docs/index.md:12:")
        assert "Import `tqdm` from `tqdm`" in said.lines("docs/index.md:22:")[0]
