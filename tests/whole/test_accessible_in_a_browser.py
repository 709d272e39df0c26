"""In a real browser: every kind of page is accessible, asks for little, and needs no exceptions."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import yaml
from browsers import Strict, served, violations
from browsers import browser as browser
from projects import ProjectDir

from tests.whole import test_look_in_a_browser as look

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TABLES = """
```python
import pandas as pd

frame = pd.DataFrame({"a": [1, 2], "b": [3.5, 4.5]}, index=["x", "y"])
frame
```

```python continuation
frame.rename_axis("name")
```

```python continuation
frame.groupby("a").agg(["min", "max"])
```

```python continuation
from IPython.display import HTML
WIDE = "".join(f"<td>{number} words in a column</td>" for number in range(20))
HTML(
    f"<table><tr>{WIDE}</tr></table>"
    '<p style="letter-spacing: 3px" id="mine">Styled by hand</p>'
    "<style>#mine { padding: 7px }</style>"
)
```
"""
LESSON = """
# Lesson

A claim. `code` and $x^2$.

$$a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + b_1 + b_2 + b_3 + b_4 + b_5 + b_6 + b_7 + b_8$$

```mermaid
graph LR
  A[One] --> B[Two]
```

```python
#| label: l1
class Outcome:
    def _repr_mimebundle_(self, include=None, exclude=None):
        row = {"id": "L1", "kind": "lesson", "claim": "More is better", "verdict": "confirmed"}
        return {"text/plain": "said", "application/vnd.notewright.result+json": row}
Outcome()
```

- [ ] To do
- [x] Done

> [!question]- Which?
> This one.
"""
LEDGER = """\
---
cssclasses: [sortable]
hide: [navigation, toc]
---

# Ledger

```results
from: lessons/*
columns: {id: Lesson, claim: The claim, verdict: Verdict}
sort: id
totals: verdict
```
"""
HELPER = "\n```python\nfrom help import double\n\nprint(double(2))\n```\n"

PAGES = {
    "home": "",
    "model": "models/k-means/",
    "concept": "concepts/bias/",
    "tables": "concepts/tables/",
    "comparison": "comparison/",
    "ledger": "lessons/",
    "lesson": "lessons/one/",
    "graph": "graph/",
    "tags": "tags/",
    "symbols": "code/",
    "source": "code/help/",
    "404": "nowhere/else/",
    "project": "projects/digits/",
}
SCHEMES = ("light", "dark")
WIDTHS = (390, 820, 1400)
FIRST_VISIT = 250 * 1024
"""Most bytes that a first visit takes, compressed, but for figures."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> ProjectDir:
    """The theme of this repository's site on a few notes of all kinds, with strict pages."""
    project = look._project(tmp_path_factory.mktemp("accessible") / "project")
    tagged = "---\ntags: [model, task/a]\n---\n\n"
    project.write(
        {
            "docs/concepts/tables.md": f"{tagged}# Tables\n{TABLES}",
            "docs/lessons/index.md": LEDGER,
            "docs/lessons/one.md": tagged + LESSON.lstrip(),
            "docs/tags.md": "# Tags\n\nAll tags.\n\n[TAGS]\n",
            "docs/projects/digits.md": f"{tagged}# Digits\n\nWhich?\n{look.CELL}{HELPER}",
            "help.py": 'def double(x):\n    """Twice as much."""\n    return 2 * x\n',
        }
    )
    place = project.root / "mkdocs.yml"
    config = yaml.safe_load(place.read_text("utf-8"))
    made = ["graph", "code", "tags", "folders", "source"]
    own = {"strict_csp": True, "generated_pages": made, "fonts": ["text", "code", "math"]}
    config["plugins"][-1]["notewright"] |= own
    config["markdown_extensions"] += ["pymdownx.superfences", "pymdownx.highlight"]
    config["repo_url"] = "https://example.org/code"
    place.write_text(yaml.safe_dump(config), "utf-8")
    built = project.command("-m", "mkdocs", "build")
    assert built.status == 0, built.output
    return project


@pytest.fixture(scope="module")
def site(project: ProjectDir) -> Iterator[str]:
    """The address of the site."""
    with served(project.root / "site", Strict) as address:
        yield address


@pytest.mark.gate
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing(browser: Browser, site: str, scheme: Any, width: int) -> None:
    """On no kind of page, neither light nor dark, neither on a phone nor on a desk."""
    viewport: Any = {"width": width, "height": 900}
    context = browser.new_context(viewport=viewport, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    found = {}
    for kind, address in PAGES.items():
        page.goto(f"{site}{address}", wait_until="networkidle")
        page.wait_for_timeout(300)  # nothing is drawn any more
        found[kind] = violations(page)
    context.close()
    assert {kind: each for kind, each in found.items() if each} == {}


INKS = """names => names.map((name) => getComputedStyle(document.querySelector("article"))
  .getPropertyValue(name))"""


@pytest.mark.nightly
@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_who_asks_for_contrast_gets_one_ink(
    browser: Browser, site: str, scheme: Any, scripts: bool
) -> None:
    """Nothing that is said or drawn is fainter than the text."""
    context = browser.new_context(color_scheme=scheme, bypass_csp=True, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"{site}{PAGES['model']}")
    names = [f"--nw-{name}" for name in ("ink", "ink2", "ink3", "edge", "rule")]
    assert len(set(page.evaluate(INKS, names))) == len(names)
    page.emulate_media(contrast="more", color_scheme=scheme)
    assert len(set(page.evaluate(INKS, names))) == 1
    context.close()


@pytest.mark.gate
def test_a_strict_policy_is_never_violated(browser: Browser, site: str) -> None:
    """No script, style, address or worker of any page needs an exception; search works, too."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    wrong: list[str] = []

    def hear(told: Any) -> None:
        if _is_bad(told):
            wrong.append(f"{page.url}: {told.text} {told.location['url']}")

    page.on("console", hear)
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    for address in PAGES.values():
        page.goto(f"{site}{address}", wait_until="networkidle")
        page.wait_for_timeout(200)  # nothing goes wrong
    page.goto(f"{site}a/")
    page.keyboard.press("/")
    page.keyboard.type("gaussian", delay=20)
    page.locator("[role=dialog] a, .md-search a", has_text="Gaussian").first.wait_for()
    page.keyboard.press("Escape")
    page.locator("article a, .look-tabs a").first.hover()
    page.wait_for_timeout(600)  # nothing goes wrong
    page.locator("label[title], [data-md-component=palette] label:not([hidden])").first.click()
    page.wait_for_timeout(200)  # nothing goes wrong
    context.close()
    assert wrong == []


def _is_bad(told: Any) -> bool:
    is_refused = "Content Security Policy" in told.text or "Content-Security-Policy" in told.text
    is_missing = "404" in told.text and PAGES["404"] in told.location["url"]
    return is_refused or (told.type == "error" and not is_missing)


@pytest.mark.gate
def test_what_the_policy_would_forbid_is_shown_all_the_same(browser: Browser, site: str) -> None:
    """A style that a cell wrote, the colours of a figure, the layout of a diagram."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.goto(f"{site}concepts/tables/")
    style = "e => [getComputedStyle(e).letterSpacing, getComputedStyle(e).paddingLeft]"
    by_hand = page.locator("p", has_text="Styled by hand")
    assert by_hand.evaluate(style) == ["3px", "7px"]
    assert page.locator(".dataframe thead tr").count() == 1 + 1 + 3  # an index and its name; levels
    page.goto(f"{site}models/k-means/")
    line = "[...document.querySelectorAll('.nw-svg path')].map(e => getComputedStyle(e).stroke)"
    assert "rgb(11, 83, 184)" in page.evaluate(line)
    page.goto(f"{site}lessons/one/")
    box = page.locator(".nw-diagram svg").bounding_box()
    assert box and box["width"] > 60
    context.close()


@pytest.mark.gate
def test_no_page_holds_a_script_or_a_style(project: ProjectDir) -> None:
    """Where that was asked for; and where not, no table or figure has one."""
    site = project.root / "site"
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        tags = re.sub(r"<(script|style|title)\b[^>]*>.*?</\1>", r"<\1>", text, flags=re.S)
        assert not re.search(r"<[a-z][^<>]*\sstyle=", tags), path
        assert "<style" not in text, path
        runs = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*json)[^>]*>", text)
        assert runs == [], path
    own = sorted((site / "assets/notewright/strict").iterdir())
    assert len([path for path in own if path.suffix == ".js"]) < 15


@pytest.mark.nightly
@pytest.mark.parametrize("kind", ["home", "model", "comparison", "graph"])
def test_a_first_visit_is_light(browser: Browser, site: str, kind: str) -> None:
    """Compressed, with fonts, styles and scripts, but for figures."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    sizes: dict[str, int] = {}

    def hear(answer: Any) -> None:
        path = urlsplit(answer.url).path
        body = answer.body()
        plain = path.endswith((".woff2", ".png"))
        if not path.endswith((".png", ".jpg")) and "/fig" not in path:
            sizes[path] = len(body) if plain else len(gzip.compress(body, 6))

    page.on("requestfinished", lambda request: hear(request.response()))
    page.goto(f"{site}{PAGES[kind]}", wait_until="networkidle")
    page.wait_for_timeout(500)  # nothing comes
    context.close()
    assert len(sizes) > 5
    assert sum(sizes.values()) <= FIRST_VISIT, sorted(sizes.items(), key=lambda each: -each[1])[:12]
