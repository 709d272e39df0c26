"""In a real browser: a page that `serve` shows fills in while its cells run, and stays in place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsers import becomes
from browsers import browser as browser
from projects import ProjectDir
from served import Served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

WAITS = """
while not __import__("pathlib").Path("go/{0}").exists():
    __import__("time").sleep(0.05)
"""
NOTES = {
    "docs/index.md": "# Home\n\nTo [[first]] and [[second]].\n",
    "docs/first.md": (
        "# First\n\nProse of the first.\n\n"
        + "Words, so that there is something to scroll.\n\n" * 60
        + f"```python\n#| label: sum{WAITS.format('first')}print('ran', 6 * 7)\n```\n\n"
        + "It is `{python} 6 * 7` in all.\n\n## Below\n\n"
        + "More words.\n\n" * 60
    ),
    "docs/second.md": (
        f"# Second\n\nSecond prose.\n\n```python{WAITS.format('second')}print(2)\n```\n"
    ),
    "docs/third.md": "# Third\n\n![[first#^sum]]\n",
}

POLL = re.compile(r"/livereload/\d+/")
"""What a page asks once it knows what it shows; where its cells stand it asks sooner."""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of Chromium, in which no script fails."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    errors: list[object] = []
    page.on("pageerror", lambda error: errors.append(error))
    yield page
    page.close()
    assert errors == []


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[], Served]]:
    """Serve the notes; a cell goes on once its file is there. Each call starts a server anew."""
    project = ProjectDir(tmp_path)
    theme = {"name": "material", "font": False, "features": ["content.code.copy"]}
    plugins = ["search", "tags", {"notewright": {"generated_pages": []}}]
    project.configure(theme=theme, plugins=plugins)
    project.write(NOTES)
    (tmp_path / "go").mkdir()
    running: list[Served] = []

    def start() -> Served:
        running.append(Served(project))
        running[-1].wait(lambda: "Serving on" in running[-1].output)
        return running[-1]

    yield start
    for served in running:
        if served.is_alive:
            served.end()


@pytest.mark.gate
def test_prose_is_there_at_once_and_cells_fill_in(serve: Callable[[], Served], page: Page) -> None:
    """Without a new load, and what the reader looks at stays where it is."""
    served = serve()
    with page.expect_request(POLL):
        page.goto(f"http://{served.address}/first/")
    assert page.get_by_text("Prose of the first.").is_visible()
    waiting = page.locator(".nw-waiting")
    assert waiting.count() == 1
    page.wait_for_function("document.querySelector('.nw-waiting').innerText == 'Running …'")
    assert "It is … in all." in page.locator("article").inner_text()
    page.evaluate("window.isSame = true")
    below = page.locator("#below")
    below.evaluate("each => each.scrollIntoView({block: 'start', behavior: 'instant'})")
    before = below.bounding_box()
    (served.project.root / "go/first").touch()
    page.get_by_text("ran 42").wait_for(state="attached")
    after = below.bounding_box()
    assert before and after and abs(before["y"] - after["y"]) < 2
    assert "It is 42 in all." in page.locator("article").inner_text()
    assert waiting.count() == 0 and page.evaluate("window.isSame")
    assert page.locator("article [data-md-type=copy]").count() == 1  # the theme began anew


@pytest.mark.nightly
def test_the_page_that_is_looked_at_runs_first(tmp_path: Path, page: Page) -> None:
    """A cell says which place it has; the page that embeds what it shows fills in, too."""
    project = ProjectDir(tmp_path)
    options = {"generated_pages": [], "workers": 1, "writable": ["begun"]}
    project.configure(
        theme={"name": "material", "font": False}, plugins=["search", {"notewright": options}]
    )
    cell = "#| label: l{0}\nopen('begun/order', 'a').write('{0} ')" + WAITS + "print('ran', {0})"
    note = f"# {{0}}\n\n```python\n{cell}\n```\n"
    project.write({f"docs/n{number}.md": note.format(number) for number in range(9)})
    project.write({"docs/index.md": "# Home\n", "docs/shows.md": "# Shows\n\n![[n8#^l8]]\n"})
    project.write({"begun/order": ""})
    (tmp_path / "go").mkdir()
    order = tmp_path / "begun" / "order"
    served = Served(project)
    try:
        served.wait(lambda: order.read_text() != "")
        page.goto(f"http://{served.address}/shows/")
        # Behind what the runner has in hand, and before all others.
        place = re.compile(r"Waiting to run: (1st|2nd|3rd|4th) of 9")
        page.locator(".nw-waiting", has_text=place).wait_for()
        for number in (0, 1, 2, 3, 8):
            (tmp_path / "go" / str(number)).touch()
        page.get_by_text("ran 8").wait_for()
        assert order.read_text().split()[0] == "0", served.output
    finally:
        if served.is_alive:
            served.end()


@pytest.mark.gate
def test_a_save_shows_its_prose_before_its_cells_ran(
    serve: Callable[[], Served], page: Page
) -> None:
    """No figure of an earlier text stands beside it."""
    served = serve()
    (served.project.root / "go/second").touch()
    with page.expect_request(POLL):  # from then on the page knows what it shows
        page.goto(f"http://{served.address}/second/")
    page.locator(".nw-stdout", has_text="2").wait_for()
    page.evaluate("window.isSame = true")
    text = NOTES["docs/second.md"].replace("go/second", "go/again").replace("print(2)", "print(3)")
    served.project.write({"docs/second.md": text.replace("Second prose", "New prose")})
    page.get_by_text("New prose.").wait_for()
    assert page.locator(".nw-stdout").count() == 0 and page.locator(".nw-waiting").count() == 1
    (served.project.root / "go/again").touch()
    page.locator(".nw-stdout", has_text="3").wait_for()
    assert page.evaluate("window.isSame")


@pytest.mark.nightly
def test_a_page_that_is_still_loaded_is_not_loaded_anew_for_another(
    serve: Callable[[], Served], page: Page
) -> None:
    """Who began to write in it would lose that."""
    served = serve()
    (served.project.root / "go/second").touch()
    picture = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'
    text = f"{NOTES['docs/second.md']}\n![Slow](slow.svg)\n"
    served.project.write({"docs/slow.svg": picture, "docs/second.md": text})
    for shown in ("slow.svg", "nw-stdout"):
        served.wait_for("second", shown)
    held: list[Route] = []
    page.route("**/slow.svg", lambda route: held.append(route))
    page.goto(f"http://{served.address}/second/", wait_until="domcontentloaded")
    page.evaluate("window.isSame = true")
    served.project.write({"docs/third.md": "# Third\n\nNewer prose.\n"})
    served.wait_for("third", "Newer prose.")
    becomes(lambda: len(held), 1)
    with page.expect_request(POLL):
        held[0].continue_()
    assert page.evaluate("window.isSame")


@pytest.mark.nightly
def test_a_server_that_was_killed_goes_on_where_it_was(
    serve: Callable[[], Served], page: Page
) -> None:
    """What ran is not run again, what did not still does."""
    served = serve()
    (served.project.root / "go/first").touch()
    page.goto(f"http://{served.address}/first/")
    page.get_by_text("ran 42").wait_for(state="attached")
    served.kill()
    served = serve()
    page.goto(f"http://{served.address}/first/")
    assert "ran 42" in page.locator("article").inner_text()
    page.goto(f"http://{served.address}/second/")
    page.wait_for_function("document.querySelector('.nw-waiting').innerText == 'Running …'")
    (served.project.root / "go/second").touch()
    page.locator(".nw-stdout", has_text="2").wait_for()
