from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.cluster import KMeans

from data.clusters import NAMES, make
from snippets import tasks
from snippets.comparison import MODELS
from snippets.evidence import Interval


def test_tasks_have_letters_of_their_own() -> None:
    """A letter names one task."""
    letters = [one.letter for one in tasks.TASKS]
    assert letters == ["A", "B"]
    assert tasks.task("A").k_known and not tasks.task("B").k_known


ROOT = Path(__file__).parents[2]


def test_data_repeat_the_registry() -> None:
    """The card of the data has the letter, title and description of each task."""
    card = (ROOT / "docs/data/clusters-data.md").read_text("utf-8").lower()
    for one in tasks.TASKS:
        assert f"- task {one.letter}, {one.title}: {one.description}.".lower() in card


def test_notes_carry_the_letter_of_their_task() -> None:
    """A note of a model that is told k has the tag of task A; that of DBSCAN has not."""
    for one in MODELS:
        if one.arm:
            text = (ROOT / f"docs/models/{one.note}.md").read_text("utf-8")
            assert ("task/a" in text.split("---")[1]) is tasks.told_k(one.arm), one.note


def test_unknown_task_is_refused() -> None:
    """A letter that no task has is an error which lists the letters."""
    with pytest.raises(ValueError, match="'C'; there are A, B"):
        tasks.task("C")


def test_task_table_is_the_registry() -> None:
    """Every task is a row, and what it is told is written as a word."""
    table = tasks.task_table()
    assert list(table.index) == [one.letter for one in tasks.TASKS]
    assert list(table["k given"]) == ["yes", "no"]
    assert set(table["labels given"]) == {"no"}


@pytest.mark.parametrize("arm", tasks.ARMS)
def test_arm_labels_every_point(arm: str) -> None:
    """Each arm gives each point one label, and the same labels again from the same seed."""
    points = make("blobs", 0)
    labels = tasks.found_clusters(arm, points.X, points.k, 0)
    assert labels.shape == (len(points.X),)
    assert labels.dtype == np.int64
    assert np.array_equal(labels, tasks.found_clusters(arm, points.X, points.k, 0))


@pytest.mark.parametrize("arm", tasks.ARMS)
def test_arm_told_k_finds_k(arm: str) -> None:
    """An arm that is told k finds k clusters; the others are not told."""
    points = make("blobs", 1)
    sizes = {
        asked: len(np.unique(tasks.found_clusters(arm, points.X, asked, 0))) for asked in (2, 4)
    }
    assert (sizes == {2: 2, 4: 4}) is tasks.told_k(arm)


def test_arms_are_new_each_time() -> None:
    """No arm hands out a fitted estimator."""
    for arm in tasks.ARMS:
        first, second = tasks.estimator(arm, 3, 0), tasks.estimator(arm, 3, 0)
        assert isinstance(first, BaseEstimator)
        assert first is not second
        assert not hasattr(first, "labels_")


@pytest.mark.parametrize(
    ("arm", "k", "problem"), [("Kmeans", 2, "no arm is named 'Kmeans'"), ("Ward", 0, "got 0")]
)
def test_bad_arms_are_refused(arm: str, k: int, problem: str) -> None:
    """A wrong name or a wrong k is an error that says which."""
    with pytest.raises(ValueError, match=problem):
        tasks.found_clusters(arm, make("blobs").X, k, 0)


def test_found_clusters_are_the_librarys() -> None:
    """An arm adds nothing to the estimator of scikit-learn."""
    for name in ("varied", "moons"):
        points = make(name, 3)
        expected = KMeans(points.k, n_init=10, random_state=3).fit(points.X).labels_
        assert np.array_equal(tasks.found_clusters("K-Means", points.X, points.k, 3), expected)


def test_scores_run_over_seeds() -> None:
    """A score is a list with one value a seed, and round groups apart are found by all."""
    for arm in tasks.ARMS:
        scores = tasks.known_k_scores(arm, "blobs", seeds=(0, 1))
        assert len(scores) == 2
        assert min(scores) > 0.9


def test_score_table_has_an_interval_a_cell() -> None:
    """The table names each arm once and each set once."""
    table = tasks.score_table(tasks.score_arms(["Ward", "DBSCAN"], seeds=(0, 1)))
    assert list(table.index) == ["Ward", "DBSCAN"]
    assert list(table.columns) == ["told k", *NAMES]
    assert list(table["told k"]) == ["yes", "no"]
    assert table[list(NAMES)].map(lambda cell: " ± " in cell).all(axis=None)


def test_short_interval_has_no_minus_zero() -> None:
    """A mean that rounds to zero is written without a sign."""
    assert tasks.short(Interval(-0.003, 0.001, 10)) == "0.00 ± 0.00"
    assert tasks.short(Interval(-0.126, 0.044, 10)) == "-0.13 ± 0.04"


def test_means_are_drawn_and_written() -> None:
    """Each arm is a row, each set a column, and each cell is written, light on dark."""
    scores = {
        "Ward": {"blobs": [1.0, 0.9], "moons": [0.2, 0.4]},
        "BIRCH": {"blobs": [0.46, 0.46], "moons": [-0.001, 0.0]},
    }
    fig, ax = plt.subplots()
    means = tasks.draw_means(ax, scores)
    assert means.loc["Ward"].tolist() == pytest.approx([0.95, 0.3])
    found = {text.get_position(): (text.get_text(), text.get_color()) for text in ax.texts}
    assert found == {
        (0, 0): ("0.95", "#111111"),
        (1, 0): ("0.30", "white"),
        (0, 1): ("0.46", "#111111"),
        (1, 1): ("0.00", "white"),
    }
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["Ward", "BIRCH"]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["blobs", "moons"]
    assert ax.images[0].get_clim() == (0.0, 1.0)
    assert ax.xaxis.get_tick_params()["length"] == 0
    plt.close(fig)


def test_grid_has_a_score_for_every_panel() -> None:
    """The grid writes one score for each pair of arm and set, and names rows and columns."""
    fig, ax = plt.subplots()
    tasks.draw_grid(ax, ["Ward", "DBSCAN"], seed=0)
    assert len(ax.texts) == 2 * len(NAMES)
    assert {tick.get_text() for tick in ax.get_xticklabels()} == set(NAMES)
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["Ward", "DBSCAN"]
    plt.close(fig)


def test_clusters_of_a_panel_are_numbered_from_left_to_right() -> None:
    """The leftmost cluster has the first colour, whatever its label; noise is grey crosses."""
    fig, ax = plt.subplots()
    place = np.array([[2.0, 0.0], [0.0, 0.0], [0.2, 1.0], [1.0, 0.0], [9.0, 9.0]])
    tasks._draw_panel(ax, place, np.array([0, 2, 2, 1, tasks.NOISE]))
    offsets = [each.get_offsets().tolist() for each in ax.collections]
    assert offsets == [[[0.0, 0.0], [0.2, 1.0]], [[1.0, 0.0]], [[2.0, 0.0]], [[9.0, 9.0]]]
    plt.close(fig)
