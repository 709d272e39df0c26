"""Base files: their pages, what embeds them shows, and how all of it stays right."""

from __future__ import annotations

from pathlib import Path

import pytest
from converted import convert, read
from projects import ProjectDir

BASE = """\
filters: file.inFolder("books")
views:
  - type: table
    name: All of them
    order: [file.name, year]
  - type: list
    name: Names
  - type: cards
"""
FILES = {
    "docs/index.md": "# Home\n\nTo [[books.base]], [[books.base#Names]], [this](books.base).\n",
    "docs/books.base": BASE,
    "docs/books.md": "# Of books\n\nWhat books are.\n",
    "docs/books/dune.md": "---\nyear: 1965\n---\n# Dune\n",
    "docs/books/emma.md": "---\nyear: 1815\n---\n# Emma\n",
}


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """A base of two books, beside a note and a folder of the same name."""
    found = ProjectDir(tmp_path)
    found.configure()
    found.write(FILES)
    return found


def built(project: ProjectDir, note: str, status: int = 0) -> str:
    """The HTML of a page."""
    result = project.command("-m", "mkdocs", "build")
    assert result.status == status, result.output
    return project.page(note)


def embedded(project: ProjectDir, text: str, status: int = 0) -> str:
    """The HTML of a note, up to its foot."""
    project.write({"docs/some/note.md": f"# Note\n\n{text}\n\nBelow.\n"})
    return built(project, "some/note", status).partition("<p>Below.")[0].partition("<h1")[2]


def test_a_base_has_a_page_with_its_views(project: ProjectDir) -> None:
    """A tab for each, by its name; what they list is found by the search where it stands."""
    page = built(project, "books.base")
    tabs = page[page.index('<div class="nw-base">') :]
    assert [each.text for each in read(tabs).all("label")] == ["All of them", "Names", "Cards"]
    assert tabs.count("data-search-exclude") >= 3 and tabs.count('checked="checked"') == 1
    assert 'id="all-of-them"' in tabs and 'href="../books/dune/"' in tabs
    assert (project.root / "site/books.base/books.base").read_text("utf-8") == BASE
    assert "Of books" in project.page("books"), "the note of the same name has its own page"
    assert not (project.root / "site/books.base").is_file()


@pytest.mark.gate
def test_links_lead_to_a_base_and_to_its_views(project: ProjectDir) -> None:
    """The base knows who links to it; a view that is not there is told with those that are."""
    page = built(project, "index")
    for link in ('href="books.base/"', 'href="books.base/#names"', 'href="books.base/">this'):
        assert link in page
    base = project.page("books.base")
    assert 'id="names"' in base and 'href="../"' in base[base.index("Linked from") :]
    project.write({"docs/index.md": "# Home\n\n[[books.base#Nams]]\n"})
    told = project.notewright("check")
    assert (
        "docs/index.md:3:1: `books.base` has no view `Nams`. Did you mean `Names`?" in told.output
    )


def test_a_view_of_a_broken_base_is_not_said_to_be_missing(tmp_path: Path) -> None:
    """Its own error is told; nobody knows its views."""
    project = ProjectDir(tmp_path)
    project.configure()
    base = "views:\n  - type: table\n    name: C\nfilters: file.ext = 1\n"
    project.write({"docs/index.md": "# Home\n\n[[b.base#C]]\n", "docs/b.base": base})
    told = project.notewright("check")
    assert "docs/b.base:4: cannot show the base" in told.output
    assert "no view at all" not in told.output


@pytest.mark.gate
def test_an_embed_shows_all_views_or_the_one_that_it_names(project: ProjectDir) -> None:
    """Its links are those of the note that embeds, and the page of the base is found by search."""
    html = embedded(project, "![[books.base]]")
    assert html.count("<label") == 3 and 'href="../../books/dune/"' in html
    assert html.count("data-search-exclude") == 3
    html = embedded(project, "![[books.base#Names]]\n\n![[books.base#None]]")
    assert "<label" not in html and [each.text for each in read(html).all("li")] == ["dune", "emma"]
    assert 'href="../../books.base/#names">books > Names' in html.replace("&gt;", ">")
    assert '<span class="nw-broken" title="broken embed">books.base > None' in html.replace(
        "&gt;", ">"
    )


def test_the_note_that_embeds_is_this(project: ProjectDir) -> None:
    """One base in two notes has two results."""
    project.write({"docs/links.base": "filters: file.hasLink(this.file)\nviews: [{type: list}]\n"})
    project.write({"docs/books/dune.md": "# Dune\n\n[[emma]]\n"})
    assert "No matching files" in embedded(project, "![[links.base]]")
    project.write({"docs/books/emma.md": "# Emma\n\n![[links.base]]\n\nBelow.\n"})
    assert '<a href="../dune/">dune</a>' in built(project, "books/emma")


@pytest.mark.nightly
def test_embeds_are_made_anew_with_their_base_and_its_rows(project: ProjectDir) -> None:
    """The pages that show it, and the copies for those who read no HTML."""
    assert "1965" in embedded(project, "![[books.base]]")
    project.write({"docs/books/dune.md": "---\nyear: 1966\n---\n# Dune\n"})
    for page in ("some/note", "books.base"):
        assert "1966" in built(project, page) and "1965" not in project.page(page)
    copy = project.root / "site/books.base/index.html.md"
    assert "| [dune](../books/dune/index.html.md) | 1966 |" in copy.read_text("utf-8")
    project.write({"docs/books.base": BASE.replace("year]", "file.ext]")})
    for page in ("some/note", "books.base"):
        assert "1966" not in built(project, page)
    assert "1966" not in copy.read_text("utf-8")


def test_one_base_in_a_page_twice_has_tabs_of_its_own(project: ProjectDir) -> None:
    """Radios of one name would be one set: of two embeds, one would show nothing."""
    project.write({"docs/inner.md": f"# Inner\n\n```base\n{BASE}```\n\n![[books.base]]\n"})
    html = embedded(project, f"![[inner]]\n\n![[inner]]\n\n```base\n{BASE}```\n")
    radios = [each.attributes for each in read(html).all("input")]
    sets = {each["name"] for each in radios}
    assert len(radios) == 15 and len(sets) == 5
    assert len({each["id"] for each in radios}) == 15
    labels = {each.attributes["for"] for each in read(html).all("label")}
    assert labels == {each["id"] for each in radios}


@pytest.mark.nightly
def test_what_is_wrong_is_told_at_the_line_of_the_file(project: ProjectDir) -> None:
    """In its page and where it is embedded, once each; it lists nothing then."""
    project.write({"docs/books.base": BASE.replace("filters: file.in", "# odd\nfilters: file.im")})
    html = embedded(project, "![[books.base]]", status=1)
    assert "docs/books.base:2" not in html and "nw-broken" in html and "dune" not in html
    told = project.notewright("check")
    assert len(told.lines("docs/books.base:2: cannot show the base")) == 1, told.output
    project.write({"docs/books.base": "views: [\n"})
    told = project.notewright("check")
    assert told.status == 1 and told.lines("docs/books.base:2: "), told.output


def test_only_hidden_notes_show_it(project: ProjectDir) -> None:
    """Then it is hidden with them, as any file is."""
    project.write({"docs/index.md": "# Home\n"})
    project.write({"docs/my.md": "---\npublish: false\n---\n# My\n\n![[books.base]]\n"})
    built(project, "index")
    assert not (project.root / "site/books.base").exists()


def test_more_views_than_tabs_stand_below_one_another(project: ProjectDir) -> None:
    """No theme has styles for so many."""
    views = "".join(f"  - {{type: list, name: View {n}}}\n" for n in range(21))
    project.write({"docs/many.base": f"filters: file.name == 'dune'\nviews:\n{views}"})
    page = built(project, "many.base")
    assert "tabbed-set" not in page and page.count(">dune</a>") == 21
    assert '<div id="view-20">' in page


def test_an_empty_base_lists_every_file(project: ProjectDir) -> None:
    """As in Obsidian; a base is one of them."""
    project.write({"docs/all.base": ""})
    page = built(project, "all.base")
    assert ">dune</a>" in page and ">books.base</a>" in page and ">all.base</a>" in page


def test_pages_without_directories_have_their_names(project: ProjectDir) -> None:
    """A folder of the same name may stand beside it there, too."""
    project.configure(use_directory_urls=False)
    built = project.build()
    assert built.status == 0, built.output
    assert 'href="books.base.html#names"' in (project.root / "site/index.html").read_text("utf-8")
    assert (project.root / "site/books.base.html").is_file()
    assert (project.root / "site/books.base/books.base").read_text("utf-8") == BASE


@pytest.mark.nightly
def test_a_base_among_templates_is_one(project: ProjectDir) -> None:
    """Many vaults keep theirs there: what embeds it works, and no list names it."""
    base = 'filters: file.inFolder("books")\n'
    project.write(
        {
            "docs/.obsidian/templates.json": '{"folder": "Templates"}',
            "docs/Templates/Book.md": "# {{title}}\n",
            "docs/Templates/Bases/Shelf.base": base,
        }
    )
    assert ">dune</a>" in embedded(project, "![[Shelf.base]]")
    assert (project.root / "site/Templates/Bases/Shelf.base/index.html").is_file()
    assert not (project.root / "site/Templates/Book").exists()
    navigation = project.page("index").partition("<h1")[0]
    assert "Shelf" not in navigation and "books.base" in navigation
    assert project.notewright("check").status == 0


@pytest.mark.nightly
def test_a_value_of_another_type_leaves_out_its_file_alone(project: ProjectDir) -> None:
    """As in Obsidian; the writer is told of it, and nothing fails."""
    project.write({"docs/books/dune.md": "---\nyear: '[[1965]]'\n---\n# Dune\n"})
    html = embedded(project, "```base\nfilters: year > 1800\nviews: [{order: [file.name]}]\n```")
    assert ">emma</a>" in html and "dune" not in html and "nw-broken" not in html
    for result in (project.notewright("check"), project.build()):
        assert result.status == 0, result.output
        said = (
            "docs/some/note.md:4: a file is not listed: filters: column 6: cannot "
            "compare a link with a number"
        )
        assert len(result.lines(said, "(in `books/dune.md`)")) == 1, result.output


RESULT = """\
# Dune

```{python}
#| label: measure
class Result(dict):
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"application/vnd.notewright.result+json": dict(self)}

Result(score=0.25, words="few of them")
```
"""
OF_RESULTS = """\
filters: file.inFolder("books")
formulas:
  percent: (result.measure.score * 100).round() + " %"
  word: result["measure"].words
views:
  - order: [file.name, result.measure.score, formula.percent, formula.word]
"""


@pytest.mark.nightly
def test_a_base_asks_for_what_cells_gave(project: ProjectDir) -> None:
    """By label and name; a note without such a cell has nothing there."""
    project.write({"docs/books/dune.md": RESULT, "docs/books.base": OF_RESULTS})
    project.write({"docs/index.md": "# Home\n\n[[books.base]]\n"})
    page = read(built(project, "books.base"))
    assert [each.text for each in page.all("td")][:4] == ["dune", "0.25", "25 %", "few of them"]
    assert [each.text for each in page.all("td")][4:6] == ["emma", ""]
    assert project.notewright("check").status == 0


@pytest.mark.nightly
def test_a_result_that_changed_is_shown_wherever_it_is_asked_for(project: ProjectDir) -> None:
    """Another cell is run, and the pages of the base are made anew."""
    project.write({"docs/books/dune.md": RESULT, "docs/books.base": OF_RESULTS})
    assert "25 %" in embedded(project, "![[books.base]]")
    project.write({"docs/books/dune.md": RESULT.replace("0.25", "0.75")})
    for page in ("some/note", "books.base"):
        assert "75 %" in built(project, page) and "25 %" not in project.page(page)
    copy = project.root / "site/books.base/index.html.md"
    assert "75 %" in copy.read_text("utf-8")


@pytest.mark.parametrize(
    "base",
    ["views: maybe\n", "views: [[a]]\n", "filters: 5\nviews: [{type: table}]\n", "just text\n"],
)
def test_a_base_that_cannot_be_read_shows_no_files(base: str) -> None:
    """A filter may be meant, and would hide some of them."""
    found = convert(f"# A\n\n```base\n{base}```\n", others={"secret.md": "# Secret\n"})
    assert [each.line for each in found.problems] and "nw-broken" in found.html
    assert "Secret" not in found.html
