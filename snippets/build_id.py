"""One id for a build: a hash of all that decides its result."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Part = str | bytes | NDArray[np.generic] | Mapping[str, object]


# --8<-- [start:id]
def fingerprint(part: Part) -> str:
    """Hash one part by its content.

    Args:
        part: Code or another text, the bytes of a file, a table of numbers, or
            settings. The order of settings does not count; shape and type of a
            table do.

    Raises:
        ValueError: If settings hold something that JSON cannot write.
    """
    if isinstance(part, np.ndarray):
        # the same on every machine
        little = part.astype(part.dtype.newbyteorder("<"))
        raw = f"{little.dtype.str}{little.shape}".encode() + little.tobytes()
    elif isinstance(part, bytes):
        raw = part
    elif isinstance(part, str):
        raw = part.encode()
    else:
        try:
            raw = json.dumps(part, sort_keys=True).encode()
        except TypeError as error:
            raise ValueError(
                f"settings must be plain values: {error}"
            ) from None
    return hashlib.sha256(raw).hexdigest()


def build_id(parts: Mapping[str, Part]) -> str:
    """Hash named parts to one id of 12 hexadecimal digits; their order does not
    count.

    Raises:
        ValueError: If there is no part.
    """
    if not parts:
        raise ValueError("a build needs at least one part")
    return fingerprint(
        {name: fingerprint(part) for name, part in parts.items()}
    )[:12]
    # --8<-- [end:id]


def changed(old: Mapping[str, Part], new: Mapping[str, Part]) -> list[str]:
    """Name the parts that are not the same in both builds, sorted."""
    before = {name: fingerprint(part) for name, part in old.items()}
    after = {name: fingerprint(part) for name, part in new.items()}
    return sorted(
        name for name in before | after if before.get(name) != after.get(name)
    )
