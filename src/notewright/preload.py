"""What the warm parent does before its first session, so that no session has to do it again."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Iterable

from notewright import figures


def load(modules: Iterable[str]) -> None:
    """Import modules (`package.module` or `package.module:name`), ignoring what fails.

    A cell that imports the same module will meet the same error, and say where.
    """
    for entry in modules:
        module, _, name = entry.partition(":")
        try:
            imported = importlib.import_module(module)
            if name and not hasattr(imported, name):
                importlib.import_module(f"{module}.{name}")
        except BaseException:
            continue


def rehearse() -> None:
    """Use what is loaded once: some of what libraries need is only looked up at first use.

    That may start no thread, draw from no random state that cells share, and leave nothing
    behind that a cell could see; so it is little, and chosen by what was measured.
    """
    uses = {
        "narwhals.dependencies": _look_for_frames,
        "matplotlib.backends.backend_svg": _draw_figure,
    }
    for module, use in uses.items():
        if module in sys.modules:
            with contextlib.suppress(Exception):  # a cell that needs it will say what is wrong
                use()


def _look_for_frames() -> None:
    """Have narwhals find the kinds of data frames: scikit-learn asks it for each array."""
    from narwhals.dependencies import is_into_dataframe

    is_into_dataframe(None)


def _draw_figure() -> None:
    """Have Matplotlib find its fonts, and lay out labels; more ticks would only take longer."""
    from matplotlib.figure import Figure

    figure = Figure()
    figure.add_subplot().set(xlabel="x", ylabel="y", title="title", xticks=[0], yticks=[0])
    figures.draw(figure)
