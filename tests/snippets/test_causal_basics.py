"""Causal basics: estimates against libraries, d-separation against paths and covariances."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given as each
from hypothesis import strategies as st
from scipy.stats import linregress, norm, ttest_ind
from sklearn.linear_model import LinearRegression

from snippets.causal_basics import (
    Estimate,
    Graph,
    ancestors,
    backdoor,
    difference,
    doubly_robust,
    e_value,
    effective_size,
    implied_covariance,
    inverse_weights,
    most_confounding,
    regression,
    rows_needed,
    separated,
    slope_of,
    stratify,
    total_effects,
    weighted_difference,
)
from snippets.causal_basics_runs import draw

NAMES = "abcde"


def graphs() -> st.SearchStrategy[dict[str, list[str]]]:
    """Graphs of five nodes without cycles: arrows go from earlier to later letters."""
    pairs = st.sets(st.sampled_from(list(combinations(NAMES, 2))))
    return pairs.map(lambda arrows: {n: sorted(p for p, c in arrows if c == n) for n in NAMES})


def paths(parents: Graph, start: str, end: str) -> Iterator[list[str]]:
    """All ways from start to end along arrows in either direction, no node twice."""
    near = {n: {m for m in NAMES if m in parents[n] or n in parents[m]} for n in NAMES}
    waiting = [[start]]
    while waiting:
        path = waiting.pop()
        if path[-1] == end:
            yield path
        else:
            waiting += [[*path, node] for node in sorted(near[path[-1]] - set(path))]


def blocked(parents: Graph, path: list[str], given: Collection[str]) -> bool:
    """The definition: a collider without what follows of it in the set, or another in it."""
    opened = ancestors(parents, given)
    for before, node, after in zip(path, path[1:], path[2:], strict=False):
        collider = before in parents[node] and after in parents[node]
        if (node not in opened) if collider else (node in given):
            return True
    return False


@each(graphs(), st.permutations(NAMES), st.integers(0, 3))
def test_separated_is_what_the_definition_says(
    parents: dict[str, list[str]], order: list[str], size: int
) -> None:
    """Each path is blocked, and it is the same in both directions."""
    first, second, *given = order[: size + 2]
    every = all(blocked(parents, path, given) for path in paths(parents, first, second))
    assert separated(parents, first, second, given) == every
    assert separated(parents, second, first, given) == every


@each(graphs(), st.permutations(NAMES), st.integers(0, 3))
def test_the_backdoor_criterion_is_what_the_definition_says(
    parents: dict[str, list[str]], order: list[str], size: int
) -> None:
    """Nothing that follows, and each path with an arrow into the treatment is blocked."""
    a, y, *given = order[: size + 2]
    follows = any(a in ancestors(parents, [node]) for node in given)
    into = [path for path in paths(parents, a, y) if path[1] in parents[a]]
    expected = not follows and all(blocked(parents, path, given) for path in into)
    assert backdoor(parents, a, y, given) == expected


def test_adjusting_for_a_set_that_meets_it_gives_the_effect_in_simulated_rows() -> None:
    """Both the right set and a wrong one, by drawn samples and by the implied covariance."""
    B = np.zeros((4, 4))  # z, a, m, y
    B[1, 0], B[2, 1], B[3, 0], B[3, 2] = 0.8, 0.5, -1.0, 2.0
    covariance = implied_covariance(B, np.ones(4))
    rng, n = np.random.default_rng(0), 100_000
    X = rng.standard_normal((n, 4)) @ total_effects(B).T
    np.testing.assert_allclose(np.cov(X.T), covariance, atol=0.1)
    parents = {"a": ["z"], "m": ["a"], "y": ["m", "z"]}
    assert total_effects(B)[3, 1] == pytest.approx(1.0)
    for given, names in (((), ()), ((0,), ("z",)), ((0, 2), ("z", "m"))):
        slope = slope_of(covariance, 1, 3, given)
        drawn = regression(X[:, 1], X[:, list(given)], X[:, 3]).effect
        assert drawn == pytest.approx(slope, abs=0.03)
        assert backdoor(parents, "a", "y", names) == (abs(slope - 1) < 1e-9)


def test_a_node_is_not_separated_from_itself() -> None:
    """The set may not hold one of the two."""
    with pytest.raises(ValueError, match="itself"):
        separated({"b": ["a"]}, "a", "b", ["b"])


def test_differences_and_slopes_are_those_of_libraries() -> None:
    """Welch, a line with its error, and a plane with that of the normal equations."""
    a, z, y, _ = draw(400, 1.0, np.random.default_rng(3))
    found = difference(a, y)
    welch = ttest_ind(y[a], y[~a], equal_var=False).statistic
    assert found.effect / found.error == pytest.approx(welch)
    line = linregress(a, y)
    assert regression(a, np.empty((400, 0)), y) == pytest.approx((line.slope, line.stderr))
    X = np.column_stack([a, z, z**2])
    model = LinearRegression().fit(X, y)
    found = regression(a, X[:, 1:], y)
    assert found.effect == pytest.approx(model.coef_[0])
    # Frisch, Waugh and Lovell: what is left of the treatment
    rest = a - LinearRegression().fit(X[:, 1:], a).predict(X[:, 1:])
    variance = ((y - model.predict(X)) ** 2).sum() / 396
    assert found.error == pytest.approx(np.sqrt(variance / (rest**2).sum()))


def test_an_interval_covers_or_not() -> None:
    """1.96 errors each way."""
    assert Estimate(1.0, 0.5).covers(1.97) and not Estimate(1.0, 0.5).covers(1.99)


def test_strata_are_a_mean_of_differences() -> None:
    """Weighed by the rows of a stratum; too few of one arm are told."""
    rng = np.random.default_rng(0)
    a, strata, y = rng.random(200) < 0.5, rng.integers(0, 3, 200), rng.random(200)
    own = [difference(a[strata == s], y[strata == s]).effect for s in range(3)]
    expected = np.average(own, weights=np.bincount(strata))
    assert stratify(a, strata, y).effect == pytest.approx(expected)
    assert stratify(a, np.zeros(200, dtype=np.int64), y) == pytest.approx(difference(a, y))
    with pytest.raises(ValueError, match="too few"):
        stratify(np.ones(200, dtype=bool), strata, y)


def test_weights_are_those_of_weighted_least_squares() -> None:
    """And scores of 0 or 1 are told."""
    a, _, y, e = draw(300, 1.0, np.random.default_rng(1))
    w = inverse_weights(a, e)
    library = LinearRegression().fit(a[:, None], y, sample_weight=w).coef_[0]
    assert weighted_difference(a, y, w) == pytest.approx(library)
    assert effective_size(w) < 300 == pytest.approx(effective_size(np.ones(300)))
    for edge in (0.0, 1.0):
        with pytest.raises(ValueError, match="between"):
            inverse_weights(a, np.full(300, edge))


def test_doubly_robust_has_an_error_that_fits_its_spread() -> None:
    """Over many draws, with true models, the interval covers in about 95 %."""
    found = []
    for seed in range(400):
        a, z, y, e = draw(500, 0.8, np.random.default_rng(seed))
        found.append(doubly_robust(a, y, e, 10 + 3 * z, 12 + 3 * z))
    assert np.mean([one.covers(2.0) for one in found]) == pytest.approx(0.95, abs=0.03)
    spread = np.std([one.effect for one in found])
    assert np.mean([one.error for one in found]) == pytest.approx(spread, rel=0.1)


@each(st.floats(1, 50), st.floats(1, 50), st.floats(0, 1))
def test_no_confounder_of_two_levels_moves_a_ratio_further(tie: float, r: float, p: float) -> None:
    """With the given ties; the bound is reached where all of one arm have it."""
    moved = (1 + (r - 1) * p) / (1 + (r - 1) * p / tie)
    bound = most_confounding(tie, r)
    assert moved <= bound * (1 + 1e-12)
    assert r / (1 + (r - 1) / tie) == pytest.approx(bound)


@each(st.floats(0.05, 20))
def test_the_e_value_just_explains_a_ratio(ratio: float) -> None:
    """Both ties as strong as it are enough, and it is the same for the inverse ratio."""
    strong = e_value(ratio)
    assert most_confounding(strong, strong) == pytest.approx(max(ratio, 1 / ratio))
    assert e_value(1 / ratio) == pytest.approx(strong)


def test_a_ratio_is_above_zero() -> None:
    """There is no risk ratio of 0 to explain."""
    with pytest.raises(ValueError, match="above 0"):
        e_value(0.0)


def test_rows_needed_have_a_power_of_80_percent() -> None:
    """By the normal distribution, for any share."""
    for share in (0.1, 0.5):
        error = 3.0 / np.sqrt(rows_needed(0.7, 3.0, share) * share * (1 - share))
        assert norm.cdf(0.7 / error - 1.96) == pytest.approx(0.8, abs=0.001)
