"""`nox -s kernels` runs notes as other processors would, and fails where a verdict changes."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest
from projects import ProjectDir, clean_environment

PROGRAM = Path(__file__).parents[1] / "benchmarks" / "kernels.py"

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(
        platform.machine() != "x86_64", reason="the kinds of processor are those of x86-64"
    ),
]

KIND = """\
# Kind

```python
import os

import numpy as np

kind = os.environ.get("OPENBLAS_CORETYPE", "")
total = float(np.ones(3) @ np.ones(3)) + len(kind) / 1000
print(f"{total:.3f}")
```

It is {said}.
"""


def run(project: ProjectDir, *kinds: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PROGRAM), *kinds],
        cwd=project.root,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("3.0<!--= round(total, 1) -->", 0),
        ("Haswell<!--= kind -->", 1),
        ("right, `{python} 'as ' + kind`", 1),
    ],
    ids=["a last digit", "a checked value", "a word"],
)
def test_a_digit_is_told_and_a_word_is_a_failure(tmp_path: Path, said: str, status: int) -> None:
    """Each kind has its own records; the first is what the others are compared with."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/kind.md": KIND.replace("{said}", said)})
    done = run(project, "Haswell", "Sandybridge")
    assert "Traceback" not in done.stderr, done.stderr
    if "cannot work so" in done.stdout:
        pytest.skip("this processor cannot work as another")
    assert done.returncode == status, done.stdout + done.stderr
    assert "Sandybridge beside Haswell: 1 cells differ" in done.stdout
    assert (project.root / ".notewright" / "kernels" / "Sandybridge" / "records").is_dir()
    assert not (project.root / ".notewright" / "records").exists()
