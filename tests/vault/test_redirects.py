"""Redirects: an old address of a note leads to it, without a script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from projects import ProjectDir, elements

from notewright.vault.redirects import find_redirects, redirect_page
from notewright.vault.vault import Vault

Scan = Callable[[Mapping[str, str]], Vault]


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


@pytest.mark.parametrize(
    "address",
    [
        *("../out", "/", "a/../../b", "b", "taken", "x\\y", "a//b", "index.html", "/index"),
        *('"a\\0b"', "x" * 300, "a/" + "é" * 130, '"a\\nb"'),
    ],
)
def test_a_redirect_that_cannot_be_is_a_problem(vault: Scan, address: str) -> None:
    """Outside the site, at the place of a note, or given to two notes: with file and line."""
    text = f"---\ntags: []\npermalink: {address}\n---\n"
    _, problems = find_redirects(
        vault({"a.md": "---\npermalink: taken\n---\n", "b.md": "", "c.md": text})
    )
    (problem,) = problems
    assert problem.where == "docs/c.md:3"
    assert problem.remedy and len(str(problem)) < 300


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


TAKEN = """
    404.html search/search_index.json sitemap.xml sitemap.xml/x img.png css/base.css feed.xml
    assets/notewright/notewright.css
"""


def test_a_redirect_replaces_nothing(tmp_path: Path) -> None:
    """What the site has stays as it is, whoever made it, and each is told with note and line."""
    project = ProjectDir(tmp_path)
    project.configure(site_url="https://example.org/", plugins=["search", "notewright"])
    project.write({"docs/index.md": "# Home\n", "docs/img.png": "", "docs/download.md": "# D\n"})
    project.write({"docs/a.md": "---\ndate: 2024-01-01\n---\n# A\n"})
    lines = "".join(f"  - {each}\n" for each in TAKEN.split())
    text = "---\ndate: 2024-01-01\nredirect_from:\n"
    project.write({"docs/a.md": f"{text}{lines}  - old\n  - 404\n---\n# A\n"})
    said = project.command("-m", "mkdocs", "build")
    assert "Traceback" not in said.output
    for address in TAKEN.split():
        place = (
            f"docs/a.md:3: `redirect_from` is `{address}`, but the site has another file "
            "at this address"
        )
        assert said.lines(place), address
    assert said.status == 1
    project.write({"docs/a.md": f"{text}  - old\n  - 404\n---\n# A\n"})
    assert project.build().status == 0
    assert "Moved" not in (tmp_path / "site/404.html").read_text()
    assert "Moved" in (tmp_path / "site/old/index.html").read_text()
