"""Pages are made in parallel: what copies of the process have begun is looked for, and no more."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from notewright.hosts.mkdocs import parallel
from notewright.hosts.mkdocs.in_copy import LEAST
from notewright.hosts.mkdocs.parallel import Copies

# The tests run in workers with threads; a build makes no copy of a process that has some.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")


@pytest.mark.parametrize("cores", [2, 4])
def test_the_first_page_that_a_copy_has_begun_is_known(
    cores: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of pages before it, none is looked for."""
    monkeypatch.setattr(parallel, "cores", lambda: cores)
    pages: list[Any] = [type("Page", (), {"number": number})() for number in range(LEAST)]
    last = LEAST - cores  # of which each copy has begun one, by then

    def make(page: Any) -> None:
        (tmp_path / str(page.number)).touch()
        while page.number <= last + 1 and not (tmp_path / "go").exists():
            time.sleep(0.01)

    copies = Copies(pages, make)
    while not (tmp_path / str(last + 1)).exists():
        time.sleep(0.01)
    begun = [page.number for page in pages if copies.has_begun(page)]
    assert begun[-1] == LEAST - 1 and {*begun} >= {*range(last + 1, LEAST)}
    assert not copies.has_begun(pages[0]) and not copies.has_begun(object())  # type: ignore[arg-type]
    copies.reach(pages[last])
    (tmp_path / "go").touch()
    copies.end()


def test_where_there_are_no_copies_nothing_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "cores", lambda: 1)
    pages: list[Any] = [object() for _ in range(LEAST)]
    assert not any(map(Copies(pages, lambda page: None).has_begun, pages))
