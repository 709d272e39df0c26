"""The extension in a real VS Code: it starts, and shows what is wrong and what cells output."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsers import becomes
from editors.vscode import FOLDER, REASON, VSCode, editor
from projects import ProjectDir

pytestmark = [pytest.mark.nightly, pytest.mark.skipif(not FOLDER, reason=REASON)]

NOTE = """\
# Outputs

See [[Gradent descent]].

```python
import matplotlib.pyplot as plt

print("forty-two")
plt.plot([1, 3, 2]);
```

```python
1 / 0
```
"""
PICTURES = os.environ.get("NOTEWRIGHT_PICTURES", "")
"""A folder for screenshots, for those who want to look at them."""


@pytest.fixture
def code(tmp_path: Path) -> Iterator[VSCode]:
    """An editor with a vault of two notes."""
    project = ProjectDir(tmp_path / "vault")
    project.configure()
    project.write({"docs/a.md": NOTE, "docs/Gradient descent.md": "# Gradient descent\n"})
    (project.root / ".venv").symlink_to(Path(sys.prefix))
    with editor(project.root, tmp_path / "state") as started:
        yield started


def look(code: VSCode, name: str) -> None:
    """Keep a screenshot."""
    if PICTURES:
        code.page.screenshot(path=Path(PICTURES, f"{name}.png"))


def test_a_note_is_written_run_and_mended(code: VSCode) -> None:
    """One life: fix, completion, run, output below the cell, error at its line, panel."""
    code.open("a.md")
    code.squiggle("warning").wait_for(state="attached")
    code.go_to(3, 8)
    code.page.keyboard.press("Control+.")
    code.page.locator(".action-widget", has_text="Write `Gradient descent`").wait_for()
    look(code, "fix")
    code.page.keyboard.press("Enter")
    becomes(lambda: "See [[Gradient descent]]." in code.text)
    code.go_to(3, 100)
    code.page.keyboard.type(" And [[Grad", delay=50)
    code.page.locator(".suggest-widget .monaco-list-row", has_text="Gradient descent").wait_for()
    look(code, "completion")
    code.page.keyboard.press("Tab")
    code.page.keyboard.type(" too")  # behind the brackets that the editor has closed by itself
    becomes(lambda: "And [[Gradient descent]] too" in code.text)
    code.page.keyboard.press("Control+s")
    code.lens("Run").click()
    code.lens("→ forty-two … and 1 more output").wait_for()
    code.lens("→ ZeroDivisionError: division by zero").wait_for()
    code.squiggle("error").wait_for(state="attached")
    look(code, "outputs")
    code.command("Problems: Focus on Problems View")
    code.page.locator(".markers-panel", has_text="ZeroDivisionError: division by zero").wait_for()
    look(code, "problems")
    code.lens("→ forty-two").click()
    panel = code.page.frame_locator("iframe.webview").frame_locator("iframe")
    panel.locator("pre", has_text="forty-two").wait_for()
    becomes(lambda: panel.locator("img").evaluate("image => image.naturalWidth > 0"))
    look(code, "panel")
