from __future__ import annotations

from pathlib import Path

import pytest

from notewright.bases.document import read_base
from notewright.bases.query import run_view
from notewright.bases.scope import World
from notewright.bases.written import text_of
from notewright.settings import Settings
from notewright.vault.base_files import VaultFiles
from notewright.vault.vault import Vault
from snippets import comparison
from snippets.comparison_runs import CHANGES, minds
from snippets.model_facts import facts
from snippets.model_origins import year_introduced
from snippets.model_scores import score

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def vault() -> Vault:
    """The notes of this vault."""
    return Vault.scan(Settings.load(ROOT))


@pytest.mark.parametrize("one", comparison.MODELS, ids=lambda one: one.name)
def test_each_model_holds_its_facts(vault: Vault, one: comparison.Model) -> None:
    """Its note has a cell that holds them: then a build fails where they differ."""
    note = vault.notes[f"models/{one.note}.md"]
    held = [cell.options.holds for cell in note.cells if cell.options.holds]
    assert held == [f'facts("{one.note}")']
    said = {name: value for name, value in facts(one.note).items() if value is not None}
    assert {name: note.properties.get(name) for name in said} == said


def test_the_base_says_what_the_comparison_says(vault: Vault) -> None:
    """Row by row and column by column: a box for yes or no, nothing for a dash."""
    base = read_base((ROOT / "docs/models.base").read_text("utf-8"))
    assert base.faults == ()
    files = VaultFiles(vault)
    result = run_view(base, base.view("All models"), World(files, None, None))
    assert result.faults == ()
    rows = {row.file.path: row.values for group in result.groups for row in group.rows}
    names = [column.name for column in result.columns]
    table = comparison.read_table()
    assert len(rows) == len(comparison.MODELS)
    words = {"true": "yes", "false": "no", "": comparison.ABSENT}
    columns = {"sparse": "sparse X"}
    for one in comparison.MODELS:
        values = rows[f"models/{one.note}.md"]
        said = {name: text_of(value) for name, value in zip(names, values, strict=True)}  # type: ignore[arg-type]
        row = table.loc[one.name]
        year = year_introduced(one.note)
        assert said.pop("formula.introduced") == (str(year) if year else comparison.ABSENT)
        scored = score(one.name)
        shown = (
            (f"{scored.mean:.2f}", f"{scored.spread:.2f}", scored.on) if scored else ("–", "–", "")
        )
        assert tuple(map(said.pop, ("formula.mean", "formula.spread", "scored on"))) == shown
        kinds = {"true": "inductive", "false": "transductive", "": comparison.ABSENT}
        assert kinds[said.pop("inductive")] == row["kind"]
        for change in CHANGES:
            assert said.pop(f"minds {change}") == minds(one, change).strip(comparison.ABSENT)
        for name in names[1:]:
            if name in said:
                assert words.get(said[name], said[name]) == row[columns.get(name, name)], name


def test_an_unknown_note_is_refused() -> None:
    """With its name."""
    with pytest.raises(ValueError, match="no model has the note 'k-maens'"):
        facts("k-maens")
