"""Short messages, honest and spam, made from a seed by rules that are known.

Because the rules are known, so is the best that any filter can do: `log_odds`
gives it. `docs/data/spam-data.md` describes the messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

COMMON = (
    *(
        "the",
        "to",
        "you",
        "and",
        "a",
        "of",
        "is",
        "in",
        "for",
        "we",
        "it",
        "on",
    ),
    *(
        "your",
        "this",
        "that",
        "have",
        "be",
        "with",
        "as",
        "at",
        "if",
        "will",
        "our",
        "me",
    ),
)
"""Words of all messages, the most frequent first."""

HONEST = {
    "work": (
        *(
            "meeting",
            "report",
            "project",
            "team",
            "review",
            "please",
            "draft",
            "schedule",
        ),
        *(
            "budget",
            "tomorrow",
            "attached",
            "client",
            "deadline",
            "office",
            "notes",
        ),
    ),
    "family": (
        *(
            "dinner",
            "mum",
            "weekend",
            "kids",
            "love",
            "home",
            "tonight",
            "birthday",
        ),
        *("photos", "school", "thanks", "train", "garden", "visit", "call"),
    ),
    "newsletter": (
        *(
            "offer",
            "week",
            "shop",
            "sale",
            "unsubscribe",
            "free",
            "order",
            "new",
        ),
        *(
            "delivery",
            "price",
            "members",
            "save",
            "news",
            "collection",
            "click",
        ),
    ),
}
"""Kinds of honest messages and the words of each, the most frequent first."""

SPAM = {
    "prize": (
        *("win", "prize", "free", "click", "claim", "winner", "now", "offer"),
        *(
            "cash",
            "lucky",
            "congratulations",
            "entry",
            "selected",
            "gift",
            "reply",
        ),
    ),
    "loan": (
        *(
            "loan",
            "credit",
            "money",
            "low",
            "rate",
            "offer",
            "approved",
            "debt",
        ),
        *("apply", "now", "cash", "guaranteed", "save", "free", "interest"),
    ),
    "phishing": (
        *(
            "account",
            "password",
            "verify",
            "click",
            "security",
            "please",
            "bank",
            "update",
        ),
        *(
            "login",
            "attached",
            "suspended",
            "invoice",
            "urgent",
            "confirm",
            "office",
        ),
    ),
}
"""Kinds of spam and the words of each, the most frequent first."""

KIND_SHARES = (0.5, 0.3, 0.2)
"""How frequent the three kinds of a class are, in the order of `HONEST` and of
`SPAM`.
"""

SPAM_SHARE = 0.25
"""Share of spam among the messages."""

SOURCES = (0.6, 0.3, 0.1)
"""Chances that a word comes from `COMMON`, from its kind, or from the whole
vocabulary.
"""

REPEAT = 0.15
"""Chance that a word after the first repeats one of those before it."""

SHORTEST, EXTRA = 4, 8.0
"""A message has 4 words and a Poisson number more, 8 on average."""

_WORDS: dict[str, tuple[str, ...]] = {**HONEST, **SPAM}
KINDS = tuple(_WORDS)
"""All six kinds, the honest ones first."""

VOCABULARY = tuple(
    sorted({*COMMON, *(word for words in _WORDS.values() for word in words)})
)
"""All words, in alphabetical order."""


@dataclass(frozen=True, slots=True, eq=False)
class Messages:
    """Messages, and what they are.

    Attributes:
        texts: Words with a space between them, one text a message.
        spam: 1 for spam and 0 for an honest message, shape (n_messages,).
        kinds: Index into `KINDS` of each message, shape (n_messages,); for
            explaining errors only.
    """

    texts: tuple[str, ...]
    spam: IntArray
    kinds: IntArray


def word_shares() -> FloatArray:
    """Share of each word among the words that are no repetitions.

    Returns:
        A row for each of `KINDS`, a column for each of `VOCABULARY`, shape (6,
        n_words); each row sums to 1.
    """
    place = {word: index for index, word in enumerate(VOCABULARY)}
    common, own, anything = SOURCES
    shares = np.full((len(KINDS), len(VOCABULARY)), anything / len(VOCABULARY))
    for row, kind in zip(shares, KINDS, strict=True):
        for part, words in ((common, COMMON), (own, _WORDS[kind])):
            # the third half as often as the first
            weights = 1 / np.arange(2, len(words) + 2)
            row[[place[word] for word in words]] += (
                part * weights / weights.sum()
            )
    return shares


def make(n_messages: int, seed: int = 0) -> Messages:
    """Write messages.

    Args:
        n_messages: How many, at least 1.
        seed: Which draw; the same seed gives the same messages.

    Raises:
        ValueError: If there is to be no message.
    """
    if n_messages < 1:
        raise ValueError(f"need at least one message, got {n_messages}")
    rng = np.random.default_rng(seed)
    bounds = word_shares().cumsum(axis=1)
    bounds[:, -1] = 1.0  # whatever rounding left
    spam = (rng.random(n_messages) < SPAM_SHARE).astype(np.int64)
    kinds = (
        rng.choice(len(HONEST), size=n_messages, p=KIND_SHARES)
        + len(HONEST) * spam
    )
    texts = []
    for kind, length in zip(
        kinds, SHORTEST + rng.poisson(EXTRA, n_messages), strict=True
    ):
        words = np.searchsorted(bounds[kind], rng.random(length), side="right")
        repeats = rng.random(length) < REPEAT
        for position in np.flatnonzero(repeats[1:]) + 1:
            words[position] = words[rng.integers(position)]
        texts.append(" ".join(VOCABULARY[word] for word in words))
    return Messages(tuple(texts), spam, kinds)


def log_odds(texts: Sequence[str]) -> FloatArray:
    """True log-odds that messages are spam: no filter can rank them better.

    A text has, for each kind, the product of the probabilities of its words,
    each given the words before it; kinds are added up by their shares.

    Args:
        texts: Words with a space between them; words of `VOCABULARY` only.

    Returns:
        Log of the probability of spam over that of an honest message, shape
        (n_texts,), nats.

    Raises:
        ValueError: If a text is empty or has a word that no message can have.
    """
    place = {word: index for index, word in enumerate(VOCABULARY)}
    shares = word_shares()
    # (6 kinds,)
    prior = np.log(np.outer([1 - SPAM_SHARE, SPAM_SHARE], KIND_SHARES)).ravel()
    odds = np.empty(len(texts))
    for index, text in enumerate(texts):
        words = text.split()
        if not words or not place.keys() >= set(words):
            raise ValueError(
                f"no message can read {text!r}: it has no word, or a foreign "
                "one"
            )
        before = np.array(
            [words[:i].count(word) / max(i, 1) for i, word in enumerate(words)]
        )
        # the first repeats nothing
        repeat = np.append(0.0, np.full(len(words) - 1, REPEAT))
        chances = (1 - repeat) * shares[
            :, [place[word] for word in words]
        ] + repeat * before
        joint = prior + np.log(chances).sum(axis=1)
        honest, bad = np.logaddexp.reduce(joint.reshape(2, -1), axis=1)
        odds[index] = bad - honest
    return odds
