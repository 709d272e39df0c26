"""Write `through`, `reconstruct`, `gradient`.

Judge it with `pytest snippets/exercises/test_autoencoder.py`.
`python -m snippets.exercises.skeletons autoencoder` begins anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from snippets.autoencoder import FloatArray
from snippets.neural_network import Layer


def through(layers: Sequence[Layer], X: FloatArray) -> list[FloatArray]:
    """Compute the output of each layer: ReLU for all but the last, which is
    linear.
    """
    raise NotImplementedError(
        "X first, then product and bias; a maximum with 0 between layers"
    )


def reconstruct(
    layers: Sequence[Layer], X: FloatArray
) -> tuple[list[FloatArray], list[FloatArray]]:
    """Squeeze samples into codes and build them up again.

    Args:
        layers: The first half is the encoder, the second half the decoder.
        X: Samples, shape (n_samples, n_features).

    Returns:
        Outputs of the encoder, from X to the code, and of the decoder, from the
        code to the reconstruction.
    """
    raise NotImplementedError(
        "through the first half of the layers, then its code through the rest"
    )


def gradient(
    layers: Sequence[Layer], X: FloatArray, targets: FloatArray
) -> list[Layer]:
    """Derivative of half the squared distance to the targets, mean over
    samples.

    Args:
        layers: Encoder and decoder.
        X: Inputs, shape (n_samples, n_features).
        targets: What to reproduce, same shape: X itself, or X without its
            noise.

    Returns:
        Derivatives, in the shapes of the layers.
    """
    raise NotImplementedError(
        "`snippets.neural_network.backward` twice: decoder, then encoder"
    )
