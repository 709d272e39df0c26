"""Pages that a server left for later are filled in one by one, and each of them is whole."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from edited import Edited, clean, contents, served
from mkdocs.livereload import LiveReloadServer

from notewright.hosts.mkdocs import mkdocs_private, serving
from notewright.hosts.mkdocs.filling import fill_in
from notewright.hosts.mkdocs.patch import Site

pytestmark = pytest.mark.gate

KeptOut = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> list[int]:
    """How many pages were made each time, where each is edited as soon as one page is written."""
    caplog.set_level(logging.INFO, logger="mkdocs")  # as on the command line: pages are kept
    counts: list[int] = []

    def edited(site: Site, kept_out: KeptOut) -> int:
        def write() -> AbstractContextManager[None]:
            site.postponed.is_edited = True
            return kept_out()

        counts.append(fill_in(site, write))
        return counts[-1]

    monkeypatch.setattr(serving, "fill_in", edited)
    return counts


@pytest.mark.nightly
def test_an_edit_waits_for_one_page_at_most(tmp_path: Path, filled: list[int]) -> None:
    """However often one comes, the site is in the end what a clean build gives."""
    vault, site = Edited(tmp_path / "project"), tmp_path / "site"
    with served(vault.root, site) as again:
        for name in ("f", "g"):  # the first of them notes what pages are made of
            vault.write(f"docs/folder/{name}.md", f"# One more, {name}\n\nTo [[a]] and [[b]].\n")
            again()
        assert len(filled) > len(vault.notes) and set(filled) == {1}
        assert contents(site) == clean(vault, tmp_path / "clean")


def test_who_reads_waits_for_no_page_but_the_one_that_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the others are made, the server answers."""
    answers: list[bool] = []

    def watched(site: Site, kept_out: KeptOut) -> int:
        server = kept_out.args[0]  # type: ignore[attr-defined]
        convert = site.make_postponed

        def converted(*given: object) -> object:
            for page in convert(*given):  # type: ignore[arg-type]
                answers.append(server._visible_epoch == server._wanted_epoch)
                yield page

        with monkeypatch.context() as patched:
            patched.setattr(site, "make_postponed", converted)
            return fill_in(site, kept_out)

    monkeypatch.setattr(serving, "fill_in", watched)
    vault, site = Edited(tmp_path / "project"), tmp_path / "site"
    with served(vault.root, site) as again:
        for name in ("f", "g"):
            vault.write(f"docs/folder/{name}.md", f"# One more, {name}\n\nTo [[a]] and [[b]].\n")
            again()
    assert len(answers) > len(vault.notes) and all(answers)


def test_nobody_is_answered_while_a_page_is_written(tmp_path: Path) -> None:
    """It may be half there."""
    server = LiveReloadServer(lambda: None, "127.0.0.1", 0, str(tmp_path))

    def answers() -> bool:
        return bool(server._visible_epoch == server._wanted_epoch)

    assert answers()
    with mkdocs_private.kept_out(server):
        assert not answers()
    assert answers()
    server.server_close()
