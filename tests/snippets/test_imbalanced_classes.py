"""Imbalanced classes: against scikit-learn and SciPy, and SMOTE against its definition."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import kstest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import confusion_matrix, roc_auc_score
from sklearn.neighbors import NearestNeighbors

from snippets import imbalanced_costs
from snippets.evidence import paired_difference
from snippets.imbalanced_classes import (
    ARMS,
    CUTS,
    KEPT,
    MISSES,
    SLOW_SETTINGS,
    TRIED,
    cost_threshold,
    costs_at,
    cuts_of,
    draw,
    leak,
    make_even,
    mean_cost,
    roc_area,
    said,
    segments,
    shift_share,
    smote,
    split_costs,
    table_costs,
    thinned,
)
from snippets.imbalanced_costs import stored_costs, write
from snippets.thresholds import average_precision, cheapest, sweep


@pytest.mark.parametrize(("alarm", "miss"), [(1, 1), (1, 19), (5, 2), (0.01, 3)])
def test_the_cut_has_the_least_expected_cost(alarm: float, miss: float) -> None:
    """If p is uniform, a cut c costs miss c²/2 + alarm (1 - c)²/2; SciPy finds the least."""
    found = minimize_scalar(
        lambda c: miss * c**2 / 2 + alarm * (1 - c) ** 2 / 2,
        bounds=(0, 1),
        method="bounded",
        options={"xatol": 1e-10},
    )
    assert cost_threshold(alarm, miss) == pytest.approx(found.x, abs=1e-8)


def test_no_search_finds_a_much_cheaper_cut() -> None:
    """On many samples whose probabilities are right, not by one part in a thousand."""
    rng = np.random.default_rng(0)
    p = rng.random(200_000)
    y = (rng.random(200_000) < p).astype(int)
    for miss in (1, 4, 9):
        theory, best = cost_threshold(1, miss), cheapest(sweep(y, p), 1, miss)
        least = mean_cost(y, p >= best, 1, miss)
        assert least <= mean_cost(y, p >= theory, 1, miss) < 1.001 * least


def test_the_mean_cost_is_that_of_the_counts() -> None:
    """As the confusion matrix of the library has them."""
    rng = np.random.default_rng(1)
    y, called = rng.integers(2, size=300), rng.random(300) < 0.3
    (_, alarms), (misses, _) = confusion_matrix(y, called)
    assert mean_cost(y, called, 2, 7) == pytest.approx((2 * alarms + 7 * misses) / 300)


@pytest.mark.parametrize("seed", range(4))
def test_the_area_is_that_of_the_library(seed: int) -> None:
    """With many ties and with none."""
    rng = np.random.default_rng(seed)
    y = (rng.random(200) < 0.1).astype(int)
    y[0] = 1
    for scores in (rng.normal(size=200), rng.integers(4, size=200).astype(float)):
        assert roc_area(y, scores) == pytest.approx(roc_auc_score(y, scores), rel=1e-12)


def test_the_share_is_put_back_as_by_a_model_with_priors() -> None:
    """A discriminant analysis takes the share as a parameter and fits the same densities."""
    X, y = draw(500, 0.2, np.random.default_rng(0))
    told = {
        share: LinearDiscriminantAnalysis(priors=[1 - share, share])
        .fit(X, y)
        .predict_proba(X)[:, 1]
        for share in (0.5, 0.2, 0.01)
    }
    for before, after in ((0.5, 0.01), (0.01, 0.2), (0.2, 0.5)):
        found = shift_share(told[before], before, after)
        assert found == pytest.approx(told[after], rel=1e-9)


def test_the_share_moves_there_and_back() -> None:
    """The ends stay, the order stays, and a cut at one half becomes the share."""
    p = np.linspace(0, 1, 101)
    there = shift_share(p, 0.5, 0.03)
    assert (there[0], there[-1]) == (0, 1)
    assert (np.diff(there) > 0).all()
    assert there[50] == pytest.approx(0.03)
    assert shift_share(there, 0.03, 0.5) == pytest.approx(p, abs=1e-12)


@pytest.mark.parametrize("k", [1, 3, 5])
def test_what_is_made_fits_the_definition(k: int) -> None:
    """A uniform part of the way from a rare sample to one of its k nearest, by the library."""
    rng = np.random.default_rng(k)
    rare = rng.normal(size=(25, 3))
    made = smote(rare, 600, rng, k)
    begin, end, way = segments(made, rare, k)
    on_the_way = rare[begin] + way[:, None] * (rare[end] - rare[begin])
    assert made == pytest.approx(on_the_way, abs=1e-9)
    nearest = NearestNeighbors(n_neighbors=k + 1).fit(rare)
    near = nearest.kneighbors(rare, return_distance=False)[:, 1:]
    assert (near[begin] == end[:, None]).any(axis=1).all()
    assert kstest(way, "uniform").pvalue > 0.01


def test_what_lies_beside_the_ways_is_found() -> None:
    """The check of the definition can fail."""
    rare = np.array([[0.0, 0], [1, 0], [9, 9], [9, 8]])
    with pytest.raises(ValueError, match="no way"):
        segments(np.array([[0.5, 0.1]]), rare, 1)
    with pytest.raises(ValueError, match="no way"):
        segments(np.array([[4.5, 4.5]]), rare, 1)  # on a line to one that is not near


def test_few_rare_samples_have_few_neighbours() -> None:
    """Two are enough, one is not."""
    rng = np.random.default_rng(0)
    made = smote(np.array([[0.0, 0], [4, 2]]), 50, rng)
    assert made[:, 1] == pytest.approx(made[:, 0] / 2)
    with pytest.raises(ValueError, match="got 1"):
        smote(np.zeros((1, 2)), 3, rng)


@pytest.mark.parametrize(("how", "size"), [("fewer", 20), ("copies", 180), ("SMOTE", 180)])
def test_classes_become_even(how: str, size: int) -> None:
    """Common samples are all true ones, and rare ones too unless they are made."""
    rng = np.random.default_rng(0)
    X, y = draw(200, 0.1, rng)
    A, a = make_even(X, y, how, rng)
    assert np.bincount(a).tolist() == [size, size]
    true = {row.tobytes() for row in X[y == 0]}
    assert {row.tobytes() for row in A[a == 0]} <= true
    same = {row.tobytes() for row in X[y == 1]} >= {row.tobytes() for row in A[a == 1]}
    assert same == (how != "SMOTE")


def test_other_words_leave_the_samples_alone() -> None:
    """Weights are the model's."""
    rng = np.random.default_rng(0)
    X, y = draw(50, 0.2, rng)
    A, a = make_even(X, y, "weights", rng)
    assert A is X and a is y


def test_all_ways_to_be_even_say_too_much_until_the_share_is_back() -> None:
    """The mean of calibrated probabilities is the share of positives."""
    told, y = zip(*(said(seed) for seed in range(5)), strict=True)
    p = np.concatenate(told, axis=1).mean(axis=1)
    back = shift_share(np.concatenate(told, axis=1)[1:], 0.5, 0.05).mean(axis=1)
    assert len(p) == len(ARMS) and np.mean(y) == pytest.approx(0.05)
    assert p[0] == pytest.approx(0.05, abs=0.005) and p[1:].min() > 0.2
    assert back == pytest.approx(np.full(4, 0.05), abs=0.005)


def test_cuts_are_those_of_the_corrected_probabilities() -> None:
    """To move the cut is to move the probabilities the other way."""
    rng = np.random.default_rng(0)
    p, y = rng.random(100), (np.arange(100) < 10).astype(int)
    half, theory, chosen = cuts_of(p, y, 0.5, 0.1)
    assert (half == 0.5).all()
    for cut, best, miss in zip(theory, chosen, MISSES, strict=True):
        corrected = shift_share(p, 0.5, 0.1) >= cost_threshold(1, miss)
        assert ((p >= cut) == corrected).all()
        costs = [mean_cost(y, p >= each, 1, miss) for each in (*p, np.inf)]
        assert mean_cost(y, p >= best, 1, miss) == pytest.approx(min(costs))
    found = costs_at(p, y, cuts_of(p, y, 0.5, 0.1))
    assert found[0, 1] == pytest.approx(mean_cost(y, p >= 0.5, 1, MISSES[1]))


def test_a_split_of_a_table_has_a_cost_for_each_way() -> None:
    """Naive Bayes takes its weights as priors: by costs they change nothing."""
    X, y = draw(600, 0.1, np.random.default_rng(0))
    found = split_costs("naive Bayes", X, y, 0)
    assert found.shape == (len(TRIED), len(CUTS), len(MISSES))
    assert (found >= 0).all()
    assert found[1, 1] == pytest.approx(found[0, 1])
    logistic = np.mean([split_costs("logistic", X, y, seed) for seed in range(5)], axis=0)
    assert logistic[0, 0, 2] > 2 * logistic[0, 1, 2]


def test_even_before_the_split_finds_a_class_in_noise() -> None:
    """Inside the training part it finds none."""
    for how, least in (("copies", 0.85), ("SMOTE", 0.7)):
        assert np.mean([leak(how, True, seed) for seed in range(5)]) > least
        assert np.mean([leak(how, False, seed) for seed in range(5)]) == pytest.approx(
            0.5, abs=0.06
        )


def test_a_few_common_samples_for_each_rare_one_are_nearly_as_good() -> None:
    """The loss of a twentieth of the rows is within a hundredth of that of all."""
    losses = np.mean([thinned(seed) for seed in range(5)], axis=0)
    assert len(losses) == len(KEPT)
    assert losses[1] == pytest.approx(losses[-1], rel=0.01)
    assert losses[0] > losses[-1]


@pytest.mark.parametrize("share", [0.5, 0.1, 0.01])
def test_what_scores_at_random_have(share: float) -> None:
    """Half of the area under the ROC curve, and the share of positives as average precision."""
    rng = np.random.default_rng(0)
    areas, precisions = [], []
    for _ in range(10):
        y = (np.arange(20000) < 20000 * share).astype(np.int64)
        noise = rng.random(20000)
        areas.append(roc_area(y, noise))
        precisions.append(average_precision(sweep(y, noise)))
    assert np.mean(areas) == pytest.approx(0.5, abs=0.01)
    assert np.mean(precisions) == pytest.approx(share, rel=0.06)


def test_weights_do_not_replace_the_cut_of_trees() -> None:
    """Where a miss costs 50: at one half weights and copies stay dearer than a chosen cut."""
    found = stored_costs()
    assert set(found) == set(SLOW_SETTINGS)
    for costs in found.values():
        assert costs.shape == (10, len(TRIED), len(CUTS), len(MISSES))
        for how in ("weights", "copies"):
            gap = paired_difference(costs[:, TRIED.index(how), 0, 2], costs[:, 0, 2, 2])
            assert gap.over_splits(1198, 599, 1797).low > 0
        for at in np.ndindex(costs.shape[1:]):
            gain = paired_difference(costs[:, 0, 2, at[2]], costs[(slice(None), *at)])
            gain = gain.over_splits(1198, 599, 1797)
            assert gain.low <= 0 or gain.mean < 1


@pytest.mark.nightly
@pytest.mark.parametrize("name", SLOW_SETTINGS)
def test_stored_costs_are_those_of_a_run(name: str) -> None:
    """The first split; a sample near a cut may change sides on another processor."""
    remedy = "the costs changed: run `python -m snippets.imbalanced_costs`"
    run, stored = table_costs(name, [0])[0], stored_costs()[name][0]
    assert np.abs(run - stored).max() < 0.1 * stored.max(), remedy
    assert np.median(np.abs(run - stored)) < 0.5, remedy


def test_written_costs_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last digit, and as the file is."""
    before, text = stored_costs(), imbalanced_costs.FILE.read_text("utf-8")
    monkeypatch.setattr(imbalanced_costs, "FILE", tmp_path / "costs.json")
    write(before)
    assert imbalanced_costs.FILE.read_text("utf-8") == text
