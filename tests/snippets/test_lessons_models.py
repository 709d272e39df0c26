"""Lessons about models that are new on their page: claims, and scores against the library."""

from __future__ import annotations

import numpy as np
import pytest
from lesson_runs import ran, same, told
from sklearn.datasets import load_wine, make_friedman1, make_hastie_10_2
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import r2_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC, SVR

from data.mnist import draw
from snippets.bias_variance import Draws, sine
from snippets.evidence import paired_difference
from snippets.lessons import l03_dimension as l03
from snippets.lessons import l36_boosting as l36
from snippets.lessons import l38_recurrent as l38
from snippets.lessons import l50_capacity as l50
from snippets.rnn import autoregression, clipped_walk, in_turn, predict, start, train


def z(train_X, X):
    """Standardise by the training rows."""
    return (X - train_X.mean(axis=0)) / train_X.std(axis=0)


@pytest.fixture(scope="module")
def dimension():
    return ran(l03)


@pytest.mark.nightly
def test_l03_noise_hurts_on_equal_scales_and_dimension_alone_does_not(dimension):
    """Scaling does not cure the noise, turning does no harm, and on digits none is behind."""
    outcome = l03.judge(dimension)
    assert told(outcome, "+-??")
    assert outcome.primary.standing == "as claimed"
    assert np.ptp(dimension.generated[2], axis=0).max() < 0.01
    assert same(
        outcome.findings[:3],
        [paired_difference(rows[-1], rows[0]) for rows in dimension.generated[:3]],
    )
    assert outcome.findings[1].margin == 0.05


@pytest.mark.nightly
def test_l03_scales_hurt_with_two_features_already(dimension):
    """Standardising gains with few features, so it is a problem of its own."""
    gain = dimension.gain_of_scaling(2)
    assert gain.low > 0
    assert gain == paired_difference(dimension.generated[1, 0], dimension.generated[0, 0])


def test_l03_the_views_share_two_features_and_their_labels():
    """Divided by its unit, from a tenth to ten, the noisy view starts with the plain one."""
    noisy, plain, y = l03.views(3)
    assert noisy.shape == (400, 200) and plain.shape == (400, 2)
    assert np.array_equal(y, plain.sum(axis=1) > 0)
    spread = noisy.std(axis=0)
    assert 0.09 < spread.min() < 0.12 and 8 < spread.max() < 11
    ratio = noisy[:, :2] / plain
    np.testing.assert_allclose(ratio, np.broadcast_to(ratio[0], ratio.shape))


@pytest.mark.nightly
def test_l03_the_scores_are_those_of_the_library():
    """200 rows train, 200 test; of the images 500 and 500."""
    found = l03.run((6, 1))
    noisy, plain, y = l03.views(1)
    near, linear = KNeighborsClassifier(), LogisticRegression()
    for place, p in enumerate((2, 5, 20, 60, 200)):
        raw, scaled = noisy[:, :p], z(noisy[:200, :p], noisy[:, :p])
        arms = [(near, raw), (near, scaled), (near, plain), (linear, scaled)]
        scores = [m.fit(X[:200], y[:200]).score(X[200:], y[200:]) for m, X in arms]
        np.testing.assert_allclose(found.generated[:, place, 1], scores, atol=0.006)
        np.testing.assert_allclose(found.generated[[0, 1], place, 1], scores[:2], atol=1e-12)
    images = draw(1000, 1)
    models = (near, LogisticRegression(C=0.1, tol=1e-2))
    for row, model in enumerate(models):
        score = model.fit(images.X[:500], images.y[:500]).score(images.X[500:], images.y[500:])
        assert found.images[row, 1] == pytest.approx(score)
    assert found.image_lead().mean == pytest.approx((found.images[0] - found.images[1]).mean())


@pytest.fixture(scope="module")
def boosting():
    return ran(l36)


@pytest.mark.nightly
def test_l36_boosting_wins_where_features_interact_and_not_where_a_smooth_model_fits(boosting):
    """It leads a line on Friedman's function and on blocks, and trails a kernel on the ball."""
    outcome = l36.judge(boosting)
    assert told(outcome, "+?+?-")
    assert abs(outcome.findings[1].effect.mean) < 0.03  # a kernel does as well on Friedman's
    assert outcome.primary.standing == "as claimed"
    pairs = [(0, 2), (0, 3), (1, 2), (2, 2), (3, 3)]
    scores = boosting.scores
    assert same(
        outcome.findings,
        [paired_difference(scores[task, 0], scores[task, rival]) for task, rival in pairs],
    )
    assert boosting.table()["wine"]["linear"].mean == pytest.approx(scores[2, 2].mean())


@pytest.mark.nightly
def test_l36_the_scores_are_those_of_the_library():
    """Each task, its training rows and the settings of each model, written out."""
    found = l36.run((9, 3)).scores[..., 1]
    rng = np.random.default_rng(3)
    blocks = rng.uniform(-1, 1, (500, 2))
    rng.standard_normal(500)  # the noise of the blocks, which is turned off
    turned = rng.random(500) < 0.1
    order = np.random.default_rng(3).permutation(178)
    tasks = [
        (200, *make_friedman1(500, noise=1.0, random_state=3)),
        (200, blocks, (blocks[:, 0] * blocks[:, 1] > 0) ^ turned),
        (107, *(part[order] for part in load_wine(return_X_y=True))),
        (300, *make_hastie_10_2(500, random_state=3)),
    ]
    settings = [(300, 0.1, 2, 100, 0.03), (80, 0.15, 3, 100, 0.5)]
    settings += [(30, 0.3, 3, 1, 1 / 13), (400, 1.0, 1, 100, 0.01)]
    for row, (n, X, y) in enumerate(tasks):
        count, rate, depth, C, gamma = settings[row]
        stages = {"n_estimators": count, "learning_rate": rate, "random_state": 3}
        stages["max_depth"] = depth
        Z, trees = z(X[:n], X), {"n_estimators": 20, "random_state": 3}
        if row == 0:
            arms = [(GradientBoostingRegressor(**stages), X), (RandomForestRegressor(**trees), X)]
            arms += [(LinearRegression(), X), (SVR(C=C, gamma=gamma), Z)]
        else:
            arms = [(GradientBoostingClassifier(**stages), X), (RandomForestClassifier(**trees), X)]
            arms += [(LogisticRegression(), Z), (SVC(C=C, gamma=gamma), Z)]
        scores = [model.fit(V[:n], y[:n]).score(V[n:], y[n:]) for model, V in arms]
        np.testing.assert_allclose(found[row], scores, atol=1e-9)


@pytest.mark.nightly
@pytest.mark.parametrize("task", ["Friedman", "blocks", "Hastie"])
def test_l36_settings_are_those_that_tuning_chooses(task):
    """On draws that judge nothing."""
    assert l36.tune(task) == l36.CHOSEN[task]
    assert len(l36.STAGES) == len(l36.KERNELS)  # equal tries
    assert not set(l36.TUNED_ON) & {*range(10), *range(1000, 1010)}


@pytest.fixture(scope="module")
def recurrent():
    return ran(l38)


@pytest.mark.nightly
def test_l38_a_recurrent_net_wins_where_a_state_is_needed(recurrent):
    """It finds the walls; on a linear series least squares is ahead of it, trees are not."""
    outcome = l38.judge(recurrent)
    assert told(outcome, "++-+")
    assert same(
        outcome.findings,
        [paired_difference(recurrent.r2[s, 0], recurrent.r2[s, m]) for s in (0, 1) for m in (1, 2)],
    )
    assert outcome.findings[0].effect.low > 0.1
    assert recurrent.table()["walk"]["recurrent net"].low > 0.95


@pytest.mark.nightly
@pytest.mark.parametrize("name", l38.SERIES)
def test_l38_settings_are_those_that_tuning_chooses(name):
    """On draws that judge nothing, among as many for the net as for the trees."""
    assert l38.tune(name) == l38.CHOSEN[name]
    assert len(l38.RATES) == len(l38.TREES)
    assert l38.CHOSEN[name][0] in l38.RATES[1:-1]  # not at an end
    assert not set(l38.TUNED_ON) & {*range(10), *range(1000, 1010)}


@pytest.mark.nightly
def test_l38_the_scores_of_a_seed_are_its_own():
    """One seed alone, its net trained by itself, gets the scores that it gets in company."""
    found = l38.run((7, 2)).r2
    for row, task in enumerate((clipped_walk, autoregression)):
        rng = np.random.default_rng([2, 1])
        (X, y), (new, truth) = task(400, 12, rng), task(400, 12, rng)
        net = start(1, 8, np.random.default_rng(2))
        answer = predict(train(net, in_turn((X, y), 100), 300, rate=(0.05, 0.01)[row]), new)
        assert found[row, 0, 1] == pytest.approx(r2_score(truth, answer), abs=1e-6)
        count, rate, depth = ((300, 0.3, 1), (100, 0.1, 3))[row]
        trees = GradientBoostingRegressor(
            n_estimators=count, learning_rate=rate, max_depth=depth, random_state=0
        )
        for place, model in enumerate((LinearRegression(), trees), start=1):
            score = model.fit(X[..., 0], y).score(new[..., 0], truth)
            assert found[row, place, 1] == pytest.approx(score)


@pytest.fixture(scope="module")
def capacity():
    return ran(l50)


@pytest.mark.nightly
def test_l50_each_task_has_a_capacity_of_its_own(capacity):
    """Less and more than its degree cost on both tasks; more samples move the degree."""
    outcome = l50.judge(capacity)
    assert outcome.primary.standing == "as claimed"
    assert list(capacity.best().values()) == [1, 3, 5]
    assert capacity.cost("sine, 300 samples", 3, 5).low > 0
    places = [(1, 9, 3), (1, 1, 3), (0, 3, 1), (0, 0, 1)]
    assert same(
        outcome.findings,
        [paired_difference(capacity.mse[s, a], capacity.mse[s, b]) for s, a, b in places],
    )


def test_l50_the_errors_are_those_of_polynomials():
    """Sets of 30 and of 300 samples with noise of 0.3, and a line with the noise of the sine."""
    found = l50.run(2).mse
    assert found.shape == (3, 10, 2)
    at = np.linspace(-0.95, 0.95, 100)
    for n, seed, rows in ((30, 0, (0, 1)), (300, 1, (2,))):
        rng = np.random.default_rng(seed)
        x = 2 * (np.arange(n) + rng.uniform(size=(2, n))) / n - 1
        noise = 0.3 * rng.standard_normal(x.shape)
        for row in rows:
            curve = (lambda v: v) if row == 0 else (lambda v: np.sin(np.pi * v))
            for degree in (0, 3, 9):
                weights = np.polyfit(x[1], curve(x[1]) + noise[1], degree)
                error = ((np.polyval(weights, at) - curve(at)) ** 2).mean()
                assert found[row, degree, 1] == pytest.approx(error, rel=1e-6)


def test_l50_straightening_keeps_features_and_noise():
    """What is left of each target without its curve stays the same."""
    rng = np.random.default_rng(0)
    x, at = rng.uniform(-1, 1, (2, 5)), np.linspace(-1, 1, 4)
    before = Draws(x, rng.normal(size=(2, 5)), at, sine(at), rng.normal(size=(2, 4)))
    after = l50.straighten(before)
    assert after.x is before.x and np.array_equal(after.truth, at)
    np.testing.assert_allclose(after.y - x, before.y - np.sin(np.pi * x))
    np.testing.assert_allclose(after.fresh - at, before.fresh - np.sin(np.pi * at))


def test_bad_input_is_refused():
    """An interval needs two seeds; a task needs a name that is known."""
    for lesson in (l03, l36, l38):
        with pytest.raises(ValueError, match=r"two seeds or more, got \[4\]"):
            lesson.run([4])
    with pytest.raises(ValueError, match="two draws, got 1"):
        l50.run(1)
    with pytest.raises(ValueError, match="no task is named 'iris'"):
        l36.draw("iris", 0)
