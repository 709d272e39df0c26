"""The file of left-out steps has what the comparison finds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from snippets import feature_pipelines_compared, feature_pipelines_table
from snippets.feature_pipelines_compared import LEFT_OUT, compete
from snippets.feature_pipelines_runs import MODELS
from snippets.feature_pipelines_table import SEEDS, steps_left_out, write

REMEDY = "the steps changed: run `python -m snippets.feature_pipelines_table`"


@pytest.mark.parametrize("seed", [0, 19])
def test_the_linear_model_has_the_errors_of_the_file(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Boosting takes most of the time, so each day asks the other model alone."""
    monkeypatch.setattr(feature_pipelines_compared, "MODELS", ("ridge",))
    found = compete(seed)[:, 0]
    np.testing.assert_allclose(found, steps_left_out()[seed][:, 0], atol=1e-5, err_msg=REMEDY)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", SEEDS)
def test_both_models_have_the_errors_of_the_file(seed: int) -> None:
    """At night all draws."""
    np.testing.assert_allclose(compete(seed), steps_left_out()[seed], atol=1e-3, err_msg=REMEDY)


def test_each_draw_has_a_table() -> None:
    """A row for each step that is left out, a column for each model."""
    assert steps_left_out().shape == (len(SEEDS), len(LEFT_OUT), len(MODELS))


def test_what_is_written_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same text, and the same numbers."""
    before, text = steps_left_out(), feature_pipelines_table.FILE.read_text("utf-8")
    monkeypatch.setattr(feature_pipelines_table, "FILE", tmp_path / "steps.json")
    write(before)
    assert feature_pipelines_table.FILE.read_text("utf-8") == text
    np.testing.assert_array_equal(steps_left_out(), before)
