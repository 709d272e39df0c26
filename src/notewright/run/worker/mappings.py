"""Mappings that cells give as text: what they say of properties of their note, as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any


def mapping_text(value: Any) -> str:
    """The JSON of a mapping of names to plain values, numbers of numpy among them.

    Raises:
        TypeError: If it is no mapping, or holds what no property can be.
        ValueError: If it holds a number that JSON has not.
    """
    if not isinstance(value, Mapping):
        raise TypeError(
            f"properties must be a mapping of names to values, not {type(value).__name__}"
        )
    plain = {str(name): each for name, each in value.items()}
    return json.dumps(plain, ensure_ascii=False, allow_nan=False, default=_plain)


def _plain(value: Any) -> Any:
    """What stands for a value that JSON does not know."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if hasattr(value, "tolist"):  # numbers and arrays of numpy
        return value.tolist()
    raise TypeError(
        f"a property cannot be of type {type(value).__name__}: use numbers, text or lists"
    )
