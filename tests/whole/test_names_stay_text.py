"""End to end: titles, headings, tags and names of files are text on every page, in every theme."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from projects import ProjectDir, elements

pytestmark = pytest.mark.gate

LIVE = "<img src=x onerror=evil()>"
CLOSING = "</title></nav><script>evil()</script>"
OFF = {"NOTEWRIGHT_EXECUTE": "0"}

NOTES = {
    "docs/index.md": "# Home\n\n[[title]] [[types]] [[code]] [[entities]]\n",
    "docs/title.md": f"---\ntitle: '{LIVE}'\ntags: ['{LIVE}', plain]\n---\nText\n",
    "docs/said.md": "---\n"
    + "".join(f"{name}: '\">{LIVE}'\n" for name in ("author", "description", "subtitle"))
    + "---\nText\n",
    "docs/closing.md": f"---\ntitle: '{CLOSING}'\n---\n\nText #plain\n",
    "docs/escaped.md": f"# \\{LIVE[:-1]} x=>\n\n## Part \\{LIVE[:-1]} x=>\n",
    "docs/types.md": "# Types \\<T\\> & more\n\n## Of \\<U\\> & all\n\nText\n",
    "docs/code.md": f"# `{CLOSING}`\n\n## `{LIVE}`\n",
    "docs/entities.md": "# &lt;/title&gt;&lt;script&gt;evil()&lt;/script&gt;\n",
    "docs/number.md": "---\ntitle: 2024\n---\n\nText\n",
    "docs/empty.md": "---\ntitle:\n---\n\nText\n",
    f"docs/{LIVE}.md": "Text\n",
    f"docs/in {LIVE}/one.md": "# One\n",
    f"docs/in {LIVE}/two.md": "# Two\n",
}

THEMES = {
    "material": {
        "theme": {"name": "material", "features": ["navigation.footer", "navigation.path"]},
        "plugins": ["search", "tags", "notewright"],
    },
    "mkdocs": {"theme": {"name": "mkdocs"}, "plugins": ["search", "notewright"]},
    "readthedocs": {"theme": {"name": "readthedocs"}, "plugins": ["search", "notewright"]},
}


def live(page: str) -> list[str]:
    """Elements of a page that only a name can have brought there."""
    return [
        f"{each.name} in {each.path}"
        for each in elements(page)
        if (each.name == "script" and each.text.startswith("evil"))
        or any(name.startswith("on") and "evil" in text for name, text in each.attributes.items())
    ]


def test_what_is_live_is_seen() -> None:
    """The search below would find each of them, also in a `<title>` that they close."""
    assert len(live(f"<title>{CLOSING}</title><nav>{LIVE}</nav>")) == 2


@pytest.fixture(scope="module", params=THEMES)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    """The vault, built with one theme: with execution, and without it in `off/`."""
    project = ProjectDir(tmp_path_factory.mktemp(request.param))
    project.configure(**THEMES[request.param])
    project.write(NOTES)
    for arguments, environment in (((), {}), (("--site-dir", "off"), OFF)):
        said = project.build(*arguments, **environment)
        assert said.status == 0, said.output
    return project


def pages(site: ProjectDir) -> dict[str, str]:
    found = [*site.root.glob("site/**/*.html"), *site.root.glob("off/**/*.html")]
    assert len(found) > 2 * len(NOTES)
    return {path.relative_to(site.root).as_posix(): path.read_text("utf-8") for path in found}


def test_no_name_is_an_element(site: ProjectDir) -> None:
    """Not in the navigation, the `<title>`, the contents or the list of tags, on any page."""
    assert {path: found for path, page in pages(site).items() if (found := live(page))} == {}


def heading_of_window(page: str) -> str:
    """The text of the `<title>`, in which there are no elements."""
    import html

    return html.unescape(page.partition("<title>")[2].partition("</title>")[0])


@pytest.mark.parametrize(
    ("note", "title"),
    [
        ("title", LIVE),
        ("closing", CLOSING),
        ("types", "Types <T> & more"),
        ("code", CLOSING),
        ("entities", "</title><script>evil()</script>"),
        ("number", "2024"),
        ("empty", "Empty"),
        (LIVE, LIVE.replace("_", " ")),
    ],
)
def test_a_title_is_read_as_it_is_written(site: ProjectDir, note: str, title: str) -> None:
    """In the window's title, and in the navigation of the other pages."""
    for folder in ("site", "off"):
        page = (site.root / folder / note / "index.html").read_text("utf-8")
        assert heading_of_window(page).startswith(f"{title} - ")
        home = (site.root / folder / "index.html").read_text("utf-8")
        assert title in [each.text.strip() for each in elements(home, "a")]


def test_the_search_has_text(site: ProjectDir) -> None:
    """Material's script takes entries for HTML, MkDocs' own for text: each gets its own form."""
    is_html = "material" in site.root.name
    for folder in ("site", "off"):
        index = json.loads((site.root / folder / "search/search_index.json").read_text("utf-8"))
        titles = {str(entry["title"]) for entry in index["docs"]}
        assert not is_html or not any("<img" in title for title in titles)
        assert ("Types &lt;T&gt; &amp; more" if is_html else "Types <T> & more") in titles
        assert ("Of &lt;U&gt; &amp; all" if is_html else "Of <U> & all") in titles


def test_a_tag_is_text_and_leads_to_its_list(site: ProjectDir) -> None:
    """Also one that Obsidian would not take."""
    page = (site.root / "site/tags/index.html").read_text("utf-8")
    shown = [each.text for each in elements(page)]
    assert any(LIVE in text for text in shown)


def test_a_folder_keeps_its_name(site: ProjectDir) -> None:
    """In the navigation it is text, too, and its blanks say that it is written for people."""
    home = (site.root / "site/index.html").read_text("utf-8")
    assert any(f"in {LIVE}" in each.text for each in elements(home))


def test_an_own_navigation_is_the_owners(tmp_path: Path) -> None:
    """What `mkdocs.yml` says may hold HTML, such as an icon: its writer is no stranger."""
    project = ProjectDir(tmp_path)
    nav = [{"<b>Start</b>": "index.md"}, {"<i>Part</i>": [{"Two": "two.md"}]}]
    project.configure(nav=nav)
    project.write({"docs/index.md": "# Home\n", "docs/two.md": "# Two\n"})
    said = project.build()
    assert said.status == 0, said.output
    assert "<b>Start</b>" in project.page("two")
    assert "<i>Part</i>" in project.page("two")
