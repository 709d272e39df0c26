from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage
from sklearn.datasets import load_digits

from snippets.augmentation import AROUND, add_noise, brighten, rotate, shear, translate, warp

RNG = np.random.default_rng(0)
SETS = {
    "digits": load_digits().images[:20] / 16,
    "wide": RNG.random((3, 5, 8)),
    "high": RNG.random((2, 9, 4)),
}


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("step", [*AROUND, (2, -1), (0, 0), (-3, 2)])
def test_translation_equals_scipy(name: str, step: tuple[int, int]) -> None:
    """Whole pixels down and right, and empty where nothing comes in."""
    images = SETS[name]
    moved = translate(images, *step)
    expected = ndimage.shift(images, (0, *step), order=0, mode="constant")
    np.testing.assert_array_equal(moved, expected)


def test_around_is_one_pixel_each_way() -> None:
    """Four different steps of one pixel that cancel."""
    assert len(set(AROUND)) == 4
    assert {abs(row) + abs(column) for row, column in AROUND} == {1}
    assert np.sum(AROUND, axis=0).tolist() == [0, 0]


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("seed", range(5))
def test_warp_equals_scipy(name: str, seed: int) -> None:
    """Any matrix about the centre gives what `affine_transform` gives."""
    images = SETS[name]
    matrix = np.eye(2) + np.random.default_rng(seed).normal(0, 0.4, (2, 2))
    centre = (np.array(images.shape[1:]) - 1) / 2
    expected = [
        ndimage.affine_transform(
            image, matrix, offset=centre - matrix @ centre, order=1, mode="grid-constant"
        )
        for image in images
    ]
    np.testing.assert_allclose(warp(images, matrix), expected, atol=1e-12)


@pytest.mark.parametrize("degrees", [10.0, -35.0, 90.0, 200.0])
def test_rotation_equals_scipy(degrees: float) -> None:
    """A positive angle turns counter-clockwise."""
    images = SETS["digits"]
    expected = ndimage.rotate(
        images, degrees, axes=(2, 1), reshape=False, order=1, mode="grid-constant"
    )
    flipped = ndimage.rotate(
        images, -degrees, axes=(2, 1), reshape=False, order=1, mode="grid-constant"
    )
    ours = rotate(images, degrees)
    assert min(np.abs(ours - expected).max(), np.abs(ours - flipped).max()) < 1e-12
    np.testing.assert_allclose(rotate(images, 90.0), np.rot90(images, axes=(1, 2)), atol=1e-12)


def test_shear_leans_to_the_right() -> None:
    """An upright line: one row up moves by the slope to the right, the centre stays."""
    line = np.zeros((1, 5, 5))
    line[0, :, 2] = 1.0
    leaning = shear(line, 1.0)[0]
    np.testing.assert_array_equal(leaning, np.fliplr(np.eye(5)))
    np.testing.assert_allclose(shear(line, -1.0)[0], np.eye(5), atol=1e-15)
    np.testing.assert_allclose(shear(line, 0.5)[0, 1], [0, 0, 0.5, 0.5, 0], atol=1e-15)


def test_brightness_multiplies_up_to_full_ink() -> None:
    """Half the ink, or twice as much but never above 1; a factor of 0 empties."""
    images = np.array([[[0.0, 0.4, 0.8]]])
    assert brighten(images, 0.5).tolist() == [[[0.0, 0.2, 0.4]]]
    assert brighten(images, 2.0).tolist() == [[[0.0, 0.8, 1.0]]]
    assert brighten(images, 0.0).tolist() == [[[0.0, 0.0, 0.0]]]


def test_noise_has_its_spread_and_stays_in_range() -> None:
    """Normal around the ink, cut to 0 and 1, and repeatable."""
    grey = np.full((50, 10, 10), 0.5)
    noisy = add_noise(grey, 0.1, np.random.default_rng(0))
    assert abs(noisy.mean() - 0.5) < 0.01
    assert abs(noisy.std() - 0.1) < 0.005
    np.testing.assert_array_equal(noisy, add_noise(grey, 0.1, np.random.default_rng(0)))
    wild = add_noise(grey, 5.0, np.random.default_rng(0))
    assert (wild.min(), wild.max()) == (0.0, 1.0)
    np.testing.assert_array_equal(add_noise(grey, 0.0, np.random.default_rng(0)), grey)


def test_originals_stay() -> None:
    """No augmentation writes into what it was given."""
    images = SETS["wide"].copy()
    translate(images, 1, 0)
    warp(images, np.eye(2))
    brighten(images, 0.0)
    add_noise(images, 1.0, np.random.default_rng(0))
    np.testing.assert_array_equal(images, SETS["wide"])


@pytest.mark.parametrize("images", [np.zeros((8, 8)), np.zeros((0, 8, 8))])
def test_what_is_no_stack_of_images_is_refused(images: np.ndarray) -> None:
    """The error names the shape."""
    calls = [
        lambda: translate(images, 1, 0),
        lambda: warp(images, np.eye(2)),
        lambda: brighten(images, 1.0),
        lambda: add_noise(images, 0.1, np.random.default_rng(0)),
    ]
    for call in calls:
        with pytest.raises(ValueError, match=r"need images of shape .* got \("):
            call()


def test_bad_numbers_are_refused() -> None:
    """The error names the number."""
    images = SETS["wide"]
    with pytest.raises(ValueError, match=r"got -0\.1"):
        brighten(images, -0.1)
    with pytest.raises(ValueError, match=r"got -1"):
        add_noise(images, -1, np.random.default_rng(0))
