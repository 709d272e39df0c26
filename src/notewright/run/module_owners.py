"""Owners of modules: the installed packages that bring them, as their own lists of files say.

`importlib.metadata.packages_distributions` tells the same, and makes an object of each of some
ten thousand files: that takes half a second of each build that runs a cell.
"""

from __future__ import annotations

import importlib.metadata
import inspect
import re
from collections.abc import Iterator, Mapping
from functools import cache

_NAME = re.compile(r"^Name:[ \t]*(\S+)", re.M | re.I)


@cache
def owners() -> Mapping[str, list[str]]:
    """Names of the packages that bring a top-level module, by its name."""
    found: dict[str, list[str]] = {}
    for package in importlib.metadata.distributions():
        told = _NAME.search(package.read_text("METADATA") or "")
        name = told[1] if told else package.metadata["Name"]
        for module in dict.fromkeys(_modules(package)):
            found.setdefault(module, []).append(name)
    return found


def _modules(package: importlib.metadata.Distribution) -> Iterator[str]:
    """Names of its top-level modules, some of them twice; folders of anything else do no harm."""
    declared = (package.read_text("top_level.txt") or "").split()
    if declared:
        yield from declared
        return
    record = package.read_text("RECORD")
    if record is None:  # as older tools leave it
        paths = [path.as_posix() for path in package.files or ()]
    else:
        paths = [line.partition(",")[0].strip('"') for line in record.splitlines()]
    for path in paths:
        first, slash, _ = path.partition("/")
        name = first if slash else inspect.getmodulename(first)
        if name and name.isidentifier():
            yield name
