"""Matrix factorisation from scratch against scikit-learn, NumPy and its own promises."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import digamma, gammaln
from sklearn.decomposition import NMF, LatentDirichletAllocation, TruncatedSVD
from sklearn.linear_model import Ridge

from snippets.matrix_factorisation import (
    FloatArray,
    als,
    bound,
    e_step,
    find_topics,
    low_rank,
    nmf,
    nmf_kl,
    ridge_rows,
    typical,
    user_item_means,
)

RNG = np.random.default_rng(0)
TABLE = RNG.gamma(1.0, 1.0, (30, 20)) + 0.1
START = RNG.uniform(0.1, 1, (30, 4)), RNG.uniform(0.1, 1, (4, 20))
KNOWN = RNG.uniform(size=TABLE.shape) < 0.6
COUNTS = RNG.poisson(1.5, (40, 12)).astype(np.float64)


@pytest.mark.parametrize("k", [1, 5, 20])
def test_low_rank_equals_numpy_and_scikit_learn(k: int) -> None:
    """The library's projection; what is lost is the other singular values, squared."""
    left, right = low_rank(TABLE, k)
    s = np.linalg.svd(TABLE, compute_uv=False)
    lost = ((TABLE - left @ right) ** 2).sum()
    assert lost == pytest.approx((s[k:] ** 2).sum(), abs=1e-9)
    np.testing.assert_allclose(right @ right.T, np.eye(k), atol=1e-12)
    largest = np.abs(right).argmax(axis=1)
    assert (right[np.arange(k), largest] > 0).all()
    if k < 20:
        library = TruncatedSVD(k, algorithm="arpack", random_state=0)
        theirs = library.inverse_transform(library.fit_transform(TABLE))
        np.testing.assert_allclose(left @ right, theirs, rtol=0, atol=1e-10)


@pytest.mark.parametrize("loss", ["frobenius", "kullback-leibler"])
def test_updates_equal_scikit_learn(loss: str) -> None:
    """From the same start after a hundred rounds; the start is left as it was."""
    W, H = START
    before = W.copy(), H.copy()
    library = NMF(4, init="custom", solver="mu", beta_loss=loss, tol=0, max_iter=100)
    theirs = library.fit_transform(TABLE, W=W.copy(), H=H.copy())
    ours = (nmf if loss == "frobenius" else nmf_kl)(TABLE, W, H, 100)
    np.testing.assert_allclose(ours[0], theirs, rtol=0, atol=1e-10)
    np.testing.assert_allclose(ours[1], library.components_, rtol=0, atol=1e-10)
    np.testing.assert_array_equal(before[0], W)
    np.testing.assert_array_equal(before[1], H)


def test_no_round_raises_the_loss() -> None:
    """From many starts, tables with zeros too."""
    for seed in range(20):
        rng = np.random.default_rng(seed)
        X = rng.poisson(0.7, (15, 10)).astype(np.float64)
        W, H = rng.uniform(0.1, 1, (15, 3)), rng.uniform(0.1, 1, (3, 10))
        parts = nmf(X, W, H, 100)
        assert (np.diff(parts[2]) <= 1e-9).all()
        assert parts[0].min() >= 0 and parts[1].min() >= 0

        def divergence(rows: FloatArray, columns: FloatArray, X: FloatArray = X) -> float:
            mixed = np.maximum(rows @ columns, 1e-300)
            return float((mixed - X * np.log(mixed)).sum())

        path = [divergence(*nmf_kl(X, W, H, n)) for n in range(20)]
        assert (np.diff(path) <= 1e-9).all()


def test_the_bowl_is_nowhere_below_the_loss() -> None:
    """The diagonal curvature less that of the loss has no eigenvalue below 0."""
    for seed in range(50):
        rng = np.random.default_rng(seed)
        W, h = rng.uniform(size=(6, 4)), rng.uniform(0.01, 3, 4)
        A = W.T @ W
        assert np.linalg.eigvalsh(np.diag(A @ h / h) - A).min() > -1e-9


def test_offsets_are_a_ridge_regression() -> None:
    """On a column for each user and each item, around the mean."""
    user, item = np.nonzero(KNOWN)
    columns = np.hstack([np.eye(30)[user], np.eye(20)[item]])
    mean = TABLE[KNOWN].mean()
    for shrink in (0.5, 5.0):
        ridge = Ridge(shrink, fit_intercept=False).fit(columns, TABLE[KNOWN] - mean)
        theirs = mean + ridge.coef_[:30, None] + ridge.coef_[30:]
        ours = user_item_means(TABLE, KNOWN, shrink, 500)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-10)


def test_gaps_may_hold_anything() -> None:
    """What stands in an unknown field changes nothing."""
    other = np.where(KNOWN, TABLE, np.nan)
    np.testing.assert_array_equal(
        user_item_means(other, KNOWN, 1.0), user_item_means(TABLE, KNOWN, 1.0)
    )
    Q = START[1].T
    for one, same in zip(als(other, KNOWN, Q, 1.0), als(TABLE, KNOWN, Q, 1.0), strict=True):
        np.testing.assert_array_equal(one, same)


def test_each_turn_is_a_ridge_regression() -> None:
    """One for each row on its known fields."""
    Q = START[1].T
    found = ridge_rows(TABLE, KNOWN, Q, 0.7)
    for row, of, one in zip(TABLE, KNOWN, found, strict=True):
        ridge = Ridge(0.7, fit_intercept=False).fit(Q[of], row[of])
        np.testing.assert_allclose(one, ridge.coef_, rtol=0, atol=1e-10)


def test_als_lowers_its_loss_and_ends_at_the_closed_form() -> None:
    """With all fields known each singular value is made smaller by the penalty."""
    Q = START[1].T

    def loss(P: FloatArray, Q: FloatArray) -> float:
        fit = (((TABLE - P @ Q.T) ** 2)[KNOWN]).sum()
        return float(fit + 2.0 * ((P**2).sum() + (Q**2).sum()))

    path = [loss(*als(TABLE, KNOWN, Q, 2.0, n)) for n in range(8)]
    assert (np.diff(path) <= 1e-9).all()
    P, Q = als(TABLE, np.ones_like(KNOWN), Q, 3.0, 3000)
    U, s, Vt = np.linalg.svd(TABLE, full_matrices=False)
    closed = (U[:, :4] * (s[:4] - 3).clip(0)) @ Vt[:4]
    np.testing.assert_allclose(P @ Q.T, closed, rtol=0, atol=1e-8)


def test_topics_equal_scikit_learn() -> None:
    """One round from the same start, the shares of documents, and the bound. The library has a
    digamma of its own, which holds to about nine digits.
    """
    library = LatentDirichletAllocation(
        3,
        doc_topic_prior=0.5,
        topic_word_prior=0.2,
        max_iter=1,
        max_doc_update_iter=20,
        mean_change_tol=0,
        random_state=0,
    ).fit(COUNTS)
    found = find_topics(COUNTS, 3, 0.5, 0.2, np.random.RandomState(0), 1, 20)
    np.testing.assert_allclose(found.words, library.components_, rtol=1e-7)
    shares, _ = e_step(COUNTS, found.words, 0.5, np.ones((40, 3)), 20)
    scaled = shares / shares.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(scaled, library.transform(COUNTS), rtol=0, atol=1e-7)
    mine = bound(COUNTS, found.words, shares, 0.5, 0.2)
    assert mine == pytest.approx(library.score(COUNTS), rel=1e-8)


def test_the_bound_never_falls_and_holds() -> None:
    """Round by round; and it is not above the log evidence, where that has a closed form."""
    path = find_topics(COUNTS, 4, 0.3, 0.1, np.random.default_rng(0), 60, 5).bounds
    assert len(path) == 60 and (np.diff(path) > -1e-8).all()
    # one topic: counts of all documents together are one Dirichlet-multinomial
    total = COUNTS.sum(axis=0)
    evidence = gammaln(12 * 0.2) - gammaln(12 * 0.2 + total.sum())
    evidence += (gammaln(0.2 + total) - gammaln(0.2)).sum()
    one = find_topics(COUNTS, 1, 0.3, 0.2, np.random.default_rng(0), 3, 5)
    # with nothing to share out, the bound is the evidence
    assert one.bounds[-1] == pytest.approx(evidence, rel=1e-12)


def test_all_words_are_shared_out() -> None:
    """What goes to topics is what the documents have, and each document's counts plus the prior."""
    words = np.random.default_rng(0).gamma(1.0, 1.0, (3, 12))
    documents, taken = e_step(COUNTS, words, 0.5, np.ones((40, 3)), 10)
    np.testing.assert_allclose(taken.sum(axis=0), COUNTS.sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(documents.sum(axis=1), COUNTS.sum(axis=1) + 1.5, rtol=1e-12)
    one = typical(np.array([[2.0, 1.0]]))
    np.testing.assert_allclose(np.log(one), [[digamma(2.0) - digamma(3.0), -1.5]])


@pytest.mark.parametrize(
    ("X", "k", "words"),
    [
        (np.ones(3), 1, "finite table"),
        (np.array([[np.nan, 1.0]]), 1, "finite table"),
        (np.ones((3, 2)), 3, "from 1 to 2, got 3"),
        (np.ones((3, 2)), 0, "from 1 to 2, got 0"),
    ],
)
def test_tables_and_ranks_that_are_refused(X: FloatArray, k: int, words: str) -> None:
    """With what was given."""
    with pytest.raises(ValueError, match=words):
        low_rank(X, k)


def test_signs_gaps_and_penalties_that_are_refused() -> None:
    """A value below 0, tables that do not match, nothing known, no penalty."""
    W, H = START
    for update in (nmf, nmf_kl):
        with pytest.raises(ValueError, match="X must be finite and nowhere below 0"):
            update(-TABLE, W, H, 1)
        with pytest.raises(ValueError, match="H must be finite"):
            update(TABLE, W, -H, 1)
    with pytest.raises(ValueError, match="counts must be finite"):
        find_topics(-COUNTS, 2, 0.1, 0.1, np.random.default_rng(0))
    with pytest.raises(ValueError, match="one shape"):
        user_item_means(TABLE, KNOWN[1:], 1.0)
    with pytest.raises(ValueError, match="known ratings"):
        als(TABLE, np.zeros_like(KNOWN), H.T, 1.0)
    with pytest.raises(ValueError, match="penalty must be above 0, got 0"):
        als(TABLE, KNOWN, H.T, 0)
