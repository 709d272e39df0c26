"""Hidden Markov models from scratch: forward, backward, smoothing, Viterbi and
Baum-Welch, in logarithms.

Leading axes stack models, such as several starts or seeds, which are run side
by side. It saves time and changes no number.

Sources: Baum, Petrie, Soules and Weiss 1970 (the steps of EM), Viterbi 1967
(the best path), Rabiner 1989 (all of it in one place).
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Series = NDArray[Any]
"""What is seen: codes of symbols or numbers, shape (..., n, T)."""


# --8<-- [start:logs]
def log(shares: FloatArray) -> FloatArray:
    """Take logarithms, where that of 0 is minus infinity."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(shares))


def log_sum(logs: FloatArray, axis: int) -> FloatArray:
    """Logarithm of a sum of exponentials, taken from their largest."""
    top = np.max(logs, axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    total = np.exp(logs - top).sum(axis=axis, keepdims=True)
    return np.asarray((log(total) + top).squeeze(axis))


# --8<-- [end:logs]


class Emission(Protocol):
    """What each state shows."""

    def log_density(self, x: Series) -> FloatArray:
        """Log density of each value in each state, shape (..., n, T, k)."""

    def refit(self, x: Series, shares: FloatArray) -> Self:
        """Fit again, with each value shared out among the states."""


# --8<-- [start:emissions]
def rows_of(counts: FloatArray, old: FloatArray) -> FloatArray:
    """Divide each row by its sum; a row without counts stays as it was."""
    total = counts.sum(axis=-1, keepdims=True)
    return np.where(total > 0, counts / np.where(total > 0, total, 1), old)


def in_a_row(shares: FloatArray) -> FloatArray:
    """Put all steps of all series of a model in a row, shape (..., n T, k)."""
    return shares.reshape(*shares.shape[:-3], -1, shares.shape[-1])


class Table(NamedTuple):
    """States that show one of m symbols.

    Attributes:
        shares: Chance of each symbol in each state, shape (..., k, m).
    """

    shares: FloatArray

    def log_density(self, x: Series) -> FloatArray:
        """Log chance of each symbol in each state, shape (..., n, T, k)."""
        columns = log(self.shares).mT  # (..., m, k)
        stack = np.broadcast_shapes(columns.shape[:-2], x.shape[:-2])
        columns = np.broadcast_to(columns, (*stack, *columns.shape[-2:]))
        codes = np.broadcast_to(x, (*stack, *x.shape[-2:]))
        codes = codes.reshape(*stack, -1, 1)
        found = np.take_along_axis(columns, codes, axis=-2)
        return found.reshape(*stack, *x.shape[-2:], -1)

    def refit(self, x: Series, shares: FloatArray) -> Self:
        """Count each symbol by its share in each state."""
        seen = x[..., None] == np.arange(self.shares.shape[-1])
        counts = in_a_row(shares).mT @ in_a_row(seen)
        return self._replace(shares=rows_of(counts, self.shares))


class Bells(NamedTuple):
    """States that show a number with a normal distribution.

    Attributes:
        means: Mean of each state, shape (..., k), in the unit of x.
        sds: Standard deviation of each, shape (..., k), in the unit of x.
    """

    means: FloatArray
    sds: FloatArray

    def log_density(self, x: Series) -> FloatArray:
        """Log density of each number in each state, shape (..., n, T, k)."""
        mean, sd = (each[..., None, None, :] for each in self)
        z = (x[..., None] - mean) / sd
        return np.asarray(-0.5 * z**2 - np.log(sd * np.sqrt(2 * np.pi)))

    def refit(self, x: Series, shares: FloatArray) -> Self:
        """Weighted mean and standard deviation; the latter has a floor."""
        weight = shares.sum(axis=(-3, -2)) + 1e-300
        means = (shares * x[..., None]).sum(axis=(-3, -2)) / weight
        gaps = (x[..., None] - means[..., None, None, :]) ** 2
        variance = (shares * gaps).sum(axis=(-3, -2)) / weight
        floor = 1e-3 * x.std(axis=(-2, -1))[..., None]
        sds = np.maximum(np.sqrt(variance), floor)
        return self._replace(means=means, sds=sds)


# --8<-- [end:emissions]


class HMM(NamedTuple):
    """A hidden Markov model of k states, or a stack of them.

    Attributes:
        first: Chance of each state at the first step, shape (..., k).
        moves: Chance of each state (column) after each (row), shape
            (..., k, k).
        emission: What each state shows.
    """

    first: FloatArray
    moves: FloatArray
    emission: Table | Bells


def check(model: HMM, x: Series) -> None:
    """Refuse what is no model, or no series for it.

    Args:
        model: The model, or a stack.
        x: Series, shape (..., n, T).

    Raises:
        ValueError: If a row is no distribution, x has fewer than two axes or
            no value, or a symbol is unknown.
    """
    for name, rows in (("first", model.first), ("moves", model.moves)):
        if (rows < 0).any() or not np.allclose(rows.sum(axis=-1), 1):
            raise ValueError(f"a row of {name} is no distribution")
    if x.ndim < 2 or not x.size:
        raise ValueError(f"x must have shape (..., n, T), got {x.shape}")
    if isinstance(model.emission, Table):
        m = model.emission.shares.shape[-1]
        if x.min() < 0 or x.max() >= m:
            raise ValueError(f"symbols must be from 0 to {m - 1}")


# --8<-- [start:forward]
def forward(model: HMM, x: Series) -> FloatArray:
    """Log chance of all that was seen up to a step, and a state at that step.

    Args:
        model: The model, or a stack.
        x: Series, shape (..., n, T).

    Returns:
        Shape (..., n, T, k).
    """
    check(model, x)
    seen = model.emission.log_density(x)
    moves = log(model.moves)[..., None, :, :]
    alpha = np.empty_like(seen)
    alpha[..., 0, :] = log(model.first)[..., None, :] + seen[..., 0, :]
    for t in range(1, x.shape[-1]):
        ways = alpha[..., t - 1, :, None] + moves  # from a row to a column
        alpha[..., t, :] = log_sum(ways, axis=-2) + seen[..., t, :]
    return alpha


def backward(model: HMM, x: Series) -> FloatArray:
    """Log chance of all that is seen after a step, given a state at that step.

    Args:
        model: The model, or a stack.
        x: Series, shape (..., n, T).

    Returns:
        Shape (..., n, T, k).
    """
    check(model, x)
    seen = model.emission.log_density(x)
    moves = log(model.moves)[..., None, :, :]
    beta = np.zeros_like(seen)
    for t in reversed(range(x.shape[-1] - 1)):
        ahead = seen[..., t + 1, :] + beta[..., t + 1, :]
        beta[..., t, :] = log_sum(moves + ahead[..., None, :], axis=-1)
    return beta


def log_likelihood(model: HMM, x: Series) -> FloatArray:
    """Log chance of each series, in nats, shape (..., n)."""
    return log_sum(forward(model, x)[..., -1, :], axis=-1)


def smooth(model: HMM, x: Series) -> FloatArray:
    """Chance of each state at each step, given the whole series.

    Args:
        model: The model, or a stack.
        x: Series, shape (..., n, T).

    Returns:
        Shape (..., n, T, k), each last axis sums to 1.
    """
    both = forward(model, x) + backward(model, x)
    return np.asarray(np.exp(both - log_sum(both, axis=-1)[..., None]))
    # --8<-- [end:forward]


# --8<-- [start:filtered]
def filtered(model: HMM, x: Series) -> FloatArray:
    """Chance of each state at each step, given the series up to it.

    Args:
        model: The model, or a stack.
        x: Series, shape (..., n, T).

    Returns:
        Shape (..., n, T, k), each last axis sums to 1.
    """
    alpha = forward(model, x)
    return np.asarray(np.exp(alpha - log_sum(alpha, axis=-1)[..., None]))
    # --8<-- [end:filtered]


# --8<-- [start:viterbi]
def trellis(model: HMM, x: Series) -> tuple[FloatArray, IntArray]:
    """Find the best way to each state at each step.

    Args:
        model: The model, or a stack.
        x: Series, shape (..., n, T).

    Returns:
        Log chance of the best path that ends there, with what was seen so far,
        and the state that it came from (0 at the first step), both of shape
        (..., n, T, k).
    """
    check(model, x)
    seen = model.emission.log_density(x)
    moves = log(model.moves)[..., None, :, :]
    best, came = np.empty_like(seen), np.zeros(seen.shape, dtype=np.int64)
    best[..., 0, :] = log(model.first)[..., None, :] + seen[..., 0, :]
    for t in range(1, x.shape[-1]):
        ways = best[..., t - 1, :, None] + moves  # from a row to a column
        came[..., t, :] = ways.argmax(axis=-2)
        best[..., t, :] = ways.max(axis=-2) + seen[..., t, :]
    return best, came


def viterbi(model: HMM, x: Series) -> tuple[IntArray, FloatArray]:
    """The most likely path of states, given the whole series.

    Args:
        model: The model, or a stack.
        x: Series, shape (..., n, T).

    Returns:
        States, shape (..., n, T), and the log chance of each path together
        with its series, shape (..., n).
    """
    best, came = trellis(model, x)
    path = np.zeros(came.shape[:-1], dtype=np.int64)
    path[..., -1] = best[..., -1, :].argmax(axis=-1)
    for t in reversed(range(1, x.shape[-1])):
        now = path[..., t, None]
        path[..., t - 1] = np.take_along_axis(came[..., t, :], now, -1)[..., 0]
    return path, np.asarray(best[..., -1, :].max(axis=-1))
    # --8<-- [end:viterbi]


# --8<-- [start:em]
class Shares(NamedTuple):
    """What a model believes of series that it has seen.

    Attributes:
        states: Chance of each state at each step, shape (..., n, T, k).
        moves: Expected number of moves from row to column, shape (..., k, k).
        level: Log likelihood of all series together, in nats, shape (...).
    """

    states: FloatArray
    moves: FloatArray
    level: FloatArray


def share_out(model: HMM, x: Series) -> Shares:
    """The E-step: share out each step, and each move, among the states.

    Args:
        model: The model, or a stack.
        x: Series, shape (..., n, T).
    """
    alpha, beta = forward(model, x), backward(model, x)
    level = log_sum(alpha[..., -1, :], axis=-1)[..., None, None]
    ahead = model.emission.log_density(x) + beta - level
    pairs = alpha[..., :-1, :, None] + ahead[..., 1:, None, :]
    pairs = pairs + log(model.moves)[..., None, None, :, :]
    return Shares(
        np.exp(alpha + beta - level),
        np.exp(pairs).sum(axis=(-4, -3)),
        level.sum(axis=(-3, -2, -1)),
    )


def em_step(model: HMM, x: Series) -> tuple[HMM, FloatArray]:
    """One step of Baum-Welch: share out, then count.

    Args:
        model: The model, or a stack.
        x: Series, shape (..., n, T); all of them fit one model.

    Returns:
        The next model, and the log likelihood of the one that came in, in nats,
        shape (...).
    """
    found = share_out(model, x)
    first = found.states[..., 0, :].mean(axis=-2)
    moves = rows_of(found.moves, model.moves)
    emission = model.emission.refit(x, found.states)
    return HMM(first, moves, emission), found.level


def baum_welch(
    model: HMM, x: Series, tol: float = 1e-5, max_steps: int = 200
) -> tuple[HMM, FloatArray]:
    """Repeat the step until the log likelihood hardly rises.

    Args:
        model: Where to start; a stack goes on until its last member is done.
        x: Series, shape (..., n, T).
        tol: Least rise, in nats a value.
        max_steps: When to stop in any case.

    Returns:
        The last model, and the log likelihood before each step, shape
        (n_steps, ...).
    """
    levels: list[FloatArray] = []
    least = tol * x.shape[-2] * x.shape[-1]
    while len(levels) < max_steps:
        model, level = em_step(model, x)
        levels.append(level)
        if len(levels) > 1 and np.max(level - levels[-2]) < least:
            break
    return model, np.array(levels)
    # --8<-- [end:em]


# --8<-- [start:fit]
def random_start(
    x: Series,
    k: int,
    rng: np.random.Generator,
    n_symbols: int | None = None,
    stack: tuple[int, ...] = (),
) -> HMM:
    """Draw a model from which to start.

    Args:
        x: Series, shape (..., n, T).
        k: Number of states.
        rng: Source of the start.
        n_symbols: How many symbols there are; None if x holds numbers.
        stack: Leading axes; the last of them are those of x.
    """
    even = np.ones(k)
    moves = 0.5 * np.eye(k) + 0.5 * rng.dirichlet(even, (*stack, k))
    first = rng.dirichlet(even, stack)
    if n_symbols:
        shares = rng.dirichlet(np.full(n_symbols, 2.0), (*stack, k))
        return HMM(first, moves, Table(shares))
    spread = x.std(axis=(-2, -1))[..., None]
    means = x.mean(axis=(-2, -1))[..., None] + spread * rng.normal(
        size=(*stack, k)
    )
    sds = spread * rng.uniform(0.3, 1.0, (*stack, k))
    return HMM(first, moves, Bells(means, sds))


def fit(
    x: Series,
    k: int,
    rng: np.random.Generator,
    n_symbols: int | None = None,
    n_starts: int = 5,
    tol: float = 1e-5,
    max_steps: int = 200,
) -> tuple[HMM, FloatArray]:
    """Fit from several starts, and keep the likeliest end.

    Args:
        x: Series, shape (..., n, T); each member of a stack has its own model.
        k: Number of states.
        rng: Source of the starts.
        n_symbols: How many symbols there are; None if x holds numbers.
        n_starts: How many starts.
        tol: Least rise of a step, in nats a value.
        max_steps: When to stop in any case.

    Returns:
        The best model, and its log likelihood, in nats, shape (...).
    """
    stack = (n_starts, *x.shape[:-2])
    start = random_start(x, k, rng, n_symbols, stack)
    model, levels = baum_welch(start, x, tol, max_steps)
    best = levels[-1].argmax(axis=0)[None]

    def chosen(part: FloatArray) -> FloatArray:
        place = best.reshape(*best.shape, *[1] * (part.ndim - best.ndim))
        return np.asarray(np.take_along_axis(part, place, axis=0)[0])

    emission = type(model.emission)(*map(chosen, model.emission))
    found = HMM(chosen(model.first), chosen(model.moves), emission)
    return found, chosen(levels[-1])
    # --8<-- [end:fit]


# --8<-- [start:criteria]
def parameter_count(k: int, n_symbols: int | None = None) -> int:
    """Count the free numbers of a model: first state, moves, emissions.

    Args:
        k: Number of states.
        n_symbols: How many symbols there are; None for bells.
    """
    shown = k * (n_symbols - 1) if n_symbols else 2 * k
    return (k - 1) + k * (k - 1) + shown


def bic(level: FloatArray, n_values: int, n_parameters: int) -> FloatArray:
    """Bayesian information criterion; lower is better.

    Args:
        level: Log likelihood in nats, shape (...).
        n_values: Values that were fitted, of all series together.
        n_parameters: See `parameter_count`.
    """
    return np.asarray(n_parameters * np.log(n_values) - 2 * level)
    # --8<-- [end:criteria]


def stationary(moves: FloatArray) -> FloatArray:
    """Share of time in each state in the long run: an eigenvector.

    Args:
        moves: Chances of one model, shape (k, k).

    Returns:
        Shape (k,), sums to 1, and is what it was after a move.
    """
    values, vectors = np.linalg.eig(moves.T)
    one = np.real(vectors[:, np.argmin(np.abs(values - 1))])
    return np.asarray(one / one.sum())


def ordered(model: HMM) -> HMM:
    """Number the states of one model by what they show.

    Args:
        model: One model; bells are ordered by mean, tables by the chance of
            symbol 0.
    """
    emission = model.emission
    key = (
        emission.shares[:, 0] if isinstance(emission, Table) else emission.means
    )
    order = np.argsort(key)
    return HMM(
        model.first[order],
        model.moves[np.ix_(order, order)],
        type(emission)(*(part[order] for part in emission)),
    )


def draw(
    model: HMM, n: int, n_steps: int, rng: np.random.Generator
) -> tuple[IntArray, Series]:
    """Draw series from one model.

    Args:
        model: One model.
        n: How many series.
        n_steps: Steps T of each.
        rng: Source of states and of what they show.

    Returns:
        Hidden states and what is seen, both of shape (n, T).
    """
    z = np.empty((n, n_steps), dtype=np.int64)
    z[:, 0] = _pick(np.broadcast_to(model.first, (n, len(model.first))), rng)
    for t in range(1, n_steps):
        z[:, t] = _pick(model.moves[z[:, t - 1]], rng)
    if isinstance(model.emission, Table):
        return z, _pick(model.emission.shares[z], rng)
    means, sds = model.emission
    return z, rng.normal(means[z], sds[z])


def _pick(shares: FloatArray, rng: np.random.Generator) -> IntArray:
    """Draw a place along the last axis, by its share."""
    edges = np.cumsum(shares, axis=-1)[..., :-1]
    return np.asarray((rng.random((*edges.shape[:-1], 1)) > edges).sum(axis=-1))
