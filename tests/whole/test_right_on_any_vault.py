"""Any vault: what one note holds ends no command, and a fault of ours names its note."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from projects import ProjectDir, clean_environment

from notewright.hosts.cli import main
from notewright.note.parse import Parse
from notewright.settings import Settings
from notewright.vault.vault import Vault

pytestmark = pytest.mark.gate

Project = Callable[..., Path]
Scan = Callable[[Mapping[str, str | bytes]], Vault]

SHORT_ROWS = {
    "text right below a table": "see [[b]]\n\n| a | b |\n|---|---|\n| 1 | 2 |\ntext\n",
    "a row of one cell": "| a | b | c |\n|---|---|---|\n| [[b]] |\n",
    "a row that is being typed": "| a | b | c |\n|---|---|---|\n| [[b]]",
    "a link in the text below": "| a | b |\n|---|---|\n[[b]] and **bold**\n",
    "in a quote": "> | a | b |\n> |---|---|\n> [[b]]\n",
    "in a list": "- | a | b | c |\n  |---|---|---|\n  | [[b]] |\n",
}


@pytest.mark.parametrize("name", SHORT_ROWS)
def test_a_short_row_of_a_table_ends_no_command(
    project: Project, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Its missing cells are empty, as in Obsidian, and its link is one of the vault."""
    root = str(project({"docs/a.md": SHORT_ROWS[name], "docs/b.md": "# B\n"}))
    assert main(["-C", root, "check"]) == 0
    assert main(["-C", root, "rename", "--dry-run", "b", "c"]) == 0
    capsys.readouterr()
    assert main(["-C", root, "index"]) == 0
    assert json.loads(capsys.readouterr().out)["resolvedLinks"]["a.md"] == {"b.md": 1}


def test_a_short_row_of_a_table_ends_no_build(project: Project) -> None:
    """The pages, and the downloads of notes with cells."""
    cell = "\n\n```python\n1 + 1\n```\n"
    notes = {f"docs/{n}.md": f"{text}{cell}" for n, text in enumerate(SHORT_ROWS.values())}
    built = ProjectDir(project({**notes, "docs/b.md": "# B\n"})).build()
    assert built.status == 0, built.output


FAULT = (
    "docs/a.md:1: internal error (KeyError: 'planted'). This is a bug in notewright; "
    "please report it"
)
PLANTED = {
    "docs/a.md": "# A planted fault\n\nSee [[b]].\n",
    "docs/b.md": "# B\n\nSee [[c]] and [[nowhere]].\n",
    "docs/c.md": "# C\n\n```python\n1 / 0\n```\n",
}
PLANT = """
from notewright.note.parse import Parse

real = Parse.blocks.fget

def blocks(self):
    if "planted" in self.text:
        raise KeyError("planted")
    return real(self)

def on_config(config):
    Parse.blocks = property(blocks)
"""


@pytest.fixture
def planted(project: Project, monkeypatch: pytest.MonkeyPatch) -> str:
    """A project whose note `a` notewright stumbles over, since a fault was planted in its parse."""
    real: Any = Parse.blocks
    space: dict[str, Any] = {}
    exec(PLANT, space)
    monkeypatch.setattr(Parse, "blocks", property(space["blocks"]))
    assert real is not Parse.blocks
    return str(project(PLANTED))


def test_check_names_the_note_of_a_fault_and_checks_the_others(
    planted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once, however many of its readers stumble."""
    assert main(["-C", planted, "check"]) == 1
    told = capsys.readouterr().err
    assert told.count(FAULT) == 1
    assert "docs/b.md:3:15: no note or file called `nowhere`" in told
    assert "docs/c.md:4: ZeroDivisionError" in told


def test_index_names_the_note_of_a_fault_and_prints_no_half(
    planted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An index without a note would be untrue."""
    assert main(["-C", planted, "index"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(FAULT)


def test_rename_names_the_note_of_a_fault_and_changes_nothing(
    planted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its links cannot be rewritten; what would be is told of the others."""
    assert main(["-C", planted, "rename", "--dry-run", "c", "d"]) == 1
    told = capsys.readouterr()
    assert FAULT in told.err
    assert "docs/b.md:3: d" in told.out
    assert main(["-C", planted, "rename", "c", "d"]) == 1
    assert "nothing was renamed" in capsys.readouterr().err
    assert Path(planted, "docs/c.md").exists()


def test_a_build_names_the_note_of_a_fault_and_the_problems_of_the_others(
    project: Project,
) -> None:
    """It ends as with any problem, and not with a traceback."""
    root = project({**PLANTED, "plant.py": PLANT}, hooks=["plant.py"])
    built = ProjectDir(root).build()
    assert built.status == 1
    assert built.output.count(FAULT) == 1
    assert "docs/c.md:4: ZeroDivisionError" in built.output
    assert "Traceback (most" not in built.output


def test_pytest_fails_for_the_note_of_a_fault_alone(project: Project) -> None:
    """The cells of the others are judged."""
    notes = {"docs/a.md": PLANTED["docs/a.md"], "docs/b.md": "# B\n\n```python\n1\n```\n"}
    root = project({**notes, "conftest.py": f"{PLANT}\non_config(None)\n"})
    tested = ProjectDir(root).pytest("-q")
    assert FAULT in tested.output
    assert "1 failed, 2 passed" in tested.output


def test_a_fault_says_where_in_notewright_it_was_raised(
    vault: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module and a line are what a report needs; a path of the machine is not told."""

    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("notewright.note.parse.tokens_of", broken)
    found = vault({"a.md": "x [[b]]\n"})
    assert found.notes["a.md"].wikilinks == ()
    (problem,) = found.faults
    assert problem.headline.startswith(
        "docs/a.md:1: internal error (RuntimeError). This is a bug in notewright"
    )
    assert problem.detail.startswith("  raised in note/parse.py, line ")


def test_a_note_whose_properties_we_stumble_over_is_named(
    vault: Scan, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The vault is read all the same."""

    def broken(*_: object) -> None:
        raise AttributeError("'NoneType' object has no attribute 'groupdict'")

    monkeypatch.setattr("notewright.note.properties.load_yaml", broken)
    found = vault({"a.md": "---\na: 1\n---\n", "b.md": "# B\n"})
    assert [each.file for each in found.faults] == ["docs/a.md"]
    assert found.notes["b.md"].text
    root = str(Settings.load(found.settings.root).root)
    assert main(["-C", root, "run"]) == 1
    assert "docs/a.md:1: internal error (AttributeError" in capsys.readouterr().err


@pytest.mark.nightly
def test_a_reader_that_has_seen_enough_ends_a_command_quietly(project: Project) -> None:
    """As `notewright index | head -1` does."""
    notes = {f"docs/n{n}.md": f"# N{n}\n\n" + "[[n1]] " * 200 for n in range(60)}
    root = project(notes)
    command = f'"{sys.executable}" -m notewright -C "{root}" '
    for words in ("index", "check --unlinked-mentions"):
        piped = f"set -o pipefail; {command}{words} | head -c 1"
        ended = subprocess.run(
            ["bash", "-c", piped],
            env=clean_environment(),
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert ended.stderr == b""
        assert len(ended.stdout) == 1


def test_the_command_line_is_a_module_too(project: Project) -> None:
    """For those who have no script on their path."""
    ended = ProjectDir(project({"docs/a.md": "# A\n"})).command("-m", "notewright", "index")
    assert ended.status == 0
    assert json.loads(ended.output)["notes"]["a.md"]


UNPARSABLE = {
    "docs/block.md": "# T\n\n```python\ndef f():\nreturn 1\n```\n",
    "docs/twin.md": "# T\n\n\n\n```python\ndef f():\nreturn 1\n```\n",
    "docs/bracket.md": "# T\n\n```python\nx = [\n    1\n)\n```\n",
    "docs/late.md": "# T\n\n```python\n#| label: a\nx = 1\nif x:\ny = 2\n```\n",
    "docs/included.md": '# T\n\n```python\n--8<-- "bad.py"\n```\n',
    "docs/imported.md": "# T\n\n```python\nimport snippets.bad\n```\n",
    "docs/open.md": "# T\n\n```python\nx = 1\nprint('a\n```\n",
    "docs/space.md": "# T\n\n```python\nx =\xa01\n```\n",
    "docs/quotes.md": "# T\n\n```python\nx = \u201ca\u201d\n```\n",
    "docs/minus.md": "# T\n\n```python\nx = 2 \u2013 1\n```\n",
    "docs/console.md": "# T\n\n```python\n>>> 1 + 1\n2\n```\n",
    "snippets/bad.py": "x = 1\n\nif x:\ny = 2\n",
}


def test_a_syntax_error_names_the_line_of_the_note(project: Project) -> None:
    """Python names that of the cell, where nobody looks."""
    told = ProjectDir(project(UNPARSABLE)).notewright("run").output
    after = "expected an indented block after"
    assert f"docs/block.md:5: IndentationError: {after} function definition on line 4" in told
    assert f"docs/twin.md:7: IndentationError: {after} function definition on line 6" in told
    assert "does not match opening parenthesis '[' on line 4" in told
    assert f"docs/late.md:7: IndentationError: {after} 'if' statement on line 6" in told
    assert f"{after} 'if' statement on line 3 of snippets/bad.py" in told
    assert "docs/open.md:5: SyntaxError: unterminated string literal (detected at line 5)" in told
    for name, typed in {"space": "a space", "quotes": '`"`', "minus": "`-`"}.items():
        (said,) = [line for line in told.splitlines() if f"docs/{name}.md:4: " in line]
        assert f". The character was copied from a page. Replace it with {typed}" in said
    assert "docs/console.md:4: SyntaxError: invalid syntax. The code has console prompts" in told
    assert f"docs/imported.md:4: IndentationError: {after} 'if' statement on line 3" in told


UNMEANT = {
    "docs/missing.md": "# T\n\n```python\nfrom of_nobody.web import app\n```\n",
    "docs/alone.md": "# T\n\n```python\nx = 1\n```\n\n```python\nprint(x)\n```\n",
    "docs/asks.md": "# T\n\n```python\nname = input()\n```\n",
    "docs/notebook.py": "# %%\nprint(y)\n\n# %%\nimport of_nobody\n",
}


def test_a_cell_that_was_not_meant_to_run_says_how_to_leave_it(project: Project) -> None:
    """Notes of strangers hold code of other programs, and parts of one that run together."""
    told = ProjectDir(project(UNMEANT)).notewright("run").output
    read_only = "To show the code without running it, use `python notest`"
    needs = "To skip the cell where the package is missing, add `#| needs: of_nobody`"
    missing = f"No module named 'of_nobody'. Install the package that provides `of_nobody`. {needs}"
    assert f"docs/missing.md:4: ModuleNotFoundError: {missing}. {read_only}" in told
    above = "If a cell above defines the name, write `python continuation` on the fence"
    assert f"docs/alone.md:8: NameError: name 'x' is not defined. {above}. {read_only}" in told
    assert f"A cell cannot read input: replace `input()` with a value. {read_only}" in told
    assert "docs/notebook.py:2: NameError: name 'y' is not defined\n" in told


def test_the_counts_of_the_summary_add_up(project: Project) -> None:
    """What ran, was fresh and did not run is all that there is; failures are among them."""
    notes = {
        "docs/a.md": "```python\n1\n```\n",
        "docs/b.md": "```python\n1 / 0\n```\n",
        "docs/c.md": "```python\n#| label: 1 2\n1\n```\n\n```python\n--8<-- 'no.py'\n```\n",
    }
    site = ProjectDir(project(notes))
    assert "4 sessions: 2 run, 0 fresh, 2 not run; 3 problems (" in site.notewright("run").output
    assert "4 sessions: 1 run, 1 fresh, 2 not run; 3 problems (" in site.notewright("run").output
    off = site.notewright("run", NOTEWRIGHT_EXECUTE="0").output
    assert re.search(r"4 sessions: 0 run, 1 fresh, 3 not run; \d problems? \(", off)
    (site.root / "docs/b.md").unlink()
    (site.root / "docs/c.md").unlink()
    assert "1 session: 0 run, 1 fresh; no problems (" in site.notewright("run").output


@pytest.mark.parametrize("command", ["run", "check", "index"])
@pytest.mark.parametrize("case", ["no folder", "wrong docs_dir", "no note"])
def test_a_command_that_finds_no_note_is_no_success(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], case: str, command: str
) -> None:
    """A job with a wrong directory would pass for ever."""
    if case == "wrong docs_dir":
        (tmp_path / "mkdocs.yml").write_text("site_name: T\ndocs_dir: dosc\n")
        (tmp_path / "docs").mkdir()
        (tmp_path / "docs/a.md").write_text("# A\n")
    elif case == "no note":
        (tmp_path / "docs").mkdir()
        (tmp_path / "docs/p.txt").write_text("text")
    assert main(["-C", str(tmp_path), command]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    place = {
        "wrong docs_dir": "dosc:1: this folder does not exist",
        "no note": "docs:1: the folder does not contain notes",
        "no folder": f"no {tmp_path / 'mkdocs.yml'} found",
    }
    assert told.err.startswith(place[case])
    # What is not there cannot be corrected.
    other = "correct `docs_dir` in mkdocs.yml" if "docs_dir" in case else "run `notewright init`"
    assert f"Change to the project folder, or {other}" in told.err


def test_a_note_is_made_in_a_project_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Elsewhere nothing is written, and the command fails."""
    assert main(["-C", str(tmp_path), "new", "note", "A"]) == 1
    assert capsys.readouterr().err.startswith(f"no {tmp_path / 'mkdocs.yml'} found")
    assert not list(tmp_path.iterdir())
    (tmp_path / "mkdocs.yml").write_text("site_name: T\n")
    (tmp_path / "docs").mkdir()
    assert main(["-C", str(tmp_path), "new", "note", "A"]) == 0
    assert (tmp_path / "docs/a.md").is_file()


@pytest.mark.nightly
def test_pytest_without_a_note_is_no_success(project: Project) -> None:
    """Where `docs_dir` is wrong, the tests of the project alone say nothing of the notes."""
    files = {"docs/a.md": "# A\n", "tests/test_a.py": "def test_a(): pass\n"}
    site = ProjectDir(project(files, docs_dir="dosc"))
    words = ("-m", "pytest", "-p", "no:cacheprovider")
    for arguments in ((), (".",), ("--markdown-docs",)):
        tested = site.command(*words, *arguments)
        assert tested.status == 1, tested.output
        assert "dosc:1: this folder does not exist" in tested.output
    assert site.command(*words, "tests").status == 0


def test_a_first_note_can_be_made_where_there_is_none(project: Project) -> None:
    """`new` needs no note."""
    made = ProjectDir(project({})).notewright("new", "note", "First")
    assert made.status == 0, made.output


def test_a_warning_of_python_reaches_no_terminal_without_its_note(project: Project) -> None:
    """Code is only looked at to plan its run; the run shows the warning in its cell."""
    cell = "```python\nimport sys\n\n0or sys\n'\\d'\n```\n"
    root = project({"docs/a.md": cell, "docs/b.md": "# B\n"})
    checked = ProjectDir(root).command(
        "-W", "always", "-m", "notewright", "check", PYTHONWARNINGS="always"
    )
    assert "<unknown>" not in checked.output
