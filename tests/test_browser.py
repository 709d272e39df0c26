"""In a real browser: previews, search and graphs, by pointer and by keyboard."""

from __future__ import annotations

import functools
import http.server
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from projects import ProjectDir

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]

PALETTE = [
    {"media": "(prefers-color-scheme: light)", "scheme": "default"},
    {"media": "(prefers-color-scheme: dark)", "scheme": "slate"},
]
FILES = {
    "docs/index.md": """\
        # Home

        To [[Tree model]], to [its end](models/Tree%20model.md#the-end), to
        [[models/leaf|a leaf]] and [away](https://example.org/).
        """,
    "docs/models/Tree model.md": """\
        ---
        aliases: [Arboreal method]
        ---

        # Tree model

        First words of the tree, with `code`.

        ## The end

        Last words of the tree. Back to [[index]].
        """,
    "docs/models/leaf.md": "# Leaf\n\nA very long word, "
    + "donaudampfschiff" * 12
    + " and [[Tree model]].\n\n```python\nfrom collections import Counter\nCounter('a')\n```\n",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. Without it the tests are skipped, unless NOTEWRIGHT_BROWSER demands them."""
    missing = [] if CHROMIUM.exists() else [f"{CHROMIUM}"]
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing.append("the package playwright")
    if missing:
        reason = f"no browser: {' and '.join(missing)} not installed"
        pytest.fail(reason) if os.environ.get("NOTEWRIGHT_BROWSER") else pytest.skip(reason)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=SWITCHES)
        yield started
        started.close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    """The address of a small vault's site."""
    project = ProjectDir(tmp_path_factory.mktemp("browser") / "project")
    features = ["search.highlight", "search.suggest"]
    project.configure(
        theme={"name": "material", "font": False, "features": features, "palette": PALETTE},
        plugins=["search", "notewright"],
    )
    project.write(FILES)
    built = project.build()
    assert built.status == 0, built.output
    handler = functools.partial(_Quiet, directory=str(project.root / "site"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """The site's first page. It asks nobody else for anything, and nothing goes wrong in it."""
    context = browser.new_context()
    opened = context.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.goto(site)
    yield opened
    context.close()
    assert [url for url in asked if not url.startswith((site, "data:", "blob:"))] == []
    assert wrong == []


def test_a_preview_on_hover(page: Page) -> None:
    """Title and first paragraph of the other page; it stays while the pointer is on it."""
    link = page.locator("article p a", has_text="Tree model").first
    link.hover()
    preview = page.locator("[role=tooltip]")
    preview.wait_for()
    assert preview.locator("strong").inner_text() == "Tree model"
    assert preview.locator("p").inner_text() == "First words of the tree, with code."
    assert link.get_attribute("aria-describedby") == preview.get_attribute("id")
    preview.hover()
    page.wait_for_timeout(400)
    assert preview.is_visible()
    page.mouse.move(2, 2)
    preview.wait_for(state="detached")
    assert link.get_attribute("aria-describedby") is None


def test_a_preview_on_focus_and_its_end_by_escape(page: Page) -> None:
    """By keyboard too: the part that a link names; Escape takes the preview away."""
    page.keyboard.press("Tab")
    page.locator("article p a", has_text="its end").focus()
    preview = page.locator("[role=tooltip]")
    preview.wait_for()
    assert preview.locator("strong").inner_text() == "The end"
    assert preview.locator("p").inner_text() == "Last words of the tree. Back to index."
    page.keyboard.press("Escape")
    preview.wait_for(state="detached")
    page.locator("article p a", has_text="a leaf").focus()
    preview.wait_for()
    assert preview.locator("strong").inner_text() == "Leaf"


def test_no_preview_of_other_sites(page: Page) -> None:
    """A link that leads away is followed only when it is clicked."""
    page.locator("article p a", has_text="away").hover()
    page.wait_for_timeout(600)
    assert page.locator("[role=tooltip]").count() == 0


def test_no_preview_on_touch(browser: Browser, site: str) -> None:
    """A finger has no hover: a tap follows the link at once."""
    context = browser.new_context(has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(site)
    page.locator("article p a", has_text="Tree model").first.tap()
    page.wait_for_url("**/Tree%20model/")
    assert page.locator("[role=tooltip]").count() == 0
    context.close()


def _search(page: Page, words: str) -> list[str]:
    page.locator("[data-md-component=search-query]").click()
    page.keyboard.type(words, delay=20)
    page.wait_for_timeout(600)
    return page.locator(".md-search-result__item h1").all_inner_texts()


def test_search_finds_an_alias(page: Page) -> None:
    """A note is found by its other names."""
    assert _search(page, "arboreal") == ["Tree model"]


def test_search_finds_a_symbol(page: Page) -> None:
    """The page of a library's symbol is found by the symbol's name."""
    _search(page, "collections.Counter")
    found = page.locator(".md-search-result__list a").first.get_attribute("href") or ""
    assert "/code/collections/" in found


def test_search_offers_similar_spellings(page: Page) -> None:
    """When nothing is found for a typing mistake, one press finds what is alike."""
    assert _search(page, "arborael") == []
    page.locator(".nw-similar").press("Enter")
    page.locator(".md-search-result__item h1").first.wait_for()
    assert page.locator(".md-search-result__item h1").all_inner_texts() == ["Tree model"]


def test_the_graph_by_keyboard(page: Page, site: str) -> None:
    """A node is a link with a name: Tab reaches it, Enter follows it; a list follows."""
    page.goto(f"{site}graph/")
    page.locator(".nw-skip").focus()
    assert page.locator(".nw-skip").bounding_box()["x"] >= 0  # type: ignore[index]
    names = []
    for _ in range(4):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert names[1:] == ["Home", "Leaf", "Tree model"]
    assert page.get_by_role("link", name="Leaf").count() >= 2
    page.keyboard.press("Enter")
    page.wait_for_url("**/Tree%20model/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["", "models/leaf/", "graph/", "code/", "code/collections/"])
def test_a_phone_shows_all(browser: Browser, site: str, path: str, scheme: str) -> None:
    """No page is wider than a phone, and the text of the graph reads on its ground."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(site + path)
    used = page.locator("body").get_attribute("data-md-color-scheme")
    assert used == {"light": "default", "dark": "slate"}[scheme]
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(width) <= 0
    if page.locator(".nw-graph").count():
        colours = page.evaluate(
            "(node => [getComputedStyle(node).fill, getComputedStyle(node).stroke])"
            "(document.querySelector('.nw-graph a text'))"
        )
        assert _contrast(*colours) >= 4.5
    context.close()


def _contrast(first: str, second: str) -> float:
    """Contrast of two colours, as WCAG has it."""
    light, dark = sorted(map(_luminance, (first, second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    numbers = [float(each) for each in colour[colour.index("(") + 1 : -1].split(",")]
    alpha = numbers[3] if len(numbers) > 3 else 1.0
    channels = [each / 255 * alpha for each in numbers[:3]]
    linear = [
        each / 12.92 if each <= 0.04 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
