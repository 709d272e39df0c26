"""In a real browser: the search of this site, with its own notes, index and scripts."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsers import CHROMIUM, becomes, served
from browsers import browser as browser
from search_index import unfolded

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists() or os.environ.get("NOTEWRIGHT_BROWSER") != "1",
    reason="looks at pages in Chromium: `nox -s browser`",
)
FIELD = "[data-nw-search] input"
STATUS = "[data-nw-search] [role=status]"
LINKS = ".nw-found .md-search-result__link"
MOST = 180_000
"""Bytes of the index, compressed: before it was made of notes alone, it had 560,719."""
QUERIES = [
    line.split("\t")
    for line in Path(__file__).with_name("search_queries.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This site, built from its records; or one that is there, where `NOTEWRIGHT_SITE` says."""
    if os.environ.get("NOTEWRIGHT_SITE"):
        return Path(os.environ["NOTEWRIGHT_SITE"])
    found = tmp_path_factory.mktemp("search") / "site"
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(found)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return found


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where it is served."""
    with served(site) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A note of the site; whatever goes wrong in it fails the test."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto(f"{address}models/k-means/", wait_until="networkidle")
    yield page
    assert wrong == []
    page.close()


def entries(site: Path) -> list[dict[str, Any]]:
    """The entries of the index."""
    found = json.loads((site / "search/search_index.json").read_text("utf-8"))
    return unfolded(found["docs"])


def ask(page: Page, words: str) -> list[str]:
    """Ask for words; returns the addresses of the results in the site, in their order."""
    page.fill(FIELD, words)
    asked = "words => document.querySelector('[data-nw-search]').dataset.nwAsked === words"
    page.wait_for_function(asked, arg=words)
    visible = page.locator(f"{LINKS}:visible")
    links = visible.evaluate_all("all => all.map(each => each.pathname + each.hash)")
    return [link.lstrip("/") for link in links]


@pytest.mark.gate
def test_the_right_page_is_among_the_first_three(page: Page) -> None:
    """For 95 of 100 queries, of which there are at least 120; and no query finds nothing."""
    assert len({words for words, _ in QUERIES}) == len(QUERIES) >= 120
    missed, empty = [], []
    for words, pages in QUERIES:
        found = ask(page, words)
        if "No results" in page.locator(STATUS).inner_text():
            empty.append(words)
        if not {each.partition("#")[0] for each in found[:3]} & set(pages.split()):
            missed.append((words, pages, found[:3]))
    assert empty == []
    assert len(missed) <= len(QUERIES) * 0.05, missed


@pytest.mark.nightly
def test_the_index_is_small_and_made_of_notes(site: Path) -> None:
    """Neither lists nor code nor outputs are in it; a symbol is there by its name alone."""
    content = (site / "search/search_index.json").read_bytes()
    assert len(gzip.compress(content, 9)) <= MOST
    found = entries(site)
    pages = {each["location"].partition("#")[0] for each in found}
    assert not pages & {"tags/", "graph/", "code/"}
    assert not [each for each in found if "import" in each["text"] and "<code>" in each["text"]]
    symbols = [each for each in found if each["location"].startswith("code/")]
    assert len(symbols) > 1000
    assert not [each for each in symbols if each["text"] or each.get("words")]
    notes = [each for each in found if each.get("kind") is None]
    assert not [each for each in notes if "np.random" in each["text"] + each.get("words", "")]


@pytest.mark.nightly
def test_at_least_sixty_synonyms_lead_to_their_note(site: Path) -> None:
    """They are the aliases of notes; what stands in no text is found all the same."""
    aliases = [
        name
        for each in entries(site)
        for name in str(each.get("aliases") or "").split(", ")
        if name
    ]
    assert len(set(aliases)) >= 60


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("regularization", "regularisation"),
        ("standardize", "standardise"),
        ("standardizing", "standardising"),
        ("optimizer", "optimiser"),
        ("analyze", "analyse"),
        ("neighbor", "neighbour"),
        ("color", "colour"),
        ("behavior", "behaviour"),
        ("center", "centre"),
        ("centered", "centred"),
        ("labeled", "labelled"),
        ("modeling", "modelling"),
        ("catalog", "catalogue"),
        ("gray", "grey"),
        ("matrices", "matrix"),
        ("indices", "index"),
        ("biases", "bias"),
        ("clusters", "cluster"),
        ("naïve", "naive"),
        ("the outliers", "outliers"),
    ],
)
def test_two_spellings_find_the_same(page: Page, one: str, other: str) -> None:
    """British and American, one and many, with an accent and without, with a stop word."""
    # With a word behind it, so that neither is the one that is still being typed.
    found = ask(page, f"{one} model"), ask(page, f"{other} model")
    assert found[0] == found[1] != []


@pytest.mark.gate
def test_nothing_is_loaded_until_the_field_has_the_focus(browser: Browser, address: str) -> None:
    """Neither index nor worker; then both, once."""
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(300)  # nothing comes
    assert asked and not [url for url in asked if "search_index" in url or "worker" in url]
    page.focus(FIELD)
    page.locator(LINKS).first.wait_for()
    ask(page, "pca")
    assert len([url for url in asked if "search_index" in url]) == 1
    page.close()


@pytest.mark.nightly
def test_no_key_is_lost_while_the_index_is_read(browser: Browser, address: str) -> None:
    """The state says so; what was typed meanwhile is answered."""
    page = browser.new_page()
    waiting: list[Route] = []
    page.context.route("**/search_index.json", lambda route: waiting.append(route))
    page.goto(address, wait_until="networkidle")
    page.keyboard.press("/")
    page.keyboard.type("gausian mixture", delay=5)
    assert page.locator(STATUS).inner_text() == "Loading …"
    assert page.input_value(FIELD) == "gausian mixture"
    becomes(lambda: bool(page.title()) and len(waiting) > 0)
    for route in waiting:
        route.continue_()
    page.locator(LINKS).first.wait_for()
    assert page.locator(f"{LINKS} strong").first.inner_text() == "Gaussian mixture"
    assert "“gaussian” instead of “gausian”" in page.locator(STATUS).inner_text()
    page.close()


@pytest.mark.nightly
def test_an_empty_field_offers_five_notes(page: Page) -> None:
    """Those to which most others link; no list is among them."""
    page.focus(FIELD)
    page.locator(LINKS).first.wait_for()
    assert page.locator(".nw-found-kind").all_inner_texts() == ["Popular notes"]
    assert page.locator(LINKS).count() == 5


@pytest.mark.nightly
@pytest.mark.parametrize("words", ["kwzxqj", "gausszzzian mixtzzzure"])
def test_where_nothing_is_found_something_is_offered(page: Page, words: str) -> None:
    """Names that look like the words, or else the popular notes."""
    ask(page, words)
    assert page.locator(LINKS).count() > 0
    if "mix" in words:
        assert page.locator(".nw-found-kind").first.inner_text() == "Did you mean"
        assert "Gaussian mixture" in page.locator(f"{LINKS} strong").all_inner_texts()


@pytest.mark.gate
def test_results_say_their_kind(page: Page) -> None:
    """Notes with the heading, figures with a picture, lessons with their sign, code."""
    ask(page, "outliers")
    assert set(page.locator(".nw-found-kind").all_inner_texts()) >= {"Notes", "Lessons", "Figures"}
    lesson = page.locator(".md-search-result__item", has_text="K-means and outliers")
    assert lesson.locator(".nw-sign").inner_text() in (
        "holds",
        "holds in part",
        "depends",
        "does not hold",
        "not settled",
    )
    assert "Lesson · Lessons about clustering" in lesson.inner_text()
    ask(page, "colours of a picture")
    assert page.locator(".nw-found-image").count() > 0
    ask(page, "sklearn.cluster.KMeans")
    assert page.locator(".nw-found-kind").first.inner_text() in ("Notes", "Code")
    assert "Code" in page.locator(".nw-found-kind").all_inner_texts()
    for name in page.locator("ol.md-search-result__list").all():
        assert name.get_attribute("aria-labelledby")


@pytest.mark.nightly
def test_escape_gives_the_focus_back(page: Page) -> None:
    """To where it was before; the dialog has a name, and a reader hears what was found."""
    assert page.get_by_role("dialog", name="Search").count() == 1
    link = page.locator("article a").first
    link.focus()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.matches('[data-nw-search] input')")
    page.keyboard.type("outliers")
    page.locator(STATUS, has_text="notes").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.href") == link.evaluate("each => each.href")
    assert not page.locator("#__search").is_checked()
    for _ in range(3):  # and Tab goes on from there: what is closed has no Tab stop
        page.keyboard.press("Tab")
        assert not page.evaluate("document.activeElement.matches('.nw-found a')")


@pytest.mark.nightly
def test_a_page_that_is_not_there_can_be_searched(page: Page, address: str) -> None:
    """Its address is none of the site's; what it asks for, the home page answers too."""
    page.goto(f"{address}404.html", wait_until="networkidle")
    assert ask(page, "pca")[0] == "models/pca/"
    page.goto(f"{address}?q=gausian+mixture", wait_until="networkidle")
    page.locator(LINKS).first.wait_for()
    assert page.locator(f"{LINKS} strong").first.inner_text() == "Gaussian mixture"


@pytest.mark.nightly
def test_all_results_of_a_kind_are_a_press_away(page: Page) -> None:
    """The first ones are shown; a button shows the others, and the focus goes on there."""
    ask(page, "model")
    button = page.locator(".nw-found-all").first
    before = page.locator(f"{LINKS}:visible").count()
    button.press("Enter")
    assert page.locator(f"{LINKS}:visible").count() > before
    assert page.evaluate("document.activeElement.matches('.md-search-result__link')")


OPENED = """() => Promise.allSettled(
  document.querySelector(".md-search__inner").getAnimations().map((each) => each.finished))"""


@pytest.mark.nightly
def test_the_open_field_stays_in_the_window(page: Page) -> None:
    """At each width: nothing of it is cut off at the right."""
    for width in (390, 820, 1300, 1400, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        page.keyboard.press("/")
        ask(page, "outliers")
        page.evaluate(OPENED)
        box = page.locator(".md-search__inner").bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width, width
        for text in page.locator(".nw-found-text:visible").all():
            shown = text.bounding_box()
            assert shown and shown["x"] + shown["width"] <= box["x"] + box["width"], width
        page.keyboard.press("Escape")


@pytest.mark.nightly
def test_a_result_shows_the_passage_that_matches(page: Page, site: Path) -> None:
    """Also where the words stand further down a section than the index tells its text."""
    found = [each for each in entries(site) if each.get("kind") is None and each.get("words")]
    words = [word for each in found for word in str(each["words"]).split() if word.isascii()]
    rare = {word for word in words if len(word) > 9 and words.count(word) == 1}
    tried = 0
    for entry in found[:: len(found) // 60]:
        text = entry["text"].casefold()
        own = [word for word in str(entry["words"]).split() if word in rare]
        own = [word for word in own if word[:5] not in text]
        if not own or tried == 4:
            continue
        first, *_ = ask(page, own[0])
        if first != entry["location"]:
            continue
        tried += 1
        shown = page.locator(f"{LINKS}:visible").first.locator(".nw-found-text")
        shown.locator("mark").first.wait_for()
        assert own[0][:5] in shown.inner_text().casefold()
        assert len(shown.inner_text()) < 220
    assert tried >= 2
