"""The language server in a real Neovim, with the settings that `editors.md` gives."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from projects import ProjectDir, clean_environment

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(shutil.which("nvim") is None, reason="needs Neovim: install `neovim`"),
]

SCRIPT = Path(__file__).with_name("neovim.lua")
ROOT = Path(__file__).parents[2]
NOTE = """\
# Outputs

See [[Gradent descent]].

```python
print("forty-two")
```

```python
1 / 0
```
"""


def test_a_note_is_mended_and_run(tmp_path: Path) -> None:
    """Diagnostics, completion, outline, quick fix, definition, run, error, hover."""
    project = ProjectDir(tmp_path / "vault")
    project.configure()
    project.write({"docs/a.md": NOTE, "docs/Gradient descent.md": "# Gradient descent\n"})
    page = (ROOT / "docs" / "engine" / "editors.md").read_text("utf-8")
    _, old_versions = re.findall(r"^```lua\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    settings = tmp_path / "settings.lua"
    settings.write_text(old_versions, "utf-8")
    variables = {"VAULT": str(project.root), "SETTINGS": str(settings), "HOME": str(tmp_path)}
    variables["SAID"] = str(tmp_path / "said.json")
    variables["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["nvim", "--headless", "-u", "NONE", "-n", "-c", f"luafile {SCRIPT}", "-c", "cquit"],
        cwd=project.root,
        env=clean_environment() | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads((tmp_path / "said.json").read_text("utf-8"))
    assert sum("Gradent" in message for message in said["before"]) == 1
    assert sum("Stale" in message for message in said["before"]) == 2
    assert "Gradient descent" in said["completion"] and said["symbols"] == ["Outputs"]
    assert said["fixes"][0] == "Write `Gradient descent`"
    assert said["line"] == "See [[Gradient descent]]."
    assert said["definition"].endswith("Gradient%20descent.md")
    (error,) = said["after"]
    assert error.startswith("ZeroDivisionError: division by zero")
    assert "forty-two" in said["hover"]
