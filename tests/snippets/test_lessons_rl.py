"""Lessons about reinforcement learning: the sign of each interval, and the functions behind."""

from __future__ import annotations

import numpy as np
import pytest
from lesson_runs import ran, same

from snippets.bandits import POLICIES, play
from snippets.lessons import l43_sparse_rewards as l43
from snippets.lessons import l47_exploration as l47
from snippets.q_learning import guessed_worth, steps_to_goal


@pytest.fixture(scope="module")
def sparse() -> l43.Result:
    return ran(l43)


@pytest.fixture(scope="module")
def bandits() -> l47.Result:
    return ran(l47)


@pytest.mark.nightly
def test_l43_holds(sparse: l43.Result) -> None:
    """The blind search outgrows the distance; a hint does away with it."""
    outcome = l43.judge(sparse)
    assert outcome.primary.standing == "as claimed"
    first, second = outcome.findings
    assert same([first], [sparse.excess("no hint")])
    assert same([second], [sparse.saved("hint")])
    assert (first.claim, second.claim) == ("above", "above")
    assert first.effect.n == second.effect.n == 10
    assert sparse.excess("hint").high < sparse.excess("no hint").low


@pytest.mark.nightly
def test_l43_optimism_saves_much_without_knowing_the_goal(sparse: l43.Result) -> None:
    """Far fewer steps than blind, more than with a hint, at forty steps."""
    assert sparse.saved("optimistic start").low > 0.2
    assert sparse.saved("hint").mean > sparse.saved("optimistic start").mean + 0.2
    assert sparse.saved("no hint").mean == 0


def test_l43_growth_is_the_exponent() -> None:
    """Steps of 3 times length to the power of 1.5 grow with 1.5."""
    lengths = np.array(l43.LENGTHS, dtype=float)
    steps = np.tile((3 * lengths**1.5)[None, :, None], (3, 1, 2))
    result = l43.Result(steps)
    np.testing.assert_allclose(result.growth("hint"), 1.5, rtol=0, atol=1e-12)
    assert result.excess("hint").mean == pytest.approx(0.5)


@pytest.mark.parametrize("length", [5, 10])
def test_l43_walks_are_those_of_the_note(length: int) -> None:
    """Without a hint and with the guessed worth, as `steps_to_goal` counts them."""
    for arm, hint in (("no hint", "none"), ("hint", "guessed worth")):
        expected = steps_to_goal(length, hint, np.random.default_rng(3))
        assert l43.first_walk(length, arm, 3) == expected


def test_l43_potentials() -> None:
    """Nothing, one everywhere but at the goal, and the worth without walls."""
    found = l43.potentials(4)
    assert list(found) == ["no hint", "optimistic start", "hint"]
    assert found["no hint"] is None
    hope, hint = found["optimistic start"], found["hint"]
    assert hope is not None and hint is not None
    assert hope.tolist() == [[1, 1, 1, 1, 0]]
    np.testing.assert_array_equal(hint, guessed_worth(l43.corridor(4), 0.95))


@pytest.mark.parametrize("length", [1, 3, 5])
def test_l43_blind_walk_takes_what_theory_says(length: int) -> None:
    """Expected hitting times solve a linear system."""
    chances = np.zeros((length, length))
    for cell in range(length):
        chances[cell, cell] += 0.5 + (0.25 if cell == 0 else 0)
        if cell > 0:
            chances[cell, cell - 1] += 0.25
        if cell < length - 1:
            chances[cell, cell + 1] += 0.25
    expected = np.linalg.solve(np.eye(length) - chances, np.ones(length))[0]
    assert l43.blind_steps(length) == pytest.approx(expected)


@pytest.mark.nightly
def test_l47_depends(bandits: l47.Result) -> None:
    """Thompson wins on both, epsilon-greedy where a good arm is easy to miss; UCB1 loses."""
    outcome = l47.judge(bandits)
    assert outcome.primary.standing == "as claimed"
    drawn, close, early = outcome.findings[:3], outcome.findings[3:6], outcome.findings[6]
    narrow = outcome.findings[7:]
    names = ["Thompson", "UCB1", "epsilon-greedy"]
    assert same(drawn, [bandits.saved("drawn", name) for name in names])
    assert same(close, [bandits.saved("close", name) for name in names])
    assert same([early], [bandits.saved("drawn", "Thompson", 20)])
    assert close[0].supports and drawn[1].contradicts and early.contradicts
    assert close[2].supports
    # the bonus decides: with half under the root it saves, with the 2 of the proof it does not
    assert [one.supports for one in narrow] == [False, True, True, True, True, True]
    level = bandits.saved("drawn", "UCB1, 0.1", over="Thompson")
    assert abs(level.mean) < level.half_width < 5
    for kind in ("drawn", "close"):  # the best factor lies inside those tried
        saved = {c: bandits.saved(kind, f"UCB1, {c}").mean for c in (0.5, 0.1, 0.05)}
        assert max(saved, key=lambda c: saved[c]) == 0.1
    assert {one.effect.n for one in outcome.findings} == {400}
    assert all(one.claim == "above" for one in outcome.findings)


@pytest.mark.nightly
def test_l47_greedy_gets_stuck(bandits: l47.Result) -> None:
    """In many games it stays on a bad arm to the end; Thompson sampling and UCB1 hardly ever."""
    for bandit in ("drawn", "close"):
        assert bandits.stuck(bandit, "greedy") > 0.2
        assert max(bandits.stuck(bandit, name) for name in ("Thompson", "UCB1")) < 0.02


def test_l47_stuck_is_counted_over_the_last_hundred_pulls() -> None:
    """One good pull among the last hundred is enough; the hundred-and-first does not count."""
    bad = np.arange(1.0, 203.0)
    good_last, good_hundredth, good_before = bad.copy(), bad.copy(), bad.copy()
    good_last[-1:] -= 1
    good_hundredth[-100:] -= 1
    good_before[-101:] -= 1
    for run, share in ((bad, 1), (good_last, 0), (good_hundredth, 0), (good_before, 1)):
        assert l47.Result({"close": {"greedy": run[None]}}).stuck("close", "greedy") == share


@pytest.mark.parametrize("name", ["greedy", "UCB1"])
def test_l47_policies_are_those_of_the_bandits_module(name: str) -> None:
    """What chance has no part in is chosen alike, from any pulls and wins."""
    rng = np.random.default_rng(0)
    pulls = rng.integers(0, 6, (200, 5)).astype(float)
    wins = np.floor(rng.random(pulls.shape) * (pulls + 1))
    one_by_one = [POLICIES[name](*each, rng) for each in zip(pulls, wins, strict=True)]
    assert l47.POLICIES[name](pulls, wins, rng).tolist() == one_by_one


def test_l47_the_factor_of_the_bonus_is_under_the_root() -> None:
    """The arm tried once has a bonus that wins at 2, and not at 0.05."""
    pulls, wins = np.array([[1.0, 99]]), np.array([[0.0, 60]])
    rng = np.random.default_rng(0)
    assert [int(l47.ucb1(pulls, wins, rng, c)[0]) for c in (2, 0.05)] == [0, 1]
    policy = l47.WIDTHS["UCB1, 0.05"]
    assert policy(pulls, wins, rng).tolist() == [1]
    assert (l47.ucb1(pulls, wins, rng) == l47.ucb1(pulls, wins, rng, 2)).all()


@pytest.mark.parametrize("name", l47.POLICIES)
def test_l47_many_games_at_once_lose_what_single_games_lose(name: str) -> None:
    """On average, over many games with the same arms; the policies draw in another order."""
    arms, n = np.array([0.8, 0.3, 0.2]), 150
    at_once = l47.play(l47.POLICIES[name], np.tile(arms, (n, 1)), 60, np.random.default_rng(0))
    single = [play(POLICIES[name], arms, 60, np.random.default_rng(s)) for s in range(n)]
    gap = at_once[:, -1].mean() - np.mean([game[-1] for game in single])
    spread = np.hypot(at_once[:, -1].std(), np.std([game[-1] for game in single])) / np.sqrt(n)
    assert abs(gap) < 4 * spread + 1e-9
    assert (np.diff(at_once, axis=1) >= 0).all() and at_once.shape == (n, 60)


def test_l47_arms_are_drawn_anew_for_each_seed() -> None:
    """Drawn arms are those of the seed alone; close arms have one good one, which moves about."""
    drawn, close = (l47.bandits(kind, range(40)) for kind in ("drawn", "close"))
    np.testing.assert_array_equal(drawn[7:9], l47.bandits("drawn", range(7, 9)))
    assert len(np.unique(drawn)) == drawn.size and 0 <= drawn.min() < drawn.max() <= 1
    assert np.sort(close, axis=1).tolist() == [[0.4] * 4 + [0.6]] * 40
    assert set(close.argmax(axis=1)) == set(range(5))


def test_l47_regret_after_some_pulls() -> None:
    """The k-th column counts k pulls; greedy minus the other, paired by seed."""
    runs = {
        "greedy": np.array([[1.0, 2, 3], [2, 4, 6]]),
        "UCB1": np.array([[1.0, 1, 1], [1, 1, 1]]),
    }
    result = l47.Result({"drawn": runs})
    assert result.after("drawn", "greedy", 2).tolist() == [2, 4]
    assert result.after("drawn", "greedy", 1).tolist() == [1, 2]
    assert result.saved("drawn", "UCB1", 3).mean == pytest.approx(3.5)
    for n_pulls in (0, 4):
        with pytest.raises(ValueError, match=f"between 1 and 3 pulls, got {n_pulls}"):
            result.after("drawn", "greedy", n_pulls)


def test_bad_input_is_refused() -> None:
    """The error names the value."""
    with pytest.raises(ValueError, match=r"got \[0\]"):
        l43.run((0,))
    with pytest.raises(ValueError, match="no arm 'luck'; there are no hint"):
        l43.first_walk(5, "luck", 0)
    with pytest.raises(ValueError, match=r"got \[1\]"):
        l47.run((1,))
