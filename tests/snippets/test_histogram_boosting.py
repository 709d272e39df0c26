"""Histogram boosting from scratch against scikit-learn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, make_friedman1
from sklearn.ensemble import HistGradientBoostingRegressor

from snippets.comparison_advice import ADVICE, FEW_ROWS
from snippets.evidence import paired_difference
from snippets.histogram_boosting import best_split, boost, find_cuts, to_bins
from snippets.histogram_boosting_runs import ARMS, BUDGETS, category_errors, thin_town

DATA = {
    "diabetes": load_diabetes(return_X_y=True),
    "friedman": make_friedman1(600, noise=1.0, random_state=0),
}


@pytest.mark.parametrize("share", [0.0, 0.2])
@pytest.mark.parametrize(
    "settings", [{}, {"max_leaf_nodes": 5, "min_samples_leaf": 3, "max_bins": 16}]
)
@pytest.mark.parametrize("name", DATA)
def test_equals_scikit_learn(name: str, settings: dict[str, int], share: float) -> None:
    """Seen and new samples, with and without missing values."""
    X, y = DATA[name]
    X = np.where(np.random.default_rng(0).random(X.shape) < share, np.nan, X)
    library = HistGradientBoostingRegressor(max_iter=8, **settings).fit(X, y)
    ours = {"max_leaf_nodes": "max_leaves", "min_samples_leaf": "min_leaf"}
    fit = boost(X, y, 8, **{ours.get(key, key): value for key, value in settings.items()})
    for each in (X, X + 0.01, np.nan_to_num(X)):
        np.testing.assert_allclose(
            fit.predict(each), library.predict(each), rtol=0, atol=1e-12 * np.abs(y).max()
        )


def test_bins_keep_the_order_and_are_about_even() -> None:
    """A larger value never has a smaller bin; quantile bins are within one sample."""
    values = np.random.default_rng(0).exponential(size=1000)
    bins = to_bins(values, find_cuts(values, 10))
    assert (np.diff(bins[np.argsort(values)]) >= 0).all()
    assert np.bincount(bins).tolist() == [100] * 10


def test_a_leaf_that_gains_nothing_is_not_split() -> None:
    """Equal gradients leave nothing to gain, and neither do too few samples."""
    bins, none = np.array([[0], [1], [2], [2]]), np.array([False])
    assert best_split(bins, np.ones(4), np.array([3]), none, 1) is None
    X, y = DATA["diabetes"]
    fit = boost(X[:39], y[:39], 2)
    np.testing.assert_allclose(fit.predict(X), y[:39].mean(), rtol=1e-6)


def test_refuses_what_does_not_fit_together() -> None:
    """The message has both shapes."""
    with pytest.raises(ValueError, match=r"\(3,\) and \(3,\)"):
        boost(np.ones(3), np.ones(3))


def test_a_level_of_nine_rows_takes_no_part_in_a_split() -> None:
    """One row more, and its mean is found: why a category needs rows for each level."""
    missed = {}
    for rows in (9, 10):
        town = np.repeat(np.arange(4), 30)[30 - rows :]
        y = np.array([5.0, 0.0, 1.0, 5.0])[town]
        model = HistGradientBoostingRegressor(
            max_iter=1, learning_rate=1.0, max_leaf_nodes=2, categorical_features=[0]
        ).fit(town[:, None], y)
        missed[rows] = abs(model.predict([[0]])[0] - model.predict([[3]])[0])
    assert missed[9] > 1 and missed[10] < 1e-9


def test_the_limit_of_rows_is_named_once() -> None:
    """That of the library's defaults, in the note's lead, its property and the models map."""
    assert 2 * HistGradientBoostingRegressor().min_samples_leaf == FEW_ROWS
    folder = Path(__file__).parents[2] / "docs" / "models"
    note = (folder / "histogram-boosting.md").read_text("utf-8")
    lead = note.split("\n# Histogram boosting\n")[1].split("\n\n")[0]
    assert f"fewer than {FEW_ROWS} rows" in lead
    assert f"\nnot when: {ADVICE['Histogram boosting'].leave}\n" in note
    for text in (ADVICE["Histogram boosting"].leave, (folder / "index.md").read_text("utf-8")):
        assert f"fewer than {FEW_ROWS} rows" in text


@pytest.mark.nightly
def test_the_gain_of_a_category_changes_its_sign() -> None:
    """It pays with few trees and fifteen rows a level, does harm with nine and the defaults."""
    few, default = BUDGETS
    found = {
        key: category_errors(*key, range(6)) for key in ((few, 15), (default, 9), (default, 30))
    }
    less = {key: paired_difference(each[ARMS[0]], each[ARMS[1]]) for key, each in found.items()}
    assert less[few, 15].low > 0 and less[default, 9].high < 0
    assert max(-less[default, 30].low, less[default, 30].high) < 0.01
    assert paired_difference(found[default, 9][ARMS[1]], found[default, 9][ARMS[2]]).low > 0
    assert paired_difference(thin_town(9, range(10)), thin_town(10, range(10))).low > 0
