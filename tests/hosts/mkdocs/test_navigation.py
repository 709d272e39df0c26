"""A page's navigation has what is around it; all of it stands once, in a script."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from projects import ProjectDir

from notewright.hosts.mkdocs.navigation import LIMIT

pytestmark = pytest.mark.gate

NOTES = 1000
FEATURES = ("navigation.sections", "navigation.indexes")


def path_of(number: int) -> str:
    """Where a note stands: folders in folders, forty notes each."""
    return f"area-{number // 200}/topic-{number // 40:02}/note-{number:04}.md"


def build(
    root: Path,
    notes: Mapping[str, str],
    features: tuple[str, ...] = FEATURES,
    plugins: tuple[object, ...] = ("search",),
    **config: Any,
) -> Path:
    """Build a site of Material, and return its folder."""
    project = ProjectDir(root)
    project.write({f"docs/{path}": text for path, text in notes.items()})
    theme = {"name": "material", "font": False, "features": list(features)}
    options = {"generated_pages": ["folders"]}
    project.configure(theme=theme, plugins=[*plugins, {"notewright": options}], **config)
    done = project.build()
    assert done.status == 0, done.output
    return root / "site"


class _Links(HTMLParser):
    """The links of the navigation, those in the contents of the page left out."""

    def __init__(self) -> None:
        super().__init__()
        self.links: dict[str, str] = {}
        self._href = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "a" and "md-nav__link" in str(found.get("class")):
            self._href = found.get("href") or ""
            self.links[self._href] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._href = ""

    def handle_data(self, data: str) -> None:
        if self._href:
            self.links[self._href] += data.strip()


def navigation(page: Path) -> str:
    """The HTML of a page's navigation, without the page's own contents."""
    text = page.read_text("utf-8")
    found = text[
        text.index('<nav class="md-nav md-nav--primary') : text.index("md-sidebar--second")
    ]
    return re.sub(r'<nav class="md-nav md-nav--secondary.*?</nav>', "", found, flags=re.S)


def links(site: Path, address: str) -> dict[str, str]:
    """Names of the links in the navigation of a page, by their address from the site's root."""
    parser = _Links()
    parser.feed(navigation(site / address / "index.html"))
    return {urljoin(f"/{address}", href).lstrip("/"): text for href, text in parser.links.items()}


def data(site: Path) -> list[Any]:
    """What the script knows of the navigation."""
    text = (site / "assets/notewright/navigation-data.js").read_text("utf-8")
    found: list[Any] = json.loads(text.removeprefix("window.nwNavigation=").rstrip(";\n"))
    return found


def flat(items: list[Any]) -> list[str]:
    """Addresses of all pages of the navigation in order."""
    found = []
    for _, url, *inner in items:
        found += [url, *flat(inner[0])] if inner else [url]
    return found


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a thousand notes."""
    notes = {path_of(n): f"# Note {n} of many\n\nText.\n" for n in range(NOTES)}
    notes["index.md"] = "# Home\n\nText.\n"
    return build(tmp_path_factory.mktemp("thousand"), notes)


def test_navigation_takes_ten_kilobytes_of_a_page(thousand: Path) -> None:
    """Of a thousand notes, on every page; Material's own takes 300 KB."""
    sizes = {page: len(navigation(page).encode()) for page in thousand.rglob("index.html")}
    assert len(sizes) > NOTES
    assert max(sizes.values()) <= LIMIT == 10_000


def test_a_page_links_its_ancestors_and_siblings(thousand: Path) -> None:
    """Without a script: from a note upwards, to its neighbours and to the other folders."""
    found = links(thousand, "area-2/topic-12/note-0500/")
    assert found["area-2/"] == "Area 2" and found["area-2/topic-12/"] == "Topic 12"
    assert {f"area-2/topic-12/note-{n:04}/" for n in range(480, 520)} <= found.keys()
    assert {f"area-2/topic-{n:02}/" for n in range(10, 15)} <= found.keys()
    assert {f"area-{n}/" for n in range(5)} <= found.keys()
    assert "area-1/topic-05/note-0200/" not in found
    page = navigation(thousand / "area-2/topic-12/note-0500/index.html")
    assert page.count('aria-current="page"') == 1


def test_each_link_leads_to_the_page_of_its_name(thousand: Path) -> None:
    """From wherever: from notes, from pages of folders and from the home."""
    pages = sorted(thousand.rglob("index.html"))
    for page in [*pages[:60], *pages[60::25]]:
        found = links(thousand, page.parent.relative_to(thousand).as_posix().strip(".") + "/")
        for address, name in found.items():
            assert (thousand / address / "index.html").exists(), (page, address)
            if name.startswith("Note "):
                assert address == path_of(int(name.split()[1])).replace(".md", "/"), page


def test_each_link_leads_to_its_file_where_pages_are_no_folders(tmp_path: Path) -> None:
    """In folders with a page of their own and without."""
    notes = {path_of(n): f"# N {n}\n" for n in range(0, 400, 13)} | {"area-0/index.md": "# A\n"}
    site = build(tmp_path, notes | {"index.md": "# Home\n"}, use_directory_urls=False)
    for page in site.rglob("*.html"):
        if page.name != "404.html":
            parser = _Links()
            parser.feed(navigation(page))
            assert all((page.parent / href).exists() for href in parser.links), page


def test_the_script_knows_all(thousand: Path) -> None:
    """What a page does not show stands once, in the order of the navigation."""
    found = flat(data(thousand))
    wanted = [path_of(number).replace(".md", "/") for number in range(NOTES)]
    assert [each for each in found if "note-" in each] == wanted
    pages = list(thousand.rglob("index.html"))
    assert sum(b"navigation.js" in page.read_bytes() for page in pages) == len(pages)
    assert (thousand / "assets/notewright/navigation.js").stat().st_size < 10_000


@pytest.mark.nightly
def test_a_folder_of_a_thousand_shows_what_is_near(tmp_path: Path) -> None:
    """A list without folders: the nearest notes, and links to what comes before and after."""
    notes = {f"n{n:04}.md": f"# {'A long title ' * 4}{n}\n" for n in range(400)}
    site = build(tmp_path, notes | {"index.md": "# Home\n"})
    assert len(navigation(site / "n0200/index.html").encode()) <= LIMIT
    found = links(site, "n0200/")
    near = sorted(each for each in found if each.startswith("n0"))
    assert near[0] < "n0195/" and near[-1] > "n0205/" and len(near) > 20
    texts = navigation(site / "n0200/index.html")
    assert ">More above<" in texts and ">More below<" in texts
    assert found[near[0]] == "More above" and found[near[-1]] == "More below"
    first = navigation(site / "n0000/index.html")
    assert ">More above<" not in first and ">More below<" in first


@pytest.mark.nightly
def test_one_more_note_changes_few_pages(tmp_path: Path) -> None:
    """What another folder holds is not in the page."""
    notes = {f"f{n // 30}/n{n:03}.md": f"# N {n}\n" for n in range(180)}
    before = build(tmp_path / "a", notes, ("navigation.sections",))
    after = build(tmp_path / "b", notes | {"f3/n105b.md": "# New\n"}, ("navigation.sections",))
    changed = {
        page.relative_to(before).parts[0]
        for page in before.rglob("n*/index.html")
        if page.read_bytes() != (after / page.relative_to(before)).read_bytes()
    }
    assert changed == {"f3"}


@pytest.mark.parametrize(
    "features",
    [(), ("navigation.sections",), ("navigation.tabs", "navigation.sections"), FEATURES],
    ids=["plain", "sections", "tabs", "indexes"],
)
def test_a_small_navigation_is_that_of_material(tmp_path: Path, features: tuple[str, ...]) -> None:
    """As long as all of it fits, each page has it as Material draws it, element by element."""
    notes = {
        "index.md": "# Home\n\n## One\n\n## Two\n",
        "a/index.md": "# A & <b>\n\n## Three\n",
        "a/x.md": "---\nicon: material/school\nstatus: new\n---\n# An `x`\n\n## Four\n",
        "a/deep/y.md": "# Y\n",
        "b/z.md": "---\nsubtitle: Below\n---\n# Z\n",
        "outside.md": "# Not in it\n",
    }
    nav = ["index.md", {"Away": "https://example.org/"}]
    nav += [{"A": ["a/index.md", "a/x.md", {"Deep": ["a/deep/y.md"]}]}, {"B": ["b/z.md"]}]
    ours = build(tmp_path / "ours", notes, features, nav=nav)
    own = tmp_path / "theirs/own/partials/nav.html"
    own.parent.mkdir(parents=True)
    import material  # the original, as an owner's own template

    original = Path(material.__file__).parent / "templates/partials/nav.html"
    own.write_text(original.read_text("utf-8"), "utf-8")
    project = ProjectDir(tmp_path / "theirs")
    project.write({f"docs/{path}": text for path, text in notes.items()})
    theme = {"name": "material", "font": False, "features": list(features), "custom_dir": "own"}
    options = {"generated_pages": ["folders"]}
    project.configure(theme=theme, plugins=["search", {"notewright": options}], nav=nav)
    assert project.build().status == 0
    theirs = tmp_path / "theirs/site"
    pages = sorted(page.relative_to(ours) for page in ours.rglob("*.html"))
    assert len(pages) >= 7
    for page in pages:
        assert _elements(navigation(ours / page)) == _elements(navigation(theirs / page)), page


def _elements(html: str) -> list[str]:
    """Elements and texts, without spaces and what we add for screen readers."""
    html = html.replace(' aria-current="page"', "").replace(' tabindex=""', "")
    parts = re.split(r"(<[^>]*>)", html)
    parts = [" ".join(part.split()) for part in parts if part.strip()]
    parts = [re.sub(r"__nav_[\d_]+", "__nav", part) for part in parts]  # numbered otherwise
    return [part.replace(" >", ">").replace(' "', '"') for part in parts]


def test_names_in_the_navigation_stay_text(tmp_path: Path) -> None:
    """A heading is no element, neither in a page nor in what the script knows."""
    notes = {f"f{n}/n{n}.md": f"# <img src=x onerror=alert({n})> &amp;\n" for n in range(90)}
    site = build(tmp_path, notes)
    assert "<img" not in navigation(site / "f3/n3/index.html")
    assert "<img" not in json.dumps(data(site))


def test_the_search_for_nothing_has_its_navigation(thousand: Path) -> None:
    """The page that is shown instead of one that is not there names the folders."""
    text = navigation(thousand / "404.html")
    assert 'href="/area-2/"' in text and len(text.encode()) <= LIMIT
