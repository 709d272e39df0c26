"""Drawing shared by the notes: clusters told apart by colour and marker, and
heat maps.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from snippets.evidence import NOISE

MARKERS = "osD^vP*X"
GREY = "#808080"
"""A grey that reads on white and on the dark theme."""


def scatter_clusters(
    ax: Axes,
    X: NDArray[np.float64],
    labels: NDArray[np.int64],
    size: float = 12.0,
) -> None:
    """Scatter two features, one colour and one marker a cluster, noise as grey
    crosses.

    Args:
        ax: Axes to draw on; its labels are set to "feature 1" and "feature 2".
        X: Points, shape (n_samples, 2).
        labels: Cluster of each point, shape (n_samples,).
        size: Marker area in points squared.
    """
    for index, label in enumerate(
        label for label in np.unique(labels) if label != NOISE
    ):
        chosen = X[labels == label]
        marker = MARKERS[index % len(MARKERS)]
        ax.scatter(
            chosen[:, 0],
            chosen[:, 1],
            s=size,
            marker=marker,
            label=f"cluster {label}",
            linewidths=0,
        )
    noise = X[labels == NOISE]
    if len(noise):
        ax.scatter(
            noise[:, 0],
            noise[:, 1],
            s=size,
            marker="x",
            color=GREY,
            linewidths=0.8,
            label="noise",
        )
    ax.set(xlabel="feature 1 (standardised)", ylabel="feature 2 (standardised)")


def heat_map(ax: Axes, table: pd.DataFrame, decimals: int, label: str) -> None:
    """Draw a table of numbers from 0 to 1 as colours, with the numbers in its
    fields.

    Args:
        ax: Axes to draw on; the labels of its axes are left to the caller.
        table: Numbers, one row a row of fields.
        decimals: Digits behind the point.
        label: What the colour means, with its unit.
    """
    image = ax.imshow(table, cmap="cividis", vmin=0.0, vmax=1.0, aspect="auto")
    for (row, column), value in np.ndenumerate(table.to_numpy(dtype=float)):
        # not black: themes change it
        colour = "white" if value < 0.46 else "#111111"
        written = f"{round(value, decimals) + 0.0:.{decimals}f}"  # never "-0.0"
        ax.text(column, row, written, ha="center", va="center", color=colour)
    ax.set_xticks(range(table.shape[1]), table.columns)
    ax.set_yticks(range(len(table)), table.index)
    ax.tick_params(length=0)
    ax.grid(False)
    ax.figure.colorbar(image, ax=ax, label=label)
