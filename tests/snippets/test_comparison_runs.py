from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import load_diabetes, load_wine
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression

from data.clusters import make
from snippets import comparison_runs as runs
from snippets.comparison import model, penalised
from snippets.evidence import Interval


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([0, 0, 1, 1], [5, 5, 2, 2], 1.0),
        ([-1, -1, -1, -1], [-1, -1, -1, -1], 1.0),
        ([0, 0, 0, 0], [-1, -1, -1, -1], 0.0),
        ([0, 0, 1, 1], [0, 1, 0, 1], -0.5),
        ([0, 1, -1, 1], [0, 1, 0, 1], 4 / 7),
    ],
)
def test_agreement(first: list[int], second: list[int], expected: float) -> None:
    """Cluster numbers do not matter; a noise point is alone on either side."""
    assert runs.agreement(np.array(first), np.array(second)) == pytest.approx(expected)


def test_agreement_leaves_its_input_alone() -> None:
    """Noise is renumbered in a copy."""
    labels = np.array([0, -1, -1])
    runs.agreement(labels, labels)
    assert labels.tolist() == [0, -1, -1]


def test_unknown_change_is_refused() -> None:
    """A wrong change is an error that lists the two."""
    with pytest.raises(ValueError, match="no change is named 'noise'; there are scale, order"):
        runs.same_after(model("Ward"), "noise", 0)
    X, k = runs.points_of("scale", 1)
    np.testing.assert_array_equal(X, make("aniso", 1).X)
    assert k == 3
    assert runs.points_of("order", 1)[1] == 2


@pytest.mark.parametrize(("name", "rows"), [("Decision tree", 178), ("Linear regression", 442)])
def test_halves(name: str, rows: int) -> None:
    """Half of the rows to fit, standardised by themselves; the other half to answer for."""
    X, y, new = runs.halves(model(name), 3)
    assert len(X) == len(y) == rows // 2
    assert len(new) == rows - rows // 2
    np.testing.assert_allclose(X.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(X.std(axis=0), 1.0, atol=1e-12)
    assert np.abs(new.mean(axis=0)).max() > 1e-6
    assert not np.array_equal(X, runs.halves(model(name), 4)[0])
    load = load_wine if rows == 178 else load_diabetes
    assert set(y) <= set(load().target.astype(float))


def test_labels_are_left_to_some() -> None:
    """Label propagation sees ten labels, logistic regression two classes, its twin three."""
    hidden = runs.halves(model("Label propagation"), 0)[1]
    assert (hidden[:10] >= 0).all() and (hidden[10:] == -1).all()
    assert set(runs.halves(model("Logistic regression"), 0)[1]) == {0.0, 1.0}
    assert set(runs.halves(model("Softmax regression"), 0)[1]) == {0.0, 1.0, 2.0}


def test_answer_is_for_new_samples() -> None:
    """The numbers are those of the library, for rows that were not fitted."""
    one = model("Linear regression")
    X, y, new = runs.halves(one, 0)
    expected = LinearRegression().fit(X, y).predict(new)
    np.testing.assert_array_equal(runs.answer(one, X, y, new, 0), expected)
    X, y, new = runs.halves(model("PCA"), 0)
    first = PCA(random_state=0).fit(X).transform(new)[:, 0]
    np.testing.assert_allclose(runs.answer(model("PCA"), X, y, new, 0), first)
    kinds = {
        "Decision tree": (89, 3),
        "Support vector machine": (89, 3),
        "Linear SVC": (89, 3),
        "PCA": (89,),
        "Outlier detection": (89,),
    }
    for name, shape in kinds.items():
        X, y, new = runs.halves(model(name), 0)
        assert runs.answer(model(name), X, y, new, 0).shape == shape


def test_an_answer_needs_numbers() -> None:
    """A clusterer has neither probabilities nor decision values."""
    X = make("blobs").X
    with pytest.raises(ValueError, match="K-Means gives no numbers"):
        runs.answer(model("K-Means"), X, X[:, 0], X, 0)


def test_a_sample_without_shares_counts_as_zero() -> None:
    """Where no label reaches, 0 divided by 0 is read as no share."""
    one = model("Label propagation")
    X, y, _ = runs.halves(one, 0)
    with pytest.warns(RuntimeWarning):
        far = runs.answer(one, X, y, np.full((1, X.shape[1]), 1e6), 0)
    assert far.tolist() == [[0.0, 0.0, 0.0]]


def test_rescaled_is_a_copy() -> None:
    """One feature, the last but one, is larger or smaller; the input stays."""
    X = np.ones((2, 3))
    for factor in runs.FACTORS.values():
        assert runs.rescaled(X, factor).tolist() == [[1.0, factor, 1.0]] * 2
    assert (X == 1).all()


def test_same_clusters_compares_row_by_row() -> None:
    """After a shuffle each row is compared with itself."""
    assert runs.same_clusters("Ward", "order", 0) == 1.0
    assert runs.same_clusters("Ward", "scale", 0) < 0.8
    X, k = runs.points_of("scale", 2)
    wide = X * [1000.0, 1.0]
    arms = [KMeans(k, n_init=10, random_state=2).fit_predict(each) for each in (X, wide)]
    assert runs.same_clusters("K-Means", "scale", 2) == pytest.approx(runs.agreement(*arms))


def test_sign_of_a_coordinate_says_nothing() -> None:
    """PCA is the same after a shuffle, whatever signs come out."""
    assert runs.same_after(model("PCA"), "order", 0) == pytest.approx(1.0)
    assert 0.3 < runs.same_after(model("PCA"), "scale", 0) < 0.9


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.gate] if name == "Neural network" else [])
        for name in (*penalised(), "Bayesian ridge")
    ],
)
def test_a_penalty_needs_scaling(name: str) -> None:
    """Whatever charges for the size of a weight: it may show with a small feature alone."""
    assert runs.is_sensitive(model(name), "scale") == "yes"


def test_a_large_feature_alone_misses_a_penalty() -> None:
    """Poisson regression keeps its answer times 1000, not times 0.001; without a penalty both."""
    large, small = runs.tried("Generalised linear models", "scale", runs.SEEDS).values()
    assert large.low > 0.999 and small.high < 0.99
    one = model("Generalised linear models")
    free = replace(one, settings={**one.settings, "alpha": 0.0})
    X, y, new = runs.halves(free, 0)
    before = runs.answer(free, X, y, new, 0)
    for factor in runs.FACTORS.values():
        moved, asked = runs.rescaled(X, factor), runs.rescaled(new, factor)
        after = runs.answer(free, moved, y, asked, 0)
        np.testing.assert_allclose(after, before, rtol=1e-6)


def test_small_features_break_qda_by_default() -> None:
    """Its rank check is absolute; a smaller `tol` gives the same answer in any unit."""
    one = model("Quadratic discriminant analysis")
    assert runs.same_after(one, "scale", 0, 0.001) == pytest.approx(1.0)
    with pytest.raises(np.linalg.LinAlgError):
        runs.same_after(replace(one, settings={}), "scale", 0, 0.001)


@pytest.mark.parametrize(
    ("mean", "changed"), [(0.5, True), (0.9985, True), (0.9989, False), (1.0, False)]
)
def test_changes_answer(mean: float, changed: bool) -> None:
    """The whole interval must lie below 0.999; to end there is not enough."""
    assert not runs.changes_answer(Interval(0.999, 0.0, 10))
    assert runs.changes_answer(Interval(mean, 0.0002, 10)) is changed


@pytest.mark.nightly
def test_sensitivities() -> None:
    """Least squares and trees mind nothing, neighbours scale, a forest order, BIRCH both."""
    names = ["Linear regression", "Decision tree", "K-nearest neighbours", "Random forest"]
    names += ["BIRCH", "Ward", "CNN"]
    table = runs.sensitivity_table(range(4), [model(name) for name in names])
    assert list(table.columns) == [
        "needs scaling",
        "same after × 1000",
        "same after × 0.001",
        "row order matters",
        "same after order",
    ]
    expected = {
        "Linear regression": ["not shown", "not shown"],
        "Decision tree": ["not shown", "not shown"],
        "K-nearest neighbours": ["yes", "not shown"],
        "Random forest": ["not shown", "yes"],
        "BIRCH": ["yes", "yes"],
        "Ward": ["yes", "not shown"],
        "CNN": ["–", "–"],
    }
    found = table[["needs scaling", "row order matters"]].T.to_dict("list")
    assert found == expected
    assert table.loc["CNN", "same after order"] == "–"
    assert " ± " in str(table.loc["Ward", "same after × 0.001"])
