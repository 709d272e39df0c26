"""What a note says is held against what its run gave: each difference at its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from notewright.errors import Problem
from notewright.note.cells import Cell
from notewright.note.includes import Includes
from notewright.note.note import Note
from notewright.run.records import CellRecord
from notewright.run.review import review
from notewright.run.worker import outputs
from notewright.run.worker.outputs import Output

NOWHERE = Path("/nowhere")


def only_cell(text: str) -> Cell:
    (cell,) = list(Note("docs/a.md", "docs/a.md", text, includes=Includes(NOWHERE, NOWHERE)).cells)
    assert cell.problem is None
    return cell


def judged(text: str, *shown: Output, **record: Any) -> list[Problem]:
    return list(review(only_cell(text), CellRecord(list(shown), **record)))


def said(*text: str) -> list[Output]:
    return [outputs.stream("stdout", each) for each in text]


def figure(axes: str = "") -> Output:
    metadata = {"notewright": {"axes": axes}} if axes else {}
    return outputs.display({"image/svg+xml": "<svg/>"}, metadata, is_result=False)


OUTPUT = "Text.\n\n```python\nx\n```\n\n```output\n{}\n```\n"


@pytest.mark.parametrize(
    ("accepted", "shown"),
    [
        ("a", said("a\n")),
        ("a\nb", said("a\n", "b\n")),
        ("a\n2", [*said("a\n"), outputs.display({"text/plain": "2"}, {}, is_result=True)]),
        ("a", [*said("a\n"), outputs.display({"image/png": "AA=="}, {}, is_result=False)]),
        ("ValueError: no", [outputs.error("ValueError", "no")]),
        ("KeyboardInterrupt", [outputs.error("KeyboardInterrupt", "")]),
        ("warned", [outputs.stream("stderr", "warned\n")]),
        ("", []),
        ("0.94 s", said("0.9378 s\n")),
        ("10%\n20%", said("10%\r20%\r\n")),
    ],
)
def test_output_that_agrees(accepted: str, shown: list[Output]) -> None:
    """All text that a terminal would show counts, and figures do not."""
    problems = judged(OUTPUT.format(accepted), *shown)
    assert [each for each in problems if "alt text" not in each.message] == []


def test_output_that_differs_in_a_line() -> None:
    """One line against one line is told in one line."""
    (problem,) = judged(OUTPUT.format("a"), *said("b\n"))
    assert problem.headline == (
        "docs/a.md:7: the note says a, but the cell computes b. Correct it, or run "
        "`notewright accept docs/a.md`"
    )
    assert problem.detail == ""


def test_output_that_is_missing_on_one_side() -> None:
    """Silence is named."""
    (problem,) = judged(OUTPUT.format(""), *said("b\n"))
    assert problem.message == "the note says nothing, but the cell computes b"
    (problem,) = judged(OUTPUT.format("a"))
    assert problem.message == "the note says a, but the cell computes nothing"


def test_output_that_differs_in_several_lines() -> None:
    """Longer output is told as a diff."""
    (problem,) = judged(OUTPUT.format("a\nb\nc"), *said("a\nx\nc\n"))
    assert problem.line == 7
    assert problem.message == "the output in the note differs from the output of the cell"
    assert problem.detail.split("\n") == ["  a", "- b", "+ x", "  c"]


def test_a_cell_without_accepted_output_may_print_what_it_likes() -> None:
    """Nobody has to accept anything."""
    assert judged("```python\nx\n```\n", *said("a\n")) == []


def test_each_wrong_answer_of_a_doctest_is_told_at_its_prompt() -> None:
    """A long session names each example that is wrong, and no other."""
    text = "> ```pycon\n> >>> a\n> 1\n> >>> for b in c:\n> ...     b\n> 2\n> 3\n> >>> d\n> ```\n"
    problems = judged(text, answers=["1\n", "2\n4\n", "x\n"])
    assert [each.line for each in problems] == [4, 8]
    assert problems[0].detail.split("\n") == ["  2", "- 3", "+ 4"]
    assert problems[1].message == "the note says nothing, but the cell computes x"


def test_each_wrong_value_is_told_at_its_line() -> None:
    """Of many numbers in prose the wrong ones are named with what they should be."""
    text = "```python\nx\n```\n\n1<!--= a --> and 2<!--= b -->\nand 3<!--= c -->, `{python} d`\n"
    problems = judged(text, values=["1", "4", "5", "6"])
    assert [(each.line, each.message) for each in problems] == [
        (5, "the note says 2, but the cell computes 4"),
        (6, "the note says 3, but the cell computes 5"),
    ]


def test_a_claim_that_is_not_true_is_told_at_its_line() -> None:
    """So is one that is no comparison."""
    text = "```python\nx\n```\n\nYes.<!--! a -->\nNo.<!--! b > 1 -->\nIt is so.<!--! c -->\n"
    false, other = judged(text, values=["True", "False", "0.5"])
    assert (false.line, false.message) == (6, "the claim `b > 1` is false")
    assert (other.line, other.message) == (
        7,
        "a claim must be true or false, but `c` is 0.5",
    )
    assert "such as" in other.remedy


@pytest.mark.parametrize("options", ["#| fig-alt: a line\n", "#| include: false\n"])
def test_a_figure_that_is_described_or_not_shown_is_well(options: str) -> None:
    """Who doesn't see a figure is told what is in it."""
    assert judged(f"```python\n{options}x\n```\n", figure()) == []


def test_a_figure_without_alt_text_suggests_one() -> None:
    """The suggestion is taken from the axes; of several figures the one is named."""
    (problem,) = judged("```python\nx\n```\n", figure("points of y against x"))
    assert problem.message == "the figure has no alt text"
    assert "`#| fig-alt: points of y against x`" in problem.remedy
    (problem,) = judged("```python\n#| fig-alt: [a]\nx\n```\n", figure("u"), figure("v"))
    assert problem.message == "figure 2 of 2 has no alt text"
    assert "`#| fig-alt: v`" in problem.remedy


def test_all_that_is_wrong_with_a_cell_is_told_at_once() -> None:
    """Output, value and figure of one cell, in one go."""
    text = "```python\nx\n```\n\n```output\na\n```\n\n1<!--= x -->\n"
    problems = judged(text, figure(), *said("b\n"), values=["2"])
    assert [each.line for each in problems] == [1, 5, 9]
