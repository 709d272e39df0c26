"""The import graph of tests and notes, on a tree of a few files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from import_graph import ROOT, Graph, Reached, cells, reached_by

TREE = {
    "src/notewright/__init__.py": "",
    "src/notewright/errors.py": "",
    "src/notewright/note/__init__.py": "",
    "src/notewright/note/cells.py": "def find():\n    from notewright.errors import Problem\n",
    "src/notewright/note/note.py": "from notewright.note import cells\n",
    "src/notewright/cli.py": "if True:\n    import notewright.note.note\n",
    "src/notewright/alone.py": "",
    "snippets/k_means.py": "import numpy as np\n",
    "snippets/near.py": "from snippets.k_means import k_means\n",
    "snippets/lessons/__init__.py": "",
    "snippets/lessons/one.py": "",
    "snippets/lessons/ledger.py": 'import importlib\nload(f"snippets.lessons.{name}")\n',
    "data/flights/__init__.py": "",
    "data/flights/flights.csv": "",
    "tests/projects.py": 'COMMAND = "warm.py"\n',
    "tests/warm.py": 'NAMES = ["notewright.cli"]\n',
    "tests/conftest.py": "from notewright.errors import x\ndef project(): pass\n",
    "tests/note/test_cells.py": "",
    "tests/note/test_note.py": "from notewright.note.note import Note\n",
    "tests/note/test_fixture.py": "def test_it(project): pass\n",
    "tests/whole/test_command.py": "from projects import ProjectDir\n",
    "tests/whole/test_second.py": "from tests.whole.test_command import wait\n",
    "tests/snippets/test_k_means.py": "from snippets import k_means\n",
    "tests/snippets/test_ledger.py": "from snippets.lessons import ledger\n",
    "tests/words/test_words.py": 'WORDS = open("words.tsv")\n',
    "tests/words/words.tsv": "",
    "docs/k-means.md": "# A\n\n```python\nfrom snippets.k_means import k_means\n```\n",
    "docs/near.md": "> ````{.python .continuation}\n> import snippets.near\n> ````\n",
    "docs/shown.md": '```python\n--8<-- "near.py:part"\n```\n',
    "docs/text.md": "```text\nimport snippets.k_means\n```\n",
    "docs/projects/late.py": '# %%\n--8<-- "k_means.py"\nfrom data.flights import load\n',
}


@pytest.fixture
def reached(tmp_path: Path) -> Callable[..., Reached]:
    """What changes of the tree reach; with files that are written first."""

    def ask(*changed: str, files: Mapping[str, str] = {}) -> Reached:
        for path, text in {**TREE, **files}.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, "utf-8")
        return reached_by(changed, tmp_path)

    return ask


@pytest.mark.parametrize(
    ("changed", "tests"),
    [
        # The test of its name comes first, then by distance. A string that names a module loads
        # it, an import in a function does, and fixtures lead on only for those who ask for them.
        (
            "src/notewright/note/cells.py",
            {
                "tests/note/test_cells.py": 1,
                "tests/note/test_note.py": 2,
                "tests/whole/test_command.py": 5,
                "tests/whole/test_second.py": 6,
            },
        ),
        (
            "src/notewright/errors.py",
            {
                "tests/note/test_cells.py": 2,
                "tests/note/test_fixture.py": 2,
                "tests/note/test_note.py": 3,
                "tests/whole/test_command.py": 6,
                "tests/whole/test_second.py": 7,
            },
        ),
        ("src/notewright/alone.py", {}),
        ("tests/warm.py", {"tests/whole/test_command.py": 2, "tests/whole/test_second.py": 3}),
        ("tests/whole/test_second.py", {"tests/whole/test_second.py": 0}),
        ("snippets/lessons/one.py", {"tests/snippets/test_ledger.py": 2}),
        ("tests/words/words.tsv", {"tests/words/test_words.py": 0}),
        ("pyproject.toml", {}),
        ("docs/k-means.md", {}),
    ],
)
def test_tests_are_reached_nearest_first(
    reached: Callable[..., Reached], changed: str, tests: Mapping[str, int]
) -> None:
    """By imports, by names in strings, by fixtures and by the name of the test file."""
    found = reached(changed).tests
    assert found == tests
    assert list(found.values()) == sorted(found.values())


def test_the_test_of_a_modules_name_comes_first(reached: Callable[..., Reached]) -> None:
    """Others at the same distance follow by name."""
    files = {"tests/a/test_a.py": "import notewright.note.cells\n"}
    found = list(reached("src/notewright/note/cells.py", files=files).tests)
    assert found[:2] == ["tests/note/test_cells.py", "tests/a/test_a.py"]


@pytest.mark.parametrize(
    ("changed", "notes"),
    [
        (
            "snippets/k_means.py",
            {
                "docs/k-means.md": 1,
                "docs/projects/late.py": 1,
                "docs/near.md": 2,
                "docs/shown.md": 2,
            },
        ),
        ("data/flights/flights.csv", {"docs/projects/late.py": 1}),
        ("docs/text.md", {"docs/text.md": 0}),
        ("docs/picture.png", {}),
        ("src/notewright/note/cells.py", {}),
    ],
)
def test_notes_are_reached_through_their_cells(
    reached: Callable[..., Reached], changed: str, notes: Mapping[str, int]
) -> None:
    """By imports and by includes, in fences of Python and in notebooks."""
    assert reached(changed).notes == notes


def test_a_removed_module_reaches_those_that_still_import_it(
    reached: Callable[..., Reached],
) -> None:
    """Their tests are the ones that fail."""
    files = {"tests/test_gone.py": "from notewright.gone import x\n"}
    assert reached("src/notewright/gone.py", files=files).tests == {"tests/test_gone.py": 1}


def test_a_conftest_reaches_the_tests_below_it(reached: Callable[..., Reached]) -> None:
    """Fixtures may apply to all of them."""
    found = reached("tests/conftest.py").tests
    assert len(found) == sum("/test_" in path for path in TREE)
    assert set(found.values()) == {1}


def test_what_cannot_be_parsed_is_left_out(reached: Callable[..., Reached]) -> None:
    """A half-written file must not keep the others from their tests."""
    files = {
        "tests/test_half.py": "import (",
        "docs/half.md": "```python\nimport snippets.k_means\nx = (\n```\n",
    }
    found = reached("snippets/k_means.py", files=files)
    assert "tests/snippets/test_k_means.py" in found.tests
    assert found.notes["docs/half.md"] == 1


def test_relative_imports_are_read(reached: Callable[..., Reached]) -> None:
    """None of ours is relative, and yet another project's may be."""
    files = {
        "snippets/pack/__init__.py": "",
        "snippets/pack/one.py": "",
        "snippets/pack/two.py": "from . import one\nfrom ..k_means import k_means\n",
        "tests/test_two.py": "import snippets.pack.two\n",
    }
    assert reached("snippets/pack/one.py", files=files).tests == {"tests/test_two.py": 2}
    assert reached("snippets/k_means.py").tests["tests/test_two.py"] == 2


def test_cells_of_any_fence_are_found() -> None:
    """Also in callouts and lists, of longer fences, and of the interpreter."""
    fences = [
        "  ~~~py\n  a\n  ~~~",
        "````python\n```\nb\n````",
        "```pycon\n>>> c\n1\n```",
        "```text\nd\n```",
        "> ```python continuation\n> e\n> ```",
    ]
    found = [each.strip() for each in cells("\n\n".join(fences))]
    assert found == ["a", "```\nb", "c", "e"]


@pytest.mark.gate
def test_a_test_reaches_each_module_of_the_engine() -> None:
    """Else a change of it is tested by nothing that the graph knows."""
    graph = Graph(ROOT)
    engine = [path for path in graph.modules if path.startswith("src/notewright/")]
    assert [path for path in engine if not graph.reached_by([path]).tests] == []
