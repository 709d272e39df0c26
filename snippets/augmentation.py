"""Augmentation of images: shift, turn, shear, brighten and roughen what is
there.

An image is a table of ink from 0 (none) to 1 (full); rows count downwards. Ink
that leaves the frame is lost, and what comes in from outside is empty.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

AROUND = ((-1, 0), (1, 0), (0, -1), (0, 1))
"""One pixel up, down, left and right, as (rows, columns)."""


def _checked(images: FloatArray) -> FloatArray:
    """Refuse what is no stack of images."""
    if images.ndim != 3 or not images.size:
        raise ValueError(
            "need images of shape (n_images, height, width), got "
            f"{images.shape}"
        )
    return images


# --8<-- [start:translate]
def translate(images: FloatArray, rows: int, columns: int) -> FloatArray:
    """Move images by whole pixels.

    Args:
        images: Ink, shape (n_images, height, width).
        rows: Pixels down; below 0, up.
        columns: Pixels to the right; below 0, to the left.

    Returns:
        New images, shape unchanged.

    Raises:
        ValueError: If `images` is no stack of images.
    """
    _, height, width = _checked(images).shape
    moved = np.zeros_like(images)
    moved[
        :,
        max(rows, 0) : height + min(rows, 0),
        max(columns, 0) : width + min(columns, 0),
    ] = images[
        :,
        max(-rows, 0) : height - max(rows, 0),
        max(-columns, 0) : width - max(columns, 0),
    ]
    return moved
    # --8<-- [end:translate]


# --8<-- [start:warp]
def warp(images: FloatArray, matrix: FloatArray) -> FloatArray:
    """Turn, stretch or shear images about their centre, with linear
    interpolation.

    Args:
        images: Ink, shape (n_images, height, width).
        matrix: From a place in the new image to its place in the old one, both
            as (row, column) from the centre, shape (2, 2).

    Returns:
        New images, shape unchanged.

    Raises:
        ValueError: If `images` is no stack of images.
    """
    _, height, width = _checked(images).shape
    centre = np.array([height - 1, width - 1])[:, None] / 2
    places = (
        matrix @ (np.indices((height, width)).reshape(2, -1) - centre) + centre
    )
    corner = np.floor(places).astype(np.int64)
    # how far from the upper left of four old pixels
    down, right = places - corner
    found = np.zeros((len(images), height * width))
    for step, share in [
        ((0, 0), (1 - down) * (1 - right)),
        ((0, 1), (1 - down) * right),
        ((1, 0), down * (1 - right)),
        ((1, 1), down * right),
    ]:
        row, column = corner + np.array(step)[:, None]
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        found[:, inside] += (
            share[inside] * images[:, row[inside], column[inside]]
        )
    return found.reshape(images.shape)
    # --8<-- [end:warp]


def rotate(images: FloatArray, degrees: float) -> FloatArray:
    """Turn images about their centre, counter-clockwise for a positive angle.

    Args:
        images: Ink, shape (n_images, height, width).
        degrees: Angle in degrees.
    """
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return warp(images, np.array([[c, s], [-s, c]]))


def shear(images: FloatArray, slope: float) -> FloatArray:
    """Lean images over: the higher above the centre, the further to the right.

    Args:
        images: Ink, shape (n_images, height, width).
        slope: Columns to the right for each row up; below 0, to the left.
    """
    return warp(images, np.array([[1.0, 0.0], [slope, 1.0]]))


def brighten(images: FloatArray, factor: float) -> FloatArray:
    """Multiply the ink, at most to 1.

    Args:
        images: Ink, shape (n_images, height, width).
        factor: At least 0; 1 changes nothing.

    Raises:
        ValueError: If the factor is negative, or `images` is no stack of
            images.
    """
    if factor < 0:
        raise ValueError(f"a factor of ink is at least 0, got {factor}")
    return np.minimum(_checked(images) * factor, 1.0)


def add_noise(
    images: FloatArray, sd: float, rng: np.random.Generator
) -> FloatArray:
    """Add normal noise to each pixel, and cut the ink to 0 and 1.

    Args:
        images: Ink, shape (n_images, height, width).
        sd: Standard deviation of the noise, in units of full ink, at least 0.
        rng: Source of the noise.

    Raises:
        ValueError: If `sd` is negative, or `images` is no stack of images.
    """
    if sd < 0:
        raise ValueError(f"a standard deviation is at least 0, got {sd}")
    return np.clip(
        _checked(images) + rng.normal(0.0, sd, images.shape), 0.0, 1.0
    )
