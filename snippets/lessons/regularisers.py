"""Seven regularisers on one small network and the same digits, with clean and
noisy labels.

The lessons L11 to L15 each judge some of these arms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from snippets.augmentation import AROUND, translate
from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons import batch_norm
from snippets.lessons.harness import SEEDS, check_seeds
from snippets.neural_network import Options, cross_entropy, fit, one_hot

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Predict = Callable[[FloatArray], FloatArray]
Labels = Literal["clean", "noisy"]

LABELS: tuple[Labels, ...] = ("clean", "noisy")
N_TRAIN, NOISE, N_AVERAGED = 300, 0.2, 5
BASE = Options(hidden=(64,), epochs=20, learning_rate=0.01)
"""The network without any regulariser."""
DECAYS = (0.0, 1e-4, 1e-3, 1e-2, 1e-1)
"""Weights of the decay to choose from."""


def spoil(y: IntArray, share: float, rng: np.random.Generator) -> IntArray:
    """Replace a share of the digits by another digit.

    Args:
        y: Digits, shape (n_samples,), 0 to 9.
        share: Probability that a digit is replaced.
        rng: Source of the choice.

    Returns:
        Digits, shape (n_samples,).

    Raises:
        ValueError: If the share is not from 0 to 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must be from 0 to 1, got {share}")
    other = (y + rng.integers(1, 10, len(y))) % 10
    return np.where(rng.random(len(y)) < share, other, y)


# --8<-- [start:arms]
def train(
    X: FloatArray, y: IntArray, rng: np.random.Generator, **changes: Any
) -> Predict:
    """Train the network, with some options changed."""
    return fit(X, y, replace(BASE, **changes), rng=rng).predict_proba


def stopped(X: FloatArray, y: IntArray, rng: np.random.Generator) -> Predict:
    """Hold a fifth back, and keep the epoch that does best on it."""
    n = len(X) * 4 // 5
    options = replace(BASE, patience=5)
    return fit(
        X[:n], y[:n], options, rng=rng, validation=(X[n:], y[n:])
    ).predict_proba


def augmented(X: FloatArray, y: IntArray, rng: np.random.Generator) -> Predict:
    """Add each digit moved by a pixel in four directions; the number of steps
    stays.
    """
    moved = [
        translate(X.reshape(-1, 8, 8), *step).reshape(X.shape)
        for step in AROUND
    ]
    return train(
        np.vstack([X, *moved]), np.tile(y, 5), rng, epochs=BASE.epochs // 5
    )


def averaged(X: FloatArray, y: IntArray, rng: np.random.Generator) -> Predict:
    """Average the probabilities of networks that differ by start and order."""
    members = [train(X, y, rng) for _ in range(N_AVERAGED)]
    return lambda new: np.mean([member(new) for member in members], axis=0)
    # --8<-- [end:arms]


def decayed(X: FloatArray, y: IntArray, rng: np.random.Generator) -> Predict:
    """Choose the weight of the decay on a fifth, and train with it on all."""
    n = len(X) * 4 // 5

    def at(l2: float, rows: int) -> Predict:
        # the same start for every weight
        return train(X[:rows], y[:rows], deepcopy(rng), l2=l2)

    losses = [
        cross_entropy(at(l2, n)(X[n:]), one_hot(y[n:], 10)) for l2 in DECAYS
    ]
    return at(DECAYS[int(np.argmin(losses))], len(X))


def four_fifths(
    X: FloatArray, y: IntArray, rng: np.random.Generator
) -> Predict:
    """Train to the end on what early stopping leaves to train on: its fair
    rival.
    """
    n = len(X) * 4 // 5
    return train(X[:n], y[:n], rng)


def normalised(X: FloatArray, y: IntArray, rng: np.random.Generator) -> Predict:
    """Normalise the hidden layer over each batch."""
    return batch_norm.fit(X, y, BASE, rng=rng).predict_proba


ARMS: Mapping[
    str, Callable[[FloatArray, IntArray, np.random.Generator], Predict]
] = MappingProxyType(
    {
        "none": train,
        "weight decay": partial(train, l2=1e-2),
        "dropout": partial(train, dropout=0.5),
        "augmentation": augmented,
        "early stopping": stopped,
        "batch normalisation": normalised,
        "label smoothing": partial(train, smoothing=0.1),
        "averaging": averaged,
        "none, on four fifths": four_fifths,
        "weight decay, chosen": decayed,
    }
)
"""How to train: without a regulariser, with one of seven; a control; and weight
decay whose weight is no guess.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Scores on new digits by labels and arm, each of shape (n_seeds,).

    Attributes:
        accuracy: Share of digits that are recognised.
        loss: Cross-entropy, in nats.
    """

    accuracy: Mapping[tuple[str, str], FloatArray]
    loss: Mapping[tuple[str, str], FloatArray]

    def __or__(self, other: Runs) -> Runs:
        """Join two runs of different arms on the same seeds."""
        return Runs(
            {**self.accuracy, **other.accuracy}, {**self.loss, **other.loss}
        )

    def gain(self, arm: str, labels: Labels, rival: str = "none") -> Interval:
        """Accuracy of an arm minus accuracy of its rival, paired by seed."""
        return paired_difference(
            self.accuracy[labels, arm], self.accuracy[labels, rival]
        )

    def table(self) -> dict[str, dict[str, Interval]]:
        """Mean accuracy and loss of each arm, by column and arm."""
        columns: dict[str, dict[str, Interval]] = {}
        for (labels, arm), scores in self.accuracy.items():
            columns.setdefault(f"accuracy, {labels}", {})[arm] = mean_interval(
                scores
            )
        for (labels, arm), losses in self.loss.items():
            columns.setdefault(f"loss, {labels}", {})[arm] = mean_interval(
                losses
            )
        return columns


def run(
    arms: Sequence[str] = tuple(ARMS),
    seeds: Sequence[int] = SEEDS,
    n_train: int = N_TRAIN,
) -> Runs:
    """Train with each arm on the same digits; a seed is a draw of them, and of
    the noise.

    Args:
        arms: Which arms of `ARMS`.
        seeds: At least two.
        n_train: Digits to train on; 1,000 others test.

    Raises:
        ValueError: If there is no such arm, or there are fewer than two seeds.
    """
    if unknown := [arm for arm in arms if arm not in ARMS]:
        raise ValueError(
            f"there is no arm {unknown[0]!r}; there are {', '.join(ARMS)}"
        )
    check_seeds(seeds)
    X, y = load_digits(return_X_y=True)
    accuracy: dict[tuple[str, str], list[float]] = {}
    loss: dict[tuple[str, str], list[float]] = {}
    for seed in seeds:
        rng = np.random.default_rng(seed)
        order = rng.permutation(len(y))
        train_rows, test_rows = order[:n_train], order[n_train : n_train + 1000]
        known = {
            "clean": y[train_rows],
            "noisy": spoil(y[train_rows], NOISE, rng),
        }
        for labels, digits in known.items():
            for arm in arms:
                # the same start for every arm
                own = np.random.default_rng(seed)
                predict = ARMS[arm](X[train_rows] / 16, digits, own)
                found = predict(X[test_rows] / 16)
                right = float((found.argmax(axis=1) == y[test_rows]).mean())
                accuracy.setdefault((labels, arm), []).append(right)
                nats = cross_entropy(found, one_hot(y[test_rows], 10))
                loss.setdefault((labels, arm), []).append(nats)
    return Runs(
        *({k: np.array(v) for k, v in d.items()} for d in (accuracy, loss))
    )
