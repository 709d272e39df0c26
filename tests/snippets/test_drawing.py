"""Drawing: clusters are told apart without colour too."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from snippets.drawing import MARKERS, scatter_clusters

X = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0], [6.0, 7.0]])


def drawn(labels: list[int]):
    ax = Figure().subplots()
    scatter_clusters(ax, X[: len(labels)], np.array(labels))
    return ax


def test_each_cluster_has_its_points_its_marker_and_its_name():
    """Every point is drawn once, in the group of its cluster."""
    ax = drawn([5, 3, 5, -1])
    names = [group.get_label() for group in ax.collections]
    assert names == ["cluster 3", "cluster 5", "noise"]
    points = [group.get_offsets().tolist() for group in ax.collections]
    assert points == [[[2, 3]], [[0, 1], [4, 5]], [[6, 7]]]
    shapes = {group.get_paths()[0].vertices.tobytes() for group in ax.collections}
    assert len(shapes) == 3


def test_noise_is_drawn_only_where_there_is_some():
    """A legend names no empty group."""
    assert [group.get_label() for group in drawn([0, 0]).collections] == ["cluster 0"]


def test_more_clusters_than_markers_are_drawn_all_the_same():
    """Markers start again from the first."""
    many = len(MARKERS) + 1
    ax = Figure().subplots()
    scatter_clusters(ax, np.zeros((many, 2)), np.arange(many))
    assert len(ax.collections) == many


def test_axes_are_named():
    """A reader knows what is across and what is up."""
    ax = drawn([0, 1])
    assert "feature 1" in ax.get_xlabel()
    assert "feature 2" in ax.get_ylabel()
