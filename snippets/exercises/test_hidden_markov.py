"""Tests of the exercise on hidden Markov models, easiest first; each docstring
is a hint.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from snippets.hidden_markov import HMM, random_start
from snippets.hidden_markov_runs import COINS, all_paths, keeper

HEARD = np.array([[0, 0, 1]])
"""Heads, heads, tails: the worked example of the note."""


def any_model(seed: int, n_steps: int = 6) -> tuple[HMM, np.ndarray]:
    """A model of three states and four symbols, and two rows for it."""
    x = np.random.default_rng(seed).integers(0, 4, (2, n_steps))
    rng = np.random.default_rng(seed + 100)
    return random_start(x, 3, rng, n_symbols=4), x


def test_the_forward_pass_by_hand(solution: ModuleType) -> None:
    """Chances of what was heard so far, with each coin."""
    alpha = np.exp(solution.forward(COINS, HEARD))[0]
    by_hand = [[0.25, 0.4], [0.14, 0.296], [0.0856, 0.05296]]
    np.testing.assert_allclose(alpha, by_hand, atol=1e-12)


def test_the_backward_pass_by_hand(solution: ModuleType) -> None:
    """After the last step there is nothing, with chance 1."""
    beta = np.exp(solution.backward(COINS, HEARD))[0]
    np.testing.assert_allclose(beta[2], [1, 1])
    np.testing.assert_allclose(beta[1], [0.44, 0.26])  # 0.8 · 0.5 + 0.2 · 0.2


@pytest.mark.parametrize("seed", range(3))
def test_smoothing_is_the_share_of_all_paths(
    solution: ModuleType, seed: int
) -> None:
    """Paths that are in a state at a step, over all paths."""
    model, x = any_model(seed)
    shares = np.zeros((6, 3))
    for path, chance in all_paths(model, x[0]):
        shares[np.arange(6), path] += chance
    shares /= shares[0].sum()
    np.testing.assert_allclose(solution.smooth(model, x)[0], shares, atol=1e-9)


def test_a_chance_of_nothing_stays_one(solution: ModuleType) -> None:
    """Logarithms of 0 are minus infinity, and never no number."""
    x = np.array([[1, 0, 1, 0, 3]])
    shares = solution.smooth(keeper(4), x)[0]
    assert np.isfinite(shares).all()
    np.testing.assert_allclose(shares[:, [1, 3, 5]].sum(axis=1), 1)


def test_the_trellis_says_where_its_best_paths_come_from(
    solution: ModuleType,
) -> None:
    """The best path to each coin: it was that coin all along."""
    best, came = solution.trellis(COINS, HEARD)
    np.testing.assert_allclose(np.exp(best[0, 2]), [0.04, 0.04096])
    assert came[0, 1:].tolist() == [[0, 1], [0, 1]]


@pytest.mark.parametrize("seed", range(3))
def test_viterbi_finds_the_best_of_all_paths(
    solution: ModuleType, seed: int
) -> None:
    """Together with its chance."""
    model, x = any_model(seed)
    path, level = solution.viterbi(model, x)
    for row in range(2):
        best = max(all_paths(model, x[row]), key=lambda each: each[1])
        assert tuple(path[row]) == best[0]
        assert np.exp(level[row]) == pytest.approx(best[1])


def test_moves_are_counted_over_all_paths(solution: ModuleType) -> None:
    """Each path counts its moves, by its chance; rows are summed."""
    model, x = any_model(0)
    counts = np.zeros((3, 3))
    for row in x:
        paths = list(all_paths(model, row))
        total = sum(chance for _, chance in paths)
        for path, chance in paths:
            np.add.at(counts, (path[:-1], path[1:]), chance / total)
    found = solution.share_out(model, x)
    np.testing.assert_allclose(found.moves, counts, atol=1e-9)
    assert found.states.shape == (2, 6, 3) and np.ndim(found.level) == 0


def test_a_step_climbs(solution: ModuleType) -> None:
    """From any model, until it is flat."""
    model, x = any_model(1, n_steps=40)
    levels = []
    for _ in range(15):
        model, level = solution.em_step(model, x)
        levels.append(float(level))
    assert np.diff(levels).min() > -1e-9 and levels[-1] > levels[0] + 0.5
    np.testing.assert_allclose(model.moves.sum(axis=1), 1)


def test_stacked_models_are_run_side_by_side(solution: ModuleType) -> None:
    """Leading axes change no number."""
    x = np.random.default_rng(0).normal(size=(2, 3, 20))
    models = random_start(x, 2, np.random.default_rng(1), stack=(4, 2))
    after, level = solution.em_step(models, x)
    assert level.shape == (4, 2)
    emission = type(models.emission)(*(part[3, 1] for part in models.emission))
    one = HMM(models.first[3, 1], models.moves[3, 1], emission)
    alone, its = solution.em_step(one, x[1])
    np.testing.assert_allclose(after.moves[3, 1], alone.moves, atol=1e-9)
    assert level[3, 1] == pytest.approx(float(its))
    assert solution.viterbi(models, x)[0].shape == (4, 2, 3, 20)
