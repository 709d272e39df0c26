"""Run functions in the order of what they need: a pipeline as a directed
acyclic graph.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a pipeline.

    Attributes:
        work: Takes the results of the steps in `needs`, in that order.
        needs: Names of the steps that must run before.
    """

    work: Callable[..., Any]
    needs: tuple[str, ...] = ()


# --8<-- [start:run]
def order(steps: Mapping[str, Step]) -> list[str]:
    """Put steps in an order in which each comes after all that it needs.

    Steps that could go at the same time are ordered by name.

    Raises:
        ValueError: If a step needs one that is not there.
        graphlib.CycleError: If steps wait for each other.
    """
    missing = sorted(
        {need for step in steps.values() for need in step.needs} - steps.keys()
    )
    if missing:
        raise ValueError(f"no step is named {', '.join(missing)}")
    sorter = TopologicalSorter(
        {name: step.needs for name, step in steps.items()}
    )
    sorter.prepare()
    found: list[str] = []
    while ready := sorted(sorter.get_ready()):
        found += ready
        sorter.done(*ready)
    return found


def run(
    steps: Mapping[str, Step], done: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Run all steps, but those that are done.

    Args:
        steps: The pipeline.
        done: Results of steps that need not run again.

    Returns:
        Result of each step by its name, in the order of the run.
    """
    results: dict[str, Any] = {}
    for name in order(steps):
        if done is not None and name in done:
            results[name] = done[name]
        else:
            results[name] = steps[name].work(
                *(results[need] for need in steps[name].needs)
            )
    return results
    # --8<-- [end:run]


def stale(steps: Mapping[str, Step], changed: Collection[str]) -> list[str]:
    """Name the steps that must run again: the changed ones and all that follow
    from them.
    """
    found: list[str] = []
    for name in order(steps):
        if name in changed or any(need in found for need in steps[name].needs):
            found.append(name)
    return found
