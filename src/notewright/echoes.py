"""Tells values that only repeat what a figure shows, without importing Matplotlib."""

from __future__ import annotations

import sys
from typing import Any


def is_figure(value: Any) -> bool:
    """Whether a value is a figure of Matplotlib."""
    module = sys.modules.get("matplotlib.figure")
    return module is not None and isinstance(value, module.Figure)


def echoes_figure(value: Any) -> bool:
    """Whether a value only repeats what a figure shows: artists, and lists of them."""
    if "matplotlib.pyplot" not in sys.modules:
        return False
    if is_figure(value):
        open_figures = sys.modules["matplotlib.pyplot"].get_fignums()
        return getattr(value, "number", None) in open_figures
    container = sys.modules["matplotlib.container"].Container
    if isinstance(value, (sys.modules["matplotlib.artist"].Artist, container)):
        return True
    ndarray = sys.modules["numpy"].ndarray
    if isinstance(value, ndarray):
        return value.dtype == object and value.size > 0 and echoes_figure(list(value.flat))
    if not isinstance(value, (list, tuple)):
        return False
    # `plt.hist` returns counts and edges beside its bars.
    rest = [each for each in value if not isinstance(each, ndarray) or each.dtype == object]
    return bool(rest) and all(map(echoes_figure, rest))
