"""Citations in pages: what they show, where they lead, and where the list of works stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from converted import read
from projects import ProjectDir, elements

BIB = """\
@article{breiman, author={Breiman, Leo}, title={Random Forests}, year=2001}
@book{hastie, author={Hastie, T. and Tibshirani, R.}, title={Elements}, year=2009}
@book{zorn, author={Zorn, Max}, title={After & <script>x()</script>}, year=1935,
  url={javascript:x()}}
"""


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    made = ProjectDir(tmp_path)
    made.configure({"bibliography": ["refs.bib"]})
    made.write({"refs.bib": BIB, "docs/index.md": "# Home\n"})
    return made


def page(project: ProjectDir, text: str) -> str:
    """The article of a note, up to what the engine adds to each."""
    project.write({"docs/note.md": text})
    built = project.command("-m", "mkdocs", "build")
    assert built.status == 0, built.output
    assert "no such anchor" not in built.output
    return re.split(r"<aside[^>]* class=\"nw-web", project.page("note"))[0]


def test_a_citation_leads_to_its_work_and_back(project: ProjectDir) -> None:
    """Its title says what the list says; what is cited twice has two ways back."""
    html = page(project, "# N\n\nSee [@breiman, p. 5; @hastie]. As @breiman has it.\n")
    cites = [each for each in read(html).all("a") if each.attributes.get("title")]
    assert [each.attributes["href"] for each in cites] == [
        *("#ref-breiman", "#ref-hastie", "#ref-breiman"),
    ]
    assert [each.text for each in cites] == [
        *("Breiman, 2001, p. 5", "Hastie and Tibshirani, 2009", "Breiman (2001)"),
    ]
    listed = read(html).all("li")[-2].text
    assert listed.startswith(cites[0].attributes["title"]) and "Random Forests" in listed
    items = {each.attributes["id"] for each in elements(html, "li") if "id" in each.attributes}
    assert {"ref-breiman", "ref-hastie"} <= items and "ref-zorn" not in items
    backs = [each.attributes["href"] for each in elements(html, "a", "nw-return")]
    assert backs == ["#cite-breiman-1", "#cite-breiman-2", "#cite-hastie-1"]


@pytest.mark.gate
def test_the_list_has_a_heading_or_the_notes_own(project: ProjectDir) -> None:
    """Behind the last heading if that is the one and nothing follows; else in a section."""
    own = page(project, "# N\n\n[@zorn][^1]\n\n## Literature\n\n[^1]: x\n")
    assert re.search(r"Literature</h2>\s*<ul[^>]* class=\"nw-references", own)
    assert "nw-cites" not in own and 'id="references"' not in own
    html = page(project, "# N\n\n[@zorn]\n\n## References\n\nMore below.\n\n[@breiman]\n")
    assert html.index("More below") < html.index('class="nw-cites"')
    assert html.count('id="references"') == 1, "the note's own heading"
    assert "nw-references" not in page(project, "# N\n\nNothing is cited, `[@zorn]`.\n")


def test_footnotes_tables_and_embeds_cite_as_well(project: ProjectDir) -> None:
    """The list is the page's: what an embedded note cites is in it."""
    project.write({"docs/other.md": "# O\n\n## Part\n\nOf [@zorn].\n\n## Else\n\n[@hastie]\n"})
    table = "| a |\n|---|\n| [@breiman] |\n"
    html = page(
        project,
        f"# N\n\n![[other#Part]]\n\n{table}\nText[^1] ^[In it @hastie.]\n\n[^1]: F [@hastie].\n",
    )
    found = re.findall(r'<li id="ref-(\w+)"', html)
    assert found == ["breiman", "hastie", "zorn"]
    assert html.count('href="#ref-hastie"') == 2
    project.write({"docs/note.md": "# N\n"})
    assert re.findall(r'<li id="ref-(\w+)"', project.page("other")) == ["hastie", "zorn"]


@pytest.mark.nightly
def test_what_names_no_work_stays_as_it_is(project: ProjectDir) -> None:
    """It is marked, and told with the nearest key; a handle is text."""
    html = page(project, "# N\n\nBy [@breimann], @nobody and a\\@b, \\@breiman.\n")
    assert '<span class="nw-broken" title="unknown work">[@breimann]</span>, @nobody and' in html
    told = project.build()
    assert told.lines("docs/note.md:3:4: no work called `@breimann`", "Did you mean `breiman`?")
    assert told.status == 1
    checked = project.notewright("check")
    assert checked.status == 1 and checked.lines("docs/note.md:3:4: no work called `@breimann` in")
    assert project.pytest("-q").lines("docs/note.md:3:4: no work called `@breimann` in")


def test_a_work_is_text(project: ProjectDir) -> None:
    html = page(project, "# N\n\n[@zorn, & more]\n")
    assert "<script>x()" not in html and "After &amp; &lt;script&gt;x()" in html
    assert "1935, &amp; more</a>" in html and 'href="javascript' not in html


def test_without_a_bibliography_nothing_is_a_citation(project: ProjectDir) -> None:
    """And where one is named that is not there, the page is shown and the option is told."""
    project.configure({})
    assert "<p>See [@breiman].</p>" in page(project, "# N\n\nSee [@breiman].\n")
    project.configure({"bibliography": ["gone.bib"]})
    told = project.build()
    assert told.status == 1 and told.lines("mkdocs.yml:", "cannot read the bibliography `gone.bib`")


@pytest.mark.gate
def test_a_style_of_the_project(project: ProjectDir) -> None:
    """By numbers; one that cannot be read is told once, and pages keep what notes write."""
    style = (Path(__file__).parent / "numbers.csl").read_text("utf-8")
    project.write({"numbers.csl": style})
    project.configure({"bibliography": ["refs.bib"], "citation_style": "numbers.csl"})
    html = page(project, "# N\n\nSee [@hastie], and @breiman.\n")
    assert re.search(r'\[<a [^>]*href="#ref-hastie"[^>]*>1</a>\]', html)
    assert re.search(r'Breiman \[<a [^>]*href="#ref-breiman"[^>]*>2</a>\]', html)
    project.write({"numbers.csl": "<style"})
    html = page(project, "# N\n\nSee [@hastie], and [@breiman].\n")
    assert "[@hastie]" in html
    told = project.build()
    assert len(told.lines("cannot read the citation style `numbers.csl`")) == 1
