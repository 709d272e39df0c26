"""Sessions: cells that share names, and the key by which a run is found again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.note.includes import Includes
from notewright.note.note import Note
from notewright.note.sessions import Session, group

NOWHERE = Path("/nowhere")


def sessions(text: str, file: str = "docs/a.md") -> list[Session]:
    return group(Note(file, file, text, includes=Includes(NOWHERE / "snippets", NOWHERE)).cells)


def note(*infos: str, code: str = "x = 1") -> str:
    return "\n\n".join(f"```{info}\n{code}\n```" for info in infos)


def lines(found: list[Session]) -> list[list[int]]:
    return [[cell.line for cell in session.cells] for session in found]


def test_a_plain_cell_starts_a_session_and_continuation_joins_it() -> None:
    """Names go on into `continuation`, and nowhere else."""
    text = note("python", "python continuation", "python", "python continuation")
    assert lines(sessions(text)) == [[1, 5], [9, 13]]


def test_cells_that_never_run_do_not_part_a_session() -> None:
    """A `notest` or fixture cell between two cells is passed over."""
    text = note("python", "python notest", "python fixture:x", "python continuation")
    assert lines(sessions(text)) == [[1, 13]]


@pytest.mark.parametrize("above", [[], ["python notest"], ["python fixture:tmp_path"]])
def test_a_continuation_of_nothing_is_a_problem(above: list[str]) -> None:
    """The writer learns that nothing above runs, not that a name is missing."""
    (session,) = sessions(note(*above, "python continuation"))
    assert session.problem is not None
    assert "there is no cell above to continue" in session.problem.message
    assert session.problem.line == session.line


def test_one_malformed_cell_keeps_its_whole_session_from_running() -> None:
    """Half a session would give results that nobody wrote."""
    text = note("python", "python continuation") + "\n\n```python continuation\n#| lable: a\n```"
    (session,) = sessions(text)
    assert session.problem is not None
    assert session.problem.line == 10


def test_a_malformed_continuation_of_nothing_tells_its_own_mistake() -> None:
    """The first thing to mend is told first."""
    (session,) = sessions("```python continuation\n#| lable: a\nx\n```")
    assert session.problem is not None
    assert "lable" in session.problem.message


def key(text: str, file: str = "docs/a.md") -> str:
    return sessions(text, file)[0].key


BASE = note("python", "python continuation")


@pytest.mark.parametrize(
    "same",
    [
        "# Title\n\nSome prose.\n\n" + BASE,
        "- " + BASE.replace("\n", "\n  "),
        BASE.replace("```", "~~~~"),
        BASE.replace("x = 1", "#| label: fig-a\n#| fig-cap: A\n#| echo: false\nx = 1", 1),
        BASE.replace("```python\n", "```{.py title='A' linenums=1}\n"),
        BASE.replace("x = 1", "#| timeout: 99\nx = 1"),
        BASE + "\n\n```python\ny\n```",
    ],
)
def test_what_does_not_change_the_run_keeps_its_record(same: str) -> None:
    """Prose, captions and moving a cell cost no new run."""
    assert key(same) == key(BASE)


def test_a_record_does_not_depend_on_the_note() -> None:
    """A renamed note keeps its results."""
    assert key(BASE, "docs/b.md") == key(BASE)


@pytest.mark.parametrize(
    "other",
    [
        BASE.replace("x = 1", "x = 2"),
        BASE.replace("x = 1", "x = 1 "),
        BASE.replace("x = 1", "x = 1\n"),
        BASE.replace("x = 1", "#| error: ValueError\nx = 1", 1),
        note("python"),
        note("python", "python continuation", "python continuation"),
        note("python", code="x = 1\nx = 1"),
    ],
)
def test_what_changes_the_run_changes_the_key(other: str) -> None:
    """Another code, another division into cells, another expectation: another run."""
    assert key(other) != key(BASE)


@given(st.lists(st.sampled_from(["python", "python continuation", "python notest"]), max_size=8))
def test_every_cell_that_runs_runs_exactly_once_and_in_order(infos: list[str]) -> None:
    """Nothing runs twice, nothing is left out."""
    text = note(*infos)
    found = [line for session in lines(sessions(text)) for line in session]
    runs = [1 + 4 * index for index, info in enumerate(infos) if "notest" not in info]
    assert found == runs
