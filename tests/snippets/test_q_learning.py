from __future__ import annotations

import numpy as np
import pytest

from snippets.gridworld import Grid, q_learning, value_iteration
from snippets.q_learning import (
    chances,
    corridor,
    draw,
    guessed_worth,
    learn,
    steps_away,
    steps_to_goal,
    worth_of_habit,
)

OPEN = Grid(4, 4, (3, 3))
MAZE = Grid(4, 6, (0, 5), frozenset({(0, 4), (1, 1), (1, 2), (2, 4)}))
GRIDS = pytest.mark.parametrize("grid", [OPEN, MAZE], ids=["open", "maze"])


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.nightly
@GRIDS
@pytest.mark.parametrize("discount", [0.9, 0.5])
def test_random_walks_find_the_planned_worth(grid: Grid, discount: float) -> None:
    """Off-policy, with every action tried again and again, Q is that of value iteration."""
    q, tries = learn(grid, discount, 300, rng())
    np.testing.assert_allclose(q, value_iteration(grid, discount), rtol=0, atol=1e-12)
    assert min(tries[cell].min() for cell in grid.states()) > 0


@pytest.mark.nightly
@GRIDS
def test_on_policy_learns_the_worth_of_the_habit(grid: Grid) -> None:
    """The same walks, another target: Q is that of one who goes on at random."""
    q, _ = learn(grid, 0.8, 250, rng(), on_policy=True)
    np.testing.assert_allclose(q, worth_of_habit(grid, 0.8, 1.0), rtol=0, atol=1e-10)


def test_on_policy_with_some_exploration_settles_at_its_own_worth() -> None:
    """With half of the actions random the habit is worth less than the best, more than chance."""
    small = Grid(2, 3, (0, 2))
    q, _ = learn(small, 0.8, 800, rng(1), explore=0.5, on_policy=True)
    habit = worth_of_habit(small, 0.8, 0.5)
    np.testing.assert_allclose(q, habit, rtol=0, atol=1e-5)
    best, chance = value_iteration(small, 0.8), worth_of_habit(small, 0.8, 1.0)
    assert chance[0, 0].max() < habit[0, 0].max() < best[0, 0].max()


@GRIDS
def test_habit_without_exploration_is_value_iteration(grid: Grid) -> None:
    """The planner of habits knows the two ends: the best walk and the random one."""
    np.testing.assert_allclose(
        worth_of_habit(grid, 0.9, 0.0), value_iteration(grid, 0.9), rtol=0, atol=1e-12
    )


def test_habit_at_random_solves_its_linear_system() -> None:
    """For a random walk the worth is the solution of linear equations."""
    hall = corridor(3)  # in cell c two of four moves stand still
    A, b = np.eye(3), np.zeros(3)
    for c in range(3):
        for after in (c, c, max(c - 1, 0), c + 1):
            if after < 3:
                A[c, after] -= 0.9 / 4
            else:
                b[c] += 1 / 4
    mean = worth_of_habit(hall, 0.9, 1.0)[0, :3].mean(axis=1)
    np.testing.assert_allclose(mean, np.linalg.solve(A, b), rtol=0, atol=1e-12)


def test_it_is_the_plain_learner_of_the_grid_note() -> None:
    """At full exploration it settles where `gridworld.q_learning` does."""
    plain = q_learning(OPEN, 0.9, 200, 0.5, rng())
    np.testing.assert_allclose(learn(OPEN, 0.9, 200, rng())[0], plain, rtol=0, atol=1e-12)


def test_rarely_tried_actions_stay_wrong() -> None:
    """With little exploration the best actions are known, and some others are not."""
    q, tries = learn(OPEN, 0.9, 1000, rng(), explore=0.3)
    error = np.abs(q - value_iteration(OPEN, 0.9))
    best = value_iteration(OPEN, 0.9).argmax(axis=2)
    assert error.max() > 0.02
    assert max(error[cell][best[cell]] for cell in OPEN.states()) < 0.005
    tried = np.array([tries[cell] for cell in OPEN.states()])
    wrong = np.array([error[cell] for cell in OPEN.states()])
    assert np.median(tried[wrong > 0.01]) < np.median(tried)


@pytest.mark.nightly
@GRIDS
@pytest.mark.parametrize("kind", ["guess", "distance"])
def test_a_hint_shifts_the_worth_and_not_the_order(grid: Grid, kind: str) -> None:
    """Shaped Q plus the potential is the plain Q, whatever the potential."""
    hint = guessed_worth(grid, 0.9) if kind == "guess" else -steps_away(grid)
    q, _ = learn(grid, 0.9, 300, rng(), hint=hint)
    plain = value_iteration(grid, 0.9)
    for cell in grid.states():
        np.testing.assert_allclose(q[cell] + hint[cell], plain[cell], rtol=0, atol=1e-12)


def test_one_walk_by_hand() -> None:
    """Of a first walk only the last step learns, a share `rate` of the reward."""
    hall = corridor(3)
    q, tries = learn(hall, 0.9, 1, rng(), rate=0.25, start=(0, 0))
    assert np.count_nonzero(q) == 1 and q[0, 2, 1] == 0.25
    assert tries[0, 2, 1] == 1 and tries[0, 0].sum() >= 1 and tries[0, 3].sum() == 0


def test_a_greedy_walk_repeats_its_only_success() -> None:
    """With no exploration a known way is taken again: two actions a walk, corrected by half."""
    hall = corridor(1)
    q, tries = learn(hall, 0.9, 3, rng(4), explore=0.0)
    assert q[0, 0, 1] == pytest.approx(1 - 0.5**3)
    assert tries[0, 0, 1] == 3


def test_no_episode_no_knowledge() -> None:
    """Without a walk nothing is learned or tried."""
    q, tries = learn(OPEN, 0.9, 0, rng())
    assert not q.any() and not tries.any() and tries.dtype == np.int64


def test_starts_are_spread_over_all_cells() -> None:
    """Unless a start is given, each free cell is one."""
    one_step = learn(Grid(1, 4, (0, 1)), 0.0, 200, rng(), explore=0.0)[1]
    assert (one_step[0, [0, 2, 3]].sum(axis=1) > 20).all()


def test_chances_by_hand() -> None:
    """Ties share the greedy part; exploration is spread over all."""
    np.testing.assert_allclose(
        chances(np.array([1.0, 3.0, 3.0, 0.0]), 0.2), [0.05, 0.45, 0.45, 0.05]
    )
    np.testing.assert_allclose(chances(np.array([1.0, 2.0]), 0.0), [0, 1])
    np.testing.assert_allclose(chances(np.array([1.0, 2.0]), 1.0), [0.5, 0.5])


def test_draws_follow_their_chances() -> None:
    """Shares of many draws are the chances; an action with chance 0 is never drawn."""
    source, wanted = rng(), np.array([0.0, 0.2, 0.0, 0.7, 0.1, 0.0])
    drawn = np.bincount([draw(wanted, source) for _ in range(5000)], minlength=6) / 5000
    np.testing.assert_allclose(drawn, wanted, atol=0.02)
    assert drawn[0] == drawn[2] == drawn[5] == 0


@pytest.mark.parametrize(("value", "action"), [(0.0, 1), (0.249, 1), (0.25, 2), (0.999, 2)])
def test_ends_of_the_draw(value: float, action: int) -> None:
    """The interval of an action is closed below and open above, and scaled to the sum."""

    class Fixed:
        def random(self) -> float:
            return value

    assert draw(np.array([0.0, 0.25, 0.75]), Fixed()) == action
    assert draw(np.array([0.0, 0.125, 0.375]), Fixed()) == action


def test_guessed_worth_and_distance_by_hand() -> None:
    """Without walls the guess is what the cell is worth; at the goal both are 0."""
    np.testing.assert_array_equal(steps_away(Grid(2, 3, (0, 2))), [[2, 1, 0], [3, 2, 1]])
    guess = guessed_worth(OPEN, 0.9)
    np.testing.assert_allclose(guess, value_iteration(OPEN, 0.9).max(axis=2), rtol=0, atol=1e-12)
    assert guess[3, 3] == 0.0


def test_first_walks_take_as_long_as_theory_says() -> None:
    """Without a hint the first walk is a random one: 2 L (L + 1) steps on average."""
    taken = [steps_to_goal(4, "none", rng(seed)) for seed in range(400)]
    assert np.mean(taken) == pytest.approx(2 * 4 * 5, rel=0.12)


def test_a_good_hint_shortens_the_walk_and_a_bad_one_lengthens_it() -> None:
    """Minus the distance pays for standing still, since the discount is below 1."""
    taken = {
        hint: np.median([steps_to_goal(5, hint, rng(seed)) for seed in range(15)])
        for hint in ("none", "guessed worth", "minus distance")
    }
    assert 5 <= taken["guessed worth"] < taken["none"] < taken["minus distance"] / 2


def test_steps_to_goal_uses_the_settings_it_names() -> None:
    """A discount of 0.95, one action in ten random, the usual rate, from the left end."""
    for hint, potential in (
        ("none", None),
        ("guessed worth", guessed_worth(corridor(6), 0.95)),
        ("minus distance", -steps_away(corridor(4))),
    ):
        length = 4 if hint == "minus distance" else 6
        _, tries = learn(corridor(length), 0.95, 1, rng(3), 0.5, 0.1, hint=potential, start=(0, 0))
        assert steps_to_goal(length, hint, rng(3)) == tries.sum()


def test_bad_settings_are_named() -> None:
    """Each setting outside its range raises ValueError with its value."""
    for discount in (-0.1, 1.0):
        with pytest.raises(ValueError, match="discount"):
            learn(OPEN, discount, 1, rng())
        with pytest.raises(ValueError, match="discount"):
            worth_of_habit(OPEN, discount, 0.5)
        with pytest.raises(ValueError, match="discount"):
            guessed_worth(OPEN, discount)
    for rate in (0.0, 1.1):
        with pytest.raises(ValueError, match=f"rate .* got {rate}"):
            learn(OPEN, 0.9, 1, rng(), rate=rate)
    for explore in (-0.1, 1.1):
        with pytest.raises(ValueError, match=f"explore .* got {explore}"):
            learn(OPEN, 0.9, 1, rng(), explore=explore)
        with pytest.raises(ValueError, match=f"explore .* got {explore}"):
            worth_of_habit(OPEN, 0.9, explore)
    with pytest.raises(ValueError, match="at least one step away, got 0"):
        corridor(0)
    with pytest.raises(ValueError, match="no hint is named 'map'"):
        steps_to_goal(3, "map", rng())


def test_the_ends_of_the_ranges_are_allowed() -> None:
    """Rate 1, exploration 0 and 1, and discount 0 work."""
    q, _ = learn(OPEN, 0.0, 50, rng(), rate=1.0)
    assert set(np.unique(q)) == {0.0, 1.0}
