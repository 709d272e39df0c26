"""Lesson L42: do pretrained word embeddings help?

Embeddings are the truncated singular value decomposition of positive pointwise
mutual information (Levy and Goldberg 2014), made from texts without labels.
They are judged against counts of words, against embeddings that are learned
with the task, and against random vectors. The corpus is generated: what its
words mean is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import svds
from sklearn.linear_model import LogisticRegression

from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration
from snippets.neural_network import Layer, Options, fit, he_start

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L42",
    "Use pretrained word embeddings whenever you can",
    "S3-N1",
    "generated texts of 13 words, four topics",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="networks",
        made="generated",
        advice=(
            "Use them with few labels and a task like their texts; "
            "compare with counts."
        ),
        conditions=(
            Condition("labels are few and the rival is counts"),
            Condition("labels are few and the rival learns with the task"),
            Condition(
                "labels are few and the rival is random vectors", rank="control"
            ),
            Condition("labels are many"),
            Condition(
                "the task is what the texts do not say, as tone here",
                rank="limit",
            ),
        ),
        held=(
            Held("texts without labels", "1,000"),
            Held("length of a word vector", "10"),
            Held("share of topic words", "0.4"),
        ),
    ),
)

N_TOPICS, N_OWN, N_COMMON, N_TONE, N_WORDS = 4, 80, 160, 20, 12
"""Topics, words of each topic, words of no topic, words of a tone, and words of
a text.
"""
SHARE = 0.4
"""Chance that a word of a text is one of its topic's."""
FIRST_TONE = N_TOPICS * N_OWN + N_COMMON
VOCABULARY = FIRST_TONE + 2 * N_TONE
DIMENSION, N_UNLABELLED, N_TEST = 10, 1000, 300

LABELS = (20, 100, 1500)
"""Numbers of labelled texts."""

ARMS = (
    "counts",
    "pretrained",
    "learned with the task",
    "pretrained, then trained on",
    "random",
)
"""What a text is turned into before a linear classifier sees it."""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Test accuracies.

    Attributes:
        scores: Of the topic, shape (n_labels, n_arms, n_seeds), as `LABELS` and
            `ARMS`.
        tone: Of the tone with the most labels, of counts and of pretrained
            embeddings, shape (2, n_seeds).
    """

    scores: FloatArray
    tone: FloatArray

    def tone_lead(self) -> Interval:
        """Accuracy for the tone with pretrained embeddings minus that with
        counts.
        """
        return paired_difference(self.tone[1], self.tone[0])

    def arm(self, labels: int, arm: str) -> FloatArray:
        """Accuracy of an arm with so many labelled texts, shape (n_seeds,)."""
        return np.asarray(self.scores[LABELS.index(labels), ARMS.index(arm)])

    def lead(self, labels: int, rival: str) -> Interval:
        """Accuracy with pretrained embeddings minus that of a rival."""
        return paired_difference(
            self.arm(labels, "pretrained"), self.arm(labels, rival)
        )


def write(
    n_texts: int, rng: np.random.Generator
) -> tuple[FloatArray, IntArray, IntArray]:
    """Write texts: words of their topic, words that all topics share, one word
    of tone.

    Args:
        n_texts: How many.
        rng: Source of topics, tones and words.

    Returns:
        How often each word occurs in each text, shape (n_texts, VOCABULARY),
        with the words of topic t at N_OWN * t and after it, and those of tone 0
        and 1 at the end; the topics, from 0 to 3, and the tones, 0 or 1, both
        of shape (n_texts,).
    """
    topics, tones = (
        rng.integers(N_TOPICS, size=n_texts),
        rng.integers(2, size=n_texts),
    )
    own = topics[:, None] * N_OWN + rng.integers(N_OWN, size=(n_texts, N_WORDS))
    common = N_TOPICS * N_OWN + rng.integers(N_COMMON, size=(n_texts, N_WORDS))
    words = np.where(rng.random((n_texts, N_WORDS)) < SHARE, own, common)
    tone = FIRST_TONE + tones * N_TONE + rng.integers(N_TONE, size=n_texts)
    counts = np.zeros((n_texts, VOCABULARY))
    np.add.at(
        counts,
        (np.arange(n_texts)[:, None], np.column_stack([words, tone])),
        1.0,
    )
    return counts, topics, tones


# --8<-- [start:embed]
def ppmi(counts: FloatArray) -> FloatArray:
    """Measure how much more often two words share a text than chance would have
    it.

    Args:
        counts: How often each word occurs in each text, shape (n_texts,
            n_words).

    Returns:
        Positive pointwise mutual information, shape (n_words, n_words), in
        nats; 0 for words that never meet.

    Raises:
        ValueError: If no two words share a text.
    """
    # no word meets itself
    pairs = counts.T @ counts - np.diag(counts.sum(axis=0))
    if not pairs.any():
        raise ValueError("no two words share a text")
    totals = pairs.sum(axis=0)
    expected = np.outer(totals, totals) / totals.sum()
    met = pairs > 0
    ratio = np.divide(pairs, expected, out=np.ones_like(pairs), where=met)
    return np.asarray(np.maximum(np.log(ratio), 0.0))


def embed(association: FloatArray, dimension: int) -> FloatArray:
    """Give each word a short vector, so that words of like company get like
    vectors.

    Args:
        association: What `ppmi` gave, shape (n_words, n_words).
        dimension: Length of a vector, below the number of words.

    Returns:
        Vectors, shape (n_words, dimension), longest column first.
    """
    start = np.ones(len(association))  # fixed, so that two runs agree
    left, strength, _ = svds(association, dimension, v0=start)
    return np.asarray((left * np.sqrt(strength))[:, ::-1])
    # --8<-- [end:embed]


def _network(
    start: FloatArray,
    data: tuple[FloatArray, IntArray],
    rng: np.random.Generator,
) -> list[Layer]:
    """Train a table of word vectors together with a classifier, and return
    both.

    The hidden layer holds each vector and its opposite, so that ReLU loses
    nothing.
    """
    counts, topics = data
    table = Layer(np.hstack([start, -start]), np.zeros(2 * start.shape[1]))
    head = he_start((2 * start.shape[1], N_TOPICS), rng)[0]
    options = Options(epochs=max(2, 1600 // len(counts)), learning_rate=0.01)
    return fit(counts, topics, options, rng=rng, start=[table, head]).layers


def _linear(
    train: FloatArray, y: IntArray, test: FloatArray, truth: IntArray
) -> float:
    """Score logistic regression on features of a common spread of 1."""
    spread = train.std()
    model = LogisticRegression(max_iter=300).fit(train / spread, y)
    return float(model.score(test / spread, truth))


def _one(seed: int) -> tuple[list[list[float]], list[float]]:
    """Score all arms with all numbers of labels, and two of them for the
    tone.
    """
    rng = np.random.default_rng(seed)
    unlabelled, _, _ = write(N_UNLABELLED, rng)
    texts, topics, tones = write(max(LABELS), rng)
    test, truth, test_tones = write(N_TEST, rng)
    vectors = embed(ppmi(unlabelled), DIMENSION)
    # texts, not words, get a spread of 1
    vectors /= (unlabelled @ vectors).std()
    noise = rng.normal(size=vectors.shape)
    noise /= (unlabelled @ noise).std()
    rows = []
    for n in LABELS:
        known, y = texts[:n], topics[:n]
        learned = _network(noise, (known, y), rng)[0].weights
        tuned = _network(vectors, (known, y), rng)[0].weights
        features = {"counts": (known, test)}
        for arm, table in zip(
            ARMS[1:], (vectors, learned, tuned, noise), strict=True
        ):
            features[arm] = (known @ table, test @ table)
        rows.append(
            [
                _linear(features[arm][0], y, features[arm][1], truth)
                for arm in ARMS
            ]
        )
    tone = [
        _linear(texts, tones, test, test_tones),
        _linear(texts @ vectors, tones, test @ vectors, test_tones),
    ]
    return rows, tone


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Classify texts with all arms; a seed is a draw of three corpora.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    scores, tones = zip(*(_one(seed) for seed in seeds), strict=True)
    return Result(np.moveaxis(np.array(scores), 0, -1), np.array(tones).T)


def judge(result: Result) -> Outcome:
    """They should win with few labels and with many, for the topic and for the
    tone.
    """
    few, many = LABELS[0], LABELS[-1]
    rivals = [
        (few, "counts"),
        (few, "learned with the task"),
        (few, "random"),
        (many, "counts"),
    ]
    return LESSON.judge(
        *(
            Finding(
                f"topic, {n} labels: pretrained − {rival}, accuracy",
                result.lead(n, rival),
            )
            for n, rival in rivals
        ),
        Finding(
            f"tone, {many} labels: pretrained − counts, accuracy",
            result.tone_lead(),
        ),
    )
