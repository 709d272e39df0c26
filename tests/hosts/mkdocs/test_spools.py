"""Spools: what a copy of a process tells it, also while it does, and up to where it was ended."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

from notewright.hosts.mkdocs.spools import Spools


def copy(work: Callable[[], object]) -> int:
    """A copy of this process that does some work."""
    process = os.fork()
    if process:
        return process
    try:
        work()
    finally:
        os._exit(0)


def test_what_copies_tell_is_known_while_they_go_on(tmp_path: Path) -> None:
    """Nothing before, and each thing once."""
    spools, (reading, writing) = Spools(tmp_path), os.pipe()

    def work() -> None:
        spools.tell(7, ["seven"])
        os.write(writing, b"1")
        signal.pause()

    assert spools.of(7, []) is None
    process = copy(work)
    try:
        os.read(reading, 1)
        assert spools.of(6, [process]) is None
        assert spools.of(7, [process]) == ["seven"]
        assert spools.of(7, [process]) is None
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        spools.close()


def test_several_copies_tell_each_in_a_file_of_its_own(tmp_path: Path) -> None:
    """In whatever order."""
    spools = Spools(tmp_path)

    def telling(*numbers: int) -> Callable[[], None]:
        return lambda: [spools.tell(number, "x" * number) for number in numbers] and None

    processes = [copy(telling(90_000, 1)), copy(telling(2, 70_000))]
    for process in processes:
        os.waitpid(process, 0)
    for number in (70_000, 1, 2, 90_000):
        assert spools.of(number, processes) == "x" * number
    spools.close()


def test_what_is_half_told_is_not_told_until_it_is_whole(tmp_path: Path) -> None:
    """A copy may be ended as it writes; what it had told before counts."""
    spools, other = Spools(tmp_path), Spools(tmp_path)
    other.tell(1, "one")
    other.tell(2, "two" * 100)
    other.close()
    file = tmp_path / f"{os.getpid()}.spool"
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        part = Spools(tmp_path)
        found = part.of(2, [os.getpid()])
        assert found is None
        part.close()
    file.write_bytes(whole[:-5])
    assert spools.of(2, [os.getpid()]) is None
    assert spools.of(1, [os.getpid()]) == "one"
    with file.open("ab") as opened:
        opened.write(whole[-5:])
    assert spools.of(2, [os.getpid()]) == "two" * 100
    spools.close()
