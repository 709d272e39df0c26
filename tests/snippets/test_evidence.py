"""Intervals over draws and over splits of one file: how often they hold the truth."""

from __future__ import annotations

import numpy as np
import pytest

from snippets.evidence import Interval, mean_interval

N_CLASSES, N_FEATURES, N_SEEDS = 3, 6, 10


def draw(n, rng):
    """Three overlapping groups whose features vary by unequal amounts."""
    y = rng.integers(0, N_CLASSES, n)
    centres = np.random.default_rng(5).normal(0, 0.8, (N_CLASSES, N_FEATURES))
    widths = np.linspace(0.4, 2.0, N_FEATURES)
    return centres[y] + widths * rng.standard_normal((n, N_FEATURES)), y


def lead(X, y, new, truth):
    """Accuracy of naive Bayes minus that of the nearest centroid, on new samples."""
    means = np.array([X[y == label].mean(axis=0) for label in range(N_CLASSES)])
    width = np.array([X[y == label].var(axis=0) + 1e-3 for label in range(N_CLASSES)])
    gaps = (new[:, None] - means) ** 2  # (n_new, n_classes, n_features)
    bayes = (gaps / width + np.log(width)).sum(axis=2).argmin(axis=1)
    nearest = gaps.sum(axis=2).argmin(axis=1)
    return (bayes == truth).mean() - (nearest == truth).mean()


def true_lead(n_train, rng):
    """The lead that a training part of that size has on average over all samples."""
    found = []
    for _ in range(150):
        X, y = draw(n_train + 1000, rng)
        found.append(lead(X[:n_train], y[:n_train], X[n_train:], y[n_train:]))
    return np.mean(found)


def share(intervals, truth):
    """How many of the intervals hold the truth."""
    return np.mean([one.low <= truth <= one.high for one in intervals])


@pytest.mark.nightly
@pytest.mark.parametrize(("n_train", "n_test"), [(107, 71), (50, 150)])
def test_an_interval_over_draws_covers(n_train, n_test):
    """Ten draws, each with samples of its own."""
    rng = np.random.default_rng(0)
    truth = true_lead(n_train, rng)
    found = []
    for _ in range(250):
        scores = []
        for _ in range(N_SEEDS):
            X, y = draw(n_train + n_test, rng)
            scores.append(lead(X[:n_train], y[:n_train], X[n_train:], y[n_train:]))
        found.append(mean_interval(scores))
    assert {one.kind for one in found} == {"draws"}
    assert share(found, truth) >= 0.93


@pytest.mark.parametrize(
    ("n_train", "n_test", "n_rows"),
    [
        (107, 71, 178),  # wine
        (50, 300, 569),  # breast cancer, little of it to train on
        (300, 1000, 1797),  # digits
        (300, 1497, 1797),  # digits, all that do not train
    ],
)
def test_an_interval_over_splits_of_one_file_covers(n_train, n_test, n_rows):
    """Ten splits share their rows; the plain interval would miss the truth far too often."""
    rng = np.random.default_rng(1)
    truth = true_lead(n_train, rng)
    plain, wide = [], []
    for _ in range(60):
        X, y = draw(n_rows, rng)
        scores = []
        for _ in range(N_SEEDS):
            order = rng.permutation(n_rows)
            a, b = order[:n_train], order[n_train : n_train + n_test]
            scores.append(lead(X[a], y[a], X[b], y[b]))
        plain.append(mean_interval(scores))
        wide.append(plain[-1].over_splits(n_train, n_test, n_rows))
    assert {one.kind for one in wide} == {"splits"}
    assert share(wide, truth) >= 0.93
    assert 0.55 < share(plain, truth) < 0.93


def test_splits_are_widened_as_nadeau_and_bengio_do():
    """Where all rows train or test, the variance is s² (1 / n + n_test / n_train)."""
    one = mean_interval([0.1, 0.3, 0.2, 0.4, 0.0])
    wide = one.over_splits(80, 20, 100)
    assert wide.half_width == pytest.approx(one.half_width * (1 + 5 * 20 / 80) ** 0.5)
    assert (wide.mean, wide.n, wide.kind) == (one.mean, 5, "splits")


def test_a_large_test_counts_by_what_splits_share_of_both_parts():
    """The geometric mean of both shares takes the place of the share that tests."""
    wide = Interval(0.0, 1.0, 10).over_splits(100, 400, 1000)
    assert wide.half_width == pytest.approx((1 + 10 * 0.2 / 0.8) ** 0.5)


@pytest.mark.parametrize("parts", [(0, 10, 20), (10, 0, 20), (15, 10, 20)])
def test_parts_that_are_no_split_are_refused(parts):
    """Nor may an interval be widened twice."""
    one = Interval(0.0, 1.0, 10)
    with pytest.raises(ValueError, match="are no split of 20"):
        one.over_splits(*parts)
    with pytest.raises(ValueError, match="already"):
        one.over_splits(10, 10, 20).over_splits(10, 10, 20)


def test_an_interval_within_draws_of_one_file_is_wider_the_more_they_share():
    """By hand: four draws of half the file have means that correlate by a half."""
    one = Interval(1.0, 2.0, 4)
    wide = one.within_draws(50, 100)
    assert (wide.mean, wide.n, wide.kind) == (1.0, 4, "splits")
    assert wide.half_width == pytest.approx(2 * np.sqrt(1 + 4))
    assert one.within_draws(10, 100).half_width < wide.half_width
    for n_drawn in (0, 100):
        with pytest.raises(ValueError, match=f"{n_drawn} rows are no draw of 100"):
            one.within_draws(n_drawn, 100)
    with pytest.raises(ValueError, match="already one over splits"):
        wide.within_draws(50, 100)
