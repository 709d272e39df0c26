"""The store and its locks: shared by processes, pruned by one rule, with nothing left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st
from projects import ProjectDir

from notewright.files import Locks, Store, replace_file

KEYS = [letter * 32 for letter in "abcdef01"]
LETTERS = st.lists(st.sampled_from(KEYS), max_size=12)


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()} if directory.is_dir() else set()


@given(st.dictionaries(st.sampled_from(KEYS), st.binary(max_size=200)), LETTERS, LETTERS)
def test_what_is_used_is_kept_and_the_rest_fits(
    tmp_path_factory, content: dict[str, bytes], loaded: list[str], limit: list[str]
) -> None:
    """Whatever is stored and used: nothing that was used goes, nothing else exceeds the limit."""
    directory = tmp_path_factory.mktemp("store")
    for age, (key, each) in enumerate(content.items(), start=1):
        Store(directory, ".x", 0).save(key, each)
        os.utime(directory / f"{key}.x", (time.time() - age, time.time() - age))
    most = 20 * len(limit)
    store = Store(directory, ".x", most)
    used = {key for key in loaded if store.load(key) is not None}
    assert used == set(loaded) & content.keys()
    store.prune()
    left = {name.removesuffix(".x") for name in names(directory)}
    assert used <= left <= content.keys()
    sizes = {key: len(content[key]) for key in left}
    assert left == used or sum(sizes.values()) <= most
    gone = [key for key in content if key not in left]
    # The oldest went first: the dictionary begins with the newest.
    older = [key for key in content if key not in used]
    assert gone == older[len(older) - len(gone) :]


KILLED = """
import os, signal, sys
from pathlib import Path
from notewright.files import replace_file

Path.replace = lambda *given: os.kill(os.getpid(), signal.SIGKILL)
replace_file(Path(sys.argv[1]), b"new", is_safe=True)
"""


def test_what_a_killed_process_left_beside_a_note_goes_with_the_next_edit(tmp_path: Path) -> None:
    """At once, if it surely runs no more; the file that another one writes just now stays."""
    note = tmp_path / "note.md"
    note.write_text("old")
    subprocess.run([sys.executable, "-c", KILLED, note], check=False)
    left = names(tmp_path) - {"note.md"}
    assert len(left) == 1 and note.read_text() == "old"
    (dead,) = left
    of_others = {
        dead.replace(f"-{dead.split('-')[2]}-", f"-{os.getpid()}-"),  # runs
        dead.replace(f"-{dead.split('-')[1]}-", "-00000000-"),  # of another machine
        ".notewright-abcdefgh.tmp",
    }
    for name in of_others:
        (tmp_path / name).write_text("")
    replace_file(note, b"newer", is_safe=True)
    assert names(tmp_path) == {"note.md", *of_others}
    for name in of_others:
        os.utime(tmp_path / name, (1, 1))  # as if it were a day old
    replace_file(note, b"newest", is_safe=True)
    assert names(tmp_path) == {"note.md"}


def test_what_does_not_fit_on_the_disk_is_made_again(tmp_path: Path) -> None:
    """A page that cannot be kept costs time, and nothing else."""
    (tmp_path / "file").write_text("in the way")
    Store(tmp_path / "file", ".x", 0).keep("a", b"content")
    assert Store(tmp_path / "file", ".x", 0).load("a") is None


def test_two_sessions_never_share_a_lock(tmp_path: Path) -> None:
    """Sessions of one build do not wait for each other, whatever their keys begin with."""
    locks = Locks(tmp_path)
    held = [locks.lock(f"ab{number}") for number in range(20)]
    for lock in held:
        lock.acquire(timeout=0)
    assert len(names(tmp_path)) == 20
    for lock in held:
        locks.release(lock)
    assert names(tmp_path) == set()


@pytest.mark.gate
def test_one_who_waits_gets_the_lock_whose_file_was_removed(tmp_path: Path) -> None:
    """Eight processes add to one number under one lock, and none of them is lost."""
    (tmp_path / "number").write_text("0")
    script = """
        import sys
        from pathlib import Path
        from notewright.files import Locks

        place = Path(sys.argv[1])
        for _ in range(25):
            locks = Locks(place / "locks")
            lock = locks.lock("key")
            lock.acquire()
            number = int((place / "number").read_text())
            (place / "number").write_text(str(number + 1))
            locks.release(lock)
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)]
    running = [subprocess.Popen(command) for _ in range(8)]
    assert [each.wait(timeout=120) for each in running] == [0] * 8
    assert (tmp_path / "number").read_text() == "200"
    assert names(tmp_path / "locks") == set()


def test_the_locks_of_killed_processes_are_removed_and_held_ones_stay(tmp_path: Path) -> None:
    """A lock file that nobody holds is rubbish."""
    locks = Locks(tmp_path)
    (tmp_path / f"{KEYS[0]}.lock").touch()
    held = FileLock(tmp_path / f"{KEYS[1]}.lock")
    held.acquire()
    locks.prune()
    assert names(tmp_path) == {f"{KEYS[1]}.lock"}
    held.release()


def test_only_files_of_ours_are_removed(tmp_path: Path) -> None:
    """What has another name than a key, or is no file, is somebody else's."""
    target = tmp_path / "target"
    target.mkdir()
    (target / "mine.json").write_text("mine")
    store = tmp_path / "store"
    store.mkdir()
    others = ["package.json", "a.json", "f" * 15 + ".json", "DATA.json", "x" * 32 + ".json"]
    for name in others:
        (store / name).write_text("mine")
    (store / f"{KEYS[0]}.json").symlink_to(target / "mine.json")
    (store / f"{KEYS[1]}.json").mkdir()
    os.mkfifo(store / f"{KEYS[2]}.json")
    (store / f"{KEYS[3]}.json").write_text("ours")
    before = names(store)
    Store(store, ".json", 0).prune()
    assert before - names(store) == {f"{KEYS[3]}.json"}
    assert (target / "mine.json").read_text() == "mine"


def test_what_cannot_be_ours_is_not_read_or_written_through(tmp_path: Path) -> None:
    """A link leads to somebody else's file, and a pipe never ends."""
    mine = tmp_path / "mine"
    mine.write_text("mine")
    store = Store(tmp_path, ".x", 0)
    (tmp_path / f"{KEYS[0]}.x").symlink_to(mine)
    (tmp_path / f"{KEYS[1]}.x").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / f"{KEYS[2]}.x")
    (tmp_path / f"{KEYS[3]}.x").mkdir()
    assert [store.load(key) for key in KEYS[:5]] == [None] * 5
    for key in KEYS[:3]:
        store.save(key, b"ours")
        assert store.load(key) == b"ours"
    assert mine.read_text() == "mine"


def test_a_lock_empties_no_file_that_a_link_names(tmp_path: Path) -> None:
    """The link is removed, not what it leads to."""
    mine = tmp_path / "mine"
    mine.write_text("mine")
    for key in KEYS[:2]:
        (tmp_path / f"{key}.lock").symlink_to(mine)
    locks = Locks(tmp_path)
    locks.prune()
    with locks.lock(KEYS[0]):
        pass
    assert mine.read_text() == "mine"


def test_what_users_wrote_is_on_the_disk_before_it_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that loses its power has the old file or the new one, and no empty one."""
    done: list[str] = []
    replace, fsync = Path.replace, os.fsync
    monkeypatch.setattr(os, "fsync", lambda file: [done.append("sync"), fsync(file)])
    monkeypatch.setattr(Path, "replace", lambda *names: [done.append("replace"), replace(*names)])
    note = tmp_path / "note.md"
    replace_file(note, b"new", is_safe=True)
    assert done == ["sync", "replace", "sync"], "the file, its name, and its folder"
    assert note.read_bytes() == b"new"


@pytest.mark.nightly
@pytest.mark.parametrize("command", ["accept", "fix", "rename", "new"])
def test_commands_that_write_notes_sync_them(tmp_path: Path, command: str) -> None:
    """Each of them writes what users wrote."""
    project = ProjectDir(tmp_path, warm=False)
    project.configure()
    cell = "```python\nprint(1)\n```\n\n```output\n```\n"
    project.write({"docs/a.md": f"---\naliases: [Also]\n---\n# A\n\n{cell}"})
    project.write({"docs/b.md": "[[Also]] [[a]]\n", "docs/templates/note.md": "# {{title}}\n"})
    project.write({"docs/.obsidian/templates.json": '{"folder": "templates"}'})
    words = {
        "accept": ("accept",),
        "fix": ("check", "--fix"),
        "rename": ("rename", "a", "c"),
        "new": ("new", "note", "N"),
    }[command]
    code = (
        "import os, sys; sync = os.fsync\n"
        "name = lambda file: os.readlink(f'/proc/self/fd/{file}')\n"
        "os.fsync = lambda file: [print('synced', name(file)), sync(file)]\n"
        "from notewright.hosts.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    said = project.command("-c", code, *words)
    assert said.lines("synced", f"{tmp_path}/docs"), said.output
