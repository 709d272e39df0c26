"""Lesson about word embeddings: the sign of each interval, and the functions behind it."""

from __future__ import annotations

import numpy as np
import pytest
from lesson_runs import ran, same

from snippets.lessons import l42_embeddings as l42


@pytest.fixture(scope="module")
def result() -> l42.Result:
    return ran(l42)


@pytest.mark.nightly
def test_l42_depends(result: l42.Result) -> None:
    """Much for few labels, a little for many, and harm where company says nothing."""
    outcome = l42.judge(result)
    assert outcome.primary.standing == "as claimed"
    *topic, tone = outcome.findings
    assert all(finding.supports for finding in topic[:3]) and tone.contradicts
    assert all(finding.effect.low > 0.3 for finding in topic[:3])
    assert topic[3].effect.high < 0.03
    leads = [(20, "counts"), (20, "learned with the task"), (20, "random"), (1500, "counts")]
    assert same(topic, [result.lead(*lead) for lead in leads])
    assert same([tone], [result.tone_lead()])
    assert {finding.effect.n for finding in outcome.findings} == {10}
    assert result.scores.shape == (3, 5, 10) and result.tone.shape == (2, 10)


@pytest.mark.nightly
def test_l42_random_vectors_are_no_better_than_counts(result: l42.Result) -> None:
    """Shortness is not what helps; training on with few labels undoes what was known."""
    assert (result.arm(1500, "counts") > result.arm(1500, "random")).all()
    assert result.lead(20, "pretrained, then trained on").low > 0.1
    assert (result.arm(1500, "learned with the task") > 0.95).all()
    assert result.arm(20, "learned with the task").mean() < 0.6
    assert result.tone[0].min() > 0.95 and abs(result.tone[1].mean() - 0.5) < 0.1


def test_l42_texts_have_words_of_their_topic_and_one_of_tone() -> None:
    """Twelve words of the own topic or of all, in the stated share, and one of the tone."""
    counts, topics, tones = l42.write(600, np.random.default_rng(0))
    assert counts.shape == (600, 520) and (counts.sum(axis=1) == 13).all()
    own = [counts[i, 80 * topic : 80 * topic + 80].sum() for i, topic in enumerate(topics)]
    common = counts[:, 320:480].sum(axis=1)
    np.testing.assert_array_equal(own + common, 12)
    assert abs(np.mean(own) / 12 - 0.4) < 0.02
    at_tone = [counts[i, 480 + 20 * t : 500 + 20 * t].sum() for i, t in enumerate(tones)]
    assert at_tone == [1] * 600
    assert set(topics) == {0, 1, 2, 3} and set(tones) == {0, 1}
    assert (counts.sum(axis=0) > 0).all()


def _ppmi_by_pairs(texts: list[list[int]], n_words: int) -> np.ndarray:
    """Count ordered pairs of different words of a text one by one."""
    pairs = np.zeros((n_words, n_words))
    for text in texts:
        for a in text:
            for b in text:
                pairs[a, b] += a != b
    total, row = pairs.sum(), pairs.sum(axis=1)
    found = np.zeros_like(pairs)
    for a, b in np.argwhere(pairs > 0):
        found[a, b] = max(0.0, np.log(pairs[a, b] / total / (row[a] / total * row[b] / total)))
    return found


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_l42_ppmi_counts_pairs(seed: int) -> None:
    """As a loop over all pairs of different words of a text."""
    rng = np.random.default_rng(seed)
    texts = [rng.permutation(7)[:3].tolist() for _ in range(6)]
    counts = np.zeros((6, 7))
    for row, text in zip(counts, texts, strict=True):
        row[text] = 1
    np.testing.assert_allclose(l42.ppmi(counts), _ppmi_by_pairs(texts, 7), rtol=0, atol=1e-12)
    assert l42.ppmi(counts).max() > 0.1


@pytest.mark.parametrize("seed", [0, 1])
def test_l42_embeddings_are_the_best_of_low_rank(seed: int) -> None:
    """Columns are singular vectors times roots of singular values, longest first."""
    rng = np.random.default_rng(seed)
    half = rng.random((30, 30))
    association = half + half.T
    left, strength, _ = np.linalg.svd(association)
    vectors = l42.embed(association, 4)
    assert vectors.shape == (30, 4)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=0) ** 2, strength[:4], rtol=1e-9)
    cosines = abs((left[:, :4] * vectors).sum(axis=0)) / np.linalg.norm(vectors, axis=0)
    np.testing.assert_allclose(cosines, 1, rtol=0, atol=1e-9)
    np.testing.assert_array_equal(vectors, l42.embed(association, 4))


def test_l42_bad_input_is_refused() -> None:
    """The error says what is missing."""
    with pytest.raises(ValueError, match="no two words"):
        l42.ppmi(np.eye(3))
    with pytest.raises(ValueError, match=r"got \[0\]"):
        l42.run((0,))
