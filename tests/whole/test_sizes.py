"""Bytes that a site of many notes takes: budgets of what is loaded and what is searched."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from projects import ProjectDir
from search_index import located

pytestmark = pytest.mark.gate

NOTES = 150
WORDS = [
    "bias",
    "cost",
    "data",
    "error",
    "fold",
    "gain",
    "group",
    "kernel",
    "label",
    "loss",
    "noise",
]
FEATURES = ["navigation.indexes"]


def text(number: int) -> str:
    """A note of some 300 words, three headings and five links."""
    chance = random.Random(number)
    parts = [f"---\ntags: [{chance.choice(WORDS)}]\n---\n\n# Note {number}\n"]
    for section in range(3):
        links = " ".join(f"[[n{chance.randrange(NOTES):03}]]" for _ in range(2))
        words = " ".join(chance.choice(WORDS) for _ in range(100))
        parts.append(f"## Part {section}\n\n{words} {links}\n")
    return "\n".join(parts)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with links, tags and folders, in Material."""
    project = ProjectDir(tmp_path_factory.mktemp("sizes"))
    project.write({f"docs/f{n // 30}/n{n:03}.md": text(n) for n in range(NOTES)})
    theme = {"name": "material", "font": False, "features": FEATURES}
    project.configure(theme=theme, plugins=["search", "tags", "notewright"])
    done = project.build()
    assert done.status == 0, done.output
    return project.root / "site"


def index(site: Path) -> list[dict[str, Any]]:
    """Entries of the search index."""
    found = json.loads((site / "search/search_index.json").read_text("utf-8"))
    return located(found["docs"])


def test_each_heading_of_a_note_is_found_once(site: Path) -> None:
    """The foot of a page is in no hit: its headings would repeat the title, its lists all links."""
    entries = [each for each in index(site) if "/n007/" in each["location"]]
    assert [each["title"] for each in entries] == ["Note 7", "Part 0", "Part 1", "Part 2"]
    assert not [each["location"] for each in index(site) if "#nw-" in each["location"]]


def test_the_foot_is_in_the_page_all_the_same(site: Path) -> None:
    """Once, with its graph, and nothing that stood for it."""
    page = (site / "f0/n007/index.html").read_text("utf-8")
    assert page.count('<aside aria-label="Related"') == 1
    assert 'id="nw-graph"' in page and "<!--nw-foot-->" not in page


def test_the_search_index_holds_little_beside_the_words(site: Path) -> None:
    """Of what the notes say, at most a third more: addresses, titles and tags."""
    said = sum(len(text(number)) for number in range(NOTES))
    size = (site / "search/search_index.json").stat().st_size
    assert size <= 1.35 * said
    graph = [each for each in index(site) if each["location"].startswith("graph/")]
    assert sum(len(each["text"]) for each in graph) < 200


def test_the_whole_graph_is_in_no_page_but_its_own(site: Path) -> None:
    """A page has the graph of its own links; all of it is loaded where it is opened."""
    graph = (site / "graph/index.html").read_text("utf-8")
    assert "nw-whole" in graph and len(graph) < 20_000 + 1_100 * NOTES
    pages = [page.read_text("utf-8") for page in site.glob("f*/n*/index.html")]
    assert len(pages) == NOTES and not [page for page in pages if "nw-whole" in page]
    sizes = [len(page) for page in pages]
    assert max(sizes) < 60_000
