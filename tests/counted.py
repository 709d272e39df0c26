"""Work that is counted, or compared with other work: no bound in seconds holds on each machine."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import FrameType


def calls(make: Callable[[], object]) -> int:
    """How many functions are called while something is made, those of C among them."""
    count = 0

    def count_call(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count_call)
    try:
        make()
    finally:
        sys.setprofile(before)
    return count


def loops(make: Callable[[], object]) -> float:
    """How much processor time something takes, in loops of a million steps beside it.

    For what explodes: a bound is ten times what is measured. A test of a finer one is marked
    `clock`, and no gate has it.
    """

    def loop() -> float:
        started = time.process_time()
        sum(number * number for number in range(1_000_000))
        return time.process_time() - started

    before, started = loop(), time.process_time()
    make()
    seconds = time.process_time() - started
    return 2 * seconds / (before + loop())
