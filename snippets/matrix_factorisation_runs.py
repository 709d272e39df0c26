"""What matrix factorisation is tried on: ratings with gaps and documents with
known topics, all drawn, and the comparisons made with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from snippets.matrix_factorisation import (
    BoolArray,
    FloatArray,
    als,
    e_step,
    find_topics,
    low_rank,
    nmf,
    nmf_kl,
    ridge_rows,
    user_item_means,
)

RANK, NOISE, SIDE = 3, 0.5, 5
"""Factors of the ratings, their noise in stars, and the side of the bars."""


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """Ratings in stars, whether anybody gave them or not.

    Attributes:
        truth: Without noise, shape (n_users, n_items).
        stars: With noise, the same shape.
        taste: The truth less the offsets, the same shape.
    """

    truth: FloatArray
    stars: FloatArray
    taste: FloatArray


# --8<-- [start:draw]
def draw(
    rng: np.random.Generator, n_users: int = 200, n_items: int = 60
) -> Ratings:
    """Draw ratings around 3.5 stars.

    Offsets of users and of items have a deviation of half a star, the taste,
    of three factors, has one of 0.7 stars, and the noise one of half a star.
    """
    users = 0.5 * rng.standard_normal((n_users, 1))
    items = 0.5 * rng.standard_normal(n_items)
    P = rng.standard_normal((n_users, RANK))
    Q = rng.standard_normal((n_items, RANK))
    taste = 0.7 * P @ Q.T / np.sqrt(RANK)
    truth = 3.5 + users + items + taste
    noise = NOISE * rng.standard_normal(truth.shape)
    return Ratings(truth, truth + noise, taste)


def seen(
    rng: np.random.Generator, shape: tuple[int, int], per_user: int
) -> BoolArray:
    """Choose as many items for each user, the popular ones more often: item j
    of m has a weight of 1 / (j + m / 10).
    """
    n_users, n_items = shape
    weights = 1 / (np.arange(1, n_items + 1) + n_items / 10)
    # the largest of these keys are a draw without replacement
    keys = np.log(weights) + rng.gumbel(size=shape)
    order = np.argsort(-keys, axis=1)[:, :per_user]
    chosen = np.zeros((n_users, n_items), dtype=np.bool_)
    np.put_along_axis(chosen, order, True, axis=1)
    return chosen
    # --8<-- [end:draw]


def hold_out(
    rng: np.random.Generator, known: BoolArray, share: float
) -> tuple[BoolArray, BoolArray]:
    """Split known entries into those to fit and those to hold out."""
    held = known & (rng.uniform(size=known.shape) < share)
    return known & ~held, held


def rmse(R: FloatArray, predicted: FloatArray, where: BoolArray) -> float:
    """Root of the mean squared error over some entries, in stars."""
    return float(np.sqrt(((R - predicted)[where] ** 2).mean()))


# --8<-- [start:arms]
Arm = Callable[[FloatArray, BoolArray, float], FloatArray]


def of_means(R: FloatArray, known: BoolArray, shrink: float) -> FloatArray:
    """User and item means."""
    return user_item_means(R, known, shrink)


def of_zeros(R: FloatArray, known: BoolArray, k: float) -> FloatArray:
    """A truncated SVD of the table, with zeros for gaps."""
    left, right = low_rank(np.where(known, R, 0.0), int(k))
    return left @ right


def of_filled(R: FloatArray, known: BoolArray, k: float) -> FloatArray:
    """A truncated SVD of the residuals of the means, with zeros for gaps."""
    base = user_item_means(R, known, 3.0)
    left, right = low_rank(np.where(known, R - base, 0.0), int(k))
    return np.asarray(base + left @ right)


def of_als(
    R: FloatArray, known: BoolArray, penalty: float, k: int = RANK
) -> FloatArray:
    """Means, and factors of what they leave."""
    base = user_item_means(R, known, 3.0)
    start = np.random.default_rng(0).standard_normal((R.shape[1], k))
    P, Q = als(R - base, known, start, penalty, 15)
    return np.asarray(base + P @ Q.T)


ARMS: dict[str, tuple[Arm, tuple[float, ...]]] = {
    "SVD of zeros": (of_zeros, (1, 2, 3, 5, 8)),
    "user and item means": (of_means, (0.3, 1, 3, 10, 30)),
    "SVD of residuals": (of_filled, (1, 2, 3, 5, 8)),
    "ALS, hardly a penalty": (of_als, (0.01,)),
    "ALS": (of_als, (1, 2, 4, 8, 16)),
}
"""Each with the five settings that held-out entries choose from; one has the
penalty that a user forgets to set.
"""
# --8<-- [end:arms]


# --8<-- [start:rivals]
def rivals(per_user: int, seeds: Iterable[int]) -> dict[str, FloatArray]:
    """Error of each arm on entries that nobody fitted, against the truth with
    noise, one a seed.
    """
    found: dict[str, list[float]] = {name: [] for name in ARMS}
    for seed in seeds:
        rng = np.random.default_rng(seed)
        R = draw(rng).stars
        known = seen(rng, R.shape, per_user)
        train, choose = hold_out(rng, known, 0.2)
        for name, (arm, settings) in ARMS.items():
            tried = [
                rmse(R, arm(R, train, setting), choose) for setting in settings
            ]
            best = settings[int(np.argmin(tried))]
            found[name].append(rmse(R, arm(R, known, best), ~known))
    return {name: np.array(errors) for name, errors in found.items()}
    # --8<-- [end:rivals]


def rank_errors(
    ranks: Sequence[int],
    penalties: Sequence[float],
    seeds: Iterable[int],
    per_user: int = 30,
) -> FloatArray:
    """Error on fitted and on held-out entries by rank.

    Returns:
        Shape (n_penalties, n_ranks, 2, n_seeds), in stars.
    """
    found = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        R = draw(rng).stars
        known = seen(rng, R.shape, per_user)
        train, held = hold_out(rng, known, 0.2)
        tries = [
            [of_als(R, train, penalty, k) for k in ranks]
            for penalty in penalties
        ]
        found.append(
            [
                [
                    [rmse(R, said, where) for where in (train, held)]
                    for said in row
                ]
                for row in tries
            ]
        )
    return np.moveaxis(np.array(found), 0, -1)


# --8<-- [start:chosen]
def flattered(
    seeds: Iterable[int], pull: float
) -> tuple[FloatArray, FloatArray]:
    """Let users rate what they like, and hold out at random.

    Args:
        seeds: One draw each.
        pull: By how much a star more raises the log odds of a rating.

    Returns:
        For held-out entries and for all that were never rated: the error, and
        the mean of prediction less rating, in stars; shape (n_seeds, 2) each.
    """
    errors, shifts = [], []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        R = draw(rng).stars
        chance = 1 / (1 + np.exp(1.2 - pull * (R - R.mean())))
        known = rng.uniform(size=R.shape) < chance
        train, held = hold_out(rng, known, 0.2)
        predicted = of_als(R, train, 4.0)
        errors.append([rmse(R, predicted, each) for each in (held, ~known)])
        shifts.append([(predicted - R)[each].mean() for each in (held, ~known)])
    return np.array(errors), np.array(shifts)
    # --8<-- [end:chosen]


# --8<-- [start:cold]
def cold_errors(
    counts: Sequence[int], seeds: Iterable[int]
) -> dict[str, FloatArray]:
    """Error for users who came after the fit, by how much they have rated.

    Args:
        counts: Numbers of ratings of a new user, from 0.
        seeds: One draw each.

    Returns:
        For the item means, and for factors folded in: shape (n_counts,
        n_seeds), in stars.
    """
    found: dict[str, list[list[float]]] = {"offset": [], "offset, factors": []}
    for seed in seeds:
        rng = np.random.default_rng(seed)
        R = draw(rng, n_users=400).stars
        old, new = R[:200], R[200:]
        known = seen(rng, old.shape, 30)
        base = user_item_means(old, known, 3.0)
        start = rng.standard_normal((R.shape[1], RANK))
        _, Q = als(old - base, known, start, 4.0)
        items = base.mean(axis=0)  # a user whose offset is that of the mean
        order = rng.permuted(np.tile(np.arange(60), (200, 1)), axis=1)
        for name, rows in found.items():
            errors = []
            for n in counts:
                fit = order < n  # which of the sixty a new user has rated
                gaps = np.where(fit, new - items, 0.0)
                offset = gaps.sum(axis=1, keepdims=True) / (n + 3.0)
                said = items + offset
                if name != "offset":
                    P = ridge_rows(new - said, fit, Q, 4.0)
                    said = said + P @ Q.T
                errors.append(rmse(new, said, order >= max(counts)))
            rows.append(errors)
    return {name: np.array(rows).T for name, rows in found.items()}
    # --8<-- [end:cold]


# --8<-- [start:later]
def later_errors(seeds: Iterable[int], drift: float) -> FloatArray:
    """Error on held-out entries, drawn at random or the last ones, where the
    taste of each user drifts.

    Args:
        seeds: One draw each.
        drift: How far a taste turns from the first item to the last, in
            radians.

    Returns:
        Random and last fifth, shape (n_seeds, 2), in stars.
    """
    found = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        drawn = draw(rng)
        known = seen(rng, drawn.stars.shape, 30)
        when = rng.permuted(np.tile(np.arange(60.0), (200, 1)), axis=1)
        rank = np.where(known, when, np.inf).argsort(axis=1).argsort(axis=1)
        turn = drift * rank / 30
        # from the own taste towards that of the neighbour
        own = drawn.taste * np.cos(turn)
        other = np.roll(drawn.taste, 1, axis=0) * np.sin(turn)
        R = drawn.stars - drawn.taste + own + other
        late = known & (rank >= 24)
        early = known & ~late
        order = np.where(known, rng.uniform(size=R.shape), np.inf)
        some = known & (order.argsort(axis=1).argsort(axis=1) >= 24)
        found.append(
            [
                rmse(R, of_als(R, known & ~some, 4.0), some),
                rmse(R, of_als(R, early, 4.0), late),
            ]
        )
    return np.array(found)
    # --8<-- [end:later]


# --8<-- [start:bars]
def bars() -> FloatArray:
    """Ten topics of 25 words: the rows and the columns of a square, with even
    shares; shape (10, 25).
    """
    topics = np.zeros((2 * SIDE, SIDE, SIDE))
    for i in range(SIDE):
        topics[i, i, :] = topics[SIDE + i, :, i] = 1 / SIDE
    return topics.reshape(2 * SIDE, SIDE**2)


def documents(
    rng: np.random.Generator, n: int, n_words: int, alpha: float
) -> FloatArray:
    """Draw counts of words, shape (n, 25): shares of topics from a Dirichlet,
    then each word from the mixture.
    """
    shares = rng.dirichlet(np.full(2 * SIDE, alpha), n)
    return rng.multinomial(n_words, shares @ bars()).astype(np.float64)
    # --8<-- [end:bars]


# --8<-- [start:matched]
def matched(truth: FloatArray, found: FloatArray) -> FloatArray:
    """How far each true topic is from the topic that it is paired with.

    Args:
        truth: Shares of words, shape (n_topics, n_words).
        found: Parts or parameters above 0, the same shape, in any order.

    Returns:
        Half the sum of absolute differences of shares, from 0 to 1, shape
        (n_topics,); the pairs make the sum of all least.
    """
    shares = found / found.sum(axis=1, keepdims=True)
    apart = np.abs(truth[:, None] - shares).sum(axis=2) / 2
    rows, columns = linear_sum_assignment(apart)
    return np.asarray(apart[rows, columns])
    # --8<-- [end:matched]


def tf_idf(counts: FloatArray) -> FloatArray:
    """Counts times the logarithm of how rare a word is, rows of length 1, as
    `TfidfTransformer` has it.
    """
    frequency = (counts > 0).sum(axis=0)
    rare = np.log((1 + len(counts)) / (1 + frequency)) + 1
    weighed = counts * rare
    length = np.sqrt((weighed**2).sum(axis=1, keepdims=True))
    return np.asarray(weighed / length)


# --8<-- [start:topic_arms]
CORPORA = {
    "plain": (200, 60, 0.3),
    "mixed": (200, 60, 1.0),
    "short": (200, 15, 0.3),
}
"""Documents, words in each, and the prior count of each topic in one."""

TOPIC_ARMS = ("NMF of tf-idf", "NMF of counts, KL", "LDA")


def find(
    arm: str,
    counts: FloatArray,
    alpha: float,
    rng: np.random.Generator,
    n_topics: int = 2 * SIDE,
) -> tuple[FloatArray, float]:
    """Find topics by one arm, with 400 updates of the documents each.

    Returns:
        Parts or parameters, shape (n_topics, n_words), and what the arm
        maximises.

    Raises:
        ValueError: If there is no such arm.
    """
    if arm not in TOPIC_ARMS:
        raise ValueError(f"arm must be one of {TOPIC_ARMS}, got {arm!r}")
    if arm == "LDA":
        topics = find_topics(counts, n_topics, alpha, 0.1, rng, 40, 10)
        return topics.words, float(topics.bounds[-1])
    W = rng.uniform(0.1, 1, (len(counts), n_topics))
    H = rng.uniform(0.1, 1, (n_topics, counts.shape[1]))
    if arm == "NMF of tf-idf":
        _, H, losses = nmf(tf_idf(counts), W, H, 400)
        return H, -float(losses[-1])
    W, H = nmf_kl(counts, W, H, 400)
    mixed = np.maximum(W @ H, 1e-300)
    return H, float((counts * np.log(mixed) - mixed).sum())


def topic_runs(
    corpus: str, seeds: Iterable[int], n_starts: int = 3
) -> dict[str, FloatArray]:
    """Find the bars in new draws, from one start and from several.

    Returns:
        For each arm the mean distance of the ten topics to the truth, as
        `matched` has it, by the first start and by the best one, as its own
        loss or bound has it; shape (n_seeds, 2).
    """
    n, n_words, alpha = CORPORA[corpus]
    found: dict[str, list[list[float]]] = {arm: [] for arm in TOPIC_ARMS}
    for seed in seeds:
        counts = documents(np.random.default_rng(seed), n, n_words, alpha)
        for arm, shares in found.items():
            runs = [
                find(arm, counts, alpha, np.random.default_rng([seed, start]))
                for start in range(n_starts)
            ]
            best = max(runs, key=lambda run: run[1])
            shares.append(
                [
                    float(matched(bars(), parts).mean())
                    for parts, _ in (runs[0], best)
                ]
            )
    return {arm: np.array(shares) for arm, shares in found.items()}
    # --8<-- [end:topic_arms]


# --8<-- [start:perplexity]
def perplexity(
    counts: FloatArray,
    words: FloatArray,
    alpha: float,
    rng: np.random.Generator,
) -> float:
    """How many words a model hesitates between, for the second half of each
    new document when it has read the first.
    """
    first = rng.binomial(counts.astype(np.int64), 0.5).astype(np.float64)
    start = np.ones((len(counts), len(words)))
    shares, _ = e_step(first, words, alpha, start, 50)
    shares = shares / shares.sum(axis=1, keepdims=True)
    mixed = shares @ (words / words.sum(axis=1, keepdims=True))
    rest = counts - first
    return float(np.exp(-(rest * np.log(mixed)).sum() / rest.sum()))
    # --8<-- [end:perplexity]


def perplexities(
    numbers: Sequence[int], seeds: Iterable[int], n_starts: int = 2
) -> FloatArray:
    """Perplexity of new documents by the number of topics, for the start with
    the best bound; shape (n_numbers, n_seeds).
    """
    n, n_words, alpha = CORPORA["plain"]
    found = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        counts, new = (documents(rng, n, n_words, alpha) for _ in range(2))
        row = []
        for k in numbers:
            runs = [
                find("LDA", counts, alpha, np.random.default_rng([seed, i]), k)
                for i in range(n_starts)
            ]
            words = max(runs, key=lambda run: run[1])[0]
            mixing = np.random.default_rng(seed)
            row.append(perplexity(new, words, alpha, mixing))
        found.append(row)
    return np.array(found).T


# --8<-- [start:popular]
def by_popularity(seeds: Iterable[int]) -> tuple[FloatArray, FloatArray]:
    """Look at items by how often they were rated, in quarters.

    Returns:
        Error on unknown entries, shape (n_seeds, 4), the most popular quarter
        first; and the share of it among the five best unknown items of each
        user, by prediction and by the truth, shape (n_seeds, 2).
    """
    errors, shares = [], []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        drawn = draw(rng)
        known = seen(rng, drawn.stars.shape, 10)
        said = of_als(drawn.stars, known, 4.0)
        quarters = np.argsort(-known.sum(axis=0), kind="stable").reshape(4, -1)
        errors.append(
            [
                rmse(drawn.truth[:, q], said[:, q], ~known[:, q])
                for q in quarters
            ]
        )
        row = []
        for scores in (said, drawn.truth):
            best = np.argsort(-np.where(known, -np.inf, scores), axis=1)[:, :5]
            row.append(float(np.isin(best, quarters[0]).mean()))
        shares.append(row)
    return np.array(errors), np.array(shares)
    # --8<-- [end:popular]
