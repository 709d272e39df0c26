"""Exports in a real browser: it prints a book, and turns slides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsers import CHROMIUM, becomes, violations
from browsers import browser as browser
from projects import ProjectDir

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NOTE = (
    """\
# Talk

First words, and to [[two]]. A formula: $\\frac{1}{2}$.

## Run

```python
#| fig-alt: A line
#| fig-cap: It rises.
import matplotlib.pyplot as plt

plt.plot([1, 2]);
```

### Part

| a | b |
|---|---|
| 1 | 2 |

---

"""
    + "Long words.\n\n" * 120
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> ProjectDir:
    """Two notes."""
    made = ProjectDir(tmp_path_factory.mktemp("exports"))
    made.configure(theme={"name": "material", "font": False})
    made.write({"docs/index.md": NOTE, "docs/two.md": "# Two\n\nBack to [[index#Part]].\n"})
    return made


def export(project: ProjectDir, *words: str) -> Path:
    """Export to a file."""
    done = project.notewright("export", *words)
    assert done.status == 0, done.output
    return project.root / words[-1]


@pytest.mark.gate
def test_a_book_is_printed(project: ProjectDir) -> None:
    """With an outline, tags and links that lead within it; the same bytes each time."""
    words = ("--browser", str(CHROMIUM), "--output")
    pdf = export(project, *words, "book.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    for part in (b"/Outlines", b"/StructTreeRoot", b"/Lang"):
        assert part in pdf, part
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 4  # contents, two of the first note, one
    assert b"/URI" not in pdf
    assert export(project, *words, "again.pdf").read_bytes() == pdf


WIDE = """\
# Wide

| {} |
|{}|
| {} |

```python
import pandas as pd
pd.DataFrame([[12345] * 24], columns=[f"a column {{i}}" for i in range(24)])
```
"""


@pytest.mark.nightly
def test_a_wide_table_fits_on_its_page(browser: Browser, project: ProjectDir) -> None:
    """The browser made all pages of a book smaller, until the widest table had its room."""
    heads = " | ".join(f"unbreakable_{number}" for number in range(14))
    wide = WIDE.format(heads, "---|" * 13 + "---", " | ".join(["donaudampfschiff"] * 14))
    project.write({"docs/wide.md": wide})
    file = export(project, "index", "wide", "--output", "wide.html")
    page = browser.new_page(viewport={"width": 640, "height": 900})
    page.goto(file.as_uri())
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    edges = page.locator("th, td").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().right)"
    )
    assert max(edges) <= 640
    assert page.locator(".nw-html").get_by_text("12345").count() == 24
    (project.root / "docs/wide.md").unlink()
    page.close()


@pytest.fixture
def page(browser: Browser, project: ProjectDir) -> Iterator[Page]:
    """The slides of a note; nothing goes wrong in it."""
    file = export(project, "--slides", "index", "--output", "talk.html")
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(file.as_uri())
    yield page
    context.close()
    assert wrong == []


def shown(page: Page) -> str:
    """The number of the slide at the top of the window, by its own words."""
    found: str = page.evaluate(
        """() => [...document.querySelectorAll(".nw-slide")]
            .find((each) => each.getBoundingClientRect().bottom > 8).ariaLabel"""
    )
    return found


@pytest.mark.gate
def test_keys_turn_slides(page: Page) -> None:
    """There and back, to the ends, and through one that is longer than the window."""
    becomes(lambda: shown(page), "1 of 4")
    for key, number in (("ArrowRight", 2), ("ArrowRight", 3), ("ArrowLeft", 2), ("End", 4)):
        page.keyboard.press(key)
        becomes(lambda number=number: shown(page), f"{number} of 4")
    assert page.url.endswith("#4")
    before = page.evaluate("scrollY")
    page.keyboard.press(" ")
    becomes(lambda: page.evaluate("scrollY") > before)
    assert shown(page) == "4 of 4"
    page.keyboard.press("Home")
    becomes(lambda: shown(page), "1 of 4")


LATE = """
window.late = [];
const Own = IntersectionObserver;
window.IntersectionObserver = class extends Own {
  constructor(tell, options) { super((seen) => late.push(() => tell(seen)), options); }
};
"""


@pytest.mark.nightly
def test_a_key_turns_the_slide_that_is_shown(page: Page) -> None:
    """Also on a busy machine, which tells late what was scrolled into view before."""
    page.add_init_script(LATE)
    page.reload()
    page.keyboard.press("ArrowRight")
    page.evaluate("new Promise((go) => requestAnimationFrame(() => setTimeout(go, 50)))")
    page.evaluate("window.told = [...late]")
    page.keyboard.press("End")
    before = page.evaluate("scrollY")
    page.evaluate("told.forEach((tell) => tell())")
    page.keyboard.press(" ")
    becomes(lambda: page.evaluate("scrollY") > before, seconds=20)


@pytest.mark.nightly
def test_an_address_names_a_slide(page: Page) -> None:
    """It is shown again where the page is loaded anew."""
    page.goto(page.url.partition("#")[0] + "#3")
    page.reload()
    becomes(lambda: shown(page), "3 of 4")


@pytest.mark.nightly
@pytest.mark.parametrize("width", [360, 1280])
def test_slides_can_be_read_by_everybody(page: Page, width: int) -> None:
    """Axe finds nothing, and nothing is wider than the window."""
    page.set_viewport_size({"width": width, "height": 720})
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
