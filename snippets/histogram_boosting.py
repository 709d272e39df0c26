"""Histogram boosting from scratch: features in bins, gradients summed in each,
the best leaf split first, missing values on the side that gains more.

It does what scikit-learn's `HistGradientBoostingRegressor` does with squared
error, which keeps gradients in single precision, as we do. Source: Ke and
others 2017, "LightGBM".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


# --8<-- [start:bins]
def find_cuts(values: FloatArray, max_bins: int = 255) -> FloatArray:
    """Where one feature is cut: halfway between its values, or at quantiles if
    there are more values than bins.

    Args:
        values: One feature, shape (n_samples,), NaN where it is missing.
        max_bins: The most bins, without the one for missing values.
    """
    known = np.sort(values[~np.isnan(values)])
    distinct = np.unique(known)
    if len(distinct) <= max_bins:
        return np.asarray((distinct[:-1] + distinct[1:]) / 2)
    shares = np.linspace(0, 100, max_bins + 1)[1:-1]
    return np.unique(
        np.percentile(known, shares, method="averaged_inverted_cdf")
    )


def to_bins(values: FloatArray, cuts: FloatArray) -> IntArray:
    """Number of the bin of each value; missing ones have a last bin of their
    own.

    Args:
        values: One feature, shape (n_samples,).
        cuts: Its cuts, shape (n_cuts,); a value at a cut belongs below it.
    """
    bins = np.searchsorted(cuts, values, side="left")
    bins[np.isnan(values)] = len(cuts) + 1
    return bins
    # --8<-- [end:bins]


@dataclass(frozen=True, slots=True)
class Split:
    """Where a leaf is split best.

    Attributes:
        gain: By how much the loss falls, twice, in squared target units.
        feature: Number of the feature.
        bin: The last bin that goes left.
        is_missing_left: Whether missing values go left.
    """

    gain: float
    feature: int
    bin: int
    is_missing_left: bool

    def left(self, bins: IntArray, missing: int) -> BoolArray:
        """Which samples go left, shape (n_samples,).

        Args:
            bins: Bins, shape (n_samples, n_features).
            missing: Number of the feature's bin for missing values.
        """
        mine = bins[:, self.feature]
        below = mine <= self.bin
        return np.where(mine == missing, self.is_missing_left, below)


# --8<-- [start:split]
def best_split(
    bins: IntArray,
    gradient: FloatArray,
    n_bins: IntArray,
    has_missing: BoolArray,
    min_leaf: int = 20,
) -> Split | None:
    """Sum gradients and samples in each bin, and try each border between bins.

    Args:
        bins: Bins of the samples of one leaf, shape (n_samples, n_features).
        gradient: Prediction minus target, shape (n_samples,).
        n_bins: Bins of each feature, without the missing, shape (n_features,).
        has_missing: Whether a feature has missing values anywhere.
        min_leaf: The fewest samples on either side.

    Returns:
        The split with the largest gain above 0, or none. Of equals it is the
        one found first: from the left if missing values go right, and else
        from the right.
    """
    n, total, best = len(gradient), float(gradient.sum()), None
    for feature, count in enumerate(n_bins):
        mine = bins[:, feature]
        sums = np.bincount(mine, gradient, count + 1)
        samples = np.bincount(mine, minlength=count + 1)
        for is_missing_left in (False, True)[: 1 + int(has_missing[feature])]:
            # without missing values the last bin has nothing to its right
            last = count if has_missing[feature] else count - 1
            last = count - 1 if is_missing_left else last
            left = np.cumsum(sums[:last]) + is_missing_left * sums[count]
            n_left = (
                np.cumsum(samples[:last]) + is_missing_left * samples[count]
            )
            n_right = n - n_left
            allowed = (n_left >= min_leaf) & (n_right >= min_leaf)
            if not allowed.any():
                continue
            gain = np.full(last, -np.inf)
            gain[allowed] = (
                left[allowed] ** 2 / n_left[allowed]
                + (total - left[allowed]) ** 2 / n_right[allowed]
                - total**2 / n
            )
            # of equals, the one where the search in that direction begins
            at = int(gain.argmax())
            if is_missing_left:
                at = last - 1 - int(gain[::-1].argmax())
            if gain[at] > (best.gain if best else 0.0):
                best = Split(float(gain[at]), feature, at, is_missing_left)
    return best
    # --8<-- [end:split]


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A sum of trees on bins.

    Attributes:
        start: Prediction before the first tree, in target units.
        cuts: Cuts of each feature.
        trees: For each tree its splits, in order, each with the leaf that it
            splits; the right side becomes a new leaf. And its leaf values.
    """

    start: float
    cuts: list[FloatArray]
    trees: list[tuple[list[tuple[int, Split]], FloatArray]]

    def predict(self, X: FloatArray) -> FloatArray:
        """Predict the target of samples, shape (n_samples, n_features)."""
        bins = np.column_stack(
            [to_bins(x, c) for x, c in zip(X.T, self.cuts, strict=True)]
        )
        found = np.full(len(X), self.start)
        for splits, values in self.trees:
            leaf = np.zeros(len(X), dtype=np.int64)
            for new, (at, split) in enumerate(splits, start=1):
                missing = len(self.cuts[split.feature]) + 1
                leaf[(leaf == at) & ~split.left(bins, missing)] = new
            found += values[leaf]
        return found


# --8<-- [start:grow]
def grow(
    bins: IntArray,
    gradient: FloatArray,
    n_bins: IntArray,
    has_missing: BoolArray,
    max_leaves: int = 31,
    min_leaf: int = 20,
) -> tuple[list[tuple[int, Split]], IntArray]:
    """Split the leaf that gains most, again and again.

    Args:
        bins: Bins, shape (n_samples, n_features).
        gradient: Prediction minus target, shape (n_samples,).
        n_bins: Bins of each feature, without the missing, shape (n_features,).
        has_missing: Whether a feature has missing values anywhere.
        max_leaves: The most leaves.
        min_leaf: The fewest samples of a leaf.

    Returns:
        Splits, each with the number of the leaf that it splits; its right side
        gets the next number. And the leaf of each sample, shape (n_samples,).
    """

    def offer(number: int) -> Split | None:
        mine = leaf == number
        return best_split(
            bins[mine], gradient[mine], n_bins, has_missing, min_leaf
        )

    leaf = np.zeros(len(bins), dtype=np.int64)
    offers = {0: offer(0)}
    made: list[tuple[int, Split]] = []
    while len(made) + 1 < max_leaves:
        gains = {at: one.gain for at, one in offers.items() if one}
        if not gains:
            break
        at = max(gains, key=gains.__getitem__)
        split = offers[at]
        assert split is not None
        made.append((at, split))
        goes_left = split.left(bins, int(n_bins[split.feature]))
        leaf[(leaf == at) & ~goes_left] = len(made)
        offers[at], offers[len(made)] = offer(at), offer(len(made))
    return made, leaf
    # --8<-- [end:grow]


# --8<-- [start:boost]
def boost(
    X: FloatArray,
    y: FloatArray,
    n_stages: int = 20,
    rate: float = 0.1,
    max_leaves: int = 31,
    min_leaf: int = 20,
    max_bins: int = 255,
) -> Fitted:
    """Bin once, then add trees on the gradient of half the squared error.

    Args:
        X: Features, shape (n_samples, n_features), NaN where missing.
        y: Targets, shape (n_samples,).
        n_stages: How many trees.
        rate: Learning rate, no unit.
        max_leaves: The most leaves of a tree.
        min_leaf: The fewest samples of a leaf.
        max_bins: The most bins of a feature.

    Raises:
        ValueError: If the shapes disagree.
    """
    if X.ndim != 2 or y.shape != (len(X),) or len(X) == 0:
        raise ValueError(f"X must be (n, p), y (n,): {X.shape} and {y.shape}")
    cuts = [find_cuts(x, max_bins) for x in X.T]
    bins = np.column_stack(
        [to_bins(x, c) for x, c in zip(X.T, cuts, strict=True)]
    )
    n_bins = np.array([len(each) + 1 for each in cuts])
    has_missing: BoolArray = np.asarray(np.isnan(X).any(axis=0))
    start, trees = float(y.mean()), []
    raw = np.full(len(y), start)
    for _ in range(n_stages):
        # single precision, as in the library
        gradient = (raw - y).astype(np.float32).astype(np.float64)
        splits, leaf = grow(
            bins, gradient, n_bins, has_missing, max_leaves, min_leaf
        )
        values = -rate * np.bincount(leaf, gradient) / np.bincount(leaf)
        raw += values[leaf]
        trees.append((splits, values))
    return Fitted(start, cuts, trees)
    # --8<-- [end:boost]
