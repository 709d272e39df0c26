"""Questions of a note: choices, answers, and predictions above cells."""

from __future__ import annotations

from pathlib import Path

import pytest
from converted import Node, convert, read
from hypothesis import given
from hypothesis import strategies as st
from projects import ProjectDir

CELL = "\n```python\n1\n```\n"
QUIZ = """
> [!question]- How many?
> Count *all* of them.
>
> - [ ] eleven
> - [x] `17`
>
> Since $x$: see [[#Below]].

## Below
"""


def asks(text: str) -> list[Node]:
    """The questions of a note."""
    tree = read(convert(text).html)
    found = [*tree.all("div", "nw-asks"), *tree.all("details", "question")]
    return [each for each in found if "data-nw-ask" in each.attributes]


def test_a_list_of_tasks_is_choices() -> None:
    """The question first, then its choices, and the answer folded below."""
    (ask,) = asks(QUIZ)
    assert [each.text for each in ask.all("p")[:2]] == ["How many?", "Count all of them."]
    items = ask.all("li")
    assert [each.text for each in items] == ["eleven", "17"]
    assert ["data-nw-right" in each.attributes for each in items] == [False, True]
    assert items[1].all("code")
    (answer,) = ask.all("details", "nw-answer")
    assert answer.all("summary")[0].text == "Answer"
    assert answer.all("p")[0].text == "Right: B."
    assert answer.all("a")[0].attributes["href"] == "#below"
    assert not ask.all("input")


def test_a_prediction_stands_above_a_cell() -> None:
    """With choices or without; a cell elsewhere is a problem of its line."""
    found = convert(
        f"# A\n\n> [!predict] What?\n{CELL}\n> [!predict] Which?\n> - [ ] a\n> - [ ] b\n{CELL}"
    )
    assert found.problems == []
    first, second = read(found.html).all("div", "nw-predict")
    assert first.all("summary")[0].text == "Show the output"
    assert not second.all("p", "nw-right")  # none is ticked: the output tells
    folded = "<summary>Show the output</summary>\n</details>\n</div>\n"
    assert f'{folded}<div class="nw-cell' in found.html  # a style sheet needs them side by side


def test_other_lists_of_tasks_are_none_of_its_choices() -> None:
    """Those of other callouts, with other states, or of an open question without choices."""
    for text in (
        "> [!todo]- List\n> - [ ] a\n> - [x] b",
        "> [!question]- List\n> - [/] a\n> - [x] b",
        "- [ ] a\n- [x] b",
    ):
        assert not read(convert(text).html).all("div", "nw-asks")
    assert asks("> [!question] Open\n> Text.") == []


def test_a_question_keeps_its_name_while_its_words_stay() -> None:
    """Whatever comes above it; two alike have two names."""
    names = [each.attributes["data-nw-ask"] for each in asks(QUIZ)]
    again = [each.attributes["data-nw-ask"] for each in asks(f"# New\n\nText.\n{QUIZ}")]
    assert names == again
    twins = [each.attributes["data-nw-ask"] for each in asks(f"{QUIZ}\n{QUIZ}")]
    assert len(set(twins)) == 2 and twins[0] == names[0]
    assert asks("> [!faq]- How many?\n> Text.")[0].attributes["data-nw-ask"] == names[0]


@pytest.mark.nightly
@given(
    st.lists(st.tuples(st.sampled_from([" ", "x", "X"]), st.booleans()), min_size=1, max_size=30)
)
def test_choices_are_as_many_as_were_written(items: list[tuple[str, bool]]) -> None:
    """Tight or loose, and right where they are ticked."""
    lines = "".join(
        f"> - [{state}] choice {number}\n" + ("> \n" if loose else "")
        for number, (state, loose) in enumerate(items)
    )
    (ask,) = asks(f"> [!question]- Which?\n{lines}")
    shown = ask.all("li")
    assert [each.text for each in shown] == [f"choice {number}" for number in range(len(items))]
    assert ["data-nw-right" in each.attributes for each in shown] == [s != " " for s, _ in items]


@pytest.mark.gate
def test_a_site_has_it_all_in_its_pages_and_its_search(tmp_path: Path) -> None:
    """Two builds give the same bytes; what waits for a guess is found by a search."""
    project = ProjectDir(tmp_path)
    project.configure(plugins=["search", {"notewright": {}}])
    cell = '\n```python\nprint("the", "hidden", "words")\n```\n'
    note = f"# A\n\n> [!predict] What?\n> - [x] this\n{cell}{QUIZ}"
    project.write({"docs/index.md": "# Home\n", "docs/asks.md": note})
    assert project.build("--strict").status == 0
    first = project.page("asks")
    assert "the hidden words" in first
    index = (project.root / "site/search/search_index.json").read_text("utf-8")
    assert "the hidden words" in index and "eleven" in index
    assert project.build("--clean").status == 0
    assert project.page("asks") == first


def test_questions_of_a_stranger_fold_and_run_nothing(tmp_path: Path) -> None:
    """Where notes are not trusted, pages are cleaned: what waits for a script is not there."""
    project = ProjectDir(tmp_path)
    project.configure({"execute": False})
    cell = "\n```python\n1\n```\n"
    fence = "\n```questions\nfrom: asks.md\n```\n"
    note = f"# A\n\n> [!predict] What?\n> - [x] this\n{cell}{QUIZ}"
    project.write({"docs/index.md": f"# Home\n{fence}", "docs/asks.md": note})
    result = project.build()
    assert result.status == 0, result.output
    page = read(project.page("asks"))
    assert [each.text for each in page.all("li") if "eleven" in each.text] == ["eleven"]
    answers = page.all("details", "nw-answer")
    assert [each.all("summary")[0].text for each in answers] == ["Show the output", "Answer"]
    assert "data-nw-ask" not in project.page("asks") and ".csv" not in project.page("index")
    assert "How many?" in project.page("index") and "Test me" not in project.page("index")
