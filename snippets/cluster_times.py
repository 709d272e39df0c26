"""How long sessions take on a cluster, event by event, and which part of it
becomes the limit.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Costs:
    """What a session costs beside its own run, in seconds.

    Attributes:
        send: The machine that builds, to hand it out.
        judge: The same machine, to look at what came back and to keep it.
        scheduler: The scheduler of the cluster, which does one thing at a time.
        way: Its worker, to fetch its files and to begin; and the network.
        store: The machine that builds, to put the record where others find it.
    """

    send: float = 0.0
    judge: float = 0.0
    scheduler: float = 0.0
    way: float = 0.0
    store: float = 0.0


@dataclass(frozen=True, slots=True)
class Times:
    """How long a build takes, and how long each part of it is at work.

    Attributes:
        wall: Seconds from its beginning to its end.
        client: Seconds of work of the machine that builds.
        scheduler: Seconds of work of the scheduler.
        workers: Seconds of work of all workers together.
        longest: Seconds of the session that holds a worker longest.
        count: How many workers there are.
    """

    wall: float
    client: float
    scheduler: float
    workers: float
    longest: float
    count: int

    @property
    def bounds(self) -> dict[str, float]:
        """Seconds below which each part lets no build end."""
        return {
            "builder": self.client,
            "scheduler": self.scheduler,
            "workers": self.workers / self.count,
            "longest session": self.longest,
        }

    @property
    def limit(self) -> str:
        """The part that lets the build end no sooner."""
        return max(self.bounds, key=lambda name: self.bounds[name])


# --8<-- [start:build]
def build(
    durations: Sequence[float], count: int, costs: Costs, ahead: int = 2
) -> Times:
    """Build once with a cluster: each part does one thing at a time.

    The machine that builds looks at what came back before it hands out more,
    and has more sessions out than there are workers: the next is there when one
    ends. The scheduler gives a session to the worker that is free first.

    Args:
        durations: Seconds of each session, in the order of handing out.
        count: Workers, each of which runs one session at a time.
        costs: What a session costs beside its own run.
        ahead: Sessions that are out at a time, for each worker.

    Returns:
        How long it takes.

    Raises:
        ValueError: If there is no worker, or nothing may be handed out.
    """
    if count < 1 or ahead < 1:
        raise ValueError(f"needs workers and sessions, got {count} and {ahead}")
    waiting = deque(durations)
    free = [0.0] * count  # when each worker has done what it was given
    back: list[float] = []  # when sessions come back
    now = ready = 0.0  # of the machine that builds, and of the scheduler
    while waiting or back:
        is_full = not waiting or len(back) >= ahead * count
        if back and (is_full or back[0] <= now):
            now = max(now, heapq.heappop(back)) + costs.judge + costs.store
            continue
        now += costs.send
        ready = max(now, ready) + costs.scheduler
        start = max(ready, heapq.heappop(free))
        end = start + costs.way + waiting.popleft()
        heapq.heappush(free, end)
        heapq.heappush(back, end)
    total = len(durations)
    return Times(
        wall=now,
        client=total * (costs.send + costs.judge + costs.store),
        scheduler=total * costs.scheduler,
        workers=sum(durations) + total * costs.way,
        longest=max(durations, default=-costs.way) + costs.way,
        count=count,
    )


# --8<-- [end:build]
