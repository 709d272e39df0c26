"""What drift and training cost, against what can be said without a simulation."""

from __future__ import annotations

import numpy as np
import pytest

from snippets import retraining
from snippets.retraining import Service, after_alarm, best_interval, every, serve


def test_the_error_is_the_angle_between_the_borders():
    """A model that is never trained again is wrong on as many samples as its border has turned."""
    angles = np.array([0.0, 45.0, 45.0, 45.0])
    found = [serve(angles, every(99), np.random.default_rng(seed)) for seed in range(50)]
    assert np.mean([each.error for each in found]) == pytest.approx(0.25, abs=0.01)
    assert all(each.trainings == 0 for each in found)


def test_the_calendar_trains_as_often_as_it_says():
    """Each month, each third, or never; labels of a month come at its end."""
    angles = retraining.steady(13, np.random.default_rng(0))
    for k, trainings in ((1, 1), (3, 1 / 3), (13, 0)):
        got = serve(angles, every(k), np.random.default_rng(0))
        assert got.trainings == pytest.approx(trainings)
    errors = [serve(angles, every(k), np.random.default_rng(0)).error for k in (1, 3, 13)]
    assert errors == sorted(errors)


def test_the_alarm_trains_after_what_it_was_told_to_watch():
    """It sleeps while nothing turns, and wakes once after a jump."""
    quiet, jump = np.zeros(20), np.repeat([0.0, 60.0], 10)
    for seed in range(10):
        rng = np.random.default_rng(seed)
        assert serve(quiet, after_alarm(0.1), rng).trainings == 0
        assert serve(jump, after_alarm(0.1), rng).trainings == pytest.approx(1 / 19)


def test_both_worlds_turn_by_the_same_on_average():
    """Steady drift and jumps differ in when, not in how much."""
    rng = np.random.default_rng(0)
    assert retraining.steady(61, rng)[-1] == 360
    ends = [retraining.jumps(61, rng)[-1] for _ in range(500)]
    assert np.mean(ends) == pytest.approx(360, rel=0.05)
    assert retraining.jumps(61, rng)[0] == 0


@pytest.mark.parametrize("price", [2.0, 15.0, 60.0])
def test_the_rule_of_the_square_root_is_where_the_sum_is_least(price):
    """Ageing and training by formula, over a fine grid of intervals."""
    step = 100 * retraining.DEGREES / 180
    grid = np.linspace(0.2, 20, 100_000)
    least = grid[np.argmin(step * grid / 2 + price / grid)]
    assert best_interval(price) == pytest.approx(least, abs=1e-3)


def test_a_cost_is_errors_and_trainings():
    """In wrong answers of 100."""
    assert Service(0.05, 0.5).cost(10) == pytest.approx(5 + 5)
