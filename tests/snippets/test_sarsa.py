"""Sarsa, the cliff and Baird's counterexample, against plans, linear systems and known matrices."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from snippets.policy_gradient import FloatArray, worth
from snippets.policy_gradient_runs import DISCOUNT, prize, toll
from snippets.sarsa import (
    COLUMNS,
    baird,
    best_habit,
    cliff,
    draw_cliff,
    expected_update,
    exploring,
    learn,
    path,
    per_walk,
    places,
    radius,
)

UP, RIGHT, DOWN, LEFT = range(4)


def test_the_cliff_is_as_told() -> None:
    """Steps cost 1, the abyss 100 and the way back to the start, the goal ends."""
    world = cliff()
    start, goal = 36, 37
    assert world.after.shape == (38, 4) and world.start[start] == 1
    assert (world.after[start, RIGHT], world.reward[start, RIGHT]) == (start, -100)
    assert (world.after[start, UP], world.reward[start, UP]) == (2 * COLUMNS, -1)
    assert (world.after[start, DOWN], world.reward[start, DOWN]) == (start, -1)
    for column in range(1, COLUMNS - 1):
        above = 2 * COLUMNS + column
        assert (world.after[above, DOWN], world.reward[above, DOWN]) == (start, -100)
    assert (world.after[35, DOWN], world.reward[35, DOWN]) == (goal, -1)
    assert (world.after[24, DOWN], world.reward[24, DOWN]) == (start, -1)
    assert world.after[0, UP] == world.after[0, LEFT] == 0
    assert (world.reward == -100).sum() == 11


def test_the_best_habit_is_that_of_iteration() -> None:
    """Bellman's equation with slips, swept until nothing changes; without slips 13 steps."""
    world = cliff()
    for explore in (0.0, 0.1, 0.3):
        q = np.zeros(world.after.shape)
        for _ in range(3000):
            value = (1 - explore) * q.max(axis=1) + explore * q.mean(axis=1)
            q = world.reward + value[world.after]
        np.testing.assert_allclose(best_habit(world, explore), q, atol=1e-4)
    assert best_habit(world, 0.0)[36].max() == pytest.approx(-13)
    lengths = [len(path(world, best_habit(world, each))) - 1 for each in (0, 0.1, 0.3)]
    assert lengths == [13, 15, 17]


def test_chances_of_a_habit() -> None:
    """An even share, and the rest to the best, evenly where several are."""
    np.testing.assert_allclose(exploring(np.array([3.0, 3, 2, 0]), 0.2), [0.45, 0.45, 0.05, 0.05])
    np.testing.assert_allclose(exploring(np.array([1.0, 3, 2, 0]), 0.2), [0.05, 0.85, 0.05, 0.05])


@pytest.mark.nightly
def test_q_learning_finds_the_best_and_sarsa_the_walk_by_chance() -> None:
    """All actions random: the one learns of the best, the other of chance."""
    world = prize()
    on = np.array([False, True])
    off, _ = learn(world, on, 1.0, 20_000, np.random.default_rng(0), discount=DISCOUNT).q
    policy = exploring(off.round(9), 0.0)
    np.testing.assert_allclose(off, worth(world, policy, DISCOUNT), atol=1e-6)
    rng = np.random.default_rng(1)
    runs = np.ones(10, dtype=bool)
    found = learn(toll(), runs, 1.0, 12_000, rng, rate=0.2, discount=0.5).q
    exact = worth(toll(), np.full(found.shape[1:], 0.25), 0.5)
    np.testing.assert_allclose(found.mean(axis=0), exact, atol=0.1)


def test_who_learns_of_slips_earns_more_with_them() -> None:
    """Sarsa and Q-learning near their own limits, one action in ten random."""
    world, on = cliff(), np.arange(12) < 6
    done = learn(world, on, 0.1, 24_000, np.random.default_rng(2), rate=0.1)
    paid = per_walk(done, 6000)
    assert -30 < paid[on].mean() < -19 and -60 < paid[~on].mean() < -40
    np.testing.assert_allclose(done.q[~on][:, -2].max(axis=1), -13, atol=0.1)
    assert done.rewards.shape == done.ended.shape == (24_000, 12)


@pytest.mark.parametrize(("rate", "explore"), [(0, 0.1), (1.5, 0.1), (0.5, -0.1), (0.5, 2)])
def test_settings_out_of_range_are_refused(rate: float, explore: float) -> None:
    """No table settles with them."""
    with pytest.raises(ValueError, match="up to 1"):
        learn(cliff(), np.ones(1, dtype=bool), explore, 1, np.random.default_rng(0), rate=rate)


def test_places_and_picture() -> None:
    """The goal is the last column; a picture leaves abyss and goal empty."""
    row, column = places([0, 13, 36, 37])
    assert row.tolist() == [0, 1, 3, 3] and column.tolist() == [0, 1, 0, 11]
    ax = Figure().subplots()
    draw_cliff(ax, np.arange(38.0))
    shown = np.ma.filled(np.ma.asarray(ax.images[0].get_array(), dtype=float), np.nan)
    assert np.isnan(shown).sum() == 11 and shown[3, 0] == 36


def test_baird_diverges_with_all_three_and_with_no_two() -> None:
    """The matrix is the mean of single updates, and its radius the pace at which weights grow."""
    X, even, last = baird(), np.full(7, 1 / 7), np.eye(7)[6]
    assert np.linalg.matrix_rank(X) == 7
    follow = np.tile(last, (7, 1))
    w = np.random.default_rng(0).normal(size=8)
    steps = [w + 0.01 * (0.99 * X[6] @ w - X[state] @ w) * X[state] for state in range(7)]
    update = expected_update(X, even, follow, 0.99, 0.01)
    np.testing.assert_allclose(update @ w, np.mean(steps, axis=0))
    assert radius(update) > 1.002
    grown = [np.linalg.norm(np.linalg.matrix_power(update, n) @ w) for n in (4000, 5000)]
    assert (grown[1] / grown[0]) ** 1e-3 == pytest.approx(radius(update), abs=1e-5)
    calm: list[tuple[FloatArray, FloatArray, float]] = [
        (X, last, 0.99),
        (X, even, 0.0),
        (np.eye(7), even, 0.99),
    ]
    for features, visits, discount in calm:
        assert radius(expected_update(features, visits, follow, discount, 0.01)) < 1 + 1e-9
    # Tsitsiklis and Van Roy: values w and 2 w, only the first corrected
    two = np.array([[1.0], [2.0]])
    chain = np.array([[0.0, 1.0], [0.0, 1.0]])
    found = expected_update(two, np.array([1.0, 0.0]), chain, 0.9, 0.1)
    assert found.item() == pytest.approx(1 + 0.1 * (2 * 0.9 - 1))
