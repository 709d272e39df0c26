"""Lesson L08: is a random search as good as a grid of the same cost?

After Bergstra and Bengio 2012. All settings of a support vector machine are
scored once a seed; each search then reads the table, so that its expectation is
exact and not drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.svm import SVC

from snippets.evidence import Interval, mean_interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L08",
    "Random search is surprisingly effective beside a grid, which is expensive",
    "S3-B3",
    "scikit-learn's digits, SVM with 11 × 11 settings",
    Registration(
        origin="source",
        quantifier="sometimes",
        primary=0,
        family="any",
        made="real",
        advice="Search at random unless you know that each one matters.",
        conditions=(
            Condition(
                "half of the hyperparameters do nothing",
                margin=0.004,
                split=(80, 300, 1797),
            ),
            Condition(
                "both hyperparameters matter",
                margin=0.004,
                split=(80, 300, 1797),
                rank="limit",
            ),
        ),
        held=(
            Held(
                "ranges of the search",
                "C from 0.01 to 1,000, gamma from 0.001 to 10",
            ),
            Held("number of tries", "9 for two hyperparameters, 16 for four"),
            Held("training samples", "80 digits"),
        ),
        reason=(
            "The whole table is 0.02 better than either search, so that a "
            "fifth of it counts."
        ),
    ),
)

COSTS = tuple(10.0 ** np.linspace(-2, 3, 11))
GAMMAS = tuple(10.0 ** np.linspace(-3, 1, 11))
N_TRAIN, N_VALIDATION, N_NEW = 80, 300, 300
DRAWS = tuple(range(16))
"""Seeds: with ten of them the word hung on which ten."""
BEGINNINGS = {3: (0, 1, 2), 2: (1, 2, 3)}
"""First index of a ladder of 3 or of 2 values on an axis of 11."""
STRIDES = {3: 4, 2: 6}
"""Indices from one value of the ladder to the next."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Accuracy of each setting, shape (11, 11): C down, gamma across.

    Attributes:
        validation: On the samples that choose a setting.
        new: On samples that had no part in anything.
    """

    validation: FloatArray
    new: FloatArray


# --8<-- [start:searches]
def random_search(table: Table, n_tries: int) -> float:
    """Accuracy on new samples of the setting that random search chooses, in
    expectation.

    Args:
        table: All settings; each try takes any of them, with repetition.
        n_tries: How many tries.
    """
    order = np.argsort(table.validation, axis=None, kind="stable")
    ranks = np.arange(order.size + 1) / order.size
    chosen = np.diff(ranks**n_tries)  # chance that the best try is of that rank
    return float(table.new.ravel()[order] @ chosen)


def grid_search(table: Table, n_values: int) -> float:
    """The same of a grid of `n_values` values a hyperparameter, mean over its
    positions.
    """
    stride, beginnings = STRIDES[n_values], BEGINNINGS[n_values]
    found = []
    for row, column in product(beginnings, beginnings):
        cut = (slice(row, None, stride), slice(column, None, stride))
        found.append(table.new[cut].ravel()[table.validation[cut].argmax()])
    return float(np.mean(found))
    # --8<-- [end:searches]


def squared_distances(A: FloatArray, B: FloatArray) -> FloatArray:
    """Squared distance of each row of A to each row of B, shape (len(A),
    len(B)).
    """
    return np.asarray(
        (A**2).sum(axis=1)[:, None] + (B**2).sum(axis=1) - 2 * A @ B.T
    )


def score_all(seed: int, X: FloatArray, y: IntArray) -> Table:
    """Fit every setting to the same digits."""
    order = np.random.default_rng(seed).permutation(len(y))
    known, others = (
        order[:N_TRAIN],
        order[N_TRAIN : N_TRAIN + N_VALIDATION + N_NEW],
    )
    inside = squared_distances(X[known], X[known])
    across = squared_distances(X[others], X[known])
    kernels = [(np.exp(-g * inside), np.exp(-g * across)) for g in GAMMAS]
    right = []
    for C, (K, K_others) in product(COSTS, kernels):
        model = SVC(kernel="precomputed", C=C).fit(K, y[known])
        right.append(model.predict(K_others) == y[others])
    hits = np.array(right).reshape(len(COSTS), len(GAMMAS), -1)
    return Table(
        hits[..., :N_VALIDATION].mean(axis=2),
        hits[..., N_VALIDATION:].mean(axis=2),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """One table a seed."""

    tables: list[Table]

    def scores(self, knobs: int) -> tuple[FloatArray, FloatArray]:
        """Accuracy of both searches at equal cost, a value a seed.

        Args:
            knobs: 2, for nine tries: both matter, three values each. Or 4, for
                sixteen tries: two more do nothing, so that a grid has two
                    values for each.

        Returns:
            Of random search and of the grid, each of shape (n_seeds,).

        Raises:
            ValueError: If `knobs` is neither.
        """
        if knobs not in (2, 4):
            raise ValueError(f"knobs must be 2 or 4, got {knobs}")
        tries, values = (9, 3) if knobs == 2 else (16, 2)
        random = [random_search(table, tries) for table in self.tables]
        return np.array(random), np.array(
            [grid_search(table, values) for table in self.tables]
        )

    def lead(self, knobs: int) -> Interval:
        """Random search minus grid."""
        return paired_difference(*self.scores(knobs))

    def best(self) -> Interval:
        """Accuracy of the setting that the whole table would choose."""
        return mean_interval(
            [t.new.ravel()[t.validation.argmax()] for t in self.tables]
        )


def run(seeds: Sequence[int] = DRAWS) -> Result:
    """Fill a table a seed; a seed is a draw of digits.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    X, y = load_digits(return_X_y=True)
    return Result([score_all(seed, X / 16, y) for seed in seeds])


def judge(result: Result) -> Outcome:
    """Random search should be ahead, whether all knobs matter or half of
    them.
    """
    return LESSON.judge(
        Finding(
            "4 knobs, 2 of them dead, 16 tries: random − grid, accuracy",
            result.lead(4),
        ),
        Finding(
            "2 knobs that matter, 9 tries: random − grid, accuracy",
            result.lead(2),
        ),
    )
