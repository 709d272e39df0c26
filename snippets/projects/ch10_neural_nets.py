"""Project of chapter 10: a hidden layer on digits, its rivals, and its learning
rate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC

from data.digits import load
from snippets.evidence import Interval
from snippets.neural_network import Network, Options, fit
from snippets.projects.hands import draw, over_draws, tuned

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

BASE = Options(hidden=(64,), epochs=20, batch_size=64, learning_rate=0.01)
"""The network of this project."""
N_SWEEP, SWEEP_EPOCHS = 300, 8
"""Images and epochs of each training in `sweep`."""

ARMS = (
    "no layer, 20 epochs",
    "no layer, to the end",
    "a hidden layer",
    "support vectors, RBF",
)
"""Softmax regression by our steps and by the library, to the end; a network; a
kernel.
"""
# --8<-- [start:tries]
TRIES: Mapping[str, list[dict[str, Any]]] = {
    ARMS[1]: [{"C": C} for C in (0.1, 1.0, 10.0, 100.0)],
    ARMS[2]: [
        {"hidden": (width,), "learning_rate": rate}
        for width in (32, 128)
        for rate in (0.003, 0.03)
    ],
    ARMS[3]: [
        {"C": C, "gamma": gamma}
        for C in (1.0, 10.0)
        for gamma in ("scale", 0.01)
    ],
}
# --8<-- [end:tries]
"""What each arm that is tuned may choose from: four settings. Those of the
network lie around `BASE`, at half and twice its width, at a third and three
times its rate.
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


@dataclass(frozen=True, slots=True, eq=False)
class Race:
    """What each of `ARMS` called the new images of each draw.

    Attributes:
        truths: The digits, an array of shape (n_new,) for each draw.
        calls: By arm, arrays like those of the digits.
        chosen: By arm that is tuned, the place of each draw's setting among its
            tries.
        known: Whether the new images come from hands that are known.
    """

    truths: list[IntArray]
    calls: dict[str, list[IntArray]]
    chosen: dict[str, list[int]]
    known: bool

    def scores(self, arm: str) -> FloatArray:
        """Accuracies of an arm, shape (n_draws,)."""
        pairs = zip(self.calls[arm], self.truths, strict=True)
        return np.array([np.mean(called == truth) for called, truth in pairs])

    def minus(self, first: str, second: str) -> Interval:
        """Accuracy of one arm minus that of another."""
        return over_draws(
            self.scores(first), self.scores(second), known=self.known
        )

    def shared(self, first: str, second: str) -> FloatArray:
        """Of the errors of one arm, the share of images on which another errs
        too, shape (n_draws,).
        """
        wrong = (
            [
                called != truth
                for called, truth in zip(
                    self.calls[arm], self.truths, strict=True
                )
            ]
            for arm in (first, second)
        )
        return np.array(
            [theirs[ours].mean() for ours, theirs in zip(*wrong, strict=True)]
        )

    def confusions(self, arm: str) -> FloatArray:
        """Of the images of each digit, the share that is called each digit,
        shape (n_draws, 10 true, 10 called).
        """
        return np.array(
            [
                confusion_matrix(
                    truth, called, labels=range(10), normalize="true"
                )
                for truth, called in zip(
                    self.truths, self.calls[arm], strict=True
                )
            ]
        )


def race(seeds: Sequence[int], known: bool) -> Race:
    """Train each of `ARMS` once a seed, tuned as `TRIES` says.

    Args:
        seeds: Draws of images and starts.
        known: Whether the new images come from hands that are known.
    """
    digits = load()
    run = Race([], {arm: [] for arm in ARMS}, {arm: [] for arm in TRIES}, known)
    for seed in seeds:
        hands = draw(seed, known, digits)
        models = {ARMS[0]: _network(hands.X, hands.y, seed, hidden=())}
        for arm, tries in TRIES.items():
            fits = [partial(_trained, arm, seed, each) for each in tries]
            models[arm], place = tuned(fits, hands, seed, known)
            run.chosen[arm].append(place)
        for arm in ARMS:
            run.calls[arm].append(np.asarray(models[arm].predict(hands.new)))
        run.truths.append(hands.truth)
    return run


def _trained(
    arm: str, seed: int, settings: Mapping[str, Any], X: FloatArray, y: IntArray
) -> Any:
    """Fit an arm with one of its settings."""
    if arm == ARMS[1]:
        return LogisticRegression(max_iter=300, **settings).fit(X, y)
    if arm == ARMS[3]:
        return SVC(**settings).fit(X, y)
    return _network(X, y, seed, **settings)


def _network(X: FloatArray, y: IntArray, seed: int, **settings: Any) -> Network:
    options = replace(BASE, **settings)
    return fit(X, y, options, rng=np.random.default_rng(seed))


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
