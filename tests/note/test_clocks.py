"""A clock that reaches what a cell shows is told at its line; one that decides something is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.note.clocks import shown_clocks
from notewright.note.sessions import group
from notewright.vault.vault import Vault

Scan = Callable[[Mapping[str, str | bytes]], Vault]

SHOWN = {
    "a time": "import time\ntime.time()",
    "a text": "import time\nprint('at', time.strftime('%H:%M'))",
    "a day": "from datetime import date\ndate.today().isoformat()",
    "an alias": "import datetime as d\nd.datetime.now().year",
    "a name": "from time import perf_counter as tick\ntick()",
    "pandas": "import pandas as pd\npd.Timestamp.now()",
    "numpy": "import numpy as np\nnp.datetime64('now')",
    "a difference": "import time\na = time.time()\ntook = time.time() - a\nprint(f'{took:.2f} s')",
    "a ratio": "import time\na, b = time.perf_counter(), 2\nround(a / b, 1)",
    "a function": "import time\ndef now():\n    t = time.time()\n    return t\nprint(now())",
    "a list": "import time\nt = [time.time() for _ in 'ab']\nt[0]",
    "a sum": "import time\nt = 0\nfor _ in 'ab':\n    t += time.time()\nprint(t)",
    "in a block": "import time\nif True:\n    with open('x'):\n        print(time.time())",
    "format": "import time\nprint('{:.1f}'.format(time.time()))",
}
QUIET = {
    "a comparison": "import time\na = time.time()\ntime.time() - a < 60",
    "an unknown function": "import time\nlen(str(time.time())), f(time.time())",
    "hidden": "import time\ntime.time();",
    "another name": "import time\na = time.time()\na = 1\na",
    "another module": "from mine import time\ntime.time()",
    "no clock": "import time\ntime.sleep(0)",
    "a given time": "import time\ntime.strftime('%Y', time.gmtime(0))",
    "a time of its own": "from datetime import datetime\ndatetime(2020, 1, 1).isoformat()",
    "a log": "import time, sys\nprint(time.time(), file=sys.stderr)",
    "shadowed": "import time\nfrom time import time\nround = len\nround(time())",
    "a function that judges": "import time\ndef f():\n    return time.time() > 0\nf()",
    "no Python": "import time\ntime.time(",
}


def told(scan: Scan, *codes: str) -> list[int]:
    """The note's lines at which a session shows a clock."""
    fences = [
        f"```python{' continuation' if at else ''}\n{code}\n```\n" for at, code in enumerate(codes)
    ]
    (note,) = scan({"index.md": "\n".join(fences)}).notes.values()
    (session,) = group(note.cells)
    return [line for _, line in shown_clocks(session.cells)]


@pytest.mark.parametrize("name", SHOWN)
def test_a_clock_that_is_shown_is_told(vault: Scan, name: str) -> None:
    """At the last line of the cell, where it is shown."""
    assert told(vault, SHOWN[name]) == [2 + SHOWN[name].count("\n")]


@pytest.mark.parametrize("name", QUIET)
def test_a_clock_that_is_not_shown_is_not(vault: Scan, name: str) -> None:
    """What is the same each time stays untold."""
    assert told(vault, QUIET[name]) == []


def test_a_clock_is_followed_from_cell_to_cell_and_into_prose(vault: Scan) -> None:
    """A name of one cell is shown by another, or by a value below it."""
    assert told(vault, "import time\nt = time.time()", "u = t * 2", "u") == [11]
    text = "```python\nimport time\nt = time.time()\n```\n\nIt took 1<!--= f'{t:.0f}' --> s.\n"
    (note,) = vault({"index.md": text}).notes.values()
    (session,) = group(note.cells)
    assert [line for _, line in shown_clocks(session.cells)] == [6]


STEPS = {
    "{0} = {1} + 1": True,
    "{0} = [{1}, 0]": True,
    "{0} = f'{{{1}}}'": True,
    "{0} = max({1}, 2)": True,
    "{0} = {1} > 0": False,
    "{0} = g({1})": False,
    "{0} = 3": False,
}
"""Statements that make one name of another, and whether a time is still one behind them."""
NAMES = st.sampled_from("abc")


@given(st.lists(st.tuples(NAMES, NAMES, st.sampled_from(sorted(STEPS))), max_size=8), NAMES)
def test_a_time_is_told_however_it_came(
    vault: Scan, steps: list[tuple[str, str, str]], shown: str
) -> None:
    """Through any chain of names, and no other name is taken for it."""
    holds = {"a": True, "b": False, "c": False}
    lines = ["import time", "a = time.time()", "b = c = 0"]
    for target, source, step in steps:
        lines.append(step.format(target, source))
        holds[target] = STEPS[step] and holds[source]
    code = "\n".join([*lines, shown])
    assert bool(told(vault, code)) == holds[shown], code
