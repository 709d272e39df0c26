"""Who asks a server while pages are ahead of others is given nothing that is older than they."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hanging import LIMIT

from notewright.hosts.mkdocs.live import Live

PAGES = {"": "index.md", "a/": "a.md", "b/": "b.md"}


@pytest.fixture
def live() -> Iterator[Live]:
    """Live pages of a site, of which one is ahead."""
    live = Live(lambda _: None, lambda _: None)
    live.show(PAGES, lambda _: ())
    live.hold({"a.md"}, lambda: None)
    yield live
    live.release()


def _ask(live: Live, path: str) -> threading.Event:
    """Ask for a path; is set when it is answered."""
    answered = threading.Event()

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answered.set()
        return []

    given = {"PATH_INFO": path}, lambda *_: None
    threading.Thread(target=live.app(app), args=given, daemon=True).start()
    return answered


@pytest.mark.parametrize(
    "path", ["/a/", "/a/index.html", "/assets/base.css", "/x.js", "/font.woff2", "/livereload/1/2"]
)
def test_a_page_ahead_and_what_it_loads_are_answered_at_once(live: Live, path: str) -> None:
    """Also the question whether there is more to see."""
    assert _ask(live, path).wait(LIMIT)


@pytest.mark.parametrize(
    "path", ["/", "/b/", "/search/search_index.json", "/sitemap.xml", "/a/index.md", "/nowhere/"]
)
def test_all_else_waits(live: Live, path: str) -> None:
    """Until it shows the edit, too, which is asked for."""
    asked = threading.Event()
    live.hold({"a.md"}, asked.set)
    answered = _ask(live, path)
    assert asked.wait(LIMIT)
    assert not answered.wait(0.05)
    live.release()
    assert answered.wait(LIMIT)


def test_a_page_that_was_left_for_later_meanwhile_is_waited_for() -> None:
    """Who waits for the pages that follow is not given what one of them showed before."""
    built, made = threading.Event(), threading.Event()
    left: set[str] = set()

    def ready(note: str) -> None:
        if note in left:
            made.wait(LIMIT)

    live = Live(lambda _: None, ready)
    live.show(PAGES, lambda _: ())
    live.built = lambda: built.wait(LIMIT) and None
    live.hold({"a.md"}, lambda: None)
    answered = _ask(live, "/b/")
    live.release()
    left.add("b.md")  # by a build that goes on
    built.set()
    assert not answered.wait(0.05)
    made.set()
    assert answered.wait(LIMIT)
