"""Comparisons of models: equal budgets, chosen inside the training part."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import make_moons
from sklearn.neighbors import KNeighborsClassifier

from snippets.equal_budget import COMPARISONS, Arm, lead, scores, splits, tuned
from snippets.evidence import paired_difference

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", COMPARISONS)
def test_both_arms_have_the_same_budget(name: str) -> None:
    """As many tries on either side, more than one, of settings that exist."""
    first, second = COMPARISONS[name]
    assert first.tries == second.tries > 1
    for arm in (first, second):
        assert set(arm.grid) <= set(arm.model.get_params())


def test_each_comparison_is_used() -> None:
    """A note or the verdicts show it."""
    texts = [path.read_text("utf-8") for path in (ROOT / "docs").rglob("*.md")]
    texts.append((ROOT / "snippets/comparison_verdicts.py").read_text("utf-8"))
    named = {each for text in texts for each in re.findall(r'"([a-z]+ or [^"]+)"', text)}
    assert sorted(set(COMPARISONS) - named) == []


def test_the_choice_never_sees_what_judges() -> None:
    """Other labels behind the training rows change the score, and not what is chosen."""
    X, y = make_moons(120, noise=0.3, random_state=0)
    arm = Arm(KNeighborsClassifier(), {"n_neighbors": [1, 15]})
    turned = np.where(np.arange(120) < 60, y, 1 - y)
    first, second = scores(arm, [(X, y)], 60)[0], scores(arm, [(X, turned)], 60)[0]
    assert first == pytest.approx(1 - second)
    model = tuned(arm, 0).fit(X[:60], y[:60])
    assert model.cv_results_["params"] == [{"n_neighbors": 1}, {"n_neighbors": 15}]
    assert len(model.cv_results_["split0_test_score"]) == arm.tries == 2
    assert "split1_test_score" not in model.cv_results_


def test_splits_keep_rows_with_their_targets() -> None:
    """Each seed has an order of its own; rows may be fewer than the file's."""
    X = np.arange(12.0)[:, None]
    found = splits(X, X[:, 0], 3, rows=8)
    assert [len(each) for each, _ in found] == [8, 8, 8]
    for each, y in found:
        np.testing.assert_array_equal(each[:, 0], y)
        assert len(set(y)) == 8
    assert not np.array_equal(found[0][1], found[1][1])


def test_splits_of_a_file_have_the_wider_interval() -> None:
    """Draws keep the paired interval; splits get the corrected one."""
    first, second = np.array([0.9, 0.8, 0.85]), np.array([0.7, 0.75, 0.8])
    plain = paired_difference(first, second)
    assert lead(first, second) == plain
    wide = lead(first, second, (60, 40, 100))
    assert wide.mean == plain.mean and wide.half_width > plain.half_width
    assert wide == plain.over_splits(60, 40, 100)
