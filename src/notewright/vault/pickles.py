"""Pickles of our own, read back without calling a function: only classes of some modules are made.

They are in the state directory, which whoever may write there can change: so what is read from one
is plain data, and it is read only for a vault whose cells may run.
"""

from __future__ import annotations

import importlib
import pickle
from collections.abc import Collection
from typing import IO, Any

_PLAIN = {"tuple", "set", "frozenset", "bytearray", "complex", "slice", "range", "object"}

WRONG = (
    *(pickle.UnpicklingError, EOFError, ImportError, AttributeError, LookupError),
    *(TypeError, ValueError, RecursionError),
)
"""What reading one raises that is none of ours, or of another version."""


class OwnUnpickler(pickle.Unpickler):
    """Reads a pickle of ours.

    Args:
        file: The pickle.
        modules: Modules whose classes it may hold, with those below them.
    """

    def __init__(self, file: IO[bytes], modules: Collection[str]) -> None:
        super().__init__(file)
        self._modules = modules

    def find_class(self, module: str, name: str) -> Any:
        """A class by its name; nothing else is found."""
        parts = module.split(".")
        above = {".".join(parts[:count]) for count in range(1, len(parts) + 1)}
        if not above.isdisjoint(self._modules) or (module == "builtins" and name in _PLAIN):
            found: Any = importlib.import_module(module)
            for part in name.split("."):
                found = getattr(found, part)
            if isinstance(found, type):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is not allowed in cached data")
