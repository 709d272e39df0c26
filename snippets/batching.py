"""Fewer, larger steps: the same numbers from one product a sample or from one a
batch.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator, Sequence
from math import ceil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def product(A: FloatArray, W: FloatArray) -> FloatArray:
    """Multiply by NumPy; a function of its own, so that a profiler counts its
    calls.
    """
    return np.asarray(A @ W)


# --8<-- [start:forward]
def by_number(X: FloatArray, W: FloatArray) -> tuple[FloatArray, int]:
    """Multiply number by number in Python, and count the multiplications."""
    out, steps = np.zeros((len(X), W.shape[1])), 0
    for i in range(len(X)):
        for k in range(W.shape[1]):
            for j in range(W.shape[0]):
                out[i, k] += X[i, j] * W[j, k]
                steps += 1
    return out, steps


def by_batch(X: FloatArray, W: FloatArray, size: int) -> FloatArray:
    """Multiply `size` samples at a time; the last batch may be smaller.

    Args:
        X: Samples, shape (n_samples, n_features).
        W: Weights, shape (n_features, n_outputs).
        size: Samples a batch; 1 is one at a time.

    Returns:
        Outputs, shape (n_samples, n_outputs).

    Raises:
        ValueError: If a batch would be empty.
    """
    if size < 1:
        raise ValueError(f"a batch needs at least one sample, got {size}")
    starts = range(0, len(X), size)
    return np.vstack([product(X[start : start + size], W) for start in starts])
    # --8<-- [end:forward]


# --8<-- [start:shards]
def write_shards(
    samples: Sequence[bytes], n_per_shard: int, folder: Path
) -> list[Path]:
    """Pack samples into tar files, in their order.

    Args:
        samples: Content of each sample.
        n_per_shard: Samples a file; the last may hold fewer.
        folder: Where the files go.

    Raises:
        ValueError: If a shard would be empty.
    """
    if n_per_shard < 1:
        raise ValueError(
            f"a shard needs at least one sample, got {n_per_shard}"
        )
    paths = []
    for shard in range(ceil(len(samples) / n_per_shard)):
        paths.append(folder / f"{shard:05d}.tar")
        with tarfile.open(paths[-1], "w") as tar:
            first = shard * n_per_shard
            for place, sample in enumerate(
                samples[first : first + n_per_shard], start=first
            ):
                member = tarfile.TarInfo(f"{place:08d}.bin")
                member.size = len(sample)
                tar.addfile(member, io.BytesIO(sample))
    return paths


def read_shards(paths: Sequence[Path]) -> Iterator[bytes]:
    """Give all samples, opening each file once and reading it from front to
    back.
    """
    for path in paths:
        with tarfile.open(path) as tar:
            for member in tar:
                if (content := tar.extractfile(member)) is not None:
                    yield content.read()
    # --8<-- [end:shards]
