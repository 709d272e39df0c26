"""In a real browser: previews, search and graphs, by pointer and by keyboard."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsers import becomes, served
from browsers import browser as browser
from projects import ProjectDir

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


PALETTE = [
    {"media": "(prefers-color-scheme: light)", "scheme": "default"},
    {"media": "(prefers-color-scheme: dark)", "scheme": "slate"},
]
FILES = {
    "docs/index.md": """\
        # Home

        To [[Tree model]], to [its end](models/Tree%20model.md#the-end), to
        [[models/leaf|a leaf]] and [away](https://example.org/).

        $$J(V_k) = \\sum_{i=1}^n \\lVert x_i - \\hat{x}_i \\rVert^2, \\qquad z = \\frac{a}{b}$$

        See [[parts#Items|items]], [[parts#Empty|nothing]], [[parts#Rows|rows]],
        [[parts#^here|a block]], [[parts#^fig-line|a figure]] and [[parts#Above|above]];
        and [[parts#Quiz|a quiz]].
        """,
    "docs/parts.md": """\
        # Parts

        ## Items

        - **One**: the first item.
        - Two, naive.

        ## Empty

        ## Rows

        | a | b |
        |---|---|
        | 1 | 2 |

        ## Blocks

        Not this.

        - Nor this.
        - But this. ^here

        ```python
        #| label: fig-line
        #| fig-cap: A line rises
        #| fig-alt: a line
        import matplotlib.pyplot as plt
        plt.plot([1, 2]);
        ```

        Nor what follows.

        ## Above

        ### Below

        > [!tip] A callout's title
        > Text below.

        ## Quiz

        > [!question]- Which?
        > - [ ] This is wrong.
        > - [x] This is right.
        >
        > The answer.

        What was asked.

        ## Schölkopf

        Last line of all.
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
    "docs/two-diagrams.md": """\
        # Two diagrams

        ```python
        from sklearn.linear_model import Ridge

        Ridge()
        ```

        ```python
        from sklearn.linear_model import Lasso

        Lasso()
        ```
        """,
}


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
    with _served(project) as address:
        yield address


@contextlib.contextmanager
def _served(project: ProjectDir) -> Iterator[str]:
    """Build a project, and serve its site at an address."""
    built = project.build()
    assert built.status == 0, built.output
    with served(project.root / "site") as address:
        yield address


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


@pytest.mark.gate
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
    page.wait_for_timeout(400)  # nothing goes
    assert preview.is_visible()
    page.mouse.move(2, 2)
    preview.wait_for(state="detached")
    assert link.get_attribute("aria-describedby") is None


@pytest.mark.nightly
def test_a_preview_on_focus_and_its_end_by_escape(page: Page) -> None:
    """By keyboard too: the part that a link names; Escape takes the preview away."""
    page.keyboard.press("Tab")
    page.locator("article p a", has_text="its end").focus()
    preview = page.locator("[role=tooltip]")
    preview.wait_for()
    assert preview.locator("strong").inner_text() == "The end"
    assert preview.locator("p").inner_text() == "Last words of the tree. Back to Home."
    page.keyboard.press("Escape")
    preview.wait_for(state="detached")
    page.locator("article p a", has_text="a leaf").focus()
    preview.wait_for()
    assert preview.locator("strong").inner_text() == "Leaf"


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("link", "title", "texts"),
    [
        ("items", "Items", ["One: the first item."]),
        ("nothing", "Empty", []),
        ("rows", "Rows", ["a b"]),
        ("a block", "Parts", ["But this."]),
        ("a figure", "Parts", ["A line rises"]),
        ("above", "Above", ["Text below."]),
        ("a quiz", "Quiz", ["What was asked."]),
    ],
)
def test_a_preview_shows_text_of_the_part_that_is_named(
    page: Page, link: str, title: str, texts: list[str]
) -> None:
    """The first text below a heading, be it an item or a row; no choice, and no part behind."""
    page.locator("article p a", has_text=link).hover()
    preview = page.locator("[role=tooltip]")
    preview.wait_for()
    assert preview.locator("strong").inner_text() == title
    assert preview.locator("p").all_inner_texts() == texts


@pytest.mark.nightly
@pytest.mark.parametrize("width", [1280, 200])
def test_a_formula_scrolls_only_sideways(page: Page, width: int) -> None:
    """It catches no wheel; only one that is too wide is a Tab stop."""
    page.set_viewport_size({"width": width, "height": 800})
    formula = page.locator("div.nw-formula")
    high, wide = formula.evaluate(
        "each => [each.scrollHeight - each.clientHeight, each.scrollWidth - each.clientWidth]"
    )
    assert high <= 0
    assert formula.evaluate("each => getComputedStyle(each).overflowY") == "hidden"
    assert (wide > 0) == (width == 200)
    page.locator("article p a", has_text="away").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.nw-formula')") == (width == 200)


IN_TEXT = """# Formulas

Words before it: $$%s = 0$$

- In an item: $$%s = 1$$
"""


@pytest.mark.nightly
def test_a_formula_among_words_is_no_wider_than_the_page(browser: Browser, tmp_path: Path) -> None:
    """One between `$$` in a paragraph or an item scrolls, too; and on paper it is whole."""
    project = ProjectDir(tmp_path)
    project.configure(theme={"name": "material", "font": False}, plugins=["notewright"])
    long = " + ".join(f"a_{{{number}}}" for number in range(30))
    project.write({"docs/index.md": IN_TEXT % (long, long)})
    with _served(project) as address:
        page = browser.new_page(viewport={"width": 320, "height": 600})
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        page.wait_for_selector(".nw-formula[tabindex]")
        for formula in page.locator(".nw-formula").all():
            becomes(lambda each=formula: each.get_attribute("tabindex"), "0")
            assert formula.evaluate("each => each.scrollWidth > each.clientWidth")
        page.emulate_media(media="print")
        assert formula.evaluate("each => getComputedStyle(each).overflowX") == "visible"
        page.close()


PRINTED = """# Table

| Model | Regularised | What it is |
|---|---|---|
| perceptron | no | %s |
| <https://example.org/%s> | yes | `%s` |
"""


@pytest.mark.nightly
def test_a_table_of_few_columns_is_printed_with_whole_words(
    browser: Browser, tmp_path: Path
) -> None:
    """Long text beside them cut short words; an address that finds no room is cut still."""
    project = ProjectDir(tmp_path)
    project.configure(theme={"name": "material", "font": False}, plugins=["notewright"])
    project.write({"docs/index.md": PRINTED % ("Much text. " * 60, "a" * 90, "b" * 90)})
    with _served(project) as address:
        page = browser.new_page(viewport={"width": 640, "height": 900})
        page.goto(address)
        page.emulate_media(media="print")
        assert page.locator("article").evaluate(PARTS) == ["a" * 90, "b" * 90]
        right = page.locator("td, th").evaluate_all(
            "all => Math.max(...all.map(each => each.getBoundingClientRect().right))"
        )
        assert right <= 640
        page.close()


PARTS = r"""root => {
    const cut = [], walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        for (const word of walker.currentNode.data.matchAll(/\w+/g)) {
            const range = new Range();
            range.setStart(walker.currentNode, word.index);
            range.setEnd(walker.currentNode, word.index + word[0].length);
            if (range.getClientRects().length > 1) cut.push(word[0]);
        }
    }
    return cut;
}"""


@pytest.mark.nightly
def test_code_is_read_in_its_order(browser: Browser, tmp_path: Path) -> None:
    """A string in Arabic changes no place but its own: the number behind it stands behind it."""
    project = ProjectDir(tmp_path)
    project.configure(theme={"name": "material", "font": False}, plugins=["notewright"])
    code = 'print("\u0645\u0631\u062d\u0628\u0627", 42)'
    project.write({"docs/index.md": f"# Code\n\n```python\n{code}\n```\n"})
    with _served(project) as address:
        page = browser.new_page()
        page.goto(address)
        tokens = page.locator(".nw-cell code span span, .nw-cell code > span")
        lefts = tokens.evaluate_all(
            """all => all.filter(each => !each.children.length && each.textContent.trim())
                .map(each => each.getBoundingClientRect().left)"""
        )
        assert len(lefts) >= 5
        assert lefts == sorted(lefts)
        page.close()


FROM_THE_RIGHT = """# Right

To [[two]].

> [!question]- \u0623\u064a\u0647\u0645\u061f
> - [ ] \u0648\u0627\u062d\u062f
> - [x] \u0627\u062b\u0646\u0627\u0646
>
> \u0646\u0639\u0645

```python
#| vary: {k: [1, 2]}
#| vary-caption: "{k}"
print(k)
```
"""


@pytest.mark.nightly
def test_a_page_that_is_read_from_the_right_begins_there(browser: Browser, tmp_path: Path) -> None:
    """Choices, with their letters, and the bar beside what links here stand at its right edge."""
    project = ProjectDir(tmp_path)
    theme = {"name": "material", "font": False, "language": "ar"}
    project.configure(theme=theme, plugins=["notewright"])
    project.write({"docs/index.md": FROM_THE_RIGHT, "docs/two.md": "# Two\n\nTo [[index]].\n"})
    with _served(project) as address:
        page = browser.new_page(viewport={"width": 700, "height": 800})
        page.goto(address)
        choice = page.locator(".nw-choice").first
        choice.wait_for()
        left, width, text = choice.evaluate(
            """each => {
                const range = document.createRange();
                range.selectNodeContents(each);
                const box = each.getBoundingClientRect();
                return [box.left, box.width, range.getBoundingClientRect().left];
            }"""
        )
        assert text > left + width / 2
        letter = choice.evaluate("each => getComputedStyle(each, '::before').float")
        assert letter in {"inline-start", "right"}
        said = page.locator(".nw-backlinks p").first
        assert said.evaluate("each => getComputedStyle(each).borderRightWidth") != "0px"
        shown = page.locator(".nw-hand output").first
        assert shown.evaluate("each => getComputedStyle(each).unicodeBidi") == "plaintext"
        page.close()


@pytest.mark.gate
def test_pages_follow_each_other_without_a_new_document(browser: Browser, tmp_path: Path) -> None:
    """Under `navigation.instant`, also from a page whose drawings have links."""
    project = ProjectDir(tmp_path)
    theme = {"name": "material", "font": False, "features": ["navigation.instant"]}
    project.configure(theme=theme, plugins=["notewright"], site_url="http://127.0.0.1/")
    drawn = (
        '<svg viewBox="0 0 9 9"><a href="../two/"><circle id="c" r="2"/></a><use href="#c"/></svg>'
    )
    project.write({"docs/index.md": f"# One\n\nTo [[two]].\n\n{drawn}\n", "docs/two.md": "# Two\n"})
    with _served(project) as address:
        listed = project.root / "site/sitemap.xml"  # where the theme looks for what is a page
        listed.write_text(listed.read_text("utf-8").replace("http://127.0.0.1/", address), "utf-8")
        page = browser.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(address)
        assert page.locator(".nw-local svg a, article svg a").count() >= 2
        page.evaluate("window.isTheSame = true")
        page.locator("article p a", has_text="Two").click()
        page.wait_for_url("**/two/")
        becomes(lambda: page.locator("h1").first.inner_text().rstrip("¶").strip(), "Two")
        assert page.evaluate("window.isTheSame") is True
        page.go_back()
        becomes(lambda: page.locator("h1").first.inner_text().rstrip("¶").strip(), "One")
        assert wrong == []
        page.close()


ALIGNED = r"""# Formulas

$$
\begin{align} wide + wide &= b & x &= y \\ c &= d + d + d & xx &= yy \end{align}
$$

$$
\begin{cases} 1 & \text{in one of the cases} \\ 22 & x \end{cases}
$$

$$
\begin{array}{c|c} 1 & 2 \\ \hline 3 & 4 \end{array}
$$
"""


@pytest.mark.nightly
def test_columns_of_formulas_stand_as_their_writer_said(browser: Browser, tmp_path: Path) -> None:
    """Chromium minds no attribute for it: each column was centred, and no line was drawn."""
    project = ProjectDir(tmp_path)
    project.write({"docs/index.md": ALIGNED})
    project.configure(theme={"name": "material", "font": False}, plugins=["notewright"])
    assert project.build().status == 0
    with served(tmp_path / "site") as address:
        page = browser.new_page()
        page.goto(address)
        edges = """number => [...document.querySelectorAll("mtable")[number].children].map((row) =>
          [...row.children].map((cell) => { const range = document.createRange();
            range.selectNodeContents(cell); const box = range.getBoundingClientRect();
            return [box.left, box.right]; }))"""
        (first, second), (one, other) = page.evaluate(edges, 0), page.evaluate(edges, 1)
        assert abs(first[0][1] - second[0][1]) < 1 < abs(first[0][0] - second[0][0])
        assert abs(first[1][0] - second[1][0]) < 1 < abs(first[1][1] - second[1][1])
        assert first[1][0] - first[0][1] < 8 < first[2][0] - first[1][1]
        assert abs(one[0][0] - other[0][0]) < 1 and abs(one[1][0] - other[1][0]) < 1
        lines = """() => [...document.querySelectorAll("mtable")[2].querySelectorAll("mtd")]
          .map((cell) => getComputedStyle(cell))
          .map(({ borderRightWidth: right, borderBottomWidth: below }) =>
            [right, below].map(parseFloat).map(Math.sign))"""
        assert page.evaluate(lines) == [[1, 1], [0, 1], [1, 0], [0, 0]]
        page.close()


@pytest.mark.nightly
def test_no_preview_of_other_sites(page: Page) -> None:
    """A link that leads away is followed only when it is clicked."""
    page.locator("article p a", has_text="away").hover()
    page.wait_for_timeout(600)  # nothing comes
    assert page.locator("[role=tooltip]").count() == 0


@pytest.mark.nightly
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
    page.locator("[data-nw-search] input").click()
    page.keyboard.type(words, delay=20)
    page.wait_for_selector(f'[data-nw-asked="{words}"]', state="attached")
    return page.locator(".nw-found .md-search-result__link strong").all_inner_texts()


@pytest.mark.gate
def test_search_finds_an_alias(page: Page) -> None:
    """A note is found by its other names."""
    assert _search(page, "arboreal") == ["Tree model"]


@pytest.mark.nightly
def test_the_title_of_a_result_is_not_smaller_than_its_text(page: Page) -> None:
    """In a site without a style of its own, too: it was 10 pixels high."""
    _search(page, "arboreal")
    size = "each => parseFloat(getComputedStyle(each).fontSize)"
    title, text = (
        page.locator(f".nw-found {each}").first.evaluate(size) for each in ("strong", "small")
    )
    assert title >= text >= 12


@pytest.mark.nightly
def test_search_finds_a_symbol(page: Page) -> None:
    """The page of a library's symbol is found by the symbol's name."""
    _search(page, "collections.Counter")
    found = page.locator(".md-search-result__list a").first.get_attribute("href") or ""
    assert "/code/collections/" in found


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("scholkopf", "Schölkopf"),
        ("Schölkopf", "Schölkopf"),
        ("naïve", "Items"),
        ("naive", "Items"),
    ],
)
def test_search_minds_no_accents(page: Page, words: str, found: str) -> None:
    """With an accent or without, in the text or in the query; what is typed stays as it is."""
    assert found in _search(page, words)
    assert page.locator("[data-nw-search] input").input_value() == words


@pytest.mark.nightly
def test_search_forgives_a_slip_without_a_click(page: Page) -> None:
    """For a typing mistake, what is alike is shown at once, and it is said how it was read."""
    assert _search(page, "arborael") == ["Tree model"]
    assert "“arboreal” for “arborael”" in page.locator("[role=status]").inner_text()


@pytest.mark.nightly
def test_a_result_is_reached_by_keyboard(page: Page) -> None:
    """Arrow keys visit the results, and Enter follows one; in the field it follows the first."""
    _search(page, "arboreal")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.matches('.md-search-result__link')")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.matches('input')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/Tree%20model/*")


@pytest.mark.nightly
def test_what_was_asked_for_is_marked_in_the_page(page: Page) -> None:
    """Also where the page spells it otherwise, and without a change of the page."""
    _search(page, "scholkopf")
    page.keyboard.press("Enter")
    page.wait_for_url("**h=*")
    marked = "[...CSS.highlights.get('nw-asked')].map((each) => each.toString())"
    assert "Schölkopf" in page.evaluate(marked)


@pytest.mark.gate
def test_the_graph_by_keyboard(page: Page, site: str) -> None:
    """A node is a link with a name: Tab reaches it, Enter follows it; a list follows."""
    page.goto(f"{site}graph/")
    page.locator(".nw-skip").focus()
    assert page.locator(".nw-skip").bounding_box()["x"] >= 0  # type: ignore[index]
    names = []
    for _ in range(4):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert names[1:] == ["Home", "Leaf", "Parts"]
    assert page.get_by_role("link", name="Leaf").count() >= 2
    page.keyboard.press("Enter")
    page.wait_for_url("**/parts/")


@pytest.mark.nightly
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


TICKS = {
    "docs/index.md": """\
        ---
        cssclasses: [keep-ticks]
        ---

        # Path

        - a list without boxes

        ## First

        - [ ] Read [[other]]
        - [x] Begin
        - [-] Leave out
            - [ ] A step

        Words.

        1. [ ] Again
        2. [ ] Again
        """,
    "docs/other.md": "# Other\n\n- [ ] Read [[index]]\n",
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    """The address of a site with a list of tasks, and with our own script and style."""
    project = ProjectDir(tmp_path_factory.mktemp("ticks") / "project")
    project.configure(
        theme={"name": "material", "font": False, "palette": PALETTE},
        plugins=["search", "notewright"],
        extra_css=["assets/site.css"],
        extra_javascript=["assets/progress.js"],
    )
    project.write(TICKS)
    ours = Path(__file__).parents[2] / "docs" / "assets"
    (project.root / "docs" / "assets").mkdir()
    for name in ("site.css", "progress.js"):
        shutil.copy(ours / name, project.root / "docs" / "assets" / name)
    with _served(project) as address:
        yield address


def _ticks(page: Page) -> list[bool]:
    boxes = page.locator("article input[type=checkbox]")
    return [boxes.nth(index).is_checked() for index in range(boxes.count())]


@pytest.mark.gate
def test_ticks_are_kept_in_this_browser(browser: Browser, path: str) -> None:
    """Ticks outlive a reload and reach other tabs; nothing is sent, and there is no cookie."""
    context = browser.new_context()
    page, tab = context.new_page(), context.new_page()
    asked: list[str] = []
    page.goto(path)
    tab.goto(path)
    count = page.locator("[aria-live=polite].tick-count")
    assert count.inner_text() == "1 of 5 done"
    assert _ticks(page) == [False, True, True, False, False, False]
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("checkbox", name="Read other").check(force=True)
    page.get_by_role("checkbox", name="Again").nth(1).check(force=True)
    page.get_by_role("checkbox", name="Begin").uncheck(force=True)
    assert count.inner_text() == "2 of 5 done"
    assert asked == []
    tab.wait_for_function("document.querySelector('.tick-count').textContent == '2 of 5 done'")
    wanted = [True, False, True, False, False, True]
    assert _ticks(tab) == wanted
    page.reload()
    assert _ticks(page) == wanted
    assert count.inner_text() == "2 of 5 done"
    assert context.cookies() == []
    page.goto(f"{path}other/")
    assert _ticks(page) == [False]
    assert page.locator("article input").is_disabled()
    assert page.locator(".tick-count").count() == 0
    context.close()


@pytest.mark.nightly
def test_ticks_by_keyboard(browser: Browser, path: str) -> None:
    """Tab reaches a box, which shows its focus and has the item's name; Space ticks it."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(path)
    page.locator("article li .nw-wikilink").first.focus()
    page.keyboard.press("Tab")
    focus = "document.activeElement"
    assert page.evaluate(f"{focus}.getAttribute('aria-label')") == "Begin"
    ring = f"getComputedStyle({focus}.nextElementSibling, '::after').outlineStyle"
    assert page.evaluate(ring) == "solid"
    page.keyboard.press("Tab")
    assert page.evaluate(f"{focus}.getAttribute('aria-label')") == "A step"
    page.keyboard.press("Space")
    assert page.locator(".tick-count").inner_text() == "2 of 5 done"
    assert page.locator("li[data-task='-'] > label input").is_disabled()
    context.close()


REFUSING = "Storage.prototype.getItem = Storage.prototype.setItem = () => { throw new Error(); };"
FULL = "Storage.prototype.setItem = () => { throw new Error(); };"


@pytest.mark.nightly
@pytest.mark.parametrize("refusal", [REFUSING, FULL, None])
def test_without_storage_or_scripts_boxes_are_to_read(
    browser: Browser, path: str, refusal: str | None
) -> None:
    """Where nothing can be kept, nothing can be ticked; what the author ticked still shows."""
    context = browser.new_context(java_script_enabled=refusal is not None)
    page = context.new_page()
    if refusal:
        page.add_init_script(refusal)
    page.goto(path)
    assert _ticks(page) == [False, True, True, False, False, False]
    assert page.locator("article input:enabled").count() == 0
    assert page.locator(".tick-count").count() == 0
    context.close()


@pytest.mark.gate
@pytest.mark.parametrize("stored", ["{", "null", "7", "[]", '{"Begin": "x", "toString": 1}'])
def test_damaged_ticks_do_no_harm(browser: Browser, path: str, stored: str) -> None:
    """What is no record of ticks counts as none, and is written over by the next tick."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(path)
    page.evaluate("text => localStorage.setItem('ticks:/', text)", stored)
    page.reload()
    page.get_by_role("checkbox", name="Read other").check(force=True)
    page.reload()
    assert page.get_by_role("checkbox", name="Read other").is_checked()
    context.close()


@pytest.mark.nightly
def test_a_tick_that_could_not_be_kept_is_told(browser: Browser, path: str) -> None:
    """Storage that fails later is no secret."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(path)
    page.evaluate(f"() => {{ {FULL} }}")
    page.get_by_role("checkbox", name="A step").check(force=True)
    assert "did not keep it" in page.locator(".tick-count").inner_text()
    context.close()


@pytest.mark.nightly
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_boxes_can_be_seen_and_hit(browser: Browser, path: str, scheme: str) -> None:
    """A ring or a ticked disc stands out from its ground, and a finger finds it."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        color_scheme=scheme,  # type: ignore[arg-type]
        has_touch=True,
    )
    page = context.new_page()
    page.goto(path)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for box in page.locator("article input:enabled").all():
        part = "backgroundColor" if box.is_checked() else "borderTopColor"
        colour = box.evaluate(f"box => getComputedStyle(box.nextElementSibling, '::before').{part}")
        assert _contrast(_over(colour, ground), ground) >= 3
        size = box.evaluate(
            "box => { const style = getComputedStyle(box.nextElementSibling, '::after');"
            " return [parseFloat(style.width), parseFloat(style.height)]; }"
        )
        assert min(size) >= 24
    box = page.get_by_role("checkbox", name="A step")
    at = box.evaluate(
        "box => { const li = box.closest('li').getBoundingClientRect(); return [li.left, li.top]; }"
    )
    page.touchscreen.tap(at[0] - 14, at[1] + 12)
    assert box.is_checked()
    context.close()


def _over(colour: str, ground: str) -> str:
    """A colour, perhaps translucent, on an opaque ground."""
    top, under = (
        [float(each) for each in text[text.index("(") + 1 : -1].split(",")]
        for text in (colour, ground)
    )
    alpha = top[3] if len(top) > 3 else 1.0
    mixed = [t * alpha + u * (1 - alpha) for t, u in zip(top[:3], under[:3], strict=True)]
    return f"rgb({', '.join(map(str, mixed))})"


ROOT = Path(__file__).parents[2]
TABLE = """\
    ---
    cssclasses: [sortable]
    ---

    # Table

    ```python
    import pandas as pd

    rows = {"score": ["0.5 ± 0.1", "–", "-0.25 ± 0.3", "10.0 ± 1.0"], "kind": ["b", "a", "B", "c"]}
    wide = {f"wide {i}": ["long words in a cell"] * 4 for i in range(8)}
    names = pd.Index(["ten", "two", "one", "nine"], name="model")
    pd.DataFrame({**rows, **wide}, index=names)
    ```

    ```python
    import pandas as pd
    pd.DataFrame({"few": [1, 2]})
    ```
    """


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    """The address of a page with a table that can be sorted, and one without; our own assets."""
    project = ProjectDir(tmp_path_factory.mktemp("tables") / "project")
    styles = ["assets/look.css", "assets/site.css"]
    assets = {"extra_css": styles}
    theme = {"name": "material", "font": False, "palette": PALETTE}
    project.configure(theme=theme, plugins=["notewright"], **assets)
    project.write({"docs/index.md": TABLE, "docs/plain.md": TABLE.replace("sortable", "other")})
    project.write(
        {
            f"docs/assets/{name}": (ROOT / "docs/assets" / name).read_text("utf-8")
            for name in ("look.css", "site.css")
        }
    )
    with _served(project) as address:
        yield address


@pytest.fixture
def table(browser: Browser, tables: str) -> Iterator[Page]:
    """The page with the table; nothing goes wrong in it."""
    context = browser.new_context()
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(tables)
    yield page
    context.close()
    assert wrong == []


def _names(page: Page) -> list[str]:
    return page.locator(".nw-html").first.locator("tbody th:visible").all_inner_texts()


@pytest.mark.gate
def test_a_table_sorts_by_keyboard(table: Page) -> None:
    """Enter on a head sorts up, then down, then not; numbers by size, dashes last."""
    table.get_by_role("button", name="score").focus()
    head = table.locator("thead th", has_text="score")
    expected = [
        ("ascending", ["one", "ten", "nine", "two"]),
        ("descending", ["nine", "ten", "one", "two"]),
        ("none", ["ten", "two", "one", "nine"]),
    ]
    assert head.get_attribute("aria-sort") == "none"
    for state, names in expected:
        table.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == state
        assert _names(table) == names


@pytest.mark.nightly
def test_a_table_sorts_words_and_one_column_at_a_time(table: Page) -> None:
    """Words in the order of the alphabet, whatever their case; the row names are a column too."""
    table.get_by_role("button", name="kind").click()
    assert _names(table) == ["two", "ten", "one", "nine"]
    table.get_by_role("button", name="model").click()
    assert _names(table) == ["nine", "one", "ten", "two"]
    sorted_by = table.locator("thead th[aria-sort=ascending]").all_inner_texts()
    assert [name.strip() for name in sorted_by] == ["model"]


@pytest.mark.nightly
def test_a_table_filters_its_rows(table: Page) -> None:
    """Rows that hold all the words stay, in any column; their number is told."""
    field = table.get_by_role("searchbox", name="Filter rows")
    field.fill("LONG n 0.")
    assert _names(table) == ["ten", "one", "nine"]
    assert table.get_by_role("status").inner_text() == "3 of 4 rows"
    table.get_by_role("button", name="model").click()
    assert _names(table) == ["nine", "one", "ten"]
    field.fill("")
    assert len(_names(table)) == 4
    assert table.get_by_role("status").inner_text() == ""


@pytest.mark.nightly
def test_only_tables_that_want_it_are_sortable(table: Page, tables: str) -> None:
    """Not a table of two rows, and not one on a page that doesn't ask for it."""
    assert table.locator(".nw-html table").count() == 2
    assert table.locator(".nw-filter").count() == 1
    table.goto(f"{tables}plain/")
    assert table.locator(".nw-html table").count() == 2
    assert table.locator(".nw-filter, .nw-sort").count() == 0


@pytest.mark.nightly
def test_a_table_needs_no_script(browser: Browser, tables: str) -> None:
    """Without scripts all rows are there, under plain heads."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(tables)
    assert _names(page) == ["ten", "two", "one", "nine"]
    assert page.locator(".nw-filter, .nw-sort").count() == 0
    context.close()


@pytest.mark.gate
def test_a_page_of_a_dark_screen_is_printed_on_white(browser: Browser, tables: str) -> None:
    """Its margins too; and the button to copy stays away."""
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(tables)
    page.wait_for_selector(".nw-sort")
    page.emulate_media(media="print")
    scheme = "getComputedStyle(document.body).colorScheme"
    assert page.evaluate(scheme) == "light"
    assert page.locator(".md-code__nav").first.is_hidden()
    context.close()


@pytest.mark.nightly
def test_a_wide_table_is_printed_whole(table: Page) -> None:
    """On a sheet of letter paper on its side, all columns stand; what one presses is left out."""
    table.set_viewport_size({"width": 940, "height": 700})
    frame = table.locator(".nw-html").first
    wide = "each => each.scrollWidth - each.clientWidth"
    assert frame.evaluate(wide) > 100
    table.emulate_media(media="print")
    assert frame.evaluate(wide) <= 0
    edge = frame.locator("th, td").evaluate_all(
        "all => Math.max(...all.map(each => each.getBoundingClientRect().right))"
    )
    assert edge <= 940
    assert not table.locator(".nw-filter").is_visible()
    arrow = "each => getComputedStyle(each, '::after').display"
    assert table.locator(".nw-sort").first.evaluate(arrow) == "none"
    table.set_viewport_size({"width": 500, "height": 700})
    assert table.locator(".nw-cell pre > code").first.evaluate(wide) <= 0


TOKENS = "number special function constant keyword string name operator punctuation comment"
COLOUR = """name => {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.color = `var(--md-code-${name}-color)`;
    return getComputedStyle(probe).color;
}"""


@pytest.mark.nightly
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_code_reads_on_its_ground(browser: Browser, tables: str, scheme: str) -> None:
    """Each colour of code has enough contrast, in the site's own two palettes."""
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(tables)
    ground = page.evaluate(COLOUR, "bg")
    found = {
        name: _contrast(_over(page.evaluate(COLOUR, f"hl-{name}"), ground), ground)
        for name in TOKENS.split()
    }
    assert {name: value for name, value in found.items() if value < 4.5} == {}
    context.close()


@pytest.mark.nightly
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_wide_table_scrolls_in_its_frame_on_a_phone(
    browser: Browser, tables: str, scheme: str
) -> None:
    """The page keeps its width; the name of a row and the heads stay in sight, on their ground."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(tables)
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(width) <= 0
    frame = page.locator(".nw-html").first
    assert frame.evaluate("each => each.scrollWidth - each.clientWidth") > 100
    left = frame.bounding_box()["x"]  # type: ignore[index]
    frame.evaluate("each => { each.scrollLeft = 300; }")
    name, head = page.locator("tbody th").first, page.locator("thead th").first
    assert name.bounding_box()["x"] == pytest.approx(left, abs=1)  # type: ignore[index]
    assert head.bounding_box()["x"] == pytest.approx(left, abs=1)  # type: ignore[index]
    ground, text = name.evaluate(
        "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]"
    )
    assert "rgba(0, 0, 0, 0)" not in ground
    assert _contrast(ground, text) >= 4.5
    context.close()


@pytest.mark.nightly
def test_a_diagram_opens_its_own_part(page: Page, site: str) -> None:
    """A click on the second estimator of a page toggles the second, and not the first."""
    page.goto(f"{site}two-diagrams/")
    boxes = page.locator("input.sk-toggleable__control")
    assert boxes.count() == 2
    before = [boxes.nth(number).is_checked() for number in range(2)]
    page.locator("label.sk-toggleable__label").nth(1).click(position={"x": 5, "y": 5})
    after = [boxes.nth(number).is_checked() for number in range(2)]
    assert after == [before[0], not before[1]]
    assert page.locator(".sk-top-container.light, .sk-top-container.dark").count() == 2


@pytest.fixture(scope="module")
def interactive(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    """The address of a site with figures of plotly."""
    pytest.importorskip("plotly")
    project = ProjectDir(tmp_path_factory.mktemp("plotly") / "project")
    project.configure(theme={"name": "material", "font": False}, plugins=["notewright"])
    cells = """\
        # Home

        ```python
        #| fig-alt: Three points
        import plotly.graph_objects as go

        go.Figure(go.Scatter(x=[1, 2, 3], y=[3, 1, 2]))
        ```

        ```python continuation
        #| fig-alt: Two points
        go.Figure(go.Scatter(x=[1, 2], y=[3, 1])).show()
        print("below")
        ```
        """
    project.write({"docs/index.md": cells, "docs/plain.md": "# Plain\n"})
    with _served(project) as address:
        scripts = list((project.root / "site").rglob("plotly*.js"))
        assert [each.name for each in scripts] == ["plotly.min.js"]
        assert all(each.stat().st_size < 100_000 for each in project.root.rglob("*.html"))
        assert "data-nw-plotly" not in project.page("plain")
        yield address


@pytest.mark.nightly
def test_a_figure_of_plotly_is_drawn_by_this_site(browser: Browser, interactive: str) -> None:
    """It answers to the pointer, and its script is asked of this site, once a page."""
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(interactive)
    page.locator(".nw-plotly .main-svg").nth(5).wait_for(state="attached")
    assert page.locator(".nw-plotly.js-plotly-plot").count() == 2
    assert page.locator(".nw-plotly .scatterlayer .point").count() == 5
    assert sum("plotly.min.js" in url for url in asked) == 1
    assert [url for url in asked if not url.startswith((interactive, "data:", "blob:"))] == []
    context.close()
