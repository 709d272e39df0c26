from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression

from snippets.projects.ch09_clustering import (
    ARMS,
    DETECTORS,
    N_LABELS,
    ODD,
    PENALTIES,
    Groups,
    balanced,
    detect,
    label_arms,
    penalties,
    represent,
    spend,
    spoil,
    taught,
    together,
)
from snippets.projects.hands import draw


@pytest.mark.parametrize("k", [1, 3, 50])
def test_a_representative_is_nearest_to_its_centre(k: int) -> None:
    """It is a member of its group, and no other member is nearer to the centre."""
    X = draw(0).X[:200]
    groups = represent(X, k, seed=0)
    centres = KMeans(k, n_init=3, random_state=0).fit(X).cluster_centers_
    assert len(set(groups.rows)) == k and groups.labels.shape == (200,)
    np.testing.assert_array_equal(groups.labels[groups.rows], np.arange(k))
    for group, (row, centre) in enumerate(zip(groups.rows, centres, strict=True)):
        distances = np.linalg.norm(X[groups.labels == group] - centre, axis=1)
        own = np.linalg.norm(X[row] - centre)
        assert own == pytest.approx(distances.min(), abs=1e-9)


def test_a_label_is_passed_on_to_the_group() -> None:
    """Each image gets the label of the representative, whatever its own is."""
    groups = Groups(np.array([3, 0]), np.array([1, 0, 1, 0]))
    np.testing.assert_array_equal(groups.passed_on(np.array([7, 8, 9, 5])), [7, 5, 7, 5])


def test_balanced_rows() -> None:
    """As many of each class, none twice, and not the same each time."""
    y = np.repeat([0, 1, 2], [4, 9, 5])
    rows = balanced(y, 4, np.random.default_rng(0))
    assert len(set(rows)) == 12
    np.testing.assert_array_equal(np.bincount(y[rows]), [4, 4, 4])
    assert set(rows) != set(balanced(y, 4, np.random.default_rng(1)))


@pytest.mark.parametrize("per_class", [0, 5])
def test_balanced_needs_enough_of_each_class(per_class: int) -> None:
    """The message says how many there are."""
    with pytest.raises(ValueError, match=f"1 to 4 of each class, got {per_class}"):
        balanced(np.repeat([0, 1], [4, 9]), per_class, np.random.default_rng(0))


def test_taught_learns_from_the_rows_alone() -> None:
    """Other rows may hold nonsense; the score is on new hands."""
    hands = draw(1)
    rows = np.arange(300)
    lied = hands.y.copy()
    lied[300:] = 0
    model = LogisticRegression(C=10, max_iter=500).fit(hands.X[:300], hands.y[:300])
    assert taught(hands.X, lied, rows, hands) == model.score(hands.new, hands.truth)


@pytest.mark.nightly
def test_arms_of_one_seed() -> None:
    """All labels teach most; passing on is mostly right; groups pass on better than chance."""
    scores, right = label_arms(0, draw(0))
    assert len(scores) == len(ARMS) and len(right) == 3
    assert max(scores) == scores[-1] and min(scores) > 0.6
    assert right[0] < 0.9 < min(right[1:])
    assert label_arms(0, draw(0)) == (scores, right)
    assert label_arms(1, draw(0))[0][:3] != scores[:3]


@pytest.mark.nightly
def test_arms_over_seeds() -> None:
    """Arrays a seed, with names; the seed draws the hands too."""
    scores, right = spend([0, 1])
    assert tuple(scores) == ARMS and list(right) == [ARMS[1], ARMS[4], ARMS[5]]
    first, second = label_arms(0, draw(0)), label_arms(1, draw(1))
    assert [list(pair) for pair in scores.values()] == [
        [a, b] for a, b in zip(first[0], second[0], strict=True)
    ]
    assert [list(pair) for pair in right.values()] == [
        [a, b] for a, b in zip(first[1], second[1], strict=True)
    ]
    assert N_LABELS == 50


def test_digits_that_share_groups() -> None:
    """By hand: digit 0 is in group 0 alone, half of the ones too, the others in group 2."""
    y = np.array([0, 0, 1, 1, *range(2, 10)])
    labels = np.array([0, 0, 0, 1, *[2] * 8])
    shares = together(y, labels)
    assert shares.shape == (10, 10) and (shares == shares.T).all()
    np.testing.assert_array_equal(shares[:2, :3], [[1, 0.5, 0], [0.5, 0.5, 0]])
    assert (shares[2:, 2:] == 1).all()
    rng = np.random.default_rng(0)
    y, labels = rng.permutation(np.repeat(range(10), 6)), rng.integers(0, 4, 60)
    same = labels[:, None] == labels
    expected = [[same[np.ix_(y == a, y == b)].mean() for b in range(10)] for a in range(10)]
    np.testing.assert_allclose(together(y, labels), expected, rtol=0, atol=1e-12)


@pytest.mark.nightly
def test_each_penalty_and_a_choice() -> None:
    """Rows are penalties, then what the labels chose; the labels are those of the arms."""
    scores, chosen = penalties([0, 1])
    assert list(scores) == list(chosen) == [ARMS[0], ARMS[3]]
    arms = spend([0, 1])[0]
    for arm, table in scores.items():
        assert table.shape == (len(PENALTIES) + 1, 2)
        np.testing.assert_array_equal(table[PENALTIES.index(10)], arms[arm])
        own = [table[PENALTIES.index(C), s] for s, C in enumerate(chosen[arm])]
        np.testing.assert_array_equal(table[-1], own)


def test_spoiled_images() -> None:
    """Mirrored twice is the image; faded is half; three pixels are inverted, no more."""
    X, rng = draw(0).new[:50], np.random.default_rng(0)
    mirrored = spoil(X, "mirrored", rng)
    np.testing.assert_array_equal(mirrored.reshape(-1, 8, 8)[:, 2, 0], X.reshape(-1, 8, 8)[:, 2, 7])
    np.testing.assert_array_equal(spoil(mirrored, "mirrored", rng), X)
    np.testing.assert_array_equal(2 * spoil(X, "faded", rng), X)
    whole = np.full((5, 64), 0.25)
    odd = spoil(whole, "three pixels inverted", rng)
    np.testing.assert_array_equal((odd == 0.75).sum(axis=1), 3)
    np.testing.assert_array_equal((odd == 0.25).sum(axis=1), 61)
    assert (whole == 0.25).all() and len(np.unique(odd, axis=0)) == 5
    with pytest.raises(ValueError, match="mirrored, faded, three"):
        spoil(X, "torn", rng)


def test_detectors() -> None:
    """A table of areas, in which PCA's error sees stray pixels and takes faded images for good."""
    areas = detect([0, 1])
    assert tuple(areas) == ODD
    for found in areas.values():
        assert tuple(found) == DETECTORS
        assert all(len(each) == 2 for each in found.values())
        assert all(0.75 < area <= 1 for area in found["distance to a centre"])
        assert all(0.7 < area <= 1 for area in found["density of a mixture"])
    assert min(areas["three pixels inverted"]["PCA error"]) > 0.95
    assert max(areas["faded"]["PCA error"]) < 0.3
