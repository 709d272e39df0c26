"""Write `im2col`, `convolve`, `forward`, `gradient`.

Judge it with `pytest snippets/exercises/test_cnn.py`.
`python -m snippets.exercises.skeletons cnn` begins anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from snippets.cnn import SIDE, Activations, FloatArray
from snippets.neural_network import Layer


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
    raise NotImplementedError(
        "`numpy.lib.stride_tricks.sliding_window_view`, then reshape"
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
    raise NotImplementedError("one product and the biases")


def forward(layers: Sequence[Layer], patches: FloatArray) -> Activations:
    """Compute feature maps, pooled maps and class probabilities.

    Args:
        layers: The filters, and the dense layer, shape (n_pooled, n_classes).
        patches: What `im2col` gave, shape (n, rows, columns, n_pixels).
    """
    raise NotImplementedError(
        "ReLU of the maps, maximum of their `snippets.cnn.blocks`, softmax"
    )


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
    raise NotImplementedError(
        "the last layer first; a block passes on to its largest pixel only"
    )
