"""Lessons about deep nets: the sign of each claim, and the parts they rest on."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import combinations, permutations

import numpy as np
import pytest
from lesson_runs import ran
from sklearn.datasets import load_digits, load_iris

from snippets.descent import Adam, Sgd
from snippets.lessons import batch_norm, graph, regularisers
from snippets.lessons import l10_overfit_few as l10
from snippets.lessons import l11_early_stopping as l11
from snippets.lessons import l12_dropout as l12
from snippets.lessons import l13_weight_decay as l13
from snippets.lessons import l14_smoothing_averaging as l14
from snippets.lessons import l15_batch_norm as l15
from snippets.lessons import l40_one_variable as l40
from snippets.lessons import l44_no_information as l44
from snippets.lessons import l45_compression as l45
from snippets.lessons.choice import chosen_elsewhere
from snippets.lessons.regularisers import DECAYS
from snippets.neural_network import (
    Layer,
    Options,
    cross_entropy,
    fit,
    he_start,
    one_hot,
)


@pytest.fixture(scope="module")
def runs():
    return regularisers.run()


@pytest.fixture(scope="module")
def rehearsed():
    return ran(l10)


@pytest.fixture(scope="module")
def deep():
    return ran(l15)


@pytest.fixture(scope="module")
def tables():
    return ran(l40)


@pytest.fixture(scope="module")
def noise():
    return ran(l44)


@pytest.fixture(scope="module")
def small():
    return ran(l45)


def digits(n: int = 100) -> tuple[np.ndarray, np.ndarray]:
    """Some shuffled digits."""
    X, y = load_digits(return_X_y=True)
    rows = np.random.default_rng(0).permutation(len(y))[:n]
    return X[rows] / 16, y[rows]


# L10


@pytest.mark.nightly
@pytest.mark.parametrize("bug", l10.BUGS[1:6])
def test_l10_bugs_of_model_and_training_are_caught(rehearsed, bug):
    """The healthy network learns all 20; a broken one misses at least half of them."""
    assert rehearsed.level("none").mean == 1
    assert rehearsed.drop(bug).low > 0.5


@pytest.mark.nightly
@pytest.mark.parametrize("bug", l10.BUGS[6:])
def test_l10_other_bugs_slip_through(rehearsed, bug):
    """Adam makes up for unscaled inputs, and wrong data is learned by heart as well."""
    assert rehearsed.level(bug).mean == 1
    assert l10.judge(rehearsed).primary.standing == "as claimed"


def test_l10_the_sign_and_the_optimiser_count():
    """Plain steps down lower the loss as `fit` does; steps up never reach it."""
    X, y = digits(20)
    start = he_start((64, 16, 10), np.random.default_rng(0))
    options = Options(epochs=100, batch_size=20, optimiser="sgd", learning_rate=0.2)
    network = fit(X, y, options, rng=np.random.default_rng(0), start=start)
    assert l10.rehearse(start, X, y, Sgd(0.2)) == network.score(X, y)
    assert l10.rehearse(start, X, y, Adam(0.01), -1.0) < 0.3


def test_l10_dead_units_and_empty_images_leave_only_the_commonest_digit():
    """Without inputs the network predicts one digit for all."""
    for bug in ("images all empty", "hidden units all dead"):
        for seed in range(3):
            rng = np.random.default_rng(seed)
            y = load_digits().target[rng.permutation(1797)[:20]]
            assert l10.plant(bug, seed) == np.bincount(y).max() / 20


def test_l10_bad_input_is_refused():
    """The error names the bug."""
    with pytest.raises(ValueError, match="no bug 'mice'"):
        l10.plant("mice", 0)
    with pytest.raises(ValueError, match="two seeds"):
        l10.run((0,))


# L11 to L14


@pytest.mark.nightly
def test_l11_stopping_helps_with_wrong_labels_only(runs):
    """Against the same 240 samples it gains with noise; clean, all 300 are better."""
    assert runs.gain(l11.STOPPED, "noisy", l11.RIVAL).low > 0
    assert runs.gain(l11.STOPPED, "clean", l11.RIVAL).low < 0
    assert runs.gain(l11.STOPPED, "clean").high < 0
    assert l11.judge(runs).primary.standing != "against"


@pytest.mark.nightly
@pytest.mark.parametrize(("lesson", "arm"), [(l12, "dropout"), (l13, "weight decay")])
def test_l12_l13_help_with_wrong_labels_and_cost_a_little_without(runs, lesson, arm):
    """A gain with noise, a small loss on clean labels."""
    assert runs.gain(arm, "noisy").low > 0
    assert runs.gain(arm, "clean").high < 0
    assert lesson.judge(runs).primary.standing == "as claimed"


@pytest.mark.nightly
def test_l13_a_weight_that_is_chosen_costs_nothing(runs):
    """With wrong labels it gains as much as the fixed one; with right ones it stays level."""
    gain, clean = (runs.gain("weight decay, chosen", kind) for kind in ("noisy", "clean"))
    assert gain.low > 0 and clean.low > -0.01 and clean.high < 0.01


def test_l13_the_weight_is_chosen_on_a_fifth():
    """By the loss of digits that had no part in the fit; then all digits train, from one start."""
    X, y = digits(50)

    def trained(n: int, l2: float) -> object:
        options = replace(regularisers.BASE, l2=l2)
        return fit(X[:n], y[:n], options, rng=np.random.default_rng(1)).predict_proba

    losses = [cross_entropy(trained(40, l2)(X[40:]), one_hot(y[40:], 10)) for l2 in DECAYS]
    found = regularisers.ARMS["weight decay, chosen"](X, y, np.random.default_rng(1))(X)
    np.testing.assert_array_equal(found, trained(50, DECAYS[int(np.argmin(losses))])(X))


@pytest.mark.nightly
def test_l14_both_help_with_wrong_labels_and_smoothing_spoils_the_loss(runs):
    """Averaging lowers the loss; smooth labels make the network too modest."""
    for arm in ("averaging", "label smoothing"):
        assert runs.gain(arm, "noisy").low > 0
    assert l14.saved(runs, "averaging").low > 0
    assert l14.saved(runs, "label smoothing").high < 0
    assert l14.judge(runs).primary.standing == "as claimed"


@pytest.mark.nightly
@pytest.mark.parametrize("lesson", [l11, l12, l13, l14])
def test_a_lesson_alone_agrees_with_all_arms_together(runs, lesson):
    """Arms do not depend on which others run beside them."""
    alone = lesson.run((0, 1))
    for key, values in alone.accuracy.items():
        np.testing.assert_array_equal(values, runs.accuracy[key][:2])
        np.testing.assert_array_equal(alone.loss[key], runs.loss[key][:2])


def test_each_arm_is_what_its_name_says():
    """Options as named, the same source of draws, and averages of probabilities."""
    X, y = digits(50)
    new = X[:7]

    def ours(arm: str) -> np.ndarray:
        return regularisers.ARMS[arm](X, y, np.random.default_rng(1))(new)

    def wanted(n: int = 50, **changes: object) -> np.ndarray:
        options = replace(regularisers.BASE, **changes)
        return fit(X[:n], y[:n], options, rng=np.random.default_rng(1)).predict_proba(new)

    np.testing.assert_array_equal(ours("none"), wanted())
    np.testing.assert_array_equal(ours("weight decay"), wanted(l2=0.01))
    np.testing.assert_array_equal(ours("dropout"), wanted(dropout=0.5))
    np.testing.assert_array_equal(ours("label smoothing"), wanted(smoothing=0.1))
    np.testing.assert_array_equal(ours("none, on four fifths"), wanted(40))
    rng = np.random.default_rng(1)
    members = [fit(X, y, regularisers.BASE, rng=rng).predict_proba(new) for _ in range(5)]
    np.testing.assert_allclose(ours("averaging"), np.mean(members, axis=0), atol=1e-12)
    options = replace(regularisers.BASE, patience=5)
    held = (X[40:], y[40:])
    stopped = fit(X[:40], y[:40], options, rng=np.random.default_rng(1), validation=held)
    np.testing.assert_array_equal(ours("early stopping"), stopped.predict_proba(new))
    normal = batch_norm.fit(X, y, regularisers.BASE, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(ours("batch normalisation"), normal.predict_proba(new))


def test_augmentation_adds_four_moved_versions():
    """Five times the images, with their labels, for a fifth of the epochs."""
    X, y = digits(20)
    images = X.reshape(-1, 8, 8)
    moved = [images]
    for axis, step in [(1, -1), (1, 1), (2, -1), (2, 1)]:
        rolled = np.roll(images, step, axis=axis)
        edge = [slice(None)] * 3
        edge[axis] = 0 if step == 1 else -1
        rolled[tuple(edge)] = 0
        moved.append(rolled)
    everything = np.vstack([m.reshape(len(X), -1) for m in moved])
    options = replace(regularisers.BASE, epochs=regularisers.BASE.epochs // 5)
    rng = np.random.default_rng(1)
    wanted = fit(everything, np.tile(y, 5), options, rng=rng).predict_proba(X)
    found = regularisers.augmented(X, y, np.random.default_rng(1))(X)
    np.testing.assert_allclose(found, wanted, atol=1e-12)


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_spoiled_labels_are_other_digits(share):
    """The share that is asked for changes, to a digit that it was not."""
    y = np.arange(20_000) % 10
    spoiled = regularisers.spoil(y, share, np.random.default_rng(0))
    assert np.mean(spoiled != y) == pytest.approx(share, abs=0.01)
    assert set(spoiled) == set(range(10))
    if share == 1:
        assert np.unique((spoiled - y) % 10).tolist() == list(range(1, 10))


def test_two_runs_of_some_arms_are_one_of_all():
    """A figure need not wait for arms that only a table shows."""
    run = partial(regularisers.run, seeds=(0, 1), n_train=50)
    joined, whole = run(["none"]) | run(["dropout"]), run(["none", "dropout"])
    assert joined.table() == whole.table()
    assert joined.gain("dropout", "noisy") == whole.gain("dropout", "noisy")


@pytest.mark.nightly
def test_the_table_summarises_the_runs(runs):
    """A column a score and kind of labels, a row an arm; loss and accuracy of new digits."""
    table = runs.table()
    assert set(table) == {
        f"{s}, {kind}" for s in ("accuracy", "loss") for kind in ("clean", "noisy")
    }
    assert list(table["accuracy, clean"]) == list(regularisers.ARMS)
    assert table["loss, noisy"]["none"].mean == runs.loss["noisy", "none"].mean()
    X, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(1797)
    rows, new = order[:300], order[300:1300]
    rng = np.random.default_rng(0)
    network = fit(X[rows] / 16, y[rows], regularisers.BASE, rng=rng)
    assert runs.accuracy["clean", "none"][0] == network.score(X[new] / 16, y[new])
    nats = cross_entropy(network.predict_proba(X[new] / 16), one_hot(y[new], 10))
    assert runs.loss["clean", "none"][0] == pytest.approx(nats, abs=1e-12)


def test_regularisers_refuse_bad_input():
    """The error names the arm, the share or the seeds."""
    with pytest.raises(ValueError, match="no arm 'prayer'"):
        regularisers.run(("prayer",))
    with pytest.raises(ValueError, match="two seeds"):
        regularisers.run(("none",), (0,))
    for share in (-0.1, 1.1):
        with pytest.raises(ValueError, match=f"got {share}"):
            regularisers.spoil(np.zeros(3, dtype=int), share, np.random.default_rng(0))


# L15


def small_net(rng: np.random.Generator) -> tuple[list[batch_norm.Hidden], Layer]:
    """Two hidden layers with scales and shifts off their start."""
    *start, last = he_start((5, 6, 4, 3), rng)
    hidden = [
        batch_norm.Hidden(w, rng.uniform(0.5, 1.5, len(b)), 0.3 * rng.normal(size=len(b)))
        for w, b in start
    ]
    return hidden, last


@pytest.mark.parametrize("n", [2, 7, 30])
def test_batch_norm_backward_is_the_derivative(n):
    """Every derivative agrees with a central difference of the loss."""
    rng = np.random.default_rng(n)
    hidden, last = small_net(rng)
    X, targets = rng.normal(size=(n, 5)), one_hot(rng.integers(0, 3, n), 3)
    theta = batch_norm.flatten(hidden, last)

    def loss(flat: np.ndarray) -> float:
        layers = batch_norm.unflatten(flat, hidden, last)
        return cross_entropy(batch_norm.forward(*layers, X)[1], targets)

    steps, found = batch_norm.forward(hidden, last, X)
    exact = batch_norm.flatten(*batch_norm.backward(hidden, last, steps, (found - targets) / n))
    moves = 1e-6 * np.eye(len(theta))
    measured = np.array([loss(theta + move) - loss(theta - move) for move in moves]) / 2e-6
    np.testing.assert_allclose(exact, measured, atol=2e-8)


def test_batch_norm_gives_each_unit_its_mean_and_deviation():
    """Normalised sums have mean 0 and variance v / (v + TINY)."""
    rng = np.random.default_rng(0)
    hidden, last = small_net(rng)
    steps, found = batch_norm.forward(hidden, last, 5 + 3 * rng.normal(size=(40, 5)))
    for step, layer in zip(steps, hidden, strict=True):
        np.testing.assert_allclose(step.standard.mean(axis=0), 0, atol=1e-12)
        variance = (step.below @ layer.weights).var(axis=0)
        np.testing.assert_allclose(step.standard.var(axis=0), variance / (variance + 1e-5))
        np.testing.assert_array_equal(
            step.output, np.maximum(layer.scale * step.standard + layer.shift, 0)
        )
    np.testing.assert_allclose(found.sum(axis=1), 1)


def test_batch_norm_does_not_care_for_the_scale_of_its_weights():
    """Ten times the weights of a hidden layer: the same probabilities."""
    rng = np.random.default_rng(0)
    hidden, last = small_net(rng)
    X = 100 * rng.normal(size=(40, 5))
    louder = [layer._replace(weights=10 * layer.weights) for layer in hidden]
    first, second = (batch_norm.forward(h, last, X)[1] for h in (hidden, louder))
    np.testing.assert_allclose(first, second, atol=1e-4)


def test_batch_norm_predicts_each_sample_by_the_moments_of_training():
    """A prediction does not depend on the samples beside it."""
    X, y = digits()
    network = batch_norm.fit(X, y, Options((32,), 25), rng=np.random.default_rng(0))
    alone = np.vstack([network.predict_proba(row[None]) for row in X])
    np.testing.assert_allclose(alone, network.predict_proba(X), atol=1e-12)
    _, together = batch_norm.forward(network.hidden, network.last, X)
    np.testing.assert_allclose(together, alone, atol=1e-12)  # those of all training samples
    assert network.score(X, y) == (together.argmax(axis=1) == y).mean() > 0.9


@pytest.mark.parametrize("load", [load_iris, load_digits])
def test_batch_norm_trains_by_the_steps_that_we_take_by_hand(load):
    """One epoch in one batch is one step against the derivative."""
    X, y = load(return_X_y=True)
    X, rate = X / X.max(), 0.1
    options = Options((6,), 1, len(X), "sgd", rate)
    network = batch_norm.fit(X, y, options, rng=np.random.default_rng(0))
    n_classes = int(y.max()) + 1
    start, last = he_start((X.shape[1], 6, n_classes), np.random.default_rng(0))
    hidden = [batch_norm.Hidden(start.weights, np.ones(6), np.zeros(6))]
    steps, found = batch_norm.forward(hidden, last, X)
    slopes = batch_norm.backward(hidden, last, steps, (found - one_hot(y, n_classes)) / len(X))
    wanted = batch_norm.flatten(hidden, last) - rate * batch_norm.flatten(*slopes)
    np.testing.assert_allclose(batch_norm.flatten(network.hidden, network.last), wanted, atol=1e-12)


def test_batch_norm_takes_every_sample_once_an_epoch():
    """The order of the batches is the generator's permutation, new in each epoch."""
    X, y = digits(64)
    options = Options((4,), 2, 32, "sgd", 0.1)
    network = batch_norm.fit(X, y, options, rng=np.random.default_rng(5))
    rng = np.random.default_rng(5)
    start, last = he_start((64, 4, 10), rng)
    hidden = [batch_norm.Hidden(start.weights, np.ones(4), np.zeros(4))]
    for _ in range(2):
        order = rng.permutation(64)
        for rows in (order[:32], order[32:]):
            steps, found = batch_norm.forward(hidden, last, X[rows])
            delta = (found - one_hot(y[rows], 10)) / 32
            slopes = batch_norm.flatten(*batch_norm.backward(hidden, last, steps, delta))
            theta = batch_norm.flatten(hidden, last) - 0.1 * slopes
            hidden, last = batch_norm.unflatten(theta, hidden, last)
    np.testing.assert_allclose(
        batch_norm.flatten(network.hidden, network.last),
        batch_norm.flatten(hidden, last),
        atol=1e-12,
    )


def test_batch_norm_refuses_bad_input():
    """A batch of one has no variance, and something must be normalised."""
    X, y = digits(33)
    rng = np.random.default_rng(0)
    for n, size in [(33, 32), (4, 1), (1, 8)]:
        with pytest.raises(ValueError, match=f"{n} samples in batches of {size}"):
            batch_norm.fit(X[:n], y[:n], Options((4,), 1, size), rng=rng)
    assert batch_norm.fit(X[:2], y[:2], Options((4,), 1, 8), rng=rng).moments
    with pytest.raises(ValueError, match="hidden layer"):
        batch_norm.fit(X, y, Options(()), rng=rng)


@pytest.mark.nightly
def test_l15_faster_at_every_rate_but_no_regulariser(deep):
    """Deep networks learn faster; with wrong labels a shallow one is worse."""
    assert all(deep.lead(rate).low > 0 for rate in l15.RATES)
    assert deep.lead_at_best().low > 0
    assert deep.shallow.gain("batch normalisation", "noisy").high < 0
    assert l15.judge(deep).primary.standing == "as claimed"
    best = deep.deep.mean(axis=2).argmax(axis=1)
    assert set(best) <= set(range(1, len(l15.RATES) - 1))  # no choice at an end


@pytest.mark.nightly
def test_l15_the_best_rate_of_each_is_compared(deep):
    """Plain networks at their best rate, normalised ones at theirs."""
    scores = np.zeros((2, 3, 3))
    scores[0, 1], scores[1, 2] = [0.5, 0.25, 0.75], [1.0, 0.5, 0.75]
    result = l15.Result(scores, deep.shallow)
    assert result.lead_at_best().mean == 0.25
    assert result.lead(0.1).mean == -0.5


def test_what_is_chosen_elsewhere_is_not_flattered():
    """The best on other seeds, by hand; and of choices that are all luck no better than one."""
    scores = np.array([[1.0, 0.0, 0.0], [0.0, 0.5, 0.25]])
    assert chosen_elsewhere(scores).tolist() == [0.0, 0.0, 0.0]
    luck = np.random.default_rng(0).normal(size=(2000, 20, 10))
    here = np.mean([one[one.mean(axis=1).argmax()].mean() for one in luck])
    assert here > 0.5
    assert abs(np.mean([chosen_elsewhere(one).mean() for one in luck])) < 0.05
    with pytest.raises(ValueError, match="got 1"):
        chosen_elsewhere(np.ones((3, 1)))


# L40


@pytest.mark.nightly
def test_l40_single_changes_answer_better_and_variables_interact(tables):
    """Two changes at once mislead; the best rate depends on the momentum."""
    alone, along = tables.answers()
    assert (along - alone).mean() > 0.1
    assert tables.shift().low > 0
    assert l40.judge(tables).primary.standing == "as claimed"
    single, random = tables.missed()
    assert 0 < single.low < random.mean


def test_l40_one_at_a_time_can_be_trapped():
    """Where two variables must change together it stays where it is."""
    ridge = np.array([[1.0, 0.0, 0.0], [0.0, 2.0, 0.0]])
    assert l40.one_at_a_time(ridge, (0, 0), (0, 1)) == (1.0, 4)
    assert l40.one_at_a_time(ridge, (0, 1), (0, 1)) == (2.0, 4)
    assert l40.one_at_a_time(ridge, (0, 1), (1, 0)) == (1.0, 4)


def test_l40_the_expected_best_is_the_mean_over_all_draws():
    """The exact formula equals counting."""
    scores = np.random.default_rng(0).random((2, 3))
    for n in range(1, 7):
        counted = np.mean([max(draw) for draw in combinations(scores.ravel(), n)])
        assert l40.expected_best(scores, n) == pytest.approx(counted, abs=1e-12)


@pytest.mark.nightly
def test_l40_gaps_are_those_of_every_start_and_order(tables):
    """A hand-made loop over starts and orders gives the same mean."""
    table = tables.tables[0]
    ends = [
        l40.one_at_a_time(table, start, order)
        for start in np.ndindex(5, 2, 2, 2)
        for order in permutations(range(4))
    ]
    assert {tried for _, tried in ends} == {8}
    single, random = tables.gaps()
    assert single[0] == pytest.approx(table.max() - np.mean([score for score, _ in ends]))
    assert random[0] == pytest.approx(table.max() - l40.expected_best(table, 8))


def test_l40_wrong_signs_are_counted_where_the_truth_is_clear():
    """A table that agrees is never wrong alone; one turned round always is."""
    truth = np.zeros(l40.SHAPE) + 0.1 * np.arange(5)[:, None, None, None]
    truth[..., 1] += 1.0
    assert l40.wrong_signs(truth, truth) == (0.0, 0.5)
    assert l40.wrong_signs(-truth, truth) == (1.0, 0.5)
    faint = truth.copy()
    faint[2:] -= 0.1 - 0.01  # one notch is too small to count
    turned = faint.copy()
    turned[2:] -= 0.02
    assert l40.wrong_signs(turned, faint)[0] == 0.0


def test_l40_truth_comes_from_the_other_seeds():
    """A seed is not asked to confirm itself."""
    rising = np.zeros(l40.SHAPE) + np.arange(5)[:, None, None, None]
    result = l40.Result(np.array([rising, -rising]))
    assert result.answers()[0].tolist() == [1.0, 1.0]


def test_l40_the_table_holds_one_training_per_setting():
    """An entry is the score of the network with these four values."""
    X, y = load_digits(return_X_y=True)
    X, table = X / 16, l40.score_all(1, X / 16, y)
    order = np.random.default_rng(1).permutation(len(y))
    known, new = order[:200], order[200:]
    for place, (rate, width, batch, momentum) in {
        (2, 1, 0, 1): (0.1, 32, 16, 0.9),
        (4, 0, 1, 0): (1.0, 8, 64, 0.0),
    }.items():
        options = Options((width,), 4, batch, "sgd", rate, momentum)
        network = fit(X[known], y[known], options, rng=np.random.default_rng(1))
        assert table[place] == network.score(X[new], y[new])


def test_l40_best_rates_are_powers_of_ten():
    """The rate with the best mean over the widths, for one momentum and batch."""
    table = np.zeros((2, *l40.SHAPE))
    table[:, 2, :, 0, 0] = table[:, 1, :, 0, 1] = table[:, 4, :, 1, 0] = 1.0
    result = l40.Result(table)
    np.testing.assert_allclose(result.best_rates(0, 0), -1)
    np.testing.assert_allclose(result.best_rates(0, 1), 0, atol=1e-12)
    np.testing.assert_allclose(result.best_rates(1, 0), np.log10(0.03))
    assert result.shift().mean == pytest.approx(-1 - np.log10(0.03))


def test_l40_bad_input_is_refused():
    """The error names the number of tries, or asks for seeds."""
    for n in (0, 3):
        with pytest.raises(ValueError, match=f"got {n}"):
            l40.expected_best(np.ones(2), n)
    with pytest.raises(ValueError, match="two seeds"):
        l40.run((0,))


# L44


@pytest.mark.nightly
def test_l44_noise_is_learned_and_new_samples_show_it(noise):
    """Forest, rule and network look good on what they were chosen on, and are guessing."""
    assert noise.forest[0].min() > 0.95
    assert abs(noise.forest[1].mean() - 0.5) < 0.05
    assert (noise.rule[0] - noise.rule[1]).mean() > 0.1
    training, new = noise.level("dice")
    assert training.low > 0.9
    assert 0.05 < new.mean < 0.15


@pytest.mark.nightly
def test_l44_true_labels_need_no_regulariser(noise):
    """The same network generalises, with weight decay and without."""
    assert noise.level("true")[1].low > 0.9
    assert abs(noise.over("true, weight decay", 1, "true").mean) < 0.02
    assert noise.level("dice, weight decay")[0].low > 0.5
    assert l44.judge(noise).primary.standing == "as claimed"


@pytest.mark.nightly
def test_l44_arms_are_in_the_order_of_their_names(noise):
    """True labels before dice, plain before weight decay."""
    X, y = load_digits(return_X_y=True)
    rng = np.random.default_rng(2)
    order = rng.permutation(len(y))
    known, new, dice = order[:200], order[200:1200], rng.integers(0, 10, 200)
    for place, (labels, l2) in enumerate(
        [(y[known], 0), (y[known], 1e-3), (dice, 0), (dice, 1e-3)]
    ):
        options = Options((100,), 40, learning_rate=0.01, l2=l2)
        network = fit(X[known] / 16, labels, options, rng=np.random.default_rng(2))
        wanted = network.score(X[known] / 16, labels), network.score(X[new] / 16, y[new])
        assert tuple(noise.network[place, :, 2]) == wanted
    assert noise.over("dice", 0, 0.9).mean == pytest.approx(noise.network[2, 0].mean() - 0.9)


def test_l44_needs_two_seeds():
    """One seed gives no interval."""
    with pytest.raises(ValueError, match="two seeds"):
        l44.run((0,))


# L45


@pytest.mark.nightly
def test_l45_four_bits_are_nearly_free_and_pruning_needs_retraining(small):
    """What can be thrown away, and what cannot."""
    assert small.change("4 bits").low > -0.02
    assert small.change("3 bits").high < 0
    assert small.change("2 bits").high < -0.3
    for share in ("50%", "80%"):
        assert small.change(f"{share} pruned").high < 0
        retrained = small.scores[f"{share} pruned, retrained"]
        assert (retrained > small.scores[f"{share} pruned"]).all()
    assert l45.judge(small).primary.standing == "as claimed"
    assert small.levels()["32 bits"].low > 0.9


@pytest.mark.parametrize("bits", [2, 3, 4, 8])
def test_l45_rounded_weights_fit_their_bits(bits):
    """At most 2 ** bits - 1 values, symmetric, off by half a step at most."""
    weights = np.random.default_rng(0).normal(size=(50, 40))
    rounded = l45.quantise(weights, bits)
    step = np.abs(weights).max() / (2 ** (bits - 1) - 1)
    assert len(np.unique(np.round(rounded / step))) <= 2**bits - 1
    assert np.abs(rounded).max() == pytest.approx(np.abs(weights).max())
    assert np.abs(rounded - weights).max() <= step / 2 + 1e-12
    np.testing.assert_allclose(rounded / step, np.round(rounded / step), atol=1e-12)


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_l45_the_smallest_weights_go(share):
    """Exactly that share, none larger than one that stays, and the input is left alone."""
    weights = np.random.default_rng(0).normal(size=(8, 10))
    before = weights.copy()
    pruned = l45.prune(weights, share)
    gone = pruned == 0
    assert gone.sum() == round(share * 80)
    np.testing.assert_array_equal(pruned[~gone], weights[~gone])
    np.testing.assert_array_equal(weights, before)
    if 0 < share < 1:
        assert np.abs(weights[gone]).max() <= np.abs(weights[~gone]).min()


def test_l45_retraining_keeps_pruned_weights_at_zero_and_learns():
    """Zeros stay, biases move, the loss falls, and the pruned network is left alone."""
    X, y = digits(200)
    layers = fit(X, y, Options((16,), 10), rng=np.random.default_rng(0)).layers
    pruned = [Layer(l45.prune(w, 0.7), b) for w, b in layers]
    copies = [Layer(w.copy(), b.copy()) for w, b in pruned]
    trained = l45.retrain(pruned, X, y)
    for old, copy, new in zip(pruned, copies, trained, strict=True):
        np.testing.assert_array_equal(old.weights, copy.weights)
        assert not new.weights[old.weights == 0].any()
        kept = old.weights != 0
        assert (new.weights[kept] != old.weights[kept]).mean() > 0.7  # not those of empty pixels
        assert (new.biases != old.biases).any()
    assert l45.accuracy(trained, X, y) > l45.accuracy(pruned, X, y)


def test_l45_bad_input_is_refused_and_zeros_are_not():
    """The error names the value; a layer of zeros rounds to zeros."""
    assert not l45.quantise(np.zeros((2, 2)), 4).any()
    with pytest.raises(ValueError, match="got 1"):
        l45.quantise(np.ones(3), 1)
    for share in (-0.1, 1.1):
        with pytest.raises(ValueError, match=f"got {share}"):
            l45.prune(np.ones(3), share)
    with pytest.raises(ValueError, match="two seeds"):
        l45.run((0,))


# The graph


def test_a_graph_computes_only_when_it_is_run():
    """Building a graph gives no number; running it gives that of ordinary Python."""
    x, w, b = (graph.Node(name) for name in "xwb")
    score = x * w + b * b
    assert score.name == "(x * w + b * b)"
    assert graph.run(score, {"x": 2.0, "w": 3.0, "b": 5.0}) == 31.0
    assert graph.run(x, {"x": 4.0}) == 4.0


def test_a_placeholder_that_is_not_fed_is_found_when_the_graph_runs():
    """The error names the placeholder."""
    total = graph.Node("x") + graph.Node("y")
    with pytest.raises(ValueError, match="placeholder 'y'"):
        graph.run(total, {"x": 1.0})
