"""Messages: where, what, and what to do."""

from __future__ import annotations

import difflib
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.errors import EngineError, NotewrightError, Problem, VaultError, did_you_mean

ALIKE = st.lists(st.text("abc ", max_size=8), max_size=12)
NAMES = st.lists(st.from_regex(r"[A-Za-z][a-z-]{2,9}", fullmatch=True), min_size=1, max_size=40)


def test_a_problem_reads_as_place_message_remedy_and_detail() -> None:
    """The first line can be clicked in a terminal; what helps the writer follows."""
    problem = Problem("docs/a.md", 42, "name 'X' is not defined", "Define it", "> 42 | X")
    assert str(problem) == "docs/a.md:42: name 'X' is not defined. Define it\n> 42 | X"


def test_a_problem_without_remedy_and_detail_has_no_loose_ends() -> None:
    """No stop, no empty line, where there is nothing to add."""
    assert str(Problem("docs/a.md", 1, "not valid UTF-8")) == "docs/a.md:1: not valid UTF-8"


def test_problems_sort_by_file_then_line() -> None:
    """All mistakes of a vault are told in the order in which a writer fixes them."""
    late, early = Problem("a.md", 10, "a"), Problem("a.md", 9, "z")
    other, first = Problem("b.md", 1, "a", column=12), Problem("b.md", 1, "z", column=3)
    assert sorted([other, late, first, early]) == [early, late, first, other]


def test_errors_of_the_vault_survive_the_way_between_processes() -> None:
    """A mistake that a worker finds is told in full by the build."""
    error = VaultError(Problem("docs/a.md", 3, "wrong", "Mend it"))
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.problem, str(copy)) == (error.problem, str(error))


@pytest.mark.parametrize("kind", [VaultError, EngineError])
def test_one_name_catches_all(kind: type[Exception]) -> None:
    """`except NotewrightError` is enough for whoever uses the library."""
    assert issubclass(kind, NotewrightError)


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("lable", ["label", "echo"], "label"),
        ("K-Means", ["k-means", "pca"], "k-means"),
        ("pca", ["PCA", "K-means"], "PCA"),
        ("k means", ["K-means", "DBSCAN"], "K-means"),
        ("dbscam", ["K-means", "DBSCAN"], "DBSCAN"),
    ],
)
def test_the_nearest_name_is_suggested_whatever_its_case(
    name: str, known: list[str], meant: str
) -> None:
    """A slip of the fingers or of the shift key is recognised."""
    assert did_you_mean(name, known) == f"Did you mean `{meant}`?"


@given(NAMES, st.data())
def test_a_known_name_suggests_itself(known: list[str], data: st.DataObject) -> None:
    """A name is nearest to itself, in any case."""
    name = data.draw(st.sampled_from(known))
    assert did_you_mean(name.upper(), known).lower() == f"did you mean `{name.lower()}`?"


def test_few_names_are_all_listed_when_none_is_near() -> None:
    """Who guesses an option learns which there are."""
    assert did_you_mean("colour", ["label", "echo"]) == "Available: `echo`, `label`"


def test_a_large_vault_is_not_listed_in_a_message() -> None:
    """A broken link in a vault of a thousand notes is one readable line."""
    remedy = did_you_mean("xyz", [f"note {number}" for number in range(1000)])
    assert len(remedy) < 300


def test_nothing_is_suggested_where_there_is_nothing() -> None:
    """An empty vault gives no empty list."""
    assert did_you_mean("a", []) == ""


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("it is open", "it is open. Close it"),
        ("it is open.", "it is open. Close it"),
        ("it is open. Did you mean `x`?", "it is open. Did you mean `x`? Close it"),
    ],
)
def test_a_message_ends_once(message: str, said: str) -> None:
    """Whatever stands at its end, before what to do."""
    assert Problem("a.md", 1, message, "Close it").advice == said


@given(st.text("abc ", max_size=8), ALIKE)
def test_the_nearest_name_is_the_one_that_python_finds(name: str, known: list[str]) -> None:
    """Of names that are equally near as well."""
    found = difflib.get_close_matches(name, dict.fromkeys(sorted(known)), n=1)
    said = did_you_mean(name, known)
    assert said.startswith("Did you mean") == bool(found)
    assert not found or said == f"Did you mean `{found[0]}`?"
