"""Garbage: how often Python looks for it, while pages are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_BETWEEN = 50_000
"""Objects that come before Python looks again: 700 by default, for a thirtieth of a build."""


def spare() -> None:
    """Look for garbage less often, and never among what is imported: it stays."""
    gc.freeze()
    gc.set_threshold(_BETWEEN)


@contextmanager
def none(*, once: bool = True) -> Iterator[None]:
    """Look for none while only such objects come as stay: modules, notes, a site that is read back.

    Args:
        once: Whether this comes once in a process: what is garbage among them stays, too.
    """
    if not once:
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def age() -> None:
    """Look through what came lately, while nobody waits, and never again at what stays of it.

    Python would look through half a million objects at a time, and an edit wait for a fifth of a
    second.
    """
    gc.collect(1)
    gc.freeze()


def settle() -> None:
    """Look through all that is there for the last time: it stays, as a server has settled."""
    gc.collect()
    gc.freeze()


def leave() -> None:
    """Look for none any more, as the process ends: what is left goes with it, all at once."""
    gc.freeze()
