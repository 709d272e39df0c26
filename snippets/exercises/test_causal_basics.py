"""Tests of the exercise on causal basics, easiest first; each docstring is a
hint.
"""

from __future__ import annotations

from itertools import combinations
from types import ModuleType

import numpy as np
import pytest
from scipy.stats import ttest_ind

from snippets.causal_basics import implied_covariance, slope_of
from snippets.causal_basics_runs import draw

SEVERE = np.repeat([0, 0, 0, 0, 1, 1, 1, 1], [18, 2, 64, 16, 40, 40, 8, 12])
TREATED = np.repeat([1, 1, 0, 0, 1, 1, 0, 0], [18, 2, 64, 16, 40, 40, 8, 12])
TREATED = TREATED.astype(bool)
RECOVERS = np.repeat([1.0, 0] * 4, [18, 2, 64, 16, 40, 40, 8, 12])


def test_a_difference_has_the_error_of_welch(solution: ModuleType) -> None:
    """Each arm has a variance of its own."""
    a, _, y, _ = draw(300, 1.0, np.random.default_rng(0))
    found = solution.difference(a, y)
    expected = ttest_ind(y[a], y[~a], equal_var=False).statistic
    assert found.effect / found.error == pytest.approx(expected)


def test_strata_by_hand(solution: ModuleType) -> None:
    """10 points in each stratum are 10 points, though the total says -14."""
    total = solution.difference(TREATED, RECOVERS)
    assert total.effect == pytest.approx(-0.14)
    found = solution.stratify(TREATED, SEVERE, RECOVERS)
    assert found.effect == pytest.approx(0.1)
    with pytest.raises(ValueError, match="too few"):
        solution.stratify(TREATED, np.arange(200), RECOVERS)


def test_weights_by_hand(solution: ModuleType) -> None:
    """A treated patient with the chance 0.2 stands for five."""
    e = np.where(SEVERE == 1, 0.8, 0.2)
    w = solution.inverse_weights(TREATED, e)
    assert w[0] == 5
    found = solution.weighted_difference(TREATED, RECOVERS, w)
    assert found == pytest.approx(0.1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        solution.inverse_weights(TREATED, np.where(SEVERE == 1, 1.0, 0.2))


def test_equal_weights_lose_nothing(solution: ModuleType) -> None:
    """Ten equal weights are ten samples; one that outweighs all is one."""
    assert solution.effective_size(np.full(10, 3.0)) == pytest.approx(10)
    assert solution.effective_size(np.array([1.0, 1, 2])) == pytest.approx(
        16 / 6
    )


def test_doubly_robust_mends_either(solution: ModuleType) -> None:
    """Right shares in the strata, or right scores: 10 points both times."""
    e = np.where(SEVERE == 1, 0.8, 0.2)
    m0, m1 = np.where(SEVERE == 1, [[0.4], [0.5]], [[0.8], [0.9]])
    wrong = np.full(200, 0.5)
    for arguments in ((e, wrong, wrong), (wrong, m0, m1), (e, m0, m1)):
        found = solution.doubly_robust(TREATED, RECOVERS, *arguments)
        assert found.effect == pytest.approx(0.1)
    found = solution.doubly_robust(TREATED, RECOVERS, wrong, wrong, wrong)
    assert found.effect < 0


def test_ancestors_with_the_nodes_themselves(solution: ModuleType) -> None:
    """All from which an arrow leads there, over any number of nodes."""
    parents = {"b": ["a"], "c": ["b"], "e": ["d"]}
    assert solution.ancestors(parents, ["c"]) == {"a", "b", "c"}
    assert solution.ancestors(parents, ["a", "e"]) == {"a", "d", "e"}


def test_a_chain_a_fork_and_a_collider(solution: ModuleType) -> None:
    """The middle blocks the first two, and opens the third; so does what
    follows from it.
    """
    for parents in ({"m": ["a"], "b": ["m"]}, {"a": ["m"], "b": ["m"]}):
        assert not solution.separated(parents, "a", "b")
        assert solution.separated(parents, "a", "b", ["m"])
    collider = {"m": ["a", "b"], "n": ["m"]}
    assert solution.separated(collider, "a", "b")
    assert not solution.separated(collider, "a", "b", ["m"])
    assert not solution.separated(collider, "a", "b", ["n"])
    with pytest.raises(ValueError, match="itself"):
        solution.separated(collider, "a", "b", ["a"])


def test_separated_is_uncorrelated(solution: ModuleType) -> None:
    """In a linear model with random weights, exactly where the set blocks."""
    parents = {"b": ["a"], "c": ["a"], "d": ["b", "c"], "e": ["d", "b"]}
    names, rng = list("abcde"), np.random.default_rng(0)
    B = np.zeros((5, 5))
    for child, causes in parents.items():
        for cause in causes:
            B[names.index(child), names.index(cause)] = rng.uniform(0.5, 1.5)
    covariance = implied_covariance(B, rng.uniform(0.5, 1.5, 5))
    for i, j in combinations(range(5), 2):
        rest = [k for k in range(5) if k not in (i, j)]
        for given in [s for n in range(4) for s in combinations(rest, n)]:
            none = abs(slope_of(covariance, i, j, given)) < 1e-9
            chosen = [names[k] for k in given]
            assert (
                solution.separated(parents, names[i], names[j], chosen) == none
            )


def test_the_backdoor_criterion(solution: ModuleType) -> None:
    """A confounder is needed, a mediator forbidden, a collider of two hidden
    causes better left out.
    """
    parents = {
        "a": ["z", "u"],
        "m": ["a"],
        "y": ["m", "z", "v"],
        "c": ["u", "v"],
    }
    expected = {(): False, ("z",): True, ("z", "m"): False, ("z", "c"): False}
    expected[("z", "c", "u")] = True
    for given, meets in expected.items():
        assert solution.backdoor(parents, "a", "y", given) == meets
    assert not solution.backdoor({"a": ["y"]}, "a", "y")


def test_the_e_value(solution: ModuleType) -> None:
    """With both ties as strong as it says, the bound is the ratio."""
    assert solution.e_value(1) == 1
    assert solution.e_value(0.5) == solution.e_value(2)
    for ratio in (1.2, 3.9):
        strong = solution.e_value(ratio)
        bound = solution.most_confounding(strong, strong)
        assert bound == pytest.approx(ratio)
    with pytest.raises(ValueError, match="above 0"):
        solution.e_value(0)
