"""A small convolutional network: 3 x 3 filters, ReLU, 2 x 2 maximum,
softmax.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from snippets import neural_network
from snippets.descent import Adam
from snippets.neural_network import (
    Layer,
    cross_entropy,
    flatten,
    one_hot,
    softmax,
    unflatten,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SIDE = 3
"""Pixels along the side of a filter."""
POOL = 2
"""Pixels along the side of a pooled block."""


# --8<-- [start:im2col]
def im2col(images: FloatArray, side: int = SIDE) -> FloatArray:
    """Write each patch of an image as a row, so that one product applies all
    filters.

    Args:
        images: Grey images, shape (n_images, height, width).
        side: Pixels along the side of a patch.

    Returns:
        Patches, shape (n_images, height - side + 1, width - side + 1, side *
        side).

    Raises:
        ValueError: If images are no stack, or smaller than a patch.
    """
    if images.ndim != 3 or side < 1 or min(images.shape[1:]) < side:
        raise ValueError(
            f"need images of at least {side} x {side}, got shape {images.shape}"
        )
    windows = sliding_window_view(images, (side, side), axis=(1, 2))
    return np.ascontiguousarray(windows).reshape(
        *windows.shape[:3], side * side
    )


def convolve(patches: FloatArray, filters: Layer) -> FloatArray:
    """Compare every patch with every filter; the filters are not flipped.

    Args:
        patches: What `im2col` gave, shape (n_images, rows, columns, n_pixels).
        filters: One column a filter, weights (n_pixels, n_filters), biases
            (n_filters,).

    Returns:
        Feature maps, shape (n_images, rows, columns, n_filters).
    """
    return np.asarray(patches @ filters.weights + filters.biases)
    # --8<-- [end:im2col]


def blocks(maps: FloatArray) -> FloatArray:
    """View maps as blocks of POOL x POOL: (n, rows, POOL, columns, POOL,
    n_filters).
    """
    n, height, width, n_filters = maps.shape
    return maps.reshape(n, height // POOL, POOL, width // POOL, POOL, n_filters)


@dataclass(frozen=True, slots=True, eq=False)
class Activations:
    """What each stage of the network puts out for a batch.

    Attributes:
        maps: After convolution and ReLU, shape (n, rows, columns, n_filters).
        pooled: Largest value of each block, shape (n, rows / 2, columns / 2,
            n_filters).
        probabilities: Shape (n, n_classes).
    """

    maps: FloatArray
    pooled: FloatArray
    probabilities: FloatArray


# --8<-- [start:forward]
def forward(layers: Sequence[Layer], patches: FloatArray) -> Activations:
    """Compute feature maps, pooled maps and class probabilities.

    Args:
        layers: The filters, and the dense layer, shape (n_pooled, n_classes).
        patches: What `im2col` gave, shape (n, rows, columns, n_pixels).
    """
    filters, dense = layers
    maps = np.maximum(convolve(patches, filters), 0.0)  # ReLU
    pooled = blocks(maps).max(axis=(2, 4))
    logits = pooled.reshape(len(pooled), -1) @ dense.weights + dense.biases
    return Activations(maps, pooled, softmax(logits))
    # --8<-- [end:forward]


# --8<-- [start:gradient]
def gradient(
    layers: Sequence[Layer], patches: FloatArray, targets: FloatArray
) -> list[Layer]:
    """Derivative of the mean cross-entropy with respect to filters and dense
    layer.

    Args:
        layers: Filters and dense layer.
        patches: What `im2col` gave, shape (n, rows, columns, n_pixels).
        targets: Target probabilities, shape (n, n_classes).
    """
    filters, dense = layers
    seen = forward(layers, patches)
    delta = (seen.probabilities - targets) / len(targets)
    dense_slope = Layer(
        seen.pooled.reshape(len(delta), -1).T @ delta, delta.sum(axis=0)
    )
    # A block passes its derivative back to its largest pixel; equal ones share
    # it.
    pooled = seen.pooled[:, :, None, :, None, :]
    # a ReLU at rest wins nothing
    winners = (blocks(seen.maps) == pooled) & (pooled > 0)
    n_winners = winners.sum(axis=(2, 4), keepdims=True).clip(1)
    shared = (delta @ dense.weights.T).reshape(pooled.shape) / n_winners
    # one row a patch
    on_maps = (winners * shared).reshape(-1, len(filters.biases))
    rows = patches.reshape(len(on_maps), -1)
    return [Layer(rows.T @ on_maps, on_maps.sum(axis=0)), dense_slope]
    # --8<-- [end:gradient]


def start_layers(
    shape: tuple[int, int],
    n_filters: int,
    n_classes: int,
    rng: np.random.Generator,
) -> list[Layer]:
    """Draw weights of variance 2 / n_in (He et al. 2015), and biases of 0.

    Args:
        shape: Height and width of an image, in pixels.
        n_filters: Number of filters.
        n_classes: Number of classes.
        rng: Source of the draw.

    Raises:
        ValueError: If a number is below 1, or the maps cannot be cut into
            blocks.
    """
    rows, columns = (side - SIDE + 1 for side in shape)
    if min(rows, columns) < POOL or rows % POOL or columns % POOL:
        raise ValueError(
            f"maps of {rows} x {columns} cannot be cut into {POOL} x {POOL} "
            "blocks"
        )
    if n_filters < 1 or n_classes < 1:
        raise ValueError(
            f"need a filter and a class, got {n_filters} and {n_classes}"
        )
    n_pixels, n_pooled = (
        SIDE * SIDE,
        (rows // POOL) * (columns // POOL) * n_filters,
    )
    return [
        Layer(
            rng.normal(0.0, np.sqrt(2 / n_pixels), (n_pixels, n_filters)),
            np.zeros(n_filters),
        ),
        Layer(
            rng.normal(0.0, np.sqrt(2 / n_pooled), (n_pooled, n_classes)),
            np.zeros(n_classes),
        ),
    ]


def n_multiplies(shape: tuple[int, int], n_filters: int, n_classes: int) -> int:
    """Count the multiplications for the prediction of one image.

    Args:
        shape: Height and width of the image, in pixels.
        n_filters: Number of filters.
        n_classes: Number of classes.
    """
    rows, columns = (side - SIDE + 1 for side in shape)
    n_pooled = (rows // POOL) * (columns // POOL) * n_filters
    return rows * columns * SIDE * SIDE * n_filters + n_pooled * n_classes


@dataclass(frozen=True, slots=True, eq=False)
class ConvolutionalNetwork:
    """A trained network.

    Attributes:
        layers: Filters and dense layer.
        losses: Mean cross-entropy of the training images after each epoch, in
            nats.
    """

    layers: list[Layer]
    losses: FloatArray

    @property
    def n_parameters(self) -> int:
        """Number of weights and biases."""
        return sum(part.size for layer in self.layers for part in layer)

    def activations(self, images: FloatArray) -> Activations:
        """Feature maps, pooled maps and probabilities of some images."""
        return forward(self.layers, im2col(images))

    def predict(self, images: FloatArray) -> IntArray:
        """Most probable class of each image, shape (n_images,)."""
        return np.asarray(self.activations(images).probabilities.argmax(axis=1))

    def score(self, images: FloatArray, y: IntArray) -> float:
        """Share of images whose label is predicted."""
        return float((self.predict(images) == y).mean())


def fit(
    images: FloatArray,
    y: IntArray,
    *,
    rng: np.random.Generator,
    n_filters: int = 16,
    n_classes: int = 10,
    epochs: int = 30,
    batch_size: int = 32,
    learning_rate: float = 0.01,
) -> ConvolutionalNetwork:
    """Train by mini-batches and Adam.

    Args:
        images: Grey images, shape (n_images, height, width), about from 0 to 1.
        y: Labels, shape (n_images,), from 0 to n_classes - 1.
        rng: Source of start and order.
        n_filters: Number of filters.
        n_classes: Number of classes.
        epochs: Passes over the images.
        batch_size: Images a step.
        learning_rate: Length of a step.

    Raises:
        ValueError: If images and labels do not fit, or a number is out of
            range.
    """
    if len(images) != len(y) or not len(y) or not np.isfinite(images).all():
        raise ValueError(
            f"need a label a finite image, got {images.shape} and {y.shape}"
        )
    if epochs < 0 or batch_size < 1:
        raise ValueError(
            f"need batches of at least 1, and epochs of 0, got {batch_size}, "
            f"{epochs}"
        )
    patches, targets = im2col(images), one_hot(y, n_classes)
    start = start_layers(
        (images.shape[1], images.shape[2]), n_filters, n_classes, rng
    )
    theta = flatten(start)
    layers = unflatten(theta, start)  # views of theta: a step changes both
    optimiser, losses = Adam(learning_rate), []
    for _ in range(epochs):
        order = rng.permutation(len(y))
        for rows in (
            order[i : i + batch_size] for i in range(0, len(y), batch_size)
        ):
            optimiser.step(
                theta, flatten(gradient(layers, patches[rows], targets[rows]))
            )
        losses.append(
            cross_entropy(forward(layers, patches).probabilities, targets)
        )
    return ConvolutionalNetwork(layers, np.array(losses))


def jitter(images: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Move each image by -1, 0 or 1 pixel along each axis; what leaves it is
    lost.

    Args:
        images: Grey images with a background of 0, shape (n_images, height,
            width).
        rng: Source of the moves.
    """
    height, width = images.shape[1:]
    framed = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    moves = rng.integers(0, 3, (len(images), 2))
    moved = [
        f[i : i + height, j : j + width]
        for f, (i, j) in zip(framed, moves, strict=True)
    ]
    return np.array(moved)


def shuffle_pixels(images: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Put the pixels of all images into one and the same random order.

    Args:
        images: Grey images, shape (n_images, height, width).
        rng: Source of the order.
    """
    flat = images.reshape(len(images), -1)
    return flat[:, rng.permutation(flat.shape[1])].reshape(images.shape)


def moved_digits(
    seed: int, shuffled: bool = False
) -> tuple[FloatArray, IntArray]:
    """Draw the handwritten digits in a random order, each moved by up to a
    pixel.

    Args:
        seed: Which order and moves.
        shuffled: Whether to shuffle the pixels afterwards, in all images alike.

    Returns:
        Images, shape (1797, 8, 8), from 0 to 1, and labels, shape (1797,).
    """
    rng = np.random.default_rng(seed)
    digits = load_digits()
    order = rng.permutation(len(digits.target))
    images = jitter(digits.images[order] / 16, rng)
    if shuffled:
        images = shuffle_pixels(images, rng)
    return images, digits.target[order]


# --8<-- [start:duel]
def duel(
    images: FloatArray, y: IntArray, seed: int, n_train: int = 300
) -> tuple[float, float]:
    """Score this network, and a plain one that has a few parameters more.

    Args:
        images: Grey images, shape (n_images, 8, 8).
        y: Labels, shape (n_images,), from 0 to 9.
        seed: Where both networks start.
        n_train: How many images to train on; the rest is for the test.

    Returns:
        Test accuracy of the convolutional network and of the plain one.
    """
    X, rng = images.reshape(len(images), -1), np.random.default_rng(seed)
    a, b = slice(None, n_train), slice(n_train, None)
    conv = fit(images[a], y[a], rng=rng, epochs=20, learning_rate=0.02)
    options = neural_network.Options(
        hidden=(24,), epochs=20, learning_rate=0.02
    )
    plain = neural_network.fit(X[a], y[a], options, rng=rng)
    return conv.score(images[b], y[b]), plain.score(X[b], y[b])
    # --8<-- [end:duel]
