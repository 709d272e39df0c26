"""What is done in a copy of the process: beside it, and in any case."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from notewright.hosts.mkdocs import in_copy
from notewright.hosts.mkdocs.in_copy import LEAST, beside

# The tests run in workers with threads; a build makes no copy of a process that has some.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_copy, "cores", lambda: 2)


def writer(file: Path, gone: Path | None = None) -> object:
    """Write which process this is, once a file is there."""
    while gone is not None and not gone.exists():
        time.sleep(0.01)
    return file.write_text(str(os.getpid()))


def test_a_copy_does_it_meanwhile(tmp_path: Path) -> None:
    """And has done it at the end."""
    done, go = tmp_path / "done", tmp_path / "go"
    with beside(lambda: writer(done, go), LEAST):
        assert not done.exists()
        go.touch()
    assert done.read_text() != str(os.getpid())


def test_the_process_does_what_is_little(tmp_path: Path) -> None:
    """A copy would take longer."""
    done = tmp_path / "done"
    with beside(lambda: writer(done), LEAST - 1):
        assert done.read_text() == str(os.getpid())


def test_a_copy_that_fails_ends_nothing(tmp_path: Path) -> None:
    """What it was to write is made again the next time."""

    def fail() -> None:
        raise ZeroDivisionError

    with beside(fail, LEAST):
        pass
    with pytest.raises(KeyError), beside(lambda: writer(tmp_path / "done"), LEAST):
        raise KeyError
    assert (tmp_path / "done").exists()


def test_there_may_be_nothing_to_do() -> None:
    for count in (0, LEAST):
        with beside(None, count):
            pass
