"""Drawing shared by the notes: clusters told apart by colour and by marker."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from snippets.evidence import NOISE

MARKERS = "osD^vP*X"
GREY = "#808080"
"""A grey that reads on white and on the dark theme."""


def scatter_clusters(
    ax: Axes, X: NDArray[np.float64], labels: NDArray[np.int64], size: float = 12.0
) -> None:
    """Scatter two features, one colour and one marker a cluster, noise as grey crosses.

    Args:
        ax: Axes to draw on; its labels are set to "feature 1" and "feature 2".
        X: Points, shape (n_samples, 2).
        labels: Cluster of each point, shape (n_samples,).
        size: Marker area in points squared.
    """
    for index, label in enumerate(label for label in np.unique(labels) if label != NOISE):
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
            noise[:, 0], noise[:, 1], s=size, marker="x", color=GREY, linewidths=0.8, label="noise"
        )
    ax.set(xlabel="feature 1 (standardised)", ylabel="feature 2 (standardised)")
