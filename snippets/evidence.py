"""What a claim about models rests on: a score for clusters, and intervals over
seeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student_t
from sklearn.metrics import adjusted_rand_score

RESULT = "application/vnd.notewright.result+json"
"""The type under which the site collects the outcome of a cell into a table of
results.
"""
NOISE = -1
"""The label by which DBSCAN and HDBSCAN say that a point belongs to no cluster.
"""


Kind = Literal["draws", "splits"]


# --8<-- [start:interval]
@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over seeds with the half-width of its t-interval.

    Attributes:
        mean: The mean.
        half_width: Half the width of the interval, in the unit of the mean.
        n: How many seeds there are.
        kind: Whether each seed made "draws" of its own, or one of several
            "splits" of one file, whose scores share rows.
        level: How often such an interval holds what it estimates.
    """

    mean: float
    half_width: float
    n: int
    kind: Kind = "draws"
    level: float = 0.95

    def at_level(self, level: float) -> Interval:
        """The interval of the same samples that holds the truth more often, or
        less.
        """
        if level == self.level:
            return self
        old, new = (
            float(student_t.ppf((1 + each) / 2, self.n - 1))
            for each in (self.level, level)
        )
        wide = self.half_width * new / old
        return replace(self, half_width=wide, level=level)

    def over_splits(self, n_train: int, n_test: int, n_rows: int) -> Interval:
        """The interval of scores that come of splits of one file.

        Splits share rows, so their scores vary less among each other than
        scores of new samples would: ten splits are not ten samples. Nadeau and
        Bengio (2003) take the share of rows that test as the correlation of two
        scores, which turns the variance s² / n of the mean into
        s² (1 / n + n_test / n_train). That share is meant for tests smaller
        than the training part. A larger one is seen nearly whole by each
        split, and what varies is the training part, which is shared less; then
        the correlation is the geometric mean of both shares.

        Args:
            n_train: Rows on which a split trains.
            n_test: Rows on which it tests.
            n_rows: Rows of the file.

        Raises:
            ValueError: If a part is empty, or the parts are larger than the
                file, or the interval is already one over splits.
        """
        if self.kind == "splits":
            raise ValueError("this interval is already one over splits")
        if min(n_train, n_test) < 1 or n_train + n_test > n_rows:
            raise ValueError(
                f"{n_train} rows to train and {n_test} to test are no split of "
                f"{n_rows}"
            )
        shared = np.sqrt(min(n_train, n_test) * n_test) / n_rows
        wider = np.sqrt(1 + self.n * shared / (1 - shared))
        return replace(
            self, half_width=float(self.half_width * wider), kind="splits"
        )

    def within_draws(self, n_drawn: int, n_rows: int) -> Interval:
        """The interval of scores of the very rows that were drawn of one file.

        Such as how well a grouping fits them, or how far a walk has come. Two
        draws share as large a part of their rows as each takes of the file;
        that share is the correlation of two means over them, and stands where
        `over_splits` has that of two tests.

        Args:
            n_drawn: Rows of a draw.
            n_rows: Rows of the file.

        Raises:
            ValueError: If the draw is empty or the whole file, or the interval
                is already one over splits.
        """
        if self.kind == "splits":
            raise ValueError("this interval is already one over splits")
        if not 0 < n_drawn < n_rows:
            raise ValueError(f"{n_drawn} rows are no draw of {n_rows}")
        shared = n_drawn / n_rows
        wider = np.sqrt(1 + self.n * shared / (1 - shared))
        return replace(
            self, half_width=float(self.half_width * wider), kind="splits"
        )

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self.mean + self.half_width

    # --8<-- [end:interval]

    def __str__(self) -> str:
        return f"{self.mean:.3f} ± {self.half_width:.3f}"


def mean_interval(values: Sequence[float] | NDArray[np.float64]) -> Interval:
    """Summarise one score per seed.

    Args:
        values: Scores, one a seed, shape (n_seeds,), at least two.

    Returns:
        Mean and half-width of the 95 % t-interval, in the unit of the scores.

    Raises:
        ValueError: If there are fewer than two values: one seed shows no
            spread.
    """
    scores = np.asarray(values, dtype=float)
    n = scores.size
    if n < 2:
        raise ValueError(f"an interval needs at least two seeds, got {n}")
    spread = float(scores.std(ddof=1)) / np.sqrt(n)
    return Interval(
        float(scores.mean()), float(student_t.ppf(0.975, n - 1) * spread), n
    )


def paired_difference(
    first: Sequence[float] | NDArray[np.float64],
    second: Sequence[float] | NDArray[np.float64],
) -> Interval:
    """Interval of `first - second`, paired seed by seed.

    Args:
        first: Scores of one arm, shape (n_seeds,).
        second: Scores of the other arm on the same seeds, shape (n_seeds,).

    Raises:
        ValueError: If the arms do not have the same number of seeds, or fewer
            than two.
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if a.shape != b.shape:
        raise ValueError(
            f"paired arms need the same seeds, got {a.size} and {b.size} scores"
        )
    return mean_interval(a - b)


def adjusted_rand(truth: NDArray[np.int64], labels: NDArray[np.int64]) -> float:
    """Adjusted Rand index in which each noise point is a cluster of its own.

    Scoring all noise as one cluster would reward a model for giving up on a
    whole group: see `docs/models/dbscan.md`.

    Args:
        truth: Hidden groups, shape (n_samples,).
        labels: Found clusters, shape (n_samples,); `NOISE` marks noise.

    Returns:
        1 for the same grouping, about 0 for a random one, no unit.
    """
    labels = np.asarray(labels).copy()
    noise = labels == NOISE
    labels[noise] = labels.max() + 1 + np.arange(int(noise.sum()))
    return float(adjusted_rand_score(truth, labels))
