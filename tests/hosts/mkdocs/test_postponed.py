"""Pages that are left for later, in the order in which they are asked for."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace
from typing import Any

from notewright.hosts.mkdocs.postponed import Postponed

PATHS = ("a.md", "b.md", "c.md", "d.md")


def left(*paths: str) -> tuple[Postponed, list[Any]]:
    """Pages that are left for later."""
    pages: list[Any] = [SimpleNamespace(file=SimpleNamespace(src_uri=path)) for path in paths]
    postponed = Postponed()
    for page in pages:
        postponed.take(page, "A title")
    return postponed, pages


def visit(postponed: Postponed, path: str) -> threading.Thread:
    """Somebody who waits for a page."""
    visitor = threading.Thread(target=postponed.wait, args=[path])
    visitor.start()
    while not postponed.is_awaited:
        time.sleep(0.01)
    return visitor


def test_who_waits_for_a_page_waits_for_no_other() -> None:
    """It is made by itself, and the others once nobody waits."""
    postponed, pages = left(*PATHS)
    visitor = visit(postponed, "c.md")
    assert [page.file.src_uri for page in postponed.due(pages)] == ["c.md"]
    assert visitor.is_alive()  # until it is written
    postponed.tell()
    visitor.join()
    others = [page for page in pages if page.file.src_uri in postponed]
    assert [page.file.src_uri for page in postponed.due(others)] == ["a.md", "b.md", "d.md"]


def test_who_comes_while_pages_are_made_is_next() -> None:
    """What is made by then is not followed by more."""
    postponed, pages = left(*PATHS)
    postponed.put_first(["b.md"])
    made = postponed.due(pages)
    assert next(made).file.src_uri == "b.md"
    visitor = visit(postponed, "d.md")
    assert [page.file.src_uri for page in made] == ["d.md"]
    postponed.tell()
    visitor.join()


def test_a_page_that_is_made_and_not_yet_written_ends_the_rest() -> None:
    """Its visitor waits for it to be written, not for pages that nobody asked for."""
    postponed, pages = left(*PATHS)
    made = postponed.due(pages)
    assert next(made).file.src_uri == "a.md"
    visitor = visit(postponed, "a.md")
    assert [*made] == []
    postponed.tell()
    visitor.join()


def test_an_edit_waits_for_one_page_at_most() -> None:
    """What is left comes after the page that was edited."""
    postponed, pages = left(*PATHS)
    made = postponed.due(pages)
    assert next(made).file.src_uri == "a.md"
    postponed.is_edited = True
    assert [*made] == []
    postponed.is_edited = False
    others = [page for page in pages if page.file.src_uri in postponed]
    assert [page.file.src_uri for page in postponed.due(others)] == ["b.md", "c.md", "d.md"]


def test_a_page_that_somebody_waited_for_ends_the_rest() -> None:
    """Also where it is written at once: then what comes with pages follows, as fonts do."""
    postponed, pages = left(*PATHS)
    visitor = visit(postponed, "c.md")
    made = postponed.due(pages)
    assert next(made).file.src_uri == "c.md"
    postponed.tell()
    visitor.join()
    assert [*made] == []
