"""One hidden layer that several tasks share, and a penalty on its activations.

Multitask learning with a shared representation (Caruana 1997): each task has a
head of its own, and the derivatives of all heads meet in the hidden layer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from snippets.descent import Adam
from snippets.neural_network import (
    Layer,
    flatten,
    he_start,
    one_hot,
    softmax,
    unflatten,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

UNKNOWN = -1
"""The label of a sample whose answer to a task is not known."""


# --8<-- [start:gradient]
def forward(layers: Sequence[Layer], X: FloatArray) -> list[FloatArray]:
    """Compute the shared hidden activations, and the probabilities of every
    head.

    Args:
        layers: The hidden layer, then one layer a task.
        X: Inputs, shape (n_samples, n_in).
    """
    hidden = np.maximum(X @ layers[0].weights + layers[0].biases, 0.0)
    return [
        hidden,
        *(softmax(hidden @ head.weights + head.biases) for head in layers[1:]),
    ]


def gradient(
    layers: Sequence[Layer],
    X: FloatArray,
    targets: Sequence[FloatArray],
    activity: float = 0.0,
) -> list[Layer]:
    """Derivative of the sum of the tasks' losses, in the shapes of the layers.

    Args:
        layers: The hidden layer, then one layer a task.
        X: Inputs, shape (n_samples, n_in).
        targets: One array a task, shape (n_samples, n_classes); rows of 0 are
            not known, and a task's loss is the mean cross-entropy of those that
            are.
        activity: Price of a unit's activation, in nats; the mean over the
            samples counts.
    """
    hidden, *found = forward(layers, X)
    # from the penalty
    slopes, back = [], np.full_like(hidden, activity / len(X))
    for head, probabilities, target in zip(
        layers[1:], found, targets, strict=True
    ):
        known = target.sum(axis=1, keepdims=True)
        delta = (probabilities - target) * known / max(known.sum(), 1.0)
        slopes.append(Layer(hidden.T @ delta, delta.sum(axis=0)))
        back = back + delta @ head.weights.T  # all heads meet here
    back = back * (hidden > 0)
    return [Layer(X.T @ back, back.sum(axis=0)), *slopes]
    # --8<-- [end:gradient]


def targets_of(labels: IntArray, n_classes: int) -> FloatArray:
    """Write labels as target probabilities, with a row of 0 where a label is
    `UNKNOWN`.

    Args:
        labels: Shape (n_samples,), from 0 to n_classes - 1, or `UNKNOWN`.
        n_classes: Number of classes.

    Raises:
        ValueError: If a label is no class, or none is known.
    """
    known = labels != UNKNOWN
    if not known.any():
        raise ValueError(
            f"a task needs a known label, got {len(labels)} unknown ones"
        )
    targets = np.zeros((len(labels), n_classes))
    targets[known] = one_hot(labels[known], n_classes)
    return targets


def fit(
    X: FloatArray,
    tasks: Sequence[IntArray],
    *,
    rng: np.random.Generator,
    n_hidden: int = 32,
    epochs: int = 30,
    activity: float = 0.0,
) -> list[Layer]:
    """Train by batches of 32 and Adam.

    Args:
        X: Inputs, shape (n_samples, n_features).
        tasks: Labels of each task, shape (n_samples,), `UNKNOWN` where there is
            none.
        rng: Source of start and order.
        n_hidden: Units of the shared layer.
        epochs: Passes over the samples.
        activity: Price of a unit's activation, at least 0.

    Returns:
        The hidden layer, then one layer a task.

    Raises:
        ValueError: If there is no task, labels do not fit, or the price is
            negative.
    """
    if not tasks or any(labels.shape != (len(X),) for labels in tasks):
        raise ValueError(
            f"need {len(X)} labels a task, got {[y.shape for y in tasks]}"
        )
    if activity < 0:
        raise ValueError(f"activity must be at least 0, got {activity}")
    targets = [targets_of(labels, int(labels.max()) + 1) for labels in tasks]
    hidden = he_start((X.shape[1], n_hidden), rng)[0]
    start = [
        hidden,
        *(he_start((n_hidden, target.shape[1]), rng)[0] for target in targets),
    ]
    theta = flatten(start)
    layers = unflatten(theta, start)  # views of theta: a step changes both
    optimiser = Adam(0.01)
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for rows in (order[i : i + 32] for i in range(0, len(X), 32)):
            batch = [target[rows] for target in targets]
            optimiser.step(
                theta, flatten(gradient(layers, X[rows], batch, activity))
            )
    return layers


def score(
    layers: Sequence[Layer], X: FloatArray, y: IntArray, task: int = 0
) -> float:
    """Share of samples whose label one of the tasks predicts."""
    return float((forward(layers, X)[1 + task].argmax(axis=1) == y).mean())


def digit_and_parity(
    seed: int, n_train: int = 300, n_parity: int = 40
) -> dict[str, float]:
    """Learn which digit it is, and from few labels whether it is odd: apart and
    together.

    Args:
        seed: Which images, and where the networks start.
        n_train: Images whose digit is known.
        n_parity: How many of them have a label odd or even, at least 1.

    Returns:
        Test accuracy: "parity alone", "parity, shared", "digit alone", "digit,
            shared", and
        "parity of the digit", which asks the digit network and looks at its
        answer.
    """
    X, y = load_digits(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(y))
    X, y = X[order] / 16, y[order]
    odd = y % 2
    few = np.where(np.arange(n_train) < n_parity, odd[:n_train], UNKNOWN)
    train, test = X[:n_train], X[n_train:]
    parity = fit(
        train[:n_parity], [few[:n_parity]], rng=np.random.default_rng(seed)
    )
    digit = fit(train, [y[:n_train]], rng=np.random.default_rng(seed))
    both = fit(train, [y[:n_train], few], rng=np.random.default_rng(seed))
    guess = forward(digit, test)[1].argmax(axis=1)
    return {
        "parity alone": score(parity, test, odd[n_train:]),
        "parity, shared": score(both, test, odd[n_train:], task=1),
        "digit alone": score(digit, test, y[n_train:]),
        "digit, shared": score(both, test, y[n_train:]),
        "parity of the digit": float((guess % 2 == odd[n_train:]).mean()),
    }


def quiet_digits(
    seed: int, activity: float, n_train: int = 300
) -> tuple[float, float]:
    """Train on digits with a price on activations.

    Args:
        seed: Which images, and where the network starts.
        activity: Price of a unit's activation.
        n_train: Images to train on; the rest is for the test.

    Returns:
        Share of the hidden units that are active for a test image, and test
        accuracy.
    """
    X, y = load_digits(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(y))
    X, y = X[order] / 16, y[order]
    rng = np.random.default_rng(seed)
    layers = fit(X[:n_train], [y[:n_train]], rng=rng, activity=activity)
    hidden = forward(layers, X[n_train:])[0]
    return float((hidden > 0).mean()), score(layers, X[n_train:], y[n_train:])
