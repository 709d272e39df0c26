"""Write `softmax`, `forward` and `backward`.

Judge it with `pytest snippets/exercises/test_neural_network.py`.
`python -m snippets.exercises.skeletons neural_network` begins anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from snippets.neural_network import FloatArray, Layer


def softmax(logits: FloatArray) -> FloatArray:
    """Turn each row of scores into positive numbers that sum to 1, shape
    unchanged.
    """
    raise NotImplementedError(
        "exponentials, divided by their sum; first take off the row's maximum"
    )


def forward(
    layers: Sequence[Layer], X: FloatArray, masks: Sequence[FloatArray] = ()
) -> list[FloatArray]:
    """Compute what every layer puts out, from the inputs up to the
    probabilities.

    Args:
        layers: The network, from the first layer to the last.
        X: Inputs, shape (n_samples, n_in of the first layer).
        masks: Factor of each hidden unit, one array a hidden layer, each of
            shape (n_samples, n_out); none, if no unit is dropped.

    Returns:
        Inputs, hidden activations, and class probabilities: an array more than
        layers.
    """
    raise NotImplementedError(
        "product, bias, maximum with 0, times the mask; softmax at the end"
    )


def backward(
    layers: Sequence[Layer],
    activations: Sequence[FloatArray],
    delta: FloatArray,
    kept: float = 1.0,
) -> tuple[list[Layer], FloatArray]:
    """Carry the derivative of a loss from the logits down to parameters and
    inputs.

    Args:
        layers: The network.
        activations: What `forward` gave for them.
        delta: Derivative with respect to the logits, shape (n_samples,
            n_classes).
        kept: Share of the hidden units that dropout kept; their masks are 1 /
            kept.

    Returns:
        Derivatives with respect to each layer, and to the inputs, (n_samples,
        n_in).
    """
    raise NotImplementedError(
        "per layer, last first: its derivatives, then delta for the one below"
    )
