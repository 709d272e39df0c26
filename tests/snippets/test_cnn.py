"""The convolutional network against SciPy and finite differences, and its training."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.signal import correlate2d
from sklearn.datasets import load_digits

from snippets import neural_network
from snippets.cnn import (
    blocks,
    convolve,
    duel,
    fit,
    forward,
    gradient,
    im2col,
    jitter,
    moved_digits,
    n_multiplies,
    shuffle_pixels,
    start_layers,
)
from snippets.evidence import paired_difference
from snippets.neural_network import Layer, cross_entropy, flatten, one_hot, unflatten

# Measured against SciPy: 2e-15 in a map.
TOLERANCE = 1e-12


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray]:
    """Return 500 digits from 0 to 1 in a random order, and their labels."""
    found = load_digits()
    rows = np.random.default_rng(0).permutation(len(found.target))[:500]
    return found.images[rows] / 16, found.target[rows]


@pytest.mark.parametrize("side", [1, 2, 3])
@pytest.mark.parametrize("shape", [(8, 8), (5, 11), (3, 3)])
def test_im2col_and_product_equal_scipy(shape: tuple[int, int], side: int) -> None:
    """Every map is SciPy's cross-correlation, plus the bias, for several shapes."""
    rng = np.random.default_rng(0)
    images = rng.normal(size=(4, *shape))
    filters = Layer(rng.normal(size=(side**2, 3)), rng.normal(size=3))
    patches = im2col(images, side)
    assert patches.shape == (4, shape[0] - side + 1, shape[1] - side + 1, side**2)
    maps = convolve(patches, filters)
    for i, k in np.ndindex(4, 3):
        weights = filters.weights[:, k].reshape(side, side)
        expected = correlate2d(images[i], weights, "valid") + filters.biases[k]
        np.testing.assert_allclose(maps[i, :, :, k], expected, rtol=0, atol=TOLERANCE)


def test_filters_are_3_by_3_unless_told_otherwise(digits: tuple[np.ndarray, np.ndarray]) -> None:
    """The default patch holds nine pixels, in reading order."""
    patches = im2col(digits[0][:2])
    np.testing.assert_array_equal(patches[1, 2, 4], digits[0][1, 2:5, 4:7].ravel())


@pytest.mark.parametrize(
    ("shape", "side"), [((8, 8), 3), ((2, 2, 8), 3), ((2, 8, 2), 3), ((1, 4, 4), 0)]
)
def test_im2col_needs_images_that_hold_a_patch(shape: tuple[int, ...], side: int) -> None:
    """No stack, too small, or no patch: refused."""
    with pytest.raises(ValueError, match="need images of at least"):
        im2col(np.zeros(shape), side)


def test_blocks_keep_every_pixel_in_its_place() -> None:
    """Row 3, column 2 is in block row 1, block column 1, at (1, 0)."""
    maps = np.arange(2 * 4 * 6 * 3.0).reshape(2, 4, 6, 3)
    view = blocks(maps)
    assert view.shape == (2, 2, 2, 3, 2, 3)
    np.testing.assert_array_equal(view[1, 1, 1, 1, 0], maps[1, 3, 2])


def test_forward_is_relu_maximum_softmax() -> None:
    """A case by hand: sums 45, 54, 81, 90, their negatives silenced, the largest kept."""
    filters = Layer(np.array([[1.0, -1.0]] * 9), np.zeros(2))
    dense = Layer(np.array([[0.0, np.log(3.0) / 90], [1.0, 0.0]]), np.array([0.0, np.log(2.0)]))
    seen = forward([filters, dense], im2col(np.arange(16.0).reshape(1, 4, 4)))
    assert seen.maps[0, :, :, 0].tolist() == [[45.0, 54.0], [81.0, 90.0]]
    assert not seen.maps[0, :, :, 1].any()
    assert seen.pooled.tolist() == [[[[90.0, 0.0]]]]
    np.testing.assert_allclose(seen.probabilities, [[1 / 7, 6 / 7]])


@pytest.mark.parametrize(("shape", "n_filters"), [((8, 8), 3), ((4, 6), 2)])
def test_gradient_equals_central_differences(shape: tuple[int, int], n_filters: int) -> None:
    """The derivative is right in every weight and bias."""
    rng = np.random.default_rng(2)
    patches, targets = im2col(rng.normal(size=(7, *shape))), one_hot(rng.integers(0, 4, 7), 4)
    start = start_layers(shape, n_filters, 4, rng)
    theta = flatten(start) + 0.1 * rng.normal(size=len(flatten(start)))

    def loss(moved: np.ndarray) -> float:
        return cross_entropy(forward(unflatten(moved, start), patches).probabilities, targets)

    steps = 1e-6 * np.eye(len(theta))
    slopes = np.array([loss(theta + s) - loss(theta - s) for s in steps]) / 2e-6
    exact = flatten(gradient(unflatten(theta, start), patches, targets))
    np.testing.assert_allclose(exact, slopes, rtol=0, atol=6e-8)


def test_equal_pixels_share_the_derivative_of_their_block() -> None:
    """On an even image all pixels of a block tie; the derivative is still right."""
    rng = np.random.default_rng(0)
    patches, targets = im2col(np.full((3, 8, 8), 0.7)), one_hot(np.array([0, 1, 1]), 2)
    start = start_layers((8, 8), 4, 2, rng)
    theta = flatten(start)

    def loss(moved: np.ndarray) -> float:
        return cross_entropy(forward(unflatten(moved, start), patches).probabilities, targets)

    steps = 1e-6 * np.eye(len(theta))
    slopes = np.array([loss(theta + s) - loss(theta - s) for s in steps]) / 2e-6
    exact = flatten(gradient(start, patches, targets))
    assert np.abs(exact[:36]).max() > 0.01
    np.testing.assert_allclose(exact, slopes, rtol=0, atol=1e-7)


def test_a_silent_filter_gets_no_derivative(digits: tuple[np.ndarray, np.ndarray]) -> None:
    """A bias far below 0 silences all maps: no filter moves."""
    filters, dense = start_layers((8, 8), 3, 10, np.random.default_rng(0))
    dead = [Layer(filters.weights, filters.biases - 100.0), dense]
    slopes = gradient(dead, im2col(digits[0][:9]), one_hot(digits[1][:9], 10))
    assert not slopes[0].weights.any() and not slopes[0].biases.any()
    assert slopes[1].biases.any()


def test_start_has_the_variance_of_he() -> None:
    """Variance 2 / n_in in both layers, biases of 0, shapes by the image."""
    filters, dense = start_layers((8, 10), 2000, 10, np.random.default_rng(0))
    assert filters.weights.shape == (9, 2000) and filters.biases.shape == (2000,)
    assert dense.weights.shape == (3 * 4 * 2000, 10) and dense.biases.shape == (10,)
    assert filters.weights.var() == pytest.approx(2 / 9, rel=0.03)
    assert dense.weights.var() == pytest.approx(2 / 24000, rel=0.03)
    assert abs(filters.weights.mean()) < 0.01 and abs(dense.weights.mean()) < 0.001
    assert not filters.biases.any() and not dense.biases.any()


@pytest.mark.parametrize("shape", [(3, 8), (8, 3), (7, 8), (8, 7), (2, 2)])
def test_maps_must_be_cut_into_blocks(shape: tuple[int, int]) -> None:
    """Odd or empty maps are refused, by name."""
    with pytest.raises(ValueError, match=f"maps of {shape[0] - 2} x {shape[1] - 2} cannot be cut"):
        start_layers(shape, 1, 2, np.random.default_rng(0))


@pytest.mark.parametrize("numbers", [(0, 2), (2, 0)])
def test_start_needs_a_filter_and_a_class(numbers: tuple[int, int]) -> None:
    """An empty layer is refused; one of each is not."""
    with pytest.raises(ValueError, match=f"got {numbers[0]} and {numbers[1]}"):
        start_layers((8, 8), *numbers, np.random.default_rng(0))
    assert len(start_layers((4, 4), 1, 1, np.random.default_rng(0))) == 2


def test_multiplications_are_counted_as_matrix_products() -> None:
    """Rows x columns x inner size of both products, for one image."""
    for shape, n_filters in (((8, 8), 16), ((4, 6), 3)):
        filters, dense = start_layers(shape, n_filters, 10, np.random.default_rng(0))
        patches = im2col(np.zeros((1, *shape)))
        counted = patches[..., 0].size * filters.weights.size + dense.weights.size
        assert n_multiplies(shape, n_filters, 10) == counted


def test_learns_digits(digits: tuple[np.ndarray, np.ndarray]) -> None:
    """New digits are recognised, and the loss falls."""
    images, y = digits
    network = fit(images[:300], y[:300], rng=np.random.default_rng(0), epochs=15)
    assert network.score(images[300:], y[300:]) > 0.88
    assert network.n_parameters == 160 + 1450
    assert len(network.losses) == 15
    assert network.losses[-1] < 0.3 * network.losses[0]
    odds = network.activations(images[:300]).probabilities
    assert network.losses[-1] == pytest.approx(cross_entropy(odds, one_hot(y[:300], 10)))
    np.testing.assert_array_equal(network.predict(images[:300]), odds.argmax(axis=1))
    right = (network.predict(images[300:]) == y[300:]).mean()
    assert network.score(images[300:], y[300:]) == right


def test_an_epoch_sees_every_image_once(digits: tuple[np.ndarray, np.ndarray]) -> None:
    """With one full batch an epoch is one step of Adam: each parameter moves by the rate."""
    images, y = digits[0][:40], digits[1][:40]
    network = fit(
        images, y, rng=np.random.default_rng(0), epochs=1, batch_size=40, learning_rate=0.003
    )
    start = start_layers((8, 8), 16, 10, np.random.default_rng(0))
    moved = np.abs(flatten(network.layers) - flatten(start))
    assert moved.max() == pytest.approx(0.003, rel=1e-3)
    slopes = flatten(gradient(start, im2col(images), one_hot(y, 10)))
    np.testing.assert_array_equal(moved > 0, slopes != 0)
    halves = fit(
        images, y, rng=np.random.default_rng(0), epochs=1, batch_size=20, learning_rate=0.003
    )
    assert 0.0045 < np.abs(flatten(halves.layers) - flatten(start)).max() < 0.0065


def test_the_seed_decides(digits: tuple[np.ndarray, np.ndarray]) -> None:
    """The same generator state gives the same layers, another one others."""
    a, b, c = (
        flatten(fit(digits[0][:64], digits[1][:64], rng=np.random.default_rng(s), epochs=2).layers)
        for s in (0, 0, 1)
    )
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, c)


def test_what_is_left_out(digits: tuple[np.ndarray, np.ndarray]) -> None:
    """The defaults are 16 filters, 10 classes, 30 epochs, batches of 32 and a rate of 0.01."""
    images, y = digits[0][:70], digits[1][:70]
    spelled: dict[str, Any] = {"n_filters": 16, "n_classes": 10, "epochs": 30}
    spelled |= {"batch_size": 32, "learning_rate": 0.01}
    a = fit(images, y, rng=np.random.default_rng(0))
    b = fit(images, y, rng=np.random.default_rng(0), **spelled)
    np.testing.assert_array_equal(flatten(a.layers), flatten(b.layers))


def test_no_epochs_give_the_start(digits: tuple[np.ndarray, np.ndarray]) -> None:
    """Then there is no loss yet."""
    network = fit(*digits, rng=np.random.default_rng(0), epochs=0, n_filters=2)
    start = start_layers((8, 8), 2, 10, np.random.default_rng(0))
    np.testing.assert_array_equal(flatten(network.layers), flatten(start))
    assert network.losses.size == 0


def test_one_image_of_one_class() -> None:
    """A single even image of a single class is certain."""
    network = fit(np.ones((1, 4, 6)), np.array([0]), rng=np.random.default_rng(0), n_classes=1)
    assert network.predict(np.ones((2, 4, 6))).tolist() == [0, 0]
    assert network.losses[-1] == 0.0


@pytest.mark.parametrize(
    ("images", "y", "options", "message"),
    [
        (np.zeros((2, 8, 8)), np.zeros(3, dtype=int), {}, "a label a finite image"),
        (np.zeros((0, 8, 8)), np.zeros(0, dtype=int), {}, "a label a finite image"),
        (np.full((1, 8, 8), np.nan), np.zeros(1, dtype=int), {}, "a label a finite image"),
        (np.zeros((1, 64)), np.zeros(1, dtype=int), {}, "need images"),
        (np.zeros((1, 8, 8)), np.array([10]), {}, "labels must be from 0 to 9"),
        (np.zeros((1, 8, 8)), np.array([0]), {"batch_size": 0}, "got 0, 30"),
        (np.zeros((1, 8, 8)), np.array([0]), {"epochs": -1}, "got 32, -1"),
    ],
)
def test_bad_input_is_named(
    images: np.ndarray, y: np.ndarray, options: dict[str, Any], message: str
) -> None:
    """What cannot be trained raises ValueError and says why."""
    with pytest.raises(ValueError, match=message):
        fit(images, y, rng=np.random.default_rng(0), **options)


def test_jitter_moves_by_at_most_a_pixel() -> None:
    """A dot ends in each of the nine places around its own, about equally often."""
    images = np.zeros((900, 5, 6))
    images[:, 2, 3] = 1.0
    moved = jitter(images, np.random.default_rng(0))
    assert moved.shape == images.shape
    counts = moved.sum(axis=0)
    assert counts.sum() == 900 == counts[1:4, 2:5].sum()
    assert counts[1:4, 2:5].min() > 70
    corner = np.zeros((90, 4, 4))
    corner[:, 0, 0] = 1.0
    assert 20 < jitter(corner, np.random.default_rng(0)).sum() < 65  # the rest has left


def test_shuffled_pixels_are_all_there_in_one_order() -> None:
    """Every image holds its pixels, moved as in every other image."""
    images = np.arange(3 * 4 * 5.0).reshape(3, 4, 5)
    shuffled = shuffle_pixels(images, np.random.default_rng(0))
    assert shuffled.shape == images.shape
    np.testing.assert_array_equal(np.sort(shuffled[1].ravel()), images[1].ravel())
    np.testing.assert_array_equal(shuffled[2] - shuffled[0], np.full((4, 5), 40.0))
    assert not np.array_equal(shuffled[0], images[0])


def test_moved_digits_are_the_digits() -> None:
    """Same labels in another order, brightness from 0 to 1, and seeds that differ."""
    images, y = moved_digits(0)
    assert images.shape == (1797, 8, 8)
    assert (images.min(), images.max()) == (0.0, 1.0)
    np.testing.assert_array_equal(np.bincount(y), np.bincount(load_digits().target))
    assert not np.array_equal(y, moved_digits(1)[1])
    shuffled, same = moved_digits(0, shuffled=True)
    np.testing.assert_array_equal(y, same)
    np.testing.assert_array_equal(
        np.sort(shuffled.reshape(1797, 64)), np.sort(images.reshape(1797, 64))
    )
    assert not np.array_equal(shuffled, images)


@pytest.mark.nightly
def test_l39_filters_win_where_pixels_have_neighbours() -> None:
    """On moved digits the network beats a plain one; on shuffled pixels it does not."""
    moved = [duel(*moved_digits(seed), seed) for seed in range(4)]
    gain = paired_difference(*map(list, zip(*moved, strict=True)))
    assert gain.low > 0.05
    shuffled = [duel(*moved_digits(seed, shuffled=True), seed) for seed in range(4)]
    loss = paired_difference(*map(list, zip(*shuffled, strict=True)))
    assert loss.high < gain.low and loss.mean < 0.02


@pytest.mark.nightly
def test_a_duel_gives_both_the_same_images() -> None:
    """Both train on the first ones, 300 if not told otherwise, for 20 epochs at a rate of 0.02."""
    images, y = moved_digits(0)
    rng = np.random.default_rng(5)
    conv = fit(images[:300], y[:300], rng=rng, epochs=20, learning_rate=0.02)
    options = neural_network.Options(hidden=(24,), epochs=20, learning_rate=0.02)
    X = images.reshape(1797, 64)
    plain = neural_network.fit(X[:300], y[:300], options, rng=rng)
    assert duel(images, y, 5) == (
        conv.score(images[300:], y[300:]),
        plain.score(X[300:], y[300:]),
    )
    few, many = duel(images, y, 0, n_train=60), duel(images, y, 0, n_train=600)
    assert many[0] > few[0] + 0.1 and many[1] > few[1] + 0.1
