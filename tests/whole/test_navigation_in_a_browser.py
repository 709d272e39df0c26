"""In a real browser: folders of a navigation unfold, from a server and from files, by keyboard."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsers import CHROMIUM
from browsers import browser as browser
from projects import ProjectDir

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists() or os.environ.get("NOTEWRIGHT_BROWSER") != "1",
    reason="looks at pages in Chromium: `nox -s browser`",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two folders, one with a folder in it, and a list of two hundred notes."""
    project = ProjectDir(tmp_path_factory.mktemp("navigation"))
    notes = {f"docs/long/n{n:03}.md": f"# Long {n}\n\nText.\n" for n in range(200)}
    notes |= {f"docs/other/m{n}.md": f"# Other {n}\n" for n in range(3)}
    notes |= {"docs/other/deep/d.md": "# Deep & `<b>`\n", "docs/index.md": "# Home\n"}
    project.write(notes)
    theme = {"name": "material", "font": False, "features": ["navigation.sections"]}
    options = {"generated_pages": []}
    plugins = ["search", {"notewright": options}]
    project.configure(theme=theme, plugins=plugins, use_directory_urls=False)
    done = project.build()
    assert done.status == 0, done.output
    return project.root / "site"


@pytest.fixture
def page(browser: Browser, site: Path) -> Iterator[Page]:
    """A note in the middle of the long list, opened as a file."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    errors: list[object] = []
    page.on("pageerror", lambda error: errors.append(error))
    page.goto((site / "long/n100.html").as_uri())
    yield page
    page.close()
    assert errors == []


def names(page: Page) -> list[str]:
    """Names of the links of the navigation that can be seen."""
    found = page.locator(".md-sidebar--primary a.md-nav__link").all()
    return [each.inner_text().strip() for each in found if each.is_visible()]


@pytest.mark.gate
def test_a_folder_unfolds_from_a_file_by_keyboard(page: Page) -> None:
    """Tab reaches what opens it, Enter and Space open and close it; its links lead on."""
    assert "Other 1" not in names(page)
    opener = page.get_by_role("button", name="Contents of Other")
    opener.focus()
    assert opener.get_attribute("aria-expanded") == "false"
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Other 1").wait_for()
    assert opener.get_attribute("aria-expanded") == "true"
    inner = page.get_by_role("button", name="Contents of Deep")
    inner.focus()
    page.keyboard.press("Space")
    page.get_by_role("link", name="Deep & <b>").wait_for()
    opener.focus()
    page.keyboard.press("Space")
    page.get_by_role("link", name="Other 1").wait_for(state="hidden")
    assert opener.get_attribute("aria-expanded") == "false"
    page.keyboard.press("Space")
    page.get_by_role("link", name="Other 1").click()
    page.wait_for_url("**/other/m1.html")
    assert page.locator("h1").inner_text().strip().startswith("Other 1")


@pytest.mark.nightly
def test_the_rest_of_a_list_takes_the_place_of_its_link(page: Page) -> None:
    """In order and once each; the focus is on the nearest of what came, and nothing moves."""
    before = [each for each in names(page) if each.startswith("Long")]
    assert len(before) < 100 and "Long 100" in before
    above = page.get_by_role("link", name="More above")
    above.scroll_into_view_if_needed()
    at = page.locator("[aria-current=page]").bounding_box()
    above.click()
    page.get_by_role("link", name="Long 0", exact=True).wait_for(state="attached")
    now = page.locator("[aria-current=page]").bounding_box()
    assert at and now and abs(at["y"] - now["y"]) < 3
    focused = page.evaluate("document.activeElement.innerText.trim()")
    page.get_by_role("link", name="More below").click()
    page.get_by_role("link", name="Long 199", exact=True).wait_for(state="attached")
    links = page.locator(".md-sidebar--primary a.md-nav__link").all_inner_texts()
    found = [text.strip() for text in links if text.strip().startswith("Long ")]
    assert found == [f"Long {number}" for number in range(200)]
    assert focused == found[found.index(before[0]) - 1]


@pytest.mark.gate
def test_without_scripts_each_folder_is_a_link(browser: Browser, site: Path) -> None:
    """To its first page, and the rest of a list to the next of it."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_viewport_size({"width": 1400, "height": 900})
    page.goto((site / "long/n100.html").as_uri())
    page.get_by_role("link", name="More below").click()
    assert "/long/n1" in page.url and not page.url.endswith("n100.html")
    page.locator(".md-sidebar--primary").get_by_role("link", name="Other").click()
    page.wait_for_url("**/other/**")
    context.close()


@pytest.mark.nightly
def test_a_folder_unfolds_on_a_phone(browser: Browser, site: Path) -> None:
    """The drawer opens at the page's own list; one goes up, and into another folder."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto((site / "long/n100.html").as_uri())
    page.locator(".md-header label[for=__drawer]").click()
    page.get_by_role("link", name="Long 100").first.wait_for()
    page.locator("label.md-nav__title[for^=__nav]").filter(has_text="Long").click()
    page.get_by_role("button", name="Contents of Other").click()
    page.get_by_role("link", name="Other 1").click()
    page.wait_for_url("**/other/m1.html")
    page.close()
