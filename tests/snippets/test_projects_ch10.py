from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from snippets.neural_network import Options, fit
from snippets.projects.ch10_neural_nets import (
    ARMS,
    BASE,
    N_SWEEP,
    SWEEP_EPOCHS,
    TRIES,
    Race,
    race,
    sweep,
    twin,
)
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


@pytest.mark.nightly
@pytest.mark.parametrize("known", [False, True])
def test_the_race(known: bool) -> None:
    """Each arm is what its name and its choice say, on the hands that were asked for."""
    run, hands = race([3], known), draw(3, known)
    assert tuple(run.calls) == ARMS and set(run.chosen) == set(TRIES) < set(ARMS)
    assert run.known == known
    np.testing.assert_array_equal(run.truths[0], hands.truth)
    picked = {arm: TRIES[arm][place] for arm, (place,) in run.chosen.items()}
    exact = LogisticRegression(max_iter=300, **picked[ARMS[1]])
    kernel = SVC(**picked[ARMS[3]])
    for arm, model in ((ARMS[1], exact), (ARMS[3], kernel)):
        model.fit(hands.X, hands.y)
        np.testing.assert_array_equal(run.calls[arm][0], model.predict(hands.new))
    for arm, settings in ((ARMS[0], {"hidden": ()}), (ARMS[2], picked[ARMS[2]])):
        options = replace(BASE, **settings)
        network = fit(hands.X, hands.y, options, rng=np.random.default_rng(3))
        assert run.scores(arm) == [network.score(hands.new, hands.truth)]
    assert run.scores(ARMS[0]) < run.scores(ARMS[2]) < run.scores(ARMS[3])


def test_each_tuned_arm_has_the_same_tries() -> None:
    """Four settings each, all different."""
    assert {len(tries) for tries in TRIES.values()} == {4}
    assert all(len({str(each) for each in tries}) == 4 for tries in TRIES.values())
    assert BASE.epochs == 20


def test_errors_of_two_arms() -> None:
    """By hand: the first errs on rows 1, 2 and 3, the second on 3 and 4."""
    truth = np.array([0, 0, 1, 1, 2, 2])
    first, second = np.array([0, 1, 0, 2, 2, 2]), np.array([0, 0, 1, 0, 0, 2])
    run = Race([truth, truth], {"a": [first] * 2, "b": [second, truth]}, {}, known=False)
    np.testing.assert_array_equal(run.scores("a"), [0.5, 0.5])
    np.testing.assert_allclose(run.shared("a", "b"), [1 / 3, 0])
    turned = Race([truth], {"a": [first], "b": [second]}, {}, known=False)
    np.testing.assert_array_equal(turned.shared("b", "a"), [0.5])
    shares = run.confusions("a")
    assert shares.shape == (2, 10, 10)
    np.testing.assert_array_equal(shares[0, :3, :3], [[0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0, 1]])
    gap = run.minus("a", "b")
    assert gap.mean == pytest.approx((0.5 - 4 / 6 - 0.5) / 2) and gap.kind == "splits"


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
