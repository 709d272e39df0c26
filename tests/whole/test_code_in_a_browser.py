"""Code in a real browser: no line of the column's width is cut, copies run, and folds are kept."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsers import CHROMIUM, becomes, served
from browsers import browser as browser
from cell_format import width
from projects import ProjectDir

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists() or os.environ.get("NOTEWRIGHT_BROWSER") != "1",
    reason="looks at code in Chromium: `nox -s browser`",
)

FULL = 'text = "' + "M" * (width() - 9) + '"'
LONG = 'more = "' + "M" * 40 + '"  # ' + "too long for the column " * 4
LINES = "x = 1\n" * 30
FILES = {
    "docs/index.md": f"""\
# Home

```python
from own import times
{FULL}
print(times(3))
```

```python continuation
#| label: fig-line
#| fig-cap: It rises
#| fig-alt: a line
import matplotlib.pyplot as plt

plt.plot([1, times(2)]);
```

```python continuation
{LONG}
print(times(len(more)))
```
""",
    "docs/long.md": "# Long\n" + f"\n```python\n{LINES}```\n" * 20,
    "docs/noted.md": """\
# Noted

```python
x = [1, 2]  # (1)!
print(sum(x))  # (2)!
```

1. They are two.
2. It is **three**.

```python continuation
#| code-fold: true
print(x)  # (1)
```

1. As before.
""",
    "docs/other.md": "# Other\n\nSee [[index|the figure]].\n",
    "own.py": "FACTOR = 7\n\nOTHER = 8\n\n\ndef times(x):\n    return FACTOR * x\n",
}
CLIPPED = """() => [...document.querySelectorAll(".nw-cell pre > code")]
  .filter((code) => code.offsetParent && code.scrollWidth > code.clientWidth)
  .map((code) => [code.textContent.slice(0, 20), code.classList.contains("nw-goes-on")])"""
SOURCE = "FACTOR = 7\n\nOTHER = 8"
HEIGHTS = """() => [...document.querySelector(".highlight pre > code").children].map((line) => {
  const { height } = line.getBoundingClientRect();
  return Math.round(height / parseFloat(getComputedStyle(line).lineHeight));
})"""
"""How many lines high each line of the first code is."""
UNCUT = """() => {
  const box = document.querySelector(".md-tooltip--active")?.getBoundingClientRect();
  return !!box
    && !!document.elementFromPoint(box.left + 9, box.bottom - 2).closest(".md-tooltip--active");
}"""
"""Whether the note that is open is seen down to its end, over what follows the code."""
FOLDS = '() => [...document.querySelectorAll("details.nw-fold")].map((each) => each.open)'


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a small site is served."""
    project = ProjectDir(tmp_path_factory.mktemp("code") / "project")
    features = ["content.code.copy", "content.code.annotate"]
    theme = {"name": "material", "font": False, "features": features}
    project.configure({"generated_pages": ["code", "source"]}, theme=theme)
    project.write(FILES)
    built = project.build()
    assert built.status == 0, built.output
    with served(project.root / "site") as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The note, on a screen of 1400 pixels, whose clipboard may be read."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    opened = context.new_page()
    opened.goto(address)
    opened.wait_for_selector(".nw-bar")
    yield opened
    context.close()


@pytest.mark.nightly
def test_no_line_of_the_columns_width_is_cut(page: Page) -> None:
    """At 1400 pixels; one that is longer fades where it goes on."""
    becomes(lambda: page.evaluate(CLIPPED), [['more = "MMMMMMMMMMMMM'[:20], True]])


@pytest.mark.gate
def test_copies_are_the_cell_or_all_that_it_needs(page: Page, tmp_path: Path) -> None:
    """The second runs where there is nothing but libraries."""
    cell = page.locator(".nw-cell").first
    cell.get_by_role("button", name="Copy", exact=True).click()
    cell.get_by_role("button", name="Copied").wait_for()
    alone = page.evaluate("() => navigator.clipboard.readText()")
    assert alone == f"from own import times\n{FULL}\nprint(times(3))\n"
    cell.get_by_role("button", name="Copied").wait_for(state="detached")  # it says so for 2 s
    cell.get_by_role("button", name="Copy with helpers").click()
    cell.get_by_role("button", name="Copied").wait_for()
    code = page.evaluate("() => navigator.clipboard.readText()")
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stdout == "21\n", done.stderr


@pytest.mark.nightly
def test_notes_on_code_open_at_their_line(page: Page, address: str) -> None:
    """Of a cell as of any code, where the theme is asked for it."""
    page.goto(f"{address}noted/")
    marks = page.locator(".nw-cell .highlight .md-annotation")
    becomes(marks.count, 3)
    assert page.locator("article ol:visible").count() == 0
    marks.nth(1).locator(".md-annotation__index").click(force=True)  # it pulses
    page.get_by_text("It is three.").wait_for()
    becomes(lambda: page.evaluate(UNCUT))
    assert page.locator(".nw-outputs").first.inner_text().strip() == "3"
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    marks.nth(2).locator(".md-annotation__index").click(force=True)
    page.get_by_text("As before.").wait_for()


@pytest.mark.nightly
def test_show_all_code_is_remembered(page: Page) -> None:
    """By its button and by its key, on this page and the next."""
    assert page.evaluate(FOLDS) == [False]
    page.get_by_role("button", name="Show all code").click()
    assert page.evaluate(FOLDS) == [True]
    page.reload()
    page.wait_for_selector(".nw-show-code[aria-pressed=true]")
    assert page.evaluate(FOLDS) == [True]
    page.keyboard.press("c")
    assert page.evaluate(FOLDS) == [False]


@pytest.mark.nightly
def test_source_keeps_its_blank_lines(page: Page, address: str) -> None:
    """As it is seen and as it is copied: where names are defined, the theme sets lines apart."""
    page.goto(f"{address}code/own/")
    becomes(lambda: page.evaluate(HEIGHTS), [1, 1, 1])
    page.locator(".highlight").first.hover()
    page.locator(".highlight button").first.click()
    becomes(lambda: page.evaluate("() => navigator.clipboard.readText()").rstrip(), SOURCE)


@pytest.mark.nightly
def test_a_figure_has_a_number_an_address_and_a_file(page: Page) -> None:
    """Of the note's figures that have a caption."""
    number = 'getComputedStyle(document.querySelector("figcaption"), "::before").content'
    assert page.evaluate(number).startswith('"Fig. " counter(nw-figure)')
    line = page.locator(".nw-origin").first
    assert line.get_by_role("link", name="Link", exact=True).get_attribute("href") == "#fig-line"
    text = _saved(page, line.get_by_role("button", name="SVG"), "fig-line.svg").decode()
    assert "<svg" in text and "<path" in text
    data = _saved(page, line.get_by_role("link", name="Data"), "fig-line.csv").decode()
    assert data == "axes,kind,x,y\n1,line,0,1\n1,line,1,14\n"


def _saved(page: Page, what: Locator, name: str) -> bytes:
    """A file that a reader gets by a click."""
    with page.expect_download() as download:
        what.click()
    assert download.value.suggested_filename == name
    return download.value.path().read_bytes()


@pytest.mark.nightly
def test_a_picture_of_points_is_made_of_the_drawing(page: Page) -> None:
    """As large as the drawing, twice as fine, and not empty."""
    from matplotlib.image import imread

    found = _saved(page, page.get_by_role("button", name="PNG"), "fig-line.png")
    pixels = imread(io.BytesIO(found))
    assert pixels.shape[0] > 400 and pixels.shape[1] > 800
    assert len({tuple(each) for each in pixels[::7, ::7].reshape(-1, pixels.shape[2])}) > 2


@pytest.mark.gate
def test_the_line_below_a_figure_unfolds_its_code_and_cites_it(page: Page) -> None:
    """The code comes above the figure; the citation is read, copied, and goes again."""
    line = page.locator(".nw-origin").first
    told = [each.strip() for each in line.locator("> span").all_inner_texts()]
    assert told == ["line 9"]
    assert line.locator(".nw-tick").get_attribute("href") == "#fig-line"
    code = line.get_by_role("button", name="Code")
    code.click()
    assert code.get_attribute("aria-expanded") == "true"
    shown = page.locator("details.nw-fold .highlight").bounding_box()
    figure = page.locator(".nw-figure").bounding_box()
    assert shown and figure and shown["y"] + shown["height"] <= figure["y"]
    line.get_by_role("button", name="Cite").click()
    words, bibtex = page.locator(".nw-cited > pre").all_inner_texts()
    assert words.startswith("Figure 1 of \u201cHome\u201d") and words.endswith("#fig-line")
    assert bibtex.startswith("@misc{") and "url = {http" in bibtex
    page.locator(".nw-cited").get_by_role("button", name="Copy").last.click()
    assert page.evaluate("() => navigator.clipboard.readText()") == bibtex
    line.get_by_role("button", name="Cite").click()
    assert page.locator(".nw-cited").count() == 0


@pytest.mark.nightly
def test_each_cell_has_a_tick_that_leads_to_it(page: Page) -> None:
    """Above its code, or below what it drew."""
    ticks = page.locator(".nw-tick")
    assert ticks.all_inner_texts() == ["1", "2", "3"]
    targets = ticks.evaluate_all("all => all.map(each => each.getAttribute('href'))")
    assert targets == ["#nw-cell-1", "#fig-line", "#nw-cell-3"]
    assert all(page.locator(target).count() == 1 for target in targets)
    assert page.locator(".nw-bar > span").first.inner_text() == "Python, 3 lines"


@pytest.mark.nightly
def test_a_preview_shows_the_first_figure(page: Page) -> None:
    """Of the page that the link leads to."""
    page.goto(page.url + "other/")
    page.locator("article a", has_text="the figure").hover()
    page.locator(".nw-preview svg.nw-svg").wait_for()
    box = page.locator(".nw-preview svg.nw-svg").bounding_box()
    assert box and 100 < box["width"] <= 340


@pytest.mark.nightly
def test_a_figure_fits_on_a_phone_and_can_be_enlarged(browser: Browser, address: str) -> None:
    """It scrolls sideways only once a reader asked for it large; on a desk nothing is asked."""
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(address)
    room = (
        "each => [each.scrollWidth - each.clientWidth, each.querySelector('.nw-svg').clientWidth]"
    )
    figure = page.locator(".nw-figure")
    made = page.get_by_role("button", name="Enlarge")
    made.wait_for()
    over, width = figure.evaluate(room)
    assert over <= 1 and width <= 390
    made.click()
    assert made.get_attribute("aria-pressed") == "true"
    over, width = figure.evaluate(room)
    assert over > 100 and width > 490
    made.click()
    assert figure.evaluate(room)[0] <= 1
    page.set_viewport_size({"width": 1400, "height": 900})
    assert not made.is_visible()
    context.close()


@pytest.mark.nightly
def test_code_that_is_not_laid_out_yet_has_its_room(page: Page) -> None:
    """The page is as long before somebody has scrolled as it is when all is there."""
    page.goto(page.url + "long/")
    far = page.locator(".nw-cell pre > code").last
    hidden = "each => !each.querySelector('span').checkVisibility({contentVisibilityAuto: true})"
    assert far.evaluate(hidden), "all code is laid out at once"
    height = "() => document.documentElement.scrollHeight"
    before = page.evaluate(height)
    page.add_style_tag(content="code { content-visibility: visible !important; }")
    assert abs(page.evaluate(height) - before) <= 2


@pytest.mark.nightly
def test_a_name_leads_to_its_source(page: Page) -> None:
    """To the lines that define it."""
    page.locator("a.nw-source", has_text="times").first.click()
    page.wait_for_url("**/code/own/#own.times")
    assert "return FACTOR * x" in page.locator(".highlight").last.inner_text()
