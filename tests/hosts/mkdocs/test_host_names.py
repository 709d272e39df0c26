"""`mkdocs serve` answers under names of this machine, and under no other."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
from pathlib import Path

import pytest
from projects import ProjectDir

from notewright.hosts.mkdocs.host_names import is_own


@pytest.mark.parametrize(
    "host",
    re.findall(
        r"\S+",
        """
        localhost LOCALHOST:8000 127.0.0.1:8000 [::1]:8000 192.168.1.7 x.localhost:1 mine:8000
        mine.:8000
        """,
    ),
)
def test_own_names(host: str) -> None:
    """With a port or without; numbers, for a page elsewhere can have none of them."""
    assert is_own(host, {"mine", "localhost"})


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil", "", "a:b:c"],
)
def test_other_names(host: str) -> None:
    """Whatever they lead to."""
    assert not is_own(host, {"mine", "localhost"})


@pytest.mark.gate
def test_a_page_elsewhere_reads_no_draft(tmp_path: Path) -> None:
    """A name that leads to this machine gets an answer that says nothing of the vault."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": "# Secret\n"})
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    words = ("-u", "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}")
    running = project.start(*words)
    try:
        assert running.stdout is not None
        assert any(b"Serving on" in line for line in running.stdout)
        said = {}
        for host in ("127.0.0.1", "localhost:80", "evil.example"):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/", headers={"Host": host})
            answer = connection.getresponse()
            said[host] = (answer.status, b"Secret" in answer.read())
        assert said == {"127.0.0.1": (200, True), "localhost:80": (200, True)} | {
            "evil.example": (403, False)
        }
    finally:
        os.killpg(running.pid, signal.SIGINT)
        running.communicate(timeout=60)


@pytest.mark.parametrize("options", [(), ("--clean",)])
def test_an_address_that_is_taken_is_told(tmp_path: Path, options: tuple[str, ...]) -> None:
    """It was a traceback of the server's own code; the remedy names the next port."""
    project = ProjectDir(tmp_path / "project")
    project.configure()
    project.write({"docs/index.md": "# Home\n"})
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        address = f"127.0.0.1:{port}"
        done = project.command("-m", "mkdocs", "serve", "--dev-addr", address, *options)
    assert done.status == 1 and "Traceback" not in done.output, done.output
    assert done.lines(f"notewright: cannot listen on {address}", f"127.0.0.1:{port + 1}")
