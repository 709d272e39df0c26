"""The web of notes: what the site tells of links, and that it tells no more than it may."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from projects import ProjectDir, elements

from notewright import graphs
from notewright.feed import Entry, changed, feed, written
from notewright.redirects import find_redirects, redirect_page
from notewright.search import add_names
from notewright.vault import Note, Vault
from notewright.web import Reference, Web, unlinked_mentions

Scan = Callable[[Mapping[str, str]], Vault]


def references(vault: Scan, text: str, **more: str) -> list[tuple[str, str]]:
    """Links of one note, each as its target and its sentence with the link in brackets."""
    notes = {"a.md": text, "b.md": "# Bee\n", "sub/c d.md": "# Sea\n", **more}
    web = Web.of(vault(notes))
    return [
        (each.target, f"{each.before}[{each.shown}]{each.after}")
        for each in web.references
        if each.source == "a.md"
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("One. Two [[b]] three. Four.", "Two [b] three."),
        ("See, e.g. [[b|this]], for more. Next.", "See, e.g. [this], for more."),
        ("Is it? Yes, [[b#Bee]]! So.", "Yes, [b > Bee]!"),
        ("A *very* `x = 1` $y$ [bee](b.md \"t\") <b>bold</b>.", "A very x = 1 y [bee] bold."),
        ("> [!note] In a [[b]] title\n> text", "In a [b] title text"),
        ("> [!tip]- T\n> One. A [[b]].", "A [b]."),
        ("- [ ] task [[b]] done ^id", "task [b] done"),
        ("| a | b |\n|---|---|\n| [[b\\|cell]] text | x |", "[cell] text"),
        ("==marked [[b]]== and a == b.", "marked [b] and a == b."),
        ("a line\nof [[b]]\ntext", "a line of [b] text"),
        ("seen %%[[b]] SECRET%% [[b]] shown", "seen [b] shown"),
        ("text.[^1]\n\n[^1]: A note on [[b]].", "A note on [b]."),
        ("Aside^[where [[b]] stands]. More.", "where [b] stands"),
        ("这是[[b]]的句子。第二句。", "这是[b]的句子。"),
        ("![[b]]", "[b]"),
        ("![[b#^id|300]] and more.", "[b] and more."),
        ("See [[b#^id]] ^own", "See [b]"),
        ("[bee][x] here\n\n[x]: b.md", "[bee] here"),
        (f"{'word ' * 60}[[b]]{' word' * 60}", None),
    ],
)  # fmt: skip
def test_a_backlink_has_its_sentence(vault: Scan, text: str, sentence: str | None) -> None:
    """The sentence around a link, as its reader sees it; one that is too long is cut at a word."""
    (found,) = references(vault, text)
    assert found[0] == "b.md"
    assert sentence is None or found[1].removeprefix("[^1]: ") == sentence
    assert len(found[1]) < 320


@pytest.mark.parametrize(
    "text",
    [
        "`[[b]]` and ```[[b]]```",
        "```text\n[[b]]\n```",
        "    [[b]]",
        "%%[[b]]%%",
        "%%\n[[b]]\n\n[b](b.md)\n%%",
        "<!-- [[b]] -->",
        "[[a]] [[#here]] [self](a.md)",
        "[[nowhere]] [x](nowhere.md) [web](https://b.md) [[1, 2]]",
        "$[[b]]$",
    ],
)
def test_what_is_no_link_to_another_note_is_no_backlink(vault: Scan, text: str) -> None:
    """Code, comments, formulas, links to oneself and links that lead nowhere or away."""
    assert references(vault, text) == []


def test_all_ways_to_link_count(vault: Scan) -> None:
    """Wikilinks, aliases, Markdown links with `%20` and `<>`, properties, embedded figures."""
    text = (
        "---\nup: '[[b]]'\n---\n[x](sub/c%20d.md#y) [x](<sub/c d.md>) [[Alias]] ![[fig-x.svg|f]]\n"
    )
    notes = {"a.md": text, "b.md": "---\naliases: Alias\n---\n", "sub/c d.md": ""}
    web = Web.of(vault(notes), {"fig-x": "b.md"})
    assert [each.target for each in web.references] == ["b.md", *["sub/c d.md"] * 2, *["b.md"] * 2]
    assert [each.line for each in web.references] == [1, 4, 4, 4, 4]
    assert [each.source for each in web.backlinks("b.md")] == ["a.md"] * 3
    assert web.outgoing("a.md") == ["b.md", "sub/c d.md"]
    assert web.edges == [("a.md", "b.md"), ("a.md", "sub/c d.md")]


def test_titles_are_what_readers_see(vault: Scan) -> None:
    """The property `title`, else the first heading as text, else the file's name."""
    web = Web.of(
        vault({"a.md": "---\ntitle: T\n---\n# H", "b.md": "# *H* `x` [[a|y]]", "c.md": ""})
    )
    assert dict(web.titles) == {"a.md": "T", "b.md": "H x y", "c.md": "c"}


def test_unlinked_mentions(vault: Scan) -> None:
    """A note's name in the text of a note that never links to it: once, with its line."""
    notes = {
        "a.md": "# Random forest\n\nA tree is no random\nforest, a Random  Forest or Forests.\n\n"
        "`random forest` [random forest](x) $forest$ support-vector machine",
        "b.md": "---\naliases: [Random forest]\n---\n",
        "c.md": "---\naliases: [Support Vector Machine, SVM, vector]\n---\nrandom forest [[b]] a",
    }
    found = [
        (each.line, each.text, each.target) for each in unlinked_mentions(*_both(vault(notes)))
    ]
    assert [each for each in found if each[2] == "c.md"] == [(6, "support-vector machine", "c.md")]
    assert [(line, target) for line, _, target in found if target == "b.md"] == []


def _both(vault: Vault) -> tuple[Vault, Web]:
    return vault, Web.of(vault)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40))
def test_a_drawing_shows_each_note_and_each_link_once(pairs: list[tuple[int, int]]) -> None:
    """Whatever is linked: each note is one link with a name, at a place inside the drawing."""
    titles = {f"{number}.md": f"Note {number}" for number in range(13)}
    web = Web(titles, [Reference(f"{a}.md", f"{b}.md", 1, "", "", "") for a, b in pairs if a != b])
    first, again = (ElementTree.tostring(graphs.whole(web, "graph.md")) for _ in range(2))
    assert first == again
    svg = ElementTree.fromstring(first)
    links = svg.findall("a")
    assert sorted(each.get("href", "") for each in links) == sorted(titles)
    assert {each.findtext("text") for each in links} == set(titles.values())
    assert len(svg.findall("line")) == len(web.edges)
    _, _, width, height = map(float, svg.get("viewBox", "").split())
    for circle in svg.iter("circle"):
        assert 0 <= float(circle.get("cx", "")) <= width
        assert 0 <= float(circle.get("cy", "")) <= height


def test_a_large_vault_is_drawn(vault: Scan) -> None:
    """More notes than one side of a local graph holds, and than are placed the exact way."""
    titles = {f"{number}.md": f"Note {number}" for number in range(400)}
    web = Web(titles, [Reference(f"{n}.md", "0.md", 1, "", "", "") for n in range(1, 400)])
    drawing = graphs.local(web, "0.md")
    assert drawing is not None and len(drawing.findall("a")) == 2 * graphs.LISTED
    assert len(graphs.whole(web, "graph.md").findall("a")) == 400
    assert graphs.local(Web(titles, []), "0.md") is None


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8, 23, 24, 60])
@pytest.mark.parametrize("length", [3, 29, 50])
def test_labels_have_room_in_wide_fonts(count: int, length: int) -> None:
    """None is cut at the edge, and that of the note itself covers no other note's dot."""
    titles = {f"{number}.md": f"{number}".ljust(length, "w") for number in range(count + 1)}
    web = Web(titles, [Reference(f"{n}.md", "0.md", 1, "", "", "") for n in range(1, count + 1)])
    for drawing in (graphs.local(web, "0.md"), graphs.whole(web, "graph.md")):
        assert drawing is not None
        width, height = map(float, drawing.attrib["viewBox"].split()[2:])
        dots = [
            {key: float(dot.attrib[key]) for key in ("cx", "cy")} for dot in drawing.iter("circle")
        ]
        assert all(8 <= dot["cy"] <= height - 8 for dot in dots)
        for label in drawing.iter("text"):
            x, y, reach = (
                float(label.attrib["x"]),
                float(label.attrib["y"]),
                8 * len(label.text or ""),
            )
            before = {"start": 0.0, "middle": 0.5, "end": 1.0}[label.attrib["text-anchor"]]
            left, right = x - before * reach, x + (1 - before) * reach
            assert left >= 0
            assert right <= width
            if label.get("class") == "nw-here":
                covered = [d for d in dots if left <= d["cx"] <= right and y - 17 < d["cy"] < y + 8]
                assert covered == []


def test_redirects(vault: Scan) -> None:
    """`permalink` and `redirect_from` lead to the note, in any of their forms."""
    notes = {
        "a.md": "---\npermalink: /x/y/\nredirect_from: [old/a.md, older, a]\n---\n",
        "b.md": "---\nredirect_from: old/index.md\n---\n",
    }
    found, problems = find_redirects(vault(notes))
    assert problems == []
    assert [(each.address, each.note) for each in found] == [
        ("old", "b.md"), ("old/a", "a.md"), ("older", "a.md"), ("x/y", "a.md"),
    ]  # fmt: skip
    assert found[1].file(True) == "old/a/index.html"
    assert found[1].file(False) == "old/a.html"


@pytest.mark.parametrize("address", ["../out", "/", "a/../../b", "b", "taken", "x\\y", "a//b"])
def test_a_redirect_that_cannot_be_is_a_problem(vault: Scan, address: str) -> None:
    """Outside the site, at the place of a note, or given to two notes: with file and line."""
    text = f"---\ntags: []\npermalink: {address}\n---\n"
    _, problems = find_redirects(
        vault({"a.md": "---\npermalink: taken\n---\n", "b.md": "", "c.md": text})
    )
    (problem,) = problems
    assert problem.where == "docs/c.md:3"
    assert address.strip("/") in problem.message and problem.remedy


@pytest.mark.parametrize(
    ("file", "target", "address"),
    [
        ("old/a/index.html", "b/", "../../b/"),
        ("old/index.html", "", "../"),
        ("x.html", "sub/c%20d.html", "sub/c%20d.html"),
    ],
)
def test_a_redirect_leads_on_without_a_script(file: str, target: str, address: str) -> None:
    """By `refresh` and by a link, with an address relative to itself."""
    page = redirect_page(file, target)
    (link,) = elements(page, "a")
    assert link.attributes["href"] == address
    (refresh,) = (each for each in elements(page, "meta") if "http-equiv" in each.attributes)
    assert refresh.attributes["content"] == f"0; url={address}"


def test_a_feed_is_sorted_and_escaped() -> None:
    """The newest first; titles are text; dates are those of the notes."""
    site = {"name": "A & B", "url": "https://h/", "description": "", "feed": "https://h/feed.xml"}
    day = datetime(2024, 5, 6, tzinfo=UTC)
    entries = [
        Entry(day, "Old <b>", "https://h/old/", ""),
        Entry(day.replace(year=2025), "New & ü", "https://h/new/", "Why"),
    ]
    channel = ElementTree.fromstring(feed(site, entries)).find("channel")
    assert channel is not None and channel.findtext("title") == "A & B"
    items = channel.findall("item")
    assert [item.findtext("title") for item in items] == ["New & ü", "Old <b>"]
    assert items[1].findtext("pubDate") == "Mon, 06 May 2024 00:00:00 +0000"
    assert items[0].findtext("description") == "Why"
    assert feed(site, entries) == feed(site, entries[::-1])


@pytest.mark.parametrize(
    ("properties", "day"),
    [
        ("date: 2024-05-06", (6, 6)),
        ("created: 2024-05-06T10:00:00", (6, 6)),
        ("date: '2024-05-06'\nupdated: 2024-05-09", (6, 9)),
        ("date: soon", None),
        ("date: [1]", None),
        ("title: x", None),
    ],
)
def test_dates_are_the_notes_own(properties: str, day: tuple[int, int] | None) -> None:
    """Written and changed, by the properties alone."""
    note = Note("a.md", "docs/a.md", "", yaml.safe_load(properties))
    first, last = written(note), changed(note)
    assert (first and last and (first.day, last.day)) == day


def test_aliases_join_the_search_index() -> None:
    """A field of their own where the index has fields, else a part of the text."""
    entries = [{"location": "a/", "text": "t"}, {"location": "a/#h", "text": "u"}]
    fields: dict[str, object] = {}
    add_names(entries, {"a/": ["X", "Y"]}, fields)
    assert entries[0]["aliases"] == "X, Y" and "aliases" not in entries[1]
    assert "aliases" in fields
    add_names(entries, {"a/": ["X"]}, None)
    assert entries[0]["text"] == "X. t"


def test_words_with_accents_join_the_search_index_without_them() -> None:
    """Latin letters lose their accents; what is a letter of its own elsewhere stays whole."""
    text = '<p class="é">Schölkopf\'s naïve naïve plan 한국 か\u3099 हिन्दी \u0301</p>'
    entries = [{"location": "a/", "title": "Géron", "text": text}, {"location": "b/", "text": "n"}]
    fields: dict[str, object] = {}
    add_names(entries, {"a/": ["Ålias"]}, fields)
    assert entries[0]["folded"] == "Geron Alias Scholkopf naive"
    assert "folded" not in entries[1]
    assert fields["folded"] == {"boost": 1.0}


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
    assert list(sections) == ["Linked from", "Links to", "Graph", "Library symbols in its code"]
    assert "We link to <mark>trees &amp; &lt;leaves&gt;</mark> here." in page
    assert [each.text for each in elements(page, "code") if "nw-symbols" in each.path] == [
        "collections.Counter", "matplotlib.pyplot.plot",
    ]  # fmt: skip
    (svg,) = elements(page, "svg", "nw-local")
    assert svg.attributes["aria-label"] and svg.attributes["role"] == "group"
    assert len([each for each in elements(page, "a") if "nw-local" in each.path]) == 2
    frame = elements(page, "div", "nw-frame")[0].attributes
    assert frame["tabindex"] == "0" and frame["aria-label"]


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
        each["location"] for each in index["docs"] if "Arboreal" in each.get("aliases", "")
    ] == ["models/Tree%20model/"]
    assert index["config"]["fields"]["aliases"]["boost"] == 1000
    found = [each["location"] for each in index["docs"] if "We link to" in each["text"]]
    assert found == [""]
    assert any(each["title"] == "matplotlib.pyplot.plot" for each in index["docs"])


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
        listed = site.notewright("check", "--mentions")
    finally:
        (site.root / "docs/d.md").unlink()
    assert told.status == listed.status == 0, listed.output
    assert told.lines("named without a link", "--mentions")
    assert listed.lines("docs/d.md:1", "`arboreal`", "models/Tree model.md")
