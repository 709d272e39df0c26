from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from data.clusters import NAMES, make
from snippets import comparison, tasks
from snippets.evidence import Interval

DOCS = Path(__file__).parents[2] / "docs"
YES_NO = {"yes", "no"}


def test_every_model_note_has_a_row() -> None:
    """The registry and the folder of model notes name the same notes."""
    notes = {path.stem for path in (DOCS / "models").glob("*.md")} - {"index"}
    assert notes == {one.note for one in comparison.MODELS}


def test_comparison_note_links_every_model_note() -> None:
    """The list below the tables misses no model."""
    text = (DOCS / "comparison.md").read_text("utf-8")
    assert [one.note for one in comparison.MODELS if f"[[{one.note}]]" not in text] == []


def test_names_are_unique() -> None:
    """No name, note or class has two rows."""
    for field in ("name", "note", "path"):
        values = [getattr(one, field) for one in comparison.MODELS]
        assert len(set(values)) == len(values)


@pytest.mark.parametrize("one", comparison.MODELS, ids=lambda one: one.note)
def test_path_leads_to_an_estimator(one: comparison.Model) -> None:
    """Each library path imports, and its class is made with default arguments."""
    assert hasattr(comparison.load(one.path)(), "fit")
    assert comparison.class_table().loc[one.name, "library class"] == one.path


@pytest.mark.parametrize("one", comparison.MODELS, ids=lambda one: one.note)
def test_arm_is_the_models_class(one: comparison.Model) -> None:
    """The settings of task A belong to the class of the row."""
    if one.arm:
        assert type(tasks.estimator(one.arm, 2, 0)) is comparison.load(one.path)


@pytest.mark.parametrize("one", comparison.MODELS, ids=lambda one: one.note)
def test_inductive_means_new_samples(one: comparison.Model) -> None:
    """A model called inductive answers for a sample that it was not fitted on."""
    points = make("blobs", 0)
    fitted = comparison.load(one.path)().fit(points.X, points.truth)
    inductive = comparison.properties(one.path)["kind"] == "inductive"
    if inductive:
        assert fitted.predict(np.array([[0.5, 0.5]])).shape == (1,)
    else:
        assert not hasattr(fitted, "predict")


def test_bad_names_are_refused() -> None:
    """A wrong path, model, column, change or claim is an error that names it."""
    for path in ("sklearn.cluster.KMean", "sklearn.nowhere.KMeans", "KMeans"):
        with pytest.raises(ValueError, match="no class can be imported"):
            comparison.load(path)
    with pytest.raises(ValueError, match="no model is named 'OPTICS'"):
        comparison.model("OPTICS")
    with pytest.raises(ValueError, match="no property is named 'speed'"):
        comparison.property_table(["speed"])
    with pytest.raises(ValueError, match="no change is named 'noise'"):
        comparison.same_after(comparison.model("Ward"), "noise", 0)
    with pytest.raises(ValueError, match="got 'equal'"):
        comparison.judge(Interval(0.0, 0.1, 10), "equal")


def test_properties_are_words() -> None:
    """Yes or no in every cell, apart from the two columns that name a kind."""
    table = comparison.property_table(comparison.IS + comparison.ACCEPTS)
    assert set(table["kind"]) == {"inductive", "transductive"}
    assert set(table["task type"]) == {"clusterer", "density estimator", "regressor"}
    words = table.drop(columns=["kind", "task type"])
    assert words.isin(YES_NO).all(axis=None)


def test_known_properties() -> None:
    """Facts of the library that the notes rest on."""
    table = comparison.property_table(comparison.IS + comparison.ACCEPTS)
    assert list(table.index[table["kind"] == "transductive"]) == ["Ward", "Spectral", "DBSCAN"]
    assert list(table.index[table["needs k"] == "no"]) == ["DBSCAN", "Linear regression"]
    assert list(table.index[table["streaming"] == "yes"]) == ["BIRCH"]
    assert list(table.index[table["probabilities"] == "yes"]) == ["Gaussian mixture"]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([0, 0, 1, 1], [5, 5, 2, 2], 1.0),
        ([-1, -1, -1, -1], [-1, -1, -1, -1], 1.0),
        ([0, 0, 0, 0], [-1, -1, -1, -1], 0.0),
        ([0, 0, 1, 1], [0, 1, 0, 1], -0.5),
    ],
)
def test_agreement(first: list[int], second: list[int], expected: float) -> None:
    """Cluster numbers do not matter; a noise point is alone on either side."""
    assert comparison.agreement(np.array(first), np.array(second)) == pytest.approx(expected)


def test_agreement_leaves_its_input_alone() -> None:
    """Noise is renumbered in a copy."""
    labels = np.array([0, -1, -1])
    comparison.agreement(labels, labels)
    assert labels.tolist() == [0, -1, -1]


def test_sensitivities() -> None:
    """Least squares minds neither scale nor order; BIRCH minds both, Ward only scale."""
    table = comparison.sensitivity_table(seeds=range(4))
    yes = table == "yes"
    assert not yes.loc["Linear regression"].any()
    assert yes.loc["BIRCH", ["scale sensitive", "order sensitive"]].all()
    assert yes.loc["Ward", "scale sensitive"] and not yes.loc["Ward", "order sensitive"]


@pytest.mark.parametrize(
    ("mean", "claim", "verdict"),
    [
        (0.5, "higher", "confirmed"),
        (0.5, "lower", "refuted"),
        (0.5, "not higher", "refuted"),
        (-0.5, "higher", "refuted"),
        (-0.5, "lower", "confirmed"),
        (-0.5, "not higher", "confirmed"),
        (0.05, "higher", "no difference shown"),
    ],
)
def test_judge(mean: float, claim: str, verdict: str) -> None:
    """A verdict needs the interval to exclude 0, and its sign decides."""
    assert comparison.judge(Interval(mean, 0.1, 10), claim) == verdict


def test_verdicts() -> None:
    """One verdict a model, none without evidence, and no cell that a page would cut."""
    table = comparison.verdict_table(seeds=range(4))
    assert list(table.index) == [one.name for one in comparison.MODELS]
    assert table.loc["Gaussian mixture", "verdict"] == "refuted"
    assert table.loc["Spectral", "verdict"] == "depends"
    limit = pd.get_option("display.max_colwidth")
    assert isinstance(limit, int)
    assert table.map(lambda cell: 0 < len(cell) <= limit).all(axis=None)


def test_heat_map_writes_each_value() -> None:
    """Each clusterer is a row, each set a column, and each cell is written."""
    fig, ax = plt.subplots()
    means = comparison.draw_heat_map(ax, seeds=(0, 1))
    assert list(means.index) == [one.name for one in comparison.MODELS if one.arm]
    assert list(means.columns) == list(NAMES)
    assert len(ax.texts) == means.size
    plt.close(fig)
