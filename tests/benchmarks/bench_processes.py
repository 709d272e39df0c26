"""Whole processes, as a reader starts them: how long they take and how much memory they need."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

INTERVAL = 0.02
"""Seconds between two samples of memory."""

LIMIT = 900.0
"""Seconds after which a command hangs."""


@dataclass(frozen=True)
class Ended:
    """A process that has ended.

    Attributes:
        seconds: Wall time, from its start until it was gone.
        cpu: Processor time of it and of all its children.
        status: Its exit status.
        output: All that it printed.
    """

    seconds: float
    cpu: float
    status: int
    output: str


def environment(root: Path) -> dict[str, str]:
    """The environment of each command: nothing that steers Python or notewright.

    Modules of the project can be imported wherever a tool starts its processes; so can
    another checkout of notewright that is to be measured (`bench_builds.py --engine`).
    """
    path = os.pathsep.join(filter(None, [os.environ.get("BENCH_ENGINE"), str(root)]))
    steering = ("NOTEWRIGHT_", "PYTEST_", "PYTHON", "COV_", "MPL", "OMP_", "OPENBLAS_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(steering)}
    return kept | {"PYTHONPATH": path, "NO_COLOR": "1", "NO_MKDOCS_2_WARNING": "1"}


def run(root: Path, arguments: Sequence[str], *, check: bool = True) -> Ended:
    """Run Python with some arguments in a project, and time it.

    Raises:
        RuntimeError: If it fails, unless `check` is off.
    """
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = _start(root, arguments, output)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    if check and process.returncode:
        raise RuntimeError(f"{' '.join(arguments)} in {root} failed:\n{text[-4000:]}")
    return Ended(seconds, usage.ru_utime + usage.ru_stime, process.returncode, text)


def peak_memory(root: Path, arguments: Sequence[str]) -> tuple[float, float]:
    """Run Python once more and watch its process tree; its time is not that of a timed run.

    Returns:
        The largest sums over the tree in MiB: of the proportional set sizes, which count a
        page that processes share once, and of the resident set sizes, which count it in each.
    """
    import psutil

    process = _start(root, arguments, subprocess.DEVNULL)
    root_process = psutil.Process(process.pid)
    proportional = resident = 0
    while process.poll() is None:
        sizes = [_size(each) for each in _tree(root_process)]
        proportional = max(proportional, sum(pss for pss, _ in sizes))
        resident = max(resident, sum(rss for _, rss in sizes))
        time.sleep(INTERVAL)
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)} in {root} failed")
    return proportional / 2**20, resident / 2**20


def _tree(process: Any) -> list[Any]:
    import psutil

    try:
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def _size(process: Any) -> tuple[int, int]:
    """Proportional and resident set size of one process; nothing of one that is gone."""
    import psutil

    try:
        full = process.memory_full_info()
    except (psutil.Error, OSError):
        return 0, 0
    return getattr(full, "pss", 0), full.rss


def _start(root: Path, arguments: Sequence[str], output: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=root,
        env=environment(root),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
    )


def mkdocs_serve(port: int) -> Sequence[str]:
    """What serves a site. Said aloud: with newer versions of click, reloading is off."""
    return ("-m", "mkdocs", "serve", "--livereload", "-a", f"127.0.0.1:{port}")


class Server:
    """A server of one project, by default `mkdocs serve`."""

    def __init__(self, root: Path, command: Callable[[int], Sequence[str]] = mkdocs_serve) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the server
        self._process = _start(root, command(self._port), self._log)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait()
        self._log.close()

    def wait_for(self, number: int, texts: Sequence[str]) -> float:
        """Ask for the page of a note until it shows some texts; returns the seconds until then."""
        return self.wait_for_page(f"note-{number:02}/", texts)

    def wait_for_page(self, address: str, texts: Sequence[str], without: str = "") -> float:
        """Ask for a page until it shows some texts, and not another one.

        Returns:
            Seconds until it did.

        Raises:
            RuntimeError: If it does not.
        """
        url = f"http://127.0.0.1:{self._port}/{address}"
        started = time.perf_counter()
        while time.perf_counter() - started < LIMIT:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended:\n{self.log()}")
            try:
                with urllib.request.urlopen(url, timeout=60) as answer:
                    page = answer.read().decode("utf-8")
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
                continue
            if all(text in page for text in texts) and not (without and without in page):
                return time.perf_counter() - started
            time.sleep(0.01)
        raise RuntimeError(f"the page never showed {texts}:\n{self.log()}")

    def log(self) -> str:
        """What it printed so far."""
        size = os.fstat(self._log.fileno()).st_size
        return os.pread(self._log.fileno(), size, 0).decode("utf-8", "replace")

    def last_build(self) -> float:
        """Seconds that the last build took, as MkDocs says: without watching and waiting."""
        found: Mapping[int, str] = dict(
            enumerate(re.findall(r"Documentation built in ([\d.]+) seconds", self.log()))
        )
        return float(found[max(found)]) if found else float("nan")
