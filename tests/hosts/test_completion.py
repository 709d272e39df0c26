"""Completion: what bash offers after the script was read, and scripts that the shells can read."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from projects import ProjectDir

TRY = """
source "$1"; shift
handler=$(complete -p notewright | sed 's/.*-F \\([^ ]*\\).*/\\1/')
while [ $# -gt 0 ]; do
  read -ra COMP_WORDS <<< "$1"
  [ "${1: -1}" != " " ] || COMP_WORDS+=("")
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
  $handler; echo "${COMPREPLY[@]}"; shift
done
"""


@pytest.fixture
def bash(tmp_path: Path) -> Path:
    """The script for bash, in a folder with a note."""
    project = ProjectDir(tmp_path)
    (tmp_path / "note.md").write_text("# A\n", "utf-8")
    script = tmp_path / "script.sh"
    script.write_text(project.notewright("completion", "bash").output, "utf-8")
    return script


@pytest.mark.skipif(not shutil.which("bash"), reason="reads the script in bash")
def test_bash_offers_what_may_be_typed(bash: Path) -> None:
    """Commands, their options, their own commands, and names of files."""
    typed = {
        "notewright ch": {"check"},
        "notewright check --s": {"--sarif", "--save-ranges"},
        "notewright records ": {"export", "import", "prune"},
        "notewright completion ": {"bash", "zsh", "fish", "tcsh", "powershell"},
        "notewright run --wa": {"--watch"},
        "notewright why no": {"note.md"},
        "notewright nothing": set(),
    }
    done = subprocess.run(
        ["bash", "-c", TRY, "bash", str(bash), *typed],
        cwd=bash.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    offered = [set(line.split()) for line in done.stdout.split("\n")[:-1]]
    assert dict(zip(typed, offered, strict=True)) == typed, done.stderr


@pytest.mark.gate
def test_each_shell_has_a_script(tmp_path: Path) -> None:
    """It needs no project, is the same each time, and an unknown shell is refused."""
    project = ProjectDir(tmp_path)
    for shell in ("bash", "zsh", "fish", "tcsh", "powershell"):
        first, second = (project.notewright("completion", shell) for _ in range(2))
        assert first.status == 0 and first == second and "notewright" in first.output
        if shell != "powershell" and shutil.which(shell):  # which reads none without running it
            script = tmp_path / f"script.{shell}"
            script.write_text(first.output, "utf-8")
            subprocess.run([shell, "-n", str(script)], check=True)
    assert project.notewright("completion", "korn").status == 2
