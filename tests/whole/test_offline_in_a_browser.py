"""In a real browser: a site that is opened from a disk, out of its archive and without a server."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
import yaml
from browsers import browser as browser
from projects import ProjectDir

from tests.whole import test_look_in_a_browser as look

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DRAWN = """
```python
#| fig-alt: many lines
import matplotlib.pyplot as plt

for i in range(200):
    plt.plot([i, i + 1, i], [i, i * i % 7, 3])
```
"""
HELPER = "```python\nfrom help import double\n\nprint(double(2))\n```\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> ProjectDir:
    """The theme of this repository's site on a few notes, built to be opened from a disk."""
    project = look._project(tmp_path_factory.mktemp("offline") / "project")
    project.write(
        {"docs/b.md": f"# b\n\nText about xylophones.\n\n## Part\n\nOf it.\n\n{HELPER}{DRAWN}"}
    )
    project.write({"help.py": 'def double(x):\n    """Twice as much."""\n    return 2 * x\n'})
    project.write({"docs/a.md": "# a\n\nSee [[b#Part]].\n"})
    place = project.root / "mkdocs.yml"
    config = yaml.safe_load(place.read_text("utf-8"))
    options = {"offline": True, "generated_pages": ["graph", "code", "tags", "folders", "source"]}
    config["plugins"][-1]["notewright"] |= options
    place.write_text(yaml.safe_dump(config), "utf-8")
    built = project.command("-m", "mkdocs", "build", "--site-dir", "offline")
    assert built.status == 0, built.output
    return project


@pytest.fixture(scope="module")
def site(project: ProjectDir, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as a reader has it who took the archive apart."""
    place = tmp_path_factory.mktemp("taken apart")
    with zipfile.ZipFile(project.root / "offline.zip") as archive:
        archive.extractall(place)
    (folder,) = place.iterdir()
    return folder


@pytest.fixture
def page(browser: Browser, site: Path) -> Iterator[Page]:
    """A page that asks for nothing but files of the site, and in which nothing goes wrong."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    opened = context.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("pageerror", lambda error: wrong.append(str(error)))

    def hear(told: Any) -> None:
        if told.type in ("error", "warning"):
            wrong.append(told.text)

    opened.on("console", hear)
    yield opened
    context.close()
    own = (site.as_uri(), "data:", "blob:", "about:")
    assert [url for url in asked if not url.startswith(own)] == []
    assert wrong == []


@pytest.mark.nightly
def test_each_link_leads_to_a_file(site: Path) -> None:
    """None to a folder, which a browser would list, though a cell says so; all to what is there."""
    pages = {path: path.read_text("utf-8") for path in site.rglob("*.html")}
    ids = {path: set(re.findall(r'\bid="([^"]+)"', text)) for path, text in pages.items()}
    assert len(pages) > 40
    dead = []
    for path, text in pages.items():
        for address in re.findall(r'\b(?:href|src)="([^"]*)"', text):
            parts = urlsplit(unescape(address))
            if parts.scheme or parts.netloc or path.name == "404.html":
                continue
            target = Path(unquote(urlsplit(urljoin(path.as_uri(), parts.path)).path))
            fragment = unquote(parts.fragment)
            is_there = target.is_file() and (
                not fragment or target not in ids or fragment in ids[target] | {"__top"}
            )
            if not is_there and "#only-" not in address:
                dead.append((path.relative_to(site).as_posix(), address))
    assert dead == []


@pytest.mark.gate
def test_a_reader_goes_from_page_to_page(page: Page, site: Path) -> None:
    """By tabs, by links in the text, and back home."""
    page.goto((site / "index.html").as_uri())
    page.locator(".look-tabs a", has_text="Models").click()
    page.wait_for_url("**/models/index.html")
    page.locator("article a", has_text="K means").first.click()
    page.wait_for_url("**/models/k-means.html")
    assert page.locator("h1").inner_text().startswith("K means")
    page.locator(".md-logo").first.click()
    page.wait_for_url("**/index.html")


@pytest.mark.nightly
def test_words_are_found(page: Page, site: Path) -> None:
    """In the middle of the site, by what stands in the text of a note."""
    page.goto((site / "models" / "k-means.html").as_uri())
    page.keyboard.press("/")
    page.keyboard.type("xylophones", delay=30)
    found = page.locator(".md-search a[href*='b.html'], [data-nw-search] a[href*='b.html']").first
    found.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/b.html*")


@pytest.mark.nightly
def test_a_link_shows_what_it_leads_to(page: Page, site: Path) -> None:
    """The part that it names, on hover; once more at once; and its frame is gone."""
    page.goto((site / "a.html").as_uri())
    link = page.locator("article a", has_text="b").first
    for _ in range(2):
        link.hover()
        preview = page.locator(".nw-preview")
        preview.wait_for()
        assert "Part" in preview.inner_text() and "Of it." in preview.inner_text()
        drawn = preview.locator("img.nw-svg").locator("visible=true")
        drawn.wait_for()
        assert drawn.evaluate("each => each.decode().then(() => each.naturalWidth)") > 100
        page.mouse.move(5, 900)
        preview.wait_for(state="detached")
    assert page.locator("iframe[src*='b.html']").count() == 0


@pytest.mark.nightly
def test_code_is_copied_with_what_it_needs(browser: Browser, site: Path) -> None:
    """The helpers come from a file beside the page."""
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto((site / "b.html").as_uri())
    page.evaluate("() => { navigator.clipboard.writeText = async (text) => { copied = text; }; }")
    page.get_by_role("button", name="Copy with helpers").click()
    page.wait_for_function("window.copied")
    assert "return 2 * x" in page.evaluate("window.copied")
    context.close()


@pytest.mark.nightly
def test_the_graph_is_drawn(page: Page, site: Path) -> None:
    """Its script and its notes are files, too."""
    page.goto((site / "graph.html").as_uri())
    page.locator("article svg circle, article svg path").first.wait_for()


@pytest.mark.gate
def test_two_archives_are_the_same_bytes(project: ProjectDir) -> None:
    """No clock, no order of a disk, no name of a folder of this machine."""
    first = (project.root / "offline.zip").read_bytes()
    elsewhere = project.root / "elsewhere"
    for path in (project.root / "offline").rglob("*"):
        path.touch()
    built = project.command("-m", "mkdocs", "build", "--clean", "--site-dir", str(elsewhere))
    assert built.status == 0, built.output
    assert elsewhere.with_suffix(".zip").read_bytes() == first
    assert str(project.root).encode() not in first
