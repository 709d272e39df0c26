"""Sharing: what pages tell messengers, search engines, feeds and readers of plain text."""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
import sys
import time
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from edited import contents
from hypothesis import example, given
from hypothesis import strategies as st
from projects import ProjectDir, clean_environment

from notewright.hosts.mkdocs.sharing import is_public
from notewright.render.sharing import Place, Shared, head

pytestmark = pytest.mark.gate

URL = "https://example.org/vault/"
FIGURE = """
```python
#| fig-alt: A line that rises.
import matplotlib.pyplot as plt
plt.plot([1, 2]);
```
"""
RESULT = """
```python
#| label: {label}
class Outcome:
    def _repr_mimebundle_(self, include=None, exclude=None):
        row = {{"id": "L1", "claim": "More is better", "verdict": "{verdict}", "effect": "0.5"}}
        return {{"text/plain": "said", "application/vnd.notewright.result+json": row}}
Outcome()
```
"""
NOTES = {
    "docs/index.md": "# Home\n\nWhat *this* site is about. More. [[models/means|Means]]\n",
    "docs/models/means.md": "---\ntags: [model]\n---\n\n# Means & more\n\n> Quoted first.\n\n"
    'Means, e.g. of [[line|lines]], put each sample\ninto one of $k$ "groups". A second sentence.\n'
    f"{FIGURE}\n```python continuation\nprint('said ```')\n```\n\nThe end: 2<!--= 1 + 1 -->.\n",
    "docs/models/line.md": "---\ndescription: In the writer's words\nupdated: 2024-05-06\n---\n\n"
    "# Line\n\nSentence. Of [[models/means]] %%hidden%%.\n",
    "docs/lessons/one.md": "# One\n" + RESULT.format(label="l1", verdict="shown"),
}


def project_of(root: Path, url: str = URL, **options: Any) -> ProjectDir:
    """A vault of few notes at a public address."""
    project = ProjectDir(root)
    options.setdefault("theme", {"name": "material", "font": False, "language": "en"})
    project.configure(site_name="A & B", site_description="Notes.", site_url=url, **options)
    project.write(NOTES)
    return project


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site."""
    project = project_of(tmp_path_factory.mktemp("shared"))
    done = project.build()
    assert done.status == 0, done.output
    return project.root / "site"


class Head(HTMLParser):
    """What stands in the head of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.told: dict[str, list[str]] = {}
        self.links: list[dict[str, str]] = []
        self.data: list[Any] = []
        self._is_data = False
        self.feed(html.partition("</head>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "meta":
            name = named.get("property") or named.get("name", "")
            self.told.setdefault(name, []).append(named.get("content", ""))
        if tag == "link":
            self.links.append(named)
        self._is_data = named.get("type") == "application/ld+json"

    def handle_data(self, data: str) -> None:
        if self._is_data:
            self.data.append(json.loads(data))
            self._is_data = False

    def one(self, name: str) -> str:
        """The one element of a name."""
        (found,) = self.told[name]
        return found

    def link(self, rel: str, kind: str = "") -> str:
        """The one link of a kind."""
        found = [each for each in self.links if rel in each.get("rel", "").split()]
        (one,) = [each for each in found if not kind or each.get("type") == kind]
        return one["href"]


def head_of(site: Path, page: str) -> Head:
    """The head of a page."""
    return Head((site / page).read_text("utf-8"))


def test_a_page_says_what_it_is_about(site: Path) -> None:
    """By the first sentence of its prose, or by the writer's own words."""
    means = head_of(site, "models/means/index.html")
    said = 'Means, e.g. of lines, put each sample into one of k "groups".'
    assert means.one("description") == means.one("og:description") == said
    line = head_of(site, "models/line/index.html")
    assert line.one("description") == line.one("og:description") == "In the writer's words"
    assert head_of(site, "index.html").one("description") == "What this site is about."


def test_a_page_says_where_it_is(site: Path) -> None:
    """One whole address, the same for search engines and messengers."""
    means = head_of(site, "models/means/index.html")
    assert means.link("canonical") == means.one("og:url") == f"{URL}models/means/"
    assert (means.one("og:title"), means.one("og:type")) == ("Means & more", "article")
    assert (means.one("og:site_name"), means.told["article:tag"]) == ("A & B", ["model"])
    assert head_of(site, "index.html").one("og:type") == "website"
    assert head_of(site, "models/line/index.html").one("article:modified_time")[:10] == "2024-05-06"


def test_the_card_of_a_page_is_its_first_figure(site: Path) -> None:
    """A picture of the size that messengers ask for; two figures have two cards."""
    means = head_of(site, "models/means/index.html")
    address = means.one("og:image")
    assert address.startswith(URL)
    picture = (site / address.removeprefix(URL)).read_bytes()
    assert picture.startswith(b"\x89PNG") and struct.unpack(">II", picture[16:24]) == (1200, 630)
    assert (means.one("og:image:width"), means.one("og:image:height")) == ("1200", "630")
    assert means.one("og:image:alt") == "A line that rises."
    assert means.one("twitter:card") == "summary_large_image"
    line = head_of(site, "models/line/index.html")
    assert "og:image" not in line.told and line.one("twitter:card") == "summary"


def test_search_engines_are_told_in_the_words_of_schema_org(site: Path) -> None:
    """An article with its site and the way to it; each address is whole, and no value is empty."""
    (told,) = head_of(site, "models/means/index.html").data
    assert told["@context"] == "https://schema.org"
    article, way = told["@graph"]
    assert article["@type"] == "TechArticle" and article["headline"] == "Means & more"
    assert article["url"] == f"{URL}models/means/" and article["keywords"] == ["model"]
    assert article["isPartOf"] == {"@type": "WebSite", "name": "A & B", "url": URL}
    assert way["@type"] == "BreadcrumbList"
    steps = [(each["position"], each["name"], each["item"]) for each in way["itemListElement"]]
    assert steps[-1] == (2, "Means & more", f"{URL}models/means/")
    (home,) = head_of(site, "index.html").data
    assert [each["@type"] for each in home["@graph"]] == ["WebSite"]


@given(st.text(), st.text())
@example("", "json")
@example("", "application/ld+json")
def test_no_title_ends_the_block_of_data(title: str, description: str) -> None:
    """Whatever stands in it, it is data, and says what it was given."""
    place = Place("site", URL)
    html = head(Shared(place, URL, title, description))
    assert html.count("<script") == html.count("</script") == 1 and "<!--" not in html
    data = html.partition('<script type="application/ld+json">')[2].removesuffix("</script>")
    assert json.loads(data)["@graph"][0].get("headline", "") == title
    said = re.search(r'<meta property="og:title" content="([^"]*)">', html)
    assert said is not None and ("\r" in title or "\0" in title or unescape(said[1]) == title)


def test_each_note_has_a_copy_to_read(site: Path) -> None:
    """With its code and what that showed; links lead from copy to copy, and nothing is hidden."""
    copy = site / head_of(site, "models/means/index.html").link("alternate", "text/markdown")
    text = (site / "models/means/index.html.md").read_text("utf-8")
    assert copy.name == "index.html.md"
    assert text.startswith("# Means & more\n\n> Quoted first.\n")
    assert "e.g. of [lines](../line/index.html.md), put" in text
    assert "```python\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);\n```" in text
    assert "*Figure. A line that rises.*" in text
    assert "````text\nsaid ```\n````" in text
    assert "The end: 2." in text
    line = (site / "models/line/index.html.md").read_text("utf-8")
    assert "hidden" not in line and "description" not in line


def test_the_list_of_copies_leads_to_all_of_them(site: Path) -> None:
    """By folder, each with what it is about."""
    text = (site / "llms.txt").read_text("utf-8")
    assert text.startswith("# A & B\n\n> Notes.\n\n")
    assert re.findall("^## (.*)$", text, re.M) == ["Lessons", "Models"]
    links = re.findall(r"^- \[(.*)\]\((.*?)\)", text, re.M)
    copies = {path.relative_to(site).as_posix() for path in site.rglob("*.html.md")}
    assert {unquote(url.removeprefix(URL)) for _, url in links} == copies and len(copies) == 4
    assert f"({URL}models/line/index.html.md): In the writer's words\n" in text


def entries(site: Path) -> list[dict[str, str]]:
    """The entries of the feed."""
    channel = ElementTree.fromstring((site / "feed.xml").read_text("utf-8")).find("channel")
    assert channel is not None
    return [{each.tag: each.text or "" for each in item} for item in channel.findall("item")]


@pytest.mark.nightly
def test_a_verdict_that_changes_is_news(tmp_path: Path) -> None:
    """And one that stays is none; a note that was revised is news as well."""
    project = project_of(tmp_path)
    assert project.build().status == 0
    line, verdict = before = entries(project.root / "site")
    assert line["title"] == "Line" and line["description"] == "In the writer's words"
    assert (
        verdict["title"] == "More is better: shown" and verdict["link"] == f"{URL}lessons/one/#l1"
    )
    text = NOTES["docs/lessons/one.md"] + "\nProse.\n"
    project.write({"docs/lessons/one.md": text})
    assert project.build().status == 0
    assert entries(project.root / "site") == before
    project.write({"docs/lessons/one.md": text.replace('"shown"', '"refuted"')})
    changed = NOTES["docs/models/line.md"].replace("05-06", "05-07")
    project.write({"docs/models/line.md": changed})
    assert project.build().status == 0
    now = entries(project.root / "site")
    assert {each["guid"] for each in now}.isdisjoint(each["guid"] for each in before)
    assert now[1]["title"] == "More is better: refuted"


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://example.org/", True),
        ("http://192.168.0.7/", True),
        ("http://127.0.0.1:8000/", False),
        ("http://[::1]:8000/", False),
        ("http://0.0.0.0:8000/", False),
        ("http://localhost:8000/", False),
        ("", False),
        (None, False),
    ],
)
def test_a_card_is_drawn_for_who_can_see_it(url: str | None, public: bool) -> None:
    """A site that is served on this machine needs none."""
    assert is_public(url) == public


def test_without_an_address_nothing_names_one(tmp_path: Path) -> None:
    """The description stays, and the copies; no link of the list is whole."""
    project = project_of(tmp_path, url="")
    assert project.build().status == 0
    site = project.root / "site"
    found = head_of(site, "models/means/index.html")
    assert found.one("description") and not [name for name in found.told if name[:3] == "og:"]
    assert "canonical" not in [each.get("rel") for each in found.links] and not found.data
    assert not (site / "assets/notewright/cards").exists() and not (site / "feed.xml").exists()
    text = (site / "llms.txt").read_text("utf-8")
    assert "(models/line/index.html.md)" in text


@pytest.mark.nightly
@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs"])
def test_any_theme_tells_it(tmp_path: Path, theme: str) -> None:
    """Once: what a theme tells itself is not told again."""
    project = project_of(tmp_path, theme={"name": theme})
    assert project.build().status == 0
    for page in ("index.html", "models/means/index.html"):
        found = head_of(project.root / "site", page)
        assert found.one("description") and found.one("og:title") and found.link("canonical")


MADE = {"a figure": "1 page", "prose": "1 page", "first words": "2 pages"}
"""How much is made again: a sentence with a link stands on another page, too."""


@pytest.mark.nightly
def test_a_site_that_is_made_again_shares_what_a_clean_one_does(tmp_path: Path) -> None:
    """Figures come, change and go; so do first sentences."""
    project = project_of(tmp_path / "project")
    vault = project.root
    long_ago = time.time() - 60  # what was written just now is not trusted
    os.utime(vault / "mkdocs.yml", (long_ago, long_ago))
    means, line = NOTES["docs/models/means.md"], NOTES["docs/models/line.md"]
    edits = {
        "a figure": {"docs/models/means.md": means.replace("[1, 2]", "[2, 1]")},
        "prose": {"docs/models/means.md": means.replace("A second", "Another")},
        "first words": {"docs/models/means.md": means.replace("put each", "place each")},
        "a new figure": {"docs/models/line.md": line + FIGURE},
        "a figure less": {"docs/models/line.md": line},
        "home": {"docs/index.md": NOTES["docs/index.md"] + FIGURE},
        "home in other words": {
            "docs/index.md": NOTES["docs/index.md"] + FIGURE.replace("fig-alt: ", "fig-alt: Now ")
        },
    }
    said = {}
    for name, edit in {"nothing": {}, **edits}.items():
        project.write(edit)
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build"],
            cwd=vault,
            env=clean_environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        said[name] = done.stderr
        ours = contents(vault / "site")
        clean = project_of(tmp_path / "clean")
        for path in (vault / "docs").rglob("*.md"):
            clean.write({path.relative_to(vault).as_posix(): path.read_text("utf-8")})
        assert clean.build("--clean").status == 0
        right = contents(clean.root / "site")
        wrong = sorted(path for path in ours | right if ours.get(path) != right.get(path))
        assert wrong == [], name
    kept = {name: f"{number} built" in said[name] for name, number in MADE.items()}
    assert all(kept.values()), said


@pytest.mark.nightly
def test_copies_of_notes_without_cells_follow_other_notes(tmp_path: Path) -> None:
    """They are kept with their pages, and name others as these call themselves now."""
    project = ProjectDir(tmp_path / "project")
    project.configure()
    a = "# A\n\nSee [[b]], [[b#Part|a part]], [[c]], [[other name]]"
    a += " and [page](sub/c.md#part).\n\n![[b]]\n"
    edits = {
        "first": {"docs/a.md": a, "docs/b.md": "# Bee\n\nText.\n", "docs/index.md": "# Home\n"},
        "another title": {"docs/b.md": "---\ntitle: Wasp\n---\n\n# Bee\n\nText.\n"},
        "a part": {"docs/b.md": "# Bee\n\n## Part\n\nText.\n"},
        "a note": {"docs/sub/c.md": "# See\n\nText.\n"},
        "an alias": {"docs/sub/c.md": "---\naliases: [other name]\n---\n\n# See\n\nText.\n"},
        "a comment": {"docs/a.md": a.replace("See", "%% hidden %% See")},
    }
    told: dict[str, str] = {}
    for name, edit in edits.items():
        project.write(edit)
        assert project.command("-m", "mkdocs", "build").status == 0
        told[name] = (project.root / "site/a/index.html.md").read_text("utf-8")
        clean = ProjectDir(tmp_path / name)
        clean.configure()
        for path in (project.root / "docs").rglob("*.md"):
            clean.write({path.relative_to(project.root).as_posix(): path.read_text("utf-8")})
        assert clean.command("-m", "mkdocs", "build", "--clean").status == 0
        assert told[name] == (clean.root / "site/a/index.html.md").read_text("utf-8"), name
    assert "[Bee](../b/index.html.md)" in told["first"]
    assert "[Wasp](../b/index.html.md)" in told["another title"]
    assert "[a part](../b/index.html.md#part)" in told["a part"]
    assert "[page](sub/c.md#part)" in told["a part"]
    assert "[page](../sub/c/index.html.md#part)" in told["a note"]
    assert "[See](../sub/c/index.html.md)" in told["a note"]
    assert "[other name](../sub/c/index.html.md)" in told["an alias"]
    assert "hidden" not in told["a comment"] and "[Bee]" in told["a comment"]
