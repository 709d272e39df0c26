"""Titles of pages: each page shows its own once, and says its file's name as the writer did."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from projects import ProjectDir, elements

Project = Callable[..., Path]

EMBEDDED = "# Whole\n\n## Part\n\nWords.\n"
UNTITLED = {
    "later": "Words first.\n\n# Part\n\nMore.\n",
    "embed": "Words.\n\n![[whole]]\n",
    "callout": "> [!note] Title\n> # Inside\n",
    "cell": "```python\nfrom IPython.display import HTML\nHTML('<h1>Shown</h1>')\n```\n",
    "list": "- # In a list\n",
    "markup": "Words.\n\n<h1>Raw</h1>\n",
    "plain": "Words.\n",
}
TITLED = {
    "own": "# Own\n\n# Second\n",
    "below": "![[whole#Part]]\n",
    "banner": "![description](pic.png)\n\n# Banner\n",
    "logo": '<p><img alt="" src="pic.png"></p>\n\n# Logo\n',
    "badges": "[![b](pic.png)](https://example.com) ![c](pic.png)\n\n# Badges\n",
    "html": '<h1 align="center">Html</h1>\n\nWords.\n',
    "index": "Words first.\n\n# Home\n",
}


def headings(site: ProjectDir, note: str) -> list[str]:
    """The headings of level 1 of a page, in their order."""
    return [each.text.rstrip("¶") for each in elements(site.page(note), "h1")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    """A vault in Material's theme, which looks for any heading of level 1 in a page."""
    project = ProjectDir(tmp_path_factory.mktemp("titles"))
    project.configure(theme={"name": "material"}, plugins=["search", "notewright"])
    notes = {f"docs/{name}.md": text for name, text in (UNTITLED | TITLED).items()}
    named = {f"docs/{name}.md": "Text.\n" for name in (*NAMES, "sub/index")}
    project.write({"docs/whole.md": EMBEDDED, "docs/pic.png": "", **notes, **named})
    built = project.build()
    assert built.status == 0, built.output
    return project


NAMES = {
    "2023-09-12 Meeting": "2023-09-12 Meeting",
    "2024-01-05": "2024-01-05",
    "Sci-fi": "Sci-fi",
    "A_b": "A_b",
    "getting-started": "Getting started",
    "my_note": "My note",
    "about": "About",
    "über-uns": "Über uns",
    "数字-花园": "数字 花园",
}


@pytest.mark.parametrize("name", UNTITLED)
def test_a_page_begins_with_its_title(site: ProjectDir, name: str) -> None:
    """Also if another heading of level 1 stands in it: the theme then shows none."""
    assert headings(site, name)[0] == name.capitalize()
    assert headings(site, name).count(name.capitalize()) == 1


@pytest.mark.parametrize("name", TITLED)
def test_a_page_that_shows_its_title_shows_no_other(site: ProjectDir, name: str) -> None:
    """A banner, a logo or badges may stand above it; of a home page, words too."""
    shown = {"index": ["Home"], "below": ["Below"], "own": ["Own", "Second"]}
    assert headings(site, name) == shown.get(name, [name.capitalize()])


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_said_as_it_was_written(site: ProjectDir, name: str) -> None:
    """`2023-09-12 Meeting` became “2023 09 12 Meeting”; a name that is an address is spelt out."""
    assert headings(site, name) == [NAMES[name]]
    assert f">{NAMES[name]}</span>" in "".join(site.page("index").split("\n")).replace(
        "  ", ""
    ) or (NAMES[name] in site.page("index"))


def test_a_folder_has_the_title_that_mkdocs_gives_it(site: ProjectDir) -> None:
    """Nobody named its page."""
    assert headings(site, "sub") == ["Index"]


FOLDERS = {
    "P-adic numbers --- math-177": "P-adic numbers --- math-177",
    "P-adic numbers --- math-177/a_b & c": "a_b &amp; c",
    "getting-started": "Getting started",
    "Machine_Learning": "Machine Learning",
}


def test_a_folder_is_called_as_it_was_written(tmp_path: Path) -> None:
    """By its page, the navigation and the page of the folder around it; an address is spelt out."""
    project = ProjectDir(tmp_path)
    project.configure(theme={"name": "material", "features": ["navigation.path"]})
    notes = {f"docs/{folder}/{name}.md": "Text.\n" for folder in FOLDERS for name in ("one", "two")}
    project.write({"docs/index.md": "# Home\n", **notes})
    assert project.build().status == 0
    for folder, title in FOLDERS.items():
        page = project.page(folder)
        assert f"<h1>{title}</h1>" in page or f">{title}</h1>" in page
        assert f'<span class="md-ellipsis">{title}' in re.sub(r">\s+", ">", project.page("index"))
    outer = project.page("P-adic numbers --- math-177")
    assert '<a href="a_b%20%26%20c/">a_b &amp; c</a>' in outer


def test_what_a_plugin_calls_a_folder_stays(tmp_path: Path) -> None:
    """Such as awesome-nav: its names are the owner's."""
    project = ProjectDir(tmp_path)
    project.configure(theme={"name": "material"}, plugins=["awesome-nav", "search", "notewright"])
    project.write({"docs/index.md": "# Home\n", "docs/P-adic numbers/one.md": "Text.\n"})
    project.write({"docs/.nav.yml": "nav:\n  - P: P-adic numbers\n  - '*'\n"})
    assert project.build().status == 0
    shown = re.sub(r">\s+", ">", project.page("index"))
    assert '<span class="md-ellipsis">P ' in shown or '<span class="md-ellipsis">P<' in shown
