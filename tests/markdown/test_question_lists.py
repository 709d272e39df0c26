"""Lists of questions: those of many notes on one page, and the deck that is made of them."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from converted import convert, read
from projects import ProjectDir

from notewright.note.checks import check_note
from notewright.note.note import Note

LIST = "# Test me\n\n```questions\nfrom: [models/*, other.md]\n```\n"
ONE = """\
# One & only

> [!question]- Why $x^2$?
> Since *it* is "so", see [[two]].

> [!predict] What?

```python
print("not asked here")
```
"""
TWO = """\
# Two

```python
n = 6
```

> [!question]- Which?
> - [ ] a
> - [x] b
>
> There are 6<!--= n -->: [[#Below|read the passage]].

## Below

Text.
"""


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """A list over two notes that ask, and one that does not."""
    project = ProjectDir(tmp_path)
    theme = {"name": "material", "font": False}
    project.configure(plugins=["search", {"notewright": {}}], theme=theme)
    project.write(
        {
            "docs/index.md": "# Home\n",
            "docs/models/one.md": ONE,
            "docs/models/two.md": TWO,
            "docs/models/silent.md": "# Silent\n",
            "docs/learn/test.md": LIST,
        }
    )
    return project


def deck(project: ProjectDir) -> tuple[str, str]:
    """The address of the deck in the page, and its text."""
    found = re.search(r'href="([^"]+\.csv)" download="questions.csv"', project.page("learn/test"))
    assert found is not None
    path = (project.root / "site/learn/test" / found[1]).resolve()
    return found[1], path.read_text("utf-8")


@pytest.mark.gate
def test_a_page_holds_the_questions_of_the_notes_it_names(project: ProjectDir) -> None:
    """With their answers, under their notes, with links that lead from here; no prediction."""
    result = project.build("--strict")
    assert result.status == 0, result.output
    (around,) = read(project.page("learn/test")).all("section", "nw-test")
    assert around.all("p", "nw-hint")[0].text == "2 questions from 2 notes."
    assert [each.text for each in around.all("p", "nw-from")] == ["One & only", "Two"]
    links = [each.attributes["href"] for each in around.all("a")]
    assert "../../models/two/" in links and "../../models/two/#below" in links
    assert "not asked here" not in around.text and "There are 6:" in around.text
    names = {each.attributes.get("data-nw-ask") for each in around.all("details", "question")}
    assert names < {
        each.attributes.get("data-nw-ask")
        for each in read(project.page("models/one")).all("details", "question")
    } | {None}
    index = (project.root / "site/search/search_index.json").read_text("utf-8")
    assert index.count("read the passage") == 1  # in the note's own entry


@pytest.mark.nightly
def test_a_deck_is_what_anki_reads(project: ProjectDir) -> None:
    """Four columns, of which the first is a name that stays; the same bytes in another build."""
    assert project.build().status == 0
    address, text = deck(project)
    head = [line for line in text.split("\n") if line.startswith("#")]
    assert head == ["#separator:Comma", "#html:true", "#guid column:1", "#tags column:4"]
    one, two = csv.reader(text.split("\n", len(head))[-1].splitlines(keepends=True))
    assert one[1].startswith("One &amp; only: Why <math") and one[3] == "One-only"
    assert one[2] == '<p>Since <em>it</em> is "so", see Two.</p>'
    assert two[1] == 'Two: Which?<ol type="A">\n<li>a</li>\n<li>b</li>\n</ol>'
    assert two[2].startswith("<p>Right: B.</p><p>There are <data") or "There are 6" in two[2]
    assert "\x02" not in text and "nw-" not in text
    assert project.build("--clean").status == 0
    assert deck(project) == (address, text)


@pytest.mark.nightly
def test_a_list_follows_its_notes(project: ProjectDir) -> None:
    """An edit, a new note and one that goes give what a clean build gives."""
    assert project.build().status == 0
    project.write({"docs/models/one.md": ONE.replace("Since", "Because")})
    project.write({"docs/models/new.md": "# New\n\n> [!question]- New?\n> Yes.\n"})
    (project.root / "docs/models/two.md").unlink()
    project.write({"docs/models/one.md": ONE.replace("Since", "Because").replace("[[two]]", "it")})
    assert project.build().status == 0
    patched = project.page("learn/test"), deck(project)
    assert "Because" in patched[0] and "New?" in patched[0] and "Which?" not in patched[0]
    (project.root / ".notewright/site.pickle").unlink(missing_ok=True)
    assert project.build("--clean").status == 0
    assert (project.page("learn/test"), deck(project)) == patched


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("from: none/*", "these notes contain no questions"),
        ("from: a.md", "these notes contain no questions"),
        ("form: b.md", "`from` is missing"),
        ("from: b.md\nsort: x", "unknown key `sort`"),
        ("from: 3", "`from` must be a pattern or a list of patterns"),
        ("from: []", "`from` must be a pattern or a list of patterns"),
        ("from: [", "not valid YAML"),
    ],
)
def test_a_list_that_cannot_be_made_is_told(text: str, message: str) -> None:
    """At its line, and in its place."""
    own = f"# A\n\n```questions\n{text}\n```\n\n> [!question]- Own?\n> Yes.\n"
    found = convert(own, others={"b.md": TWO})
    (problem,) = [*found.problems, *check_note(Note("a.md", "docs/a.md", own))]
    assert message in problem.message and problem.line == 4
    assert message in found.html.replace("<code>", "`").replace("</code>", "`")


def test_lists_that_show_each_other_end() -> None:
    """A list in a note that is shown elsewhere is a notice there."""
    other = "# B\n\n```questions\nfrom: a.md\n```\n\n> [!question]- B?\n> Yes.\n"
    own = "# A\n\n```questions\nfrom: b.md\n```\n\n![[b]]\n\n> [!question]- A?\n> Yes.\n"
    html = convert(own, others={"b.md": other}).html
    assert "see the page of this note" in html and html.count(">B?") == 2
