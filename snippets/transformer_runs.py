"""Tasks for a small transformer, and its rivals: a recurrent net with a softmax
and tables of counts.

Sources: Olsson et al. 2022 (heads that find what followed the last time, which
`pairs` asks for); Graves, Wayne and Danihelka 2014 (recall by content).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from snippets import transformer_net
from snippets.rnn import RNN, adam_move, clip, start, states
from snippets.transformer import FloatArray
from snippets.transformer_net import (
    NOTHING,
    IntArray,
    Net,
    Samples,
    cross_entropy,
    train,
)

Draw = Callable[[int], Samples]
Watch = Callable[[int, Net, float], None]

PAIRS = (6, 2, 4)
"""Pairs of a row, letters and digits in the runs of the note."""
N_HIDDEN = 64
"""Hidden units of the rival of two blocks; it then has a few weights more."""


def one_hot(classes: IntArray, n_classes: int) -> FloatArray:
    """A row with a single 1 for each class, shape (..., n_classes)."""
    return np.asarray(np.eye(n_classes)[classes])


def recall(
    n: int,
    n_cards: int,
    n_letters: int,
    n_digits: int,
    rng: np.random.Generator,
) -> Samples:
    """Show cards with a letter and a digit, then a letter: which digit was it?

    Args:
        n: Number of rows.
        n_cards: Cards of a row, with different letters; at most n_letters.
        n_letters: Letters that there are.
        n_digits: Digits that there are.
        rng: Source of the cards and of the question.

    Returns:
        Cards and question, shape (n, n_cards + 1, n_letters + n_digits), and
        digits, shape (n, n_cards + 1), asked for at the last place alone.
    """
    letters = rng.random((n, n_letters)).argsort(axis=1)[:, :n_cards]
    digits = rng.integers(0, n_digits, (n, n_cards))
    rows, asked = np.arange(n), rng.integers(0, n_cards, n)
    X = np.zeros((n, n_cards + 1, n_letters + n_digits))
    X[:, :-1, :n_letters] = one_hot(letters, n_letters)
    X[:, :-1, n_letters:] = one_hot(digits, n_digits)
    X[rows, -1, letters[rows, asked]] = 1
    y = np.full((n, n_cards + 1), NOTHING)
    y[:, -1] = digits[rows, asked]
    return X, y


def pairs(
    n: int,
    n_pairs: int,
    n_letters: int,
    n_digits: int,
    rng: np.random.Generator,
) -> Samples:
    """Write letters, each followed by its digit, which each row draws anew.

    Where a letter comes again, its digit can be known: "... b 3 ... b ?".

    Args:
        n: Number of rows.
        n_pairs: Letters with a digit in a row.
        n_letters: Letters that there are.
        n_digits: Digits that there are.
        rng: Source of letters and digits.

    Returns:
        Letters and digits in turn, shape (n, 2 n_pairs, n_letters + n_digits),
        and the digit to come, shape (n, 2 n_pairs), asked for at letters that
        were there before.
    """
    letters = rng.integers(0, n_letters, (n, n_pairs))
    table = rng.integers(0, n_digits, (n, n_letters))
    digits = np.take_along_axis(table, letters, axis=1)
    X = np.zeros((n, 2 * n_pairs, n_letters + n_digits))
    X[:, ::2, :n_letters] = one_hot(letters, n_letters)
    X[:, 1::2, n_letters:] = one_hot(digits, n_digits)
    same = letters[:, :, None] == letters[:, None, :]
    known = (same & np.tri(n_pairs, k=-1, dtype=bool)).any(axis=-1)
    y = np.full((n, 2 * n_pairs), NOTHING)
    y[:, ::2] = np.where(known, digits, NOTHING)
    return X, y


def rnn_loss_and_gradient(
    net: RNN, X: FloatArray, y: IntArray
) -> tuple[float, RNN]:
    """Cross-entropy of a recurrent net that answers after every step.

    Args:
        net: Weights of `snippets/rnn.py`, but V to the scores of c classes,
            shape (h, c).
        X: Sequences, shape (n, T, p).
        y: Class asked for at each place, shape (n, T); -1 where none is.

    Returns:
        The loss in nats, and the gradient, in the shapes of the weights.
    """
    H = np.stack(states(net, X), axis=1)  # (n, T + 1, h)
    loss, out = cross_entropy(H[:, 1:] @ net.V + net.c, y)
    direct, back = out @ net.V.T, np.zeros_like(H[:, 0])
    inner = np.empty_like(direct)
    for t in reversed(range(X.shape[1])):
        inner[:, t] = (direct[:, t] + back) * (1 - H[:, t + 1] ** 2)
        back = inner[:, t] @ net.W.T

    def over(x: FloatArray, slope: FloatArray) -> FloatArray:
        return x.reshape(-1, x.shape[-1]).T @ slope.reshape(-1, slope.shape[-1])

    return loss, RNN(
        over(X, inner),
        over(H[:, :-1], inner),
        inner.sum(axis=(0, 1))[None],
        over(H[:, 1:], out),
        out.sum(axis=(0, 1))[None],
    )


def train_rnn(
    n_classes: int,
    n_hidden: int,
    draw: Draw,
    n_steps: int,
    rate: float,
    rng: np.random.Generator,
) -> RNN:
    """Train a recurrent net as `transformer_net.train` does, but clipped.

    Args:
        n_classes: Classes c.
        n_hidden: Hidden units h.
        draw: Gives the batch of each step.
        n_steps: How many steps.
        rate: Step size of Adam at the start; it falls to 0 along a straight
            line.
        rng: Source of the first weights.
    """
    net = start(draw(0)[0].shape[-1], n_hidden, rng)
    net = net._replace(
        V=rng.normal(0, 1 / np.sqrt(n_hidden), (n_hidden, n_classes)),
        c=np.zeros((1, n_classes)),
    )
    first = second = RNN(*(np.zeros_like(part) for part in net))
    for step in range(n_steps):
        slope = clip(rnn_loss_and_gradient(net, *draw(step))[1], 1.0)
        pace = rate * (1 - step / n_steps)
        parts = zip(net, slope, first, second, strict=True)
        moved = [_adam(*part, step, pace) for part in parts]
        net, first, second = (RNN(*each) for each in zip(*moved, strict=True))
    return net


def _adam(
    part: FloatArray,
    slope: FloatArray,
    first: FloatArray,
    second: FloatArray,
    step: int,
    pace: float,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    first = 0.9 * first + 0.1 * slope
    second = 0.999 * second + 0.001 * slope**2
    return part - pace * adam_move(first, second, step), first, second


def rnn_scores(net: RNN, X: FloatArray) -> FloatArray:
    """Scores of all classes after each step, shape (n, T, c)."""
    return np.stack(states(net, X)[1:], axis=1) @ net.V + net.c


def right(scores: FloatArray, y: IntArray) -> float:
    """Share of the places that are asked where the highest score is right."""
    asked = y != NOTHING
    return float((scores.argmax(axis=-1) == y)[asked].mean())


# --8<-- [start:on-pairs]
def on_pairs(
    seed: int,
    n_blocks: int = 2,
    n_steps: int = 90,
    watch: Watch | None = None,
) -> Net:
    """Train a transformer of two heads a block on rows of `pairs`.

    Args:
        seed: Of weights and rows.
        n_blocks: Blocks.
        n_steps: Batches of 32 rows, each seen once.
        watch: See `train`.
    """
    (n_pairs, *kinds), rng = PAIRS, np.random.default_rng(seed)
    net = transformer_net.start(
        sum(kinds),
        kinds[1],
        rng,
        n_blocks=n_blocks,
        n_places=2 * n_pairs,
        causal=True,
    )

    def draw(step: int) -> Samples:
        return pairs(32, *PAIRS, rng)

    return train(net, draw, n_steps, rate=0.02, watch=watch)
    # --8<-- [end:on-pairs]


def rnn_on_pairs(seed: int, n_steps: int = 90, rate: float = 0.02) -> RNN:
    """Train the rival of `on_pairs` on as many rows.

    Args:
        seed: Of weights and rows.
        n_steps: Batches of 32 rows, each seen once.
        rate: Step size of Adam at the start; of four, the best in 90 steps.
    """
    rng = np.random.default_rng(seed)

    def draw(step: int) -> Samples:
        return pairs(32, *PAIRS, rng)

    return train_rnn(PAIRS[2], N_HIDDEN, draw, n_steps, rate, rng)


def new_pairs(seed: int) -> Samples:
    """Three hundred rows of `pairs` that no net was trained on."""
    return pairs(300, *PAIRS, np.random.default_rng([seed, 1]))


# --8<-- [start:text]
NAMES = ("ann", "ben", "eva", "ida", "leo", "max")
VERBS = ("met", "saw", "fed", "hid")


def meetings(n: int, rng: np.random.Generator) -> str:
    """Write sentences such as "eva met leo, leo met eva. ", n of them."""
    found = []
    for _ in range(n):
        one, two = rng.permutation(NAMES)[:2]
        verb = rng.choice(VERBS)
        found.append(f"{one} {verb} {two}, {two} {verb} {one}. ")
    return "".join(found)


def bits_at_best() -> float:
    """Bits per character of `meetings` for who knows how it is written."""
    choices = len(NAMES) * (len(NAMES) - 1) * len(VERBS)
    return float(np.log2(choices) / len("eva met leo, leo met eva. "))
    # --8<-- [end:text]


LETTERS = "".join(sorted({*"".join(NAMES + VERBS), " ", ",", "."}))


def coded(text: str) -> IntArray:
    """The place of each character in `LETTERS`, shape (n,)."""
    return np.array([LETTERS.index(each) for each in text])


def windows(text: IntArray, first: IntArray, length: int) -> Samples:
    """Cut windows from a text, and ask everywhere for the next character.

    Args:
        text: Characters, shape (n,).
        first: Where each window begins, shape (m,).
        length: Characters of a window.
    """
    at = first[:, None] + np.arange(length)
    return one_hot(text[at], len(LETTERS)), text[at + 1]


def on_text(text: IntArray, seed: int, n_steps: int, length: int = 16) -> Net:
    """Train a transformer of two blocks on windows drawn from a text.

    Args:
        text: Characters, shape (n,).
        seed: Of weights and windows.
        n_steps: Batches of 16 windows.
        length: Characters of a window.
    """
    rng, n = np.random.default_rng(seed), len(LETTERS)
    net = transformer_net.start(
        n, n, rng, n_blocks=2, n_places=length, causal=True
    )

    def draw(step: int) -> Samples:
        first = rng.integers(0, len(text) - length, 16)
        return windows(text, first, length)

    return train(net, draw, n_steps, rate=0.015)


def table(text: IntArray, order: int) -> FloatArray:
    """Chances of the next character after each run of characters.

    Counts, and half a count shared out as the table of an order less says.

    Args:
        text: Characters, shape (n,).
        order: Length k of the runs; 0 counts single characters.

    Returns:
        A row for each run, its last character the last digit of the row's
        number, shape (c^k, c).
    """
    c = len(LETTERS)
    if order == 0:
        counts = np.bincount(text, minlength=c)[None]
        return np.asarray((counts + 1) / (counts.sum() + c))
    runs = run_numbers(text, order)
    counts = np.bincount(
        runs[:-1] * c + text[order:], minlength=c ** (order + 1)
    ).reshape(-1, c)
    less = np.tile(table(text, order - 1), (c, 1))
    total = counts.sum(axis=1, keepdims=True)
    return np.asarray((counts + 0.5 * less) / (total + 0.5))


def run_numbers(text: IntArray, order: int) -> IntArray:
    """The number of each run of characters, shape (n - order + 1,)."""
    n = len(text) - order + 1
    number = np.zeros(n, dtype=np.int64)
    for k in range(order):
        number = number * len(LETTERS) + text[k : k + n]
    return number
