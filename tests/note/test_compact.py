"""Compact values are pickled as calls of their classes, and read back as they were."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import Any

import pytest

from notewright.note.compact import Compact


@dataclass(frozen=True, slots=True)
class Empty(Compact):
    """Without a field."""


@dataclass(frozen=True, slots=True)
class One(Compact):
    """With one field, which may be a tuple."""

    a: Any


@dataclass(frozen=True, slots=True)
class Two(Compact):
    """With two fields, one of them with a default."""

    a: Any
    b: Any = None


@pytest.mark.parametrize(
    "value", [Empty(), One(1), One((1, 2)), Two(1), Two(One("x"), [Two(2, 3)])]
)
def test_a_value_is_read_back_as_it_was(value: Compact) -> None:
    """However many fields its class has."""
    assert pickle.loads(pickle.dumps(value)) == value
    assert value.__reduce__()[0] is type(value)
