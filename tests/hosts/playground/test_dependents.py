"""Which cells below an edited one are said to be stale."""

from __future__ import annotations

import pytest

from notewright.hosts.playground.dependents import dependents


@pytest.mark.parametrize(
    ("before", "codes", "stale"),
    [
        ("x = 1", ["x = 2", "y = 1", "print(x)"], [2]),
        ("x = 1", ["x = 2", "y = x", "z = y", "w = 1"], [1, 2]),
        ("x = 1", ["y = 2", "x", "y"], [1, 2]),  # what is no longer set, and what is now
        ("", ["x.append(1)", "x"], [1]),  # changed in place
        ("import numpy as np\nx = 1", ["import numpy as np\nx = 2", "np.ones(3)"], []),
        ("import numpy as np", ["import numpy.ma as np", "np.ones(3)"], []),
        ("import numpy as np", ["import numpy", "np.ones(3)"], [1]),
        ("x = 1", ["x = (", "1", "2"], [1, 2]),  # nobody can say
        ("x = 1", ["x = 2", "from m import *", "y = 1"], []),
        ("x = 1", ["from m import *", "y"], [1]),
        ("def f(): return a", ["def f(): return b", "f()", "1"], [1]),
    ],
)
def test_cells_that_use_what_may_have_changed(
    before: str, codes: list[str], stale: list[int]
) -> None:
    """By names, and by the names of those that depend on them."""
    assert dependents(codes, 0, before) == stale
