"""What the warm parent does before the first session is nothing that a cell could see."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from notewright.run.worker import preload

SCRIPT = """
import json, os, random, sys, warnings
import matplotlib, matplotlib.pyplot as plt, numpy as np
import matplotlib.backends.backend_svg, narwhals.dependencies
from notewright.run.worker import preload

def state():
    return [
        random.getstate()[1][:5],
        [int(each) for each in np.random.get_state()[1][:5]],
        plt.get_fignums(),
        {name: str(value) for name, value in matplotlib.rcParams.items()},
        len(os.listdir("/proc/self/task")),
        sorted(os.environ.items()),
        [str(each) for each in warnings.filters],
        sys.path,
        os.getcwd(),
    ]

before = state()
preload.rehearse()
print(json.dumps([before, state()]))
"""


@pytest.mark.gate
@pytest.mark.skipif(sys.platform != "linux", reason="runs on Linux: it counts threads in /proc")
def test_a_rehearsal_leaves_no_trace() -> None:
    """Random states, figures, settings, threads and the environment are as they were."""
    pytest.importorskip("matplotlib")
    pytest.importorskip("narwhals")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    before, after = json.loads(done.stdout)
    assert after == before
    assert done.stderr == ""


def test_what_is_not_loaded_is_not_rehearsed() -> None:
    """A vault without figures does not pay for Matplotlib."""
    script = (
        "import sys; from notewright.run.worker import preload; preload.rehearse();"
        "print([name for name in ('matplotlib', 'numpy', 'narwhals') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_a_module_that_cannot_be_imported_is_left_to_its_cell() -> None:
    """The cell that imports it meets the error, and says where."""
    preload.load("no_such_package")
    preload.load("json", "no_such_name")
    preload.load("json", "tool")
    preload.load("email.mime")
    assert "json.tool" in sys.modules
    assert "email.mime" in sys.modules
