"""DQN: the cart by its equations of motion, slopes by their definition, memory and runs as told."""

from __future__ import annotations

import numpy as np
import pytest

from snippets.dqn import (
    LONGEST,
    Arm,
    Carts,
    Memory,
    Moved,
    Net,
    balanced,
    dqn,
    mixed,
    pole_step,
    reader,
    slope,
    start_net,
    worths,
)
from snippets.dqn_runs import EVERY, EXPERT, RATES, box, boxed, compare, even, score
from snippets.evidence import mean_interval


def test_a_push_obeys_the_equations_of_motion() -> None:
    """Both of them, of a cart of 1 kg and a pole of 0.1 kg, solved as a linear system."""
    rng = np.random.default_rng(0)
    states, actions = rng.normal(scale=0.2, size=(50, 4)), rng.integers(0, 2, 50)
    after, _ = pole_step(states, actions)
    for state, action, then in zip(states, actions, after, strict=True):
        _, speed, angle, turn = state
        sin, cos = np.sin(angle), np.cos(angle)
        system = [[1.1, 0.05 * cos], [0.1 * 0.5 * cos, 4 / 3 * 0.1 * 0.5**2]]
        forces = [20 * action - 10 + 0.05 * turn**2 * sin, 0.1 * 9.8 * 0.5 * sin]
        pull, twist = np.linalg.solve(system, forces)
        expected = state + 0.02 * np.array([speed, pull, turn, twist])
        np.testing.assert_allclose(then, expected, atol=1e-12)


def test_limits_are_twelve_degrees_and_the_ends_of_the_track() -> None:
    """Speeds have none."""
    states = np.array(
        [[0, 0, 0.2, 0], [0, 0, 0.22, 0], [2.39, 0, 0, 0], [-2.41, 0, 0, 0], [0, 9, 0, 0]]
    )
    _, fallen = pole_step(states, np.zeros(5, dtype=np.int64))
    assert fallen.tolist() == [False, True, False, True, False]


def test_carts_start_anew() -> None:
    """When they fall, and after the longest time."""
    carts = Carts(2, 3, np.random.default_rng(0))
    carts.state[0, 1, 2] = 0.3
    carts.age[1, 2] = LONGEST - 1
    moved = carts.push(np.zeros((2, 3), dtype=np.int64), 1.0)
    assert moved.fallen.sum() == 1 and moved.fallen[0, 1]
    assert carts.age.tolist() == [[1, 0, 1], [1, 1, 0]]
    assert np.abs(carts.state[0, 1]).max() <= 0.05 and np.abs(carts.state[1, 2]).max() <= 0.05
    np.testing.assert_array_equal(carts.state[0, 0], moved.after[0, 0])


def test_slopes_are_those_of_the_loss() -> None:
    """Along a line through any weights, of two nets side by side."""
    rng = np.random.default_rng(1)
    net, way = (Net(*(rng.normal(size=part.shape) for part in start_net(2, 6, rng))) for _ in "ab")
    X, action, aim = rng.normal(size=(2, 5, 4)), rng.integers(0, 2, (2, 5)), rng.normal(size=(2, 5))

    def loss(move: float) -> float:
        moved = Net(*(part + move * step for part, step in zip(net, way, strict=True)))
        told = np.take_along_axis(worths(moved, X), action[..., None], axis=2)[..., 0]
        return float(((told - aim) ** 2).mean(axis=1).sum() / 2)

    found = sum(
        float((part * step).sum())
        for part, step in zip(slope(net, X, action, aim), way, strict=True)
    )
    assert found == pytest.approx((loss(1e-5) - loss(-1e-5)) / 2e-5, rel=1e-6)


def test_a_memory_draws_or_takes_the_last() -> None:
    """Steps come back whole, from the run that made them."""
    seen, rng = Memory(2, 40), np.random.default_rng(2)
    for step in range(10):
        marks = step * 4 + np.arange(4) + np.array([[0], [100]])
        state = np.repeat(1.0 * marks[..., None], 4, axis=2)
        seen.add(state, Moved(marks, state + 0.5, marks % 2 == 0))
    state, moved = seen.take(6, np.array([False, True]), rng)
    assert state[0, :, 0].tolist() == [34, 35, 36, 37, 38, 39]
    assert (state[1] >= 100).all() and (state[1] < 140).all() and len(np.unique(state[1])) > 2
    np.testing.assert_array_equal(moved.after, state + 0.5)
    np.testing.assert_array_equal(moved.action, state[..., 0])
    np.testing.assert_array_equal(moved.fallen, state[..., 0] % 2 == 0)
    early = Memory(1, 40)
    early.add(
        np.zeros((1, 4, 4)), Moved(np.arange(4)[None], np.zeros((1, 4, 4)), np.ones((1, 4), bool))
    )
    assert set(early.take(6, np.array([False]), rng)[1].action[0]) == {0, 1, 2, 3}


def test_mixed_weights() -> None:
    """A share for all nets, or for each."""
    ones, twos = (Net(*(each * np.ones((2, 1, 1)) for _ in range(4))) for each in (1.0, 2.0))
    assert (mixed(ones, twos, 0.25).W == 1.75).all()
    share = np.array([1.0, 0.0])[:, None, None]
    assert mixed(ones, twos, share).b.ravel().tolist() == [1, 2]


def test_a_net_learns_to_balance() -> None:
    """Most of twelve runs do better than the start, which always pushes to one side."""
    runs = 12
    arm = Arm(np.full(runs, 0.01), np.ones(runs, dtype=bool), np.ones(runs, dtype=np.int64))
    nets = dqn(arm, 600, np.random.default_rng(3))
    assert len(nets) == 5 and (worths(nets[0], np.ones((runs, 3, 4))) == 0).all()
    before, after = (
        balanced(reader(net), runs, np.random.default_rng(4)) for net in (nets[0], nets[-1])
    )
    assert before.max() < 15 and after.mean() > 60 and (after <= LONGEST).all()


def test_scores_lie_between_a_fall_and_the_longest_time() -> None:
    """One score a run."""
    found = score(np.array([0.01, 0.01]), np.array([True, False]), np.array([1, 10]), 0)
    assert found.shape == (2,) and (found > 5).all() and (found <= LONGEST).all()


def test_boxes_cover_all_states() -> None:
    """162 of the experts, as many of equal width; neighbours across an edge differ."""
    states = np.random.default_rng(5).normal(size=(20_000, 4)) * [1.5, 1, 0.1, 1]
    assert len(np.unique(box(states, EXPERT))) == 162
    wide = even(3, 3, 6, 3)
    assert box(states, wide).max() < 162 and box(states, wide).min() >= 0
    np.testing.assert_allclose(wide[0], [-0.8, 0.8])
    assert len(even(1, 1, 6, 3)[0]) == 0
    # a finer division keeps the edges
    assert all(
        np.isclose(fine[1::2], coarse).all()
        for fine, coarse in zip(even(6, 6, 12, 6), wide, strict=True)
    )
    left, right = box(np.array([[0, 0, -0.001, 0], [0, 0, 0.001, 0]]), EXPERT)
    assert right - left == 3


@pytest.mark.nightly
def test_boxes_count_by_number_and_division_not_by_who_drew_them() -> None:
    """Equal width is level with the experts; a finer or another division is behind."""
    expert, alike, fine, other = (
        mean_interval(boxed(edges, 60, 11)[1])
        for edges in (EXPERT, even(3, 3, 6, 3), even(6, 6, 12, 6), even(3, 6, 3, 3))
    )
    assert abs(expert.mean - alike.mean) < 15
    assert min(expert.low, alike.low) > max(fine.high, other.high)


@pytest.mark.nightly
def test_an_old_target_costs_where_nothing_is_replayed() -> None:
    """One that is copied every few updates is far ahead of one copied every fifty."""
    rates, scores = compare(20)
    assert rates.shape == (2, len(EVERY)) and set(rates.flat) <= set(RATES)
    few, fifty = EVERY.index(5), EVERY.index(50)
    assert mean_interval(scores[1, few] - scores[1, fifty]).low > 0
    assert mean_interval(scores[0, fifty] - scores[1, fifty]).low > 0
