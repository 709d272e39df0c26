"""Bases in a page: what a fence asks the vault for, drawn as a table, as cards or as a list."""

from __future__ import annotations

from pathlib import Path

import pytest
from converted import read
from projects import ProjectDir

BOOKS = {
    "docs/books/dune.md": "---\nauthor: '[[herbert|Frank]]'\nyear: 1965\nread: true\n"
    "cover: '[[dune.png]]'\n---\n# Dune\n",
    "docs/books/emma.md": "---\nauthor: '[[austen]]'\nyear: 1815\nread: false\n"
    "cover: '#446688'\n---\n# Emma\n",
    "docs/books/persuasion.md": "---\nauthor: '[[austen]]'\nyear: 1817\nwhen: 2024-02-29\n"
    "cover: 'https://example.org/x.png'\n---\n# Persuasion\n",
    "docs/books/secret.md": "---\npublish: false\nauthor: '[[austen]]'\nyear: 1999\n---\n# S\n",
    "docs/austen.md": "# Jane Austen\n",
}


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """Some books, one of which nobody is to see."""
    found = ProjectDir(tmp_path)
    found.configure()
    found.write(BOOKS)
    (tmp_path / "docs/books/dune.png").write_bytes(b"")
    return found


def shown(project: ProjectDir, base: str, status: int = 0) -> str:
    """The HTML of a base in the home page."""
    project.write({"docs/index.md": f"# Home\n\n```base\n{base}\n```\n\nBelow.\n"})
    built = project.command("-m", "mkdocs", "build")
    assert built.status == status, built.output
    page = project.page("index")
    return page[page.index('<div class="nw-base">') : page.index("<p>Below.")]


def rows(html: str) -> list[list[str]]:
    """The texts of the cells of a table, head and foot among them."""
    found = read(html).all("tr")
    return [[each.text.strip() for each in (*row.all("th"), *row.all("td"))] for row in found]


BOOK = "filters: file.ext == 'md' && file.inFolder('books')\n"


def test_a_table_has_columns_order_and_sums(project: ProjectDir) -> None:
    """Links lead to their notes; a note that has no page is in no row, and in no sum."""
    html = shown(
        project,
        BOOK + "formulas: {age: 2025 - year}\nproperties: {formula.age: {displayName: Age}}\n"
        "views:\n- type: table\n  order: [file.name, author, formula.age, read, when]\n"
        "  sort: [{property: year, direction: DESC}]\n  summaries: {formula.age: Sum}\n",
    )
    assert rows(html) == [
        ["name", "author", "Age", "read", "when"],
        ["dune", "Frank", "60", "", ""],
        ["persuasion", "austen", "208", "", "2024-02-29"],
        ["emma", "austen", "210", "", ""],
        ["", "", "Sum 478", "", ""],
    ]
    assert '<a href="books/dune/">dune</a>' in html and '<a href="austen/">austen</a>' in html
    assert html.count('type="checkbox"') == 2 and html.count("checked=") == 1
    assert '<time datetime="2024-02-29">' in html and "secret" not in html


def test_groups_have_headings(project: ProjectDir) -> None:
    """By the value, in its order; those without one come last."""
    html = shown(
        project,
        BOOK + "views:\n- order: [file.name]\n  groupBy: {property: read, direction: ASC}\n",
    )
    names = [row[-1] for row in rows(html)]
    assert names == ["name", "read", "emma", "read", "dune", "read No value", "persuasion"]


def test_cards_have_an_image_of_the_vault_or_a_colour(project: ProjectDir) -> None:
    """Nothing is asked of a third party: an image that lies elsewhere is none."""
    html = shown(
        project, BOOK + "views:\n- type: cards\n  order: [file.name, year]\n  image: note.cover\n"
    )
    assert html.count('class="nw-base-card"') == 3
    assert 'src="books/dune.png"' in html and "background:#446688" in html
    assert "example.org" not in html


@pytest.mark.nightly
def test_a_card_without_a_named_image_has_the_first_figure_of_its_note(
    project: ProjectDir,
) -> None:
    """As a file with the colours of both schemes, drawn anew when the figure is another."""
    code = "#| fig-alt: a line\nimport matplotlib.pyplot as plt\n\nplt.plot([0, {0}]);\n"
    plot = f"# Plot\n\n```python\n{code}```\n"
    project.write({"docs/books/plot.md": plot.replace("{0}", "1")})
    base = BOOK + "views:\n- type: cards\n  order: [file.name]\n"
    html = shown(project, base)
    [box] = read(html).all("div", "nw-base-figure")
    first = [image.attributes["src"] for image in box.all("img")]
    assert [each.rpartition("#")[2] for each in first] == ["only-light", "only-dark"]
    assert "<svg" in (project.root / "site" / first[0].partition("#")[0]).read_text()
    project.write({"docs/books/plot.md": plot.replace("{0}", "2")})
    second = [each.attributes["src"] for each in read(shown(project, base)).all("img")]
    assert len(second) == 2 and second[0] != first[0]
    named = shown(project, base + "  image: note.cover\n")
    assert "nw-base-figure" not in named and 'src="books/dune.png"' in named


@pytest.mark.gate
def test_a_list_has_its_marks(project: ProjectDir) -> None:
    """The first property is the item, the others follow behind the separator."""
    base = BOOK + "views:\n- type: list\n  order: [file.name, year]\n  markers: number\n"
    items = [each.text for each in read(shown(project, base)).all("li")]
    assert items == ["dune, 1965", "emma, 1815", "persuasion, 1817"]
    assert "<ol>" in shown(project, base) and "<ul>" in shown(project, BOOK + "views: [type: list]")


def test_this_is_the_note_with_the_base(project: ProjectDir) -> None:
    """What links to it can be asked for."""
    project.write({"docs/books/far.md": "---\nof: '[[index]]'\n---\n# Far\n\nTo [[index]].\n"})
    found = rows(shown(project, "filters: of == this && file.hasLink(this.file)"))
    assert found == [["name"], ["far"]]


def test_what_values_hold_is_text(project: ProjectDir) -> None:
    """No HTML, no Markdown, no script behind a link."""
    odd = "'<script>alert(1)</script> *soft* [[austen]] `x` $y$ {{ z }}'"
    project.write({"docs/books/odd.md": f"---\nodd: {odd}\nto: 'javascript:alert(1)'\n---\n# O\n"})
    html = shown(
        project,
        "filters: file.hasProperty('odd')\nformulas:\n  h: html(odd)\n  l: link(to, 'go')\n"
        "views: [{order: [odd, formula.h, to, formula.l]}]",
    )
    assert "<script" not in html and "<em>" not in html and 'href="javascript' not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt; *soft* [[austen]] `x` $y$") == 2


@pytest.mark.nightly
def test_a_wrong_formula_is_wrong_in_its_cells(project: ProjectDir) -> None:
    """The others stand, and the build goes on; a filter that fails lets nothing through."""
    html = shown(project, BOOK + "formulas: {x: year.upper()}\nviews: [{order: [year, formula.x]}]")
    assert [row[0] for row in rows(html)[1:]] == ["1965", "1815", "1817"]
    assert html.count('class="nw-broken"') == 3
    html = shown(project, "filters: year.upper() == 'X'", status=1)
    assert "No matching files" in html and "nw-broken" in html and "dune" not in rows(html)
    failed = project.notewright("check")
    assert failed.status == 1 and "docs/index.md:4: cannot show the base" in failed.output


def test_a_base_is_made_anew_when_an_answer_changes(project: ProjectDir) -> None:
    """Whatever of a note it asked for: a property, a link in its text, its length."""
    base = "filters: file.name == 'emma'\nviews: [{order: [year, file.links, file.size]}]"
    size = len(BOOKS["docs/books/emma.md"].encode())
    assert rows(shown(project, base))[1] == ["1815", "austen", str(size)]
    text = BOOKS["docs/books/emma.md"].replace("1815", "1816") + "\n[[dune]]\n"
    project.write({"docs/books/emma.md": text})
    assert rows(shown(project, base))[1] == ["1816", "austen, dune", str(size + 10)]


def test_texts_are_as_they_are_written_and_labels_stand_apart(project: ProjectDir) -> None:
    """What looks like an entity is text; who copies a card gets a blank behind the label."""
    project.write(
        {"docs/books/odd.md": '---\nyear: 1922\nwhat: "&lt;x&gt;&amp; <b>"\n---\n# Odd\n'}
    )
    views = "views:\n- type: cards\n  order: [file.name, year, what]\n"
    html = shown(project, "filters: year == 1922\n" + views)
    (card,) = read(html).all("div", "nw-base-card")
    assert "&amp;lt;x&amp;gt;&amp;amp; &lt;b&gt;" in html
    assert [each.text for each in card.all("p")] == ["odd", "year 1922", "what &lt;x&gt;&amp; <b>"]


def test_a_list_may_have_its_properties_below(project: ProjectDir) -> None:
    """Each with its name; a property without a value takes no line."""
    views = "views:\n- type: list\n  indentProperties: true\n  order: [file.name, year, when]\n"
    html = shown(project, BOOK + views)
    inner = [each.text.split("\n") for each in read(html).all("ul")[0].all("ul")]
    assert ["", "year 1965", ""] in inner and ["", "year 1817", "when 2024-02-29", ""] in inner
