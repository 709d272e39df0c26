"""Other lessons: groups that an average hides."""

from __future__ import annotations

import numpy as np
import pytest
from lesson_runs import ran, same
from sklearn.linear_model import LogisticRegression

from snippets.evidence import mean_interval, paired_difference
from snippets.lessons import l49_groups as l49


@pytest.fixture(scope="module")
def groups():
    return ran(l49)


@pytest.mark.nightly
def test_l49_a_good_average_hides_a_coin_flip(groups):
    """The average is above 0.85, the majority far ahead, and the minority near a half."""
    outcome = l49.judge(groups)
    assert outcome.primary.standing == "as claimed"
    gap, average, minority = outcome.findings
    flagged = groups.accuracy[1]
    assert same([gap], [paired_difference(flagged[1], flagged[2])]) and gap.effect.low > 0.3
    assert average.effect.mean == pytest.approx(flagged[0].mean() - 0.85)
    assert minority.effect.mean == pytest.approx(flagged[2].mean() - 0.5)
    assert (minority.claim, minority.margin) == ("none", 0.1)
    assert groups.accuracy.shape == (5, 3, 10)


@pytest.mark.nightly
def test_l49_remedies_have_a_price_or_need_the_right_form(groups):
    """Equal weights cost the majority; columns or a model for the group cost nobody."""
    assert groups.change("groups weigh the same", "minority").low > 0.1
    assert groups.change("groups weigh the same", "majority").high < -0.1
    for arm in ("group × features", "a model a group"):
        assert groups.change(arm, "minority").low > 0.3
        assert groups.change(arm, "majority").low > 0
    assert groups.change("a model a group", "minority") == paired_difference(
        groups.accuracy[4, 2], groups.accuracy[1, 2]
    )
    table = groups.table()
    assert table["group × features"]["majority"] == mean_interval(groups.accuracy[3, 1])
    assert table["features alone"]["majority − minority"] == groups.gap("features alone")


def test_l49_few_samples_cost_a_model_of_its_own_where_groups_are_alike():
    """Where they differ it leads with 30 samples; where they are alike it is behind."""
    differ, alike = (l49.by_size((30,), opposite=flag)[:, 2, 0] for flag in (True, False))
    assert paired_difference(differ[4], differ[3]).low > 0
    assert paired_difference(alike[4], alike[3]).high < 0
    assert mean_interval(alike[1]).low > 0.9


def test_l49_groups_have_the_rule_that_they_are_said_to_have():
    """Without noise to speak of, the sign of x0 + x1 or x1 - x0 is nearly always the label."""
    drawn = l49.draw(3000, 1000, np.random.default_rng(0))
    assert drawn.X.shape == (4000, 4) and drawn.group.tolist() == [0] * 3000 + [1] * 1000
    x0, x1 = drawn.X[:, 0], drawn.X[:, 1]
    rule = np.where(drawn.group == 1, x1 - x0, x0 + x1) > 0
    wrong = (rule != drawn.y).mean()  # arctan(0.2 / √2) / π of the samples, in theory
    assert wrong == pytest.approx(np.arctan(0.2 / np.sqrt(2)) / np.pi, abs=0.01)
    alike = l49.draw(3000, 1000, np.random.default_rng(0), opposite=False)
    np.testing.assert_array_equal(alike.X, drawn.X)
    assert ((x0 + x1 > 0) != alike.y).mean() == pytest.approx(wrong, abs=0.01)
    assert len(l49.draw(1, 1, np.random.default_rng(0)).y) == 2


@pytest.mark.parametrize("counts", [(0, 5), (5, 0)])
def test_l49_an_empty_group_is_refused(counts):
    """Accuracy of a group of none is not defined."""
    with pytest.raises(ValueError, match="each group"):
        l49.draw(*counts, np.random.default_rng(0))


def test_l49_each_arm_is_the_library_on_its_columns():
    """Same labels as logistic regression on columns written out by hand."""
    for seed in (0, 1):
        known = l49.draw(200, 40, np.random.default_rng(seed))
        new = l49.draw(90, 30, np.random.default_rng(seed + 10))
        minor = known.group == 1
        tables = {
            "features alone": (known.X, new.X),
            "group as a feature": tuple(np.c_[s.X, s.group] for s in (known, new)),
            "group × features": tuple(
                np.c_[s.X, s.group, s.X * (s.group == 1)[:, None]] for s in (known, new)
            ),
        }
        for arm, (A, B) in tables.items():
            expected = LogisticRegression().fit(A, known.y).predict(B)
            np.testing.assert_array_equal(l49.answers(arm, known, new), expected)
        A, B = tables["group as a feature"]
        heavy = LogisticRegression().fit(A, known.y, np.where(minor, 3.0, 0.6)).predict(B)
        np.testing.assert_array_equal(l49.answers("groups weigh the same", known, new), heavy)
        own = l49.answers("a model a group", known, new)
        for flag in (False, True):
            rows, asked = minor == flag, (new.group == 1) == flag
            model = LogisticRegression().fit(known.X[rows], known.y[rows])
            np.testing.assert_array_equal(own[asked], model.predict(new.X[asked]))


def test_l49_accuracies_are_of_all_of_the_majority_and_of_the_minority():
    """Three of four right in the majority, one of two in the minority."""
    samples = l49.Samples(np.zeros((6, 4)), np.array([0, 0, 0, 0, 1, 1]), np.array([1] * 6))
    found = l49.accuracies(samples, np.array([1, 1, 1, 0, 1, 0]))
    assert found == pytest.approx([4 / 6, 3 / 4, 1 / 2])


def test_l49_runs_take_their_draws_from_the_seed():
    """900 of the majority and 100 of the minority to train on, 3,600 and 400 new ones."""
    found = l49.run((4, 6)).accuracy
    sized = l49.by_size((10, 300), (4, 6), opposite=False)
    for column, seed in enumerate((4, 6)):
        known = l49.draw(900, 100, np.random.default_rng(seed))
        new = l49.draw(3600, 400, np.random.default_rng([seed, 1]))
        for row, arm in enumerate(l49.ARMS):
            expected = l49.accuracies(new, l49.answers(arm, known, new))
            assert found[row, :, column] == pytest.approx(expected)
        known = l49.draw(900, 300, np.random.default_rng(seed), opposite=False)
        new = l49.draw(3600, 400, np.random.default_rng([seed, 1]), opposite=False)
        expected = l49.accuracies(new, l49.answers(l49.ARMS[4], known, new))
        assert sized[4, :, 1, column] == pytest.approx(expected)
    assert l49.SIZES == (10, 30, 100, 300)


def test_l49_records_lose_ones_of_the_minority_only():
    """About the share asked for; the majority and the zeros stay; features are the same."""
    samples = l49.draw(500, 2000, np.random.default_rng(0))
    wrong = l49.misrecord(samples, 0.6, np.random.default_rng(1))
    assert wrong.X is samples.X and wrong.group is samples.group
    changed = wrong.y != samples.y
    ones = (samples.group == 1) & (samples.y == 1)
    assert not changed[~ones].any() and (wrong.y[changed] == 0).all()
    assert changed[ones].mean() == pytest.approx(0.6, abs=0.05)
    assert (l49.misrecord(samples, 0, np.random.default_rng(1)).y == samples.y).all()
    assert l49.misrecord(samples, 1, np.random.default_rng(1)).y[ones].sum() == 0


def test_l49_bad_input_is_refused():
    """A share beyond 1, an unknown arm, a single seed."""
    samples = l49.draw(5, 5, np.random.default_rng(0))
    for share in (-0.1, 1.1):
        with pytest.raises(ValueError, match="between 0 and 1"):
            l49.misrecord(samples, share, np.random.default_rng(0))
    with pytest.raises(ValueError, match="'quota'"):
        l49.answers("quota", samples, samples)
    with pytest.raises(ValueError, match=r"\[3\]"):
        l49.run([3])
