"""Tells values that only repeat what a figure shows, without importing Matplotlib."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

DEPTH = 3
"""Lists in lists that are looked into: `plt.hist` of several sets returns bars in a list."""


def is_figure(value: Any) -> bool:
    """Whether a value is a figure of Matplotlib."""
    module = sys.modules.get("matplotlib.figure")
    return module is not None and isinstance(value, module.Figure)


def echoes_figure(value: Any, depth: int = DEPTH) -> bool:
    """Whether a value only repeats what a figure shows: artists, and collections of them."""
    if "matplotlib.pyplot" not in sys.modules or not depth:
        return False
    if is_figure(value):
        open_figures = sys.modules["matplotlib.pyplot"].get_fignums()
        return getattr(value, "number", None) in open_figures
    if isinstance(value, sys.modules["matplotlib.artist"].Artist):
        return True
    if type(value).__module__ == "matplotlib.container":  # not all have a class in common
        return True
    ndarray = sys.modules["numpy"].ndarray
    if isinstance(value, ndarray):
        return value.dtype == object and _echo(value.flat, depth)
    if isinstance(value, dict):  # `plt.boxplot` returns its parts by name
        return _echo(value.values(), depth)
    if not isinstance(value, (list, tuple)):
        return False
    # `plt.hist` returns counts and edges beside its bars.
    rest = [each for each in value if not isinstance(each, ndarray) or each.dtype == object]
    return _echo(rest, depth)


def _echo(values: Iterable[Any], depth: int) -> bool:
    """Whether there are values beside empty lists, as for no outliers, and all echo a figure."""
    some = [each for each in values if not (isinstance(each, (list, tuple)) and not each)]
    return bool(some) and all(echoes_figure(each, depth - 1) for each in some)
