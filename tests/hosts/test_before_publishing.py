"""`notewright diff --published`: what readers would see otherwise, in words."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from projects import ProjectDir

pytestmark = pytest.mark.gate

GIT = ("git", "-c", "user.name=a", "-c", "user.email=a@example.org")
SCORE = "```python\nscore = {}\nprint('score', score)\n```\n\nIt is {}<!--= score -->.\n"
NOTES = {
    "docs/a.md": "---\ntags: [one]\nsecret: sesame\n---\n# A\n\n" + SCORE.format(0.94, 0.94),
    "docs/b.md": "# B\n\n```python\nscore = 0.94\nprint('score', score)\n```\n",
    "docs/c.md": "# C\n\nWords.\n",
    "docs/d.md": "# D\n",
    "docs/mine.md": "---\npublish: false\n---\n# Mine\n\nPrivate words.\n",
    "docs/later.md": "---\ndraft: true\n---\n# Later\n",
    ".gitignore": ".notewright\n",
}


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """Notes in a repository, of which two are private."""
    made = ProjectDir(tmp_path / "vault")
    made.configure()
    made.write(NOTES)
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run([*GIT, *words], cwd=made.root, check=True)
    return made


def change(project: ProjectDir, name: str, old: str, new: str) -> None:
    """Edit a note."""
    path = project.root / "docs" / name
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def test_nothing_would_change(project: ProjectDir) -> None:
    """The status says so, and private notes are named all the same."""
    done = project.notewright("diff", "--published")
    assert done.status == 0, done.output
    assert done.output.splitlines() == [
        "Nothing would change for readers.",
        "Private notes (not published): 2",
        "  docs/later.md: it is a draft (`draft: true`)",
        "  docs/mine.md: it has `publish: false`",
    ]


@pytest.mark.nightly
def test_each_change_is_said_once(project: ProjectDir) -> None:
    """Pages, words, properties and numbers; the number with all its notes."""
    change(project, "a.md", "0.94", "0.91")
    change(project, "a.md", "[one]", "[one, two]")
    change(project, "a.md", "sesame", "other")
    change(project, "b.md", "0.94", "0.91")
    change(project, "b.md", "# B", "# Bee")
    change(project, "c.md", "Words.", "Words.\n\nMore %%not for readers%%.")
    (project.root / "docs/d.md").unlink()
    project.write({"docs/e.md": "# E\n"})
    done = project.notewright("diff", "--published", "HEAD")
    assert done.status == 1, done.output
    assert done.output.splitlines() == [
        "New pages: 1",
        "  docs/e.md: E",
        "Removed pages: 1",
        "  docs/d.md: D",
        "Changed pages: 3",
        "  docs/a.md: 2 lines added, 2 removed; `tags` changes from `['one']` to `['one', 'two']`",
        "  docs/b.md: the title changes from `B` to `Bee`; 2 lines added, 2 removed",
        "  docs/c.md: 1 line added, 0 removed",
        "Numbers: 1",
        "  0.94 changes to 0.91 in 2 notes: docs/a.md, docs/b.md",
        "Private notes (not published): 2",
        "  docs/later.md: it is a draft (`draft: true`)",
        "  docs/mine.md: it has `publish: false`",
    ]


def test_what_was_private_stands_out(project: ProjectDir) -> None:
    """A page that comes of a private note, and one that becomes private; no word of it else."""
    change(project, "mine.md", "publish: false", "publish: true")
    change(project, "c.md", "# C", "---\npublish: false\n---\n# C")
    done = project.notewright("diff", "--published")
    assert done.lines("  docs/mine.md: Mine — previously private"), done.output
    assert done.lines("  docs/c.md: C — it has `publish: false`")
    assert "Private words" not in done.output


@pytest.mark.nightly
def test_figures_and_other_outputs_are_told(project: ProjectDir) -> None:
    """With the place of their cell."""
    change(project, "b.md", "print('score', score)", "print('points', score)")
    done = project.notewright("diff", "--published")
    assert done.lines("Other outputs: 1") and done.lines("  docs/b.md:3: the text differs")


@pytest.mark.nightly
def test_it_compares_with_what_was_pushed(project: ProjectDir, tmp_path: Path) -> None:
    """The branch that is followed, if there is one; else the last commit."""
    for words in (
        ["init", "-q", "--bare", str(tmp_path / "host")],
        ["remote", "add", "host", str(tmp_path / "host")],
        ["push", "-q", "-u", "host", "main"],
    ):
        subprocess.run([*GIT, *words], cwd=project.root, check=True)
    change(project, "c.md", "Words.", "Other words.")
    subprocess.run([*GIT, "commit", "-qam", "two"], cwd=project.root, check=True)
    assert project.notewright("diff", "--published").lines("docs/c.md: 1 line added, 1 removed")
    assert project.notewright("diff", "--published", "HEAD").status == 0


@pytest.mark.parametrize("words", [["HEAD", "main"], ["--html", "a.html"], ["nowhere"]])
def test_what_cannot_be_said_is_told(project: ProjectDir, words: list[str]) -> None:
    """With the status of that."""
    done = project.notewright("diff", "--published", *words)
    assert done.status == 2 and "Traceback" not in done.output


def test_all_pages_are_listed_where_nothing_is_published(tmp_path: Path) -> None:
    """Commits that back up a vault publish nothing, as long as none has a site."""
    vault = ProjectDir(tmp_path / "v")
    vault.write({"n.md": "# N\n", "s.md": "---\npublish: false\n---\n"})
    assert vault.notewright("init").status == 0
    alone = vault.notewright("diff", "--published")
    commits = (["init", "-q"], ["add", "n.md"], ["commit", "-qm", "backup"])
    for words in commits:
        subprocess.run([*GIT, *words], cwd=vault.root, check=True)
    backed_up = vault.notewright("diff", "--published")
    for said in (alone, backed_up):
        assert said.status == 1, said.output
        assert said.output.splitlines() == [
            "Nothing is published yet. 3 pages would be published:",
            "  first-run.md: First run",
            "  index.md: v",
            "  n.md: N",
            "Private notes (not published): 1",
            "  s.md: it has `publish: false`",
        ]
    for words in (["add", "-A"], ["commit", "-qm", "site"]):
        subprocess.run([*GIT, *words], cwd=vault.root, check=True)
    assert vault.notewright("diff", "--published").lines("Nothing would change")
