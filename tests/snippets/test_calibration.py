"""Calibration: against scikit-learn, and coverage against its theory."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import numpy as np
import pytest
from scipy.optimize import brentq, root
from scipy.special import erf, expit
from sklearn.calibration import CalibratedClassifierCV, calibration_curve
from sklearn.frozen import FrozenEstimator
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss
from sklearn.naive_bayes import GaussianNB

from snippets.calibration import (
    FloatArray,
    IntArray,
    boosted,
    brier_parts,
    calibration_error,
    class_sets,
    conformal_limit,
    group_coverage,
    isotonic,
    platt,
    pool,
    prediction_sets,
    reliability,
)


def drawn(seed: int, n: int = 400) -> tuple[FloatArray, IntArray]:
    """Scores of which some are the same, and classes that follow half of each."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(0, 2, n).round(2)
    return scores, (rng.random(n) < expit(scores / 2)).astype(int)


@pytest.mark.parametrize("n_bins", [1, 2, 7, 40])
def test_bins_are_those_of_the_library(n_bins: int) -> None:
    """Their means and shares, to 1e-12, empty bins and borders included."""
    scores, y = drawn(0)
    for p in (expit(scores), np.linspace(0, 1, 11)):
        truth = y[: len(p)]
        found = reliability(p, truth, n_bins)
        happened, said = calibration_curve(truth, p, n_bins=n_bins)
        assert found.said == pytest.approx(said, rel=1e-12)
        assert found.happened == pytest.approx(happened, rel=1e-12)
        assert found.samples.sum() == len(p)


def test_the_parts_sum_to_the_brier_score() -> None:
    """Exactly, where all that is said in a bin is the same."""
    p = np.random.default_rng(0).integers(1, 10, 300) / 10 - 0.05
    y = np.random.default_rng(1).integers(2, size=300)
    wrong, resolved, unsure = brier_parts(reliability(p, y, 10))
    assert wrong - resolved + unsure == pytest.approx(brier_score_loss(y, p), rel=1e-12)


def test_the_error_is_the_mean_distance() -> None:
    """Weighed by the samples of each bin."""
    scores, y = drawn(2)
    p, total = expit(scores), 0.0
    for low in range(5):
        inside = (p > low / 5) & (p <= (low + 1) / 5)
        total += abs((p - y)[inside].sum()) / len(p)
    assert calibration_error(reliability(p, y, 5)) == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_levels_are_those_of_the_library(seed: int) -> None:
    """At the samples, between and beyond them, to 1e-12."""
    scores, y = drawn(seed)
    library = IsotonicRegression(out_of_bounds="clip").fit(scores, y)
    new = np.linspace(-9, 9, 500)
    found = np.interp(new, *isotonic(scores, y))
    assert found == pytest.approx(library.predict(new), rel=1e-12, abs=1e-15)


def test_pooling_has_weights() -> None:
    """As the library's, with weights of the samples."""
    rng = np.random.default_rng(0)
    y, weights = rng.normal(size=60), rng.uniform(0.1, 3, 60)
    library = IsotonicRegression().fit_transform(np.arange(60), y, sample_weight=weights)
    assert pool(y, weights) == pytest.approx(library, rel=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_the_sigmoid_is_at_the_minimum(seed: int) -> None:
    """A solver of SciPy finds the same root of the gradient; the library stops a little before."""
    scores, y = drawn(seed)
    ones = int(y.sum())
    target = np.where(y == 1, (ones + 1) / (ones + 2), 1 / (len(y) - ones + 2))

    def gradient(w: FloatArray) -> FloatArray:
        gap = expit(w[0] * scores + w[1]) - target
        return np.array([gap @ scores, gap.sum()])

    slope, offset = platt(scores, y)
    assert (slope, offset) == pytest.approx(root(gradient, [0.5, 0.0], tol=1e-14).x, rel=1e-11)
    model = LogisticRegression().fit(scores[:, None], y)
    scores = model.decision_function(scores[:, None])
    library = CalibratedClassifierCV(FrozenEstimator(model), method="sigmoid")
    said = library.fit(((scores - model.intercept_) / model.coef_[0, 0])[:, None], y)
    slope, offset = platt(scores, y)
    new = np.linspace(-3, 3, 50)[:, None]
    ours = expit(slope * model.decision_function(new) + offset)
    assert ours == pytest.approx(said.predict_proba(new)[:, 1], abs=1e-5)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_classes_that_are_separated_have_a_finite_slope(scale: float) -> None:
    """Whatever the unit of the score, and also with one class alone."""
    scores = np.linspace(-1, 1, 40) * scale
    slope, offset = platt(scores, (scores > 0).astype(int))
    p = expit(slope * scores + offset)
    assert 0 < slope * scale < 100 and 0.9 < p[-1] < 1
    assert expit(platt(scores, np.ones(40, dtype=int))[1]) == pytest.approx(41 / 42)


def test_the_limit_is_the_rank_that_fractions_give() -> None:
    """No rounding of the product moves the rank."""
    for m in range(1, 120):
        for percent in (50, 70, 80, 90, 95, 99):
            k = ceil((m + 1) * Fraction(percent, 100))
            expected = float(k) if k <= m else np.inf
            assert conformal_limit(np.arange(1.0, m + 1), percent / 100) == expected


def test_coverage_is_that_of_the_rank() -> None:
    """Of uniform scores the limit itself is the coverage: its mean is k / (m + 1)."""
    rng = np.random.default_rng(0)
    limits = [conformal_limit(rng.random(19), 0.9) for _ in range(4000)]
    assert np.mean(limits) == pytest.approx(18 / 20, abs=0.005)


def test_sets_hold_what_fits() -> None:
    """The truth is in its set exactly if its score is at most the limit."""
    rng = np.random.default_rng(0)
    p, y = rng.dirichlet(np.ones(3), 50), rng.integers(3, size=50)
    sets = prediction_sets(p, 0.6)
    assert (sets[np.arange(50), y] == (1 - p[np.arange(50), y] <= 0.6)).all()
    assert prediction_sets(p, np.inf).all()


def test_the_boosted_model_knows_its_rows_by_heart() -> None:
    """It is nearly always right on the first 400, and not on the others."""
    scores, y = boosted(0)
    right = (scores > 0) == (y == 1)
    assert scores.shape == y.shape == (4800,)
    assert right[:400].mean() > 0.95 and right[400:].mean() < 0.8


def test_one_limit_is_for_all_and_two_are_for_each() -> None:
    """The theory: a limit q with 0.8 P(|z| < q) + 0.2 P(|z| < q / 3) = 0.9."""
    q = float(brentq(lambda q: 0.8 * erf(q / 2**0.5) + 0.2 * erf(q / 18**0.5) - 0.9, 1, 5))
    quiet, loud = erf(q / 2**0.5), erf(q / 18**0.5)
    one, two = np.mean([group_coverage(seed) for seed in range(40)], axis=0)
    assert one == pytest.approx([0.9, quiet, loud, 0.2 * quiet + 0.8 * loud], abs=0.02)
    assert two == pytest.approx([0.9] * 4, abs=0.02)


def test_sets_hold_the_truth_though_the_model_is_too_sure() -> None:
    """Nine in ten, on average, by a model that is right in seven and says nine."""
    sure, right, inside, size = np.mean([class_sets(GaussianNB(), s) for s in range(20)], axis=0)
    assert sure > right + 0.15
    assert inside == pytest.approx(0.9, abs=0.015)
    assert 1 < size < 2
