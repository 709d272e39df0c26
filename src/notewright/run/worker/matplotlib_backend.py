"""Matplotlib's backend in a worker: Agg, whose `show` puts figures where the cell says it."""

from __future__ import annotations

from typing import Any

from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

from notewright.run.worker import figures


class FigureManager(FigureManagerBase):
    """Hands a figure, or all that are open, to the worker."""

    def show(self) -> None:
        """Show one figure: `figure.show()`."""
        figures.show(self.canvas.figure)

    @classmethod
    def pyplot_show(cls, *args: Any, **kwargs: Any) -> None:
        """Show all open figures: `plt.show()`."""
        figures.show(None)


class FigureCanvas(FigureCanvasAgg):
    """Agg's canvas, with our manager."""

    manager_class = FigureManager
