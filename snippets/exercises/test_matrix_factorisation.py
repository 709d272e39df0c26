"""Tests for the exercise on matrix factorisation, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
from sklearn.decomposition import NMF, LatentDirichletAllocation
from sklearn.linear_model import Ridge

RNG = np.random.default_rng(0)
TABLE = RNG.gamma(1.0, 1.0, (12, 9)) + 0.1
ROWS, PARTS = RNG.uniform(0.1, 1, (12, 3)), RNG.uniform(0.1, 1, (3, 9))
KNOWN = RNG.uniform(size=(12, 9)) < 0.7
COUNTS = RNG.poisson(2.0, (20, 8)).astype(np.float64) + 1


def test_low_rank_by_hand(solution: ModuleType) -> None:
    """Of two amounts the larger is kept; its direction points up."""
    left, right = solution.low_rank(np.array([[0.0, -3], [2, 0]]), 1)
    np.testing.assert_allclose(left @ right, [[0, -3], [0, 0]], atol=1e-12)
    np.testing.assert_allclose(right, [[0, 1]], atol=1e-12)


def test_nmf_by_hand(solution: ModuleType) -> None:
    """Two shops and two goods: one round is enough."""
    X = np.array([[2.0, 4], [1, 2]])
    W, H, losses = solution.nmf(X, np.ones((2, 1)), np.ones((1, 2)), 1)
    np.testing.assert_allclose(W.ravel(), [3, 1.5])
    np.testing.assert_allclose(H, [[2 / 3, 4 / 3]])
    np.testing.assert_allclose(losses, [11, 0], atol=1e-12)


def test_updates_equal_scikit_learn(solution: ModuleType) -> None:
    """From the same start, for squares and for the divergence."""
    for loss in ("frobenius", "kullback-leibler"):
        library = NMF(
            3,
            init="custom",
            solver="mu",
            beta_loss=loss,
            tol=0,
            max_iter=20,
        )
        theirs = library.fit_transform(TABLE, W=ROWS.copy(), H=PARTS.copy())
        update = solution.nmf if loss == "frobenius" else solution.nmf_kl
        W, H, *_ = update(TABLE, ROWS, PARTS, 20)
        np.testing.assert_allclose(W, theirs, rtol=0, atol=1e-10)
        np.testing.assert_allclose(H, library.components_, rtol=0, atol=1e-10)


def test_offsets_by_hand(solution: ModuleType) -> None:
    """Kind and strict users, and items that do not differ."""
    R = np.array([[4.0, 4], [2, 2]])
    known = np.ones((2, 2), dtype=np.bool_)
    np.testing.assert_allclose(solution.user_item_means(R, known, 0.0), R)
    half = solution.user_item_means(R, known, 2.0)
    np.testing.assert_allclose(half, [[3.5, 3.5], [2.5, 2.5]])


def test_a_turn_is_a_ridge_regression(solution: ModuleType) -> None:
    """One for each row, on its known fields."""
    Q = PARTS.T
    found = solution.ridge_rows(TABLE, KNOWN, Q, 0.5)
    for row, of, one in zip(TABLE, KNOWN, found, strict=True):
        ridge = Ridge(0.5, fit_intercept=False).fit(Q[of], row[of])
        np.testing.assert_allclose(one, ridge.coef_, rtol=0, atol=1e-10)


def test_als_without_gaps_shrinks_singular_values(solution: ModuleType) -> None:
    """By the penalty."""
    everything = np.ones_like(KNOWN)
    P, Q = solution.als(TABLE, everything, PARTS.T, 1.0, 500)
    U, s, Vt = np.linalg.svd(TABLE, full_matrices=False)
    closed = (U[:, :3] * (s[:3] - 1).clip(0)) @ Vt[:3]
    np.testing.assert_allclose(P @ Q.T, closed, rtol=0, atol=1e-6)


def test_typical_shares_by_hand(solution: ModuleType) -> None:
    """Of one and one: digamma grows by 1 from 1 to 2."""
    found = solution.typical(np.array([[1.0, 1.0]]))
    np.testing.assert_allclose(found, np.exp([[-1.0, -1.0]]))


def test_topics_equal_scikit_learn(solution: ModuleType) -> None:
    """One round, by topics and by the bound."""
    library = LatentDirichletAllocation(
        3,
        doc_topic_prior=0.5,
        topic_word_prior=0.2,
        max_iter=1,
        max_doc_update_iter=20,
        mean_change_tol=0,
        random_state=0,
    ).fit(COUNTS)
    start = np.random.RandomState(0)
    found = solution.find_topics(COUNTS, 3, 0.5, 0.2, start, 1, 20)
    np.testing.assert_allclose(found.words, library.components_, rtol=1e-7)
    ones = np.ones((len(COUNTS), 3))
    shares, _ = solution.e_step(COUNTS, found.words, 0.5, ones, 20)
    mine = solution.bound(COUNTS, found.words, shares, 0.5, 0.2)
    np.testing.assert_allclose(mine, library.score(COUNTS), rtol=1e-7)
