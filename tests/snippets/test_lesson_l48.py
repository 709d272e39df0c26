"""Lesson L48: a feature made by hand helps models that cannot make it themselves."""

from __future__ import annotations

import numpy as np
import pytest
from lesson_runs import ran, same, told
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from snippets.evidence import mean_interval, paired_difference
from snippets.lessons import l48_feature_engineering as l48


@pytest.fixture(scope="module")
def result():
    return ran(l48)


@pytest.mark.nightly
def test_the_ratio_helps_trees_and_not_the_line(result):
    """Trees gain on the line, where the linear model gains less than a hundredth."""
    outcome = l48.judge(result)
    assert told(outcome, "++-+") and outcome.primary.standing == "as claimed"
    assert same(
        outcome.findings,
        [
            result.gain("line", "boosting"),
            result.gain("line", "forest"),
            result.surplus("line", "logistic"),
            result.gain("band", "logistic"),
        ],
    )
    surplus, gain = result.surplus("line", "logistic"), result.gain("line", "logistic")
    assert surplus.mean == pytest.approx(gain.mean - 0.01)


@pytest.mark.nightly
def test_another_ratio_helps_nobody(result):
    """The control: a ratio that decides nothing gains nothing, for any model on any task."""
    for task in l48.TASKS:
        for model in l48.MODELS:
            assert result.gain(task, model, "other ratio").low < 0
            assert result.gain(task, model, "other ratio").high < 0.01


@pytest.mark.nightly
def test_the_scores_are_those_of_the_library():
    """200 samples train and 1,000 score, with and without the feature."""
    found = l48.run((4, 9))
    for column, seed in enumerate((4, 9)):
        X = np.random.default_rng(seed).uniform(1, 3, (1200, 5))
        ratio = X[:, 0] / X[:, 1]
        for task, y, made in (
            ("line", ratio > 1, ratio),
            ("band", (ratio > 2 / 3) & (ratio < 1.5), abs(np.log(ratio))),
        ):
            arms = {"raw": X, "ratio": np.c_[X, made], "other ratio": np.c_[X, X[:, 2] / X[:, 3]]}
            for arm, A in arms.items():
                Z = (A - A[:200].mean(axis=0)) / A[:200].std(axis=0)
                models = {
                    "boosting": (GradientBoostingClassifier(n_estimators=30, random_state=seed), A),
                    "forest": (RandomForestClassifier(20, random_state=seed), A),
                    "logistic": (LogisticRegression(), Z),
                }
                for name, (model, B) in models.items():
                    score = model.fit(B[:200], y[:200]).score(B[200:], y[200:])
                    assert found.scores(task, name, arm)[column] == pytest.approx(score, abs=1e-9)


@pytest.mark.nightly
def test_the_table_has_a_row_for_each_task_and_model(result):
    """Accuracy without the feature, and the gains of both."""
    table = result.table()
    assert list(table) == [f"{task}, {model}" for task in l48.TASKS for model in l48.MODELS]
    row = table["band, forest"]
    raw = result.scores("band", "forest", "raw")
    assert row["five features"] == str(mean_interval(raw))
    both = {"gain of the ratio": "ratio", "gain of another ratio": "other ratio"}
    for column, arm in both.items():
        gain = paired_difference(result.scores("band", "forest", arm), raw)
        assert row[column] == str(gain)


def test_bad_input_is_refused():
    """The message names the task, or asks for seeds."""
    with pytest.raises(ValueError, match="no task is named 'ring'; there are line, band"):
        l48.draw("ring", 0)
    with pytest.raises(ValueError, match=r"two seeds or more, got \[0\]"):
        l48.run((0,))
