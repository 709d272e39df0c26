"""Queries of Dataview: what a base that asks the same says, and where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from projects import ProjectDir

from notewright.bases.document import read_base
from notewright.vault.dataview import base_of

MD = 'file.ext == "md"'


@pytest.mark.parametrize(
    ("query", "filters", "more"),
    [
        ("LIST", [], {}),
        ('TABLE author FROM "books"', ['file.inFolder("books")'], {"order": ["author"]}),
        ("list from #a/b or #c", ['file.hasTag("a/b") || file.hasTag("c")'], {}),
        ('LIST FROM #a and -"old"', ['file.hasTag("a") && !file.inFolder("old")'], {}),
        ("LIST FROM [[Index|x]]", ['file.hasLink("Index")'], {}),
        ("LIST FROM [[]]", ["file.hasLink(this.file)"], {}),
        ("LIST WHERE year > 1900 and done", ["year > 1900 && done"], {}),
        ("LIST WHERE !done | a = [[B]]", ['!done || a == link("B")'], {}),
        ("LIST WHERE due-date <= date(today)", ['note["due-date"] <= today()'], {}),
        ('LIST WHERE contains(tags, "x")', ['tags.contains("x")'], {}),
        ("LIST WHERE length(file.outlinks) = 0", ["file.links.length == 0"], {}),
        (
            "LIST SORT year DESC, file.name LIMIT 3",
            [],
            {
                "sort": [
                    {"property": "year", "direction": "DESC"},
                    {"property": "file.basename", "direction": "ASC"},
                ],
                "limit": 3,
            },
        ),
    ],
)
def test_a_simple_query_is_a_base(query: str, filters: list[str], more: dict[str, object]) -> None:
    """Of notes alone, as Dataview has it."""
    told = base_of(query)
    assert told is not None
    found = yaml.safe_load(told)
    assert read_base(told).faults == ()
    assert found["filters"] == {"and": [MD, *filters]}
    (view,) = found["views"]
    assert view.pop("type") == query.split(maxsplit=1)[0].lower()
    order = ["file.name", *more.pop("order", ())]  # type: ignore[misc]
    assert view == {"order": order, **more}


def test_columns_have_names_and_expressions_are_formulas() -> None:
    """As `AS` calls them."""
    told = base_of('TABLE WITHOUT ID file.link AS "Book", year AS "Year", pages / 2 AS "Half"')
    found = yaml.safe_load(told or "")
    assert found["views"][0]["order"] == ["file.name", "year", "formula.Half"]
    assert found["formulas"] == {"Half": "pages / 2"}
    assert found["properties"] == {
        "file.name": {"displayName": "Book"},
        "year": {"displayName": "Year"},
    }


@pytest.mark.parametrize(
    "query",
    [
        *(
            "",
            "TASK",
            'TASK FROM "x"',
            "TABLE x GROUP BY y",
            "LIST FLATTEN x",
            "CALENDAR file.ctime",
        ),
        *("LIST FROM outgoing([[x]])", "TABLE rows.file.link", "LIST WHERE dur(1 day)", "LIST a b"),
        *(
            "LIST WHERE (",
            'LIST WHERE a = "x',
            "TABLE a AS b",
            "LIST LIMIT x",
            "LIST FROM",
            "LIST ;",
        ),
        "LIST WHERE " + "(" * 100_000,
    ],
)
def test_what_is_not_simple_has_none(query: str) -> None:
    """Rather none than one that asks something else."""
    assert base_of(query) is None


WORDS = st.sampled_from(
    [
        *("TABLE", "LIST", "WITHOUT", "ID", "FROM", "WHERE", "SORT", "LIMIT", "AS", "and", "or"),
        *("!", "-", "(", ")", ",", "=", "!=", "<", "+", "*", '"a"', "[[b]]", "#c", "1", "d"),
        *("file.name", "file.links", "contains", "date", "today", "e-f"),
    ]
)


@given(st.lists(WORDS, max_size=14))
def test_whatever_is_translated_is_a_base_without_faults(words: list[str]) -> None:
    """And nothing breaks on what is no query."""
    told = base_of(" ".join(words))
    assert told is None or read_base(told).faults == ()


def test_who_has_queries_is_told(tmp_path: Path) -> None:
    """By `check` each with its base, by a build in one line; nothing fails for it."""
    project = ProjectDir(tmp_path)
    project.configure()
    fences = "```dataview\nLIST FROM #a\n```\n\n```dataviewjs\ndv.list()\n```\n"
    project.write({"docs/index.md": f"# Home\n\n{fences}"})
    checked = project.notewright("check")
    assert checked.status == 0, checked.output
    said = (
        "docs/index.md:3: a `dataview` query is shown as text: only the Dataview plugin "
        "can run it. "
    )
    assert (
        said + ("Use this equivalent base, which works in Obsidian and on the site:\n```base")
        in checked.output
    )
    assert '- file.hasTag("a")' in checked.output
    assert "docs/index.md:7: a `dataviewjs` query" in checked.output
    built = project.build()
    assert built.status == 0 and "2 Dataview queries are shown as text" in built.output
