"""What makes a computation fast, counted without a clock: lines, fetches,
shares of a batch.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from types import FrameType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snippets.neural_network import Layer, flatten, gradient, unflatten

FloatArray = NDArray[np.float64]


# --8<-- [start:lines]
def loop_product(A: FloatArray, x: FloatArray) -> FloatArray:
    """Multiply matrix and vector number by number: (n_rows, n_columns),
    (n_columns,).
    """
    out = np.zeros(len(A))
    for i in range(len(A)):
        for j in range(len(x)):
            out[i] += A[i, j] * x[j]
    return out


def whole_product(A: FloatArray, x: FloatArray) -> FloatArray:
    """Multiply matrix and vector in one call of compiled code."""
    return np.asarray(A @ x)


def lines_run(function: Callable[..., Any], *arguments: Any) -> int:
    """Count the lines of a function that the interpreter goes through in one
    call.
    """
    counted = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal counted
        counted += event == "line"
        return trace if frame.f_code is function.__code__ else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)
    return counted
    # --8<-- [end:lines]


# --8<-- [start:fetches]
def visit(shape: tuple[int, int], by: str) -> Iterable[int]:
    """List where the numbers of a matrix lie in memory, in the order of a walk.

    Args:
        shape: Rows and columns; the numbers of a row lie side by side.
        by: Walk by "rows" or by "columns".

    Raises:
        ValueError: If `by` is neither.
    """
    if by not in ("rows", "columns"):
        raise ValueError(f"walk by 'rows' or by 'columns', got {by!r}")
    places = np.arange(shape[0] * shape[1]).reshape(shape)
    return (
        int(place) for place in (places if by == "rows" else places.T).ravel()
    )


def fetches(places: Iterable[int], block: int = 8, room: int = 16) -> int:
    """Count how often a block of memory must be fetched.

    Args:
        places: Numbers that are read, by their place in memory, in this order.
        block: Numbers that are fetched together, at least 1.
        room: Blocks that the cache holds, at least 1; the one not used for
            longest goes.

    Raises:
        ValueError: If `block` or `room` is below 1.
    """
    if block < 1 or room < 1:
        raise ValueError(
            f"need a block and room for it, got {block} and {room}"
        )
    held: OrderedDict[int, None] = OrderedDict()
    count = 0
    for place in places:
        wanted = place // block
        if wanted in held:
            held.move_to_end(wanted)
            continue
        count += 1
        held[wanted] = None
        if len(held) > room:
            held.popitem(last=False)
    return count
    # --8<-- [end:fetches]


# --8<-- [start:parallel]
def shared_gradient(
    layers: Sequence[Layer],
    X: FloatArray,
    targets: FloatArray,
    ends: Sequence[int],
) -> list[Layer]:
    """Let several workers each take a part of the batch, and put their
    derivatives together.

    Args:
        layers: The network; every worker holds a copy.
        X: Inputs of the whole batch, shape (n_samples, n_in).
        targets: Their target probabilities, shape (n_samples, n_classes).
        ends: Rows at which the batch is cut, rising; one worker more than cuts.

    Returns:
        Derivatives of the mean loss of the whole batch, in the shapes of the
        layers.

    Raises:
        ValueError: If a worker would get no sample.
    """
    parts = np.split(np.arange(len(X)), ends)
    if min(len(part) for part in parts) < 1:
        raise ValueError(
            f"every worker needs a sample, got cuts {list(ends)} of {len(X)}"
        )
    sums = [
        len(part) * flatten(gradient(layers, X[part], targets[part]))
        for part in parts
    ]
    # weighted by their samples
    return unflatten(np.sum(sums, axis=0) / len(X), layers)
    # --8<-- [end:parallel]
