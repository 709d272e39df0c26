"""Rules of folklore about evaluation: the verdicts, and each part against a library or by hand."""

from __future__ import annotations

import numpy as np
import pytest
from lesson_runs import ran, told
from scipy.stats import norm
from sklearn.datasets import load_digits
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.neighbors import NearestCentroid

from snippets.lessons import l53_cross_validation as l53
from snippets.lessons import l54_peeking as l54
from snippets.lessons import l55_selection as l55
from snippets.lessons import l56_precision_recall as l56
from snippets.lessons import l58_seed_picking as l58
from snippets.lessons.nearest_means import nearest_means


@pytest.mark.parametrize("n_classes", [2, 10])
def test_nearest_means_is_that_of_the_library(n_classes):
    """The class of the nearest mean, for two classes and for ten."""
    rng = np.random.default_rng(0)
    y = rng.integers(n_classes, size=80)
    X, new = rng.standard_normal((80, 4)) + y[:, None], rng.standard_normal((50, 4))
    wanted = NearestCentroid().fit(X, y).predict(new)
    np.testing.assert_array_equal(nearest_means(X, y, new, n_classes), wanted)


def test_a_class_without_samples_is_no_answer():
    """Its mean would be at zero, where samples are."""
    X, y = np.array([[1.0], [2.0]]), np.array([0, 0])
    assert nearest_means(X, y, np.zeros((3, 1))).tolist() == [0, 0, 0]


@pytest.mark.nightly
def test_l53_ten_folds_beat_one_part_and_repeats_add_nothing():
    """With 100 samples the gain is points; the fifth repeat is worth less than one."""
    result = ran(l53)
    outcome = l53.judge(result)
    assert told(outcome, "+?-?") and outcome.primary.standing == "as claimed"
    first, second = outcome.findings[:2]
    assert first.effect.mean > second.effect.mean > 0
    assert result.of(0, "hold-out").std() > result.of(0, "ten-fold").std()


@pytest.mark.parametrize("stratified", [False, True])
def test_l53_folds_are_of_one_size_and_stratified_ones_of_one_mixture(stratified):
    """Each sample is in one fold; a class of ten has one sample in each, if stratified."""
    y = np.repeat([0, 1], [90, 10])
    number = l53.fold_numbers(y, np.random.default_rng(1), stratified)
    assert np.bincount(number).tolist() == [10] * 10
    assert (np.bincount(number[y == 1], minlength=10) == 1).all() == stratified


def test_l53_no_sample_is_judged_by_a_model_that_saw_it():
    """Each fold is told by the means of the other nine; the hold-out by the first four fifths."""
    X, y = l53.draw(60, 0.5, np.random.default_rng(0))
    number = np.arange(60) % 10
    right = [
        NearestCentroid().fit(X[number != k], y[number != k]).predict(X[number == k])
        == y[number == k]
        for k in range(10)
    ]
    assert l53.cross_validated(X, y, number) == pytest.approx(np.mean(right))
    held = NearestCentroid().fit(X[:48], y[:48]).score(X[48:], y[48:])
    assert l53.held_out(X, y) == pytest.approx(held)


@pytest.mark.nightly
def test_l54_the_winner_was_flattered_and_is_still_a_choice():
    """The best of 200 falls on new digits, and stays ahead of the mean model."""
    result = ran(l54)
    outcome = l54.judge(result)
    assert told(outcome, "+??") and outcome.primary.standing == "as claimed"
    assert result.effect(200, l54.SMALL).mean > result.effect(10, l54.SMALL).mean > 0
    assert result.lead(200, l54.SMALL).low > 0


def test_l54_flattery_is_what_the_winner_loses_beyond_what_all_lose():
    """Two models, four digits: the first wins on the test of two, and is wrong on the others."""
    result = l54.Result(np.array([[[1, 1, 0, 0], [1, 0, 1, 1]]], dtype=float))
    assert result.flattery(2, 2).tolist() == [1 - 0 - (0.75 - 0.5)]


@pytest.mark.nightly
def test_l54_models_see_their_own_pixels():
    """The answers are those of class means on sixteen pixels of 200 digits."""
    X, y = load_digits(return_X_y=True)
    rng = np.random.default_rng(1)
    order = rng.permutation(len(y))
    pixels = rng.choice(64, 16, replace=False)
    model = NearestCentroid().fit(X[order[:200]][:, pixels], y[order[:200]])
    right = model.predict(X[order[200:]][:, pixels]) == y[order[200:]]
    assert (ran(l54).right[1, 0] == right).mean() > 0.999  # ties may fall either way


@pytest.mark.nightly
def test_l55_noise_that_was_chosen_seems_to_know():
    """Nine in ten before, half inside; with samples and signal enough there is no difference."""
    result = ran(l55)
    outcome = l55.judge(result)
    assert told(outcome, "++-+") and outcome.primary.standing == "as claimed"
    before, inside = result.estimates[0].mean(axis=1)
    assert before > 0.8 and 0.35 < inside < 0.65


def test_l55_the_features_of_the_largest_gap_are_kept():
    """Two of five differ between the classes; their order is that of the gap."""
    rng = np.random.default_rng(0)
    y = np.arange(200) % 2
    X = rng.standard_normal((200, 5))
    X[:, 3] += 5 * y
    X[:, 1] -= 2 * y
    assert l55.chosen(X, y, 2).tolist() == [3, 1]


@pytest.mark.nightly
def test_l56_the_cost_of_a_miss_decides_which_curve_is_right():
    """Precision and recall where a miss is cheap, ROC where it is dear or classes are even."""
    outcome = l56.judge(ran(l56))
    assert told(outcome, "+---") and outcome.primary.standing == "as claimed"


def test_l56_the_measures_are_those_of_the_library():
    """On many samples; the least cost is that of the best threshold."""
    rng = np.random.default_rng(0)
    y = (rng.random(200_000) < 0.1).astype(int)
    scores = np.where(y, 1.5 + 0.7 * rng.standard_normal(len(y)), rng.standard_normal(len(y)))
    area, average, spent = l56.measures(np.array([1.5]), np.array([0.7]), 0.1, 3.0)
    assert area[0] == pytest.approx(roc_auc_score(y, scores), abs=0.005)
    assert average[0] == pytest.approx(average_precision_score(y, scores), abs=0.01)
    costs = [
        3 * 0.1 * norm.cdf((cut - 1.5) / 0.7) + 0.9 * norm.sf(cut) for cut in np.linspace(0, 3, 500)
    ]
    assert spent[0] == pytest.approx(min(costs), abs=1e-4)


def test_l56_a_pair_is_right_if_the_higher_measure_is_cheaper():
    """Of three pairs one is told wrong."""
    measure, spent = np.array([0.9, 0.8, 0.7]), np.array([1.0, 3.0, 2.0])
    assert l56.picked_right(measure, spent) == pytest.approx(2 / 3)


@pytest.mark.nightly
def test_l58_a_part_of_the_lead_is_luck_and_less_with_a_large_test():
    """A point or more with 300 digits; the rest of the lead stays."""
    result = ran(l58)
    outcome = l58.judge(result)
    assert told(outcome, "+???") and outcome.primary.standing == "as claimed"
    assert all(one.effect.mean > 0 for one in outcome.findings)
    assert result.luck(64, 20, 300).mean > result.luck(64, 20, 1000).mean


def test_l58_leads_are_over_the_mean_start():
    """Two starts, four digits: the first leads by a half on the test, and trails on the others."""
    right = np.zeros((2, 1, 20, 4))
    right[0, 0, :2] = [[1, 1, 0, 0], [1, 0, 1, 1]]
    lead, kept = l58.Result(right).leads(64, 2, 2)
    assert (lead.tolist(), kept.tolist()) == ([0.25], [-0.5])


def test_l58_a_start_is_a_first_layer():
    """The same start gives the same answers; another gives others, mostly right."""
    X, y = load_digits(return_X_y=True)
    first, same, other = (
        l58.answers(X[:200] / 16, y[:200], X[200:] / 16, 64, start) for start in (3, 3, 4)
    )
    assert np.array_equal(first, same) and not np.array_equal(first, other)
    assert (first == y[200:]).mean() > 0.7
