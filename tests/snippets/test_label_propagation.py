from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.semi_supervised import LabelPropagation, LabelSpreading

from data.clusters import make
from snippets.label_propagation import (
    UNLABELLED,
    check_graph,
    iterate,
    keep_labels,
    neighbour_transitions,
    one_hot,
    propagate,
    rbf_transitions,
)

# Measured against scikit-learn at tol=1e-12: 7e-12, since the library iterates.
TOLERANCE = 1e-9
IRIS = load_iris()
SETS = {name: (make(name, seed=1).X, make(name, seed=1).truth) for name in ("moons", "blobs")}
SETS["iris"] = IRIS.data, IRIS.target
CHAIN = np.array(
    [[1, 0, 0, 0, 0], [1, 0, 1, 0, 0], [0, 1, 0, 1, 0], [0, 0, 1, 0, 1], [0, 0, 0, 0, 1]]
)
CHAIN = CHAIN / CHAIN.sum(axis=1, keepdims=True)
ENDS = np.array([0, UNLABELLED, UNLABELLED, UNLABELLED, 1])


@pytest.mark.parametrize("gamma", [2.0, 7.0])
@pytest.mark.parametrize(("X", "truth"), SETS.values(), ids=SETS)
def test_equals_scikit_learn_on_an_rbf_graph(
    X: np.ndarray, truth: np.ndarray, gamma: float
) -> None:
    """The closed form is what the library's iteration goes to."""
    y = keep_labels(truth, 2, np.random.default_rng(0))
    model = LabelPropagation(gamma=gamma, max_iter=20_000, tol=1e-12).fit(X, y)
    ours = propagate(rbf_transitions(X, gamma), y)
    np.testing.assert_allclose(ours, model.label_distributions_, rtol=0, atol=TOLERANCE)
    np.testing.assert_array_equal(ours.argmax(axis=1), model.transduction_)


@pytest.mark.parametrize("name", ["moons", "circles", "blobs"])
def test_equals_scikit_learn_on_a_neighbour_graph(name: str) -> None:
    """The same holds where each sample listens to its ten nearest."""
    points = make(name, seed=2)
    y = keep_labels(points.truth, 2, np.random.default_rng(1))
    options = {"kernel": "knn", "n_neighbors": 10, "max_iter": 20_000, "tol": 1e-12}
    model = LabelPropagation(**options).fit(points.X, y)
    ours = propagate(neighbour_transitions(points.X, 10), y)
    np.testing.assert_allclose(ours, model.label_distributions_, rtol=0, atol=TOLERANCE)


def test_on_a_chain_belief_falls_in_equal_steps() -> None:
    """Between two labelled ends the harmonic function is a straight line."""
    beliefs = propagate(CHAIN, ENDS)
    np.testing.assert_allclose(beliefs[:, 1], [0, 0.25, 0.5, 0.75, 1], rtol=0, atol=1e-12)
    np.testing.assert_allclose(beliefs.sum(axis=1), 1, rtol=0, atol=1e-12)


def test_each_belief_is_the_mean_of_those_listened_to() -> None:
    """This is what harmonic means; given labels stay."""
    X, truth = SETS["moons"]
    y = keep_labels(truth, 3, np.random.default_rng(3))
    shares = rbf_transitions(X, 10.0)
    beliefs = propagate(shares, y)
    free = y == UNLABELLED
    np.testing.assert_allclose(beliefs[free], (shares @ beliefs)[free], rtol=0, atol=1e-12)
    np.testing.assert_array_equal(beliefs[~free], one_hot(y)[~free])
    assert beliefs.min() > -1e-12 and beliefs.max() < 1 + 1e-12


def test_iteration_goes_to_the_closed_form() -> None:
    """Step by step we get there; the first step is one listening."""
    once = iterate(CHAIN, ENDS, 1)
    np.testing.assert_array_equal(once[:, 1], [0, 0, 0, 0.5, 1])
    np.testing.assert_array_equal(iterate(CHAIN, ENDS, 2)[:, 1], [0, 0, 0.25, 0.5, 1])
    np.testing.assert_array_equal(iterate(CHAIN, ENDS, 0), one_hot(ENDS))
    np.testing.assert_allclose(iterate(CHAIN, ENDS, 200), propagate(CHAIN, ENDS), atol=1e-12)


def test_without_unlabelled_samples_nothing_happens() -> None:
    """If all labels are given they are the answer, and one sample is enough."""
    np.testing.assert_array_equal(
        propagate(np.eye(3), np.array([1, 0, 1])), [[0, 1], [1, 0], [0, 1]]
    )
    np.testing.assert_array_equal(propagate(np.ones((1, 1)), np.array([0])), [[1]])


def test_one_class_is_certain() -> None:
    """With labels of one class alone, every belief in it is 1."""
    y = np.array([UNLABELLED, UNLABELLED, 0])
    np.testing.assert_allclose(propagate(np.full((3, 3), 1 / 3), y), 1, rtol=0, atol=1e-12)


def test_inputs_are_not_changed() -> None:
    """Graph and labels are read, not written."""
    shares, y = CHAIN.copy(), ENDS.copy()
    propagate(shares, y)
    iterate(shares, y, 3)
    np.testing.assert_array_equal(shares, CHAIN)
    np.testing.assert_array_equal(y, ENDS)


def test_a_sample_that_hears_nothing_is_named() -> None:
    """The library gives such a sample its first class without a word; we refuse."""
    X = np.array([[0.0], [0.1], [9.0], [9.1], [9.2]])
    y = np.array([1, 0, UNLABELLED, UNLABELLED, UNLABELLED])
    shares = neighbour_transitions(X, 2)
    with pytest.raises(ValueError, match="sample 2 hears of no label"):
        propagate(shares, y)
    model = LabelPropagation(kernel="knn", n_neighbors=2).fit(X, y)
    assert not model.label_distributions_[2:].any()
    assert model.transduction_.tolist() == [1, 0, 0, 0, 0]


def test_hearing_through_others_counts() -> None:
    """A label three steps away is heard, against the direction it is not."""
    one_way = np.array([[1.0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]])
    check_graph(one_way, np.array([0, UNLABELLED, UNLABELLED, UNLABELLED]))
    with pytest.raises(ValueError, match="sample 0 hears"):
        check_graph(one_way, np.array([UNLABELLED, UNLABELLED, UNLABELLED, 0]))


def test_rbf_shares_by_hand() -> None:
    """Weights are exp(-gamma d²) with oneself included, divided by their row's sum."""
    shares = rbf_transitions(np.array([[0.0], [1.0], [3.0]]), 0.5)
    weights = np.exp(-0.5 * np.array([[0, 1, 9], [1, 0, 4], [9, 4, 0]]))
    np.testing.assert_allclose(shares, weights / weights.sum(axis=1)[:, None], rtol=1e-14)


def test_neighbour_shares_by_hand() -> None:
    """Each listens to itself and its nearest; the far one is listened to by nobody."""
    shares = neighbour_transitions(np.array([[0.0], [1.0], [3.0]]), 2)
    np.testing.assert_array_equal(shares, [[0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0.5, 0.5]])
    np.testing.assert_array_equal(neighbour_transitions(np.zeros((3, 1)), 1), np.eye(3))
    np.testing.assert_array_equal(neighbour_transitions(np.zeros((2, 1)), 2), np.full((2, 2), 0.5))


def test_kept_labels_are_true_and_as_many_as_asked() -> None:
    """Of each class so many labels stay, all others are hidden, by the seed."""
    truth = np.array([0, 0, 1, 1, 1, 2])
    for seed in range(5):
        y = keep_labels(truth, 1, np.random.default_rng(seed))
        known = y != UNLABELLED
        assert (y[known] == truth[known]).all() and sorted(y[known]) == [0, 1, 2]
    drawn = {tuple(keep_labels(truth, 1, np.random.default_rng(seed))) for seed in range(9)}
    assert len(drawn) > 1
    assert keep_labels(np.array([1, 0]), 1, np.random.default_rng(0)).tolist() == [1, 0]


def test_kept_labels_may_differ_by_class() -> None:
    """One number a class is kept to."""
    y = keep_labels(np.array([0, 1, 0, 1, 1, 0]), [1, 3], np.random.default_rng(0))
    assert [(y == label).sum() for label in (0, 1, UNLABELLED)] == [1, 3, 2]


@pytest.mark.parametrize("n_each", [0, 2, [1, 0], [1, 2], [3, 1]])
def test_kept_labels_must_exist(n_each: int | list[int]) -> None:
    """The rarest class sets the limit."""
    with pytest.raises(ValueError, match="at least 1 label a class, and no more"):
        keep_labels(np.array([0, 0, 1]), n_each, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("shares", "y", "message"),
    [
        (np.eye(3), [0, 1], "2 samples need as many"),
        (np.ones((2, 2)), [0, 1], "sum 1"),
        (np.array([[2.0, -1.0], [0.0, 1.0]]), [0, 1], "none negative"),
        (np.eye(2), [-1, -1], "hears of no label"),
        (np.eye(2), [-2, 0], "got -2"),
    ],
)
def test_bad_graphs_and_labels_are_named(shares: np.ndarray, y: list[int], message: str) -> None:
    """What cannot be propagated raises ValueError and says why, either way of computing."""
    with pytest.raises(ValueError, match=message):
        propagate(shares, np.array(y))
    with pytest.raises(ValueError, match=message):
        iterate(shares, np.array(y), 1)


@pytest.mark.parametrize("y", [[], [-1, -1]])
def test_labels_must_exist(y: list[int]) -> None:
    """Without one label there are no classes."""
    with pytest.raises(ValueError, match="at least one sample needs a label"):
        one_hot(np.array(y, dtype=np.int64))


@pytest.mark.parametrize(
    ("X", "message"),
    [(np.zeros(3), "table"), (np.zeros((0, 2)), "at least one"), (np.array([[np.nan]]), "finite")],
)
def test_bad_samples_are_named(X: np.ndarray, message: str) -> None:
    """Both graphs refuse samples without distances."""
    with pytest.raises(ValueError, match=message):
        rbf_transitions(X, 1.0)
    with pytest.raises(ValueError, match=message):
        neighbour_transitions(X, 1)


def test_bad_settings_are_named() -> None:
    """A gamma is positive, and there are at most as many neighbours as samples."""
    for gamma in (0.0, -1.0):
        with pytest.raises(ValueError, match="gamma must be positive"):
            rbf_transitions(np.eye(2), gamma)
    for n_neighbours in (0, 3):
        with pytest.raises(ValueError, match=f"from 1 to 2 samples, got {n_neighbours}"):
            neighbour_transitions(np.eye(2), n_neighbours)


def test_the_library_models_are_inductive() -> None:
    """Transductive in origin, both have a `predict` in scikit-learn."""
    assert hasattr(LabelPropagation(), "predict") and hasattr(LabelSpreading(), "predict")
