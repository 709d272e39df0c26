"""Runs of hidden Markov models: two coins, two dice, regimes, stays that have a
usual length, and a sign that must be kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np
from sklearn.mixture import GaussianMixture

from snippets.hidden_markov import (
    HMM,
    Bells,
    FloatArray,
    IntArray,
    Series,
    Table,
    bic,
    draw,
    filtered,
    fit,
    log_likelihood,
    parameter_count,
    smooth,
)

N_SEEDS = 10


# --8<-- [start:two]
def two(stay: float, emission: Table | Bells) -> HMM:
    """Two states that are left with the same chance.

    Args:
        stay: Chance to stay for another step.
        emission: What each of the two shows.
    """
    moves = np.array([[stay, 1 - stay], [1 - stay, stay]])
    return HMM(np.full(2, 0.5), moves, emission)


COINS = two(0.8, Table(np.array([[0.5, 0.5], [0.8, 0.2]])))
# --8<-- [end:two]
"""A fair coin and a crooked one; symbol 0 is heads, 1 is tails."""
DICE = HMM(
    np.array([2 / 3, 1 / 3]),
    np.array([[0.95, 0.05], [0.1, 0.9]]),
    Table(np.array([[1 / 6] * 6, [0.1] * 5 + [0.5]])),
)
"""A fair die and a loaded one, which shows half sixes; symbol 5 is the six."""
REGIMES = two(0.95, Bells(np.zeros(2), np.array([1.0, 2.5])))
"""Calm and turbulent: numbers of one mean and two spreads."""


# --8<-- [start:paths]
def all_paths(model: HMM, x: Series) -> Iterator[tuple[tuple[int, ...], float]]:
    """Go through all paths of states, k to the power T of them.

    Args:
        model: One model.
        x: One series, shape (T,).

    Yields:
        A path, and the chance of path and series together.
    """
    seen = np.exp(model.emission.log_density(x[None])[0])  # (T, k)
    for path in product(range(len(model.first)), repeat=len(x)):
        chance = model.first[path[0]] * seen[0, path[0]]
        for t in range(1, len(x)):
            chance *= model.moves[path[t - 1], path[t]] * seen[t, path[t]]
        yield path, float(chance)
    # --8<-- [end:paths]


# --8<-- [start:stacked]
def stacked(
    model: HMM, n: int, n_steps: int, part: int
) -> tuple[IntArray, Series]:
    """Draw series for each of ten seeds.

    Args:
        model: One model.
        n: Series a seed.
        n_steps: Steps T of each.
        part: 0 for those that fit, 1 for those that judge.

    Returns:
        States and values, both of shape (n_seeds, n, T).
    """
    draws = [
        draw(model, n, n_steps, np.random.default_rng([seed, part]))
        for seed in range(N_SEEDS)
    ]
    return np.stack([z for z, _ in draws]), np.stack([x for _, x in draws])


# --8<-- [end:stacked]


def member(model: HMM, place: int) -> HMM:
    """Take one model out of a stack.

    Args:
        model: Models with one leading axis.
        place: Which of them.
    """
    emission = type(model.emission)(*(part[place] for part in model.emission))
    return HMM(model.first[place], model.moves[place], emission)


# --8<-- [start:rivals]
def mixture_shares(x: Series, seed: int) -> FloatArray:
    """Shares of a Gaussian mixture, calm component first, shape (n, T, 2).

    Args:
        x: Numbers, shape (n, T); their order plays no part.
        seed: Of the random starts.
    """
    X = x.reshape(-1, 1)
    mixture = GaussianMixture(
        2, init_params="random_from_data", n_init=5, random_state=seed
    ).fit(X)
    shares = np.asarray(mixture.predict_proba(X))
    order = np.argsort(mixture.covariances_[:, 0, 0])
    return shares[:, order].reshape(*x.shape, 2)


def regime_scores(stay: float, n_steps: int = 150) -> dict[str, FloatArray]:
    """Share of steps whose regime is named rightly, by what names it.

    Args:
        stay: Chance that a regime lasts another step.
        n_steps: Length of each series.

    Returns:
        Shares, each of shape (n_seeds,): of a mixture; of each number alone,
        but with the true spreads; of the past alone; of the whole series. What
        is fitted has five starts.
    """
    truth = two(stay, REGIMES.emission)
    z, x = stacked(truth, 1, n_steps, 0)
    models, _ = fit(x, 2, np.random.default_rng(0), tol=1e-4, max_steps=40)
    spreads = models.emission[-1]
    order = np.argsort(spreads)[:, None, None]  # calm state first
    found = {
        "mixture": np.stack(
            [mixture_shares(x[seed], seed) for seed in range(N_SEEDS)]
        ),
        "true spreads": smooth(two(0.5, REGIMES.emission), x),
        "filter": np.take_along_axis(filtered(models, x), order, axis=-1),
        "smoothing": np.take_along_axis(smooth(models, x), order, axis=-1),
    }
    return {
        name: np.asarray((shares.argmax(axis=-1) == z).mean(axis=(1, 2)))
        for name, shares in found.items()
    }
    # --8<-- [end:rivals]


# --8<-- [start:copies]
def copies(model: HMM, n_copies: int) -> HMM:
    """Split each state in a row of copies, which show the same.

    A copy is left for the next with a chance that keeps the mean stay. Copy c
    belongs to state c // n_copies.

    Args:
        model: One model of two states or more, with bells.
        n_copies: How many copies of each state.

    Raises:
        ValueError: If the mean stay is shorter than the row of copies.
    """
    k, r = len(model.first), n_copies
    leave = r * (1 - np.diag(model.moves))
    if (leave > 1).any():
        raise ValueError(f"{r} copies need a mean stay of {r} steps or more")
    away = model.moves - np.diag(np.diag(model.moves))
    away = away / away.sum(axis=1, keepdims=True)
    moves = np.zeros((k * r, k * r))
    for state in range(k):
        rows = state * r + np.arange(r)
        moves[rows, rows] = 1 - leave[state]
        moves[rows[:-1], rows[1:]] = leave[state]
        moves[rows[-1], ::r] += leave[state] * away[state]
    first = np.repeat(model.first / r, r)
    emission = type(model.emission)(
        *(np.repeat(part, r, axis=0) for part in model.emission)
    )
    return HMM(first, moves, emission)
    # --8<-- [end:copies]


def stay_shares(n_copies: int, mean: float, n_steps: int) -> FloatArray:
    """Chance of each length of stay in a row of copies, shape (n_steps,).

    Args:
        n_copies: How many copies; 1 is the geometric distribution.
        mean: Mean stay, in steps.
        n_steps: Lengths 1 to this are asked for.
    """
    leave = n_copies / mean
    moves = (1 - leave) * np.eye(n_copies) + leave * np.eye(n_copies, k=1)
    at, found = np.eye(n_copies)[0], []
    for _ in range(n_steps):
        found.append(at[-1] * leave)
        at = at @ moves
    return np.array(found)


def regular(
    n: int, n_steps: int, rng: np.random.Generator
) -> tuple[IntArray, FloatArray]:
    """Two regimes that take turns, each for 8 to 12 steps.

    Args:
        n: How many series.
        n_steps: Steps T of each.
        rng: Source of stays and of what is seen, with means 0 and 1.5.

    Returns:
        Regimes and numbers, both of shape (n, T).
    """
    z = np.empty((n, n_steps), dtype=np.int64)
    for row in z:
        stays = rng.integers(8, 13, n_steps // 8 + 2)
        names = (np.arange(len(stays)) + rng.integers(2)) % 2
        begin = rng.integers(stays[0])
        row[:] = np.repeat(names, stays)[begin : begin + n_steps]
    return z, rng.normal(1.5 * z, 1.0)


# --8<-- [start:kept]
def signs(n: int, n_steps: int, rng: np.random.Generator) -> IntArray:
    """Rows of signs, 0 or 1; the last symbol, 2 or 3, repeats the first sign.

    Args:
        n: How many rows.
        n_steps: How many signs before the answer.
        rng: Source of the signs.

    Returns:
        Symbols, shape (n, T + 1).
    """
    x = rng.integers(0, 2, (n, n_steps))
    return np.concatenate([x, 2 + x[:, :1]], axis=1)


def keeper(n_steps: int) -> HMM:
    """Six states, set by hand, that keep the first sign to the end.

    Args:
        n_steps: How many signs are expected before the answer.
    """
    leave = 1 / n_steps
    moves = np.zeros((6, 6))
    for sign in (0, 1):  # state 0 or 1 reads, 2 or 3 keeps, 4 or 5 answers
        moves[sign, 2 + sign] = moves[4 + sign, 4 + sign] = 1
        moves[2 + sign, 2 + sign], moves[2 + sign, 4 + sign] = 1 - leave, leave
    shown = np.zeros((6, 4))
    shown[[0, 1, 4, 5], [0, 1, 2, 3]] = 1
    shown[2:4, :2] = 0.5
    return HMM(np.array([0.5, 0.5, 0, 0, 0, 0]), moves, Table(shown))


def answered(model: HMM, x: IntArray) -> FloatArray:
    """Share of rows whose answer is the likelier of the two, shape (...).

    Args:
        model: The model, or a stack.
        x: Rows of `signs`, shape (..., n, T + 1).
    """
    levels = []
    for answer in (2, 3):
        asked = x.copy()
        asked[..., -1] = answer
        levels.append(log_likelihood(model, asked))
    said = np.where(levels[1] > levels[0], 3, 2)
    return np.asarray((said == x[..., -1]).mean(axis=-1))
    # --8<-- [end:kept]


# --8<-- [start:choice]
THREE = HMM(
    np.full(3, 1 / 3),
    0.05 + 0.85 * np.eye(3),
    Bells(np.array([-2.0, 0.0, 2.0]), np.ones(3)),
)
"""Three states with means a little apart, each left every tenth step."""


class Choice(NamedTuple):
    """What fits of one number of states gave, each of shape (n_seeds,).

    Attributes:
        seen: Log likelihood a value of the series that were fitted, in nats.
        new: That of new series.
        bic: Bayesian information criterion.
    """

    seen: FloatArray
    new: FloatArray
    bic: FloatArray


def choices(
    model: HMM, ks: range, n: int = 4, n_steps: int = 50
) -> dict[int, Choice]:
    """Fit series of ten seeds with each number of states, from three starts.

    Args:
        model: Where the series come from; it has bells.
        ks: Numbers of states.
        n: Series a seed to fit; five times as many are new.
        n_steps: Steps T of each.
    """
    _, x = stacked(model, n, n_steps, 0)
    _, new = stacked(model, 5 * n, n_steps, 1)
    found, n_values = {}, n * n_steps
    for k in ks:
        models, level = fit(
            x, k, np.random.default_rng(0), n_starts=3, tol=1e-4, max_steps=40
        )
        judged = log_likelihood(models, new).mean(axis=-1) / n_steps
        price = bic(level, n_values, parameter_count(k))
        found[k] = Choice(level / n_values, judged, price)
    return found
    # --8<-- [end:choice]
