"""Changes are told once, at once where the kernel tells of them, and also where it does not."""

from __future__ import annotations

import errno
import os
import queue
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from watchdog.events import FileModifiedEvent, FileSystemEvent, FileSystemEventHandler

from notewright.hosts.mkdocs import observer
from notewright.hosts.mkdocs.observer import POLL, SELDOM, Observer, Trust

QUIET = 3 * POLL
"""Seconds after which nothing more comes: files were looked at twice."""


class Told(FileSystemEventHandler):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self._events: queue.Queue[FileSystemEvent] = queue.Queue()

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._events.put(event)

    def next(self) -> str:
        """The name of the file of the next event."""
        return Path(str(self._events.get(timeout=30).src_path)).name

    def rest(self) -> list[str]:
        """What comes until all is quiet."""
        time.sleep(QUIET)
        return [self.next() for _ in range(self._events.qsize())]


class Deaf:
    """An observer of a system that has nothing to observe with."""

    def schedule(self, *_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "inotify watch limit reached")

    start = schedule

    def unschedule_all(self) -> None: ...

    def stop(self) -> None: ...

    def is_alive(self) -> bool:
        return False


class Held(Deaf):
    """An observer that says what it is told to say, when it is told to."""

    def schedule(self, handler: FileSystemEventHandler, *_: object, **__: object) -> None:
        self._handler = handler

    def start(self) -> None: ...

    def tell(self, path: Path) -> None:
        """Say that a file changed."""
        self._handler.dispatch(FileModifiedEvent(str(path)))


@pytest.fixture(params=["with the kernel", "without it"])
def told(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Told]:
    """What is told of a folder."""
    (tmp_path / "a.md").write_text("one")
    handler = Told()
    seen = Observer() if request.param == "with the kernel" else Observer(Deaf)
    seen.schedule(handler, str(tmp_path), recursive=True)
    seen.start()
    time.sleep(POLL / 2)
    yield handler
    seen.stop()
    seen.join()


def _replace(path: Path, text: str) -> None:
    """Write a file in one step: one that is written in place has several states."""
    elsewhere = path.parent.with_name("elsewhere.md")
    elsewhere.write_text(text)
    elsewhere.replace(path)


def test_a_change_is_told_once(told: Told, tmp_path: Path) -> None:
    """Both observers see it; a build for each would be one too many."""
    _replace(tmp_path / "a.md", "another text")
    assert told.next() == "a.md"
    assert told.rest() == []


def test_what_comes_and_goes_is_told(told: Told, tmp_path: Path) -> None:
    """Files in new folders, files put in the place of others, and files that are removed."""
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "b.md").write_text("b")
    assert "b.md" in [told.next(), *told.rest()]
    (tmp_path / ".c").write_text("c, written as editors do")
    (tmp_path / ".c").replace(tmp_path / "a.md")
    assert {".c", "a.md"} & {told.next(), *told.rest()}
    (tmp_path / "a.md").unlink()
    assert "a.md" in [told.next(), *told.rest()]


def test_to_read_is_no_change(told: Told, tmp_path: Path) -> None:
    """Each build reads each note: it would begin the next."""
    for _ in range(3):
        (tmp_path / "a.md").read_text()
        list(tmp_path.iterdir())
    assert told.rest() == []


def test_the_kernel_tells_before_files_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A save does not wait for the next look."""
    monkeypatch.setattr(observer, "POLL", 1_000.0)
    handler, seen = Told(), Observer()
    seen.schedule(handler, str(tmp_path), recursive=True)
    seen.start()
    try:
        (tmp_path / "a.md").write_text("one")
        assert handler.next() == "a.md"
    finally:
        seen.stop()


def test_what_a_build_or_git_writes_is_no_news(told: Told, tmp_path: Path) -> None:
    """It lies in the vault, where that holds its own project; other hidden files count."""
    for name in (".notewright", ".notewright-site-x", ".git", ".venv", ".site"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "unheard.md").write_text("one")
    (tmp_path / ".obsidian").mkdir()
    (tmp_path / ".obsidian" / "app.json").write_text("{}")
    heard = [told.next()]
    assert heard == ["app.json"]
    (tmp_path / ".site" / "unheard.md").write_text("another")
    (tmp_path / "a.md").write_text("three")
    while heard[-1] != "a.md":
        heard.append(told.next())
    assert "unheard.md" not in [*heard, *told.rest()]


def test_what_editors_and_packages_write_is_no_news(told: Told, tmp_path: Path) -> None:
    """An `npm install` in `src` would build the site once for each of its files."""
    for name in ("node_modules", "__pycache__", "tool.egg-info", ".ruff_cache", ".obsidian"):
        (tmp_path / name).mkdir()
    unheard = (
        *("node_modules/a.js", "__pycache__/a.pyc", "tool.egg-info/PKG-INFO", ".ruff_cache/a"),
        *(".a.md.swp", "a.md~", "4913", ".#a.md", "#a.md#", ".obsidian/workspace.json"),
    )
    for name in unheard:
        (tmp_path / name).write_text("one")
    assert told.rest() == []
    (tmp_path / ".pages").write_text("nav: []")
    assert {told.next(), *told.rest()} == {".pages"}


ONE, TWO, THREE = ({"a.md": (at, 1, 1)} for at in (1, 2, 3))
"""What a note is after the first change of it, the second and the third."""


def test_where_the_kernel_tells_files_are_looked_at_seldom(tmp_path: Path) -> None:
    """Until it misses a change: then they are looked at often, for good."""
    trust = Trust()
    assert trust.pause(tmp_path) == POLL
    trust.note(tmp_path, ONE, by_kernel=False)  # before it has told anything, that says nothing
    trust.note(tmp_path, ONE, by_kernel=True)
    assert trust.pause(tmp_path) == trust.pause(tmp_path.parent) == SELDOM > POLL
    trust.note(tmp_path, TWO, by_kernel=False)
    trust.note(tmp_path, THREE, by_kernel=True)
    trust.note(tmp_path, THREE, by_kernel=True)
    assert trust.pause(tmp_path) == POLL


def test_a_look_at_many_files_is_followed_by_a_long_pause(tmp_path: Path) -> None:
    """Else a server of ten thousand notes would look at them half of the time."""
    trust = Trust()
    assert trust.pause(tmp_path, took=0.01) == POLL
    assert trust.pause(tmp_path, took=0.3) == pytest.approx(2.7)
    trust.note(tmp_path, ONE, by_kernel=True)
    assert trust.pause(tmp_path, took=0.3) == SELDOM
    assert trust.pause(tmp_path, took=1.0) == pytest.approx(9.0)


def test_a_look_may_come_before_the_kernel(tmp_path: Path) -> None:
    """Between a change and the word of it: looked at often for good, a server would never rest."""
    trust = Trust()
    trust.note(tmp_path, ONE, by_kernel=True)
    trust.note(tmp_path, TWO, by_kernel=False)
    trust.note(tmp_path, TWO, by_kernel=True)
    assert trust.pause(tmp_path) == SELDOM


@pytest.mark.parametrize("is_told", [True, False], ids=["late", "never"])
def test_what_the_kernel_tells_late_was_not_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_told: bool
) -> None:
    """The look is first, as on a machine with more to do; the kernel's word is of that change."""
    monkeypatch.setattr(observer, "SELDOM", 0.02)
    kernel, handler, note = Held(), Told(), tmp_path / "a.md"
    seen = Observer(lambda: kernel)
    seen.schedule(handler, str(tmp_path), recursive=True)
    seen.start()
    try:
        _replace(note, "one")
        assert handler.next() == "a.md"  # the first is found, and then told
        kernel.tell(note)
        assert seen.trust.pause(tmp_path) == observer.SELDOM
        _replace(note, "another text")
        assert handler.next() == "a.md"
        assert seen.trust.pause(tmp_path) == POLL
        if is_told:
            kernel.tell(note)
        assert seen.trust.pause(tmp_path) == (observer.SELDOM if is_told else POLL)
    finally:
        seen.stop()
        seen.join()


def test_what_is_gone_is_looked_for_often(tmp_path: Path) -> None:
    """It may come back on another device."""
    trust = Trust()
    trust.note(tmp_path, ONE, by_kernel=True)
    assert trust.pause(tmp_path / "gone") == POLL


def test_a_server_that_nobody_uses_rests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a change that the kernel told, the folder is looked at once more, and no more."""
    looks = []

    def listed(folder: str) -> Iterator[os.DirEntry[str]]:
        looks.append(folder)
        with os.scandir(folder) as entries:
            yield from entries

    monkeypatch.setattr(observer, "_listed", listed)
    monkeypatch.setattr(observer, "POLL", 0.01)
    monkeypatch.setattr(observer, "SELDOM", 1_000.0)
    handler, seen = Told(), Observer()
    seen.schedule(handler, str(tmp_path), recursive=True)
    seen.start()
    try:
        while len(looks) < 5:  # nothing is known of the kernel yet
            time.sleep(0.01)
        (tmp_path / "a.md").write_text("one")
        assert handler.next() == "a.md"
        while seen.trust.pause(tmp_path) < 1_000:
            time.sleep(0.01)
        before = len(looks)
        time.sleep(2 * POLL)
        assert len(looks) <= before + 1  # the one that was about to begin
    finally:
        seen.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel of Linux")
def test_a_change_that_comes_at_the_end_is_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Watchdog tells of an emitter that is asked once more when it has ended."""
    from watchdog.observers.api import ObservedWatch
    from watchdog.observers.inotify import InotifyEmitter

    ended = InotifyEmitter(queue.Queue(), ObservedWatch(str(tmp_path), recursive=True))
    ended.queue_events(0.1)
    assert caplog.text == ""
