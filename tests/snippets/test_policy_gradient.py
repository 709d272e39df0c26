"""Policy gradients: linear systems against planning, estimates against all walks, runs as told."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.quiver import Quiver

from snippets.exercises.test_policy_gradient import nine
from snippets.gridworld import MOVES, value_iteration
from snippets.policy_gradient import (
    Weight,
    climb,
    exact_gradient,
    of_grid,
    softmax,
    to_go,
    walk,
    walk_gradients,
    weights,
    worth,
)
from snippets.policy_gradient_runs import (
    DISCOUNT,
    GRID,
    KINDS,
    bandit,
    by_table,
    draw_chances,
    prize,
    spread,
    start_worth,
    toll,
    tuned,
    within,
)
from snippets.q_learning import worth_of_habit


def test_a_grid_as_tables_is_the_same_grid() -> None:
    """Step by step; the end leads to itself and pays nothing."""
    world, cells = prize(), [*GRID.states(), GRID.goal]
    for place, cell in enumerate(cells[:-1]):
        for action in range(len(MOVES)):
            there, reward = GRID.step(cell, action)
            assert cells[world.after[place, action]] == there
            assert world.reward[place, action] == reward
    assert (world.after[-1] == len(cells) - 1).all() and not world.reward[-1].any()
    assert world.start.sum() == pytest.approx(1) and world.start[-1] == 0
    one = of_grid(GRID, (3, 0))
    assert cells[int(one.start.argmax())] == (3, 0) and one.start.max() == 1


def test_worth_is_what_planning_says() -> None:
    """Of walking by chance, and of the best walk."""
    world, cells = prize(), GRID.states()
    policy = np.full(world.after.shape, 0.25)
    planned = worth_of_habit(GRID, DISCOUNT, 1.0)
    found = worth(world, policy, DISCOUNT)
    np.testing.assert_allclose(found[:-1], [planned[each] for each in cells], atol=1e-10)
    best = value_iteration(GRID, DISCOUNT)
    greedy = np.eye(4)[[*(best[each].argmax() for each in cells), 0]]
    found = worth(world, greedy, DISCOUNT)
    np.testing.assert_allclose(found[:-1], [best[each] for each in cells], atol=1e-10)


def test_the_theorem_gives_the_slope() -> None:
    """Along a line through any logits, in both mazes."""
    rng = np.random.default_rng(0)
    for world in (prize(), toll()):
        logits, way = rng.normal(size=(2, *world.after.shape))
        ends = [start_worth(world, softmax(logits + move * way)) for move in (1e-5, -1e-5)]
        found = (exact_gradient(world, logits, DISCOUNT) * way).sum()
        assert found == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-6)


@pytest.mark.parametrize("kind", ["all", *KINDS])
def test_estimates_of_all_walks_have_the_right_mean(kind: Weight) -> None:
    """Nine walks by their chances; a critic that is wrong has a bias, a baseline none."""
    world, walks = nine()
    logits = np.random.default_rng(1).normal(size=(5, 3))
    policy = softmax(logits)
    chance = policy[walks.states[:-1, 0], walks.actions[:, 0]].prod(axis=0)
    exact = exact_gradient(world, logits, 0.9)
    value = (policy * worth(world, policy, 0.9)).sum(axis=1)
    for guess in (value, np.array([3.0, -1, 2, 5, 0])):
        each = walk_gradients(policy[None], walks, weights(walks, guess[None], 0.9, kind))[0]
        gap = np.abs(np.einsum("w,wsa->sa", chance, each) - exact).max()
        assert (gap > 0.01) == (kind == "one step" and guess is not value)


def test_walks_follow_policy_and_world() -> None:
    """Shares of actions are the chances, steps are the world's, and the end is the end."""
    world, rng = toll(), np.random.default_rng(2)
    logits = rng.normal(size=(2, *world.after.shape))
    walks = walk(world, logits, 4000, rng, 12)
    states, actions = walks.states, walks.actions
    assert states.shape == (13, 2, 4000) and actions.shape == walks.rewards.shape == (12, 2, 4000)
    np.testing.assert_array_equal(world.after[states[:-1], actions], states[1:])
    np.testing.assert_array_equal(world.reward[states[:-1], actions], walks.rewards)
    for run in range(2):
        here = actions[:, run][states[:-1, run] == 3]
        shares = np.bincount(here, minlength=4) / len(here)
        np.testing.assert_allclose(shares, softmax(logits)[run, 3], atol=0.05)
    sure = 50 * np.eye(4)[[1] * len(world.after)]  # to the right, into the walls
    assert len(walk(world, sure[None], 5, rng, 7).actions) == 7
    assert len(walk(bandit([1, 2]), np.zeros((1, 2, 2)), 5, rng, 7).actions) == 1


def test_rewards_are_discounted_backwards() -> None:
    """Against the sum as it is defined."""
    rewards = np.random.default_rng(3).normal(size=(6, 2, 3))
    found = to_go(rewards, 0.8)
    for step in range(6):
        expected = sum(0.8 ** (k - step) * rewards[k] for k in range(step, 6))
        np.testing.assert_allclose(found[step], expected)


def test_softmax_ascends_to_its_closed_form() -> None:
    """With entropy, chances are a softmax of the payments over the temperature."""
    world = bandit([1.0, 0.5, 0.2])
    assert start_worth(world, softmax(np.zeros((2, 3))), 1.0) == pytest.approx(1.7 / 3)
    theta = np.zeros((2, 3))
    for _ in range(2000):
        chance = softmax(theta)[0]
        unsure = -np.log(chance)
        theta[0] += exact_gradient(world, theta, 1.0)[0]
        theta[0] += 0.3 * chance * (unsure - chance @ unsure)
    expected = softmax(np.array([1.0, 0.5, 0.2]) / 0.3)
    np.testing.assert_allclose(softmax(theta)[0], expected, atol=1e-9)


def test_a_baseline_calms() -> None:
    """Least noise by one step, most by the whole return; and the mean is near the exact one."""
    world = toll()
    logits = np.zeros(world.after.shape)
    exact = exact_gradient(world, logits, DISCOUNT)
    noise = []
    for kind in ("all", *KINDS):
        found, mean = spread(world, logits, kind, np.random.default_rng(4))
        noise.append(found.mean())
        assert ((mean - exact) ** 2).sum() < 4 * found.mean() / 3000
    assert noise[0] > 5 * noise[1] > 50 * noise[2] > 75 * noise[3]


@pytest.mark.parametrize("kind", KINDS)
def test_learners_climb(kind: Weight) -> None:
    """Each is better than chance; steps are counted, and no run sees another."""
    rates = np.array([30.0, 30.0, 100.0])
    done = climb(prize(), DISCOUNT, kind, rates, 40, np.random.default_rng(5))
    found = start_worth(prize(), softmax(done.logits))
    assert found.shape == done.steps.shape == (41, 3)
    assert found[-1].mean() > 3 * found[0].mean()
    assert (np.diff(done.steps, axis=0) > 0).all() and (np.diff(done.steps, axis=0) <= 480).all()
    with pytest.raises(ValueError, match="positive"):
        climb(prize(), DISCOUNT, kind, 0 * rates, 1, np.random.default_rng(0))


def test_a_budget_ends_a_run() -> None:
    """The last policy that it pays for."""
    _, done, worths = tuned(prize(), "above baseline", n_updates=12, n_runs=4)
    steps = done.steps[5].max()
    found = within(done, worths, int(steps))
    for run in range(4):
        last = int(np.flatnonzero(done.steps[:, run] <= steps)[-1])
        assert found[run] == worths[last, run]


def test_a_table_learns_the_best_policy() -> None:
    """Q-learning with its best share of random actions, exactly."""
    best = value_iteration(GRID, DISCOUNT).max(axis=2)
    mean = np.mean([best[each] for each in GRID.states()])
    np.testing.assert_allclose(by_table(prize(), 4000), mean, atol=0.01)


def test_arrows_are_as_long_as_chances() -> None:
    """One for each action and cell."""
    ax = Figure().subplots()
    draw_chances(ax, np.full(prize().after.shape, 0.25))
    (arrows,) = (each for each in ax.collections if isinstance(each, Quiver))
    assert 4 * len(GRID.states()) == arrows.N
    np.testing.assert_allclose(np.hypot(arrows.U, arrows.V), 0.45 / 4)
    assert arrows.V[0] == 0.45 / 4  # the first is up
