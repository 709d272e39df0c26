"""Active learning: doubts against SciPy, choices against brute force, runs as the note says."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.spatial.distance import cdist
from scipy.stats import beta
from scipy.stats import entropy as library_entropy
from sklearn.linear_model import LogisticRegression

from snippets.active_learning import (
    choose,
    entropy,
    farthest_first,
    halve,
    least_confident,
    small_margin,
    told_by_a_draw,
    told_by_a_label,
)
from snippets.active_learning_runs import (
    START,
    ask,
    boundaries,
    curved,
    digits,
    groups,
    search,
    searches,
    streets,
)


def test_entropy_is_that_of_the_library() -> None:
    """In nats, with classes that have no probability."""
    P = np.random.default_rng(0).dirichlet(np.full(4, 0.3), 300)
    P[0] = [1, 0, 0, 0]
    np.testing.assert_allclose(entropy(P), library_entropy(P, axis=1), rtol=1e-12)


def test_two_classes_are_ranked_alike() -> None:
    """By all doubts, which is why they differ with more classes only."""
    p = np.random.default_rng(1).permutation(np.linspace(0.01, 0.49, 60))
    P = np.column_stack([p, 1 - p])
    orders = [np.argsort(doubt(P)).tolist() for doubt in (least_confident, small_margin, entropy)]
    assert orders[0] == orders[1] == orders[2]


@pytest.mark.parametrize(("ones", "zeros"), [(1.0, 1.0), (3.0, 1.0), (2.5, 8.0), (40.0, 40.0)])
def test_what_a_draw_tells_is_the_integral(ones: float, zeros: float) -> None:
    """Over all shares, weighed by their density."""

    def doubt(share: float) -> float:
        return float(entropy(np.array([[share, 1 - share]]))[0])

    mean, _ = quad(lambda share: doubt(share) * beta.pdf(share, ones, zeros), 0, 1)
    told = told_by_a_draw(np.array([ones]), np.array([zeros]))
    assert told[0] == pytest.approx(doubt(ones / (ones + zeros)) - mean, abs=1e-8)


def test_a_label_tells_no_less_than_nothing() -> None:
    """Entropy is concave; a committee of one has nothing to settle."""
    P = np.random.default_rng(2).dirichlet(np.ones(3), (5, 200))
    assert (told_by_a_label(P) > 0).all()
    np.testing.assert_allclose(told_by_a_label(P[:1]), 0, atol=1e-15)


@pytest.mark.parametrize("seed", range(5))
def test_farthest_first_is_within_twice_the_best(seed: int) -> None:
    """Gonzalez' bound, with each sample the farthest from all before it."""
    X = np.random.default_rng(seed).normal(size=(11, 2))
    rows = [0, *farthest_first(X, X[:1], 3)]
    for place in range(1, 4):
        reach = cdist(X, X[rows[:place]]).min(axis=1)
        assert reach[rows[place]] == reach.max()
    best = min(cdist(X, X[list(each)]).min(axis=1).max() for each in combinations(range(11), 4))
    assert cdist(X, X[rows]).min(axis=1).max() <= 2 * best


def test_a_choice_is_in_doubt_and_apart() -> None:
    """Two of the ten in most doubt, and not two that are the same."""
    X = np.repeat(np.arange(20.0), 5)[:, None]  # five of each
    doubt = np.where(X[:, 0] < 2, 1.0, 0.5)
    rows = choose(doubt, X, np.array([[-1.0]]), 2)
    assert sorted(X[rows, 0]) == [0, 1]


@pytest.mark.parametrize("n", [2, 3, 16, 1000])
def test_halving_finds_each_turn(n: int) -> None:
    """In as many answers as n can be halved, rounded up."""
    for turn in range(1, n, max(1, n // 37)):
        found, asked = halve(n, lambda row, turn=turn: int(row >= turn))
        assert found == turn and len(asked) <= np.ceil(np.log2(n))
        assert len(set(asked)) == len(asked) and {0, n - 1}.isdisjoint(asked)


def test_nobody_is_asked_twice() -> None:
    """All rules begin with the same labels, and end with as many."""
    data = digits(0)
    for rule in ("chance", "small margin", "farthest first", "spread margin"):
        asked = ask(data, rule, 15, 50)
        assert len(set(asked.rows)) == len(asked.rows) == 50
        assert asked.rows[:START].tolist() == list(range(START)) and len(asked.right) == 3


def test_pool_and_test_set_share_no_image() -> None:
    """Each of the 1,797 is in one of the two."""
    data = digits(3)
    assert len(data.labels) + len(data.truth) == 1797
    assert sorted([*data.pool.sum(axis=1), *data.test.sum(axis=1)]) == pytest.approx(
        sorted([*digits(4).pool.sum(axis=1), *digits(4).test.sum(axis=1)])
    )


def test_doubt_stays_with_coins() -> None:
    """What a label tells does not, and knows more majorities."""
    doubt, told = ([streets(rule, seed) for seed in range(10)] for rule in ("doubt", "told"))
    assert all(
        one["to coins"] > two["to coins"] + 0.1 for one, two in zip(doubt, told, strict=True)
    )
    assert np.mean([each["known"] for each in told]) > np.mean([each["known"] for each in doubt])


def test_without_coins_no_question_goes_to_them() -> None:
    """All forty streets may vote nine to one; nearly all majorities are then known."""
    found = streets("doubt", 0, n_clear=40)
    assert found["to coins"] == 0 and found["known"] > 0.9


def test_the_third_group_is_of_the_first_class() -> None:
    """It lies behind the second, and a curve can go around both."""
    found = groups(4000, np.random.default_rng(0))
    assert set(found.y[found.group != 1]) == {0} and set(found.y[found.group == 1]) == {1}
    assert (found.group == 2).mean() == pytest.approx(0.1, abs=0.02)
    assert curved(found.X).shape == (4000, 4)


def test_many_boundaries_at_once_are_those_of_the_library() -> None:
    """Weights and offsets of fits with few rows, which may be apart, and with many."""
    for n in (2, 8, 40):
        drawn = [groups(200, np.random.default_rng(seed)) for seed in range(6)]
        rows = [np.argsort(one.y != one.y[0], kind="stable")[[-1, *range(n - 1)]] for one in drawn]
        F = np.array([curved(one.X[at]) for one, at in zip(drawn, rows, strict=True)])
        y = np.array([one.y[at] for one, at in zip(drawn, rows, strict=True)])
        for line, X, classes in zip(boundaries(F, y), F, y, strict=True):
            model = LogisticRegression(tol=1e-9, max_iter=10_000).fit(X, classes)
            expected = [*model.coef_[0], *model.intercept_]
            np.testing.assert_allclose(line, expected, atol=1e-3, rtol=1e-3)


def test_searches_at_once_are_those_alone() -> None:
    """Each seed asks the same questions, whoever asks beside it."""
    together = searches(4, [0, 5, 7], 10)
    for seed, found in zip([0, 5, 7], together, strict=True):
        alone = search(4, seed, 10)
        assert found.has.tolist() == alone.has.tolist() and found.right == alone.right


def test_chance_finds_the_third_group() -> None:
    """As all questions go to points that chance drew; and no row is asked about twice."""
    ends = [search(1, seed) for seed in range(4)]
    assert all(len(set(each.has)) == 32 for each in ends)
    assert np.mean([each.right for each in ends]) > 0.8
