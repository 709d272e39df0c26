"""The file of facts has what the models give: a change of a model shows here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from snippets import comparison, model_facts
from snippets.comparison import ROWS, SENSITIVE, TRIALS, Model, model
from snippets.comparison_runs import CHANGES, is_sensitive
from snippets.model_facts import rows
from snippets.model_facts_runs import main, measured
from snippets.model_scores import score

DEAR = (
    *("Random forest", "Gradient boosting", "Histogram boosting", "K-Means", "Spectral"),
    *("Gaussian mixture", "BIRCH", "t-SNE", "Neural network", "Outlier detection"),
    "Latent Dirichlet allocation",
)
"""Models that take more than half a second to measure: tested at night."""

MARKED = [
    pytest.param(one, marks=[pytest.mark.nightly] if one.name in DEAR else []) for one in ROWS
]


def remedy(one: Model) -> str:
    """What to run where the file is not what is measured."""
    return f'facts changed: run `python -m snippets.model_facts "{one.name}"`'


def level(told: str) -> float:
    """The mean of an interval that is told as text."""
    return float(told.split(" ± ")[0])


@pytest.mark.parametrize("one", MARKED, ids=lambda one: one.name)
def test_the_file_has_what_is_measured(one: Model) -> None:
    """Word for word; how far an answer stays the same may differ by rounding."""
    found, kept = measured(one), dict(rows()[one.name])
    for trial in (each for change in CHANGES for each in TRIALS[change]):
        told = [row.pop(f"same after {trial}", comparison.ABSENT) for row in (found, kept)]
        if comparison.ABSENT in told:
            assert told[0] == told[1], remedy(one)
        else:
            assert level(told[0]) == pytest.approx(level(told[1]), abs=0.011), remedy(one)
    assert found == kept, remedy(one)


def test_the_file_has_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the dear models, too, all that needs no fit: another version may change a tag."""
    monkeypatch.setattr(comparison, "draws", lambda path, options: True)
    monkeypatch.setattr(comparison, "kept", lambda one: "fixed")
    for one in ROWS:
        fitted = {each: rows()[one.name][each] for each in ("random", "keeps")}
        read = comparison.read_row(one) | fitted
        assert read == {each: rows()[one.name][each] for each in read}, remedy(one)
    assert list(rows()) == [one.name for one in ROWS]


@pytest.mark.parametrize("name", ["Linear regression", "Ward", "PCA", "CNN"])
def test_rows_are_measured(name: str) -> None:
    """Words are those of the comparison, numbers those of the score."""
    one = comparison.model(name)
    found, scored = measured(one), score(name)
    assert [found[SENSITIVE[each]] for each in CHANGES] == [
        is_sensitive(one, each) for each in CHANGES
    ]
    assert found["score"] == (round(scored.mean, 2) if scored else None)
    assert found["scored on"] == (scored.on if scored else None)


def test_models_are_measured_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows of the others stay, and the text is that of the file."""
    path = tmp_path / "facts.json"
    text = model_facts.FILE.read_text("utf-8")
    path.write_text(text.replace('"keeps": "with n²"', '"keeps": "a lot"'), "utf-8")
    monkeypatch.setattr(model_facts, "FILE", path)
    monkeypatch.setattr(model_facts, "rows", lambda: json.loads(path.read_text("utf-8")))
    assert main(["CNN", "Naive Bayes"]) == 0
    left = path.read_text("utf-8")
    assert left.replace('"a lot"', '"with n²"') == text
    with pytest.raises(ValueError, match="no model is named 'Naive'"):
        main(["Naive"])
    assert model("CNN").name in left
