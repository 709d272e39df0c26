"""What is confined writes where it may and nowhere else, whatever it tries."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.run.worker import confinement
from notewright.run.worker.confinement import Places, confine, is_possible

pytestmark = pytest.mark.skipif(not is_possible(), reason="needs Landlock: Linux 5.19 or later")


def apart(act: Callable[[], None]) -> int:
    """Do something in a process of its own; its exit status."""
    pid = os.fork()
    if pid == 0:
        status = 1
        with contextlib.suppress(BaseException):
            act()
            status = 0
        os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def by_shell(command: str) -> Callable[[Path], None]:
    """A way to write that a child goes."""

    def act(place: Path) -> None:
        subprocess.run(command, shell=True, cwd=place, check=True, stderr=subprocess.PIPE)

    return act


WAYS: dict[str, Callable[[Path], object]] = {
    "makes": lambda place: (place / "new").write_text("x"),
    "replaces": lambda place: (place / "old").write_text("x"),
    "appends": lambda place: (place / "old").open("a").close(),
    "changes": lambda place: (place / "old").open("r+").close(),
    "cuts": lambda place: os.truncate(place / "old", 0),
    "removes": lambda place: (place / "old").unlink(),
    "renames": lambda place: (place / "old").rename(place / "new"),
    "moves in": lambda place: (place.parent / "free/old").rename(place / "moved"),
    "moves out": lambda place: (place / "old").rename(place.parent / "free/moved"),
    "links": lambda place: (place / "new").hardlink_to(place.parent / "free/old"),
    "points": lambda place: (place / "new").symlink_to("old"),
    "makes a folder": lambda place: (place / "new").mkdir(),
    "removes a folder": lambda place: (place / "empty").rmdir(),
    "makes a pipe": lambda place: os.mkfifo(place / "new"),
    "a child makes": by_shell("echo x > new"),
    "a child removes": by_shell("rm old"),
    "a child goes back": by_shell("cd / && cd - && mv old new"),
}


def folder(path: Path) -> Path:
    """A folder with a file and an empty folder."""
    shutil.rmtree(path, ignore_errors=True)
    (path / "empty").mkdir(parents=True)
    (path / "old").write_text("old")
    return path


def state(path: Path) -> dict[str, str]:
    """All that stands in a folder."""
    return {
        str(each.relative_to(path)): each.read_text() if each.is_file() else ""
        for each in path.rglob("*")
    }


@pytest.mark.parametrize("version", [2, 3, 7])
@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_written_but_where_it_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, version: int
) -> None:
    """By no call and no child; in the open folder each of them succeeds."""
    if way == "cuts" and version < 3:
        pytest.skip("an older kernel does not keep files from being cut")
    monkeypatch.setattr(confinement, "_version", lambda: version)
    free, closed = folder(tmp_path / "free"), folder(tmp_path / "closed")
    before = state(closed)

    def act(place: Path) -> Callable[[], None]:
        def inside() -> None:
            assert confine([str(free)])
            WAYS[way](place)

        return inside

    assert apart(act(closed)) == 1
    assert state(closed) == before
    folder(free / "free")  # beside which the open place stands
    assert apart(act(folder(free / "place"))) == 0


def test_all_may_be_read_and_run(tmp_path: Path) -> None:
    """Only writing is kept in."""
    (tmp_path / "data").write_text("x")

    def act() -> None:
        assert confine([])
        assert (tmp_path / "data").read_text() == "x"
        assert os.listdir(tmp_path) == ["data"]  # noqa: PTH208
        subprocess.run([sys.executable, "-c", "1"], check=True)

    assert apart(act) == 0


PARTS = st.lists(st.sampled_from(["a", "b", "..", ".", "link", "ab"]), max_size=5)


@pytest.mark.gate
@given(PARTS, PARTS)
def test_places_agree_with_the_kernel(
    tmp_path_factory: pytest.TempPathFactory, declared: list[str], tried: list[str]
) -> None:
    """What is told as refused is what the kernel refuses, through links and dots as well."""
    root = tmp_path_factory.mktemp("places")
    for name in ("a/a", "a/b", "b/a", "b/b", "ab"):
        (root / "r" / name).mkdir(parents=True)
    for place in ("r", "r/a"):
        (root / place / "link").symlink_to(root / "r/b")
    folder = str(root / "r" / "/".join(declared))
    file = str(root / "r" / "/".join(tried) / "file")

    def act() -> None:
        confine([folder])
        Path(file).write_text("x")

    is_told = os.path.isdir(folder) and Places([folder]).allow(file)  # noqa: PTH112
    is_there = os.path.isdir(os.path.dirname(file))  # noqa: PTH112, PTH120
    assert (apart(act) == 0) == (is_told and is_there)
