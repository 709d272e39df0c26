"""Runs of self-supervised learning: two tones in noise, and digits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from snippets import neural_network
from snippets.autoencoder import through
from snippets.cnn import jitter
from snippets.descent import Adam
from snippets.neural_network import (
    Layer,
    flatten,
    he_start,
    one_hot,
    unflatten,
)
from snippets.self_supervised import (
    FloatArray,
    Pretext,
    Views,
    pretrain,
    represent,
    two_views,
)

IntArray = NDArray[np.int64]
LENGTH, WINDOW = 64, 32
LOW, HIGH = (2, 3, 4), (7, 9, 11)
"""Periods of the two tones in a window."""
SIZES = (WINDOW, 64, 64, 16)
"""Units of the encoder, and of its outputs, which are left after training."""
PENALTIES = (0.0001, 0.001, 0.01, 0.1)
"""What a linear model may choose from, as C."""
STEPS = 640
"""Steps of a network with labels, whether or not it was pretrained."""


# --8<-- [start:tones]
class Tones(NamedTuple):
    """Recordings of two tones in noise.

    Attributes:
        X: Recordings, shape (n, 64).
        low: Which of three low tones it has, shape (n,).
        high: Which of three high tones it has, shape (n,).
    """

    X: FloatArray
    low: IntArray
    high: IntArray

    @property
    def y(self) -> IntArray:
        """The class: which of the nine pairs."""
        return 3 * self.low + self.high

    def part(self, rows: slice) -> Tones:
        """Some of the recordings."""
        return Tones(self.X[rows], self.low[rows], self.high[rows])


def waves(
    periods: IntArray, length: int, rng: np.random.Generator
) -> FloatArray:
    """Sine waves that begin anywhere, shape (n, length)."""
    phase = rng.random((len(periods), 1))
    turns = periods[:, None] * np.arange(length) / WINDOW + phase
    return np.sin(2 * np.pi * turns)


def tones(pairs: IntArray, rng: np.random.Generator) -> Tones:
    """Record them: each tone with a loudness of its own, and noise.

    Args:
        pairs: Class of each recording, from 0 to 8, shape (n,).
        rng: The source of chance.
    """
    low, high = np.divmod(pairs, 3)
    loud = np.exp(rng.uniform(-0.5, 0.5, (2, len(pairs), 1)))
    X = loud[0] * waves(np.array(LOW)[low], LENGTH, rng)
    X += loud[1] * waves(np.array(HIGH)[high], LENGTH, rng)
    return Tones(X + 0.5 * rng.standard_normal(X.shape), low, high)
    # --8<-- [end:tones]


# --8<-- [start:views]
def cut(X: FloatArray, rng: np.random.Generator) -> FloatArray:
    """A view: a window that begins anywhere, louder or softer."""
    at = rng.integers(0, LENGTH - WINDOW + 1, (len(X), 1)) + np.arange(WINDOW)
    gain = np.exp(rng.uniform(-0.5, 0.5, (len(X), 1)))
    return np.asarray(gain * np.take_along_axis(X, at, axis=1))


def with_tone(periods: Sequence[int]) -> Views:
    """Views to which a loud tone is added, drawn from those named."""

    def views(X: FloatArray, rng: np.random.Generator) -> FloatArray:
        added = waves(rng.choice(periods, len(X)), WINDOW, rng)
        return cut(X, rng) + 2 * added

    return views
    # --8<-- [end:views]


def middle(X: FloatArray) -> FloatArray:
    """The window that is looked at once a model is trained, (n, 32)."""
    return X[:, 16 : 16 + WINDOW]


def amplitudes(X: FloatArray) -> FloatArray:
    """What who knows of tones would measure: how loud each is, (n, 17)."""
    return np.abs(np.fft.rfft(X, axis=1))


# --8<-- [start:probe]
class Features(Protocol):
    """What a linear model is given of windows, shape (n, n_features)."""

    def __call__(self, X: FloatArray) -> FloatArray:
        """Look at windows, shape (n, 32)."""


def probe(
    of: Features, data: Tones, test: Tones, seed: int, ask: str = "y"
) -> float:
    """Accuracy of a linear model on features of ten views of each sample.

    Args:
        of: What it is given of each window.
        data: Recordings and labels; a third of them choose the penalty.
        test: Recordings that judge, by their middle window.
        seed: Decides the views.
        ask: What is asked for: the class "y", or the tone "low" or "high".
    """
    y, truth = getattr(data, ask), getattr(test, ask)
    third, rng = len(data.X) // 3, np.random.default_rng([seed, 2])
    views = np.array([of(cut(data.X, rng)) for _ in range(10)])

    def fitted(C: float, rows: slice) -> Pipeline:
        model = make_pipeline(StandardScaler(), LogisticRegression(C=C))
        F, of_all = views[:, rows], np.tile(y[rows], 10)
        return model.fit(F.reshape(len(of_all), -1), of_all)

    held = of(middle(data.X[:third])), y[:third]
    tries = [fitted(C, slice(third, None)).score(*held) for C in PENALTIES]
    model = fitted(PENALTIES[int(np.argmax(tries))], slice(None))
    return float(model.score(of(middle(test.X)), truth))
    # --8<-- [end:probe]


class Draw(NamedTuple):
    """What an experiment has: many recordings without a label, and a test.

    Attributes:
        pool: Recordings whose labels nobody looks at.
        test: Recordings that judge.
    """

    pool: Tones
    test: Tones


def draw(seed: int, n_pool: int = 2000) -> Draw:
    """Record a pool and a test of 1,000."""
    rng = np.random.default_rng(seed)
    return Draw(
        tones(rng.integers(0, 9, n_pool), rng),
        tones(rng.integers(0, 9, 1000), rng),
    )


def labelled(seed: int, per_class: int) -> Tones:
    """Recordings with labels, as many of each class, in an order of chance."""
    rng = np.random.default_rng([seed, per_class])
    return tones(rng.permutation(np.repeat(np.arange(9), per_class)), rng)


# --8<-- [start:scratch]
def with_labels(
    data: Tones,
    n_steps: int,
    rng: np.random.Generator,
    begin: Sequence[Layer] = (),
) -> list[Layer]:
    """Train the same network on labels, with the same views.

    Args:
        data: Recordings and labels.
        n_steps: Steps of Adam, 64 views each, at a rate that falls to 0.
        rng: Source of weights, batches and views.
        begin: Layers of another network to start with.
    """
    start = he_start((*SIZES[:-1], 9), rng)
    start[: len(begin)] = begin
    theta = flatten(start)
    layers = unflatten(theta, start)
    optimiser, targets = Adam(0.01), one_hot(data.y, 9)
    for step in range(n_steps):
        optimiser.learning_rate = 0.01 * (1 - step / n_steps)
        rows = rng.integers(0, len(data.X), 64)
        batch = cut(data.X[rows], rng)
        slope = neural_network.gradient(layers, batch, targets[rows])
        optimiser.step(theta, flatten(slope))
    return layers


def network(
    data: Tones,
    test: Tones,
    seed: int,
    begin: Sequence[Layer] = (),
    n_steps: int = STEPS,
) -> float:
    """Its accuracy, trained on all labels; none of them chooses."""
    rng = np.random.default_rng(seed)
    return right(with_labels(data, n_steps, rng, begin), test)
    # --8<-- [end:scratch]


def right(layers: Sequence[Layer], data: Tones) -> float:
    """Share of the middle windows that a network with labels gets right."""
    said = through(layers, middle(data.X))[-1].argmax(axis=1)
    return float((said == data.y).mean())


def encoder(
    seed: int,
    X: FloatArray,
    task: Pretext | None = None,
    n_steps: int = 300,
) -> list[Layer]:
    """Pretrain on recordings.

    Args:
        seed: Decides weights, batches and views.
        X: Recordings, shape (n, 64).
        task: Pretext task; None for two views, windows that begin anywhere.
        n_steps: Steps of Adam.
    """
    rng = np.random.default_rng([seed, 1])
    return pretrain(X, task or two_views(cut), SIZES, rng, n_steps)


# --8<-- [start:digits]
def digits_by_shifts(seed: int, per_class: int) -> Mapping[str, float]:
    """Accuracy on small digits, from pixels and from a pretrained network.

    Args:
        seed: Decides the split, and the network.
        per_class: Labels of each digit.
    """
    X, y = load_digits(return_X_y=True)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(y))
    X, y = X[order] / 16, y[order]
    pool, test = slice(800), slice(800, None)  # 997 judge
    known = np.concatenate(
        [np.flatnonzero(y[pool] == k)[:per_class] for k in range(10)]
    )

    def moved(images: FloatArray, rng: np.random.Generator) -> FloatArray:
        shifted = jitter(images.reshape(-1, 8, 8), rng)
        return shifted.reshape(-1, 64)

    layers = pretrain(X[pool], two_views(moved), (64, 64, 64, 16), rng)
    arms = {"pixels": X, "pretrained": represent(layers, X)}
    scores = {}
    for name, F in arms.items():
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1))
        model.fit(F[known], y[known])
        scores[name] = float(model.score(F[test], y[test]))
    return scores
    # --8<-- [end:digits]
