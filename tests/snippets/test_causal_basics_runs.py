"""Runs on causal basics: the models have the effects that the note says."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import norm

from snippets.causal_basics import (
    implied_covariance,
    most_confounding,
    rows_needed,
    total_effects,
)
from snippets.causal_basics_runs import (
    EFFECT,
    EFFECTS,
    asked,
    both_ways,
    columns,
    curved,
    draw,
    largest_move,
    power,
    predicted,
    propensity,
    school,
    slopes,
    twin,
    two_by_two,
    weigh,
)


def test_the_score_is_the_share_of_treated() -> None:
    """And a coin has the same for all."""
    a, _, _, e = draw(40_000, 1.5, np.random.default_rng(0))
    for low in np.linspace(0, 0.8, 5):
        inside = (e >= low) & (e < low + 0.2)
        assert a[inside].mean() == pytest.approx(e[inside].mean(), abs=0.02)
    coin = draw(40_000, 1.5, np.random.default_rng(0), share=0.1)
    assert (coin.e == 0.1).all() and coin.a.mean() == pytest.approx(0.1, abs=0.01)
    assert abs(np.corrcoef(coin.a, coin.z)[0, 1]) < 0.02


def test_the_naive_difference_has_the_bias_that_an_integral_gives() -> None:
    """The effect, plus three times the distance of the arms in knowledge."""

    def of(power_: int) -> float:
        return float(quad(lambda z: z**power_ * expit(z - 0.5) * norm.pdf(z), -9, 9)[0])

    share = of(0)
    distance = of(1) / share + of(1) / (1 - share)
    naive, adjusted = both_ways(draw(200_000, 1.0, np.random.default_rng(0)))
    assert naive.effect == pytest.approx(EFFECT + 3 * distance, abs=0.05)
    assert adjusted.effect == pytest.approx(EFFECT, abs=0.05)


def test_slopes_tend_to_what_the_graphs_imply() -> None:
    """Worked out by hand from variances and covariances."""
    found = slopes(100_000, 0)
    expected = {
        "collider": (1, 0),
        "mediator": (1.5, 0.5),
        "mediator, hidden cause": (1.5, 0),
        "instrument": (1, 1),
        "instrument, hidden cause": (4 / 3, 3 / 2),
    }
    for graph, pair in expected.items():
        assert (found[graph, "without"], found[graph, "with"]) == pytest.approx(pair, abs=0.02)


def test_power_is_that_of_the_formula() -> None:
    """Where it promises 80 %, about 80 % are found; without an effect, half of 5 %."""
    plain, _ = power(round(rows_needed(1.0, np.sqrt(13))), 400, 1.0)
    _, adjusted = power(round(rows_needed(1.0, 2.0)), 400, 1.0)
    assert plain == pytest.approx(0.8, abs=0.06) and adjusted == pytest.approx(0.8, abs=0.06)
    assert max(power(200, 400, 0.0)) < 0.06


def test_trimming_keeps_scores_between_its_bounds() -> None:
    """Without confounding all are kept, and weights are alike; else fewer count."""
    even = weigh(500, 0.0, 0, 1.0)
    assert even.kept == 1 and even.weighted == even.trimmed and even.size > 0.99
    steep = weigh(5000, 3.0, 0, 1.0)
    low, high = 0.5 - np.log(9) / 3, 0.5 + np.log(9) / 3
    assert steep.kept == pytest.approx(norm.cdf(high) - norm.cdf(low), abs=0.02)
    inside = (norm.pdf(low) - norm.pdf(high)) / (norm.cdf(high) - norm.cdf(low))
    assert steep.trimmed_truth == pytest.approx(EFFECT + inside, abs=0.05)
    assert steep.size < 0.5


def test_right_columns_find_the_score_and_the_outcome() -> None:
    """The models of the note are true if they see the square, and not if they do not."""
    a, z, y, e = curved(20_000, np.random.default_rng(0))
    assert np.abs(propensity(columns(z, right=True), a) - e).max() < 0.05
    assert np.abs(propensity(columns(z, right=False), a) - e).max() > 0.2
    m0, m1 = predicted(columns(z, right=True), a, y)
    np.testing.assert_allclose(m1, m0 + EFFECT, atol=0.2)
    np.testing.assert_allclose(m0, 10 + z + 2 * z**2, atol=0.2)


def test_one_right_model_is_enough() -> None:
    """In large samples; weights and regression need theirs."""
    found = two_by_two(20_000, 0)
    for (name, score, outcome), error in found.items():
        right = {"weights": score, "regression": outcome}.get(name, score or outcome)
        assert (abs(error) < 0.1) == right, (name, score, outcome)


def test_school_has_the_effects_that_it_says() -> None:
    """Adjusted for keenness a reminder does nothing; here, through the covariances."""
    X, y = school(100_000, np.random.default_rng(0))
    keen_slope = 2 / np.sqrt(1.25)  # of y on reminders: all by keenness
    slopes_ = np.linalg.lstsq(X, y, rcond=None)[0]
    np.testing.assert_allclose(slopes_, [keen_slope, 0, EFFECTS["hours"]], atol=0.05)
    total = np.linalg.lstsq(X[:, :2], y, rcond=None)[0][1]
    assert total == pytest.approx(EFFECTS["course"], abs=0.05)


def test_a_forest_rests_on_what_has_no_effect() -> None:
    """Reminders lead, the course is last."""
    lost, rise = asked(11)
    assert lost[0] > lost[2] > lost[1] and rise[0] > 1.3


@pytest.mark.parametrize(("effect", "tie"), [(0.6, 0.0), (0.0, 0.8), (-0.3, 0.9)])
def test_twins_are_seen_alike(effect: float, tie: float) -> None:
    """Whatever the effect, the two that are seen have one covariance."""
    B, noise = twin(effect, tie)
    assert (noise > 0).all()
    np.testing.assert_allclose(implied_covariance(B, noise)[1:, 1:], [[1, 0.6], [0.6, 1]])
    assert total_effects(B)[2, 1] == pytest.approx(effect)


def test_weak_hidden_causes_stay_below_the_e_value() -> None:
    """And strong ones do not."""
    weak, strong = largest_move(2000, below=1.5), largest_move(2000, below=20)
    assert 1 < weak < most_confounding(1.5, 1.5) < strong
