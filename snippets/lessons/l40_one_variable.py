"""Lesson L40: should one change a single variable at a time?

Every setting of four hyperparameters is trained once a seed, and each way to
search then reads the same table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations, product
from math import comb

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration
from snippets.neural_network import Options, fit

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Place = tuple[int, ...]

LESSON = Lesson(
    "L40",
    "Change one variable at a time, or you lose track of what had the impact",
    "S3-T6",
    "scikit-learn's digits, 40 settings of a small network",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="networks",
        made="real",
        advice="Change one thing to learn what it does; then search jointly.",
        conditions=(
            Condition(
                "the question is what a change did",
                margin=0.05,
                split=(200, 1597, 1797),
                unit="share",
            ),
            Condition(
                "the question is which settings are good",
                margin=0.01,
                split=(200, 1597, 1797),
                rank="rival",
            ),
            Condition(
                "the best rate should hold with momentum",
                margin=0.25,
                split=(200, 1597, 1797),
                unit="powers of 10",
                rank="control",
            ),
        ),
        held=(
            Held("batch size for the best rate", "16"),
            Held("passes of training", "4"),
            Held("second variable that is changed", "momentum, 0 or 0.9"),
        ),
        reason=(
            "A wrong answer in twenty; a tenth of a point of accuracy; a "
            "quarter of a power of ten is half a step of the rates."
        ),
    ),
)

RATES = (0.01, 0.03, 0.1, 0.3, 1.0)
WIDTHS, BATCHES, MOMENTA = (8, 32), (16, 64), (0.0, 0.9)
SHAPE = (len(RATES), len(WIDTHS), len(BATCHES), len(MOMENTA))
N_TRAIN, EPOCHS = 200, 4
CLEAR = 0.02
"""An effect on accuracy below this is not asked for its sign."""


# --8<-- [start:one_at_a_time]
def one_at_a_time(
    table: FloatArray, start: Place, order: Sequence[int]
) -> tuple[float, int]:
    """Tune one variable after the other: try all its values, keep the best, go
    on.

    Args:
        table: Score of each setting, one axis a variable.
        start: Setting to begin with, an index an axis.
        order: Axes in the order in which they are tuned.

    Returns:
        Score of the setting at the end, and how many settings were tried.
    """
    place, tried = list(start), 1
    for axis in order:
        along: tuple[int | slice, ...] = (
            *place[:axis],
            slice(None),
            *place[axis + 1 :],
        )
        line = table[along]
        place[axis] = int(line.argmax())
        tried += len(line) - 1  # one of them was known already
    return float(table[tuple(place)]), tried
    # --8<-- [end:one_at_a_time]


def expected_best(scores: FloatArray, n_tries: int) -> float:
    """Mean of the best of `n_tries` different entries, over all ways to draw
    them.

    Args:
        scores: Any shape.
        n_tries: From 1 to the number of entries.

    Raises:
        ValueError: If there are not that many entries.
    """
    rising = np.sort(scores.ravel())
    if not 1 <= n_tries <= len(rising):
        raise ValueError(f"need 1 to {len(rising)} tries, got {n_tries}")
    # The entry of rank r is the best of a draw if all others are among the r
    # below it.
    ways = np.array(
        [comb(rank, n_tries - 1) for rank in range(len(rising))], dtype=float
    )
    return float(rising @ ways / comb(len(rising), n_tries))


def wrong_signs(table: FloatArray, truth: FloatArray) -> tuple[float, float]:
    """Ask whether raising the learning rate by a notch helps: how often is the
    answer wrong?

    Args:
        table: Scores of one seed, shape `SHAPE`.
        truth: Mean scores of other seeds, shape `SHAPE`; it says what is right,
            for the effects that it shows clearly.

    Returns:
        Share of wrong answers if nothing else is changed, and if the momentum
        is changed along with the rate.
    """
    effect = truth[1:] - truth[:-1]
    clear = np.abs(effect) > CLEAR
    alone = table[1:] - table[:-1]
    along = table[1:, ..., ::-1] - table[:-1]  # with the other momentum
    return (
        float((np.sign(alone) != np.sign(effect))[clear].mean()),
        float((np.sign(along) != np.sign(effect))[clear].mean()),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Accuracy on new digits of every setting, shape (n_seeds, *SHAPE)."""

    tables: FloatArray

    def gaps(self) -> tuple[FloatArray, FloatArray]:
        """What one at a time and random search miss of the best, mean a seed,
        (n_seeds,).
        """
        starts = list(product(*map(range, SHAPE)))
        orders = list(permutations(range(len(SHAPE))))
        single, random = [], []
        for table in self.tables:
            ends = [
                one_at_a_time(table, start, order)
                for start in starts
                for order in orders
            ]
            single.append(table.max() - np.mean([score for score, _ in ends]))
            random.append(table.max() - expected_best(table, ends[0][1]))
        return np.array(single), np.array(random)

    def answers(self) -> tuple[FloatArray, FloatArray]:
        """Wrong answers, changing the rate alone and along with the momentum,
        (n_seeds,).
        """
        others = [
            np.delete(self.tables, seed, axis=0).mean(axis=0)
            for seed in range(len(self.tables))
        ]
        shares = [
            wrong_signs(*pair) for pair in zip(self.tables, others, strict=True)
        ]
        alone, along = zip(*shares, strict=True)
        return np.array(alone), np.array(along)

    def best_rates(self, momentum: int, batch: int) -> FloatArray:
        """Power of ten of the best learning rate, for one momentum and one
        batch size.

        Args:
            momentum: Index into `MOMENTA`.
            batch: Index into `BATCHES`.
        """
        best = self.tables[:, :, :, batch, momentum].mean(axis=2).argmax(axis=1)
        return np.asarray(np.log10(RATES)[best])

    def shift(self) -> Interval:
        """Powers of ten by which the best rate is lower with momentum than
        without.
        """
        return paired_difference(self.best_rates(0, 0), self.best_rates(1, 0))

    def missed(self) -> tuple[Interval, Interval]:
        """Intervals of `gaps`."""
        single, random = self.gaps()
        return mean_interval(single), mean_interval(random)


def score_all(seed: int, X: FloatArray, y: IntArray) -> FloatArray:
    """Train every setting on the same digits, from the same source of
    starts.
    """
    order = np.random.default_rng(seed).permutation(len(y))
    known, new = order[:N_TRAIN], order[N_TRAIN:]
    scores = []
    for rate, width, batch, momentum in product(
        RATES, WIDTHS, BATCHES, MOMENTA
    ):
        options = Options((width,), EPOCHS, batch, "sgd", rate, momentum)
        network = fit(
            X[known], y[known], options, rng=np.random.default_rng(seed)
        )
        scores.append(network.score(X[new], y[new]))
    return np.array(scores).reshape(SHAPE)


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Fill the tables; a seed is a draw of digits and a start.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    X, y = load_digits(return_X_y=True)
    return Result(np.array([score_all(seed, X / 16, y) for seed in seeds]))


def judge(result: Result) -> Outcome:
    """One at a time should answer better, search better, and find what holds
    elsewhere.
    """
    alone, along = result.answers()
    single, random = result.gaps()
    return LESSON.judge(
        Finding(
            "wrong answers: two changed − one changed, share",
            paired_difference(along, alone),
        ),
        Finding(
            "missed accuracy: random − one at a time",
            paired_difference(random, single),
        ),
        Finding(
            "best rate, no momentum − momentum, powers of 10",
            result.shift(),
            "none",
            0.25,
        ),
    )
