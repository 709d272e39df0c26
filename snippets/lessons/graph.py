"""A toy of how TensorFlow 1 computed: first a graph, then a session that runs
it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import add, mul


# --8<-- [start:graph]
@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """A promise of a number: an operation with its inputs, or else a
    placeholder.
    """

    name: str
    operation: Callable[..., float] | None = None
    inputs: tuple[Node, ...] = ()

    def __add__(self, other: Node) -> Node:
        return Node(f"({self.name} + {other.name})", add, (self, other))

    def __mul__(self, other: Node) -> Node:
        return Node(f"{self.name} * {other.name}", mul, (self, other))


def run(node: Node, feed: Mapping[str, float]) -> float:
    """Compute a node: first its inputs; a placeholder takes what it is fed.

    Raises:
        ValueError: If a placeholder is fed nothing.
    """
    if node.operation is not None:
        return node.operation(*(run(part, feed) for part in node.inputs))
    if node.name not in feed:
        raise ValueError(f"nothing is fed to the placeholder {node.name!r}")
    return feed[node.name]
    # --8<-- [end:graph]
