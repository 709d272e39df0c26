"""A first visit to pages of this site: what they weigh before a figure is seen, and what moves."""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from browsers import chromium, served

from snippets.lessons.counts import VERDICTS

if TYPE_CHECKING:
    from playwright.sync_api import Route

SITE = os.environ.get("NOTEWRIGHT_SITE", "")
MOST = 250 * 1024
"""Bytes, compressed where that makes them less: text, styles, scripts and all fonts."""

pytestmark = pytest.mark.skipif(not SITE, reason="`NOTEWRIGHT_SITE` says where the site is")


class Needs(HTMLParser):
    """The addresses of what a page loads at once, but for images."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note styles, scripts, icons and what is preloaded."""
        told = {name: value or "" for name, value in attrs}
        if tag == "script" and told.get("src"):
            self.found.append(told["src"])
        if tag == "link" and told.get("rel") in ("stylesheet", "preload", "icon"):
            self.found.append(told["href"])


FIGURE = re.compile(r'<svg[^>]*class="[^"]*nw-svg.*?</svg>', re.DOTALL)
"""A figure that stands in the page itself: the budget is without figures."""


@cache
def weight(path: Path) -> int:
    """Bytes that a server sends for a file."""
    body = path.read_bytes()
    if path.suffix == ".html":
        body = FIGURE.sub("", body.decode()).encode()
    return len(body) if path.suffix == ".woff2" else len(gzip.compress(body, 6, mtime=0))


def pages() -> Iterator[Path]:
    """Each page of the site, but for those that only lead to another."""
    for path in sorted(Path(SITE).rglob("*.html")):
        if "<article" in path.read_text("utf-8"):
            yield path


@pytest.mark.gate
def test_each_page_is_light_at_a_first_visit() -> None:
    """With all fonts, though few pages need each; that of formulas where there are some."""
    site = Path(SITE)
    fonts = set(site.glob("assets/notewright/fonts/*.woff2"))
    heavy = {}
    count = 0
    for path in pages():
        count += 1
        needs, text = Needs(), path.read_text("utf-8")
        needs.feed(text)
        url = f"/{path.relative_to(site).as_posix()}"
        named = {unquote(urlsplit(urljoin(url, each)).path).lstrip("/") for each in needs.found}
        files = {site / each for each in named if (site / each).is_file()} | {path}
        files |= {each for each in fonts if "<math" in text or "Math" not in each.name}
        if (total := sum(map(weight, files))) > MOST:
            heavy[url] = total
    assert count > 100
    assert heavy == {}


MOVED = """
window.moved = 0;
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.moved += each.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the site is seen."""
    with served(Path(SITE)) as address:
        yield address


@pytest.mark.nightly
@pytest.mark.parametrize("width", [390, 820, 1400])
def test_nothing_moves_while_a_page_is_loaded(address: str, width: int) -> None:
    """A reader who has begun to read reads on; a shift of 0.1 is what Lighthouse calls good."""
    moved = {}
    with chromium() as browser:
        page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
        page.add_init_script(MOVED)
        for name in ("", "models/k-means/", "learn/path/", "lessons/", "practice/test-me/"):
            page.goto(f"{address}{name}", wait_until="load")
            page.wait_for_timeout(500)  # nothing moves
            moved[name] = page.evaluate("window.moved")
    assert {name: each for name, each in moved.items() if each > 0.1} == {}


@pytest.mark.nightly
def test_no_list_of_this_site_is_wider_than_a_phone(address: str) -> None:
    """Ledger, comparison, graph and all else at the top: a page never runs out to the side."""
    wide = {}
    with chromium() as browser:
        page = browser.new_context(viewport={"width": 390, "height": 800}).new_page()
        for path in sorted(Path(SITE).glob("*/index.html")):
            page.goto(f"{address}{path.parent.name}/", wait_until="load")
            wide[path.parent.name] = page.evaluate("document.documentElement.scrollWidth")
    assert "lessons" in wide and {name: each for name, each in wide.items() if each > 390} == {}


SIZES = """() => [...document.querySelectorAll("svg.nw-svg")].map((each) => {
  const { width, height } = each.getBoundingClientRect();
  return [width, height];
})"""


@pytest.mark.nightly
@pytest.mark.parametrize("width", [390, 1400])
def test_a_drawing_takes_its_room_before_it_is_drawn(address: str, width: int) -> None:
    """It is drawn when somebody comes near: by then, nothing below it moves."""
    with chromium() as browser:
        page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
        page.goto(f"{address}models/gaussian-mixture/", wait_until="load")
        waiting = page.evaluate(SIZES)
        page.add_style_tag(content="svg.nw-svg { content-visibility: visible !important; }")
        drawn = page.evaluate(SIZES)
    assert len(drawn) > 1
    for before, after in zip(waiting, drawn, strict=True):
        assert before == pytest.approx(after, abs=1)


WIDE = ("", "lessons/", "comparison/", "graph/", "engine/frames/")
WIDE += ("models/gaussian-mixture/", "models/dbscan/", "models/t-sne/", "concepts/calibration/")
"""Pages with what is wide: tables, drawings, formulas, sliders with long names."""


@pytest.mark.nightly
@pytest.mark.parametrize("width", [320, 390, 820, 1220, 1280, 1400, 1920])
def test_no_page_is_wider_than_its_window(address: str, width: int) -> None:
    """What is wide scrolls in a frame of its own: the table of the ledger ran out of the page, the
    margin out of a window of 1,280 pixels, sliders out of a phone. Each night all pages are seen.
    """
    pages, wide = [*WIDE], {}
    if os.environ.get("NOTEWRIGHT_WHOLE"):
        found = sorted(Path(SITE).rglob("index.html"))
        pages = [each.parent.relative_to(SITE).as_posix() + "/" for each in found]
    with chromium() as browser:
        page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
        for name in pages:
            page.goto(f"{address}{name}", wait_until="load")
            wide[name] = page.evaluate("document.documentElement.scrollWidth")
    assert {name: each for name, each in wide.items() if each > width} == {}


BEYOND = """() => [...document.querySelectorAll("table[data-chooser] tbody th")].filter((cell) => {
  const text = document.createRange();
  text.selectNodeContents(cell);
  return text.getBoundingClientRect().right > cell.getBoundingClientRect().right + 1;
}).map((cell) => cell.textContent)"""


@pytest.mark.nightly
@pytest.mark.parametrize("width", [320, 390, 700, 740])
def test_no_name_of_the_comparison_lies_over_the_next_column(address: str, width: int) -> None:
    """Names stay in sight while the table scrolls, in a column that is narrow on a phone."""
    with chromium() as browser:
        page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
        page.goto(f"{address}comparison/", wait_until="load")
        page.locator("table[data-chooser]").wait_for()
        page.add_style_tag(content=".nw-html { content-visibility: visible !important; }")
        assert page.locator("table[data-chooser] tbody th").count() > 30
        assert page.evaluate(BEYOND) == []


@pytest.mark.nightly
@pytest.mark.parametrize("width", [1400, 1920])
@pytest.mark.parametrize("font", ["ours", "another"])
def test_the_comparison_stays_on_its_paper(address: str, width: int, font: str) -> None:
    """In our font it does not scroll in a frame: its last columns stood half beside it. In a
    wider one, which stays for a visit where ours comes late, it scrolls rather than that.
    """
    with chromium() as browser:
        page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
        if font == "ours":
            page.route("**/*.css", _waits_for_fonts)
        else:
            page.route("**/fonts/*", lambda route: route.abort())
        page.goto(f"{address}comparison/", wait_until="load")
        page.locator("table[data-chooser]").wait_for()
        page.evaluate("document.fonts.ready")
        page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        fits, scrolls = page.evaluate(
            """() => {
                const table = document.querySelector("table[data-chooser]");
                const paper = table.parentElement;
                const right = (each) => each.getBoundingClientRect().right;
                return [right(table) <= right(paper), getComputedStyle(paper).overflowX == "auto"];
            }"""
        )
    assert fits != scrolls
    assert fits or font != "ours"


def _waits_for_fonts(route: Route) -> None:
    """Serve a style sheet whose fonts are waited for, however slow the machine is."""
    sheet = route.fetch()
    route.fulfill(response=sheet, body=sheet.text().replace("display: optional", "display: block"))


@pytest.mark.gate
def test_home_and_the_table_of_rules_count_the_same() -> None:
    """The words in their order and the numbers, from the same cells."""
    home = (Path(SITE) / "index.html").read_text("utf-8")
    table = (Path(SITE) / "lessons" / "index.html").read_text("utf-8")
    told = re.search(r'class="look-ledger">.*?<a [^>]*>([^<]*)</a>', home, re.DOTALL)
    assert told is not None
    numbers = [each.split(" ", 1)[0] for each in told[1].split(", ")]
    totals = re.findall(r'<li data-value="([^"]+)">\s*<b>(\d+)</b>', table)
    assert numbers == [dict(totals)[word] for word in VERDICTS if word in dict(totals)]
    assert f"{sum(map(int, numbers))}</b> <span>in all" in table
