"""Two networks opened with the means of `snippets.explanation`, over seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_digits

from snippets.explanation import (
    blank,
    permutation_importance,
    saliency,
    two_best,
)
from snippets.neural_network import Network, Options, fit
from snippets.scaling import fit_scale, scale

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

OPTIONS = Options(hidden=(16,), epochs=20)
N_TRAIN, N_REPEATS = 400, 5

DIGIT_OPTIONS = Options(hidden=(32,), epochs=10, learning_rate=0.01)
N_DIGITS, N_BLANKED = 1000, 5
RANKS = ("contribution", "ink", "random")
"""Which pixels are blanked: what saliency times ink names, the darkest, any
with ink.
"""


def is_size(name: str) -> bool:
    """Whether a feature of breast_cancer says how large the nuclei are."""
    return any(word in ("radius", "perimeter", "area") for word in name.split())


@dataclass(frozen=True, slots=True, eq=False)
class Tumours:
    """A network that tells benign from malignant tumours, and its validation
    samples.

    Attributes:
        network: Trained on standardised features; class 1 is benign.
        X: Standardised features of the validation samples, shape (n,
            n_features).
        y: 1 for benign, 0 for malignant, shape (n,).
        mean: Mean of each feature over the training samples, in its unit.
        spread: Standard deviation of each, in its unit.
    """

    network: Network
    X: FloatArray
    y: IntArray
    mean: FloatArray
    spread: FloatArray

    def score(self, X: FloatArray) -> float:
        """Accuracy with the features replaced by others."""
        return self.network.score(X, self.y)

    def benign(self, X: FloatArray) -> FloatArray:
        """Probability of benign, shape (n_samples,)."""
        return self.network.predict_proba(X)[:, 1]


def tumours(seed: int, columns: Sequence[int] = ()) -> Tumours:
    """Split breast_cancer, standardise it and train a network.

    Args:
        seed: The split and the start.
        columns: Features to use; all, if there are none.
    """
    rng = np.random.default_rng(seed)
    X, y = load_breast_cancer(return_X_y=True)
    rows = rng.permutation(len(y))
    train, new = rows[:N_TRAIN], rows[N_TRAIN:]
    X = X[:, list(columns)] if columns else X
    mean, spread = fit_scale(X[train])
    network = fit(scale(X[train], mean, spread), y[train], OPTIONS, rng=rng)
    return Tumours(network, scale(X[new], mean, spread), y[new], mean, spread)


@dataclass(frozen=True, slots=True, eq=False)
class Importances:
    """Falls of accuracy when features are dealt out anew; a row or value a
    seed.

    Attributes:
        names: Names of the features.
        single: Each feature alone, shape (n_seeds, n_features).
        together: All features of size in one order, shape (n_seeds,).
        accuracy: Of the network, shape (n_seeds,).
        without: Accuracy of a network that was trained without them, shape
            (n_seeds,).
    """

    names: list[str]
    single: FloatArray
    together: FloatArray
    accuracy: FloatArray
    without: FloatArray


def importances(seeds: Sequence[int]) -> Importances:
    """Measure permutation importances on validation samples.

    Raises:
        ValueError: If there is no seed.
    """
    if not seeds:
        raise ValueError("need a seed or more, got none")
    names = [str(name) for name in load_breast_cancer().feature_names]
    size = [column for column, name in enumerate(names) if is_size(name)]
    rest = [column for column, name in enumerate(names) if not is_size(name)]
    single, together, accuracy, without = [], [], [], []
    for seed in seeds:
        case, rng = tumours(seed), np.random.default_rng(seed)
        orders = np.array(
            [rng.permutation(len(case.y)) for _ in range(N_REPEATS)]
        )
        falls = [
            permutation_importance(case.score, case.X, columns, orders).mean()
            for columns in [*([column] for column in range(len(names))), size]
        ]
        single.append(falls[:-1])
        together.append(falls[-1])
        accuracy.append(case.score(case.X))
        other = tumours(seed, rest)
        without.append(other.score(other.X))
    found = (
        np.array(values) for values in (single, together, accuracy, without)
    )
    return Importances(names, *found)


def digit_network(seed: int) -> tuple[Network, FloatArray]:
    """Train a network on a thousand of scikit-learn's digits.

    Returns:
        The network, and the other images, shape (797, 64), ink from 0 to 1.
    """
    rng = np.random.default_rng(seed)
    images, digits = load_digits(return_X_y=True)
    rows = rng.permutation(len(digits))
    train, new = rows[:N_DIGITS], rows[N_DIGITS:]
    network = fit(images[train] / 16, digits[train], DIGIT_OPTIONS, rng=rng)
    return network, images[new] / 16


def changed_answers(seeds: Sequence[int]) -> FloatArray:
    """Blank five pixels of each new image, and count answers that change.

    Args:
        seeds: Splits and starts.

    Returns:
        Share of images whose answer changes, shape (3, n_seeds), in the order
        of `RANKS`.
    """
    found = []
    for seed in seeds:
        network, X = digit_network(seed)
        this, other = two_best(network.predict_proba(X))
        chance = np.where(
            X > 0, np.random.default_rng(seed).random(X.shape), -1.0
        )
        ranks = (saliency(network.layers, X, this, other) * X, X, chance)
        found.append(
            [
                (network.predict(blank(X, rank, N_BLANKED)) != this).mean()
                for rank in ranks
            ]
        )
    return np.array(found).T
