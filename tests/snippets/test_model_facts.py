from __future__ import annotations

from pathlib import Path

import note_records
import pytest

from notewright.bases.document import read_base
from notewright.bases.query import run_view
from notewright.bases.scope import World
from notewright.bases.written import text_of
from notewright.vault.base_files import VaultFiles
from notewright.vault.vault import Vault
from snippets import comparison
from snippets.comparison import SENSITIVE
from snippets.comparison_runs import CHANGES, TRIED
from snippets.model_facts import comparison_table, facts, rows, sensitivity_table
from snippets.model_origins import year_introduced

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def vault() -> Vault:
    """The notes of this vault."""
    return note_records.vault()


@pytest.mark.parametrize("one", comparison.MODELS, ids=lambda one: one.name)
def test_each_model_holds_its_facts(vault: Vault, one: comparison.Model) -> None:
    """Its note has a cell that holds them, and fails where they differ: so a run judges the
    values, and nothing measures them twice.
    """
    note = vault.notes[f"models/{one.note}.md"]
    held = [cell.options.properties for cell in note.cells if cell.options.properties]
    assert held == [f'facts("{one.note}")']


def test_facts_are_read() -> None:
    """From the row of the model; a dash is nothing, and what has no score has no set either."""
    found, row = facts("agglomerative-ward"), rows()["Ward"]
    assert found["score"] == row["score"] and found["scored on"] == "six point sets, ARI"
    assert (found["needs scaling"], found["needs k"], found["inductive"]) == ("yes", True, False)
    without = facts("cnn")
    for each in ("task type", "needs scaling", "keeps", "score", "score spread", "scored on"):
        assert without[each] is None


def test_tables_are_read() -> None:
    """Each model has a row, in the order of the registry; what was not tried has dashes."""
    table = comparison_table()
    assert list(table.index) == [one.name for one in comparison.ROWS]
    assert list(table.columns) == comparison.GROUPED
    assert table.loc["HDBSCAN", "needs scaling"] == comparison.ABSENT
    assert list(sensitivity_table().index) == [one.name for one in TRIED]


@pytest.mark.nightly
def test_the_base_says_what_the_comparison_says(vault: Vault) -> None:
    """Row by row and column by column: a box for yes or no, nothing for a dash."""
    base = read_base((ROOT / "docs/models.base").read_text("utf-8"))
    assert base.faults == ()
    files = VaultFiles(vault)
    result = run_view(base, base.view("All models"), World(files, None, None))
    assert result.faults == ()
    rows = {row.file.path: row.values for group in result.groups for row in group.rows}
    names = [column.name for column in result.columns]
    table = comparison_table()
    assert len(rows) == len(comparison.MODELS)
    words = {"true": "yes", "false": "no", "": comparison.ABSENT}
    columns = {"sparse": "sparse X"}
    for one in comparison.MODELS:
        values = rows[f"models/{one.note}.md"]
        said = {name: text_of(value) for name, value in zip(names, values, strict=True)}  # type: ignore[arg-type]
        row = table.loc[one.name]
        year = year_introduced(one.note)
        assert said.pop("formula.introduced") == (str(year) if year else comparison.ABSENT)
        # what the note holds: a cell of it is judged by the measured values
        held = vault.notes[f"models/{one.note}.md"].properties
        shown = ("–", "–", "")
        if held.get("scored on"):
            shown = (f"{held['score']:.2f}", f"{held['score spread']:.2f}", held["scored on"])
        assert tuple(map(said.pop, ("formula.mean", "formula.spread", "scored on"))) == shown
        kinds = {"true": "inductive", "false": "transductive", "": comparison.ABSENT}
        assert kinds[said.pop("inductive")] == row["kind"]
        for change in CHANGES:
            assert said.pop(SENSITIVE[change]) == (held.get(SENSITIVE[change]) or "")
        for name in names[1:]:
            if name in said:
                assert words.get(said[name], said[name]) == row[columns.get(name, name)], name


def test_an_unknown_note_is_refused() -> None:
    """With its name."""
    with pytest.raises(ValueError, match="no model has the note 'k-maens'"):
        facts("k-maens")
