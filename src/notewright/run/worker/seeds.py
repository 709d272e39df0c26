"""Seeds the random states that cells share, so that each session draws the same."""

from __future__ import annotations

import importlib.abc
import random
import sys
import types
from importlib.machinery import ModuleSpec, PathFinder
from typing import Any

from notewright.run.worker import other_seeds


def seed_all() -> None:
    """Start the shared random states at 0, that of NumPy once it is imported."""
    seed_loaded()
    if "numpy" not in sys.modules:
        sys.meta_path.insert(0, _NumpySeeder())


def seed_loaded() -> None:
    """Start at 0 the random states that there are."""
    other_seeds.apply_to_python()
    random.seed(0)
    if "numpy" in sys.modules:
        other_seeds.apply(sys.modules["numpy"].random)
        sys.modules["numpy"].random.seed(0)


class _NumpySeeder(importlib.abc.MetaPathFinder):
    """Lets the random state of NumPy start at 0 where a cell is the first to import it."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if fullname != "numpy.random":
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(fullname, path)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_and_seed(module: types.ModuleType) -> None:
                execute(module)
                other_seeds.apply(module)
                module.__dict__["seed"](0)

            spec.loader.exec_module = execute_and_seed  # type: ignore[method-assign]
        return spec
