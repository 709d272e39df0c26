"""A multi-layer perceptron for classification: ReLU layers, softmax,
cross-entropy.

`forward` and `backward` are the model; `fit` trains it. Typical use:

    network = fit(X, y, Options(hidden=(64,), epochs=50),
    rng=np.random.default_rng(0)) network.score(X_test, y_test)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from snippets.descent import Adam, Optimiser, Sgd

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class Layer(NamedTuple):
    """Parameters of one layer, or the derivatives of a loss with respect to
    them.

    Attributes:
        weights: One column a unit, shape (n_in, n_out).
        biases: One a unit, shape (n_out,).
    """

    weights: FloatArray
    biases: FloatArray


# --8<-- [start:forward]
def softmax(logits: FloatArray) -> FloatArray:
    """Turn each row of scores into positive numbers that sum to 1, shape
    unchanged.
    """
    # shifted: no overflow
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


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
    activations = [X]
    for depth, layer in enumerate(layers[:-1]):
        # ReLU
        hidden = np.maximum(activations[-1] @ layer.weights + layer.biases, 0.0)
        activations.append(hidden * masks[depth] if masks else hidden)
    last = layers[-1]
    return [*activations, softmax(activations[-1] @ last.weights + last.biases)]
    # --8<-- [end:forward]


# --8<-- [start:backward]
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
    slopes: list[Layer] = []
    for depth in reversed(range(len(layers))):
        below = activations[depth]  # what this layer was given
        slopes.append(Layer(below.T @ delta, delta.sum(axis=0)))
        delta = delta @ layers[depth].weights.T
        if depth > 0:
            # a ReLU at rest passes nothing back
            delta = delta * (below > 0) / kept
    return slopes[::-1], delta
    # --8<-- [end:backward]


def one_hot(y: IntArray, n_classes: int, smoothing: float = 0.0) -> FloatArray:
    """Write each label as a row of target probabilities.

    Args:
        y: Labels, shape (n_samples,), from 0 to n_classes - 1.
        n_classes: Number of classes.
        smoothing: Share of the probability that is spread over all classes
            alike.

    Returns:
        Targets, shape (n_samples, n_classes); each row sums to 1.

    Raises:
        ValueError: If a label is no class, or smoothing is no share.
    """
    if not np.issubdtype(y.dtype, np.integer) or y.ndim != 1:
        raise ValueError(
            f"labels must be a row of integers, got {y.dtype}, shape {y.shape}"
        )
    if len(y) and not (y.min() >= 0 and y.max() < n_classes):
        raise ValueError(
            f"labels must be from 0 to {n_classes - 1}, got {y.min()} to "
            f"{y.max()}"
        )
    if not 0 <= smoothing < 1:
        raise ValueError(
            f"smoothing must be from 0 to below 1, got {smoothing}"
        )
    return np.asarray(
        (1 - smoothing) * np.eye(n_classes)[y] + smoothing / n_classes
    )


def cross_entropy(probabilities: FloatArray, targets: FloatArray) -> float:
    """Mean over the samples of minus the sum of target times log probability,
    in nats.
    """
    # a probability that rounded to 0 costs much, not infinity
    tiny = np.finfo(float).tiny
    return float(
        -(targets * np.log(np.maximum(probabilities, tiny))).sum(axis=1).mean()
    )


def he_start(sizes: Sequence[int], rng: np.random.Generator) -> list[Layer]:
    """Draw starting weights of variance 2 / n_in (He et al. 2015), and biases
    of 0.

    Args:
        sizes: Number of inputs, of units of each hidden layer, and of classes.
        rng: Source of the draw.

    Raises:
        ValueError: If there are no two sizes, or one is below 1.
    """
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(
            f"need two sizes or more, each at least 1, got {tuple(sizes)}"
        )
    pairs = pairwise(sizes)
    return [
        Layer(rng.normal(0.0, np.sqrt(2 / n), (n, m)), np.zeros(m))
        for n, m in pairs
    ]


def flatten(layers: Sequence[Layer]) -> FloatArray:
    """Write all weights and biases into one new row, layer by layer."""
    return np.concatenate([part.ravel() for layer in layers for part in layer])


def unflatten(flat: FloatArray, like: Sequence[Layer]) -> list[Layer]:
    """Cut a row of parameters into layers: views, so that the row and they
    change together.

    Args:
        flat: Parameters, shape (n_parameters,).
        like: Layers whose shapes to use.

    Raises:
        ValueError: If the number of parameters is not that of the layers.
    """
    shapes = [part.shape for layer in like for part in layer]
    ends = np.cumsum([0] + [int(np.prod(shape)) for shape in shapes])
    if flat.shape != (ends[-1],):
        raise ValueError(
            f"need a row of {ends[-1]} parameters, got shape {flat.shape}"
        )
    parts = [
        flat[a:b].reshape(shape)
        for a, b, shape in zip(ends[:-1], ends[1:], shapes, strict=True)
    ]
    return [Layer(*pair) for pair in zip(parts[::2], parts[1::2], strict=True)]


@dataclass(frozen=True, slots=True)
class Options:
    """How to train; every field can be left out.

    Attributes:
        hidden: Units of each hidden layer; () is softmax regression.
        epochs: Passes over the samples, at most.
        batch_size: Samples a step; a value above their number is one full
            batch.
        optimiser: "adam", or "sgd" with `momentum`.
        learning_rate: Length of a step. With Adam 0.001 to 0.01 is usual, with
            SGD 0.01 to 1.
        momentum: For "sgd" only, from 0 to below 1.
        l2: Weight decay: l2 / 2 times the sum of squared weights joins the
            loss.
        dropout: Share of the hidden units that are dropped in a step.
        smoothing: Share of each target that is spread over all classes.
        shuffle: New order in "each" epoch, "once" for all epochs, or "never".
        patience: Stop after so many epochs without a lower validation loss, and
            keep the best epoch. None: train to the end and keep the last.
    """

    hidden: tuple[int, ...] = (64,)
    epochs: int = 50
    batch_size: int = 32
    optimiser: Literal["adam", "sgd"] = "adam"
    learning_rate: float = 0.005
    momentum: float = 0.0
    l2: float = 0.0
    dropout: float = 0.0
    smoothing: float = 0.0
    shuffle: Literal["each", "once", "never"] = "each"
    patience: int | None = None

    def __post_init__(self) -> None:
        if self.epochs < 0 or self.batch_size < 1:
            raise ValueError(
                f"need epochs of at least 0 and batches of at least 1, "
                f"got {self.epochs} and {self.batch_size}"
            )
        if self.l2 < 0 or not 0 <= self.dropout < 1:
            raise ValueError(
                f"need l2 of at least 0 and dropout from 0 to below 1, "
                f"got {self.l2} and {self.dropout}"
            )
        if self.shuffle not in ("each", "once", "never"):
            raise ValueError(
                f"shuffle is 'each', 'once' or 'never', got {self.shuffle!r}"
            )
        if self.patience is not None and self.patience < 1:
            raise ValueError(
                f"patience must be at least 1, got {self.patience}"
            )

    def new_optimiser(self) -> Optimiser:
        """Make the optimiser that these options name.

        Raises:
            ValueError: If there is none of that name.
        """
        if self.optimiser == "sgd":
            return Sgd(self.learning_rate, self.momentum)
        if self.optimiser == "adam":
            return Adam(self.learning_rate)
        raise ValueError(
            f"optimiser is 'sgd' or 'adam', got {self.optimiser!r}"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A trained network and how it got there.

    Attributes:
        layers: Parameters, from the first layer to the last.
        losses: Cross-entropy of the training samples before the first and after
            each epoch, in nats, without penalty, dropout or smoothing.
        validation_losses: The same of the validation samples; empty without
            any.
        epoch: The epoch to which `layers` belongs; 0 is the start.
    """

    layers: list[Layer]
    losses: FloatArray
    validation_losses: FloatArray
    epoch: int

    @property
    def n_parameters(self) -> int:
        """Number of weights and biases."""
        return sum(part.size for layer in self.layers for part in layer)

    def activations(self, X: FloatArray) -> list[FloatArray]:
        """Inputs, hidden activations and probabilities, as `forward` gives
        them.
        """
        # weights that nearly diverged
        with np.errstate(over="ignore", invalid="ignore"):
            return forward(self.layers, X)

    def predict_proba(self, X: FloatArray) -> FloatArray:
        """Class probabilities, shape (n_samples, n_classes)."""
        return self.activations(X)[-1]

    def predict(self, X: FloatArray) -> IntArray:
        """Most probable class of each sample, shape (n_samples,)."""
        return np.asarray(self.predict_proba(X).argmax(axis=1))

    def score(self, X: FloatArray, y: IntArray) -> float:
        """Share of samples whose label is predicted."""
        return float((self.predict(X) == y).mean())


def gradient(
    layers: Sequence[Layer],
    X: FloatArray,
    targets: FloatArray,
    l2: float = 0.0,
    dropout: float = 0.0,
    rng: np.random.Generator | None = None,
) -> list[Layer]:
    """Derivative of the mean cross-entropy and its penalty for one batch.

    Args:
        layers: The network.
        X: Inputs, shape (n_samples, n_in).
        targets: Target probabilities, shape (n_samples, n_classes).
        l2: l2 / 2 times the sum of squared weights, without biases, joins the
            loss.
        dropout: Share of the hidden units that are dropped.
        rng: Source of the dropped units; needed with dropout.

    Returns:
        Derivatives, in the shapes of the layers.

    Raises:
        ValueError: If units are to be dropped without a source of the draw.
    """
    kept, masks = 1 - dropout, []
    if dropout:
        if rng is None:
            raise ValueError(
                "dropout needs an rng to draw the dropped units from"
            )
        shapes = [(len(X), len(layer.biases)) for layer in layers[:-1]]
        masks = [(rng.random(shape) < kept) / kept for shape in shapes]
    activations = forward(layers, X, masks)
    # softmax and cross-entropy in one
    delta = (activations[-1] - targets) / len(X)
    slopes, _ = backward(layers, activations, delta, kept)
    if l2:
        pairs = zip(slopes, layers, strict=True)
        slopes = [Layer(s.weights + l2 * p.weights, s.biases) for s, p in pairs]
    return slopes


def _batches(
    n: int, options: Options, rng: np.random.Generator
) -> Iterator[list[IntArray]]:
    """Yield for each epoch the rows of its batches."""
    order = np.arange(n) if options.shuffle == "never" else rng.permutation(n)
    for epoch in range(options.epochs):
        if options.shuffle == "each" and epoch > 0:
            order = rng.permutation(n)
        yield [
            order[i : i + options.batch_size]
            for i in range(0, n, options.batch_size)
        ]


def _check(X: FloatArray, y: IntArray, layers: Sequence[Layer]) -> None:
    """Refuse samples that the network cannot take, or labels that it cannot
    give.
    """
    n_in = len(layers[0].weights)
    if X.ndim != 2 or not len(X) or X.shape[1] != n_in:
        raise ValueError(
            f"X must have shape (n_samples, {n_in}), got {X.shape}"
        )
    if y.shape != (len(X),):
        raise ValueError(
            f"need a label a sample, got shapes {y.shape} and {X.shape}"
        )
    if not np.isfinite(X).all():
        raise ValueError(
            "X must be finite: a network has no place for NaN or infinity"
        )


def fit(
    X: FloatArray,
    y: IntArray,
    options: Options | None = None,
    *,
    rng: np.random.Generator,
    start: Sequence[Layer] | None = None,
    validation: tuple[FloatArray, IntArray] | None = None,
) -> Network:
    """Train a network by mini-batches.

    Training ends early if the loss is no longer finite; the layers are then
    those of the last epoch at which it was.

    Args:
        X: Inputs, shape (n_samples, n_features).
        y: Labels, shape (n_samples,), integers from 0.
        options: How to train; the defaults, if left out.
        rng: Source of start, order and dropped units.
        start: Layers to begin with, for fine-tuning; their shapes replace
            `options.hidden`, and they are not changed. Otherwise `he_start`
            draws them.
        validation: Inputs and labels whose loss is kept, and watched by
            `patience`.

    Returns:
        The network and its losses.

    Raises:
        ValueError: If samples, labels and start do not fit, or there is
            patience without validation samples.
    """
    options = options or Options()
    if start is None:
        if X.ndim != 2 or not len(y) or not np.issubdtype(y.dtype, np.integer):
            raise ValueError(
                "need samples, shape (n_samples, n_features), and integer "
                "labels"
            )
        start = he_start((X.shape[1], *options.hidden, int(y.max()) + 1), rng)
    if options.patience is not None and validation is None:
        raise ValueError("patience needs validation samples to watch")
    n_classes = len(start[-1].biases)
    watched = [(X, y), *([validation] if validation else [])]
    for samples, labels in watched:
        _check(samples, labels, start)
    truths = [one_hot(labels, n_classes) for _, labels in watched]
    targets = one_hot(y, n_classes, options.smoothing)
    theta = flatten(start)
    layers = unflatten(theta, start)  # views of theta: a step changes both

    def losses() -> list[float]:
        found = [forward(layers, samples)[-1] for samples, _ in watched]
        return [
            cross_entropy(p, truth)
            for p, truth in zip(found, truths, strict=True)
        ]

    with np.errstate(over="ignore", invalid="ignore"):
        history, best, epoch = [losses()], theta.copy(), 0
        optimiser = options.new_optimiser()
        for batches in _batches(len(X), options, rng):
            for rows in batches:
                slopes = gradient(
                    layers,
                    X[rows],
                    targets[rows],
                    options.l2,
                    options.dropout,
                    rng,
                )
                optimiser.step(theta, flatten(slopes))
            now = losses()
            if not np.isfinite(now).all():
                break
            history.append(now)
            if options.patience is None or now[1] < history[epoch][1]:
                best, epoch = theta.copy(), len(history) - 1
            elif len(history) - 1 - epoch >= options.patience:
                break
    columns = np.array(history).T
    return Network(
        unflatten(best, start),
        columns[0],
        columns[1] if validation else np.array([]),
        epoch,
    )
