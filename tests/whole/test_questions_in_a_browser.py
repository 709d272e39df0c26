"""In a real browser: questions, guesses before an output or a table, and what is kept of them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from browsers import Strict, served
from browsers import browser as browser
from projects import ProjectDir

from tests.whole import test_accessible_in_a_browser as accessible
from tests.whole import test_look_in_a_browser as look

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HELPER = '''
class Row(dict):
    """A result that the site collects."""

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": "said", "application/vnd.notewright.result+json": dict(self)}
'''
LESSON = """
```python
#| label: {id}
from row import Row

Row(id="{id}", claim="{claim}", verdict="{verdict}", measured="accuracy",
    findings="{findings}", effect="{effect}")
```
"""
ROWS = [
    ("L1", "More is better", "holds", "+0.06 ± 0.02 supported", "+0.06 ± 0.02"),
    ("L2", "Less is better", "depends", "+0.04 ± 0.01 supported; -0.03 ± 0.01 contradicted", "x"),
    ("L3", "Nothing helps", "does not hold", "-0.06 ± 0.02 contradicted", "−0.06 ± 0.02"),
    ("L4", "Who can tell", "no difference shown", "+0.01 ± 0.02 not shown", "+0.01 ± 0.02"),
]
LEDGER = """\
---
cssclasses: [sortable]
hide: [navigation, toc]
---

# The ledger

```results
from: lessons/*
columns: {id: Lesson, claim: The claim, verdict: Verdict, findings: Findings, effect: Effect}
details: [effect]
sort: id
totals: verdict
filter: [verdict, effect]
guess:
  claim: claim
  verdict: verdict
  words: {holds: Holds, holds in part: In part, depends: In part, does not hold: Does not hold}
```
"""
NOTE = """\
# Asked

Lead.

> [!predict] Where does the line end?
> - [ ] at 1
> - [x] at **2**
>
> It rises with $x$.

```python
#| label: fig-line
#| fig-cap: A line
#| fig-alt: a line that rises
import matplotlib.pyplot as plt
print("hidden at first")
plt.plot([1, 2]);
```

Text between.

> [!predict] What is printed?

```python
#| label: said
print("also hidden")
```

## Quiz

> [!question]- How many parts has it?
> - [ ] eleven
> - [x] seventeen
> - [ ] eighteen
>
> Two weights, and the rest: [[#Quiz|read the passage]].

> [!question]- Explain it.
> In *few* words.
"""


def _write(project: ProjectDir) -> None:
    """Add the notes that ask."""
    cells = "".join(
        LESSON.format(id=one, claim=two, verdict=three, findings=four, effect=five)
        for one, two, three, four, five in ROWS
    )
    project.write(
        {
            "row.py": HELPER,
            "docs/lessons/index.md": LEDGER,
            "docs/models/asked.md": NOTE,
            "docs/learn/test.md": "# Test\n\n```questions\nfrom: models/*\n```\n",
            "docs/learn/index.md": "# Path\n\n- [ ] [[asked]]\n- [ ] [[birch]]\n",
        }
    )
    project.write({"docs/lessons/one.md": f"# One\n{cells}"})


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> ProjectDir:
    """The theme of this repository's site on notes that ask, with strict pages."""
    project = look._project(tmp_path_factory.mktemp("questions") / "project")
    _write(project)
    place = project.root / "mkdocs.yml"
    config = yaml.safe_load(place.read_text("utf-8"))
    config["plugins"][-1]["notewright"] |= {"strict_csp": True}
    config["site_url"] = "https://example.org/notes/"
    place.write_text(yaml.safe_dump(config), "utf-8")
    built = project.command("-m", "mkdocs", "build")
    assert built.status == 0, built.output
    return project


@pytest.fixture(scope="module")
def site(project: ProjectDir) -> Iterator[str]:
    """The address of the site, behind the strictest policy."""
    with served(project.root / "site", Strict) as address:
        yield address


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page of a reader who comes for the first time; nothing goes wrong, nobody else is asked."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((site, "data:", "blob:"))
            else wrong.append(f"asked {request.url}")
        ),
    )
    yield opened
    context.close()
    assert wrong == []


@pytest.mark.nightly
def test_an_output_waits_for_the_guess(page: Page, site: str) -> None:
    """What a cell shows is seen once the reader has said what he expects, by mouse or by key."""
    page.goto(f"{site}models/asked/")
    first, second = page.locator(".nw-outputs").all()
    assert not first.is_visible() and not second.is_visible()
    ask = page.locator(".nw-predict").first
    ask.get_by_role("button", name="at 1").focus()
    page.keyboard.press("Enter")
    assert first.is_visible() and not second.is_visible()
    assert ask.get_by_role("status").inner_text() == "You said A. Right: B."
    assert ask.locator(".nw-is-right").inner_text().split() == ["at", "2", "right"]
    assert ask.get_by_text("It rises with").is_visible()
    page.locator(".nw-predict").last.get_by_text("Show the output").click()
    assert second.is_visible()


@pytest.mark.nightly
def test_an_address_of_a_result_shows_it(page: Page, site: str) -> None:
    """Who follows a link to a figure or a cell came to see it."""
    page.goto(f"{site}models/asked/#fig-line")
    first, second = page.locator(".nw-outputs").all()
    assert first.is_visible() and not second.is_visible()


@pytest.mark.nightly
@pytest.mark.parametrize("how", ["without scripts", "in print"])
def test_everything_is_there(browser: Browser, site: str, how: str) -> None:
    """Outputs, answers to predictions and the ledger; nothing that cannot be operated."""
    context = browser.new_context(java_script_enabled=how != "without scripts")
    page = context.new_page()
    page.goto(f"{site}models/asked/")
    if how == "in print":
        page.emulate_media(media="print")
    assert all(each.is_visible() for each in page.locator(".nw-outputs").all())
    assert page.get_by_text("It rises with").is_visible()
    assert page.get_by_text("hidden at first", exact=True).is_visible()
    page.goto(f"{site}lessons/")
    if how == "in print":
        page.emulate_media(media="print")
    assert page.locator(".nw-results tbody tr").count() == len(ROWS)
    assert page.get_by_text("More is better").is_visible()
    assert not page.get_by_role("button", name="Guess first").is_visible()
    context.close()


@pytest.mark.gate
def test_a_quiz_has_choices_feedback_and_the_passage(page: Page, site: str) -> None:
    """What was chosen stays marked; what was known is remembered, on this page and on the path."""
    page.goto(f"{site}models/asked/")
    ask = page.locator(".nw-question")
    assert not ask.get_by_text("Two weights").is_visible()
    ask.get_by_role("button", name="seventeen").click()
    assert ask.get_by_role("status").inner_text() == "B is right."
    ask.get_by_role("button", name="eleven").click(force=True)  # it is said
    assert ask.get_by_role("status").inner_text() == "B is right."
    assert ask.get_by_role("link", name="read the passage").is_visible()
    page.get_by_text("Explain it.").click()
    page.get_by_role("button", name="I did not").click()
    assert page.locator(".nw-downloads .nw-count").inner_text() == "Questions: 1 of 3 known"
    page.goto(f"{site}learn/")
    told = page.locator("li.task-list-item").all_inner_texts()
    assert ["1 of 3 known" in each for each in told] == [True, False]


@pytest.mark.nightly
def test_the_ledger_is_a_game(page: Page, site: str) -> None:
    """A claim, a guess, then plot, interval and verdict; two verdicts share a button."""
    page.goto(f"{site}lessons/")
    assert page.locator(".nw-hint").inner_text().startswith("3 claims, one at a time")
    page.get_by_role("button", name="Guess first").click()
    assert not page.locator(".nw-results").is_visible()
    assert page.locator(".nw-claim").inner_text() == "“More is better”"
    colours = page.locator(".nw-word").evaluate_all("l => l.map(e => getComputedStyle(e).color)")
    assert len(set(colours)) == 1  # no verdict shows through
    page.keyboard.press("Enter")  # the first button has the focus
    card = page.locator(".nw-card")
    assert card.locator(".nw-verdict").inner_text() == "Holds: you were right."
    assert card.locator(".nw-forest svg").count() == 1
    assert "+0.06 ± 0.02" in card.locator(".nw-row").inner_text()
    assert "1 of 1 right; guessing at random gives 0.3" in card.inner_text()
    page.keyboard.press("Enter")  # and so has the way on
    page.get_by_role("button", name="Does not hold").click()
    assert card.locator(".nw-verdict").inner_text() == "Depends: you said Does not hold."
    page.reload()
    page.get_by_role("button", name="Continue").click()
    assert page.locator(".nw-claim").inner_text() == "“Nothing helps”"
    page.get_by_role("button", name="Does not hold").click()
    page.get_by_role("button", name="Next claim").click()
    assert card.locator(".nw-claim").inner_text() == "2 of 3 right"
    assert "Guessing at random gives 1.0, the same answer each time at most 1." in card.inner_text()
    page.get_by_role("button", name="Copy as text").click()
    card.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == (
        "The ledger: I guessed 2 of 3 right; guessing at random gives 1.0. https://example.org/notes/lessons/"
    )
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as picture").click()
    assert Path(download.value.path()).read_bytes()[:4] == b"\x89PNG"
    page.get_by_role("button", name="Start again").click()
    assert page.locator(".nw-claim").inner_text() == "“More is better”"
    page.get_by_role("button", name="Back to the table").click()
    assert page.locator(".nw-results").is_visible()


@pytest.mark.nightly
def test_rows_are_picked_by_words_of_columns_and_by_a_search(page: Page, site: str) -> None:
    """Each leaves hidden what the other hides, and takes back only its own."""
    page.goto(f"{site}lessons/")
    names = ".nw-results tbody td:first-child:visible"
    assert page.locator(names).all_inner_texts() == ["L1", "L2", "L3", "L4"]
    verdict, search = page.get_by_label("Verdict"), page.get_by_role("searchbox").last
    verdict.select_option("does not hold")
    assert page.locator(names).all_inner_texts() == ["L3"]
    assert page.locator(".nw-picks").get_by_role("status").inner_text() == "1 of 4 rows"
    search.fill("is better")
    assert page.locator(names).all_inner_texts() == []
    verdict.select_option("")
    assert page.locator(names).all_inner_texts() == ["L1", "L2"]
    search.fill("")
    page.get_by_label("Effect").select_option("+0.01 ± 0.02")
    assert page.locator(names).all_inner_texts() == ["L4"]
    page.emulate_media(media="print")
    assert not page.locator(".nw-picks").is_visible()


@pytest.mark.gate
def test_questions_come_back_when_it_is_time(page: Page, site: str) -> None:
    """A round asks one by one; what was not known comes again in it, what was known after a day."""
    page.clock.install(time="2030-01-01T12:00:00")
    page.goto(f"{site}learn/test/")
    assert page.locator(".nw-hint").inner_text() == "0 due, 2 new, 2 in total."
    asked = page.locator("[data-nw-ask]:visible")
    assert asked.count() == 2
    page.get_by_role("button", name="Test me").click()
    seen = []
    for _ in range(3):  # the one without choices is not known at first, and comes again
        assert asked.count() == 1
        assert "Asked. Question" in page.locator(".nw-hint").inner_text()
        if asked.locator("button", has_text="seventeen").count():
            seen.append("quiz")
            asked.get_by_role("button", name="seventeen").click()
            page.keyboard.press("Enter")  # on to the next
        else:
            page.keyboard.press("Enter")  # the question has the focus, and unfolds
            name = "I knew it" if "own" in seen else "I did not"
            seen.append("own")
            asked.get_by_role("button", name=name).click()
    assert sorted(seen) == ["own", "own", "quiz"]
    assert page.locator(".nw-hint").inner_text() == (
        "2 of 3 known in this round. 0 due now, 0 new."
    )
    for days, due in ((1, 2), (0, 2)):
        page.clock.set_system_time(f"2030-01-0{1 + days}T13:00:00")
        page.reload()
        said = page.locator(".nw-hint").inner_text()
        assert said == f"{due if days else 0} due, 0 new, 2 in total."
    with page.expect_download() as download:
        page.get_by_role("link", name="The deck").click()
    assert Path(download.value.path()).read_text("utf-8").startswith("#separator:Comma")


@pytest.mark.nightly
@pytest.mark.parametrize("kept", ["", "[]", '{"asks": 1}', '{"guesses": []}', "null", "refused"])
def test_damaged_or_refused_storage_is_an_empty_one(page: Page, site: str, kept: str) -> None:
    """Then this page remembers, and the game goes on."""
    if kept == "refused":
        page.add_init_script(
            "Storage.prototype.setItem = () => { throw new Error('the quota is used up'); }"
        )
    else:
        told = json.dumps(kept)
        page.add_init_script(f"localStorage.setItem('notewright:practice', {told})")
    page.goto(f"{site}lessons/")
    page.get_by_role("button", name="Guess first").click()
    page.get_by_role("button", name="Holds", exact=True).click()
    page.get_by_role("button", name="Next claim").click()
    assert page.locator(".nw-claim").inner_text() == "“Less is better”"


SHIFT = """() => { window.shifted = 0;
  new PerformanceObserver(list => {
    for (const each of list.getEntries()) if (!each.hadRecentInput) window.shifted += each.value;
  }).observe({ type: 'layout-shift', buffered: true }); }"""


@pytest.mark.nightly
@pytest.mark.parametrize("width", accessible.WIDTHS)
@pytest.mark.parametrize("scheme", accessible.SCHEMES)
def test_axe_finds_nothing_and_nothing_moves(
    browser: Browser, site: str, scheme: Any, width: int
) -> None:
    """Before and after an answer, light and dark, on a phone and on a desk."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.add_init_script(f"({SHIFT})()")
    found = {}
    for name in ("models/asked/", "learn/test/", "lessons/"):
        page.goto(f"{site}{name}", wait_until="networkidle")
        page.wait_for_timeout(400)  # nothing moves
        assert page.evaluate("window.shifted") < 0.01, name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        found[name] = accessible.violations(page)
        if name == "lessons/":
            page.get_by_role("button", name="Guess first").click()
            found["asked"] = accessible.violations(page)
            page.get_by_role("button", name="Holds", exact=True).click()
        elif name == "learn/test/":
            page.get_by_role("button", name="Test me").click()
        else:
            page.get_by_role("button", name="eighteen").click()
            page.get_by_role("button", name="at 1").click()
        found[f"{name} said"] = accessible.violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    context.close()
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.nightly
def test_the_scripts_are_small(project: ProjectDir) -> None:
    """All that a page asks costs half of what its moving parts may cost together."""
    assets = project.root / "site/assets/notewright"
    scripts = [(assets / f"{name}.js").read_bytes() for name in ("practice", "guesses")]
    assert sum(len(gzip.compress(script, 9)) for script in scripts) <= 6 * 1024
