from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from sklearn.datasets import (
    load_breast_cancer,
    load_digits,
    load_iris,
    load_wine,
    make_classification,
    make_moons,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from snippets.decision_tree import (
    Internal,
    Leaf,
    Split,
    best_split,
    blocks,
    class_shares,
    fit_tree,
    flips,
    gini,
    halfway,
    halves,
    leaves,
)

# Measured against scikit-learn: 0 wherever no two cuts are equally good.
TOLERANCE = 1e-12

TABLES = {
    "iris": load_iris(return_X_y=True),
    "wine": load_wine(return_X_y=True),
    "moons": make_moons(200, noise=0.3, random_state=0),
    "four classes": make_classification(300, 8, n_informative=5, n_classes=4, random_state=0),
    "blocks": blocks(200, np.random.default_rng(0)),
}


def library(X: np.ndarray, y: np.ndarray, depth: int, seed: int = 0) -> DecisionTreeClassifier:
    """Grow scikit-learn's tree to a depth."""
    return DecisionTreeClassifier(max_depth=depth, random_state=seed).fit(X, y)


@pytest.mark.parametrize("depth", [1, 2, 3, 50])
@pytest.mark.parametrize("name", TABLES)
def test_equals_scikit_learn(name: str, depth: int) -> None:
    """Shares of the classes on the training samples are those of the library."""
    X, y = TABLES[name]
    tree, theirs = fit_tree(X, y, depth), library(X, y, depth)
    wanted = theirs.predict_proba(X)
    np.testing.assert_allclose(class_shares(tree, X), wanted, rtol=0, atol=TOLERANCE)
    assert len(leaves(tree)) == theirs.get_n_leaves()


@pytest.mark.parametrize("seed", range(20))
def test_iris_does_not_depend_on_the_library_s_random_state(seed: int) -> None:
    """At depth 3 all of scikit-learn's trees agree with ours on the training samples."""
    X, y = TABLES["iris"]
    wanted = library(X, y, 3, seed).predict_proba(X)
    np.testing.assert_allclose(class_shares(fit_tree(X, y, 3), X), wanted, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("name", ["moons", "blocks"])
def test_equals_scikit_learn_on_new_samples(name: str) -> None:
    """Without ties the thresholds are the library's too: new samples get the same shares."""
    X, y = TABLES[name]
    new = np.random.default_rng(1).uniform(-1, 1, (500, 2))
    found = class_shares(fit_tree(X, y, 4), new)
    wanted = library(X, y, 4).predict_proba(new)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=TOLERANCE)


def test_where_cuts_tie_ours_is_one_of_the_library_s_trees() -> None:
    """On breast cancer two cuts at depth 2 are equally good; a seed of the library takes ours."""
    X, y = load_breast_cancer(return_X_y=True)
    ours = class_shares(fit_tree(X, y, 2), X)
    gaps = [np.abs(library(X, y, 2, seed).predict_proba(X) - ours).max() for seed in range(10)]
    assert min(gaps) < TOLERANCE < max(gaps)


def test_root_of_iris_is_a_tie() -> None:
    """Petal length at 2.45 and petal width at 0.8 are equally good; we keep the first."""
    X, y = TABLES["iris"]
    member = (y[:, None] == np.unique(y)).astype(float)
    split = best_split(X, member)
    assert split is not None
    assert split.feature == 2
    assert split.threshold == pytest.approx(2.45)
    width = best_split(X[:, 3:], member)
    assert width is not None
    assert width.threshold == pytest.approx(0.8)
    assert width.impurity == split.impurity == pytest.approx(1 / 3)


def test_split_by_hand() -> None:
    """Two against two samples of one class, then one alone: the cut is where we would cut."""
    member = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]])
    split = best_split(np.array([[1.0], [2.0], [4.0], [7.0], [9.0]]), member)
    assert split is not None
    assert (split.feature, split.threshold) == (0, 3.0)
    assert split.impurity == pytest.approx(3 / 5 * 4 / 9)


def test_later_feature_wins_only_if_better() -> None:
    """A better cut is taken wherever it is; an equal one is not."""
    member = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    good, bad = [1.0, 2.0, 3.0], [1.0, 5.0, 1.0]
    for columns, wanted in (([bad, good], 1), ([good, bad], 0), ([good, good], 0)):
        split = best_split(np.array(columns).T, member)
        assert split is not None
        assert split.feature == wanted
        assert split.impurity == 0


def test_equal_values_are_never_cut_apart() -> None:
    """Without two different values there is no cut, and the tree is a leaf."""
    assert best_split(np.ones((4, 2)), np.eye(2)[[0, 0, 1, 1]]) is None
    tree = fit_tree(np.ones((4, 2)), np.array([0, 0, 0, 1]), 5)
    assert isinstance(tree, Leaf)
    assert tree.n == 4
    np.testing.assert_array_equal(tree.shares, [0.75, 0.25])


def test_constant_feature_is_passed_over() -> None:
    """A constant first feature does not hide the second."""
    tree = fit_tree(np.array([[1.0, 0.0], [1.0, 2.0]]), np.array([0, 1]), 1)
    assert isinstance(tree, Internal)
    assert (tree.split.feature, tree.split.threshold) == (1, 1.0)


def test_no_question_gives_the_shares_of_all() -> None:
    """Depth 0 is one leaf, for new samples too."""
    X, y = TABLES["iris"]
    tree = fit_tree(X[:120], y[:120], 0)
    np.testing.assert_allclose(class_shares(tree, X[:2]), [[5 / 12, 5 / 12, 2 / 12]] * 2)


def test_pure_samples_are_not_cut() -> None:
    """One class, or one sample, is a leaf at any depth."""
    assert isinstance(fit_tree(np.array([[1.0], [2.0]]), np.array([3, 3]), 9), Leaf)
    assert isinstance(fit_tree(np.array([[1.0]]), np.array([3]), 9), Leaf)


def test_exclusive_or_is_cut_without_gain() -> None:
    """No first cut lowers the impurity of the four corners; two levels still separate them."""
    X, y = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])
    split = best_split(X, np.eye(2)[y])
    assert split is not None
    assert split.impurity == 0.5 == gini(np.array([2.0, 2.0]))
    np.testing.assert_array_equal(class_shares(fit_tree(X, y, 2), X), np.eye(2)[y])


def test_value_at_the_threshold_goes_left() -> None:
    """The question is "at most": the boundary itself is a yes."""
    tree = fit_tree(np.array([[0.0], [2.0]]), np.array([0, 1]), 1)
    found = class_shares(tree, np.array([[1.0], [1.0 + 1e-9]]))
    np.testing.assert_array_equal(found, np.eye(2))


def test_neighbouring_numbers_are_cut_apart() -> None:
    """Where no number lies between two values, the threshold is the lower one."""
    low = 1.0
    high = float(np.nextafter(low, 2))
    assert halfway(low, high) == low
    assert halfway(high, np.nextafter(high, 2)) == high
    assert halfway(2.0, 5.0) == 3.5
    assert halfway(1e308, 1.6e308) == pytest.approx(1.3e308)
    tree = fit_tree(np.array([[low], [high]]), np.array([0, 1]), 1)
    assert [leaf.n for leaf in leaves(tree)] == [1, 1]


@pytest.mark.parametrize(
    ("counts", "wanted"), [([50, 50], 0.5), ([9, 0], 0), ([1, 1, 1, 1], 0.75), ([3, 1], 0.375)]
)
def test_gini(counts: list[int], wanted: float) -> None:
    """1 minus the sum of squared shares."""
    assert gini(np.array(counts, dtype=float)) == pytest.approx(wanted)


def test_leaves_hold_all_samples_from_left_to_right() -> None:
    """Each training sample is in one leaf; the list runs from yes to no."""
    X, y = load_digits(return_X_y=True)
    tree = fit_tree(X[:200], y[:200], 4)
    assert sum(leaf.n for leaf in leaves(tree)) == 200
    ordered = fit_tree(np.arange(6.0)[:, None], np.array([0, 1, 1, 2, 2, 2]), 3)
    assert [leaf.n for leaf in leaves(ordered)] == [1, 2, 3]


def test_flips_count_the_labels_that_one_row_decides() -> None:
    """With one neighbour, leaving out a sample changes the labels that it alone gave."""
    X, y = np.array([[0.0], [1.0], [2.0]]), np.array([0, 1, 0])
    new = np.array([[0.1], [0.9], [1.1], [1.9]])
    found = flips(KNeighborsClassifier(1), X, y, new, [1, 0])
    np.testing.assert_array_equal(found, [0.5, 0.25])


def test_halves_are_cut_by_a_turned_line() -> None:
    """Upright: the sign of feature 1; a quarter turn: feature 2; 45 degrees: their sum."""
    for degrees, rule in ((0, [1, 0]), (90, [0, 1]), (45, [1, 1]), (-45, [1, -1])):
        X, y = halves(300, degrees, np.random.default_rng(0))
        np.testing.assert_array_equal(y, X @ rule > 0)
        assert X.shape == (300, 2)
    assert (X.min(), X.max()) == (pytest.approx(-1, abs=0.02), pytest.approx(1, abs=0.02))
    assert len(halves(1, 0, np.random.default_rng(0))[0]) == 1


def test_blocks_share_a_class_across_the_middle() -> None:
    """The label is 1 where both features have the same sign."""
    X, y = blocks(300, np.random.default_rng(0))
    np.testing.assert_array_equal(y, (X[:, 0] > 0) == (X[:, 1] > 0))
    assert (X.min(), X.max()) == (pytest.approx(-1, abs=0.02), pytest.approx(1, abs=0.02))
    assert blocks(1, np.random.default_rng(0))[0].shape == (1, 2)


@pytest.mark.parametrize(
    ("X", "y", "depth", "message"),
    [
        (np.zeros(3), np.zeros(3), 1, r"got \(3,\)"),
        (np.zeros((3, 2)), np.zeros(2), 1, r"\(3, 2\) and \(2,\)"),
        (np.zeros((0, 2)), np.zeros(0), 1, "a sample and a feature"),
        (np.zeros((2, 0)), np.zeros(2), 1, "a sample and a feature"),
        (np.array([[np.inf]]), np.zeros(1), 1, "finite"),
        (np.zeros((1, 1)), np.zeros(1), -1, "max_depth must not be negative, got -1"),
    ],
)
def test_bad_input_is_named(X, y, depth: int, message: str) -> None:
    """What grows no tree raises ValueError and says why."""
    with pytest.raises(ValueError, match=message):
        fit_tree(X, y, depth)


@pytest.mark.parametrize("make", [lambda: Split(0, 1.0, 0.5), lambda: Leaf(np.ones(2), 3)])
def test_a_tree_cannot_be_changed(make) -> None:
    """Parts of a tree are fixed once made, and take no further attribute."""
    part = make()
    for name in part.__slots__:
        with pytest.raises(FrozenInstanceError):
            setattr(part, name, 4)
    assert not hasattr(part, "__dict__")
    assert (part == make()) == isinstance(part, Split)  # arrays are not compared


def test_a_question_belongs_to_one_tree() -> None:
    """Two trees that ask the same are still two."""
    cut = Internal(Split(0, 1.0, 0.0), leaf := Leaf(np.ones(1), 1), leaf)
    with pytest.raises(FrozenInstanceError):
        cut.yes = leaf
    assert not hasattr(cut, "__dict__")
    assert cut != Internal(cut.split, leaf, leaf)


def test_a_square_needs_a_sample() -> None:
    """Nothing is drawn from no sample."""
    for draw in (lambda rng: halves(0, 0, rng), lambda rng: blocks(0, rng)):
        with pytest.raises(ValueError, match="n must be at least 1, got 0"):
            draw(np.random.default_rng(0))
