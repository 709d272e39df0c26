"""A private part of Matplotlib that is used: how an axis works out its ticks.

It does so ten times for each drawing, for nothing changes then: once is enough. Nothing is
imported here before a figure is drawn, and where the part is not there, nothing is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

_CALLS_OTHERS = "FuncFormatter"


class _Kept(NamedTuple):
    """What the ticks of an axis were made from, and which of them are drawn."""

    parts: tuple[Any, ...]
    places: tuple[float, ...]
    drawn: list[Any]


@contextmanager
def ticks_kept() -> Iterator[None]:
    """While a figure is drawn, let an axis keep its ticks until what they depend on changes."""
    from matplotlib.axis import Axis, XAxis, YAxis

    update = getattr(Axis, "_update_ticks", None)
    if update is None:
        yield
        return
    kept: dict[Any, _Kept] = {}
    users: dict[Any, Any] = {}  # by a formatter, which keeps what it was last asked for

    def update_once(axis: Any) -> list[Any]:
        if type(axis) not in (XAxis, YAxis):  # others move their ticks afterwards
            return update(axis)  # type: ignore[no-any-return]
        parts = _parts(axis)
        known = kept.get(axis)
        places = (*axis.get_view_interval(), *axis.axes.bbox.bounds)
        is_known = known is not None and known.places == places and _same(known.parts, parts)
        if known is not None and is_known and all(users.get(part) is axis for part in parts):
            return list(known.drawn)
        drawn: list[Any] = update(axis)
        users.update(dict.fromkeys(parts, axis))
        if all(map(_is_of_matplotlib, parts)):
            kept[axis] = _Kept(parts, places, list(drawn))
        return drawn

    Axis._update_ticks = update_once  # type: ignore[attr-defined]
    try:
        yield
    finally:
        Axis._update_ticks = update  # type: ignore[attr-defined]


def _parts(axis: Any) -> tuple[Any, ...]:
    tickers = (axis.major, axis.minor)
    return tuple(part for each in tickers for part in (each.locator, each.formatter))


def _same(some: tuple[Any, ...], others: tuple[Any, ...]) -> bool:
    return all(one is other for one, other in zip(some, others, strict=True))


def _is_of_matplotlib(part: Any) -> bool:
    """Whether a locator or formatter gives the same each time: a writer's own may count calls."""
    kind = type(part)
    return kind.__module__.startswith("matplotlib.") and kind.__name__ != _CALLS_OTHERS
