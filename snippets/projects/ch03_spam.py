"""Chapter 3b, spam: filters trained on few and many messages, and what their
errors cost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from data.spam import HONEST, Messages, log_odds, make
from snippets.equal_budget import Arm

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
def classifier(name: str) -> Any:
    """The model of a filter, not fitted."""
    return LogisticRegression() if name == "logistic" else MultinomialNB()


def targets(name: str, mail: Messages) -> IntArray:
    """What a filter is told of its training messages, shape (n_messages,)."""
    return mail.kinds if "kinds" in name else mail.spam


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
    return make_pipeline(
        CountVectorizer(binary="once" in name), classifier(name)
    ).fit(mail.texts, targets(name, mail))


def chance_of_spam(name: str, fitted: Any, texts: Any) -> FloatArray:
    """Probability that each text is spam.

    Args:
        name: One of `FILTERS`.
        fitted: What `train` gave for it.
        texts: Messages, or their counts of words if the model came alone.

    Returns:
        Shape (n_texts,), from 0 to 1; a filter of kinds adds up the kinds of
        spam.
    """
    is_spam = fitted.classes_ >= (len(HONEST) if "kinds" in name else 1)
    return np.asarray(fitted.predict_proba(texts)[:, is_spam].sum(axis=1))
    # --8<-- [end:train]


# --8<-- [start:tuned]
ARMS: Mapping[str, Arm] = {
    "naive Bayes": Arm(MultinomialNB(), {"alpha": [1.0, 0.1, 0.01, 10.0]}),
    "logistic": Arm(
        LogisticRegression(max_iter=1000), {"C": [1.0, 0.1, 10.0, 100.0]}
    ),
}


def tuned(name: str, counts: Any, spam: IntArray) -> GridSearchCV:
    """Choose the setting of a filter inside its training messages, and fit it.

    Args:
        name: One of `ARMS`.
        counts: Counts of words, shape (n_messages, n_words).
        spam: 1 for spam, shape (n_messages,).
    """
    arm = ARMS[name]
    search = GridSearchCV(
        arm.model,
        dict(arm.grid),
        scoring="average_precision",
        cv=StratifiedKFold(3),
    )
    return search.fit(counts, spam)
    # --8<-- [end:tuned]


TUNED = (50, 5000)
"""Numbers of training messages with which settings are chosen, too."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Scores of all filters, once a seed.

    Attributes:
        y: 1 for spam, shape (n_seeds, 2, 1000): held messages, then final ones.
        kinds: Kind of each final message, shape (n_seeds, 1000).
        chance: By filter: probability of spam, shape (n_sizes, n_seeds, 2,
            1000).
        tuned: By filter with settings: probability of spam of the final
            messages, shape (2, n_seeds, 1000), in the order of `TUNED`.
        best: True probability of spam of the final messages, shape (n_seeds,
            1000).
    """

    y: IntArray
    kinds: IntArray
    chance: dict[str, FloatArray]
    tuned: dict[str, FloatArray]
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
    chosen: dict[str, list[list[FloatArray]]] = {name: [] for name in ARMS}
    for seed in seeds:
        mail = draw(seed)
        y.append([mail.held.spam, mail.final.spam])
        kinds.append(mail.final.kinds)
        best.append(1 / (1 + np.exp(-log_odds(mail.final.texts))))
        texts = (*mail.held.texts, *mail.final.texts)
        for found in (*chance.values(), *chosen.values()):
            found.append([])
        for n in SIZES:
            counter, some = CountVectorizer(), part(mail.train, 0, n)
            X = counter.fit_transform(some.texts)  # once for all filters
            new = counter.transform(texts)
            for name, found in chance.items():
                once = "once" in name
                fitted = classifier(name).fit(
                    X.sign() if once else X, targets(name, some)
                )
                scores = chance_of_spam(
                    name, fitted, new.sign() if once else new
                )
                found[-1].append(scores.reshape(2, N_HELD))
            for name, found in chosen.items():
                if n in TUNED:
                    search = tuned(name, X, some.spam)
                    found[-1].append(search.predict_proba(new[N_HELD:])[:, 1])
    by_size, best_settings = (
        {
            name: np.moveaxis(np.array(found), 1, 0)
            for name, found in each.items()
        }
        for each in (chance, chosen)
    )
    return Run(
        np.array(y), np.array(kinds), by_size, best_settings, np.array(best)
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
