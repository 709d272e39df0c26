"""Library symbols of cells: full names through imports and aliases, and nothing executed."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from notewright.note.includes import Includes
from notewright.note.note import Note
from notewright.note.symbols import symbols_of


def symbols(tmp_path: Path, note: str) -> list[set[str]]:
    """The symbols of each cell of a note."""
    includes = tmp_path / "snippets"
    cells = Note(
        "docs/n.md", "docs/n.md", textwrap.dedent(note), includes=Includes(includes, tmp_path)
    ).cells
    return [set(names) for names in symbols_of(cells)]


def of_code(tmp_path: Path, code: str) -> set[str]:
    """The symbols of one cell."""
    (found,) = symbols(tmp_path, f"```python\n{textwrap.dedent(code).strip()}\n```\n")
    return found


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from sklearn.cluster import KMeans as K; K(3).fit", {"sklearn.cluster.KMeans"}),
        ("import numpy as np; np.random.default_rng(0).normal()", {"numpy.random.default_rng"}),
        ("import os.path; os.path.join('a')", {"os.path.join"}),
        ("import a.b, a.c; a.b.f(a.c.g)", {"a.b.f", "a.c.g"}),
        ("import a.b.c as d; d.e.f", {"a.b.c.e.f"}),
        ("from a import b; b.C.from_dict()", {"a.b.C.from_dict"}),
        ("from a import B\nC = B\nD = C\nD()", {"a.B"}),
        ("from a import B\n(C := B)()", {"a.B"}),
        ("import a\nf = a.b.c\nf.d", {"a.b.c", "a.b.c.d"}),
        ("import numpy as np\nx: np.ndarray = 1", {"numpy.ndarray"}),
        ("import numpy as np\ndef f(x: 'np.ndarray') -> 'list[np.dtype]': ...", {
            "numpy.ndarray", "numpy.dtype"}),
        ("from a import B\nclass C(B, k=B): ...", {"a.B"}),
        ("import a\n@a.cached\ndef f(x=a.default): return a.body", {
            "a.cached", "a.default", "a.body"}),
        ("from a import *\nKMeans(len([]))", {"a.KMeans"}),
        ("from a import f\nprint(f'{f(1)}')", {"a.f"}),
        ("from a import E\ntry: ...\nexcept E as e: e.args", {"a.E"}),
        ("from a import f\n[f(x) for x in f]", {"a.f"}),
        ("from a import f\nlambda x: f(x)", {"a.f"}),
        ("from a import T\ntype(T).__name__\nT.__doc__", {"a.T"}),
        ("from a import f\nasync def g():\n    async with f() as h: await h", {"a.f"}),
        ("from a import P\nmatch 1:\n    case P(x): x", {"a.P"}),
    ],
)  # fmt: skip
def test_names_are_followed(tmp_path: Path, code: str, expected: set[str]) -> None:
    """Imports, aliases, annotations, decorators, bases: each use by its full name."""
    assert of_code(tmp_path, code) == expected


@pytest.mark.parametrize(
    "code",
    [
        "import numpy as np",
        "from a import b\nb = 3\nb.c",
        "from a import b\ndef f(b): return b.c",
        "from a import b\ndef f():\n    b = 1\n    return b.c",
        "from a import b\n[b.c for b in []]",
        "from a import b\nfor b in []: b.c",
        "from a import b\nwith open('f') as b: b.c",
        "from a import b\ndel b\nb.c",
        "from a import b\ntry: ...\nexcept ValueError as b: b.c",
        "from a import b\nmatch 1:\n    case b: b.c",
        "from a import b\ndef b(): ...\nb.c",
        "from a import b\nclass b: ...\nb.c",
        "from . import b\nb.c",
        "from a import *\nfrom b import *\nf()",
        "from a import *\nprint(len([]))",
        "def broken(:",
        "x = 'from a import b; b.c'",
    ],
)
def test_a_name_of_ones_own_is_no_symbol(tmp_path: Path, code: str) -> None:
    """What is imported but not used, or hidden by a name of the cell, is not listed."""
    assert of_code(tmp_path, code) == set()


def test_either_branch_may_have_named_it(tmp_path: Path) -> None:
    """After `try`/`except ImportError` the name stands for both."""
    code = """
        try:
            import fast as lib
        except ImportError:
            import slow as lib
        lib.run()
        """
    assert of_code(tmp_path, code) == {"fast.run", "slow.run"}


def test_a_class_does_not_lend_its_names_to_its_methods(tmp_path: Path) -> None:
    """As in Python: a method sees the module's name, not the class's."""
    code = """
        from a import f
        class C:
            from b import f
            g = f
            def m(self): return f()
        """
    assert of_code(tmp_path, code) == {"a.f", "b.f"}


def test_a_function_may_be_written_before_what_it_calls(tmp_path: Path) -> None:
    """Its body is read when all names of the session are known, and counts for its own cell."""
    note = """\
        ```python
        def f(): return np.zeros(3)
        ```

        ```python continuation
        import numpy as np
        f()
        ```
        """
    assert symbols(tmp_path, note) == [{"numpy.zeros"}, set()]


def test_sessions_share_their_names(tmp_path: Path) -> None:
    """A continuation knows the imports above it; a new session and a shown cell do not."""
    note = """\
        ```python
        from a import b
        b.c
        ```

        ```python notest
        from z import b
        b.shown
        ```

        ```python continuation
        b.d
        ```

        ```python
        b.e
        ```

        ```pycon
        >>> from q import r
        >>> r.s
        1
        ```
        """
    assert symbols(tmp_path, note) == [{"a.b.c"}, {"z.b.shown"}, {"a.b.d"}, set(), {"q.r.s"}]


def test_a_shown_snippet_counts_by_the_name_under_which_it_is_imported(tmp_path: Path) -> None:
    """`--8<--` shows a function of a module: the cell uses it, and what it uses."""
    (tmp_path / "snippets").mkdir()
    source = "import numpy as np\n# --8<-- [start:f]\ndef f(x):\n    return np.sqrt(x)\n"
    (tmp_path / "snippets/m.py").write_text(f"{source}# --8<-- [end:f]\n", "utf-8")
    note = """\
        ```python
        import numpy as np
        from snippets.m import f as imported
        imported(2)

        --8<-- "m.py:f"

        def mine(): ...
        ```
        """
    assert symbols(tmp_path, note) == [{"snippets.m.f", "numpy.sqrt"}]


def test_nothing_is_imported_and_nothing_runs(tmp_path: Path) -> None:
    """A module that does not exist has symbols all the same, and a cell leaves no trace."""
    code = f"""
        import no_such_module as m
        open({str(tmp_path / "trace")!r}, "w").write("x")
        m.f()
        """
    assert of_code(tmp_path, code) == {"no_such_module.f"}
    assert not (tmp_path / "trace").exists()


@pytest.mark.parametrize("code", ["x = " + "(" * 5000, "x" + ".a" * 20_000, "-" * 20_000 + "1"])
def test_a_hostile_cell_has_no_symbols(tmp_path: Path, code: str) -> None:
    """Code too deep for a parser ends in nothing, not in a crash."""
    assert of_code(tmp_path, f"import m\n{code}") == set()
