"""Self-supervised learning: losses against scikit-learn and small moves, maps against all masks."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.metrics import log_loss

from snippets.evidence import paired_difference
from snippets.neural_network import flatten
from snippets.self_supervised import (
    alignment,
    contrast,
    denoising_map,
    effective_rank,
    fill_in,
    masked_map,
    pretrain,
    represent,
    two_views,
    uniformity,
    vicreg,
)
from snippets.self_supervised_runs import (
    SIZES,
    cut,
    digits_by_shifts,
    draw,
    encoder,
    labelled,
    middle,
    network,
    probe,
    with_labels,
    with_tone,
)


def small_moves(loss: Callable[[np.ndarray], float], H: np.ndarray) -> np.ndarray:
    """Slopes by differences."""
    found = np.zeros_like(H)
    for at in np.ndindex(H.shape):
        move = np.zeros_like(H)
        move[at] = 1e-5
        found[at] = (loss(H + move) - loss(H - move)) / 2e-5
    return found


@pytest.mark.parametrize("tau", [0.1, 0.5, 2.0])
def test_contrast_is_the_log_loss_of_the_library(tau: float) -> None:
    """Of a softmax over the cosines of all others."""
    H = np.random.default_rng(0).normal(size=(10, 4))
    Z = H / np.linalg.norm(H, axis=1, keepdims=True)
    odds = np.exp(Z @ Z.T / tau) * (1 - np.eye(10))
    P = odds / odds.sum(axis=1, keepdims=True)
    partner = (np.arange(10) + 5) % 10
    assert contrast(H, tau)[0] == pytest.approx(log_loss(partner, P, labels=range(10)), abs=1e-12)


@pytest.mark.parametrize(
    "loss", [contrast, vicreg, lambda H: vicreg(H, 0, 0), lambda H: vicreg(H, 2, 3)]
)
def test_slopes_are_those_of_small_moves(
    loss: Callable[[np.ndarray], tuple[float, np.ndarray]],
) -> None:
    """Outputs that vary little and much, so that both sides of the hinge are there."""
    H = np.random.default_rng(1).normal(size=(8, 3)) * [0.3, 1, 3]
    np.testing.assert_allclose(loss(H)[1], small_moves(lambda G: loss(G)[0], H), atol=1e-8)


def test_what_is_not_hidden_is_not_asked_for() -> None:
    """The slope of what was seen is 0, and the rest is that of small moves."""
    rng = np.random.default_rng(2)
    X = rng.normal(size=(5, 4))
    inputs, loss = fill_in(lambda batch, rng: batch, 0.5)(X, rng)
    outputs = rng.normal(size=X.shape)
    slope = loss(outputs)[1]
    assert ((slope == 0) == (inputs == X)).all()
    np.testing.assert_allclose(slope, small_moves(lambda G: loss(G)[0], outputs), atol=1e-8)


def test_masked_map_is_least_squares_over_all_masks() -> None:
    """Each of 32 masks, weighed by its chance."""
    rng = np.random.default_rng(3)
    X = rng.normal(size=(40, 5)) @ rng.normal(size=(5, 5))
    hidden = 0.3
    inputs, outputs = [], []
    for mask in product([0, 1], repeat=5):
        seen = np.array(mask)
        root = np.sqrt(np.prod(np.where(seen, 1 - hidden, hidden)))
        inputs.append(root * X * seen)
        outputs.append(root * X)
    best = np.linalg.lstsq(np.vstack(inputs), np.vstack(outputs))[0]
    np.testing.assert_allclose(masked_map(X, hidden), best, atol=1e-8)
    np.testing.assert_allclose(masked_map(X, 0.0), np.eye(5), atol=1e-8)


def test_denoising_map_is_ridge_and_shrinks_each_direction() -> None:
    """By its variance over that with the noise; the library's ridge says the same."""
    rng = np.random.default_rng(4)
    X = rng.normal(size=(60, 4)) @ rng.normal(size=(4, 4))
    W = denoising_map(X, 0.7)
    library = Ridge(alpha=60 * 0.7**2, fit_intercept=False).fit(X, X).coef_.T
    np.testing.assert_allclose(W, library, atol=1e-8)
    variance, ways = np.linalg.eigh(X.T @ X / 60)
    np.testing.assert_allclose(W, ways * (variance / (variance + 0.49)) @ ways.T, atol=1e-8)


def test_measures_of_outputs_in_one_place() -> None:
    """They agree, are not spread, and fill one direction; a sphere is filled in all."""
    same = np.tile([1.0, 2.0, 2.0], (20, 1))
    assert alignment(same) == pytest.approx(0) and uniformity(same) == pytest.approx(0)
    assert effective_rank(same) == pytest.approx(1)
    spread = np.random.default_rng(5).normal(size=(4000, 3))
    assert effective_rank(spread) == pytest.approx(3, abs=0.02)
    assert uniformity(spread[:400]) < -1.5


def test_training_is_repeated_by_its_seed() -> None:
    """No step at all leaves the start."""
    X = draw(0, 50).pool.X
    first, second = (encoder(1, X, two_views(with_tone((2, 3)))) for _ in range(2))
    np.testing.assert_array_equal(flatten(first), flatten(second))
    start = pretrain(X, two_views(cut), SIZES, np.random.default_rng(0), n_steps=0)
    assert represent(start, middle(X)).shape == (50, 64)


def test_a_view_is_a_louder_or_softer_window() -> None:
    """Of the recording, wherever it begins."""
    X = np.tile(np.arange(64.0), (30, 1)) + 1
    views = cut(X, np.random.default_rng(0))
    steps = np.diff(views, axis=1)
    np.testing.assert_allclose(steps, np.repeat(steps[:, :1], 31, axis=1))
    assert steps.min() > np.exp(-0.5) - 1e-9 and steps.max() < np.exp(0.5) + 1e-9


@pytest.mark.nightly
def test_a_pretrained_network_is_better_than_none() -> None:
    """A linear model on windows is at chance, on what a network makes of them it is not."""
    raw, learnt = [], []
    for seed in range(3):
        data, known = draw(seed, 1000), labelled(seed, 5)
        layers = encoder(seed, data.pool.X)
        raw.append(probe(lambda X: X, known, data.test, seed))
        learnt.append(probe(lambda X, net=layers: represent(net, X), known, data.test, seed))
    assert np.mean(raw) < 0.4 and np.mean(learnt) > 0.8


def test_a_network_with_labels_learns_too() -> None:
    """And begins where it is told to."""
    data = labelled(0, 20)
    assert data.y.tolist() != sorted(data.y) and set(np.bincount(data.y)) == {20}
    begin = encoder(0, data.X)[:-1]
    layers = with_labels(data, 0, np.random.default_rng(0), begin)
    np.testing.assert_array_equal(layers[0].weights, begin[0].weights)
    assert network(data, draw(0, 10).test, 0, n_steps=160) > 0.9


@pytest.mark.nightly
def test_pretrained_layers_lead_where_training_is_long_enough() -> None:
    """Same labels, steps and views: only the start differs, and twice the steps by chance do not
    make up for it. The linear probe has no lead."""
    scores: dict[str, list[float]] = {}
    for seed in range(10):
        data, known = draw(seed), labelled(seed, 2)
        layers = encoder(seed, data.pool.X)
        found = {
            "probe": probe(lambda X, net=layers: represent(net, X), known, data.test, seed),
            "tuned": network(known, data.test, seed, layers[:-1]),
            "chance": network(known, data.test, seed),
            "longer": network(known, data.test, seed, n_steps=1280),
        }
        for name, score in found.items():
            scores.setdefault(name, []).append(score)
    for rival in ("chance", "longer"):
        assert paired_difference(scores["tuned"], scores[rival]).low > 0
        assert paired_difference(scores["probe"], scores[rival]).high < 0.02


def test_digits_have_both_scores() -> None:
    """Shares of images that nobody trained on."""
    scores = digits_by_shifts(0, 5)
    assert set(scores) == {"pixels", "pretrained"} and min(scores.values()) > 0.5
