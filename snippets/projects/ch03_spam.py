"""Chapter 3b, spam: filters trained on few and many messages, and what their
errors cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from data.spam import HONEST, Messages, log_odds, make

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SIZES = (50, 200, 1000, 5000)
"""Numbers of training messages; a smaller set is the beginning of a larger one.
"""

N_HELD = 1000

FILTERS = ("naive Bayes", "logistic", "told kinds", "told kinds, words once")
"""The last two are naive Bayes trained on the six kinds in place of the two
labels; the very last counts each word of a message once.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Mail:
    """The messages of one seed.

    Attributes:
        train: As many as the largest training set.
        held: 1,000 to choose a threshold on.
        final: 1,000 for the final score.
    """

    train: Messages
    held: Messages
    final: Messages


def part(mail: Messages, start: int, stop: int | None) -> Messages:
    """Messages from `start` to before `stop`, or to the end, in order."""
    rows = slice(start, stop)
    return Messages(mail.texts[rows], mail.spam[rows], mail.kinds[rows])


def draw(seed: int) -> Mail:
    """Write the messages of one seed."""
    n = max(SIZES)
    mail = make(n + 2 * N_HELD, seed)
    return Mail(
        *(
            part(mail, *ends)
            for ends in ((0, n), (n, n + N_HELD), (n + N_HELD, None))
        )
    )


# --8<-- [start:train]
def train(name: str, mail: Messages) -> Any:
    """Fit a filter on the counts of the words of its training messages.

    Args:
        name: One of `FILTERS`.
        mail: Training messages.

    Returns:
        The fitted pipeline: counts of words, then the model.

    Raises:
        ValueError: If there is no such filter.
    """
    if name not in FILTERS:
        raise ValueError(
            f"there is no filter {name!r}; there are {', '.join(FILTERS)}"
        )
    model = LogisticRegression() if name == "logistic" else MultinomialNB()
    labels = mail.kinds if "kinds" in name else mail.spam
    return make_pipeline(CountVectorizer(binary="once" in name), model).fit(
        mail.texts, labels
    )


def chance_of_spam(name: str, fitted: Any, texts: Sequence[str]) -> FloatArray:
    """Probability that each text is spam.

    Args:
        name: One of `FILTERS`.
        fitted: What `train` gave for it.
        texts: Messages.

    Returns:
        Shape (n_texts,), from 0 to 1; a filter of kinds adds up the kinds of
        spam.
    """
    is_spam = fitted.classes_ >= (len(HONEST) if "kinds" in name else 1)
    return np.asarray(fitted.predict_proba(texts)[:, is_spam].sum(axis=1))
    # --8<-- [end:train]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Scores of all filters, once a seed.

    Attributes:
        y: 1 for spam, shape (n_seeds, 2, 1000): held messages, then final ones.
        kinds: Kind of each final message, shape (n_seeds, 1000).
        chance: By filter: probability of spam, shape (n_sizes, n_seeds, 2,
            1000).
        best: True probability of spam of the final messages, shape (n_seeds,
            1000).
    """

    y: IntArray
    kinds: IntArray
    chance: dict[str, FloatArray]
    best: FloatArray


def run(seeds: Sequence[int]) -> Run:
    """Train every filter on every number of messages.

    Args:
        seeds: At least one.

    Raises:
        ValueError: If there is no seed.
    """
    if not seeds:
        raise ValueError("need at least one seed")
    y, kinds, best = [], [], []
    chance: dict[str, list[list[FloatArray]]] = {name: [] for name in FILTERS}
    for seed in seeds:
        mail = draw(seed)
        y.append([mail.held.spam, mail.final.spam])
        kinds.append(mail.final.kinds)
        best.append(1 / (1 + np.exp(-log_odds(mail.final.texts))))
        texts = (*mail.held.texts, *mail.final.texts)
        for name, found in chance.items():
            fits = [train(name, part(mail.train, 0, n)) for n in SIZES]
            found.append(
                [
                    chance_of_spam(name, fit, texts).reshape(2, N_HELD)
                    for fit in fits
                ]
            )
    return Run(
        np.array(y),
        np.array(kinds),
        {
            name: np.moveaxis(np.array(found), 1, 0)
            for name, found in chance.items()
        },
        np.array(best),
    )


# --8<-- [start:cost]
def cost(
    y: IntArray, called: NDArray[np.bool_], alarm: float, miss: float
) -> float:
    """Cost of the errors among 1,000 messages.

    Args:
        y: 1 for spam and 0 for honest, shape (n_messages,).
        called: Whether the filter calls it spam, same shape.
        alarm: Cost of an honest message that is called spam, any unit.
        miss: Cost of spam that is delivered, same unit.

    Raises:
        ValueError: If the shapes disagree or there is no message.
    """
    if y.shape != called.shape or not y.size:
        raise ValueError(
            f"need a call for each message, got {called.shape} for {y.shape}"
        )
    alarms, misses = called & (y == 0), ~called & (y == 1)
    return float(1000 * (alarm * alarms + miss * misses).mean())
    # --8<-- [end:cost]
