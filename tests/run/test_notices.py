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
        assert "For a slider, use `#| vary`" in widget
        assert not said.lines("docs/index.md:12:")
        assert "a widget needs a running kernel" in said.lines("docs/index.md:22:")[0]


IPYWIDGETS = '''
from types import SimpleNamespace


class Widget:
    """As ipywidgets shows one: closing it ends its views."""

    def __init__(self, **options):
        vars(self).update({"value": 0, "bar_style": "", "children": ()} | options)
        self.layout, self.style = SimpleNamespace(), SimpleNamespace(bar_color=None)

    def __repr__(self):
        return f"{type(self).__name__}(value={self.value})"

    def _repr_mimebundle_(self, **_):
        kind = "application/vnd.jupyter.widget-view+json"
        return {"text/plain": repr(self), kind: {"model_id": "1"}}

    def close(self):
        self._repr_mimebundle_ = None


class HTML(Widget): ...
class HBox(Widget): ...
class FloatProgress(Widget): ...
'''

BARS = """\
# Bars

```python
from ipywidgets import FloatProgress
from tqdm.notebook import tqdm, trange

for i in tqdm(range(3), desc="outer"):
    for j in trange(2, desc="inner", leave=False):
        pass
    print(i)
for i in trange(4, desc="part"):
    if i == 1:
        break
manual = tqdm(total=4)
manual.update(1)
gone, progress = FloatProgress(), FloatProgress()
display(gone, progress)
progress.value = 1
```

```python continuation
manual.update(3)
manual.close()
gone.close()
progress.value = 2
progress
```

```python continuation
progress.value = 3
print("end")
```
"""


def test_progress_bars_for_notebooks_show_their_last_state(tmp_path: Path) -> None:
    """As those of terminals do, and as other widgets do in a notebook."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": BARS, "ipywidgets.py": IPYWIDGETS})
    said = project.notewright("run", NOTEWRIGHT_SPAWN="1")  # else tqdm is loaded without the stub
    assert said.status == 0, said.output
    assert len(said.lines("a widget needs a running kernel")) == 2
    shown = project.notewright("show", "index").output
    bars = ["outer: 100%|██████████| 3/3", "part:  25%|██▌       | 1/4", "100%|██████████| 4/4"]
    last = "FloatProgress(value=3)"
    lines = [line.strip() for line in shown.split("\n") if "fresh" not in line and line.strip()]
    assert lines == [bars[0], "0", "1", "2", *bars[1:], last, last, "end"]
