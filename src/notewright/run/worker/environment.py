"""The environment in which every worker starts: its variables, and what its parent preloads.

It stands in the worker's folder because it decides what cells show: `records.environment`
digests the folder, so a record made under other variables is stale.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from pathlib import Path

STYLE_FILE = Path(__file__).with_name("matplotlibrc")

ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "BLIS_NUM_THREADS",
)
"""Variables that give libraries one thread: results then do not depend on the machine's cores."""

ALWAYS = ("IPython.core.formatters", "IPython.display", "typing_extensions")
"""What the warm parent loads, whatever the cells import: what shows their values, and what
fixes Python itself, so that it is the same for all."""

_BACKEND = "notewright.run.worker.matplotlib_backend"
_DRAWING = ("matplotlib.backends.backend_svg", _BACKEND)
"""What Matplotlib imports when it draws its first figure."""


def variables(outer: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment variables of the warm parent and of each session.

    Args:
        outer: The variables of whoever builds.
    """
    return {
        **outer,
        **dict.fromkeys(ONE_THREAD, "1"),
        "COLUMNS": "80",  # libraries fit tables of text into the terminal of whoever builds
        "LINES": "24",
        "TZ": "UTC",  # the time of day differs by place, and the files of zones are no input
        "MPLBACKEND": f"module://{_BACKEND}",
        "MATPLOTLIBRC": str(STYLE_FILE),
        "PYTHONHASHSEED": "0",
        "KMP_DUPLICATE_LIB_OK": "TRUE",  # scikit-learn sets both where they are not set
        "KMP_INIT_AT_FORK": "FALSE",
        "JE_ARROW_MALLOC_CONF": "background_thread:false",  # a thread forbids to fork
        "PLOTLY_RENDERER": "plotly_mimetype",  # else a figure is text, or asks a third party
    }


def preloaded(imported: Iterable[str]) -> list[str]:
    """What the warm parent loads for cells that import some modules, sorted."""
    wanted = {*imported}
    if any(name.startswith("matplotlib") for name in wanted):
        wanted.update(_DRAWING)
    return sorted(wanted)


def places() -> frozenset[str]:
    """Where modules are installed, whose files do not change while they have one version."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    found = {sysconfig.get_path(name) for name in names}
    return frozenset(found | {path for path in sys.path if path.endswith("-packages")})
