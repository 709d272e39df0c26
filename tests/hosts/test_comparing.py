"""`manifest`, `verify` and `diff`: what differs is told with old and new figures, and by status."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from projects import ProjectDir

pytestmark = pytest.mark.gate

NOTE = """\
# Seeds

```python
score = 0.638
print(f"pretrained {score:.3f} ± .072")
```

It is 0.638<!--= score -->.

```python
#| label: fig-line
#| fig-alt: "A line."
import matplotlib.pyplot as plt

plt.plot([1, 2, 3], [1, 2, 3.5]);
```
"""
OTHER = "# Other\n\n```python\nprint('the same')\n```\n"
GIT = ("git", "-c", "user.name=a", "-c", "user.email=a@example.org")


@pytest.fixture
def vault(tmp_path: Path) -> ProjectDir:
    """Two notes in a repository, committed."""
    project = ProjectDir(tmp_path / "vault")
    project.configure()
    project.write({"docs/seeds.md": NOTE, "docs/other.md": OTHER, ".gitignore": ".notewright\n"})
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run([*GIT, *words], cwd=project.root, check=True)
    return project


def edit(vault: ProjectDir, old: str = "0.638", new: str = "0.597") -> None:
    path = vault.root / "docs" / "seeds.md"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


@pytest.mark.nightly
def test_verify_says_that_all_is_the_same(vault: ProjectDir) -> None:
    """And its status is 0."""
    assert vault.notewright("manifest", "m.json").status == 0
    done = vault.notewright("verify", "m.json")
    assert done.status == 0
    assert "all 2 notes are identical" in done.output
    assert done.lines("m.json: made on", "Python")


@pytest.mark.nightly
def test_verify_names_the_note_and_shows_old_and_new(vault: ProjectDir) -> None:
    """By how much, with both figures one below the other, and a status that CI sees."""
    vault.notewright("manifest", "m.json")
    edit(vault)
    done = vault.notewright("verify", "m.json")
    assert done.status == 1
    assert done.lines("docs/seeds.md: 1 of 2 cells differ")
    assert done.lines("1 of 2 numbers differs, by up to 6.4 %: 0.638 → 0.597")
    assert done.lines("- pretrained 0.638 ± .072") and done.lines("+ pretrained 0.597 ± .072")
    assert done.lines("value: `score`")
    assert "docs/other.md" not in done.output
    assert done.lines("1 of 2 notes differ, in 1 cell")


@pytest.mark.nightly
def test_a_manifest_is_the_same_bytes_each_time(vault: ProjectDir) -> None:
    """Records may be made anew in between."""
    vault.notewright("manifest", "one.json")
    for path in (vault.root / ".notewright" / "records").iterdir():
        path.unlink()
    vault.notewright("manifest", "two.json")
    one, two = ((vault.root / name).read_bytes() for name in ("one.json", "two.json"))
    assert one == two
    assert vault.notewright("manifest", "-").output.encode() == one


@pytest.mark.nightly
def test_verify_compares_a_site(vault: ProjectDir) -> None:
    """Its pages, prose and outputs and figures, whoever built it."""
    assert vault.build().status == 0
    assert vault.notewright("manifest", "--site", "site", "s.json").status == 0
    assert vault.notewright("verify", "s.json", "--site", "site").status == 0
    page = vault.root / "site" / "seeds" / "index.html"
    html = page.read_text("utf-8")
    moved = re.sub(r"L (\d+)\.", lambda found: f"L {int(found[1]) + 1}.", html, count=1)
    page.write_text(moved.replace(">0.638</span>", ">0.639</span>"), "utf-8")
    done = vault.notewright("verify", "s.json", "--site", "site")
    assert done.status == 1
    assert done.lines("seeds/index.html")
    assert done.lines("only in the last digit: 0.638 → 0.639")
    assert done.lines("figure: the figure differs in", "coordinates, by up to 1 pt")


@pytest.mark.nightly
def test_diff_runs_a_commit_and_leaves_the_repository_alone(vault: ProjectDir) -> None:
    """A reviewer's `notewright diff main`: without a checkout, and the vault stays as it is."""
    edit(vault)
    vault.write({"docs/new.md": "# New\n\n```python\nprint(1)\n```\n"})
    before = sorted(path.name for path in (vault.root / ".git").rglob("*"))
    done = vault.notewright("diff", "main")
    assert done.status == 1
    assert done.lines("docs/new.md: the note is new")
    assert done.lines("its code was edited")
    assert done.lines("- pretrained 0.638") and done.lines("+ pretrained 0.597")
    assert sorted(path.name for path in (vault.root / ".git").rglob("*")) == before
    assert "0.597" in (vault.root / "docs" / "seeds.md").read_text("utf-8")


@pytest.mark.nightly
def test_what_ran_at_a_commit_is_recorded(vault: ProjectDir) -> None:
    """A second look runs nothing, and neither does one that goes back to that commit."""
    assert vault.notewright("run").counts == (3, 0, 0)
    assert vault.notewright("diff").status == 0
    edit(vault)
    assert vault.notewright("diff").status == 1
    edit(vault, "0.597", "0.638")
    assert vault.notewright("run").counts[0] == 0


@pytest.mark.nightly
def test_diff_compares_manifests_state_directories_and_projects(vault: ProjectDir) -> None:
    """Any two states, however they are kept."""
    assert vault.notewright("--state-dir", "kept", "run").status == 0
    vault.notewright("manifest", "m.json")
    assert vault.notewright("diff", "kept", "m.json").status == 0
    assert vault.notewright("diff", ".", "m.json").status == 0
    edit(vault, "[1, 2, 3.5]", "[1, 2, 3.2]")
    vault.notewright("manifest", "n.json")
    done = vault.notewright("diff", "m.json", "n.json")
    assert done.status == 1 and done.lines("(fig-line)") and done.lines("figure:")


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("verify", "gone.json"), "cannot read gone.json. Create it with `notewright manifest"),
        (("verify", "mkdocs.yml"), "mkdocs.yml is not a manifest"),
        (("diff", "no-such-branch"), "`no-such-branch` is not a commit, a manifest or a folder"),
        (("diff", "--", "--output=x"), "is not a commit"),
        (("diff", "docs"), "docs is neither a project nor a state folder"),
        (("verify", "m.json", "--site", "docs"), "no pages in docs"),
    ],
)
def test_what_cannot_be_said_has_a_status_of_its_own(
    vault: ProjectDir, words: tuple[str, ...], said: str
) -> None:
    """It is neither "the same" nor "differs", and names what to do."""
    vault.notewright("manifest", "m.json")
    done = vault.notewright(*words)
    assert done.status == 2 and said in done.output and "Traceback" not in done.output


@pytest.mark.parametrize(
    "file", ["docs/index.md", pytest.param("mkdocs.yml", marks=pytest.mark.nightly)]
)
@pytest.mark.parametrize(
    "words",
    [
        ("manifest", "{}"),
        ("records", "export", "{}"),
        ("verify", "m.json", "--html", "{}"),
        ("export", "index", "--output", "a.html"),
    ],
)
def test_no_command_writes_over_a_note(
    vault: ProjectDir, words: tuple[str, ...], file: str
) -> None:
    """Other commands name a note in that place; and a manifest is written over one of before."""
    assert vault.notewright("manifest", "m.json").status == 0
    vault.write({"docs/index.md": "# Home\n", "a.html": "# No page\n"})
    before = {name: (vault.root / name).read_bytes() for name in (file, "a.html")}
    done = vault.notewright(*(word.format(file) for word in words))
    assert done.status != 0 and done.lines("already exists and is a different kind of file"), (
        done.output
    )
    assert {name: (vault.root / name).read_bytes() for name in before} == before
    assert vault.notewright("manifest", "m.json").status == 0


def test_a_manifest_is_of_all_notes(vault: ProjectDir) -> None:
    """Who names a note for it is told, and finds no file of that name."""
    vault.write({"docs/index.md": "# Home\n"})
    done = vault.notewright("manifest", "index")
    assert done.status == 1 and done.lines("`index` is a note", "Use index.json")
    assert not (vault.root / "index").exists()
    assert vault.notewright("manifest", "index.json").status == 0


@pytest.mark.nightly
def test_a_site_and_records_are_not_compared(vault: ProjectDir) -> None:
    """Their texts are not of a kind."""
    vault.build()
    vault.notewright("manifest", "m.json")
    done = vault.notewright("verify", "m.json", "--site", "site")
    assert (
        done.status == 2 and "m.json was created from records, but site from a site" in done.output
    )


@pytest.mark.nightly
def test_a_cell_that_fails_is_a_difference(vault: ProjectDir) -> None:
    """It has nothing to show, and says why; a manifest of it is no success either."""
    vault.notewright("manifest", "m.json")
    edit(vault, "score = 0.638", "score = missing")
    done = vault.notewright("verify", "m.json")
    assert done.status == 1 and done.lines("NameError: name 'missing' is not defined")
    assert vault.notewright("manifest", "n.json").status == 1


def test_with_execution_off_nothing_runs(vault: ProjectDir) -> None:
    """Neither now nor at a commit: there are only records."""
    vault.write({"docs/evil.md": "# Evil\n\n```python\nopen('ran', 'w').close()\n```\n"})
    subprocess.run([*GIT, "add", "-A"], cwd=vault.root, check=True)
    subprocess.run([*GIT, "commit", "-qm", "two"], cwd=vault.root, check=True)
    assert vault.notewright("diff", "HEAD", NOTEWRIGHT_EXECUTE="0").status == 0
    assert vault.notewright("manifest", "m.json", NOTEWRIGHT_EXECUTE="0").status == 0
    assert vault.notewright("verify", "m.json", NOTEWRIGHT_EXECUTE="0").status == 0
    assert not list(vault.root.rglob("ran"))


def test_a_commit_cannot_switch_execution_on(vault: ProjectDir) -> None:
    """A project that runs nothing runs nothing of a branch or of another folder either."""
    vault.write({"docs/evil.md": "# Evil\n\n```python\nopen('ran', 'w').close()\n```\n"})
    subprocess.run([*GIT, "add", "-A"], cwd=vault.root, check=True)
    subprocess.run([*GIT, "commit", "-qm", "executes"], cwd=vault.root, check=True)
    vault.configure({"execute": False})
    assert vault.notewright("diff", "HEAD").status == 0
    assert not (vault.root / ".notewright" / "records").exists()


def test_a_hostile_manifest_moves_no_cursor(vault: ProjectDir) -> None:
    """What a stranger's file says is shown as text."""
    vault.write({"docs/seeds.md": "# A\n\n```python\nprint('\\x1b[2J')\n```\n"})
    vault.notewright("manifest", "m.json")
    vault.write({"docs/seeds.md": "# A\n\n```python\nprint('b')\n```\n"})
    done = vault.notewright("verify", "m.json")
    assert done.status == 1 and "\x1b" not in done.output


@pytest.mark.nightly
def test_killed_half_way_leaves_what_was_there(vault: ProjectDir) -> None:
    """The old manifest or the new one, never a part; and the next command works."""
    vault.notewright("manifest", "m.json")
    old = (vault.root / "m.json").read_bytes()
    edit(vault)
    for delay in (0.2, 0.5, 0.8, 1.2, 1.6):
        for words in (["manifest", "m.json"], ["diff", "main", "--html", "d.html"]):
            started = vault.start("-m", "notewright", *words)
            time.sleep(delay)
            os.killpg(started.pid, signal.SIGKILL)
            started.communicate()
            now = (vault.root / "m.json").read_bytes()
            assert now == old or (b"0.597" in now and now.endswith(b"}\n"))
            page = vault.root / "d.html"
            assert not page.exists() or page.read_text("utf-8").endswith("</html>\n")
    assert vault.notewright("manifest", "m.json").status == 0
    assert vault.notewright("verify", "m.json").status == 0


FRAMES = """\
# Frames

```python
#| vary: {k: [1, 2, 3]}
#| vary-caption: "{k} is shown"
from helper import shown

print(shown(k))
```
"""


@pytest.mark.nightly
def test_a_frame_that_shows_something_else_is_a_difference(vault: ProjectDir) -> None:
    """Also one that no page shows first; it is named by its value."""
    vault.write({"docs/frames.md": FRAMES, "helper.py": "def shown(k):\n    return k\n"})
    assert vault.notewright("manifest", "m.json").status == 0
    assert vault.notewright("verify", "m.json").status == 0
    vault.write({"helper.py": "def shown(k):\n    return k + k // 3\n"})
    done = vault.notewright("verify", "m.json")
    assert done.status == 1
    assert done.lines("text: `k = 3`: 1 of 1 number differs")
    assert not done.lines("`k = 2`")
