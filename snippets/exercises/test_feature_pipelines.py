"""Tests of the exercise on feature pipelines, easiest first; each docstring is
a hint.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import TargetEncoder

from snippets.feature_pipelines import Fill, Scale, TargetMean, splits

AT = np.array([0, 0, 0, 1, 1, 2])
MINUTES = np.array([10.0, 14, 12, 20, 24, 10])
"""The deliveries of the worked example."""


def test_places_of_known_and_new(solution: ModuleType) -> None:
    """What would stand behind the last is new, too."""
    known = np.array(["b", "d"])
    found = solution.places(np.array(["d", "a", "b", "c", "z"]), known)
    assert found.tolist() == [1, -1, 0, -1, -1]


def test_means_by_hand(solution: ModuleType) -> None:
    """Two rows of the overall mean, 15, are added to each district."""
    found = solution.shrunk_means(AT, MINUTES, 3, 2.0)
    assert found == pytest.approx([66 / 5, 74 / 4, 40 / 3])


def test_means_at_the_ends(solution: ModuleType) -> None:
    """Without smoothing the plain means; a category without rows has 15."""
    plain = solution.shrunk_means(AT, MINUTES, 4, 0.0)
    assert plain == pytest.approx([12, 22, 10, 15])
    all_the_same = solution.shrunk_means(AT, MINUTES, 3, float("inf"))
    assert all_the_same == pytest.approx([15, 15, 15])


def test_means_are_those_of_the_library(solution: ModuleType) -> None:
    """Its `encodings_` are sorted by category."""
    rng = np.random.default_rng(0)
    at, y = rng.integers(8, size=60), rng.normal(size=60)
    library = TargetEncoder(smooth=3.0).fit(at[:, None], y)
    found = solution.shrunk_means(at, y, 8, 3.0)
    assert found == pytest.approx(library.encodings_[0])


def test_strength_by_hand(solution: ModuleType) -> None:
    """16 / 3 within; (150 - 2 * 16 / 3) / (6 - 14 / 6) = 38 between."""
    assert solution.best_smooth(AT, MINUTES) == pytest.approx(16 / 3 / 38)


def test_strength_of_noise_and_of_single_rows(solution: ModuleType) -> None:
    """Equal means leave nothing between; single rows tell nothing."""
    same = np.array([1.0, 3, 1, 3])
    assert solution.best_smooth(np.array([0, 0, 1, 1]), same) == float("inf")
    assert solution.best_smooth(np.arange(4), same) == float("inf")


def test_no_row_sees_its_own_target(solution: ModuleType) -> None:
    """Another target of a row changes what other folds see, and not the row."""
    X, parts = AT[:, None].astype(str), splits(6, 3, 0)
    step, other = TargetMean(smooth=2.0), MINUTES.copy()
    other[0] = 999
    found = solution.cross_fitted(step, X, MINUTES, parts)
    changed = solution.cross_fitted(step, X, other, parts)
    assert found.shape == (6, 1)
    assert found[0] == changed[0]
    assert (found != changed).any()


def test_training_rows_teach_and_new_rows_do_not(solution: ModuleType) -> None:
    """New rows are scaled by the mean and spread of the training part."""
    X, steps = np.array([[1.0], [np.nan], [5.0]]), [Fill(), Scale()]
    train = solution.through(steps, X, np.zeros(3))
    assert train[:, 0] == pytest.approx(np.sqrt([1.5, 0, 1.5]) * [-1, 0, 1])
    new = solution.through(steps, np.array([[3.0], [np.nan]]))
    assert new[:, 0] == pytest.approx([0, 0])


def test_what_is_wrong_is_said(solution: ModuleType) -> None:
    """One line for each column, and none for a table that is as it was."""
    known = pd.DataFrame({"km": [1.0, 5.0], "kind": ["a", "b"], "kg": [1, 2]})
    assert solution.complaints(known, known) == []
    new = pd.DataFrame({"km": [9.0, 2.0], "kind": ["a", "z"], "age": [3, 4]})
    told = solution.complaints(new, known)
    assert [each.split()[0].rstrip(":") for each in told] == [
        "kg",
        "age",
        "km",
        "kind",
    ]
