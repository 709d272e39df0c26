"""What tests in a real browser share: Chromium, servers of a built site, and what axe finds.

A test must hold however slow the machine is. With `NOTEWRIGHT_LATE=0.2` each file comes that many
seconds late, and so does all that a page puts off: timers, frames, requests, what observers see and
workers answer.
A test that looks before the page has answered fails then, and not one day on a busy machine.
"""

from __future__ import annotations

import contextlib
import functools
import os
import threading
import time
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from notewright.render.strict_pages import POLICY

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

_PLACES = [Path("/usr/bin", name) for name in ("chromium-headless-shell", "chromium")]
_FOUND = next(filter(Path.exists, _PLACES), _PLACES[-1])
CHROMIUM = Path(os.environ.get("NOTEWRIGHT_CHROMIUM", _FOUND))
"""The browser. Without a window, where that is installed, it takes two thirds of the time."""
LATE = float(os.environ.get("NOTEWRIGHT_LATE", "0"))
"""Seconds by which all that a page waits for comes later."""
PATIENCE = 120.0
"""Seconds after which a page hangs: a busy machine has taken more than 30 for a click."""
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A browser, closed at the end."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=SWITCHES)
        _put_off(started)
        yield started
        with contextlib.suppress(Exception):
            started.close()


PUT_OFF = """(() => {
  const wait = %d, { setTimeout: timer, requestAnimationFrame: frame, fetch: ask } = window;
  window.setTimeout = (run, time = 0, ...rest) => timer(run, Number(time) + wait, ...rest);
  window.requestAnimationFrame = (run) => frame(() => timer(() => run(performance.now()), wait));
  window.fetch = async (...asked) => {
    if (!asked[1]?.keepalive) await new Promise((done) => timer(done, wait)); // a page may end
    return ask.apply(window, asked);
  };
  const hears = Object.getOwnPropertyDescriptor(Worker.prototype, "onmessage");
  const set = function (hear) { hears.set.call(this, (told) => timer(() => hear(told), wait)); };
  Object.defineProperty(Worker.prototype, "onmessage", { ...hears, set });
  for (const name of ["IntersectionObserver", "MutationObserver", "ResizeObserver"]) {
    window[name] = class extends window[name] {
      constructor(hear, ...rest) { super((...seen) => timer(() => hear(...seen), wait), ...rest); }
    };
  }
})()"""


def _put_off(browser: Any) -> None:
    """Wait long for pages of a browser; let them do later what they do in their own time."""

    def put_off(made: Any) -> Any:
        made.set_default_timeout(1000 * PATIENCE)
        if LATE:
            made.add_init_script(PUT_OFF % (1000 * LATE))
        return made

    make_context, make_alone = browser.new_context, browser.new_page

    def new_context(**options: Any) -> BrowserContext:
        context: BrowserContext = put_off(make_context(**options))
        return context

    def new_page(**options: Any) -> Page:
        page: Page = put_off(make_alone(**options))
        return page

    browser.new_context, browser.new_page = new_context, new_page


def becomes(look: Callable[[], object], wanted: object = True, seconds: float = PATIENCE) -> None:
    """Wait until a page shows what it comes to show in its own time.

    Args:
        look: What the page shows now; it asks the page, so that events are heard meanwhile.
        wanted: What it is to show.
        seconds: How long it may take on the slowest machine.

    Raises:
        AssertionError: It still shows something else.
    """
    end = time.monotonic() + seconds
    while (found := look()) != wanted:
        assert time.monotonic() < end, f"it still shows {found!r}, not {wanted!r}"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a module. Without it tests are skipped; NOTEWRIGHT_BROWSER demands it."""
    missing = [] if CHROMIUM.exists() else [f"{CHROMIUM}"]
    if not find_spec("playwright"):
        missing.append("the package playwright")
    if missing:
        reason = f"no browser: {' and '.join(missing)} not installed; .ci/run does, and runs these"
        pytest.fail(reason) if os.environ.get("NOTEWRIGHT_BROWSER") else pytest.skip(reason)
    with chromium() as started:
        yield started


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that says nothing, and answers as hosts of sites do."""

    def handle(self) -> None:
        """Answer, as long as somebody listens: a page that is left hears no more."""
        with contextlib.suppress(ConnectionError):
            super().handle()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def send_head(self) -> Any:
        """Find the file; a moment late where that is asked for."""
        time.sleep(LATE)
        return super().send_head()

    def send_error(self, code: int, *told: Any) -> None:
        """Answer by the site's own page, if it has one."""
        page = Path(self.directory, "404.html")
        if not page.exists():
            super().send_error(code, *told)
            return
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.read_bytes())


class Strict(Quiet):
    """A server that sends the strictest policy that there is room for."""

    def end_headers(self) -> None:
        """Send the policy with whatever is sent."""
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()


@contextlib.contextmanager
def served(site: Path, handler: type[Quiet] = Quiet) -> Iterator[str]:
    """The address of a folder, with a slash at its end, while the server runs."""
    answers = functools.partial(handler, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def violations(page: Page, part: str = ":root", seconds: float = 15) -> list[str]:
    """What axe finds wrong with a page, or with parts of it, once its scripts have made it.

    What a script has still to do (a list that can be scrolled becomes a Tab stop) is no fault of
    a page that is looked at too early; so what is found must still be there some seconds later.
    """
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    page.evaluate(f"() => {{ {axe} }}")
    settings = "{ resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } }"
    end = time.monotonic() + seconds
    while True:
        found = page.evaluate(f"(part) => axe.run(part, {settings})", part)
        if not found["violations"] or time.monotonic() > end:
            break
        page.wait_for_timeout(500)
    return [
        f"{each['id']}: {node['target'][0]} {node['html'][:120]}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
