"""A network whose hidden layers are normalised over the batch (Ioffe and
Szegedy 2015).

Typical use:

    network = fit(X, y, Options(hidden=(64,) * 6), rng=np.random.default_rng(0))
    network.score(X_test, y_test)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from snippets.neural_network import Layer, Options, he_start, one_hot, softmax

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

TINY = 1e-5
"""Joins each variance, so that a constant sum is not divided by 0."""


class Hidden(NamedTuple):
    """Parameters of one hidden layer, or derivatives with respect to them.

    Attributes:
        weights: One column a unit, shape (n_in, n_out).
        scale: Standard deviation that the layer learns to have (gamma), shape
            (n_out,).
        shift: Mean that it learns to have (beta), shape (n_out,).
    """

    weights: FloatArray
    scale: FloatArray
    shift: FloatArray


class Moments(NamedTuple):
    """Mean and variance of the weighted sums of a layer, each of shape
    (n_out,).
    """

    mean: FloatArray
    variance: FloatArray


class Step(NamedTuple):
    """What one hidden layer was given and made of it.

    Attributes:
        below: Its inputs, shape (n_samples, n_in).
        moments: Those by which it normalised.
        standard: Normalised sums, shape (n_samples, n_out).
        output: Its activations, shape (n_samples, n_out).
    """

    below: FloatArray
    moments: Moments
    standard: FloatArray
    output: FloatArray


# --8<-- [start:forward]
def forward(
    hidden: Sequence[Hidden],
    last: Layer,
    X: FloatArray,
    fixed: Sequence[Moments] = (),
) -> tuple[list[Step], FloatArray]:
    """Compute the class probabilities, with the sums of each layer normalised.

    Args:
        hidden: Hidden layers, from the first to the last.
        last: The layer of the classes; it is not normalised.
        X: Inputs, shape (n_samples, n_in).
        fixed: Moments to normalise by, one pair a layer; without them, those of
            X.

    Returns:
        A step a hidden layer, and the probabilities, shape (n_samples,
        n_classes).
    """
    steps: list[Step] = []
    for depth, layer in enumerate(hidden):
        # no bias: the mean that is taken off would take it along
        sums = X @ layer.weights
        own = Moments(sums.mean(axis=0), sums.var(axis=0))
        moments = fixed[depth] if fixed else own
        standard = (sums - moments.mean) / np.sqrt(moments.variance + TINY)
        output = np.maximum(layer.scale * standard + layer.shift, 0.0)
        steps.append(Step(X, moments, standard, output))
        X = output
    return steps, softmax(X @ last.weights + last.biases)
    # --8<-- [end:forward]


# --8<-- [start:backward]
def backward(
    hidden: Sequence[Hidden],
    last: Layer,
    steps: Sequence[Step],
    delta: FloatArray,
) -> tuple[list[Hidden], Layer]:
    """Carry the derivative of a loss from the logits down to all parameters.

    Args:
        hidden: Hidden layers.
        last: The layer of the classes.
        steps: What `forward` gave for a batch, normalised by its own moments.
        delta: Derivative with respect to the logits, shape (n_samples,
            n_classes).

    Returns:
        Derivatives, in the shapes of the parameters.
    """
    top = Layer(steps[-1].output.T @ delta, delta.sum(axis=0))
    delta = delta @ last.weights.T
    slopes: list[Hidden] = []
    for layer, step in zip(reversed(hidden), reversed(steps), strict=True):
        delta = delta * (step.output > 0)
        along = (delta * step.standard).sum(axis=0)
        slope = delta * layer.scale
        # Mean and variance depend on every sample of the batch, so each takes
        # its part back.
        slope = (
            slope
            - slope.mean(axis=0)
            - step.standard * (slope * step.standard).mean(axis=0)
        )
        slope = slope / np.sqrt(step.moments.variance + TINY)
        slopes.append(Hidden(step.below.T @ slope, along, delta.sum(axis=0)))
        delta = slope @ layer.weights.T
    return slopes[::-1], top
    # --8<-- [end:backward]


def flatten(hidden: Sequence[Hidden], last: Layer) -> FloatArray:
    """Write all parameters into one new row, shape (n_parameters,)."""
    return np.concatenate(
        [part.ravel() for layer in (*hidden, last) for part in layer]
    )


def unflatten(
    flat: FloatArray, hidden: Sequence[Hidden], last: Layer
) -> tuple[list[Hidden], Layer]:
    """Cut a row of parameters into layers: views, so that the row and they
    change together.

    Args:
        flat: Parameters, shape (n_parameters,).
        hidden: Hidden layers whose shapes to use.
        last: Last layer whose shapes to use.
    """
    shapes = [part.shape for layer in (*hidden, last) for part in layer]
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]
    parts = [
        p.reshape(s) for p, s in zip(np.split(flat, ends), shapes, strict=True)
    ]
    layers = [Hidden(*parts[i : i + 3]) for i in range(0, 3 * len(hidden), 3)]
    return layers, Layer(*parts[-2:])


@dataclass(frozen=True, slots=True, eq=False)
class NormalisedNetwork:
    """A trained network.

    Attributes:
        hidden: Hidden layers, from the first to the last.
        last: The layer of the classes.
        moments: Of each hidden layer over all training samples; new samples are
            normalised by them, so that a prediction does not depend on its
            neighbours.
    """

    hidden: list[Hidden]
    last: Layer
    moments: list[Moments]

    def predict_proba(self, X: FloatArray) -> FloatArray:
        """Class probabilities, shape (n_samples, n_classes)."""
        return forward(self.hidden, self.last, X, self.moments)[1]

    def score(self, X: FloatArray, y: IntArray) -> float:
        """Share of samples whose label is predicted."""
        return float((self.predict_proba(X).argmax(axis=1) == y).mean())


def fit(
    X: FloatArray, y: IntArray, options: Options, *, rng: np.random.Generator
) -> NormalisedNetwork:
    """Train a network with batch normalisation by mini-batches.

    Args:
        X: Inputs, shape (n_samples, n_features).
        y: Labels, shape (n_samples,), integers from 0.
        options: Hidden layers, epochs, batch size, optimiser, its rate and
            momentum; the other fields are not used.
        rng: Source of the start and of the order.

    Raises:
        ValueError: If there is no hidden layer, or a batch would hold a single
            sample: its variance is 0, and nothing of it is left.
    """
    n = len(X)
    if not options.hidden:
        raise ValueError("batch normalisation needs a hidden layer, got none")
    if n < 2 or 1 in (options.batch_size, n % options.batch_size):
        raise ValueError(
            f"{n} samples in batches of {options.batch_size} leave a batch of "
            "one"
        )
    *start, last = he_start(
        (X.shape[1], *options.hidden, int(y.max()) + 1), rng
    )
    ones = [Hidden(w, np.ones(len(b)), b) for w, b in start]
    theta = flatten(ones, last)
    hidden, last = unflatten(theta, ones, last)
    targets, optimiser = one_hot(y, len(last.biases)), options.new_optimiser()
    for _ in range(options.epochs):
        order = rng.permutation(n)
        for i in range(0, n, options.batch_size):
            rows = order[i : i + options.batch_size]
            steps, probabilities = forward(hidden, last, X[rows])
            delta = (probabilities - targets[rows]) / len(rows)
            optimiser.step(
                theta, flatten(*backward(hidden, last, steps, delta))
            )
    steps, _ = forward(hidden, last, X)
    return NormalisedNetwork(hidden, last, [step.moments for step in steps])
