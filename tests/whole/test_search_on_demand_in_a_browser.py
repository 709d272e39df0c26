"""In a real browser: a page of a large site loads the search index when somebody searches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from browsers import browser as browser
from browsers import served
from projects import ProjectDir

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module", params=["en", "de"])
def address(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Where a site of 1,001 notes is served; in English with our dialog, else with Material's."""
    project = ProjectDir(tmp_path_factory.mktemp("large"))
    project.write({f"docs/n{n:04}.md": f"# Note {n}\n\nSays word{n}.\n" for n in range(1001)})
    theme = {"name": "material", "font": False, "language": request.param}
    plugins = ["search", {"notewright": {"generated_pages": []}}]
    project.configure(theme=theme, plugins=plugins)
    done = project.build()
    assert done.status == 0, done.output
    with served(project.root / "site") as address:
        yield address.rstrip("/")


@pytest.mark.nightly
def test_the_index_is_loaded_once_somebody_searches(browser: Browser, address: str) -> None:
    """By keyboard or by an address that asks for words; not when a page is read."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/n0007/", wait_until="networkidle")
    page.wait_for_timeout(500)  # nothing comes
    assert asked and not [url for url in asked if "search_index" in url]
    page.keyboard.press("f")
    page.keyboard.type("word567")
    page.locator(".md-search-result__link", has_text="Note 567").first.wait_for()
    assert len([url for url in asked if "search_index" in url]) == 1
    with page.expect_request("**/search_index.json"):
        page.goto(f"{address}/n0007/?q=word568")
    page.close()
