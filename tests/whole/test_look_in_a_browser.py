"""In a real browser: the two papers, and the look of this site on a vault of few notes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from browsers import becomes, served
from browsers import browser as browser
from projects import ProjectDir

from snippets.comparison import GROUPED

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
WIDTHS = (390, 820, 1400, 1920)

CELL = """
```python
#| fig-alt: a line that rises
import matplotlib.pyplot as plt
print("printed")
plt.plot([1, 2]);
```

```python continuation
from IPython.display import HTML
x = 0.5
HTML("<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>")
```

The run gave 0.5<!--= x -->, and nobody checked 0.5. $$\\sum_{i=1}^n x_i$$

| typed | by a person |
|---|---|
| 1 | 2 |

> [!tip] A callout
> Text.
"""
GLANCE = "\n> [!glance]- At a glance\n> - **Library** `a.Line`\n> - **Kind** inductive\n"
HEADINGS = "\n## One\n\n## Two\n"
EXERCISE = """
> [!example] Rebuild it yourself
> Both files are in [[contributing|a clone of the project]].
"""
HOME = """\
---
cssclasses: [home]
template: home.html
hide: [navigation, toc]
---

# Every ==result== was computed

Lead of the page.

[[a|Start]] [[b|Try]]

- **Plain paper** is what a person wrote.
- **Green paper** is what the run gave.

## Four ways in

- **Learn**\\
  Words. [[a|A way →]]
- **Look up**\\
  Words. [[b|B way →]]
"""
MODELS = {
    "Line": "regressor inductive no no no yes no yes no yes yes no n fixed – a.Line",
    "Forest": "classifier inductive no yes no no yes no no no yes yes n with-n ForestRegressor a.F",
    "Means": "clusterer inductive yes no yes yes no yes no yes no yes n with-n – a.Means",
    "Density": "clusterer transductive no no no yes no yes no yes no no n² with-n – a.Density",
}


def _comparison() -> str:
    """A note whose table has the columns of the real one."""
    head = "".join(f"<th>{name}</th>" for name in ("model", *GROUPED))
    rows = "".join(
        f'<tr><th><a href="../a/">{name}</a></th>'
        + "".join(f"<td>{each.replace('-', ' ')}</td>" for each in told.split())
        + "</tr>"
        for name, told in MODELS.items()
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    options = "cssclasses: [sortable, chooser]\nhide: [navigation, toc]"
    code = f"from IPython.display import HTML\nHTML({table!r})"
    return f"---\n{options}\n---\n\n# Comparison\n\nLead.\n\n```python\n{code}\n```\n"


RULES = """\
---
cssclasses: [sortable, ledger]
hide: [navigation, toc]
---

# Ledger

```results
from: rules/*
columns:
  {id: Lesson, claim: The claim, verdict: Verdict, holds: When it holds, findings: Plot,
  effect: Effect, measured: Measured as, advice: What to do, seeds: Seeds}
details: [advice, seeds]
```
"""
RULE = """\
# rules

```python
class Rules:
    def _repr_mimebundle_(self, include=None, exclude=None):
        told = {"verdict": "not settled", "effect": "0.078 ± 0.114 higher", "seeds": "10"}
        told["claim"] = "Normalising will likely help linear models, and networks less"
        told["holds"] = "Not settled, 0 of 2 as claimed. Measured between −0.04 and +0.19."
        told["findings"] = "+0.06 ± 0.02 supported; −0.01 ± 0.02 within 0.05 not shown"
        told["measured"] = "gain of a network (100 passes) − gain of a line, accuracy"
        told["advice"] = "Normalise for gradient descent."
        rows = [{"id": f"L{number:02}"} | told for number in range(20)]
        return {"text/plain": "", "application/vnd.notewright.result+json": rows}


Rules()
```
"""
NOTES = ["gaussian-mixture", "k-means", "spectral-clustering", "linear-regression", "birch"]


def _title(name: str) -> str:
    return name.replace("-", " ").capitalize()


def _project(root: Path) -> ProjectDir:
    """The theme, the styles and the fonts of this repository's site, on notes of their own."""
    project = ProjectDir(root)
    own = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8").replace("!ENV", ""))
    shutil.copytree(ROOT / "docs/.theme", root / "docs/.theme")
    shutil.copytree(ROOT / "docs/assets", root / "docs/assets")
    notes: dict[str, str] = {
        f"docs/models/{name}.md": f"# {_title(name)}\n\nLead of {name}.\n{GLANCE}{CELL}{HEADINGS}"
        for name in NOTES
    }
    notes |= {f"docs/models/m{number}.md": f"# Model {number}\n\nM.\n" for number in range(30)}
    notes |= {"docs/models/index.md": "# Models\n\nAll models.\n", "docs/index.md": HOME}
    notes |= {f"docs/{name}.md": f"# {name}\n\nText.\n" for name in "ab"}
    notes["docs/models/birch.md"] += EXERCISE
    notes["docs/models/index.md"] += " ".join(f"[[{name}]]" for name in NOTES)
    notes["docs/concepts/bias.md"] = "# Bias\n\nSee [[k-means]].\n"
    notes["docs/engine/contributing.md"] = "# Contributing\n\nClone it.\n"
    notes["docs/engine/parts.md"] = "# Parts\n\nSee [[k-means]].\n"
    notes["docs/learn/types/index.md"] = "# Types\n\nAll types.\n"
    notes["docs/learn/types/kind.md"] = "# Kind\n\nOne type.\n"
    notes["docs/comparison.md"] = _comparison()
    folders = ("concepts", "lessons", "projects", "practice", "about", "engine", "learn")
    notes |= {f"docs/{name}/index.md": f"# {name}\n\nText.\n" for name in folders}
    notes |= {"docs/rules/index.md": RULES, "docs/rules/one.md": RULE}
    notes |= {f"docs/about/{name}.md": f"# {name}\n" for name in ("licences", "what-changed")}
    tabs = {"Learn": "learn", "Models": "models", "Concepts": "concepts", "Ledger": "lessons"}
    nav: list[Any] = ["index.md", *({name: folder} for name, folder in tabs.items())]
    nav += [{"Compare": "comparison.md"}, {"Projects": "projects"}, {"Practice": "practice"}, "*"]
    notes["docs/.nav.yml"] = yaml.safe_dump({"nav": nav}, sort_keys=False)
    project.configure(
        site_name=own["site_name"],
        repo_url="https://code.example/notes?a&b",
        theme=own["theme"],
        extra=own["extra"],
        extra_css=own["extra_css"],
        extra_javascript=own["extra_javascript"],
        plugins=["search", "awesome-nav", "tags", {"notewright": {"fonts": ["text", "math"]}}],
        markdown_extensions=["tables", "toc"],
        validation={"links": {"not_found": "info"}},
    )
    project.write(notes)
    return project


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    """The address of the site."""
    project = _project(tmp_path_factory.mktemp("look") / "project")
    built = project.command("-m", "mkdocs", "build")
    assert built.status == 0, built.output
    with served(project.root / "site") as address:
        yield address


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page that asks nobody else for anything."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    opened = context.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    yield opened
    context.close()
    assert [url for url in asked if not url.startswith((site, "data:", "blob:"))] == []
    assert wrong == []


GREEN = """() => {
  const probe = document.createElement('i');
  probe.style.backgroundColor = 'var(--nw-paper)';
  document.body.append(probe);
  const paper = getComputedStyle(probe).backgroundColor;
  probe.remove();
  const told = e => e.closest('svg.nw-svg') ? 'svg.nw-svg'
    : e.tagName.toLowerCase() + [...e.classList].map(c => '.' + c).join('');
  return [...document.querySelectorAll('body *')].filter(e =>
    getComputedStyle(e).backgroundColor === paper).map(told);
}"""
MADE = ("nw-text", "nw-html", "nw-svg", "nw-value", "nw-results")


@pytest.mark.gate
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_green_paper_is_what_a_record_made_and_nothing_else(
    browser: Browser, site: str, scheme: Any
) -> None:
    """Printed text, table, figure and checked number have it; typed ones and code have not."""
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{site}models/k-means/")
    green = page.evaluate(GREEN)
    assert {each.split(".")[1] for each in green} == {"nw-text", "nw-html", "nw-svg", "nw-value"}
    outputs = page.locator(".nw-outputs > :not(.nw-origin), .nw-value")
    assert outputs.count() == 4 == len(green)
    page.goto(f"{site}a/")
    assert page.evaluate(GREEN) == []
    context.close()


@pytest.mark.nightly
def test_the_home_page_has_green_paper_where_records_count(page: Page, site: str) -> None:
    """The counter, and the word that teaches what green means; the key's swatch is drawn."""
    page.goto(site)
    assert page.evaluate(GREEN) == ["mark", "dl.look-counts.nw-counts"]
    counts = page.locator(".look-counts > div").all_inner_texts()
    assert "cells run\n12" in counts
    assert "numbers in prose checked\n5" in counts
    assert page.locator(".look-made").first.inner_text().startswith("Python 3.")


@pytest.mark.nightly
def test_numbers_of_a_row_stand_at_one_height(browser: Browser, site: str) -> None:
    """On a phone, where what one counts takes two lines."""
    context = browser.new_context(viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(site)
    boxes = [each.bounding_box() for each in page.locator(".look-counts dd").all()]
    tops = [box["y"] for box in boxes if box]
    assert len(tops) == 6 and tops[::2] == tops[1::2]
    context.close()


@pytest.mark.gate
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_screen(browser: Browser, site: str, width: int) -> None:
    """No page scrolls sideways, in either scheme."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    for name in ("", "models/gaussian-mixture/", "nowhere/", "graph/", "comparison/", "rules/"):
        page.goto(f"{site}{name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    context.close()


@pytest.mark.nightly
@pytest.mark.parametrize("width", WIDTHS)
def test_a_row_of_the_ledger_is_read_without_scrolling_it(
    browser: Browser, site: str, width: int
) -> None:
    """All of it stands in the frame, its sentences in long lines; the rest opens in place."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(f"{site}rules/")
    frame = page.locator(".nw-results").bounding_box()
    row = page.locator(".nw-results tbody tr").first
    assert frame
    boxes = [each.bounding_box() for each in row.locator("td").all()]
    assert all(box and box["x"] >= frame["x"] for box in boxes)
    assert all(box and box["x"] + box["width"] <= frame["x"] + frame["width"] for box in boxes)
    for name in ("claim", "holds"):
        box = row.locator(f"[data-nw-name={name}]").bounding_box()
        assert box and box["width"] >= min(320, width - 90) and box["height"] <= 100
    assert not row.get_by_text("Normalise for gradient descent.").is_visible()
    row.get_by_text("More about L00").click()
    row.get_by_text("Normalise for gradient descent.").wait_for()
    if width >= 1400:  # its head stays in sight, below the site's own
        page.locator(".nw-results tbody tr").last.scroll_into_view_if_needed()
        head = page.locator(".nw-results thead").bounding_box()
        assert head and 60 <= head["y"] <= 70
    context.close()


@pytest.mark.nightly
@pytest.mark.parametrize("name", ["", "models/gaussian-mixture/", "a/"])
def test_few_tab_stops_stand_before_the_text(page: Page, site: str, name: str) -> None:
    """The list of the section comes behind the text, where a keyboard is concerned."""
    page.goto(f"{site}{name}")
    inside = "!!document.activeElement.closest('article')"
    stops = 0
    page.keyboard.press("Tab")
    while not page.evaluate(inside):
        stops += 1
        assert stops <= 25
        page.keyboard.press("Tab")


@pytest.mark.nightly
def test_the_list_stands_left_of_the_text_and_names_the_place(page: Page, site: str) -> None:
    """Section, neighbours and own headings; tabs and the way above say the same."""
    page.goto(f"{site}models/gaussian-mixture/")
    sidebar = page.locator(".md-sidebar--primary").bounding_box()
    text = page.locator("article").bounding_box()
    assert sidebar and text and sidebar["x"] + sidebar["width"] < text["x"]
    assert text["width"] == 688
    assert page.locator(".md-sidebar--primary a", has_text="K means").is_visible()
    assert page.locator(".md-sidebar--primary a", has_text="Two").is_visible()
    assert page.locator(".look-tabs .md-tabs__item--active").inner_text() == "Models"
    assert page.locator(".md-path li").all_inner_texts() == ["Models", "Gaussian mixture"]
    assert "min to read" in page.locator(".look-minutes").inner_text()
    assert page.locator(".look-tabs a").count() == 7
    assert page.locator(".look-foot a", has_text="Engine").count() == 1
    page.goto(f"{site}models/")
    assert page.locator(".md-path li").all_inner_texts() == ["Models"]  # not "Models / Models"


@pytest.mark.nightly
def test_a_folder_in_a_folder_is_indented_and_folds_by_keyboard(page: Page, site: str) -> None:
    """What folds it says what it is, and whether it is open."""
    page.goto(f"{site}learn/types/kind/")
    sidebar = page.locator(".md-sidebar--primary")
    folder, inner = (sidebar.get_by_role("link", name=name) for name in ("Types", "Kind"))
    outer, nested = folder.bounding_box(), inner.bounding_box()
    assert outer and nested and nested["x"] >= outer["x"] + 10
    fold = sidebar.get_by_role("button", name="Contents of Types", expanded=True)
    fold.focus()
    page.keyboard.press("Enter")
    sidebar.get_by_role("button", name="Contents of Types", expanded=False).wait_for()
    inner.wait_for(state="hidden")
    page.keyboard.press("Space")
    inner.wait_for()


@pytest.mark.nightly
def test_a_long_list_has_sixteen_lines_and_the_rest_on_demand(page: Page, site: str) -> None:
    """The page itself is always among them."""
    names = page.locator(".md-nav__item--section.md-nav__item--active > nav > ul > li > a:visible")
    for name in ("birch", "m29"):
        page.goto(f"{site}models/{name}/")
        more = page.locator(".look-more button")
        more.wait_for()
        assert page.locator(".md-nav__item--section nav li.md-nav__item--active").is_visible()
        shown = names.count()
        assert shown <= 16 and more.inner_text() == "19 more"
    more.click()
    assert names.count() == shown + 19 and more.count() == 0
    assert page.evaluate("document.activeElement.closest('.md-sidebar--primary') !== null")


@pytest.mark.nightly
def test_mark_and_icon_are_its_own(page: Page, site: str) -> None:
    """A tab of a browser and the header show the sign of this site."""
    page.goto(site)
    icon = page.locator("link[rel=icon]").get_attribute("href") or ""
    assert icon.endswith("assets/favicon.svg")
    assert page.request.get(f"{site}assets/favicon.svg").text().startswith("<svg")
    assert page.locator(".md-header .look-logo").is_visible()


@pytest.mark.gate
def test_a_page_that_is_not_there_names_near_ones(page: Page, site: str) -> None:
    """A slip of the finger, an old address; the search knows what was asked for."""
    page.goto(f"{site}models/old/gausian-mixtures/")
    near = page.locator(".look-near a")
    near.nth(2).wait_for()
    assert near.first.inner_text() == "Gaussian mixture"
    assert page.locator(".look-ask input").input_value() == "gausian mixtures"
    near.first.click()
    page.wait_for_url("**/models/gaussian-mixture/")
    page.goto(f"{site}models/old/gausian-mixtures/")
    page.locator(".look-ask input").press("Enter")
    page.wait_for_url("**/?q=gausian*mixtures")


@pytest.mark.nightly
def test_formulas_have_the_font_that_comes_with_the_page(page: Page, site: str) -> None:
    """It is loaded from this site where a formula stands, and nowhere else."""
    loaded = """() => document.fonts.ready.then(() => [...document.fonts]
      .filter(f => f.status === 'loaded').map(f => f.family.replaceAll('"', '')))"""
    page.goto(f"{site}models/k-means/")
    assert "nw-math" in page.evaluate(loaded)
    # A limit stands above its sign, and not in it.
    above, sign = (
        page.locator(f"munderover > {each}").first.bounding_box()
        for each in ("mi:last-child", "mo:first-child")
    )
    assert above and sign and above["y"] + above["height"] <= sign["y"] + 3
    assert sign["height"] >= 28
    page.goto(f"{site}a/")
    assert "nw-math" not in page.evaluate(loaded)
    assert "nw-serif" in page.evaluate(loaded)


@pytest.mark.nightly
def test_no_sign_lies_over_the_next(page: Page, site: str) -> None:
    """Each is as wide as its font says: `%` was as wide as its bar.

    A page on which the font comes late shows its text without it, so this one waits for it.
    """
    page.goto(f"{site}a/")
    wide = page.evaluate(
        """async (file) => {
          const font = new FontFace('measured', `url(${file})`);
          document.fonts.add(await font.load());
          return ['%', '"', '«', '8'].map(sign => {
            const shown = document.body.appendChild(document.createElement('span'));
            shown.style.cssText = 'position: absolute; font: 100px measured';
            shown.textContent = sign;
            return shown.getBoundingClientRect().width;
          });
        }""",
        f"{site}assets/notewright/fonts/SourceSerifPro-Regular.woff2",
    )
    assert wide == pytest.approx([86, 36, 50, 50], abs=3)


def _parts(page: Page) -> list[str]:
    return page.locator("[data-chooser] tbody th:first-child").all_inner_texts()


@pytest.mark.nightly
def test_the_comparison_says_what_fits_and_why_the_rest_does_not(page: Page, site: str) -> None:
    """Rows in three parts, a sentence, the choice in the address, and the way back."""
    page.goto(f"{site}comparison/")
    assert _parts(page) == list(MODELS)
    page.get_by_label("find groups").check(force=True)
    page.get_by_label("label new data").check(force=True)
    almost = "Almost: these miss some of your conditions"
    assert _parts(page) == ["Means", almost, "Density", "Other purposes", "Line", "Forest"]
    assert page.locator(".look-answer").inner_text() == "1 of 4 fit. Means."
    why = page.locator(".look-why")
    assert why.count() == 1 and why.inner_text() == "transductive"
    assert page.url.endswith("?want=groups&must=new")
    page.goto(f"{site}a/")
    page.goto(f"{site}comparison/?want=groups&must=new")
    assert _parts(page)[0] == "Means" and page.get_by_label("find groups").is_checked()
    page.locator("[data-chooser] .nw-sort", has_text="model").click()
    becomes(lambda: _parts(page)[-2:], ["Forest", "Line"])
    page.locator(".look-said button").click()
    becomes(lambda: (page.url.count("?"), "Other purposes" in _parts(page)), (0, False))
    page.get_by_label("find outliers").check(force=True)
    assert page.locator(".look-answer").inner_text() == "0 of 4 fit."


@pytest.mark.nightly
@pytest.mark.parametrize("width", [1400, 1920])
def test_columns_of_the_comparison_are_reached(browser: Browser, site: str, width: int) -> None:
    """All but the library's stand side by side; these come by a switch. Head and names stay."""
    context = browser.new_context(viewport={"width": width, "height": 400})
    page = context.new_page()
    page.goto(f"{site}comparison/")
    shown = page.locator("[data-chooser] thead tr:last-child th:visible")
    assert shown.count() == 15
    boxes = [box for n in range(15) if (box := shown.nth(n).bounding_box())]
    assert len(boxes) == 15 and all(box["x"] + box["width"] <= width for box in boxes)
    page.get_by_role("button", name="Library", exact=True).press("Enter")
    assert shown.count() == 17
    shown.last.scroll_into_view_if_needed()
    box = shown.last.bounding_box()
    assert box and box["x"] + box["width"] <= width
    page.get_by_role("button", name="Library", exact=True).press("Enter")
    top = "document.querySelector('[data-chooser]').getBoundingClientRect().top"
    page.evaluate(f"scrollBy(0, {top})")
    head = shown.first.bounding_box()
    assert head and head["y"] >= 64 - 1
    context.close()


BROKEN_WORDS = """all => all.flatMap(cell => {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), range = new Range();
    const broken = [];
    while (texts.nextNode()) for (const word of texts.currentNode.data.matchAll(/\\S+/g)) {
        range.setStart(texts.currentNode, word.index);
        range.setEnd(texts.currentNode, word.index + word[0].length);
        if (range.getClientRects().length > 1) broken.push(word[0]);
    }
    return broken;
})"""


@pytest.mark.nightly
def test_the_comparison_is_printed_with_whole_words(browser: Browser, site: str) -> None:
    """All columns fit on a sheet on its side, heads no larger than what stands below them."""
    context = browser.new_context(viewport={"width": 1047, "height": 700})
    page = context.new_page()
    page.goto(f"{site}comparison/")
    page.wait_for_selector("[data-chooser] .nw-sort")
    page.emulate_media(media="print")
    cells = page.locator("[data-chooser] :is(th, td):not(:last-child):visible")
    assert cells.count() > 60 and cells.evaluate_all(BROKEN_WORDS) == []
    size = "all => [...new Set(all.map(each => getComputedStyle(each).fontSize))]"
    names = page.locator("[data-chooser] :is(.nw-sort, td[data-group])")
    assert len(names.evaluate_all(size)) == 1
    right = "all => Math.max(...all.map(each => each.getBoundingClientRect().right))"
    assert page.locator("[data-chooser] :is(th, td):visible").evaluate_all(right) <= 1047
    context.close()


@pytest.mark.nightly
def test_the_page_of_the_graph_is_printed_with_it(page: Page, site: str) -> None:
    """Where a graph stands beside a note, paper leaves it out."""
    page.emulate_media(media="print")
    page.goto(f"{site}graph/")
    assert page.locator(".nw-graph").first.is_visible()
    page.goto(f"{site}models/k-means/")
    assert page.locator(".nw-graph").count() and not page.locator(".nw-graph").first.is_visible()


@pytest.mark.nightly
@pytest.mark.parametrize("width", [1400, 1920])
def test_the_margin_has_what_a_note_is_at_a_glance(browser: Browser, site: str, width: int) -> None:
    """Open, right of the text, above the graph of the notes around; where there is room."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(f"{site}models/k-means/")
    text, glance, around = (
        page.locator(each).first.bounding_box() for each in ("h1", ".glance ul", ".nw-local")
    )
    assert text and glance and around
    assert glance["x"] >= text["x"] + text["width"] and around["x"] >= glance["x"] - 30
    assert around["y"] > glance["y"] + glance["height"]
    assert glance["x"] + glance["width"] <= width
    assert page.locator(".look-margin a").last.inner_text() == "Show notes two links away"
    page.locator(".look-margin a").last.click()
    page.locator(".nw-alive").wait_for()
    assert (
        page.locator(".nw-tools")
        .first.inner_text()
        .startswith("Notes within two links of K means.")
    )
    seen = _seen(page)
    assert "Bias" in seen and "Model 3" not in seen
    page.get_by_role("button", name="Show all notes").click()
    assert len(_seen(page)) > len(seen)
    context.close()


@pytest.mark.nightly
def test_a_phone_folds_the_margin_and_keeps_the_place_in_sight(browser: Browser, site: str) -> None:
    """The header goes with the page; a bar of 44 pixels stays, and leads to the list."""
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    page = context.new_page()
    page.goto(f"{site}models/k-means/")
    assert not page.locator(".glance ul").is_visible()
    page.locator(".glance > summary").click()
    assert page.locator(".glance ul").is_visible()
    page.evaluate("scrollTo(0, 900)")
    becomes(lambda: (bar := page.locator(".md-path").bounding_box()) and bar["y"], 0)
    bar = page.locator(".md-path").bounding_box()
    assert bar and bar["height"] == 44
    head = page.locator(".md-header").bounding_box()
    assert head and head["y"] < -60
    page.get_by_text("On this page", exact=True).click()
    page.locator(".md-sidebar--primary a", has_text="Birch").first.wait_for()
    context.close()


@pytest.mark.nightly
@pytest.mark.parametrize("width", [390, 1400])
def test_going_back_by_keyboard_the_header_covers_nothing(
    browser: Browser, site: str, width: int
) -> None:
    """Neither it nor the button that leads up lies over what has the focus."""
    page = browser.new_page(viewport={"width": width, "height": 500})
    page.goto(f"{site}models/k-means/", wait_until="networkidle")
    page.evaluate("document.querySelector('footer a').focus()")
    covered = """() => {
      const focused = document.activeElement, box = focused.getClientRects()[0];
      if (!focused.closest("article")) return "";
      const over = document.elementFromPoint(
        box.x + Math.min(box.width / 2, 50), box.y + Math.min(box.height / 2, 10));
      return over?.closest("header, .md-top, .md-path") ? focused.outerHTML : "";
    }"""
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(covered) == ""
    page.close()


@pytest.mark.gate
@pytest.mark.parametrize("opener", [".look-menu", ".look-here"])
def test_the_drawer_is_reached_and_left_by_keyboard(
    browser: Browser, site: str, opener: str
) -> None:
    """Closed, no key gets into it; open, the keys stay with what is in sight."""
    page = browser.new_page(viewport={"width": 600, "height": 900})
    page.goto(f"{site}models/k-means/")
    drawer = page.locator(".md-sidebar--primary")
    button = page.locator(opener).get_by_role("button")
    inside = "drawer => drawer.contains(document.activeElement)"
    becomes(lambda: drawer.evaluate("drawer => drawer.inert"), True)
    assert button.get_attribute("aria-expanded") == "false"
    button.focus()
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    assert drawer.evaluate(inside)
    title = page.locator(":focus").inner_text().strip()
    assert (title == "Table of contents") == (opener == ".look-here")
    under = """() => {
      const { x, y, width, height } = document.activeElement.getBoundingClientRect();
      return document.activeElement.contains(
        document.elementFromPoint(x + width / 2, Math.min(y + height / 2, innerHeight - 1)));
    }"""
    page.keyboard.press("Tab")
    assert drawer.evaluate(inside)
    becomes(lambda: page.evaluate(under), True)  # it slides in
    page.keyboard.press("Escape")
    assert button.evaluate("button => button === document.activeElement")
    assert drawer.evaluate("drawer => drawer.inert")
    page.keyboard.press("Space")
    page.evaluate("document.querySelector('.md-logo.look-name').focus()")
    assert drawer.evaluate("drawer => drawer.inert"), "who leaves it closes it"
    page.set_viewport_size({"width": 1400, "height": 900})
    becomes(lambda: drawer.evaluate("drawer => drawer.inert"), False)
    page.close()


@pytest.mark.nightly
def test_an_exercise_and_the_header_say_where_the_code_is(page: Page, site: str) -> None:
    """If somebody says where that is."""
    page.goto(f"{site}models/birch/")
    told = page.locator(".example .look-clone").inner_text()
    assert told == "git clone https://code.example/notes?a&b"
    assert page.locator(".look-source").get_attribute("href") == "https://code.example/notes?a&b"


def _view(page: Page) -> list[float]:
    text = page.locator(".nw-whole").get_attribute("viewBox") or ""
    return [float(each) for each in text.split()]


def _seen(page: Page) -> list[str]:
    return page.locator(".nw-whole a:visible").evaluate_all(
        "links => links.map(each => each.querySelector('text').textContent)"
    )


@pytest.mark.nightly
def test_the_graph_is_whole_and_each_kind_has_its_colour_and_shape(page: Page, site: str) -> None:
    """Nothing of it is cut off; what the site sets aside is not shown until it is asked for."""
    page.goto(f"{site}graph/")
    page.locator(".nw-alive").wait_for()
    frame = page.locator(".nw-frame").bounding_box()
    assert frame
    boxes = [each.bounding_box() for each in page.locator(".nw-whole a:visible").all()]
    assert all(box and box["x"] >= frame["x"] - 1 for box in boxes)
    assert all(box and box["x"] + box["width"] <= frame["x"] + frame["width"] + 1 for box in boxes)
    # It fills its frame, and each name is large enough to be read.
    dots = [each.bounding_box() for each in page.locator(".nw-whole a:visible circle").all()]
    for first, size in (("x", "width"), ("y", "height")):
        places = [box[first] for box in dots if box]
        assert max(places) - min(places) >= 0.8 * frame[size]
    page.locator(".nw-whole[style]").wait_for()  # once names are placed
    heights = page.locator(".nw-whole a:visible text").evaluate_all(
        "all => all.map(e => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a)"
    )
    assert min(heights) >= 12 and max(heights) <= 14
    fills = page.locator(".nw-kinds svg path").evaluate_all(
        "all => all.map(each => [getComputedStyle(each).fill, each.getAttribute('d')].join())"
    )
    assert len(fills) >= 3 and len(set(fills)) == len(fills)
    assert {"K means", "Bias"} <= set(_seen(page)) and "Parts" not in _seen(page)
    assert "licences" not in _seen(page)
    page.get_by_role("checkbox", name="engine").check()  # as its own note is called
    assert "Parts" in _seen(page)
    page.get_by_role("checkbox", name="About").check()
    assert "licences" in _seen(page)
    page.get_by_role("checkbox", name="Models").uncheck()
    assert "K means" not in _seen(page) and "Bias" in _seen(page)


@pytest.mark.gate
def test_the_graph_is_searched_zoomed_and_dragged(page: Page, site: str) -> None:
    """By pointer and by keys; the list beside it is searched with it, and neighbours light up."""
    page.goto(f"{site}graph/")
    page.locator(".nw-alive").wait_for()
    page.get_by_label("Find a note").fill("means")
    assert page.locator(".nw-near").count() == 1
    listed = page.locator(".nw-map-list li:visible > a:first-child").all_inner_texts()
    assert listed == ["K means"]
    page.get_by_label("Find a note").press("Enter")
    assert page.evaluate("document.activeElement.textContent.trim()") == "K means"
    near = page.locator(".nw-whole a.nw-near").evaluate_all("all => all.map(e => e.textContent)")
    assert sorted(each.strip() for each in near) == ["Bias", "K means", "Models", "Parts"]
    page.get_by_label("Find a note").fill("")
    start = _view(page)
    page.get_by_role("button", name="Zoom in").click()
    assert _view(page)[2] < start[2]
    page.locator(".nw-frame").press("ArrowRight")
    assert _view(page)[0] > start[0]
    page.locator(".nw-frame").press("0")
    assert _view(page) == pytest.approx(start, abs=2)
    node = page.locator(".nw-whole a", has_text="K means")
    before = node.locator("circle").bounding_box()
    assert before
    at = (before["x"] + before["width"] / 2, before["y"] + before["height"] / 2)
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(at[0] + 60, at[1] + 30, steps=6)
    page.mouse.up()
    after = node.locator("circle").bounding_box()
    assert after and abs(after["x"] - before["x"] - 60) < 3
    assert page.url.endswith("graph/")  # a note that is dragged is not followed
    node.locator("circle").click()
    page.wait_for_url("**/models/k-means/")


@pytest.mark.nightly
def test_a_phone_gets_the_list_of_the_graph(browser: Browser, site: str) -> None:
    """A drawing of a hundred notes says nothing on it."""
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{site}graph/")
    assert not page.locator(".nw-whole").is_visible()
    assert page.locator(".nw-map-list li").first.is_visible()
    context.close()
