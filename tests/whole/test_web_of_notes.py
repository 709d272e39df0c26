"""The web of notes: what the site tells of links, and that it tells no more than it may."""

from __future__ import annotations

import json
import re
import shutil
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from projects import ProjectDir, elements
from search_index import located, unfolded

pytestmark = pytest.mark.gate

FILES = {
    "docs/index.md": """\
        # Home

        We link to [[Tree model|trees & <leaves>]] here. %%SECRET [[b]]%%
        """,
    "docs/models/Tree model.md": """\
        ---
        aliases: [Arboreal]
        redirect_from: [old/tree]
        date: 2024-05-06
        ---

        # Trees "and" \\<more>

        ```python
        #| label: fig-x
        #| fig-cap: A line
        #| fig-alt: a line
        import matplotlib.pyplot as plt
        from collections import Counter as C

        C("abc")
        plt.plot([1, 2]);
        ```

        See [home](../index.md).
        """,
    "docs/models/deep/b.md": "# Bee\n\n![[Tree model#^fig-x]]\n",
    "docs/hidden.md": "---\npublish: false\n---\n# Hidden\n\nSECRET of [[b]]\n\n"
    "```python\nimport json\njson.dumps(1)\n```\n",
}


def _build(folder: Path, **config: object) -> ProjectDir:
    project = ProjectDir(folder)
    default = {
        "theme": {"name": "material", "font": False},
        "plugins": ["search", "notewright"],
        "site_url": "https://host/base/",
    }
    project.configure(None, **(default | config))
    project.write(FILES)
    built = project.build()
    assert built.status == 0, built.output
    return project


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    """A small vault with the theme Material."""
    return _build(tmp_path_factory.mktemp("web") / "project")


def _html(site: ProjectDir, path: str) -> str:
    return (site.root / "site" / path).read_text("utf-8")


def test_the_foot_of_a_page(site: ProjectDir) -> None:
    """Backlinks with their sentence, links, a graph, symbols: labelled, and escaped."""
    page = _html(site, "models/Tree model/index.html")
    (foot,) = elements(page, "aside", "nw-web")
    assert foot.attributes["aria-label"]
    sections = {
        each.text: each for each in elements(page, "h2") if "nw-web" in each.path
    }  # fmt: skip
    assert list(sections) == ["Linked from", "Mentions", "Graph", "Library code used here"]
    assert "We link to <mark>trees &amp; &lt;leaves&gt;</mark> here." in page
    assert [each.text for each in elements(page, "code") if "nw-symbols" in each.path] == [
        "collections.Counter", "matplotlib.pyplot.plot",
    ]  # fmt: skip
    (svg,) = elements(page, "svg", "nw-local")
    assert svg.attributes["aria-label"] and svg.attributes["role"] == "group"
    near = [each for each in elements(page, "a") if "nw-local" in each.path]
    assert len(near) == 2 and all(each.attributes["aria-label"] for each in near)
    (more,) = [each for each in elements(page, "a") if each.text == "Show notes two links away"]
    assert more.attributes["href"] == "../../graph/?around=models%2FTree+model.md"


def test_every_link_of_the_web_leads_somewhere(site: ProjectDir) -> None:
    """In the foot of pages and in the pages that nobody writes: file and anchor exist."""
    root = site.root / "site"
    count = 0
    for path in sorted(root.rglob("*.html")):
        page = path.read_text("utf-8")
        for element in elements(page, "a"):
            made = path.parent.name in ("graph", "matplotlib", "collections", "code", "models")
            if "nw-web" not in element.path and not (made and "article" in element.path):
                continue
            address = element.attributes.get("href", "")
            base = "https://h/" + path.relative_to(root).as_posix()
            parts = urlsplit(urljoin(base, address))
            target = root / unquote(parts.path).lstrip("/")
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), (path, address)
            if parts.fragment:
                text = target.read_text("utf-8")
                assert f'id="{unquote(parts.fragment)}"' in text, (path, address)
            count += 1
    assert count > 20


def test_code_backlinks(site: ProjectDir) -> None:
    """A library's page lists, for each symbol, the notes and figures that use it."""
    page = _html(site, "code/matplotlib/index.html")
    (heading,) = (each for each in elements(page, "h2") if "matplotlib" in each.text)
    assert heading.attributes["id"] == "matplotlib.pyplot.plot"
    links = {each.text: each.attributes["href"] for each in elements(page, "a")}
    assert links['Trees "and" <more>'] == "../../models/Tree%20model/"
    assert links["A line"] == "../../models/Tree%20model/#fig-x"
    index = _html(site, "code/index.html")
    assert "collections.Counter" in index and "json.dumps" not in index


def test_folder_pages_and_the_graph(site: ProjectDir) -> None:
    """A folder without a page of its own gets one; the graph has a list that says the same."""
    models = [each.text for each in elements(_html(site, "models/index.html"), "a")]
    assert {"Deep", 'Trees "and" <more>'} <= set(models)
    assert "Bee" in [each.text for each in elements(_html(site, "models/deep/index.html"), "a")]
    graph = _html(site, "graph/index.html")
    drawn = {each.text for each in elements(graph, "a") if "nw-whole" in each.path}
    listed = {each.text for each in elements(graph, "a") if "li." in each.path}
    assert drawn == {"Home", "Bee", 'Trees "and" <more>'} and drawn <= listed


def test_a_folder_of_one_note_is_no_section(tmp_path: Path) -> None:
    """The navigation names the note; the folder's page is made for who edits the address."""
    project = ProjectDir(tmp_path / "project")
    theme = {"name": "material", "font": False, "features": ["navigation.indexes"]}
    project.configure(theme=theme, plugins=["awesome-nav", "notewright"])
    files = {
        f"docs/{name}.md": f"# {name.title()}\n" for name in ("index", "one/path", "two/a", "two/b")
    }
    project.write({**files, "docs/.nav.yml": 'nav: [index.md, one/path.md, "*"]\n'})
    built = project.build()
    assert built.status == 0, built.output
    links = [
        each.attributes["href"]
        for each in elements(project.page("index"), "a")
        if "md-nav__link" in (each.attributes.get("class") or "")
    ]
    assert {"one/path/", "two/", "two/a/", "two/b/"} <= set(links)
    assert "one/" not in links
    assert "one" not in {each.text.lower() for each in elements(project.page("index"), "label")}
    assert "path/" in [each.attributes.get("href") for each in elements(project.page("one"), "a")]


def test_what_is_not_published_stays_so(site: ProjectDir) -> None:
    """No comment and no unpublished note shows in a backlink, a list, the graph or the search."""
    for path in (site.root / "site").rglob("*"):
        if path.suffix in (".html", ".json", ".xml"):
            text = path.read_text("utf-8")
            assert "SECRET" not in text and "Hidden" not in text, path


def test_search_knows_aliases_and_not_the_foot(site: ProjectDir) -> None:
    """An alias is a field of its note's entry; a backlink's sentence is found in its own note."""
    index = json.loads(_html(site, "search/search_index.json"))
    assert [
        each["location"] for each in located(index["docs"]) if "Arboreal" in each.get("aliases", "")
    ] == ["models/Tree%20model/"]
    assert index["config"]["fields"]["aliases"]["boost"] == 1000
    found = [each["location"] for each in located(index["docs"]) if "We link to" in each["text"]]
    assert found == [""]
    assert any(each["title"] == "matplotlib.pyplot.plot" for each in unfolded(index["docs"]))


def test_feed_redirects_and_site_map(site: ProjectDir) -> None:
    """The feed has the dated note; the old path leads on; the site map has no day of a build."""
    item = ElementTree.fromstring(_html(site, "feed.xml")).find("channel/item")
    assert item is not None
    assert item.findtext("link") == "https://host/base/models/Tree%20model/"
    assert 'href="../../models/Tree%20model/"' in _html(site, "old/tree/index.html")
    assert 'type="application/rss+xml" href="feed.xml"' in _html(site, "index.html")
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    dates = {
        url.findtext(f"{space}loc"): url.findtext(f"{space}lastmod")
        for url in ElementTree.fromstring(_html(site, "sitemap.xml"))
    }
    assert dates["https://host/base/models/Tree%20model/"] == "2024-05-06"
    assert [date for date in dates.values() if date] == ["2024-05-06"]
    assert len(dates) >= 8


def test_other_themes_and_addresses(tmp_path: Path) -> None:
    """MkDocs' own theme, pages as `name.html`, no `site_url`: no feed, and all else the same."""
    site = _build(tmp_path, theme={"name": "mkdocs"}, use_directory_urls=False, site_url="")
    assert not (site.root / "site/feed.xml").exists()
    assert 'href="../models/Tree%20model.html"' in _html(site, "old/tree.html")
    assert "Linked from" in _html(site, "models/Tree model.html")
    index = json.loads(_html(site, "search/search_index.json"))
    assert any(each["text"].startswith("Arboreal. ") for each in index["docs"])


def test_a_note_takes_the_place_of_a_made_page(tmp_path: Path) -> None:
    """Who writes `graph.md` or a folder's `index.md` keeps it."""
    project = ProjectDir(tmp_path)
    project.write({"docs/graph.md": "# Mine\n\n[[b]]\n", "docs/f/index.md": "# My folder\n"})
    project.write({"docs/f/b.md": "# B\n", "docs/code/README.md": "# My code\n"})
    project.write({"docs/c.md": "```python\nimport json\njson.dumps(1)\n```\n"})
    project.configure()
    built = project.build()
    assert built.status == 0, built.output
    for page, title in (("graph", "Mine"), ("f", "My folder"), ("code", "My code")):
        assert title in project.page(page)


def test_two_builds_give_the_same_bytes(site: ProjectDir, tmp_path: Path) -> None:
    """Another folder, another hash seed: the graph, the index and the feed are the same."""
    shutil.copytree(site.root, tmp_path / "copy", ignore=shutil.ignore_patterns("site"))
    copy = ProjectDir(tmp_path / "copy")
    assert copy.build(PYTHONHASHSEED="7", SOURCE_DATE_EPOCH="1").status == 0
    for path in (site.root / "site").rglob("*"):
        if path.is_file():
            other = tmp_path / "copy/site" / path.relative_to(site.root / "site")
            assert other.read_bytes() == path.read_bytes(), path


def test_check_tells_of_mentions(site: ProjectDir) -> None:
    """`notewright check` counts unlinked mentions, and lists them when asked; none is an error."""
    site.write({"docs/d.md": "An arboreal thing.\n"})
    try:
        told = site.notewright("check")
        listed = site.notewright("check", "--unlinked-mentions")
    finally:
        (site.root / "docs/d.md").unlink()
    assert told.status == listed.status == 0, listed.output
    assert told.lines("mentioned without a link", "--unlinked-mentions")
    assert listed.lines("docs/d.md:1", "`arboreal`", "models/Tree model.md")


def test_a_link_without_words_shows_the_title_of_its_note(tmp_path: Path) -> None:
    """In its sentence, in the other note's list of sentences, and in the download."""
    project = ProjectDir(tmp_path / "project")
    project.configure()
    project.write(
        {
            "docs/index.md": "# Home\n\nBest is [[k-nn]], or [[k-nn#How far]]; also [[KNN]], "
            "[[k-nn|it]].\n\n```python\nprint(1)\n```\n",
            "docs/k-nn.md": "---\naliases: [KNN]\n---\n# Nearest neighbours\n\n## How far\n",
        }
    )
    built = project.build()
    assert built.status == 0, built.output
    sentence = "Best is Nearest neighbours, or Nearest neighbours > How far; also KNN, it."
    for page in ("index", "k-nn"):
        text = unescape(re.sub(r"<[^>]*>", "", project.page(page)))
        assert sentence in " ".join(text.split())
