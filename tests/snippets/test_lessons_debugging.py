"""Lessons about debugging: remedies for overfitting, and data for a model that underfits."""

from __future__ import annotations

import numpy as np
import pytest
from lesson_runs import ran, same
from sklearn.datasets import make_moons
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeClassifier

from snippets.lessons import l07_underfitting as l07
from snippets.lessons import l51_overfitting as l51


@pytest.fixture(scope="module")
def under():
    return ran(l07)


@pytest.fixture(scope="module")
def over():
    return ran(l51)


# L07


@pytest.mark.nightly
def test_l07_verdict(under):
    """Confirmed: the line gains nothing, boosting is ahead at both sizes."""
    outcome = l07.judge(under)
    assert (outcome.primary.standing, outcome.lesson.id) == ("as claimed", "L07")
    data, few, many = outcome.findings
    test, boosted = under.line[1].mean(axis=1), under.boosted[1].mean(axis=1)
    assert data.effect.mean == pytest.approx(test[3] - test[1]) and data.margin == 0.05
    assert few.effect.mean == pytest.approx(boosted[1] - test[1])
    assert many.effect.mean == pytest.approx(boosted[3] - test[3])
    assert min(few.effect.low, many.effect.low) > 0.2
    assert {finding.effect.n for finding in outcome.findings} == {12}


@pytest.mark.nightly
def test_l07_gap_closes_for_boosting_and_is_not_there_for_the_line(under):
    """The line is as poor on its own samples; more complexity harms where noise rules."""
    gap = under.gap(1000)
    assert gap.mean == pytest.approx((under.line[0, 2] - under.line[1, 2]).mean())
    assert abs(gap.mean) < 0.02
    wide, narrow = (under.boosted[0] - under.boosted[1]).mean(axis=1)[[0, 3]]
    assert wide > 0.05 > 0.02 > narrow
    assert under.noise_verdict().high < 0 and under.noise_level().high < 0.3
    difference = under.noisy[1] - under.noisy[0]
    assert under.noise_verdict().mean == pytest.approx(difference.mean())
    assert under.noise_level().mean == pytest.approx(under.noisy_train.mean())
    assert under.more_data(50, 1000).mean == pytest.approx(
        (under.line[1, 2] - under.line[1, 0]).mean()
    )


def test_l07_samples_are_a_sine_and_a_step():
    """Without noise the target is the formula; with noise it scatters by its deviation."""
    X, y = l07.draw(5000, np.random.default_rng(0), noise=0.0)
    np.testing.assert_allclose(y, np.sin(np.pi * X[:, 0]) + np.where(X[:, 1] > 0, 1.0, 0.0))
    assert X.shape == (5000, 2) and np.abs(np.abs(X).max(axis=0) - 1).max() < 0.01
    assert np.abs(X.mean(axis=0)).max() < 0.05
    X, y = l07.draw(5000, np.random.default_rng(0))
    rest = y - np.sin(np.pi * X[:, 0]) - (X[:, 1] > 0)
    assert abs(rest.std() - 0.2) < 0.01 and abs(rest.mean()) < 0.01


def test_l07_noisy_line_has_twice_its_spread_in_noise():
    """The line has slopes of 1; the noise a standard deviation twice that of the line."""
    X, y = l07.draw_noisy_line(20000, np.random.default_rng(0))
    line = X[:, 0] + X[:, 1]
    assert abs((y - line).std() / line.std() - 2) < 0.03
    assert abs((y - line).mean()) < 0.03 and np.abs(np.abs(X).max(axis=0) - 1).max() < 0.01


@pytest.mark.nightly
def test_l07_scores_are_those_of_the_models(under):
    """For seed 3: nested training samples, 1,000 new ones, both models, both targets."""
    rng = np.random.default_rng(3)
    (X, y), new = l07.draw(5000, rng), l07.draw(1000, rng)
    boosting = GradientBoostingRegressor(
        n_estimators=40, learning_rate=0.2, max_depth=2, random_state=3
    )
    for scores, model in ((under.line, LinearRegression()), (under.boosted, boosting)):
        for i, n in enumerate((50, 200, 1000, 5000)):
            model.fit(X[:n], y[:n])
            expected = model.score(X[:n], y[:n]), model.score(*new)
            np.testing.assert_allclose(scores[:, i, 3], expected, rtol=1e-10)
    rng = np.random.default_rng(3)
    known, new = l07.draw_noisy_line(200, rng), l07.draw_noisy_line(1000, rng)
    line = LinearRegression().fit(*known)
    expected = line.score(*new), boosting.fit(*known).score(*new)
    np.testing.assert_allclose(under.noisy[:, 3], expected, rtol=1e-10)
    assert under.noisy_train[3] == pytest.approx(line.score(*known))


# L51


@pytest.mark.nightly
def test_l51_verdict(over):
    """Depends: less complexity and pruning help, data alone and copies do not."""
    outcome = l51.judge(over)
    assert (outcome.primary.standing, outcome.lesson.id) == ("as claimed", "L51")
    supported = [finding.supports for finding in outcome.findings]
    assert supported == [True, True, False, False, False, True]
    assert outcome.findings[4].contradicts and {f.effect.n for f in outcome.findings} == {10}
    arms = ("depth 4", "pruned", "7 × the data", "noisy copies, 0.1", "noisy copies, 0.3")
    assert same(
        outcome.findings,
        [
            *(over.gain(arm) for arm in arms),
            over.gain_apart(),
        ],
    )


@pytest.mark.nightly
def test_l51_average_gains_with_its_gap_open_and_data_help_a_pruned_tree(over):
    """What the table of the note says."""
    assert over.gain("average of 25 trees").low > 0 and over.gap("average of 25 trees").low > 0.1
    assert over.gain("7 × the data, pruned", "pruned").low > 0
    assert over.gain("full tree").mean == over.gain("full tree").half_width == 0
    assert over.level("pruned").mean == pytest.approx(over.test[2].mean())
    assert over.gap("depth 4").mean == pytest.approx((over.train[1] - over.test[1]).mean())


@pytest.mark.nightly
def test_l51_scores_are_those_of_the_models(over):
    """For seed 2, every arm with its samples and settings."""
    X, y = make_moons(2400, noise=0.35, random_state=2)
    rng = np.random.default_rng(2)
    few, many, new = (X[:200], y[:200]), (X[:1400], y[:1400]), (X[1400:], y[1400:])
    near, far = (l51.noisy_copies(*few, 7, spread, rng) for spread in (0.1, 0.3))
    arms = [
        (DecisionTreeClassifier(random_state=2), few),
        (DecisionTreeClassifier(max_depth=4, random_state=2), few),
        (DecisionTreeClassifier(ccp_alpha=0.01, random_state=2), few),
        (RandomForestClassifier(25, random_state=2), few),
        (DecisionTreeClassifier(random_state=2), many),
        (DecisionTreeClassifier(random_state=2), near),
        (DecisionTreeClassifier(random_state=2), far),
        (DecisionTreeClassifier(ccp_alpha=0.01, random_state=2), many),
    ]
    assert len(arms) == len(l51.ARMS)
    for i, (model, known) in enumerate(arms):
        model.fit(*known)
        assert over.train[i, 2] == model.score(*known) and over.test[i, 2] == model.score(*new)
    X, y = make_moons(2400, noise=0.15, random_state=2)
    tree = DecisionTreeClassifier(random_state=2)
    scores = [tree.fit(X[:n], y[:n]).score(X[1400:], y[1400:]) for n in (200, 1400)]
    np.testing.assert_array_equal(over.apart[:, 2], scores)
    assert over.gain_apart().mean == pytest.approx((over.apart[1] - over.apart[0]).mean())


def test_l51_copies_keep_their_labels_and_move_a_little():
    """The originals come first; the copies scatter around them by the spread."""
    X, y = np.arange(2000.0).reshape(1000, 2), np.arange(1000)
    many, labels = l51.noisy_copies(X, y, 3, 0.5, np.random.default_rng(0))
    np.testing.assert_array_equal(many[:1000], X)
    np.testing.assert_array_equal(labels, np.concatenate([y, y, y]))
    moves = many[1000:] - np.vstack([X, X])
    assert many.shape == (3000, 2) and abs(moves.std() - 0.5) < 0.03 and abs(moves.mean()) < 0.03
    assert not np.array_equal(moves[:1000], moves[1000:])
    alone, labels = l51.noisy_copies(X, y, 1, 0.0, np.random.default_rng(0))
    np.testing.assert_array_equal(alone, X)
    np.testing.assert_array_equal(labels, y)


@pytest.mark.parametrize(("times", "spread"), [(0, 0.1), (2, -0.1)])
def test_l51_impossible_copies_are_refused(times, spread):
    """The error names both values."""
    X = np.zeros((2, 2))
    with pytest.raises(ValueError, match=f"got {times}, {spread}"):
        l51.noisy_copies(X, np.array([0, 1]), times, spread, np.random.default_rng(0))


@pytest.mark.parametrize("module", [l07, l51])
def test_one_seed_is_refused(module):
    """An interval needs two."""
    with pytest.raises(ValueError, match=r"got \[0\]"):
        module.run((0,))
