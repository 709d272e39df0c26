"""Projects that a server shows, for tests that look at their pages while they change."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence

from hanging import LIMIT
from projects import ProjectDir


class Served:
    """A project that `mkdocs serve` shows, or another program.

    Attributes:
        project: The project.
        address: The host and the port at which it is shown.
    """

    def __init__(
        self,
        project: ProjectDir,
        *options: str,
        host: str = "127.0.0.1",
        program: Sequence[str] = ("mkdocs", "serve"),
        **environment: str,
    ) -> None:
        self.project = project
        with socket.socket() as free:
            free.bind((host, 0))
            self.address = f"{host}:{free.getsockname()[1]}"
        words = ("-u", "-m", *program, "--dev-addr", self.address, *options)
        self._process = project.start(*words, **environment)
        self._said: list[str] = []
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._said.append(line.decode("utf-8", "replace"))

    @property
    def output(self) -> str:
        """What it said so far."""
        return "".join(self._said)

    @property
    def builds(self) -> int:
        """How many builds have ended."""
        return self.output.count("Documentation built") + self.output.count("notewright: rebuilt ")

    def page(self, note: str) -> str:
        """The page of a note as a browser gets it."""
        with urllib.request.urlopen(f"http://{self.address}/{note}/", timeout=LIMIT) as answer:
            return str(answer.read().decode())

    def wait(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        end = time.monotonic() + LIMIT / 2
        while not holds():
            assert time.monotonic() < end and self._process.poll() is None, self.output
            time.sleep(0.1)

    def wait_for(self, note: str, text: str) -> None:
        """Wait until a page shows a text."""

        def shows() -> bool:
            try:
                return text in self.page(note)
            except OSError:  # it has not begun, or makes the page just now
                return False

        self.wait(shows)

    def settle(self) -> int:
        """Wait until no build begins any more; returns how many there were."""
        count, end = -1, time.monotonic() + LIMIT
        while count != self.builds:
            assert time.monotonic() < end, self.output
            count = self.builds
            time.sleep(2.5)
        return count

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the server without a word to it."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=LIMIT)

    def end(self) -> None:
        """End the server, and all that it started."""
        os.killpg(self._process.pid, signal.SIGINT)
        self._wait()

    def ask_to_end(self, number: signal.Signals) -> int:
        """Ask the server alone to end, as a supervisor does; returns its exit status."""
        self._process.send_signal(number)
        return self._wait()

    def _wait(self) -> int:
        status = self._process.wait(timeout=LIMIT)
        self._reader.join(timeout=LIMIT)
        return status
