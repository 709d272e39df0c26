from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from snippets.neural_network import Options, fit
from snippets.projects.ch10_neural_nets import ARMS, BASE, N_SWEEP, SWEEP_EPOCHS, race, sweep, twin
from snippets.projects.hands import draw


def test_a_twin_has_the_same_settings() -> None:
    """Each option of ours is the library's under its own name."""
    options = Options((7, 5), 3, 17, learning_rate=0.02, l2=0.3)
    model = twin(options, seed=4)
    assert model.hidden_layer_sizes == (7, 5) and model.activation == "relu"
    assert model.solver == "adam" and model.learning_rate_init == 0.02
    assert (model.max_iter, model.batch_size, model.alpha, model.random_state) == (3, 17, 0.3, 4)
    assert not model.early_stopping and model.n_iter_no_change == 3


@pytest.mark.parametrize(
    "options",
    [
        Options(optimiser="sgd"),
        Options(dropout=0.1),
        Options(smoothing=0.1),
        Options(patience=3),
    ],
)
def test_not_every_network_has_a_twin(options: Options) -> None:
    """What the library lacks, or has in another form, is refused."""
    with pytest.raises(ValueError, match="no twin"):
        twin(options, seed=0)


@pytest.mark.parametrize("known", [False, True])
def test_the_race(known: bool) -> None:
    """Each arm is what its name says, on the hands that were asked for."""
    scores = race([3], known)
    hands = draw(3, known)
    assert tuple(scores) == ARMS and all(len(values) == 1 for values in scores.values())
    exact = LogisticRegression(max_iter=300).fit(hands.X, hands.y)
    assert scores["no layer, to the end"] == [exact.score(hands.new, hands.truth)]
    for arm, hidden in (("no layer, 20 epochs", ()), ("64 hidden units", (64,))):
        options = replace(BASE, hidden=hidden)
        network = fit(hands.X, hands.y, options, rng=np.random.default_rng(3))
        assert scores[arm] == [network.score(hands.new, hands.truth)]
    assert scores["no layer, 20 epochs"] < scores["256 hidden units"]
    assert scores["256 hidden units"] < scores["support vectors, RBF"]
    assert BASE.epochs == 20


def test_the_sweep() -> None:
    """A row a rate and a column a seed; rates far too small or large only guess."""
    rates = [1e-5, 0.01, 3.0]
    scores = sweep("adam", rates, [0, 1])
    assert scores.shape == (3, 2)
    assert (scores[[0, 2]] < 0.35).all() and (scores[1] > 0.8).all()
    hands = draw(1)
    options = Options((64,), SWEEP_EPOCHS, learning_rate=0.01)
    X, y = hands.X[:N_SWEEP], hands.y[:N_SWEEP]
    network = fit(X, y, options, rng=np.random.default_rng(1))
    assert scores[1, 1] == network.score(hands.new, hands.truth)
    assert sweep("sgd", [0.01], [0])[0, 0] != sweep("adam", [0.01], [0])[0, 0]
