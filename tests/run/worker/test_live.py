"""When the time of a cell is up: by what it works and waits, whatever the clock says."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from notewright.run.worker import live as module
from notewright.run.worker.live import Live
from notewright.run.worker.outputs import Marks
from notewright.run.worker.protocol import Job

Work = Callable[[float], float]


def end(
    monkeypatch: pytest.MonkeyPatch, work: Work, *, active: bool, late: float = 0.0
) -> tuple[str, float]:
    """How a cell with a limit of 2 s ends, and after how many seconds.

    Args:
        monkeypatch: Sets what the kernel says.
        work: Seconds of processor time that the cell has used by a time.
        active: Whether it could use the processor, or waits for the disk, when it does not.
        late: By how much later than it should its parent looks at it.
    """
    now = 1000.0
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(module, "processor_time", lambda _: 5.0 + work(now - 1000.0))
    monkeypatch.setattr(module, "is_active", lambda _: active)
    job: Job = {}  # type: ignore[typeddict-item]  # its time alone is looked at
    cell = Live(job, Marks("nonce"), 1, 0, 0)
    cell.begin(2.0)
    for _ in range(10_000):
        now = cell.deadline + late
        verdict = cell.overdue(now)
        if verdict:
            return verdict, now - 1000.0
    pytest.fail("it goes on for ever")


@pytest.mark.parametrize(
    ("work", "active", "late", "verdict", "seconds"),
    [
        (lambda t: 0.0, False, 0.0, "waited", 6.0),
        (lambda t: 0.02 * t, False, 0.0, "waited", 6.0),  # looks again and again
        (lambda t: min(t, 1.5), False, 0.0, "waited", 7.5),  # works, then waits
        (lambda t: 0.0, True, 0.0, "late", 20.0),
        (lambda t: 0.02 * t, True, 0.0, "late", 20.0),
        (lambda t: 0.2 * t, False, 0.0, "timeout", 10.0),
        (lambda t: t, True, 0.0, "timeout", 2.0),
        (lambda t: 0.0, False, 0.9, "late", 20.0),  # its parent is kept from working, too
    ],
    ids=[
        "waits",
        "polls",
        "works, then waits",
        "is kept from working",
        "nearly is",
        "works at times",
        "works",
        "busy machine",
    ],
)
def test_a_cell_ends_by_its_work_or_its_wait(
    monkeypatch: pytest.MonkeyPatch,
    work: Work,
    active: bool,
    late: float,
    verdict: str,
    seconds: float,
) -> None:
    """Who waits ends at three times the limit; whom others keep from working, at ten times."""
    found, after = end(monkeypatch, work, active=active, late=late)
    assert found == verdict
    assert seconds - 0.001 <= after <= seconds + late + 0.65


def test_a_cell_does_not_wait_for_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each cell has a limit of its own."""
    now = 0.0
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(module, "processor_time", lambda _: 0.0)
    monkeypatch.setattr(module, "is_active", lambda _: False)
    job: Job = {}  # type: ignore[typeddict-item]  # its time alone is looked at
    cell = Live(job, Marks("nonce"), 1, 0, 0)
    for _ in range(4):
        cell.begin(2.0)
        for _ in range(20):
            now = cell.deadline
            assert not cell.overdue(now)
