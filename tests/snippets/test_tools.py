"""The table of tools, and its ideas in small."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import kolmogorov
from scipy.stats import ks_2samp
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import Ridge

from data.tools import load
from snippets import byte_pairs, drift, mini_lime
from snippets.evidence import mean_interval

ROOT = Path(__file__).parents[2]


def test_there_are_sixteen_tools_and_none_twice():
    """Rows are numbered as in the source; names and links do not repeat."""
    tools = load()
    assert [tool.id for tool in tools] == [f"S1-T{place:02d}" for place in range(1, 17)]
    assert len({tool.name.lower() for tool in tools}) == len({tool.link for tool in tools}) == 16


def test_the_misspelled_name_is_corrected():
    """Horovod is written as the project writes it, and what the source wrote is kept (B07)."""
    row = load()[3]
    assert (row.name, row.written) == ("Horovod", "Havorod")
    assert row.name.lower() in row.link
    others = [tool for tool in load() if tool.name.lower() != tool.written.lower()]
    assert others == [row]


def test_every_tool_says_what_it_is_for():
    """No field is empty, links lead to a repository, and what is shown or run names its place."""
    for tool in load():
        assert tool.purpose and tool.need and tool.status
        assert re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+", tool.link)
        shown = tool.status.removeprefix("idea shown in ").removeprefix("run in ")
        if shown == tool.status:
            assert tool.status == "not used"
        elif shown.endswith(".py"):
            assert (ROOT / "snippets" / shown).is_file()
        else:
            assert (ROOT / "docs" / "practice" / f"{shown}.md").is_file()


@pytest.mark.parametrize("load_set", [load_iris, load_diabetes, load_breast_cancer])
@pytest.mark.parametrize("penalty", [0.5, 3.0])
def test_the_weighted_ridge_is_that_of_the_library(load_set, penalty):
    """Slopes and intercept equal `Ridge` with `sample_weight`."""
    X, y = load_set(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0) + 1.0
    weights = np.random.default_rng(0).uniform(0, 2, len(y))
    slopes, intercept = mini_lime.weighted_ridge(X, y.astype(float), weights, penalty)
    ridge = Ridge(alpha=penalty).fit(X, y, sample_weight=weights)
    np.testing.assert_allclose(slopes, ridge.coef_, rtol=1e-9, atol=1e-9)
    assert intercept == pytest.approx(ridge.intercept_, rel=1e-9)


def test_a_linear_classifier_explains_itself():
    """Without a penalty the slopes are those of the model, a scale at a time, and fit exactly."""
    slopes, scale = np.array([0.02, -0.01, 0.0]), np.array([1.0, 2.0, 5.0])
    sample = np.array([1.0, 2.0, 3.0])
    found = mini_lime.explain(
        lambda X: 0.5 + X @ slopes, sample, scale, np.random.default_rng(0), penalty=0.0
    )
    np.testing.assert_allclose(found.slopes, slopes * scale, atol=1e-12)
    assert found.level == pytest.approx(0.5 + sample @ slopes)
    assert found.fidelity == pytest.approx(1)


def explained(width=0.8, penalty=2.0, n=60):
    """A curved probability of two features, explained, and the neighbours it was asked about."""
    asked = []

    def probability(X):
        asked.append(X)
        return 1 / (1 + np.exp(-((X[:, 0] - 1) ** 2) + X[:, 1]))

    sample, scale = np.array([1.5, 0.2]), np.array([0.5, 2.0])
    found = mini_lime.explain(
        probability, sample, scale, np.random.default_rng(3), n, width, penalty
    )
    (X,) = asked
    return found, X, probability(X), sample, scale


def test_neighbours_are_weighed_by_nearness():
    """The neighbours are steps of one scale; their weight falls to 1/e at the width."""
    found, X, p, sample, scale = explained()
    Z = np.random.default_rng(3).standard_normal((60, 2))
    np.testing.assert_allclose(X, sample + Z * scale)
    weights = np.exp(-(Z**2).sum(axis=1) / 0.8**2)
    ridge = Ridge(alpha=2.0).fit(Z, p, sample_weight=weights)
    np.testing.assert_allclose(found.slopes, ridge.coef_)
    assert found.level == pytest.approx(ridge.intercept_)
    assert found.fidelity == pytest.approx(ridge.score(Z, p, sample_weight=weights))


def test_the_defaults_are_500_neighbours_width_1_and_penalty_1():
    """The defaults are written in the note, so they must not change unseen."""
    sizes = []

    def probability(X):
        sizes.append(len(X))
        return 1 / (1 + np.exp(-X[:, 0]))

    args = (probability, np.zeros(2), np.ones(2))
    found = mini_lime.explain(*args, np.random.default_rng(0))
    same = mini_lime.explain(*args, np.random.default_rng(0), 500, 1.0, 1.0)
    assert sizes == [500, 500]
    np.testing.assert_array_equal(found.slopes, same.slopes)


def test_a_constant_answer_has_no_slope_and_full_fidelity():
    """A model that always answers alike is explained by its level alone."""
    found = mini_lime.explain(
        lambda X: np.full(len(X), 0.25), np.zeros(3), np.ones(3), np.random.default_rng(0)
    )
    assert np.abs(found.slopes).max() < 1e-12
    assert found.level == pytest.approx(0.25) and found.fidelity == 1.0


def test_petals_decide_between_two_irises():
    """For a flower between versicolor and virginica, petal length has the largest slope."""
    X, y = load_iris(return_X_y=True)
    forest = RandomForestClassifier(25, random_state=0).fit(X, y)
    for seed in range(5):
        found = mini_lime.explain(
            lambda A: forest.predict_proba(A)[:, 2], X[77], X.std(axis=0),
            np.random.default_rng(seed),
        )  # fmt: skip
        assert set(np.argsort(-np.abs(found.slopes))[:2]) == {2, 3}


def test_lime_refuses_bad_input():
    """The message names the scale or the number."""
    args = (lambda X: X[:, 0], np.zeros(2))
    with pytest.raises(ValueError, match=r"positive, got \[1.0, 0.0\]"):
        mini_lime.explain(*args, np.array([1.0, 0.0]), np.random.default_rng(0))
    with pytest.raises(ValueError, match="more than 2 neighbours, got 2"):
        mini_lime.explain(*args, np.ones(2), np.random.default_rng(0), n_neighbours=2)
    mini_lime.explain(*args, np.ones(2), np.random.default_rng(0), n_neighbours=3)


TEXT = "low lower lowest, new newer newest: wide wider widest. " * 2


@given(st.text(), st.integers(0, 40))
def test_decoding_gives_back_what_was_encoded(text, n_merges):
    """Any text comes back, whatever the merges were learned from."""
    merges = byte_pairs.train(TEXT, n_merges)
    assert byte_pairs.decode(byte_pairs.encode(text, merges), merges) == text


@given(st.text(alphabet="abc", max_size=60), st.integers(0, 20))
def test_each_merge_shortens_its_own_text(text, n_merges):
    """A pair that is merged occurs twice at least, so each merge saves two tokens, or one."""
    merges = byte_pairs.train(text, n_merges)
    lengths = [len(byte_pairs.encode(text, merges[:n])) for n in range(len(merges) + 1)]
    assert all(after < before for before, after in pairwise(lengths))
    assert len(merges) <= n_merges


def test_gages_example():
    """In "aaabdaaabac" the pair aa goes first, then ab, then both together."""
    a, b = ord("a"), ord("b")
    assert byte_pairs.train("aaabdaaabac", 3) == [(a, a), (a, b), (256, 257)]
    merges = byte_pairs.train("aaabdaaabac", 3)
    assert byte_pairs.encode("aaabdaaabac", merges) == [258, ord("d"), 258, a, ord("c")]
    assert byte_pairs.spell(merges)[256:] == [b"aa", b"ab", b"aaab"]


def test_merges_end_when_no_pair_repeats():
    """A text without repetition, a single letter and no text have nothing to merge."""
    assert byte_pairs.train("abc", 5) == byte_pairs.train("a", 5) == byte_pairs.train("", 5) == []
    assert byte_pairs.train("abab", 5) == [(97, 98)]
    assert byte_pairs.BYTES == 256


def test_equally_frequent_pairs_go_by_their_tokens():
    """Of two pairs that occur twice each, the smaller goes first."""
    assert byte_pairs.train("xy1xy2ab3ab4", 1) == [(97, 98)]


def test_overlapping_pairs_are_merged_from_the_left():
    """Five equal letters hold two pairs and a rest."""
    assert byte_pairs.merge([7] * 5, (7, 7), 300) == [300, 300, 7]
    assert byte_pairs.merge([], (7, 7), 300) == []


def test_bytes_refuse_what_has_no_meaning():
    """The message names the token and the range."""
    with pytest.raises(ValueError, match="from 0 to 256, got 257"):
        byte_pairs.decode([97, 257], [(97, 98)])
    with pytest.raises(ValueError, match="from 0 to 255, got -1"):
        byte_pairs.decode([-1], [])
    with pytest.raises(ValueError, match="got -1"):
        byte_pairs.train("text", -1)
    with pytest.raises(ValueError):
        byte_pairs.decode([255], [])
    assert byte_pairs.decode([256, 0], [(97, 98)]) == "ab\0"


@pytest.mark.parametrize("sizes", [(30, 40), (1, 1), (200, 50)])
@pytest.mark.parametrize("decimals", [1, 8])
def test_the_gap_is_the_statistic_of_scipy(sizes, decimals):
    """With ties (one decimal) and without, the largest gap equals `ks_2samp`."""
    rng = np.random.default_rng(sum(sizes))
    for shift in (0.0, 0.4, 9.0):
        then = rng.normal(0, 1, sizes[0]).round(decimals)
        now = rng.normal(shift, 1, sizes[1]).round(decimals)
        theirs = ks_2samp(then, now).statistic
        assert drift.largest_gap(then, now) == pytest.approx(theirs, abs=1e-12)


def test_the_alarm_follows_the_law_of_kolmogorov():
    """For large samples the alarm rings when the limit law gives less than the level."""
    rng = np.random.default_rng(0)
    for shift in np.linspace(0, 0.3, 13):
        then, now = rng.standard_normal(2000), rng.standard_normal(1000) + shift
        chance = kolmogorov(np.sqrt(2000 / 3) * drift.largest_gap(then, now))
        for level in (0.001, 0.01, 0.05, 0.3):
            if not 0.8 < chance / level < 1.25:
                assert drift.alarm(then, now, level) == (chance < level)
        if not 0.008 < chance < 0.0125:
            assert drift.alarm(then, now) == (chance < 0.01)


def test_alarms_are_counted_a_seed():
    """A rate is the share of looks that ring, over draws of the seed's generator."""
    found = drift.alarm_rate(0.5, 40, (3, 8), n_looks=20, level=0.05)
    shares = []
    for seed in (3, 8):
        draws = np.random.default_rng(seed).standard_normal((20, 2, 40))
        rung = [ks_2samp(a, b + 0.5, method="asymp").pvalue < 0.05 for a, b in draws]
        shares.append(np.mean(rung))
    assert found == mean_interval(shares)


@pytest.mark.nightly
def test_the_alarm_rings_as_rarely_as_its_level_and_more_often_with_drift():
    """At 300 samples: about 1 % without drift, and more the further the mean moves."""
    rates = [drift.alarm_rate(shift, 300, range(4)) for shift in (0.0, 0.3, 0.5)]
    assert rates[0].mean < 0.04
    assert rates[0].high < rates[1].low < rates[1].high < rates[2].low
    assert rates[0] == drift.alarm_rate(0.0, 300, range(4), n_looks=100, level=0.01)


def test_drift_refuses_bad_input():
    """The message names what is wrong."""
    some = np.ones(3)
    for empty in ((some, some[:0]), (some[:0], some)):
        with pytest.raises(ValueError, match=f"got {len(empty[0])} and {len(empty[1])}"):
            drift.largest_gap(*empty)
    for level in (0.0, 1.0):
        with pytest.raises(ValueError, match=f"got {level}"):
            drift.alarm(some, some, level)
