"""The trials of the Gaussian process are what they say they are."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.model_selection import ParameterGrid

from snippets.evidence import paired_difference
from snippets.gaussian_process_rivals import ARMS, LENGTHS, TABLES, by_evidence, rivals
from snippets.gaussian_process_runs import (
    NOISE,
    WORLDS,
    coverage,
    left_to_learn,
    optima,
    season,
    season_errors,
    ten_samples,
    thinned,
    world,
)


@pytest.mark.parametrize("name", WORLDS)
def test_worlds_have_their_covariance(name: str) -> None:
    """Deviation 1; at a distance of one length scale what the kernel says."""
    length = WORLDS[name][1]
    x = np.array([0.1, 0.1 + length])
    found = np.array([world(name, x, np.random.default_rng(seed)) for seed in range(4000)])
    expected = {"smooth": np.exp(-0.5), "rough": np.exp(-1)}[name]
    assert found.std(axis=0) == pytest.approx([1, 1], abs=0.05)
    assert np.corrcoef(found.T)[0, 1] == pytest.approx(expected, abs=0.05)


def test_steps_have_three_levels() -> None:
    """Each for a while, in any order."""
    found = world("steps", np.linspace(0, 1, 2001), np.random.default_rng(0))
    assert set(found) <= {-1.2, 0.0, 1.2}
    assert 1 <= np.count_nonzero(np.diff(found)) <= 2


def test_coverage_is_kept_by_the_right_kernel_alone() -> None:
    """With known parameters about 95 %; RBF in a rough world is far too sure of the function."""
    found = coverage("rough", ["known", "RBF"], range(12))
    assert found["known"].shape == (12, 3)
    right, wrong = (found[name].mean(axis=0) for name in ("known", "RBF"))
    assert right[0] > 0.88 and right[1] > 0.88
    assert wrong[0] < right[0] - 0.08 and wrong[1] > wrong[0]


def test_climbs_end_at_several_heights() -> None:
    """The highest first, and not the same for all draws."""
    ends = np.array([optima(seed) for seed in range(12)])
    assert ends.shape == (12, 3) and (np.diff(ends) <= 0).all()
    assert (np.ptp(ends, axis=1) > 0.1).any()
    x, y = ten_samples(0)
    assert x.shape == (10, 1) and y.shape == (10,)


def test_little_is_learned_of_many_features() -> None:
    """With everything known."""
    rng = np.random.default_rng(0)
    assert left_to_learn(1, rng) < 0.1 < left_to_learn(3, rng) < 0.5 < left_to_learn(8, rng) < 1


def test_inducing_points_come_near_all_rows() -> None:
    """And few rows do not."""
    found = thinned((8, 20), 0)
    assert list(found) == ["inducing points", "rows", "all rows"]
    assert found["inducing points"][1] == pytest.approx(found["all rows"][1], abs=0.01)
    assert found["rows"][1] > 2 * found["all rows"][1]


def test_season_goes_on() -> None:
    """Period 1 and a slope of 0.3; the seasonal kernel follows it."""
    x, y, truth = season(30, np.random.default_rng(0))
    assert x.shape == (60, 1) and (x[:30] <= 5).all() and (x[30:] >= 5).all()
    assert (y - truth).std() == pytest.approx(NOISE, abs=0.06)
    right, plain = season_errors(0)
    assert right < 0.5 < plain


def test_arms_have_one_budget() -> None:
    """Four settings each, and each table names arms and lengths that there are."""
    assert {len(ParameterGrid(dict(arm.grid))) for arm in ARMS.values()} == {4}
    assert list(TABLES) == list(LENGTHS)
    assert {arm for arms in TABLES.values() for arm in arms} == set(ARMS)


def test_rivals_on_two_draws() -> None:
    """A length for each feature leads on Friedman's function."""
    found = rivals("Friedman", range(2))
    ten = found["GP, evidence, 10 lengths"]
    assert (ten > found["boosting"]).all() and (ten > found["GP, evidence, 1 length"]).all()
    assert (found["GP, evidence, 1 length: held"] > 0.7).all()


@pytest.mark.nightly
def test_the_lead_over_boosting_has_two_causes() -> None:
    """A smooth kernel leads on the features that matter; idle features cost both sides."""
    ten, five = rivals("Friedman", range(10)), rivals("Friedman", range(10), n_features=5)
    one = "GP, evidence, 1 length"
    assert set(five) == {"boosting", one, f"{one}: held"}
    assert paired_difference(five[one], five["boosting"]).low > 0.05
    level = paired_difference(ten[one], ten["boosting"])
    assert level.low < 0 < level.high
    for arm in ("boosting", one):
        assert paired_difference(five[arm], ten[arm]).low > 0


def test_units_change_nothing() -> None:
    """Features and targets in other units give the same answer in the new units."""
    rng = np.random.default_rng(0)
    X = rng.uniform(size=(30, 2))
    y = np.sin(5 * X[:, 0]) + 0.1 * rng.standard_normal(30)
    mean, sd = by_evidence(X[:20], y[:20], X[20:], 1)
    other, spread = by_evidence(X[:20] * [10, 0.1] + 3, 5 * y[:20] - 2, X[20:] * [10, 0.1] + 3, 1)
    np.testing.assert_allclose(other, 5 * mean - 2, atol=1e-3)
    np.testing.assert_allclose(spread, 5 * sd, rtol=1e-3)
