"""Bandits: regret and the four policies."""

from __future__ import annotations

import numpy as np
import pytest

from snippets.bandits import (
    POLICIES,
    epsilon_greedy,
    greedy,
    play,
    regret_by_seed,
    thompson,
    ucb1,
)
from snippets.evidence import paired_difference


@pytest.mark.parametrize("name", POLICIES)
def test_regret_never_falls(name):
    """A pull adds to the regret or leaves it, and the same seed repeats it."""
    chances = np.array([0.2, 0.8, 0.5])
    runs = [play(POLICIES[name], chances, 200, np.random.default_rng(3)) for _ in range(2)]
    assert np.all(np.diff(runs[0]) >= 0)
    assert runs[0].tolist() == runs[1].tolist()


@pytest.mark.parametrize("name", POLICIES)
def test_equal_arms_cost_nothing(name):
    """With nothing to learn there is nothing to regret."""
    assert play(POLICIES[name], np.full(4, 0.3), 50, np.random.default_rng(0))[-1] == 0


@pytest.mark.parametrize("name", POLICIES)
def test_one_arm_is_enough(name):
    """A bandit with one arm is played without regret."""
    assert play(POLICIES[name], np.array([0.4]), 20, np.random.default_rng(0))[-1] == 0


def test_greedy_can_lock_in():
    """After a lucky bad arm and an unlucky good one, greedy never looks back."""
    rng = np.random.default_rng(0)
    assert greedy(np.array([1.0, 1.0]), np.array([1.0, 0.0]), rng) == 0
    assert greedy(np.array([500.0, 1.0]), np.array([50.0, 0.0]), rng) == 0


def test_ucb1_returns_to_the_neglected_arm():
    """The bound of an arm rises while others are pulled."""
    rng = np.random.default_rng(0)
    assert ucb1(np.array([500.0, 1.0]), np.array([250.0, 0.0]), rng) == 1


def test_epsilon_greedy_takes_any_arm_one_time_in_ten():
    """With two arms the worse one is taken one time in twenty."""
    rng = np.random.default_rng(0)
    pulls, wins = np.array([100.0, 100.0]), np.array([90.0, 10.0])
    picks = [epsilon_greedy(pulls, wins, rng) for _ in range(8000)]
    assert np.mean(picks) == pytest.approx(0.05, abs=0.008)


@pytest.mark.parametrize(("short", "arm"), [(0.99, 1), (1.01, 0)])
def test_ucb1_adds_the_bonus_of_its_paper(short, arm):
    """A neglected arm is taken if it is short of the best by less than the bonuses differ."""
    pulls = np.array([90.0, 10.0])
    bonus = np.sqrt(2 * np.log(100) / pulls)
    means = np.array([0.9, 0.9 - short * (bonus[1] - bonus[0])])
    assert ucb1(pulls, means * pulls, np.random.default_rng(0)) == arm


def test_thompson_starts_from_an_even_prior():
    """Without a pull each arm is as likely as the other; one win makes it two to one."""
    rng, none = np.random.default_rng(0), np.zeros(2)
    assert np.mean([thompson(none, none, rng) for _ in range(4000)]) == pytest.approx(0.5, abs=0.03)
    one = np.array([0.0, 1.0])  # chance that Beta(2, 1) beats Beta(1, 1) is 2/3
    share = np.mean([thompson(one, one, rng) for _ in range(4000)])
    assert share == pytest.approx(2 / 3, abs=0.03)


def test_regret_by_seed_draws_a_bandit_a_seed():
    """Chances come from the seed, payments from another stream of it."""
    runs = regret_by_seed(greedy, 50, range(2, 4), n_arms=3)
    chances = np.random.default_rng(3).random(3)
    alone = play(greedy, chances, 50, np.random.default_rng([3, 1]))
    assert runs.shape == (2, 50)
    np.testing.assert_array_equal(runs[1], alone)


def test_thompson_draws_from_the_beta_posterior():
    """With sharp posteriors the better arm is drawn."""
    rng = np.random.default_rng(0)
    picks = [thompson(np.array([900.0, 900.0]), np.array([300.0, 600.0]), rng) for _ in range(50)]
    assert set(picks) == {1}


def test_first_pulls_try_every_arm():
    """Greedy and UCB1 pull each arm once before they compare."""
    seen = []

    def watch(pulls, wins, rng):
        seen.append(ucb1(pulls, wins, rng))
        return seen[-1]

    play(watch, np.array([0.1, 0.9, 0.5]), 3, np.random.default_rng(0))
    assert seen == [0, 1, 2]


@pytest.mark.parametrize(
    ("chances", "n_pulls", "message"),
    [([], 5, "need an arm"), ([0.5], 0, "0 pulls"), ([0.5, 1.2], 5, "between 0 and 1")],
)
def test_bad_bandits_are_refused(chances, n_pulls, message):
    """The error says what is wrong with the bandit."""
    with pytest.raises(ValueError, match=message):
        play(greedy, np.array(chances), n_pulls, np.random.default_rng(0))


@pytest.mark.nightly
def test_thompson_beats_epsilon_greedy_and_ucb1():
    """After 1000 pulls of 5 arms posterior sampling has lost least."""
    seeds = range(20)
    last = {name: regret_by_seed(POLICIES[name], 1000, seeds)[:, -1] for name in POLICIES}
    for rival in ("epsilon-greedy", "UCB1"):
        assert paired_difference(last[rival], last["Thompson"]).low > 0
