"""An autoencoder: a network that must reproduce its input through a narrow
code.

Encoder and decoder are networks of ReLU layers whose last layer is linear, so
the same `backward` serves both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from snippets.descent import Adam
from snippets.neural_network import Layer, backward, flatten, unflatten

FloatArray = NDArray[np.float64]


# --8<-- [start:reconstruct]
def through(layers: Sequence[Layer], X: FloatArray) -> list[FloatArray]:
    """Compute the output of each layer: ReLU for all but the last, which is
    linear.
    """
    outputs = [X]
    for depth, layer in enumerate(layers):
        if depth > 0:
            outputs[-1] = np.maximum(outputs[-1], 0.0)
        outputs.append(outputs[-1] @ layer.weights + layer.biases)
    return outputs


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
    half = len(layers) // 2
    coding = through(layers[:half], X)
    return coding, through(layers[half:], coding[-1])
    # --8<-- [end:reconstruct]


# --8<-- [start:gradient]
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
    half = len(layers) // 2
    coding, building = reconstruct(layers, X)
    delta = (building[-1] - targets) / len(X)
    # down to the code
    decoder, delta = backward(layers[half:], building, delta)
    encoder, _ = backward(layers[:half], coding, delta)  # and on to the inputs
    return [*encoder, *decoder]
    # --8<-- [end:gradient]


@dataclass(frozen=True, slots=True, eq=False)
class Autoencoder:
    """A trained autoencoder.

    Attributes:
        layers: Encoder, then decoder, of as many layers.
        losses: Mean squared distance between sample and reconstruction, before
            the first and after each epoch, in the unit of X squared.
    """

    layers: list[Layer]
    losses: FloatArray

    def encode(self, X: FloatArray) -> FloatArray:
        """Code of each sample, shape (n_samples, code width)."""
        return reconstruct(self.layers, X)[0][-1]

    def decode(self, code: FloatArray) -> FloatArray:
        """Samples that these codes stand for, shape (n_samples, n_features)."""
        return through(self.layers[len(self.layers) // 2 :], code)[-1]

    def errors(self, X: FloatArray) -> FloatArray:
        """Squared distance of each sample to its reconstruction, shape
        (n_samples,).
        """
        return np.asarray(((X - self.decode(self.encode(X))) ** 2).sum(axis=1))


def start_layers(sizes: Sequence[int], rng: np.random.Generator) -> list[Layer]:
    """Draw weights of variance 2 / (n_in + n_out) (Glorot & Bengio 2010), and
    biases of 0.

    Args:
        sizes: Features, hidden units, code width in the middle, hidden units,
            features.
        rng: Source of the draw.

    Raises:
        ValueError: If there is no middle, a size is below 1, or the ends
            differ.
    """
    if (
        len(sizes) < 3
        or len(sizes) % 2 == 0
        or sizes[0] != sizes[-1]
        or min(sizes) < 1
    ):
        raise ValueError(
            f"need n_features, ..., code, ..., n_features, got {tuple(sizes)}"
        )
    return [
        Layer(rng.normal(0.0, np.sqrt(2 / (n + m)), (n, m)), np.zeros(m))
        for n, m in pairwise(sizes)
    ]


def fit(
    X: FloatArray,
    sizes: Sequence[int],
    *,
    rng: np.random.Generator,
    epochs: int = 40,
    batch_size: int = 32,
    learning_rate: float = 0.01,
    noise: float = 0.0,
) -> Autoencoder:
    """Train by mini-batches and Adam, with a learning rate that falls to 0.

    Args:
        X: Samples, shape (n_samples, n_features).
        sizes: Units of each layer between inputs and outputs; the code is in
            the middle.
        rng: Source of start, order and noise.
        epochs: Passes over the samples.
        batch_size: Samples a step.
        learning_rate: Length of the first step.
        noise: Standard deviation of what is added to the inputs, in the unit of
            X; the targets stay clean (Vincent et al. 2008).

    Returns:
        The autoencoder and its losses.

    Raises:
        ValueError: If X is no finite table or a number is out of range.
    """
    if X.ndim != 2 or not X.size or not np.isfinite(X).all():
        raise ValueError(
            f"X must be a finite table of samples, got shape {X.shape}"
        )
    if epochs < 0 or batch_size < 1 or noise < 0:
        raise ValueError(
            f"need epochs and noise of at least 0 and batches of at least 1, "
            f"got {epochs}, {noise} and {batch_size}"
        )
    start = start_layers((X.shape[1], *sizes, X.shape[1]), rng)
    theta = flatten(start)
    # a step changes both
    network = Autoencoder(unflatten(theta, start), np.array([]))
    optimiser = Adam(learning_rate)
    losses = [network.errors(X).mean()]
    for epoch in range(epochs):
        optimiser.learning_rate = learning_rate * (1 - epoch / epochs)
        order = rng.permutation(len(X))
        for rows in (
            order[i : i + batch_size] for i in range(0, len(X), batch_size)
        ):
            clean = X[rows]
            seen = (
                clean + noise * rng.normal(size=clean.shape) if noise else clean
            )
            optimiser.step(
                theta, flatten(gradient(network.layers, seen, clean))
            )
        losses.append(network.errors(X).mean())
    return Autoencoder(network.layers, np.array(losses))


def descend(
    layers: Sequence[Layer], X: FloatArray, learning_rate: float, n_steps: int
) -> list[Layer]:
    """Take plain steps of gradient descent on all samples at once.

    Args:
        layers: Where to start; not changed.
        X: Samples, shape (n_samples, n_features).
        learning_rate: Length of a step for a gradient of length 1.
        n_steps: Number of steps.

    Returns:
        The layers after the last step.
    """
    theta = flatten(layers)
    moving = unflatten(theta, layers)
    for _ in range(n_steps):
        theta -= learning_rate * flatten(gradient(moving, X, X))
    return moving
