"""Other seeds: whatever seed a cell names stands for another one, to see what hangs on it.

What such a session gave is no record. Its `assert`s do not hold it up: under other seeds some fail.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from functools import wraps
from typing import Any

VARIABLE = "NOTEWRIGHT_OTHER_SEEDS"
"""By how much seeds are moved, in the warm parent and in the sessions that it starts."""

_STEP = 7919
"""A prime: seeds that a cell counts up, 0 to 30, do not become one another's."""
_NAMES = ("seed", "entropy", "a", "x")
"""What functions and classes call the seed that they are given."""
_MARK = "_nw_other_seeds"


def move(by: int) -> None:
    """Move all seeds of the sessions of this process from now on; 0 for none."""
    if by:
        os.environ[VARIABLE] = str(by)
    else:
        os.environ.pop(VARIABLE, None)  # nobody else says so


def moved() -> int:
    """By how much seeds are moved."""
    return int(os.environ.get(VARIABLE, "0"))


def seed(value: Any) -> Any:
    """The seed that stands for one that a cell names; what is none stays."""
    by = moved()
    if isinstance(value, bool) or not by:
        return value
    if isinstance(value, (list, tuple)):
        return [*value, by]
    try:
        number = value.__index__()
    except (AttributeError, TypeError):
        return value
    return (number + _STEP * by) % 2**32


def apply(numpy_random: Any) -> None:
    """Have the random states of NumPy take other seeds."""
    if not moved() or hasattr(numpy_random, _MARK):
        return
    setattr(numpy_random, _MARK, True)
    for name in ("default_rng", "seed"):
        setattr(numpy_random, name, _function(getattr(numpy_random, name)))
    for name in ("RandomState", "SeedSequence"):
        setattr(numpy_random, name, _class(getattr(numpy_random, name)))


def apply_to_python() -> None:
    """Have the random states of Python take other seeds."""
    if moved() and not hasattr(random, _MARK):
        setattr(random, _MARK, True)
        random.seed = _function(random.seed)
        random.Random = _class(random.Random)  # type: ignore[misc]


def _other(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Arguments of which the first, or the one with the name of a seed, is another."""
    named = {name: seed(each) if name in _NAMES else each for name, each in kwargs.items()}
    return [*map(seed, args[:1]), *args[1:]], named


def _function(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def with_other(*args: Any, **kwargs: Any) -> Any:
        others, named = _other(args, kwargs)
        return function(*others, **named)

    return with_other


def _class(kind: Any) -> Any:
    """A class that is made of another seed; what is of the class before is of this one, too."""

    class Meta(type(kind)):  # type: ignore[misc]
        def __instancecheck__(cls, thing: object) -> bool:
            return isinstance(thing, kind)

    class Moved(kind, metaclass=Meta):  # type: ignore[misc]
        def __new__(cls, *_: Any, **__: Any) -> Any:
            return super().__new__(cls)

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            others, named = _other(args, kwargs)
            super().__init__(*others, **named)

    for name in ("__module__", "__name__", "__qualname__", "__doc__"):
        setattr(Moved, name, getattr(kind, name))
    return Moved
