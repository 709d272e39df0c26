"""Bases in a real browser: tabs, and tables that a reader sorts and filters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from browsers import becomes, served, violations
from browsers import browser as browser
from projects import ProjectDir

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BASE = """\
filters: file.inFolder("books")
views:
  - type: table
    name: All of them
    order: [file.name, year, read]
    summaries: {year: Sum}
  - type: table
    name: By state
    order: [file.name, year]
    groupBy: read
    summaries: {year: Sum}
  - type: cards
    name: Cards
    order: [file.name, year]
"""
YEARS = (1965, 1815, 900, 2001, 1999, 1720, 1850, 1901, 1923)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    """A vault with a base of nine books."""
    project = ProjectDir(tmp_path_factory.mktemp("bases") / "project")
    palette = [
        {"media": "(prefers-color-scheme: light)", "scheme": "default"},
        {"media": "(prefers-color-scheme: dark)", "scheme": "slate"},
    ]
    theme = {"name": "material", "font": False, "palette": palette}
    project.configure(theme=theme)
    project.write({"docs/index.md": "# Home\n\n[[books.base#By state]]\n", "docs/books.base": BASE})
    for number, year in enumerate(YEARS):
        text = f"---\nyear: {year}\nread: {str(number % 2 == 0).lower()}\n---\n# Book {number}\n"
        project.write({f"docs/books/book{number}.md": text})
    built = project.build()
    assert built.status == 0, built.output
    with served(project.root / "site") as address:
        yield address


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """The page of the base; nothing goes wrong in it."""
    context = browser.new_context()
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{site}books.base/")
    yield page
    context.close()
    assert wrong == []


def rows(page: Page) -> list[str]:
    """The names of the rows that are seen."""
    return page.locator(".nw-base tbody td:first-child:visible").all_inner_texts()


@pytest.mark.gate
def test_a_view_is_a_tab_and_a_link_opens_it(page: Page, site: str) -> None:
    """By pointer, by the arrows of a keyboard, and by its address."""
    assert rows(page) == [f"book{number}" for number in range(9)]
    page.get_by_text("Cards", exact=True).click()
    becomes(lambda: page.locator(".nw-base-card:visible").count(), 9)
    page.locator("#cards").press("ArrowLeft")
    becomes(lambda: page.locator(".nw-base-group:visible").count(), 2)
    page.goto(site)
    page.get_by_role("link", name="books > By state").first.click()
    becomes(lambda: page.locator(".nw-base-group:visible").count(), 2)


@pytest.mark.nightly
def test_a_reader_sorts_a_table(page: Page) -> None:
    """Numbers by size; boxes by whether they are ticked; the sums stay where they are."""
    table = page.locator(".nw-base-table").first
    table.get_by_role("button", name="year").click()
    by_year = [f"book{n}" for n in sorted(range(9), key=lambda n: YEARS[n])]
    assert rows(page) == by_year
    assert table.locator("tfoot").inner_text().split() == [f"Sum{sum(YEARS)}"]
    table.get_by_role("button", name="read").click()
    assert rows(page) == [f"book{n}" for n in (1, 3, 5, 7, 0, 2, 4, 6, 8)]


@pytest.mark.nightly
def test_groups_are_sorted_each_by_itself(page: Page) -> None:
    """Their headings and sums stay on top."""
    page.get_by_text("By state", exact=True).click()
    table = page.locator(".nw-base-table:visible")
    table.get_by_role("button", name="year").click()
    first, second = table.locator("tbody").all()
    assert first.locator("tr").first.inner_text().strip() == "read"
    assert first.locator("td:first-child").all_inner_texts()[1:] == [
        f"book{n}" for n in sorted((1, 3, 5, 7), key=lambda n: YEARS[n])
    ]
    assert "Sum" in second.locator("tr").nth(1).inner_text()


@pytest.mark.gate
def test_a_reader_filters_rows(page: Page) -> None:
    """A group of which nothing is left goes; a sum of other rows than those seen goes, too."""
    page.get_by_text("By state", exact=True).click()
    panel = page.locator(".tabbed-block:visible")
    panel.get_by_role("searchbox", name="Filter rows").fill("18")
    assert rows(page) == ["book1", "book6"]
    panel.get_by_role("searchbox", name="Filter rows").fill("2001")
    assert rows(page) == ["book3"]
    assert panel.locator(".nw-base-group:visible").count() == 1
    assert panel.locator(".nw-base-summary:visible").count() == 0
    assert panel.get_by_role("status").inner_text() == "1 of 9 rows"


@pytest.mark.nightly
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(browser: Browser, site: str, scheme: str) -> None:
    """Axe finds nothing, in any view."""
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    for view in ("all-of-them", "by-state", "cards"):
        page.goto(f"{site}books.base/#{view}")
        assert violations(page, ".nw-base") == []
    context.close()
