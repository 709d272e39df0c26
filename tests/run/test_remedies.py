"""What to do about a cell that failed, where its error alone does not say."""

from __future__ import annotations

import pytest

from notewright.note.cells import Cell
from notewright.note.note import Note
from notewright.run.remedies import remedy_of, wait_remedy

INVALID = "SyntaxError: invalid syntax"


def cell(code: str) -> Cell:
    (found,) = Note("a.md", "docs/a.md", f"# A\n\n```python\n{code}\n```\n").cells
    return found


@pytest.mark.parametrize(
    ("code", "message", "remedy"),
    [
        ("%matplotlib inline\nx = 1", INVALID, "Remove it: figures are shown without it"),
        ("x = 1\n%config Some.thing = 1", INVALID, "`%config Some.thing = 1` is an IPython"),
        ("%%time\nx = 1", INVALID, "`notewright list --slowest`"),
        ("  %timeit f()", INVALID, "Remove it"),
        ("!pip install x", INVALID, "`subprocess.run`"),
        ("%pip install x", INVALID, "`subprocess.run`"),
        ("%%bash\nls", INVALID, "`subprocess.run`"),
        ("print?", INVALID, "`help(…)`"),
        ("?print", INVALID, "`help(…)`"),
        ("x = (1\n  % b", "SyntaxError: '(' was never closed", ""),
        ("x: List[int] = []", "NameError: name 'List' is not defined", "`from typing import List`"),
        ("np.ones(3)", "NameError: name 'np' is not defined", "Add `import numpy as np`"),
        ("x = plt.gca()", "NameError: name 'plt' is not defined", "matplotlib.pyplot as plt"),
        ("math.pi", "NameError: name 'math' is not defined", "Add `import math` to the cell"),
        ("prnt('hi')", "NameError: name 'prnt' is not defined", "Did you mean `print`?"),
        ("total = 1\ntotl", "NameError: name 'totl' is not defined", "Did you mean `total`?"),
        (
            "open('x.csv')",
            "FileNotFoundError: [Errno 2] No such file or directory: 'x.csv'",
            "root",
        ),
        ("open('/x')", "FileNotFoundError: [Errno 2] No such file or directory: '/x'", ""),
        ("code + 1", "NameError: name 'code' is not defined", "write `python continuation`"),
        (
            "open(__file__)",
            "NameError: name '__file__' is not defined",
            "relative to the project's root",
        ),
        ("tqdm(x)", "ImportError: IProgress not found. Please", "Import `tqdm` from `tqdm.auto`"),
        ("breakpoint()", "BdbQuit", "Remove `breakpoint()`"),
        ("f()", "BrokenProcessPool: A process in the process pool was terminated", "`snippets/`"),
        ("f()", "AttributeError: Can't get attribute 'f' on <module '__main__'>", "`snippets/`"),
    ],
)
def test_usual_slips_have_a_way_out(code: str, message: str, remedy: str) -> None:
    """Those that notebooks and strangers' notes bring along."""
    said = remedy_of(message, cell(code), is_first=True)
    assert remedy in said and bool(said) is bool(remedy)


@pytest.mark.parametrize(
    ("printed", "remedy"),
    [
        ("AttributeError: Can't get attribute 'f' on <module 'a.spawned_main' from 'b'>", "loop"),
        ("Can't get attribute 'f' on <module 'pandas'>", "Remove the wait"),
        ("", "Remove the wait"),
    ],
)
def test_a_pool_that_cannot_find_a_function_says_so(printed: str, remedy: str) -> None:
    """Its worker ends, and whoever waits for the answer waits for ever."""
    assert remedy in wait_remedy(printed)
