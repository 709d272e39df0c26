"""The draws on which matrix factorisation is tried are what they say they are."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfTransformer

from snippets import matrix_factorisation_runs as runs
from snippets.matrix_factorisation import FloatArray


def test_ratings_have_the_deviations_that_are_told() -> None:
    """Half a star each for users, items and noise, 0.7 for the taste."""
    drawn = runs.draw(np.random.default_rng(0), 2000, 400)
    assert (drawn.stars - drawn.truth).std() == pytest.approx(runs.NOISE, abs=0.01)
    assert drawn.taste.std() == pytest.approx(0.7, abs=0.05)
    offsets = drawn.truth - drawn.taste
    assert offsets.mean(axis=1).std() == pytest.approx(0.5, abs=0.03)
    assert offsets.mean(axis=0).std() == pytest.approx(0.5, abs=0.05)
    assert np.linalg.matrix_rank(drawn.taste) == runs.RANK


def test_each_user_rates_as_many_and_popular_items_more() -> None:
    """The first item far more often than the last."""
    known = runs.seen(np.random.default_rng(0), (500, 60), 10)
    assert (known.sum(axis=1) == 10).all()
    assert known[:, :10].mean() > 3 * known[:, -10:].mean()


def test_parts_of_a_split_are_all_of_it() -> None:
    """Nothing is fitted and held out at once."""
    known = runs.seen(np.random.default_rng(0), (500, 60), 20)
    train, held = runs.hold_out(np.random.default_rng(1), known, 0.2)
    assert not (train & held).any()
    np.testing.assert_array_equal(train | held, known)
    assert held.sum() / known.sum() == pytest.approx(0.2, abs=0.02)


def test_the_order_of_the_rivals() -> None:
    """Zeros are far off; with ten ratings a user ALS leads."""
    found = {name: each.mean() for name, each in runs.rivals(10, range(3)).items()}
    assert min(found, key=lambda name: found[name]) == "ALS"
    assert found["SVD of zeros"] > 2 and found["ALS, hardly a penalty"] > found["ALS"] + 0.5
    assert all(len(each) in (1, 5) for _, each in runs.ARMS.values())


def test_errors_by_rank() -> None:
    """Fitted ones fall; of held-out ones the least is at the true rank."""
    errors = runs.rank_errors((1, 3, 8), (4.0,), range(3)).mean(axis=-1)
    assert errors.shape == (1, 3, 2)
    assert (np.diff(errors[0, :, 0]) < 0).all() and errors[0, :, 1].argmin() == 1


def test_who_rates_what_they_like_is_flattered() -> None:
    """Not so by chance."""
    errors, shifts = runs.flattered(range(3), 1.0)
    assert (errors[:, 1] > errors[:, 0] + 0.1).all() and (shifts[:, 1] > 0.3).all()
    errors, shifts = runs.flattered(range(3), 0.0)
    assert abs(errors[:, 1] - errors[:, 0]).max() < 0.1 and abs(shifts).max() < 0.1


def test_new_users_begin_alike() -> None:
    """Factors help from the first ratings on, and not before."""
    found = runs.cold_errors((0, 5), range(3))
    alone, folded = found["offset"], found["offset, factors"]
    np.testing.assert_array_equal(alone[0], folded[0])
    assert (folded[1] < alone[1]).all() and (alone[1] < alone[0]).all()


def test_drift_makes_the_last_ratings_harder() -> None:
    """On a few draws."""
    errors = runs.later_errors(range(4), 1.5)
    assert errors[:, 1].mean() > errors[:, 0].mean() + 0.02


def test_popular_items_are_better_known() -> None:
    """A share for each of ours and of the truth."""
    errors, shares = runs.by_popularity(range(4))
    assert errors.shape == (4, 4) and shares.shape == (4, 2)
    assert errors[:, 0].mean() < errors[:, 3].mean()
    assert ((shares > 0) & (shares < 1)).all()


def test_bars_and_their_documents() -> None:
    """Ten topics of five words; each word in two; the counts are theirs."""
    topics = runs.bars()
    assert topics.shape == (10, 25)
    np.testing.assert_allclose(topics.sum(axis=1), np.ones(10))
    assert ((topics > 0).sum(axis=0) == 2).all()
    counts = runs.documents(np.random.default_rng(0), 4000, 60, 0.3)
    assert (counts.sum(axis=1) == 60).all()
    np.testing.assert_allclose(counts.mean(axis=0) / 60, np.full(25, 0.04), atol=0.003)


def test_matched_ignores_order_and_scale() -> None:
    """And tells how many words would have to move."""
    truth = np.array([[1.0, 0, 0], [0, 0.5, 0.5]])
    found = np.array([[0.0, 4, 4], [3.0, 1, 0]])
    np.testing.assert_allclose(runs.matched(truth, found), [0.25, 0])


def test_tf_idf_equals_scikit_learn() -> None:
    """With its defaults."""
    counts: FloatArray = runs.documents(np.random.default_rng(0), 50, 15, 0.3)
    theirs = TfidfTransformer().fit_transform(counts).toarray()
    np.testing.assert_allclose(runs.tf_idf(counts), theirs, rtol=0, atol=1e-12)


def test_each_arm_finds_topics_and_no_other() -> None:
    """Most of the bars, from one start, by each; a name that is none is refused."""
    found = runs.topic_runs("plain", range(2), n_starts=2)
    assert list(found) == list(runs.TOPIC_ARMS)
    assert all(each.shape == (2, 2) and 0 < each.mean() < 0.3 for each in found.values())
    with pytest.raises(ValueError, match="arm must be one of"):
        runs.find("LSA", np.ones((3, 25)), 0.1, np.random.default_rng(0))


def test_perplexity_of_the_truth_is_below_that_of_even_topics() -> None:
    """Even topics hesitate between all words."""
    rng = np.random.default_rng(0)
    counts = runs.documents(rng, 200, 60, 0.3)
    even = runs.perplexity(counts, np.ones((10, 25)), 0.3, np.random.default_rng(1))
    assert even == pytest.approx(25.0)
    right = runs.perplexity(counts, 1000 * runs.bars() + 0.01, 0.3, np.random.default_rng(1))
    assert right < 18
    table = runs.perplexities((6, 10), range(2), n_starts=1)
    assert table.shape == (2, 2) and (table[0] > table[1]).all()
