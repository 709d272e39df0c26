"""Rules of folklore about training networks: the verdicts, and each part against another way."""

from __future__ import annotations

import numpy as np
import pytest
from lesson_runs import ran, told

from snippets.descent import Adam, Sgd
from snippets.lessons import l74_adam as l74
from snippets.lessons import l75_large_batches as l75
from snippets.lessons import l76_schedules as l76
from snippets.lessons import l77_initialisation as l77
from snippets.lessons import stacked
from snippets.neural_network import Layer, flatten, forward, gradient, unflatten

SEEDS = (3, 4, 5)


def one(stack: stacked.Stack, arm: int, run: int) -> list[Layer]:
    """One network of a stack."""
    return [Layer(weights[arm, run], biases[arm, run, 0]) for weights, biases in stack]


@pytest.mark.parametrize("optimiser", ["SGD", "Adam"])
def test_a_stack_learns_what_each_network_would_learn_alone(optimiser):
    """Steps are those of the network from scratch, with its own batches and its own rate."""
    drawn = stacked.digits(SEEDS, 20, 10)
    stack = stacked.begin((64, 6, 5, 10), SEEDS, 2)
    rows = stacked.batches(20, 5, 6, SEEDS)
    rates = np.tile([0.02, 0.1], (6, 1))
    alone = {(a, r): one(stack, a, r) for a in range(2) for r in range(3)}
    flat = {key: flatten(layers).copy() for key, layers in alone.items()}
    stacked.ended(stacked.train(stack, drawn.X, drawn.targets, rows, rates, optimiser))
    for (a, r), weights in flat.items():
        walk = Sgd(rates[0, a], 0.9) if optimiser == "SGD" else Adam(rates[0, a])
        for batch in rows[:, r]:
            layers = unflatten(weights, alone[a, r])
            slopes = gradient(layers, drawn.X[r, batch], drawn.targets[r, batch])
            walk.step(weights, flatten(slopes))
        np.testing.assert_allclose(flatten(one(stack, a, r)), weights, atol=1e-9)
        found = stacked.forward(stack, drawn.new)[-1][a, r]
        expected = forward(one(stack, a, r), drawn.new[r])[-1]
        np.testing.assert_allclose(found, expected, atol=1e-12)


def test_slopes_of_tanh_are_those_of_small_steps():
    """The loss changes as they say."""
    drawn = stacked.digits(SEEDS[:2], 10, 10)
    stack = stacked.begin((64, 4, 3, 10), SEEDS[:2], 1, "Xavier")

    def loss() -> float:
        found = stacked.forward(stack, drawn.X, "tanh")[-1][0, 1]
        return -float((drawn.targets[1] * np.log(found)).sum(axis=1).mean())

    found = stacked.forward(stack, drawn.X, "tanh")
    slopes = stacked.backward(stack, found, drawn.targets, "tanh")
    for layer in range(3):
        before = loss()
        stack[layer][0][0, 1, 2, 1] += 1e-6
        after = loss()
        assert (after - before) / 1e-6 == pytest.approx(slopes[layer][0][0, 1, 2, 1], abs=1e-4)


def test_each_pass_takes_each_sample_once_in_a_new_order():
    """Whatever the size of the batches, which must divide the samples."""
    rows = stacked.batches(12, 4, 6, SEEDS, starts=2)
    assert rows.shape == (6, 6, 4)
    passes = rows.transpose(1, 0, 2).reshape(6, 2, 12)
    assert (np.sort(passes, axis=2) == np.arange(12)).all()
    assert (passes[:, 0] != passes[:, 1]).any(axis=1).all()
    with pytest.raises(ValueError, match="no whole batches of 5"):
        stacked.batches(12, 5, 6, SEEDS)


def test_starts_of_a_seed_share_its_samples_and_not_their_weights():
    """New digits are none of those that train; a fifth of the labels is wrong, or none."""
    clean = stacked.digits(SEEDS, 200, 300, 0.0, 2)
    noisy = stacked.digits(SEEDS, 200, 300, 0.2, 2)
    assert (clean.X[0] == clean.X[1]).all() and (clean.X[1] != clean.X[2]).any()
    assert (clean.X == noisy.X).all() and clean.new.shape == (6, 300, 64)
    wrong = (clean.targets != noisy.targets).any(axis=2).mean()
    assert 0.1 < wrong < 0.3
    weights, biases = stacked.begin((64, 50, 10), SEEDS, 3, starts=2)[0]
    assert weights.shape == (3, 6, 64, 50) and not biases.any()
    assert (weights[0] == weights[2]).all() and (weights[0, 0] != weights[0, 1]).any()


@pytest.mark.parametrize(("how", "variance"), [("He", 2 / 64), ("Xavier", 2 / 164), ("zeros", 0)])
def test_starts_have_the_variance_of_their_names(how, variance):
    """He's is that of the inputs alone, Xavier's that of inputs and units."""
    weights, _ = stacked.begin((64, 100), SEEDS, 1, how)[0]
    assert weights.var() == pytest.approx(variance, rel=0.05)


def test_accuracy_is_the_mean_over_the_starts_of_a_seed():
    """Each start has its own network."""
    drawn = stacked.digits(SEEDS, 20, 100, starts=2)
    stack = stacked.begin((64, 10), SEEDS, 2, starts=2)
    found = stacked.accuracy(stack, drawn.new, drawn.truth, starts=2)
    right = stacked.forward(stack, drawn.new)[-1].argmax(axis=-1) == drawn.truth
    by_hand = right.mean(axis=-1).reshape(2, 3, 2).mean(axis=-1)
    np.testing.assert_allclose(found, by_hand)


@pytest.mark.nightly
def test_l74_adam_loses_where_no_rate_was_tuned_and_where_samples_have_their_own_features():
    """With wrong labels SGD gains less than a hundredth, and no choice is at an end of its list."""
    result = ran(l74)
    outcome = l74.judge(result)
    assert told(outcome, "?-?+?+")
    for scores in result.told.values():
        for each in scores[:2]:
            assert set(l74.picks(each)) <= set(range(1, len(each) - 1))


def test_l74_a_sample_of_the_wide_table_has_features_of_its_own():
    """One if it is positive and five if not, and no new sample has one of those that train."""
    X, y, new, truth = l74.wide(30, 50, np.random.default_rng(0))
    own = np.vstack([X, new])[:, 3:]
    labels = np.concatenate([y, truth])
    assert (own.sum(axis=1) == np.where(labels > 0, 1, 5)).all() and own.sum(axis=0).max() == 1
    assert (X[:, 0] == y).all() and (new[:, 1:3] == 1).all()


def test_l74_adam_gives_all_features_of_a_class_one_slope_and_sgd_does_not():
    """So Adam calls every new sample positive, where SGD is right."""
    X, y, new, truth = l74.wide(60, 200, np.random.default_rng(0))
    assert (new @ l74.line(X, y, True, 0.03) > 0).all()
    assert (np.sign(new @ l74.line(X, y, False, 0.03)) == truth).all()


def test_l74_a_rate_is_chosen_by_the_other_splits():
    """Its own score is no argument."""
    scores = np.array([[0.9, 0.9, 0.1], [0.5, 0.5, 1.0]])
    assert l74.picks(scores).tolist() == [1, 1, 0]


@pytest.mark.nightly
def test_l75_it_is_the_steps_that_are_missing():
    """With as many passes small batches are ahead, with as many steps they are not."""
    outcome = l75.judge(ran(l75))
    assert told(outcome, "-+++?+") and outcome.primary.standing == "against"


def test_l75_two_further_is_a_rate_that_grows_with_the_batch():
    """So is the number of steps for as many passes."""
    ratio = l75.LARGE / l75.SMALL
    assert l75.RATES[l75.SCALED] / l75.RATES[l75.USUAL] == pytest.approx(ratio)
    assert l75.STEPS[l75.SMALL] / l75.STEPS[l75.LARGE] == ratio


@pytest.mark.nightly
def test_l76_a_schedule_is_an_insurance():
    """It gains at the longest rate and with wrong labels, and less than a hundredth when tuned."""
    outcome = l76.judge(ran(l76))
    assert told(outcome, "-?-??++?+") and outcome.primary.standing == "against"


@pytest.mark.parametrize(
    ("schedule", "first", "tenth", "last"),
    [("constant", 1, 1, 1), ("warm-up", 1 / 11, 1, 1), ("cosine", 1, 0.98, 0), ("both", 0.1, 1, 0)],
)
def test_l76_a_schedule_begins_and_ends_as_it_says(schedule, first, tenth, last):
    """A tenth of the steps is the warm-up."""
    share = l76.factor(schedule, 100)
    assert share.shape == (100,) and (share > 0).all() and (share <= 1).all()
    found = [share[0], share[10], share[-1]]
    np.testing.assert_allclose(found, [first, tenth, last], atol=0.011)


def test_l76_wrong_labels_are_another_class_in_training_samples_alone():
    """A fifth of them, on the same samples."""
    clean, noisy = (l76.draw(SEEDS, noise) for noise in (0.0, 0.2))
    assert (clean.X == noisy.X).all() and (clean.truth == noisy.truth).all()
    wrong = (clean.targets != noisy.targets).any(axis=2).mean()
    assert 0.15 < wrong < 0.25
    assert (clean.targets.sum(axis=2) == 1).all()


@pytest.mark.nightly
def test_l77_deep_relu_needs_the_longer_start_and_zeros_fail():
    """Xavier's start is behind with twelve layers of tanh, by less after four times the steps."""
    outcome = l77.judge(ran(l77))
    assert told(outcome, "+??-?+++???") and outcome.primary.standing == "as claimed"
    soon, late = outcome.findings[3].effect, outcome.findings[9].effect
    assert soon.high < 0 < late.high and soon.mean < late.mean


@pytest.mark.nightly
@pytest.mark.parametrize(("name", "best"), [("12 layers, tanh", 0.01), ("4 layers, tanh", 0.03)])
def test_l77_no_rate_beyond_the_list_is_better(monkeypatch, name, best):
    """For both starts of tanh, after 120 steps and after 480."""
    wide, seen = np.array([0.001, 0.003, *l77.RATES, 0.3]), []
    monkeypatch.setattr(l77, "RATES", wide)
    monkeypatch.setattr(l77, "chosen_elsewhere", seen.append)
    for case in (name, f"{name}, 480 steps"):
        for arm in l77.PAIRS[case]:
            l77.trained(arm, range(4))
    assert {wide[each.mean(axis=1).argmax()] for each in seen} == {best}


def test_l77_zeros_tell_one_digit_for_all():
    """Only the last biases learn, so that accuracy is that of a guess."""
    found = l77.trained(l77.Arm("zeros", 1, "relu", "zeros"), SEEDS)
    assert found.max() < 0.2
