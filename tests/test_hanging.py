"""A command hangs if it does nothing for long, or too much; not because the machine is slow."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from hanging import LIMIT, LONGEST, Watch, output_of


def first_hang(works: Callable[[float], float | None], until: int = 2000) -> int | None:
    """The second in which a command is found to hang, by how much it has worked by then."""
    now = 0.0
    watch = Watch(0, lambda _: works(now), lambda: now)
    for second in range(until):
        now = float(second)
        if watch.hangs:
            return second
    return None


@pytest.mark.parametrize(
    ("works", "hangs"),
    [
        (lambda now: 3.0, 2 * LIMIT),  # began, and waits
        (lambda now: min(now, 300.0) / 100 + 0.001 * now, 3 * LIMIT),  # went on for a while
        (lambda now: 2.0 + 0.001 * now, 2 * LIMIT),  # looks up at times
        (lambda now: now, LIMIT + 1),  # works without end
        (lambda now: now / 50, LONGEST + 1),  # looks up so often that it seems to work
        (lambda now: None, LIMIT),  # nobody can say
    ],
)
def test_what_does_nothing_or_works_without_end_hangs(
    works: Callable[[float], float | None], hangs: float | None
) -> None:
    """Also one that looks again and again for what never comes."""
    assert first_hang(works) == hangs


def test_a_slow_machine_makes_nothing_hang() -> None:
    """One that gives a command a twentieth of its time."""
    assert first_hang(lambda now: now / 20, until=int(LONGEST)) is None


def test_a_command_that_ends_is_read_to_its_end() -> None:
    """Also one that prints more than a pipe holds, and takes longer than a look."""
    code = "import time; print('x' * 100_000, flush=True); time.sleep(1.5); print('end')"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert output_of(process).split()[-1] == b"end"
    assert process.returncode == 0
