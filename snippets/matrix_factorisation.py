"""Matrix factorisation from scratch: the truncated SVD, NMF, a table with gaps
by alternating least squares, and topics by variational Bayes.

Updates: Lee and Seung 2001; topics: Blei, Ng and Jordan 2003, with the prior
over words and the start of scikit-learn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaln

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

TINY = 1e-300
"""What a denominator is at least, so that 0 divided by 0 is 0."""


def check_rank(X: FloatArray, k: int) -> None:
    """Refuse a table that is none, and a rank that it cannot have.

    Raises:
        ValueError: If the table has not two axes, a value is not finite, or
            the rank is below 1 or above the shorter side.
    """
    if X.ndim != 2 or not np.isfinite(X).all():
        raise ValueError(
            f"X must be a finite table, got the shape {X.shape} or nan or inf"
        )
    if not 1 <= k <= min(X.shape):
        raise ValueError(f"k must be from 1 to {min(X.shape)}, got {k}")


def check_signs(**tables: FloatArray) -> None:
    """Refuse a value below 0 or one that is not finite.

    Raises:
        ValueError: With the name of the table.
    """
    for name, table in tables.items():
        if not (np.isfinite(table).all() and (table >= 0).all()):
            raise ValueError(f"{name} must be finite and nowhere below 0")


def check_known(R: FloatArray, known: BoolArray) -> None:
    """Refuse ratings and a table of what is known that do not match.

    Raises:
        ValueError: If shapes differ, nothing is known, or a known rating is
            not finite.
    """
    if R.ndim != 2 or R.shape != known.shape:
        raise ValueError(
            f"R and known must be tables of one shape, got {R.shape} and "
            f"{known.shape}"
        )
    if not known.any() or not np.isfinite(R[known]).all():
        raise ValueError("there must be known ratings, each of them finite")


# --8<-- [start:svd]
def low_rank(X: FloatArray, k: int) -> tuple[FloatArray, FloatArray]:
    """The nearest table of rank k, as a product.

    Args:
        X: A table, shape (n_rows, n_columns).
        k: Rank, at most the shorter side.

    Returns:
        Rows times singular values, shape (n_rows, k), and directions, shape
        (k, n_columns), each with its largest entry above 0.
    """
    check_rank(X, k)
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    largest = Vt[np.arange(k), np.abs(Vt[:k]).argmax(axis=1)]
    signs = np.sign(largest)  # both signs are equally good; we choose one
    return U[:, :k] * s[:k] * signs, Vt[:k] * signs[:, None]
    # --8<-- [end:svd]


# --8<-- [start:nmf]
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
    check_signs(X=X, W=W, H=H)
    W, H = W.copy(), H.copy()
    losses = [((X - W @ H) ** 2).sum()]
    for _ in range(n_rounds):
        W *= (X @ H.T) / np.maximum(W @ (H @ H.T), TINY)
        H *= (W.T @ X) / np.maximum(W.T @ W @ H, TINY)
        losses.append(((X - W @ H) ** 2).sum())
    return W, H, np.array(losses)
    # --8<-- [end:nmf]


# --8<-- [start:kl]
def nmf_kl(
    X: FloatArray, W: FloatArray, H: FloatArray, n_rounds: int
) -> tuple[FloatArray, FloatArray]:
    """The same for counts: the divergence of Kullback and Leibler."""
    check_signs(X=X, W=W, H=H)
    W, H = W.copy(), H.copy()
    for _ in range(n_rounds):
        ratio = X / np.maximum(W @ H, TINY)
        W *= ratio @ H.T / np.maximum(H.sum(axis=1), TINY)
        ratio = X / np.maximum(W @ H, TINY)
        H *= W.T @ ratio / np.maximum(W.sum(axis=0)[:, None], TINY)
    return W, H
    # --8<-- [end:kl]


# --8<-- [start:means]
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
    check_known(R, known)
    seen = known.astype(np.float64)
    mean = R[known].mean()
    centred = np.where(known, R - mean, 0.0)
    user, item = np.zeros(len(R)), np.zeros(R.shape[1])
    per_user = np.maximum(seen.sum(axis=1) + shrink, TINY)
    per_item = np.maximum(seen.sum(axis=0) + shrink, TINY)
    for _ in range(n_rounds):
        user = (centred.sum(axis=1) - seen @ item) / per_user
        item = (centred.sum(axis=0) - user @ seen) / per_item
    return np.asarray(mean + user[:, None] + item)
    # --8<-- [end:means]


# --8<-- [start:als]
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
    seen, k = known.astype(np.float64), Q.shape[1]
    products = (Q[:, :, None] * Q[:, None, :]).reshape(-1, k * k)
    squares = (seen @ products).reshape(-1, k, k)  # own items alone
    right = np.where(known, R, 0.0) @ Q
    ridge = squares + penalty * np.eye(k)
    return np.asarray(np.linalg.solve(ridge, right[:, :, None])[:, :, 0])


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
    check_known(R, known)
    if penalty <= 0:
        raise ValueError(f"penalty must be above 0, got {penalty}")
    P = ridge_rows(R, known, Q, penalty)
    for _ in range(n_rounds):
        Q = ridge_rows(R.T, known.T, P, penalty)
        P = ridge_rows(R, known, Q, penalty)
    return P, Q
    # --8<-- [end:als]


@dataclass(frozen=True, slots=True, eq=False)
class Topics:
    """Topics that were found in counts of words.

    Attributes:
        words: Parameters of each topic's Dirichlet, shape (n_topics, n_words);
            divided by their sum, the shares of words.
        documents: The same for documents, shape (n_documents, n_topics).
        bounds: Bound on the log evidence after each round, in nats.
    """

    words: FloatArray
    documents: FloatArray
    bounds: FloatArray


# --8<-- [start:topics]
def typical(parameters: FloatArray) -> FloatArray:
    """The exponential of the expected log share, for each row's Dirichlet."""
    total = parameters.sum(axis=1, keepdims=True)
    return np.asarray(np.exp(digamma(parameters) - digamma(total)))


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
    topics, documents = typical(words), start
    for _ in range(n_steps):
        shares = typical(documents)
        ratio = counts / np.maximum(shares @ topics, TINY)
        documents = alpha + shares * (ratio @ topics.T)
    shares = typical(documents)
    ratio = counts / np.maximum(shares @ topics, TINY)
    return documents, topics * (shares.T @ ratio)


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
    check_signs(counts=counts)
    words = rng.gamma(100.0, 0.01, (n_topics, counts.shape[1]))
    documents, bounds = rng.gamma(100.0, 0.01, (len(counts), n_topics)), []
    for _ in range(n_rounds):
        documents, taken = e_step(counts, words, alpha, documents, n_steps)
        words = eta + taken
        bounds.append(bound(counts, words, documents, alpha, eta))
    return Topics(words, documents, np.array(bounds))
    # --8<-- [end:topics]


# --8<-- [start:bound]
def bound(
    counts: FloatArray,
    words: FloatArray,
    documents: FloatArray,
    alpha: float,
    eta: float,
) -> float:
    """Lower bound on the log probability of all words, in nats."""
    mixed = typical(documents) @ typical(words)
    found = (counts * np.log(np.maximum(mixed, TINY))).sum()
    for parameters, prior in ((documents, alpha), (words, eta)):
        total, n = parameters.sum(axis=1), parameters.shape[1]
        expected = digamma(parameters) - digamma(total)[:, None]
        found += ((prior - parameters) * expected).sum()
        found += (gammaln(parameters) - gammaln(prior)).sum()
        found += (gammaln(n * prior) - gammaln(total)).sum()
    return float(found)
    # --8<-- [end:bound]
