"""Notebooks of Jupyter, of which mkdocs-jupyter makes pages: one that is broken ends no build."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from projects import ProjectDir
from served import Served

JUPYTER = {"mkdocs-jupyter": {"include": ["*.ipynb"], "cache": False}}
MATERIAL = {
    "theme": {"name": "material", "font": False},
    "plugins": ["search", JUPYTER, {"notewright": {"generated_pages": []}}],
}


def notebook(*cells: str) -> str:
    """A notebook of some Markdown cells."""
    made = [
        {"cell_type": "markdown", "metadata": {}, "source": [cell], "id": f"cell-{number}"}
        for number, cell in enumerate(cells)
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def site(tmp_path: Path) -> ProjectDir:
    """A note, and a notebook to which it links."""
    found = ProjectDir(tmp_path)
    found.configure(**MATERIAL)
    note = "# Home\n\nSee [[one.ipynb#Part A]] and [[one.ipynb|it]].\n\n![a notebook](one.ipynb)\n"
    found.write({"docs/index.md": note, "docs/one.ipynb": notebook("# One", "## Part A")})
    return found


@pytest.mark.nightly
def test_links_lead_to_a_notebooks_page_and_its_headings(site: ProjectDir) -> None:
    """As those of notes do; where an image should be, there is a link."""
    built = site.build()
    assert built.status == 0, built.output
    page = site.page("index")
    assert 'href="one/#part-a"' in page and 'id="part-a"' in site.page("one")
    assert page.count('href="one/"') >= 2
    assert ">a notebook</a>" in page and 'alt="a notebook"' not in page


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{ no JSON", "JSONDecodeError: Expecting property name"),
        ("[]", "mkdocs-jupyter cannot show this notebook: "),
        ("", "mkdocs-jupyter cannot show this notebook: "),
    ],
)
def test_a_notebook_that_cannot_be_shown_is_told(site: ProjectDir, content: str, why: str) -> None:
    """With its name, and the build fails as it does for a note."""
    site.write({"docs/sub/broken.ipynb": content})
    built = site.build()
    assert built.status == 1
    assert built.lines("docs/sub/broken.ipynb:1: ", why, "exclude_docs")
    assert built.lines("3 pages built") and "Traceback" not in built.output


@pytest.mark.nightly
def test_a_server_goes_on_when_a_notebook_breaks(site: ProjectDir) -> None:
    """It says so once, and shows the notebook again when that is mended."""
    whole = (site.root / "docs/one.ipynb").read_text("utf-8")
    served = Served(site)
    try:
        served.wait_for("one", "Part A")
        site.write({"docs/one.ipynb": whole[:40]})
        served.wait_for("one", "cannot show this notebook")
        assert "docs/one.ipynb:1: " in served.output and "Traceback" not in served.output
        site.write({"docs/one.ipynb": whole})
        served.wait_for("one", "Part A")
    finally:
        served.end()


@pytest.mark.nightly
def test_a_notebook_and_a_note_of_one_name_are_told(site: ProjectDir) -> None:
    """They would be written as one page."""
    site.write({"docs/one.md": "# A note\n"})
    built = site.build()
    assert built.status == 1
    assert built.lines(
        "docs/one.ipynb:1: ",
        ("`one.md` has the same name, so both would be written to the same page"),
    )


@pytest.mark.gate
def test_a_link_to_a_heading_that_a_notebook_lacks_is_told_with_its_line(site: ProjectDir) -> None:
    """As one into a note, at the level that MkDocs' `validation` names."""
    site.configure(**MATERIAL, validation={"links": {"anchors": "warn"}})
    site.write({"docs/a.md": "# A\n\n[[one.ipynb#Part Z]], [it](one.ipynb#part-y)\n"})
    built = site.build("--strict")
    assert built.status == 1
    assert built.lines("docs/a.md:3:1: dead link `one.ipynb#part-z`")
    assert built.lines("docs/a.md:3:23: dead link `one.ipynb#part-y`")
    assert not built.lines("dead link `one.ipynb#part-a`")


def test_a_note_whose_page_has_no_room_is_told(tmp_path: Path) -> None:
    """`index.html.md` would be a page in a folder with the name of the home page."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": "# Home\n", "docs/index.html.md": "# Twin\n"})
    built = project.command("-m", "mkdocs", "build")
    assert built.status == 1 and "Traceback" not in built.output
    assert built.lines("docs/index.html.md:1: its page needs a folder")
    assert "Home" in project.page("index")
