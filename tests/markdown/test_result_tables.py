"""Tables of results: what cells of other notes gave, collected while the page is made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from converted import convert, read
from projects import ProjectDir

HELPER = '''
class Result(dict):
    """A result that the site collects."""

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": "a result", "application/vnd.notewright.result+json": dict(self)}
'''
CELL = """
```python
#| label: {label}
from helper import Result

Result(kind="lesson", id="{label}", verdict="{verdict}", seeds={seeds})
```
"""
LEDGER = """
# Ledger

```results
from: lessons/*
where: {kind: lesson}
columns: {id: Lesson, verdict: Verdict, seeds: Seeds}
sort: seeds
totals: verdict
```
"""


@pytest.fixture
def ledger(tmp_path: Path) -> ProjectDir:
    """A ledger over the results of two notes."""
    project = ProjectDir(tmp_path)
    project.configure()
    one = CELL.format(label="L1", verdict="confirmed", seeds=12)
    two = CELL.format(label="L2", verdict="<b>refuted</b>", seeds=9)
    project.write(
        {
            "helper.py": HELPER,
            "docs/index.md": LEDGER,
            "docs/lessons/a.md": "# A\n" + one + two + "\n```python\n1\n```\n",
            "docs/lessons/b.md": "# B\n" + CELL.format(label="L3", verdict="confirmed", seeds=10),
            "docs/other.md": "# O\n" + CELL.format(label="L4", verdict="confirmed", seeds=10),
        }
    )
    return project


def rows(project: ProjectDir) -> list[list[str]]:
    """The texts of the table's rows."""
    (around,) = read(project.page("index")).all("div", "nw-results")
    return [[cell.text for cell in row.all("td")] for row in around.all("tbody")[0].all("tr")]


@pytest.mark.gate
def test_a_table_collects_the_results_of_the_notes_it_names(ledger: ProjectDir) -> None:
    """Rows are sorted, counted, escaped, and lead to their cells; numbers sort as numbers."""
    result = ledger.build()
    assert result.status == 0, result.output
    assert rows(ledger) == [
        ["L2", "<b>refuted</b>", "9"],
        ["L3", "confirmed", "10"],
        ["L1", "confirmed", "12"],
    ]
    (around,) = read(ledger.page("index")).all("div", "nw-results")
    assert [head.text for head in around.all("th")] == ["Lesson", "Verdict", "Seeds"]
    totals = ["2 confirmed", "1 <b>refuted</b>", "3 in all"]
    assert [total.text for total in around.all("ul")[0].all("li")] == totals
    links = [link.attributes["href"] for link in around.all("a")]
    assert links == ["lessons/a/#L2", "lessons/b/#L3", "lessons/a/#L1"]
    assert "results" not in ledger.page("lessons/a").partition("<article")[2]


@pytest.mark.gate
def test_a_row_leads_to_the_code_that_made_it(tmp_path: Path) -> None:
    """To the pages of the modules that its cell uses; of libraries there are none."""
    project = ProjectDir(tmp_path)
    project.configure({"generated_pages": ["code", "source"]})
    used = "```python\n#| label: {label}\nimport math\n{code}\nResult(id='{label}')\n```\n\n"
    cells = {
        "one": "from snippets.first import Result",
        "two": "from snippets.first import Result\nfrom snippets.inner.second import K\nK",
    }
    project.write(
        {
            "snippets/first.py": HELPER,
            "snippets/inner/second.py": "K = 1\n",
            "docs/a.md": "# A\n\n"
            + "".join(used.format(label=name, code=code) for name, code in cells.items()),
            "docs/deep/index.md": "# T\n\n```results\nfrom: a.md\n"
            "columns: {id: Id, code: Code}\nsort: id\n```\n",
        }
    )
    result = project.build()
    assert result.status == 0, result.output
    (around,) = read(project.page("deep")).all("div", "nw-results")
    found = [
        [(link.text, link.attributes["href"]) for link in row.all("td")[1].all("a")]
        for row in around.all("tbody")[0].all("tr")
    ]
    first = ("first", "../code/snippets/first/")
    assert found == [[first], [first, ("second", "../code/snippets/inner/second/")]]


@pytest.mark.nightly
def test_a_table_follows_its_cells_and_runs_nothing(ledger: ProjectDir) -> None:
    """An edited cell changes the table of another note; only its own session runs."""
    assert ledger.build().status == 0
    ledger.write({"docs/lessons/b.md": CELL.format(label="L3", verdict="depends", seeds=10)})
    result = ledger.build()
    assert result.status == 0, result.output
    assert "1 run, 4 fresh" in result.output
    assert ["L3", "depends", "10"] in rows(ledger)


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("fence", "message", "remedy"),
    [
        (
            "from: lesson/*\ncolumns: {id: Id}",
            "no cell in `lesson/*` has a matching result",
            "`from`",
        ),
        ("from: lessons/*\ncolumns: {verdic: V}", "no result has the field `verdic`", "`verdict`"),
        ("from: lessons/*\ncolums: {id: Id}", "unknown key `colums`", "`columns`"),
        ("from: lessons/*", "`columns` is missing", "columns: {name: Heading}"),
        (
            ("from: lessons/*\ncolumns: {id: Id}\nfilter: id"),
            "`filter` must be a list",
            "filter: [name]",
        ),
        ("from: lessons/*\ncolumns: {id: Id}\nfilter: [di]", "`filter` refers to `di`", "`id`"),
        ("from: lessons/*\ncolumns: {id: Id}\nmore: [di]", "`details` refers to `di`", "`id`"),
        ("from: lessons/*\ncolumns: {id: Id}\nmore: [id]", "`details` lists all columns", "Keep"),
        ("columns: {id: Id}", "`from` is missing", "from: lessons/*"),
        ("from: [a]\ncolumns: {id: Id}", "`from` must be text", "with one pattern"),
        ("from: [a", "not valid YAML", ""),
        ("lessons", "expected `key: value` lines", "from: folder/*"),
        ("from: a\ncolumns: {a: b}\nwhere: 1", "`where` must be a mapping", "{name: value}"),
    ],
)
def test_a_table_that_cannot_be_made_ends_the_build(
    ledger: ProjectDir, fence: str, message: str, remedy: str
) -> None:
    """The error names the note and the line, what is wrong and what to do."""
    ledger.write({"docs/index.md": f"# Ledger\n\n```results\n{fence}\n```\n"})
    result = ledger.build()
    assert result.status == 1
    assert result.output.count("docs/index.md:4: cannot show the table of results") == 1
    assert message in result.output
    assert remedy in result.output
    checked = ledger.notewright("check", "index")
    assert checked.status == 1
    assert message in checked.output and remedy in checked.output
    tested = ledger.pytest("-q", "docs/index.md")
    assert tested.status == 1
    assert message in tested.output and remedy in tested.output


def test_nothing_is_said_of_a_table_whose_cells_have_not_run(ledger: ProjectDir) -> None:
    """`check` of one note runs no other: what those give is not known."""
    fence = "```results\nfrom: lessons/*\ncolumns: {id: Id}\n```"
    ledger.write({"docs/index.md": f"# Ledger\n\n{fence}\n"})
    checked = ledger.notewright("check", "index")
    assert checked.status == 0, checked.output


def test_another_fence_is_left_alone() -> None:
    """Only the language `results` asks for a table, and code stays code."""
    page = convert("```result\nfrom: x\n```\n\n````text\n```results\n```\n````\n")
    assert page.problems == []
    assert not read(page.html).all("div", "nw-results")


GUESS = """
guess: {claim: id, verdict: verdict, words: {confirmed: True, <b>refuted</b>: "<i>No"}}
"""


@pytest.mark.gate
def test_a_table_can_be_guessed_first(ledger: ProjectDir) -> None:
    """The page says how many rows have a verdict that can be said, and holds no row twice."""
    ledger.write({"docs/index.md": LEDGER.replace("\ntotals", f"{GUESS.rstrip()}\ntotals")})
    result = ledger.build()
    assert result.status == 0, result.output
    page = read(ledger.page("index"))
    (section,) = page.all("section", "nw-guess")
    assert section.all("p")[0].text == (
        "3 claims, one at a time: guess True or <i>No, then see the result."
    )
    told = section.attributes
    assert (told["data-nw-claim"], told["data-nw-verdict"]) == ("0", "1")
    words = [["confirmed", "True"], ["<b>refuted</b>", "<i>No"]]
    assert json.loads(told["data-nw-words"]) == words
    assert [
        each.attributes["data-value"] for each in page.all("td") if "data-value" in each.attributes
    ]
    assert len(rows(ledger)) == 3


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("yes", "needs exactly the keys"),
        ("{claim: id}", "needs exactly the keys"),
        ("{claim: id, verdict: verdict, words: {a: b}}", "needs at least two entries"),
        ("{claim: no, verdict: verdict, words: {a: b, c: d}}", "which is not a column"),
    ],
)
def test_a_guess_that_cannot_be_made_is_told(ledger: ProjectDir, said: str, message: str) -> None:
    """With its place, by the build."""
    text = LEDGER.replace("\ntotals", f"\nguess: {said}\ntotals")
    ledger.write({"docs/index.md": text})
    result = ledger.build()
    assert result.lines("docs/index.md", message), result.output


def test_readers_may_pick_rows_and_open_lists(tmp_path: Path) -> None:
    """A cell may give several results; a text of several lines opens in place."""
    project = ProjectDir(tmp_path)
    project.configure()
    helper = """
class Results:
    def _repr_mimebundle_(self, include=None, exclude=None):
        rows = [{"id": "A", "kind": "x", "more": "2 parts\\n<one>\\ntwo"}]
        rows.append({"id": "B", "kind": "y", "more": "none"})
        return {"text/plain": "two", "application/vnd.notewright.result+json": rows}
"""
    fence = "from: a\ncolumns: {id: Id, kind: Kind, more: More}\nfilter: [kind]"
    folded = f"{fence}\nmore: [kind, more]"
    project.write(
        {
            "helper.py": helper,
            "docs/a.md": "# A\n\n```python\nfrom helper import Results\n\nResults()\n```\n",
            "docs/index.md": f"# I\n\n```results\n{fence}\n```\n\n```results\n{folded}\n```\n",
        }
    )
    result = project.build()
    assert result.status == 0, result.output
    around, other = read(project.page("index")).all("div", "nw-results")
    assert around.attributes["data-nw-filter"] == "1"
    assert [cell.text for cell in around.all("td")][::3] == ["A", "B"]
    (opened,) = around.all("details")
    assert [each.text for each in opened.all("summary")] == ["2 parts"]
    assert [each.text for each in opened.all("li")] == ["<one>", "two"]
    # What a row opens has the words of its columns, and the lines of a text as a list.
    assert [each.text for each in other.all("th")] == ["Id", "More"]
    assert [each.text for each in other.all("summary")] == ["More about A", "More about B"]
    assert [each.text for each in other.all("dt")] == ["Kind", "More"] * 2
    assert [each.attributes.get("data-nw-pick") for each in other.all("dd")][::2] == ["x", "y"]
    assert [each.text for each in other.all("li")] == ["<one>", "two"]


@pytest.mark.gate
def test_a_table_without_a_row_is_told_at_its_own_fence(ledger: ProjectDir) -> None:
    """And not at another one that begins with the same line."""
    fence = "```results\nfrom: lessons/*\n{0}columns: {{id: Id}}\n```\n"
    first, second = fence.format(""), fence.format("where: {id: none}\n")
    ledger.write({"docs/two.md": f"# Two\n\n{first}\n{second}"})
    result = ledger.build()
    assert result.status == 1
    assert "docs/two.md:9: " in result.output and "docs/two.md:4: " not in result.output
