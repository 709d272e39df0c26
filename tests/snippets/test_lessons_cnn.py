"""Lessons about convolutional networks: the sign of each interval, and the functions behind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from lesson_runs import ran, same
from sklearn.datasets import load_digits

from snippets import neural_network
from snippets.cnn import moved_digits, n_multiplies
from snippets.evidence import paired_difference
from snippets.lessons import l18_transfer as l18
from snippets.lessons import l39_images as l39
from snippets.neural_network import he_start


@pytest.fixture(scope="module")
def images() -> l39.Result:
    return ran(l39)


@pytest.fixture(scope="module")
def transfer() -> l18.Result:
    return ran(l18)


@pytest.mark.nightly
def test_l39_holds(images: l39.Result) -> None:
    """It wins at equal size and at equal work, and loses with shuffled pixels."""
    outcome = l39.judge(images)
    assert outcome.primary.standing == "as claimed"
    assert images.gain().low > 0.1 and images.wide_gain().low > 0.03
    assert images.shuffled_gain().high < 0
    assert images.lost().low > images.gain().low
    assert same(
        outcome.findings,
        [
            images.gain(),
            images.wide_gain(),
            images.lost(),
        ],
    )
    assert {finding.effect.n for finding in outcome.findings} == {10}
    assert all(finding.claim == "above" for finding in outcome.findings)


@pytest.mark.nightly
def test_l39_wide_network_is_the_one_that_it_says(images: l39.Result) -> None:
    """300 moved digits, 20 passes, rate 0.02, the seed of the row."""
    seed = 3
    stack, y = moved_digits(seed)
    X = stack.reshape(len(y), -1)
    options = neural_network.Options(hidden=(89,), epochs=20, learning_rate=0.02)
    model = neural_network.fit(X[:300], y[:300], options, rng=np.random.default_rng(seed))
    assert images.wide[seed] == model.score(X[300:], y[300:])


@pytest.mark.parametrize("n_hidden", [1, 24, 89])
def test_l39_costs_are_those_of_the_network(n_hidden: int) -> None:
    """Parameters as the layers hold them; multiplications are the weights."""
    layers = he_start((64, n_hidden, 10), np.random.default_rng(0))
    parameters = sum(part.size for layer in layers for part in layer)
    weights = sum(layer.weights.size for layer in layers)
    assert l39.plain_cost(n_hidden) == (parameters, weights)


def test_l39_wide_network_does_as_much_work() -> None:
    """One hidden unit more would cost more than the filters."""
    n, work = l39.same_work(), n_multiplies((8, 8), 16, 10)
    assert n == 89
    assert l39.plain_cost(n)[1] <= work < l39.plain_cost(n + 1)[1]


@pytest.mark.nightly
def test_l18_depends(transfer: l18.Result) -> None:
    """The deep layer misleads on other digits and helps on the related task."""
    outcome = l18.judge(transfer)
    assert outcome.primary.standing == "as claimed"
    hidden, filters, tuned, overfit, related, related_tuned = outcome.findings
    assert hidden.supports and overfit.supports and related.contradicts
    assert hidden.effect.high < -0.03 and overfit.effect.low > 0.1
    assert not tuned.supports and not related_tuned.supports
    other, odd = "other digits", "related task"
    assert same([hidden], [transfer.gain(other, "hidden layer", "pixels")])
    assert same([filters], [transfer.gain(other, "filters", "pixels")])
    assert same([tuned], [transfer.gain(other, "fine-tuned", "from scratch")])
    assert same([overfit], [transfer.gain(other, "fine-tuned, its own images", "fine-tuned")])
    assert same([related], [transfer.gain(odd, "hidden layer", "pixels")])
    assert same([related_tuned], [transfer.gain(odd, "fine-tuned", "from scratch")])
    claims = [finding.claim for finding in outcome.findings]
    assert claims == ["below", "below", "below", "above", "below", "below"]
    assert {finding.effect.n for finding in outcome.findings} == {10}


@pytest.mark.nightly
def test_l18_controls(transfer: l18.Result) -> None:
    """Training helps the hidden layer on the related task; filters need hardly any; PCA no gain."""
    assert transfer.gain("related task", "hidden layer", "untrained hidden layer").low > 0.05
    filters = transfer.gain("other digits", "filters", "untrained filters")
    assert abs(filters.mean) < 0.03
    assert transfer.gain("other digits", "PCA", "pixels").low < 0
    assert transfer.scores["other digits"]["fine-tuned, its own images"].min() > 0.99
    for arms in transfer.scores.values():
        assert all(scores.shape == (10,) for scores in arms.values())


def test_l18_shrinking_takes_means_of_four() -> None:
    """Each pixel is the mean of its block, for square and oblong images."""
    image = np.array([[[0.0, 4.0, 1.0, 1.0], [4.0, 8.0, 1.0, 5.0]]])
    assert l18.shrink(image).tolist() == [[[4.0, 2.0]]]
    with pytest.raises(ValueError, match="got 3 x 4"):
        l18.shrink(np.zeros((1, 3, 4)))
    with pytest.raises(ValueError, match="got 4 x 3"):
        l18.shrink(np.zeros((1, 4, 3)))


def test_l18_features_are_the_last_hidden_layer() -> None:
    """ReLU of the layer below the head."""
    layers = he_start((4, 3, 2), np.random.default_rng(0))
    X = np.random.default_rng(1).normal(size=(5, 4))
    expected = np.maximum(X @ layers[0].weights + layers[0].biases, 0)
    np.testing.assert_allclose(l18.extract(layers, X), expected, rtol=0, atol=1e-12)


def test_l18_fine_tuning_trains_both_layers_from_the_given_one() -> None:
    """As `fit` does from that body and a drawn head; the given body stays as it is."""
    digits: Any = load_digits()
    X, y = digits.data[:60] / 16, digits.target[:60]
    body = he_start((64, 16, 10), np.random.default_rng(0))[0]
    before = body.weights.copy()
    model = l18.fine_tune(body, X, y, 10, np.random.default_rng(4))
    np.testing.assert_array_equal(body.weights, before)
    assert np.abs(model.layers[0].weights - before).max() > 1e-3
    rng = np.random.default_rng(4)
    head = he_start((16, 10), rng)[0]
    expected = neural_network.fit(X, y, l18.TUNE, rng=rng, start=[body, head])
    np.testing.assert_array_equal(model.layers[1].weights, expected.layers[1].weights)


def test_bad_input_is_refused() -> None:
    """The error names the value."""
    for module in (l18, l39):
        with pytest.raises(ValueError, match=r"got \[0\]"):
            module.run((0,))
    with pytest.raises(ValueError, match="got 0"):
        l39.plain_cost(0)


@pytest.mark.nightly
def test_l39_lost_gain_is_a_difference_of_differences(images: l39.Result) -> None:
    """Gain on images minus gain on shuffled ones, paired by seed."""
    gains = images.conv - images.plain, images.conv_shuffled - images.plain_shuffled
    assert images.lost() == paired_difference(*gains)
