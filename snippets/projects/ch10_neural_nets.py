"""Project of chapter 10: a hidden layer on digits, its rivals, and its learning
rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC

from data.digits import load
from snippets.neural_network import Options, fit
from snippets.projects.hands import draw

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

BASE = Options(hidden=(64,), epochs=20, batch_size=64, learning_rate=0.01)
"""The network of this project."""
N_SWEEP, SWEEP_EPOCHS = 300, 8
"""Images and epochs of each training in `sweep`."""

ARMS = (
    "no layer, 20 epochs",
    "no layer, to the end",
    "64 hidden units",
    "256 hidden units",
    "support vectors, RBF",
)
"""Softmax regression by our steps and by the library, to the end; two networks;
a kernel.
"""


# --8<-- [start:twin]
def twin(options: Options, seed: int) -> MLPClassifier:
    """Ask the library for the network that these options describe.

    Args:
        options: With the optimiser "adam", and without dropout, smoothing and
            patience, which the library does not have or has in another form.
        seed: Random state.

    Raises:
        ValueError: If the library has no such network.
    """
    if (
        options.optimiser != "adam"
        or options.dropout
        or options.smoothing
        or options.patience
    ):
        raise ValueError(f"MLPClassifier has no twin of {options}")
    return MLPClassifier(
        hidden_layer_sizes=options.hidden,
        learning_rate_init=options.learning_rate,
        batch_size=options.batch_size,
        max_iter=options.epochs,
        alpha=options.l2,
        n_iter_no_change=options.epochs,  # never stop early
        random_state=seed,
    )
    # --8<-- [end:twin]


def race(seeds: Sequence[int], known: bool) -> dict[str, list[float]]:
    """Train each of `ARMS` once a seed.

    Args:
        seeds: Draws of images and starts.
        known: Whether the new images come from hands that are known.

    Returns:
        Accuracies on new images, one a seed, by arm.
    """
    digits, scores = load(), dict[str, list[float]]((arm, []) for arm in ARMS)
    for seed in seeds:
        hands = draw(seed, known, digits)
        models: list[Any] = [LogisticRegression(max_iter=300), SVC(C=10)]
        exact, kernel = (model.fit(hands.X, hands.y) for model in models)
        unfinished, narrow, wide = (
            fit(
                hands.X,
                hands.y,
                replace(BASE, hidden=h),
                rng=np.random.default_rng(seed),
            )
            for h in ((), (64,), (256,))
        )
        fitted = unfinished, exact, narrow, wide, kernel
        for arm, model in zip(ARMS, fitted, strict=True):
            scores[arm].append(float(model.score(hands.new, hands.truth)))
    return scores


def sweep(
    optimiser: Literal["adam", "sgd"],
    rates: Sequence[float],
    seeds: Sequence[int],
) -> FloatArray:
    """Train with one learning rate after the other, and nothing else changed.

    Args:
        optimiser: Plain steps or Adam.
        rates: Learning rates, no unit.
        seeds: Draws of images and starts.

    Returns:
        Accuracy on new hands, shape (n_rates, n_seeds).
    """
    digits, scores = load(), np.empty((len(rates), len(seeds)))
    for column, seed in enumerate(seeds):
        hands = draw(seed, digits=digits)
        X, y = hands.X[:N_SWEEP], hands.y[:N_SWEEP]
        for row, rate in enumerate(rates):
            options = Options(
                (64,), SWEEP_EPOCHS, optimiser=optimiser, learning_rate=rate
            )
            network = fit(X, y, options, rng=np.random.default_rng(seed))
            scores[row, column] = network.score(hands.new, hands.truth)
    return scores
