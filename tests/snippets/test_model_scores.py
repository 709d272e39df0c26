"""Scores out of the box: what is scored on what, and that rounding cannot change them."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier

from snippets import comparison, model_scores
from snippets.model_scores import SETS, Score, guesses, halves_of, ranking, score, scored_on
from snippets.tasks import score_arms

SCORED = [one for one in comparison.MODELS if scored_on(one)]


def test_each_classifier_regressor_and_clusterer_has_a_score() -> None:
    """Others have none: a transformer, what finds outliers, and what has no class."""
    without = {one.name for one in comparison.MODELS if one not in SCORED}
    own = {one.name for one in comparison.MODELS if one.path is None}
    assert without == own | {
        "PCA",
        "Non-negative matrix factorisation",
        "t-SNE",
        "Outlier detection",
    }
    assert score("PCA") is None and score("CNN") is None


@pytest.mark.nightly
@pytest.mark.parametrize("one", [one for one in SCORED if not one.arm], ids=lambda one: one.name)
def test_no_score_of_a_file_lies_near_a_rounding_edge(one: comparison.Model) -> None:
    """Another processor may move a number by a hair, and must not turn its last digit."""
    found = score(one.name)
    assert found is not None
    for value in (found.mean, found.spread):
        assert abs(value * 100 % 1 - 0.5) > 0.04, value


def test_clusterers_have_the_scores_of_task_a() -> None:
    """The mean over its sets, with the same seeds: one number for one thing."""
    by_set = score_arms(["Ward"])["Ward"]
    found = score("Ward")
    assert found is not None
    assert found.mean == pytest.approx(np.mean(list(by_set.values())))


def test_halves_share_no_row() -> None:
    """Every row is in one of them."""
    fit, new = halves_of(11, 3)
    assert (len(fit), len(new)) == (5, 6)
    assert np.array_equal(np.sort([*fit, *new]), np.arange(11))


def test_a_guess_is_beaten_by_each_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """The floor is far below; a model that guesses would have it."""
    floor = guesses()
    for on, low in floor.items():
        assert all(each.mean > low + 0.3 for _, each in ranking(on))
    monkeypatch.setattr(model_scores, "load", lambda path: DummyClassifier)
    one = comparison.model("Naive Bayes")
    found = np.mean([model_scores.split_score(one, seed) for seed in range(model_scores.SPLITS)])
    assert found == pytest.approx(floor[SETS["classifier"][0]])


def test_a_ranking_falls() -> None:
    """The best comes first; a set that nobody has is refused."""
    means = [each.mean for _, each in ranking("diabetes, R²")]
    assert means == sorted(means, reverse=True)
    assert isinstance(ranking("diabetes, R²")[0][1], Score)
    with pytest.raises(ValueError, match="no note is scored on 'iris'"):
        ranking("iris")
