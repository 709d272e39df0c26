"""Replaces the functions of `IPython.display` by ones that show values in the session.

Libraries bind them when they are imported, in the warm parent, before there is a session: so they
get functions that look for the session when they are called.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from notewright.run.worker.displays import Displays

current: Displays | None = None
"""Of the session that runs; set by the worker."""


def display(*values: Any, **options: Any) -> Any:
    """Show values where the session shows them; print them while there is none."""
    if current is None:
        print(*values)
        return None
    return current.display(*values, **options)


def clear_output(wait: bool = False) -> None:
    """Let what the cell has shown so far go; with `wait`, once something else is shown."""
    if current is not None:
        current.clear_output(wait)


def install() -> None:
    """Replace IPython's functions; call it before libraries are imported."""
    for name in ("IPython.display", "IPython.core.display_functions"):
        if name in sys.modules:
            vars(sys.modules[name]).update(display=display, clear_output=clear_output)
