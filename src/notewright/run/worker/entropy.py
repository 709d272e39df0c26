"""Entropy of the system that a session's own code draws: what follows differs in each run.

A generator without a seed begins with it, whoever makes it: `default_rng()`, `random.Random()`,
`uuid4`, `secrets`. What libraries draw for themselves, such as names of files, does not count.
"""

from __future__ import annotations

import dis
import os
import random
import secrets
import sys
import sysconfig
from collections.abc import Callable
from typing import Any

from notewright.run.worker.own_code import OwnCode

_POOL = 16
"""Bytes with which a generator of NumPy begins that has no seed."""
_UUID = os.path.join(sysconfig.get_path("stdlib"), "uuid.py")
_THROUGH = frozenset((random.__file__, secrets.__file__, _UUID))


class Entropy:
    """Where the own code of one session drew entropy.

    Attributes:
        drawn: The lines of cells, by file and number, that led to it, in order.
    """

    def __init__(self, own: OwnCode) -> None:
        self.drawn: dict[tuple[str, int], None] = {}
        self._own = own

    def install(self) -> None:
        """Follow who draws from now on."""
        system = self._followed(os.urandom, lambda size: not self._is_of_seeded(size))
        os.urandom = system
        random._urandom = system  # type: ignore[attr-defined]
        if hasattr(os, "getrandom"):
            os.getrandom = self._followed(os.getrandom, lambda *_: True)
        random.Random.seed = self._followed(  # type: ignore[method-assign]
            random.Random.seed, lambda _, a=None, version=2: a is None
        )
        random.seed = self._followed(random.seed, lambda a=None, version=2: a is None)

    def _is_of_seeded(self, size: int) -> bool:
        """Whether a `RandomState` draws that is given a seed: it begins with entropy first."""
        frame = self._own.calls(_THROUGH, 4)
        drawer = sys._getframe(3)
        is_by_numpy = size == _POOL and drawer.f_code.co_name == "getrandbits"
        if not is_by_numpy or frame is None or drawer.f_back is not frame:
            return False
        code, at = frame.f_code.co_code, frame.f_lasti
        while at > 0 and dis.opname[code[at]] == "CACHE":
            at -= 2
        called = dis.opname[code[at]]
        return called == "CALL_FUNCTION_EX" or (called.startswith("CALL") and code[at + 1] > 0)

    def _followed(self, original: Callable[..., Any], draws: Callable[..., bool]) -> Any:
        def followed(*args: Any, **kwargs: Any) -> Any:
            try:
                place = self._own.cell_line(_THROUGH) if draws(*args, **kwargs) else None
            except TypeError:  # the call itself will say so
                place = None
            if place is not None:
                self.drawn[place] = None
            return original(*args, **kwargs)

        return followed
