"""What the system does not let us read or write is told, in the same words by each command."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from file_modes import ObedientProject
from projects import ProjectDir, Result

pytestmark = pytest.mark.gate

COMMANDS: dict[str, Callable[[ProjectDir], Result]] = {
    "check": lambda project: project.notewright("check"),
    "build": lambda project: project.build(),
    "pytest": lambda project: project.pytest("-q"),
}
CLOSED = "docs/closed:1: cannot read the folder: Permission denied. Change its permissions"


@contextmanager
def mode(path: Path, bits: int) -> Iterator[None]:
    """Give a file or folder another mode for a while."""
    before = path.stat().st_mode & 0o777
    path.chmod(bits)
    try:
        yield
    finally:
        path.chmod(before)


@pytest.fixture
def project(tmp_path: Path) -> ObedientProject:
    """A vault with a note in a folder."""
    made = ObedientProject(tmp_path)
    made.configure()
    made.write({"docs/index.md": "# Home\n", "docs/closed/deep/note.md": "# Note\n"})
    return made


@pytest.mark.nightly
@pytest.mark.parametrize("bits", [0o000, 0o444])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_that_cannot_be_read_is_told(
    project: ObedientProject, command: str, bits: int
) -> None:
    """Once, by its name: nothing in it can pass for right."""
    with mode(project.root / "docs/closed", bits):
        told = COMMANDS[command](project)
    assert told.status == 1, told.output
    assert "Traceback" not in told.output and "Error:" not in told.output, told.output
    assert len([line for line in told.lines(CLOSED) if "FAILED" not in line]) == 1, told.output
    assert not told.lines("docs/closed/"), told.output


@pytest.mark.nightly
@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_that_is_set_aside_may_be_closed(project: ObedientProject, command: str) -> None:
    """Nobody wants to read it."""
    project.configure(exclude_docs="closed/\n")
    with mode(project.root / "docs/closed", 0o000):
        told = COMMANDS[command](project)
    assert told.status == 0, told.output


def test_a_vault_that_cannot_be_read_is_told(project: ObedientProject) -> None:
    """It holds notes, as far as anybody knows."""
    with mode(project.root / "docs", 0o000):
        told = project.notewright("check")
    assert told.status == 1
    assert told.lines("docs:1: cannot read the folder: Permission denied"), told.output


UNREAD = (
    "docs/nowhere.md:1: a broken symbolic link",
    "docs/nowhere.png:1: a broken symbolic link",
    "docs/folder.md:1: a folder with a note's name",
    "docs/pipe.md:1: neither a file nor a folder",
    "docs/closed/pipe.txt:1: neither a file nor a folder",
)
LOOP = "docs/loop:1: a symbolic link to a file outside the vault"


@pytest.fixture
def strange(project: ObedientProject) -> ObedientProject:
    """The vault with what no command reads."""
    docs = project.root / "docs"
    for name in ("nowhere.md", "nowhere.png"):
        (docs / name).symlink_to("gone.md")
    project.write({"docs/folder.md/inner.md": "# Inner\n"})
    for name in ("pipe.md", "closed/pipe.txt"):
        os.mkfifo(docs / name)
    return project


@pytest.mark.nightly
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("is_linked", [False, True])
def test_what_is_not_read_is_told(
    strange: ObedientProject, command: str, *, is_linked: bool
) -> None:
    """Once by each command, in the same words, and all in one round."""
    if is_linked:
        (strange.root / "docs/loop").symlink_to("..")
    told = COMMANDS[command](strange)
    assert told.status == 1
    for place in (*UNREAD, *([LOOP] if is_linked else [])):
        said = f"{place}, so it is neither read nor published. Remove it"
        assert len([line for line in told.lines(said) if "FAILED" not in line]) == 1, told.output


@pytest.mark.nightly
@pytest.mark.parametrize("command", COMMANDS)
def test_links_in_hidden_folders_are_left_alone(
    project: ObedientProject, command: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Tools keep some in vaults; nothing there is published, and MkDocs would go round for ever."""
    docs, outside = project.root / "docs", tmp_path_factory.mktemp("outside")
    (outside / "far.txt").write_text("far away")
    project.write({"docs/.agents/skills/near/SKILL.md": "# A skill\n"})
    (docs / ".claude/skills").mkdir(parents=True)
    (docs / ".claude/skills/near").symlink_to("../../.agents/skills/near")
    (docs / ".claude/skills/far").symlink_to(outside)
    for name in (".claude/round", ".claude/again", ".round"):
        (docs / name).symlink_to(docs)
    told = COMMANDS[command](project)
    assert told.status == 0 and "symbolic" not in told.output, told.output
    names = {path.name for path in (project.root / "site").rglob("*")}
    assert not names & {"SKILL", "SKILL.md", "far.txt", ".claude"}


@pytest.mark.nightly
def test_pytest_tells_what_is_asked_for(strange: ObedientProject) -> None:
    """Of one note, of a folder with a note's name, and of nothing that is to be ignored."""
    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert strange.command(*words, "docs/index.md").lines("1 passed in")
    assert strange.command(*words, "docs/folder.md").lines("1 failed, 1 passed in")
    ignored = ("--ignore=docs/pipe.md", "--ignore-glob=*/nowhere.*", "--ignore=docs/closed")
    assert strange.command(*words, *ignored).lines("1 failed, 2 passed in")


def test_a_site_is_made_where_there_is_room_for_it_alone(project: ObedientProject) -> None:
    """Nothing can be written beside it: it is made in its place."""
    assert project.notewright("build").status == 0
    project.write({"docs/index.md": "# Another home\n"})
    with mode(project.root, 0o555):
        told = project.notewright("build")
    assert told.status == 0, told.output
    assert "Another home" in project.page("index")


@pytest.mark.parametrize("closed", ["site", ""])
def test_a_site_that_cannot_be_written_is_told(project: ObedientProject, closed: str) -> None:
    """By the name of what cannot be written, with what can be done, and no traceback."""
    if closed:
        assert project.notewright("build").status == 0
    project.write({"docs/closed/deep/note.md": "# Another note\n"})
    with mode(project.root, 0o555), mode(project.root / closed, 0o555):
        told = project.notewright("build")
    assert told.status == 1
    assert "Traceback" not in told.output, told.output
    said = "Permission denied. Grant write access, or choose another folder with `--site-dir`"
    (line,) = told.lines(said)
    assert line.startswith(f"notewright: cannot write {project.root / 'site'}"), line


WRITERS = (["check"], ["run", "--json"], ["index"], ["list"], ["--help"])


def with_streams(project: ProjectDir, words: list[str], streams: str, **variables: str) -> Result:
    """What a command says when a shell gives it other streams."""
    program = Path(sys.executable).with_name("notewright")
    command = f"{shlex.join([str(program), *words])} {streams}"
    run = "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1], shell=True))"
    return project.command("-c", run, command, **variables)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here is always full")
@pytest.mark.parametrize("words", WRITERS, ids=" ".join)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_output_without_room_is_one_clear_error(
    project: ObedientProject, words: list[str], unbuffered: str
) -> None:
    """Whether all is written at the end, or each part at once."""
    if words == ["--help"] and unbuffered:
        pytest.skip("argparse passes over what it cannot write")
    told = with_streams(project, words, ">/dev/full", PYTHONUNBUFFERED=unbuffered)
    assert told.output == (
        "notewright: cannot write the output: No space left on device. "
        "Free some space, or redirect the output elsewhere\n"
    )
    assert told.status == 1


@pytest.mark.parametrize("words", WRITERS, ids=" ".join)
@pytest.mark.parametrize("streams", [">&-", ">&- 2>&-"])
def test_a_command_without_an_output_does_its_work(
    project: ObedientProject, words: list[str], streams: str
) -> None:
    """Its status says how it went; no file takes the place of the output."""
    told = with_streams(project, words, streams)
    assert told.status == 0, told.output
    assert told.output == "", told.output


@pytest.mark.parametrize("start", [["notewright"], ["mkdocs"]])
def test_a_port_that_none_can_have_is_told(project: ObedientProject, start: list[str]) -> None:
    """With the address, and one that can be had."""
    told = project.command("-m", *start, "serve", "-a", "localhost:99999")
    assert told.status == 1
    assert "Traceback" not in told.output, told.output
    (line,) = told.lines("cannot listen on localhost:99999: port numbers range from 0 to 65535")
    assert "`--dev-addr localhost:8000`" in line
