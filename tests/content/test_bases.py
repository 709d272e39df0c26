"""The bases of this vault: each row that a reader expects, with what its note says."""

from __future__ import annotations

from pathlib import Path

import note_records
import pytest
import yaml

from notewright.bases.document import read_base
from notewright.bases.query import Result, run_view
from notewright.bases.scope import World
from notewright.bases.written import text_of
from notewright.vault.base_files import VaultFiles
from notewright.vault.vault import Vault
from snippets.comparison_advice import ADVICE
from snippets.lessons.counts import VERDICTS, counts
from snippets.lessons.ledger import read

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BASES = sorted(path.name for path in DOCS.glob("*.base"))


@pytest.fixture(scope="module")
def vault() -> Vault:
    """The notes of this vault."""
    return note_records.vault()


def seen(vault: Vault, name: str, view: str) -> Result:
    """A view of a base, without what cells gave."""
    base = read_base((DOCS / name).read_text("utf-8"))
    assert base.faults == ()
    return run_view(base, base.view(view), World(VaultFiles(vault), None, None))


def cells(result: Result) -> dict[str, list[str]]:
    """The texts of each row, by the path of its file."""
    rows = [row for group in result.groups for row in group.rows]
    return {row.file.path: [text_of(each) for each in row.values] for row in rows}  # type: ignore[arg-type]


@pytest.mark.gate
@pytest.mark.parametrize("name", BASES)
def test_every_view_has_rows_and_no_fault(vault: Vault, name: str) -> None:
    """A renamed folder or property would leave a view empty without a word."""
    base = read_base((DOCS / name).read_text("utf-8"))
    for view in base.views:
        result = run_view(base, view, World(VaultFiles(vault), None, None))
        assert result.faults == () and cells(result), view.name


@pytest.mark.parametrize("name", BASES)
def test_the_navigation_leads_to_each_base(name: str) -> None:
    """A reader who knows no link finds it, too."""
    assert f": {name}\n" in (DOCS / ".nav.yml").read_text("utf-8")


def test_no_view_ranks_models_by_a_score() -> None:
    """Scores on one easy data set are not advice, and a first row would look like it."""
    views = yaml.safe_load((DOCS / "models.base").read_text("utf-8"))["views"]
    sorts = [each["property"] for view in views for each in view.get("sort", ())]
    assert sorts and not any("score" in name or "mean" in name for name in sorts)


def test_each_project_is_a_row(vault: Vault) -> None:
    """Its last cell is labelled, so that its number stands in the row."""
    rows = cells(seen(vault, "projects.base", "All projects"))
    files = sorted((DOCS / "projects").glob("ch*.py"))
    assert sorted(rows) == [
        f"projects/{path.name}" for path in sorted(files[0].parent.glob("*.py"))
    ]
    for path in files:
        label = "# %%\n#| label: headline\nfrom snippets.headline import Headline\n"
        assert path.read_text("utf-8").count(label) == 1


def test_the_pages_of_lessons_sum_up_to_the_ledger(vault: Vault) -> None:
    """Each rule is on one page, and counts once."""
    rows = cells(seen(vault, "lessons.base", "All pages"))
    verdicts = {row["id"]: row["verdict"] for row in read()}
    totals = [
        sum(int(row[column]) for row in rows.values()) for column in range(1, 2 + len(VERDICTS))
    ]
    words = list(verdicts.values())
    assert totals == [len(words), *(words.count(word) for word in VERDICTS)]
    for path, row in rows.items():
        held = [c.options.properties for c in vault.notes[path].cells if c.options.properties]
        name = Path(path).stem
        assert held == [f'counts("{name}")']
        assert row[1:] == [str(each) for each in counts(name).values()]


def test_the_base_gives_the_advice_of_the_comparison(vault: Vault) -> None:
    """When to use a model, and when not: the same words in both."""
    said = cells(seen(vault, "models.base", "Which should I try?"))
    advice = {tuple(row[1:3]) for row in said.values()}
    assert advice <= {(each.use, each.leave) for each in ADVICE.values()}
    assert len(advice) == len(said)
