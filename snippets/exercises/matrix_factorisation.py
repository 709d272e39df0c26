"""Write the nearest table of low rank, factors without signs, factors of a
table with gaps, and topics.

Judge it with `pytest snippets/exercises/test_matrix_factorisation.py`.
`python -m snippets.exercises.skeletons matrix_factorisation` begins anew.
Given, to be called: `Topics`, `check_known`, `check_rank`, `check_signs`.
"""

from __future__ import annotations

import numpy as np

from snippets.matrix_factorisation import (
    BoolArray,
    FloatArray,
    Topics,
    check_known,
    check_rank,
    check_signs,
)

__all__ = [
    "Topics",
    "als",
    "bound",
    "check_known",
    "check_rank",
    "check_signs",
    "e_step",
    "find_topics",
    "low_rank",
    "nmf",
    "nmf_kl",
    "ridge_rows",
    "typical",
    "user_item_means",
]


def low_rank(X: FloatArray, k: int) -> tuple[FloatArray, FloatArray]:
    """The nearest table of rank k, as a product.

    Args:
        X: A table, shape (n_rows, n_columns).
        k: Rank, at most the shorter side.

    Returns:
        Rows times singular values, shape (n_rows, k), and directions, shape
        (k, n_columns), each with its largest entry above 0.
    """
    raise NotImplementedError(
        "`np.linalg.svd`; the first k; one sign for a row and its direction"
    )


def nmf(
    X: FloatArray, W: FloatArray, H: FloatArray, n_rounds: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Factors without signs by multiplicative updates.

    Args:
        X: A table without signs, shape (n_rows, n_columns).
        W: Start of the rows, shape (n_rows, k), above 0.
        H: Start of the parts, shape (k, n_columns), above 0.
        n_rounds: Updates of each factor.

    Returns:
        Rows, parts, and the squared error before and after each round, shape
        (n_rounds + 1,).
    """
    raise NotImplementedError(
        "rows by X H^T over W H H^T, then parts by W^T X over W^T W H, field "
        "by field; keep the squared error"
    )


def nmf_kl(
    X: FloatArray, W: FloatArray, H: FloatArray, n_rounds: int
) -> tuple[FloatArray, FloatArray]:
    """The same for counts: the divergence of Kullback and Leibler."""
    raise NotImplementedError(
        "the same with the ratio of X to W H, and sums of the other factor "
        "below"
    )


def user_item_means(
    R: FloatArray, known: BoolArray, shrink: float, n_rounds: int = 30
) -> FloatArray:
    """What users and items give on average: the mean of all, plus an offset
    for each user and each item.

    Args:
        R: Ratings, shape (n_users, n_items); where unknown, any number.
        known: Which are known, the same shape.
        shrink: How many ratings of 0 each offset is averaged with.
        n_rounds: How often offsets are taken in turn.

    Returns:
        A prediction for each field, shape (n_users, n_items).
    """
    raise NotImplementedError(
        "in turn: sum of what is left of a user's known ratings, over their "
        "number plus shrink; then of an item's"
    )


def ridge_rows(
    R: FloatArray, known: BoolArray, Q: FloatArray, penalty: float
) -> FloatArray:
    """For each row, the ridge regression of its known entries on the factors
    of their columns.

    Args:
        R: Ratings, shape (n_users, n_items); where unknown, any number.
        known: Which are known, the same shape.
        Q: Factors of the items, shape (n_items, k).
        penalty: Strength of the ridge.

    Returns:
        Factors of the users, shape (n_users, k).
    """
    raise NotImplementedError(
        "for each row the squares of the known columns' factors plus the "
        "penalty; `np.linalg.solve` takes a stack"
    )


def als(
    R: FloatArray,
    known: BoolArray,
    Q: FloatArray,
    penalty: float,
    n_rounds: int = 20,
) -> tuple[FloatArray, FloatArray]:
    """Factors of a table with gaps: users given items, items given users.

    Args:
        R: Ratings less their baseline, shape (n_users, n_items).
        known: Which are known, the same shape.
        Q: Start of the items, shape (n_items, k).
        penalty: Strength of the ridge on both factors, above 0.
        n_rounds: How often the two take turns.
    """
    raise NotImplementedError(
        "`ridge_rows` of the table and of its transpose, in turn"
    )


def typical(parameters: FloatArray) -> FloatArray:
    """The exponential of the expected log share, for each row's Dirichlet."""
    raise NotImplementedError(
        "the exponential of digamma, less digamma of the sum"
    )


def e_step(
    counts: FloatArray,
    words: FloatArray,
    alpha: float,
    start: FloatArray,
    n_steps: int,
) -> tuple[FloatArray, FloatArray]:
    """Share out the words of each document to topics.

    Args:
        counts: How often a document has a word, shape (n_documents, n_words).
        words: Parameters of the topics, shape (n_topics, n_words).
        alpha: Prior count of each topic in a document.
        start: Parameters of the documents, shape (n_documents, n_topics).
        n_steps: Updates of the documents.

    Returns:
        Parameters of the documents, and how many of each word went to each
        topic, shape (n_topics, n_words).
    """
    raise NotImplementedError(
        "typical shares times what the ratio of counts to their mixture sends "
        "back, plus the prior"
    )


def find_topics(
    counts: FloatArray,
    n_topics: int,
    alpha: float,
    eta: float,
    rng: np.random.Generator | np.random.RandomState,
    n_rounds: int = 50,
    n_steps: int = 20,
) -> Topics:
    """Latent Dirichlet allocation by variational Bayes.

    Args:
        counts: How often a document has a word, shape (n_documents, n_words).
        n_topics: How many topics.
        alpha: Prior count of each topic in a document.
        eta: Prior count of each word in a topic.
        rng: Draws the start.
        n_rounds: How often documents and topics take turns.
        n_steps: Updates of the documents within a round.
    """
    raise NotImplementedError(
        "parameters of words are the prior plus what the documents sent; keep "
        "the documents for the next round"
    )


def bound(
    counts: FloatArray,
    words: FloatArray,
    documents: FloatArray,
    alpha: float,
    eta: float,
) -> float:
    """Lower bound on the log probability of all words, in nats."""
    raise NotImplementedError(
        "log of the mixture, and for each Dirichlet the expected log prior "
        "less the log of its density"
    )
