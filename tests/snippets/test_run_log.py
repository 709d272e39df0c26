"""Run log: what is appended is read, and the figure shows it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from snippets.drawing import GREY
from snippets.evidence import Interval
from snippets.run_log import Run, append, best_so_far, draw, read

RUNS = [
    Run("constant", "baseline", Interval(0.1, 0.01, 10)),
    Run("größer", 'a "deeper" net\nand wider', Interval(0.9, 0.02, 10)),
    Run("broken", "labels off by one", Interval(0.3, 0.05, 10)),
]


def test_runs_are_read_as_they_were_appended(tmp_path):
    """In order, with quotes, line ends and letters beyond ASCII; a line of JSON each."""
    log = tmp_path / "runs.jsonl"
    for i, run in enumerate(RUNS):
        append(log, run)
        assert read(log) == RUNS[: i + 1]
    lines = log.read_bytes().decode("utf-8").splitlines()
    assert "größer" in lines[1] and log.read_bytes().endswith(b"\n")
    score = {"mean": 0.1, "half_width": 0.01, "n": 10, "kind": "draws", "level": 0.95}
    assert json.loads(lines[0])["score"] == score


def test_a_log_that_is_not_there_is_no_empty_log(tmp_path):
    """Reading says that the file is missing."""
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none.jsonl")


def test_best_so_far_never_falls():
    """The best mean up to each run; nothing for no run."""
    assert best_so_far(RUNS) == [0.1, 0.9, 0.9]
    assert best_so_far([]) == []


def test_figure_shows_every_run_with_its_interval_and_the_baseline():
    """Means and bars where they belong, a level line at the first run, names below."""
    ax = Figure().subplots()
    draw(ax, RUNS, "accuracy")
    baseline, best, points = ax.get_lines()[:3]
    assert set(baseline.get_ydata()) == {0.1} and to_hex(baseline.get_color()) == GREY
    assert baseline.get_linestyle() == ":"
    assert list(best.get_ydata()) == [0.1, 0.9, 0.9] and best.get_drawstyle() == "steps-post"
    assert best.get_linestyle() == "--"
    assert list(points.get_xdata()) == [0, 1, 2] and list(points.get_ydata()) == [0.1, 0.9, 0.3]
    bars = np.array(ax.collections[0].get_segments())[:, :, 1]
    np.testing.assert_allclose(bars, [[0.09, 0.11], [0.88, 0.92], [0.25, 0.35]])
    caps = [line.get_markersize() for line in ax.get_lines()[3:]]
    assert caps == [8, 8]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["constant", "größer", "broken"]
    assert ax.get_ylabel() == "accuracy"
    labels = ax.get_legend_handles_labels()[1]
    assert sorted(labels) == ["baseline", "best so far", "run, 95 %"]


def test_an_empty_log_is_not_drawn():
    """The error says what to log first."""
    with pytest.raises(ValueError, match="log the baseline first"):
        draw(Figure().subplots(), [], "accuracy")
