"""Parts and net of a small transformer, beside SciPy, scikit-learn and central differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import log_softmax, softmax
from sklearn.preprocessing import scale

from snippets.rnn import adam_move
from snippets.transformer import (
    Block,
    attention,
    attention_back,
    block_backward,
    block_forward,
    join,
    normalise,
    normalise_back,
    split,
)
from snippets.transformer_net import (
    Cache,
    Net,
    advance,
    cross_entropy,
    forward,
    loss_and_gradient,
    n_multiplies,
    predict,
    sinusoids,
    start,
    train,
)


def some_net(seed: int, **settings: int | bool) -> Net:
    """A small net none of whose weights is 0."""
    rng = np.random.default_rng(seed)
    sizes = {"width": 4, "n_heads": 2, "n_blocks": 2, "n_places": 5, "causal": True} | settings
    net = start(3, 4, rng, **sizes)  # type: ignore[arg-type]
    return net.with_vector(net.vector() + 0.1 * rng.normal(size=net.vector().size))


def differences(value: Callable[[np.ndarray], float], x: np.ndarray) -> np.ndarray:
    """Central differences with a step of 1e-5."""
    slope = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        ends = []
        for sign in (1, -1):
            moved = x.copy()
            moved[place] += sign * 1e-5
            ends.append(value(moved))
        slope[place] = (ends[0] - ends[1]) / 2e-5
    return slope


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("shape", [(5, 4), (2, 3, 5, 4)])
def test_attention_equals_scipy(seed: int, shape: tuple[int, ...]) -> None:
    """Softmax of products over the root of d; keys and values may be more than queries."""
    rng = np.random.default_rng(seed)
    Q, K = rng.normal(size=shape), rng.normal(size=(*shape[:-2], 7, 4))
    V = rng.normal(size=(*shape[:-2], 7, 3))
    read, weights = attention(Q, K, V)
    expected = softmax(Q @ K.mT / 2, axis=-1)
    np.testing.assert_allclose(weights, expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(read, expected @ V, rtol=0, atol=1e-12)


def test_a_causal_mask_hides_what_comes_later() -> None:
    """Earlier places do not change when later ones do; the last query stands at the last key."""
    Q, K, V = np.random.default_rng(0).normal(size=(3, 6, 4))
    read, weights = attention(Q, K, V, causal=True)
    np.testing.assert_array_equal(np.triu(weights, 1), 0)
    np.testing.assert_allclose(weights.sum(axis=-1), 1)
    again, _ = attention(Q[:4], K[:4], V[:4], causal=True)
    np.testing.assert_allclose(read[:4], again, rtol=0, atol=1e-12)
    last, _ = attention(Q[4:], K, V, causal=True)
    np.testing.assert_allclose(read[4:], last, rtol=0, atol=1e-12)


def test_attention_does_not_overflow() -> None:
    """Products of a million give a clean choice."""
    _, weights = attention(np.full((1, 1), 1e3), np.array([[1e3], [0.0]]), np.ones((2, 1)))
    np.testing.assert_array_equal(weights, [[1, 0]])


@pytest.mark.parametrize("causal", [False, True])
def test_the_way_back_through_attention(causal: bool) -> None:
    """By queries, keys and values."""
    rng = np.random.default_rng(1)
    given = list(rng.normal(size=(3, 2, 4, 3)))
    out = rng.normal(size=(2, 4, 3))
    _, weights = attention(*given, causal)
    for which, ours in enumerate(attention_back(out, *given, weights)):

        def value(part: np.ndarray, which: int = which) -> float:
            moved = [*given[:which], part, *given[which + 1 :]]
            return float((attention(*moved, causal)[0] * out).sum())

        np.testing.assert_allclose(ours, differences(value, given[which]), rtol=0, atol=1e-9)


def test_normalise_equals_scikit_learn() -> None:
    """Rows are standardised; a row of equal numbers becomes the shift."""
    rng = np.random.default_rng(0)
    x, (gain, shift) = 1e3 * rng.normal(size=(9, 6)), rng.normal(size=(2, 6))
    found, unit, by = normalise(x, gain, shift)
    np.testing.assert_allclose(unit, scale(x, axis=1), rtol=0, atol=1e-9)
    np.testing.assert_allclose(found, unit * gain + shift, rtol=0, atol=1e-12)
    np.testing.assert_allclose(by[:, 0], 1 / x.std(axis=1), rtol=1e-9)
    np.testing.assert_allclose(normalise(np.ones((1, 6)), gain, shift)[0], [shift])


def test_the_way_back_through_normalisation() -> None:
    """By rows, gain and shift."""
    rng = np.random.default_rng(2)
    given = [rng.normal(size=(2, 3, 5)), *rng.normal(size=(2, 5))]
    out = rng.normal(size=(2, 3, 5))
    _, unit, by = normalise(*given)
    for which, ours in enumerate(normalise_back(out, given[1], unit, by)):

        def value(part: np.ndarray, which: int = which) -> float:
            return float((normalise(*given[:which], part, *given[which + 1 :])[0] * out).sum())

        np.testing.assert_allclose(ours, differences(value, given[which]), rtol=0, atol=1e-9)


def test_heads_are_cut_and_joined() -> None:
    """The second head has the second half of the features."""
    x = np.random.default_rng(0).normal(size=(2, 3, 6))
    assert split(x, 2).shape == (2, 2, 3, 3)
    np.testing.assert_array_equal(split(x, 2)[:, 1], x[:, :, 3:])
    np.testing.assert_array_equal(join(split(x, 3)), x)


@pytest.mark.parametrize("causal", [False, True])
def test_each_gradient_of_a_block(causal: bool) -> None:
    """By the rows and by each of the twelve weights, one by one."""
    rng = np.random.default_rng(3)
    net = some_net(3)
    w, x, out = net.blocks[0], rng.normal(size=(2, 4, 4)), rng.normal(size=(2, 4, 4))
    _, seen = block_forward(w, x, 2, causal)
    by_x, slopes = block_backward(w, seen, out)

    def value(weights: Block, rows: np.ndarray) -> float:
        return float((block_forward(weights, rows, 2, causal)[0] * out).sum())

    np.testing.assert_allclose(by_x, differences(lambda r: value(w, r), x), rtol=0, atol=1e-8)
    for name in Block._fields:
        theirs = differences(
            lambda part, name=name: value(w._replace(**{name: part}), x), getattr(w, name)
        )
        assert np.abs(theirs).max() > 1e-3, name  # each weight has a say
        np.testing.assert_allclose(getattr(slopes, name), theirs, rtol=0, atol=1e-8, err_msg=name)


SETTINGS = {
    "causal": {},
    "without places": {"n_places": 0, "causal": False},
    "one head": {"n_heads": 1, "n_blocks": 1},
}


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_each_gradient_of_a_net(settings: dict[str, int | bool], seed: int) -> None:
    """Cross-entropy by each weight, where some places are not asked and one is not used."""
    rng, net = np.random.default_rng(seed), some_net(seed, **settings)
    X, y = rng.normal(size=(3, 4, 3)), rng.integers(-1, 4, (3, 4))
    loss, gradient = loss_and_gradient(net, X, y)
    theirs = differences(
        lambda theta: loss_and_gradient(net.with_vector(theta), X, y)[0], net.vector()
    )
    np.testing.assert_allclose(gradient.vector(), theirs, rtol=0, atol=1e-8)
    assert loss == pytest.approx(cross_entropy(forward(net, X).scores, y)[0])


def test_cross_entropy_equals_scipy() -> None:
    """The mean over the places that are asked; others get no derivative."""
    rng = np.random.default_rng(0)
    scores, y = 30 * rng.normal(size=(4, 5, 3)), rng.integers(-1, 3, (4, 5))
    loss, out = cross_entropy(scores, y)
    logs = log_softmax(scores, axis=-1)[y >= 0]
    assert loss == pytest.approx(-logs[np.arange(len(logs)), y[y >= 0]].mean())
    assert not out[y < 0].any()
    np.testing.assert_allclose(out.sum(axis=-1), 0, atol=1e-12)
    with pytest.raises(ValueError, match="no place is asked"):
        cross_entropy(scores, np.full((4, 5), -1))


def test_a_net_and_its_vector() -> None:
    """The vector holds all weights, and a net of it is the same net."""
    net = some_net(0)
    again = net.with_vector(net.vector())
    for one, other in zip(net.parts(), again.parts(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert (again.n_heads, again.causal) == (net.n_heads, net.causal)
    assert net.vector().size == 3 * 4 + 5 * 4 + 2 * (4 * 16 + 2 * 32 + 8 + 4 * 5) + 2 * 4 + 4 * 4


def test_without_places_order_does_not_matter() -> None:
    """A shuffled sequence has shuffled scores; places and a mask each break it."""
    x, order = np.random.default_rng(0).normal(size=(2, 5, 3)), [3, 0, 4, 2, 1]
    plain = some_net(0, n_places=0, causal=False)
    mixed = forward(plain, x[:, order]).scores
    np.testing.assert_allclose(forward(plain, x).scores[:, order], mixed, rtol=0, atol=1e-12)
    for net in (some_net(0, causal=False), some_net(0, n_places=0)):
        gap = forward(net, x).scores[:, order] - forward(net, x[:, order]).scores
        assert np.abs(gap).max() > 0.01


@pytest.mark.parametrize("settings", [{}, {"n_places": 0}, {"n_heads": 4}])
def test_a_cache_gives_the_same_scores(settings: dict[str, int | bool]) -> None:
    """Place by place, as all at once."""
    net, cache = some_net(1, **settings), None
    X, found = np.random.default_rng(1).normal(size=(2, 5, 3)), []
    for t in range(5):
        scores, cache = advance(net, X[:, t : t + 1], cache)
        found.append(scores)
    np.testing.assert_allclose(
        np.concatenate(found, axis=1), forward(net, X).scores, rtol=0, atol=1e-12
    )
    kept: Cache = cache or []
    assert [keys.shape[2] for keys, _ in kept] == [5, 5]


class Counted(np.ndarray):
    """An array that counts the multiplications of its matrix products."""

    done = 0

    def __array_ufunc__(self, ufunc, method, *inputs, **options):  # type: ignore[no-untyped-def]
        plain = [np.asarray(each) for each in inputs]
        options["out"] = tuple(np.asarray(each) for each in options.pop("out", ())) or None
        found = getattr(ufunc, method)(*plain, **options)
        if ufunc is np.matmul:
            Counted.done += found.size * plain[0].shape[-1]
        return found.view(Counted) if isinstance(found, np.ndarray) else found


@pytest.mark.parametrize(("n_places", "n_heads"), [(3, 1), (5, 2), (11, 4)])
def test_multiplications_are_those_that_are_done(n_places: int, n_heads: int) -> None:
    """Counted in the products of a block, for one sequence."""
    w = some_net(0).blocks[0]
    x = np.random.default_rng(0).normal(size=(1, n_places, 4)).view(Counted)
    Counted.done = 0
    block_forward(w, x, n_heads, causal=False)
    assert sum(n_multiplies(n_places, 4, 8).values()) == Counted.done


def test_sinusoids() -> None:
    """The fastest pair turns one radian a place, the slowest nearly stands; a step is a turn."""
    found = sinusoids(50, 6)
    places = np.arange(50)
    np.testing.assert_allclose(found[:, 0], np.sin(places), atol=1e-12)
    np.testing.assert_allclose(found[:, 3], np.cos(places / 10000 ** (2 / 6)), atol=1e-12)
    turn = np.array([[np.cos(1), -np.sin(1)], [np.sin(1), np.cos(1)]])
    np.testing.assert_allclose(found[:-1, :2] @ turn, found[1:, :2], atol=1e-12)
    with pytest.raises(ValueError, match="must be even, got 5"):
        sinusoids(3, 5)


def test_training_is_adam_and_leaves_the_start_alone() -> None:
    """Two steps by hand, at a rate that falls along a line; the watcher sees each."""
    rng, net = np.random.default_rng(0), some_net(0)
    batch = rng.normal(size=(3, 4, 3)), rng.integers(0, 4, (3, 4))
    before, told = net.vector(), []
    theta, first, second = before, np.zeros_like(before), np.zeros_like(before)
    for step in range(2):
        slope = loss_and_gradient(net.with_vector(theta), *batch)[1].vector()
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        theta = theta - 0.02 * (1 - step / 2) * adam_move(first, second, step)
    found = train(
        net, lambda step: batch, 2, rate=0.02, watch=lambda *each: told.append((each[0], each[2]))
    )
    np.testing.assert_allclose(found.vector(), theta, rtol=0, atol=1e-14)
    np.testing.assert_array_equal(net.vector(), before)
    assert told[0] == (0, loss_and_gradient(net, *batch)[0]) and told[1][1] < told[0][1]


def test_predictions_are_the_highest_scores() -> None:
    """One class a place."""
    net, X = some_net(0), np.random.default_rng(0).normal(size=(2, 5, 3))
    np.testing.assert_array_equal(predict(net, X), forward(net, X).scores.argmax(axis=-1))


def test_bad_settings_are_named() -> None:
    """Heads that do not divide the width, and sequences beyond the places."""
    for n_heads in (0, 3):
        with pytest.raises(ValueError, match=f"{n_heads} heads do not divide a width of 4"):
            some_net(0, n_heads=n_heads)
    with pytest.raises(ValueError, match="5 places are known, got 6"):
        forward(some_net(0), np.zeros((1, 6, 3)))
