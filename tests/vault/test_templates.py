"""`notewright new`: notes made from the vault's templates."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import pytest
from projects import ProjectDir

from notewright.errors import EngineError
from notewright.settings import Settings
from notewright.vault.templates import filled, plan, write
from notewright.vault.vault import Vault, read_note

ROOT = Path(__file__).parents[2]
TEMPLATES = {
    f"docs/templates/{path.name}": path.read_text("utf-8")
    for path in sorted((ROOT / "docs/templates").iterdir())
}
MODEL = '---\ntitle: "{{title}}"\ntags: [model]\nmade: {{date}}\n---\n\n# {{title}}\n'

Scan = Callable[[Mapping[str, str]], Vault]


@pytest.mark.parametrize(
    ("name", "template", "folder", "path", "title"),
    [
        ("k-medoids", "model", None, "models/k-medoids.md", "K medoids"),
        ("K-medoids in 1D", "model", None, "models/k-medoids-in-1d.md", "K-medoids in 1D"),
        ('Is it "good"?', "", None, "is-it-good.md", 'Is it "good"?'),
        ("deep/er/note.md", "", None, "deep/er/note.md", "Note"),
        ("x", "model", "drafts", "drafts/x.md", "X"),
        ("x", "project", None, "projects/x.py", "X"),
        ("x", "lesson", None, "x.md", "X"),  # there is no folder `lessons`
    ],
)
def test_a_note_goes_where_its_kind_is(
    vault: Scan, name: str, template: str, folder: str | None, path: str, title: str
) -> None:
    """Its name may be a title or a file's; its properties are filled in, and can be read."""
    found = vault(
        {
            "templates/model.md": MODEL,
            "templates/project.py": "# ---\n# title: '{{title}}'\n# ---\n\n# %%\n1\n",
            "templates/lesson.md": MODEL,
            "models/a.md": "A",
        }
    )
    new = plan(found, name, template, folder)
    assert (new.path, new.title) == (path, title)
    note = read_note(write(found, new), found.settings)
    assert not note.problems
    assert note.properties["title"] == title
    assert "{{" not in note.text


@pytest.mark.parametrize(
    ("name", "template", "message"),
    [
        ("a", "", "`a.md` already exists"),
        ("A", "", "`a.md` already exists"),
        ("a", "project", "`projects/a.md` already exists"),
        ("x", "modl", "no template called `modl` in `docs/templates/`. Did you mean `model`?"),
        ("a#b", "", "contains `#`"),
        ("../x", "", "is not a valid name for a note"),
        (".x", "", "is not a valid name for a note"),
        ("", "", "is not a valid name for a note"),
        ("templates/x", "", "is in a folder that notewright does not read"),
    ],
)
def test_what_cannot_be_made_is_told(vault: Scan, name: str, template: str, message: str) -> None:
    """Nothing is overwritten, or written where no notes are."""
    notes = {"a.md": "A", "projects/a.md": "A", "templates/model.md": MODEL}
    found = vault({**notes, "templates/project.py": "# %%\n"})
    with pytest.raises(EngineError) as error:
        plan(found, name, template)
    assert message in str(error.value)


def test_no_note_is_made_where_another_leads_readers_on(vault: Scan) -> None:
    """One of its address was renamed: the site could not be built any more."""
    found = vault({"x.md": "---\nredirect_from: [Good, sub/old]\n---\n\nA"})
    for name in ("good", "sub/old"):
        with pytest.raises(EngineError) as error:
            plan(found, name, "")
        said = f"`{name}.md` would have the address that `redirect_from` in docs/x.md redirects"
        assert said in str(error.value)
    assert plan(found, "old", "").path == "old.md"


def test_a_folder_that_is_none_is_told_by_its_own_name(vault: Scan) -> None:
    """The name of the note is not what is wrong."""
    with pytest.raises(EngineError) as error:
        plan(vault({"a.md": "A"}), "x", "", "../..")
    assert "`../..` cannot be used as a notes folder" in str(error.value)


@pytest.mark.parametrize("folder", ["Templates", "/Private/Templates/"])
def test_templates_are_found_where_obsidian_has_them(vault: Scan, folder: str) -> None:
    """In the folder that its settings name; a note cannot be put there."""
    place = folder.strip("/")
    given = {".obsidian/templates.json": json.dumps({"folder": folder}), "a.md": "# A\n"}
    found = vault({**given, f"{place}/Daily page.md": "# {{title}}\n\nOf today.\n"})
    new = plan(found, "My day", "Daily page")
    assert (new.path, new.text) == ("my-day.md", "# My day\n\nOf today.\n")
    with pytest.raises(EngineError, match="is in a folder that notewright does not read"):
        plan(found, f"{place}/x", "")
    with pytest.raises(EngineError, match=f"in `docs/{place}/` or `docs/templates/`"):
        plan(found, "x", "none")


def test_no_settings_lead_to_templates_outside_the_vault(vault: Scan) -> None:
    """A stranger's vault could ask for any file."""
    found = vault({".obsidian/templates.json": '{"folder": ".."}', "a.md": "# A\n"})
    (found.settings.root / "secret.md").write_text("# Secret\n", "utf-8")
    with pytest.raises(EngineError, match="no template called `secret` in `docs/templates/`"):
        plan(found, "x", "secret")


def test_placeholders_are_obsidians() -> None:
    """`{{title}}`, `{{date}}`, `{{time}}`, with a format too."""
    now = datetime(2026, 3, 7, 9, 5, 2)
    text = '---\ntitle: "{{title}}"\n---\n{{title}} {{date}} {{time}} {{date:D MMM YY [at] H:mm}}'
    assert filled(text, 'A "b"', now) == (
        '---\ntitle: "A \\"b\\""\n---\nA "b" 2026-03-07 09:05 7 Mar 26 at 9:05'
    )


@pytest.mark.nightly
def test_the_command_makes_notes_that_work(tmp_path: Path) -> None:
    """What it makes from this vault's templates runs, builds and passes its tests."""
    here = ProjectDir(tmp_path)
    here.configure()
    (tmp_path / "docs/templates").mkdir(parents=True)
    for name, text in TEMPLATES.items():
        (tmp_path / name).write_text(text, "utf-8")
    here.write({"docs/index.md": "# Home\n"})
    made = here.notewright("new", "project", "Which digit is hard?")
    assert made.status == 0 and made.lines("docs/projects/which-digit-is-hard.py: created from")
    assert made.lines("`[[which-digit-is-hard]]`")
    assert here.notewright("new", "note", "K-medoids", "--template", "model").status == 0
    assert here.notewright("new", "lesson", "Trust no score").status == 0
    assert here.notewright("new", "note", "plain").status == 0
    again = here.notewright("new", "project", "which-digit-is-hard")
    assert again.status == 1 and "already" in again.output
    tested = here.pytest("docs/projects")
    assert tested.status == 0, tested.output
    built = here.build()
    assert built.status == 0, built.output
    page = here.page("projects/which-digit-is-hard")
    assert "What this does not show" in page and "95 % interval" in page


def test_the_project_template_has_all_sections() -> None:
    """A project says question, data, baseline, model, check, figure, number and its limits."""
    text = TEMPLATES["docs/templates/project.py"]
    sections = ["Question", "Data", "Baseline", "Model", "Check", "Figure"]
    for section in [*sections, "Number with interval", "What this does not show"]:
        assert f"# ## {section}\n" in text
    assert Settings.load(ROOT).docs_dir.joinpath("templates").is_dir()


NOTE = "# A\n\n```python\nassert 1 == {}\n```\n"
MODULE = 'def f():\n    """Says.\n\n    ```python\n    1 / 0\n    ```\n    """\n'
COMMAND = ("-m", "pytest", "-p", "no:cacheprovider")


@pytest.fixture
def own(tmp_path: Path) -> ProjectDir:
    """A vault of one's own, with code and texts beside it that are not its notes."""
    made = ProjectDir(tmp_path)
    made.configure()
    notes = {"docs/a.md": NOTE.format(1), "docs/b.md": NOTE.format(2), "docs/n.py": "# %%\n1 / 1\n"}
    made.write({**notes, "module.py": MODULE, "docs/plain.py": MODULE, "README.md": NOTE.format(2)})
    return made


@pytest.mark.nightly
def test_pytest_finds_the_notes_of_a_vault_of_ones_own(own: ProjectDir) -> None:
    """The command that `notewright new` names works anywhere, and tests notes only."""
    made = own.notewright("new", "note", "Fresh")
    (named,) = re.findall(r"`pytest (\S+)`", made.output)
    assert own.command(*COMMAND, named).lines("1 passed")
    assert own.command(*COMMAND, "docs/a.md").lines("2 passed")
    everything = own.command(*COMMAND)
    assert everything.lines("1 failed", "6 passed"), everything.output
    assert everything.lines("docs/b.md:4: AssertionError")
    (own.root / "docs/pytest.ini").write_text("[pytest]\n")  # the root of the tests is below
    assert own.command(*COMMAND, "docs/a.md").lines("2 passed")


@pytest.mark.nightly
def test_pytest_is_as_ever_without_a_vault(own: ProjectDir) -> None:
    """Without notewright, or where nobody named it, notes are found if they are asked for."""
    stock = ("-p", "no:notewright")
    assert own.command(*COMMAND, *stock).lines("no tests ran")
    asked = own.command(*COMMAND, *stock, "--markdown-docs")
    assert asked.lines("4 failed, 1 passed"), asked.output
    own.write({"mkdocs.yml": "site_name: Tests\nplugins: [search]\n"})
    assert own.command(*COMMAND).lines("no tests ran")
    (own.root / "mkdocs.yml").unlink()
    assert own.command(*COMMAND).lines("no tests ran")


@pytest.mark.gate
def test_with_the_option_all_is_found_as_before(own: ProjectDir) -> None:
    """Who asks for it has docstrings and other texts tested too, and each note once."""
    asked = own.command(*COMMAND, "--markdown-docs")
    assert asked.lines("4 failed, 5 passed"), asked.output
