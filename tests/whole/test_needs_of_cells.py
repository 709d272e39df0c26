"""End to end: cells that need modules which are not installed rest, and say so in one line."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from projects import ProjectDir, elements, line_of, shown

from notewright.hosts.language_server.diagnostics import stale
from notewright.hosts.language_server.project import Project
from notewright.hosts.playground import guard
from notewright.hosts.playground.requests import MOUNT, Requests
from notewright.settings import Settings
from notewright.vault.vault import Vault

pytestmark = pytest.mark.gate

PRACTICE = "practice.md"

NOTE = """\
# Practice

```python
x = 2
print(x)
```

It is 2<!--= x -->.

```python continuation
#| needs: not_there
#| label: fig-tuned
#| fig-alt: A line.
import matplotlib.pyplot as plt
import not_there

plt.plot([x, not_there.best]);
```

The best is 7<!--= not_there.best -->.

```python continuation
print(x + not_there.best)
```

```python
print("on its own")
```
"""
OTHER = "# Other\n\n![[fig-tuned.svg]]\n\n![[practice#^fig-tuned]]\n"
LINE = "Not run here: this cell needs not_there, which is not installed"
AFTER = "Not run here: this cell continues a cell that needs not_there, which is not installed"


def lines(page: str) -> list[str]:
    """What a page says of cells that rest."""
    return [each.text for each in elements(page, "p", "nw-unmet")]


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """A note of which a cell needs a module that is not there, and one that embeds its figure."""
    made = ProjectDir(tmp_path)
    made.configure()
    made.write({"docs/practice.md": NOTE, "docs/index.md": OTHER})
    return made


def test_the_page_shows_the_code_and_one_line(project: ProjectDir) -> None:
    """Above and beside the cell all runs; a strict build passes, and tells it once."""
    built = project.build()
    assert built.status == 0, built.output
    (told,) = built.lines("not_there")
    said = "docs/practice.md: 2 cells are skipped: they need not_there, which is not installed"
    assert said in told and "WARNING" not in told
    assert built.counts == (2, 0, 0)
    page = project.page("practice")
    assert lines(page) == [LINE, AFTER]
    assert shown(page) == [("stdout", "2"), ("stdout", "on its own")]
    assert "import not_there" in re.sub("<[^>]+>", "", page)
    assert "The best is 7" in page and "nw-failure" not in page
    assert lines(project.page("index")) == [LINE, LINE]


@pytest.mark.nightly
def test_once_the_module_is_there_the_cell_runs(project: ProjectDir) -> None:
    """What was built without it is no record of the cell, and no page of it is kept."""
    project.build()
    unchanged = project.build()
    assert unchanged.lines("nothing changed") or unchanged.counts[0] == 0
    project.write({"not_there.py": "best = 7\n"})
    built = project.build()
    assert built.status == 0, built.output
    assert not built.lines("not_there") and built.counts == (1, 1, 0)
    page = project.page("practice")
    assert lines(page) == [] and ("stdout", "9") in shown(page)
    assert "<svg" in project.page("index") and lines(project.page("index")) == []
    (project.root / "not_there.py").unlink()
    again = project.build()
    assert again.status == 0 and again.lines("2 cells are skipped"), again.output
    assert lines(project.page("practice")) == [LINE, AFTER]


def test_an_installed_package_counts(project: ProjectDir, tmp_path: Path) -> None:
    """Wherever Python looks for modules; it is looked for, and never imported, by the build."""
    place = tmp_path / "installed"
    place.mkdir()
    text = "import os\nopen(os.environ['SEEN'], 'a').close()\nbest = 7\n"
    (place / "not_there.py").write_text(text, "utf-8")
    seen = tmp_path / "seen"
    environment = {"PYTHONPATH": str(place), "SEEN": str(seen)}
    told = project.notewright("why", "practice", **environment)
    assert "Not run here" not in told.output and not seen.exists()


def test_a_folder_of_data_is_no_module(project: ProjectDir) -> None:
    """A folder in the root that happens to have its name does not stand for the package."""
    project.write({"not_there/results.csv": "a,b\n"})
    assert project.notewright("run").lines("2 cells are skipped")


@pytest.mark.nightly
def test_tests_skip_what_needs_it(project: ProjectDir) -> None:
    """With the reason; the others are tested."""
    fixture = "\n```python fixture:tmp_path\n#| needs: not_there\nimport not_there\n```\n"
    project.write({"docs/practice.md": NOTE + fixture})
    tested = project.pytest("-rs")
    assert tested.status == 0, tested.output
    assert tested.lines(LINE) and tested.lines(AFTER)
    assert tested.lines("4 passed", "3 skipped")
    assert len(tested.lines("2 cells are skipped")) == 1


@pytest.mark.nightly
def test_the_command_line_knows_it(project: ProjectDir) -> None:
    """`run` tells a notice and ends well; `why`, `list` and `show` say which cells rest."""
    ran = project.notewright("run")
    assert ran.status == 0 and ran.lines("2 cells are skipped")
    line = line_of(NOTE, "#| needs") - 1
    why = project.notewright("why", "practice").output
    assert f"docs/practice.md:{line}: {LINE}" in why and AFTER in why
    assert why.count("fresh") == 2 and "stale" not in why
    (row,) = [
        row
        for row in json.loads(project.notewright("list", "--json").output)
        if row["note"] == "docs/practice.md"
    ]
    assert (row["fresh"], row["stale"], row["missing_modules"]) == (2, 0, 1)
    assert project.notewright("list").lines("missing_modules")
    cells = json.loads(project.notewright("show", "practice", "--json").output)["cells"]
    assert [cell["state"] for cell in cells] == ["fresh", "broken", "broken", "fresh"]
    assert cells[1]["reasons"] == [LINE]
    assert project.notewright("accept").status == 0
    assert (project.root / "docs/practice.md").read_text("utf-8") == NOTE


@pytest.mark.nightly
def test_a_session_of_which_nothing_runs(project: ProjectDir) -> None:
    """It is neither fresh nor stale, and no record is made."""
    text = "# P\n\n```python\n#| needs: [not_there, json, nor_this]\nimport not_there\n```\n"
    project.write({"docs/practice.md": text, "docs/index.md": "# Home\n"})
    ran = project.notewright("run")
    said = "1 cell is skipped: it needs not_there and nor_this, which are not installed"
    assert ran.status == 0 and ran.lines(said), ran.output
    assert ran.lines("1 session: 0 run, 0 fresh, 1 not run; no problems")
    assert not list(project.root.glob(".notewright/records/*.json"))
    assert project.notewright("list").lines("2 notes, 0 sessions would run")


@pytest.mark.nightly
def test_records_made_elsewhere_are_shown(project: ProjectDir) -> None:
    """Where no cell may run, what ran elsewhere is shown, whatever is installed here."""
    project.write({"not_there.py": "best = 7\n"})
    project.build()
    project.configure({"execute": False})
    built = project.build()
    assert built.status == 0, built.output
    assert lines(project.page("practice")) == [] and ("stdout", "9") in shown(
        project.page("practice")
    )


@pytest.mark.nightly
def test_to_say_what_a_cell_needs_runs_nothing_again(project: ProjectDir) -> None:
    """The option does not decide what the cell gives."""
    project.write({"not_there.py": "best = 7\n"})
    project.build()
    project.write({"docs/practice.md": NOTE.replace("#| needs: not_there\n", "")})
    assert project.build().counts == (0, 2, 0)


@pytest.mark.nightly
@pytest.mark.parametrize("value", ["scikit-learn", "[]", "a.b", "3", "import", "[json, 'a b']"])
def test_a_name_that_is_no_module_is_an_error(project: ProjectDir, value: str) -> None:
    """With the note, the line, and what to write."""
    text = f"# P\n\n```python\n#| echo: true\n#| needs: {value}\n1\n```\n"
    project.write({"docs/practice.md": text, "docs/index.md": "# Home\n"})
    ran = project.notewright("run")
    assert ran.status == 1
    assert ran.lines("docs/practice.md:5: invalid value for option `needs`:", "such as `optuna`"), (
        ran.output
    )


@pytest.mark.nightly
def test_a_malformed_cell_is_told_all_the_same(project: ProjectDir) -> None:
    """Above and below a cell that rests."""
    broken = "```python continuation\n#| labl: a\n1\n```\n"
    project.write({"docs/practice.md": f"{NOTE}\n{broken}"})
    assert project.notewright("run").lines("unknown option `labl`")
    text = NOTE.replace(
        "```python continuation\n#| needs", f"{broken}\n```python continuation\n#| needs"
    )
    project.write({"docs/practice.md": text})
    ran = project.notewright("run")
    assert ran.status == 1 and ran.lines("unknown option `labl`")


def test_an_editor_is_told_which_cells_rest(project: ProjectDir) -> None:
    """At the first of them, with the reason; what can run is told as ever."""
    opened = Project(project.root)
    told = [(session.line, said) for session, said in stale(opened, opened.vault.notes[PRACTICE])]
    at = {line: said.partition(":")[0] for line, said in told}
    line = line_of(NOTE, "#| needs") - 1
    assert at == {line: "Not run here", 3: "Stale", line_of(NOTE, "on its own") - 1: "Stale"}


def test_the_playground_offers_what_can_run(project: ProjectDir) -> None:
    """A cell that rests cannot be run in its page, nor what continues it."""
    settings = Settings.from_options(project.root, project.root / "docs", {"playground": True})
    note = Vault.scan(settings).notes[PRACTICE]
    requests = Requests(settings, lambda page: note)
    headers = {"HTTP_" + guard.HEADER.upper().replace("-", "_"): requests.token}
    body = json.dumps({"page": "/"}).encode()
    environ = {
        "PATH_INFO": f"{MOUNT}open",
        "REQUEST_METHOD": "POST",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "HTTP_ORIGIN": "http://localhost",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **headers,
    }
    answer = requests.app(lambda *_: [])(environ, lambda *_: None)
    assert [cell["cell"] for cell in json.loads(b"".join(answer))["cells"]] == [1, 4]


def test_copies_of_the_page_say_so_too(project: ProjectDir) -> None:
    """Who reads the Markdown beside a page learns why there is no output."""
    assert project.build().status == 0
    copy = (project.root / "site/practice/index.html.md").read_text("utf-8")
    assert f"*{LINE}.*" in copy
