"""Nobody gets into the playground but the pages of the server: by requests as they come."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from projects import ProjectDir
from served import Served

from notewright.hosts.playground import guard

pytestmark = pytest.mark.gate

MOUNT = "/livereload/playground/"
NOTE = "# Home\n\n```python\nx = 6 * 7\nprint('gave', x)\n```\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A vault of one note, with its playground."""
    project = ProjectDir(tmp_path_factory.mktemp("served"))
    project.configure({"playground": True})
    project.write({"docs/index.md": NOTE, "docs/other.md": "# Other\n\nText.\n"})
    server = Served(project)
    server.wait(lambda: "Serving on" in server.output)
    yield server
    if server.is_alive:
        server.end()


class Client:
    """Sends requests as nobody's browser would."""

    def __init__(self, served: Served) -> None:
        self.address = served.address
        page = self.get("/")[2].decode()
        found = re.search(r'data-token="([^"]+)"', page)
        assert found is not None
        self.headers = {
            "Host": self.address,
            "Origin": f"http://{self.address}",
            "Content-Type": "application/json",
            guard.HEADER: found[1],
        }

    def get(self, path: str) -> tuple[int, Mapping[str, str], bytes]:
        """Ask as a browser asks for a page."""
        return self._request("GET", path, None, {"Host": self.address})

    def ask(
        self, what: str, asked: Mapping[str, Any], *, method: str = "POST", **headers: str | None
    ) -> tuple[int, Mapping[str, str], Any]:
        """Ask the playground; headers in place of those of our pages, None for none."""
        given = {**self.headers, **{name.replace("_", "-"): text for name, text in headers.items()}}
        kept = {name: text for name, text in given.items() if text is not None}
        body = json.dumps({"page": "/", **asked}).encode()
        status, told, content = self._request(method, MOUNT + what, body, kept)
        try:
            return status, told, json.loads(content)
        except ValueError:
            return status, told, content

    def _request(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        connection = http.client.HTTPConnection(self.address, timeout=60)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, text in headers.items():
            connection.putheader(name, text)
        if body is not None and "Content-Length" not in headers:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()


@pytest.fixture
def client(served: Served) -> Client:
    """Somebody who has read a page."""
    return Client(served)


RUN = {"cell": 1, "codes": {"1": "open('/tmp/never', 'a'); print('ran', 1 + 1)"}}


def test_a_page_of_the_server_runs_cells(client: Client) -> None:
    """With all that its script sends."""
    asked = {"cell": 1, "codes": {"1": "print('ran', 1 + 1)"}}
    status, headers, told = client.ask("run", asked)
    assert status == 200 and "ran 2" in told["html"] and not told["failed"]
    assert not any(name.lower().startswith("access-control") for name in headers)
    assert headers["Cache-Control"] == "no-store"
    assert client.ask("run", asked, Sec_Fetch_Site="same-origin")[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example", "Origin": "http://evil.example"},  # its name leads here
        {"Host": "192.168.1.7", "Origin": "http://192.168.1.7"},
        {"Host": "x.localhost", "Origin": "http://x.localhost"},
        {"Host": "user@127.0.0.1", "Origin": "http://user@127.0.0.1"},
        {"Host": None},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "https://127.0.0.1"},
        {"Origin": "null"},
        {"Origin": None},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
        {"X_Notewright_Token": None},
        {"X_Notewright_Token": ""},
        {"X_Notewright_Token": "0" * 43},
        {"X_Notewright_Token": None, "Cookie": "token=x"},
        {"Content_Type": "text/plain"},
        {"Content_Type": "application/x-www-form-urlencoded"},
        {"Content_Type": None},
    ],
    ids=str,
)
def test_no_way_in_from_another_origin(client: Client, headers: dict[str, str | None]) -> None:
    """Each check holds by itself: all others are passed. No answer tells anything."""
    for what in ("run", "open", "save", "difference", "names", "standalone", "end"):
        status, said, told = client.ask(what, RUN, **headers)
        assert status in (400, 403), what
        assert b"gave" not in str(told).encode()
        assert not any(name.lower().startswith("access-control") for name in said)


def test_a_token_is_no_part_of_another_one(client: Client) -> None:
    """Neither its beginning nor with more behind it."""
    token = client.headers[guard.HEADER]
    for wrong in (token[:-1], token + "x", token.swapcase(), token.encode().hex()):
        assert client.ask("open", {}, **{"X_Notewright_Token": wrong})[0] == 403


def test_a_browser_that_asks_whether_it_may_is_told_no(client: Client) -> None:
    """A preflight gets no header that allows anything; other methods run nothing."""
    status, headers, _ = client.ask(
        "run",
        RUN,
        method="OPTIONS",
        Origin="http://evil.example",
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="content-type,x-notewright-token",
    )
    assert status == 403
    assert not any(name.lower().startswith("access-control") for name in headers)
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        assert client.ask("run", RUN, method=method)[0] in (403, 404, 501)


@pytest.mark.parametrize("size", ["-1", "99999999999999", str(guard.MOST + 1), "x", "٣", ""])
def test_a_request_of_odd_length_is_refused(client: Client, size: str) -> None:
    """Nothing of it is read."""
    status, _, _ = client.ask("open", {}, **{"Content_Length": size.encode().decode("latin-1")})
    assert status in (400, 413)


@pytest.mark.parametrize(
    "asked",
    [
        {"cell": 0},
        {"cell": 2},
        {"cell": -1},
        {"cell": "1"},
        {"cell": 1, "codes": []},
        {"cell": 1, "codes": {"9": "x"}},
        {"cell": 1, "codes": {"0": "x"}},
        {"cell": 1, "codes": {"1": 3}},
        {"cell": 1, "codes": {"../x": "x"}},
        {"page": "/../../etc/passwd", "cell": 1, "codes": {}},
        {"page": "/nowhere/", "cell": 1, "codes": {}},
        {"page": 3, "cell": 1, "codes": {}},
        {},
    ],
    ids=str,
)
def test_odd_requests_are_told_and_harm_nothing(client: Client, asked: dict[str, Any]) -> None:
    """Whoever has the token, too, gets an answer that says so."""
    status, _, told = client.ask("run", asked)
    assert "error" in told and status in (200, 400)
    assert "ran 2" in client.ask("run", {"cell": 1, "codes": {"1": "print('ran', 2)"}})[2]["html"]


def test_no_page_elsewhere_shows_ours_in_a_frame(client: Client) -> None:
    """Else clicks could be led into the editor."""
    _, headers, _ = client.get("/")
    assert headers["Content-Security-Policy"] == "frame-ancestors 'self'"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"


def test_files_outside_of_the_playground_are_not_served(client: Client) -> None:
    """Its own two files are all that can be loaded there."""
    assert client.get(f"{MOUNT}playground.js")[0] == 200
    for name in ("../requests.py", "requests.py", "playground.js/", "%2e%2e/guard.py", ""):
        status, _, content = client.get(MOUNT + name)
        assert status in (403, 404) and b"import" not in content


@pytest.mark.parametrize(
    ("host", "is_own"),
    [("127.0.0.1:8000", True), ("localhost", True), ("[::1]:8000", True), ("::1", False)]
    + [(each, False) for each in ("127.0.0.1.evil.example", "127.0.0.1:x", "a@localhost", "")],
)
def test_own_names(host: str, is_own: bool) -> None:
    """With a port or without; nothing that only looks like one."""
    environ = {
        "HTTP_HOST": host,
        "HTTP_ORIGIN": f"http://{host}",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_X_NOTEWRIGHT_TOKEN": "t",
        "CONTENT_TYPE": "application/json; charset=utf-8",
    }
    assert (guard.refusal(environ, "t") == "") is is_own
    assert guard.refusal({**environ, "REMOTE_ADDR": "192.168.1.7"}, "t") != ""


@pytest.mark.nightly
def test_it_is_off_unless_configured_local_and_executed(tmp_path: Path) -> None:
    """Then no page has its script, and nothing answers at its address."""
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({}, "127.0.0.1", ""),
        (
            {"playground": True, "execute": False},
            "127.0.0.1",
            ("the playground is off, because execution is off"),
        ),
        ({"playground": True}, "0.0.0.0", "the server listens on 0.0.0.0"),
    ]
    for number, (options, host, said) in enumerate(cases):
        project = ProjectDir(tmp_path / str(number))
        project.root.mkdir()
        project.configure(options)
        project.write({"docs/index.md": NOTE})
        served = Served(project, host=host)
        try:
            served.wait(lambda served=served: "Serving on" in served.output)  # type: ignore[misc]
            assert said in served.output
            assert ("the playground is off" in served.output) is bool(said)
            assert "playground" not in served.page("")
            connection = http.client.HTTPConnection(served.address, timeout=60)
            connection.request("POST", f"{MOUNT}run", b"{}", {"Content-Type": "application/json"})
            assert connection.getresponse().status in (404, 501)
        finally:
            served.end()


def test_nothing_of_it_is_in_a_built_site(tmp_path: Path) -> None:
    """A site is the same to the byte with the option and without it."""
    sites = []
    for number, options in enumerate(({}, {"playground": True})):
        project = ProjectDir(tmp_path / str(number))
        project.root.mkdir()
        project.configure(options)
        project.write({"docs/index.md": NOTE})
        assert project.build(SOURCE_DATE_EPOCH="0").status == 0
        site = project.root / "site"
        files = sorted(path for path in site.rglob("*") if path.is_file())
        sites.append({str(path.relative_to(site)): path.read_bytes() for path in files})
    assert sites[0].keys() == sites[1].keys()
    assert [name for name in sites[0] if sites[0][name] != sites[1][name]] == []
    assert not any(b"playground" in content for content in sites[1].values())
