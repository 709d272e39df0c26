"""The moment of a build: declared, or that of the last commit, and never a clock's."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from projects import ProjectDir, clean_environment

from notewright.settings import Settings
from notewright.vault.moments import moment_of


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProjectDir:
    """A base that shows the moment; nothing declares one."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    found = ProjectDir(tmp_path)
    found.configure(theme={"name": "material", "font": False})
    base = "filters: file.name == 'index'\nformulas: {at: now()}\nviews: [{order: [formula.at]}]\n"
    found.write(
        {"docs/index.md": "# Home\n", "docs/all.base": base, ".gitignore": "site\n.notewright\n"}
    )
    return found


def commit(project: ProjectDir, date: str) -> None:
    """Commit all as it is, at a date."""
    named = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-q", "--allow-empty", "-m", "x")):
        command = ["git", *named, *words]
        subprocess.run(command, cwd=project.root, env=clean_environment() | dates, check=True)


def test_the_last_commit_is_the_moment(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless another one is declared; a stranger's directory is not asked."""
    settings = Settings.load(project.root)
    assert moment_of(settings) is None
    commit(project, "2024-02-29T12:00:00+02:00")
    assert moment_of(settings) == datetime(2024, 2, 29, 10, tzinfo=UTC)
    assert moment_of(replace(settings, execute=False)) is None
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert moment_of(settings) == datetime(1970, 1, 2, tzinfo=UTC)
    monkeypatch.setenv("PATH", "")
    assert moment_of(settings) == datetime(1970, 1, 2, tzinfo=UTC)
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert moment_of(settings) is None


@pytest.mark.gate
def test_a_commit_makes_anew_what_shows_the_moment(project: ProjectDir) -> None:
    """Though no file changed; without a commit it is told what to do."""
    assert project.build().status == 0
    remedy = (
        "the current time is not available, because pages must be reproducible. Commit "
        "the notes, or set `SOURCE_DATE_EPOCH`"
    )
    assert remedy in project.page("all.base")
    for date in ("2024-02-29T12:00:00Z", "2024-03-01T12:00:00Z"):
        commit(project, date)
        for _ in range(2):
            assert project.build().status == 0
            assert f'datetime="{date[:-1]}"' in project.page("all.base")
