"""Tasks of the small transformer, its rivals, and what comes of equal budgets."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from snippets.rnn import RNN, start
from snippets.transformer_net import cross_entropy, forward
from snippets.transformer_runs import (
    LETTERS,
    N_HIDDEN,
    NAMES,
    PAIRS,
    VERBS,
    bits_at_best,
    coded,
    meetings,
    new_pairs,
    on_pairs,
    on_text,
    pairs,
    recall,
    right,
    rnn_loss_and_gradient,
    rnn_on_pairs,
    rnn_scores,
    run_numbers,
    table,
    windows,
)
from snippets.transformer_text import (
    AT,
    SEEDS,
    STEPS,
    TEMPERATURES,
    net_bits,
    spoken,
    stored_bits,
    stored_text,
    table_bits,
    texts,
)


def test_the_card_that_is_asked_for_is_there_once() -> None:
    """Letters of a row differ; the answer is the digit beside the letter; nothing else is asked."""
    X, y = recall(100, 5, 6, 4, np.random.default_rng(0))
    assert X.shape == (100, 6, 10) and (y[:, :-1] == -1).all()
    for row, digit in zip(X, y[:, -1], strict=True):
        cards = {int(c[:6].argmax()): int(c[6:].argmax()) for c in row[:-1]}
        assert len(cards) == 5 and cards[int(row[-1, :6].argmax())] == digit
        assert (row.sum(axis=1) == [2, 2, 2, 2, 2, 1]).all()


def test_digits_are_asked_for_where_the_row_has_told_them() -> None:
    """Replayed with a dictionary, row by row."""
    X, y = pairs(200, 7, 3, 4, np.random.default_rng(0))
    assert X.shape == (200, 14, 7) and (X.sum(axis=2) == 1).all()
    for row, asked in zip(X.argmax(axis=2), y, strict=True):
        told: dict[int, int] = {}
        for t in range(0, 14, 2):
            letter, digit = int(row[t]), int(row[t + 1]) - 3
            assert asked[t] == (digit if letter in told else -1) and asked[t + 1] == -1
            assert told.setdefault(letter, digit) == digit


def recurrent(seed: int) -> RNN:
    """A small recurrent net that scores four classes."""
    rng = np.random.default_rng(seed)
    net = start(3, 5, rng)
    net = net._replace(V=rng.normal(size=(5, 4)), c=np.zeros((1, 4)))
    return RNN(*(part + rng.normal(0, 0.3, part.shape) for part in net))


@pytest.mark.parametrize("seed", [0, 1])
def test_gradient_of_the_recurrent_rival(seed: int) -> None:
    """Each weight moved a little up and down."""
    rng, net = np.random.default_rng(seed), recurrent(seed)
    X, y = rng.normal(size=(3, 6, 3)), rng.integers(-1, 4, (3, 6))
    loss, slopes = rnn_loss_and_gradient(net, X, y)
    assert loss == pytest.approx(cross_entropy(rnn_scores(net, X), y)[0])
    for which, part in enumerate(net):
        for place in np.ndindex(part.shape):
            ends = []
            for sign in (1, -1):
                moved = [other.copy() for other in net]
                moved[which][place] += sign * 1e-5
                ends.append(rnn_loss_and_gradient(RNN(*moved), X, y)[0])
            assert slopes[which][place] == pytest.approx((ends[0] - ends[1]) / 2e-5, abs=1e-8)


def test_the_rival_has_no_fewer_weights() -> None:
    """Equal budgets: not fewer weights than two blocks, and not many more."""
    blocks = on_pairs(0, n_steps=1).vector().size
    rival = sum(part.size for part in rnn_on_pairs(0, n_steps=1))
    assert blocks <= rival < 1.05 * blocks
    assert rnn_on_pairs(0, n_steps=1).W.shape == (N_HIDDEN, N_HIDDEN)


def share(seed: int, rate: float) -> float:
    """Share right of the recurrent rival at a rate."""
    X, y = new_pairs(seed)
    return right(rnn_scores(rnn_on_pairs(seed, rate=rate), X), y)


@pytest.mark.nightly
def test_no_other_rate_of_four_suits_the_rival_better() -> None:
    """The note gives the rival the best rate that hindsight can find."""
    found = {
        rate: np.mean([share(seed, rate) for seed in range(10)])
        for rate in (0.005, 0.01, 0.02, 0.04)
    }
    assert max(found, key=lambda rate: found[rate]) == 0.02


@pytest.mark.nightly
def test_two_blocks_learn_what_one_does_not() -> None:
    """At the budget of the note, over three seeds, and one block at four times the steps."""
    for seed in (1, 2, 3):
        X, y = new_pairs(seed)
        assert right(forward(on_pairs(seed), X).scores, y) > 0.95
    X, y = new_pairs(1)
    assert right(forward(on_pairs(1, n_blocks=1, n_steps=360), X).scores, y) < 0.8


def test_new_rows_are_not_those_of_training() -> None:
    """Their generator is another one."""
    X, _ = new_pairs(0)
    assert X.shape == (300, 2 * PAIRS[0], sum(PAIRS[1:]))
    assert not np.array_equal(X, pairs(300, *PAIRS, np.random.default_rng(0))[0])


def test_right_counts_places_that_are_asked() -> None:
    """One of two is right; the third is not asked."""
    scores = np.array([[[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]])
    assert right(scores, np.array([[0, 1, -1]])) == 0.5


def test_sentences_are_equally_likely_and_turned_round() -> None:
    """All 120 come up, of 26 characters each, and the second half says who it was."""
    text = meetings(3000, np.random.default_rng(0))
    sentences = [text[k : k + 26] for k in range(0, len(text), 26)]
    wanted = {
        f"{a} {v} {b}, {b} {v} {a}. " for a, b in itertools.permutations(NAMES, 2) for v in VERBS
    }
    assert set(sentences) == wanted and len(wanted) == 120
    assert bits_at_best() == pytest.approx(np.log2(120) / 26)
    assert "".join(LETTERS[k] for k in coded(text[:30])) == text[:30]


def test_windows_ask_for_the_next_character() -> None:
    """Each place has one character and asks for the one after it."""
    text = coded(meetings(3, np.random.default_rng(0)))
    X, y = windows(text, np.array([0, 7]), 5)
    np.testing.assert_array_equal(X.argmax(axis=2), [text[:5], text[7:12]])
    np.testing.assert_array_equal(y, [text[1:6], text[8:13]])


@pytest.mark.parametrize("order", [0, 1, 2])
def test_tables_count(order: int) -> None:
    """Rows are chances; what follows a run often is likely, as counted by hand."""
    text = coded(meetings(200, np.random.default_rng(0)))
    found = table(text, order)
    assert found.shape == (len(LETTERS) ** order, len(LETTERS))
    np.testing.assert_allclose(found.sum(axis=1), 1)
    plain = "".join(LETTERS[k] for k in text)
    run = plain[20 : 20 + order]
    row = run_numbers(coded(run), order)[0] if order else 0
    after = [plain[k + order] for k in range(len(plain) - order) if plain[k : k + order] == run]
    for letter in set(after):
        assert found[row, LETTERS.index(letter)] == pytest.approx(
            after.count(letter) / len(after), abs=0.01
        )


def test_the_net_is_compared_with_the_best_table() -> None:
    """No longer table is better, and after 1,500 batches the net passes it, not after 500."""
    tables, nets = table_bits(*texts(), 6), stored_bits()
    best = int(np.argmin(tables))
    assert 0 < best < 6 and set(nets) == set(STEPS)
    assert tables[2] < min(nets[150]) and tables[best] < min(nets[500])
    assert max(nets[1500]) < tables[best]


def test_tables_by_runs_are_those_of_all_runs() -> None:
    """Bits of the full tables, for runs that these can hold."""
    old, new = texts()
    found = table_bits(old, new, 3)
    for k in range(4):
        rows = run_numbers(new, k)[AT - k + 1] if k else 0 * AT
        bits = -np.log2(table(old, k)[rows, new[AT + 1]]).mean()
        assert found[k] == pytest.approx(bits, abs=1e-9)


@pytest.mark.nightly
@pytest.mark.parametrize("n_steps", [150, 1500])
def test_stored_bits_are_those_of_a_run(n_steps: int) -> None:
    """Up to what rounding on another processor changes in a training."""
    old, new = texts()
    remedy = "the networks changed: run `python -m snippets.transformer_text`"
    run = net_bits(on_text(old, SEEDS[0], n_steps), new)
    assert run == pytest.approx(stored_bits()[n_steps][0], abs=0.1), remedy


def test_spoken_text_has_the_letters_of_the_net() -> None:
    """As many as are asked for; the file has a text for each temperature."""
    said = stored_text()
    assert set(said) == set(TEMPERATURES)
    assert all(len(each) == 78 and set(each) <= set(LETTERS) for each in said.values())
    assert len(spoken(on_text(texts()[0], 0, 1), 1.0, n=5)) == 5
