"""Tests of the exercise on policy gradients, easiest first; each docstring is a
hint.

There is no such model in scikit-learn: the references are a closed form, the
definition of a derivative, and all walks of a world that has nine.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from snippets.gridworld import Grid
from snippets.policy_gradient import Walks, World, of_grid, softmax
from snippets.q_learning import worth_of_habit

GRID = Grid(3, 4, (0, 3), frozenset({(1, 1)}))


def nine() -> tuple[World, Walks]:
    """Two steps of three actions, and all walks."""
    after = np.array([[1, 2, 3], [4, 4, 4], [4, 4, 4], [4, 4, 4], [4, 4, 4]])
    rng = np.random.default_rng(0)
    reward = np.vstack([rng.normal(size=(4, 3)), np.zeros((1, 3))])
    first, second = (each.ravel() for each in np.indices((3, 3)))
    states = np.array([0 * first, after[0, first], 0 * first + 4])[:, None]
    actions = np.array([first, second])[:, None]
    walks = Walks(states, actions, reward[states[:-1], actions])
    return World(after, reward, np.eye(5)[0]), walks


def test_rewards_to_go(solution: ModuleType) -> None:
    """Time is the first axis; what was paid is left as it was."""
    paid = np.array([[1.0], [0.0], [4.0]])
    found = solution.to_go(paid, 0.5)
    np.testing.assert_allclose(found[:, 0], [2, 2, 4])
    np.testing.assert_allclose(paid[:, 0], [1, 0, 4])


def test_worth_of_chance(solution: ModuleType) -> None:
    """One linear system; iteration gives the same, cell by cell."""
    world = of_grid(GRID)
    policy = np.full(world.after.shape, 0.25)
    found = solution.worth(world, policy, 0.9)
    planned = worth_of_habit(GRID, 0.9, 1.0)
    for place, cell in enumerate(GRID.states()):
        np.testing.assert_allclose(found[place], planned[cell], atol=1e-10)
    assert (found[-1] == 0).all()


def test_policies_side_by_side(solution: ModuleType) -> None:
    """Leading axes change no number."""
    world = of_grid(GRID)
    rng = np.random.default_rng(1)
    policy = softmax(rng.normal(size=(3, *world.after.shape)))
    together = solution.worth(world, policy, 0.9)
    for one, all_of_them in zip(policy, together, strict=True):
        alone = solution.worth(world, one, 0.9)
        np.testing.assert_allclose(all_of_them, alone, atol=1e-12)


def test_the_gradient_of_a_bandit(solution: ModuleType) -> None:
    """Chance times what the action pays above the mean."""
    pays = np.array([1.0, 0.5, -2.0])
    world = World(
        np.ones((2, 3), dtype=np.int64),
        np.array([pays, np.zeros(3)]),
        np.array([1.0, 0.0]),
    )
    logits = np.array([[0.3, -1.0, 0.5], [0, 0, 0]])
    chance = softmax(logits)[0]
    found = solution.exact_gradient(world, logits, 1.0)
    np.testing.assert_allclose(found[0], chance * (pays - chance @ pays))
    np.testing.assert_allclose(found[1], 0)


def test_the_gradient_is_the_slope_of_the_worth(solution: ModuleType) -> None:
    """Of each logit, moved a little up and down."""
    world = of_grid(GRID)
    logits = np.random.default_rng(2).normal(size=world.after.shape)
    found = solution.exact_gradient(world, logits, 0.9)
    for at in np.ndindex(logits.shape):
        ends = []
        for move in (1e-5, -1e-5):
            moved = logits.copy()
            moved[at] += move
            policy = softmax(moved)
            q = solution.worth(world, policy, 0.9)
            ends.append((policy * q).sum(axis=1) @ world.start)
        slope = (ends[0] - ends[1]) / 2e-5
        assert found[at] == pytest.approx(slope, abs=1e-8)


def test_four_weights(solution: ModuleType) -> None:
    """All of a walk, what came after, minus a guess, and one step."""
    world, _ = nine()
    walks = Walks(
        np.array([[[0]], [[1]], [[4]]]),
        np.array([[[0]], [[2]]]),
        np.array([[[3.0]], [[8.0]]]),
    )
    value = np.array([[1.0, 2, 0, 0, 0]])
    expected = {
        "all": [7, 7],
        "to go": [7, 4],
        "above baseline": [6, 3],
        "one step": [3, 3],
    }
    assert world.after[0, 0] == 1
    for kind, weights in expected.items():
        found = solution.weights(walks, value, 0.5, kind)
        np.testing.assert_allclose(found[:, 0, 0], weights)


def test_after_the_end_nothing_counts(solution: ModuleType) -> None:
    """A walk that ended waits for the others, with weight 0."""
    walks = Walks(
        np.array([[[0]], [[1]], [[1]]]),
        np.array([[[0]], [[1]]]),
        np.array([[[5.0]], [[0.0]]]),
    )
    value = np.array([[2.0, 0.0]])
    for kind in ("all", "to go", "above baseline", "one step"):
        found = solution.weights(walks, value, 0.9, kind)
        assert found[0, 0, 0] != 0 and found[1, 0, 0] == 0


@pytest.mark.parametrize("kind", ["all", "to go", "above baseline", "one step"])
def test_estimates_are_right_on_average(
    solution: ModuleType, kind: str
) -> None:
    """Weight times the derivative of the logarithm of the chance: for the
    action 1 minus its chance, for the others minus theirs.
    """
    world, walks = nine()
    logits = np.random.default_rng(3).normal(size=(5, 3))
    policy = softmax(logits)
    value = np.array([3.0, -1, 2, 5, 0])
    if kind == "one step":
        value = (policy * solution.worth(world, policy, 0.9)).sum(axis=1)
    weight = solution.weights(walks, value[None], 0.9, kind)
    each = solution.walk_gradients(policy[None], walks, weight)[0]
    chance = policy[walks.states[:-1, 0], walks.actions[:, 0]].prod(axis=0)
    exact = solution.exact_gradient(world, logits, 0.9)
    np.testing.assert_allclose(
        np.einsum("w,wsa->sa", chance, each), exact, atol=1e-12
    )
